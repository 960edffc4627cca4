//! `Include` and `IncludeOptional`.
//!
//! In: a pattern, relative to `ServerRoot` as it stands at that point. Out: the files behind it, read one after the
//! other in place of the line; a folder stands for all files in it and below. What the host cannot tell leaves the
//! configuration incomplete.

use fpmlint_syntax::httpd;
use fpmlint_workspace::{FileError, FileErrorKind, FileKind, GlobStyle, HostPath, Lookup, has_wildcard};

use super::events::Source;
use super::{Level, Line, Reader};
use crate::apache::statement::Origin;
use crate::{Part, Place, RefusalKind};

/// How deep httpd follows includes, and folders within folders.
const MAX_DEPTH: u32 = 128;

/// An include that was obeyed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Include {
    /// Its place.
    pub place: Place,
    /// The path or pattern as it is written, variables put in.
    pub pattern: Box<[u8]>,
    /// Whether nothing has to be there.
    pub optional: bool,
    /// Whether all files behind it are known.
    pub complete: bool,
    /// Whether a folder itself is named, so that every file in it is read, whatever its name.
    pub is_folder: bool,
}

/// Files of an include that are still to be read.
pub(super) struct Files {
    paths: std::vec::IntoIter<(HostPath, u32)>,
    /// Of the folder that is being unfolded: what comes before the rest of `paths`, last first.
    pending: Vec<(HostPath, u32)>,
    reading: u32,
    place: Place,
    line: u32,
    /// Index into [`super::Config::includes`].
    include: usize,
    optional: bool,
    /// Whether a pattern led here; then a path that is no file was found in its folder.
    found_by_pattern: bool,
}

impl Reader<'_> {
    pub(super) fn include(&mut self, source: &Source, line: &Line<'_>, optional: bool) {
        let Some((pattern, _)) = httpd::word(line.rest) else { return };
        if self.include_depth >= MAX_DEPTH {
            let words =
                format!("Exceeded maximum include depth of {MAX_DEPTH}, There appears to be a recursion.");
            self.refuse(source, line, RefusalKind::IncludeNotFound, words.into_bytes());
            self.give_up();
            return;
        }
        let place = line.place.with(Part::Whole);
        let path = self.config.server_root.join(&pattern);
        let mut include =
            Include { place, pattern: pattern.as_ref().into(), optional, complete: true, is_folder: false };
        let by_pattern = has_wildcard(path.as_bytes());
        let paths = if by_pattern { self.matches(source, line, &path, &mut include) } else { vec![path] };
        let index = self.config.includes.len();
        self.config.includes.push(include);
        let paths: Vec<(HostPath, u32)> = paths.into_iter().map(|path| (path, 0)).collect();
        self.include_depth += 1;
        self.opened.push(Level::Files(Files {
            paths: paths.into_iter(),
            pending: Vec::new(),
            reading: source.reading,
            place: line.place,
            line: self.line_of(source.reading, line.end),
            include: index,
            optional,
            found_by_pattern: by_pattern,
        }));
    }

    fn matches(
        &mut self,
        source: &Source,
        line: &Line<'_>,
        pattern: &HostPath,
        include: &mut Include,
    ) -> Vec<HostPath> {
        let glob = self.input.host.glob(pattern.as_bytes(), GlobStyle::Apache);
        if !glob.complete {
            include.complete = false;
            self.incomplete(pattern, line.place);
        }
        // A folder of modules with nothing in it belongs to a package that was never set up, or to a system that
        // keeps them elsewhere: httpd runs nowhere without modules.
        let of_modules = pattern.parts().any(|part| part == b"mods-enabled" || part == b"conf.modules.d");
        self.config.modules.complete &= !of_modules || !glob.matches.is_empty();
        let refused = if let Some(error) = glob.failed {
            let folder = wildcard_folder(pattern);
            Some(format!("Include/IncludeOptional: Could not open directory {folder}: {}", said(&error)))
        } else if let Some(folder) = glob.missing_folder {
            Some(format!(
                "Include/IncludeOptional: Could not open directory {folder}: No such file or directory"
            ))
        } else if let Some(folder) = glob.unmatched_in.filter(|_| glob.complete) {
            let part = pattern.parts().nth(folder.parts().count()).unwrap_or(b"");
            let part = String::from_utf8_lossy(part);
            Some(format!(
                "Include/IncludeOptional: No matches for the wildcard '{part}' in '{folder}', failing"
            ))
        } else {
            None
        };
        if let Some(message) = refused.filter(|_| !include.optional) {
            self.refuse(source, line, RefusalKind::IncludeNotFound, message.into_bytes());
        }
        glob.matches
    }

    /// What lies there is not known, so neither is what it defines and loads.
    fn incomplete(&mut self, path: &HostPath, place: Place) {
        self.config.complete = false;
        self.config.modules.complete = false;
        self.unknown(format!("the files behind {path}"), place);
    }

    /// Reads the next file of an include, and comes back for the others.
    pub(super) fn next_file(&mut self, mut files: Files) {
        let Some((path, depth)) = files.pending.pop().or_else(|| files.paths.next()) else {
            self.include_depth -= 1;
            return;
        };
        let host = self.input.host;
        if is_device(&path) {
            self.refuse_file(&files, not_opened(&path, "Bad file descriptor"));
            self.opened.push(Level::Files(files));
            return;
        }
        match host.open(&path) {
            Lookup::Found(file) => {
                let origin = Origin::Include { reading: files.reading, place: files.place, line: files.line };
                self.opened.push(Level::Files(files));
                self.open(file, path, origin);
                return;
            }
            Lookup::Unknown => {
                if let Some(include) = self.config.includes.get_mut(files.include) {
                    include.complete = false;
                }
                self.incomplete(&path, files.place);
            }
            Lookup::Absent => {
                if !files.optional || files.found_by_pattern {
                    self.refuse_file(&files, not_opened(&path, "No such file or directory"));
                }
            }
            Lookup::Failed(error) => match host.list(&path) {
                Lookup::Found(entries) => self.unfold(&mut files, &path, depth, &entries),
                Lookup::Failed(other) if other.kind == FileErrorKind::Loop => {
                    self.refuse_failed(&files, &path, &other);
                }
                _ => self.refuse_failed(&files, &path, &error),
            },
        }
        self.opened.push(Level::Files(files));
    }

    /// A folder stands for everything in it, sorted by bytes.
    fn unfold(
        &mut self,
        files: &mut Files,
        path: &HostPath,
        depth: u32,
        entries: &[fpmlint_workspace::Entry],
    ) {
        if let Some(include) = self.config.includes.get_mut(files.include) {
            include.is_folder |= depth == 0;
        }
        if depth >= MAX_DEPTH {
            let message = format!(
                "Directory {path} exceeds the maximum include directory nesting level of {MAX_DEPTH}. You have \
                 probably a recursion somewhere."
            );
            self.refuse_file(files, message);
            return;
        }
        let names = entries.iter().rev().map(|entry| (path.join(&entry.name), depth + 1));
        files.pending.extend(names);
        if files.pending.len() > super::MAX_READINGS {
            self.give_up();
        }
    }

    fn refuse_failed(&mut self, files: &Files, path: &HostPath, error: &FileError) {
        match error.kind {
            FileErrorKind::TooLarge => self.incomplete(path, files.place),
            FileErrorKind::NotFound if files.optional && !files.found_by_pattern => {}
            FileErrorKind::NotAFile => {
                let is_file =
                    self.input.host.stat(path).found().is_some_and(|stat| stat.kind == FileKind::File);
                // A folder in the way, or a device or socket, which httpd opens and then does not read.
                let why = if is_file { "Not a directory" } else { "Bad file descriptor" };
                self.refuse_file(files, not_opened(path, why));
            }
            _ => self.refuse_file(files, not_opened(path, said(error))),
        }
    }

    fn refuse_file(&mut self, files: &Files, message: String) {
        let certain = self.undecided == 0;
        self.found.add(super::Refused {
            place: files.place,
            reading: files.reading,
            line: Some(files.line),
            certain,
            ..super::Refused::new(super::Stage::Read, RefusalKind::IncludeNotFound, message.into_bytes())
        });
    }
}

/// Devices that every system has and that httpd does not read; `/dev/null` it does.
fn is_device(path: &HostPath) -> bool {
    const DEVICES: [&[u8]; 5] = [b"/dev/full", b"/dev/random", b"/dev/tty", b"/dev/urandom", b"/dev/zero"];
    DEVICES.contains(&path.as_bytes())
}

fn not_opened(path: &HostPath, why: &str) -> String {
    format!("Could not open configuration file {path}: {why}")
}

/// What the C library says.
fn said(error: &FileError) -> &str {
    match error.kind {
        FileErrorKind::NotFound => "No such file or directory",
        FileErrorKind::PermissionDenied => "Permission denied",
        FileErrorKind::Loop => "Too many levels of symbolic links",
        FileErrorKind::NotAFile => "Not a directory",
        FileErrorKind::TooLarge | FileErrorKind::Other => &error.message,
    }
}

/// The folder in which the first wildcard of a pattern is looked for.
fn wildcard_folder(pattern: &HostPath) -> HostPath {
    pattern
        .parts()
        .take_while(|part| !has_wildcard(part))
        .fold(HostPath::root(), |path, part| path.join(part))
}
