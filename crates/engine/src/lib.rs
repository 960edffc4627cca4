//! Load, read, join, check, suppress: what every front end calls.
//!
//! In: a system, paths and options. Out: an [`Outcome`]: findings in their final order and severity, the facts that
//! were missing, and the errors of the run. Invariant: the front ends differ only in where files come from and in
//! how an outcome is shown.

mod baseline;
mod check;
mod fixes;
mod found;
mod landmarks;
mod levels;
mod load;
mod merge;
mod options;
mod outcome;
mod session;
mod stock;
mod suppress;
mod trace;

pub use baseline::{Baseline, baseline_schema};
pub use check::check;
pub use fixes::{Applied, FixedFile, apply, chosen_edits};
pub use landmarks::Landmarks;
pub use levels::{Levels, Selector, SelectorError};
pub use load::{Project, last_release, load, shown_path};
pub use options::{Options, SettingsFrom, Targets};
pub use outcome::{Outcome, RunError, UnknownFact};
pub use session::{Changes, Session};
pub use trace::{
    Answer, Question, Traced, TracedLimit, TracedLimits, TracedOutcome, TracedStep, Url, trace, trace_schema,
};
