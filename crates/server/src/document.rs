//! A document that the editor has open.
//!
//! In: its text and edits in the editor's columns. Out: bytes. Invariant: any edit, however wrong its range, leaves a
//! text and the right lines for it.

use std::path::PathBuf;
use std::sync::Arc;

use fpmlint_text::{Encoding, LineIndex, Position, Span};
use fpmlint_workspace::MAX_FILE;
use tower_lsp::ls_types::{self, TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use crate::uri;

/// An open document.
#[derive(Debug)]
pub(crate) struct Document {
    /// Its address as the editor writes it.
    pub uri: Uri,
    /// The file that it is, as its address names it; for a document that is no file a path of its own.
    pub path: PathBuf,
    /// The same with its links followed.
    pub followed: PathBuf,
    /// Whether it is a file, or will be one.
    pub is_file: bool,
    /// What the editor takes it for.
    pub language: String,
    /// The editor's number for the text.
    pub version: i32,
    /// Its text changed since it was put over the files.
    pub dirty: bool,
    /// Its text changed since its findings were looked at.
    pub edited: bool,
    /// Whether there is a file behind it.
    pub on_disk: bool,
    /// The findings that the editor was sent last; none before the first time.
    pub published: Option<Vec<ls_types::Diagnostic>>,
    text: Vec<u8>,
    lines: LineIndex,
}

impl Document {
    /// A document that was just opened.
    pub fn new(item: TextDocumentItem) -> Document {
        let path = uri::path(&item.uri);
        let is_file = path.is_some();
        let path = path.unwrap_or_else(|| PathBuf::from("/untitled").join(uri::name(&item.uri)));
        let text = item.text.into_bytes();
        let lines = LineIndex::new(&text);
        Document {
            uri: item.uri,
            followed: path.clone(),
            path,
            is_file,
            language: item.language_id,
            version: item.version,
            dirty: true,
            edited: true,
            on_disk: true,
            published: None,
            text,
            lines,
        }
    }

    /// The text now.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The text now, for sharing.
    pub fn shared(&self) -> Arc<[u8]> {
        Arc::from(&*self.text)
    }

    /// Applies edits in order.
    pub fn edit(&mut self, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        for change in changes {
            match change.range {
                None => {
                    self.text = change.text.into_bytes();
                    self.lines = LineIndex::new(&self.text);
                }
                Some(range) => self.replace(range, change.text.as_bytes(), encoding),
            }
        }
        self.dirty = true;
    }

    fn replace(&mut self, range: ls_types::Range, new: &[u8], encoding: Encoding) {
        let offset = |at: ls_types::Position| {
            let position = Position { line: at.line, column: at.character };
            self.lines.offset(&self.text, position, encoding)
        };
        let (start, end) = (offset(range.start), offset(range.end));
        let span = Span::new(start.min(end), start.max(end));
        // What would be larger than any file that is read is not kept: its findings could not be computed anyway.
        if self.text.len() as u64 + new.len() as u64 > 2 * MAX_FILE {
            return;
        }
        self.text.splice(span.range(), new.iter().copied());
        self.lines.edit(span, new);
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    /// The offset of a position in UTF-16 code units, counted from the start.
    fn offset(text: &[u16], at: ls_types::Position) -> usize {
        let mut lines = text.split_inclusive(|unit| *unit == u16::from(b'\n'));
        let before: usize = lines.by_ref().take(at.line as usize).map(<[u16]>::len).sum();
        let line = lines.next().unwrap_or_default();
        let content = line.strip_suffix(&[u16::from(b'\n')]).unwrap_or(line);
        before + content.len().min(at.character as usize)
    }

    #[test]
    fn edits_by_position_are_edits_of_the_text() {
        let uri = Uri::from_str("file:///a").unwrap();
        let start = "é😀\n[www]\n\nx";
        let item = TextDocumentItem::new(uri, "php-fpm".to_owned(), 0, start.to_owned());
        let mut document = Document::new(item);
        let mut expected: Vec<u16> = start.encode_utf16().collect();
        let pieces = ["", "a", "\n", "é\nb", "😀", "\n\n"];
        let mut state = 7_u32;
        let mut random = move |bound: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % bound
        };
        for _ in 0..5_000 {
            let mut position = || ls_types::Position::new(random(6), random(4));
            let (a, b) = (position(), position());
            let (from, to) = (offset(&expected, a), offset(&expected, b));
            // A place within a pair of surrogates is no place.
            let splits = |at: usize| expected.get(at).is_some_and(|unit| (0xdc00..0xe000).contains(unit));
            if splits(from) || splits(to) {
                continue;
            }
            let text = if expected.len() > 40 { "" } else { pieces[random(6) as usize] };
            let range = Some(ls_types::Range::new(a, b));
            let change = TextDocumentContentChangeEvent { range, range_length: None, text: text.to_owned() };
            document.edit(vec![change], Encoding::Utf16);
            expected.splice(from.min(to)..from.max(to), text.encode_utf16());
            assert_eq!(document.text(), String::from_utf16(&expected).unwrap().as_bytes());
        }
    }
}
