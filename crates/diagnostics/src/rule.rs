//! What is known of a rule before it runs.

use crate::Level;

/// The groups of rules, by what the reader learns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Group {
    /// The daemon refuses, or dies at start.
    Startup,
    /// Requests fail: 403, 404, 413, 500, 502, 503, 504, loops, source shown as text.
    Wiring,
    /// Exposed pages, bypassed access rules, over-open sockets, leaking pools.
    Security,
    /// A line has no effect, or not the effect that it seems to have.
    Ignored,
    /// Process, memory, time-out and size chains that do not fit each other.
    Capacity,
    /// Removed, deprecated or renamed for the target version.
    Upgrade,
    /// Unused or malformed suppression comments.
    Suppression,
}

impl Group {
    /// Every group, in the order in which they are listed.
    pub const ALL: [Group; 7] = [
        Group::Startup,
        Group::Wiring,
        Group::Security,
        Group::Ignored,
        Group::Capacity,
        Group::Upgrade,
        Group::Suppression,
    ];

    /// The word used in selectors and in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Group::Startup => "startup",
            Group::Wiring => "wiring",
            Group::Security => "security",
            Group::Ignored => "ignored",
            Group::Capacity => "capacity",
            Group::Upgrade => "upgrade",
            Group::Suppression => "suppression",
        }
    }
}

/// A rule's name, group, default and documentation. There is one static value per rule; two are the same rule
/// when their names are equal.
#[derive(Debug)]
pub struct RuleMeta {
    /// Kebab-case name of the bad pattern; reads as "allow <name>".
    pub name: &'static str,
    /// What the reader learns.
    pub group: Group,
    /// Its severity unless the user sets another.
    pub default: Level,
    /// One line, no full stop: what is wrong.
    pub summary: &'static str,
    /// The rule's Markdown page: documentation, text of `explain` and test in one.
    pub page: &'static str,
}

impl PartialEq for RuleMeta {
    fn eq(&self, other: &RuleMeta) -> bool {
        self.name == other.name
    }
}

impl Eq for RuleMeta {}
