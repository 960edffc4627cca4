//! How fast the phases of a check are: `cargo run --release -p fpmlint-engine --example phases -- ROOT`.
//!
//! In: a folder that is a host's `/`. Out: a Markdown list with the speed of each phase. Invariant: every run starts
//! anew, so that nothing is remembered from the one before; the best run counts.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fpmlint_daemons::php_fpm;
use fpmlint_engine::{Options, Project, SettingsFrom, check, load};
use fpmlint_syntax::{Dialect, parse};
use fpmlint_workspace::{Disk, is_raw_block};

const RUNS: usize = 5;

/// The times of one run.
#[derive(Clone, Copy)]
struct Times {
    trees: Duration,
    loading: Duration,
    rules: Duration,
    /// The files of php-fpm alone.
    pool_trees: Duration,
    /// Their settings and refusals, from their trees.
    pool_facts: Duration,
}

/// How many bytes were read.
#[derive(Clone, Copy)]
struct Bytes {
    all: usize,
    pools: usize,
}

impl Times {
    fn min(self, other: Times) -> Times {
        Times {
            trees: self.trees.min(other.trees),
            loading: self.loading.min(other.loading),
            rules: self.rules.min(other.rules),
            pool_trees: self.pool_trees.min(other.pool_trees),
            pool_facts: self.pool_facts.min(other.pool_facts),
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

    let mut best: Option<(Times, Bytes)> = None;
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
    print("text to tree", times.trees, bytes.all);
    print("disk to joined stack (reading files, trees, facts, join)", times.loading, bytes.all);
    print("rules", times.rules, bytes.all);
    print("pools alone, text to tree", times.pool_trees, bytes.pools);
    print("pools alone, text to facts", times.pool_trees + times.pool_facts, bytes.pools);
    ExitCode::SUCCESS
}

/// Loads and checks once. Gives the times, and how many bytes were read.
fn run(options: &Options) -> Result<(Times, Bytes), String> {
    let started = Instant::now();
    let project = load(options).map_err(|errors| {
        errors.first().map_or_else(|| "nothing was loaded".to_owned(), |error| error.message.clone())
    })?;
    let loading = started.elapsed();

    let started = Instant::now();
    std::hint::black_box(check(&project, options));
    let rules = started.elapsed();

    let (trees, all) = parse_all(&project, |_| true);
    let (pool_trees, pools) = parse_all(&project, |dialect| dialect == Dialect::FpmIni);
    if all == 0 {
        return Err("no file was read".to_owned());
    }
    let pool_facts = read_pools(&project);
    Ok((Times { trees, loading, rules, pool_trees, pool_facts }, Bytes { all, pools }))
}

/// Parses the project's files of some dialects again.
fn parse_all(project: &Project, counts: impl Fn(Dialect) -> bool) -> (Duration, usize) {
    let mut time = Duration::ZERO;
    let mut bytes = 0;
    for &(file, dialect) in project.read.iter().filter(|(_, dialect)| counts(*dialect)) {
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

/// Reads php-fpm's masters again, from the trees that are there.
fn read_pools(project: &Project) -> Duration {
    let mut time = Duration::ZERO;
    for master in &project.stack.masters {
        let Some(host) = project.stack.hosts.get(master.host) else { continue };
        let config = &master.config;
        let input = php_fpm::Input {
            host,
            main: config.main,
            path: &config.path,
            version: config.version,
            fragment: master.fragment,
            started_by_root: true,
            environment: None,
        };
        let started = Instant::now();
        let read = std::hint::black_box(php_fpm::read(&input));
        time += started.elapsed();
        drop(read);
    }
    time
}

fn print(phase: &str, time: Duration, bytes: usize) {
    let seconds = time.as_secs_f64().max(f64::MIN_POSITIVE);
    let speed = bytes as f64 / 1_000_000.0 / seconds;
    println!("- {phase}: {speed:.0} MB/s ({:.1} ms)", seconds * 1_000.0);
}
