//! A fix as a small diff: the lines it changes, before and after.

use std::io::{self, Write};

use fpmlint_diagnostics::{Applicability, Edit, Fix};
use fpmlint_text::Span;

use crate::excerpt::{MORE, character_start, window};
use crate::paint::{BOLD, FRAME, GREEN, RED, paint};
use crate::shown::{one_line, source_text};
use crate::{Source, Sources, Style};

/// Bytes shown on either side of an edit, at most to the ends of its lines.
const CONTEXT: u32 = 120;
/// Bytes of old and of new text that are compared and shown.
const MAX_BYTES: usize = 4096;
/// Lines shown of the old and of the new text.
const MAX_LINES: usize = 8;
/// Pieces shown of one fix.
const MAX_HUNKS: usize = 5;

/// A piece of a file that a fix changes.
struct Hunk<'a> {
    span: Span,
    edits: Vec<&'a Edit>,
}

/// Writes the fix's title and what it changes.
pub(crate) fn preview(
    fix: &Fix,
    sources: &dyn Sources,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let word = match fix.applicability {
        Applicability::Safe => "fix",
        Applicability::Unsafe => "unsafe fix",
        Applicability::DisplayOnly => "suggestion",
    };
    writeln!(out, "  {}: {}", paint(style.color, BOLD, word), one_line(&fix.title))?;
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.file, edit.span.start, edit.span.end));
    let mut left = MAX_HUNKS;
    for edits in edits.chunk_by(|one, next| one.file == next.file) {
        let Some(first) = edits.first() else { continue };
        let source = sources.source(first.file);
        let hunks = hunks(edits, source);
        for hunk in hunks.iter().take(left) {
            write_hunk(hunk, source, style, out)?;
        }
        if hunks.len() > left {
            return writeln!(out, "  {MORE} and more");
        }
        left -= hunks.len();
    }
    Ok(())
}

/// Edits of one file, in order, as pieces that do not overlap.
fn hunks<'a>(edits: &[&'a Edit], source: &Source) -> Vec<Hunk<'a>> {
    let mut hunks: Vec<Hunk<'a>> = Vec::new();
    for edit in edits {
        let span = surroundings(edit.span, source);
        match hunks.last_mut() {
            Some(last) if span.start <= last.span.end => {
                last.span = last.span.cover(span);
                last.edits.push(edit);
            }
            _ => hunks.push(Hunk { span, edits: vec![edit] }),
        }
    }
    hunks
}

/// The edit with the rest of its lines, or with as much of them as is shown.
fn surroundings(edit: Span, source: &Source) -> Span {
    let size = source.text.len() as u32;
    let (start, end) = (edit.start.min(size), edit.end.min(size));
    let lines = source.lines();
    let first = lines.full_line(lines.line(start)).start;
    let last = lines.line_content(&source.text, lines.line(end)).end.max(end);
    let before = character_start(&source.text, start.saturating_sub(CONTEXT));
    let after = character_start(&source.text, end.saturating_add(CONTEXT).min(size));
    Span::new(first.max(before), last.min(after.max(end)))
}

/// Writes where the piece is, its old lines and its new ones.
fn write_hunk(hunk: &Hunk<'_>, source: &Source, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (old, new) = before_and_after(hunk, source);
    let (old, new) = (lines(&old), lines(&new));
    let same = |pair: &(&&[u8], &&[u8])| pair.0 == pair.1;
    let head = old.iter().zip(&new).take_while(same).count();
    let room = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(room).take_while(same).count();
    let old = old.get(head..old.len() - tail).unwrap_or_default();
    let new = new.get(head..new.len() - tail).unwrap_or_default();
    if old.is_empty() && new.is_empty() {
        return Ok(());
    }
    let line = source.lines().line(hunk.span.start) as usize + head + 1;
    let place = format!("{}:{line}", one_line(&source.name));
    writeln!(out, "  {}", paint(style.color, FRAME, &place))?;
    let differs = first_difference(old, new);
    write_side("-", RED, old, differs, style, out)?;
    write_side("+", GREEN, new, differs, style, out)
}

/// The bytes of the piece as they are, and as the fix leaves them.
fn before_and_after(hunk: &Hunk<'_>, source: &Source) -> (Vec<u8>, Vec<u8>) {
    let lines = source.lines();
    let starts_late = lines.full_line(lines.line(hunk.span.start)).start < hunk.span.start;
    let ends_early = hunk.span.end < lines.line_content(&source.text, lines.line(hunk.span.end)).end;
    let mut old = Vec::new();
    let mut new = Vec::new();
    if starts_late {
        old.extend_from_slice(MORE.as_bytes());
        new.extend_from_slice(MORE.as_bytes());
    }
    let mut from = hunk.span.start;
    for edit in &hunk.edits {
        push(&mut new, Span::new(from, edit.span.start.max(from)).of(&source.text));
        push(&mut new, edit.text.as_bytes());
        from = edit.span.end.max(from);
    }
    push(&mut old, Span::new(hunk.span.start, from).of(&source.text));
    // What follows the last edit is short, and the same in both.
    let rest = Span::new(from, hunk.span.end.max(from)).of(&source.text);
    old.extend_from_slice(rest);
    new.extend_from_slice(rest);
    if ends_early {
        old.extend_from_slice(MORE.as_bytes());
        new.extend_from_slice(MORE.as_bytes());
    }
    (old, new)
}

/// Appends as much as is shown. What is left out keeps its last line end, so that the next line stays a line.
fn push(to: &mut Vec<u8>, bytes: &[u8]) {
    let room = MAX_BYTES.saturating_sub(to.len());
    let Some(shown) = bytes.get(..room).filter(|shown| shown.len() < bytes.len()) else {
        return to.extend_from_slice(bytes);
    };
    to.extend_from_slice(shown);
    to.extend_from_slice(MORE.as_bytes());
    if bytes.ends_with(b"\n") {
        to.push(b'\n');
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    fn without_cr(line: &[u8]) -> &[u8] {
        line.strip_suffix(b"\r").unwrap_or(line)
    }
    text.split(|byte| *byte == b'\n').map(without_cr).collect()
}

/// Where the first changed lines differ, in bytes: long lines are cut there.
fn first_difference(old: &[&[u8]], new: &[&[u8]]) -> u32 {
    let (Some(old), Some(new)) = (old.first(), new.first()) else { return 0 };
    old.iter().zip(*new).take_while(|(old, new)| old == new).count() as u32
}

fn write_side(
    sign: &str,
    color: &str,
    lines: &[&[u8]],
    differs: u32,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    for line in lines.iter().take(MAX_LINES) {
        let whole = Span::new(0, line.len() as u32);
        let shown = window(line, whole, Span::empty(differs.min(whole.end)), style.budget());
        let start = if shown.start > 0 { MORE } else { "" };
        let end = if shown.end < whole.end { MORE } else { "" };
        let text = format!("{sign} {start}{}{end}", source_text(shown.of(line)));
        writeln!(out, "  {}", paint(style.color, color, text.trim_end()))?;
    }
    if lines.len() > MAX_LINES {
        writeln!(out, "  {}", paint(style.color, color, &format!("{sign} {MORE}")))?;
    }
    Ok(())
}
