//! The flags that choose rules and severities, and what is said of wrong ones.

use crate::support::{ERROR, Folder, INFO, Run, WARNING};

fn rocky(flags: &[&str]) -> Run {
    Folder::with_example("rocky-guide").run([&["check", "--format", "json"], flags].concat())
}

#[test]
fn select_runs_only_these() {
    assert_eq!(rocky(&["--select", "exposed-phpinfo"]).code(1).rules(), ["exposed-phpinfo"]);
    assert_eq!(
        rocky(&["--select", "exposed-phpinfo,slowlog-never-written"]).code(1).rules(),
        ["slowlog-never-written", "exposed-phpinfo"]
    );
    assert_eq!(
        rocky(&["--select", "security", "--select", "capacity"]).code(1).rules(),
        ["opcache-too-few-files", "exposed-phpinfo"]
    );
    assert_eq!(rocky(&["--select", "all"]).rules(), rocky(&[]).rules());
}

#[test]
fn ignore_takes_rules_and_groups_away() {
    let all = rocky(&[]).rules();
    let left = rocky(&["--ignore", "wiring,exposed-phpinfo"]).code(0).rules();
    assert_eq!(left, ["allowed-clients-on-socket", "slowlog-never-written", "opcache-too-few-files"]);
    assert!(all.len() > left.len());
}

#[test]
fn a_rule_selected_by_name_wins_over_its_ignored_group() {
    let rules = rocky(&["--select", "missing-script-filename,security", "--ignore", "wiring"]).rules();
    assert_eq!(rules, ["missing-script-filename", "exposed-phpinfo"]);
}

#[test]
fn warn_and_error_set_the_severity() {
    let folder = Folder::with_pool(ERROR);
    folder.check_pool(&["--warn", "startup"]).code(1).out_has("warning[unknown-directive]");
    folder.check_pool(&["--warn", "unknown-directive", "--fail-on", "error"]).code(0);
    let folder = Folder::with_pool(INFO);
    folder.check_pool(&["--error", "allowed-clients-on-socket"]).code(1).out_has("error[allowed-clients");
    // A rule's name says more than its group.
    let flags = ["--error", "ignored", "--warn", "allowed-clients-on-socket"];
    folder.check_pool(&flags).code(1).out_has("warning[allowed-clients-on-socket]");
}

#[test]
fn a_name_that_is_no_rule_is_told_with_the_nearest() {
    let folder = Folder::with_pool(ERROR);
    for flag in ["--select", "--ignore", "--warn", "--error"] {
        let run = folder.check_pool(&[flag, "unknown-direktive"]).code(2);
        let run = run.err_has("no rule or group is called `unknown-direktive`");
        run.err_has("did you mean `unknown-directive`?");
    }
    folder.check_pool(&["--select", "wirring"]).code(2).err_has("did you mean `wiring`?");
    folder.check_pool(&["--select", "zzzzzz"]).code(2).err_has("`fpmlint rules` lists them");
    folder.check_pool(&["--select", "startup,"]).code(2);
}

#[test]
fn min_confidence_hides_what_is_less_sure() {
    let folder = Folder::new();
    // Without a profile nobody knows the modules of this nginx.
    folder.write("nginx.conf", "events {}\nhttp {\n    frobnicate on;\n}\n");
    let check =
        |confidence| folder.run(["check", "nginx.conf", "--min-confidence", confidence, "--format", "json"]);
    assert_eq!(check("possible").rules(), ["unknown-directive"]);
    assert_eq!(check("likely").rules(), [""; 0]);
    assert_eq!(check("certain").rules(), [""; 0]);
}

#[test]
fn deep_looks_for_info_pages_everywhere() {
    let folder = Folder::with_example("rocky-guide");
    folder.write("var/www/html/app/tools/state.php", "<?php phpinfo();");
    let check = |flags: &[&str]| {
        let select = ["check", "--select", "exposed-phpinfo", "--format", "json"];
        folder.run([&select[..], flags].concat()).code(1).findings().len()
    };
    let usual = check(&[]);
    assert_eq!(check(&["--deep"]), usual + 1);
}

#[test]
fn wrong_values_are_two_and_say_what_is_right() {
    let folder = Folder::with_pool(WARNING);
    let cases: [(&[&str], &str); 9] = [
        (&["--fail-on", "never"], "no such severity; there are info, warning, error"),
        (&["--fail-on", "warnings"], "did you mean `warning`?"),
        (&["--min-confidence", "sure"], "there are possible, likely, certain"),
        (&["--format", "jsn"], "did you mean `json`?"),
        (&["--color", "sometimes"], "[possible values: auto, always, never]"),
        (&["--target", "php"], "write a daemon and a version, such as php=8.3"),
        (&["--target", "php=new"], "`new` is no version such as 8.3 or 8.3.10"),
        (&["--target", "ngnix=1.26"], "did you mean `nginx`?"),
        (&["--profile", "rocky-8"], "did you mean `rocky-9`?"),
    ];
    for (flags, words) in cases {
        folder.check_pool(flags).code(2).err_has(words);
    }
    folder.run(["check", "--as", "ngin", "pool.conf"]).code(2).err_has("did you mean `nginx`?");
    folder.run(["check", "--no-such-flag"]).code(2).err_has("unexpected argument");
    folder.run(["chekc"]).code(2).err_has("unrecognized subcommand 'chekc'");
    folder.run([""; 0]).code(2).err_has("Usage: fpmlint <COMMAND>");
}

#[test]
fn a_target_decides_what_is_known() {
    let folder = Folder::with_pool(
        "[www]\nuser = nobody\nlisten = /run/a.sock\npm = static\npm.max_children = 5\nprocess.dumpable = yes\n",
    );
    folder.check_pool(&["--target", "php=8.2"]).code(0);
    let check = |target: &str| {
        folder.check_pool(&["--target", target, "--format", "json", "--ignore", "php-end-of-life"])
    };
    let run = check("php=7.2");
    assert_eq!(run.rules(), [""; 0], "known since 7.0.29, 7.1.16 and 7.2.4: {run:#?}");
    let run = check("php=7.2.3").code(1);
    assert_eq!(run.rules(), ["unknown-directive"]);
}
