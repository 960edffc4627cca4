//! What a server of nginx says.
//!
//! Invariant: every variable whose value could be the site's own is one of the document root, and those are let
//! pass only where nothing but the host's files is compared with them.

use fpmlint_catalog::nginx::{DirectiveId, id};
use fpmlint_daemons::nginx::ScopeId;

use super::Writer;
use crate::Stack;

/// Directives that name the site or its logs, or tell PHP something: no request goes another way because of them.
const OWN: [DirectiveId; 9] = [
    id::SERVER_NAME,
    id::ACCESS_LOG,
    id::ERROR_LOG,
    id::FASTCGI_PARAM,
    id::FASTCGI_CACHE,
    id::FASTCGI_CACHE_KEY,
    id::SSL_CERTIFICATE,
    id::SSL_CERTIFICATE_KEY,
    id::SSL_TRUSTED_CERTIFICATE,
];

/// Variables whose values are the request's alone.
const OF_REQUEST: [&[u8]; 12] = [
    b"uri",
    b"document_uri",
    b"args",
    b"query_string",
    b"is_args",
    b"request_uri",
    b"request_method",
    b"scheme",
    b"https",
    b"remote_addr",
    b"fastcgi_script_name",
    b"fastcgi_path_info",
];

pub(super) fn shape(stack: &Stack, index: usize, server: ScopeId) -> Option<Writer> {
    if server.is_in_trunk() {
        return None;
    }
    let config = &stack.nginx[index].config;
    let root = config.scope(server).last(id::ROOT)?;
    let mut writer = Writer::new(index, &config.arg_text(root.at, 0))?;
    for (_, scope) in config.scopes.of_unit(server) {
        writer.number(u32::MAX);
        for item in scope.items.iter().chain(&scope.locations) {
            if OWN.contains(&item.id) {
                continue;
            }
            writer.number(item.id.index() as u32);
            let statement = config.statement(item.at)?;
            let tests_file = item.id == id::IF && is_test(&config.arg_text(item.at, 0));
            let head = if item.scope.is_some() { statement.head_span() } else { statement.span() };
            let head = head.of(statement.tree().text());
            writer.text(head, b'$', |behind| is_of_request(behind, tests_file))?;
        }
    }
    Some(writer)
}

/// Whether the first word of an `if` asks what lies at a path.
fn is_test(word: &[u8]) -> bool {
    word.starts_with(b"(-") || word.starts_with(b"(!-")
}

/// Whether the variable whose name follows a `$` has the value that the request gives it.
fn is_of_request(behind: &[u8], tests_file: bool) -> bool {
    let name = behind.strip_prefix(b"{").unwrap_or(behind);
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let end = name.iter().position(|byte| !is_part(byte)).unwrap_or(name.len());
    let name = name.get(..end).unwrap_or(b"");
    // Behind a `$` that ends a pattern stands no name.
    name.is_empty()
        || name.first().is_some_and(u8::is_ascii_digit)
        || OF_REQUEST.contains(&name)
        || tests_file && name == b"request_filename"
}
