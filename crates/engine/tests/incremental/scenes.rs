//! Edits that random ones seldom meet: each would be followed wrongly by a memo that forgets one of its conditions.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fpmlint_engine::{Changes, Session};
use fpmlint_workspace::Overlay;

use crate::stack::Stack;
use crate::{options, shown};

/// A word of a file is replaced by another.
type Step = (&'static str, &'static str, &'static str);

const SITE: &str = "etc/nginx/conf.d/a.conf";
const POOL_A: &str = "etc/php/8.2/fpm/pool.d/a.conf";
const POOLS_B_C: &str = "etc/php/8.2/fpm/pool.d/b.conf";

/// Applies the steps one by one and compares with a fresh run after each. Gives what is found in the end.
fn follow(stack: &Stack, steps: &[Step]) -> Vec<String> {
    let system = Arc::new(Overlay::new(Arc::new(stack.folders())));
    let mut texts = stack.texts();
    for (path, text) in &texts {
        system.set(path, text.as_bytes());
    }
    let mut session = Session::open(options(&system, stack)).unwrap();
    for (path, from, to) in steps {
        let path: PathBuf = Path::new("/repo").join(path);
        let text = texts[&path].replacen(from, to, 1);
        assert_ne!(text, texts[&path], "{from} is not in {}", path.display());
        system.set(&path, text.as_bytes());
        texts.insert(path.clone(), text);
        session.apply(&Changes { texts: vec![path], structure: Vec::new() });
        let fresh = Session::open(options(&system, stack)).unwrap();
        assert_eq!(shown(session.outcome()), shown(fresh.outcome()), "after {from:?} became {to:?}");
    }
    shown(session.outcome())
}

#[test]
fn a_line_moves_into_the_block_before_it() {
    let steps = [
        ("etc/nginx/conf.d/b.conf", "include /etc/nginx/snippets/php.conf;\n", "\n"),
        ("etc/nginx/shared.conf", "}\nfastcgi_param HTTPS $https;\n", "fastcgi_param HTTPS $https;\n}\n"),
        ("etc/nginx/shared.conf", "fastcgi_param HTTPS $https;\n}\n", "}\nfastcgi_param HTTPS $https;\n"),
    ];
    follow(&Stack::sites(), &steps);
}

#[test]
fn an_include_moves_to_another_server_of_its_file() {
    const FILE: &str = "etc/nginx/conf.d/b.conf";
    let steps = [
        (
            FILE,
            "    include /etc/nginx/snippets/site.conf;\n",
            "    location /x {\n        fastcgi_pass php;\n    }\n",
        ),
        // An edit makes the index of who goes through which file.
        ("etc/nginx/snippets/php.conf", "QUERY_STRING", "QUERY_STRINGS"),
        (
            FILE,
            "        include /etc/nginx/snippets/php.conf;\n        fastcgi_pass own;",
            "        fastcgi_pass own;",
        ),
        (FILE, "location /x {", "location /x {\n        include /etc/nginx/snippets/php.conf;"),
        ("etc/nginx/snippets/php.conf", "SCRIPT_FILENAME", "SCRIPT_FILE"),
    ];
    follow(&Stack::sites(), &steps);
    // The include goes over in one edit, so that the file has the includes that it had.
    let moved = "        fastcgi_pass own;\n    }\n}\nserver {\n    listen 8081;\n    server_name b.example.org;\n    \
                 root /srv/b;\n    location /x {\n        include /etc/nginx/snippets/php.conf;\n";
    let before = "        include /etc/nginx/snippets/php.conf;\n        fastcgi_pass own;\n    }\n}\nserver {\n    \
                  listen 8081;\n    server_name b.example.org;\n    root /srv/b;\n    location /x {\n";
    let steps = [steps[0], steps[1], (FILE, before, moved), steps[4]];
    let found = follow(&Stack::sites(), &steps);
    let misses = |it: &&String| {
        it.contains("missing-script-filename") && it.starts_with("/repo/etc/nginx/conf.d/b.conf")
    };
    assert_eq!(found.iter().filter(misses).count(), 2, "{found:#?}");
}

#[test]
fn lines_in_front_of_a_pool_belong_to_the_pool_before() {
    let steps = [
        (POOLS_B_C, "[b]\n", "php_admin_value[memory_limit] = 1G\n[b]\n"),
        (POOLS_B_C, "php_admin_value[memory_limit] = 1G\n[b]\n", "[b]\n"),
        (POOLS_B_C, "[b]\n", "pm.max_requestsx = 5\n[b]\n"),
        (POOLS_B_C, "pm.max_requestsx = 5\n[b]\n", "[b]\n"),
        ("etc/php/8.2/fpm/pool.d/e.conf", "listen.mode = 0600\n", "[global]\n"),
        ("etc/php/8.2/fpm/pool.d/y.conf", "listen.group = www-data\n", "log_limit = 1024\n"),
        ("etc/php/8.2/fpm/pool.d/e.conf", "[global]\n", "[z]\n"),
    ];
    follow(&Stack::pools(), &steps);
}

#[test]
fn a_section_that_a_file_leaves_open_goes_on_in_the_next() {
    const NEXT: &str = "etc/php/8.2/fpm/pool.d/d.conf";
    let steps = [
        (POOLS_B_C, "ping.path = /ping\n", "ping.path = /ping\n[global]\n"),
        (NEXT, "[d]\n", "log_limit = 1024\n[d]\n"),
        (POOLS_B_C, "[global]\n", "\n"),
        (POOLS_B_C, "[c]\n", "[d]\n"),
        (POOLS_B_C, "[d]\n", "[c]\n"),
        (NEXT, "log_limit = 1024\n", "ping.response = $pool\n"),
        (POOLS_B_C, "[c]\n", "[cc]\n"),
    ];
    follow(&Stack::pools(), &steps);
}

#[test]
fn refusals_stay_in_the_order_of_their_files() {
    let steps = [
        (POOLS_B_C, "pm.max_children", "pm.max_childrenx"),
        (POOL_A, "pm.max_children", "pm.max_childrenx"),
        (POOLS_B_C, "pm.max_childrenx", "pm.max_childrenxy"),
        (POOL_A, "pm.max_childrenx", "pm.max_children"),
    ];
    follow(&Stack::pools(), &steps);
}

#[test]
fn a_pool_comes_nearer_to_an_address_that_nobody_has() {
    let steps = [
        (SITE, "fastcgi_pass unix:/run/php/a.sock", "fastcgi_pass unix:/run/php/xx.sock"),
        (POOLS_B_C, "listen = 127.0.0.1:9000", "listen = /run/php/x.sock"),
        (POOLS_B_C, "listen = /run/php/x.sock", "listen = /run/php/xx.sock"),
        (POOLS_B_C, "listen = /run/php/xx.sock", "listen = 127.0.0.1:9000"),
    ];
    follow(&Stack::pools(), &steps);
}

#[test]
fn a_page_appears_behind_a_variable() {
    let steps = [
        (SITE, "unix:/run/php/d.sock", "unix:/run/php/c.sock"),
        (SITE, "location /c {", "location = /ping {\n        include /etc/nginx/snippets/php.conf;"),
        (POOL_A, "pm.status_path = /status", "pm.status_path = /ping"),
        (POOLS_B_C, "ping.path = /ping", "ping.path = /pong"),
        (POOLS_B_C, "ping.path = /pong", "ping.path = /ping"),
    ];
    follow(&Stack::pools(), &steps);
}

#[test]
fn a_pool_stands_in_the_way_to_another_s_page() {
    let steps = [
        (SITE, "fastcgi_pass php;", "fastcgi_pass unix:/run/php/c.sock;"),
        (POOLS_B_C, "listen.owner = www-data", "listen.owner = nobody"),
        (POOLS_B_C, "listen.owner = nobody", "listen.owner = www-data"),
    ];
    follow(&Stack::pools(), &steps);
}
