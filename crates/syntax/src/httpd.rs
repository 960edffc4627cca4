//! Apache httpd: logical lines to directives and sections.
//!
//! In: the bytes of a file. Out: nodes in the builder. Invariant: lines are joined and words cut as httpd does it
//! (`ap_cfg_getline`, `ap_getword_conf`), before any `${…}` is expanded.

mod line;
mod sections;
mod seen;
mod words;

use fpmlint_text::Span;

use crate::builder::Builder;
use crate::{Kind, SyntaxErrorKind};
use line::{Line, Lines, Physical};
use sections::Sections;
use seen::Before;
use words::Found;

pub(crate) use line::join;
pub use seen::{SeenLine, SeenLines};
pub use words::{SplitWords, decode, split_words, word};

/// Bytes of the longest logical line that httpd reads; `.htaccess` files and macro bodies have lower limits.
const MAX_LINE: usize = 16 * 1024 * 1024;

pub(crate) fn parse(text: &[u8], mut seen: Option<&mut SeenLines>, builder: &mut Builder) {
    let mut parser = Parser { builder, sections: Sections::new(), len: text.len() as u32 };
    let mut lines = Lines::new(text);
    while let Some(physical) = parser.pass_expected(&mut lines, seen.as_deref_mut()) {
        let start = physical.start as u32;
        let plain = lines.plain(&physical);
        let is_known = match (plain, seen.as_deref_mut()) {
            (Some(line), Some(seen)) => seen.copy(line, start, parser.builder, &mut parser.sections),
            _ => false,
        };
        if is_known {
            if physical.has_line_end {
                parser.builder.leaf(Kind::LineEnd, physical.end as u32);
            }
            lines.pass(&physical);
            continue;
        }
        let before = Before::new(parser.builder, start);
        lines.advance(physical);
        parser.line(lines.line());
        if let (Some(line), Some(seen)) = (plain, seen.as_deref_mut()) {
            seen.keep(line, before, parser.builder, &parser.sections);
        }
    }
    parser.end_of_file();
}

struct Parser<'b> {
    builder: &'b mut Builder,
    sections: Sections,
    len: u32,
}

/// The line at hand and where its next leaf starts.
struct Cursor<'l, 't> {
    line: &'l Line<'t>,
    /// The logical line, trimmed.
    content: &'l [u8],
    at: u32,
}

/// The first word of a line.
struct Name<'l> {
    found: Found,
    text: &'l [u8],
    /// httpd cuts a `>` off the end of a line's first word, unless its second byte is `/`.
    cuts_angle: bool,
}

impl Parser<'_> {
    /// Passes over empty lines and those that come as they came before; gives the next physical line, none at the end.
    fn pass_expected(&mut self, lines: &mut Lines<'_>, mut seen: Option<&mut SeenLines>) -> Option<Physical> {
        while let Some((rest, start)) = lines.plain_rest() {
            let length = match (rest, seen.as_deref_mut()) {
                ([b'\n', ..], _) => 0,
                (_, Some(seen)) => match seen.copy_expected(rest, start, self.builder, &mut self.sections) {
                    Some(length) => length,
                    None => break,
                },
                (_, None) => break,
            };
            self.builder.leaf(Kind::LineEnd, start + length);
            lines.skip(length + 1);
        }
        lines.peek()
    }

    fn line(&mut self, line: &Line<'_>) {
        let content = line.content();
        let mut cursor = Cursor { line, content, at: line.start };
        match cursor.content.first() {
            None => {}
            Some(b'#') => {
                self.gap(&mut cursor, 0);
                self.leaf(&mut cursor, Kind::Comment, content.len());
            }
            Some(_) => self.statement(&mut cursor),
        }
        self.gap_to(&mut cursor, line.drop_start);
        self.builder.leaf_between(Kind::Ignored, line.drop_start, line.end);
        if line.has_line_end {
            self.builder.leaf(Kind::LineEnd, line.end);
        }
        if content.len() > MAX_LINE {
            let span = Span::new(line.raw_start(0), line.raw_end(content.len()));
            self.builder.error(SyntaxErrorKind::LineTooLong, span, line.end, None);
        }
    }

    /// A leaf from the cursor to behind the content's byte before `end`.
    #[inline]
    fn leaf(&mut self, cursor: &mut Cursor<'_, '_>, kind: Kind, end: usize) {
        self.builder.leaf(kind, cursor.at);
        cursor.at = cursor.at.max(cursor.line.raw_end(end));
    }

    /// The blanks between the cursor and the content's byte at `end`.
    #[inline]
    fn gap(&mut self, cursor: &mut Cursor<'_, '_>, end: usize) {
        let end = cursor.line.raw_start(end);
        self.gap_to(cursor, end);
    }

    /// A word, with a note where it means just what stands in the file.
    #[inline]
    fn word(&mut self, cursor: &mut Cursor<'_, '_>, found: &Found) {
        if found.has_backslash || cursor.line.is_joined() {
            self.builder.leaf(found.kind(), cursor.at);
        } else {
            self.builder.plain_word(found.kind(), cursor.at);
        }
        cursor.at = cursor.at.max(cursor.line.raw_end(found.end));
    }

    #[inline]
    fn gap_to(&mut self, cursor: &mut Cursor<'_, '_>, end: u32) {
        if cursor.at >= end {
            return;
        }
        let is_plain = !cursor.line.is_joined()
            || memchr::memchr(b'\n', Span::new(cursor.at, end).of(cursor.line.text)).is_none();
        self.builder.leaf(if is_plain { Kind::Blank } else { Kind::Continuation }, cursor.at);
        cursor.at = end;
    }

    fn statement(&mut self, cursor: &mut Cursor<'_, '_>) {
        self.gap(cursor, 0);
        let Some(found) = words::next_word(cursor.content, 0) else { return };
        let content = found.content(cursor.content);
        let text = if found.has_backslash { decode(content, found.quote) } else { content.into() };
        let cuts_angle = text.ends_with(b">") && text.get(1) != Some(&b'/');
        let name = Name { found, text: &text, cuts_angle };
        match name.text {
            [b'<', b'/', ..] => self.closing_tag(cursor, &name),
            [b'<', ..] => self.opening_tag(cursor, &name),
            _ => self.directive(cursor, &name),
        }
    }

    fn directive(&mut self, cursor: &mut Cursor<'_, '_>, name: &Name<'_>) {
        let ordinal = self.builder.statement(Kind::Directive, cursor.at);
        self.name(cursor, name);
        self.arguments(cursor, name.found.end, cursor.content.len());
        self.builder.end_statement(ordinal);
    }

    /// The name, and apart from it the `>` that httpd cuts off it.
    fn name(&mut self, cursor: &mut Cursor<'_, '_>, name: &Name<'_>) {
        if name.cuts_angle && name.found.quote.is_none() {
            self.leaf(cursor, name.found.kind(), name.found.end - 1);
            self.leaf(cursor, Kind::Ignored, name.found.end);
        } else {
            self.word(cursor, &name.found);
        }
    }

    /// The words from `start` to `end`.
    fn arguments(&mut self, cursor: &mut Cursor<'_, '_>, start: usize, end: usize) {
        let content = cursor.content.get(..end).unwrap_or(cursor.content);
        let mut at = start;
        while let Some(found) = words::next_word(content, at) {
            self.gap(cursor, found.start);
            self.word(cursor, &found);
            at = found.end;
        }
    }

    fn opening_tag(&mut self, cursor: &mut Cursor<'_, '_>, name: &Name<'_>) {
        let start = cursor.at;
        let ordinal = self.builder.statement(Kind::Directive, start);
        if name.found.quote.is_none() {
            self.leaf(cursor, Kind::TagStart, name.found.start + 1);
        }
        let content = cursor.content;
        let behind_name = content.get(name.found.end..).unwrap_or(b"");
        let has_arguments = behind_name.iter().any(|byte| !words::is_space(*byte));
        let tag_end = if has_arguments {
            // The last `>` of the line ends the tag, wherever it stands.
            let tag_end = memchr::memrchr(b'>', behind_name).map(|at| name.found.end + at);
            self.name(cursor, name);
            self.arguments(cursor, name.found.end, tag_end.unwrap_or(content.len()));
            tag_end
        } else {
            let tag_end = (name.cuts_angle && name.found.quote.is_none()).then(|| name.found.end - 1);
            self.leaf(cursor, name.found.kind(), tag_end.unwrap_or(name.found.end));
            tag_end
        };
        if let Some(angle) = tag_end {
            self.gap(cursor, angle);
            self.leaf(cursor, Kind::TagEnd, angle + 1);
            self.trailing_text(cursor, angle + 1);
        }
        self.builder.open_block(ordinal);
        let section = name.text.get(1..).unwrap_or(b"");
        let cut = section.strip_suffix(b">").filter(|_| name.cuts_angle);
        self.sections.push(cut.unwrap_or(section));
        // Without arguments httpd supplies a `>` that is missing.
        if tag_end.is_none() && has_arguments {
            let head = Span::new(start, cursor.at);
            let kind = SyntaxErrorKind::OpeningTagWithoutEnd;
            self.builder.error(kind, head, cursor.line.end, Some(ordinal));
        }
    }

    fn trailing_text(&mut self, cursor: &mut Cursor<'_, '_>, from: usize) {
        let rest = cursor.content.get(from..).unwrap_or(b"");
        let Some(blanks) = rest.iter().position(|byte| !words::is_space(*byte)) else { return };
        self.gap(cursor, from + blanks);
        self.leaf(cursor, Kind::TrailingText, cursor.content.len());
    }

    fn closing_tag(&mut self, cursor: &mut Cursor<'_, '_>, name: &Name<'_>) {
        let tag = Span::new(cursor.at, cursor.line.raw_end(name.found.end));
        let line_end = cursor.line.end;
        let is_ended = name.text.ends_with(b">");
        let section = name.text.get(2..).unwrap_or(b"");
        let section = section.strip_suffix(b">").unwrap_or(section);
        let Some(depth) = self.sections.find(section) else {
            let open = self.builder.innermost();
            let kind = match open {
                Some(_) if !is_ended => SyntaxErrorKind::ClosingTagWithoutEnd,
                _ => SyntaxErrorKind::UnmatchedClosingTag { open },
            };
            self.builder.error(kind, tag, line_end, None);
            self.leaf(cursor, Kind::Bad, name.found.end);
            self.trailing_text(cursor, name.found.end);
            return;
        };
        if !is_ended {
            let kind = SyntaxErrorKind::ClosingTagWithoutEnd;
            self.builder.error(kind, tag, line_end, self.builder.innermost());
        }
        for _ in 0..depth {
            self.close_unclosed(Some(tag), line_end);
        }
        self.leaf(cursor, Kind::CloseTag, name.found.end);
        self.trailing_text(cursor, name.found.end);
        self.sections.pop();
        self.builder.close_block(Kind::Block);
    }

    fn close_unclosed(&mut self, closed_by: Option<Span>, daemon_offset: u32) {
        let Some(ordinal) = self.builder.close_block(Kind::UnclosedBlock) else { return };
        self.sections.pop();
        let behind = closed_by.map_or(self.len, |tag| tag.start);
        let head = self.builder.head_of_block(ordinal, behind);
        let kind = SyntaxErrorKind::UnclosedSection { closed_by };
        self.builder.error(kind, head, daemon_offset, Some(ordinal));
    }

    fn end_of_file(&mut self) {
        while self.builder.innermost().is_some() {
            self.close_unclosed(None, self.len);
        }
    }
}
