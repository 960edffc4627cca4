//! The variables, functions and operators of expressions.
//!
//! In: a name. Out: whether httpd and the loaded modules have it; none where that cannot be told.

use super::super::Line;

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Variable,
    Function,
    ListFunction,
    Unary,
    Binary,
}

const VARIABLES: &[&str] = &[
    "TIME_YEAR",
    "TIME_MON",
    "TIME_DAY",
    "TIME_HOUR",
    "TIME_MIN",
    "TIME_SEC",
    "TIME_WDAY",
    "TIME",
    "SERVER_SOFTWARE",
    "API_VERSION",
    "HTTP_USER_AGENT",
    "HTTP_PROXY_CONNECTION",
    "HTTP_REFERER",
    "HTTP_COOKIE",
    "HTTP_FORWARDED",
    "HTTP_HOST",
    "HTTP_ACCEPT",
    "REQUEST_METHOD",
    "REQUEST_SCHEME",
    "REQUEST_URI",
    "REQUEST_FILENAME",
    "REMOTE_HOST",
    "REMOTE_IDENT",
    "REMOTE_USER",
    "SERVER_ADMIN",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "SCRIPT_FILENAME",
    "PATH_INFO",
    "QUERY_STRING",
    "IS_SUBREQ",
    "DOCUMENT_ROOT",
    "AUTH_TYPE",
    "THE_REQUEST",
    "CONTENT_TYPE",
    "HANDLER",
    "REQUEST_LOG_ID",
    "SCRIPT_USER",
    "SCRIPT_GROUP",
    "DOCUMENT_URI",
    "LAST_MODIFIED",
    "CONTEXT_PREFIX",
    "CONTEXT_DOCUMENT_ROOT",
    "REQUEST_STATUS",
    "REMOTE_ADDR",
    "REMOTE_PORT",
    "HTTPS",
    "IPV6",
    "CONN_LOG_ID",
    "CONN_REMOTE_ADDR",
    "HTTP2",
];

const FUNCTIONS: &[&str] = &[
    "osenv",
    "env",
    "resp",
    "req",
    "http",
    "note",
    "reqenv",
    "req_novary",
    "tolower",
    "toupper",
    "escape",
    "unescape",
    "file",
    "filesize",
    "base64",
    "unbase64",
    "sha1",
    "md5",
    "ldap",
];

const UNARY: &[u8] = b"nzRTdefsLhxFUA";

const BINARY: &[&str] = &["ipmatch", "fnmatch", "strmatch", "strcmatch"];

/// Whether there is such a name; none where a module that is not known may have it.
pub(super) fn has(line: &Line<'_>, kind: Kind, name: &[u8]) -> Option<bool> {
    let one_of = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    let starts =
        |prefix: &[u8]| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let known = match kind {
        Kind::Variable => one_of(VARIABLES),
        Kind::Function => one_of(FUNCTIONS),
        Kind::ListFunction => false,
        Kind::Unary => matches!(name, [letter] if UNARY.contains(letter)),
        Kind::Binary => one_of(BINARY),
    };
    if known {
        return Some(true);
    }
    let module = match kind {
        Kind::Variable if starts(b"SSL_") => "mod_ssl.c",
        Kind::Function if one_of(&["SSL"]) => "mod_ssl.c",
        Kind::ListFunction if one_of(&["PeerExtList"]) => "mod_ssl.c",
        Kind::Variable if starts(b"HC_") => "mod_proxy_hcheck.c",
        Kind::Function if one_of(&["HC"]) => "mod_proxy_hcheck.c",
        _ => return line.knows_all_modules().then_some(false),
    };
    line.config.modules.has(module.as_bytes())
}

/// httpd's words for a name that there is not.
pub(super) fn missing(kind: Kind, name: &[u8]) -> Vec<u8> {
    let (kind, dash) = match kind {
        Kind::Variable => ("Variable", ""),
        Kind::Function => ("Function", ""),
        Kind::ListFunction => ("List-returning function", ""),
        Kind::Unary => ("Unary operator", "-"),
        Kind::Binary => ("Binary operator", "-"),
    };
    [kind.as_bytes(), b" '", dash.as_bytes(), name, b"' does not exist"].concat()
}
