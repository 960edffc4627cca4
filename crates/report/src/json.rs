//! The machine formats: one JSON object, or one for each finding. Their shape is a contract: keys, their order
//! and their meaning stay as they are while `version` does.

mod entry;
mod writer;

use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Serialize, Serializer};

use crate::{Outcome, RunError, UnknownFact, buffered};
use entry::{Finding, Summary};
pub(crate) use writer::to_writer;

/// The version of the shape.
const VERSION: u32 = 1;

/// What `fpmlint check --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Output", title = "The output of fpmlint check --format json")]
struct Document<'a, D> {
    /// The version of this shape.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The findings.
    diagnostics: D,
    /// The facts that mattered and could not be known, each once.
    unknowns: &'a [UnknownFact],
    /// What kept fpmlint from doing its work.
    errors: &'a [RunError],
    /// How much was found.
    summary: Summary,
}

/// The findings, made one by one while they are written.
struct Findings<'a>(&'a Outcome<'a>);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let outcome = self.0;
        serializer.collect_seq(outcome.diagnostics.iter().map(|one| Finding::new(one, outcome.sources)))
    }
}

/// A line of `jsonl`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Record<'a> {
    Diagnostic(Box<Finding<'a>>),
    Unknown(&'a UnknownFact),
    Error(&'a RunError),
    Summary(Summary),
}

/// Writes one JSON object. Errors are the writer's.
pub fn json(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        version: VERSION,
        diagnostics: Findings(outcome),
        unknowns: outcome.unknowns,
        errors: outcome.errors,
        summary: Summary::new(outcome),
    };
    buffered(out, |out| {
        to_writer(&document, out)?;
        out.write_all(b"\n")
    })
}

/// Writes one JSON object on each line: the findings, the unknown facts and the errors with the keys that they
/// have in [`json`], and the summary last; `type` says what a line is. Errors are the writer's.
pub fn jsonl(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let finding = |one| Record::Diagnostic(Box::new(Finding::new(one, outcome.sources)));
    let findings = outcome.diagnostics.iter().map(finding);
    let unknowns = outcome.unknowns.iter().map(Record::Unknown);
    let errors = outcome.errors.iter().map(Record::Error);
    let summary = std::iter::once_with(|| Record::Summary(Summary::new(outcome)));
    buffered(out, |out| {
        for record in findings.chain(unknowns).chain(errors).chain(summary) {
            to_writer(&record, out)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    })
}

/// Writes any value as one JSON object on one line, escaped as [`json`] escapes. Errors are the writer's.
pub fn json_object(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    buffered(out, |out| {
        to_writer(value, out)?;
        out.write_all(b"\n")
    })
}

/// The JSON schema of what [`json`] writes, for `schemas/fpmlint-output.schema.json`.
pub fn json_schema() -> serde_json::Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<Document<'static, Vec<Finding<'static>>>>().to_value()
}
