//! What a virtual host of Apache says, and which `<Directory>` sections of the main server concern it.
//!
//! Invariant: where a path of the configuration could lie in a folder of one site's sections and not in that of
//! another's, the sites have different shapes: only the document root and what lies below it is left open.

use fpmlint_catalog::apache::{DirectiveId, id};
use fpmlint_daemons::apache::{Config, ScopeId};
use fpmlint_workspace::has_wildcard;

use super::{KnownLines, Writer};
use crate::Stack;

/// Directives that name the site or its logs, or that add to answers: no request goes another way because of them.
const OWN: [DirectiveId; 10] = [
    id::SERVER_NAME,
    id::SERVER_ALIAS,
    id::SERVER_ADMIN,
    id::ERROR_LOG,
    id::CUSTOM_LOG,
    id::TRANSFER_LOG,
    id::SSL_CERTIFICATE_FILE,
    id::SSL_CERTIFICATE_KEY_FILE,
    id::HEADER,
    id::EXPIRES_BY_TYPE,
];

/// Variables whose values are the request's alone.
const OF_REQUEST: [&[u8]; 8] = [
    b"REQUEST_URI",
    b"QUERY_STRING",
    b"REQUEST_METHOD",
    b"REQUEST_SCHEME",
    b"HTTPS",
    b"SERVER_PORT",
    b"REMOTE_ADDR",
    b"ENV:REDIRECT_STATUS",
];

/// Directives whose answer may be the site's own: a pattern that is held against its folders or its names.
const TOO_OWN: [DirectiveId; 5] = [
    id::SECTION_DIRECTORY_MATCH,
    id::SECTION_IF,
    id::SECTION_ELSE_IF,
    id::VIRTUAL_DOCUMENT_ROOT,
    id::VIRTUAL_SCRIPT_ALIAS,
];

/// Sections of the main server that may be about a site's own socket.
const OF_SOCKETS: [DirectiveId; 2] = [id::SECTION_PROXY, id::SECTION_PROXY_MATCH];

/// How a folder of a section lies to a document root.
enum Lies {
    AtOrAbove,
    Below,
    Apart,
    /// It depends on more than the text of both.
    Unclear,
}

pub(super) fn shape(stack: &Stack, index: usize, server: ScopeId, known: &mut KnownLines) -> Option<Writer> {
    let config = &stack.apache[index].config;
    let opening = config.scopes.get(server).statement?;
    let root = config.document_root(server)?.0;
    let mut writer = Writer::new(index, root.as_bytes())?;
    // Their lines are those of files, not of the server, and which of them are there is the host's.
    if stack.apache.iter().any(|other| other.config.htaccess) {
        return None;
    }
    main_folders(config, root.as_bytes(), &mut writer)?;
    for id in config.within(opening) {
        let statement = config.statement(id);
        let directive = statement.id?;
        if OWN.contains(&directive) {
            continue;
        }
        if TOO_OWN.contains(&directive) {
            return None;
        }
        let length = (statement.next.index() - id.index()) as u32;
        writer.head([directive.index() as u32 * 2 + u32::from(statement.certain), length]);
        let tests_file = || directive == id::REWRITE_COND && is_file_test(&config.text(id, 1));
        let is_of_request = |behind: &[u8]| is_of_request(behind) || tests_file();
        let plain_line = || config.plain_line(id);
        match config.seen_line(id) {
            Some(line) if known.is_closed(line, &writer.root, b'%', plain_line, is_of_request) => {
                writer.seen(line);
            }
            _ => writer.text(plain_line()?, b'%', is_of_request)?,
        }
        if directive == id::SECTION_DIRECTORY {
            let scope = config.opened_by(id)?;
            let lies = lies(config, scope, root.as_bytes());
            writer.number(match lies {
                Lies::AtOrAbove => 1,
                Lies::Below => 2,
                Lies::Apart => 3,
                Lies::Unclear => return None,
            });
        }
    }
    Some(writer)
}

/// Writes down the sections of the main server that concern what lies below a document root.
fn main_folders(config: &Config, root: &[u8], writer: &mut Writer) -> Option<()> {
    let mut too_own = TOO_OWN.iter().chain(&OF_SOCKETS);
    if too_own.any(|directive| config.scopes.last(ScopeId::MAIN, *directive).is_some()) {
        return None;
    }
    for statement in config.scopes.all(ScopeId::MAIN, id::SECTION_DIRECTORY) {
        let scope = config.opened_by(statement)?;
        match lies(config, scope, root) {
            Lies::Apart => {}
            Lies::AtOrAbove => writer.number(statement.index() as u32),
            Lies::Below => {
                writer.number(statement.index() as u32);
                writer.text(&config.target(scope), b'%', |_| true)?;
            }
            Lies::Unclear => return None,
        }
    }
    writer.number(u32::MAX);
    Some(())
}

fn lies(config: &Config, section: ScopeId, root: &[u8]) -> Lies {
    let target = config.target(section);
    let is_plain = target.starts_with(b"/") && !target.windows(2).any(|two| two == b"//" || two == b"/.");
    if config.scopes.get(section).is_pattern || !is_plain {
        return Lies::Unclear;
    }
    if has_wildcard(&target) {
        let literal = target.iter().position(|byte| b"*?[".contains(byte)).unwrap_or(target.len());
        let literal = target.get(..literal).unwrap_or(&target);
        let may_meet = root.starts_with(literal) || literal.starts_with(root);
        return if may_meet { Lies::Unclear } else { Lies::Apart };
    }
    let (root, target) = (trimmed(root), trimmed(&target));
    if is_below(root, target) {
        return Lies::AtOrAbove;
    }
    if is_below(target, root) { Lies::Below } else { Lies::Apart }
}

/// Whether a condition asks what lies at a path, such as `!-f`.
fn is_file_test(word: &[u8]) -> bool {
    matches!(word.strip_prefix(b"!").unwrap_or(word), [b'-', letter] if letter.is_ascii_alphabetic())
}

/// Whether what follows a `%` is no variable, or one that has the value that the request gives it.
fn is_of_request(behind: &[u8]) -> bool {
    let Some(name) = behind.strip_prefix(b"{") else { return true };
    let name = name.split(|byte| *byte == b'}').next().unwrap_or(name);
    OF_REQUEST.iter().any(|known| known.eq_ignore_ascii_case(name))
        || name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"HTTP_"))
}

fn trimmed(path: &[u8]) -> &[u8] {
    path.strip_suffix(b"/").unwrap_or(path)
}

/// Whether a path is a folder or lies below it.
fn is_below(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}
