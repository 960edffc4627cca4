//! `cargo xtask oracle`: random configurations, judged by an installed daemon and by fpmlint.
//!
//! In: a daemon's name (or `requests`: what running servers answer), a number of cases and a seed. Out: how often both
//! say the same, and a file for each case in which they do not, which `--replay` asks about again. Invariants: the same seed makes the same cases, whatever the
//! number of threads; everything happens in a folder of its own below the system's folder for temporary files.

mod apache;
mod case;
mod daemon;
mod machine;
mod mutate;
mod nginx;
mod options;
mod ours;
mod php_fpm;
mod process;
mod random;
mod requests;
mod tally;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use serde_json::{Value, json};

use crate::repository;
use case::Case;
use daemon::{Answer, Daemon};
use mutate::mutate;
use options::Options;
use random::Random;
use tally::{Difference, Tally};

/// The daemons that can be asked.
const DAEMONS: &[&dyn Daemon] = &[&php_fpm::PhpFpm, &nginx::Nginx, &apache::Apache];

/// How many disagreements each worker keeps.
const MAX_KEPT: usize = 200;

/// How many of them it makes smaller first, which takes many questions.
const MAX_SHRUNK: usize = 30;

/// Runs `oracle` with its arguments.
pub fn run(arguments: &[&str]) -> ExitCode {
    let answer = match arguments {
        ["requests", rest @ ..] => requests::run(rest),
        _ => Options::parse(arguments).and_then(|options| ask(&options)),
    };
    match answer {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// Whether the answers agree well enough.
fn ask(options: &Options) -> Result<bool, String> {
    let names: Vec<&str> = DAEMONS.iter().map(|daemon| daemon.name()).collect();
    let daemon = DAEMONS.iter().find(|daemon| daemon.name() == options.daemon);
    let daemon =
        *daemon.ok_or_else(|| format!("the oracle knows {}, not `{}`", names.join(", "), options.daemon))?;
    if options.run.replay.is_empty() {
        random_cases(daemon, options)
    } else {
        replay(daemon, &options.run.replay)
    }
}

/// A case on which the answers differ.
struct Kept {
    number: usize,
    difference: Difference,
    case: Case,
    daemon: Answer,
    ours: Answer,
}

fn random_cases(daemon: &dyn Daemon, options: &Options) -> Result<bool, String> {
    let started = Instant::now();
    let seeds = daemon.seeds();
    let next = AtomicUsize::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let parts: Vec<Result<(Tally, Vec<Kept>), String>> = thread::scope(|scope| {
        let work = |number: usize| {
            let (seeds, next) = (&seeds, &next);
            move || worker(daemon, options, seeds, next, &Folders::new(number))
        };
        let workers: Vec<_> = (0..threads).map(|number| scope.spawn(work(number))).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| {
            worker.join().unwrap_or_else(|_| Err("a worker panicked".to_owned()))
        };
        workers.into_iter().map(join).collect()
    });
    let mut tally = Tally::default();
    let mut kept = Vec::new();
    for part in parts {
        let (sums, differing) = part?;
        tally.merge(&sums);
        kept.extend(differing);
    }
    kept.sort_by_key(|kept| kept.number);
    let (name, version, seconds) = (daemon.name(), daemon.version(), started.elapsed().as_secs_f64());
    println!("{name} {version}, seed {}, {seconds:.1} s", options.run.seed);
    print!("{tally}");
    keep(daemon, options, &kept)?;
    Ok(tally.passes(daemon.least_agreement()))
}

/// Takes numbers from `next` until all cases are done.
fn worker(
    daemon: &dyn Daemon,
    options: &Options,
    seeds: &[Case],
    next: &AtomicUsize,
    folders: &Folders,
) -> Result<(Tally, Vec<Kept>), String> {
    let language = daemon.language();
    let mut tally = Tally::default();
    let mut kept = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= options.run.cases {
            return Ok((tally, kept));
        }
        let mut random = Random::new(options.run.seed, number as u64);
        let Some(seed) = random.pick(seeds) else { return Err("there is nothing to start from".to_owned()) };
        // The sound configurations themselves come first.
        let case = seeds.get(number).cloned().unwrap_or_else(|| mutate(seed, &language, &mut random));
        let (theirs, ours) =
            both(daemon, &case, folders).map_err(|error| format!("case {number}: {error}"))?;
        tally.add(&theirs, &ours);
        if let Some(difference) = Difference::of(&theirs, &ours)
            && kept.len() < MAX_KEPT
        {
            let (case, theirs, ours) = match kept.len() < MAX_SHRUNK {
                true => shrunk(daemon, case, difference, folders, (theirs, ours)),
                false => (case, theirs, ours),
            };
            kept.push(Kept { number, difference, case, daemon: theirs, ours });
        }
    }
}

/// Both answers to a case.
fn both(daemon: &dyn Daemon, case: &Case, folders: &Folders) -> Result<(Answer, Answer), String> {
    case.write(&folders.real)?;
    let theirs = daemon.ask(case, &folders.real)?;
    let ours = ours::ask(daemon, case, &folders.seen)?;
    Ok((theirs, ours))
}

/// The case without the lines that make no difference to the difference.
fn shrunk(
    daemon: &dyn Daemon,
    mut case: Case,
    difference: Difference,
    folders: &Folders,
    mut answers: (Answer, Answer),
) -> (Case, Answer, Answer) {
    let names: Vec<String> = case.files.keys().cloned().collect();
    for name in names {
        let mut at = 0;
        while let Some(text) = case.files.get(&name) {
            let mut lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
            if at >= lines.len() {
                break;
            }
            lines.remove(at);
            let mut smaller = case.clone();
            smaller.files.insert(name.clone(), lines.concat());
            match both(daemon, &smaller, folders) {
                Ok((theirs, ours)) if Difference::of(&theirs, &ours) == Some(difference) => {
                    (case, answers) = (smaller, (theirs, ours));
                }
                _ => at += 1,
            }
        }
    }
    (case, answers.0, answers.1)
}

/// Where a worker's cases lie.
struct Folders {
    /// On disk, for the daemon.
    real: PathBuf,
    /// In memory, for fpmlint: outside of the folder for temporary files, whose contents it takes for unknown. The
    /// names are equally long where that folder is `/tmp`.
    seen: PathBuf,
}

impl Folders {
    fn new(number: usize) -> Folders {
        let name = format!("fpmlint-oracle-{}-{number}", std::process::id());
        Folders { real: std::env::temp_dir().join(&name), seen: Path::new("/srv").join(&name) }
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.real);
    }
}

fn keep(daemon: &dyn Daemon, options: &Options, kept: &[Kept]) -> Result<(), String> {
    if kept.is_empty() {
        return Ok(());
    }
    let usual = || repository::root().map(|root| root.join("target/oracle").join(daemon.name()));
    let folder = options.run.keep.clone().map_or_else(usual, Ok)?;
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    for kept in kept {
        let text = json!({
            "daemon": daemon.name(),
            "difference": kept.difference.word(),
            "case": kept.case.to_json(),
            "answers": { "daemon": answer_json(&kept.daemon), "fpmlint": answer_json(&kept.ours) },
        });
        let name = format!("{}-{}-{}.json", options.run.seed, kept.number, kept.difference.word());
        fs::write(folder.join(&name), format!("{text:#}\n")).map_err(failed)?;
    }
    println!("kept {} disagreements in {}; --replay asks again", kept.len(), folder.display());
    Ok(())
}

fn answer_json(answer: &Answer) -> Value {
    json!({ "verdict": answer.verdict.word(), "message": answer.message, "place": answer.place })
}

/// Asks again about kept cases, and shows both answers.
fn replay(daemon: &dyn Daemon, files: &[PathBuf]) -> Result<bool, String> {
    let folders = Folders::new(0);
    let mut all_agree = true;
    for file in files {
        let text = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let value: Value =
            serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        let case = Case::from_json(&value["case"]).ok_or_else(|| format!("{}: no case", file.display()))?;
        let (theirs, ours) = both(daemon, &case, &folders)?;
        let difference = Difference::of(&theirs, &ours);
        all_agree &= difference.is_none();
        println!("== {}: {}", file.display(), difference.map_or("same", Difference::word));
        show(daemon.name(), &theirs);
        show("fpmlint", &ours);
        let lines = theirs.details.len().max(ours.details.len());
        for at in (0..lines).filter(|at| theirs.details.get(*at) != ours.details.get(*at)).take(10) {
            println!("   {:?} / {:?}", theirs.details.get(at), ours.details.get(at));
        }
    }
    Ok(all_agree)
}

fn show(who: &str, answer: &Answer) {
    println!("{who} {} {} {}", answer.verdict.word(), answer.place, answer.message);
}
