//! Reads configuration as each daemon does.
//!
//! In: a host and the main file of one daemon. Out: facts (what is set, where) and refusals (what the daemon would
//! not load), both as plain data. Invariants: each reader follows its daemon's algorithm but goes on where the
//! daemon stops; places are (file, statement number), never offsets, so that they outlive edits elsewhere; nothing
//! here knows what a finding is.

pub mod apache;
pub mod nginx;
mod pattern;
pub mod php_fpm;
pub mod php_ini;
mod place;
mod refusal;

pub use pattern::{Matched, Pattern, PatternError, Patterns};
pub use place::{Part, Place};
pub use refusal::{Phase, Refusal, RefusalKind};
