//! `fpmlint trace`.

use std::io::{self, Write};

use fpmlint_engine::{Answer, Question, TracedLimit, Url, load, trace};
use fpmlint_report::{json_object, one_line};

use super::options;
use crate::arguments::{Color, TraceArguments, TraceFormat};
use crate::exit::Status;
use crate::output::{say, write_run_errors};

pub fn run(arguments: &TraceArguments) -> io::Result<Status> {
    let question = match question(arguments) {
        Ok(question) => question,
        Err(words) => {
            say(&format!("fpmlint: {words}"));
            return Ok(Status::Failed);
        }
    };
    let options = options(&arguments.load, None)?;
    let project = match load(&options) {
        Ok(project) => project,
        Err(errors) => {
            write_run_errors(&errors, Color::Auto);
            return Ok(Status::Failed);
        }
    };
    write_run_errors(&project.errors, Color::Auto);
    let answer = match trace(&project, &question) {
        Ok(answer) => answer,
        Err(words) => {
            say(&format!("fpmlint: {words}"));
            return Ok(Status::Failed);
        }
    };
    answer.notes.iter().for_each(|note| say(&format!("fpmlint: {note}")));
    let mut out = io::stdout().lock();
    match arguments.format {
        TraceFormat::Human => write_human(&answer, &mut out)?,
        TraceFormat::Json => json_object(&answer.traced, &mut out)?,
    }
    let failed = !project.errors.is_empty();
    let known = answer.traced.outcome.kind != "unknown";
    // Nothing needs to be tidied up: leaving at once saves giving every tree back.
    std::mem::forget(project);
    Ok(match (failed, known) {
        (true, _) => Status::Failed,
        (false, true) => Status::Clean,
        (false, false) => Status::Found,
    })
}

fn question(arguments: &TraceArguments) -> Result<Question, String> {
    let headers = arguments.headers.iter();
    Ok(Question {
        method: arguments.method.clone(),
        body_size: arguments.body_size,
        headers: headers.map(|header| (header.name.clone(), header.value.clone().into_bytes())).collect(),
        client: arguments.client,
        stack_host: arguments.stack_host.clone(),
        ..Question::new(Url::parse(&arguments.url)?)
    })
}

/// The outcome, the steps, the limits, and what is not known.
fn write_human(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let traced = &answer.traced;
    writeln!(out, "{}", one_line(&format!("{}: {}", answer.who, answer.words)))?;
    for step in &traced.steps {
        let at = place(step.file.as_deref(), step.line).map(|place| format!("{place}: ")).unwrap_or_default();
        writeln!(out, "  {}", one_line(&format!("{at}{}", step.message)))?;
    }
    if let Some(limits) = &traced.limits {
        writeln!(out, "limits:")?;
        for (name, limit) in limits.iter() {
            writeln!(out, "  {}", one_line(&limit_words(name, &limit)))?;
        }
    }
    if !traced.unknowns.is_empty() {
        writeln!(out, "not known here:")?;
        for unknown in &traced.unknowns {
            let needed_by = unknown.needed_by.join(", ");
            writeln!(out, "  {}", one_line(&format!("{} ({needed_by}): {}", unknown.fact, unknown.how)))?;
        }
    }
    Ok(())
}

fn limit_words(name: &str, limit: &TracedLimit) -> String {
    let value = limit.value.as_deref().unwrap_or("is not known");
    match place(limit.file.as_deref(), limit.line) {
        Some(place) => format!("{name} {value} ({}, {place})", limit.from),
        None => format!("{name} {value} ({})", limit.from),
    }
}

fn place(file: Option<&str>, line: Option<u32>) -> Option<String> {
    Some(format!("{}:{}", file?, line?))
}
