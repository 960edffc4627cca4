//! httpd's logical lines: physical lines joined where a backslash ends them, trimmed.
//!
//! In: the bytes of a file. Out: each logical line with a way back from its bytes to those of the file. Invariant:
//! the lines, with their line ends, are the file.

use std::borrow::Cow;

use super::words::{is_space, leading_space};

/// One logical line.
pub(super) struct Line<'t> {
    /// The whole file.
    pub(super) text: &'t [u8],
    /// Offset of its first byte, blanks included.
    pub(super) start: u32,
    /// Where the bytes begin that httpd drops because of a NUL; `end` if there are none.
    pub(super) drop_start: u32,
    /// Offset of its last line end, or of the end of the file.
    pub(super) end: u32,
    /// Whether there is a line end.
    pub(super) has_line_end: bool,
    /// The joined bytes; empty where nothing was joined.
    joined: Vec<u8>,
    /// Of each joined part its offset in `joined` and its offset in the file.
    parts: Vec<(usize, u32)>,
    /// The trimmed content as a range of `joined`, or of the file where nothing was joined.
    content: std::ops::Range<usize>,
}

impl Line<'_> {
    /// The logical line without blanks around it.
    pub(super) fn content(&self) -> &[u8] {
        let all = if self.parts.is_empty() { self.text } else { &self.joined };
        all.get(self.content.clone()).unwrap_or(b"")
    }

    /// Whether it is made of several physical lines.
    #[inline]
    pub(super) fn is_joined(&self) -> bool {
        !self.parts.is_empty()
    }

    /// The offset in the file of the content's byte `at`.
    #[inline]
    pub(super) fn raw_start(&self, at: usize) -> u32 {
        let at = self.content.start + at;
        if self.is_joined() { self.raw_start_of_joined(at) } else { at as u32 }
    }

    fn raw_start_of_joined(&self, at: usize) -> u32 {
        let behind = self.parts.partition_point(|(joined, _)| *joined <= at);
        match behind.checked_sub(1).and_then(|index| self.parts.get(index)) {
            Some((joined, raw)) => raw + (at - joined) as u32,
            None => at as u32,
        }
    }

    /// The offset in the file behind the content's byte before `at`.
    #[inline]
    pub(super) fn raw_end(&self, at: usize) -> u32 {
        match at.checked_sub(1) {
            Some(last) => self.raw_start(last) + 1,
            None => self.raw_start(0),
        }
    }
}

/// Goes through a file line by line.
pub(super) struct Lines<'t> {
    line: Line<'t>,
    next: usize,
    /// Whether the file has a NUL anywhere: no file of text has.
    has_nul: bool,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t [u8]) -> Lines<'t> {
        let line = Line {
            text,
            start: 0,
            drop_start: 0,
            end: 0,
            has_line_end: false,
            joined: Vec::new(),
            parts: Vec::new(),
            content: 0..0,
        };
        Lines { line, next: 0, has_nul: memchr::memchr(0, text).is_some() }
    }

    pub(super) fn line(&self) -> &Line<'t> {
        &self.line
    }

    /// The next physical line; none at the end of the file.
    pub(super) fn peek(&self) -> Option<Physical> {
        (self.next < self.line.text.len()).then(|| self.physical(self.next))
    }

    /// The bytes of a physical line that is a logical one by itself, if they are plain: no NUL is in the file.
    pub(super) fn plain(&self, physical: &Physical) -> Option<&'t [u8]> {
        let bytes = self.line.text.get(physical.start..physical.content_end)?;
        (!self.has_nul && !physical.continues(self.line.text)).then_some(bytes)
    }

    /// What was not read yet, and where it starts, if no NUL is in the file; nothing at the end.
    #[inline]
    pub(super) fn plain_rest(&self) -> Option<(&'t [u8], u32)> {
        let rest = self.line.text.get(self.next..).filter(|rest| !rest.is_empty() && !self.has_nul)?;
        Some((rest, self.next as u32))
    }

    /// Leaves so many bytes behind, which are whole lines.
    #[inline]
    pub(super) fn skip(&mut self, bytes: u32) {
        self.next += bytes as usize;
    }

    /// Leaves a physical line behind.
    pub(super) fn pass(&mut self, physical: &Physical) {
        self.next = physical.next;
    }

    /// Goes to the logical line that starts with a physical one.
    pub(super) fn advance(&mut self, first: Physical) {
        self.line.joined.clear();
        self.line.parts.clear();
        self.line.start = first.start as u32;
        if !first.continues(self.line.text) {
            self.finish(&first, first.start..first.content_end);
            return;
        }
        self.join_from(first);
    }

    fn join_from(&mut self, first: Physical) {
        let text = self.line.text;
        let mut physical = first;
        loop {
            self.line.parts.push((self.line.joined.len(), physical.start as u32));
            let bytes = text.get(physical.start..physical.content_end).unwrap_or(b"");
            self.line.joined.extend_from_slice(bytes);
            // A backslash that an earlier line left behind counts as well.
            let joined = &mut self.line.joined;
            let without_cr = joined.strip_suffix(b"\r").unwrap_or(joined);
            let continued = physical.ends_in_line_feed && without_cr.ends_with(b"\\");
            if !continued {
                break;
            }
            let length = without_cr.len() - 1;
            joined.truncate(length);
            while self.line.parts.last().is_some_and(|(start, _)| *start > length) {
                self.line.parts.pop();
            }
            // At the end of the file this is an empty line of its own, which httpd counts.
            physical = self.physical(physical.next);
        }
        let length = self.line.joined.len();
        self.finish(&physical, 0..length);
    }

    fn physical(&self, start: usize) -> Physical {
        let rest = self.line.text.get(start..).unwrap_or(b"");
        let line_end = memchr::memchr(b'\n', rest);
        let end = start + line_end.unwrap_or(rest.len());
        let bytes = self.line.text.get(start..end).unwrap_or(b"");
        let nul = if self.has_nul { memchr::memchr(0, bytes) } else { None };
        Physical {
            start,
            content_end: nul.map_or(end, |at| start + at),
            end,
            next: end + usize::from(line_end.is_some()),
            has_line_end: line_end.is_some(),
            ends_in_line_feed: line_end.is_some() && nul.is_none(),
        }
    }

    /// Trims the content and takes the line's end from its last physical line.
    fn finish(&mut self, last: &Physical, content: std::ops::Range<usize>) {
        self.next = last.next;
        self.line.drop_start = last.content_end as u32;
        self.line.end = last.end as u32;
        self.line.has_line_end = last.has_line_end;
        let all = if self.line.parts.is_empty() { self.line.text } else { &self.line.joined };
        let bytes = all.get(content.clone()).unwrap_or(b"");
        let leading = leading_space(bytes);
        let trailing = bytes.iter().rev().take_while(|byte| is_space(**byte)).count();
        self.line.content =
            content.start + leading..content.end.saturating_sub(trailing).max(content.start + leading);
    }
}

/// One physical line.
pub(super) struct Physical {
    pub(super) start: usize,
    /// Before its line end or its first NUL.
    content_end: usize,
    /// Before its line end.
    pub(super) end: usize,
    next: usize,
    pub(super) has_line_end: bool,
    /// Whether httpd sees the line end, which a NUL hides.
    ends_in_line_feed: bool,
}

impl Physical {
    fn continues(&self, text: &[u8]) -> bool {
        let bytes = text.get(self.start..self.content_end).unwrap_or(b"");
        self.ends_in_line_feed && bytes.strip_suffix(b"\r").unwrap_or(bytes).ends_with(b"\\")
    }
}

/// Bytes of a logical line with its continuations joined. Within a logical line every LF belongs to one.
pub(crate) fn join(raw: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\n', raw).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut joined = Vec::with_capacity(raw.len());
    for &byte in raw {
        if byte != b'\n' {
            joined.push(byte);
            continue;
        }
        if joined.last() == Some(&b'\r') {
            joined.pop();
        }
        joined.pop();
    }
    Cow::Owned(joined)
}
