//! What one file says that must be held against other files.
//!
//! In: what the judge of a file notes. Out: events in reading order, small and free of text, for the one walk across
//! all files. Invariant: a file that says nothing to others has no events, however often it is included.

use fpmlint_catalog::nginx::DirectiveId;

use fpmlint_syntax::Tree;

use super::Context;
use crate::Refusal;

/// The events of a file and what nginx would not load in it.
#[derive(Debug, Default)]
pub(super) struct Summary {
    /// In reading order.
    pub(super) events: Vec<Event>,
    /// What the file alone shows to be refused.
    pub(super) refusals: Vec<Refusal>,
    /// Names of variables that the table does not know, without the dollar.
    pub(super) names: Vec<Box<[u8]>>,
}

impl Summary {
    /// Whether two files, or one file before and after an edit, say the same to others: events at the same statements,
    /// with the same words where the walk looks at them, but for what each alone shows to be refused at once.
    pub(super) fn says_the_same(&self, tree: &Tree, other: &Summary, other_tree: &Tree) -> bool {
        let head = |tree: &Tree, ordinal| Some(tree.statement(ordinal)?.head_span().of(tree.text()).to_vec());
        let same = |(one, other): (&Event, &Event)| {
            one == other
                && (!one.what.has_words() || head(tree, one.ordinal) == head(other_tree, other.ordinal))
        };
        let to_others = |summary: &'_ Summary| {
            summary.events.iter().copied().filter(|event| !matches!(event.what, What::Refused(_))).collect()
        };
        let (own, others): (Vec<Event>, Vec<Event>) = (to_others(self), to_others(other));
        let is_late = |event: &Event| matches!(event.what, What::RefusedLate(..));
        self.names == other.names
            && own.len() == others.len()
            && own.iter().zip(&others).all(same)
            && !own.iter().any(is_late)
    }

    /// What the file alone shows to be refused at once, in the order in which nginx meets it, each once.
    pub(super) fn own_refusals(&self) -> Vec<&Refusal> {
        let mut found: Vec<&Refusal> = Vec::new();
        for event in &self.events {
            if let What::Refused(number) = event.what
                && let Some(refusal) = self.refusals.get(number as usize)
                && !found.iter().any(|known| known.is_same_as(refusal))
            {
                found.push(refusal);
            }
        }
        found
    }
}

/// Something at a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Event {
    /// Number of the statement.
    pub(super) ordinal: u32,
    /// What it is.
    pub(super) what: What,
}

/// What an event is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// Refused here, by number.
    Refused(u32),
    /// Refused when `http` ends, by number; the other is the place in the order of nginx's modules.
    RefusedLate(u16, u32),
    /// A directive that may stand only once in its block.
    Once(DirectiveId),
    /// A directive that may be repeated, but not beside its `off`.
    OnceOff(DirectiveId, bool),
    /// A block opens.
    Open(Context, DirectiveId),
    /// It closes.
    Close,
    /// Other files are read.
    Include,
    /// A statement whose words the walk looks at.
    Look(DirectiveId),
    /// A variable is used in an argument; its name by number.
    Uses(u32, u16),
    /// A variable is defined; its name by number.
    Defines(u32),
}

impl What {
    /// Whether the walk reads the words of the statement.
    fn has_words(self) -> bool {
        matches!(self, What::Look(_) | What::Open(..))
    }
}

/// The order in which nginx goes through its modules when `http` ends, as far as they can refuse.
pub(super) mod order {
    /// The core and what it merges.
    pub(in crate::nginx) const CORE: u16 = 1;
    /// Upstreams.
    pub(in crate::nginx) const UPSTREAM: u16 = 2;
    /// Referers.
    pub(in crate::nginx) const REFERER: u16 = 3;
    /// TLS.
    pub(in crate::nginx) const SSL: u16 = 4;
    /// `proxy_*`.
    pub(in crate::nginx) const PROXY: u16 = 5;
    /// `fastcgi_*`.
    pub(in crate::nginx) const FASTCGI: u16 = 6;
    /// `uwsgi_*`.
    pub(in crate::nginx) const UWSGI: u16 = 7;
    /// `scgi_*`.
    pub(in crate::nginx) const SCGI: u16 = 8;
    /// `grpc_*`.
    pub(in crate::nginx) const GRPC: u16 = 9;
    /// `secure_link_*`.
    pub(in crate::nginx) const SECURE_LINK: u16 = 10;
    /// Locations are sorted.
    pub(in crate::nginx) const LOCATIONS: u16 = 20;
    /// Modules look at the whole: certificates of listening servers.
    pub(in crate::nginx) const WHOLE: u16 = 21;
    /// Variables get their values' owners.
    pub(in crate::nginx) const VARIABLES: u16 = 22;
    /// Names of servers are hashed.
    pub(in crate::nginx) const NAMES: u16 = 23;
}
