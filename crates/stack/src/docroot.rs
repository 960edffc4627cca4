//! What lies in document roots: looked at lazily, and never more than a bounded part of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use fpmlint_syntax::php;
use fpmlint_text::{FileId, Span};
use fpmlint_workspace::{Entry, FileKind, Host, HostPath, Lookup};
use rustc_hash::FxHashMap;

use crate::Stack;

/// Entries of one folder that are looked at.
const MAX_ENTRIES: usize = 20_000;

/// Files of one root that are read in search of something.
const MAX_READ: usize = 200;

/// The same where the search is deep.
const MAX_READ_DEEP: usize = 20_000;

/// Folders of one root that a deep search lists, and how far below the root.
const MAX_FOLDERS: usize = 20_000;
const MAX_DEPTH: usize = 16;

/// Larger files are no info pages, in bytes.
const MAX_PAGE: u64 = 4096;

/// Sites of a host up to which files of any name are looked into. A host of more sites is a hosting machine, where to
/// open a file in each root would be most of a run.
const FEW_SITES: usize = 200;

/// Names under which info pages are left behind, without `.php`.
const KNOWN_NAMES: [&[u8]; 14] = [
    b"info",
    b"phpinfo",
    b"php_info",
    b"php-info",
    b"test",
    b"i",
    b"p",
    b"pi",
    b"php",
    b"phpi",
    b"phptest",
    b"phpversion",
    b"infophp",
    b"_info",
];

/// Folders below a root that are searched too.
const KNOWN_FOLDERS: [&[u8]; 4] = [b"public", b"test", b"tmp", b"admin"];

/// How far document roots are searched.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum Search {
    /// As far as it costs little: a root's own folder, and known names one level below.
    #[default]
    Shallow,
    /// Every folder, and files of every name.
    Deep,
}

/// Which files of a root are looked into.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Extent {
    KnownNames,
    TopLevel,
    Everything,
}

/// Whether a path ends as PHP files do.
pub fn looks_like_php(path: &[u8]) -> bool {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    let Some(dot) = name.iter().rposition(|byte| *byte == b'.') else { return false };
    matches!(
        name[dot + 1..].to_ascii_lowercase().as_slice(),
        b"php" | b"phtml" | b"phar" | b"php3" | b"php4" | b"php5" | b"php7" | b"php8"
    )
}

/// A page that calls `phpinfo()` at its top level.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InfoPage {
    /// Its path below the root, with a leading slash.
    pub path: Vec<u8>,
    /// The file.
    pub file: FileId,
    /// The call's name.
    pub call: Span,
}

/// The info pages of roots that were looked at, by host, root and how far the search went.
pub(crate) type InfoPages = Mutex<FxHashMap<(usize, HostPath, Extent), Arc<[InfoPage]>>>;

impl Stack {
    /// Takes over what another stack of the same hosts found in document roots, where no file came or went since.
    pub fn remember_roots_of(&mut self, other: &mut Stack) {
        std::mem::swap(&mut self.info_pages, &mut other.info_pages);
    }

    /// The info pages in a root of a host; each root is looked at once.
    pub fn info_pages(&self, host: usize, root: HostPath) -> Arc<[InfoPage]> {
        let extent = match self.search {
            Search::Deep => Extent::Everything,
            Search::Shallow if self.sites_of_host[host] > FEW_SITES => Extent::KnownNames,
            Search::Shallow => Extent::TopLevel,
        };
        let mut known = self.info_pages.lock().unwrap_or_else(PoisonError::into_inner);
        let look = |(host, root, extent): &(usize, HostPath, Extent)| {
            info_pages(&self.hosts[*host], root, *extent).into()
        };
        Arc::clone(known.entry((host, root, extent)).or_insert_with_key(look))
    }
}

/// The info pages in a root.
fn info_pages(host: &Host, root: &HostPath, extent: Extent) -> Vec<InfoPage> {
    // Most roots of a large host are not there when it is checked elsewhere; one look is enough then.
    let Lookup::Found(entries) = host.list(root) else { return Vec::new() };
    let budget = if extent == Extent::Everything { MAX_READ_DEEP } else { MAX_READ };
    let mut hunt = Hunt { host, budget, pages: Vec::new() };
    hunt.look(root, &entries, b"/", extent != Extent::KnownNames);
    if extent == Extent::Everything {
        hunt.look_below(root, entries);
        return hunt.pages;
    }
    for folder in KNOWN_FOLDERS {
        let is_there = entries.binary_search_by(|entry| entry.name.as_slice().cmp(folder)).is_ok();
        if !is_there {
            continue;
        }
        let below = root.join(folder);
        if let Lookup::Found(entries) = host.list(&below) {
            let url = [b"/", folder, b"/"].concat();
            hunt.look(&below, &entries, &url, false);
        }
    }
    hunt.pages
}

/// A search for info pages in one root.
struct Hunt<'a> {
    host: &'a Host,
    /// Files that may still be read.
    budget: usize,
    pages: Vec<InfoPage>,
}

impl Hunt<'_> {
    /// Looks into every folder below a root, nearest first. Links to folders are not followed: they lead in circles.
    fn look_below(&mut self, root: &HostPath, entries: Arc<[Entry]>) {
        let mut pending = VecDeque::from([(root.clone(), entries, b"/".to_vec(), 0)]);
        let mut folders = 0;
        while let Some((folder, entries, url, depth)) = pending.pop_front() {
            if depth == MAX_DEPTH {
                continue;
            }
            for entry in entries.iter().take(MAX_ENTRIES).filter(|entry| entry.kind == FileKind::Directory) {
                folders += 1;
                if folders > MAX_FOLDERS || self.budget == 0 {
                    return;
                }
                let below = folder.join(&entry.name);
                let Lookup::Found(entries) = self.host.list(&below) else { continue };
                let url = [&url, entry.name.as_slice(), b"/"].concat();
                self.look(&below, &entries, &url, true);
                pending.push_back((below, entries, url, depth + 1));
            }
        }
    }

    /// Looks into the files of one folder.
    fn look(&mut self, folder: &HostPath, entries: &[Entry], url: &[u8], any_name: bool) {
        for entry in entries.iter().take(MAX_ENTRIES) {
            let Some(stem) = entry.name.strip_suffix(b".php") else { continue };
            if !any_name && !KNOWN_NAMES.iter().any(|known| stem.eq_ignore_ascii_case(known)) {
                continue;
            }
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            let path = folder.join(&entry.name);
            let Lookup::Found(text) = self.host.peek(&path, MAX_PAGE) else { continue };
            if !mentions(&text, b"phpinfo") {
                continue;
            }
            let facts = php::scan(&text, b"phpinfo", php::Options::default());
            let Some(call) = facts.call.filter(|_| !facts.declares && !facts.after_exit) else { continue };
            let Lookup::Found(file) = self.host.open(&path) else { continue };
            let call = Span::new(call.start as u32, call.end as u32);
            self.pages.push(InfoPage { path: [url, &entry.name].concat(), file, call });
        }
    }
}

/// Whether a text has a name of PHP in it, whose case does not count. Nearly no page has, and this costs far less than
/// to read it.
fn mentions(text: &[u8], name: &[u8]) -> bool {
    let Some(first) = name.first() else { return true };
    let starts = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text);
    let mut found = starts.filter_map(|at| text.get(at..at + name.len()));
    found.any(|found| found.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn php_files_by_their_ending() {
        assert!(looks_like_php(b"/a/b.php"));
        assert!(looks_like_php(b"x.PHTML"));
        assert!(!looks_like_php(b"/a.php/b"));
        assert!(!looks_like_php(b"/a.php.bak"));
        assert!(!looks_like_php(b"/php"));
    }
}
