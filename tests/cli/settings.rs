//! `fpmlint.toml`.

use crate::support::{ERROR, Folder, INFO, Run};

fn json(folder: &Folder, flags: &[&str]) -> Run {
    folder.run([&["check", "--format", "json"], flags].concat())
}

/// `file rule severity` of each finding.
fn severities(run: &Run) -> Vec<String> {
    let json = run.json();
    let findings = json["diagnostics"].as_array().expect("findings");
    let word = |value: &serde_json::Value| value.as_str().expect("a string").to_owned();
    findings
        .iter()
        .map(|one| format!("{} {} {}", word(&one["file"]), word(&one["rule"]), word(&one["severity"])))
        .collect()
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_the_nearest_right_word() {
    let folder = Folder::with_pool(ERROR);
    folder.write(
        "fpmlint.toml",
        "selct = []\nfail-on = \"never\"\nmin-confidence = 3\n[rules]\nunknown-direktive = \"off\"\nwiring = \"loud\"\n",
    );
    let run = folder.check_pool(&[]).code(2);
    assert_eq!(run.out, "");
    let lines: Vec<&str> = run.err.lines().collect();
    assert_eq!(lines.len(), 5, "{run:#?}");
    assert_eq!(lines[0], "fpmlint.toml:1: error: unknown key `selct`, did you mean `select`?");
    assert!(lines[1].starts_with("fpmlint.toml:2: error: ") && lines[1].contains("`never`"), "{run:#?}");
    assert!(lines[2].starts_with("fpmlint.toml:3: error: "), "{run:#?}");
    assert!(lines[3].starts_with("fpmlint.toml:5: error: ") && lines[3].contains("`unknown-directive`"));
    assert!(lines[4].starts_with("fpmlint.toml:6: error: ") && lines[4].contains("`loud`"));
    // Every command says it the same way, and does nothing else.
    for arguments in
        [&["fix", "--diff"][..], &["show", "settings"], &["show", "files"], &["trace", "http://x/"]]
    {
        let other = folder.run(arguments).code(2);
        assert_eq!((other.out.as_str(), &other.err), ("", &run.err), "{arguments:?}");
    }
    folder.check_pool(&["--isolated"]).code(1);
}

#[test]
fn text_that_is_no_toml_is_told_with_its_line() {
    let folder = Folder::with_pool(ERROR);
    folder.write("fpmlint.toml", "select = []\n\nignore = [\n");
    folder.check_pool(&[]).code(2).err_has("fpmlint.toml:");
    folder.write("fpmlint.toml", b"# \xff\n");
    folder.check_pool(&[]).code(2).err_has("fpmlint.toml:1: error: this is not UTF-8");
}

#[test]
fn levels_are_set_for_rules_and_groups() {
    let folder = Folder::with_pool(INFO);
    folder.write("fpmlint.toml", "[rules]\nallowed-clients-on-socket = \"error\"\n");
    folder.check_pool(&[]).code(1).out_has("error[allowed-clients-on-socket]");
    folder.write("fpmlint.toml", "[rules]\nignored = \"warning\"\n");
    folder.check_pool(&[]).code(1).out_has("warning[allowed-clients-on-socket]");
    // A group takes in its rules that are off by default.
    let off = "allowed-clients-on-socket = \"off\"\nworker-output-discarded = \"off\"\n";
    folder.write("fpmlint.toml", format!("[rules]\nignored = \"warning\"\n{off}"));
    folder.check_pool(&[]).code(0).out_lacks("allowed-clients-on-socket");
    // A flag is nearer than the file.
    folder.check_pool(&["--error", "ignored"]).code(1).out_has("error[allowed-clients-on-socket]");
}

#[test]
fn select_ignore_and_fail_on_count_until_a_flag_says_otherwise() {
    let folder = Folder::with_example("rocky-guide");
    folder.write("fpmlint.toml", "select = [\"security\"]\nfail-on = \"info\"\n");
    assert_eq!(json(&folder, &[]).code(1).rules(), ["exposed-phpinfo"]);
    assert_eq!(json(&folder, &["--select", "capacity"]).code(1).rules(), ["opcache-too-few-files"]);
    assert_eq!(json(&folder, &["--select", "capacity", "--fail-on", "error"]).code(0).rules().len(), 1);
    folder.write("fpmlint.toml", "ignore = [\"wiring\", \"exposed-phpinfo\"]\n");
    let rules = json(&folder, &[]).code(0).rules();
    assert_eq!(rules, ["allowed-clients-on-socket", "slowlog-never-written", "opcache-too-few-files"]);
    folder.write("fpmlint.toml", "min-confidence = \"certain\"\nfail-on = \"error\"\n");
    json(&folder, &[]).code(1);
}

#[test]
fn overrides_count_for_their_files() {
    let folder = Folder::with_example("rocky-guide");
    folder.write(
        "fpmlint.toml",
        "select = [\"backend-without-pool\", \"security\"]\n\
         [[overrides]]\nfiles = [\"etc/httpd/**\"]\nrules = { backend-without-pool = \"info\" }\n\
         [[overrides]]\nfiles = [\"var/**\"]\nignore = [\"security\"]\n",
    );
    assert_eq!(
        severities(&json(&folder, &[]).code(1)),
        [
            "etc/httpd/conf.d/site.conf backend-without-pool info",
            "etc/nginx/conf.d/site.conf backend-without-pool error"
        ]
    );
}

#[test]
fn a_file_extends_another() {
    let folder = Folder::with_example("rocky-guide");
    folder.write(
        "shared/base.toml",
        "select = [\"wiring\"]\nfail-on = \"info\"\n[rules]\nbackend-without-pool = \"off\"\n",
    );
    folder.write(
        "fpmlint.toml",
        "extends = \"shared/base.toml\"\n[rules]\nmissing-script-filename = \"info\"\n",
    );
    assert_eq!(
        severities(&json(&folder, &[]).code(1)),
        [
            "etc/nginx/conf.d/site.conf missing-script-filename info",
            "etc/php-fpm.d/www.conf status-path-unrouted info"
        ]
    );
    let shown = folder.run(["show", "settings"]).code(0);
    let shown = shown.out_has("# fpmlint.toml\n# shared/base.toml\n").out_has("select = [\"wiring\"]");
    shown
        .out_has("backend-without-pool = \"off\"")
        .out_has("missing-script-filename = \"info\"")
        .out_lacks("extends");
    folder.write("fpmlint.toml", "extends = \"gone.toml\"\n");
    json(&folder, &[]).code(2).out_has("gone.toml` cannot be read");
    folder.write("fpmlint.toml", "# itself\nextends = \"fpmlint.toml\"\n");
    let run = json(&folder, &[]).code(2).out_has("extends itself");
    assert_eq!(run.json()["errors"][0]["line"], 2);
}

#[test]
fn shown_settings_can_be_read_again() {
    let folder = Folder::with_example("rocky-guide");
    folder.write(
        "fpmlint.toml",
        "profile = \"rocky-9\"\nfail-on = \"error\"\nexclude = [\"old\"]\n[target]\nphp = \"8.2\"\n[rules]\nwiring = \"info\"\n",
    );
    let shown = folder.run(["show", "settings"]).code(0).out;
    folder.write("fpmlint.toml", &shown);
    assert_eq!(folder.run(["show", "settings"]).code(0).out, shown);
}

#[test]
fn another_file_or_none_may_be_named() {
    let folder = Folder::with_pool(ERROR);
    folder.write("fpmlint.toml", "ignore = [\"startup\"]\n");
    folder.write("strict.toml", "[rules]\nunknown-directive = \"warning\"\n");
    folder.check_pool(&[]).code(0);
    folder.check_pool(&["--isolated"]).code(1).out_has("error[unknown-directive]");
    folder.check_pool(&["--config", "strict.toml"]).code(1).out_has("warning[unknown-directive]");
    folder
        .check_pool(&["--config", "gone.toml"])
        .code(2)
        .err_has("gone.toml:1: error: cannot be read: No such file");
    folder.check_pool(&["--config", "strict.toml", "--isolated"]).code(2).err_has("cannot be used with");
    // The nearest file upwards counts.
    folder.write("below/deep/pool.conf", ERROR);
    folder.run_in("below/deep", ["check", "--as", "php-fpm", "pool.conf"]).code(0);
}

#[test]
fn what_is_excluded_is_not_searched() {
    let folder = Folder::with_example("compose");
    folder.write("fpmlint.toml", "exclude = [\"docker/nginx\"]\n");
    assert_eq!(json(&folder, &[]).code(0).rules(), ["slowlog-never-written"]);
    folder.run(["show", "files"]).code(0).out_has("skipped  docker/nginx: is excluded by the settings");
}

#[test]
fn suppression_comments_may_be_forbidden() {
    let text =
        INFO.replace("listen.allowed", "; fpmlint: ignore[allowed-clients-on-socket] x\nlisten.allowed");
    let folder = Folder::with_pool(&text);
    assert!(folder.check_pool(&[]).code(0).out.starts_with("Found no problems"));
    folder.write("fpmlint.toml", "allow-suppressions = false\n");
    folder.check_pool(&[]).code(0).out_has("info[allowed-clients-on-socket]");
}
