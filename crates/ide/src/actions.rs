//! What can be done about findings: their fixes, and comments that silence them.

use std::collections::BTreeMap;

use fpmlint_diagnostics::{Applicability, Diagnostic, Edit};
use fpmlint_engine::chosen_edits;
use fpmlint_syntax::Dialect;
use fpmlint_text::{FileId, Span};

use crate::Query;

/// Why an action is offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ActionKind {
    /// It mends a finding and changes nothing else.
    SafeFix,
    /// It mends a finding and may change more.
    UnsafeFix,
    /// It applies every safe fix of the file.
    FixAll,
    /// It silences a finding.
    Ignore,
}

/// A change that is offered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// What it does, as a command.
    pub title: String,
    /// Why it is offered.
    pub kind: ActionKind,
    /// The findings that it is about, as indices into the file's findings.
    pub findings: Vec<usize>,
    /// The edits of each file, in file order.
    pub edits: BTreeMap<FileId, Vec<Edit>>,
}

/// The actions for the findings of a file that touch `span`. Fixes that change more than the fault are among them
/// only where they are allowed.
pub fn actions(query: &Query<'_>, span: Span, allow_unsafe: bool) -> Vec<Action> {
    let findings = query.outcome.of_file(query.file);
    let touched: Vec<(usize, &Diagnostic)> = findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.span.start <= span.end && span.start <= finding.span.end)
        .collect();
    let mut actions: Vec<Action> = Vec::new();
    for (index, finding) in &touched {
        actions.extend(fix(query, *index, finding, allow_unsafe));
    }
    let mut silenced: Vec<(&str, u32)> = Vec::new();
    for (index, finding) in &touched {
        let line = query.source.lines().line(finding.span.start);
        if !silenced.contains(&(finding.rule.name, line)) {
            silenced.push((finding.rule.name, line));
            actions.extend(ignore_here(query, *index, finding));
            actions.extend(ignore_in_file(query, *index, finding));
        }
    }
    actions
}

/// Every safe fix of the file that fits together with the others; none where there is none.
pub fn fix_all(query: &Query<'_>) -> Option<Action> {
    let findings = query.outcome.of_file(query.file);
    let (taken, edits) = chosen_edits(&query.project.files, findings, false);
    (!taken.is_empty()).then(|| Action {
        title: "Fix all safe problems".to_owned(),
        kind: ActionKind::FixAll,
        findings: taken,
        edits,
    })
}

fn fix(query: &Query<'_>, index: usize, finding: &Diagnostic, allow_unsafe: bool) -> Option<Action> {
    let fix = finding.fix.as_ref()?;
    let kind = match fix.applicability {
        Applicability::Safe => ActionKind::SafeFix,
        Applicability::Unsafe if allow_unsafe => ActionKind::UnsafeFix,
        Applicability::Unsafe | Applicability::DisplayOnly => return None,
    };
    if fix.edits.is_empty() || fix.edits.iter().any(|edit| query.project.files.get(edit.file).stock) {
        return None;
    }
    let mut edits: BTreeMap<FileId, Vec<Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        edits.entry(edit.file).or_default().push(edit.clone());
    }
    edits.values_mut().for_each(|edits| edits.sort_by_key(|edit| edit.span));
    Some(Action { title: fix.title.clone(), kind, findings: vec![index], edits })
}

/// A comment on a line of its own above the statement.
fn ignore_here(query: &Query<'_>, index: usize, finding: &Diagnostic) -> Option<Action> {
    let statement = query.tree()?.statement_at(finding.span.start)?;
    let lines = query.source.lines();
    let line = lines.full_line(lines.line(statement.span().start));
    let text = query.text();
    let blanks = Span::new(line.start, statement.span().start);
    // Another statement before it on the line would be meant by the comment, too.
    let indent = blanks.of(text);
    if !indent.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
        return None;
    }
    let indent = String::from_utf8_lossy(indent);
    let rule = finding.rule.name;
    let comment = format!("{indent}{} fpmlint: ignore[{rule}]{}", mark(query)?, line_end(query));
    Some(ignore(query, index, format!("Ignore {rule} here"), line.start, comment))
}

/// A comment at the head of the file.
fn ignore_in_file(query: &Query<'_>, index: usize, finding: &Diagnostic) -> Option<Action> {
    // Behind a byte order mark and an interpreter's line there is no head of the file any more; before it there is.
    let start = if query.text().starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let rule = finding.rule.name;
    let comment = format!("{} fpmlint: ignore-file[{rule}]{}", mark(query)?, line_end(query));
    Some(ignore(query, index, format!("Ignore {rule} in this file"), start, comment))
}

fn ignore(query: &Query<'_>, index: usize, title: String, at: u32, text: String) -> Action {
    let edit = Edit { file: query.file, span: Span::empty(at), text };
    let edits = BTreeMap::from([(query.file, vec![edit])]);
    Action { title, kind: ActionKind::Ignore, findings: vec![index], edits }
}

/// What a comment begins with.
fn mark(query: &Query<'_>) -> Option<&'static str> {
    match query.dialect? {
        Dialect::FpmIni | Dialect::PhpIni => Some(";"),
        Dialect::Nginx | Dialect::Httpd => Some("#"),
    }
}

/// The file's own line end.
fn line_end(query: &Query<'_>) -> &'static str {
    let first = memchr::memchr(b'\n', query.text());
    let is_crlf = first.and_then(|at| query.text().get(at.checked_sub(1)?)) == Some(&b'\r');
    if is_crlf { "\r\n" } else { "\n" }
}
