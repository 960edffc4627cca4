//! Sites, backends, accounts and folders of configurations.

use super::{get, outcome, read, setup};
use crate::{Stack, Web};

fn labels(stack: &Stack) -> Vec<String> {
    stack.sites.iter().map(|site| site.url("/")).collect()
}

/// The site that answers, by its URL.
fn answering(stack: &Stack, host: &str, port: u16) -> Vec<String> {
    stack.sites_for(host.as_bytes(), port).into_iter().map(|site| stack.sites[site].url("/")).collect()
}

const HOSTS: &str = "Listen 8080\n\
    <VirtualHost *:80>\nServerName a.example\nServerAlias *.a.example\nDocumentRoot /srv/a\n</VirtualHost>\n\
    <VirtualHost *:80>\nServerName b.example\nDocumentRoot /srv/b\n</VirtualHost>\n";

#[test]
fn the_main_server_is_a_site_where_it_is_reached() {
    assert_eq!(labels(&read("")), ["http://main.example/"]);
    assert_eq!(labels(&read(HOSTS)), ["http://main.example:8080/", "http://a.example/", "http://b.example/"]);
    assert_eq!(
        labels(&read(&HOSTS.replace("Listen 8080\n", ""))),
        ["http://a.example/", "http://b.example/"]
    );
    assert!(labels(&setup().fragment().read("Alias /x /y\n")).is_empty());
}

#[test]
fn virtual_hosts_by_name_and_port() {
    let stack = read(HOSTS);
    assert_eq!(answering(&stack, "b.example", 80), ["http://b.example/"]);
    assert_eq!(answering(&stack, "www.A.example", 80), ["http://a.example/"]);
    assert_eq!(answering(&stack, "other.example", 80), ["http://a.example/"]);
    assert_eq!(answering(&stack, "b.example", 8080), ["http://main.example:8080/"]);
    assert!(answering(&stack, "b.example", 81).is_empty());
}

#[test]
fn backends_and_their_sites() {
    let stack = read(
        "<FilesMatch \\.php$>\nSetHandler proxy:unix:/run/a.sock|fcgi://localhost\n</FilesMatch>\n\
         ProxyPass /api http://127.0.0.1:3000/\n\
         <VirtualHost *:80>\nServerName b.example\n<Location /x>\nProxyPass fcgi://php:9000/srv enablereuse=on\n\
         </Location>\nProxyPassMatch ^/(.*\\.php)$ fcgi://php:9001/srv/$1\n\
         ProxyPass /no !\n</VirtualHost>\n",
    );
    let shown: Vec<_> = stack
        .backends
        .iter()
        .map(|backend| {
            let text = &stack.files.get(backend.place.file).text;
            let text = String::from_utf8_lossy(&text[backend.place.span(&stack.files).range()]).into_owned();
            (backend.directive, text, backend.site)
        })
        .collect();
    let expected = [
        ("SetHandler", "proxy:unix:/run/a.sock|fcgi://localhost", None),
        ("ProxyPassMatch", "fcgi://php:9001/srv/$1", Some(0)),
        ("ProxyPass", "fcgi://php:9000/srv", Some(0)),
    ];
    assert_eq!(shown.len(), expected.len(), "{shown:?}");
    for expected in expected {
        assert!(
            shown.contains(&(expected.0, expected.1.to_owned(), expected.2)),
            "{expected:?} in {shown:?}"
        );
    }
}

#[test]
fn sites_that_serve_php() {
    let hosts = HOSTS.replace("Listen 8080\n", "");
    let handler = "<FilesMatch \\.php$>\nSetHandler proxy:fcgi://127.0.0.1:9000\n</FilesMatch>\n";
    let served = |config: &str| {
        let stack = read(&format!("{config}{hosts}"));
        (stack.serves_php(0), stack.serves_php(1))
    };
    assert_eq!(served(""), (false, false));
    assert_eq!(served(handler), (true, true));
    assert_eq!(served(&format!("<Directory /srv/b>\n{handler}</Directory>\n")), (false, true));
    assert_eq!(served(&format!("<Directory /usr/share/tool>\n{handler}</Directory>\n")), (false, false));
}

#[test]
fn the_account_of_the_workers() {
    let account = |config: &str| read(config).account(Web::Apache(0)).clone();
    let shown = |config: &str| {
        let account = account(config).account.expect("an account");
        let show = |text: Vec<u8>| String::from_utf8(text).unwrap();
        (show(account.user), account.group.map(show))
    };
    let www = Some("www-data".to_owned());
    assert_eq!(shown(""), ("www-data".to_owned(), www.clone()));
    assert_eq!(shown("User #33\nGroup #33\n"), ("#33".to_owned(), Some("#33".to_owned())));
    assert_eq!(shown("User ${APACHE_RUN_USER}\nGroup ${APACHE_RUN_GROUP}\n"), ("www-data".to_owned(), www));
    assert!(account("User www-data\n").place.is_some() || account("").place.is_none());
}

#[test]
fn folders_and_prefixes() {
    let stack = read(
        "<VirtualHost *:80>\nDocumentRoot /srv/a\nAlias /tool /usr/share/tool\nAlias /icons/ /usr/share/icons/\n\
         ProxyPassMatch ^/secret\\.php$ !\nProxyPass /app fcgi://127.0.0.1:9000/srv/app\n\
         <Location /status>\nSetHandler server-status\n</Location>\n\
         <Directory /srv/a/uploads>\nRequire all denied\n</Directory>\n</VirtualHost>\n",
    );
    let roots: Vec<String> = stack.document_roots(0).iter().map(ToString::to_string).collect();
    assert_eq!(roots, ["/srv/a", "/usr/share/icons", "/usr/share/tool"]);
    let mut prefixes: Vec<String> =
        stack.prefixes(0).into_iter().map(|prefix| String::from_utf8(prefix).unwrap()).collect();
    prefixes.sort();
    assert_eq!(prefixes, ["/app", "/secret.php", "/status", "/tool", "/uploads"]);
}

#[test]
fn the_status_page_by_both_ways() {
    let pass =
        read("<Location /fpm-status>\nProxyPass unix:/run/a.sock|fcgi://localhost/fpm-status\n</Location>\n");
    let call = super::call(&get(&pass, "/fpm-status")).clone();
    assert_eq!(call.script_name.as_deref(), Some(&b"/fpm-status"[..]));
    let handler =
        read("<Location /fpm-status>\nSetHandler proxy:unix:/run/a.sock|fcgi://localhost\n</Location>\n");
    let call = super::call(&get(&handler, "/fpm-status")).clone();
    assert_eq!(call.script_name.as_deref(), Some(&b"/fpm-status"[..]));
}

#[test]
fn conditions_that_hold() {
    let handler = "SetHandler proxy:fcgi://127.0.0.1:9000";
    let config =
        |test: &str| format!("<FilesMatch \\.php$>\n<If \"{test}\">\n{handler}\n</If>\n</FilesMatch>\n");
    let php = "php /var/www/html/a.php";
    let rows = [
        ("-f %{REQUEST_FILENAME}", php),
        ("true && -e %{REQUEST_FILENAME}", php),
        ("!-f %{REQUEST_FILENAME}", "source /var/www/html/a.php"),
        ("%{REQUEST_URI} == '/a.php'", php),
        ("%{REQUEST_URI} =~ m#^/b#", "source /var/www/html/a.php"),
        ("false || %{HTTPS} == 'off'", php),
    ];
    for (test, expected) in rows {
        assert_eq!(outcome(&get(&read(&config(test)), "/a.php")), expected, "{test}");
    }
    let trace = get(&read(&config("env('x') == 'y'")), "/a.php");
    assert_eq!(trace.doubts.len(), 1);
    assert!(outcome(&trace).starts_with("unknown"));
}

#[test]
fn else_takes_what_if_leaves() {
    let config = "<If \"%{REQUEST_URI} == '/a.css'\">\nRequire all denied\n</If>\n\
        <ElseIf \"%{REQUEST_URI} == '/b.css'\">\nRequire all granted\n</ElseIf>\n<Else>\nRedirect 410 /\n</Else>\n";
    let stack = read(config);
    assert_eq!(outcome(&get(&stack, "/a.css")), "403");
    assert_eq!(outcome(&get(&stack, "/b.css")), "file /var/www/html/b.css");
    assert_eq!(outcome(&get(&stack, "/c.css")), "410");
}
