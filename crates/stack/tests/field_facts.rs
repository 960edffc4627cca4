//! What people's stacks do at run time, as seen on nginx 1.22.1 with php-fpm 8.2.36: each a small machine, a request and
//! what comes of it.

use std::path::Path;
use std::sync::Arc;

use fpmlint_daemons::{nginx, php_fpm};
use fpmlint_stack::request::fpm::{self, FpmOutcome};
use fpmlint_stack::request::{Outcome, Presence, Request};
use fpmlint_stack::{Master, Nginx, Parts, Stack};
use fpmlint_workspace::{Files, Host, HostPath, Lookup, Memory, profile};

const PASSWD: &str =
    "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\nsite:x:1000:1000::/srv:/bin/sh\n";
const GROUP: &str = "root:x:0:\nwww-data:x:33:\nsite:x:1000:\n";
const FASTCGI_PARAMS: &str = "fastcgi_param QUERY_STRING $query_string;\nfastcgi_param REQUEST_METHOD $request_method;\n\
    fastcgi_param SCRIPT_NAME $fastcgi_script_name;\n";
const SCRIPT: &str = "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;";
const SOUND: &str = "listen = /run/php.sock\nlisten.owner = www-data\nuser = www-data\n";

/// A machine of one server and one pool.
struct Machine {
    memory: Memory,
    pool: String,
    server: String,
}

fn machine(pool: &str, server: &str) -> Machine {
    let memory = Memory::new()
        .file("/host/etc/passwd", PASSWD)
        .file("/host/etc/group", GROUP)
        .file("/host/etc/nginx/fastcgi_params", FASTCGI_PARAMS)
        .directory("/host/var/log")
        .directory("/host/srv");
    Machine { memory, pool: pool.to_owned(), server: server.to_owned() }
}

impl Machine {
    fn with(self, path: &str) -> Machine {
        Machine { memory: self.memory.file(format!("/host{path}"), "x"), ..self }
    }

    /// The same where the file added last has another mode and owner.
    fn of(self, mode: u32, owner: u32) -> Machine {
        Machine { memory: self.memory.mode(mode).owner(owner, owner), ..self }
    }

    fn stack(self) -> Stack {
        let pool = format!("[www]\n{}pm = static\npm.max_children = 1\n", self.pool);
        let text =
            format!("user www-data;\nevents {{}}\nhttp {{\nserver {{\nroot /srv;\n{}\n}}\n}}\n", self.server);
        let memory =
            self.memory.file("/host/etc/php/fpm.conf", pool).file("/host/etc/nginx/nginx.conf", text);
        let files = Arc::new(Files::new(Arc::new(memory)));
        let profile = profile("debian-12").unwrap();
        let host = Arc::new(Host::sysroot(Arc::clone(&files), "host", Path::new("/host"), profile));
        let open = |path: &HostPath| match host.open(path) {
            Lookup::Found(file) => file,
            _ => panic!("no {path}"),
        };
        let path = HostPath::new("/etc/nginx/nginx.conf");
        let input =
            nginx::Input { host: &host, main: open(&path), path: &path, version: None, fragment: false };
        let nginx = Nginx { host: 0, config: nginx::read(&input) };
        assert!(nginx.config.refusals.is_empty(), "{:?}", nginx.config.refusals);
        let path = HostPath::new("/etc/php/fpm.conf");
        let input = php_fpm::Input {
            host: &host,
            main: open(&path),
            path: &path,
            version: None,
            fragment: false,
            started_by_root: true,
            environment: None,
        };
        let config = php_fpm::read(&input);
        assert!(config.refusals.is_empty(), "{:?}", config.refusals);
        let masters = vec![Master { host: 0, config, fragment: false, ini: None }];
        Stack::new(files, Parts { hosts: vec![host], nginx: vec![nginx], masters, ..Parts::default() })
    }

    /// What a client of this machine gets, in a few words.
    fn answers(self, target: &str) -> String {
        let stack = self.stack();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = Request {
            presence: Presence::Ask,
            query: query.as_bytes().to_vec(),
            client: "127.0.0.1".parse().ok(),
            ..Request::get(path.as_bytes())
        };
        let trace = stack.answer(0, &request);
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let words = match &trace.outcome {
            Outcome::Php(call) => match fpm::answer(&stack, stack.sites[0].web(), call).1 {
                FpmOutcome::Runs { script, path_info, .. } => {
                    let info = path_info
                        .filter(|info| !info.is_empty())
                        .map_or(String::new(), |info| format!(" + {}", show(&info)));
                    let query = call.query.as_deref().map_or(String::new(), show);
                    let query = if query.is_empty() { query } else { format!(" ? {query}") };
                    format!("php {}{info}{query}", show(&script.unwrap_or_default()))
                }
                FpmOutcome::StatusPage(_) => "status page".to_owned(),
                FpmOutcome::Error { status, .. } => status.to_string(),
                FpmOutcome::Unknown(missing) => format!("unknown: {}", missing.fact),
            },
            Outcome::File(path) => format!("file {}", show(path)),
            Outcome::Source(path) => format!("source {}", show(path)),
            Outcome::Redirect { status, to } => format!("{status} {}", show(&to.clone().unwrap_or_default())),
            Outcome::Return(status) | Outcome::Error { status, .. } => status.to_string(),
            Outcome::OtherBackend => "backend".to_owned(),
            Outcome::Unknown(missing) => format!("unknown: {}", missing.fact),
        };
        trace.kept_status.map_or(words.clone(), |status| format!("{status} {words}"))
    }
}

fn php(lines: &str) -> String {
    format!("location ~ \\.php(/|$) {{ include fastcgi_params; {lines} fastcgi_pass unix:/run/php.sock; }}")
}

#[test]
fn without_a_script_filename_nothing_is_found_not_even_the_status_page() {
    let status = format!("{SOUND}pm.status_path = /status.php\n");
    let server = php("");
    assert_eq!(machine(&status, &server).with("/srv/a.php").answers("/a.php"), "404");
    assert_eq!(machine(&status, &server).answers("/status.php"), "404");
    assert_eq!(machine(&status, &php(SCRIPT)).answers("/status.php"), "status page");
}

#[test]
fn of_two_parameters_the_last_counts() {
    let server = php(&format!("{SCRIPT} fastcgi_param SCRIPT_FILENAME /srv/b.php;"));
    let machine = machine(SOUND, &server).with("/srv/a.php").with("/srv/b.php");
    assert_eq!(machine.answers("/a.php"), "php /srv/b.php");
}

#[test]
fn a_fallback_loses_the_query_unless_it_names_it() {
    let ask = |fallback: &str| {
        let server = format!("location / {{ try_files $uri {fallback}; }} {}", php(SCRIPT));
        machine(SOUND, &server).with("/srv/index.php").answers("/x?a=1")
    };
    assert_eq!(ask("/index.php"), "php /srv/index.php");
    assert_eq!(ask("/index.php$is_args$args"), "php /srv/index.php ? a=1");
}

#[test]
fn try_files_empties_path_info_unless_it_is_kept_before() {
    let split = "fastcgi_split_path_info ^(.+?\\.php)(/.*)$;";
    let ask = |lines: &str| {
        let server = php(&format!("{split} {lines} {SCRIPT}"));
        machine(SOUND, &server).with("/srv/a.php").answers("/a.php/x")
    };
    assert_eq!(ask("fastcgi_param PATH_INFO $fastcgi_path_info;"), "php /srv/a.php + /x");
    let tried = "try_files $fastcgi_script_name =404;";
    assert_eq!(ask(&format!("{tried} fastcgi_param PATH_INFO $fastcgi_path_info;")), "php /srv/a.php");
    let kept = "set $info $fastcgi_path_info;";
    assert_eq!(ask(&format!("{kept} {tried} fastcgi_param PATH_INFO $info;")), "php /srv/a.php + /x");
}

#[test]
fn sockets_and_clients_that_keep_nginx_out() {
    let ask = |pool: &str, pass: &str| {
        let server = php(SCRIPT).replace("unix:/run/php.sock", pass);
        machine(pool, &server).with("/srv/a.php").answers("/a.php")
    };
    let (socket, port) = ("unix:/run/php.sock", "127.0.0.1:9000");
    let rows = [
        ("listen = /run/php.sock\nuser = www-data\n", socket, "502"),
        ("listen = /run/php.sock\nlisten.mode = 0666\nuser = www-data\n", socket, "php /srv/a.php"),
        (
            "listen = /run/php.sock\nlisten.owner = www-data\nlisten.allowed_clients = 10.0.0.1\nuser = www-data\n",
            socket,
            "php /srv/a.php",
        ),
        (
            "listen = 127.0.0.1:9000\nuser = www-data\nlisten.allowed_clients = 127.0.0.1\n",
            port,
            "php /srv/a.php",
        ),
        ("listen = 127.0.0.1:9000\nuser = www-data\nlisten.allowed_clients = 10.0.0.1\n", port, "502"),
        ("listen = 127.0.0.1:9000\nuser = www-data\nlisten.allowed_clients = 127.0.0.0/8\n", port, "502"),
        (
            "listen = 127.0.0.1:9000\nuser = www-data\nlisten.allowed_clients = \"10.0.0.1, 127.0.0.1\"\n",
            port,
            "502",
        ),
        ("listen = 127.0.0.1:9001\nuser = www-data\n", port, "502"),
    ];
    for (pool, pass, expected) in rows {
        assert_eq!(ask(pool, pass), expected, "{pool}");
    }
}

#[test]
fn what_lies_behind_a_picture_runs_only_without_limits() {
    let ask = |limits: &str| {
        let pool = format!("{SOUND}{limits}");
        machine(&pool, &php(SCRIPT)).with("/srv/up/evil.jpg").answers("/up/evil.jpg/x.php")
    };
    assert_eq!(ask(""), "403");
    assert_eq!(ask("security.limit_extensions =\n"), "php /srv/up/evil.jpg");
    assert_eq!(ask("php_admin_value[cgi.fix_pathinfo] = 0\n"), "404");
}

#[test]
fn rights_of_a_script_and_of_its_folder() {
    let ask =
        |file: &str, mode, owner| machine(SOUND, &php(SCRIPT)).with(file).of(mode, owner).answers("/a.php");
    assert_eq!(ask("/srv/a.php", 0o644, 1000), "php /srv/a.php");
    assert_eq!(ask("/srv/a.php", 0o600, 1000), "403");
    assert_eq!(ask("/srv/a.php", 0o600, 33), "php /srv/a.php");
    assert_eq!(ask("/srv/b.php", 0o644, 1000), "404");
}

#[test]
fn php_without_a_method_is_an_empty_page() {
    let server = php(SCRIPT).replace("include fastcgi_params;", "");
    assert_eq!(machine(SOUND, &server).with("/srv/a.php").answers("/a.php"), "200");
    assert_eq!(machine(SOUND, &server).answers("/a.php"), "404");
}

#[test]
fn error_pages_keep_the_status_or_give_another() {
    let rows = [
        ("error_page 404 /404.html;", "404 file /srv/404.html"),
        ("error_page 404 = /404.html;", "file /srv/404.html"),
        ("error_page 404 =410 /404.html;", "410 file /srv/404.html"),
        ("error_page 404 /none.html;", "404"),
        ("error_page 404 http://other.example/;", "302 http://other.example/"),
        ("error_page 404 @named; location @named { return 207; }", "404"),
    ];
    for (lines, expected) in rows {
        let answer = machine(SOUND, lines).with("/srv/404.html").answers("/missing");
        assert_eq!(answer, expected, "{lines}");
    }
}
