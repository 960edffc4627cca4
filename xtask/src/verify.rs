//! `cargo xtask verify`: what a contributor runs before a change is offered, and what continuous integration runs.
//!
//! In: the working tree. Out: each step with its time, a summary, and whether all is well.
//! Invariant: the steps run in order, the first that fails ends the run, and the summary is printed either way.

mod counts;
mod step;

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::{packages, repository};
use counts::Counts;
use step::Step;

/// The steps, in order. A later oracle is one more line.
const STEPS: &[Step] = &[
    Step::cargo("format", &["fmt", "--all", "--check"]),
    Step::cargo("lints", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    // All test binaries run, so that one answer names every test that fails.
    Step::cargo("tests", &["test", "--workspace", "--no-fail-fast"]),
    Step::cargo("generated files", &["xtask", "generate", "--check"]),
    Step::cargo("WebAssembly", &["xtask", "wasm"]),
    Step::cargo("php-fpm oracle", &["xtask", "oracle", "php-fpm", "--cases", "500", "--seed", "1"]),
    Step::cargo("nginx oracle", &["xtask", "oracle", "nginx", "--cases", "500", "--seed", "11"]),
    Step::cargo("Apache oracle", &["xtask", "oracle", "apache", "--cases", "500", "--seed", "3"]),
    Step::cargo("requests oracle", &["xtask", "oracle", "requests", "--cases", "400", "--seed", "11"]),
    Step::cargo("delivery", &["xtask", "delivery"]),
    Step::cargo("editors", &["xtask", "editors"]),
];

/// Runs `verify` with its arguments.
pub fn run(arguments: &[&str]) -> ExitCode {
    let result = match arguments {
        [] => verify(),
        _ => Err("verify takes no argument".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(1)
        }
    }
}

/// All steps. The error names the package that is missing, or the step that failed.
fn verify() -> Result<(), String> {
    let repository = repository::root()?;
    let started = Instant::now();
    packages::ensure(packages::DAEMONS)?;
    let mut counts = Counts::default();
    let mut done = Vec::new();
    let result = run_steps(&repository, STEPS, &mut counts, &mut done);
    println!("\nran in {}: {}", seconds(started.elapsed()), done.join(", "));
    println!("{counts}");
    result
}

fn run_steps(
    repository: &Path,
    steps: &[Step],
    counts: &mut Counts,
    done: &mut Vec<String>,
) -> Result<(), String> {
    for step in steps {
        println!("\n== {}: {}", step.name, step.command_line());
        let started = Instant::now();
        let answer = step.run(repository, counts);
        let time = seconds(started.elapsed());
        let word = if answer.is_ok() { "ok" } else { "FAILED" };
        println!("== {}: {word} in {time}", step.name);
        done.push(format!("{} {word} ({time})", step.name));
        answer.map_err(|why| format!("verify stops at `{}`: {why}", step.name))?;
    }
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_failing_step_ends_the_run() {
        let steps = [
            Step::cargo("good", &["--version"]),
            Step::cargo("bad", &["no-such-cargo-command"]),
            Step::cargo("never", &["--version"]),
        ];
        let mut done = Vec::new();
        let folder = std::env::temp_dir();
        let error = run_steps(&folder, &steps, &mut Counts::default(), &mut done).unwrap_err();
        assert!(error.starts_with("verify stops at `bad`: "), "{error}");
        assert_eq!(done.len(), 2, "{done:?}");
        assert!(done[0].starts_with("good ok"), "{done:?}");
        assert!(done[1].starts_with("bad FAILED"), "{done:?}");
    }
}
