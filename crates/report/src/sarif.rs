//! SARIF 2.1.0: findings with their rules, related places and fixes, for code scanning and for viewers.
//!
//! Written piece by piece: a log of a large stack is never in memory whole. Fingerprints hold no line numbers.

mod log;
mod text;
mod uri;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use crate::fingerprint::Fingerprints;
use crate::json::to_writer;
use crate::{Outcome, buffered};
use log::{Driver, Invocation, Log, Rule, Run, Tool};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const INFORMATION: &str = "https://github.com/fpmlint/fpmlint";

/// The rules that have findings, by name, each with its number in the log.
type Rules<'a> = BTreeMap<&'a str, usize>;

/// Writes one log with one run. Errors are the writer's.
pub fn sarif(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut metas = BTreeMap::new();
    for diagnostic in outcome.diagnostics {
        metas.entry(diagnostic.rule.name).or_insert(diagnostic.rule);
    }
    let rules: Rules<'_> = metas.keys().enumerate().map(|(number, name)| (*name, number)).collect();
    let version = env!("CARGO_PKG_VERSION");
    let driver = Driver {
        name: "fpmlint",
        version,
        semantic_version: version,
        information_uri: INFORMATION,
        rules: metas.values().map(|meta| Rule::new(meta)).collect(),
    };
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            invocations: [Invocation::new(outcome)],
            column_kind: "unicodeCodePoints",
            results: Results { outcome, rules: &rules },
        }],
    };
    buffered(out, |out| {
        to_writer(&log, out)?;
        out.write_all(b"\n")
    })
}

/// The findings, made one by one while they are written.
struct Results<'a> {
    outcome: &'a Outcome<'a>,
    rules: &'a Rules<'a>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sources = self.outcome.sources;
        let mut fingerprints = Fingerprints::default();
        let mut list = serializer.serialize_seq(Some(self.outcome.diagnostics.len()))?;
        for diagnostic in self.outcome.diagnostics {
            let rule = self.rules.get(diagnostic.rule.name).copied().unwrap_or_default();
            let fingerprint = fingerprints.next(diagnostic, sources);
            list.serialize_element(&log::Finding::new(diagnostic, rule, fingerprint, sources))?;
        }
        list.end()
    }
}
