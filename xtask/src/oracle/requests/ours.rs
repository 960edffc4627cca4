//! fpmlint's own answers.
//!
//! In: a case, in memory. Out: what the engine says to requests, in the servers' words.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fpmlint_engine::{Options, Project, SettingsFrom, load};
use fpmlint_stack::request::fpm::{self, FpmOutcome};
use fpmlint_stack::request::{Outcome, Presence, Request, Trace, normalise, split_query};
use fpmlint_workspace::profile;

use super::answer::{Answer, Shown, without_own_host};
use super::ask::Question;
use crate::oracle::case::Case;
use crate::oracle::machine::Machine;

/// A stack that fpmlint has read.
pub struct Stack {
    project: Project,
    folder: String,
}

impl Stack {
    /// Reads a case that it sees in `folder`.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn load(case: &Case, folder: &Path) -> Result<Stack, String> {
        let system = Arc::new(Machine::new(folder, case.memory(folder)));
        let mut options = Options::new(system, folder.to_owned());
        options.sysroot = Some(PathBuf::from("/"));
        options.paths = vec![folder.join(&case.main), folder.join("php-fpm.conf")];
        options.settings = SettingsFrom::Nowhere;
        options.profile = profile("debian-12");
        let project = load(&options).map_err(|errors| format!("{errors:?}"))?;
        if let Some(error) = project.errors.first() {
            return Err(error.message.clone());
        }
        Ok(Stack { project, folder: folder.to_string_lossy().into_owned() })
    }

    fn trace(&self, question: &Question, port: u16) -> Option<(usize, Trace)> {
        let (path, query) = split_query(question.target.as_bytes());
        let request = Request {
            method: question.method.clone(),
            path: normalise(path).unwrap_or_else(|| b"/".to_vec()),
            sent: path.to_vec(),
            query: query.to_vec(),
            host: question.host.clone().into_bytes(),
            body_size: question.body.map(|size| size as u64),
            headers: vec![("host".to_owned(), format!("{}:{port}", question.host).into_bytes())],
            client: "127.0.0.1".parse().ok(),
            presence: Presence::Ask,
            ..Request::get(b"/")
        };
        let stack = &self.project.stack;
        let site = *stack.sites_for(question.host.as_bytes(), port).first()?;
        Some((site, stack.answer(site, &request)))
    }

    /// The steps of a request in words.
    pub fn steps(&self, question: &Question, port: u16) -> Vec<String> {
        let Some((site, trace)) = self.trace(question, port) else { return Vec::new() };
        let stack = &self.project.stack;
        let mut steps = trace.steps.clone();
        if let Outcome::Php(call) = &trace.outcome {
            steps.extend(fpm::answer(stack, stack.sites[site].web(), call).0);
        }
        let words = |step: &fpmlint_stack::request::Step| {
            let line = step.place.map(|place| {
                let file = self.project.files.get(place.file);
                let span = place.span(&self.project.files);
                String::from_utf8_lossy(span.of(&file.text)).lines().next().unwrap_or_default().to_owned()
            });
            format!("{}: {}", line.unwrap_or_default(), step.words())
        };
        let mut lines: Vec<String> = steps.iter().map(words).collect();
        lines.push(format!("{:?}", trace.outcome));
        lines.extend(trace.doubts.iter().map(|doubt| format!("doubt {doubt:?}")));
        lines
    }

    /// The answer to a request that comes from this machine.
    pub fn ask(&self, question: &Question, port: u16) -> Answer {
        let Some((site, trace)) = self.trace(question, port) else {
            return Answer::Unknown("which site answers".to_owned());
        };
        if let Some(doubt) = trace.doubts.first() {
            let file = self.project.files.get(doubt.file);
            let text = String::from_utf8_lossy(doubt.span(&self.project.files).of(&file.text)).into_owned();
            let words: Vec<&str> = text.split_whitespace().take(2).collect();
            return Answer::Unknown(format!("what {} does", words.join(" ")));
        }
        let mut answer = self.shown(site, port, &trace.outcome);
        if let Answer::Known(shown) = &mut answer {
            if let Some(kept) = trace.kept_status {
                shown.status = kept;
            }
            if question.method == "HEAD" && !matches!(shown.what, "php" | "to") {
                (shown.what, shown.target) = ("", String::new());
            }
        }
        answer
    }

    fn shown(&self, site: usize, port: u16, outcome: &Outcome) -> Answer {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&self.folder, "{D}");
        let known =
            |status, what, target: String| Answer::Known(Shown { status, what, target, php: Vec::new() });
        match outcome {
            Outcome::Php(call) => {
                let stack = &self.project.stack;
                let (_, end) = fpm::answer(stack, stack.sites[site].web(), call);
                match end {
                    FpmOutcome::Runs { pool, script, path_info } => {
                        let setting = |id| stack.pool_config(pool).text(id).unwrap_or_default();
                        let user = match setting(fpmlint_catalog::php_fpm::id::USER) {
                            b"nobody" => "65534",
                            _ => "33",
                        };
                        let value = |value: &Option<Vec<u8>>| value.as_deref().map_or("?".to_owned(), text);
                        let info = path_info.as_deref().map_or(String::new(), text);
                        Answer::Known(Shown {
                            status: 200,
                            what: "php",
                            target: script.as_deref().map_or("?".to_owned(), text),
                            php: vec![
                                stack.pools[pool].name.clone(),
                                user.to_owned(),
                                info,
                                value(&call.query),
                            ],
                        })
                    }
                    FpmOutcome::StatusPage(_) => known(200, "page", String::new()),
                    FpmOutcome::Error { status, .. } => known(status, "", String::new()),
                    FpmOutcome::Unknown(missing) => Answer::Unknown(missing.fact),
                }
            }
            Outcome::File(path) if path.ends_with(b"/") => known(200, "listing", String::new()),
            // Files of the machine itself carry no mark.
            Outcome::File(path) if !text(path).starts_with("{D}") => known(200, "", String::new()),
            Outcome::File(path) => known(200, "file", text(path)),
            Outcome::Source(path) => known(200, "source", text(path)),
            Outcome::Redirect { status, to: Some(to) } => {
                known(*status, "to", without_own_host(&text(to), port))
            }
            Outcome::Redirect { status, to: None } => known(*status, "to", "?".to_owned()),
            Outcome::Return(status) | Outcome::Error { status, .. } => known(*status, "", String::new()),
            Outcome::OtherBackend => Answer::Unknown("another backend".to_owned()),
            Outcome::Unknown(missing) => Answer::Unknown(missing.fact.clone()),
        }
    }
}
