use std::path::Path;
use std::sync::Arc;

use fpmlint_workspace::{Files, Lookup, Memory, profile};

use super::*;
use crate::{Part, RefusalKind};

const POOL: &str = "[www]\nuser = www-data\nlisten = /run/www.sock\npm = static\npm.max_children = 5\n";

struct Machine {
    host: Host,
    master: Master,
}

/// Reads `/etc/php-fpm.conf` of a closed machine with these files.
fn machine(files: &[(&str, &str)], version: Option<Version>, fragment: bool) -> Machine {
    let passwd = "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/:/bin/sh\n";
    let mut system = Memory::new()
        .file("/etc/passwd", passwd)
        .file("/etc/group", "root:x:0:\nwww-data:x:33:\n")
        .directory("/var/log");
    for (path, text) in files {
        system = system.file(path, text);
    }
    let files = Arc::new(Files::new(Arc::new(system)));
    let host = Host::sysroot(files, "machine", Path::new("/"), profile("debian-12").unwrap());
    let path = HostPath::new("/etc/php-fpm.conf");
    let Lookup::Found(main) = host.open(&path) else { panic!("the main file is there") };
    let master = read(&Input {
        host: &host,
        main,
        path: &path,
        version,
        fragment,
        started_by_root: true,
        environment: None,
    });
    Machine { host, master }
}

fn master(text: &str) -> Machine {
    machine(&[("/etc/php-fpm.conf", text)], Some(Version::new(8, 2, 36)), false)
}

fn messages(machine: &Machine) -> Vec<&str> {
    machine.master.refusals.iter().map(|refusal| refusal.message.as_str()).collect()
}

/// The bytes that each refusal points at.
fn pointed(machine: &Machine) -> Vec<String> {
    let files = machine.host.files();
    let text = |refusal: &Refusal| {
        let text = files.get(refusal.place.file).text.clone();
        String::from_utf8_lossy(refusal.place.span(files).of(&text)).into_owned()
    };
    machine.master.refusals.iter().map(text).collect()
}

fn kinds(text: &str) -> Vec<RefusalKind> {
    master(text).master.refusals.iter().map(|refusal| refusal.kind).collect()
}

#[test]
fn a_sound_pool_has_no_refusals_and_typed_values() {
    let machine =
        master(&format!("{POOL}request_terminate_timeout = 5m\nclear_env = No\nphp_value[a] = $pool\n"));
    assert_eq!(messages(&machine), Vec::<&str>::new());
    let pool = machine.master.pool(b"WWW").unwrap();
    assert_eq!(pool.integer(id::PM_MAX_CHILDREN), Some(5));
    assert_eq!(pool.seconds(id::REQUEST_TERMINATE_TIMEOUT), Some(300));
    assert_eq!(pool.seconds(id::PM_PROCESS_IDLE_TIMEOUT), Some(10));
    assert_eq!(pool.boolean(id::CLEAR_ENV), Some(false));
    assert_eq!(pool.boolean(id::DECORATE_WORKERS_OUTPUT), Some(true));
    assert_eq!(pool.array(id::PHP_VALUE, b"a").and_then(Setting::text), Some(&b"www"[..]));
    assert_eq!(machine.master.listen(pool), Listen::Unix(HostPath::new("/run/www.sock")));
}

#[test]
fn the_last_scalar_and_the_first_array_entry_count() {
    let machine =
        master(&format!("{POOL}env[A] = 1\nenv[A] = 2\npm.max_requests = 1\nPM.Max_Requests = 2\n"));
    let pool = machine.master.pool(b"www").unwrap();
    assert_eq!(pool.integer(id::PM_MAX_REQUESTS), Some(2));
    assert_eq!(pool.array(id::ENV, b"A").and_then(Setting::text), Some(&b"1"[..]));
}

#[test]
fn sections_leak_out_of_included_files() {
    let machine = machine(
        &[
            (
                "/etc/php-fpm.conf",
                "[global]\ninclude = /etc/pool.d/*.conf\npm.max_requests = 77\nerror_log = /x\n",
            ),
            ("/etc/pool.d/www.conf", POOL),
        ],
        None,
        false,
    );
    let pool = machine.master.pool(b"www").unwrap();
    let leaked = pool.last(id::PM_MAX_REQUESTS).unwrap();
    assert!(leaked.leaked && leaked.section == Some(pool.headers[0]));
    assert!(!pool.last(id::PM).unwrap().leaked);
    // The line counter goes on from the included file, which has six lines for the daemon.
    assert_eq!(messages(&machine), ["[/etc/php-fpm.conf:8] unknown entry 'error_log'"]);
    assert_eq!(machine.master.refusals[0].kind, RefusalKind::DirectiveNotAllowedHere);
    assert_eq!(pointed(&machine), ["error_log"]);
}

#[test]
fn files_are_called_as_their_pattern_is_written() {
    let shown = |include: &str| {
        let main = format!("include = {include}\n");
        let files = [("/etc/php-fpm.conf", main.as_str()), ("/etc/pool.d/a.conf", "[a]\nx = 1\n")];
        messages(&machine(&files, None, false)).first().map(|message| (*message).to_owned()).unwrap()
    };
    assert_eq!(shown("/etc/pool.d/*.conf"), "[/etc/pool.d/a.conf:2] unknown entry 'x'");
    assert_eq!(shown("/etc//pool.d//*.conf"), "[/etc//pool.d//a.conf:2] unknown entry 'x'");
    assert_eq!(shown("/etc//pool.d/a.conf"), "[/etc//pool.d/a.conf:2] unknown entry 'x'");
    assert_eq!(shown("//etc/p*/a.conf"), "[//etc/pool.d/a.conf:2] unknown entry 'x'");
}

#[test]
fn a_drop_in_without_a_header_falls_into_the_pool_before_it() {
    let machine = machine(
        &[
            ("/etc/php-fpm.conf", "include = /etc/pool.d/*.conf\n"),
            ("/etc/pool.d/10.conf", POOL),
            ("/etc/pool.d/20.conf", "pm.max_children = 9\n"),
            ("/etc/pool.d/.hidden.conf", "(\n"),
            ("/etc/pool.d/30.conf", "[WWW]\npm.max_requests = 3\n"),
        ],
        None,
        false,
    );
    let pool = machine.master.pool(b"www").unwrap();
    assert_eq!((pool.integer(id::PM_MAX_CHILDREN), pool.headers.len()), (Some(9), 2));
    assert_eq!(machine.master.files.len(), 4);
    assert_eq!(machine.master.includes[0].matches.len(), 3);
    assert_eq!(messages(&machine), Vec::<&str>::new());
}

#[test]
fn reading_goes_on_behind_a_refusal_and_the_first_is_marked() {
    let machine = master(&format!("{POOL}pm.max_childern = 3\nclear_env = maybe\n# note\n"));
    let found: Vec<_> = machine.master.refusals.iter().map(|r| (r.kind, r.first, r.daemon_line)).collect();
    assert_eq!(
        found,
        [
            (RefusalKind::UnknownDirective, true, Some(6)),
            (RefusalKind::InvalidValue, false, Some(7)),
            (RefusalKind::HashComment, false, Some(8)),
        ]
    );
    assert_eq!(machine.master.refusals[0].suggestion.as_deref(), Some("pm.max_children"));
}

#[test]
fn what_a_refused_line_may_have_meant_is_not_missed() {
    let text = "[www]\nuser = www-data\nlisten = /run/www.sock\npm = static\npm.max_childern = 5\n";
    assert_eq!(kinds(text), [RefusalKind::UnknownDirective]);
    let text = text.replace("pm.max_childern = 5\n", "");
    assert_eq!(kinds(&text), [RefusalKind::MissingRequiredDirective]);
}

#[test]
fn a_fragment_misses_nothing_and_guesses_no_section() {
    let text = "pm.max_children = 0\nlog_level = loud\n[www]\npm = dynamic\npm.min_spare_servers = 3\n";
    let machine = machine(&[("/etc/php-fpm.conf", text)], None, true);
    assert_eq!(machine.master.unsectioned.len(), 2);
    assert_eq!(
        messages(&machine),
        ["[/etc/php-fpm.conf:2] unable to parse value for entry 'log_level': invalid value for 'log_level'"]
    );
}

#[test]
fn environment_values_are_unknown_and_not_refused() {
    let machine = master(&format!("{POOL}pm.max_children = ${{CHILDREN}}\nclear_env = ${{CLEAR}}\n"));
    assert_eq!(messages(&machine), Vec::<&str>::new());
    assert_eq!(machine.master.pool(b"www").unwrap().integer(id::PM_MAX_CHILDREN), None);
    assert_eq!(machine.master.unknowns.len(), 2);
}

#[test]
fn spare_servers_come_with_numbers_that_fit() {
    let text = "[www]\nuser=www-data\nlisten=/run/s\npm=dynamic\npm.max_children=5\npm.start_servers=9\n\
        pm.min_spare_servers=1\npm.max_spare_servers=30\n";
    let machine = master(text);
    let [refusal] = machine.master.refusals.as_slice() else { panic!("{:?}", messages(&machine)) };
    assert_eq!(refusal.kind, RefusalKind::SpareServersInconsistent);
    assert_eq!(refusal.suggestion.as_deref(), Some("pm.start_servers = 5, pm.max_spare_servers = 5"));
    assert_eq!(refusal.place.part, Part::Value);
    let text = machine.host.files().get(refusal.place.file).text.clone();
    assert_eq!(refusal.place.span(machine.host.files()).of(&text), b"30");
}

#[test]
fn starting_fails_where_the_test_does_not() {
    let start = |line: &str| {
        let machine = master(&format!("{POOL}{line}\n"));
        let found =
            machine.master.refusals.iter().map(|r| (r.phase, r.message.clone(), r.suggestion.clone()));
        let found: Vec<_> = found.collect();
        assert!(found.iter().all(|(phase, ..)| *phase == Phase::Start), "{found:?}");
        found.first().map(|(_, message, suggestion)| (message.clone(), suggestion.clone()))
    };
    let message = |line: &str| start(line).map(|(message, _)| message).unwrap_or_default();
    let (spaced, suggestion) = start("listen.acl_users = \"root, www-data\"").unwrap();
    assert_eq!(spaced, "[pool www] cannot get uid for user ' www-data': Success (0)");
    assert_eq!(suggestion.as_deref(), Some("root,www-data"));
    assert_eq!(message("listen.acl_groups = 33"), "[pool www] cannot get gid for group '33': Success (0)");
    assert_eq!(message("listen.acl_users = root,www-data"), "");
    assert_eq!(message("user = root"), "[pool www] please specify user and group other than root");
    assert_eq!(message("user = 12345"), "[pool www] please specify user and group other than root");
    assert_eq!(message("user = 33"), "");
    assert_eq!(message("listen = unix:/run/s"), "invalid port value '/run/s'");
    assert_eq!(start("listen = unix:/run/s").unwrap().1.as_deref(), Some("/run/s"));
    let absent = "unable to bind listening socket for address '/srv/no/s': No such file or directory (2)";
    assert_eq!(message("listen = /srv/no/s"), absent);
}

#[test]
fn the_version_says_what_exists_and_when_it_is_noticed() {
    let found = |minor: u16, line: &str| {
        let text = format!("{POOL}{line}\n");
        let version = Some(Version::new(if minor < 10 { 8 } else { 7 }, minor % 10, 40));
        let machine = machine(&[("/etc/php-fpm.conf", &text)], version, false);
        machine.master.refusals.iter().map(|r| (r.phase, r.message.clone())).next()
    };
    assert_eq!(found(1, "pm.max_spawn_rate = 3"), None);
    let unknown = "[/etc/php-fpm.conf:6] unknown entry 'pm.max_spawn_rate'".to_owned();
    assert_eq!(found(0, "pm.max_spawn_rate = 3"), Some((Phase::Test, unknown)));
    let user = "[pool www] cannot get uid for user 'nobody'".to_owned();
    assert_eq!(found(2, "user = nobody"), Some((Phase::Test, user.clone())));
    assert_eq!(found(0, "user = nobody"), Some((Phase::Start, user)));
    assert_eq!(found(2, "clear_env = \"yes\""), None);
    assert!(found(1, "clear_env = \"yes\"").is_some());
}

#[test]
fn includes_in_circles_end() {
    let files: Vec<(String, String)> =
        (0..40).map(|n| (format!("/etc/d/{n}.conf"), "include = /etc/d/*.conf\n".to_owned())).collect();
    let mut files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("/etc/php-fpm.conf", "include = /etc/d/*.conf\n"));
    let machine = machine(&files, None, false);
    assert_eq!(messages(&machine), ["failed to include more than 5 files recursively"]);
}

#[test]
fn the_same_address_twice_is_told_in_the_daemons_order() {
    let other = |name: &str, listen: &str| POOL.replace("www]", name).replace("/run/www.sock", listen);
    let text = [POOL, &other("b]", "9000"), &other("c]", "9000"), &other("d]", "/run/www.sock")].concat();
    let words = |second: &str, first: &str| {
        format!("[pool {second}] unable to set listen address as it's already used in another pool '{first}'")
    };
    assert_eq!(messages(&master(&text)), [words("d", "www"), words("c", "b")]);
}

#[test]
fn effective_values_know_the_defaults() {
    let dynamic = "pm = dynamic\npm.min_spare_servers = 1\npm.max_spare_servers = 4\n";
    let machine = master(&format!("{POOL}{dynamic}"));
    let pool = machine.master.pool(b"www");
    let text = |id| {
        machine.master.effective(pool, id).value.map(|value| String::from_utf8_lossy(&value).into_owned())
    };
    assert_eq!(text(id::PM_START_SERVERS).as_deref(), Some("2"));
    assert_eq!(text(id::SECURITY_LIMIT_EXTENSIONS).as_deref(), Some(".php .phar"));
    assert_eq!(text(id::PM_MAX_CHILDREN).as_deref(), Some("5"));
    assert_eq!(text(id::SLOWLOG), None);
    assert!(machine.master.effective(pool, id::PM).setting.is_some());
}

#[test]
fn a_status_address_makes_a_pool_of_its_own() {
    let found = |lines: &str| {
        let machine = master(&format!("{POOL}{lines}"));
        messages(&machine).first().map(|message| (*message).to_owned()).unwrap_or_default()
    };
    assert_eq!(found("pm.status_listen = 9001\n"), "");
    assert_eq!(found("pm.status_listen =\n"), "[pool www_status] no listen address have been defined!");
    let twice = "[pool www_status] unable to set listen address as it's already used in another pool 'www'";
    assert_eq!(found("pm.status_listen = /run/www.sock\n"), twice);
    assert!(
        found("pm.status_listen = 9001\n[global]\nevents.mechanism = poll\n")
            .contains("ondemand process manager")
    );
}

#[test]
fn refusals_point_at_what_is_wrong() {
    let text = "\n; note\nenv[A] = x=y\n  pm.max_requests = ten\n[www\n# (note)\nenv[B] =\nfoo[C] = 1\n/x = \"a\nclear_env\n";
    let machine = master(&format!("{POOL}{text}"));
    assert_eq!(pointed(&machine), ["=", "ten", "[www", "#", "env[B] =", "foo", "\"a", "clear_env"]);
    let kinds: Vec<_> = machine.master.refusals.iter().map(|refusal| refusal.kind).collect();
    assert_eq!(kinds[2..4], [RefusalKind::SyntaxError, RefusalKind::HashComment]);
    assert_eq!(kinds[6], RefusalKind::UnterminatedQuote);
}
