//! GitLab's code quality report: one JSON list of findings, each with a fingerprint by which GitLab tells new ones
//! from old ones.

use std::io::{self, Write};

use fpmlint_diagnostics::{Diagnostic, Severity};
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use crate::fingerprint::Fingerprints;
use crate::json::to_writer;
use crate::{Outcome, Sources, buffered};

/// Writes the list. Errors are the writer's.
pub fn gitlab(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    buffered(out, |out| {
        to_writer(&Findings(outcome), out)?;
        out.write_all(b"\n")
    })
}

/// The findings, made one by one while they are written.
struct Findings<'a>(&'a Outcome<'a>);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fingerprints = Fingerprints::default();
        let mut list = serializer.serialize_seq(Some(self.0.diagnostics.len()))?;
        for diagnostic in self.0.diagnostics {
            let fingerprint = fingerprints.next(diagnostic, self.0.sources);
            list.serialize_element(&Finding::new(diagnostic, fingerprint, self.0.sources))?;
        }
        list.end()
    }
}

#[derive(Serialize)]
struct Finding<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'a str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

impl<'a> Finding<'a> {
    fn new(diagnostic: &'a Diagnostic, fingerprint: String, sources: &'a dyn Sources) -> Finding<'a> {
        let source = sources.source(diagnostic.file);
        let line = |offset| source.position(offset).line + 1;
        Finding {
            // GitLab's pages show the description and not the check's name.
            description: format!("{}: {}", diagnostic.rule.name, diagnostic.message),
            check_name: diagnostic.rule.name,
            fingerprint,
            severity: match diagnostic.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location {
                path: &source.name,
                lines: Lines { begin: line(diagnostic.span.start), end: line(diagnostic.span.end) },
            },
        }
    }
}
