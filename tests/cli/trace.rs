//! `trace`: the outcome first, then the steps with their lines.

use serde_json::{Value, json};

use crate::support::{Folder, Run};

fn trace(example: &str, url: &str) -> Run {
    Folder::with_example(example).run(["trace", url])
}

#[test]
fn the_outcome_stands_first_and_each_step_names_its_line() {
    let run = trace("rocky-guide", "http://web.example.org/index.php").code(0).silent();
    let expected = "\
web.example.org: 502: no pool listens on 127.0.0.1:9000
  etc/nginx/conf.d/site.conf:1: server: this site answers
  etc/nginx/conf.d/site.conf:7: location ~ \\.php$: this location matches
  etc/nginx/conf.d/site.conf:10: fastcgi_pass 127.0.0.1:9000: passed to PHP here
limits:
  client_max_body_size 1m (default)
  fastcgi_read_timeout 60s (default)
";
    assert_eq!(run.out, expected);
}

#[test]
fn the_port_chooses_the_web_server() {
    let run = trace("rocky-guide", "http://web.example.org:8080/index.php").code(0);
    run.out_has("web.example.org: 503: no pool listens on 127.0.0.1:9000\n")
        .out_has("  etc/httpd/conf.d/site.conf:12: ");
}

#[test]
fn a_sound_stack_runs_the_script() {
    let run = trace("sound", "http://web.example.org/").code(0).silent();
    assert!(
        run.out.starts_with("web.example.org: PHP runs /var/www/html/index.php in pool www as apache\n"),
        "{run:#?}"
    );
    let run = trace("sound", "web.example.org/nothing.php").code(0);
    assert!(run.out.starts_with("web.example.org: 404: "), "{run:#?}");
    trace("sound", "http://web.example.org:8080/index.php")
        .code(0)
        .out_has("PHP runs /var/www/html/current/public/index.php in pool www as apache\n");
}

#[test]
fn what_cannot_be_told_is_one() {
    let run = trace("compose", "http://app.example.org/index.php").code(1);
    run.out_has("app.example.org: ").out_has("not known here");
}

#[test]
fn what_is_no_url_or_reaches_nobody_is_two() {
    trace("rocky-guide", "ftp://web.example.org/").code(2).err_has("its scheme is ftp, not http or https");
    trace("rocky-guide", "http://web.example.org:99999/").code(2).err_has("99999 is no port from 1 to 65535");
    trace("rocky-guide", "http://web.example.org:99/")
        .code(2)
        .err_has("nothing here listens on port 99; sites listen on 80, 8080");
    Folder::new()
        .run(["trace", "http://web.example.org/"])
        .code(2)
        .err_has("nothing here listens on port 80: no web server's configuration was found");
    Folder::with_example("rocky-guide")
        .run(["trace", "http://web.example.org/", "gone"])
        .code(2)
        .err_has("gone: error:");
    Folder::new().run(["trace"]).code(2);
}

#[test]
fn secrets_in_a_url_are_refused() {
    let run = trace("sound", "http://me:secret@web.example.org/").code(2);
    run.err_has("it names a user; give --header");
}

#[test]
fn flags_that_say_nothing_are_refused() {
    let folder = Folder::with_example("sound");
    let refused = |flags: &[&str], words: &str| {
        let arguments = [&["trace", "http://web.example.org/"], flags].concat();
        folder.run(arguments).code(2).err_has(words);
    };
    refused(&["--client", "nobody"], "it is no address such as 192.0.2.7");
    refused(&["--header", "Accept"], "write a name, a colon and a value");
    refused(&["--header", "a b: c"], "`a b` is no name of a header");
    refused(&["--header", "a: b\nc: d"], "a header's value is one line");
    refused(&["--method", "GE T"], "a method is a word such as GET");
    refused(&["--body-size", "1k"], "invalid value '1k' for '--body-size <BYTES>'");
    refused(&["--format", "xml"], "[possible values: human, json]");
}

#[test]
fn a_name_that_nobody_has_is_the_default_servers() {
    let run = trace("sound", "http://web.exmple.org/").code(0);
    run.err_has("no site is called web.exmple.org: web.example.org answers what no other does; did you mean web.example.org?")
        .out_has("PHP runs /var/www/html/index.php");
    // An address is nobody's name, and no slip.
    trace("sound", "http://127.0.0.1/").code(0).silent();
    let folder = Folder::with_example("sound");
    folder.run(["trace", "http://127.0.0.1/", "--header", "Host: web.example.org"]).code(0).silent();
}

#[test]
fn a_path_that_no_server_takes_is_four_hundred() {
    for path in ["/%zz", "/../etc/passwd", "/%00"] {
        trace("sound", &format!("http://web.example.org{path}")).code(0).out_has("web.example.org: 400: ");
    }
}

#[test]
fn an_encoded_path_is_decoded() {
    let run = trace("sound", "http://web.example.org/%69ndex.php?a=%20").code(0).silent();
    run.out_has("PHP runs /var/www/html/index.php in pool www");
}

#[test]
fn a_body_may_be_too_large() {
    let folder = Folder::with_example("sound");
    let run = folder.run(["trace", "http://web.example.org/index.php", "--body-size", "2000000"]).code(0);
    run.out_has("web.example.org: 413: ").out_has("  client_max_body_size 1m (default)\n");
    folder
        .run(["trace", "http://web.example.org/index.php", "--body-size", "9"])
        .code(0)
        .out_has("PHP runs ");
}

/// The keys of an object, in the order in which they are written.
fn keys(object: &str) -> Vec<String> {
    let mut depth = 0;
    let mut in_text = false;
    let mut found = Vec::new();
    let mut text = String::new();
    let mut characters = object.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' if in_text => {
                characters.next();
            }
            '"' if in_text => {
                in_text = false;
                if depth == 1 && characters.peek() == Some(&':') {
                    found.push(text.clone());
                }
            }
            '"' => {
                in_text = true;
                text.clear();
            }
            character if in_text => text.push(character),
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
    }
    found
}

fn json_of(example: &str, arguments: &[&str], code: i32) -> (Run, Value) {
    let arguments = [&["trace", "--format", "json"], arguments].concat();
    let run = Folder::with_example(example).run(arguments).code(code);
    let value = run.json();
    (run, value)
}

#[test]
fn json_has_every_key_in_order() {
    let (run, value) = json_of("sound", &["http://web.example.org/index.php?a=b"], 0);
    assert_eq!(run.out.matches('\n').count(), 1, "one line");
    assert_eq!(keys(&run.out), ["version", "url", "outcome", "steps", "limits", "unknowns"]);
    let outcome = &run.out[run.out.find("\"outcome\":").unwrap() + 10..];
    let wanted = ["kind", "status", "script", "path_info", "query", "pool", "user", "reason"];
    let outcome = &outcome[..=outcome.find('}').unwrap()];
    assert_eq!(keys(outcome), wanted);
    assert_eq!(
        value["outcome"],
        json!({
            "kind": "php", "status": null, "script": "/var/www/html/index.php", "path_info": null, "query": "a=b",
            "pool": "www", "user": "apache", "reason": null,
        })
    );
    assert_eq!(
        value["steps"][0],
        json!({"file": "etc/nginx/conf.d/site.conf", "line": 1, "message": "server: this site answers"})
    );
    assert_eq!(
        value["limits"]["memory_limit"],
        json!({"value": "128M", "amount": 134_217_728, "from": "php.ini", "file": "etc/php.ini", "line": 2})
    );
    assert_eq!(
        value["limits"]["post_max_size"],
        json!({"value": "8M", "amount": 8_388_608, "from": "default", "file": null, "line": null})
    );
    assert_eq!(value["limits"]["Timeout"], Value::Null);
    assert_eq!(
        (&value["version"], &value["url"]),
        (&json!(1), &json!("http://web.example.org/index.php?a=b"))
    );
    assert_eq!(value["unknowns"], json!([]));
}

#[test]
fn json_of_what_is_no_business_of_php() {
    let (_, value) = json_of("sound", &["http://web.example.org/nothing.css"], 0);
    assert_eq!((&value["outcome"]["kind"], &value["outcome"]["status"]), (&json!("error"), &json!(404)));
    assert_eq!(value["limits"], Value::Null);
    let (_, value) = json_of("rocky-guide", &["http://web.example.org:8080/index.php"], 0);
    let outcome = &value["outcome"];
    assert_eq!((&outcome["kind"], &outcome["status"]), (&json!("error"), &json!(503)));
    assert_eq!((&outcome["pool"], &outcome["user"]), (&Value::Null, &Value::Null));
    assert_eq!(outcome["reason"], "no pool listens on 127.0.0.1:9000");
    assert_eq!(value["limits"]["Timeout"]["value"], "60");
    assert_eq!(value["limits"]["memory_limit"], Value::Null);
}

#[test]
fn json_of_the_unknown_says_what_would_make_it_known() {
    let (_, value) = json_of("compose", &["http://app.example.org/index.php"], 1);
    assert_eq!(value["outcome"]["kind"], "unknown");
    assert_eq!(value["outcome"]["reason"], "which host php:9000 names");
    assert_eq!(
        value["unknowns"],
        json!([{
            "fact": "which host php:9000 names",
            "needed_by": ["outcome"],
            "how": "name the other host and its files in fpmlint.toml, or give the host's root (--sysroot)",
        }])
    );
}

/// Two hosts, each with a web server for the same name.
fn two_hosts() -> Folder {
    let folder = Folder::new();
    for (host, status) in [("first", 201), ("second", 202)] {
        let text =
            format!("events {{}}\nhttp {{\nserver {{ server_name a.example; return {status}; }}\n}}\n");
        folder.write(format!("{host}/etc/nginx/nginx.conf"), text);
    }
    let hosts =
        "[[hosts]]\nname = \"one\"\nroot = \"first\"\n[[hosts]]\nname = \"second\"\nroot = \"second\"\n";
    folder.write("fpmlint.toml", hosts);
    folder
}

#[test]
fn of_several_hosts_one_answers() {
    let folder = two_hosts();
    let run = folder.run(["trace", "http://a.example/"]).code(0);
    run.out_has("a.example on one: 201: ")
        .out_lacks("202")
        .err_has("traced on one; web servers on second answer this URL, too (--stack-host)");
    let run = folder.run(["trace", "http://a.example/", "--stack-host", "second"]).code(0).silent();
    run.out_has("a.example on second: 202: ").out_lacks("201");
    let run = folder.run(["trace", "http://a.example/", "--stack-host", "secnd"]).code(2);
    run.err_has("there is no host secnd; did you mean `second`?");
    let run = folder.run(["trace", "http://a.example/", "--stack-host", "x"]).code(2);
    run.err_has("there is no host x; there are one, second");
    let run = folder.run(["trace", "http://a.example:81/", "--stack-host", "second"]).code(2);
    run.err_has("nothing on second listens on port 81; sites listen on 80");
}

#[test]
fn limits_come_from_the_line_that_is_obeyed() {
    let folder = Folder::with_example("sound");
    folder.write("var/www/html/.user.ini", "upload_max_filesize = 9M\nmemory_limit = 1G\n");
    let pool = format!(
        "{}php_admin_value[memory_limit] = 64M\nphp_value[upload_max_filesize] = 5M\n",
        folder.text("etc/php-fpm.d/www.conf")
    );
    folder.write("etc/php-fpm.d/www.conf", &pool);
    let lines = pool.lines().count();
    let run = folder.run(["trace", "http://web.example.org/index.php"]).code(0).silent();
    run.out_has("  upload_max_filesize 9M (user.ini, var/www/html/.user.ini:1)\n")
        .out_has(&format!("  memory_limit 64M (pool, etc/php-fpm.d/www.conf:{})\n", lines - 1));
}

#[test]
fn the_schema_of_the_json_is_written() {
    let schema = Folder::new().run(["schema", "trace"]).code(0).json();
    assert_eq!(schema["title"], "The output of fpmlint trace --format json");
    let file: Value = serde_json::from_str(include_str!("../../schemas/fpmlint-trace.schema.json")).unwrap();
    assert_eq!(schema, file, "`cargo xtask generate` makes it");
}

#[test]
fn help_shows_how_it_is_used() {
    for arguments in [&["help", "trace"][..], &["trace", "--help"]] {
        let run = Folder::new().run(arguments.iter().copied()).code(0).silent();
        run.out_has("fpmlint trace --sysroot / https://example.org/wp-admin/ --client 192.0.2.7")
            .out_has("--stack-host <NAME>")
            .out_has("Exit codes: 0 the answer is known, 1 it is not, 2 fpmlint could not do its work.");
    }
}
