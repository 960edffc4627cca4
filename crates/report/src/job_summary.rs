//! The page that GitHub shows for a job: a table of the findings, in Markdown.

use std::io::{self, Write};

use fpmlint_diagnostics::{Diagnostic, Severity};

use crate::github::place;
use crate::shown::one_line;
use crate::summary::found;
use crate::{Outcome, buffered, rule_url};

/// Rows of the table. GitHub takes no more than a mebibyte for a step.
const MAX_ROWS: usize = 500;
/// Characters of one cell.
const MAX_CELL: usize = 400;
/// Unknown facts and errors that are listed.
const MAX_LISTED: usize = 50;

/// Writes the numbers, the findings with the worst first, and what could not be known. Errors are the writer's.
pub fn job_summary(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    buffered(out, |out| {
        writeln!(out, "## fpmlint\n")?;
        for error in outcome.errors.iter().take(MAX_LISTED) {
            let file = error.file.as_deref().map(|file| format!("{file}: ")).unwrap_or_default();
            writeln!(out, "- **error** {}", markdown(&format!("{file}{}", error.message)))?;
        }
        if !outcome.errors.is_empty() {
            writeln!(out)?;
        }
        writeln!(out, "{}\n", markdown(&found(outcome)))?;
        write_table(outcome, out)?;
        if !outcome.unknowns.is_empty() {
            writeln!(out, "Not known here:\n")?;
        }
        for unknown in outcome.unknowns.iter().take(MAX_LISTED) {
            writeln!(out, "- {}: {}", markdown(&unknown.fact), markdown(&unknown.how))?;
        }
        Ok(())
    })
}

fn write_table(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    if outcome.diagnostics.is_empty() {
        return Ok(());
    }
    let mut worst_first: Vec<&Diagnostic> = outcome.diagnostics.iter().collect();
    worst_first.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    writeln!(out, "| | Rule | Place | |\n|---|---|---|---|")?;
    for diagnostic in worst_first.iter().take(MAX_ROWS) {
        let sign = match diagnostic.severity {
            Severity::Error => ":x:",
            Severity::Warning => ":warning:",
            Severity::Info => ":information_source:",
        };
        let place = place(outcome.sources.source(diagnostic.file), diagnostic.span.start);
        writeln!(
            out,
            "| {sign} | [{rule}]({url}) | <code>{place}</code> | {message} |",
            rule = diagnostic.rule.name,
            url = rule_url(diagnostic.rule),
            place = markdown(&place),
            message = markdown(&diagnostic.message),
        )?;
    }
    if worst_first.len() > MAX_ROWS {
        writeln!(out, "\n{} more are not listed.", worst_first.len() - MAX_ROWS)?;
    }
    writeln!(out)
}

/// A text in which nothing is markup but pairs of backticks, on one line.
fn markdown(text: &str) -> String {
    let text = one_line(text);
    let mut pairs = text.matches('`').count() / 2 * 2;
    let mut inside = false;
    let mut escaped = String::with_capacity(text.len() + 16);
    for (number, character) in text.chars().enumerate() {
        if number == MAX_CELL {
            escaped.push_str("...");
            break;
        }
        match character {
            '`' if pairs > 0 => {
                escaped.push_str(if inside { "</code>" } else { "<code>" });
                inside = !inside;
                pairs -= 1;
            }
            ' ' | '/' | '.' | ',' | '-' | ':' | ';' | '=' | '(' | ')' | '"' | '\'' | '%' | '$' => {
                escaped.push(character);
            }
            character if character.is_ascii_punctuation() => {
                escaped.push_str(&format!("&#{};", character as u32));
            }
            character => escaped.push(character),
        }
    }
    if inside {
        escaped.push_str("</code>");
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pairs_of_backticks_are_markup() {
        assert_eq!(markdown("`a|b` <b>\n[x](y) `"), "<code>a&#124;b</code> &#60;b&#62; &#91;x&#93;(y) &#96;");
        let long = markdown(&format!("`{}`", "x".repeat(1000)));
        assert!(long.ends_with("x...</code>") && long.len() < 450, "{long}");
    }
}
