//! `trace`: the outcome first, then the steps with their lines.

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
        run.out.starts_with("web.example.org: PHP runs /var/www/html/index.php in pool www\n"),
        "{run:#?}"
    );
    let run = trace("sound", "web.example.org/nothing.php").code(0);
    assert!(run.out.starts_with("web.example.org: 404: "), "{run:#?}");
    trace("sound", "http://web.example.org:8080/index.php")
        .code(0)
        .out_has("PHP runs /var/www/html/current/public/index.php in pool www\n");
}

#[test]
fn what_cannot_be_told_is_one() {
    let run = trace("compose", "http://app.example.org/index.php").code(1);
    run.out_has("app.example.org: ").out_has("not known here");
}

#[test]
fn what_is_no_url_or_reaches_nobody_is_two() {
    trace("rocky-guide", "ftp://web.example.org/").code(2).err_has("is no URL such as http://");
    trace("rocky-guide", "http://web.example.org:99999/").code(2).err_has("is no URL such as http://");
    trace("rocky-guide", "http://web.example.org:99/").code(2).err_has("nothing here listens on port 99");
    Folder::with_example("rocky-guide")
        .run(["trace", "http://web.example.org/", "gone"])
        .code(2)
        .err_has("gone: error:");
    Folder::new().run(["trace"]).code(2);
}
