//! `cargo xtask delivery`: what other programs make of fpmlint's reports, hooks and actions.
//!
//! In: the working tree. Out: whether GitHub's toolkit, the SARIF validator, JSON schemas and the real pre-commit accept
//! what they are given. Invariants: the tools have fixed versions and are installed below `target/delivery` and nowhere
//! else; once they are there, nothing is asked of the network. What is checked lies outside of this project, so that its
//! settings and examples are no part of it.

mod action;
mod folder;
mod formats;
mod gitlab;
mod hooks;
mod run;
mod schemas;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use crate::{packages, repository};
use run::Run;
use tools::Tools;

/// What every check works with.
pub struct Bench {
    /// The project.
    pub repository: PathBuf,
    /// A folder for everything that a check writes.
    pub scratch: PathBuf,
    /// The programs of others.
    pub tools: Tools,
    /// The folder of the `fpmlint` that is checked.
    pub programs: PathBuf,
}

/// A check: its name and what it does.
type Check = (&'static str, fn(&Bench) -> Result<(), String>);

const CHECKS: &[Check] = &[
    ("manifests against their schemas", schemas::manifests),
    ("reports against their schemas", formats::schemas),
    ("SARIF by the official validator", formats::sarif),
    ("workflow commands by GitHub's toolkit", formats::github),
    ("fingerprints of the code quality report", formats::gitlab),
    ("the GitHub action", action::action),
    ("the GitHub action: a wheel", action::wheel),
    ("the job of the GitLab template", gitlab::job),
    ("pre-commit: a faulty pool until it is fixed", hooks::faulty_until_fixed),
    ("pre-commit: names limit, the whole project is read", hooks::names_limit),
    ("pre-commit: nothing relevant, deleted, renamed", hooks::deleted_and_renamed),
    ("pre-commit: try-repo", hooks::try_repo),
];

/// Runs `delivery` with its arguments.
pub fn run(arguments: &[&str]) -> ExitCode {
    let result = match arguments {
        [] => delivery(),
        _ => Err("delivery takes no argument".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(1)
        }
    }
}

/// All checks; the error names those that failed.
fn delivery() -> Result<(), String> {
    let repository = repository::root()?;
    let folder = repository.join("target/delivery");
    packages::ensure(packages::DELIVERY)?;
    let tools = Tools::ensure(&folder)?;
    let programs = build(&repository)?;
    let scratch = std::env::temp_dir().join(format!("fpmlint-delivery-{}", std::process::id()));
    let bench = Bench { repository, scratch, tools, programs };
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        let started = Instant::now();
        let result = folder::empty(&bench.scratch).and_then(|()| check(&bench));
        let time = started.elapsed().as_secs_f64();
        match result {
            Ok(()) => println!("ok      {name} ({time:.1} s)"),
            Err(message) => {
                println!("FAILED  {name} ({time:.1} s)\n{message}");
                failed.push(*name);
            }
        }
    }
    folder::remove(&bench.scratch)?;
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

/// Builds the program as the tests do, so that nothing is compiled twice, and gives its folder.
fn build(repository: &std::path::Path) -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Run::new(cargo).arguments(["build", "--quiet", "--bin", "fpmlint"]).folder(repository).succeed()?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), PathBuf::from);
    Ok(repository.join(target).join("debug"))
}
