//! From the path of the site to a file or a URL: rewrite rules, `ProxyPass`, redirects, aliases, the document root.

use fpmlint_catalog::apache::{DirectiveId, id};
use fpmlint_daemons::Part;

use super::Walk;
use super::lines::{At, Line};
use super::redirect::covered;
use super::rewrite::Rewritten;
use super::substitute::substitute;
use crate::request::{Outcome, StepKind};

/// The directives that pass a path on.
pub(super) const PASSES: [DirectiveId; 2] = [id::PROXY_PASS, id::PROXY_PASS_MATCH];

/// The directives that map a path to another folder.
pub(super) const ALIASES: [DirectiveId; 4] =
    [id::ALIAS, id::ALIAS_MATCH, id::SCRIPT_ALIAS, id::SCRIPT_ALIAS_MATCH];

/// What a path is mapped to.
pub(super) enum Mapped<'a> {
    /// Answered.
    Done(Outcome),
    /// A URL.
    Proxy(Hit<'a>),
    /// A file.
    File {
        /// Its path on the host.
        path: Vec<u8>,
        /// How many bytes of it name a folder for sure.
        base: usize,
        /// The `ScriptAlias` that makes it a CGI program.
        script: Option<Line<'a>>,
    },
}

/// A URL that a line maps a path to.
pub(super) struct Hit<'a> {
    /// The line.
    pub(super) line: Line<'a>,
    /// The URL with the path put in.
    pub(super) url: Vec<u8>,
}

/// What a list of `ProxyPass` lines says.
enum Passed<'a> {
    /// A line with a URL takes the path.
    To(Hit<'a>),
    /// A line with `!` takes the path out.
    Excluded(Line<'a>),
    /// No line covers it.
    Nothing,
}

impl<'a> Walk<'a> {
    pub(super) fn translate(&mut self, locations: &[At<'a>]) -> Mapped<'a> {
        match self.rewrite_in_server() {
            Rewritten::Unchanged | Rewritten::PassThrough => {}
            Rewritten::Done(outcome) => return Mapped::Done(outcome),
            Rewritten::Proxy(hit) => return Mapped::Proxy(hit),
            // A path that a rule has made is a file at once; neither ProxyPass nor Alias see it.
            Rewritten::Path(path) => return self.rewritten_file(path),
        }
        match self.passed(locations) {
            Passed::To(hit) => return Mapped::Proxy(hit),
            Passed::Excluded(line) => {
                let (file, _) = self.in_document_root(&self.path.clone());
                self.step(line, Part::Head, StepKind::Mapped(file));
            }
            Passed::Nothing => {}
        }
        if let Some(outcome) = self.server_redirect() {
            return Mapped::Done(outcome);
        }
        if let Some(mapped) = self.alias(locations) {
            return mapped;
        }
        let (path, base) = self.in_document_root(&self.path.clone());
        Mapped::File { path, base, script: None }
    }

    /// Whether a path would be passed on; nothing is recorded.
    pub(super) fn is_passed(&mut self, path: &[u8]) -> bool {
        let (own, steps, doubts) =
            (std::mem::replace(&mut self.path, path.to_vec()), self.steps.len(), self.doubts.len());
        let locations = self.locations();
        let passed = matches!(self.passed(&locations), Passed::To(_));
        self.path = own;
        self.steps.truncate(steps);
        self.doubts.truncate(doubts);
        passed
    }

    fn passed(&mut self, locations: &[At<'a>]) -> Passed<'a> {
        for section in locations.iter().rev() {
            let Some(line) = section.mixed(&PASSES).pop() else { continue };
            // The section has matched: its path or pattern is that of the line. A plain `ProxyPass` takes a pattern
            // for the beginning of paths, and never comes.
            let is_pattern = line.directive() == Some(id::PROXY_PASS_MATCH);
            if section.facts().is_pattern && !is_pattern && self.asks_all() {
                continue;
            }
            let target = section.target();
            let path = self.path.clone();
            return self.pass_line(line, &target, section.facts().is_pattern, &line.text(0), &path);
        }
        // Those of the main server come first. `ProxyPassInherit Off` does not keep them away (httpd 2.4.71).
        for line in self.server_lines(&PASSES) {
            let path = self.path.clone();
            let is_pattern = line.directive() == Some(id::PROXY_PASS_MATCH);
            match self.pass_line(line, &line.text(0), is_pattern, &line.text(1), &path) {
                Passed::Nothing => {}
                taken => return taken,
            }
        }
        Passed::Nothing
    }

    fn pass_line(
        &mut self,
        line: Line<'a>,
        from: &[u8],
        is_pattern: bool,
        url: &[u8],
        path: &[u8],
    ) -> Passed<'a> {
        let url = if is_pattern {
            let Some(groups) = self.groups(line, from, path) else { return Passed::Nothing };
            if url == b"!" {
                return Passed::Excluded(line);
            }
            let made = substitute(url, &groups);
            // Where nothing was put in, the whole path is put behind.
            if made == url { [url, path].concat() } else { made }
        } else {
            let Some(length) = covered(from, path) else { return Passed::Nothing };
            if url == b"!" {
                return Passed::Excluded(line);
            }
            [url, path.get(length..).unwrap_or(b"")].concat()
        };
        Passed::To(Hit { line, url })
    }

    /// The aliases: those of a `<Location>` first, then those of the virtual host, then the main server's.
    fn alias(&mut self, locations: &[At<'a>]) -> Option<Mapped<'a>> {
        let path = self.path.clone();
        for section in locations.iter().rev() {
            let Some(line) = section.mixed(&[id::ALIAS, id::SCRIPT_ALIAS]).pop() else { continue };
            if line.words().count() != 1 {
                continue;
            }
            // The section is replaced as a whole: what follows its path in the request is lost by default.
            let preserves = self.servers().rev().find_map(|server| server.last(id::ALIAS_PRESERVE_PATH));
            let target = section.target();
            let rest = match preserves.is_some_and(Line::is_on) {
                true => path.get(covered(&target, &path)?..)?,
                false => b"",
            };
            return Some(self.aliased(line, line.text(0).to_vec(), rest));
        }
        for line in self.servers().rev().flat_map(|server| server.mixed(&ALIASES)) {
            let is_pattern = matches!(line.directive(), Some(id::ALIAS_MATCH | id::SCRIPT_ALIAS_MATCH));
            let (from, to) = (line.text(0), line.text(1));
            if is_pattern {
                let Some(groups) = self.groups(line, &from, &path) else { continue };
                return Some(self.aliased(line, substitute(&to, &groups), b""));
            }
            if let Some(length) = covered(&from, &path) {
                self.alias = Some((from.to_vec(), self.config.server_root.join(&to).as_bytes().to_vec()));
                return Some(self.aliased(line, to.to_vec(), path.get(length..).unwrap_or(b"")));
            }
        }
        None
    }

    fn aliased(&mut self, line: Line<'a>, to: Vec<u8>, rest: &[u8]) -> Mapped<'a> {
        let base = if rest.is_empty() { 0 } else { self.config.server_root.join(&to).as_bytes().len() };
        let path = self.config.server_root.join(&[&to[..], rest].concat());
        // Paths of hosts are written without a slash at the end.
        let ends_open =
            rest.ends_with(b"/") || rest.is_empty() && to.ends_with(b"/") && self.path.ends_with(b"/");
        let mut path = path.as_bytes().to_vec();
        if ends_open && !path.ends_with(b"/") {
            path.push(b'/');
        }
        self.step(line, Part::Head, StepKind::Mapped(path.clone()));
        let is_script = matches!(line.directive(), Some(id::SCRIPT_ALIAS | id::SCRIPT_ALIAS_MATCH));
        Mapped::File { path, base, script: is_script.then_some(line) }
    }

    /// A path below the document root, and the length of the root.
    pub(super) fn in_document_root(&mut self, path: &[u8]) -> (Vec<u8>, usize) {
        let root = self.document_root();
        let root = root.strip_suffix(b"/").unwrap_or(&root);
        ([root, path].concat(), root.len())
    }

    /// The document root. Where nobody knows it, it is the daemon's own and marked so.
    pub(super) fn document_root(&mut self) -> Vec<u8> {
        let dynamic = self.servers().rev().find_map(|server| server.last(id::VIRTUAL_DOCUMENT_ROOT));
        if let Some(line) = dynamic {
            self.root_unknown = true;
            return self.config.server_root.join(&line.text(0)).as_bytes().to_vec();
        }
        match self.config.document_root(self.server) {
            Some((root, _)) => {
                let root = root.as_bytes();
                let has_dollar = memchr::memchr(b'$', root).is_some();
                self.root_unknown |= has_dollar && memchr::memmem::find(root, b"${").is_some();
                root.to_vec()
            }
            None => {
                self.root_unknown = true;
                self.config.server_root.join(b"htdocs").as_bytes().to_vec()
            }
        }
    }

    /// A path that a rule of the server has made: one that starts with a folder of the host is taken as it is.
    fn rewritten_file(&mut self, path: Vec<u8>) -> Mapped<'a> {
        let root = self.document_root();
        let first = memchr::memchr(b'/', path.get(1..).unwrap_or(b"")).map_or(path.len(), |at| at + 1);
        let start = path.get(..first).unwrap_or(&path);
        let on_host = self.host.kind(&fpmlint_workspace::HostPath::new(start)).found().is_some();
        if path.starts_with(&root) || on_host {
            return Mapped::File { path, base: 0, script: None };
        }
        let (path, base) = self.in_document_root(&path);
        Mapped::File { path, base, script: None }
    }
}
