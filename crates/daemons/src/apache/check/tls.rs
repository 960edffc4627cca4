//! mod_ssl: words and files; what the TLS library thinks of ciphers and certificates is not known here.

use fpmlint_catalog::apache::id;
use fpmlint_workspace::HostPath;

use super::limits::at_least;
use super::number::atoi;
use super::paths::Lies;
use super::{Checks, Line, List, around, expression, first, is, one_of, starts, value};
use crate::apache::walk::Fault;
use crate::{Part, RefusalKind};

pub(super) const CHECKS: List = &[
    (id::SSL_ENGINE, |_, line| one_of(line, &["On", "Off", "Optional"], "Argument must be On or Off")),
    (id::SSL_PROTOCOL, protocols),
    (id::SSL_PROXY_PROTOCOL, protocols),
    (id::SSL_CERTIFICATE_FILE, certificate),
    (id::SSL_CERTIFICATE_KEY_FILE, certificate),
    (id::SSL_CERTIFICATE_CHAIN_FILE, file),
    (id::SSL_SESSION_TICKET_KEY_FILE, file),
    (id::SSLCA_CERTIFICATE_FILE, file),
    (id::SSLCADN_REQUEST_FILE, file),
    (id::SSLCA_REVOCATION_FILE, file),
    (id::SSL_PROXY_CA_CERTIFICATE_FILE, file),
    (id::SSL_PROXY_CA_REVOCATION_FILE, file),
    (id::SSL_PROXY_MACHINE_CERTIFICATE_FILE, file),
    (id::SSL_PROXY_MACHINE_CERTIFICATE_CHAIN_FILE, file),
    (id::SSLOCSP_RESPONDER_CERTIFICATE_FILE, file),
    (id::SSLCA_CERTIFICATE_PATH, folder),
    (id::SSLCADN_REQUEST_PATH, folder),
    (id::SSLCA_REVOCATION_PATH, folder),
    (id::SSL_PROXY_CA_CERTIFICATE_PATH, folder),
    (id::SSL_PROXY_CA_REVOCATION_PATH, folder),
    (id::SSL_PROXY_MACHINE_CERTIFICATE_PATH, folder),
    (id::SSL_CIPHER_SUITE, cipher_suite),
    (id::SSL_PROXY_CIPHER_SUITE, cipher_suite),
    (id::SSL_VERIFY_CLIENT, verify),
    (id::SSL_PROXY_VERIFY, verify),
    (id::SSL_VERIFY_DEPTH, depth),
    (id::SSL_PROXY_VERIFY_DEPTH, depth),
    (id::SSL_OPTIONS, options),
    (id::SSL_SESSION_CACHE, |_, line| cache(line, "session cache", ".", ".")),
    (id::SSL_STAPLING_CACHE, |_, line| cache(line, "stapling cache", "", "")),
    (id::SSL_SESSION_CACHE_TIMEOUT, |_, line| at_least(line, 0, "SSLSessionCacheTimeout: Invalid argument")),
    (id::SSL_RENEG_BUFFER_SIZE, |_, line| {
        let text = line.text(0);
        let fits = atoi(&text) >= 0;
        if fits { None } else { first(around("Invalid size for SSLRenegBufferSize: ", &text, "")) }
    }),
    (id::SSLCA_REVOCATION_CHECK, |_, line| words(line, &["none", "leaf", "chain"], "no_crl_for_cert_ok")),
    (id::SSL_PROXY_CA_REVOCATION_CHECK, |_, line| {
        words(line, &["none", "leaf", "chain"], "no_crl_for_cert_ok")
    }),
    (id::SSLOCSP_ENABLE, |_, line| words(line, &["off", "leaf", "on"], "no_ocsp_for_cert_ok")),
    (id::SSLOCSP_RESPONSE_TIME_SKEW, not_negative),
    (id::SSLOCSP_RESPONSE_MAX_AGE, not_negative),
    (id::SSLOCSP_RESPONDER_TIMEOUT, not_negative),
    (id::SSL_STAPLING_RESPONSE_TIME_SKEW, not_negative),
    (id::SSL_STAPLING_RESPONSE_MAX_AGE, not_negative),
    (id::SSL_STAPLING_STANDARD_CACHE_TIMEOUT, not_negative),
    (id::SSL_STAPLING_ERROR_CACHE_TIMEOUT, not_negative),
    (id::SSL_STAPLING_RESPONDER_TIMEOUT, not_negative),
    (id::SSL_PASS_PHRASE_DIALOG, pass_phrase),
    (id::SSL_RANDOM_SEED, random_seed),
    (id::SSL_REQUIRE, require),
];

fn protocols(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    const KNOWN: [&str; 5] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "all"];
    line.words().find_map(|word| {
        let (removes, name) = match word.text.as_ref() {
            [sign @ (b'+' | b'-'), rest @ ..] => (*sign == b'-', rest),
            rest => (false, rest),
        };
        if KNOWN.iter().any(|known| is(name, known)) || removes && (is(name, "SSLv2") || is(name, "SSLv3")) {
            return None;
        }
        if is(name, "SSLv2") {
            return value(word.part, "SSLProtocol: SSLv2 is no longer supported");
        }
        if is(name, "SSLv3") {
            // Distributions build the library without it.
            let fault = Fault::new(
                RefusalKind::InvalidValue,
                word.part,
                "SSLv3 not supported by this version of OpenSSL",
            );
            return Some(Fault { certain: line.host.is_machine(), ..fault });
        }
        value(word.part, around(&format!("{}: Illegal protocol '", line.name()), name, "'"))
    })
}

fn certificate(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    // A key on a token.
    if starts(&line.text(0), "pkcs11:") { None } else { file(checks, line) }
}

fn file(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let path = line.path(&line.text(0));
    if !matches!(line.lies_at(&path), Lies::Nothing | Lies::Folder | Lies::File { empty: true }) {
        return None;
    }
    let before = format!("{}: file '", line.name());
    let words = around(&before, path.as_bytes(), "' does not exist or is empty");
    let fault = Fault::new(RefusalKind::PathNotFound, Part::Arg(0), words);
    Some(Fault { certain: !made_before_start(line, &path), ..fault })
}

/// Red Hat's `httpd-init.service` makes the key and the certificate of the stock site before httpd starts for
/// the first time; a tree that was never booted is without them.
fn made_before_start(line: &Line<'_>, path: &HostPath) -> bool {
    let is_made = matches!(
        path.as_bytes(),
        b"/etc/pki/tls/certs/localhost.crt" | b"/etc/pki/tls/private/localhost.key"
    );
    is_made && line.lies_at(&HostPath::new("/usr/libexec/httpd-ssl-gencerts")) != Lies::Nothing
}

fn folder(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let path = line.path(&line.text(0));
    if !line.is_no_folder(&path) {
        return None;
    }
    let before = format!("{}: directory '", line.name());
    let words = around(&before, path.as_bytes(), "' does not exist");
    Some(Fault::new(RefusalKind::PathNotFound, Part::Arg(0), words))
}

fn cipher_suite(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    line.word(1)?;
    let protocol = line.text(0);
    match protocol.as_ref() {
        b"SSL" => None,
        b"TLSv1.3" if line.around.has_path() && line.name() == "SSLCipherSuite" => {
            first("TLSv1.3 ciphers cannot be set inside a directory context")
        }
        b"TLSv1.3" => None,
        _ => first(around("protocol '", &protocol, "' not supported")),
    }
}

fn invalid(line: &Line<'_>, part: Part, text: &[u8]) -> Option<Fault> {
    value(part, around(&format!("{}: Invalid argument '", line.name()), text, "'"))
}

fn verify(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let text = line.text(0);
    let known = ["none", "off", "optional", "require", "on", "optional_no_ca"];
    if known.iter().any(|known| is(&text, known)) { None } else { invalid(line, Part::Arg(0), &text) }
}

fn depth(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let text = line.text(0);
    if atoi(&text) >= 0 { None } else { invalid(line, Part::Arg(0), &text) }
}

fn not_negative(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    at_least(line, 0, &format!("{}: invalid argument", line.name()))
}

/// A first word of `known`, then only `then`.
fn words(line: &Line<'_>, known: &[&str], then: &str) -> Option<Fault> {
    line.words().enumerate().find_map(|(number, word)| {
        let fits =
            if number == 0 { known.iter().any(|known| is(&word.text, known)) } else { is(&word.text, then) };
        if fits { None } else { invalid(line, word.part, &word.text) }
    })
}

fn options(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    const KNOWN: [&str; 6] = [
        "StdEnvVars",
        "ExportCertData",
        "FakeBasicAuth",
        "StrictRequire",
        "OptRenegotiate",
        "LegacyDNStringFormat",
    ];
    line.words().find_map(|word| {
        let name = match word.text.as_ref() {
            [b'+' | b'-', rest @ ..] => rest,
            rest => rest,
        };
        let known = KNOWN.iter().any(|known| is(name, known));
        if known { None } else { value(word.part, around("SSLOptions: Illegal option '", name, "'")) }
    })
}

/// `shmcb:/path(size)`: a kind of cache that a module provides.
fn cache(line: &Line<'_>, noun: &str, list_end: &str, end: &str) -> Option<Fault> {
    let text = line.text(0);
    let is_plain = noun == "session cache" && (is(&text, "none") || is(&text, "nonenotnull"));
    if is_plain {
        return None;
    }
    let (name, rest) = match memchr::memchr(b':', &text) {
        Some(at) => (text.get(..at).unwrap_or(b""), text.get(at + 1..).unwrap_or(b"")),
        None => (text.as_ref(), b"".as_slice()),
    };
    let module = match name {
        b"default" => b"mod_socache_shmcb.c".to_vec(),
        name => [b"mod_socache_", name, b".c"].concat(),
    };
    match line.config.modules.has(&module) {
        Some(false) => {
            let shown = String::from_utf8_lossy(name);
            let words = format!(
                "{}: '{shown}' {noun} not supported (known names: {}){list_end} Maybe you need to load the \
                 appropriate socache module (mod_socache_{shown}?){end}",
                line.name(),
                known_caches(line),
            );
            Some(Fault::new(RefusalKind::UndefinedReference, Part::Arg(0), words))
        }
        Some(true) if matches!(name, b"shmcb" | b"default") => shared_memory(line, rest),
        _ => None,
    }
}

/// The names of the caches that loaded modules provide; httpd lists the newest first.
fn known_caches(line: &Line<'_>) -> String {
    let mut names: Vec<String> = Vec::new();
    for loaded in &line.config.modules.loaded {
        let Some(name) = loaded.file.strip_prefix(b"mod_socache_").and_then(|name| name.strip_suffix(b".c"))
        else {
            continue;
        };
        names.push(String::from_utf8_lossy(name).into_owned());
        if name == b"shmcb" {
            names.push("default".to_owned());
        }
    }
    names.join(",")
}

/// `path(size)`; httpd's library makes sure that the size is one.
fn shared_memory(line: &Line<'_>, rest: &[u8]) -> Option<Fault> {
    let name = line.name();
    let open = memchr::memchr(b'(', rest)?;
    let inner = rest.get(open + 1..).unwrap_or(b"");
    let Some(size) = inner.strip_suffix(b")") else {
        return first(format!(
            "{name}: Invalid argument: no closing parenthesis or cache size missing after pathname with parenthesis"
        ));
    };
    let size = atoi(size);
    if size < 8192 {
        return first(format!("{name}: Invalid argument: size has to be >= 8192 bytes"));
    }
    None
}

fn pass_phrase(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let text = line.text(0);
    if is(&text, "builtin") || text.starts_with(b"|") && text.len() > 1 {
        return None;
    }
    let program = text.get(5..).filter(|program| starts(&text, "exec:") && !program.is_empty());
    let Some(program) = program else { return first("SSLPassPhraseDialog: Invalid argument") };
    let path = line.path(program);
    if line.lies_at(&path) != Lies::Nothing {
        return None;
    }
    let words = around("SSLPassPhraseDialog: file '", path.as_bytes(), "' does not exist");
    Some(Fault::new(RefusalKind::PathNotFound, Part::Arg(0), words))
}

fn random_seed(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let context = line.text(0);
    if !is(&context, "startup") && !is(&context, "connect") {
        return first(around("SSLRandomSeed: invalid context: `", &context, "'"));
    }
    let source = line.text(1);
    let is_builtin = is(&source, "builtin");
    if !is_builtin && !starts(&source, "egd:") {
        let file = source.get(5..).filter(|_| starts(&source, "file:") || starts(&source, "exec:"));
        let path = line.path(file.filter(|file| !file.is_empty()).unwrap_or(&source));
        if line.lies_at(&path) == Lies::Nothing {
            let words = around("SSLRandomSeed: source path '", path.as_bytes(), "' does not exist");
            return Some(Fault::new(RefusalKind::PathNotFound, Part::Arg(1), words));
        }
    }
    let bytes = line.word(2)?;
    if is_builtin {
        let words = "SSLRandomSeed: byte specification not allowed for builtin seed source";
        return value(bytes.part, words);
    }
    if atoi(&bytes.text) >= 0 {
        return None;
    }
    value(bytes.part, "SSLRandomSeed: invalid number of bytes specified")
}

/// The whole rest of the line is one condition.
fn require(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let rest = line.rest();
    let wrong = expression::condition(checks, line, &rest)?;
    Some(super::core::wrong_expression(wrong, Part::Head, |wrong| around("SSLRequire: ", wrong, "")))
}
