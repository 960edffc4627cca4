//! Authentication: mod_authn_core, mod_auth_basic, mod_auth_digest, mod_auth_form.

use fpmlint_catalog::apache::id;

use super::number::strtol;
use super::{Checks, Line, List, around, core, first, is, provider};
use crate::apache::walk::Fault;
use crate::{Part, RefusalKind};

pub(super) const CHECKS: List = &[
    (id::AUTH_NAME, |checks, line| in_name(checks, line, "AuthName")),
    (id::AUTH_TYPE, |checks, line| in_name(checks, line, "AuthType")),
    (id::AUTH_BASIC_PROVIDER, providers),
    (id::AUTH_DIGEST_PROVIDER, digest_providers),
    (id::AUTH_FORM_PROVIDER, providers),
    (id::AUTH_BASIC_USE_DIGEST_ALGORITHM, |_, line| match line.text(0).as_ref() {
        text if is(text, "Off") || is(text, "MD5") => None,
        text => first(around("Invalid algorithm in AuthBasicUseDigestAlgorithm: ", text, "")),
    }),
    (id::AUTH_BASIC_FAKE, fake),
    (id::AUTH_DIGEST_QOP, |_, line| {
        line.each().find_map(|word| match word.text.as_ref() {
            text if is(text, "none") || is(text, "auth") => None,
            text if is(text, "auth-int") => {
                super::value(word.part, "AuthDigestQop auth-int is not implemented")
            }
            text => super::value(word.part, around("Unrecognized qop: ", text, "")),
        })
    }),
    (id::AUTH_DIGEST_NONCE_LIFETIME, |_, line| {
        let text = line.text(0);
        let rest = strtol(&text).rest;
        let is_number = rest.is_empty() || rest.first().is_some_and(u8::is_ascii_whitespace);
        if is_number { None } else { first(around("Invalid time in AuthDigestNonceLifetime: ", &text, "")) }
    }),
    (id::AUTH_DIGEST_NONCE_FORMAT, |_, _| first("AuthDigestNonceFormat is not implemented")),
    (id::AUTH_DIGEST_ALGORITHM, |_, line| match line.text(0).as_ref() {
        text if is(text, "MD5") => None,
        text if is(text, "MD5-sess") => {
            first("AuthDigestAlgorithm: ERROR: algorithm `MD5-sess' is not implemented")
        }
        text => first(around("Invalid algorithm in AuthDigestAlgorithm: ", text, "")),
    }),
];

fn in_name(checks: &mut Checks, line: &Line<'_>, directive: &str) -> Option<Fault> {
    core::string(checks, line, 0, |text, wrong| {
        [b"Cannot parse expression '", text, b"' in ", directive.as_bytes(), b": ", wrong].concat()
    })
}

fn providers(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    for word in line.each() {
        let known = provider::provides(line, provider::AUTHN, &checks.providers.authn, &word.text);
        let is_ours = provider::is_known(provider::AUTHN, &word.text);
        if known == Some(true) || known.is_none() && is_ours {
            continue;
        }
        let words = around("Unknown Authn provider: ", &word.text, "");
        let fault = Fault::new(RefusalKind::UndefinedReference, word.part, words);
        return Some(Fault { certain: known.is_some(), ..fault });
    }
    None
}

/// Providers that know no passwords to compute digests from.
fn digest_providers(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    if let Some(fault) = providers(checks, line) {
        return Some(fault);
    }
    let wrong = line.each().find(|word| matches!(word.text.as_ref(), b"anon" | b"ldap"))?;
    super::value(
        wrong.part,
        around("The '", &wrong.text, "' Authn provider doesn't support Digest Authentication"),
    )
}

fn fake(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let user = line.text(0);
    if is(&user, "off") {
        return None;
    }
    let words = |text: &[u8], wrong: &[u8]| {
        [b"Could not parse fake username expression '", text, b"': ", wrong].concat()
    };
    core::string(checks, line, 0, words).or_else(|| {
        core::string(checks, line, 1, |_, wrong| {
            let before = b"Could not parse fake password expression associated to user '";
            [before.as_slice(), &user, b"': ", wrong].concat()
        })
    })
}

/// `<AuthnProviderAlias>`, when its body was read: its base must be provided, and its name is new.
pub(super) fn authn_alias_end(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let (base, alias) = (line.text(0), line.text(1));
    if alias.is_empty() {
        return None;
    }
    let known = provider::provides(line, provider::AUTHN, &checks.providers.authn, &base);
    checks.providers.authn.insert(alias.as_ref().into());
    unknown(line, known, provider::is_known(provider::AUTHN, &base), "Authn", &base)
}

/// `<AuthzProviderAlias>`, when its body was read.
pub(super) fn authz_alias_end(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let (base, alias) = (line.text(0), line.text(1));
    if alias.is_empty() {
        return None;
    }
    let known = provider::provides(line, provider::AUTHZ, &checks.providers.authz, &base);
    checks.providers.authz.insert(alias.as_ref().into());
    unknown(line, known, provider::is_known(provider::AUTHZ, &base), "Authz", &base)
}

fn unknown(_: &Line<'_>, known: Option<bool>, is_ours: bool, what: &str, base: &[u8]) -> Option<Fault> {
    if known == Some(true) || known.is_none() && is_ours {
        return None;
    }
    let words = around(&format!("Unknown {what} provider: "), base, "");
    let fault = Fault::new(RefusalKind::UndefinedReference, Part::Arg(0), words);
    Some(Fault { certain: known.is_some(), ..fault })
}
