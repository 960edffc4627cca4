//! One finding.

use std::sync::Arc;

use fpmlint_text::{FileId, Span};

use crate::{Confidence, Fix, RuleMeta, Severity};

/// Which of the daemons' readers a finding concerns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reader {
    /// php-fpm's own configuration.
    PhpFpm,
    /// php.ini and its scan folder.
    PhpIni,
    /// nginx.
    Nginx,
    /// Apache httpd.
    Apache,
}

impl Reader {
    /// The word used in every output format and by `--as`.
    pub fn name(self) -> &'static str {
        match self {
            Reader::PhpFpm => "php-fpm",
            Reader::PhpIni => "php-ini",
            Reader::Nginx => "nginx",
            Reader::Apache => "apache",
        }
    }
}

/// Who refuses a configuration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    /// The daemon's own configuration test.
    Test,
    /// It passes that test and dies at start.
    Start,
}

impl Phase {
    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Test => "test",
            Phase::Start => "start",
        }
    }
}

/// What the daemon itself would print of a refusal.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Daemon {
    /// The first refusing line of its own wording, without time stamp, pid and program prefix.
    pub message: String,
    /// The file that it would name, if it names one.
    pub file: Option<FileId>,
    /// The line that it would name, from 1.
    pub line: Option<u32>,
}

/// A further place of a finding, often in another daemon's file.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Label {
    /// The file.
    pub file: FileId,
    /// The bytes; never a line end among them.
    pub span: Span,
    /// What is there, in a few words.
    pub message: String,
}

/// One finding of one rule at one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The rule.
    pub rule: &'static RuleMeta,
    /// How bad it is, after settings.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong; one line that stands alone.
    pub message: String,
    /// What happens at run time and what to do.
    pub help: Option<String>,
    /// The primary file.
    pub file: FileId,
    /// The primary place; never a line end in it.
    pub span: Span,
    /// Further places.
    pub related: Vec<Label>,
    /// A change that mends it.
    pub fix: Option<Fix>,
    /// Whether the primary line is what the profile's distribution or image ships.
    pub stock: bool,
    /// In how many contexts (including files, hosts) the same finding holds; 1 or more.
    pub count: u32,
    /// The host that it concerns; none where there is only one.
    pub host: Option<Arc<str>>,
    /// The daemon whose configuration it concerns.
    pub reader: Option<Reader>,
    /// Who refuses; none where nobody does.
    pub phase: Option<Phase>,
    /// Whether it is the one refusal that the daemon would print (one per host, reader and phase).
    pub first: bool,
    /// The daemon's own words for it.
    pub daemon: Option<Daemon>,
    /// Bytes of the primary file that no report shows.
    pub secret: Option<Span>,
}

impl Diagnostic {
    /// A finding that says no more than where and what; certain until something lowers it.
    pub fn new(
        rule: &'static RuleMeta,
        severity: Severity,
        file: FileId,
        span: Span,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            rule,
            severity,
            confidence: Confidence::Certain,
            message: message.into(),
            help: None,
            file,
            span,
            related: Vec::new(),
            fix: None,
            stock: false,
            count: 1,
            host: None,
            reader: None,
            phase: None,
            first: false,
            daemon: None,
            secret: None,
        }
    }
}
