//! The answer of a trace as data. Its shape is a contract: keys, their order and their meaning stay as they are while
//! `version` does; a field that does not apply is null.

use schemars::JsonSchema;
use serde::Serialize;

use crate::UnknownFact;

/// The version of the shape.
pub(super) const VERSION: u32 = 1;

/// What `fpmlint trace --format json` prints.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Trace", title = "The output of fpmlint trace --format json")]
pub struct Traced {
    /// The version of this shape.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// The URL that was asked about.
    pub url: String,
    /// How the request ends.
    pub outcome: TracedOutcome,
    /// Each step, first to last.
    pub steps: Vec<TracedStep>,
    /// The limits of a request that PHP runs, or would run if nothing were wrong; else null.
    pub limits: Option<TracedLimits>,
    /// The facts that mattered and could not be known, each once.
    pub unknowns: Vec<UnknownFact>,
}

/// How a request ends.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Outcome")]
pub struct TracedOutcome {
    /// `php`: PHP runs a script, or a pool's status page answers. `file`: a file is served. `source`: a PHP file is
    /// served as text. `redirect`: the client is sent elsewhere. `return`: the configuration answers by itself. `error`:
    /// the client sees an error. `other-backend`: something other than php-fpm answers. `unknown`: it cannot be said.
    #[schemars(extend("enum" = [
        "php", "file", "source", "redirect", "return", "error", "other-backend", "unknown"
    ]))]
    pub kind: &'static str,
    /// The status that the client sees; null where PHP or another backend decides it, or where it is not known.
    pub status: Option<u16>,
    /// The script's path as PHP opens it; of `file` and `source` the file's.
    pub script: Option<String>,
    /// PATH_INFO as PHP sees it.
    pub path_info: Option<String>,
    /// The query as PHP sees it.
    pub query: Option<String>,
    /// The pool that answers, or that would.
    pub pool: Option<String>,
    /// The user that the pool runs as.
    pub user: Option<String>,
    /// Why: the error's cause, where a redirect leads, the fact that is missing.
    pub reason: Option<String>,
}

/// One step of a request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Step")]
pub struct TracedStep {
    /// The file with the line that decided: relative to the current folder where it lies below it, else absolute; null
    /// where a default of the daemon decided.
    pub file: Option<String>,
    /// The line, from 1.
    #[schemars(range(min = 1))]
    pub line: Option<u32>,
    /// The line's directive, and what happened there.
    pub message: String,
}

/// The limits of a request. Those of the web server that does not answer are null, and those of PHP where no pool
/// answers.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Limits")]
pub struct TracedLimits {
    /// nginx: the largest body, in bytes; 0 is no limit.
    pub client_max_body_size: Option<TracedLimit>,
    /// nginx: how long it waits for PHP between two reads.
    pub fastcgi_read_timeout: Option<TracedLimit>,
    /// Apache: how long it waits for PHP, where `ProxyTimeout` or a worker's `timeout` says it.
    #[serde(rename = "ProxyTimeout")]
    pub proxy_timeout: Option<TracedLimit>,
    /// Apache: how long it waits for PHP, where neither `ProxyTimeout` nor a worker says it.
    #[serde(rename = "Timeout")]
    pub timeout: Option<TracedLimit>,
    /// php-fpm: after how long it ends the process; 0 is never.
    pub request_terminate_timeout: Option<TracedLimit>,
    /// PHP: the largest uploaded file.
    pub upload_max_filesize: Option<TracedLimit>,
    /// PHP: the largest body; 0 is no limit.
    pub post_max_size: Option<TracedLimit>,
    /// PHP: how many input variables are read.
    pub max_input_vars: Option<TracedLimit>,
    /// PHP: how long reading the input may take; -1 stands for `max_execution_time`.
    pub max_input_time: Option<TracedLimit>,
    /// PHP: how long the script may compute; 0 is for ever.
    pub max_execution_time: Option<TracedLimit>,
    /// PHP: how much memory the script may have; -1 is no limit.
    pub memory_limit: Option<TracedLimit>,
}

/// A limit in force.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Limit")]
pub struct TracedLimit {
    /// Its value as the daemon has it; null where it is not known.
    pub value: Option<String>,
    /// What the daemon makes of it: bytes, seconds (a part of one counts as one) or a number.
    pub amount: Option<i64>,
    /// What sets it.
    #[schemars(extend("enum" = [
        "default", "php.ini", "php.ini-section", "pool", "user.ini", "PHP_VALUE", "PHP_ADMIN_VALUE", "nginx", "apache"
    ]))]
    pub from: &'static str,
    /// The file with the line that sets it; null for a default.
    pub file: Option<String>,
    /// The line, from 1.
    #[schemars(range(min = 1))]
    pub line: Option<u32>,
}

impl TracedLimits {
    /// Puts a limit where it belongs.
    pub(super) fn put(&mut self, name: &str, limit: TracedLimit) {
        if let Some((_, slot)) = self.slots().into_iter().find(|(own, _)| *own == name) {
            *slot = Some(limit);
        }
    }

    fn slots(&mut self) -> [(&'static str, &mut Option<TracedLimit>); 11] {
        [
            ("client_max_body_size", &mut self.client_max_body_size),
            ("fastcgi_read_timeout", &mut self.fastcgi_read_timeout),
            ("ProxyTimeout", &mut self.proxy_timeout),
            ("Timeout", &mut self.timeout),
            ("request_terminate_timeout", &mut self.request_terminate_timeout),
            ("upload_max_filesize", &mut self.upload_max_filesize),
            ("post_max_size", &mut self.post_max_size),
            ("max_input_vars", &mut self.max_input_vars),
            ("max_input_time", &mut self.max_input_time),
            ("max_execution_time", &mut self.max_execution_time),
            ("memory_limit", &mut self.memory_limit),
        ]
    }

    /// The limits that there are, with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, TracedLimit)> {
        let mut own = self.clone();
        let found = own.slots().map(|(name, slot)| slot.take().map(|limit| (name, limit)));
        found.into_iter().flatten()
    }
}

/// The JSON schema of [`Traced`], for `schemas/fpmlint-trace.schema.json`.
pub fn trace_schema() -> serde_json::Value {
    let generator = schemars::generate::SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<Traced>().to_value()
}
