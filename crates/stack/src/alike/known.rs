//! What is known of the lines that files of httpd have in common.
//!
//! In: lines with their numbers. Out: whether a line leaves nothing open at a site. Invariant: a line is looked through
//! once, however many sites have it.

use fpmlint_syntax::SeenLine;

use super::{Mark, begins, is_root};

/// Lines by their numbers; those of one table of files.
#[derive(Default, Debug)]
pub struct KnownLines {
    lines: Vec<Option<Known>>,
}

/// A line that was looked through.
#[derive(Debug)]
struct Known {
    /// What stands in it from each place on where a path begins.
    paths: Vec<Box<[u8]>>,
    /// Whether nothing in it can be a site's own but those paths.
    is_plain: bool,
}

impl KnownLines {
    /// Whether a line says the same at every site, but for those whose document root it names. `text` gives its bytes, and
    /// `is_of_request` is asked what follows each `sign`, with which variables begin.
    pub(super) fn is_closed<'t>(
        &mut self,
        line: SeenLine,
        root: &[u8],
        sign: u8,
        text: impl FnOnce() -> Option<&'t [u8]>,
        is_of_request: impl Fn(&[u8]) -> bool,
    ) -> bool {
        if self.lines.len() <= line.index() {
            self.lines.resize_with(line.index() + 1, || None);
        }
        let Some(slot) = self.lines.get_mut(line.index()) else { return false };
        let known = match slot {
            Some(known) => known,
            None => {
                let Some(text) = text() else { return false };
                slot.insert(Known::new(text, sign, is_of_request))
            }
        };
        known.is_plain && !known.paths.iter().any(|path| is_root(root, path))
    }
}

impl Known {
    fn new(text: &[u8], sign: u8, is_of_request: impl Fn(&[u8]) -> bool) -> Known {
        let mut known = Known { paths: Vec::new(), is_plain: true };
        for at in memchr::memchr2_iter(b'/', sign, text) {
            let (before, behind) = text.split_at(at);
            if behind.first() == Some(&sign) {
                known.is_plain &= is_of_request(behind.get(1..).unwrap_or(b""));
                continue;
            }
            match begins(before) {
                Some(Mark::Root) => known.paths.push(behind.into()),
                Some(Mark::Socket | Mark::End) => known.is_plain = false,
                None => {}
            }
        }
        known
    }
}
