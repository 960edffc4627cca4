//! The JSON contract: key names, their order, and what the values count.

use serde_json::{Value, json};

use crate::support::{ERROR, Folder, INFO, Run, SOUND, copy, example};

const FINDING_KEYS: [&str; 20] = [
    "rule",
    "group",
    "severity",
    "confidence",
    "message",
    "help",
    "file",
    "range",
    "related",
    "fix",
    "url",
    "stock",
    "count",
    "host",
    "reader",
    "phase",
    "first",
    "daemon",
    "daemon_file",
    "daemon_line",
];

/// The keys of the first object in `text` in the order in which they stand, without those of objects in it.
fn keys(text: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let (mut depth, mut at) = (0, 0);
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => {
                let mut end = at + 1;
                while bytes[end] != b'"' {
                    end += if bytes[end] == b'\\' { 2 } else { 1 };
                }
                if depth == 1 && bytes.get(end + 1) == Some(&b':') {
                    keys.push(text[at + 1..end].to_owned());
                }
                at = end;
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    keys
}

/// The text of the object or list behind a key.
fn behind<'t>(text: &'t str, key: &str) -> &'t str {
    let key = format!("\"{key}\":");
    let at = text.find(&key).unwrap_or_else(|| panic!("no {key} in {text}"));
    text[at + key.len()..].trim_start_matches('[')
}

fn finding(run: &Run, rule: &str) -> Value {
    let json = run.json();
    let findings = json["diagnostics"].as_array().expect("findings");
    findings
        .iter()
        .find(|finding| finding["rule"] == rule)
        .unwrap_or_else(|| panic!("no {rule}: {run:#?}"))
        .clone()
}

#[test]
fn the_keys_stand_in_their_order() {
    let folder = Folder::with_example("rocky-guide");
    let flags = ["check", "--format", "json", "--select", "missing-script-filename"];
    let out = folder.run(flags).code(1).out;
    assert_eq!(keys(&out), ["version", "diagnostics", "unknowns", "errors", "summary"]);
    assert_eq!(keys(behind(&out, "diagnostics")), FINDING_KEYS);
    assert_eq!(keys(behind(&out, "range")), ["start", "end"]);
    assert_eq!(keys(behind(&out, "start")), ["line", "column", "offset"]);
    assert_eq!(keys(behind(&out, "end")), ["line", "column", "offset"]);
    assert_eq!(keys(behind(&out, "related")), ["file", "range", "message"]);
    assert_eq!(keys(behind(&out, "fix")), ["applicability", "edits"]);
    assert_eq!(keys(behind(&out, "edits")), ["file", "start", "end", "text"]);
    assert_eq!(keys(behind(&out, "summary")), ["error", "warning", "info", "files"]);
    assert_eq!(out.lines().count(), 1);
}

#[test]
fn a_run_without_findings_is_the_whole_object() {
    let run = Folder::with_pool(SOUND).check_pool(&["--format", "json"]).code(0);
    let expected = json!({
        "version": 1, "diagnostics": [], "unknowns": [], "errors": [],
        "summary": { "error": 0, "warning": 0, "info": 0, "files": 1 },
    });
    assert_eq!(run.json(), expected);
}

#[test]
fn columns_count_characters_and_offsets_bytes() {
    let folder = Folder::new();
    folder.write(
        "pool.conf",
        "[www]\nlisten = /run/a.sock\npm = static\npm.max_children = 5\n\u{e9}\u{1f600}x = 1\n",
    );
    let run = folder.check_pool(&["--format", "json", "--select", "unknown-directive"]).code(1);
    let range = json!({
        "start": { "line": 5, "column": 1, "offset": 59 },
        "end": { "line": 5, "column": 4, "offset": 66 },
    });
    assert_eq!(finding(&run, "unknown-directive")["range"], range);
    // And where they stand before it on the line.
    folder.write("nginx.conf", "events {}\nhttp { root \"/\u{e9}\u{1f600}\"; frobnicate on; }\n");
    let flags = ["check", "nginx.conf", "--profile", "debian-12", "--format", "json"];
    let range = json!({
        "start": { "line": 2, "column": 20, "offset": 33 },
        "end": { "line": 2, "column": 30, "offset": 43 },
    });
    assert_eq!(finding(&folder.run(flags), "unknown-directive")["range"], range);
}

#[test]
fn a_line_end_is_in_no_range() {
    let folder = Folder::with_pool(&INFO.replace('\n', "\r\n"));
    let run = folder.check_pool(&["--format", "json"]).code(0);
    let range = json!({
        "start": { "line": 4, "column": 1, "offset": 44 },
        "end": { "line": 4, "column": 35, "offset": 78 },
    });
    assert_eq!(finding(&run, "allowed-clients-on-socket")["range"], range);
}

#[test]
fn a_fix_is_edits_in_bytes() {
    let run = Folder::with_pool(INFO).check_pool(&["--format", "json"]).code(0);
    let start = INFO.find("listen.allowed_clients").expect("the line");
    let line = "listen.allowed_clients = 127.0.0.1\n";
    let fix = json!({
        "applicability": "safe",
        "edits": [{ "file": "pool.conf", "start": start, "end": start + line.len(), "text": "" }],
    });
    assert_eq!(finding(&run, "allowed-clients-on-socket")["fix"], fix);
}

#[test]
fn a_line_of_the_distribution_is_stock_and_its_fix_is_only_shown() {
    let folder = Folder::with_example("rocky-guide");
    let run = folder.run(["check", "--format", "json"]);
    let found = finding(&run, "allowed-clients-on-socket");
    assert_eq!(found["stock"], true);
    assert_eq!(found["fix"]["applicability"], "display-only");
    let found = finding(&run, "missing-script-filename");
    assert_eq!((&found["stock"], &found["fix"]["applicability"]), (&json!(false), &json!("safe")));
}

#[test]
fn a_related_place_may_be_in_another_file() {
    let folder = Folder::with_example("rocky-guide");
    let run = folder.run(["check", "etc/nginx/conf.d", "--format", "json"]);
    let found = finding(&run, "backend-without-pool");
    let related = json!([{
        "file": "etc/php-fpm.d/www.conf",
        "range": {
            "start": { "line": 6, "column": 1, "offset": 70 },
            "end": { "line": 6, "column": 31, "offset": 100 },
        },
        "message": "pool www listens here",
    }]);
    assert_eq!(found["related"], related);
    assert_eq!(found["reader"], "nginx");
    assert_eq!(
        (&found["phase"], &found["daemon"], &found["first"]),
        (&Value::Null, &Value::Null, &json!(false))
    );
    assert_eq!((&found["daemon_file"], &found["daemon_line"]), (&Value::Null, &Value::Null));
    let page = "/docs/rules/backend-without-pool.md";
    assert!(found["url"].as_str().is_some_and(|url| url.starts_with("https://") && url.ends_with(page)));
}

#[test]
fn the_daemons_own_words_and_place_are_given() {
    let folder = Folder::new();
    folder.write(
        "nginx.conf",
        "events {}\nhttp {\n    frobnicate on;\n    gzip perhaps;\n    root /a\n    ;\n",
    );
    let run = folder.run(["check", "nginx.conf", "--profile", "debian-12", "--format", "json"]).code(1);
    let unknown = finding(&run, "unknown-directive");
    assert_eq!((&unknown["phase"], &unknown["first"]), (&json!("test"), &json!(true)));
    assert_eq!(unknown["daemon"], "unknown directive \"frobnicate\"");
    assert_eq!((&unknown["daemon_file"], &unknown["daemon_line"]), (&json!("nginx.conf"), &json!(3)));
    // What nginx would say after it stopped is a refusal too, but not the first.
    let value = finding(&run, "invalid-value");
    assert_eq!((&value["phase"], &value["first"]), (&json!("test"), &json!(false)));
    // The block opens in line 2, and nginx notices at the end.
    let block = finding(&run, "unbalanced-block");
    assert_eq!(block["range"]["start"]["line"], 2);
    assert_eq!(block["daemon_line"], 7);
    let firsts = run.json()["diagnostics"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|one| one["first"] == true)
        .count();
    assert_eq!(firsts, 1);
}

#[test]
fn what_dies_at_start_is_told_from_what_the_test_refuses() {
    let folder = Folder::with_pool(
        "[www]\nlisten = /run/a.sock\nuser = nobody-here\npm = static\npm.max_children = 5\n",
    );
    folder.write("root/etc/passwd", "root:x:0:0::/:/bin/sh\n");
    folder.write("root/etc/group", "root:x:0:\n");
    folder.write("root/etc/php-fpm.conf", folder.read("pool.conf"));
    let run = folder.run(["check", "--sysroot", "root", "--format", "json"]).code(1);
    let found = finding(&run, "unknown-user");
    assert_eq!(found["confidence"], "certain");
    assert!(found["phase"] == "test" || found["phase"] == "start", "{found}");
    assert_eq!(found["reader"], "php-fpm");
}

#[test]
fn the_same_finding_in_two_contexts_is_one_with_a_count() {
    let folder = Folder::new();
    folder.write(
        "nginx.conf",
        "events {}\nhttp {\n    server { listen 80; include php.inc; }\n    server { listen 81; include php.inc; }\n}\n",
    );
    folder.write("php.inc", "location ~ \\.php$ {\n    fastcgi_pass 127.0.0.1:9000;\n}\n");
    let run = folder.run(["check", "nginx.conf", "--format", "json"]).code(1);
    assert_eq!(run.rules(), ["missing-script-filename"]);
    assert_eq!(finding(&run, "missing-script-filename")["count"], 2);
}

#[test]
fn the_host_is_named_where_there_are_several() {
    let folder = Folder::new();
    for name in ["one", "two"] {
        copy(&example("rocky-guide"), &folder.path().join(name));
    }
    let both = folder.run(["check", "--format", "json", "--select", "slowlog-never-written"]).json();
    let findings = both["diagnostics"].as_array().expect("findings");
    let hosts: Vec<&Value> = findings.iter().map(|finding| &finding["host"]).collect();
    assert_eq!(hosts, ["one", "two"]);
    let rocky = Folder::with_example("rocky-guide").run(["check", "--format", "json"]).code(1);
    assert_eq!(finding(&rocky, "slowlog-never-written")["host"], Value::Null);
}

#[test]
fn a_missing_fact_is_listed_once_with_what_would_make_it_known() {
    let folder = Folder::with_example("rocky-guide");
    let run = folder.run(["check", "etc/nginx/nginx.conf", "--format", "json"]);
    let json = run.json();
    let unknowns = json["unknowns"].as_array().expect("a list");
    assert_eq!(unknowns.len(), 1, "{unknowns:?}");
    assert_eq!(keys(behind(&run.out, "unknowns")), ["fact", "needed_by", "how"]);
    assert_eq!(unknowns[0]["needed_by"], json!(["backend-without-pool"]));
    assert!(unknowns[0]["how"].as_str().is_some_and(|how| how.contains("--sysroot")));
}

#[test]
fn jsonl_has_one_object_on_each_line_and_the_summary_last() {
    let folder = Folder::with_pool(ERROR);
    let run = folder.run(["check", "--as", "php-fpm", "pool.conf", "gone", "--format", "jsonl"]).code(2);
    let lines: Vec<Value> =
        run.out.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let types: Vec<&str> = lines.iter().filter_map(|line| line["type"].as_str()).collect();
    assert_eq!(types, ["diagnostic", "error", "summary"]);
    assert_eq!(keys(&run.out)[0], "type");
    assert_eq!(keys(&run.out)[1..], FINDING_KEYS);
    assert_eq!(lines[2], json!({ "type": "summary", "error": 1, "warning": 0, "info": 0, "files": 1 }));
}

#[test]
fn files_are_named_from_the_current_folder() {
    let folder = Folder::new();
    folder.write("a/pool.conf", ERROR);
    folder.make_folder("b");
    let file = |run: Run| finding(&run, "unknown-directive")["file"].as_str().expect("a name").to_owned();
    let check = ["check", "--format", "json", "--as", "php-fpm"];
    assert_eq!(file(folder.run_in(".", check.iter().chain(&["a/pool.conf"]))), "a/pool.conf");
    assert_eq!(file(folder.run_in("a", check.iter().chain(&["pool.conf"]))), "pool.conf");
    assert_eq!(file(folder.run_in("a", check.iter().chain(&["../a/pool.conf"]))), "pool.conf");
    let outside = folder.path().canonicalize().expect("a path").join("a/pool.conf");
    assert_eq!(file(folder.run_in("b", check.iter().chain(&["../a/pool.conf"]))), outside.to_string_lossy());
}

#[cfg(target_os = "linux")]
#[test]
fn bytes_of_a_name_that_are_not_utf_8_are_percent_encoded() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::new();
    let name = OsStr::from_bytes(b"caf\xe9 \xc3\xa9.conf");
    folder.write(name, ERROR);
    let arguments = ["check", "--format", "json", "--as", "php-fpm"].map(OsStr::new);
    let run = folder.run(arguments.into_iter().chain([name])).code(1);
    let found = finding(&run, "unknown-directive");
    assert_eq!(found["file"], "caf%E9 \u{e9}.conf");
    assert_eq!(found["daemon_file"], "caf%E9 \u{e9}.conf");
}
