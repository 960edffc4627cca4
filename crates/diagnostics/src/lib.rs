//! Findings as plain data.
//!
//! In: what a rule noticed. Out: values that renderers, fixers and the language server share.
//! Invariants: a finding has one primary span, which never contains a line end; offsets are bytes; nothing here
//! knows a directive, a daemon's algorithm or the file system.

mod confidence;
mod finding;
mod fix;
mod rule;
mod severity;

pub use confidence::Confidence;
pub use finding::{Daemon, Diagnostic, Label, Phase, Reader};
pub use fix::{Applicability, Edit, Fix};
pub use rule::{Group, RuleMeta};
pub use severity::{Level, Severity};
