//! How fast the phases of a check are: `cargo run --release -p fpmlint-engine --example phases -- ROOT`.
//!
//! In: a folder that is a host's `/`. Out: a Markdown list with the speed of each phase. Invariant: every run starts
//! anew, so that nothing is remembered from the one before; the best run counts.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fpmlint_engine::{Options, Project, SettingsFrom, check, load};
use fpmlint_syntax::parse;
use fpmlint_workspace::{Disk, is_raw_block};

const RUNS: usize = 5;

/// The times of one run.
#[derive(Clone, Copy)]
struct Times {
    trees: Duration,
    loading: Duration,
    rules: Duration,
}

impl Times {
    fn min(self, other: Times) -> Times {
        Times {
            trees: self.trees.min(other.trees),
            loading: self.loading.min(other.loading),
            rules: self.rules.min(other.rules),
        }
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(root), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: phases ROOT");
        return ExitCode::from(2);
    };
    let mut options = Options::new(Arc::new(Disk), PathBuf::from("/"));
    options.sysroot = Some(PathBuf::from(root));
    options.settings = SettingsFrom::Nowhere;

    let mut best: Option<(Times, usize)> = None;
    for _ in 0..RUNS {
        match run(&options) {
            Ok((times, bytes)) => best = Some((best.map_or(times, |(old, _)| old.min(times)), bytes)),
            Err(message) => {
                eprintln!("error: {message}");
                return ExitCode::from(2);
            }
        }
    }
    let Some((times, bytes)) = best else { return ExitCode::from(2) };
    print("text to tree", times.trees, bytes);
    print("disk to joined stack (reading files, trees, facts, join)", times.loading, bytes);
    print("rules", times.rules, bytes);
    ExitCode::SUCCESS
}

/// Loads and checks once. Gives the times, and how many bytes were read.
fn run(options: &Options) -> Result<(Times, usize), String> {
    let started = Instant::now();
    let project = load(options).map_err(|errors| {
        errors.first().map_or_else(|| "nothing was loaded".to_owned(), |error| error.message.clone())
    })?;
    let loading = started.elapsed();

    let started = Instant::now();
    std::hint::black_box(check(&project, options));
    let rules = started.elapsed();

    let (trees, bytes) = parse_all(&project);
    if bytes == 0 { Err("no file was read".to_owned()) } else { Ok((Times { trees, loading, rules }, bytes)) }
}

/// Parses all files of the project again.
fn parse_all(project: &Project) -> (Duration, usize) {
    let mut time = Duration::ZERO;
    let mut bytes = 0;
    for &(file, dialect) in &project.read {
        let source = project.files.get(file);
        if source.stock {
            continue;
        }
        let text = Arc::clone(&source.text);
        bytes += text.len();
        let started = Instant::now();
        std::hint::black_box(parse(dialect, text, is_raw_block));
        time += started.elapsed();
    }
    (time, bytes)
}

fn print(phase: &str, time: Duration, bytes: usize) {
    let seconds = time.as_secs_f64().max(f64::MIN_POSITIVE);
    let speed = bytes as f64 / 1_000_000.0 / seconds;
    println!("- {phase}: {speed:.0} MB/s ({:.1} ms)", seconds * 1_000.0);
}
