//! The commands.

mod baseline;
mod check;
mod explain;
mod fix;
mod rules;
mod show;
mod standard_input;
mod trace;

use std::io::{self, Write};
use std::sync::Arc;

use clap::CommandFactory;
use fpmlint_engine::{Options, SettingsFrom};
use fpmlint_stack::docroot::Search;
use fpmlint_workspace::Disk;

use crate::arguments::{Arguments, Command, LoadArguments, RuleArguments, SchemaKind};
use crate::exit::Status;

/// Runs the command that the arguments name.
pub fn run(arguments: &Arguments) -> io::Result<Status> {
    match &arguments.command {
        Command::Check(arguments) => check::run(arguments),
        Command::Fix(arguments) => fix::run(arguments),
        Command::Explain { name, as_reader } => explain::run(name, *as_reader),
        Command::Rules { json } => rules::run(*json),
        Command::Show(command) => show::run(command),
        Command::Trace(arguments) => trace::run(arguments),
        Command::Server { stdio: _ } => Ok(Status::Served(fpmlint_server::run()?)),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "fpmlint", &mut script);
            io::stdout().lock().write_all(&script)?;
            Ok(Status::Clean)
        }
        Command::Schema { kind } => {
            let schema = match kind {
                SchemaKind::Settings => serde_json::to_string_pretty(&fpmlint_workspace::json_schema())?,
                SchemaKind::Output => serde_json::to_string_pretty(&fpmlint_report::json_schema())?,
                SchemaKind::Trace => serde_json::to_string_pretty(&fpmlint_engine::trace_schema())?,
                SchemaKind::Baseline => serde_json::to_string_pretty(&fpmlint_engine::baseline_schema())?,
            };
            writeln!(io::stdout().lock(), "{schema}")?;
            Ok(Status::Clean)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Arguments::command()).render(&mut page)?;
            io::stdout().lock().write_all(&page)?;
            Ok(Status::Clean)
        }
    }
}

/// The options of a run on this machine's files.
fn options(load: &LoadArguments, rules: Option<&RuleArguments>) -> io::Result<Options> {
    let current_dir = std::env::current_dir()?;
    let mut options = Options::new(Arc::new(Disk), current_dir);
    options.paths = load.paths.clone();
    options.whole = load.whole;
    options.sysroot = load.sysroot.clone();
    options.as_reader = load.as_reader;
    options.profile = load.profile;
    options.targets = load.targets();
    options.settings = match &load.config {
        _ if load.isolated => SettingsFrom::Nowhere,
        Some(path) => SettingsFrom::File(path.clone()),
        None => SettingsFrom::Search,
    };
    if let Some(rules) = rules {
        options.select = rules.select.clone();
        options.ignore = rules.ignore.clone();
        options.warn = rules.warn.clone();
        options.error = rules.error.clone();
        options.fail_on = rules.fail_on;
        options.min_confidence = rules.min_confidence;
        options.search = if rules.deep { Search::Deep } else { Search::Shallow };
    }
    Ok(options)
}
