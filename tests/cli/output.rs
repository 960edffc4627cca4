//! Where output goes and how it looks.

use crate::support::{ERROR, Folder, INFO, Run, SOUND, command};

#[test]
fn full_shows_the_line_and_the_summary() {
    let run = Folder::with_pool(ERROR).check_pool(&[]).code(1).silent();
    let run =
        run.out_has("error[unknown-directive]: ").out_has("--> pool.conf:6:1\n").out_has("6 | bogus = 1\n");
    assert!(run.out.ends_with("Found 1 error in 1 file.\n"), "{run:#?}");
}

#[test]
fn concise_is_one_line_for_each_finding() {
    let run = Folder::with_pool(ERROR).check_pool(&["--format", "concise", "--quiet"]).code(1);
    assert_eq!(run.out.lines().count(), 1);
    assert!(run.out.starts_with("pool.conf:6:1: error[unknown-directive]: "), "{run:#?}");
}

#[test]
fn pretty_is_plain_where_there_is_no_terminal() {
    let run = Folder::with_pool(ERROR).check_pool(&["--format", "pretty"]).code(1);
    run.out_has("unknown-directive").out_has("pool.conf:6:1").out_has("bogus = 1").out_lacks("\u{1b}");
}

#[test]
fn every_format_ends_with_the_same_code() {
    let folder = Folder::with_pool(ERROR);
    for format in ["pretty", "full", "concise", "json", "jsonl", "sarif", "github", "gitlab"] {
        folder.check_pool(&["--format", format]).code(1).silent().out_has("unknown-directive");
    }
}

#[test]
fn quiet_leaves_the_findings_alone() {
    let folder = Folder::with_pool(INFO);
    folder.check_pool(&["--quiet"]).code(0).out_has("allowed-clients-on-socket").out_lacks("Found");
    let run = Folder::with_pool(SOUND).check_pool(&["-q"]).code(0).silent();
    assert_eq!(run.out, "");
}

#[test]
fn statistics_count_the_findings_of_each_rule() {
    let folder = Folder::with_example("rocky-guide");
    let run = folder.run(["check", "--statistics", "--format", "concise", "--quiet"]).code(1);
    let counts: Vec<&str> = run.out.lines().skip(8).collect();
    assert_eq!(counts.first(), Some(&"      2  backend-without-pool"), "{run:#?}");
    assert_eq!(counts.len(), 7, "{run:#?}");
    // Beside a report for machines they stand where they do no harm.
    let run = folder.run(["check", "--statistics", "--format", "json"]).code(1);
    assert_eq!(run.json()["version"], 1);
    let run = run.err_has("      2  backend-without-pool\n");
    assert_eq!(run.err.lines().count(), 7);
    folder.run(["check", "--statistics", "--fix"]).code(1).out_has("      2  backend-without-pool\n");
}

#[test]
fn the_report_goes_to_a_file() {
    let folder = Folder::with_pool(ERROR);
    let run = folder.check_pool(&["--output-file", "report.txt"]).code(1);
    assert_eq!(run.out, "Found 1 error in 1 file.\n");
    assert!(folder.text("report.txt").contains("error[unknown-directive]"));
    let run = folder.check_pool(&["--output-file", "report.json", "--format", "json"]).code(1);
    assert_eq!(run.out, "");
    assert!(folder.text("report.json").starts_with("{\"version\":1,"));
}

#[test]
fn colours_come_only_when_asked_for() {
    let folder = Folder::with_pool(ERROR);
    for format in ["pretty", "full", "concise"] {
        folder.check_pool(&["--format", format]).out_lacks("\u{1b}");
        folder.check_pool(&["--format", format, "--color", "always"]).out_has("\u{1b}[");
        folder.check_pool(&["--format", format, "--color", "never"]).out_lacks("\u{1b}");
    }
    folder.check_pool(&["--format", "json", "--color", "always"]).out_lacks("\u{1b}");
    let mut forced = command(folder.path());
    forced.args(["check", "--as", "php-fpm", "pool.conf", "--color", "always"]).env("NO_COLOR", "1");
    // The flag is nearer than the environment.
    Run::of(&mut forced).out_has("\u{1b}[");
    folder.run(["check", "gone", "--color", "always"]).code(2).err_has("\u{1b}[");
    folder.run(["check", "gone"]).code(2).err_has("gone: error: ");
}

/// On a terminal colours are on unless NO_COLOR says otherwise; `script` gives a terminal.
#[cfg(target_os = "linux")]
#[test]
fn no_color_is_heard_on_a_terminal() {
    let folder = Folder::with_pool(ERROR);
    let on_terminal = |no_color: Option<&str>| {
        let binary = env!("CARGO_BIN_EXE_fpmlint");
        let mut script = std::process::Command::new("script");
        let line = format!("'{binary}' check --as php-fpm pool.conf");
        script.args(["-qec", &line, "/dev/null"]).current_dir(folder.path());
        script.env_remove("NO_COLOR").env("TERM", "xterm").stdin(std::process::Stdio::null());
        no_color.map(|value| script.env("NO_COLOR", value));
        script.output().ok().filter(|output| output.status.code() == Some(1)).map(Run::from)
    };
    // Not every machine has `script`.
    let Some(colored) = on_terminal(None) else { return };
    colored.out_has("\u{1b}[").out_has("bogus");
    on_terminal(Some("1")).expect("a run").out_lacks("\u{1b}[").out_has("bogus");
    on_terminal(Some("")).expect("a run").out_has("\u{1b}[");
}

#[cfg(unix)]
mod pipes {
    use std::io::Read;
    use std::process::Stdio;

    use crate::support::{Folder, command};

    /// Runs the binary with a reader that goes away after `bytes` of its output.
    fn closed_after(folder: &Folder, arguments: &[&str], bytes: usize) -> (Option<i32>, String) {
        let mut command = command(folder.path());
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a run");
        let mut out = child.stdout.take().expect("a pipe");
        out.read_exact(&mut vec![0; bytes]).expect("some output");
        drop(out);
        let mut err = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("text");
        (child.wait().expect("an end").code(), err)
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        let folder = Folder::new();
        // More findings than a pipe holds.
        let bogus: String = (0..20_000).map(|number| format!("bogus{number} = 1\n")).collect();
        folder.write("pool.conf", format!("[www]\nlisten = /run/a.sock\npm = static\n{bogus}"));
        for format in ["concise", "full", "json", "jsonl", "sarif", "github", "gitlab"] {
            let arguments = ["check", "--as", "php-fpm", "pool.conf", "--format", format];
            let (code, err) = closed_after(&folder, &arguments, 1);
            assert_eq!(err, "", "{format}");
            assert_eq!(code, Some(0), "{format}");
        }
    }

    #[test]
    fn every_command_that_prints_may_be_cut_off() {
        let folder = Folder::with_example("rocky-guide");
        let url = "http://web.example.org/";
        let commands: [&[&str]; 9] = [
            &["rules"],
            &["rules", "--json"],
            &["explain", "syntax-error"],
            &["show", "files"],
            &["show", "hosts"],
            &["trace", url],
            &["completions", "bash"],
            &["fix", "--diff"],
            &["--help"],
        ];
        for arguments in commands {
            let (code, err) = closed_after(&folder, arguments, 1);
            assert_eq!(err, "", "{arguments:?}");
            assert!(matches!(code, Some(0 | 1)), "{arguments:?} {code:?}");
        }
    }

    #[test]
    fn errors_that_nobody_reads_do_not_crash() {
        let folder = Folder::new();
        folder.write("fpmlint.toml", "selct = []\n");
        let commands: [&[&str]; 6] = [
            &["check", "gone", "--isolated"],
            &["check"],
            &["explain", "no-such-rule"],
            &["show", "files"],
            &["trace", "http://x/"],
            &["trace", "ftp://x/"],
        ];
        for arguments in commands {
            let (reader, writer) = std::io::pipe().expect("a pipe");
            drop(reader);
            let status = command(folder.path()).args(arguments).stderr(writer).status().expect("a run");
            assert_eq!(status.code(), Some(2), "{arguments:?}");
        }
    }
}

#[test]
fn a_directive_of_a_module_that_is_not_there_names_what_brings_it() {
    let folder = Folder::new();
    folder.write("nginx.conf", "events {}\nhttp {\n    image_filter_buffer 1M;\n}\n");
    let run = folder.run(["check", "--profile", "debian-12", "--as", "nginx", "nginx.conf"]);
    run.out_has("it belongs to ngx_http_image_filter_module: add `load_module modules/ngx_http_image_filter_module.so;`");
    folder.write("httpd.conf", "RewriteEngine on\n");
    let run = folder.run(["check", "--profile", "rocky-9", "--as", "apache", "httpd.conf"]);
    run.out_has("it belongs to mod_rewrite, which is not loaded: add `LoadModule rewrite_module modules/mod_rewrite.so`");
}
