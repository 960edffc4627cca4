//! The places of a finding in the order in which a report shows them.

use std::borrow::Cow;

use fpmlint_diagnostics::Diagnostic;
use fpmlint_text::{FileId, Span};

use crate::shown::one_line;
use crate::{Source, Sources};

/// How many related places are shown; a frame with more is not read, and costs more than their number.
const MAX_RELATED: usize = 10;

/// One place of a finding, within one line.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    pub file: FileId,
    /// From 0.
    pub line: u32,
    /// Bytes of the file, all on `line`.
    pub span: Span,
    pub message: Option<Cow<'a, str>>,
    pub is_primary: bool,
}

/// The places of a finding: those in the primary file first, then file by file, in source order; and how many
/// more there are.
pub(crate) fn places<'a>(diagnostic: &'a Diagnostic, sources: &dyn Sources) -> (Vec<Place<'a>>, usize) {
    let place = |file, span, message, is_primary| {
        let (line, span) = within_line(sources.source(file), span);
        Place { file, line, span, message, is_primary }
    };
    let mut places = vec![place(diagnostic.file, diagnostic.span, None, true)];
    for label in diagnostic.related.iter().take(MAX_RELATED) {
        places.push(place(label.file, label.span, Some(one_line(&label.message)), false));
    }
    places.sort_by_key(|place| (place.file != diagnostic.file, place.file, place.span.start, place.span.end));
    (places, diagnostic.related.len().saturating_sub(MAX_RELATED))
}

/// The places of each file, file by file.
pub(crate) fn by_file<'p, 'a>(places: &'p [Place<'a>]) -> impl Iterator<Item = (FileId, &'p [Place<'a>])> {
    let chunks = places.chunk_by(|one, next| one.file == next.file);
    chunks.filter_map(|places| Some((places.first()?.file, places)))
}

/// Where a report says that the places of one file are: at the primary one, else at the first.
pub(crate) fn location(places: &[Place<'_>], source: &Source) -> (u32, u32) {
    let place = places.iter().find(|place| place.is_primary).or(places.first());
    let position = source.position(place.map_or(0, |place| place.span.start));
    (position.line + 1, position.column + 1)
}

/// The line of a span's start, and the part of the span that lies on it, without the line end.
fn within_line(source: &Source, span: Span) -> (u32, Span) {
    let line = source.lines().line(span.start);
    let content = source.lines().line_content(&source.text, line);
    let start = span.start.min(content.end);
    (line, Span::new(start, span.end.min(content.end)))
}
