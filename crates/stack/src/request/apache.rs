//! httpd's way with a request: translation, sections, access, fix-ups, handler, and round again.
//!
//! In: a configuration, one of its servers and a request. Out: a [`Trace`]. The order of the phases is httpd's: what
//! `ProxyPass` takes never sees `<Directory>`, `<Files>` or `.htaccess`; what `SetHandler` takes sees them all.
//! Invariant: only sections of the main server and of the one server are looked at, however many servers there are.

mod access;
mod backends;
mod condition;
mod content;
mod failure;
mod file;
mod handler;
mod htaccess;
mod index;
mod lines;
mod prefixes;
mod proxy;
mod redirect;
mod rewrite;
mod sections;
mod sites;
mod substitute;
mod timeout;
mod told;
mod translate;
mod uri;
mod wildcard;

#[cfg(test)]
mod tests;

use fpmlint_daemons::apache::{Config, ScopeId};
use fpmlint_daemons::{Matched, Part, Place};
use fpmlint_workspace::{Host, HostPath};

use super::{Outcome, Presence, Request, Step, StepKind, Trace};
use crate::limits::Told;
use crate::{Stack, Web};
use lines::{At, Line};
use rewrite::Rewritten;

pub(crate) use backends::{backends, php_sites};
pub(crate) use prefixes::prefixes;
pub(crate) use sites::{account, document_roots, has_name, matching_server, sites};
pub(crate) use timeout::{answer_timeout_of, has_own_timeouts, server_timeout_of};

/// httpd answers 500 after as many internal redirects.
const MAX_ROUNDS: usize = 10;

/// `.htaccess` files that are read for one request.
const MAX_FILES: usize = 50;

/// Follows a request through a server of the Apache configuration number `config`.
pub fn answer(stack: &Stack, config: usize, server: ScopeId, request: &Request) -> Trace {
    follow(stack, config, server, request, |_, _| ()).0
}

/// What httpd tells php-fpm of a request beside its script; none where the request is not PHP's.
pub(crate) fn told(stack: &Stack, config: usize, server: ScopeId, request: &Request) -> Option<Told> {
    follow(stack, config, server, request, |walk, outcome| walk.told(outcome)).1
}

/// Follows a request and asks the walk at its end.
fn follow<T>(
    stack: &Stack,
    config: usize,
    server: ScopeId,
    request: &Request,
    ask: impl Fn(&mut Walk<'_>, &Outcome) -> T,
) -> (Trace, T) {
    let apache = &stack.apache[config];
    let mut files: Vec<htaccess::File> = Vec::new();
    loop {
        let (answer, wanted) = follow_with(stack, config, server, request, &files, &ask);
        match wanted.filter(|_| files.len() < MAX_FILES) {
            // The walk starts again with the file that it came by.
            Some(path) => files.push(htaccess::read(stack, apache, path)),
            None => return answer,
        }
    }
}

/// Follows a request with the `.htaccess` files that were read; the path of one that it needs and that was not.
fn follow_with<T>(
    stack: &Stack,
    config: usize,
    server: ScopeId,
    request: &Request,
    files: &[htaccess::File],
    ask: impl Fn(&mut Walk<'_>, &Outcome) -> T,
) -> ((Trace, T), Option<HostPath>) {
    let apache = &stack.apache[config];
    let mut walk = Walk {
        stack,
        host: &stack.hosts[apache.host],
        config: &apache.config,
        server,
        request,
        web: Web::Apache(config),
        method: &request.method,
        files,
        wanted: None,
        refused_folder: None,
        fallen: None,
        kept: None,
        path: request.path.clone(),
        args: request.query.clone(),
        filename: Vec::new(),
        path_info: Vec::new(),
        root_unknown: false,
        supposed_files: Vec::new(),
        supposed_folder: None,
        applied: Vec::with_capacity(8),
        alias: None,
        rule_handler: None,
        handler_unsure: false,
        rewritten: false,
        steps: Vec::with_capacity(4),
        doubts: Vec::new(),
    };
    let opening = apache.config.scopes.get(server).statement;
    let place = opening.map(|id| apache.config.place(id).with(Part::Head));
    walk.steps.push(Step { place, message: StepKind::Site });
    let outcome = walk.run();
    let asked = ask(&mut walk, &outcome);
    let trace = Trace { steps: walk.steps, outcome, kept_status: walk.kept, doubts: walk.doubts };
    ((trace, asked), walk.wanted)
}

/// The state of one request.
struct Walk<'a> {
    stack: &'a Stack,
    host: &'a Host,
    config: &'a Config,
    server: ScopeId,
    request: &'a Request,
    web: Web,
    /// An error document is asked for with `GET`, whatever the client's method was.
    method: &'a str,
    /// The `.htaccess` files that were read.
    files: &'a [htaccess::File],
    /// A `.htaccess` file that was not read and is needed.
    wanted: Option<HostPath>,
    /// What keeps httpd out of a folder on the way to the file.
    refused_folder: Option<Outcome>,
    /// The file that a fallback takes the place of.
    fallen: Option<Vec<u8>>,
    /// The status that an error document keeps.
    kept: Option<u16>,
    /// The path of the site, as it stands in this round.
    path: Vec<u8>,
    args: Vec<u8>,
    /// The path on the host that the path of the site was mapped to.
    filename: Vec<u8>,
    /// What followed the file in the path.
    path_info: Vec<u8>,
    /// Whether the beginning of the file's path is not known.
    root_unknown: bool,
    /// Paths of the host that count as files, whatever the host says.
    supposed_files: Vec<Vec<u8>>,
    /// A path of the host that counts as a folder; without a slash at its end.
    supposed_folder: Option<Vec<u8>>,
    /// The scopes whose settings hold, a later one winning.
    applied: Vec<At<'a>>,
    /// The prefix of the `Alias` that mapped the path, and the folder that it leads to.
    alias: Option<(Vec<u8>, Vec<u8>)>,
    /// The handler that a rewrite rule has set.
    rule_handler: Option<(Line<'a>, Vec<u8>)>,
    /// Whether a section that may set a handler may hold or not.
    handler_unsure: bool,
    /// Whether rules of a folder have changed the path.
    rewritten: bool,
    steps: Vec<Step>,
    doubts: Vec<Place>,
}

impl<'a> Walk<'a> {
    fn run(&mut self) -> Outcome {
        if let Some(outcome) = self.read_path() {
            return outcome;
        }
        self.suppose();
        for _ in 0..=MAX_ROUNDS {
            let Some(outcome) = self.round() else { continue };
            if self.wanted.is_some() {
                return outcome;
            }
            match self.failed(outcome) {
                Some(outcome) => return self.with_body(outcome),
                None => continue,
            }
        }
        self.kept = None;
        Outcome::Error { status: 500, reason: "too many internal redirects".to_owned() }
    }

    /// What the request takes for granted lies in the document root.
    fn suppose(&mut self) {
        if self.request.presence != Presence::Suppose {
            return;
        }
        let (file, _) = self.in_document_root(&self.request.path.clone());
        match file.strip_suffix(b"/") {
            Some(folder) => self.supposed_folder = Some(folder.to_vec()),
            None => self.supposed_files.push(file),
        }
    }

    /// One way through the phases; none where the request goes on as another path.
    fn round(&mut self) -> Option<Outcome> {
        self.alias = None;
        self.rule_handler = None;
        self.refused_folder = None;
        let locations = self.locations();
        match self.translate(&locations) {
            translate::Mapped::Done(outcome) => Some(outcome),
            translate::Mapped::Proxy(hit) => {
                self.apply_to_proxied(&hit, &locations);
                if let Some(outcome) = self.access() {
                    return Some(outcome);
                }
                match self.rewrite_in_folder() {
                    Rewritten::Unchanged => Some(self.pass_translated(&hit)),
                    Rewritten::Proxy(hit) => Some(self.pass_translated(&hit)),
                    Rewritten::Done(outcome) => Some(outcome),
                    Rewritten::PassThrough | Rewritten::Path(_) => None,
                }
            }
            translate::Mapped::File { path, base, script } => {
                // A root that is not there has no file.
                self.find_file(&path, if self.asks_all() { 0 } else { base });
                self.apply_to_file(&locations);
                if let Some(outcome) = self.refused_folder.take() {
                    return Some(outcome);
                }
                if let Some(outcome) = self.access() {
                    return Some(outcome);
                }
                self.answer_with_file(script)
            }
        }
    }

    /// Whether every question is asked of the host, and every answer followed to its end.
    fn asks_all(&self) -> bool {
        self.request.presence == Presence::Ask && !self.request.route_only
    }

    /// Whether nothing that the configuration says is missing here.
    fn is_whole(&self) -> bool {
        self.config.complete && !self.config.fragment
    }

    /// Records a line that decided something. A line that httpd may not read is a doubt, too.
    fn step(&mut self, line: Line<'a>, part: Part, message: StepKind) {
        self.steps.push(Step { place: Some(line.place(part)), message });
        if !line.is_certain() {
            self.doubt(line);
        }
    }

    fn doubt(&mut self, line: Line<'a>) {
        let place = line.place(Part::Head);
        if !self.doubts.contains(&place) {
            self.doubts.push(place);
        }
    }

    /// Whether a pattern of a line matches; a doubt where that cannot be told.
    fn matches(&mut self, line: Line<'a>, pattern: &[u8], subject: &[u8]) -> bool {
        let matched = match self.stack.patterns.get(pattern, false) {
            Ok(pattern) => pattern.matches(subject),
            Err(_) => Matched::Unknown,
        };
        if matched == Matched::Unknown {
            self.handler_unsure = true;
            self.doubt(line);
        }
        matched == Matched::Yes
    }
}
