//! `quote-without-end`: a quote without its end: the word reaches to the end of the line.

use fpmlint_daemons::apache::SilentKind;
use fpmlint_diagnostics::{Applicability, Edit, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;
use fpmlint_text::Span;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "quote-without-end",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "a quote without its end: the word reaches to the end of the line",
        page: include_str!("quote_without_end.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for apache in &stack.apache {
        let found = apache.config.silent.iter().filter(|silent| silent.kind == SilentKind::OpenQuote);
        for silent in found {
            let mut finding = findings
                .at(silent.place, "the quote is never closed: the word reaches to the end of the line")
                .help("httpd takes it so without a word; close the quote")
                .reader(Reader::Apache)
                .host(stack, apache.host);
            let text = findings.text(silent.place);
            let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''));
            // A backslash would take the new quote's meaning away, and a `>` may be meant to end a tag.
            if let Some(quote) = quote.filter(|_| !text.ends_with('\\') && !text.contains('>')) {
                let at = Span::empty(findings.span(silent.place).end);
                let edit = Edit { file: silent.place.file, span: at, text: quote.to_string() };
                finding = finding.fix("Close the quote", Applicability::Safe, vec![edit]);
            }
            findings.push(finding);
        }
    }
}
