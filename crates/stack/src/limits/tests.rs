//! Limits of requests to small stacks. Every expected value of PHP was printed by a page of PHP 8.2.36 (php-fpm) behind
//! nginx 1.22.1, and httpd 2.4.71, with the same files.

use std::path::Path;
use std::sync::Arc;

use fpmlint_daemons::{apache, nginx, php_fpm, php_ini};
use fpmlint_text::Encoding;
use fpmlint_workspace::{Files, Host, HostPath, Lookup, Memory, Mount, profile};

use super::{Asked, Limits, Value};
use crate::request::fpm::{self, FpmOutcome};
use crate::request::{Outcome, Presence, Request};
use crate::{Apache, Master, Nginx, Parts, Stack};

const PHP_INI: &str = "\
upload_max_filesize = 3M
post_max_size = 3M
memory_limit = 300M
max_execution_time = 300
max_input_time = 300
max_input_vars = 3000
[PATH=/srv/www/a]
max_input_time = 111
[HOST=h.example]
max_input_vars = 2222
[PATH=/srv/www/a/b]
max_execution_time = 222
";

const USER_INI: &str = "\
upload_max_filesize = 11M
post_max_size = 11M
memory_limit = 111M
max_execution_time = 11
max_input_time = 11
max_input_vars = 1111
";

const POOLS: &str = "\
[global]
[free]
user = www-data
listen = 127.0.0.1:9001
pm = static
pm.max_children = 1
php_value[upload_max_filesize] = 21M
php_value[upload_max_filesize] = 22M
php_value[memory_limit] = 210M
[admin]
user = www-data
listen = 127.0.0.1:9002
pm = static
pm.max_children = 1
request_terminate_timeout = 2m
php_admin_value[upload_max_filesize] = 31M
php_value[upload_max_filesize] = 32M
php_admin_value[memory_limit] = 310M
php_admin_value[max_input_time] = 313
php_admin_value[max_execution_time] = 323
";

const SCRIPT: &str = "fastcgi_param REQUEST_METHOD $request_method; \
                      fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;";
const ROOT: &str = "fastcgi_param DOCUMENT_ROOT $document_root;";
const FREE: &str = "fastcgi_pass 127.0.0.1:9001;";
const ADMIN: &str = "fastcgi_pass 127.0.0.1:9002;";

/// The files of a machine with PHP, its pools and some sites' files.
fn machine() -> Memory {
    Memory::new()
        .directory("/host/var/log")
        .file("/host/etc/passwd", "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\n")
        .file("/host/etc/php/php.ini", PHP_INI)
        .file("/host/etc/php/conf.d/10-x.ini", "memory_limit = 305M\n")
        .file("/host/etc/php/fpm.conf", POOLS)
        .file("/host/srv/www/.user.ini", USER_INI)
        .file("/host/srv/www/a/.user.ini", "post_max_size = 12M\n")
        .file("/host/srv/other/.user.ini", "memory_limit = 113M\n")
        .file("/host/srv/www/i.php", "")
        .file("/host/srv/www/a/b/i.php", "")
        .file("/host/srv/other/i.php", "")
}

fn open(host: &Host, path: &str) -> fpmlint_text::FileId {
    let Lookup::Found(file) = host.open(&HostPath::new(path)) else { panic!("no {path}") };
    file
}

/// A whole machine.
fn closed(memory: Memory) -> Host {
    let files = Arc::new(Files::new(Arc::new(memory)));
    Host::sysroot(files, "host", Path::new("/host"), profile("debian-12").unwrap())
}

/// The master of [`POOLS`], with php.ini or without.
fn master(host: &Host, with_ini: bool) -> Master {
    let path = HostPath::new("/etc/php/fpm.conf");
    let input = php_fpm::Input {
        host,
        main: open(host, "/etc/php/fpm.conf"),
        path: &path,
        version: None,
        fragment: false,
        started_by_root: true,
        environment: None,
    };
    let config = php_fpm::read(&input);
    assert!(config.refusals.is_empty(), "{:?}", config.refusals);
    let scan = b"/etc/php/conf.d/*.ini";
    let ini = with_ini.then(|| {
        let main = Some(open(host, "/etc/php/php.ini"));
        php_ini::read(&php_ini::IniSource { host, main, scan: Some(scan), version: None, per_folder: false })
    });
    Master { host: 0, config, fragment: false, ini }
}

/// An nginx server of this body in front of the pools.
fn behind_nginx(body: &str) -> Stack {
    let text =
        format!("events {{}}\nhttp {{\nserver {{\nserver_name h.example;\nroot /srv/www;\n{body}\n}}\n}}\n");
    nginx_on(closed(machine().file("/host/etc/nginx/nginx.conf", text.as_bytes())), true)
}

fn nginx_on(host: Host, with_ini: bool) -> Stack {
    let path = HostPath::new("/etc/nginx/nginx.conf");
    let main = open(&host, "/etc/nginx/nginx.conf");
    let config =
        nginx::read(&nginx::Input { host: &host, main, path: &path, version: None, fragment: false });
    assert!(config.refusals.is_empty(), "{:?}", config.refusals);
    let masters = vec![master(&host, with_ini)];
    let files = Arc::clone(host.files());
    let nginx = vec![Nginx { host: 0, config }];
    Stack::new(files, Parts { hosts: vec![Arc::new(host)], nginx, masters, ..Parts::default() })
}

/// A main server of Apache with these lines in front of the pools.
fn behind_apache(lines: &str) -> Stack {
    let mut text =
        "ServerRoot /etc/apache2\nListen 80\nServerName h.example\nDocumentRoot /srv/www\n".to_owned();
    for module in
        ["mpm_event", "authz_core", "dir", "mime", "env", "setenvif", "rewrite", "proxy", "proxy_fcgi"]
    {
        text.push_str(&format!("LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n"));
    }
    text.push_str(lines);
    let host = closed(machine().file("/host/etc/apache2/apache2.conf", text.as_bytes()));
    let path = HostPath::new("/etc/apache2/apache2.conf");
    let config = apache::read(&apache::Input {
        host: &host,
        main: open(&host, "/etc/apache2/apache2.conf"),
        path: &path,
        version: None,
        defines: &[],
        environment: &apache::environment(&host),
        fragment: false,
        htaccess: false,
    });
    let masters = vec![master(&host, true)];
    let files = Arc::clone(host.files());
    let apache = vec![Apache { host: 0, config }];
    Stack::new(files, Parts { hosts: vec![Arc::new(host)], apache, masters, ..Parts::default() })
}

fn asked(stack: &Stack, path: &str) -> Option<Limits> {
    let request =
        Request { presence: Presence::Ask, host: b"h.example".to_vec(), ..Request::get(path.as_bytes()) };
    let site = 0;
    let (pool, script) = match stack.answer(site, &request).outcome {
        Outcome::Php(call) => match fpm::answer(stack, stack.sites[site].web(), &call).1 {
            FpmOutcome::Runs { pool, script, .. } => (Some(pool), script),
            other => panic!("{other:?}"),
        },
        _ => (None, None),
    };
    stack.limits(&Asked { site, request: &request, pool, script: script.as_deref() })
}

/// `name=value from file:line`, one for each of the wanted names.
fn shown(stack: &Stack, path: &str, names: &[&str]) -> Vec<String> {
    let limits = asked(stack, path).expect("a request for PHP");
    let show = |name: &&str| {
        let limit = limits.all.iter().find(|limit| limit.name == *name).expect("the limit");
        let value = match &limit.value {
            Value::Known { text, .. } => String::from_utf8_lossy(text).into_owned(),
            Value::Unknown(missing) => format!("({})", missing.fact),
        };
        let place = limit.place.map_or(String::new(), |place| {
            let file = stack.files.get(place.file);
            let start = place.span(&stack.files).start;
            let line = file.lines().position(&file.text, start, Encoding::Utf32).line + 1;
            let name = file.path.strip_prefix("/host").unwrap_or(&file.path);
            format!(" /{}:{line}", name.display())
        });
        format!("{value} {}{place}", limit.from.name())
    };
    names.iter().map(show).collect()
}

/// The values of the six limits of PHP, in the order of the page that printed them.
fn values(stack: &Stack, path: &str) -> String {
    let names = [
        "upload_max_filesize",
        "post_max_size",
        "memory_limit",
        "max_execution_time",
        "max_input_time",
        "max_input_vars",
    ];
    let shown = shown(stack, path, &names);
    let values: Vec<&str> = shown.iter().filter_map(|shown| shown.split(' ').next()).collect();
    values.join(" ")
}

#[test]
fn user_ini_has_the_last_word_of_what_is_free() {
    let name = "fastcgi_param SERVER_NAME $host;";
    let stack = behind_nginx(&format!("location / {{ {SCRIPT} {ROOT} {name} {FREE} }}"));
    assert_eq!(values(&stack, "/i.php"), "11M 11M 111M 11 11 2222");
    assert_eq!(values(&stack, "/a/b/i.php"), "11M 12M 111M 222 111 2222");
    let wanted = ["post_max_size", "max_input_time", "max_input_vars", "request_terminate_timeout"];
    let expected = [
        "12M user.ini /srv/www/a/.user.ini:1",
        "111 php.ini-section /etc/php/php.ini:8",
        "2222 php.ini-section /etc/php/php.ini:10",
        "0 default",
    ];
    assert_eq!(shown(&stack, "/a/b/i.php", &wanted), expected);
}

#[test]
fn without_a_document_root_no_user_ini_is_read() {
    let stack = behind_nginx(&format!("location / {{ {SCRIPT} {FREE} }}"));
    assert_eq!(values(&stack, "/i.php"), "21M 3M 210M 300 300 3000");
    let expected = ["21M pool /etc/php/fpm.conf:7", "300 php.ini /etc/php/php.ini:4"];
    assert_eq!(shown(&stack, "/i.php", &["upload_max_filesize", "max_execution_time"]), expected);
}

#[test]
fn a_script_beside_the_document_root_has_its_own_folder_alone() {
    let root = "fastcgi_param DOCUMENT_ROOT /srv/www;";
    let stack = behind_nginx(&format!("location /other/ {{ root /srv; {SCRIPT} {root} {FREE} }}"));
    assert_eq!(values(&stack, "/other/i.php"), "21M 3M 113M 300 300 3000");
}

#[test]
fn admin_values_keep_user_ini_out() {
    let stack = behind_nginx(&format!("location / {{ {SCRIPT} {ROOT} {ADMIN} }}"));
    assert_eq!(values(&stack, "/i.php"), "31M 11M 310M 323 313 1111");
    assert_eq!(values(&stack, "/a/b/i.php"), "31M 12M 310M 222 111 1111");
    assert_eq!(shown(&stack, "/i.php", &["request_terminate_timeout"]), ["2m pool /etc/php/fpm.conf:15"]);
}

#[test]
fn parameters_overrule_even_admin_values() {
    let value =
        "fastcgi_param PHP_VALUE \"upload_max_filesize=41M\\nmemory_limit=410M\\nmax_input_time=414\";";
    let admin = "fastcgi_param PHP_ADMIN_VALUE \"max_input_vars=4444\\nmemory_limit=420M\";";
    let stack = behind_nginx(&format!("location / {{ {SCRIPT} {ROOT} {value} {admin} {ADMIN} }}"));
    assert_eq!(values(&stack, "/i.php"), "41M 11M 420M 323 414 4444");
    let expected = ["41M PHP_VALUE /etc/nginx/nginx.conf:6", "420M PHP_ADMIN_VALUE /etc/nginx/nginx.conf:6"];
    assert_eq!(shown(&stack, "/i.php", &["upload_max_filesize", "memory_limit"]), expected);
}

#[test]
fn of_two_parameters_the_last_is_sent() {
    let name = "fastcgi_param SERVER_NAME H.EXAMPLE;";
    let first = "fastcgi_param PHP_VALUE \"max_input_vars=5555\\nmax_execution_time=55\";";
    let second =
        "fastcgi_param PHP_VALUE \"max_input_vars=5556\\nmax_execution_time=56\\npost_max_size=56M\";";
    let admin = "fastcgi_param PHP_ADMIN_VALUE \"upload_max_filesize=57M\";";
    let stack =
        behind_nginx(&format!("location / {{ {SCRIPT} {ROOT} {name} {first} {second} {admin} {FREE} }}"));
    assert_eq!(values(&stack, "/i.php"), "57M 11M 111M 11 11 2222");
    assert_eq!(values(&stack, "/a/b/i.php"), "57M 12M 111M 222 111 2222");
}

#[test]
fn nginx_has_limits_of_its_own() {
    let small = "location /small { client_max_body_size 10k; rewrite ^/small(.*)$ $1 last; }";
    let php =
        format!("location / {{ client_max_body_size 0; fastcgi_read_timeout 1500ms; {SCRIPT} {FREE} }}");
    let stack = behind_nginx(&format!("{small}\n{php}"));
    let names = ["client_max_body_size", "fastcgi_read_timeout"];
    let expected = ["0 nginx /etc/nginx/nginx.conf:7", "1500ms nginx /etc/nginx/nginx.conf:7"];
    assert_eq!(shown(&stack, "/i.php", &names), expected);
    // The location that the request came through first refuses by its own limit.
    let expected = ["10k nginx /etc/nginx/nginx.conf:6", "1500ms nginx /etc/nginx/nginx.conf:7"];
    assert_eq!(shown(&stack, "/small/i.php", &names), expected);
    let amounts =
        asked(&stack, "/small/i.php").unwrap().all.into_iter().take(2).map(|limit| match limit.value {
            Value::Known { amount, .. } => amount,
            Value::Unknown(_) => None,
        });
    assert_eq!(amounts.collect::<Vec<_>>(), [Some(10_240), Some(2)]);
    let stack = behind_nginx(&format!("location / {{ {SCRIPT} {FREE} }}"));
    assert_eq!(shown(&stack, "/i.php", &names), ["1m default", "60s default"]);
}

#[test]
fn other_requests_have_no_limits_of_php() {
    let stack = behind_nginx(&format!("location /php/ {{ {SCRIPT} {FREE} }}"));
    assert_eq!(asked(&stack, "/i.php"), None);
}

#[test]
fn apache_sends_its_document_root_and_what_set_env_says() {
    let pass = "ProxyPassMatch ^(/.*\\.php)$ fcgi://127.0.0.1:9001/srv/www$1\n";
    let stack = behind_apache(pass);
    assert_eq!(values(&stack, "/a/b/i.php"), "11M 12M 111M 222 111 2222");
    assert_eq!(shown(&stack, "/i.php", &["Timeout"]), ["60 default"]);

    let stack =
        behind_apache(&format!("{pass}SetEnv PHP_ADMIN_VALUE memory_limit=9M\nTimeout 5\nProxyTimeout 7\n"));
    let expected =
        ["9M PHP_ADMIN_VALUE /etc/apache2/apache2.conf:15", "7 apache /etc/apache2/apache2.conf:17"];
    assert_eq!(shown(&stack, "/i.php", &["memory_limit", "ProxyTimeout"]), expected);
}

#[test]
fn apaches_worker_may_have_a_timeout() {
    let handler = "<FilesMatch \\.php$>\nSetHandler proxy:fcgi://127.0.0.1:9001\n</FilesMatch>\n";
    let worker = "<Proxy fcgi://127.0.0.1:9001>\nProxySet timeout=33\n</Proxy>\n";
    let stack = behind_apache(&format!("{handler}{worker}ProxyTimeout 7\n"));
    let expected = ["33 apache /etc/apache2/apache2.conf:18"];
    assert_eq!(shown(&stack, "/i.php", &["ProxyTimeout"]), expected);

    let pass = "ProxyPassMatch ^(/.*\\.php)$ fcgi://127.0.0.1:9001/srv/www$1 timeout=44\n";
    let stack = behind_apache(&format!("{pass}ProxyTimeout 7\n"));
    assert_eq!(shown(&stack, "/i.php", &["ProxyTimeout"]), ["44 apache /etc/apache2/apache2.conf:14"]);
}

#[test]
fn an_environment_with_conditions_is_not_guessed() {
    let pass = "ProxyPassMatch ^(/.*\\.php)$ fcgi://127.0.0.1:9001/srv/www$1\n";
    let stack = behind_apache(&format!("{pass}SetEnvIf Host x PHP_VALUE=memory_limit=9M\n"));
    // The value may even name other files than `.user.ini`.
    let expected = ["(the value of PHP_VALUE) PHP_VALUE /etc/apache2/apache2.conf:15"];
    assert_eq!(shown(&stack, "/a/b/i.php", &["memory_limit"]), expected);
}

/// A folder of a project that is taken for a machine's root: what is not there is not known.
fn in_a_repository(with_ini: bool) -> Stack {
    let text = format!(
        "events {{}}\nhttp {{\nserver {{\nserver_name h.example;\nroot /srv/app;\nlocation / {{ {SCRIPT} {ROOT} {ADMIN} }}\n}}\n}}\n"
    );
    let memory = machine().file("/host/etc/nginx/nginx.conf", text.as_bytes());
    let files = Arc::new(Files::new(Arc::new(memory)));
    let mount = Mount { at: HostPath::new("/etc"), local: "/host/etc".into() };
    let host = Host::view(files, "app", profile("debian-12").unwrap(), vec![mount]);
    nginx_on(host, with_ini)
}

#[test]
fn what_nobody_showed_is_unknown() {
    let names = ["memory_limit", "post_max_size"];
    let stack = in_a_repository(false);
    let expected = ["310M pool /etc/php/fpm.conf:18", "(the php.ini of this PHP) php.ini"];
    assert_eq!(shown(&stack, "/i.php", &names), expected);

    let stack = in_a_repository(true);
    let expected = ["310M pool /etc/php/fpm.conf:18", "3M php.ini /etc/php/php.ini:2"];
    assert_eq!(shown(&stack, "/i.php", &names), expected);
    let doubts = asked(&stack, "/i.php").unwrap().doubts;
    let facts: Vec<&str> = doubts.iter().map(|doubt| doubt.fact.as_str()).collect();
    assert_eq!(facts, ["whether /srv/app/.user.ini exists"]);
}
