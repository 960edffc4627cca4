//! The objects within the machine formats, made from findings.

use fpmlint_diagnostics::{Diagnostic, Fix, Phase, Reader};
use fpmlint_text::Span;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Outcome, Source, Sources, rule_url};

/// One finding.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Diagnostic")]
pub(super) struct Finding<'a> {
    /// The rule's name.
    rule: &'a str,
    /// The rule's group.
    #[schemars(extend("enum" = [
        "startup", "wiring", "security", "ignored", "capacity", "upgrade", "suppression"
    ]))]
    group: &'a str,
    /// How bad it is.
    #[schemars(extend("enum" = ["error", "warning", "info"]))]
    severity: &'a str,
    /// How sure it is.
    #[schemars(extend("enum" = ["certain", "likely", "possible"]))]
    confidence: &'a str,
    /// What is wrong, on one line.
    message: &'a str,
    /// What happens at run time and what to do.
    help: Option<&'a str>,
    /// The file: relative to the current folder where it lies below it, else absolute; bytes that are not UTF-8
    /// are percent-encoded.
    file: &'a str,
    /// Where it is in the file.
    range: Range,
    /// Further places.
    related: Vec<Related<'a>>,
    /// A change that mends it.
    fix: Option<FixEntry<'a>>,
    /// The rule's page.
    url: String,
    /// Whether the line is what the profile's distribution or image ships.
    stock: bool,
    /// In how many contexts and hosts the same finding holds.
    count: u32,
    /// The host that it concerns; null where there is only one.
    host: Option<&'a str>,
    /// The daemon whose configuration it concerns.
    #[schemars(extend("enum" = ["php-fpm", "php-ini", "nginx", "apache", null]))]
    reader: Option<&'a str>,
    /// Who refuses: `test` is the daemon's own configuration test; `start` means that it passes that test and
    /// dies at start; null means neither.
    #[schemars(extend("enum" = ["test", "start", null]))]
    phase: Option<&'a str>,
    /// Whether it is the one refusal that the daemon would print.
    first: bool,
    /// The first refusing line of the daemon's own wording, without time stamp, pid and program prefix.
    daemon: Option<&'a str>,
    /// The file that the daemon would name.
    daemon_file: Option<&'a str>,
    /// The line that the daemon would name, from 1.
    daemon_line: Option<u32>,
}

/// A range of a file; the end is exclusive.
#[derive(Serialize, JsonSchema)]
struct Range {
    /// Its first character.
    start: Point,
    /// The place behind its last character.
    end: Point,
}

/// A place in a file.
#[derive(Serialize, JsonSchema)]
struct Point {
    /// From 1.
    #[schemars(range(min = 1))]
    line: u32,
    /// In characters, from 1.
    #[schemars(range(min = 1))]
    column: u32,
    /// In bytes from the start of the file, from 0.
    offset: u32,
}

/// A further place of a finding.
#[derive(Serialize, JsonSchema)]
struct Related<'a> {
    /// The file.
    file: &'a str,
    /// Where it is in the file.
    range: Range,
    /// What is there.
    message: &'a str,
}

/// A change that mends a finding.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
struct FixEntry<'a> {
    /// Whether it may be applied unseen.
    #[schemars(extend("enum" = ["safe", "unsafe", "display-only"]))]
    applicability: &'a str,
    /// The edits: all of them or none.
    edits: Vec<EditEntry<'a>>,
}

/// One replacement.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
struct EditEntry<'a> {
    /// The file.
    file: &'a str,
    /// Offset in bytes of the first byte to replace.
    start: u32,
    /// Offset in bytes behind the last byte to replace.
    end: u32,
    /// The new text.
    text: &'a str,
}

/// How much was found.
#[derive(Serialize, JsonSchema)]
pub(super) struct Summary {
    /// Findings of severity error.
    error: usize,
    /// Findings of severity warning.
    warning: usize,
    /// Findings of severity info.
    info: usize,
    /// Files that were checked.
    files: usize,
}

impl<'a> Finding<'a> {
    /// The finding with its places resolved.
    pub fn new(diagnostic: &'a Diagnostic, sources: &'a dyn Sources) -> Finding<'a> {
        let source = sources.source(diagnostic.file);
        let daemon = diagnostic.daemon.as_ref();
        let daemon_file = daemon.and_then(|daemon| daemon.file).map(|file| sources.source(file));
        let related = diagnostic.related.iter().map(|label| {
            let source = sources.source(label.file);
            Related { file: &source.name, range: range(source, label.span), message: &label.message }
        });
        Finding {
            rule: diagnostic.rule.name,
            group: diagnostic.rule.group.name(),
            severity: diagnostic.severity.name(),
            confidence: diagnostic.confidence.name(),
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            file: &source.name,
            range: range(source, diagnostic.span),
            related: related.collect(),
            fix: diagnostic.fix.as_ref().map(|fix| fix_entry(fix, sources)),
            url: rule_url(diagnostic.rule),
            stock: diagnostic.stock,
            count: diagnostic.count,
            host: diagnostic.host.as_deref(),
            reader: diagnostic.reader.map(Reader::name),
            phase: diagnostic.phase.map(Phase::name),
            first: diagnostic.first,
            daemon: daemon.map(|daemon| daemon.message.as_str()),
            daemon_file: daemon_file.map(|source| source.name.as_str()),
            daemon_line: daemon.and_then(|daemon| daemon.line),
        }
    }
}

impl Summary {
    /// Counts the findings.
    pub fn new(outcome: &Outcome<'_>) -> Summary {
        let counts = outcome.counts();
        Summary { error: counts.errors, warning: counts.warnings, info: counts.infos, files: outcome.files }
    }
}

fn fix_entry<'a>(fix: &'a Fix, sources: &'a dyn Sources) -> FixEntry<'a> {
    let edits = fix.edits.iter().map(|edit| EditEntry {
        file: &sources.source(edit.file).name,
        start: edit.span.start,
        end: edit.span.end,
        text: &edit.text,
    });
    FixEntry { applicability: fix.applicability.name(), edits: edits.collect() }
}

fn range(source: &Source, span: Span) -> Range {
    Range { start: point(source, span.start), end: point(source, span.end) }
}

fn point(source: &Source, offset: u32) -> Point {
    let position = source.position(offset);
    Point { line: position.line + 1, column: position.column + 1, offset }
}
