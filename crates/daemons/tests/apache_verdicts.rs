//! Recorded answers of httpd 2.4.71 to small configurations, and ours.
//!
//! No configuration that httpd accepts may be refused. Of those that it refuses, the first refusal must be the same
//! in every word, and stand on the same line where httpd names one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use fpmlint_catalog::Version;
use fpmlint_daemons::apache::{self, Config, Environment};
use fpmlint_workspace::{Files, Host, HostPath, Lookup, Memory, profile};
use serde_json::Value;

/// Stands for the folder of a case.
const FOLDER: &str = "/srv/w";

const MODULES: &str = "mpm_event authn_core authz_core authz_host access_compat alias dir mime env setenvif headers \
    rewrite macro proxy proxy_fcgi proxy_http proxy_balancer slotmem_shm lbmethod_byrequests ssl socache_shmcb status \
    filter deflate autoindex negotiation expires auth_basic authn_file authz_user http2";

#[test]
fn the_recorded_answers() {
    let text = include_str!("../../../tests/verdicts/apache.json");
    let cases: Value = serde_json::from_str(text).unwrap();
    let (mut accepted, mut refused, mut agreed) = (0, 0, 0);
    let mut misses: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut alarms = Vec::new();
    for case in cases.as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let config = read(case, site(case));
        let printed = config.printed.as_deref();
        if case["exit"] == 0 {
            accepted += 1;
            if !config.refusals.is_empty() {
                alarms.push(format!("{name}: {printed:?}"));
            }
            continue;
        }
        refused += 1;
        let expected = case["output"].as_str().unwrap().replace("$W", FOLDER).replace("apache2: ", "");
        match printed {
            Some(printed) if said(&expected) == printed && is_on_line(&config, &expected) => agreed += 1,
            Some(printed) => misses.entry("other words").or_default().push(format!("{name}: {printed}")),
            None => misses.entry("not noticed").or_default().push(name.to_owned()),
        }
    }
    println!("{accepted} accepted, {refused} refused, {agreed} in the same words");
    for (kind, names) in &misses {
        println!("{kind}: {}\n  {}", names.len(), names.join("\n  "));
    }
    assert!(alarms.is_empty(), "false alarms:\n{}", alarms.join("\n"));
    if cfg!(feature = "pcre2") {
        assert!(misses.is_empty(), "{agreed} of {refused}");
    } else {
        // Patterns that only PCRE2 can judge.
        assert!(!misses.contains_key("other words") && agreed + 10 >= refused, "{agreed} of {refused}");
    }
}

/// The recorded configurations, each twice in one file, so that every line of the second time was seen before; and the
/// same with different blanks behind each line, which mean nothing, so that no line was.
#[test]
fn lines_that_were_seen_are_judged_like_new_ones() {
    let text = include_str!("../../../tests/verdicts/apache.json");
    let cases: Value = serde_json::from_str(text).unwrap();
    for case in cases.as_array().unwrap() {
        let twice = [&site(case)[..], b"\n", &site(case)].concat();
        let mut unlike = Vec::new();
        for (number, line) in twice.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let end = if line.ends_with(b"\n") { line.len() - 1 } else { line.len() };
            unlike.extend_from_slice(&line[..end]);
            if !line[..end].ends_with(b"\\") && !line[..end].ends_with(b"\\\r") {
                unlike.extend((0..10).map(|bit| if number >> bit & 1 == 1 { b'\t' } else { b' ' }));
            }
            unlike.extend_from_slice(&line[end..]);
        }
        let refused = |site: Vec<u8>| {
            let refusals = read(case, site).refusals.into_iter();
            refusals.map(|it| (it.message, it.daemon_line, it.certain, it.first)).collect::<Vec<_>>()
        };
        assert_eq!(refused(twice), refused(unlike), "{}", case["name"]);
    }
}

/// Whether the first refusal stands on the line that httpd names last; a macro's lines are those of its text.
fn is_on_line(config: &Config, expected: &str) -> bool {
    let Some(first) = config.refusals.iter().find(|refusal| refusal.first) else { return false };
    let named =
        expected.rsplit("yntax error on line ").next().filter(|_| expected.contains("yntax error on line "));
    let number = named.and_then(|rest| rest.split(' ').next()?.parse::<u32>().ok());
    let in_macro = expected.contains(" of macro '");
    in_macro || first.daemon_line == number
}

/// What httpd says when it refuses: without its warnings, the numbers of its messages and the line that only says
/// that a check failed.
fn said(output: &str) -> String {
    let lines = output.lines().filter(|line| {
        let is_warning =
            ["AH00112: Warning", "AH00558", "[TIME]"].iter().any(|start| line.starts_with(start));
        !is_warning && *line != "AH00014: Configuration check failed"
    });
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix("AH00526: ").unwrap_or(line)).collect();
    let said = lines.join("\n");
    match said.get(..9) {
        Some(number) if number.starts_with("AH005") && number.ends_with(": ") => said[9..].to_owned(),
        _ => said,
    }
}

fn read(case: &Value, site: Vec<u8>) -> Config {
    let host = host(case, site);
    let path = HostPath::new(format!("{FOLDER}/main.conf"));
    let Lookup::Found(main) = host.open(&path) else { panic!("no main file") };
    let variation = &case["variation"];
    let args = variation["args"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let defines: Vec<Vec<u8>> = args.skip_while(|arg| *arg != "-D").skip(1).map(|arg| arg.into()).collect();
    let environment = variation["env"].as_object().into_iter().flatten();
    let environment = environment.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or("")));
    apache::read(&apache::Input {
        host: &host,
        main,
        path: &path,
        version: Some(Version::new(2, 4, 71)),
        defines: &defines,
        environment: &Environment::new(environment, true),
        fragment: false,
        htaccess: false,
    })
}

fn host(case: &Value, site: Vec<u8>) -> Host {
    let variation = &case["variation"];
    let mut system = Memory::new()
        .directory("/var/www/html/current/public")
        .directory("/var/log/apache2")
        .directory("/etc/apache2")
        .directory("/tmp")
        .directory(format!("{FOLDER}/logs"))
        .directory(format!("{FOLDER}/sr2/logs"))
        .link(format!("{FOLDER}/lp/self"), ".")
        .file("/etc/hostname", "host\n")
        .file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\n")
        .file("/etc/group", "root:x:0:\nwww-data:x:33:\n")
        .file(
            format!("{FOLDER}/main.conf"),
            format!("Include {FOLDER}/head.conf\nInclude {FOLDER}/site.conf\n"),
        )
        .file(format!("{FOLDER}/head.conf"), head(variation))
        .file(format!("{FOLDER}/site.conf"), site);
    for module in MODULES.split_whitespace().chain(["echo", "mpm_prefork"]) {
        system = system.file(format!("/usr/lib/apache2/modules/mod_{module}.so"), "");
    }
    for (name, text) in case["files"].as_object().unwrap() {
        system = system.file(format!("{FOLDER}/{name}"), bytes(text.as_str().unwrap()));
    }
    let files = Arc::new(Files::new(Arc::new(system)));
    Host::sysroot(files, "host", Path::new("/"), profile("debian-12").unwrap())
}

fn head(variation: &Value) -> String {
    if let Some(head) = variation["rawhead"].as_str() {
        return head.replace("$W", FOLDER);
    }
    let left_out: Vec<&str> = match variation["mods"].as_str() {
        Some(words) => words.trim_start_matches("without ").split(',').collect(),
        None => Vec::new(),
    };
    let mut head = format!(
        "ServerRoot \"{FOLDER}\"\nServerName localhost\nListen 8080\nPidFile logs/httpd.pid\nErrorLog logs/error.log\n\
         Mutex file:{FOLDER}/logs default\nUser www-data\nGroup www-data\n"
    );
    for module in MODULES.split_whitespace().filter(|module| !left_out.contains(module)) {
        head.push_str(&format!("LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n"));
    }
    head
}

fn site(case: &Value) -> Vec<u8> {
    match case["config"].as_str() {
        Some(text) => text.replace("$W", FOLDER).into_bytes(),
        None => base64(case["config_base64"].as_str().unwrap()),
    }
}

/// A text, or bytes written as `b'\xef…'`.
fn bytes(text: &str) -> Vec<u8> {
    let Some(inner) = text.strip_prefix("b'").and_then(|text| text.strip_suffix('\'')) else {
        return text.replace("$W", FOLDER).into_bytes();
    };
    let mut bytes = Vec::new();
    let mut rest = inner;
    while let Some(first) = rest.chars().next() {
        if let Some(digits) = rest.strip_prefix("\\x") {
            bytes.push(u8::from_str_radix(&digits[..2], 16).unwrap());
            rest = &digits[2..];
        } else if let Some(after) = rest.strip_prefix("\\n") {
            bytes.push(b'\n');
            rest = after;
        } else {
            bytes.push(first as u8);
            rest = &rest[first.len_utf8()..];
        }
    }
    bytes
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        bits = bits << 6 | DIGITS.iter().position(|digit| *digit == byte).unwrap() as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}
