//! Every rule's page says what the rule does.
//!
//! `FPMLINT_UPDATE=1 cargo test -p fpmlint-testing` rewrites the `findings` and `fixed` blocks; the diff is
//! then for a person to read.

#![expect(clippy::disallowed_methods, reason = "the pages lie on disk, and updating writes them")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fpmlint_diagnostics::RuleMeta;
use fpmlint_testing::run_page;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/src")
}

fn page_of(rule: &RuleMeta) -> PathBuf {
    folder().join(rule.group.name()).join(rule.name.replace('-', "_")).with_extension("md")
}

#[test]
fn pages_say_what_rules_do() {
    let update = std::env::var_os("FPMLINT_UPDATE").is_some_and(|value| !value.is_empty() && value != "0");
    let mut failures = Vec::new();
    for rule in fpmlint_rules::all() {
        let verdict = run_page(&rule.meta, rule.meta.page);
        failures.extend(verdict.faults);
        match verdict.updated {
            Some(page) if update => std::fs::write(page_of(&rule.meta), page).unwrap(),
            _ => failures.extend(verdict.differences),
        }
    }
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_page_belongs_to_a_rule() {
    let expected: BTreeSet<PathBuf> = fpmlint_rules::all().map(|rule| page_of(&rule.meta)).collect();
    let mut found = BTreeSet::new();
    for group in std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()) {
        if group.is_dir() {
            let pages = std::fs::read_dir(group).unwrap().map(|entry| entry.unwrap().path());
            found.extend(pages.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
        }
    }
    assert_eq!(found, expected);
}
