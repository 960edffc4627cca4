//! mod_authz_core: `Require` and the sections that group it.
//!
//! In: each `Require`, and where sections open and close. Out: what httpd says of the line, of a section without
//! any, or of one that could never let anybody in.

use std::borrow::Cow;

use fpmlint_catalog::apache::{DirectiveId, id};
use fpmlint_syntax::httpd;

use super::{Checks, Line, List, address, around, core, expression, first, one_of, provider, value};
use crate::apache::walk::{Announced, Fault};
use crate::{Part, RefusalKind};

pub(super) const CHECKS: List = &[
    (id::REQUIRE, require),
    (id::AUTH_MERGING, |_, line| {
        one_of(line, &["Off", "And", "Or"], "AuthMerging must be one of: Off | And | Or")
    }),
];

/// The open sections, as far as they group `Require`s.
#[derive(Default)]
pub(in crate::apache) struct Requires {
    open: Vec<Group>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A section with a configuration of its own, such as `<Directory>`: as if it were a `<RequireAny>`.
    Own,
    /// One that shares that of the section around it.
    Shared,
    All,
    Any,
    None,
}

struct Group {
    kind: Kind,
    filled: bool,
    /// Whether something in it lets somebody in.
    positive: bool,
}

impl Group {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::All => "<RequireAll>",
            Kind::None => "<RequireNone>",
            Kind::Own | Kind::Shared | Kind::Any => "<RequireAny>",
        }
    }

    fn is_any(&self) -> bool {
        !matches!(self.kind, Kind::All)
    }
}

impl Requires {
    /// A section opens.
    pub(in crate::apache) fn open(&mut self, section: Option<DirectiveId>) {
        let kind = match section {
            Some(id::SECTION_REQUIRE_ALL) => Kind::All,
            Some(id::SECTION_REQUIRE_ANY) => Kind::Any,
            Some(id::SECTION_REQUIRE_NONE) => Kind::None,
            Some(id::SECTION_LIMIT | id::SECTION_LIMIT_EXCEPT) => Kind::Shared,
            _ => Kind::Own,
        };
        self.open.push(Group { kind, filled: false, positive: false });
    }

    /// A section closes; what httpd says of it.
    pub(in crate::apache) fn close(&mut self) -> Option<Fault> {
        let group = self.open.pop()?;
        if matches!(group.kind, Kind::Own | Kind::Shared) {
            return None;
        }
        let name = group.name();
        if !group.filled {
            return value(Part::Head, format!("{name} directive contains no authorization directives"));
        }
        let outer = self.innermost()?;
        if group.kind == Kind::None && outer.is_any() {
            let words = format!("{name} directive has no effect in {} directive", outer.name());
            return value(Part::Head, words);
        }
        outer.filled = true;
        // A section of the kind of the one around it is one with it.
        let merged = group.kind == outer.kind || group.kind == Kind::Any && outer.kind == Kind::Own;
        outer.positive |= if merged { group.positive } else { group.kind != Kind::None };
        if group.kind == Kind::All && outer.kind != Kind::All && !group.positive {
            let words = format!("AH01624: {name} directive contains only negative authorization directives");
            let fault = Fault::new(RefusalKind::InvalidValue, Part::Head, words);
            return Some(Fault { announced: Announced::AfterWalk, ..fault });
        }
        None
    }

    fn innermost(&mut self) -> Option<&mut Group> {
        self.open.iter_mut().rev().find(|group| group.kind != Kind::Shared)
    }
}

fn require(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let rest = line.rest();
    let (mut name, mut arguments) = httpd::word(&rest).unwrap_or((Cow::Borrowed(b""), b""));
    let negated = name.eq_ignore_ascii_case(b"not");
    let mut part = Part::Arg(0);
    if negated {
        (name, arguments) = httpd::word(arguments).unwrap_or((Cow::Borrowed(b""), b""));
        part = Part::Arg(1);
    }
    let arguments = arguments.trim_ascii_start();
    match provider::provides(line, provider::AUTHZ, &checks.providers.authz, &name) {
        Some(true) => {}
        Some(false) => return Some(unknown(&name, part, true)),
        // A module may be loaded where we do not see it; a name that none is known to have is likely wrong.
        None if provider::is_known(provider::AUTHZ, &name) => return None,
        None => return Some(unknown(&name, part, false)),
    }
    if let Some(fault) = arguments_of(checks, line, &name, arguments) {
        return Some(fault);
    }
    let group = checks.requires.innermost()?;
    if negated && group.is_any() {
        return first(format!("negative Require directive has no effect in {} directive", group.name()));
    }
    group.filled = true;
    group.positive |= !negated;
    None
}

fn unknown(name: &[u8], part: Part, certain: bool) -> Fault {
    let words = around("Unknown Authz provider: ", name, "");
    Fault { certain, ..Fault::new(RefusalKind::UndefinedReference, part, words) }
}

/// What a provider says of what follows its name.
fn arguments_of(checks: &Checks, line: &Line<'_>, name: &[u8], arguments: &[u8]) -> Option<Fault> {
    if checks.providers.authz.contains(name) {
        return None;
    }
    match name {
        b"all" if !matches!(arguments.to_ascii_lowercase().as_slice(), b"granted" | b"denied") => {
            value(Part::Head, "Argument for 'Require all' must be 'granted' or 'denied'")
        }
        b"method" => {
            let methods = httpd::split_words(arguments).map(|(_, word)| word);
            let wrong =
                methods.take_while(|word| !word.is_empty()).find(|word| !checks.has_method(line, word))?;
            value(Part::Head, around("Invalid Method '", &wrong, "'"))
        }
        b"ip" => ip(arguments),
        b"expr" => {
            let inner = match arguments {
                [b'"', inner @ .., b'"'] => inner,
                whole => whole,
            };
            core::condition(checks, line, inner, Part::Head, wrong_line)
        }
        b"user" | b"group" | b"host" | b"forward-dns" | b"ldap-user" | b"ldap-group" | b"ldap-dn"
        | b"ldap-attribute" | b"ldap-filter" | b"ldap-search" | b"dbm-group" | b"dbd-group" => {
            let wrong = expression::string(checks, line, arguments)?;
            Some(core::wrong_expression(wrong, Part::Head, wrong_line))
        }
        b"ssl" if !arguments.is_empty() => value(Part::Head, "'Require ssl' does not take arguments"),
        b"ssl-verify-client" if !arguments.is_empty() => {
            value(Part::Head, "'Require ssl-verify-client' does not take arguments")
        }
        _ => None,
    }
}

fn wrong_line(wrong: &[u8]) -> Vec<u8> {
    around("Cannot parse expression in require line: ", wrong, "")
}

fn ip(arguments: &[u8]) -> Option<Fault> {
    let mut words = httpd::split_words(arguments).map(|(_, word)| word).take_while(|word| !word.is_empty());
    let mut seen = false;
    let wrong = words.find_map(|word| {
        seen = true;
        let (network, mask) = address::split_mask(Cow::Borrowed(&word));
        let wrong = address::subnet(&network, mask.as_deref()).err()?;
        Some(match wrong {
            address::NoNetwork::OtherText => around("ip address '", &word, "' appears to be invalid"),
            other => around("ip address '", &word, &format!("' appears to be invalid: {}", other.words())),
        })
    });
    match wrong {
        Some(words) => value(Part::Head, words),
        None if !seen => value(Part::Head, "'require ip' requires an argument"),
        None => None,
    }
}

/// The methods that httpd knows.
const METHODS: [&[u8]; 27] = [
    b"GET",
    b"HEAD",
    b"PUT",
    b"POST",
    b"DELETE",
    b"CONNECT",
    b"OPTIONS",
    b"TRACE",
    b"PATCH",
    b"PROPFIND",
    b"PROPPATCH",
    b"MKCOL",
    b"COPY",
    b"MOVE",
    b"LOCK",
    b"UNLOCK",
    b"VERSION-CONTROL",
    b"CHECKOUT",
    b"UNCHECKOUT",
    b"CHECKIN",
    b"UPDATE",
    b"LABEL",
    b"REPORT",
    b"MKWORKSPACE",
    b"MKACTIVITY",
    b"BASELINE-CONTROL",
    b"MERGE",
];

impl Checks {
    /// Whether a method is known: to httpd, because a line above registered it, or perhaps to a module.
    pub(super) fn has_method(&self, line: &Line<'_>, name: &[u8]) -> bool {
        METHODS.contains(&name)
            || self.methods.contains(name)
            || !line.knows_all_modules()
            || line.config.modules.has(b"mod_dav.c") == Some(true)
    }
}
