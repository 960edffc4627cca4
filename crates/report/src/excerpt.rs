//! Lines of source as a report shows them: whole when they are short, else cut around the finding.

use fpmlint_text::{Span, floor_boundary};
use std::ops::Range;

use crate::Source;
use crate::place::Place;
use crate::shown::source_text;

/// What stands where a line goes on.
pub(crate) const MORE: &str = "...";

/// A line of source, or a piece of it. The piece in `text` has as many bytes as in the file.
#[derive(Debug)]
pub(crate) struct Excerpt {
    /// What is shown, without line end.
    pub text: String,
    /// The bytes of the file that are shown.
    shown: Span,
    /// Bytes of `text` before them.
    lead: usize,
}

impl Excerpt {
    /// A line (from 0) of the source; if it has more than `budget` bytes, the piece of it around `focus`.
    pub fn new(source: &Source, line: u32, focus: Span, budget: usize) -> Excerpt {
        let content = source.lines().line_content(&source.text, line);
        let shown = window(&source.text, content, focus, budget);
        let mut text = String::with_capacity(shown.len() as usize + 2 * MORE.len());
        if shown.start > content.start {
            text.push_str(MORE);
        }
        let lead = text.len();
        text.push_str(&source_text(shown.of(&source.text)));
        if shown.end < content.end {
            text.push_str(MORE);
        }
        Excerpt { text, shown, lead }
    }

    /// Where a span of the file is in `text`, widened to whole characters. A span that is not shown is where
    /// the line goes on.
    pub fn range(&self, span: Span) -> Range<usize> {
        let start = match span.start {
            start if start < self.shown.start => 0,
            start => self.lead + (start.min(self.shown.end) - self.shown.start) as usize,
        };
        let end = match span.end {
            end if end < self.shown.start => self.lead,
            end if end > self.shown.end => self.text.len(),
            end => self.lead + (end - self.shown.start) as usize,
        };
        let start = floor_boundary(&self.text, start);
        let mut end = end.clamp(start, self.text.len());
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }
}

/// The lines (from 0) on which places of one file are, each with what is shown of it. Places come in source
/// order, and so do the lines.
pub(crate) fn excerpts(source: &Source, places: &[Place<'_>], budget: usize) -> Vec<(u32, Excerpt)> {
    let lines = places.chunk_by(|one, next| one.line == next.line);
    let excerpt = |places: &[Place<'_>]| {
        let line = places.first().map_or(0, |place| place.line);
        (line, Excerpt::new(source, line, focus(places, budget), budget))
    };
    lines.map(excerpt).collect()
}

/// All places of one line where that fits, else the primary or the first one.
fn focus(places: &[Place<'_>], budget: usize) -> Span {
    let all = places.iter().map(|place| place.span).reduce(Span::cover).unwrap_or_default();
    if (all.len() as usize) < budget {
        return all;
    }
    let main = places.iter().find(|place| place.is_primary).or(places.first());
    main.map_or(all, |place| place.span)
}

/// At most `budget` bytes of a line's content around `focus`, cut between characters.
pub(crate) fn window(text: &[u8], content: Span, focus: Span, budget: usize) -> Span {
    let budget = budget.min(u32::MAX as usize) as u32;
    if content.len() <= budget {
        return content;
    }
    let around = budget.saturating_sub(focus.len()) / 2;
    let start = focus.start.saturating_sub(around).max(content.start);
    let end = start.saturating_add(budget).min(content.end);
    let start = end.saturating_sub(budget).max(content.start);
    Span::new(character_start(text, start), character_start(text, end))
}

/// The start of the character that holds the byte at `offset`: a UTF-8 character has at most three further
/// bytes, and in text that is none any place will do.
pub(crate) fn character_start(text: &[u8], offset: u32) -> u32 {
    let is_further = |offset: u32| text.get(offset as usize).is_some_and(|byte| byte & 0xc0 == 0x80);
    let starts = (offset.saturating_sub(3)..=offset).rev();
    starts.into_iter().find(|at| !is_further(*at)).unwrap_or(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, focus: Span, budget: usize) -> Excerpt {
        Excerpt::new(&Source::new("a", text.as_bytes()), 0, focus, budget)
    }

    #[test]
    fn a_short_line_is_whole() {
        let shown = excerpt("user é;\r\nnext", Span::new(6, 7), 60);
        assert_eq!(shown.text, "user é;");
        assert_eq!(shown.range(Span::new(6, 6)), 5..7, "widened to the character");
        assert_eq!(shown.range(Span::new(8, 8)), 8..8);
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let line = "é".repeat(500) + "x" + &"é".repeat(500);
        let shown = excerpt(&line, Span::new(1000, 1001), 20);
        assert!(shown.text.starts_with("...é") && shown.text.ends_with("é..."), "{}", shown.text);
        assert!(shown.text.len() <= 28);
        assert_eq!(&shown.text[shown.range(Span::new(1000, 1001))], "x");
        assert_eq!(&shown.text[shown.range(Span::new(0, 4))], MORE);
        assert_eq!(&shown.text[shown.range(Span::new(1900, 2001))], MORE);
    }

    #[test]
    fn a_long_span_shows_its_start() {
        let line = "a".repeat(30) + &"b".repeat(500);
        let shown = excerpt(&line, Span::new(30, 530), 20);
        assert_eq!(shown.text, format!("...{}...", "b".repeat(20)));
        assert_eq!(shown.range(Span::new(30, 530)), 3..26);
    }
}
