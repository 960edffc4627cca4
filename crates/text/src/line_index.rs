//! Lines and columns of a file, computed when somebody asks for them.

use crate::Span;

/// In what a column is counted. Editors negotiate it; reports use characters (`Utf32`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, the language server protocol's default.
    Utf16,
    /// Characters.
    Utf32,
}

/// A place as people and editors count it; both numbers start at 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// Line, from 0.
    pub line: u32,
    /// Column in the units of the encoding, from 0.
    pub column: u32,
}

/// Where each line of a file starts. Lines end at LF, as they do for every daemon read here; a CR before it
/// belongs to the line end.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &[u8]) -> LineIndex {
        // Lines of configuration are about 32 bytes long.
        let mut starts = Vec::with_capacity(text.len() / 32 + 1);
        starts.push(0);
        starts.extend(memchr::memchr_iter(b'\n', text).map(|at| at as u32 + 1));
        LineIndex { starts, len: text.len() as u32 }
    }

    /// Follows a change of the text: the bytes of `span` became `text`.
    pub fn edit(&mut self, span: Span, text: &[u8]) {
        // A line that starts in here was begun by a line end that is gone.
        let first = self.starts.partition_point(|start| *start <= span.start);
        let last = self.starts.partition_point(|start| *start <= span.end);
        let new: Vec<u32> = memchr::memchr_iter(b'\n', text).map(|at| span.start + at as u32 + 1).collect();
        let behind = first + new.len();
        self.starts.splice(first..last, new);
        let (gone, come) = (span.len(), text.len() as u32);
        self.starts.iter_mut().skip(behind).for_each(|start| *start = *start - gone + come);
        self.len = self.len - gone + come;
    }

    /// How many lines there are; a file that ends in LF has an empty last one.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line (from 0) of a byte offset; offsets behind the end are on the last line.
    pub fn line(&self, offset: u32) -> u32 {
        (self.starts.partition_point(|start| *start <= offset) - 1) as u32
    }

    /// The bytes of a line (from 0) with its line end; lines behind the last are empty.
    pub fn full_line(&self, line: u32) -> Span {
        let start = self.starts.get(line as usize).copied().unwrap_or(self.len);
        Span::new(start, self.starts.get((line as usize).saturating_add(1)).copied().unwrap_or(self.len))
    }

    /// The bytes of a line (from 0) without its line end.
    pub fn line_content(&self, text: &[u8], line: u32) -> Span {
        let full = self.full_line(line);
        let bytes = full.of(text);
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        Span::new(full.start, full.start + bytes.len() as u32)
    }

    /// Line and column of a byte offset. Bytes that are not UTF-8 count as one character each.
    pub fn position(&self, text: &[u8], offset: u32, encoding: Encoding) -> Position {
        let offset = offset.min(self.len);
        let line = self.line(offset);
        let before = Span::new(self.full_line(line).start, offset).of(text);
        Position { line, column: width(before, encoding) }
    }

    /// The byte offset of a position; a column behind the line's end is the line's end.
    pub fn offset(&self, text: &[u8], position: Position, encoding: Encoding) -> u32 {
        let line = self.line_content(text, position.line);
        let mut column = 0;
        for (at, units) in units(line.of(text), encoding) {
            if column >= position.column {
                return line.start + at as u32;
            }
            column += units;
        }
        line.end
    }
}

fn width(bytes: &[u8], encoding: Encoding) -> u32 {
    if encoding == Encoding::Utf8 || bytes.is_ascii() {
        return bytes.len() as u32;
    }
    units(bytes, encoding).map(|(_, units)| units).sum()
}

/// Each character's offset and how many units it takes.
fn units(bytes: &[u8], encoding: Encoding) -> impl Iterator<Item = (usize, u32)> + '_ {
    let mut at = 0;
    bytes.utf8_chunks().flat_map(move |chunk| {
        let start = at;
        at += chunk.valid().len() + chunk.invalid().len();
        let invalid = start + chunk.valid().len();
        let valid = chunk.valid().char_indices().map(move |(index, character)| {
            let units = match encoding {
                Encoding::Utf8 => character.len_utf8(),
                Encoding::Utf16 => character.len_utf16(),
                Encoding::Utf32 => 1,
            };
            (start + index, units as u32)
        });
        valid.chain((0..chunk.invalid().len()).map(move |index| (invalid + index, 1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = "a = é😀b\r\nzweite\n".as_bytes();

    #[test]
    fn columns_follow_the_encoding() {
        let index = LineIndex::new(TEXT);
        let b = TEXT.iter().position(|byte| *byte == b'b').unwrap() as u32;
        for (encoding, column) in [(Encoding::Utf8, 10), (Encoding::Utf16, 7), (Encoding::Utf32, 6)] {
            let position = index.position(TEXT, b, encoding);
            assert_eq!(position, Position { line: 0, column });
            assert_eq!(index.offset(TEXT, position, encoding), b);
        }
    }

    #[test]
    fn line_ends_belong_to_no_content() {
        let index = LineIndex::new(TEXT);
        assert_eq!(index.line_count(), 3);
        assert_eq!(index.line_content(TEXT, 0).of(TEXT), "a = é😀b".as_bytes());
        assert_eq!(index.line_content(TEXT, 1).of(TEXT), b"zweite");
        assert!(index.line_content(TEXT, 2).is_empty());
        assert!(index.line_content(TEXT, 9).is_empty());
    }

    #[test]
    fn columns_behind_the_end_are_the_end() {
        let index = LineIndex::new(b"ab\ncd");
        let far = Position { line: 0, column: 99 };
        assert_eq!(index.offset(b"ab\ncd", far, Encoding::Utf16), 2);
        assert_eq!(index.line(99), 1);
    }

    #[test]
    fn an_edited_index_is_that_of_the_edited_text() {
        let texts: [&[u8]; 5] = [b"", b"x", b"\n", b"a\nb", b"\n\n"];
        let text = b"ab\n\ncd\n";
        for start in 0..=text.len() {
            for end in start..=text.len() {
                for new in texts {
                    let mut index = LineIndex::new(text);
                    index.edit(Span::new(start as u32, end as u32), new);
                    let edited = [&text[..start], new, &text[end..]].concat();
                    let fresh = LineIndex::new(&edited);
                    assert_eq!(
                        (index.starts, index.len),
                        (fresh.starts, fresh.len),
                        "{start}..{end} {new:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn invalid_bytes_count_once() {
        let text = b"\xe9\xe8=x";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 3, Encoding::Utf32).column, 3);
        assert_eq!(index.position(text, 3, Encoding::Utf16).column, 3);
    }
}
