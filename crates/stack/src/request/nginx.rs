//! nginx's way with a request: server rewrites, location, rewrites, access, try_files, content, error pages, and round
//! again.
//!
//! In: a configuration, one of its servers and a request. Out: a [`Trace`]. The order of the phases and the limit of
//! ten rounds are nginx's own. Error pages are followed for whole requests to a host that is asked: whoever supposes a
//! file wants to know what happens to that file.

mod access;
mod body;
mod content;
mod finish;
mod location;
mod maps;
mod paths;
mod rewrite;
mod statics;
mod told;
mod try_files;
mod uri;
mod variables;

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Config, DirRef, ScopeId};
use rustc_hash::FxHashMap;

use super::{Outcome, Presence, Request, Step, StepKind, Trace};
use crate::Stack;
use crate::limits::Told;

pub(crate) use location::has_name;
pub use location::matching_server;
pub(crate) use told::{body_limit, read_timeout};

/// nginx answers 500 when it has changed the path this often.
const MAX_CHANGES: usize = 11;

/// Follows a request through a server of the nginx configuration number `nginx`.
pub fn answer(stack: &Stack, nginx: usize, server: ScopeId, request: &Request) -> Trace {
    follow(stack, nginx, server, request, |_, _| ()).0
}

/// What nginx tells php-fpm of a request beside its script; none where the request is not PHP's.
pub(crate) fn told(stack: &Stack, nginx: usize, server: ScopeId, request: &Request) -> Option<Told> {
    follow(stack, nginx, server, request, |walk, outcome| walk.told(outcome)).1
}

/// Follows a request and asks the walk at its end.
fn follow<T>(
    stack: &Stack,
    nginx: usize,
    server: ScopeId,
    request: &Request,
    ask: impl FnOnce(&mut Walk<'_>, &Outcome) -> T,
) -> (Trace, T) {
    let mut walk = Walk {
        stack,
        host: stack.nginx[nginx].host,
        nginx,
        config: &stack.nginx[nginx].config,
        server,
        scope: server,
        request,
        method: &request.method,
        path: request.path.clone(),
        args: request.query.clone(),
        internal: false,
        changes: MAX_CHANGES,
        path_changed: false,
        alias_holds: true,
        pattern_alias_goes_on: false,
        captures: Vec::new(),
        names: Vec::new(),
        set: FxHashMap::default(),
        mapped: FxHashMap::default(),
        split: None,
        body_is_read: false,
        in_error_page: false,
        kept: None,
        supposed: supposed(request),
        found: Vec::new(),
        steps: Vec::new(),
        doubts: Vec::new(),
    };
    walk.step(walk.config.scope(server).at, Part::Head, StepKind::Site);
    let outcome = walk.run();
    let asked = ask(&mut walk, &outcome);
    (Trace { steps: walk.steps, outcome, kept_status: walk.kept, doubts: walk.doubts }, asked)
}

fn supposed(request: &Request) -> Vec<Vec<u8>> {
    let is_file = request.presence == Presence::Suppose && !request.path.ends_with(b"/");
    if is_file { vec![request.path.clone()] } else { Vec::new() }
}

/// The state of one request.
struct Walk<'a> {
    stack: &'a Stack,
    host: usize,
    /// Number of the configuration.
    nginx: usize,
    config: &'a Config,
    server: ScopeId,
    /// The scope in force, whose settings hold.
    scope: ScopeId,
    request: &'a Request,
    /// An error page is asked for with `GET`, whatever the client's method was.
    method: &'a str,
    path: Vec<u8>,
    args: Vec<u8>,
    /// Whether the path is the server's own doing; `internal` locations answer only then.
    internal: bool,
    /// How often the path may still change.
    changes: usize,
    /// Whether a rewrite has changed the path, so that a location is looked for again.
    path_changed: bool,
    /// A `rewrite` with `break` leaves the path without the location's beginning, and `alias` then fails.
    alias_holds: bool,
    /// Whether the path is put behind the `alias` of a location with a pattern.
    pattern_alias_goes_on: bool,
    /// `$0` to `$9` of the last pattern that matched.
    captures: Vec<Option<Vec<u8>>>,
    /// Named groups of patterns that matched.
    names: Vec<(String, Option<Vec<u8>>)>,
    /// Variables that `set` gave a value; none where it is unknown.
    set: FxHashMap<Vec<u8>, Option<Vec<u8>>>,
    /// Variables of `map` and its like that were asked for: they keep their first value.
    mapped: FxHashMap<Vec<u8>, Option<Vec<u8>>>,
    /// `$fastcgi_script_name` and `$fastcgi_path_info`, once they were asked for in this round.
    split: Option<(Vec<u8>, Vec<u8>)>,
    /// Whether the body was thrown away already.
    body_is_read: bool,
    /// Whether an error page was taken, so that a further error takes none.
    in_error_page: bool,
    /// The status that an error page keeps.
    kept: Option<u16>,
    /// Paths of the site that count as files, whatever the host says.
    supposed: Vec<Vec<u8>>,
    /// The locations that were searched for and found: each has its say on the size of a body.
    found: Vec<ScopeId>,
    steps: Vec<Step>,
    doubts: Vec<fpmlint_daemons::Place>,
}

/// What a phase decided.
enum Phase {
    /// The request is answered.
    Done(Outcome),
    /// Start again with the server's rewrites.
    Redirected,
    /// Look for a location.
    Find,
    /// Go to this named location.
    Named(ScopeId),
    /// Go on with the next phase.
    On,
}

impl<'a> Walk<'a> {
    fn run(&mut self) -> Outcome {
        let mut phase = self.read_path();
        loop {
            phase = match phase {
                Phase::Done(outcome) => return outcome,
                Phase::Redirected => self.rewrite_in_server(),
                Phase::Find => self.find(),
                Phase::Named(location) => {
                    self.scope = location;
                    self.answer_in(location)
                }
                Phase::On => Phase::Find,
            };
        }
    }

    fn find(&mut self) -> Phase {
        self.path_changed = false;
        let found = self.find_location();
        let location = found.location;
        self.scope = self.limited(location);
        if !self.internal && self.config.nearest(location, &[id::INTERNAL]).is_some() {
            return self.fail(404, "the location answers internal redirects alone");
        }
        if let Some(outcome) = self.body(location) {
            self.body_is_read = true;
            return self.finish(outcome);
        }
        if let Some(to) = found.slash {
            self.step(self.config.scope(location).at, Part::Head, StepKind::Returned(301));
            let to = if self.args.is_empty() { to } else { [&to[..], b"?", &self.args].concat() };
            return self.finish(Outcome::Redirect { status: 301, to: Some(to) });
        }
        self.answer_in(self.scope)
    }

    fn answer_in(&mut self, location: ScopeId) -> Phase {
        // The server's rewrites were run before.
        if location != self.server {
            match self.rewrite(location) {
                Phase::On => {}
                other => return other,
            }
        }
        if self.path_changed {
            return match self.may_change() {
                true => Phase::Find,
                false => self.cycle(),
            };
        }
        let scope = self.scope;
        if let Some(outcome) = self.access(scope) {
            return self.finish(outcome);
        }
        match self.try_files(scope) {
            Phase::On => self.content(scope),
            other => other,
        }
    }

    /// Whether every question is asked of the host, and every answer followed to its end.
    fn is_whole(&self) -> bool {
        self.request.presence == Presence::Ask && !self.request.route_only
    }

    fn step(&mut self, at: Option<DirRef>, part: Part, message: StepKind) {
        let place = at.map(|at| self.config.place(at, part));
        self.steps.push(Step { place, message });
    }

    fn doubt(&mut self, at: DirRef) {
        self.doubts.push(self.config.place(at, Part::Head));
    }

    /// Counts a change of the path.
    fn may_change(&mut self) -> bool {
        self.changes = self.changes.saturating_sub(1);
        self.changes > 0
    }

    fn cycle(&mut self) -> Phase {
        self.fail(500, "rewrite or internal redirection cycle")
    }

    fn fail(&mut self, status: u16, reason: &str) -> Phase {
        self.finish(Outcome::Error { status, reason: reason.to_owned() })
    }

    /// Continues as another path with its arguments.
    fn redirect_inside(&mut self, path: &[u8], args: &[u8]) -> Phase {
        if !self.may_change() {
            return self.cycle();
        }
        (self.path, self.args) = (path.to_vec(), args.to_vec());
        self.internal = true;
        self.pattern_alias_goes_on = false;
        self.alias_holds = true;
        self.split = None;
        Phase::Redirected
    }

    /// Continues in the named location of this name, its `@` included.
    fn go_to_named(&mut self, at: DirRef, name: &[u8]) -> Phase {
        if !self.may_change() {
            return self.cycle();
        }
        let Some(location) = self.named_location(name) else {
            let name = String::from_utf8_lossy(name).into_owned();
            return self.fail(500, &format!("could not find named location \"{name}\""));
        };
        self.step(Some(at), Part::Head, StepKind::Internal(name.to_vec()));
        self.internal = true;
        self.path_changed = false;
        self.split = None;
        Phase::Named(location)
    }
}
