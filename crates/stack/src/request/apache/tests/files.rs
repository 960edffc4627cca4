//! Folders, aliases, redirects and files that are not there.

use super::{ask, call, get, outcome, read, setup};

const HANDLER: &str = "<FilesMatch \\.php$>\nSetHandler proxy:fcgi://127.0.0.1:9000\n</FilesMatch>\n";

#[test]
fn a_folder_without_an_index() {
    assert_eq!(outcome(&ask(&read(""), "/empty/")), "403");
    assert_eq!(outcome(&ask(&read(""), "/empty")), "301 /empty/");
    let listing = "<Directory /var/www>\nOptions +Indexes\n</Directory>\n";
    assert_eq!(outcome(&ask(&read(listing), "/empty/")), "file /empty/");
    let off = "<Directory /var/www/html>\nOptions FollowSymLinks\n</Directory>\n";
    assert_eq!(outcome(&ask(&read(&format!("{listing}{off}")), "/empty/")), "403");
}

#[test]
fn index_files_in_their_order() {
    let stack = || setup().with("/var/www/html/index.php").with("/var/www/html/index.html");
    let config = |names: &str| format!("{HANDLER}DirectoryIndex {names}\n");
    let answer = |names: &str| outcome(&ask(&stack().read(&config(names)), "/"));
    assert_eq!(answer("index.php index.html"), "php /var/www/html/index.php");
    assert_eq!(answer("index.html index.php"), "file /var/www/html/index.html");
    assert_eq!(answer("none.html index.php"), "php /var/www/html/index.php");
    assert_eq!(answer("disabled"), "403");
    assert_eq!(outcome(&ask(&stack().read(HANDLER), "/")), "file /var/www/html/index.html");
}

#[test]
fn fallback_for_what_is_not_there() {
    let stack = setup().with("/var/www/html/index.php").with("/var/www/html/a.css");
    let stack = stack.read(&format!("{HANDLER}FallbackResource /index.php\n"));
    assert_eq!(outcome(&ask(&stack, "/blog/post")), "php /var/www/html/index.php");
    assert_eq!(outcome(&ask(&stack, "/a.css")), "file /var/www/html/a.css");
    assert_eq!(outcome(&ask(&stack, "/empty/")), "php /var/www/html/index.php");
    // A file that has a handler is the handler's to miss.
    assert_eq!(outcome(&ask(&stack, "/none.php")), "php /var/www/html/none.php");
}

#[test]
fn a_handler_comes_before_a_listing() {
    let config =
        "<Directory /var/www/html>\nOptions +Indexes\nSetHandler proxy:fcgi://127.0.0.1:9000\n</Directory>\n";
    assert_eq!(outcome(&ask(&read(config), "/empty/")), "php /var/www/html/empty/");
}

#[test]
fn an_alias_in_a_location_replaces_the_whole_path() {
    let config = "<Location /y>\nAlias /srv/y\n</Location>\n";
    assert_eq!(outcome(&get(&read(config), "/y/a.css")), "file /srv/y");
    let preserving = format!("AliasPreservePath On\n{config}");
    assert_eq!(outcome(&get(&read(&preserving), "/y/a.css")), "file /srv/y/a.css");
}

#[test]
fn what_is_not_there_is_not_found() {
    assert_eq!(outcome(&ask(&read(HANDLER), "/none.css")), "404");
}

#[test]
fn path_info_of_a_script_on_the_host() {
    let stack = setup().with("/var/www/html/index.php").with("/var/www/html/a.jpg").read(HANDLER);
    let trace = ask(&stack, "/index.php/a/b");
    assert_eq!(outcome(&trace), "php /var/www/html/index.php");
    assert_eq!(call(&trace).path_info.as_deref(), Some(&b"/a/b"[..]));
    assert_eq!(call(&trace).script_name.as_deref(), Some(&b"/index.php"[..]));
    // A picture that is followed by a script's name stays a picture.
    assert_eq!(outcome(&ask(&stack, "/a.jpg/x.php")), "404");
    assert_eq!(outcome(&get(&stack, "/other.jpg/x.php")), "404");
}

#[test]
fn aliases_of_the_virtual_host_come_first() {
    let stack = read(
        "Alias /x /srv/main\nAliasMatch ^/m/(.*)$ /srv/match/$1\n\
         <VirtualHost *:80>\nDocumentRoot /srv/site\nAlias /x/ /srv/own/\n</VirtualHost>\n",
    );
    assert_eq!(outcome(&get(&stack, "/x/a.css")), "file /srv/own/a.css");
    assert_eq!(outcome(&get(&stack, "/m/a.css")), "file /srv/match/a.css");
    assert_eq!(outcome(&get(&stack, "/xy/a.css")), "file /srv/site/xy/a.css");
}

#[test]
fn programs_are_no_php() {
    assert_eq!(outcome(&get(&read("ScriptAlias /cgi-bin/ /usr/lib/cgi-bin/\n"), "/cgi-bin/x.php")), "other");
    let handled = read(&format!("ScriptAlias /cgi /srv/cgi\n{HANDLER}"));
    assert_eq!(outcome(&get(&handled, "/cgi/x.php")), "php /srv/cgi/x.php");
}

#[test]
fn redirects_of_servers_and_sections() {
    let stack = read(
        "Redirect permanent /old https://new.example/x\nRedirectMatch 404 /\\.git\n\
         <Location /moved>\nRedirect 302 https://moved.example/\n</Location>\n",
    );
    assert_eq!(outcome(&get(&stack, "/old/a")), "301 https://new.example/x/a");
    assert_eq!(outcome(&get(&stack, "/older")), "file /var/www/html/older");
    assert_eq!(outcome(&get(&stack, "/.git/config")), "404");
    assert_eq!(outcome(&get(&stack, "/moved/a")), "302 https://moved.example/");
}

#[test]
fn an_htaccess_that_is_let_in_is_a_doubt() {
    let stack = || setup().with("/var/www/html/.htaccess");
    let config = |value: &str| format!("<Directory /var/www/html>\nAllowOverride {value}\n</Directory>\n");
    assert_eq!(get(&stack().read(&config("All")), "/a/x.css").doubts.len(), 1);
    assert_eq!(get(&stack().read(&config("None")), "/a/x.css").doubts.len(), 0);
    assert_eq!(get(&setup().read(&config("All")), "/a/x.css").doubts.len(), 0);
}

#[test]
fn an_htaccess_that_was_read_is_in_force() {
    let answer = |overrides: &str, text: &str, path: &str| {
        let stack = setup().with_htaccess("/var/www/html/up/.htaccess", text);
        let folder = format!("<Directory /var/www/html>\nAllowOverride {overrides}\n</Directory>\n");
        let stack = stack.read(&format!("{HANDLER}{folder}"));
        assert_eq!(stack.sites.len(), 1);
        outcome(&get(&stack, path))
    };
    let (denied, open) = ("Require all denied\n", "file /var/www/html/up/a.css");
    assert_eq!(answer("All", denied, "/up/a.css"), "403");
    assert_eq!(answer("None", denied, "/up/a.css"), open);
    assert_eq!(answer("All", denied, "/a.css"), "file /var/www/html/a.css");
    let files = "<Files a.css>\nRequire all denied\n</Files>\n";
    assert_eq!(answer("All", files, "/up/a.css"), "403");
    let rules = "RewriteEngine On\nRewriteRule ^b$ a.php\nRewriteRule ^c$ - [F]\n";
    assert_eq!(answer("All", rules, "/up/b"), "php /var/www/html/up/a.php");
    assert_eq!(answer("All", rules, "/up/c"), "403");
}
