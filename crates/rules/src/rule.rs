//! A rule: what is known of it, and how it finds its fault.

use fpmlint_daemons::nginx::{Config, ScopeId};
use fpmlint_daemons::{Refusal, RefusalKind};
use fpmlint_diagnostics::{Reader, RuleMeta};
use fpmlint_stack::{PoolId, SiteId, SiteServer, Stack};

use crate::Findings;
use crate::startup::refusal;

/// A rule. There is one static value per rule.
#[derive(Debug)]
pub struct Rule {
    /// Name, group, default and page.
    pub meta: RuleMeta,
    /// How it finds its fault.
    pub(crate) check: Check,
}

/// A part of a stack that a rule looks at. What is found in it stays true as long as the part and what it rests on do not
/// change.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Part {
    /// The masters of php-fpm, with their php.ini files; rests on the hosts too.
    Masters,
    /// A pool; rests on its master, on the hosts, and on the sites and backends that reach it.
    Pool(PoolId),
    /// A site, or what stands in none; rests on everything but the other sites.
    Site(Option<SiteId>),
    /// All of it.
    Whole,
}

/// How a rule finds its fault.
#[derive(Debug)]
pub(crate) enum Check {
    /// It looks at php-fpm's masters, their php.ini files and the hosts, and at nothing else.
    Masters(fn(&Stack, &mut Findings<'_>)),
    /// It looks at one pool, and at the sites and backends that reach it.
    Pool(fn(&Stack, PoolId, &mut Findings<'_>)),
    /// It looks at one site, or, with none, at what stands in no site; and at everything that is no site.
    Site(fn(&Stack, Option<SiteId>, &mut Findings<'_>)),
    /// The same for sites that are a server of nginx, and for nothing else.
    Server(fn(&Stack, Server<'_>, &mut Findings<'_>)),
    /// It looks at sites side by side.
    Stack(fn(&Stack, &mut Findings<'_>)),
    /// It puts words to the readers' refusals of one kind.
    Refusals(RefusalKind, fn(Reader, &Refusal) -> Words),
    /// The engine finds it.
    Engine,
}

/// A site that is a server of nginx.
#[derive(Clone, Copy)]
pub(crate) struct Server<'a> {
    /// The site.
    pub site: SiteId,
    /// What it stands in.
    pub config: &'a Config,
    /// Its scope there.
    pub scope: ScopeId,
}

impl<'a> Server<'a> {
    fn new(stack: &'a Stack, site: SiteId) -> Option<Server<'a>> {
        match stack.sites[site].server {
            SiteServer::Nginx { config, server } => {
                Some(Server { site, config: &stack.nginx[config].config, scope: server })
            }
            SiteServer::Apache { .. } => None,
        }
    }
}

/// How a rule words a refusal.
pub(crate) struct Words {
    /// What is wrong, in one line.
    pub message: String,
    /// What to do; what happens is said by the refusal itself.
    pub advice: String,
}

impl Rule {
    /// Whether the rule looks at such parts of a stack.
    pub fn looks_at(&self, part: Part) -> bool {
        match self.check {
            Check::Masters(_) => part == Part::Masters,
            Check::Pool(_) => matches!(part, Part::Pool(_)),
            Check::Site(_) => matches!(part, Part::Site(_)),
            Check::Server(_) => matches!(part, Part::Site(Some(_))),
            Check::Stack(_) | Check::Refusals(..) => part == Part::Whole,
            Check::Engine => false,
        }
    }

    /// Reports what the rule finds in a part of a stack. All parts together are the stack: a rule finds nothing in
    /// parts that it does not look at.
    pub fn run(&self, stack: &Stack, part: Part, findings: &mut Findings<'_>) {
        match (&self.check, part) {
            (Check::Masters(check), Part::Masters) => check(stack, findings),
            (Check::Pool(check), Part::Pool(pool)) => check(stack, pool, findings),
            (Check::Site(check), Part::Site(site)) => check(stack, site, findings),
            (Check::Server(check), Part::Site(Some(site))) => {
                if let Some(server) = Server::new(stack, site) {
                    check(stack, server, findings);
                }
            }
            (Check::Stack(check), Part::Whole) => check(stack, findings),
            (Check::Refusals(kind, words), Part::Whole) => refusal::report(stack, findings, *kind, *words),
            _ => {}
        }
    }
}

/// Declares the rules of a group, one line each: the module of that name must hold `pub static RULE: Rule`.
macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// The rules of this group, in the order in which they are listed.
        pub(crate) static RULES: &[&crate::Rule] = &[$(&$module::RULE),*];
    };
}

pub(crate) use rules;
