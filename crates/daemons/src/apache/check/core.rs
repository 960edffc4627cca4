//! Directives of httpd's core that need more than a number or a word.

use fpmlint_catalog::apache::id;
use rustc_hash::FxHashMap;

use super::{Checks, Line, List, around, count, expression, first, is, value};
use crate::apache::statement::StatementId;
use crate::apache::walk::{Announced, Fault};
use crate::{Part, RefusalKind};

pub(super) const CHECKS: List = &[
    (id::DOCUMENT_ROOT, document_root),
    (id::SERVER_NAME, server_name),
    (id::SET_HANDLER, set_handler),
    (id::CGI_VAR, cgi_variable),
    (id::REGEX_DEFAULT_OPTIONS, regex_default_options),
    (id::HTTP_PROTOCOL_OPTIONS, http_protocol_options),
    (id::MUTEX, mutex),
    (id::ERROR, error),
    (id::PORT, |_, _| gone("Port was replaced with Listen in Apache 2.0")),
    (id::FANCY_INDEXING, |_, _| {
        gone("The FancyIndexing directive is no longer supported. Use IndexOptions FancyIndexing.")
    }),
    (id::SSL_LOG, |_, _| gone("SSLLog directive is no longer supported - use ErrorLog.")),
    (id::SSL_LOG_LEVEL, |_, _| gone("SSLLogLevel directive is no longer supported - use LogLevel.")),
];

/// What core directives add up for each server.
#[derive(Default)]
pub(super) struct Known {
    http_options: FxHashMap<Option<StatementId>, u8>,
}

/// Directives that are known and always refused.
fn gone(words: &str) -> Option<Fault> {
    Some(Fault::new(RefusalKind::UnknownDirective, Part::Name, words))
}

/// `Error` stops httpd with the line's own words.
fn error(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let rest = line.rest();
    let words = match rest.as_ref() {
        [] => b"The Error directive was used with no message.",
        [first @ (b'"' | b'\''), inner @ .., last] if first == last => inner,
        rest => rest,
    };
    value(Part::Head, words)
}

/// The main server's must be a folder; of a virtual host's httpd only warns.
fn document_root(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    if line.around.in_virtual_host() {
        return None;
    }
    let path = line.path(&line.text(0));
    if !line.is_no_folder(&path) {
        return None;
    }
    let words = around("DocumentRoot '", path.as_bytes(), "' is not a directory, or is not readable");
    Some(Fault::new(RefusalKind::PathNotFound, Part::Arg(0), words))
}

fn server_name(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let name = line.text(0);
    if has_wildcard(&name) {
        let behind = "\" use ServerAlias to set multiple server names.";
        return first(around("Invalid ServerName \"", &name, behind));
    }
    let host =
        memchr::memmem::find(&name, b"://").map_or(name.as_ref(), |at| name.get(at + 3..).unwrap_or(b""));
    let port = memchr::memchr(b':', host).and_then(|at| host.get(at + 1..))?;
    if (1..=65535).contains(&super::number::atoi(port)) {
        return None;
    }
    first(around("The port number \"", &name, "\" is outside the appropriate range (i.e., 1..65535)."))
}

/// Whether the runtime's matcher takes a text for a pattern.
pub(super) fn has_wildcard(text: &[u8]) -> bool {
    let mut in_class = false;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'?' | b'*' => return true,
            b'\\' if bytes.next().is_none() => return false,
            b'[' => in_class = true,
            b']' if in_class => return true,
            _ => {}
        }
    }
    false
}

fn set_handler(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    string(checks, line, 0, |_, wrong| around("Can't parse expression : ", wrong, ""))
}

/// An argument that may hold variables.
pub(super) fn string(
    checks: &Checks,
    line: &Line<'_>,
    number: usize,
    words: impl FnOnce(&[u8], &[u8]) -> Vec<u8>,
) -> Option<Fault> {
    let word = line.word(number)?;
    let wrong = expression::string(checks, line, &word.text)?;
    Some(wrong_expression(wrong, word.part, |wrong| words(&word.text, wrong)))
}

/// An argument that is a condition.
pub(super) fn condition(
    checks: &Checks,
    line: &Line<'_>,
    text: &[u8],
    part: Part,
    words: impl FnOnce(&[u8]) -> Vec<u8>,
) -> Option<Fault> {
    let wrong = expression::condition(checks, line, text)?;
    Some(wrong_expression(wrong, part, words))
}

/// The fault for an expression that is wrong.
pub(super) fn wrong_expression(
    wrong: expression::Wrong,
    part: Part,
    words: impl FnOnce(&[u8]) -> Vec<u8>,
) -> Fault {
    if wrong.jammed {
        return Fault {
            announced: Announced::Alone,
            ..Fault::new(RefusalKind::InvalidExpression, part, wrong.words)
        };
    }
    let fault = Fault::new(RefusalKind::InvalidExpression, part, words(&wrong.words));
    Fault { certain: wrong.certain, ..fault }
}

fn cgi_variable(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let variable = line.text(0);
    if variable.as_ref() != b"REQUEST_URI" {
        return first(around("Unrecognized CGI variable: \"", &variable, "\""));
    }
    let rule = line.text(1);
    if is(&rule, "current-uri") || is(&rule, "original-uri") {
        return None;
    }
    value(Part::Arg(1), "Valid rules for REQUEST_URI are 'current-uri' and 'original-uri'")
}

fn regex_default_options(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    const FLAGS: [&str; 4] = ["ICASE", "DOTALL", "DOLLAR_ENDONLY", "EXTENDED"];
    for word in line.words().filter(|word| !is(&word.text, "none")) {
        let name = match word.text.as_ref() {
            [b'+' | b'-', rest @ ..] => rest,
            rest => rest,
        };
        if !FLAGS.iter().any(|flag| is(name, flag)) {
            return value(word.part, around("RegexDefaultOptions: option '", name, "' unknown"));
        }
    }
    None
}

fn http_protocol_options(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    const PAIRS: [[&str; 2]; 3] =
        [["Allow0.9", "Require1.0"], ["Strict", "Unsafe"], ["RegisteredMethods", "LenientMethods"]];
    let server = line.server();
    for word in line.each() {
        let found = PAIRS.iter().flatten().position(|option| is(&word.text, option));
        let Some(found) = found else {
            let words = "HttpProtocolOptions accepts 'Unsafe' or 'Strict' (default), 'RegisteredMethods' or \
                         'LenientMethods' (default), and 'Require1.0' or 'Allow0.9' (default)";
            return value(word.part, words);
        };
        let set = checks.core.http_options.entry(server).or_default();
        *set |= 1 << found;
        let both = PAIRS.iter().enumerate().find(|(pair, _)| *set >> (2 * pair) & 3 == 3);
        if let Some((_, [one, other])) = both {
            let words = format!("HttpProtocolOptions '{one}' and '{other}' are mutually exclusive");
            return value(word.part, words);
        }
    }
    None
}

const MECHANISMS: &str = "Mutex mechanisms are: 'none', 'default', 'flock:/path/to/file', 'fcntl:/path/to/file', \
                          'file:/path/to/file', 'pthread', 'sysvsem', 'posixsem', 'sem'";

/// The types that httpd's modules register.
const MUTEX_TYPES: [&str; 17] = [
    "default",
    "mpm-accept",
    "authdigest-client",
    "authdigest-opaque",
    "authn-socache",
    "cache-socache",
    "fcgid-pipe",
    "fcgid-proctbl",
    "ldap-cache",
    "lua-ivm-shm",
    "proxy",
    "proxy-balancer-shm",
    "rewrite-map",
    "ssl-cache",
    "ssl-stapling",
    "ssl-stapling-refresh",
    "watchdog-callback",
];

fn mutex(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let argument = line.text(0);
    if argument.is_empty() {
        return count(format!("Mutex requires at least a mechanism argument ({MECHANISMS})"));
    }
    let (method, file) = match memchr::memchr(b':', &argument) {
        Some(at) => (argument.get(..at).unwrap_or(b""), argument.get(at + 1..).unwrap_or(b"")),
        None => (argument.as_ref(), b"".as_slice()),
    };
    let known =
        ["none", "no", "default", "yes", "fcntl", "file", "flock", "posixsem", "sem", "sysvsem", "pthread"];
    if !known.iter().any(|known| is(method, known)) {
        return first(around("Invalid Mutex argument ", &argument, &format!(" ({MECHANISMS})")));
    }
    let is_none = is(method, "none") || is(method, "no");
    let folder = line.path(file);
    if !is_none && !file.is_empty() && line.is_no_folder(&folder) {
        let words = around("Invalid Mutex directory in argument ", &argument, "");
        return Some(Fault::new(RefusalKind::PathNotFound, Part::Arg(0), words));
    }
    let mut types: Vec<_> = line.words().skip(1).filter(|word| !is(&word.text, "omitpid")).collect();
    // None of httpd's own types may be without a lock.
    let not_none = |part, name: &[u8]| value(part, around("None is not allowed for mutex type ", name, ""));
    if is_none && types.is_empty() {
        return not_none(Part::Arg(0), b"default");
    }
    types.reverse();
    let is_known = |name: &[u8]| MUTEX_TYPES.iter().any(|known| known.as_bytes() == name);
    let wrong = types.into_iter().find(|word| is_none || !is_known(&word.text))?;
    if is_known(&wrong.text) {
        return not_none(Part::Arg(0), &wrong.text);
    }
    let words = around("Mutex type ", &wrong.text, " is not valid");
    let fault = Fault::new(RefusalKind::UndefinedReference, wrong.part, words);
    Some(Fault { certain: line.knows_all_modules(), ..fault })
}
