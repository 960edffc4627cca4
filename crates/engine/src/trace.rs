//! What the stack answers to one request.
//!
//! In: a loaded project and a question: a URL and what else the client sends. Out: the answer as data, the same for the
//! command line and for editors. Invariant: one question has one answer; what could not be known is listed with what
//! would make it known.

mod choose;
mod document;
mod url;

use std::net::IpAddr;

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Place;
use fpmlint_stack::limits::{Asked, Value};
use fpmlint_stack::request::fpm::{self, FpmOutcome};
use fpmlint_stack::request::{Outcome, PhpCall, Presence, Request, Script, Step};
use fpmlint_stack::{Missing, PoolId, SiteId};
use fpmlint_text::{Encoding, display};

use crate::{Project, UnknownFact, shown_path};

pub use document::{Traced, TracedLimit, TracedLimits, TracedOutcome, TracedStep, trace_schema};
pub use url::Url;

/// A request that is asked about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// The URL.
    pub url: Url,
    /// The method; none means `POST` where there is a body, else `GET`.
    pub method: Option<String>,
    /// Bytes of the body; none where there is no body.
    pub body_size: Option<u64>,
    /// Headers with their values, as sent. A `Host` takes the place of the URL's host.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The client's address; none means somebody whom no address rule names.
    pub client: Option<IpAddr>,
    /// The host of the project whose web server is asked, as `fpmlint show hosts` names it.
    pub stack_host: Option<String>,
}

/// The answer to a question.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// Who answers: the site, and its host where there are several.
    pub who: String,
    /// The outcome in words.
    pub words: String,
    /// The answer.
    pub traced: Traced,
    /// What to know about the choice of the site.
    pub notes: Vec<String>,
}

impl Question {
    /// A `GET` of a URL by a stranger.
    pub fn new(url: Url) -> Question {
        Question { url, method: None, body_size: None, headers: Vec::new(), client: None, stack_host: None }
    }

    fn host(&self) -> String {
        let header = self.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
        header.map_or_else(|| self.url.host.clone(), |(_, host)| display(host).to_ascii_lowercase())
    }

    fn request(&self, host: &str) -> Request {
        let path = self.url.path.as_deref().unwrap_or(b"/");
        let method = self.method.clone();
        let headers = self.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
        Request {
            method: method
                .unwrap_or_else(|| if self.body_size.is_some() { "POST" } else { "GET" }.to_owned()),
            sent: self.url.sent.clone(),
            query: self.url.query.clone(),
            host: host.as_bytes().to_vec(),
            body_size: self.body_size,
            headers: headers.collect(),
            client: self.client,
            tls: self.url.tls,
            presence: Presence::Ask,
            ..Request::get(path)
        }
    }
}

/// Follows a request through the project.
///
/// # Errors
/// Why nobody could be asked, in words.
pub fn trace(project: &Project, question: &Question) -> Result<Answer, String> {
    let stack = &project.stack;
    let host = question.host();
    // A `Host` may carry a port, which chooses no server.
    let name = host.strip_suffix(&format!(":{}", question.url.port)).unwrap_or(&host);
    let chosen = choose::choose(stack, name, question.url.port, question.stack_host.as_deref())?;
    let site = chosen.site;
    let on_host = match stack.hosts.len() {
        1 => String::new(),
        _ => format!(" on {}", stack.hosts[stack.sites[site].host].name),
    };
    let mut tracing = Tracing { project, site, unknowns: Vec::new() };
    let (traced, words) = match &question.url.path {
        Some(_) => tracing.follow(question, &question.request(name)),
        None => refused(question),
    };
    Ok(Answer { who: format!("{}{on_host}", stack.sites[site].label()), words, traced, notes: chosen.notes })
}

/// Both web servers answer so before they look for anything.
fn refused(question: &Question) -> (Traced, String) {
    let reason = "the path has a bad escape or leads above the root".to_owned();
    let words = format!("400: {reason}");
    let outcome =
        TracedOutcome { kind: "error", status: Some(400), reason: Some(reason), ..TracedOutcome::default() };
    let url = question.url.text.clone();
    let (steps, unknowns) = (Vec::new(), Vec::new());
    (Traced { version: document::VERSION, url, outcome, steps, limits: None, unknowns }, words)
}

/// A question on its way.
struct Tracing<'a> {
    project: &'a Project,
    site: SiteId,
    unknowns: Vec<UnknownFact>,
}

/// Where a request to PHP came to.
#[derive(Default)]
struct Reached {
    pool: Option<PoolId>,
    script: Option<Vec<u8>>,
}

impl Tracing<'_> {
    fn follow(&mut self, question: &Question, request: &Request) -> (Traced, String) {
        let stack = &self.project.stack;
        let trace = stack.answer(self.site, request);
        let mut steps = trace.steps;
        let mut reached = Reached::default();
        let mut outcome = match &trace.outcome {
            Outcome::Php(call) => {
                let (more, end) = fpm::answer(stack, stack.sites[self.site].web(), call);
                steps.extend(more);
                self.php_outcome(call, end, &mut reached)
            }
            other => self.web_outcome(other),
        };
        outcome.status = trace.kept_status.or(outcome.status);
        for doubt in trace.doubts {
            self.doubt(doubt);
        }
        let limits = self.limits(request, &reached);
        let words = words(&outcome);
        let steps = steps.iter().map(|step| self.step(step)).collect();
        let url = question.url.text.clone();
        let unknowns = std::mem::take(&mut self.unknowns);
        (Traced { version: document::VERSION, url, outcome, steps, limits, unknowns }, words)
    }

    fn php_outcome(&mut self, call: &PhpCall, end: FpmOutcome, reached: &mut Reached) -> TracedOutcome {
        let stack = &self.project.stack;
        let told = match &call.script {
            Script::Known(path) => Some(path.clone()),
            Script::Missing | Script::Unknown => None,
        };
        let mut outcome = TracedOutcome {
            kind: "php",
            script: told.as_deref().map(shown),
            path_info: call.path_info.as_deref().map(shown),
            query: call.query.as_deref().map(shown),
            ..TracedOutcome::default()
        };
        match end {
            FpmOutcome::Runs { pool, script, path_info } => {
                reached.pool = Some(pool);
                outcome.path_info = path_info.as_deref().map(shown);
                outcome.script = script.as_deref().map(shown);
                reached.script = script;
            }
            FpmOutcome::StatusPage(pool) => {
                reached.pool = Some(pool);
                outcome.status = Some(200);
                outcome.script = None;
                outcome.reason = Some(format!("the status page of pool {}", stack.pools[pool].name));
            }
            FpmOutcome::Error { status, pool, reason } => {
                reached.pool = pool;
                outcome.kind = "error";
                outcome.status = Some(status);
                outcome.reason = Some(reason);
            }
            FpmOutcome::Unknown(missing) => {
                outcome.kind = "unknown";
                outcome.reason = Some(missing.fact.clone());
                self.unknown(&missing, "outcome");
            }
        }
        if let Some(pool) = reached.pool {
            outcome.pool = Some(stack.pools[pool].name.clone());
            outcome.user = stack.pool_config(pool).text(id::USER).map(shown);
        }
        outcome
    }

    fn web_outcome(&mut self, outcome: &Outcome) -> TracedOutcome {
        let of = |kind, status, reason: Option<String>| TracedOutcome {
            kind,
            status,
            reason,
            ..TracedOutcome::default()
        };
        match outcome {
            Outcome::Php(_) => of("php", None, None),
            Outcome::File(path) => TracedOutcome { script: Some(shown(path)), ..of("file", Some(200), None) },
            Outcome::Source(path) => {
                let reason = Some("the PHP source is shown as text".to_owned());
                TracedOutcome { script: Some(shown(path)), ..of("source", Some(200), reason) }
            }
            Outcome::Redirect { status, to } => {
                let reason = to.as_deref().map(|to| format!("redirect to {}", shown(to)));
                of("redirect", Some(*status), reason)
            }
            Outcome::Return(status) => {
                of("return", Some(*status), Some("the configuration answers by itself".to_owned()))
            }
            Outcome::Error { status, reason } => of("error", Some(*status), Some(reason.clone())),
            Outcome::OtherBackend => {
                of("other-backend", None, Some("something other than php-fpm answers".to_owned()))
            }
            Outcome::Unknown(missing) => {
                self.unknown(missing, "outcome");
                of("unknown", None, Some(missing.fact.clone()))
            }
        }
    }

    fn limits(&mut self, request: &Request, reached: &Reached) -> Option<TracedLimits> {
        let (pool, script) = (reached.pool, reached.script.as_deref());
        let limits = self.project.stack.limits(&Asked { site: self.site, request, pool, script })?;
        let mut traced = TracedLimits::default();
        for limit in &limits.all {
            let (value, amount) = match &limit.value {
                Value::Known { text, amount } => (Some(shown(text)), *amount),
                Value::Unknown(missing) => {
                    self.unknown(missing, limit.name);
                    (None, None)
                }
            };
            let (file, line) = limit.place.map(|place| self.line(place)).unzip();
            traced.put(limit.name, TracedLimit { value, amount, from: limit.from.name(), file, line });
        }
        // Where no script runs, nobody misses its folder's settings.
        if script.is_some() {
            limits.doubts.iter().for_each(|missing| self.unknown(missing, "limits"));
        }
        Some(traced)
    }

    fn unknown(&mut self, missing: &Missing, needed_by: &'static str) {
        self.list(missing.fact.clone(), missing.how.words(), needed_by);
    }

    fn doubt(&mut self, place: Place) {
        let (file, line) = self.line(place);
        let fact = format!("the effect of {file}:{line}: {} (taken as none)", self.head(place));
        self.list(
            fact,
            "show what the line rests on: files (--sysroot), values, or more of the request",
            "outcome",
        );
    }

    fn list(&mut self, fact: String, how: &str, needed_by: &'static str) {
        match self.unknowns.iter_mut().find(|known| known.fact == fact) {
            Some(known) if known.needed_by.contains(&needed_by) => {}
            Some(known) => known.needed_by.push(needed_by),
            None => self.unknowns.push(UnknownFact { fact, needed_by: vec![needed_by], how: how.to_owned() }),
        }
    }

    fn step(&self, step: &Step) -> TracedStep {
        let words = step.words();
        match step.place {
            Some(place) => {
                let (file, line) = self.line(place);
                let message = format!("{}: {words}", self.head(place));
                TracedStep { file: Some(file), line: Some(line), message }
            }
            None => TracedStep { file: None, line: None, message: words },
        }
    }

    /// The file's name and the line, from 1.
    fn line(&self, place: Place) -> (String, u32) {
        let file = self.project.files.get(place.file);
        let start = place.span(&self.project.files).start;
        let position = file.lines().position(&file.text, start, Encoding::Utf32);
        (shown_path(&file.path, &self.project.current_dir), position.line + 1)
    }

    /// The first line of what stands at a place.
    fn head(&self, place: Place) -> String {
        let file = self.project.files.get(place.file);
        let bytes = place.span(&self.project.files).of(&file.text);
        let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        String::from_utf8_lossy(line).into_owned()
    }
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The outcome in words.
fn words(outcome: &TracedOutcome) -> String {
    let reason = outcome.reason.as_deref().unwrap_or_default();
    let file = outcome.script.as_deref();
    match (outcome.kind, outcome.status) {
        ("php", Some(status)) => format!("{status}: {reason}"),
        ("php", None) => {
            let pool = outcome.pool.as_deref().map(|pool| format!(" in pool {pool}")).unwrap_or_default();
            let user = outcome.user.as_deref().map(|user| format!(" as {user}")).unwrap_or_default();
            format!("PHP runs {}{pool}{user}", file.unwrap_or("a script"))
        }
        ("file", _) => format!("200: the file {}", file.unwrap_or_default()),
        ("source", _) => format!("200: the PHP SOURCE of {}", file.unwrap_or_default()),
        ("redirect", Some(status)) if reason.is_empty() => format!("{status}: redirect"),
        ("unknown", _) => format!("not known here: {reason}"),
        (_, Some(status)) => format!("{status}: {reason}"),
        (_, None) => reason.to_owned(),
    }
}
