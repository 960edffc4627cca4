//! `fpmlint rules`.

use std::io::{self, Write};

use fpmlint_report::rule_url;
use serde_json::json;

use crate::exit::Status;

pub fn run(as_json: bool) -> io::Result<Status> {
    let mut out = io::stdout().lock();
    if as_json {
        let rules: Vec<_> = fpmlint_rules::all()
            .map(|rule| {
                let meta = &rule.meta;
                json!({
                    "name": meta.name,
                    "group": meta.group.name(),
                    "default": meta.default.name(),
                    "summary": meta.summary,
                    "url": rule_url(meta),
                })
            })
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&rules)?)?;
        return Ok(Status::Clean);
    }
    let width = fpmlint_rules::names().map(str::len).max().unwrap_or(0);
    let mut group = None;
    for rule in fpmlint_rules::all() {
        let meta = &rule.meta;
        if group != Some(meta.group) {
            let gap = if group.is_some() { "\n" } else { "" };
            writeln!(out, "{gap}{}", meta.group.name())?;
            group = Some(meta.group);
        }
        writeln!(out, "  {:width$}  {:7}  {}", meta.name, meta.default.name(), meta.summary)?;
    }
    Ok(Status::Clean)
}
