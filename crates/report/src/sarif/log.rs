//! The objects of a SARIF log, made from findings.

use fpmlint_diagnostics::{Applicability, Diagnostic, Edit, Fix, Level, RuleMeta, Severity};
use fpmlint_text::{FileId, Span};
use serde::Serialize;

use super::Results;
use super::text::{first_paragraph, introduction, plain};
use super::uri::{Uri, uri, uri_of_name};
use crate::shown::{many_lines, one_line};
use crate::{Outcome, RunError, Source, Sources, rule_url};

/// Related places of one finding that are written.
const MAX_RELATED: usize = 50;

#[derive(Serialize)]
pub(super) struct Log<'a> {
    #[serde(rename = "$schema")]
    pub schema: &'a str,
    pub version: &'a str,
    pub runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a> {
    pub tool: Tool<'a>,
    pub invocations: [Invocation; 1],
    pub column_kind: &'a str,
    pub results: Results<'a>,
}

#[derive(Serialize)]
pub(super) struct Tool<'a> {
    pub driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver<'a> {
    pub name: &'a str,
    pub version: &'a str,
    pub semantic_version: &'a str,
    pub information_uri: &'a str,
    pub rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rule<'a> {
    id: &'a str,
    short_description: Text,
    full_description: Text,
    help: Help,
    help_uri: String,
    default_configuration: Configuration,
    properties: RuleProperties<'a>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    enabled: bool,
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties<'a> {
    tags: [&'a str; 1],
}

/// How the run went.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Finding<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: PartialFingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixEntry>,
    properties: FindingProperties<'a>,
}

#[derive(Serialize)]
struct PartialFingerprints {
    #[serde(rename = "fpmlintPlace/v1")]
    place: String,
}

#[derive(Serialize)]
struct FindingProperties<'a> {
    confidence: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Uri,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

/// A range of characters; the end is exclusive.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixEntry {
    description: Text,
    artifact_changes: Vec<Change>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    artifact_location: Uri,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted_content: Option<Text>,
}

impl<'a> Rule<'a> {
    pub fn new(meta: &'a RuleMeta) -> Rule<'a> {
        let page = introduction(meta.page);
        let full = first_paragraph(page);
        let summary = format!("{}.", meta.summary);
        let help_uri = rule_url(meta);
        let (enabled, severity) = match meta.default {
            Level::Off => (false, Severity::Info),
            Level::On(severity) => (true, severity),
        };
        let help = if page.is_empty() { &summary } else { page };
        Rule {
            id: meta.name,
            full_description: Text { text: plain(full.as_deref().unwrap_or(&summary)) },
            help: Help {
                text: plain(&format!("{help}\n\n{help_uri}")),
                markdown: format!("{help}\n\n[{}]({help_uri})", meta.name),
            },
            short_description: Text { text: plain(&summary) },
            help_uri,
            default_configuration: Configuration { enabled, level: self::level(severity) },
            properties: RuleProperties { tags: [meta.group.name()] },
        }
    }
}

impl Invocation {
    pub fn new(outcome: &Outcome<'_>) -> Invocation {
        Invocation {
            execution_successful: outcome.errors.is_empty(),
            tool_execution_notifications: outcome.errors.iter().map(Notification::new).collect(),
        }
    }
}

impl Notification {
    fn new(error: &RunError) -> Notification {
        let location = |file: &String| Location {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: uri_of_name(file),
                region: error.line.map(|line| Region {
                    start_line: line,
                    start_column: None,
                    end_line: None,
                    end_column: None,
                }),
            },
            message: None,
        };
        let locations = error.file.iter().map(location).collect();
        Notification { level: "error", message: Text { text: plain(&one_line(&error.message)) }, locations }
    }
}

impl<'a> Finding<'a> {
    /// A finding with its rule's number in the log.
    pub fn new(
        diagnostic: &'a Diagnostic,
        rule_index: usize,
        fingerprint: String,
        sources: &dyn Sources,
    ) -> Finding<'a> {
        let related = diagnostic.related.iter().take(MAX_RELATED).enumerate();
        let related_locations = related.map(|(number, label)| Location {
            id: Some(number + 1),
            message: Some(Text { text: plain(&one_line(&label.message)) }),
            ..Location::new(label.file, label.span, sources)
        });
        Finding {
            rule_id: diagnostic.rule.name,
            rule_index,
            level: level(diagnostic.severity),
            message: message(diagnostic),
            locations: [Location::new(diagnostic.file, diagnostic.span, sources)],
            related_locations: related_locations.collect(),
            partial_fingerprints: PartialFingerprints { place: fingerprint },
            fixes: diagnostic.fix.iter().filter_map(|fix| FixEntry::new(fix, sources)).collect(),
            properties: FindingProperties {
                confidence: diagnostic.confidence.name(),
                host: diagnostic.host.as_deref(),
            },
        }
    }
}

/// What is wrong, what happens and what to do; then the related places as links, since viewers show no others.
fn message(diagnostic: &Diagnostic) -> Text {
    let mut text = plain(&one_line(&diagnostic.message));
    text.push('.');
    if let Some(help) = &diagnostic.help {
        text.push('\n');
        text.push_str(&plain(&many_lines(help)));
    }
    for (number, label) in diagnostic.related.iter().take(MAX_RELATED).enumerate() {
        let words = one_line(&label.message).replace(['[', ']', '\\'], " ");
        text.push_str(&format!("\n[{}]({}).", plain(words.trim()), number + 1));
    }
    Text { text }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

impl Location {
    fn new(file: FileId, span: Span, sources: &dyn Sources) -> Location {
        let source = sources.source(file);
        let physical_location =
            PhysicalLocation { artifact_location: uri(source), region: Some(Region::new(source, span)) };
        Location { id: None, physical_location, message: None }
    }
}

impl Region {
    fn new(source: &Source, span: Span) -> Region {
        let (start, end) = (source.position(span.start), source.position(span.end));
        Region {
            start_line: start.line + 1,
            start_column: Some(start.column + 1),
            end_line: Some(end.line + 1),
            end_column: Some(end.column + 1),
        }
    }
}

impl FixEntry {
    /// None for a fix that is only shown, never applied.
    fn new(fix: &Fix, sources: &dyn Sources) -> Option<FixEntry> {
        if fix.applicability == Applicability::DisplayOnly || fix.edits.is_empty() {
            return None;
        }
        let mut edits: Vec<&Edit> = fix.edits.iter().collect();
        edits.sort_by_key(|edit| (edit.file, edit.span.start, edit.span.end));
        let changes = edits.chunk_by(|one, next| one.file == next.file);
        let changes = changes.filter_map(|edits| Change::new(edits, sources));
        let description = Text { text: plain(&one_line(&format!("{}.", fix.title))) };
        Some(FixEntry { description, artifact_changes: changes.collect() })
    }
}

impl Change {
    /// The edits of one file.
    fn new(edits: &[&Edit], sources: &dyn Sources) -> Option<Change> {
        let source = sources.source(edits.first()?.file);
        let replacements = edits.iter().map(|edit| Replacement {
            deleted_region: Region::new(source, edit.span),
            inserted_content: (!edit.text.is_empty()).then(|| Text { text: edit.text.clone() }),
        });
        Some(Change { artifact_location: uri(source), replacements: replacements.collect() })
    }
}
