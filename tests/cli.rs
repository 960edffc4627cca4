//! The command line, as its users see it: every case runs the binary in a folder of its own.

#![expect(clippy::disallowed_methods, reason = "tests lay out folders for the binary")]

#[path = "cli/baseline.rs"]
mod baseline;
#[path = "cli/commands.rs"]
mod commands;
#[path = "cli/editors.rs"]
mod editors;
#[path = "cli/effective.rs"]
mod effective;
#[path = "cli/examples.rs"]
mod examples;
#[path = "cli/exit_codes.rs"]
mod exit_codes;
#[path = "cli/fix.rs"]
mod fix;
#[path = "cli/flags.rs"]
mod flags;
#[path = "cli/json.rs"]
mod json;
#[path = "cli/loading.rs"]
mod loading;
#[path = "cli/output.rs"]
mod output;
#[path = "cli/services.rs"]
mod services;
#[path = "cli/settings.rs"]
mod settings;
#[path = "cli/support.rs"]
mod support;
#[path = "cli/suppression.rs"]
mod suppression;
#[path = "cli/trace.rs"]
mod trace;
