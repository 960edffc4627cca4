//! A file as reports show it.

use std::sync::{Arc, OnceLock};

use fpmlint_text::{FileId, LineIndex, Position, Span};

/// Bytes between two marks. A line that is no longer is counted directly.
const STEP: u32 = 4096;

/// The files that findings speak of, by number.
pub trait Sources {
    /// The file with this number. Findings name no others than those that the run knows.
    fn source(&self, file: FileId) -> &Source;

    /// Where in the file's structure a place lies, in words that outlive edits elsewhere in the file. Only the formats
    /// with fingerprints ask.
    fn place(&self, file: FileId, span: Span) -> String;
}

/// One file as a report shows it. Its lines are looked for when they are first asked for.
#[derive(Debug)]
pub struct Source {
    /// Relative to the current folder where the file lies below it, else absolute; bytes that are not UTF-8
    /// are percent-encoded.
    pub name: String,
    /// The file's bytes.
    pub text: Arc<[u8]>,
    /// The name's bytes, where they are not UTF-8.
    raw_name: Option<Vec<u8>>,
    lines: OnceLock<LineIndex>,
    marks: OnceLock<Vec<Mark>>,
}

/// How many characters of the file lie before an offset.
#[derive(Debug)]
struct Mark {
    offset: u32,
    characters: u32,
}

impl Source {
    /// A file with its name for people and its bytes.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<[u8]>>) -> Source {
        Source {
            name: name.into(),
            text: text.into(),
            raw_name: None,
            lines: OnceLock::new(),
            marks: OnceLock::new(),
        }
    }

    /// The same file, whose name has these bytes, which are not UTF-8.
    pub fn with_raw_name(self, bytes: Vec<u8>) -> Source {
        Source { raw_name: Some(bytes), ..self }
    }

    /// The same file with the bytes of `secrets` hidden. Their number stays, so that no place moves.
    pub fn with_secrets(self, secrets: &[Span]) -> Source {
        if secrets.is_empty() {
            return self;
        }
        let mut text = self.text.to_vec();
        for span in secrets {
            let range = span.start as usize..(span.end as usize).min(text.len());
            text.get_mut(range).into_iter().flatten().for_each(|byte| *byte = b'*');
        }
        Source { text: text.into(), ..self }
    }

    /// The name's bytes as they are on this machine.
    pub fn name_bytes(&self) -> &[u8] {
        self.raw_name.as_deref().unwrap_or(self.name.as_bytes())
    }

    /// The lines of the file.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column (characters) of a byte offset, both from 0; offsets behind the end are the end. The
    /// same as [`LineIndex::position`], but no slower in a line of megabytes.
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(self.text.len() as u32);
        let line = self.lines().line(offset);
        let start = self.lines().full_line(line).start;
        let column = if offset - start <= STEP {
            count(Span::new(start, offset).of(&self.text))
        } else {
            self.characters_before(offset) - self.characters_before(start)
        };
        Position { line, column }
    }

    fn characters_before(&self, offset: u32) -> u32 {
        let marks = self.marks.get_or_init(|| marks(&self.text));
        let after = marks.partition_point(|mark| mark.offset <= offset);
        let mark = after.checked_sub(1).and_then(|last| marks.get(last));
        let (start, characters) = mark.map_or((0, 0), |mark| (mark.offset, mark.characters));
        characters + count(Span::new(start, offset).of(&self.text))
    }
}

/// Characters in `bytes`; each byte that is not part of valid UTF-8 is one.
fn count(bytes: &[u8]) -> u32 {
    if bytes.is_ascii() {
        return bytes.len() as u32;
    }
    let count = |chunk: std::str::Utf8Chunk<'_>| chunk.valid().chars().count() + chunk.invalid().len();
    bytes.utf8_chunks().map(count).sum::<usize>() as u32
}

/// A mark at least every `STEP` bytes, each at the start of a character.
fn marks(text: &[u8]) -> Vec<Mark> {
    let mut marks = Vec::with_capacity(text.len() / STEP as usize);
    let mut next = STEP;
    let mut offset = 0;
    let mut characters = 0;
    for chunk in text.utf8_chunks() {
        let valid = chunk.valid().chars().map(|character| character.len_utf8() as u32);
        for length in valid.chain(chunk.invalid().iter().map(|_| 1)) {
            if offset >= next {
                marks.push(Mark { offset, characters });
                next = offset + STEP;
            }
            offset += length;
            characters += 1;
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use fpmlint_text::Encoding;

    #[test]
    fn secrets_are_hidden_and_no_place_moves() {
        let source = Source::new("a", &b"key = caf\xc3\xa9 x\nnext"[..]);
        let hidden = source.with_secrets(&[Span::new(6, 11), Span::new(900, 901)]);
        assert_eq!(&*hidden.text, b"key = ***** x\nnext");
        assert_eq!(hidden.position(14), Position { line: 1, column: 0 });
    }

    #[test]
    fn long_lines_count_as_short_ones_do() {
        let mut text = b"# first\r\n".to_vec();
        for _ in 0..3000 {
            text.extend_from_slice("aé😀".as_bytes());
            text.push(0xe9);
        }
        text.extend_from_slice(b"\nlast");
        let source = Source::new("a.conf", text.clone());
        let index = LineIndex::new(&text);
        for offset in (0..text.len() as u32 + 3).step_by(61) {
            assert_eq!(
                source.position(offset),
                index.position(&text, offset, Encoding::Utf32),
                "at {offset}"
            );
        }
    }
}
