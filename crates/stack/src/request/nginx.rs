//! nginx's way with a request: rewrite, location, access, try_files, content, and round again.
//!
//! In: a configuration, one of its servers and a request. Out: a [`Trace`]. The order of the phases and the limit of
//! ten rounds are nginx's own.

mod access;
mod body;
mod content;
mod location;
mod rewrite;
mod told;
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

/// nginx answers 500 after as many internal redirects.
const MAX_ROUNDS: usize = 10;

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
        path: request.path.clone(),
        args: request.query.clone(),
        internal: false,
        captures: Vec::new(),
        names: Vec::new(),
        set: FxHashMap::default(),
        path_info_lost: false,
        supposed: supposed(request),
        found: Vec::new(),
        steps: Vec::new(),
        doubts: Vec::new(),
    };
    walk.step(walk.config.scope(server).at, Part::Head, StepKind::Site);
    let outcome = walk.run();
    let asked = ask(&mut walk, &outcome);
    (Trace { steps: walk.steps, outcome, doubts: walk.doubts }, asked)
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
    /// The scope in force, whose settings variables are made from.
    scope: ScopeId,
    request: &'a Request,
    path: Vec<u8>,
    args: Vec<u8>,
    /// Whether the path is the server's own doing; `internal` locations answer only then.
    internal: bool,
    /// `$0` to `$9` of the last pattern that matched.
    captures: Vec<Option<Vec<u8>>>,
    /// Named groups of patterns that matched.
    names: Vec<(String, Option<Vec<u8>>)>,
    /// Variables that `set` gave a value; none where it is unknown.
    set: FxHashMap<Vec<u8>, Option<Vec<u8>>>,
    /// try_files made the path anew, so that `$fastcgi_path_info` is empty.
    path_info_lost: bool,
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
    /// Look for a location again.
    Again,
    /// Go to this named location.
    Named(ScopeId),
    /// Go on with the next phase in this scope.
    On(ScopeId),
}

impl<'a> Walk<'a> {
    fn run(&mut self) -> Outcome {
        match self.rewrite(self.server) {
            Phase::Done(outcome) => return outcome,
            Phase::Again | Phase::Named(_) | Phase::On(_) => {}
        }
        let mut named = None;
        for _ in 0..=MAX_ROUNDS {
            let location = match named.take() {
                Some(location) => location,
                None => self.find_location(),
            };
            match self.answer_in(location) {
                Phase::Done(outcome) => return outcome,
                Phase::Named(location) => named = Some(location),
                Phase::Again | Phase::On(_) => {}
            }
        }
        Outcome::Error { status: 500, reason: "rewrite or internal redirection cycle".to_owned() }
    }

    fn answer_in(&mut self, location: ScopeId) -> Phase {
        if !self.internal && self.config.scope(location).last(id::INTERNAL).is_some() {
            let reason = "the location answers internal redirects alone".to_owned();
            return Phase::Done(Outcome::Error { status: 404, reason });
        }
        self.scope = location;
        if let Some(outcome) = self.body(location) {
            return Phase::Done(outcome);
        }
        let scope = match self.rewrite(location) {
            Phase::On(scope) => scope,
            other => return other,
        };
        self.scope = scope;
        if let Some(outcome) = self.access(scope) {
            return Phase::Done(outcome);
        }
        match self.try_files(scope) {
            Phase::On(scope) => self.content(scope),
            other => other,
        }
    }

    fn step(&mut self, at: Option<DirRef>, part: Part, message: StepKind) {
        let place = at.map(|at| self.config.place(at, part));
        self.steps.push(Step { place, message });
    }

    fn doubt(&mut self, at: DirRef) {
        self.doubts.push(self.config.place(at, Part::Head));
    }

    /// Continues as another path, which may carry arguments of its own.
    fn redirect_inside(&mut self, at: DirRef, target: &[u8]) {
        let (path, args) = super::split_query(target);
        self.path = path.to_vec();
        self.args = args.to_vec();
        self.internal = true;
        self.step(Some(at), Part::Head, StepKind::Internal(target.to_vec()));
    }
}
