//! Files: an index, a listing, or the file itself.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{DirRef, ScopeId};

use super::paths::{Base, Found};
use super::{Phase, Walk};
use crate::docroot::looks_like_php;
use crate::request::{Outcome, Presence, StepKind};
use crate::{How, Missing};

impl Walk<'_> {
    /// Answers without a handler.
    pub(super) fn files(&mut self, scope: ScopeId) -> Phase {
        let is_folder = self.path.ends_with(b"/");
        if is_folder && matches!(self.method, "GET" | "HEAD" | "POST") {
            match self.index(scope) {
                Phase::On => {}
                other => return other,
            }
        }
        if is_folder
            && matches!(self.method, "GET" | "HEAD")
            && let Some(phase) = self.listing(scope)
        {
            return phase;
        }
        if !matches!(self.method, "GET" | "HEAD" | "POST") {
            return self.fail(405, "nginx serves files for GET and HEAD alone");
        }
        if is_folder {
            return self.fail(403, "directory index is forbidden and no index file is there");
        }
        self.file(scope)
    }

    fn file(&mut self, scope: ScopeId) -> Phase {
        let Some(path) = self.file_path(scope, &self.path.clone()) else { return self.no_path(scope) };
        let shown = String::from_utf8_lossy(&path).into_owned();
        let found = match self.is_supposed(&self.path.clone(), false) {
            Some(true) => Found::File,
            _ => self.look(&path),
        };
        match found {
            Found::Absent => self.fail(404, &format!("{shown} does not exist")),
            Found::Closed => self.fail(403, &format!("a folder above {shown} is closed to nginx")),
            Found::Unknown => Phase::Done(Outcome::Unknown(Missing::exists(&path))),
            Found::Folder => {
                self.step(None, Part::Head, StepKind::Returned(301));
                let query = if self.args.is_empty() { Vec::new() } else { [b"?", &self.args[..]].concat() };
                let to = [&self.path[..], b"/", &query].concat();
                self.finish(Outcome::Redirect { status: 301, to: Some(to) })
            }
            Found::File if !self.may_read(&path) => self.fail(403, &format!("nginx may not read {shown}")),
            Found::File if self.method == "POST" => self.fail(405, "nginx takes no POST for a file"),
            Found::File => {
                let at = self.config.scope(scope).at;
                self.step(at, Part::Head, StepKind::Served(path.clone()));
                Phase::Done(if looks_like_php(&path) { Outcome::Source(path) } else { Outcome::File(path) })
            }
        }
    }

    /// There is no path of the host: it cannot be made, or is not known.
    fn no_path(&mut self, scope: ScopeId) -> Phase {
        match self.base(scope) {
            Base::Broken => self.fail(500, "alias cannot be used where the path was rewritten"),
            _ => Phase::Done(Outcome::Unknown(Missing::new("the document root", How::Value))),
        }
    }

    /// Goes to the index file of a folder; `On` where there is none.
    fn index(&mut self, scope: ScopeId) -> Phase {
        let (at, names) = self.index_names(scope);
        let mut unknown = None;
        let mut folder_seen = false;
        for name in &names {
            let Some(value) = self.evaluate(name) else {
                unknown = Some(Missing::value(name));
                continue;
            };
            if value.starts_with(b"/") {
                return self.go_to_index(at, value);
            }
            let path = [&self.path[..], &value].concat();
            if self.is_supposed(&path, false) == Some(true) {
                return self.go_to_index(at, path);
            }
            let Some(folder) = self.file_path(scope, &self.path.clone()) else { return self.no_path(scope) };
            match self.look(&[&folder[..], &value].concat()) {
                // An empty name names the folder, and so would go round.
                Found::File | Found::Folder => return self.go_to_index(at, path),
                Found::Closed => return self.fail(403, "a folder is closed to nginx"),
                Found::Unknown => {
                    unknown = {
                        Some(Missing::new(
                            format!("which index file {} holds", String::from_utf8_lossy(&folder)),
                            How::Files,
                        ))
                    }
                }
                Found::Absent if folder_seen || self.request.presence == Presence::Suppose => {}
                Found::Absent => match self.look(folder.strip_suffix(b"/").unwrap_or(&folder)) {
                    Found::Absent => {
                        let reason = format!("{} does not exist", String::from_utf8_lossy(&folder));
                        return self.fail(404, &reason);
                    }
                    // An alias without a slash at its end puts the name behind that of the file.
                    Found::File if !folder.ends_with(b"/") => return self.fail(500, "a file is no folder"),
                    Found::File => return self.fail(404, "the path leads through a file"),
                    _ => folder_seen = true,
                },
            }
        }
        if self.request.presence == Presence::Suppose
            && let Some(name) = names.iter().find(|name| looks_like_php(name))
        {
            let path = [&self.path[..], name].concat();
            self.supposed.push(path.clone());
            return self.go_to_index(at, path);
        }
        match unknown {
            Some(fact) if self.request.presence == Presence::Ask => Phase::Done(Outcome::Unknown(fact)),
            _ => Phase::On,
        }
    }

    /// The index names in force and their line: those of every line of the nearest scope that has some.
    fn index_names(&self, scope: ScopeId) -> (Option<DirRef>, Vec<Vec<u8>>) {
        let items = self.config.effective_all(scope, id::INDEX);
        let Some(last) = items.last() else { return (None, vec![b"index.html".to_vec()]) };
        let statements = items.iter().filter_map(|item| self.config.statement(item.at));
        let names = statements.flat_map(|statement| statement.args()).map(|word| word.text().into_owned());
        (Some(last.at), names.collect())
    }

    fn go_to_index(&mut self, at: Option<DirRef>, path: Vec<u8>) -> Phase {
        self.step(at, Part::Head, StepKind::Index(path.clone()));
        let args = self.args.clone();
        self.redirect_inside(&path, &args)
    }

    /// The listing of a folder, where `autoindex` is on.
    fn listing(&mut self, scope: ScopeId) -> Option<Phase> {
        let item = self.config.effective(scope, &[id::AUTOINDEX])?;
        if !self.config.arg_text(item.at, 0).eq_ignore_ascii_case(b"on") {
            return None;
        }
        let Some(path) = self.file_path(scope, &self.path.clone()) else { return Some(self.no_path(scope)) };
        let folder = path.strip_suffix(b"/").unwrap_or(&path);
        Some(match self.look(folder) {
            Found::Absent | Found::File if self.request.presence == Presence::Ask => {
                self.fail(404, &format!("{} is no folder", String::from_utf8_lossy(folder)))
            }
            Found::Closed => self.fail(403, "the folder is closed to nginx"),
            Found::Folder if !self.may_read(folder) => self.fail(403, "nginx may not list the folder"),
            Found::Unknown if self.is_whole() => Phase::Done(Outcome::Unknown(Missing::exists(folder))),
            _ => {
                self.step(Some(item.at), Part::Head, StepKind::Handler);
                Phase::Done(Outcome::File(self.path.clone()))
            }
        })
    }
}
