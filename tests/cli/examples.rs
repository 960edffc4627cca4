//! The examples say what they are made to say.

use crate::support::Folder;

#[test]
fn the_guide_has_each_of_its_faults() {
    let run = Folder::with_example("rocky-guide").run(["check", "--format", "json"]).code(1).silent();
    assert_eq!(
        run.findings(),
        [
            "etc/httpd/conf.d/site.conf:12 backend-without-pool",
            "etc/nginx/conf.d/site.conf:10 missing-script-filename",
            "etc/nginx/conf.d/site.conf:10 backend-without-pool",
            "etc/php-fpm.d/www.conf:9 allowed-clients-on-socket",
            "etc/php-fpm.d/www.conf:18 status-path-unrouted",
            "etc/php-fpm.d/www.conf:20 slowlog-never-written",
            "etc/php.d/10-opcache.ini:5 opcache-too-few-files",
            "var/www/html/info.php:3 exposed-phpinfo",
        ]
    );
    let json = run.json();
    let findings = json["diagnostics"].as_array().expect("findings");
    let backends = findings.iter().filter(|finding| finding["rule"] == "backend-without-pool");
    for (finding, status) in backends.zip(["503", "502"]) {
        assert!(
            finding["message"].as_str().is_some_and(|words| words.contains("127.0.0.1:9000")),
            "{finding}"
        );
        assert!(finding["help"].as_str().is_some_and(|words| words.contains(status)), "{finding}");
    }
    let page = findings.last().expect("the last");
    assert!(page["message"].as_str().is_some_and(|words| words.contains("http://web.example.org/info.php")));
    // ProxyPassMatch without `$1` appends the path: nothing is wrong with it.
    for finding in findings {
        let words = format!("{} {}", finding["message"], finding["help"]);
        assert!(!words.contains("$1"), "{finding}");
    }
    assert_eq!(json["unknowns"], serde_json::json!([]));
    assert_eq!(json["errors"], serde_json::json!([]));
}

#[test]
fn the_sound_stack_has_none() {
    let folder = Folder::with_example("sound");
    let run = folder.run(["check"]).code(0).silent();
    assert_eq!(run.out, "Found no problems in 13 files.\n");
    let run = folder.run(["check", "--fail-on", "info", "--format", "json"]).code(0).silent();
    let json = run.json();
    assert_eq!(json["diagnostics"], serde_json::json!([]));
    assert_eq!(json["unknowns"], serde_json::json!([]));
}

#[test]
fn the_compose_project_has_its_two() {
    let run = Folder::with_example("compose").run(["check", "--format", "json"]).code(1).silent();
    assert_eq!(
        run.findings(),
        [
            "docker/nginx/default.conf:13 missing-script-filename",
            "docker/php/www.conf:10 slowlog-never-written"
        ]
    );
}
