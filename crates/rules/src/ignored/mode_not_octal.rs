//! `mode-not-octal`: `listen.mode` is no octal number, so the socket gets mode 0000 or another than it seems.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;
use fpmlint_stack::socket::mode_bits;

use crate::words::show;
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "mode-not-octal",
        group: Group::Ignored,
        default: Level::On(Severity::Error),
        summary: "`listen.mode` is not an octal number",
        page: include_str!("mode_not_octal.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for pool in 0..stack.pools.len() {
        if !stack.is_unix(pool) {
            continue;
        }
        let Some(setting) = stack.setting(pool, id::LISTEN_MODE) else { continue };
        let Some(text) = setting.value.known().filter(|text| !text.is_empty()) else { continue };
        if text.iter().all(|byte| (b'0'..=b'7').contains(byte)) {
            continue;
        }
        let bits = mode_bits(text);
        let place = setting.place.with(Part::Value);
        let mut finding = findings
            .at(place, format!("`listen.mode = {}` is not an octal number: the socket gets mode {bits:04o}", show(text)))
            .help(help(bits))
            .reader(Reader::PhpFpm)
            .host(stack, stack.pools[pool].host);
        if let Some(octal) = symbolic(text) {
            let edit = findings.replacement(place, octal.clone());
            finding = finding.fix(format!("Write `{octal}`"), Applicability::Unsafe, vec![edit]);
        }
        findings.push(finding);
    }
}

fn help(bits: u32) -> &'static str {
    if bits & 0o222 == 0 {
        "nobody but root can connect, so every PHP request answers 502 (nginx) or 503 (Apache); write digits from 0 to 7, such as 0660"
    } else {
        "php-fpm reads the digits from 0 to 7 at the beginning and drops the rest; write an octal number such as 0660"
    }
}

/// `rw-rw----` as digits; none for other texts.
fn symbolic(text: &[u8]) -> Option<String> {
    let full: [u8; 9] = match text.len() {
        9 => text.try_into().ok()?,
        6 => [text[0], text[1], b'-', text[2], text[3], b'-', text[4], text[5], b'-'],
        _ => return None,
    };
    let mut digits = String::from("0");
    for class in full.chunks(3) {
        let bit = |at: usize, letter: u8, value: u32| match class[at] {
            b'-' => Some(0),
            byte if byte == letter => Some(value),
            _ => None,
        };
        let value = bit(0, b'r', 4)? + bit(1, b'w', 2)? + bit(2, b'x', 1)?;
        digits.push(char::from_digit(value, 8)?);
    }
    Some(digits)
}
