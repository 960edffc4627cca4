//! mod_dir and mod_autoindex: a request for a folder, and for a file that is not there.

use fpmlint_catalog::apache::id;
use fpmlint_daemons::Part;

use super::Walk;
use super::content::not_found;
use super::file::Kind;
use super::lines::Line;
use super::redirect::escape_path;
use crate::docroot::looks_like_php;
use crate::request::{Outcome, Presence, StepKind, split_query};
use crate::{How, Missing};

/// What came of looking for an index file.
pub(super) enum Indexed {
    /// Answered.
    Done(Outcome),
    /// An index file takes over.
    Again,
    /// None was found; whether one may be there.
    Nothing { unknown: bool },
}

impl<'a> Walk<'a> {
    /// Looks for the index file of a folder.
    pub(super) fn index(&mut self) -> Indexed {
        let has_mod_dir = self.config.modules.has(b"dir_module") != Some(false) || !self.is_whole();
        if has_mod_dir && !self.path.ends_with(b"/") {
            let slash = self.applied.iter().rev().find_map(|scope| scope.last(id::DIRECTORY_SLASH));
            if slash.is_none_or(Line::is_on) {
                return Indexed::Done(self.to_slash());
            }
            // Without the slash no index file is looked for.
            if self.asks_all() {
                return Indexed::Nothing { unknown: false };
            }
        }
        let (line, names) = if has_mod_dir { self.index_names() } else { (None, Vec::new()) };
        let mut unknown = false;
        for name in &names {
            let (bare, _) = split_query(name);
            let path = if bare.starts_with(b"/") { bare.to_vec() } else { [&self.path[..], bare].concat() };
            if self.is_passed(&path) {
                return self.go_to_index(line, path);
            }
            let file = self.beside(bare);
            match self.kind_of(&file) {
                Kind::File => return self.go_to_index(line, path),
                Kind::Unknown => unknown = true,
                // A missing index file without a handler has the fallback as any other missing file.
                Kind::Absent if self.asks_all() && !self.has_handler(name) => {
                    if self.fall_back() {
                        return Indexed::Again;
                    }
                }
                Kind::Folder | Kind::Absent => {}
            }
        }
        if self.request.presence == Presence::Suppose
            && let Some(name) = names.iter().find(|name| looks_like_php(name))
        {
            let path = if name.starts_with(b"/") { name.clone() } else { [&self.path[..], name].concat() };
            let file = self.beside(name);
            self.supposed_files.push(file);
            return self.go_to_index(line, path);
        }
        Indexed::Nothing { unknown }
    }

    /// The file of an index name: in the folder, or at a path of the site.
    fn beside(&mut self, name: &[u8]) -> Vec<u8> {
        if name.starts_with(b"/") {
            return self.in_document_root(name).0;
        }
        let folder = self.filename.strip_suffix(b"/").unwrap_or(&self.filename);
        [folder, b"/", name].concat()
    }

    fn go_to_index(&mut self, line: Option<Line<'a>>, path: Vec<u8>) -> Indexed {
        match line {
            Some(line) => self.step(line, Part::Head, StepKind::Index(path.clone())),
            None => {
                self.steps.push(crate::request::Step { place: None, message: StepKind::Index(path.clone()) })
            }
        }
        self.path = path;
        Indexed::Again
    }

    /// The index names in force and the line that says so: those of the last section that has any.
    fn index_names(&self) -> (Option<Line<'a>>, Vec<Vec<u8>>) {
        for scope in self.applied.iter().rev() {
            let Some(last) = scope.last(id::DIRECTORY_INDEX) else { continue };
            let mut names: Vec<Vec<u8>> = Vec::new();
            for line in scope.all(id::DIRECTORY_INDEX) {
                let words = line.texts();
                if let [only] = &words[..]
                    && only.eq_ignore_ascii_case(b"disabled")
                {
                    names.clear();
                } else {
                    names.extend(words.into_iter().map(|word| word.into_owned()));
                }
            }
            return (Some(last), names);
        }
        (None, vec![b"index.html".to_vec()])
    }

    /// The listing of a folder, or why there is none.
    pub(super) fn without_index(&mut self, unknown: bool) -> Outcome {
        if unknown && self.request.presence == Presence::Ask {
            return Outcome::Unknown(Missing::new(
                format!("which index file {} holds", String::from_utf8_lossy(&self.filename)),
                How::Files,
            ));
        }
        if self.config.modules.has(b"autoindex_module") == Some(false) && self.is_whole() {
            return not_found(&self.filename);
        }
        if let Some(line) = self.listing() {
            self.step(line, Part::Head, StepKind::Handler);
            return Outcome::File(self.path.clone());
        }
        let reason = "Options forbids directory listings and no index file is there".to_owned();
        Outcome::Error { status: 403, reason }
    }

    /// Whether the server may follow links: so it is where nothing is said.
    pub(super) fn follows_links(&self) -> bool {
        let mut follows = true;
        for line in self.applied.iter().flat_map(|scope| scope.all(id::OPTIONS)) {
            let words = line.texts();
            if !words.iter().any(|word| word.starts_with(b"+") || word.starts_with(b"-")) {
                follows = false;
            }
            for word in &words {
                match word.to_ascii_lowercase().as_slice() {
                    b"followsymlinks"
                    | b"+followsymlinks"
                    | b"symlinksifownermatch"
                    | b"+symlinksifownermatch"
                    | b"all"
                    | b"+all" => follows = true,
                    b"-followsymlinks" | b"-all" | b"none" => follows = false,
                    _ => {}
                }
            }
        }
        follows
    }

    /// The line that turns listings on, if they are on.
    fn listing(&self) -> Option<Line<'a>> {
        let mut on = None;
        for line in self.applied.iter().flat_map(|scope| scope.all(id::OPTIONS)) {
            let words = line.texts();
            // A list without signs replaces what was set before.
            if !words.iter().any(|word| word.starts_with(b"+") || word.starts_with(b"-")) {
                on = None;
            }
            for word in &words {
                match word.to_ascii_lowercase().as_slice() {
                    b"indexes" | b"+indexes" | b"all" | b"+all" => on = Some(line),
                    b"-indexes" | b"-all" | b"none" => on = None,
                    _ => {}
                }
            }
        }
        on
    }

    /// Whether the path of a folder lacks the slash that httpd asks for.
    pub(super) fn lacks_slash(&self) -> bool {
        if !self.asks_all()
            || self.path.ends_with(b"/")
            || self.kind_of(&self.filename) != Kind::Folder
            || self.config.modules.has(b"dir_module") == Some(false)
        {
            return false;
        }
        let slash = self.applied.iter().rev().find_map(|scope| scope.last(id::DIRECTORY_SLASH));
        slash.is_none_or(Line::is_on)
    }

    pub(super) fn to_slash(&self) -> Outcome {
        let query = if self.args.is_empty() { Vec::new() } else { [b"?", &self.args[..]].concat() };
        let to = [&escape_path(&self.path)[..], b"/", &query].concat();
        Outcome::Redirect { status: 301, to: Some(to) }
    }

    /// Whether a file of this name in the folder would have a handler.
    fn has_handler(&mut self, name: &[u8]) -> bool {
        let file = self.beside(name);
        let path = [&self.path[..], name].concat();
        let (steps, doubts) = (self.steps.len(), self.doubts.len());
        let own = (
            std::mem::replace(&mut self.path, path),
            std::mem::replace(&mut self.filename, file),
            self.applied.clone(),
        );
        let locations = self.locations();
        self.apply_to_file(&locations);
        let has = self.handler().is_some();
        (self.path, self.filename, self.applied) = own;
        self.steps.truncate(steps);
        self.doubts.truncate(doubts);
        has
    }

    /// Goes to the `FallbackResource`, if there is one.
    pub(super) fn fall_back(&mut self) -> bool {
        let Some(line) = self.applied.iter().rev().find_map(|scope| scope.last(id::FALLBACK_RESOURCE)) else {
            return false;
        };
        let text = line.text(0);
        if text.eq_ignore_ascii_case(b"disabled") || text[..] == *self.path || self.fallen.is_some() {
            return false;
        }
        self.fallen = Some(self.filename.clone());
        self.step(line, Part::Head, StepKind::Internal(text.to_vec()));
        self.path = text.into_owned();
        true
    }
}
