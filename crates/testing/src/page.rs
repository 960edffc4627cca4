//! A rule's page as a list of tests.
//!
//! In: the Markdown of a page. Out: its sections with files, host, expected findings and expected fixes; each
//! expectation knows its place in the page, so that it can be rewritten. Invariant: a section with files has
//! exactly one list of findings, and no block that looks like a part of a test is dropped in silence.

use std::ops::Range;

use crate::fence::{Fence, Piece, pieces};
use crate::host::HostOptions;

/// A page.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    /// The name behind `#`.
    pub title: &'a str,
    /// The sections that hold files, in order.
    pub sections: Vec<Section<'a>>,
}

/// A `##` section with files: one test.
#[derive(Clone, Debug)]
pub struct Section<'a> {
    /// The words behind `##`.
    pub title: &'a str,
    /// The machine or project.
    pub host: HostOptions,
    /// The files: path and content.
    pub files: Vec<(&'a str, &'a str)>,
    /// The findings that are expected.
    pub findings: Block<'a>,
    /// Files as they should be after the fixes: path and content.
    pub fixed: Vec<(&'a str, Block<'a>)>,
}

/// The content of a fenced block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block<'a> {
    /// The content.
    pub text: &'a str,
    /// Where it lies in the page, in bytes.
    pub place: Range<usize>,
}

/// Reads a page.
///
/// # Errors
/// What is wrong with it, with the line or section.
pub fn parse(text: &str) -> Result<Page<'_>, String> {
    let mut title = None;
    let mut sections = Vec::new();
    let mut current: Option<Draft<'_>> = None;
    for piece in pieces(text)? {
        match piece {
            Piece::Title(name) if title.is_none() => title = Some(name),
            Piece::Title(name) => return Err(format!("a second title `# {name}`")),
            Piece::Heading(heading) => {
                let done = current.replace(Draft::new(heading));
                sections.extend(done.map(Draft::finish).transpose()?.flatten());
            }
            Piece::Fence(fence) => match &mut current {
                Some(draft) => {
                    draft.add(text, &fence).map_err(|error| format!("line {}: {error}", fence.line))?
                }
                None if Part::of(&fence) == Part::Prose => {}
                None => {
                    return Err(format!("line {}: the block stands before the first section", fence.line));
                }
            },
        }
    }
    sections.extend(current.map(Draft::finish).transpose()?.flatten());
    Ok(Page { title: title.ok_or("the page has no title")?, sections })
}

/// What a block is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part<'a> {
    Host,
    Findings,
    Fixed,
    File(&'a str),
    Prose,
}

impl<'a> Part<'a> {
    fn of(fence: &Fence<'a>) -> Part<'a> {
        match (fence.language(), fence.title()) {
            ("host", _) => Part::Host,
            ("findings", _) => Part::Findings,
            ("fixed", _) => Part::Fixed,
            (_, Some(title)) => Part::File(title),
            (_, None) => Part::Prose,
        }
    }
}

/// A section that is being read.
struct Draft<'a> {
    title: &'a str,
    host: Option<HostOptions>,
    files: Vec<(&'a str, &'a str)>,
    findings: Option<Block<'a>>,
    fixed: Vec<(&'a str, Block<'a>)>,
}

impl<'a> Draft<'a> {
    fn new(title: &'a str) -> Draft<'a> {
        Draft { title, host: None, files: Vec::new(), findings: None, fixed: Vec::new() }
    }

    fn add(&mut self, page: &'a str, fence: &Fence<'a>) -> Result<(), String> {
        let text = page.get(fence.content.clone()).unwrap_or_default();
        let block = Block { text, place: fence.content.clone() };
        match Part::of(fence) {
            Part::Host if self.host.is_some() => return Err("a second `host` block".into()),
            Part::Host => self.host = Some(HostOptions::parse(text)?),
            Part::Findings if self.findings.is_some() => return Err("a second `findings` block".into()),
            Part::Findings => self.findings = Some(block),
            Part::Fixed => {
                let title = fence.title().ok_or("a `fixed` block needs a title")?;
                if self.fixed.iter().any(|(known, _)| *known == title) {
                    return Err(format!("a second `fixed` block for {title}"));
                }
                self.fixed.push((title, block));
            }
            Part::File(title) if self.files.iter().any(|(known, _)| *known == title) => {
                return Err(format!("a second file {title}"));
            }
            Part::File(title) => self.files.push((title, text)),
            Part::Prose => {}
        }
        Ok(())
    }

    /// The section, or none where it is prose alone.
    fn finish(self) -> Result<Option<Section<'a>>, String> {
        let Draft { title, host, files, findings, fixed } = self;
        if files.is_empty() {
            let lost = host.is_some() || findings.is_some() || !fixed.is_empty();
            return if lost { Err(format!("section `{title}` has no files")) } else { Ok(None) };
        }
        if let Some((path, _)) = fixed.iter().find(|(path, _)| files.iter().all(|(known, _)| known != path)) {
            return Err(format!("section `{title}` has no file {path} to fix"));
        }
        let findings = findings.ok_or_else(|| format!("section `{title}` has no `findings` block"))?;
        Ok(Some(Section { title, host: host.unwrap_or_default(), files, findings, fixed }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "```ini title=\"/a.conf\"\n[www]\n```\n";
    const NONE: &str = "```findings\n```\n";

    fn error(page: &str) -> String {
        parse(page).unwrap_err()
    }

    #[test]
    fn a_section_has_files_findings_and_fixes() {
        let text = format!(
            "# rule\n\nProse.\n\n## Why\n\n```\nexample\n```\n\n## Bad\n\n```host\nprofile = \"debian-12\"\n```\n{FILE}\
             ```findings\n/a.conf:1:1: info: x\n```\n```fixed title=\"/a.conf\"\n[w]\n```\n## Good\n{FILE}{NONE}"
        );
        let page = parse(&text).unwrap();
        assert_eq!(page.title, "rule");
        let [bad, good] = &page.sections[..] else { panic!("{page:?}") };
        assert_eq!((bad.title, good.title), ("Bad", "Good"));
        assert_eq!(bad.host.profile.as_deref(), Some("debian-12"));
        assert_eq!(bad.files, [("/a.conf", "[www]\n")]);
        assert_eq!(bad.findings.text, "/a.conf:1:1: info: x\n");
        assert_eq!(&text[bad.findings.place.clone()], bad.findings.text);
        assert_eq!(bad.fixed[0].0, "/a.conf");
        assert_eq!(bad.fixed[0].1.text, "[w]\n");
        assert_eq!(good.host, HostOptions::default());
        assert!(good.findings.text.is_empty() && good.fixed.is_empty());
    }

    #[test]
    fn what_would_be_dropped_is_an_error() {
        assert_eq!(error("## a\n"), "the page has no title");
        assert_eq!(error(&format!("# r\n{FILE}")), "line 2: the block stands before the first section");
        assert_eq!(error(&format!("# r\n## a\n{FILE}")), "section `a` has no `findings` block");
        assert_eq!(error(&format!("# r\n## a\n{NONE}")), "section `a` has no files");
        assert_eq!(error(&format!("# r\n## a\n{FILE}{FILE}{NONE}")), "line 6: a second file /a.conf");
        assert_eq!(error(&format!("# r\n## a\n{FILE}{NONE}{NONE}")), "line 8: a second `findings` block");
        assert_eq!(
            error(&format!("# r\n## a\n{FILE}{NONE}```fixed\n```\n")),
            "line 8: a `fixed` block needs a title"
        );
        let other = "```fixed title=\"/b.conf\"\n```\n";
        assert_eq!(
            error(&format!("# r\n## a\n{FILE}{NONE}{other}")),
            "section `a` has no file /b.conf to fix"
        );
    }

    #[test]
    fn a_mistake_in_a_host_block_names_its_line() {
        let found = error(&format!("# r\n## a\n```host\nprofil = \"x\"\n```\n{FILE}{NONE}"));
        assert!(found.starts_with("line 3: ") && found.contains("profil"), "{found}");
    }
}
