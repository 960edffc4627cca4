//! `continued-comment`: a comment that ends in a backslash swallows the next line.

use fpmlint_diagnostics::{Applicability, Edit, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;
use fpmlint_syntax::Dialect;
use fpmlint_text::Span;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "continued-comment",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "a comment that ends in a backslash swallows the next line",
        page: include_str!("continued_comment.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for apache in &stack.apache {
        for &(file, number) in &apache.config.continued_comments {
            let tree = stack.files.tree(file, Dialect::Httpd);
            let Some(comment) = tree.comments().nth(number as usize) else { continue };
            let first = comment.text.iter().position(|byte| *byte == b'\n').unwrap_or(comment.text.len());
            let line = comment.text.get(..first).unwrap_or(b"").trim_ascii_end();
            let span = Span::new(comment.span.start, comment.span.start + line.len() as u32);
            let finding = findings
                .at_span(file, span, "the backslash makes the next line part of this comment")
                .help("httpd joins lines before it looks for comments, so the next line has no effect; remove the backslash")
                .reader(Reader::Apache)
                .host(stack, apache.host);
            // The comment's text keeps no space before the backslash.
            let text = line.strip_suffix(b"\\").unwrap_or(line).trim_ascii_end();
            let end = Span::new(span.start + text.len() as u32, span.end);
            let edit = Edit { file, span: end, text: String::new() };
            let finding = finding.fix("Remove the backslash", Applicability::Unsafe, vec![edit]);
            findings.push(finding);
        }
    }
}
