//! The php-fpm reader against recorded answers of php-fpm 7.4.33, 8.2.36 and 8.4.24, run as root on Debian 12.
//!
//! Each case is rebuilt in memory as a closed machine with the users that the recording machine had; `{D}` is
//! a folder on it. Compared are whether the daemon's test refuses and, if so, its first line.

use std::path::Path;
use std::sync::Arc;

use fpmlint_catalog::Version;
use fpmlint_daemons::php_fpm::{Input, Master, read};
use fpmlint_daemons::{Phase, Refusal};
use fpmlint_workspace::{Files, Host, HostPath, Lookup, Memory, profile};
use serde_json::Value;

const FOLDER: &str = "/srv/case";

/// Cases that are about something else than the files.
const OUT_OF_SCOPE: [(&str, &str); 5] = [
    ("extra_arg", "a wrong command line"),
    ("file_missing", "a main file named by a second -y"),
    ("user_missing_R", "the option --allow-to-run-as-root"),
    ("user_missing_nonroot", "a master that does not run as root"),
    ("env_bool_from_env_upper", "the answer rests on the environment"),
];

/// Cases whose answer rests on how Debian built its own php-fpm; the other two were built without its options.
const OTHER_BUILD: [(&str, &str); 7] = [
    ("apparmor", "AppArmor"),
    ("systemd_interval", "systemd"),
    ("listen_relative_tt", "the prefix"),
    ("include_relative", "the prefix"),
    ("chroot_rel", "the prefix"),
    ("chdir_rel", "the prefix"),
    ("error_log_rel", "the state folder"),
];

/// Cases that PHP 7.4 answers otherwise, and not for what the files say.
const OTHER_IN_74: [(&str, &str); 2] = [
    ("loglevel_alert_err", "a user that does not exist is noticed at start alone"),
    ("env_bool_from_env", "the answer rests on the environment"),
];

/// Verdicts that differ, and why.
const OTHER_VERDICT: [(&str, &str); 1] =
    [("env_unset_int", "the environment is not known, so that ${X} is not taken for empty")];

/// First lines that differ, and why.
const OTHER_MESSAGE: [(&str, &str); 2] = [
    ("access_format_noclose", "the daemon reads on behind the end of the format and shows what it finds"),
    ("loglevel_alert_err", "log_level = alert hides the line"),
];

const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
    www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n\
    nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
const GROUP: &str = "root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n";

fn cases() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/verdicts/php-fpm.json");
    #[expect(clippy::disallowed_methods, reason = "a test reads its recorded data")]
    let text = std::fs::read_to_string(path).unwrap();
    let whole: Value = serde_json::from_str(&text).unwrap();
    whole["cases"].as_array().unwrap().clone()
}

fn judged(case: &Value, version: Version) -> Master {
    let text = |name: &str| case[name].as_str().unwrap_or("").replace("{D}", FOLDER);
    let mut system = Memory::new()
        .file("/etc/passwd", PASSWD)
        .file("/etc/group", GROUP)
        .directory("/etc/php")
        .directory("/usr/bin")
        .directory("/usr/sbin")
        .directory("/var/log")
        .file(format!("{FOLDER}/php-fpm.conf"), text("main"));
    if !text("pool").is_empty() {
        system = system.file(format!("{FOLDER}/pool.d/www.conf"), text("pool"));
    }
    for (name, file) in case["files"].as_object().unwrap() {
        system = system.file(format!("{FOLDER}/{name}"), file.as_str().unwrap().replace("{D}", FOLDER));
    }
    let files = Arc::new(Files::new(Arc::new(system)));
    let host = Host::sysroot(files, "machine", Path::new("/"), profile("debian-12").unwrap());
    let path = HostPath::new(format!("{FOLDER}/php-fpm.conf"));
    let Lookup::Found(main) = host.open(&path) else { panic!("the main file is there") };
    read(&Input {
        host: &host,
        main,
        path: &path,
        version: Some(version),
        fragment: false,
        started_by_root: true,
    })
}

fn first(master: &Master) -> Option<&Refusal> {
    master.refusals.iter().find(|refusal| refusal.first && refusal.phase == Phase::Test)
}

/// The daemon's first line that is no notice, without time stamp and level.
fn recorded_message(out: &str) -> String {
    let levels = ["ERROR: ", "ALERT: ", "WARNING: ", "PHP:  "];
    let words = |line: &str| {
        levels.iter().find_map(|level| {
            line.strip_prefix("[TS] ").unwrap_or(line).strip_prefix(level).map(str::to_owned)
        })
    };
    out.lines().find_map(words).unwrap_or_default().replace("$D", FOLDER)
}

fn is_listed(list: &[(&str, &str)], name: &str) -> bool {
    list.iter().any(|(listed, _)| *listed == name)
}

/// What comparing all cases came to.
#[derive(Default)]
struct Tally {
    asked: usize,
    same_verdict: usize,
    refused: usize,
    same_message: usize,
    surprises: Vec<String>,
}

fn compare(recorded: &str, version: Version, skipped: &[(&str, &str)]) -> Tally {
    let mut tally = Tally::default();
    for case in cases() {
        let name = case["name"].as_str().unwrap();
        let answer = &case["results"][recorded];
        if answer.is_null() || is_listed(&OUT_OF_SCOPE, name) || is_listed(skipped, name) {
            continue;
        }
        let refuses = answer["rc"].as_i64() != Some(0);
        let message = recorded_message(answer["out"].as_str().unwrap());
        let master = judged(&case, version);
        let found = first(&master);
        tally.asked += 1;
        tally.refused += usize::from(refuses);
        tally.same_verdict += usize::from(found.is_some() == refuses);
        if (found.is_some() == refuses) == is_listed(&OTHER_VERDICT, name) {
            let words = found.map(|found| &found.message);
            tally.surprises.push(format!("{name}: verdict: {words:?}, recorded: {message}"));
        }
        let (true, Some(found)) = (refuses, found) else { continue };
        tally.same_message += usize::from(found.message == message);
        if (found.message == message) == is_listed(&OTHER_MESSAGE, name) {
            tally.surprises.push(format!("{name}: message: {}, recorded: {message}", found.message));
        }
    }
    let Tally { asked, same_verdict, refused, same_message, .. } = tally;
    println!(
        "{recorded}: {same_verdict} of {asked} verdicts, {same_message} of {refused} first lines are the same"
    );
    tally
}

fn assert_agreement(tally: &Tally) {
    assert!(tally.surprises.is_empty(), "{}", tally.surprises.join("\n"));
    assert!(tally.asked >= 230, "{}", tally.asked);
    assert!(tally.same_verdict * 100 >= tally.asked * 99, "{} of {}", tally.same_verdict, tally.asked);
    assert!(tally.same_message * 100 >= tally.refused * 97, "{} of {}", tally.same_message, tally.refused);
}

#[test]
fn agrees_with_php_82() {
    assert_agreement(&compare("8.2.36", Version::new(8, 2, 36), &[]));
}

#[test]
fn agrees_with_php_84() {
    assert_agreement(&compare("8.4.24", Version::new(8, 4, 24), &OTHER_BUILD));
}

#[test]
fn agrees_with_php_74() {
    let skipped = [&OTHER_BUILD[..], &OTHER_IN_74[..]].concat();
    assert_agreement(&compare("7.4.33", Version::new(7, 4, 33), &skipped));
}
