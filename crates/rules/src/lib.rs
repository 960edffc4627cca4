//! The rules.
//!
//! In: the joined stack. Out: findings. Invariants: a rule is a pure function from the model to findings and reads
//! no file; each rule is one `.rs` beside one `.md`, which is its documentation, its `explain` text and its test;
//! `startup` rules only put words to refusals.

mod findings;
mod inherited;
mod question;
mod registry;
mod rule;
mod settled;
mod statics;
mod words;

mod capacity;
mod ignored;
mod ini;
mod security;
mod startup;
mod suppression;
mod upgrade;
mod wiring;

pub use findings::{Finding, Findings, UnknownFact};
pub use registry::{all, find, names};
pub use rule::{Part, Rule};
pub use settled::Settled;
pub use suppression::{MALFORMED_SUPPRESSION, UNUSED_SUPPRESSION};
