//! Input that nobody would write: the binary neither crashes nor hangs on it, and its report stays a report.
//!
//! What a crash is: a signal, or any other exit code than 0, 1 and 2. The time limit is a guard against hanging, not
//! a measure of speed.

#![expect(clippy::disallowed_methods, reason = "tests lay out folders for the binary")]

#[path = "hostile/generate.rs"]
mod generate;
#[path = "hostile/guard.rs"]
mod guard;
#[path = "hostile/layouts.rs"]
mod layouts;
#[path = "hostile/shapes.rs"]
mod shapes;
#[path = "cli/support.rs"]
#[expect(dead_code, reason = "shared with the tests of the command line")]
mod support;
