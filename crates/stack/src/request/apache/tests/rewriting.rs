//! mod_rewrite in servers and folders.

use super::{ask, get, outcome, read, setup};

const HANDLER: &str = "<FilesMatch \\.php$>\nSetHandler proxy:fcgi://127.0.0.1:9000\n</FilesMatch>\n";

fn in_server(rules: &str, path: &str) -> String {
    outcome(&get(&read(&format!("{HANDLER}RewriteEngine On\n{rules}\n")), path))
}

#[test]
fn rules_of_a_server() {
    let rows = [
        ("RewriteRule ^/old$ /new.css", "/old", "file /var/www/html/new.css"),
        ("RewriteRule ^/app/ /index.php [L]", "/app/x", "php /var/www/html/index.php"),
        ("RewriteRule ^/x$ https://other.example/y [R=301]", "/x", "301 https://other.example/y"),
        ("RewriteRule ^/x$ https://other.example/y", "/x", "302 https://other.example/y"),
        ("RewriteRule \\.bak$ - [F]", "/a.bak", "403"),
        ("RewriteRule \\.bak$ - [G]", "/a.bak", "410"),
        ("RewriteRule ^/(.*\\.php)$ fcgi://127.0.0.1:9000/srv/$1 [P]", "/a.php", "php /srv/a.php"),
        ("RewriteRule ^/a$ - [L]\nRewriteRule ^/a$ /b.css", "/a", "file /var/www/html/a"),
        (
            "RewriteRule ^/a$ - [S=1]\nRewriteRule ^/a$ /b.css\nRewriteRule ^/a$ /c.css",
            "/a",
            "file /var/www/html/c.css",
        ),
        ("RewriteRule !^/b /c.css", "/a", "file /var/www/html/c.css"),
        ("RewriteRule ^/A$ /c.css [NC]", "/a", "file /var/www/html/c.css"),
        ("RewriteRule ^/z$ - [C]\nRewriteRule ^ /c.css", "/a", "file /var/www/html/a"),
        ("RewriteCond %{HTTPS} off\nRewriteRule ^ https://x%{REQUEST_URI} [R=301]", "/a", "301 https://x/a"),
        (
            "RewriteCond %{HTTPS} on [OR]\nRewriteCond %{REQUEST_URI} ^/(a)\nRewriteRule ^ /%1.css",
            "/a",
            "file /var/www/html/a.css",
        ),
        (
            "RewriteCond %{DOCUMENT_ROOT}%{REQUEST_URI} !-f\nRewriteRule ^ /index.php",
            "/a",
            "file /var/www/html/a",
        ),
    ];
    for (rules, path, expected) in rows {
        assert_eq!(in_server(rules, path), expected, "{rules}");
    }
}

#[test]
fn an_engine_that_is_off() {
    let rules = "RewriteRule ^ - [F]\n";
    assert_eq!(outcome(&get(&read(rules), "/a")), "file /var/www/html/a");
    assert_eq!(outcome(&get(&read(&format!("RewriteEngine Off\n{rules}")), "/a")), "file /var/www/html/a");
}

#[test]
fn a_rewritten_path_does_not_see_a_proxy_pass_without_pt() {
    let config = |flag: &str| {
        format!(
            "RewriteEngine On\nRewriteRule ^/app /index.php [{flag}]\n\
             ProxyPassMatch ^/(.*\\.php)$ fcgi://127.0.0.1:9000/srv/$1\n"
        )
    };
    assert_eq!(outcome(&get(&read(&config("PT")), "/app")), "php /srv/index.php");
    let stack = setup().with("/var/www/html/index.php").read(&config("L"));
    assert_eq!(outcome(&get(&stack, "/app")), "source /var/www/html/index.php");
}

#[test]
fn a_condition_that_is_not_known_is_a_doubt() {
    let stack = read("RewriteEngine On\nRewriteCond %{ENV:x} y\nRewriteRule ^ - [F]\n");
    let trace = get(&stack, "/a");
    assert_eq!(outcome(&trace), "file /var/www/html/a");
    assert_eq!(trace.doubts.len(), 1);
}

#[test]
fn a_front_controller_in_a_folder() {
    let config = format!(
        "{HANDLER}<Directory /var/www/html>\nRewriteEngine On\nRewriteCond %{{REQUEST_FILENAME}} !-f\n\
         RewriteCond %{{REQUEST_FILENAME}} !-d\nRewriteRule ^(.*)$ index.php [L,QSA]\n</Directory>\n"
    );
    let stack = setup().with("/var/www/html/index.php").with("/var/www/html/a.css").read(&config);
    assert_eq!(outcome(&ask(&stack, "/blog/post")), "php /var/www/html/index.php");
    assert_eq!(outcome(&ask(&stack, "/a.css")), "file /var/www/html/a.css");
    assert_eq!(outcome(&ask(&stack, "/empty/")), "403");
    assert_eq!(outcome(&get(&stack, "/other.php")), "php /var/www/html/other.php");
}

#[test]
fn a_circle_in_a_folder_ends() {
    let config = "<Directory /var/www/html>\nRewriteEngine On\nRewriteRule ^(.*)$ x/$1\n</Directory>\n";
    assert_eq!(outcome(&get(&read(config), "/a")), "500");
}

#[test]
fn what_a_virtual_host_inherits() {
    let answer = |main: &str, own: &str| {
        outcome(&get(&read(&format!("{main}\n<VirtualHost *:80>\n{own}\n</VirtualHost>\n")), "/a"))
    };
    let (on, rule, open) = ("RewriteEngine On", "RewriteRule ^ - [F]", "file /var/www/html/a");
    assert_eq!(answer(on, rule), "403");
    assert_eq!(answer(&format!("{on}\n{rule}"), on), open);
    assert_eq!(answer(&format!("{on}\n{rule}"), &format!("{on}\nRewriteOptions Inherit")), "403");
    let in_folder = format!("<Directory /var/www/html>\n{rule}\n</Directory>");
    assert_eq!(answer(on, &in_folder), "403");
    assert_eq!(answer(on, &format!("RewriteEngine Off\n{in_folder}")), open);
}

#[test]
fn sections_of_other_kinds_see_the_whole_path() {
    let config = |pattern: &str| {
        format!("<Location /up>\nRewriteEngine On\nRewriteRule {pattern} - [F]\n</Location>\n")
    };
    assert_eq!(outcome(&get(&read(&config("^/var/www/html/up/a")), "/up/a")), "403");
    assert_eq!(outcome(&get(&read(&config("^a")), "/up/a")), "file /var/www/html/up/a");
}

#[test]
fn a_relative_path_below_an_alias() {
    let config = format!(
        "{HANDLER}Alias /t /srv/t\n<Directory /srv/t>\nRewriteEngine On\nRewriteRule ^go$ x.php\n</Directory>\n"
    );
    assert_eq!(outcome(&ask(&setup().with("/srv/t/x.php").read(&config), "/t/go")), "php /srv/t/x.php");
}

#[test]
fn a_rule_that_sets_the_handler() {
    let rule = "RewriteEngine On\nRewriteRule \\.php$ - [H=proxy:fcgi://127.0.0.1:9000]\n";
    let other = "<Location />\nSetHandler server-status\n</Location>\n";
    assert_eq!(outcome(&get(&read(&format!("{rule}{other}")), "/a.php")), "php /var/www/html/a.php");
}
