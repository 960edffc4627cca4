//! Findings that a project knows of.

use crate::support::{ERROR, Folder, Run, SOUND};

fn check(folder: &Folder, flags: &[&str]) -> Run {
    folder.run([&["check", "--baseline", "known.json"], flags].concat())
}

fn with_baseline() -> Folder {
    let folder = Folder::with_example("rocky-guide");
    folder.write("fpmlint.toml", "");
    check(&folder, &["--update-baseline"]).code(0).err_has("Wrote 8 findings to known.json.\n");
    folder
}

#[test]
fn what_is_known_is_neither_shown_nor_fatal() {
    let folder = with_baseline();
    let run = check(&folder, &[]).code(0).silent();
    assert_eq!(run.out, "Found no new problems in 13 files (8 more in the baseline).\n");
    assert_eq!(check(&folder, &["--format", "json"]).code(0).rules(), [""; 0]);
}

#[test]
fn the_file_is_the_same_for_the_same_findings_and_shows_no_line() {
    let folder = with_baseline();
    let first = folder.text("known.json");
    assert!(first.starts_with("{\n  \"version\": 1,\n  \"findings\": [\n    {\"path\":"), "{first}");
    let place = r#"{"path":"etc/nginx/conf.d/site.conf","place":"server web.example.org / location ~ \\.php$ / fastcgi_pass","rule":"backend-without-pool","count":1}"#;
    assert!(first.contains(place), "{first}");
    assert!(first.contains(r#""place":"[www] / listen.allowed_clients","#), "{first}");
    check(&folder, &["--update-baseline"]).code(0);
    assert_eq!(folder.text("known.json"), first);
    // From another folder of the project the names are the same.
    let run = folder.run_in("etc", ["check", "--baseline", "../known.json", "--update-baseline"]).code(0);
    run.err_has("Wrote 8 findings to ");
    assert_eq!(folder.text("known.json"), first);
}

#[test]
fn edits_elsewhere_change_nothing() {
    let folder = with_baseline();
    for name in ["etc/nginx/conf.d/site.conf", "etc/httpd/conf.d/site.conf"] {
        folder.write(name, format!("# One more line.\n\n{}", folder.text(name)));
    }
    let pool = folder.text("etc/php-fpm.d/www.conf").replace("pm = dynamic", "; A note.\npm = dynamic\n\n");
    folder.write("etc/php-fpm.d/www.conf", pool);
    check(&folder, &[]).code(0).out_has("Found no new problems");
}

#[test]
fn what_is_new_is_shown_and_what_is_gone_is_said() {
    let folder = with_baseline();
    folder.write(
        "etc/php-fpm.d/www.conf",
        folder.text("etc/php-fpm.d/www.conf").replace("slowlog =", "bogus ="),
    );
    let run = check(&folder, &["--format", "concise"]).code(1).out_has("error[unknown-directive]");
    let run = run.out_has("etc/php-fpm.d/www.conf: slowlog-never-written at [www] / slowlog\n");
    run.out_has("Found 1 error in 13 files (7 more in the baseline, 1 of the baseline gone).\n");
    check(&folder, &["--format", "gitlab"]).code(1).err_has("1 of the baseline not found any more");
    let run = check(&folder, &["--format", "gitlab", "--quiet"]).code(1).silent();
    assert_eq!(run.json().as_array().map(Vec::len), Some(1));
    check(&folder, &["--update-baseline"]).code(0).err_has("Wrote 8 findings");
    check(&folder, &[]).code(0).out_lacks("gone");
}

#[test]
fn findings_of_one_place_are_counted() {
    let folder = Folder::with_pool(&format!("{SOUND}bogus = 1\n"));
    folder.check_pool(&["--baseline", "known.json", "--update-baseline"]).code(0);
    folder.write("pool.conf", format!("{SOUND}bogus = 1\nbogus = 2\n"));
    let run = folder.check_pool(&["--baseline", "known.json", "--format", "json"]).code(1);
    assert_eq!(run.findings(), ["pool.conf:7 unknown-directive"]);
    folder.check_pool(&["--baseline", "known.json", "--update-baseline"]).code(0);
    assert!(folder.text("known.json").contains(r#""count":2}"#));
}

/// A run that looks at a part says nothing about the rest, and leaves it in the file.
#[test]
fn what_a_run_could_not_find_is_not_gone() {
    let folder = with_baseline();
    let first = folder.text("known.json");
    let parts: [&[&str]; 4] = [
        &["etc/php.d"],
        &["etc/php-fpm.conf"],
        &["--select", "exposed-phpinfo"],
        &["etc/nginx/nginx.conf", "--ignore", "wiring"],
    ];
    for part in parts {
        check(&folder, part).code(0).out_lacks("gone");
        check(&folder, &[part, &["--update-baseline"]].concat()).code(0).err_has("Wrote 8 findings");
        assert_eq!(folder.text("known.json"), first, "{part:?}");
    }
    // A file that is no more holds nothing.
    folder.write("other/nginx.conf", "events {}\n");
    std::fs::remove_file(folder.path().join("var/www/html/info.php")).expect("gone");
    check(&folder, &["other/nginx.conf"])
        .code(0)
        .out_has("exposed-phpinfo")
        .out_has("1 of the baseline gone");
}

#[test]
fn with_a_system_root_names_are_those_of_the_machine() {
    let folder = Folder::new();
    crate::support::copy(&crate::support::example("rocky-guide"), &folder.path().join("image"));
    let flags = ["--sysroot", "image"];
    check(&folder, &[&flags[..], &["--update-baseline"]].concat()).code(0);
    assert!(folder.text("known.json").contains(r#""path":"/etc/php-fpm.d/www.conf""#));
    check(&folder, &flags).code(0).out_has("8 more in the baseline");
    folder.write("image/var/www/html/info.php", "<?php\n");
    check(&folder, &flags).code(0).out_has("/var/www/html/info.php: exposed-phpinfo\n");
}

#[test]
fn fixes_leave_alone_what_is_known() {
    let folder = with_baseline();
    let before = folder.text("etc/nginx/conf.d/site.conf");
    check(&folder, &["--fix"]).code(0);
    check(&folder, &["--diff"]).code(0);
    assert_eq!(folder.text("etc/nginx/conf.d/site.conf"), before);
    folder.run(["check", "--diff"]).code(1);
}

#[test]
fn a_file_that_is_no_baseline_is_told() {
    let folder = Folder::with_pool(ERROR);
    let told = |text: &str, words: &str| {
        folder.write("known.json", text);
        folder.check_pool(&["--baseline", "known.json"]).code(2).err_has(words);
    };
    told("{", "known.json:1: error: is no baseline: ");
    told("{\n\"version\": 1,\n\"findings\": [{\"rule\": 1}]}", "known.json:3: error: is no baseline: ");
    told(r#"{"version": 2, "findings": []}"#, "is a baseline of version 2, not 1");
    folder.check_pool(&["--baseline", "gone.json"]).code(2).err_has("gone.json: error: No such file");
    folder.check_pool(&["--update-baseline"]).code(2).err_has("--baseline");
    folder
        .check_pool(&["--baseline", "no/such/folder.json", "--update-baseline"])
        .code(2)
        .err_has("cannot write");
    // What fpmlint could not read is no base.
    folder.run(["check", "gone", "--baseline", "new.json", "--update-baseline"]).code(2);
    assert!(!folder.path().join("new.json").exists());
}
