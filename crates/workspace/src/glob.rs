//! Patterns in include lines, answered as each daemon's own library answers them.
//!
//! In: an absolute pattern. Out: what matches, in the daemon's order, and whether that is all. Cost: each folder is
//! read once, and no match is looked at again where the folder told its kind.

use std::path::Path;
use std::sync::Arc;

use crate::host::{Host, Listing, Lookup};
use crate::path::HostPath;
use crate::system::{FileError, FileErrorKind, FileKind};

mod pattern;

pub use pattern::{has_wildcard, matches};

/// The most paths that one pattern leads to.
const MAX_PATHS: usize = 1_000_000;

/// The longest pattern, in bytes: no longer path can exist.
const MAX_PATTERN: usize = 4096;

/// Whose rules a pattern follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GlobStyle {
    /// php-fpm: `glob(3)` with `GLOB_ERR | GLOB_MARK`. A folder that cannot be read fails the whole pattern. Sorted
    /// by the bytes of the whole path.
    PhpFpm,
    /// nginx: `glob(3)` without flags. Folders that cannot be read match nothing. Sorted by the bytes of the whole
    /// path.
    Nginx,
    /// Apache: one part after the other, each sorted by bytes. A part without wildcards is not looked up, so that
    /// the last one may name a file that is not there.
    Apache,
}

/// What a pattern matches.
#[derive(Clone, Default, Debug)]
pub struct Glob {
    /// The paths, in the daemon's order, folders among them.
    pub matches: Vec<HostPath>,
    /// Those of the matches that are folders, links to folders among them for php-fpm, sorted by bytes.
    pub matched_dirs: Vec<HostPath>,
    /// Whether there can be no other match. False where a folder on the way is unknown or only partly known.
    pub complete: bool,
    /// The first folder on the way that the pattern names and the host lacks.
    pub missing_folder: Option<HostPath>,
    /// The first folder in which a part with wildcards matched nothing.
    pub unmatched_in: Option<HostPath>,
    /// The first folder on the way that could not be read.
    pub failed: Option<FileError>,
}

impl Host {
    /// What a pattern matches here. A pattern that does not start with `/` is taken from there.
    pub fn glob(&self, pattern: &[u8], style: GlobStyle) -> Glob {
        if pattern.len() >= MAX_PATTERN {
            let error = FileError::with_message(FileErrorKind::Other, Path::new(""), "File name too long");
            return Glob { complete: true, failed: Some(error), ..Glob::default() };
        }
        let parts: Vec<&[u8]> =
            pattern.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".").collect();
        let mut search = Search { host: self, style, glob: Glob { complete: true, ..Glob::default() } };
        let mut folders = vec![(HostPath::root(), FileKind::Directory)];
        let mut rest = parts.as_slice();
        while let Some((part, after)) = rest.split_first() {
            let plain = rest.iter().take_while(|part| !has_wildcard(part)).count();
            if plain > 0 {
                let (plain, after) = rest.split_at(plain);
                let end = after.is_empty();
                folders = folders
                    .into_iter()
                    .filter_map(|(folder, _)| search.append(&folder, plain, end))
                    .collect();
                rest = after;
                continue;
            }
            folders = search.expand(folders, part, after.is_empty());
            rest = after;
        }
        search.finish(folders)
    }
}

struct Search<'a> {
    host: &'a Host,
    style: GlobStyle,
    glob: Glob,
}

impl Search<'_> {
    /// A path with parts without wildcards behind it. In the middle of a pattern the next search tells whether it
    /// exists; at its end `glob(3)` looks.
    fn append(&mut self, folder: &HostPath, parts: &[&[u8]], end: bool) -> Option<(HostPath, FileKind)> {
        let path = parts.iter().fold(folder.clone(), |path, part| path.join(&pattern::unescaped(part)));
        if !end || self.style == GlobStyle::Apache {
            return Some((path, FileKind::Other));
        }
        match self.host.kind(&path) {
            Lookup::Found(kind) => Some((path, kind)),
            Lookup::Absent => None,
            Lookup::Unknown => {
                self.glob.complete = false;
                None
            }
            Lookup::Failed(error) => {
                self.glob.failed.get_or_insert(error);
                None
            }
        }
    }

    /// The entries of some folders that match a part; in the middle of a pattern only those that are folders.
    fn expand(
        &mut self,
        folders: Vec<(HostPath, FileKind)>,
        part: &[u8],
        end: bool,
    ) -> Vec<(HostPath, FileKind)> {
        let mut found = Vec::new();
        for (folder, _) in folders {
            let Some(listing) = self.listing(&folder) else { continue };
            let before = found.len();
            let style = self.style;
            for entry in listing.entries.iter().filter(|entry| matches(part, &entry.name, style)) {
                if found.len() == MAX_PATHS {
                    self.glob.complete = false;
                    return found;
                }
                if end {
                    found.push((folder.join(&entry.name), entry.kind));
                    continue;
                }
                let path = folder.join(&entry.name);
                match entry.kind {
                    FileKind::Directory => found.push((path, FileKind::Directory)),
                    FileKind::Link if self.is_folder(&path) => found.push((path, FileKind::Directory)),
                    FileKind::Link | FileKind::File | FileKind::Other => {}
                }
            }
            if found.len() == before {
                self.glob.unmatched_in.get_or_insert(folder);
            }
        }
        found
    }

    fn listing(&mut self, folder: &HostPath) -> Option<Arc<Listing>> {
        match self.host.listing(folder) {
            Lookup::Found(listing) => {
                self.glob.complete &= listing.complete;
                Some(listing)
            }
            Lookup::Absent => {
                self.glob.missing_folder.get_or_insert_with(|| folder.clone());
                None
            }
            Lookup::Unknown => {
                self.glob.complete = false;
                None
            }
            Lookup::Failed(error) => {
                self.glob.failed.get_or_insert(error);
                None
            }
        }
    }

    /// A link that leads nowhere known may lead to a folder of the machine.
    fn is_folder(&mut self, path: &HostPath) -> bool {
        match self.host.kind(path) {
            Lookup::Found(kind) => kind == FileKind::Directory,
            Lookup::Absent | Lookup::Failed(_) => false,
            Lookup::Unknown => {
                self.glob.complete = false;
                false
            }
        }
    }

    fn finish(mut self, mut found: Vec<(HostPath, FileKind)>) -> Glob {
        if self.style != GlobStyle::Apache {
            found.sort();
        }
        for (path, kind) in &found {
            let follow = self.style == GlobStyle::PhpFpm && *kind == FileKind::Link;
            if *kind == FileKind::Directory || follow && self.is_folder(path) {
                self.glob.matched_dirs.push(path.clone());
            }
        }
        self.glob.matched_dirs.sort();
        self.glob.matches = found.into_iter().map(|(path, _)| path).collect();
        self.glob
    }
}

#[cfg(test)]
mod tests;
