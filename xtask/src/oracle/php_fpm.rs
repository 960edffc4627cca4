//! php-fpm for the oracle.
//!
//! In: a case. Out: what `php-fpm -tt` says to it, and what fpmlint is told to answer alike. The daemon runs as root
//! and without php.ini; the case's folder is its prefix, so that relative paths stay in it.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use fpmlint_engine::{Options, Project};
use fpmlint_workspace::{As, FpmDefaults, Profile, profile};

use super::case::Case;
use super::daemon::{Answer, Daemon, Verdict, without_folder};
use super::mutate::Language;
use super::process;
use super::tally::NOT_KNOWN;

const PROGRAM: &str = "php-fpm8.2";

/// The daemon of Debian 12.
pub struct PhpFpm;

impl Daemon for PhpFpm {
    fn name(&self) -> &'static str {
        "php-fpm"
    }

    fn version(&self) -> String {
        static VERSION: OnceLock<String> = OnceLock::new();
        let ask = || {
            let ended = process::run(Command::new(PROGRAM).args(["-n", "-v"])).ok()?;
            let text = String::from_utf8_lossy(&ended.output).into_owned();
            text.split_whitespace().nth(1).map(str::to_owned)
        };
        VERSION.get_or_init(|| ask().unwrap_or_default()).clone()
    }

    fn seeds(&self) -> Vec<Case> {
        SEEDS.iter().map(|files| Case::new(files)).collect()
    }

    fn language(&self) -> Language {
        Language {
            statements: STATEMENTS,
            values: VALUES,
            pieces: PIECES,
            assign: " = ",
            end: "\n",
            include: "include",
            block_end: section_end,
        }
    }

    fn ask(&self, case: &Case, folder: &Path) -> Result<Answer, String> {
        let ended = process::run(
            Command::new(PROGRAM)
                .args(["-n", "-tt", "-p"])
                .arg(folder)
                .arg("-y")
                .arg(folder.join(&case.main))
                .current_dir(folder),
        )?;
        let output = String::from_utf8_lossy(&ended.output);
        let output = without_folder(&output, folder);
        match ended.code {
            Some(0) => Ok(Answer { details: in_force(&output), ..Answer::default() }),
            Some(78) => Ok(refusal(&output)),
            // A pool called `$pool` is put into its own name for ever.
            None if ended.late => Ok(Answer { verdict: Verdict::Hangs, ..Answer::default() }),
            code => Err(format!("{PROGRAM} ended with {code:?}: {output}")),
        }
    }

    fn set_options(&self, options: &mut Options, folder: &Path) {
        options.as_reader = Some(As::PhpFpm);
        options.targets.php = self.version().parse().ok();
        options.profile = profile("debian-12").map(|known| with_prefix(known, folder));
    }

    fn details(&self, project: &Project, folder: &Path) -> Vec<String> {
        let Some(master) = project.stack.masters.first() else { return Vec::new() };
        let Some(host) = project.stack.hosts.get(master.host) else { return Vec::new() };
        let mut lines = Vec::new();
        for section in master.config.in_force(&host.profile) {
            lines.push(format!("[{}]", String::from_utf8_lossy(&section.name)));
            for field in section.fields {
                let value = field.value.as_deref().map_or(NOT_KNOWN.into(), String::from_utf8_lossy);
                lines.push(format!("\t{} = {value}", String::from_utf8_lossy(&field.name)));
            }
        }
        // A value may hold a line end; the daemon prints it as it is.
        let printed = lines.iter().flat_map(|line| line.split('\n')).filter(|line| is_dumped(line));
        printed.map(|line| without_folder(line, folder)).collect()
    }
}

/// What is in force, as the daemon prints it; nothing where the log level hides it.
fn in_force(output: &str) -> Vec<String> {
    let notices = output.lines().filter_map(|line| without_time(line).strip_prefix("NOTICE: "));
    let dumped = notices.skip_while(|line| *line != "[global]");
    dumped.filter(|line| is_dumped(line)).map(str::to_owned).collect()
}

/// Whether a line of the daemon's names a section or a field.
fn is_dumped(line: &str) -> bool {
    line.starts_with('\t') || (line.starts_with('[') && line.ends_with(']'))
}

/// The profile of a daemon that was started with `-p folder`. Each folder's is made once.
fn with_prefix(known: &Profile, folder: &Path) -> &'static Profile {
    thread_local! {
        static MADE: std::cell::RefCell<Vec<(String, &'static Profile)>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    let name = folder.to_string_lossy().into_owned();
    MADE.with_borrow_mut(|made| {
        if let Some((_, profile)) = made.iter().find(|(known, _)| *known == name) {
            return *profile;
        }
        let prefix: &'static str = name.clone().leak();
        let php_fpm = FpmDefaults { prefix, localstatedir: prefix, ..known.php_fpm };
        let profile: &'static Profile = Box::leak(Box::new(Profile { php_fpm, ..known.clone() }));
        made.push((name, profile));
        profile
    })
}

/// A line without its time stamp.
fn without_time(line: &str) -> &str {
    let stamped = line.strip_prefix('[').and_then(|line| line.split_once("] "));
    match stamped {
        Some((time, rest)) if time.contains(':') && rest.contains(": ") => rest,
        _ => line,
    }
}

/// The first refusing line, and where the daemon says that it is. A warning refuses nothing, but for the one that says
/// why the format in the line behind it is wrong.
fn refusal(output: &str) -> Answer {
    let lines: Vec<&str> = output.lines().map(without_time).collect();
    let refuses = |at: usize| {
        let (line, next) = (*lines.get(at)?, lines.get(at + 1).copied().unwrap_or(""));
        let warning =
            || line.strip_prefix("WARNING: ").filter(|_| next.contains("wrong format for access.format"));
        let levels = ["ERROR: ", "ALERT: ", "PHP:  "];
        levels.iter().find_map(|level| line.strip_prefix(level)).or_else(warning)
    };
    let message = (0..lines.len()).find_map(refuses).unwrap_or_default().to_owned();
    let place = message.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let place = place.map_or("", |(place, _)| place);
    let place = if place.starts_with("pool ") { "" } else { place }.to_owned();
    Answer { verdict: Verdict::Refuses, message, place, details: Vec::new() }
}

/// A section ends where the next begins.
fn section_end(lines: &[Vec<u8>], at: usize) -> Option<usize> {
    let is_header = |line: &Vec<u8>| line.trim_ascii_start().starts_with(b"[");
    let rest = lines.get(at + 1..)?;
    is_header(lines.get(at)?).then(|| at + 1 + rest.iter().position(is_header).unwrap_or(rest.len()))
}

/// Configurations that the daemon takes.
const SEEDS: &[&[(&str, &str)]] = &[
    &[(
        "php-fpm.conf",
        "[global]\npid = {D}/php-fpm.pid\nerror_log = {D}/error.log\nlog_level = notice\n\n\
         [www]\nuser = www-data\ngroup = www-data\nlisten = {D}/www.sock\nlisten.owner = www-data\n\
         listen.group = www-data\nlisten.mode = 0660\npm = dynamic\npm.max_children = 5\npm.start_servers = 2\n\
         pm.min_spare_servers = 1\npm.max_spare_servers = 3\n",
    )],
    &[
        (
            "php-fpm.conf",
            "; one file for each site\n[global]\nerror_log = {D}/error.log\nemergency_restart_threshold = 10\n\
             emergency_restart_interval = 1m\nprocess_control_timeout = 10s\n\ninclude={D}/pool.d/*.conf\n",
        ),
        (
            "pool.d/a.conf",
            "[a]\nuser = www-data\nlisten = 127.0.0.1:9001\nlisten.allowed_clients = 127.0.0.1,::1\npm = static\n\
             pm.max_children = 4\npm.max_requests = 500\naccess.log = {D}/$pool.access.log\n\
             access.format = \"%R - %u %t \\\"%m %r%Q%q\\\" %s %f %{milli}d %{kilo}M %C%%\"\n\
             slowlog = {D}/$pool.slow.log\nrequest_slowlog_timeout = 5s\nrequest_terminate_timeout = 30s\n\
             php_admin_value[memory_limit] = 128M\nphp_admin_flag[log_errors] = on\n",
        ),
        (
            "pool.d/b.conf",
            "[b]\nuser = nobody\ngroup = nogroup\nlisten = {D}/b.sock\npm = ondemand\npm.max_children = 8\n\
             pm.process_idle_timeout = 10s\npm.status_path = /status\nping.path = /ping\nping.response = pong\n\
             catch_workers_output = yes\ndecorate_workers_output = no\nclear_env = no\n\
             env[HOSTNAME] = $HOSTNAME\nenv[PATH] = /usr/local/bin:/usr/bin:/bin\nenv[TMP] = '/tmp'\n\
             security.limit_extensions = .php .phtml\nphp_value[session.save_path] = \"{D}/sessions\"\n",
        ),
        ("pool.d/c.conf.off", "[off]\nnothing here is read\n"),
    ],
    &[
        (
            "php-fpm.conf",
            "include = {D}/pool.d/*.conf\n\n[global]\npid = run/php-fpm.pid\nerror_log = {D}/error.log\n\
             daemonize = no\nlog_limit = 8192\nlog_buffering = no\nrlimit_files = 1024\nrlimit_core = unlimited\n\
             process.max = 128\nprocess.priority = -5\nevents.mechanism = epoll\nsyslog.facility = daemon\n\
             syslog.ident = php\nsystemd_interval = 10\n",
        ),
        (
            "pool.d/www.conf",
            "[www]\nprefix = {D}\nuser = $pool-data\nlisten = $pool.sock\nlisten.backlog = 511\n\
             listen.acl_users = www-data,nobody\nlisten.acl_groups = www-data\nchdir = /\n\
             pm = dynamic\npm.max_children = 20\npm.min_spare_servers = 2\npm.max_spare_servers = 6\n\
             pm.max_spawn_rate = 16\npm.status_path = \"/fpm-status\"\npm.status_listen = 127.0.0.1:9090\n\
             request_slowlog_trace_depth = 10\nslowlog = slow.log\naccess.log = access.log\n\
             access.suppress_path[] = /ping\nrequest_terminate_timeout_track_finished = yes\n\
             process.dumpable = yes\nphp_flag[display_errors] = off\n\
             php_admin_value[error_reporting] = E_ALL & ~E_DEPRECATED\n\
             php_admin_value[disable_functions] = exec,passthru\n",
        ),
    ],
    &[
        (
            "php-fpm.conf",
            "[global]\nerror_log = {D}/error.log\n[first]\nuser = www-data\nlisten = 9000\npm = static\n\
             pm.max_children = 2\nenv[A] = \"x ${memory_limit}y\"\nchroot = {D}/root\nchdir = /inner\n\
             include = {D}/more/common.conf\n[second]\nuser = www-data\nlisten = [::1]:9002\npm = ondemand\n\
             pm.max_children = 3\nphp_admin_value[sendmail_path] = \"/usr/sbin/sendmail -t -i -f 'a@example.org'\"\n\
             php_admin_value[open_basedir] = {D}/root:/tmp\nphp_value[date.timezone] = Europe/Vienna\n\
             include = {D}/more/common.conf\n",
        ),
        (
            "more/common.conf",
            "; for every pool\npm.max_requests = 100\nrlimit_files = 2048\ncatch_workers_output = 1\n",
        ),
        ("root/inner/", ""),
    ],
];

/// Directives, and values that are worth trying in them.
const STATEMENTS: &[(&str, &[&str])] = &[
    (
        "include",
        &[
            "{D}/pool.d/*.conf",
            "{D}/none/*.conf",
            "{D}/*.none",
            "{D}/pool.d",
            "pool.d/*.conf",
            "{D}/missing.conf",
            "{D}/php-fpm.conf",
            "\"{D}/pool.d/*.conf\"",
        ],
    ),
    ("Include", &["{D}/pool.d/*.conf"]),
    ("[www]", &[]),
    ("[global]", &[]),
    ("[new]", &[]),
    ("[ www ]", &[]),
    ("[WWW]", &[]),
    ("[\"www\"]", &[]),
    ("[]", &[]),
    ("pid", &["{D}/x.pid", "run/x.pid", "", "no"]),
    ("error_log", &["{D}/e.log", "syslog", "{D}/none/e.log", "{D}", "none", "\"{D}/e.log\"", "/dev/null"]),
    ("log_level", &["debug", "notice", "Warning", "warn", "info", "1", "error"]),
    ("log_limit", &["1024", "511", "512", "-1", "1k", "99999999999"]),
    ("log_buffering", SWITCHES),
    ("emergency_restart_threshold", NUMBERS),
    ("emergency_restart_interval", TIMES),
    ("process_control_timeout", TIMES),
    ("process.max", NUMBERS),
    ("process.priority", &["-19", "-20", "20", "21", "64", "63", "0", "x"]),
    ("daemonize", SWITCHES),
    ("rlimit_files", NUMBERS),
    ("rlimit_core", &["unlimited", "Unlimited", "0", "-1", "5", "x", ""]),
    ("events.mechanism", &["epoll", "poll", "select", "EPOLL", "kqueue", "port", "/dev/poll", ""]),
    ("syslog.facility", &["daemon", "LOCAL7", "LOG_DAEMON", "local8", ""]),
    ("syslog.ident", &["php", "", "a b"]),
    ("systemd_interval", TIMES),
    ("prefix", &["{D}", "{D}/none", "pool.d", "", "{D}/php-fpm.conf", "none", "/"]),
    (
        "user",
        &["www-data", "root", "nosuchuser", "33", "4242", "", "\"www-data\"", "no", "www-data ", "nobody"],
    ),
    ("group", &["www-data", "root", "nogroup", "33", "", "nosuchgroup"]),
    (
        "listen",
        &[
            "{D}/x.sock",
            "127.0.0.1:9000",
            "9000",
            "x.sock",
            "[::]:9000",
            "unix:{D}/x.sock",
            "",
            "localhost:9000",
            "no",
            "127.0.0.1:99999",
            "{D}/a=b.sock",
            "{D}/$pool.sock",
        ],
    ),
    ("listen.backlog", NUMBERS),
    ("listen.acl_users", &["www-data", "www-data,nobody", "nosuchuser", "", "www-data, nobody"]),
    ("listen.acl_groups", &["www-data", "nosuchgroup", ""]),
    ("listen.owner", &["www-data", "nosuchuser", "33", "", "root"]),
    ("listen.group", &["www-data", "nosuchgroup", "33", "", "root"]),
    ("listen.mode", &["0660", "660", "rw-rw----", "on", "9", ""]),
    ("listen.allowed_clients", &["127.0.0.1", "127.0.0.1, ::1", "any", "10.0.0.0/8", ""]),
    ("listen.setfib", &["1"]),
    ("process.dumpable", SWITCHES),
    ("pm", &["static", "dynamic", "ondemand", "Dynamic", "on", "\"static\"", "", "always"]),
    ("pm.max_children", NUMBERS),
    ("pm.start_servers", NUMBERS),
    ("pm.min_spare_servers", NUMBERS),
    ("pm.max_spare_servers", NUMBERS),
    ("pm.max_spawn_rate", NUMBERS),
    ("pm.process_idle_timeout", TIMES),
    ("pm.max_requests", NUMBERS),
    ("pm.status_path", PATHS),
    ("pm.status_listen", &["127.0.0.1:9090", "{D}/status.sock", "9091", "", "{D}/www.sock", "s.sock"]),
    ("ping.path", PATHS),
    ("ping.response", &["pong", "", "ok ok", "no"]),
    (
        "access.log",
        &[
            "{D}/a.log",
            "{D}/$pool.log",
            "{D}/none/a.log",
            "none",
            "off",
            "",
            "{D}",
            "a.log",
            "/dev/null",
            "syslog",
        ],
    ),
    (
        "access.format",
        &[
            "\"%R - %u %t\"",
            "%R %{micro}d",
            "%{x",
            "\"%{x\"",
            "%z",
            "\"%{bytes}M %{mega}M\"",
            "%e",
            "%{X}e",
            "%{Content-Type}o",
            "%o",
            "%",
            "\"100%\"",
            "%{}d",
            "%{total}C %{idle}C",
            "%{x}R",
            "\"%{%d}t\"",
            "",
        ],
    ),
    ("access.suppress_path[]", &["/ping", "ping", "", "/"]),
    ("access.suppress_path[x]", &["/ping"]),
    ("Access.Suppress_Path[]", &["/ping"]),
    ("slowlog", &["{D}/s.log", "s.log", "{D}/none/s.log", "", "{D}", "$pool.slow"]),
    ("request_slowlog_timeout", TIMES),
    ("request_slowlog_trace_depth", NUMBERS),
    ("request_terminate_timeout", TIMES),
    ("request_terminate_timeout_track_finished", SWITCHES),
    ("chroot", &["{D}", "{D}/none", "root", "$prefix", "$prefix/root", "a$prefix", "$prefixroot", "", "/"]),
    ("chdir", &["/", "{D}", "inner", "{D}/none", "", "/inner", "$prefix"]),
    ("catch_workers_output", SWITCHES),
    ("decorate_workers_output", SWITCHES),
    ("clear_env", SWITCHES),
    ("security.limit_extensions", &[".php", ".php .phtml", "", ".php FALSE", "\".php\" \".x\"", "php"]),
    ("apparmor_hat", &["hat", ""]),
    ("env[X]", &["y", "$HOME", "", "''", "\"\"", "no", "a b", "don't", "1|2"]),
    ("env[]", &["x"]),
    ("env[ Y ]", &["x"]),
    ("env", &["x"]),
    ("ENV[X]", &["x"]),
    ("php_value[x.y]", &["1", "", "on", "a;b", "\"a;b\"", "$pool", "E_ALL", "~E_ALL", "128M"]),
    ("php_value[]", &["1"]),
    ("php_value", &["1"]),
    ("php_flag[x]", SWITCHES),
    ("php_admin_value[x]", &["1", "a=b", "\"a=b\"", "!1", "(1|2)&3", "6^3"]),
    ("php_admin_flag[x]", SWITCHES),
    ("php_admin_flag [x]", SWITCHES),
    ("php_admin_flag[\"x\"]", SWITCHES),
    ("unknown", &["1"]),
    ("; comment", &[]),
    ("# comment", &["1"]),
    ("#include", &["{D}/pool.d/*.conf"]),
    ("//", &[]),
    ("!", &[]),
    ("pm .max_children", &["5"]),
];

const SWITCHES: &[&str] = &[
    "yes", "no", "on", "off", "1", "0", "true", "FALSE", "none", "null", "\"yes\"", "\"Yes\"", "2", "maybe",
    "",
];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "5",
    "10",
    "50",
    "-1",
    "-",
    "+5",
    "0x10",
    "5k",
    "5.5",
    "007",
    "99999999999",
    "4294967297",
    "yes",
    "no",
    "null",
    "4|1",
    "E_ALL",
    "",
    "\"5\"",
    "\" 5\"",
    "ten",
];
const TIMES: &[&str] = &[
    "0", "1", "5s", "10s", "1m", "2h", "1d", "10ms", "1.5h", "-5", "1H", "5min", "1w", "abc5", "s",
    "\"10 s\"", "", "yes", "30", "60s",
];
const PATHS: &[&str] =
    &["/status", "/ping", "/", "ping", "", "/a b", "/a~b", "\"/a~b\"", "/a?b", "/ä", "/a.b-c_d"];

/// Values for every directive.
const VALUES: &[&str] = &[
    "",
    "1",
    "yes",
    "off",
    "null",
    "none",
    "\"\"",
    "''",
    "'x'",
    "\"x\"",
    "\"a\" b",
    "a \"b\" 'c'",
    "a=b",
    "a;b",
    "\"a;b\"",
    "a|b",
    "1&3",
    "~1",
    "!x",
    "(1)",
    "((1|2)",
    "a(b)",
    "1^1|2",
    "${memory_limit}",
    "${NONE}",
    "\"${NONE}x\"",
    "${",
    "${}",
    "${A:-b}",
    "$pool",
    "$$pool",
    "\\",
    "\"\\\\\"",
    "\"\\\"x\"",
    "\"x\\\"",
    "E_ALL",
    "E_ALL & ~E_NOTICE",
    "PHP_OS",
    "PHP_INT_SIZE",
    "E_NOSUCH",
    "1.5",
    "-1",
    "007",
    "0x1f",
    "{x}",
    "[x]",
    "a[b]",
    "#x",
    "x y  z",
    "\ttab\t",
    "ü",
    "don't",
    "\"unclosed",
    "'unclosed",
    "x\"y",
    "$x",
    "a$",
    "on off",
    "yes;no",
    "no ; comment",
    "true \"x\"",
];

/// Bytes that mean something to the scanner.
const PIECES: &[&str] = &[
    "\"", "'", ";", "#", "=", "[", "]", "{", "}", "(", ")", "|", "&", "^", "~", "!", "$", "${", "\\", " ",
    "\t", "\r", "\0", "\u{feff}", "=", "\n", ".", ",", ":", "-", "1", "x", " = ", "[x]", " ;", "$pool",
    "$prefix", "null", " on ", "\"\"", "''",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_its_first_line_with_its_place() {
        let output = "[25-Nov-2026 10:00:00] NOTICE: [pool www] a notice\n\
            [25-Nov-2026 10:00:00] ERROR: [{D}/a.conf:6] unknown entry 'x'\n[25-Nov-2026 10:00:00] ERROR: more\n";
        let answer = refusal(output);
        assert_eq!(answer.message, "[{D}/a.conf:6] unknown entry 'x'");
        assert_eq!(answer.place, "{D}/a.conf:6");
        assert_eq!(refusal("[25-Nov-2026 10:00:00] ALERT: [pool www] no\n").place, "");
    }

    #[test]
    fn what_is_in_force_begins_with_the_global_section() {
        let output = "[25-Nov-2026 10:00:00] NOTICE: [pool www] set to 2.\n[25-Nov-2026 10:00:00] NOTICE: [global]\n\
            [25-Nov-2026 10:00:00] NOTICE: \tpid = undefined\n[25-Nov-2026 10:00:00] NOTICE:  \n\
            [25-Nov-2026 10:00:00] NOTICE: configuration file x test is successful\n";
        assert_eq!(in_force(output), ["[global]", "\tpid = undefined"]);
    }
}
