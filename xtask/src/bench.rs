//! `cargo xtask bench`: fpmlint beside the daemons' own configuration tests, in one run on one machine.
//!
//! In: flags. Out: Markdown tables on standard output and, with `--write`, in `docs/benchmarks.md`.
//! Invariant: all programs read the same bytes, take turns, and show their best run.

mod apache;
mod document;
mod fpmlint;
mod lsp;
mod machine;
mod measure;
mod nginx;
mod options;
mod php_fpm;
mod root;
mod round;
mod runtime;
mod shape;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::{packages, repository};
use fpmlint::Tool;
use options::Options;
use root::Root;
use runtime::Runtime;
use shape::{Layout, Shape, Web};

/// Runs `bench` with its arguments.
pub fn run(arguments: &[&str]) -> ExitCode {
    let result = match arguments {
        ["measure", rest @ ..] => measure::run_inner(rest),
        ["lsp", rest @ ..] => lsp::run(rest),
        _ => Options::parse(arguments).and_then(bench),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn bench(options: Options) -> Result<(), String> {
    packages::ensure()?;
    if !packages::is_root() {
        return Err("the daemons are run inside generated roots, and only root may do that".to_owned());
    }
    let repository = repository::root()?;
    let tool = if options.daemons_only { None } else { Some(Tool::build(&repository)?) };
    let scratch = Scratch::new()?;
    let report = measure_all(&scratch.folder, &options, tool.as_ref())?;
    let text = format!("{}\n{report}", machine::describe(tool.as_ref())?);
    println!("{text}");
    if options.write {
        document::write(&repository, &text)?;
    }
    Ok(())
}

/// All shapes, one after the other, so that only one root is on disk at a time.
fn measure_all(scratch: &Path, options: &Options, tool: Option<&Tool>) -> Result<String, String> {
    let runtime = Runtime::prepare(&scratch.join("runtime"))?;
    let mut rows = Vec::new();
    let mut phases = Vec::new();
    for web in Web::ALL {
        for layout in Layout::ALL {
            for &sites in options.sizes() {
                let shape = Shape { web, layout, sites };
                eprintln!("{}, {}, {sites} sites", web.name(), layout.name());
                let root = Root::build(&scratch.join("root"), shape, &runtime)?;
                rows.extend(round::measure(&root, options.repeats(sites), tool)?);
                if let (Some(tool), true) = (tool, sites == options::PHASES_AT) {
                    phases.push((shape, tool.phases(&root.folder)?));
                }
                root.remove()?;
            }
        }
    }
    Ok(table::render(&rows, &phases))
}

/// A folder that is removed at the end, whatever happens.
struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    fn new() -> Result<Scratch, String> {
        let folder = std::env::temp_dir().join(format!("fpmlint-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        Ok(Scratch { folder })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("cannot remove {}: {error}", self.folder.display());
        }
    }
}
