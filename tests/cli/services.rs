//! The formats of services that show findings beside the code.

use crate::support::{ERROR, Folder, Run, command};

#[test]
fn names_are_those_of_the_services_copy() {
    let folder = Folder::with_example("rocky-guide");
    let run = |format: &str, variable: &str| {
        let mut command = command(&folder.path().join("etc"));
        command.args(["check", "--format", format, "--select", "slowlog-never-written"]);
        Run::of(command.env(variable, folder.path())).code(0)
    };
    run("github", "GITHUB_WORKSPACE").out_has(",file=etc/php-fpm.d/www.conf,line=20,");
    run("sarif", "GITHUB_WORKSPACE").out_has(r#""uri":"etc/php-fpm.d/www.conf""#);
    run("gitlab", "CI_PROJECT_DIR").out_has(r#""path":"etc/php-fpm.d/www.conf""#);
    // Another service's folder says nothing, and people read from where they are.
    run("gitlab", "GITHUB_WORKSPACE").out_has(r#""path":"php-fpm.d/www.conf""#);
    run("concise", "GITHUB_WORKSPACE").out_has("php-fpm.d/www.conf:20:1: ").out_lacks("etc/");
}

#[test]
fn github_gets_a_page_for_the_job() {
    let folder = Folder::with_pool(ERROR);
    let run = |arguments: &[&str]| {
        let mut command = command(folder.path());
        command.args(["check", "--as", "php-fpm", "pool.conf"]).args(arguments);
        Run::of(command.env("GITHUB_STEP_SUMMARY", folder.path().join("summary.md"))).code(1)
    };
    run(&["--format", "concise"]);
    assert!(!folder.path().join("summary.md").exists());
    folder.write("summary.md", "before\n");
    run(&["--format", "github"]).out_has("::error title=fpmlint (unknown-directive),file=pool.conf,line=6,");
    let summary = folder.text("summary.md");
    assert!(summary.starts_with("before\n## fpmlint\n\nFound 1 error in 1 file.\n"), "{summary}");
    assert!(summary.contains("<code>pool.conf:6:1</code>"), "{summary}");
}

#[test]
fn errors_of_the_run_are_told_in_every_format() {
    let folder = Folder::new();
    let run = |format: &str| folder.run(["check", "gone.conf", "--format", format]).code(2);
    let github = run("github").silent();
    assert_eq!(github.out, "::error title=fpmlint,file=gone.conf::gone.conf: No such file or directory\n");
    let sarif = run("sarif").silent().json();
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
    let gitlab = run("gitlab").err_has("gone.conf: error: No such file or directory");
    assert_eq!(gitlab.out, "[]\n");
}

/// Names that mean something to one format or another; those that are not UTF-8 keep their bytes in SARIF.
#[cfg(unix)]
#[test]
fn odd_names_reach_every_service() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = Folder::new();
    folder.write("a b, c:d 50%.conf", ERROR);
    folder.write(OsStr::from_bytes(b"caf\xe9.conf"), ERROR);
    let run = |format: &str| {
        let mut command = command(folder.path());
        command.args(["check", "--as", "php-fpm", "--format", format, "a b, c:d 50%.conf"]);
        Run::of(command.arg(OsStr::from_bytes(b"caf\xe9.conf"))).code(1)
    };
    run("github").out_has("file=a b%2C c%3Ad 50%25.conf,").out_has("file=caf%25E9.conf,");
    run("sarif").out_has(r#""uri":"a%20b%2C%20c%3Ad%2050%25.conf""#).out_has(r#""uri":"caf%E9.conf""#);
    run("gitlab").out_has(r#""path":"a b, c:d 50%.conf""#).out_has(r#""path":"caf%E9.conf""#);
}
