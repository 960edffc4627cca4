//! What is said about the place under the pointer.

use fpmlint_text::Span;

use crate::{Query, rule_intro};

/// Words about a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// The bytes that the words are about.
    pub span: Span,
    /// The words.
    pub markdown: String,
}

/// What is known of the place at `offset`.
pub fn hover(query: &Query<'_>, offset: u32) -> Option<Hover> {
    let findings = query.outcome.of_file(query.file);
    let touched: Vec<_> = findings.iter().filter(|finding| finding.span.touches(offset)).collect();
    let span = touched.iter().map(|finding| finding.span).min_by_key(|span| span.len())?;
    let mut seen = Vec::new();
    let mut sections = Vec::new();
    for finding in touched {
        if !seen.contains(&finding.rule.name) {
            seen.push(finding.rule.name);
            sections.push(format!("**{}**\n\n{}", finding.rule.name, rule_intro(finding.rule)));
        }
    }
    Some(Hover { span, markdown: sections.join("\n\n---\n\n") })
}
