//! try_files and the content phase: a PHP backend, another backend, an index, a file.

use fpmlint_catalog::nginx::{DirectiveId, id};
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{DirRef, Item, ScopeId, ScopeKind};
use fpmlint_workspace::{FileKind, HostPath, Lookup};

use super::{Phase, Walk};
use crate::backend::Target;
use crate::docroot::looks_like_php;
use crate::request::{Outcome, PhpCall, Presence, Script, StepKind};
use crate::{How, Missing};

/// The directives that give a location a content handler.
const HANDLERS: [DirectiveId; 9] = [
    id::FASTCGI_PASS,
    id::PROXY_PASS,
    id::UWSGI_PASS,
    id::SCGI_PASS,
    id::GRPC_PASS,
    id::MEMCACHED_PASS,
    id::STUB_STATUS,
    id::EMPTY_GIF,
    id::PERL,
];

/// The parameters that decide what php-fpm does.
const PARAMETERS: [&[u8]; 4] = [b"SCRIPT_FILENAME", b"SCRIPT_NAME", b"PATH_INFO", b"QUERY_STRING"];

impl Walk<'_> {
    pub(super) fn try_files(&mut self, scope: ScopeId) -> Phase {
        let Some(item) = self.config.scope(scope).last(id::TRY_FILES) else { return Phase::On(scope) };
        let Some(statement) = self.config.statement(item.at) else { return Phase::On(scope) };
        let words: Vec<Vec<u8>> = statement.args().map(|word| word.text().into_owned()).collect();
        let Some((last, candidates)) = words.split_last() else { return Phase::On(scope) };
        let mut unsure = None;
        for candidate in candidates {
            let Some(path) = self.evaluate(candidate) else {
                unsure = Some(Missing::value(candidate));
                self.doubt(item.at);
                continue;
            };
            let (wanted, folder) = match path.strip_suffix(b"/") {
                Some(folder) if candidate.ends_with(b"/") => (folder.to_vec(), true),
                _ => (path.clone(), false),
            };
            match self.uri_exists(scope, &wanted, folder) {
                Some(true) => {
                    self.step(Some(item.at), Part::Head, StepKind::Tried(path.clone()));
                    self.take_tried(candidate, path);
                    return Phase::On(scope);
                }
                Some(false) => self.step(Some(item.at), Part::Head, StepKind::NotThere(path)),
                None => {
                    unsure = Some(Missing::exists(&path));
                    self.doubt(item.at);
                }
            }
        }
        match unsure {
            Some(fact) if last.starts_with(b"=") => Phase::Done(Outcome::Unknown(fact)),
            _ => self.fall_back(item, last),
        }
    }

    /// What is there becomes the path, a folder without the slash that asked for one. A path that was another before
    /// empties `$fastcgi_path_info`.
    fn take_tried(&mut self, candidate: &[u8], path: Vec<u8>) {
        let path = if candidate.ends_with(b"/") { path[..path.len() - 1].to_vec() } else { path };
        if path != self.path {
            self.path_info_lost = true;
            self.path = path;
        }
    }

    fn fall_back(&mut self, item: Item, last: &[u8]) -> Phase {
        if let Some(code) = last.strip_prefix(b"=") {
            let status = std::str::from_utf8(code).ok().and_then(|code| code.parse().ok()).unwrap_or(404);
            self.step(Some(item.at), Part::Head, StepKind::Returned(status));
            let reason = "none of the files that try_files names is there".to_owned();
            return Phase::Done(Outcome::Error { status, reason });
        }
        if last.starts_with(b"@") {
            return match self.named_location(last) {
                Some(location) => {
                    self.step(Some(item.at), Part::Head, StepKind::Internal(last.to_vec()));
                    self.internal = true;
                    Phase::Named(location)
                }
                None => {
                    let reason =
                        format!("could not find named location \"{}\"", String::from_utf8_lossy(last));
                    Phase::Done(Outcome::Error { status: 500, reason })
                }
            };
        }
        match self.evaluate(last) {
            Some(target) => {
                self.redirect_inside(item.at, &target);
                Phase::Again
            }
            None => Phase::Done(Outcome::Unknown(Missing::value(last))),
        }
    }

    pub(super) fn content(&mut self, scope: ScopeId) -> Phase {
        if let Some(handler) = self.handler(scope) {
            if handler.id == id::FASTCGI_PASS {
                return Phase::Done(self.pass_to_php(scope, handler));
            }
            self.step(Some(handler.at), Part::Head, StepKind::Handler);
            return Phase::Done(Outcome::OtherBackend);
        }
        if self.path.ends_with(b"/") {
            return self.index(scope);
        }
        let Some(path) = self.file_path(scope, &self.path.clone()) else {
            return Phase::Done(Outcome::Unknown(Missing::new("the document root", How::Value)));
        };
        match self.uri_exists(scope, &self.path.clone(), false) {
            Some(false) => {
                let reason = format!("{} does not exist", String::from_utf8_lossy(&path));
                Phase::Done(Outcome::Error { status: 404, reason })
            }
            Some(true) => {
                let at = self.config.scope(scope).at;
                self.step(at, Part::Head, StepKind::Served(path.clone()));
                Phase::Done(if looks_like_php(&path) { Outcome::Source(path) } else { Outcome::File(path) })
            }
            None => Phase::Done(Outcome::Unknown(Missing::exists(&path))),
        }
    }

    /// The content handler; an `if` without one keeps that of its location.
    pub(super) fn handler(&self, scope: ScopeId) -> Option<Item> {
        for scope in self.config.ancestors(scope) {
            let at = self.config.scope(scope);
            let own = at.items.iter().rev().find(|item| HANDLERS.contains(&item.id));
            if own.is_some() || !matches!(at.kind, ScopeKind::If | ScopeKind::LimitExcept) {
                return own.copied();
            }
        }
        None
    }

    fn pass_to_php(&mut self, scope: ScopeId, pass: Item) -> Outcome {
        self.step(Some(pass.at), Part::Head, StepKind::Passed);
        let text = self.config.arg_text(pass.at, 0).into_owned();
        let target = match self.evaluate(&text) {
            Some(text) => self.stack.nginx_target(self.nginx, &text),
            None => Target::Variable,
        };
        if self.request.route_only {
            let pass = self.config.place(pass.at, Part::Head);
            return Outcome::Php(Box::new(PhpCall::unknown(pass, target)));
        }
        let [script, script_name, path_info, query] = self.parameters(scope);
        let script = match script {
            None => Script::Missing,
            Some(None) => Script::Unknown,
            Some(Some(value)) => Script::Known(value),
        };
        Outcome::Php(Box::new(PhpCall {
            pass: self.config.place(pass.at, Part::Head),
            target,
            script,
            script_name: script_name.unwrap_or(Some(Vec::new())),
            path_info: path_info.flatten(),
            query: query.flatten(),
        }))
    }

    /// The values of [`PARAMETERS`] in force, the last of each name: none where it is not sent, `Some(None)` where it
    /// is unknown.
    fn parameters(&mut self, scope: ScopeId) -> [Option<Option<Vec<u8>>>; 4] {
        let mut values = [None, None, None, None];
        let config = self.config;
        let Some(owner) = config.nearest(scope, &[id::FASTCGI_PARAM]) else { return values };
        let mut found: [Option<DirRef>; 4] = [None; 4];
        for item in config.scope(owner).all(id::FASTCGI_PARAM) {
            let Some(word) = config.arg(item.at, 0) else { continue };
            let name = word.text();
            if let Some(index) = PARAMETERS.iter().position(|wanted| *wanted == &name[..]) {
                found[index] = Some(item.at);
            }
        }
        for (value, at) in values.iter_mut().zip(found) {
            *value = at.map(|at| self.evaluate(&config.arg_text(at, 1)));
        }
        values
    }

    fn index(&mut self, scope: ScopeId) -> Phase {
        let item = self.config.effective(scope, &[id::INDEX]);
        let names: Vec<Vec<u8>> = match item.and_then(|item| self.config.statement(item.at)) {
            Some(statement) => statement.args().map(|word| word.text().into_owned()).collect(),
            None => vec![b"index.html".to_vec()],
        };
        let at = item.map(|item| item.at);
        let mut unknown = false;
        for name in &names {
            let Some(name) = self.evaluate(name) else {
                unknown = true;
                continue;
            };
            if name.starts_with(b"/") {
                return self.go_to_index(at, name);
            }
            let path = [&self.path[..], &name].concat();
            match self.uri_exists(scope, &path, false) {
                Some(true) => return self.go_to_index(at, path),
                Some(false) => {}
                None => unknown = true,
            }
        }
        if self.request.presence == Presence::Suppose
            && let Some(name) = names.iter().find(|name| looks_like_php(name))
        {
            let path = [&self.path[..], name].concat();
            self.supposed.push(path.clone());
            return self.go_to_index(at, path);
        }
        Phase::Done(self.without_index(scope, unknown))
    }

    fn go_to_index(&mut self, at: Option<DirRef>, path: Vec<u8>) -> Phase {
        self.step(at, Part::Head, StepKind::Index(path.clone()));
        self.path = path;
        self.internal = true;
        Phase::Again
    }

    fn without_index(&mut self, scope: ScopeId, unknown: bool) -> Outcome {
        let listing = self.config.effective(scope, &[id::AUTOINDEX]);
        if let Some(item) =
            listing.filter(|item| self.config.arg_text(item.at, 0).eq_ignore_ascii_case(b"on"))
        {
            self.step(Some(item.at), Part::Head, StepKind::Handler);
            return Outcome::File(self.path.clone());
        }
        if unknown && self.request.presence == Presence::Ask {
            let folder = self.file_path(scope, &self.path.clone()).unwrap_or_default();
            let fact = format!("which index file {} holds", String::from_utf8_lossy(&folder));
            return Outcome::Unknown(Missing::new(fact, How::Files));
        }
        let reason = "directory index is forbidden and no index file is there".to_owned();
        Outcome::Error { status: 403, reason }
    }

    /// The path on the host that nginx opens for a path of the site; none where the root is unknown.
    pub(super) fn file_path(&mut self, scope: ScopeId, path: &[u8]) -> Option<Vec<u8>> {
        let Some(item) = self.config.effective(scope, &[id::ROOT, id::ALIAS]) else {
            let prefix = self.stack.hosts[self.host].profile.nginx.prefix;
            return Some([prefix.as_bytes(), b"/html", path].concat());
        };
        let text = self.config.arg_text(item.at, 0).into_owned();
        let base = self.evaluate_plain(&text)?;
        if item.id == id::ROOT {
            let base = base.strip_suffix(b"/").unwrap_or(&base);
            return Some([base, path].concat());
        }
        let owner = self.config.nearest(scope, &[id::ROOT, id::ALIAS])?;
        let location = self.config.scope(owner).at.and_then(|at| self.config.location(at))?;
        if location.modifier.is_pattern() {
            return Some(base);
        }
        let rest = path.strip_prefix(&location.text[..]).unwrap_or(path);
        Some([&base[..], rest].concat())
    }

    /// Whether a path of the site is there; none where the host cannot say.
    pub(super) fn uri_exists(&mut self, scope: ScopeId, path: &[u8], folder: bool) -> Option<bool> {
        if folder && self.request.presence == Presence::Suppose && [path, b"/"].concat() == self.request.path
        {
            return Some(true);
        }
        if !folder && (path.is_empty() || path.ends_with(b"/")) {
            return Some(false);
        }
        if !folder && self.supposed.iter().any(|supposed| supposed == path) {
            return Some(true);
        }
        let path = self.file_path(scope, path)?;
        self.file_exists(&path, folder)
    }

    /// Whether a path of the host is there as a file, or as a folder.
    pub(super) fn file_exists(&mut self, path: &[u8], folder: bool) -> Option<bool> {
        if !folder && self.supposed.iter().any(|supposed| path.ends_with(supposed)) {
            return Some(true);
        }
        match self.stack.hosts[self.host].stat(&HostPath::new(path)) {
            Lookup::Found(stat) => Some((stat.kind == FileKind::Directory) == folder),
            Lookup::Absent => Some(false),
            Lookup::Unknown | Lookup::Failed(_) => None,
        }
    }
}
