//! What each daemon version knows: directives, contexts, values, defaults, versions.
//!
//! In: names as bytes. Out: numbered names and their rows in static tables, which `cargo xtask generate` makes
//! from `data/`. Invariants: nothing is computed at start, nothing is on the heap, no file is known here, and
//! what the data do not say is `Unknown` or none.

mod bits;
mod frequency;
mod generated;
mod hash;
mod names;
mod nearest;
mod version;

pub mod apache;
pub mod docs;
pub mod facts;
pub mod nginx;
pub mod php_fpm;
pub mod php_ini;

pub use frequency::{Dialect, frequency};
pub use nearest::{nearest, nearest_ranked};
pub use version::{ParseVersionError, Removed, ShortVersion, Since, Version};
