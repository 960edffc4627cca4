//! `expression-in-quotes`: constants in quotes are not looked up.

use fpmlint_daemons::{Part, Place};
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::{of_pool, plain, sources};
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "expression-in-quotes",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "a quoted expression is text, and PHP reads it as the number 0",
        page: include_str!("expression_in_quotes.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack) {
        for setting in plain(source.ini).filter(|setting| *setting.name == *b"error_reporting") {
            judge(stack, source.host, setting.value.known(), (setting.place, Reader::PhpIni), findings);
        }
    }
    for (pool, facts) in stack.pools.iter().enumerate() {
        for (_, setting) in of_pool(stack.pool_config(pool)).filter(|(name, _)| *name == b"error_reporting") {
            judge(stack, facts.host, setting.value.known(), (setting.place, Reader::PhpFpm), findings);
        }
    }
}

fn judge(
    stack: &Stack,
    host: usize,
    text: Option<&[u8]>,
    (place, reader): (Place, Reader),
    findings: &mut Findings<'_>,
) {
    let Some(text) = text.filter(|text| text.starts_with(b"E_") || text.starts_with(b"~E_")) else { return };
    let place = place.with(Part::Value);
    let written = findings.text(place);
    let mut finding = findings
        .at(place, format!("`error_reporting` is 0: \"{}\" in quotes is a text", show(text)))
        .help("PHP works out constants and operators only without quotes, and reads this as 0: no error is reported")
        .reader(reader)
        .host(stack, host);
    let bare = written.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|bare| !bare.contains('"'));
    if let Some(bare) = bare {
        let edits = vec![findings.replacement(place, bare)];
        finding = finding.fix("Take the quotes away", Applicability::Safe, edits);
    }
    findings.push(finding);
}
