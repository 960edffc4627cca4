//! What answers when access is granted: rules of folders, redirects, the index, a handler, the file.

use fpmlint_catalog::apache::id;
use fpmlint_daemons::Part;

use super::Walk;
use super::file::Kind;
use super::handler::{Handler, is_php_handler};
use super::index::Indexed;
use super::lines::Line;
use super::rewrite::Rewritten;
use fpmlint_workspace::HostPath;

use crate::docroot::looks_like_php;
use crate::request::{Outcome, Presence, Step, StepKind, rights};
use crate::{How, Missing};

/// Bytes of the largest body that httpd takes where nothing is said, since 2.4.54.
const DEFAULT_BODY: u64 = 1 << 30;

impl<'a> Walk<'a> {
    /// The answer for the file that the path was mapped to; none where the request goes on as another path.
    pub(super) fn answer_with_file(&mut self, script: Option<Line<'a>>) -> Option<Outcome> {
        // A folder without its slash is sent there, whatever rules have made of it.
        let folder = self.lacks_slash().then(|| self.path.clone());
        match self.rewrite_in_folder() {
            Rewritten::Unchanged => {}
            Rewritten::PassThrough | Rewritten::Path(_) if folder.is_some() => {
                self.path = folder.unwrap_or_default();
                return Some(self.to_slash());
            }
            Rewritten::PassThrough | Rewritten::Path(_) => {
                let path = self.path.clone();
                self.steps.push(Step { place: None, message: StepKind::Internal(path) });
                return None;
            }
            Rewritten::Proxy(hit) => return Some(self.pass_translated(&hit)),
            Rewritten::Done(outcome) => return Some(outcome),
        }
        if let Some(outcome) = self.section_redirect() {
            return Some(outcome);
        }
        let kind = self.kind_of(&self.filename);
        let is_folder = kind == Kind::Folder || kind == Kind::Unknown && self.filename.ends_with(b"/");
        let handler = self.handler();
        if is_folder {
            return self.answer_with_folder(handler, kind);
        }
        if let Some(fallen) = self.fallen.take().filter(|_| kind == Kind::Absent && self.asks_all()) {
            // Without a handler, the fallback falls back on itself.
            if self.kind_of(&fallen) == Kind::Folder {
                (self.filename, self.path_info) = (fallen, Vec::new());
                return Some(self.without_index(false));
            }
            return Some(match handler {
                Some(_) => self.by_method().unwrap_or_else(|| not_found(&fallen)),
                None => {
                    let reason = "the fallback is not there and goes round".to_owned();
                    Outcome::Error { status: 500, reason }
                }
            });
        }
        if kind == Kind::Absent && handler.is_none() && self.fall_back() {
            return None;
        }
        match (handler, script) {
            // `SetHandler` wins over the handler of an alias.
            (Some(handler), Some(_)) if handler.line.directive() == Some(id::SET_HANDLER) => {
                Some(self.handle(handler.line, &handler.name, kind))
            }
            (_, Some(line)) => {
                self.step(line, Part::Head, StepKind::Handler);
                Some(Outcome::OtherBackend)
            }
            (Some(handler), None) => Some(self.handle(handler.line, &handler.name, kind)),
            (None, None) => Some(self.serve(kind)),
        }
    }

    /// The answer for a folder: its index file, else its handler, else the fallback, else the listing.
    fn answer_with_folder(&mut self, handler: Option<Handler<'a>>, kind: Kind) -> Option<Outcome> {
        match self.index() {
            Indexed::Done(outcome) => Some(outcome),
            Indexed::Again => None,
            Indexed::Nothing { unknown } => {
                if let Some(handler) = handler {
                    return Some(self.handle(handler.line, &handler.name, kind));
                }
                if !self.asks_all() && self.fall_back() {
                    return None;
                }
                if self.asks_all() && !matches!(self.method, "GET" | "HEAD") {
                    let outcome = self.by_method();
                    return Some(outcome.unwrap_or_else(|| not_found(&self.filename)));
                }
                Some(self.without_index(unknown))
            }
        }
    }

    fn handle(&mut self, line: Line<'a>, name: &[u8], kind: Kind) -> Outcome {
        if let Some(url) =
            name.get(..6).filter(|start| start.eq_ignore_ascii_case(b"proxy:")).and(name.get(6..))
        {
            return self.pass_by_handler(line, url);
        }
        if self.has_action(name) {
            self.step(line, Part::Head, StepKind::Handler);
            return Outcome::OtherBackend;
        }
        if is_php_handler(name) {
            return match self.has_mod_php() {
                Some(true) => {
                    self.step(line, Part::Head, StepKind::Handler);
                    Outcome::OtherBackend
                }
                Some(false) => self.serve_source(line),
                None => Outcome::Unknown(Missing::new("whether mod_php is loaded", How::Configuration)),
            };
        }
        if name.eq_ignore_ascii_case(b"default-handler") || memchr::memmem::find(name, b"://").is_some() {
            return if looks_like_php(&self.filename) { self.serve_source(line) } else { self.serve(kind) };
        }
        self.step(line, Part::Head, StepKind::Handler);
        Outcome::OtherBackend
    }

    /// What httpd answers before it looks at the file: it takes few methods, and no larger body than it may.
    fn by_method(&mut self) -> Option<Outcome> {
        if !self.asks_all() {
            return None;
        }
        if let Some(outcome) = self.body_refused() {
            return Some(outcome);
        }
        match self.method {
            "GET" | "HEAD" | "POST" => None,
            "OPTIONS" => Some(Outcome::Return(200)),
            _ => {
                let reason = "httpd serves files for GET, HEAD and POST alone".to_owned();
                Some(Outcome::Error { status: 405, reason })
            }
        }
    }

    /// The refusal of a body that is larger than `LimitRequestBody`.
    pub(super) fn body_refused(&mut self) -> Option<Outcome> {
        let size = self.request.body_size?;
        let line = self.applied.iter().rev().find_map(|scope| scope.last(id::LIMIT_REQUEST_BODY));
        let limit = match line {
            None => DEFAULT_BODY,
            Some(line) => std::str::from_utf8(&line.text(0)).ok()?.parse().ok()?,
        };
        if limit == 0 || size <= limit {
            return None;
        }
        match line {
            Some(line) => self.step(line, Part::Head, StepKind::Refused),
            None => self.steps.push(Step { place: None, message: StepKind::Refused }),
        }
        let reason = format!("a body of {size} bytes is larger than LimitRequestBody ({limit})");
        Some(Outcome::Error { status: 413, reason })
    }

    /// Whether httpd may read the file; the refusal if not.
    fn unreadable(&self, path: &[u8]) -> Option<Outcome> {
        let account = self.stack.account(self.web).account.as_ref().filter(|_| self.asks_all())?;
        let reads = rights::reads(self.host, account, &HostPath::new(path));
        let reason = format!("httpd may not read {}", String::from_utf8_lossy(path));
        (reads == Some(false)).then_some(Outcome::Error { status: 403, reason })
    }

    /// The file as it is, although a line names a handler that nobody is.
    pub(super) fn serve_source(&mut self, line: Line<'a>) -> Outcome {
        let path = self.filename.clone();
        if let Some(outcome) = self.by_method() {
            return outcome;
        }
        if let Some(outcome) = self.unreadable(&path) {
            return outcome;
        }
        if self.kind_of(&path) == Kind::Absent {
            return not_found(&path);
        }
        self.step(line, Part::Head, StepKind::Served(path.clone()));
        if looks_like_php(&path) { Outcome::Source(path) } else { Outcome::File(path) }
    }

    /// The file as it is, as no line names a handler.
    fn serve(&mut self, kind: Kind) -> Outcome {
        let path = self.filename.clone();
        if let Some(outcome) = self.by_method() {
            return outcome;
        }
        let accepts = self.applied.iter().rev().find_map(|scope| scope.last(id::ACCEPT_PATH_INFO));
        let accepts = accepts.is_some_and(Line::is_on);
        if kind == Kind::Absent || !self.path_info.is_empty() && kind == Kind::File && !accepts {
            return not_found(&path);
        }
        if let Some(outcome) = self.unreadable(&path) {
            return outcome;
        }
        if kind == Kind::Unknown && self.request.presence == Presence::Ask {
            return Outcome::Unknown(Missing::exists(&path));
        }
        if !looks_like_php(&path) {
            self.steps.push(Step { place: None, message: StepKind::Served(path.clone()) });
            return Outcome::File(path);
        }
        if !self.is_whole() {
            return Outcome::Unknown(Missing::new(
                "whether the rest of the configuration hands .php files to PHP",
                How::Configuration,
            ));
        }
        if self.handler_unsure {
            return Outcome::Unknown(Missing::new(
                "whether a section that sets a handler applies",
                How::Request,
            ));
        }
        // A line that takes the handler away is the one to look at.
        let message = StepKind::Served(path.clone());
        let none = self.applied.iter().rev().find_map(|scope| scope.last(id::SET_HANDLER));
        match none {
            Some(line) => self.step(line, Part::Head, message),
            None => self.steps.push(Step { place: None, message }),
        }
        Outcome::Source(path)
    }
}

pub(super) fn not_found(path: &[u8]) -> Outcome {
    Outcome::Error { status: 404, reason: format!("{} does not exist", String::from_utf8_lossy(path)) }
}
