//! What an editor asks of a loaded project.
//!
//! In: a project, its findings, a file and a byte offset in it. Out: plain data with byte offsets: hovers, completions,
//! definitions, symbols, links, actions. Invariants: nothing of any protocol is known here; nothing is read from the
//! file system but through the project's hosts; no question fails, one without an answer has an empty one.

mod actions;
mod complete;
mod entity;
mod hover;
mod lens;
mod links;
mod navigate;
mod page;
mod query;
mod spot;
mod suppression;
mod symbols;

pub use actions::{Action, ActionKind, actions, fix_all};
pub use complete::{Candidate, CandidateKind, completions, documentation};
pub use hover::{Hover, hover};
pub use lens::{Lens, LensSubject, lens_words, lenses};
pub use links::{Link, links};
pub use navigate::{Location, definitions, references};
pub use page::rule_intro;
pub use query::Query;
pub use symbols::{Found, Symbol, SymbolKind, search, symbols};
