//! `fpmlint`: arguments in, findings and an exit code out.
//!
//! Exit codes: 0 nothing at or above `--fail-on`, 1 findings, 2 fpmlint could not do its work. A closed pipe is no
//! error.

mod arguments;
mod commands;
mod exit;
mod notices;
mod output;
mod sources;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// A run on thousands of sites touches each page of memory once, and page faults would be a tenth of its time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse();
    exit::code(commands::run(&arguments))
}
