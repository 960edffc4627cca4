//! Renderers: findings become text for people and for machines.
//!
//! In: an [`Outcome`], all that one run found, with the files it speaks of. Out: bytes in the writer that is
//! given. Invariants: pure functions, no file and no terminal is touched; the same outcome gives the same
//! bytes; no control character of a file, a path or a message reaches a human format or JSON raw; the work for
//! one finding does not grow with the length of its line or of its file.

mod concise;
mod excerpt;
mod fingerprint;
mod format;
mod full;
mod github;
mod gitlab;
mod job_summary;
mod json;
mod notes;
mod outcome;
mod paint;
mod place;
mod pretty;
mod preview;
mod sarif;
mod sheet;
mod shown;
mod source;
mod summary;

use std::io::{self, BufWriter, Write};

use fpmlint_diagnostics::RuleMeta;

pub use concise::concise;
pub use format::{Format, UnknownFormat};
pub use full::full;
pub use github::github;
pub use gitlab::gitlab;
pub use job_summary::job_summary;
pub use json::{json, json_object, json_schema, jsonl};
pub use outcome::{Counts, Outcome, RunError, Style, UnknownFact};
pub use pretty::pretty;
pub use sarif::sarif;
pub use shown::one_line;
pub use source::{Source, Sources};
pub use summary::{run_errors, summary_line};

/// Where the rules' pages are; a rule's page is this, its name and `.md`.
pub const DOCS_URL: &str = "https://github.com/fpmlint/fpmlint/blob/main/docs/rules/";

/// The address of a rule's page.
pub fn rule_url(rule: &RuleMeta) -> String {
    format!("{DOCS_URL}{}.md", rule.name)
}

/// Writes the outcome in one of the formats. The human formats hold the findings alone: [`run_errors`] and
/// [`summary_line`] are separate, as they may go to another stream. Errors are the writer's.
pub fn render(format: Format, outcome: &Outcome<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Pretty => pretty(outcome, style, out),
        Format::Full => full(outcome, style, out),
        Format::Concise => concise(outcome, style, out),
        Format::Json => json(outcome, out),
        Format::Jsonl => jsonl(outcome, out),
        Format::Sarif => sarif(outcome, out),
        Format::Github => github(outcome, out),
        Format::Gitlab => gitlab(outcome, out),
    }
}

/// Runs `write` on a buffered `out` and flushes it: renderers write in small pieces.
fn buffered(
    out: &mut dyn Write,
    write: impl FnOnce(&mut BufWriter<&mut dyn Write>) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(32 * 1024, out);
    write(&mut out)?;
    out.flush()
}
