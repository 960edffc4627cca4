//! What an editor asks of a loaded project.
//!
//! In: a project, its findings, a file and a byte offset in it. Out: plain data with byte offsets: hovers, completions,
//! definitions, symbols, links, actions. Invariants: nothing of any protocol is known here; nothing is read from the
//! file system but through the project's hosts; no question fails, one without an answer has an empty one.

mod hover;
mod page;
mod query;

pub use hover::{Hover, hover};
pub use page::rule_intro;
pub use query::Query;
