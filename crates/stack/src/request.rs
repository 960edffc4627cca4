//! A request's way: what does this stack answer?
//!
//! In: the joined stack, a site and a request. Out: a [`Trace`]: each step with the line that decided it, and an
//! [`Outcome`]. Invariants: nothing is guessed (a fact that the files cannot give becomes a doubt or an unknown
//! outcome); a request takes a bounded number of internal redirects; no file is read here but through the host.

pub mod apache;
pub mod fpm;
pub mod nginx;
mod rights;
mod uri;

use std::net::IpAddr;

use fpmlint_daemons::Place;

use crate::Missing;
use crate::backend::Target;

pub use uri::{normalise, split_query};

/// What is known of the requested file before anybody looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Presence {
    /// Ask the host; what it does not know stays unknown.
    Ask,
    /// Suppose that the requested path names a file in the document root, or for a folder that it holds the index
    /// file. Rules ask "if this file were there, what would happen?" so.
    Suppose,
    /// Suppose that the requested path, whose last part is a name of its own, names nothing, and that every script is
    /// there. Rules ask nginx "where does a page go that is no file?" so.
    Absent,
}

/// A request as it reaches a site.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path, decoded and normalised: it starts with `/`.
    pub path: Vec<u8>,
    /// The path as the client sent it, from which each server makes its own `path`; empty where it is `path`.
    pub sent: Vec<u8>,
    /// The query without its `?`.
    pub query: Vec<u8>,
    /// The host name asked for; empty where any will do.
    pub host: Vec<u8>,
    /// Bytes of the body; none where there is no body.
    pub body_size: Option<u64>,
    /// The headers: names in lower case, and values. A header that is not named is not sent.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The client's address; none means somebody whom no address rule names.
    pub client: Option<IpAddr>,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// What is supposed of the requested file.
    pub presence: Presence,
    /// Whether only the way counts: what PHP is told is then left unknown, which is most of the work.
    pub route_only: bool,
}

impl Request {
    /// A `GET` by a stranger of a path that is supposed to exist.
    pub fn get(path: &[u8]) -> Request {
        Request {
            method: "GET".to_owned(),
            path: path.to_vec(),
            sent: Vec::new(),
            query: Vec::new(),
            host: Vec::new(),
            body_size: None,
            headers: Vec::new(),
            client: None,
            tls: false,
            presence: Presence::Suppose,
            route_only: false,
        }
    }

    /// The value of a header, whose name is in lower case.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &value[..])
    }

    /// The same, when only the way counts.
    pub fn route(path: &[u8]) -> Request {
        Request { route_only: true, ..Request::get(path) }
    }
}

/// One step of a request and the line that decided it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The line; none where the daemon's default decided.
    pub place: Option<Place>,
    /// What happened there.
    pub message: StepKind,
}

/// What happened in a step. Words are made only when somebody reads them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StepKind {
    /// This server or virtual host answers.
    Site,
    /// This location is in force.
    Location,
    /// No location matches; the server's own settings are in force.
    NoLocation,
    /// This section (`<Directory>`, `<FilesMatch>` …) is in force.
    Section,
    /// The path becomes another one inside the server.
    Internal(Vec<u8>),
    /// The path is rewritten.
    Rewritten(Vec<u8>),
    /// An index file is looked for and found.
    Index(Vec<u8>),
    /// A file is tried and taken.
    Tried(Vec<u8>),
    /// A file is tried and not there.
    NotThere(Vec<u8>),
    /// A condition holds.
    ConditionHolds,
    /// Access is refused here.
    Refused,
    /// A login is asked for here.
    Login,
    /// This line says what `.htaccess` files may hold.
    Overrides,
    /// httpd does not take this line of a `.htaccess` file, and says so.
    NotTaken(String),
    /// The request goes to a PHP backend.
    Passed,
    /// The request is mapped to a path or a URL.
    Mapped(Vec<u8>),
    /// This handler answers.
    Handler,
    /// A file is served as it is.
    Served(Vec<u8>),
    /// An answer without a file.
    Returned(u16),
    /// This pool answers.
    Pool(String),
    /// A check of php-fpm, in words.
    Check(String),
}

impl Step {
    /// The step in words.
    pub fn words(&self) -> String {
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match &self.message {
            StepKind::Site => "this site answers".to_owned(),
            StepKind::Location => "this location matches".to_owned(),
            StepKind::NoLocation => "no location matches, the server's own settings are in force".to_owned(),
            StepKind::Section => "this section applies".to_owned(),
            StepKind::Internal(path) => format!("continues inside the server as {}", show(path)),
            StepKind::Rewritten(path) => format!("rewritten to {}", show(path)),
            StepKind::Index(path) => format!("index file {}", show(path)),
            StepKind::Tried(path) => format!("{} is there", show(path)),
            StepKind::NotThere(path) => format!("{} is not there", show(path)),
            StepKind::ConditionHolds => "the condition holds".to_owned(),
            StepKind::Refused => "access is refused here".to_owned(),
            StepKind::Login => "a login is asked for here".to_owned(),
            StepKind::Overrides => "this line says what `.htaccess` files may hold".to_owned(),
            StepKind::NotTaken(said) => format!("httpd does not take this line: {said}"),
            StepKind::Passed => "passed to PHP here".to_owned(),
            StepKind::Mapped(to) => format!("mapped to {}", show(to)),
            StepKind::Handler => "this handler answers".to_owned(),
            StepKind::Served(path) => format!("served as a file: {}", show(path)),
            StepKind::Returned(status) => format!("answered with status {status}"),
            StepKind::Pool(name) => format!("pool {name} answers"),
            StepKind::Check(words) => words.clone(),
        }
    }
}

/// The path of the script as php-fpm is told it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Script {
    /// No SCRIPT_FILENAME reaches php-fpm.
    Missing,
    /// This path.
    Known(Vec<u8>),
    /// It rests on something that the files do not say.
    Unknown,
}

/// A request that goes to php-fpm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PhpCall {
    /// The directive that passes it on.
    pub pass: Place,
    /// Where to.
    pub target: Target,
    /// SCRIPT_FILENAME.
    pub script: Script,
    /// Whether REQUEST_METHOD is sent.
    pub has_method: bool,
    /// SCRIPT_NAME, which php-fpm compares with its status and ping paths; none where unknown.
    pub script_name: Option<Vec<u8>>,
    /// PATH_INFO, where it is passed and known.
    pub path_info: Option<Vec<u8>>,
    /// The query that PHP sees; none where unknown.
    pub query: Option<Vec<u8>>,
}

impl PhpCall {
    /// A call of which only the way is known.
    pub fn unknown(pass: Place, target: Target) -> PhpCall {
        let script = Script::Unknown;
        PhpCall { pass, target, script, has_method: true, script_name: None, path_info: None, query: None }
    }
}

/// How a request ends at the web server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// PHP is asked.
    Php(Box<PhpCall>),
    /// A file is served.
    File(Vec<u8>),
    /// A PHP file is served as text.
    Source(Vec<u8>),
    /// The client is sent elsewhere.
    Redirect {
        /// 301, 302, 303, 307 or 308.
        status: u16,
        /// Where to, if known.
        to: Option<Vec<u8>>,
    },
    /// The configuration answers by itself.
    Return(u16),
    /// An error and why.
    Error {
        /// The status.
        status: u16,
        /// Why, in a few words.
        reason: String,
    },
    /// Something other than php-fpm answers.
    OtherBackend,
    /// It cannot be said; the fact that is missing.
    Unknown(Missing),
}

/// A request's way through one web server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    /// Each step, first to last.
    pub steps: Vec<Step>,
    /// The end.
    pub outcome: Outcome,
    /// The status that the client sees in place of the outcome's own: an error page keeps the error's.
    pub kept_status: Option<u16>,
    /// Lines whose effect could not be told and was taken as none.
    pub doubts: Vec<Place>,
}

impl Trace {
    /// The last step's line, where it has one.
    pub fn last_place(&self) -> Option<Place> {
        self.steps.iter().rev().find_map(|step| step.place)
    }
}
