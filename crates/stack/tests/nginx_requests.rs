//! Requests through nginx servers: which location answers, and what it makes of the path.

use std::path::Path;
use std::sync::Arc;

use fpmlint_daemons::nginx;
use fpmlint_stack::request::{Outcome, Presence, Request, Script};
use fpmlint_stack::{Nginx, Parts, Stack};
use fpmlint_workspace::{Files, Host, HostPath, Lookup, Memory, profile};

/// A stack of one nginx server with this body, beside these files of the host.
fn stack(body: &str, files: &[&str]) -> Stack {
    let text = format!("events {{}}\nhttp {{\nserver {{\nroot /srv;\n{body}\n}}\n}}\n");
    let mut memory = Memory::new().file("/host/etc/nginx/nginx.conf", text.as_bytes()).directory("/host/srv");
    for file in files {
        memory = memory.file(format!("/host{file}"), b"");
    }
    let files = Arc::new(Files::new(Arc::new(memory)));
    let profile = profile("debian-12").unwrap();
    let host = Arc::new(Host::sysroot(Arc::clone(&files), "host", Path::new("/host"), profile));
    let path = HostPath::new("/etc/nginx/nginx.conf");
    let Lookup::Found(main) = host.open(&path) else { panic!("no main file") };
    let config =
        nginx::read(&nginx::Input { host: &host, main, path: &path, version: None, fragment: false });
    assert!(config.refusals.is_empty(), "{:?}", config.refusals);
    let parts = Parts { hosts: vec![host], nginx: vec![Nginx { host: 0, config }], ..Parts::default() };
    Stack::new(files, parts)
}

/// The outcome in a few words.
fn answer(stack: &Stack, path: &str, presence: Presence) -> String {
    let request = Request { presence, ..Request::get(path.as_bytes()) };
    let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match stack.answer(0, &request).outcome {
        Outcome::Php(call) => match call.script {
            Script::Known(script) => format!("php {}", show(&script)),
            Script::Missing => "php without script".to_owned(),
            Script::Unknown => "php unknown".to_owned(),
        },
        Outcome::File(path) => format!("file {}", show(&path)),
        Outcome::Source(path) => format!("source {}", show(&path)),
        Outcome::Redirect { status, to } => format!("{status} {}", show(&to.unwrap_or_default())),
        Outcome::Return(status) | Outcome::Error { status, .. } => status.to_string(),
        Outcome::OtherBackend => "backend".to_owned(),
        Outcome::Unknown(fact) => format!("unknown: {fact}"),
    }
}

fn asked(body: &str, files: &[&str], path: &str) -> String {
    answer(&stack(body, files), path, Presence::Ask)
}

fn supposed(body: &str, path: &str) -> String {
    answer(&stack(body, &[]), path, Presence::Suppose)
}

const PHP: &str = "location ~ \\.php$ { fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; \
                   fastcgi_pass 127.0.0.1:9000; }";

/// Where a page goes that is no file, whatever lies on the host.
fn absent(body: &str, path: &str) -> String {
    answer(&stack(body, &["/srv/page", "/srv/page.html"]), path, Presence::Absent)
}

#[test]
fn exact_beats_everything() {
    let body = format!("location = /a.php {{ return 201; }} location ^~ /a {{ return 202; }} {PHP}");
    assert_eq!(supposed(&body, "/a.php"), "201");
}

#[test]
fn a_page_that_is_supposed_to_be_absent_falls_through_and_finds_its_script() {
    let body = format!("location / {{ try_files $uri $uri.html /index.php; }} {PHP}");
    assert_eq!(absent(&body, "/page"), "php /srv/index.php");
    let checked = "location / { try_files $uri/ /index.php; } location ~ \\.php$ { try_files $uri =404; \
                   fastcgi_param SCRIPT_FILENAME $request_filename; fastcgi_pass 127.0.0.1:9000; }";
    assert_eq!(absent(checked, "/page"), "php /srv/index.php");
    assert_eq!(absent("if (-f $request_filename) { return 410; } return 404;", "/page"), "404");
    assert_eq!(absent("", "/page"), "404");
}

#[test]
fn a_folder_that_is_supposed_to_be_there_is_tried_with_its_slash() {
    let body = "location / { try_files $uri $uri/ =404; }";
    assert_eq!(supposed(body, "/"), "403");
    assert_eq!(supposed(body, "/folder/"), "403");
}

#[test]
fn a_final_prefix_beats_patterns_and_a_plain_one_does_not() {
    let body = format!("location ^~ /final/ {{ return 202; }} location /plain/ {{ return 203; }} {PHP}");
    assert_eq!(supposed(&body, "/final/x.php"), "202");
    assert_eq!(supposed(&body, "/plain/x.php"), "php /srv/plain/x.php");
    assert_eq!(supposed(&body, "/plain/x"), "203");
}

#[test]
fn the_longest_prefix_wins_whatever_the_order() {
    let body = "location /a/b/ { return 204; } location /a/ { return 203; } location / { return 202; }";
    assert_eq!(supposed(body, "/a/b/c"), "204");
    assert_eq!(supposed(body, "/a/c"), "203");
    assert_eq!(supposed(body, "/c"), "202");
}

#[test]
fn the_first_pattern_wins() {
    let body =
        "location ~ ^/a { return 201; } location ~ ^/ab { return 202; } location ~* \\.GIF$ { return 203; }";
    assert_eq!(supposed(body, "/ab"), "201");
    assert_eq!(supposed(body, "/x.gif"), "203");
}

#[test]
fn nested_locations_answer_inside_their_prefix() {
    let body = "location ^~ /in/ { return 201; location ~ \\.php$ { return 202; } }
                location ~ \\.php$ { return 203; }
                location /deep/ { location /deep/er/ { return 205; } }";
    assert_eq!(supposed(body, "/in/x.php"), "202");
    assert_eq!(supposed(body, "/in/x"), "201");
    assert_eq!(supposed(body, "/deep/er/x"), "205");
    assert_eq!(supposed(body, "/deep/er/x.php"), "203");
}

#[test]
fn try_files_takes_what_is_there() {
    let body = format!("location / {{ try_files $uri $uri/ /index.php?q=$uri; }} index index.php; {PHP}");
    let files = ["/srv/style.css", "/srv/index.php", "/srv/app/index.php"];
    assert_eq!(asked(&body, &files, "/style.css"), "file /srv/style.css");
    assert_eq!(asked(&body, &files, "/nothing"), "php /srv/index.php");
    assert_eq!(asked(&body, &files, "/app/"), "php /srv/app/index.php");
}

#[test]
fn try_files_ends_in_codes_and_named_locations() {
    let body = "location /a { try_files $uri =410; } location /b { try_files $uri @app; } location @app { return 207; }";
    assert_eq!(asked(body, &[], "/a"), "410");
    assert_eq!(asked(body, &[], "/b"), "207");
}

#[test]
fn index_files_are_looked_for_in_order() {
    let body = format!("index a.html index.php; {PHP}");
    assert_eq!(asked(&body, &["/srv/index.php"], "/"), "php /srv/index.php");
    assert_eq!(asked(&body, &["/srv/index.php", "/srv/a.html"], "/"), "file /srv/a.html");
    assert_eq!(asked(&body, &[], "/"), "403");
    assert_eq!(supposed(&body, "/"), "php /srv/index.php");
    assert_eq!(asked("", &["/srv/index.php"], "/"), "403");
}

#[test]
fn aliases_replace_their_prefix() {
    let body = "location /img/ { alias /data/pictures/; } location ~ ^/d/(.+)$ { alias /data/$1; }";
    assert_eq!(asked(body, &["/data/pictures/a.png"], "/img/a.png"), "file /data/pictures/a.png");
    assert_eq!(asked(body, &["/data/x"], "/d/x"), "file /data/x");
    assert_eq!(asked(body, &[], "/d/x"), "404");
}

#[test]
fn a_nested_php_location_below_an_alias_doubles_the_prefix() {
    let body = "location /app/ { alias /data/app/; location ~ \\.php$ {
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_pass 127.0.0.1:9000; } }";
    assert_eq!(supposed(body, "/app/x.php"), "php /data/app//app/x.php");
}

#[test]
fn access_rules_hold_for_strangers() {
    let body = "location /a { allow 127.0.0.1; deny all; return 200; }
                location /b { deny all; } location /c { auth_basic x; } location /d { satisfy any; deny all; auth_basic x; }
                location /e { internal; } location /f { allow all; }";
    assert_eq!(supposed(body, "/a"), "200", "return comes before access rules");
    assert_eq!(supposed(body, "/b"), "403");
    assert_eq!(supposed(body, "/c"), "401");
    assert_eq!(supposed(body, "/d"), "401");
    assert_eq!(supposed(body, "/e"), "404");
    assert_eq!(supposed(body, "/f"), "file /srv/f");
}

#[test]
fn rewrites_go_round_and_end() {
    let body = format!(
        "rewrite ^/old$ /new permanent;
         location /a {{ rewrite ^/a(.*)$ /b$1 last; }} location /b {{ return 208; }}
         location /loop {{ rewrite ^ /loop/x last; }}
         location /stay {{ rewrite ^ /x.php break; }} {PHP}"
    );
    assert_eq!(supposed(&body, "/old"), "301 /new");
    assert_eq!(supposed(&body, "/a/c"), "208");
    assert_eq!(supposed(&body, "/loop"), "500");
    assert_eq!(asked(&body, &["/srv/x.php"], "/stay"), "source /srv/x.php");
}

#[test]
fn conditions_are_decided_or_doubted() {
    let body = format!(
        "location / {{ if (!-f $request_filename) {{ rewrite ^ /index.php last; }} }}
         location /m {{ if ($request_method = POST) {{ return 405; }} return 209; }}
         location /u {{ if ($cookie_x) {{ return 403; }} return 210; }} {PHP}"
    );
    assert_eq!(asked(&body, &["/srv/a.css"], "/a.css"), "file /srv/a.css");
    assert_eq!(asked(&body, &["/srv/index.php"], "/b.css"), "php /srv/index.php");
    assert_eq!(supposed(&body, "/m"), "209");
    let stack = stack(&body, &[]);
    let trace = stack.answer(0, &Request::get(b"/u"));
    assert_eq!(trace.outcome, Outcome::Return(210));
    assert_eq!(trace.doubts.len(), 1);
}

#[test]
fn the_script_follows_the_split() {
    let body = "location ~ [^/]\\.php(/|$) { fastcgi_split_path_info ^(.+?\\.php)(/.*)$;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_param PATH_INFO $fastcgi_path_info;
        fastcgi_pass 127.0.0.1:9000; }";
    let stack = stack(body, &[]);
    let Outcome::Php(call) = stack.answer(0, &Request::get(b"/a.php/x/y")).outcome else { panic!("no PHP") };
    assert_eq!(call.script, Script::Known(b"/srv/a.php".to_vec()));
    assert_eq!(call.path_info.as_deref(), Some(&b"/x/y"[..]));
}

#[test]
fn parameters_are_lost_by_parameters_of_their_own() {
    let body = "fastcgi_param SCRIPT_FILENAME /srv/app.php;
        location /own { fastcgi_param A b; fastcgi_pass 127.0.0.1:9000; }
        location /inherits { fastcgi_pass 127.0.0.1:9000; }";
    assert_eq!(supposed(body, "/own"), "php without script");
    assert_eq!(supposed(body, "/inherits"), "php /srv/app.php");
}

#[test]
fn bodies_have_a_limit() {
    let body = "client_max_body_size 2k; location / { return 200; } location /large { client_max_body_size 0; return 201; }
        location /own { client_max_body_size 10; return 202; }";
    let stack = stack(body, &[]);
    let asked = |path: &str, size| {
        let request = Request { method: "POST".to_owned(), body_size: size, ..Request::get(path.as_bytes()) };
        match stack.answer(0, &request).outcome {
            Outcome::Return(status) | Outcome::Error { status, .. } => status,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(asked("/", Some(2048)), 200);
    assert_eq!(asked("/", Some(2049)), 413);
    assert_eq!(asked("/large", Some(1 << 40)), 201);
    assert_eq!(asked("/own", Some(11)), 413);
    assert_eq!(asked("/own", None), 202);
}
