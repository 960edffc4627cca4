//! `ini-rest-of-file-dropped`: what stands behind a syntax error of an ini file is dropped.

use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::sources;
use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "ini-rest-of-file-dropped",
        group: Group::Ignored,
        default: Level::On(Severity::Error),
        summary: "a syntax error ends a php.ini early, and the rest of the file is dropped",
        page: include_str!("ini_rest_of_file_dropped.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack) {
        for dropped in &source.ini.dropped {
            let file = stack.files.get(dropped.place.file);
            let lines = file.lines();
            let (first, last) = (lines.line(dropped.span.start), lines.line(dropped.span.end.saturating_sub(1)));
            let message = format!(
                "PHP says: {} on line {}: it drops the rest of this file ({} lines)",
                dropped.message,
                dropped.daemon_line,
                last.saturating_sub(first) + 1
            );
            let finding = findings
                .at(dropped.place, message)
                .help(
                    "`php-fpm -t` still succeeds, and the settings behind this place keep their defaults; \
                     quote a value that holds one of ; = & | ^ ~ ! ( ) { } [ ], and write comments with `;`",
                )
                .reader(Reader::PhpIni)
                .host(stack, source.host);
            findings.push(finding);
        }
    }
}
