//! The pages of the rules and the JSON schemas.
//!
//! In: the pages beside the rules, and what the program itself says of its rules and schemas. Out: `docs/rules` and
//! `schemas`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::Output;

/// Every document.
pub fn outputs(root: &Path) -> Result<Vec<Output>, String> {
    let rules: Value = serde_json::from_str(&fpmlint(root, &["rules", "--json"])?)
        .map_err(|error| format!("`fpmlint rules --json`: {error}"))?;
    let rules = rules.as_array().ok_or("`fpmlint rules --json` is no list")?;
    let mut outputs = Vec::new();
    for rule in rules {
        outputs.push(page(root, rule)?);
    }
    outputs.push(Output { path: "docs/rules/README.md".to_owned(), text: index(rules) });
    for (kind, path) in [
        ("settings", "schemas/fpmlint.schema.json"),
        ("output", "schemas/fpmlint-output.schema.json"),
        ("baseline", "schemas/fpmlint-baseline.schema.json"),
        ("trace", "schemas/fpmlint-trace.schema.json"),
    ] {
        outputs.push(Output { path: path.to_owned(), text: fpmlint(root, &["schema", kind])? });
    }
    Ok(outputs)
}

/// What the program of this tree prints.
fn fpmlint(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("cargo")
        .args(["run", "--quiet", "--bin", "fpmlint", "--"])
        .args(arguments)
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo: {error}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("`fpmlint {}`: {errors}", arguments.join(" ")));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

fn word<'a>(rule: &'a Value, key: &str) -> Result<&'a str, String> {
    rule[key].as_str().ok_or_else(|| format!("a rule has no `{key}`"))
}

/// A rule's page with what is known of the rule in front.
fn page(root: &Path, rule: &Value) -> Result<Output, String> {
    let (name, group) = (word(rule, "name")?, word(rule, "group")?);
    let file = format!("crates/rules/src/{group}/{}.md", name.replace('-', "_"));
    let text = fs::read_to_string(root.join(&file)).map_err(|error| format!("{file}: {error}"))?;
    let (title, rest) = text.split_once('\n').ok_or_else(|| format!("{file} is empty"))?;
    let default = word(rule, "default")?;
    let text = format!("{title}\n\nGroup `{group}`, default severity: {default}.\n{rest}");
    Ok(Output { path: format!("docs/rules/{name}.md"), text })
}

fn index(rules: &[Value]) -> String {
    let mut text =
        "# The rules\n\n`fpmlint explain RULE` prints a page, `fpmlint rules` this list.\n".to_owned();
    let mut last = "";
    for rule in rules {
        let [name, group, default, summary] =
            ["name", "group", "default", "summary"].map(|key| rule[key].as_str().unwrap_or_default());
        if group != last {
            text.push_str(&format!("\n## {group}\n\n| rule | default | |\n|---|---|---|\n"));
            last = group;
        }
        text.push_str(&format!("| [{name}]({name}.md) | {default} | {summary} |\n"));
    }
    text
}
