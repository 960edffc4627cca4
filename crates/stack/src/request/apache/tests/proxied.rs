//! `ProxyPass`, `ProxyPassMatch` and what it leaves out of account.

use super::{call, get, last_line, outcome, read, setup};
use crate::Target;

const MATCH: &str = "ProxyPassMatch ^/(.*\\.php(/.*)?)$ fcgi://127.0.0.1:9000/var/www/html\n";
const HANDLER: &str =
    "<FilesMatch \\.php$>\nSetHandler proxy:unix:/run/php.sock|fcgi://localhost\n</FilesMatch>\n";

/// The rows of the table of section kinds: answers with `ProxyPassMatch` and with `SetHandler`.
#[test]
fn sections_that_a_proxy_pass_does_not_see() {
    let denied = "Require all denied";
    let rows = [
        (format!("<FilesMatch \\.php$>\n{denied}\n</FilesMatch>\n"), false, true),
        (format!("<Files index.php>\n{denied}\n</Files>\n"), false, true),
        (format!("<Directory /var/www/html>\n{denied}\n</Directory>\n"), false, true),
        (format!("<DirectoryMatch ^/var/www/>\n{denied}\n</DirectoryMatch>\n"), false, true),
        (format!("<Location /index.php>\n{denied}\n</Location>\n"), true, true),
        (format!("<LocationMatch \\.php$>\n{denied}\n</LocationMatch>\n"), true, true),
        (format!("<If \"%{{REQUEST_URI}} =~ /php/\">\n{denied}\n</If>\n"), true, true),
        (format!("<Proxy fcgi://127.0.0.1:9000>\n{denied}\n</Proxy>\n"), true, false),
    ];
    for (section, by_pass, by_handler) in rows {
        let expected = |refused| if refused { "403" } else { "php /var/www/html/index.php" };
        let stack = read(&format!("{MATCH}{section}"));
        assert_eq!(outcome(&get(&stack, "/index.php")), expected(by_pass), "ProxyPassMatch and {section}");
        let stack = read(&format!("{HANDLER}{section}"));
        assert_eq!(outcome(&get(&stack, "/index.php")), expected(by_handler), "SetHandler and {section}");
    }
}

#[test]
fn forms_of_the_url() {
    let rows = [
        ("^/(.*\\.php(/.*)?)$", "/srv", "/srv/index.php"),
        ("^/(.*\\.php(/.*)?)$", "/srv/", "/srv//index.php"),
        ("^/(.*\\.php(/.*)?)$", "/srv/$1", "/srv/index.php"),
        ("^/(.*\\.php(/.*)?)$", "/srv$1", "/srvindex.php"),
        ("^(/.*\\.php(/.*)?)$", "/srv$1", "/srv/index.php"),
        ("^/.*\\.php(/.*)?$", "/srv/$1", "/srv/"),
        ("^/.*$", "/srv/index.php", "/srv/index.php"),
    ];
    for (pattern, path, expected) in rows {
        let stack = read(&format!("ProxyPassMatch {pattern} fcgi://127.0.0.1:9000{path}\n"));
        assert_eq!(outcome(&get(&stack, "/index.php")), format!("php {expected}"), "{pattern} {path}");
    }
}

#[test]
fn what_follows_the_script_is_path_info() {
    let stack = read(MATCH);
    let trace = get(&stack, "/index.php/a/b");
    assert_eq!(outcome(&trace), "php /var/www/html/index.php");
    assert_eq!(call(&trace).path_info.as_deref(), Some(&b"/a/b"[..]));
}

#[test]
fn the_first_line_wins() {
    let excluded = "ProxyPassMatch ^/secret\\.php$ !\n";
    let before = read(&format!("{excluded}{MATCH}"));
    let trace = get(&before, "/secret.php");
    assert_eq!(outcome(&trace), "source /var/www/html/secret.php");
    assert_eq!(last_line(&before, &trace), "ProxyPassMatch ^/secret\\.php$ !");
    let after = read(&format!("{MATCH}{excluded}"));
    assert_eq!(outcome(&get(&after, "/secret.php")), "php /var/www/html/secret.php");
}

#[test]
fn lines_of_the_main_server_come_first() {
    let host = "<VirtualHost *:80>\nProxyPass /a fcgi://127.0.0.1:9001/own\n</VirtualHost>\n";
    let stack = read(&format!("ProxyPass /a fcgi://127.0.0.1:9000/main\n{host}"));
    assert_eq!(outcome(&get(&stack, "/a/x.php")), "php /main/x.php");
}

#[test]
fn prefixes_end_where_parts_end() {
    let stack = read("ProxyPass /app fcgi://127.0.0.1:9000/srv/app\n");
    assert_eq!(outcome(&get(&stack, "/app/x.php")), "php /srv/app/x.php");
    assert_eq!(outcome(&get(&stack, "/apple/x.php")), "source /var/www/html/apple/x.php");
}

#[test]
fn a_location_gives_its_path() {
    let stack = read("<Location /app>\nProxyPass fcgi://127.0.0.1:9000/srv\n</Location>\n");
    assert_eq!(outcome(&get(&stack, "/app/x.php")), "php /srv/x.php");
    let stack = read(
        "<LocationMatch ^/app/(.*\\.php)$>\nProxyPassMatch fcgi://127.0.0.1:9000/srv/$1\n</LocationMatch>\n",
    );
    assert_eq!(outcome(&get(&stack, "/app/x.php")), "php /srv/x.php");
}

#[test]
fn a_name_with_a_blank_arrives_encoded() {
    assert_eq!(outcome(&get(&read(MATCH), "/a b.php")), "php /var/www/html/a%20b.php");
    assert_eq!(outcome(&get(&read(HANDLER), "/a b.php")), "php /var/www/html/a b.php");
}

#[test]
fn an_alias_is_ignored_by_a_proxy_pass() {
    let alias = "Alias /tool /usr/share/tool\n";
    let stack = read(&format!("{alias}{MATCH}"));
    assert_eq!(outcome(&get(&stack, "/tool/x.php")), "php /var/www/html/tool/x.php");
    let stack = read(&format!("{alias}{HANDLER}"));
    assert_eq!(outcome(&get(&stack, "/tool/x.php")), "php /usr/share/tool/x.php");
}

#[test]
fn an_index_works_with_both() {
    for config in [MATCH, HANDLER] {
        let stack = read(&format!("DirectoryIndex index.html index.php\n{config}"));
        let trace = get(&stack, "/");
        assert_eq!(outcome(&trace), "php /var/www/html/index.php", "{config}");
        assert_eq!(call(&trace).script_name.as_deref(), Some(&b"/index.php"[..]));
    }
}

#[test]
fn a_missing_script_goes_to_php() {
    for config in [MATCH, HANDLER] {
        assert_eq!(
            outcome(&super::ask(&read(config), "/none.php")),
            "php /var/www/html/none.php",
            "{config}"
        );
    }
    let guarded = "<FilesMatch \\.php$>\n<If \"-f %{REQUEST_FILENAME}\">\n\
         SetHandler proxy:unix:/run/php.sock|fcgi://localhost\n</If>\n</FilesMatch>\n";
    assert_eq!(outcome(&super::ask(&read(guarded), "/none.php")), "404");
    assert_eq!(outcome(&get(&read(guarded), "/none.php")), "php /var/www/html/none.php");
}

#[test]
fn http_is_no_php() {
    assert_eq!(outcome(&get(&read("ProxyPass / http://127.0.0.1:8080/\n"), "/x.php")), "other");
}

#[test]
fn without_its_module_fcgi_fails() {
    assert_eq!(outcome(&get(&setup().without(&["proxy_fcgi"]).read(MATCH), "/index.php")), "500");
}

#[test]
fn balancers_lead_to_their_members() {
    let stack = read(
        "<Proxy balancer://php>\nBalancerMember fcgi://a:9000\nBalancerMember unix:/run/b.sock|fcgi://b\n</Proxy>\n\
         ProxyPassMatch ^/(.*\\.php)$ balancer://php/srv/$1\n",
    );
    let trace = get(&stack, "/x.php");
    assert_eq!(outcome(&trace), "php /srv/x.php");
    let Target::Endpoints(endpoints) = &call(&trace).target else { panic!("no endpoints") };
    let shown: Vec<String> = endpoints.iter().map(|(endpoint, _)| endpoint.to_string()).collect();
    assert_eq!(shown, ["a:9000", "unix:/run/b.sock"]);
    assert_eq!(stack.backends.iter().count(), 1);
    assert_eq!(stack.backends.iter().next().unwrap().target, call(&trace).target);
}

#[test]
fn the_default_port_is_8000() {
    let stack = read("ProxyPass /x fcgi://127.0.0.1/srv\n");
    let Target::Endpoints(endpoints) = &stack.backends.iter().next().unwrap().target else {
        panic!("no endpoints")
    };
    assert_eq!(endpoints[0].0.to_string(), "127.0.0.1:8000");
}
