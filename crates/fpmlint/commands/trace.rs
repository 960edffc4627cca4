//! `fpmlint trace`.

use std::io::{self, Write};

use fpmlint_engine::{Project, load, shown_path};
use fpmlint_stack::request::fpm::{FpmOutcome, answer};
use fpmlint_stack::request::{Outcome, Presence, Request, Step, normalise, split_query};
use fpmlint_stack::{SiteId, Stack};
use fpmlint_text::Encoding;

use super::options;
use crate::arguments::{Color, TraceArguments};
use crate::exit::Status;
use crate::output::{say, write_run_errors};

pub fn run(arguments: &TraceArguments) -> io::Result<Status> {
    let Some(url) = Url::parse(&arguments.url) else {
        say(&format!("fpmlint: `{}` is no URL such as http://example.org/index.php", arguments.url));
        return Ok(Status::Failed);
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
    let sites = project.stack.sites_for(url.host.as_bytes(), url.port);
    if sites.is_empty() {
        say(&format!("fpmlint: nothing here listens on port {}", url.port));
        return Ok(Status::Failed);
    }
    let mut known = true;
    let mut out = io::stdout().lock();
    for site in sites {
        known &= trace(&project, site, &url, &mut out)?;
    }
    if !project.errors.is_empty() {
        return Ok(Status::Failed);
    }
    Ok(if known { Status::Clean } else { Status::Found })
}

struct Url {
    tls: bool,
    host: String,
    port: u16,
    path: Vec<u8>,
    query: Vec<u8>,
}

impl Url {
    fn parse(text: &str) -> Option<Url> {
        let (tls, rest) = match text.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            Some(_) => return None,
            None => (false, text),
        };
        let slash = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(slash);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ => (authority, if tls { 443 } else { 80 }),
        };
        let (path, query) = split_query(target.as_bytes());
        let path = normalise(if path.is_empty() { b"/" } else { path })?;
        Some(Url { tls, host: host.to_owned(), port, path, query: query.to_vec() })
    }
}

/// Writes the outcome first, then the steps. Returns whether it could be told.
fn trace(project: &Project, site: SiteId, url: &Url, out: &mut dyn Write) -> io::Result<bool> {
    let stack = &project.stack;
    let request = Request {
        query: url.query.clone(),
        host: url.host.clone().into_bytes(),
        tls: url.tls,
        presence: Presence::Ask,
        ..Request::get(&url.path)
    };
    let trace = stack.answer(site, &request);
    let mut steps = trace.steps;
    let (words, known) = match &trace.outcome {
        Outcome::Php(call) => {
            let (more, end) = answer(stack, stack.sites[site].web(), call);
            steps.extend(more);
            php_words(stack, &end)
        }
        other => web_words(other),
    };
    let host = &stack.hosts[stack.sites[site].host].name;
    let on_host = if stack.hosts.len() > 1 { format!(" on {host}") } else { String::new() };
    writeln!(out, "{}{on_host}: {words}", stack.sites[site].label())?;
    for step in &steps {
        writeln!(out, "  {}", step_words(project, step))?;
    }
    for doubt in &trace.doubts {
        writeln!(out, "  {}: not known here, taken as having no effect", place_words(project, *doubt))?;
    }
    Ok(known)
}

fn php_words(stack: &Stack, end: &FpmOutcome) -> (String, bool) {
    match end {
        FpmOutcome::Runs { pool, script } => {
            let script = script.as_deref().map_or("a script".into(), String::from_utf8_lossy);
            (format!("PHP runs {script} in pool {}", stack.pools[*pool].name), true)
        }
        FpmOutcome::StatusPage(pool) => {
            (format!("the status page of pool {}", stack.pools[*pool].name), true)
        }
        FpmOutcome::Error { status, reason, .. } => (format!("{status}: {reason}"), true),
        FpmOutcome::Unknown(fact) => (format!("passed to PHP; not known here: {fact}"), false),
    }
}

fn web_words(outcome: &Outcome) -> (String, bool) {
    let show = String::from_utf8_lossy;
    match outcome {
        Outcome::Php(_) => ("passed to PHP".to_owned(), true),
        Outcome::File(path) => (format!("200: the file {}", show(path)), true),
        Outcome::Source(path) => (format!("200: the PHP SOURCE of {}", show(path)), true),
        Outcome::Redirect { status, to: Some(to) } => (format!("{status}: redirect to {}", show(to)), true),
        Outcome::Redirect { status, to: None } => (format!("{status}: redirect"), true),
        Outcome::Return(status) => (format!("{status}: the configuration answers by itself"), true),
        Outcome::Error { status, reason } => (format!("{status}: {reason}"), true),
        Outcome::OtherBackend => ("another backend answers".to_owned(), true),
        Outcome::Unknown(fact) => (format!("not known here: {fact}"), false),
    }
}

fn step_words(project: &Project, step: &Step) -> String {
    match step.place {
        Some(place) => format!("{}: {}", place_words(project, place), step.words()),
        None => step.words(),
    }
}

fn place_words(project: &Project, place: fpmlint_daemons::Place) -> String {
    let file = project.files.get(place.file);
    let span = place.span(&project.files);
    let position = file.lines().position(&file.text, span.start, Encoding::Utf32);
    let name = shown_path(&file.path, &project.current_dir);
    let text = String::from_utf8_lossy(span.of(&file.text));
    let head = text.lines().next().unwrap_or_default();
    format!("{name}:{}: {head}", position.line + 1)
}
