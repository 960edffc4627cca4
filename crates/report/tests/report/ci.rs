//! The formats of services that show findings beside the code.

use crate::support::{Files, errors, findings, outcome, stack, text, unknowns, warning};
use fpmlint_diagnostics::{Diagnostic, Severity};
use fpmlint_report::{Format, Outcome, Source, Style, job_summary, render};
use fpmlint_text::Span;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// Names in which every character that some format gives a meaning occurs.
const NAMES: [&str; 3] = ["a b, c%d: é.conf", "new\nline\u{1b}.conf", "[x](1) {0}|`.conf"];

fn with_errors(format: Format) -> String {
    let files = stack();
    let (findings, unknowns, errors) = (findings(&files), unknowns(), errors());
    let outcome = Outcome { unknowns: &unknowns, errors: &errors, known: 3, ..outcome(&findings, &files) };
    let mut out = Vec::new();
    render(format, &outcome, &Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn odd() -> (Files, Vec<Diagnostic>) {
    let files: Vec<(&str, &[u8])> = NAMES.iter().map(|name| (*name, &b"foo = 1\n"[..])).collect();
    let findings = (0..NAMES.len() as u32).map(|file| warning(file, Span::new(0, 3))).collect();
    (Files::new(&files), findings)
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn github_shows_errors_of_the_run_then_the_number_then_the_worst() {
    assert_snapshot!(with_errors(Format::Github), @r"
    ::error title=fpmlint,file=a.conf,line=3::a.conf: permission denied
    ::notice title=fpmlint::Found 1 error, 1 note in 2 files (1 fixable with `fpmlint fix`, 3 more in the baseline).
    ::error title=fpmlint (socket-permission-denied),file=conf.d/site.conf,line=4,endLine=4,col=38,endColumn=60::conf.d/site.conf:4:38: nginx may not open the socket of pool `www`%0AEvery PHP request answers 502.%0ALet nginx's group write to the socket.%0Apool.d/www.conf:4:15: only its owner may connect%0Apool.d/www.conf:2:10: the pool listens here
    ::notice title=fpmlint (unknown-directive),file=conf.d/site.conf,line=2,endLine=2,col=1,endColumn=7::conf.d/site.conf:2:1: `server` is refused
    ");
}

#[test]
fn github_sorts_by_severity_and_keeps_the_order_within() {
    let files = stack();
    let finding = |severity, message: &str| Diagnostic {
        severity,
        message: message.to_owned(),
        ..warning(0, Span::empty(0))
    };
    let findings = [
        finding(Severity::Info, "one"),
        finding(Severity::Warning, "two"),
        finding(Severity::Error, "three"),
        finding(Severity::Warning, "four"),
    ];
    let text = text(Format::Github, &findings, &files);
    let words: Vec<&str> = text.lines().skip(1).filter_map(|line| line.rsplit(": ").next()).collect();
    assert_eq!(words, ["three", "two", "four", "one"]);
}

#[test]
fn github_gives_no_columns_for_two_lines() {
    let files = Files::new(&[("a.conf", b"one\ntwo\n")]);
    let text = text(Format::Github, &[warning(0, Span::new(1, 5))], &files);
    assert!(text.contains(",file=a.conf,line=1,endLine=2::"), "{text}");
}

#[test]
fn github_escapes_what_ends_a_property_or_a_line() {
    let (files, findings) = odd();
    let text = text(Format::Github, &findings, &files);
    assert!(text.contains("file=a b%2C c%25d%3A é.conf,line=1,"), "{text}");
    assert!(text.contains("::a b, c%25d: é.conf:1:1: "), "{text}");
    assert!(text.contains("file=new%0Aline?.conf,"), "{text}");
    assert!(text.contains("::new line?.conf:1:1: "), "{text}");
    assert_eq!(text.lines().count(), 4);
}

#[test]
fn the_page_of_a_job_is_a_table() {
    let files = stack();
    let (findings, unknowns, errors) = (findings(&files), unknowns(), errors());
    let outcome = Outcome { unknowns: &unknowns, errors: &errors, ..outcome(&findings, &files) };
    let mut out = Vec::new();
    job_summary(&outcome, &mut out).unwrap();
    assert_snapshot!(String::from_utf8(out).unwrap(), @r"
    ## fpmlint

    - **error** a.conf: permission denied

    Found 1 error, 1 note in 2 files (1 fixable with <code>fpmlint fix</code>).

    | | Rule | Place | |
    |---|---|---|---|
    | :x: | [socket-permission-denied](https://github.com/fpmlint/fpmlint/blob/main/docs/rules/socket-permission-denied.md) | <code>conf.d/site.conf:4:38</code> | nginx may not open the socket of pool <code>www</code> |
    | :information_source: | [unknown-directive](https://github.com/fpmlint/fpmlint/blob/main/docs/rules/unknown-directive.md) | <code>conf.d/site.conf:2:1</code> | <code>server</code> is refused |

    Not known here:

    - the user that nginx runs as: give a profile or --sysroot
    ");
}

#[test]
fn the_page_of_a_job_has_an_end() {
    let files = stack();
    let findings: Vec<Diagnostic> = (0..10_000)
        .map(|number| Diagnostic { message: format!("{number}|").repeat(1000), ..warning(0, Span::empty(0)) })
        .collect();
    let mut out = Vec::new();
    job_summary(&outcome(&findings, &files), &mut out).unwrap();
    assert!(out.len() < 1 << 20, "{}", out.len());
    assert!(String::from_utf8(out).unwrap().contains("9500 more are not listed."));
}

#[test]
fn sarif_has_rules_places_and_fixes() {
    let log = parsed(&with_errors(Format::Sarif));
    let run = &log["runs"][0];
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], "socket-permission-denied");
    assert_eq!(rule["fullDescription"]["text"], "the web server may not open the pool's socket.");
    assert_eq!(rule["defaultConfiguration"], json!({ "enabled": true, "level": "error" }));
    let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(notification["message"]["text"], "permission denied");
    let region = |line, start, end| json!({ "startLine": line, "startColumn": start, "endLine": line, "endColumn": end });
    let pool = json!({ "uri": "pool.d/www.conf" });
    let site = json!({ "artifactLocation": { "uri": "conf.d/site.conf" }, "region": region(4, 38, 60) });
    let expected = json!({
        "ruleId": "socket-permission-denied",
        "ruleIndex": 0,
        "level": "error",
        "message": { "text": "nginx may not open the socket of pool `www`.\nEvery PHP request answers 502.\n\
            Let nginx's group write to the socket.\n[only its owner may connect](1).\n[the pool listens here](2)." },
        "locations": [{ "physicalLocation": site }],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": { "artifactLocation": pool, "region": region(4, 15, 19) },
                "message": { "text": "only its owner may connect" },
            },
            {
                "id": 2,
                "physicalLocation": { "artifactLocation": pool, "region": region(2, 10, 27) },
                "message": { "text": "the pool listens here" },
            },
        ],
        "partialFingerprints": { "fpmlintPlace/v1": "b82604b95865a16d32f00bc60f01ddf7" },
        "fixes": [{
            "description": { "text": "Set `listen.mode` to 0660." },
            "artifactChanges": [{
                "artifactLocation": pool,
                "replacements": [
                    { "deletedRegion": region(4, 15, 19), "insertedContent": { "text": "0660" } },
                ],
            }],
        }],
        "properties": { "confidence": "likely", "host": "web" },
    });
    assert_eq!(run["results"][0], expected);
    assert_eq!(run["results"][1]["ruleIndex"], 1);
}

#[test]
fn sarif_encodes_names_byte_by_byte() {
    let (mut files, findings) = odd();
    let source = Source::new("caf%E9.conf", &b"foo = 1\n"[..]);
    files.0[1] = source.with_raw_name(b"caf\xe9.conf".to_vec());
    let log = parsed(&text(Format::Sarif, &findings, &files));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let place =
        |result: &Value| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    let uris: Vec<Value> = results.iter().map(place).collect();
    assert_eq!(
        uris,
        ["a%20b%2C%20c%25d%3A%20%C3%A9.conf", "caf%E9.conf", "%5Bx%5D%281%29%20%7B0%7D%7C%60.conf"]
    );
}

#[test]
fn gitlab_gets_the_keys_that_it_asks_for() {
    assert_snapshot!(with_errors(Format::Gitlab), @r#"[{"description":"socket-permission-denied: nginx may not open the socket of pool `www`","check_name":"socket-permission-denied","fingerprint":"b82604b95865a16d32f00bc60f01ddf7","severity":"major","location":{"path":"conf.d/site.conf","lines":{"begin":4,"end":4}}},{"description":"unknown-directive: `server` is refused","check_name":"unknown-directive","fingerprint":"08b884e269d414a1e867671224ee1de0","severity":"info","location":{"path":"conf.d/site.conf","lines":{"begin":2,"end":2}}}]"#);
}

/// Lines above a finding come and go; its fingerprint stays, and so does that of its twin.
#[test]
fn fingerprints_know_no_lines() {
    let prints = |text: &str| -> (Vec<Value>, Vec<Value>) {
        let files = Files::new(&[("a.conf", text.as_bytes())]);
        let at = |nth: usize| {
            let start = text.match_indices("foo").nth(nth).unwrap().0 as u32;
            Span::new(start, start + 3)
        };
        let findings = [warning(0, at(0)), warning(0, at(1)), warning(0, Span::empty(0))];
        let gitlab = parsed(&super::support::text(Format::Gitlab, &findings, &files));
        let gitlab = gitlab.as_array().unwrap().iter().map(|one| one["fingerprint"].clone()).collect();
        let sarif = parsed(&super::support::text(Format::Sarif, &findings, &files));
        let sarif = sarif["runs"][0]["results"].as_array().unwrap().iter();
        (gitlab, sarif.map(|one| one["partialFingerprints"]["fpmlintPlace/v1"].clone()).collect())
    };
    let (gitlab, sarif) = prints("foo = 1\nfoo = 2\n");
    assert_eq!((&gitlab, &sarif), (&sarif, &prints("; more\n\nfoo = 1\nbar = 2\nfoo = 3\n").1));
    assert!(gitlab[0] != gitlab[1] && gitlab[0] != gitlab[2] && gitlab[1] != gitlab[2], "{gitlab:?}");
}

#[test]
fn nothing_found_is_a_valid_document() {
    let files = stack();
    assert_eq!(text(Format::Github, &[], &files), "");
    assert_eq!(text(Format::Gitlab, &[], &files), "[]\n");
    let log = parsed(&text(Format::Sarif, &[], &files));
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], true);
    let mut out = Vec::new();
    job_summary(&outcome(&[], &files), &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "## fpmlint\n\nFound no problems in 2 files.\n\n");
}
