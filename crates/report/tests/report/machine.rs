//! The machine formats: their shape is a contract.

use std::collections::BTreeSet;

use crate::support::{Files, errors, findings, outcome, stack, text, unknowns, warning};
use fpmlint_diagnostics::{Applicability, Confidence, Group, Phase, Reader, Severity};
use fpmlint_report::{Format, Outcome, Style, json_schema, render};
use serde_json::Value;

#[test]
fn json_has_the_agreed_keys_in_the_agreed_order() {
    let files = stack();
    let expected = concat!(
        r#"{"version":1,"diagnostics":[{"rule":"socket-permission-denied","group":"wiring","severity":"error","#,
        r#""confidence":"likely","message":"nginx may not open the socket of pool `www`","#,
        r#""help":"Every PHP request answers 502.\nLet nginx's group write to the socket.","#,
        r#""file":"conf.d/site.conf","range":{"start":{"line":4,"column":38,"offset":75},"#,
        r#""end":{"line":4,"column":60,"offset":97}},"related":["#,
        r#"{"file":"pool.d/www.conf","range":{"start":{"line":4,"column":15,"offset":71},"#,
        r#""end":{"line":4,"column":19,"offset":75}},"message":"only its owner may connect"},"#,
        r#"{"file":"pool.d/www.conf","range":{"start":{"line":2,"column":10,"offset":15},"#,
        r#""end":{"line":2,"column":27,"offset":32}},"message":"the pool listens here"}],"#,
        r#""fix":{"applicability":"safe","edits":["#,
        r#"{"file":"pool.d/www.conf","start":71,"end":75,"text":"0660"}]},"#,
        r#""url":"https://github.com/fpmlint/fpmlint/blob/main/docs/rules/socket-permission-denied.md","#,
        r#""stock":true,"count":2,"host":"web","reader":"nginx","phase":null,"first":false,"#,
        r#""daemon":null,"daemon_file":null,"daemon_line":null},"#,
        r#"{"rule":"unknown-directive","group":"startup","severity":"info","confidence":"certain","#,
        r#""message":"`server` is refused","help":null,"file":"conf.d/site.conf","#,
        r#""range":{"start":{"line":2,"column":1,"offset":18},"end":{"line":2,"column":7,"offset":24}},"#,
        r#""related":[],"fix":null,"#,
        r#""url":"https://github.com/fpmlint/fpmlint/blob/main/docs/rules/unknown-directive.md","#,
        r#""stock":false,"count":1,"host":null,"reader":"nginx","phase":"test","first":true,"#,
        r#""daemon":"unknown directive \"foo\"","daemon_file":"conf.d/site.conf","daemon_line":2}],"#,
        r#""unknowns":[{"fact":"the user that nginx runs as","needed_by":["socket-permission-denied"],"#,
        r#""how":"give a profile or --sysroot"}],"#,
        r#""errors":[{"message":"permission denied","file":"a.conf","line":3}],"#,
        r#""summary":{"error":1,"warning":0,"info":1,"files":2}}"#,
        "\n",
    );
    assert_eq!(everything(Format::Json, &files), expected);
}

#[test]
fn jsonl_says_what_each_line_is() {
    let files = stack();
    let text = everything(Format::Jsonl, &files);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let types: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["diagnostic", "diagnostic", "unknown", "error", "summary"]);
    assert!(text.starts_with(r#"{"type":"diagnostic","rule":"socket-permission-denied","group":"#));
    assert!(text.ends_with("{\"type\":\"summary\",\"error\":1,\"warning\":0,\"info\":1,\"files\":2}\n"));

    // Apart from `type`, a line holds what the one object holds.
    let whole: Value = serde_json::from_str(&everything(Format::Json, &files)).unwrap();
    let mut first = lines[0].clone();
    first.as_object_mut().unwrap().remove("type");
    assert_eq!(first, whole["diagnostics"][0]);
}

#[test]
fn no_finding_is_an_empty_list() {
    let files = stack();
    assert_eq!(
        text(Format::Json, &[], &files),
        "{\"version\":1,\"diagnostics\":[],\"unknowns\":[],\"errors\":[],\
         \"summary\":{\"error\":0,\"warning\":0,\"info\":0,\"files\":2}}\n"
    );
    assert_eq!(
        text(Format::Jsonl, &[], &files),
        "{\"type\":\"summary\",\"error\":0,\"warning\":0,\"info\":0,\"files\":2}\n"
    );
}

#[test]
fn hidden_characters_are_escaped_and_kept() {
    let files = Files::new(&[("a\u{1b}.conf", b"x")]);
    let mut finding = warning(0, Default::default());
    finding.message = "\u{7f}\u{9b}31m\u{202e}\u{e0041} é".to_owned();
    let text = text(Format::Json, &[finding.clone()], &files);
    assert!(text.contains(r#""message":"\u007f\u009b31m\u202e\udb40\udc41 é""#), "{text}");
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["diagnostics"][0]["message"], finding.message);
    assert_eq!(value["diagnostics"][0]["file"], "a\u{1b}.conf");
}

#[test]
fn the_schema_asks_for_what_is_written() {
    let files = stack();
    let schema = json_schema();
    let whole: Value = serde_json::from_str(&everything(Format::Json, &files)).unwrap();
    check(&schema, &schema, &whole, "$");
    let empty: Value = serde_json::from_str(&text(Format::Json, &[], &files)).unwrap();
    check(&schema, &schema, &empty, "$");
}

#[test]
fn the_schema_knows_every_word() {
    let schema = json_schema();
    let words = |key: &str| -> Vec<Value> {
        schema["$defs"]["Diagnostic"]["properties"][key]["enum"].as_array().unwrap().clone()
    };
    assert_eq!(words("group"), Group::ALL.map(Group::name));
    assert_eq!(words("severity"), [Severity::Error, Severity::Warning, Severity::Info].map(Severity::name));
    let sure = [Confidence::Certain, Confidence::Likely, Confidence::Possible];
    assert_eq!(words("confidence"), sure.map(Confidence::name));
    let readers = [Reader::PhpFpm, Reader::PhpIni, Reader::Nginx, Reader::Apache];
    assert_eq!(words("reader")[..4], readers.map(Reader::name));
    assert_eq!(words("phase")[..2], [Phase::Test, Phase::Start].map(Phase::name));
    let fixes = [Applicability::Safe, Applicability::Unsafe, Applicability::DisplayOnly];
    let words = schema["$defs"]["Fix"]["properties"]["applicability"]["enum"].as_array().unwrap();
    assert_eq!(*words, fixes.map(Applicability::name));
}

/// The outcome with findings, unknown facts and errors.
fn everything(format: Format, files: &Files) -> String {
    let (findings, unknowns, errors) = (findings(files), unknowns(), errors());
    let outcome = Outcome { unknowns: &unknowns, errors: &errors, ..outcome(&findings, files) };
    let mut out = Vec::new();
    render(format, &outcome, &Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Checks a value against the parts of JSON Schema that ours uses. Objects must have exactly the schema's keys.
fn check(root: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
        return check(root, &root["$defs"][name], value, at);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let branch = any.iter().find(|one| (one["type"] == "null") == value.is_null()).unwrap();
        return check(root, branch, value, at);
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let types = &schema["type"];
    assert!(
        types == kind || types.as_array().is_some_and(|types| types.contains(&kind.into())),
        "{at}: {types}"
    );
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at}: {value}");
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        check(root, &schema["items"], item, &format!("{at}[{index}]"));
    }
    let Some(object) = value.as_object() else { return };
    let keys: BTreeSet<&str> = object.keys().map(String::as_str).collect();
    let required = schema["required"].as_array().unwrap();
    assert_eq!(keys, required.iter().map(|key| key.as_str().unwrap()).collect(), "{at}");
    for (key, value) in object {
        check(root, &schema["properties"][key], value, &format!("{at}.{key}"));
    }
}
