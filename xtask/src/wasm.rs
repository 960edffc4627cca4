//! `cargo xtask wasm`: everything up to engine, report and ide builds where there are no threads, no files and no C.
//!
//! In: the working tree. Out: whether these crates type-check for `wasm32-unknown-unknown` without PCRE2. Invariant: the
//! target is added to the toolchain when it may be; where it cannot be, the check is skipped with a message, as nothing
//! is wrong with the code then.

use std::process::{Command, ExitCode, Stdio};

use crate::repository;

const TARGET: &str = "wasm32-unknown-unknown";

/// The crates on top of everything that must build; the others are below them.
const CRATES: [&str; 2] = ["fpmlint-ide", "fpmlint-report"];

/// Runs `wasm` with its arguments.
pub fn run(arguments: &[&str]) -> ExitCode {
    let result = match arguments {
        [] => check(),
        _ => Err("wasm takes no argument".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(1)
        }
    }
}

fn check() -> Result<(), String> {
    if let Err(why) = ensure_target() {
        println!("skipped: the target {TARGET} is not installed and cannot be added: {why}");
        return Ok(());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["check", "--quiet", "--no-default-features", "--target", TARGET])
        .args(CRATES.iter().flat_map(|name| ["--package", name]))
        .current_dir(repository::root()?)
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if !status.success() {
        return Err(format!("{} do not build for {TARGET}: {status}", CRATES.join(" and ")));
    }
    println!("{} and all below them build for {TARGET} without PCRE2", CRATES.join(" and "));
    Ok(())
}

/// Adds the target to the toolchain, unless it is there.
fn ensure_target() -> Result<(), String> {
    let installed = rustup(&["target", "list", "--installed"])?;
    if installed.lines().any(|line| line.trim() == TARGET) {
        return Ok(());
    }
    rustup(&["target", "add", TARGET]).map(|_| ())
}

fn rustup(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("rustup")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("rustup: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    Err(errors.lines().last().unwrap_or("rustup fails").to_owned())
}
