//! `cargo xtask oracle requests`: random small stacks, running on real daemons, and what they answer.
//!
//! In: a number of requests and a seed. Out: how often fpmlint's own answer is the servers', how often it does not know,
//! and a file for each request answered otherwise, which `--replay` asks again. Invariants: the same seed makes the same
//! stacks and requests; everything happens in a folder of its own below the system's folder for temporary files, on
//! loopback; the daemons end with the batch.

mod answer;
mod apache;
mod ask;
mod batch;
mod files;
mod nginx;
mod options;
mod ours;
mod pools;
mod running;
mod tally;
mod text;
mod theirs;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Value, json};

use crate::repository;
use answer::Answer;
use ask::Question;
use batch::Batch;
use options::Options;
use tally::Tally;

use super::case::Case;

/// Requests that a site is asked.
const PER_SITE: usize = 20;

/// Sites that are served at once.
const PER_BATCH: usize = 50;

/// How many disagreements of a kind are kept.
const MAX_KEPT: usize = 10;

/// A web server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Server {
    /// nginx.
    Nginx,
    /// Apache httpd.
    Apache,
}

impl Server {
    /// By its name.
    ///
    /// # Errors
    /// There is no such server.
    pub fn parse(name: &str) -> Result<Server, String> {
        let known = [Server::Nginx, Server::Apache].into_iter().find(|server| server.name() == name);
        known.ok_or_else(|| format!("the servers are nginx and apache, not `{name}`"))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Server::Nginx => "nginx",
            Server::Apache => "apache",
        }
    }
}

/// A request that was answered otherwise.
struct Kept {
    number: usize,
    kind: String,
    case: Case,
    question: Question,
    theirs: Answer,
    ours: Answer,
}

/// Runs the oracle; whether the answers agree well enough.
///
/// # Errors
/// The daemons cannot be asked.
pub fn run(arguments: &[&str]) -> Result<bool, String> {
    let options = Options::parse(arguments)?;
    if !options.run.replay.is_empty() {
        return replay(&options.run.replay);
    }
    let mut passes = true;
    for server in &options.servers {
        let started = Instant::now();
        let (tally, kept) = ask(*server, &options)?;
        println!("{}, seed {}, {:.1} s", server.name(), options.run.seed, started.elapsed().as_secs_f64());
        print!("{tally}");
        keep(*server, &options, &kept)?;
        passes &= tally.passes();
    }
    Ok(passes)
}

fn ask(server: Server, options: &Options) -> Result<(Tally, Vec<Kept>), String> {
    let mut tally = Tally::default();
    let mut kept: Vec<Kept> = Vec::new();
    let mut asked = 0;
    for number in 0.. {
        if asked >= options.run.cases {
            break;
        }
        let folders = Folders::new(number);
        let sites = (options.run.cases - asked).div_ceil(PER_SITE).min(PER_BATCH);
        let batch = Batch::new(server, options.run.seed, number, sites);
        let running = theirs::Stack::start(server, &batch.case, &folders.real)?;
        let stack = ours::Stack::load(&running.case, &folders.seen)?;
        for (site, question) in batch.questions(&running.case, options.run.seed, PER_SITE) {
            if asked >= options.run.cases {
                break;
            }
            asked += 1;
            let theirs = Answer::Known(running.ask(&question)?);
            let ours = stack.ask(&question, running.port);
            let kind = tally.add(&theirs, &ours);
            if let Some(kind) = kind
                && kept.iter().filter(|kept| kept.kind == kind).count() < MAX_KEPT
            {
                let case = batch.only(site);
                kept.push(Kept { number: asked, kind, case, question, theirs, ours });
            }
        }
    }
    Ok((tally, kept))
}

fn keep(server: Server, options: &Options, kept: &[Kept]) -> Result<(), String> {
    if kept.is_empty() {
        return Ok(());
    }
    let usual = || repository::root().map(|root| root.join("target/oracle/requests"));
    let folder = options.run.keep.clone().map_or_else(usual, Ok)?;
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    for kept in kept {
        let text = json!({
            "server": server.name(),
            "kind": kept.kind,
            "request": kept.question.to_json(),
            "answers": { "server": kept.theirs.words(), "fpmlint": kept.ours.words() },
            "case": kept.case.to_json(),
        });
        let name = format!("{}-{}-{}.json", server.name(), options.run.seed, kept.number);
        fs::write(folder.join(&name), format!("{text:#}\n")).map_err(failed)?;
    }
    println!("kept {} disagreements in {}; --replay asks again", kept.len(), folder.display());
    Ok(())
}

/// Asks again, and shows both answers.
fn replay(files: &[PathBuf]) -> Result<bool, String> {
    let mut all_agree = true;
    for (number, file) in files.iter().enumerate() {
        let failed = |what: &dyn std::fmt::Display| format!("{}: {what}", file.display());
        let text = fs::read(file).map_err(|error| failed(&error))?;
        let value: Value = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
        let server = Server::parse(value["server"].as_str().unwrap_or_default())?;
        let case = Case::from_json(&value["case"]).ok_or_else(|| failed(&"no case"))?;
        let question = Question::from_json(&value["request"]).ok_or_else(|| failed(&"no request"))?;
        let folders = Folders::new(number);
        let running = theirs::Stack::start(server, &case, &folders.real)?;
        let stack = ours::Stack::load(&running.case, &folders.seen)?;
        let theirs = Answer::Known(running.ask(&question)?);
        let ours = stack.ask(&question, running.port);
        let kind = theirs.difference(&ours);
        all_agree &= kind.is_none();
        println!("== {}: {}", file.display(), kind.as_deref().unwrap_or("same"));
        println!("{} {} on {}", question.method, question.target, question.host);
        println!("{} {}\nfpmlint {}", server.name(), theirs.words(), ours.words());
        for step in stack.steps(&question, running.port) {
            println!("    {step}");
        }
    }
    Ok(all_agree)
}

/// Where a batch lies.
struct Folders {
    /// On disk, for the daemons.
    real: PathBuf,
    /// In memory, for fpmlint, outside of the folder for temporary files, whose contents it takes for unknown.
    seen: PathBuf,
}

impl Folders {
    fn new(number: usize) -> Folders {
        let name = format!("fpmlint-requests-{}-{number}", std::process::id());
        Folders { real: std::env::temp_dir().join(&name), seen: Path::new("/srv").join(&name) }
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.real);
    }
}
