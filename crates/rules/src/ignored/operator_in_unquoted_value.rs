//! `operator-in-unquoted-value`: an operator turns an unquoted text into a number.

use fpmlint_catalog::php_fpm::{DirectiveId, id};
use fpmlint_daemons::{Part, Place};
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::sources;
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "operator-in-unquoted-value",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "an operator in a value without quotes makes it a number",
        page: include_str!("operator_in_unquoted_value.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack) {
        for setting in &source.ini.settings {
            judge(stack, source.host, setting.value.known(), (setting.place, Reader::PhpIni), findings);
        }
    }
    for (pool, facts) in stack.pools.iter().enumerate() {
        for setting in stack.pool_config(pool).settings.iter().filter(|setting| takes_text(setting.id)) {
            judge(stack, facts.host, setting.value.known(), (setting.place, Reader::PhpFpm), findings);
        }
    }
}

fn judge(
    stack: &Stack,
    host: usize,
    value: Option<&[u8]>,
    (place, reader): (Place, Reader),
    findings: &mut Findings<'_>,
) {
    // What operators make is a number, and few texts with a meaning are one.
    let Some(value) = value.filter(|value| is_result(value)) else { return };
    let place = place.with(Part::Value);
    let written = findings.text(place);
    if !is_text_with_operator(&written) {
        return;
    }
    let mut finding = findings
        .at(place, format!("the value is {}: `{written}` is worked out as numbers", show(value)))
        .help("without quotes `& | ^ ~ !` and parentheses are operators, and a text counts as 0; put the value in quotes")
        .reader(reader)
        .host(stack, host);
    if !written.contains(['"', '\\', '$']) {
        let edits = vec![findings.replacement(place, format!("\"{written}\""))];
        finding = finding.fix("Put the value in quotes", Applicability::Unsafe, edits);
    }
    findings.push(finding);
}

/// Whether a directive takes texts of which a number is seldom one.
fn takes_text(directive: DirectiveId) -> bool {
    matches!(
        directive,
        id::ACCESS_FORMAT
            | id::ACCESS_LOG
            | id::CHDIR
            | id::CHROOT
            | id::ENV
            | id::LISTEN
            | id::LISTEN_ALLOWED_CLIENTS
            | id::PHP_ADMIN_VALUE
            | id::PHP_VALUE
            | id::PING_PATH
            | id::PING_RESPONSE
            | id::PM_STATUS_LISTEN
            | id::PM_STATUS_PATH
            | id::PREFIX
            | id::SECURITY_LIMIT_EXTENSIONS
            | id::SLOWLOG
    )
}

/// Whether a value may come from operators: small numbers are far more often written as they are, which the written text
/// then shows.
fn is_result(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    !digits.is_empty() && digits.len() <= 11 && digits.iter().all(u8::is_ascii_digit)
}

/// Whether a value holds an operator without quotes beside a word that is neither a number nor a constant.
fn is_text_with_operator(written: &str) -> bool {
    if written.starts_with(['"', '\'']) || !written.contains(['&', '|', '^', '~', '!']) {
        return false;
    }
    let is_operator = |letter: char| "&|^~!() \t".contains(letter);
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let is_constant = |word: &str| {
        word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    written.split(is_operator).any(|word| !word.is_empty() && !is_number(word) && !is_constant(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_no_texts() {
        for text in ["E_ALL & ~E_DEPRECATED", "4|1", "~1", "(1|2) & 3", "\"a&b\"", "'a|b'", "128M", ""] {
            assert!(!is_text_with_operator(text), "{text}");
        }
        for text in ["a&b", "~/log", "http://h/?a&b", "pass!word", "x|y"] {
            assert!(is_text_with_operator(text), "{text}");
        }
    }
}
