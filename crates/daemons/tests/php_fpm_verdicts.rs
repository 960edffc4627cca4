//! The php-fpm reader against recorded answers of php-fpm 7.4.33, 8.2.36 and 8.4.24, run as root on Debian 12.
//!
//! Each case is rebuilt in memory as a closed machine with the users that the recording machine had; `{D}` is
//! a folder on it. Compared are the verdict of the daemon's test, its first line, the line number in it, and what
//! `-tt` says is in force.

use std::path::Path;
use std::sync::Arc;

use fpmlint_catalog::Version;
use fpmlint_daemons::php_fpm::{Input, Master, read};
use fpmlint_daemons::{Phase, Refusal};
use fpmlint_workspace::{Files, FpmDefaults, Host, HostPath, Lookup, Memory, Profile, profile};
use serde_json::Value;

const FOLDER: &str = "/srv/case";

/// Cases that are about something else than the files.
const OUT_OF_SCOPE: [(&str, &str); 1] = [("extra_arg", "a wrong command line")];

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
    recorded()["cases"].as_array().unwrap().clone()
}

fn recorded() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/verdicts/php-fpm.json");
    #[expect(clippy::disallowed_methods, reason = "a test reads its recorded data")]
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// A recorded daemon: how it was built counts for relative paths and for directives.
#[derive(Clone, Copy)]
struct Daemon {
    recorded: &'static str,
    version: Version,
    /// Where it was installed, as the recording names it and as it is called here, and where it keeps its state; none
    /// for Debian's own.
    built: Option<(&'static str, &'static str, &'static str)>,
}

impl Daemon {
    fn profile(self) -> Profile {
        let debian = profile("debian-12").unwrap().clone();
        let Some((_, prefix, localstatedir)) = self.built else { return debian };
        let php_fpm = FpmDefaults {
            prefix,
            localstatedir,
            systemd: Some(false),
            apparmor: Some(false),
            ..debian.php_fpm
        };
        Profile { php_fpm, ..debian }
    }

    /// What the recording says, with our names for its folders.
    fn renamed(self, text: &str) -> String {
        let text = text.replace("$D", FOLDER);
        match self.built {
            Some((recorded, prefix, _)) => text.replace(recorded, prefix),
            None => text,
        }
    }
}

fn judged(case: &Value, daemon: Daemon) -> (Master, Profile) {
    let text = |name: &str| case[name].as_str().unwrap_or("").replace("{D}", FOLDER);
    let mut system = Memory::new()
        .file("/etc/passwd", PASSWD)
        .file("/etc/group", GROUP)
        .directory("/etc/php")
        .directory("/usr/bin")
        .directory("/usr/sbin")
        .directory("/var/log")
        .directory("/srv/inst74/var/log")
        .directory("/srv/inst84/var/log")
        .file(format!("{FOLDER}/php-fpm.conf"), text("main"));
    if !text("pool").is_empty() {
        system = system.file(format!("{FOLDER}/pool.d/www.conf"), text("pool"));
    }
    for (name, file) in case["files"].as_object().unwrap() {
        system = system.file(format!("{FOLDER}/{name}"), file.as_str().unwrap().replace("{D}", FOLDER));
    }
    let as_root = case["user"].is_null() && !case["args"].as_array().unwrap().contains(&Value::from("-R"));
    let variables = case["env"].as_object().unwrap().iter();
    let pair = |(name, value): (&String, &Value)| {
        (name.clone().into_bytes(), value.as_str().unwrap().replace("{W}/oracle/cases/ok", FOLDER).into())
    };
    let environment: Vec<(Vec<u8>, Vec<u8>)> = variables.map(pair).collect();
    master(system, daemon, as_root, &environment)
}

fn master(
    system: Memory,
    daemon: Daemon,
    started_by_root: bool,
    environment: &[(Vec<u8>, Vec<u8>)],
) -> (Master, Profile) {
    let files = Arc::new(Files::new(Arc::new(system)));
    let profile = daemon.profile();
    let host = Host::sysroot(files, "machine", Path::new("/"), profile.clone());
    let path = HostPath::new(format!("{FOLDER}/php-fpm.conf"));
    let Lookup::Found(main) = host.open(&path) else { panic!("the main file is there") };
    let version = Some(daemon.version);
    let environment = Some(environment);
    let input =
        Input { host: &host, main, path: &path, version, fragment: false, started_by_root, environment };
    let master = read(&input);
    (master, profile)
}

fn first(master: &Master, phase: Phase) -> Option<&Refusal> {
    master.refusals.iter().find(|refusal| refusal.first && refusal.phase == phase)
}

fn without_stamp(line: &str) -> &str {
    line.strip_prefix("[TS] ").unwrap_or(line)
}

/// The daemon's first line that refuses, without time stamp and level. A warning does so only in front of the line
/// that says what it warns of.
fn recorded_message(out: &str) -> String {
    let lines: Vec<&str> = out.lines().map(without_stamp).collect();
    let words = |at: usize| {
        let levels = ["ERROR: ", "ALERT: ", "PHP:  "];
        let warning = lines[at].strip_prefix("WARNING: ");
        let explained = lines.get(at + 1).is_some_and(|next| next.contains("wrong format for access.format"));
        levels.iter().find_map(|level| lines[at].strip_prefix(level)).or(warning.filter(|_| explained))
    };
    (0..lines.len()).find_map(words).unwrap_or_default().to_owned()
}

/// The line number in `[file:line] …`.
fn recorded_line(message: &str) -> Option<u32> {
    message.strip_prefix('[')?.split_once("] ")?.0.rsplit_once(':')?.1.parse().ok()
}

/// What `-tt` says is in force.
fn recorded_in_force(out: &str) -> Vec<String> {
    let notices = out.lines().filter_map(|line| without_stamp(line).strip_prefix("NOTICE: "));
    let dumped = notices.skip_while(|line| *line != "[global]");
    dumped.filter(|line| line.starts_with(['\t', '['])).map(str::to_owned).collect()
}

fn in_force(master: &Master, profile: &Profile) -> Vec<String> {
    let mut lines = Vec::new();
    for section in master.in_force(profile) {
        lines.push(format!("[{}]", String::from_utf8_lossy(&section.name)));
        for field in section.fields {
            let value = field.value.unwrap_or_else(|| b"{?}".to_vec());
            lines.push(format!(
                "\t{} = {}",
                String::from_utf8_lossy(&field.name),
                String::from_utf8_lossy(&value)
            ));
        }
    }
    lines
}

fn is_listed(list: &[(&str, &str)], name: &str) -> bool {
    list.iter().any(|(listed, _)| *listed == name)
}

/// Whether two dumps say the same; what a pool hands on from the daemon's environment (`env[A] = $A`) is not known.
fn same_in_force(recorded: &[String], ours: &[String]) -> bool {
    let same = |(recorded, ours): (&String, &String)| match ours.strip_suffix("{?}") {
        Some(name) => name.starts_with("\tenv[") && recorded.starts_with(name),
        None => recorded == ours,
    };
    recorded.len() == ours.len() && recorded.iter().zip(ours).all(same)
}

/// Every case, compared; the number of cases, and what differs without being listed, or is listed and does not differ.
fn compare(daemon: Daemon) -> (usize, Vec<String>) {
    let mut asked = 0;
    let mut surprises = Vec::new();
    for case in cases() {
        let name = case["name"].as_str().unwrap();
        let answer = &case["results"][daemon.recorded];
        if answer.is_null() || is_listed(&OUT_OF_SCOPE, name) {
            continue;
        }
        asked += 1;
        let refuses = answer["rc"].as_i64() != Some(0);
        let out = daemon.renamed(answer["out"].as_str().unwrap());
        let message = recorded_message(&out);
        let (master, profile) = judged(&case, daemon);
        let found = first(&master, Phase::Test);
        if found.is_some() != refuses {
            let words = found.map(|found| &found.message);
            surprises.push(format!("{name}: verdict: {words:?}, recorded: {message}"));
        }
        match found {
            Some(found) if refuses => {
                let listed = is_listed(&OTHER_MESSAGE, name);
                if (found.message == message) == listed {
                    surprises.push(format!("{name}: message: {}, recorded: {message}", found.message));
                }
                let line = recorded_line(&message);
                if line.is_some() && found.daemon_line != line {
                    surprises.push(format!("{name}: line {:?}, recorded: {line:?}", found.daemon_line));
                }
            }
            None if !refuses => {
                let (recorded, ours) = (recorded_in_force(&out), in_force(&master, &profile));
                if !recorded.is_empty() && !same_in_force(&recorded, &ours) {
                    let pairs = recorded.iter().zip(&ours).find(|(recorded, ours)| recorded != ours);
                    surprises.push(format!("{name}: in force: recorded, ours: {pairs:?}"));
                }
            }
            _ => {}
        }
    }
    (asked, surprises)
}

fn assert_agreement(daemon: Daemon, least: usize) {
    let (asked, surprises) = compare(daemon);
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    assert!(asked >= least, "{asked}");
}

const DEBIAN: Daemon = Daemon { recorded: "8.2.36", version: Version::new(8, 2, 36), built: None };

#[test]
fn agrees_with_php_82() {
    assert_agreement(DEBIAN, 245);
}

#[test]
fn agrees_with_php_84() {
    let built = Some(("{W}/inst84", "/srv/inst84", "/srv/inst84/var"));
    assert_agreement(Daemon { recorded: "8.4.24", version: Version::new(8, 4, 24), built }, 245);
}

#[test]
fn agrees_with_php_74() {
    let built = Some(("{W}/inst74", "/srv/inst74", "/srv/inst74/var"));
    assert_agreement(Daemon { recorded: "7.4.33", version: Version::new(7, 4, 33), built }, 235);
}

/// What makes the start of each recorded start case: the lines of its pool behind `[www]`.
const START_CASES: &[(&str, &str)] = &[
    ("ok", "user = www-data\nlisten = {D}/www.sock\n"),
    ("seed_existing", "user = www-data\nlisten = {D}/www.sock\nlisten.acl_users = apache,nginx\n"),
    ("acl_unknown", "user = www-data\nlisten = {D}/www.sock\nlisten.acl_users = www-data,nosuchuser\n"),
    ("acl_numeric", "user = www-data\nlisten = {D}/www.sock\nlisten.acl_users = 33\n"),
    (
        "acl_and_owner",
        "user = www-data\nlisten = {D}/www.sock\nlisten.owner = www-data\nlisten.acl_users = www-data\n",
    ),
    ("acl_on_tcp", "user = www-data\nlisten = 127.0.0.1:19000\nlisten.acl_users = nosuchuser\n"),
    ("user_root", "user = root\nlisten = {D}/www.sock\n"),
    ("user_numeric_nogroup", "user = 4242\nlisten = {D}/www.sock\n"),
    ("user_numeric_zero", "user = 0\nlisten = {D}/www.sock\n"),
    ("user_empty", "user =\nlisten = {D}/www.sock\n"),
    ("user_nogroup", "user = www-data\nlisten = {D}/www.sock\n"),
    ("badport", "user = www-data\nlisten = 127.0.0.1:99999\n"),
    ("port0", "user = www-data\nlisten = 127.0.0.1:0\n"),
    ("emptyhost", "user = www-data\nlisten = :19000\n"),
    ("hostname_bad", "user = www-data\nlisten = nosuchhost.invalid:19000\n"),
    ("hostname_ok", "user = www-data\nlisten = localhost:19000\n"),
    ("v6", "user = www-data\nlisten = [::1]:19000\n"),
    ("port_text", "user = www-data\nlisten = 127.0.0.1:fastcgi\n"),
    ("port_junk", "user = www-data\nlisten = 127.0.0.1:19000x\n"),
    ("not_local_ip", "user = www-data\nlisten = 192.0.2.1:19000\n"),
    ("unix_prefix", "user = www-data\nlisten = unix:/run/php.sock\n"),
    (
        "toolong",
        "user = www-data\nlisten = {D}/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.sock\n",
    ),
    (
        "dup_any",
        "user = www-data\nlisten = 19000\n[two]\nuser = www-data\npm = static\npm.max_children = 1\nlisten = 127.0.0.1:19000\n",
    ),
    ("allowed_clients_bad", "user = www-data\nlisten = 127.0.0.1:19000\nlisten.allowed_clients = nonsense\n"),
    ("allowed_clients_any", "user = www-data\nlisten = 127.0.0.1:19000\nlisten.allowed_clients = any\n"),
    (
        "allowed_clients_host",
        "user = www-data\nlisten = 127.0.0.1:19000\nlisten.allowed_clients = localhost\n",
    ),
    (
        "allowed_clients_unix_bad",
        "user = www-data\nlisten = {D}/www.sock\nlisten.allowed_clients = nonsense\n",
    ),
    ("mode_text", "user = www-data\nlisten = {D}/www.sock\nlisten.mode = rw-rw----\n"),
    ("mode_666", "user = www-data\nlisten = {D}/www.sock\nlisten.mode = 666\n"),
    ("mode_0666", "user = www-data\nlisten = {D}/www.sock\nlisten.mode = 0666\n"),
    ("mode_600", "user = www-data\nlisten = {D}/www.sock\nlisten.mode = 600\n"),
    ("mode_true", "user = www-data\nlisten = {D}/www.sock\nlisten.mode = on\n"),
    ("mode_default", "user = www-data\nlisten = {D}/www.sock\n"),
    ("owner_only", "user = www-data\nlisten = {D}/www.sock\nlisten.owner = www-data\n"),
    ("grlimit_files_big", "user = www-data\nlisten = {D}/www.sock\n[global]\nrlimit_files = 2000000000\n"),
    ("php_value_unknown", "user = www-data\nlisten = {D}/www.sock\nphp_value[no.such] = 1\n"),
    ("php_value_system", "user = www-data\nlisten = {D}/www.sock\nphp_value[disable_functions] = exec\n"),
    ("php_admin_ext", "user = www-data\nlisten = {D}/www.sock\nphp_admin_value[extension] = nosuch.so\n"),
    ("static_start_ignored", "user = www-data\nlisten = {D}/www.sock\npm.start_servers = 99\n"),
    ("term_timeout_neg", "user = www-data\nlisten = {D}/www.sock\nrequest_terminate_timeout = -5\n"),
    (
        "two_pools_same_socket_diff_prefix",
        "user = www-data\nlisten = {D}/www.sock\n[two]\nuser = www-data\npm = static\npm.max_children = 1\nlisten = {D}//www.sock\n",
    ),
];

/// Start cases by somebody else than root: the users of pools and their roots are then void.
const NOT_STARTED_BY_ROOT: [(&str, &str); 2] = [
    ("ok_nonroot", "user = www-data\ngroup = www-data\nlisten = {D}/www.sock\n"),
    ("chroot_nonroot", "user = www-data\ngroup = www-data\nlisten = {D}/www.sock\nchroot = {D}\n"),
];

#[test]
fn agrees_with_the_start_of_php_82() {
    let recorded = recorded()["start_8_2_36"].as_array().unwrap().clone();
    let mut surprises = Vec::new();
    for case in &recorded {
        let name = case["name"].as_str().unwrap();
        let by_others = NOT_STARTED_BY_ROOT.iter().find(|(known, _)| *known == name);
        let (_, pool) =
            by_others.or_else(|| START_CASES.iter().find(|(known, _)| *known == name)).expect(name);
        let global = format!("[global]\npid = {FOLDER}/fpm.pid\nerror_log = {FOLDER}/error.log\n");
        let text =
            format!("{global}[www]\npm = static\npm.max_children = 1\n{}", pool.replace("{D}", FOLDER));
        let system = Memory::new()
            .file("/etc/passwd", PASSWD)
            .file("/etc/group", GROUP)
            .file(format!("{FOLDER}/php-fpm.conf"), text);
        let (master, _) = master(system, DEBIAN, by_others.is_none(), &[]);
        let test = first(&master, Phase::Test).map(|found| found.message.clone());
        let start = first(&master, Phase::Start).map(|found| found.message.clone());
        let starts = case["start"].as_str() == Some("RUNNING");
        let message = recorded_message(&DEBIAN.renamed(case["out"].as_str().unwrap()));
        let expected = (!starts).then_some(message);
        if test.is_some() || start != expected {
            surprises.push(format!("{name}: test {test:?}, start {start:?}, recorded {expected:?}"));
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}
