//! The project's own tools: `cargo xtask COMMAND`.
//!
//! In: a command and its arguments. Out: files of the source tree, or an exit code that says whether they are
//! as they should be.

#![allow(clippy::disallowed_methods, reason = "a tool for developers works on files")]

#[cfg(target_os = "linux")]
mod bench;
mod delivery;
mod editors;
mod generate;
mod npm;
mod oracle;
mod packages;
mod repository;
mod verify;
mod vscode;
mod wasm;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask COMMAND

commands:
  generate [--check]   write the generated files; with --check, name those that are stale and exit with 1
  verify               format, lints, tests, generated files and oracles, in order
  oracle DAEMON [--cases N] [--seed S] [--replay FILES] [--keep DIR]
                       random configurations, judged by the installed daemon and by fpmlint (as root)
  oracle requests [--server nginx|apache] [--cases N] [--seed S] [--replay FILES] [--keep DIR]
                       random small stacks, run on loopback, and what they answer to random requests (as root)
  delivery             what GitHub's toolkit, the SARIF validator, JSON schemas and pre-commit say of our reports,
                       hooks and actions; installs them below target/delivery
  editors [OPTION...]  real editors against `fpmlint server`; options go to Node's test runner
  vscode [--bundle PROGRAM --target PLATFORM]
                       package the VS Code extension, with a program in it or without
  wasm                 type-check everything up to engine, report and ide for wasm32-unknown-unknown, without PCRE2
  bench [--quick] [--write] [--daemons] [--repeats N]
                       CPU time and memory beside the daemons' own tests (Linux, as root)
  bench lsp [--quick] [--keystrokes N]
                       how long a keystroke takes until its findings are there (Linux)
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["generate", rest @ ..] => generate::run(rest),
        ["verify", rest @ ..] => verify::run(rest),
        ["oracle", rest @ ..] => oracle::run(rest),
        ["delivery", rest @ ..] => delivery::run(rest),
        ["editors", rest @ ..] => editors::run(rest),
        ["vscode", rest @ ..] => vscode::run(rest),
        ["wasm", rest @ ..] => wasm::run(rest),
        #[cfg(target_os = "linux")]
        ["bench", rest @ ..] => bench::run(rest),
        ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        _ => {
            eprint!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
