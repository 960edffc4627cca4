//! Facts of requests to httpd 2.4.71 that its own test is silent about.

use super::{outcome, read, setup};
use crate::request::{Outcome, Presence, Request};
use crate::{Endpoint, Stack, Target};

/// A whole request to the last site, for a host that is asked.
fn asked(stack: &Stack, method: &str, target: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let request = Request {
        presence: Presence::Ask,
        method: method.to_owned(),
        query: query.as_bytes().to_vec(),
        sent: path.as_bytes().to_vec(),
        ..Request::get(path.as_bytes())
    };
    let trace = stack.answer(stack.sites.len() - 1, &request);
    let words = outcome(&trace);
    trace.kept_status.map_or(words.clone(), |status| format!("{status} {words}"))
}

fn socket(stack: &Stack, path: &str) -> String {
    let trace = stack.answer(stack.sites.len() - 1, &Request::get(path.as_bytes()));
    let Outcome::Php(call) = &trace.outcome else { panic!("{:?}", trace.outcome) };
    let Target::Endpoints(endpoints) = &call.target else { panic!("{:?}", call.target) };
    match &endpoints[0].0 {
        Endpoint::Unix(path) => path.to_string(),
        other => other.to_string(),
    }
}

#[test]
fn two_sockets_behind_one_name_are_one_worker() {
    let pass = |name: &str, number: u8, host: &str| {
        format!("ProxyPassMatch ^/{name}/.*\\.php$ unix:/run/{number}.sock|fcgi://{host}/srv\n")
    };
    let same = read(&[pass("a", 1, "localhost"), pass("b", 2, "localhost")].concat());
    assert_eq!(socket(&same, "/a/x.php"), "/run/1.sock");
    assert_eq!(socket(&same, "/b/x.php"), "/run/1.sock");
    let other = read(&[pass("a", 1, "pool-a"), pass("b", 2, "pool-b")].concat());
    assert_eq!(socket(&other, "/b/x.php"), "/run/2.sock");
}

#[test]
fn a_proxy_section_with_parameters_takes_every_handler_of_its_name() {
    let handler = "<FilesMatch \\.php$>\nSetHandler proxy:unix:/run/b.sock|fcgi://localhost\n</FilesMatch>\n";
    let section = |head: &str, body: &str| read(&format!("<Proxy {head}>\n{body}</Proxy>\n{handler}"));
    let name = "unix:/run/a.sock|fcgi://localhost/";
    assert_eq!(socket(&section(name, ""), "/x.php"), "/run/b.sock");
    assert_eq!(socket(&section(name, "ProxySet timeout=5\n"), "/x.php"), "/run/a.sock");
    assert_eq!(socket(&section(&format!("{name} timeout=5"), ""), "/x.php"), "/run/a.sock");
    assert_eq!(socket(&section("fcgi://localhost/ timeout=5", ""), "/x.php"), "/run/b.sock");
}

#[test]
fn an_htaccess_is_read_when_a_request_comes_by() {
    let folder = |lines: &str| format!("<Directory /var/www/html>\n{lines}\n</Directory>\n");
    let ask = |lines: &str, text: &str| {
        let memory = setup().with("/var/www/html/a.txt").memory.file("/var/www/html/.htaccess", text);
        let stack = super::Setup { memory, ..setup() }.read(&folder(lines));
        asked(&stack, "GET", "/a.txt")
    };
    let denied = "Require all denied\n";
    assert_eq!(ask("AllowOverride All", denied), "403");
    assert_eq!(ask("AllowOverride None", denied), "file /var/www/html/a.txt");
    assert_eq!(ask("AllowOverride FileInfo", denied), "500");
    assert_eq!(
        ask("", denied),
        "500",
        "with AllowOverride nowhere, the file is read and nothing is allowed in it"
    );
    assert_eq!(ask("AllowOverride All", "php_value memory_limit 1G\n"), "500");
    assert_eq!(
        ask("AllowOverride All", "<IfModule mod_php.c>\nphp_value a b\n</IfModule>\n"),
        "file /var/www/html/a.txt"
    );
    assert_eq!(ask("AllowOverride Options=Indexes", "Options +Indexes\n"), "file /var/www/html/a.txt");
    assert_eq!(ask("AllowOverride Options=Indexes", "Options +ExecCGI\n"), "500");
}

#[test]
fn rules_of_folders_need_links() {
    let ask = |options: &str| {
        let rules = "RewriteEngine On\nRewriteRule ^b$ a.txt [L]\n";
        let config = format!("<Directory /var/www/html>\n{options}\n{rules}</Directory>\n");
        asked(&setup().with("/var/www/html/a.txt").read(&config), "GET", "/b")
    };
    assert_eq!(ask(""), "file /var/www/html/a.txt");
    assert_eq!(ask("Options Indexes FollowSymLinks"), "file /var/www/html/a.txt");
    assert_eq!(ask("Options Indexes"), "403");
    assert_eq!(ask("Options -FollowSymLinks"), "403");
}

#[test]
fn error_documents_keep_the_status() {
    let ask = |line: &str| {
        asked(
            &setup().with("/var/www/html/404.html").read(&format!("ErrorDocument 404 {line}\n")),
            "GET",
            "/none",
        )
    };
    assert_eq!(ask("/404.html"), "404 file /var/www/html/404.html");
    assert_eq!(ask("/none.html"), "404");
    assert_eq!(ask("\"not there\""), "404");
    assert_eq!(ask("http://other.example/"), "302 http://other.example/");
}

#[test]
fn methods_and_paths() {
    let stack = setup().with("/var/www/html/a.txt").read("");
    let rows = [
        ("POST", "/a.txt", "file /var/www/html/a.txt"),
        ("OPTIONS", "/a.txt", "200"),
        ("OPTIONS", "/none", "200"),
        ("DELETE", "/none", "405"),
        ("GET", "/empty", "301 /empty/"),
        ("GET", "/empty?a=1", "301 /empty/?a=1"),
        ("GET", "/../a.txt", "400"),
        ("GET", "/a%2ftxt", "404"),
        ("GET", "/%61.txt", "file /var/www/html/a.txt"),
        ("GET", "//a.txt", "file /var/www/html/a.txt"),
    ];
    for (method, target, expected) in rows {
        assert_eq!(asked(&stack, method, target), expected, "{method} {target}");
    }
}
