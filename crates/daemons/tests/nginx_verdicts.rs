//! Recorded answers of nginx 1.22.1 to small configurations, and ours.
//!
//! No configuration that nginx accepts may be refused, and each that it refuses must be refused in its words and at its
//! line.

use std::path::Path;
use std::sync::Arc;

use fpmlint_catalog::Version;
use fpmlint_daemons::nginx::{self, Config};
use fpmlint_workspace::{Files, Host, HostPath, Lookup, Memory, profile};
use serde_json::Value;

#[test]
fn the_recorded_answers() {
    let cases: Value = serde_json::from_str(include_str!("../../../tests/verdicts/nginx.json")).unwrap();
    let (mut accepted, mut refused, mut agreed) = (0, 0, 0);
    let mut wrong = Vec::new();
    let mut missed = Vec::new();
    for case in cases.as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let recorded = &case["results"]["1.22.1"];
        let config = read(case);
        let first = config.refusals.iter().find(|refusal| refusal.first);
        let said = first.map(|refusal| match refusal.daemon_line {
            Some(line) => format!("{} in c.conf:{line}", refusal.message),
            None => refusal.message.clone(),
        });
        if recorded["ok"] == true {
            accepted += 1;
            wrong.extend(said.map(|said| format!("{name}: accepted, but we say {said}")));
            continue;
        }
        refused += 1;
        let message = recorded["message"].as_str().unwrap();
        let (_, message) = message.split_once("] ").unwrap();
        match said {
            None => missed.push(name),
            // The recording cuts messages at a line end that they quote.
            Some(said) if said == message || !message.contains(" in ") && said.starts_with(message) => {
                agreed += 1
            }
            Some(said) => wrong.push(format!("{name}: {message}, but we say {said}")),
        }
    }
    println!("{accepted} accepted, {refused} refused, {agreed} in the same words, not noticed: {missed:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((missed.len(), agreed), (0, refused), "not noticed: {missed:?}");
}

fn read(case: &Value) -> Config {
    let body = case["body"].as_str().unwrap();
    let text = match case["context"].as_str() {
        Some("server") => format!(
            "pid n.pid;\nerror_log e.log;\nevents {{}}\nhttp {{\naccess_log off;\nserver {{\n\
             listen 127.0.0.1:8081;\n{body}\n}}\n}}\n"
        ),
        _ => body.to_owned(),
    };
    read_text(&text, Version::new(1, 22, 1))
}

fn read_text(text: &str, version: Version) -> Config {
    let memory = Memory::new().file("/host/w/c.conf", text.as_bytes()).directory("/host/etc/nginx");
    let files = Arc::new(Files::new(Arc::new(memory)));
    let host = Host::sysroot(files, "host", Path::new("/host"), profile("debian-12").unwrap());
    let path = HostPath::new("/w/c.conf");
    let Lookup::Found(main) = host.open(&path) else { panic!("no main file") };
    nginx::read(&nginx::Input { host: &host, main, path: &path, version: Some(version), fragment: false })
}

/// Answers of nginx 1.22.1 and 1.30.6 about single directives.
#[test]
fn the_recorded_answers_about_directives() {
    let cases: Value =
        serde_json::from_str(include_str!("../../../tests/verdicts/nginx-directives.json")).unwrap();
    for case in cases.as_array().unwrap() {
        let version = case["version"].as_str().unwrap().parse().unwrap();
        let config = read_text(case["config"].as_str().unwrap(), version);
        let first = config.refusals.iter().find(|refusal| refusal.first);
        let said = first.map(|refusal| refusal.message.as_str());
        assert_eq!(said, case["says"].as_str(), "{}", case["config"]);
    }
}
