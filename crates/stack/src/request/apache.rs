//! httpd's way with a request: translation, sections, access, fix-ups, handler, and round again.
//!
//! In: a configuration, one of its servers and a request. Out: a [`Trace`]. The order of the phases is httpd's: what
//! `ProxyPass` takes never sees `<Directory>`, `<Files>` or `.htaccess`; what `SetHandler` takes sees them all.
//! Invariant: only sections of the main server and of the one server are looked at, however many servers there are.

mod access;
mod backends;
mod condition;
mod content;
mod file;
mod handler;
mod index;
mod lines;
mod prefixes;
mod proxy;
mod redirect;
mod rewrite;
mod sections;
mod sites;
mod substitute;
mod told;
mod translate;
mod wildcard;

#[cfg(test)]
mod tests;

use fpmlint_daemons::apache::{Config, ScopeId};
use fpmlint_daemons::{Matched, Part, Place};
use fpmlint_workspace::Host;

use super::{Outcome, Presence, Request, Step, StepKind, Trace};
use crate::Stack;
use crate::limits::Told;
use lines::{At, Line};

pub(crate) use backends::{backends, php_sites};
pub(crate) use prefixes::prefixes;
pub(crate) use sites::{account, document_roots, has_name, matching_server, sites};

/// httpd answers 500 after as many internal redirects.
const MAX_ROUNDS: usize = 10;

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
    ask: impl FnOnce(&mut Walk<'_>, &Outcome) -> T,
) -> (Trace, T) {
    let apache = &stack.apache[config];
    let mut walk = Walk {
        stack,
        host: &stack.hosts[apache.host],
        config: &apache.config,
        server,
        request,
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
    let place = opening.map(|id| apache.config.statement(id).place.with(Part::Head));
    walk.steps.push(Step { place, message: StepKind::Site });
    let outcome = walk.run();
    let asked = ask(&mut walk, &outcome);
    (Trace { steps: walk.steps, outcome, kept_status: None, doubts: walk.doubts }, asked)
}

/// The state of one request.
struct Walk<'a> {
    stack: &'a Stack,
    host: &'a Host,
    config: &'a Config,
    server: ScopeId,
    request: &'a Request,
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
        self.suppose();
        for _ in 0..=MAX_ROUNDS {
            if let Some(outcome) = self.round() {
                return outcome;
            }
        }
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
        let locations = self.locations();
        match self.translate(&locations) {
            translate::Mapped::Done(outcome) => Some(outcome),
            translate::Mapped::Proxy(hit) => {
                self.apply_to_proxied(&hit, &locations);
                self.access().or_else(|| Some(self.pass_translated(&hit)))
            }
            translate::Mapped::File { path, base, script } => {
                self.find_file(&path, base);
                self.apply_to_file(&locations);
                if let Some(outcome) = self.access() {
                    return Some(outcome);
                }
                self.answer_with_file(script)
            }
        }
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
