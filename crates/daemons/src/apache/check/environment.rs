//! mod_setenvif: variables that depend on a request.

use fpmlint_catalog::apache::id;

use super::{Checks, Line, List, core, count};
use crate::Part;
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[
    (id::SET_ENV_IF, |checks, line| set_env_if(checks, line, true, false)),
    (id::SET_ENV_IF_NO_CASE, |checks, line| set_env_if(checks, line, true, true)),
    (id::BROWSER_MATCH, |checks, line| set_env_if(checks, line, false, false)),
    (id::BROWSER_MATCH_NO_CASE, |checks, line| set_env_if(checks, line, false, true)),
    (id::SET_ENV_IF_EXPR, set_env_if_expression),
];

fn set_env_if(checks: &mut Checks, line: &Line<'_>, has_header: bool, ignore_case: bool) -> Option<Fault> {
    let mut words = line.words();
    let name = line.name();
    let header = if has_header { words.next() } else { None };
    if has_header && header.as_ref().is_none_or(|header| header.text.is_empty()) {
        return count(format!("Missing header-field name for {name}"));
    }
    let pattern = words.next().filter(|word| !word.text.is_empty());
    let Some(pattern) = pattern else { return count(format!("Missing regular expression for {name}")) };
    if !is_plain(&pattern.text) {
        let words = || format!("{name} regex could not be compiled.").into_bytes();
        if let Some(fault) = checks.compile(&pattern.text, ignore_case, pattern.part, words) {
            return Some(fault);
        }
    }
    let wrong =
        header.and_then(|header| header_pattern(checks, line, &header.text, header.part, ignore_case));
    wrong.or_else(|| missing_variable(line, words.next().is_some_and(|word| !word.text.is_empty())))
}

fn missing_variable(line: &Line<'_>, is_there: bool) -> Option<Fault> {
    if is_there { None } else { count(format!("Missing envariable expression for {}", line.name())) }
}

/// A header's name may itself be a pattern.
fn header_pattern(
    checks: &Checks,
    line: &Line<'_>,
    header: &[u8],
    part: Part,
    ignore_case: bool,
) -> Option<Fault> {
    const SPECIAL: [&str; 6] =
        ["remote_addr", "remote_host", "request_uri", "request_method", "request_protocol", "server_addr"];
    let is_word = header.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_word || SPECIAL.iter().any(|special| super::is(header, special)) {
        return None;
    }
    let words = || format!("{}Header name regex could not be compiled.", line.name()).into_bytes();
    checks.compile(header, ignore_case, part, words)
}

/// Whether httpd takes a pattern for a plain text: every special character escaped, and no other one.
fn is_plain(pattern: &[u8]) -> bool {
    let mut escaped = false;
    for byte in pattern {
        match byte {
            b'^' | b'.' | b'$' | b'|' | b'(' | b')' | b'[' | b']' | b'*' | b'+' | b'?' | b'{' | b'}'
                if !escaped =>
            {
                return false;
            }
            b'^' | b'.' | b'$' | b'|' | b'(' | b')' | b'[' | b']' | b'*' | b'+' | b'?' | b'{' | b'}' => {
                escaped = false;
            }
            b'\\' => escaped = !escaped,
            _ if escaped => return false,
            _ => {}
        }
    }
    true
}

fn set_env_if_expression(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let expression = line.word(0).filter(|word| !word.text.is_empty());
    let Some(expression) = expression else { return count("Missing expression for SetEnvIfExpr") };
    let wrong = core::condition(checks, line, &expression.text, expression.part, |wrong| {
        [b"Could not parse expression \"", &*expression.text, b"\": ", wrong].concat()
    });
    wrong.or_else(|| missing_variable(line, line.word(1).is_some_and(|word| !word.text.is_empty())))
}
