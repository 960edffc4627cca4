//! Markdown cut into headings and fenced blocks.
//!
//! In: the text of a page. Out: its headings of the first two levels and its fenced blocks, in order.
//! Invariant: whatever stands in a fenced block is no heading. Only fences at the start of a line count,
//! which is how pages are written; everything else is prose and left out.

use std::ops::Range;

/// A part of a page that means something to the runner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Piece<'a> {
    /// `# name`.
    Title(&'a str),
    /// `## title`.
    Heading(&'a str),
    /// A fenced block.
    Fence(Fence<'a>),
}

/// A fenced block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fence<'a> {
    /// What stands behind the opening backticks.
    pub info: &'a str,
    /// Where its content lies in the page, in bytes; with the last line's end.
    pub content: Range<usize>,
    /// The line of the opening backticks, from 1.
    pub line: usize,
}

impl<'a> Fence<'a> {
    /// The first word of the info string.
    pub fn language(&self) -> &'a str {
        self.info.split_whitespace().next().unwrap_or_default()
    }

    /// The value of `title="…"` in the info string.
    pub fn title(&self) -> Option<&'a str> {
        let (_, rest) = self.info.split_once("title=\"")?;
        rest.split_once('"').map(|(title, _)| title)
    }
}

/// A page's headings and fenced blocks.
///
/// # Errors
/// A block that never ends.
pub(crate) fn pieces(page: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut open: Option<(Fence<'_>, usize)> = None;
    let mut offset = 0;
    for (index, full) in page.split_inclusive('\n').enumerate() {
        let start = offset;
        offset += full.len();
        let line = full.trim_end();
        if let Some((mut fence, ticks)) = open.take() {
            if closes(line, ticks) {
                fence.content.end = start;
                pieces.push(Piece::Fence(fence));
            } else {
                open = Some((fence, ticks));
            }
            continue;
        }
        let ticks = backticks(line);
        if ticks >= 3 {
            let info = line.get(ticks..).unwrap_or_default().trim();
            open = Some((Fence { info, content: offset..offset, line: index + 1 }, ticks));
        } else if let Some(title) = line.strip_prefix("# ") {
            pieces.push(Piece::Title(title.trim()));
        } else if let Some(title) = line.strip_prefix("## ") {
            pieces.push(Piece::Heading(title.trim()));
        }
    }
    match open {
        Some((fence, _)) => Err(format!("line {}: the block never ends", fence.line)),
        None => Ok(pieces),
    }
}

fn backticks(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b'`').count()
}

fn closes(line: &str, ticks: usize) -> bool {
    backticks(line) >= ticks && line.bytes().all(|byte| byte == b'`')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_inside_blocks_are_text() {
        let page = "# a\n\n## b\n```ini title=\"/x\"\n## no\n```\n## c\n";
        let found = pieces(page).unwrap();
        let [Piece::Title("a"), Piece::Heading("b"), Piece::Fence(fence), Piece::Heading("c")] = &found[..]
        else {
            panic!("{found:?}");
        };
        assert_eq!((fence.language(), fence.title(), fence.line), ("ini", Some("/x"), 4));
        assert_eq!(&page[fence.content.clone()], "## no\n");
    }

    #[test]
    fn a_longer_fence_holds_a_shorter_one() {
        let page = "````md\n```\ninner\n```\n````\n";
        let found = pieces(page).unwrap();
        let [Piece::Fence(fence)] = &found[..] else { panic!("{found:?}") };
        assert_eq!(&page[fence.content.clone()], "```\ninner\n```\n");
        assert_eq!(fence.title(), None);
    }

    #[test]
    fn a_block_without_lines_is_empty() {
        let page = "```findings\n```";
        let found = pieces(page).unwrap();
        let [Piece::Fence(fence)] = &found[..] else { panic!("{found:?}") };
        assert!(fence.content.is_empty());
    }

    #[test]
    fn a_block_that_never_ends_is_an_error() {
        assert_eq!(pieces("# a\n```ini\n[www]\n").unwrap_err(), "line 2: the block never ends");
    }
}
