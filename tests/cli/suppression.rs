//! Suppression comments.

use crate::support::{Folder, INFO, Run};

fn pool(comment: &str) -> Run {
    let text = INFO.replace("listen.allowed_clients", &format!("{comment}\nlisten.allowed_clients"));
    Folder::with_pool(&text).check_pool(&["--format", "json"])
}

#[test]
fn a_comment_above_the_line_takes_a_finding_away() {
    assert_eq!(
        pool("; fpmlint: ignore[allowed-clients-on-socket] we move to TCP soon").code(0).rules(),
        [""; 0]
    );
    assert_eq!(pool(";fpmlint:ignore[allowed-clients-on-socket]").rules(), [""; 0]);
    assert_eq!(pool("; fpmlint: ignore[allowed-clients-on-socket] x\n\n; another comment").rules(), [""; 0]);
}

#[test]
fn it_acts_on_the_line_below_alone() {
    let text = INFO.replace("user =", "; fpmlint: ignore[allowed-clients-on-socket] too far up\nuser =");
    let run = Folder::with_pool(&text).check_pool(&["--format", "json"]).code(1);
    assert_eq!(run.findings(), ["pool.conf:2 unused-suppression", "pool.conf:5 allowed-clients-on-socket"]);
}

#[test]
fn it_works_in_nginx_and_apache_files() {
    let folder = Folder::new();
    folder.write(
        "nginx.conf",
        "events {}\nhttp {\n    # fpmlint: ignore[unknown-directive] our own module\n    frobnicate on;\n}\n",
    );
    let check =
        |file: &str, profile: &str| folder.run(["check", file, "--profile", profile, "--format", "json"]);
    assert_eq!(check("nginx.conf", "debian-12").code(0).rules(), [""; 0]);
    folder.write(
        "httpd.conf",
        "ServerRoot /etc/httpd\nListen 80\n# fpmlint: ignore[unknown-directive] our own\nFrobnicate on\n",
    );
    let rules = folder.run(["check", "--as", "apache", "httpd.conf", "--format", "json"]).rules();
    assert_eq!(rules, [""; 0]);
    let folder = Folder::with_example("rocky-guide");
    let ini = folder.text("etc/php.d/10-opcache.ini");
    let comment = "; fpmlint: ignore[opcache-too-few-files] a small site\n";
    folder.write("etc/php.d/10-opcache.ini", ini.replace("opcache.max", &format!("{comment}opcache.max")));
    assert_eq!(folder.run(["check", "etc/php.d", "--format", "json"]).code(0).rules(), [""; 0]);
}

#[test]
fn a_comment_in_the_head_takes_all_of_a_rule_away() {
    let head = "; fpmlint: ignore-file[allowed-clients-on-socket, unknown-directive] a test bed\n";
    let run =
        Folder::with_pool(&format!("{head}{INFO}bogus = 1\n")).check_pool(&["--format", "json"]).code(0);
    assert_eq!(run.rules(), [""; 0]);
    let late = format!("[global]\n{head}{INFO}");
    let run = Folder::with_pool(&late).check_pool(&["--format", "json"]).code(1);
    assert_eq!(run.rules(), ["malformed-suppression", "allowed-clients-on-socket"]);
}

#[test]
fn one_that_takes_nothing_away_is_told_and_can_be_deleted() {
    let comment = "; fpmlint: ignore[mode-not-octal] from another time\n";
    let folder = Folder::with_pool(&INFO.replace("listen.allowed", &format!("{comment}listen.allowed")));
    let run = folder.check_pool(&["--format", "json"]).code(1);
    assert_eq!(run.findings()[0], "pool.conf:4 unused-suppression");
    folder
        .run([
            "fix",
            "--as",
            "php-fpm",
            "pool.conf",
            "--select",
            "unused-suppression,ignored",
            "--ignore",
            "allowed-clients-on-socket",
        ])
        .code(0);
    assert_eq!(folder.text("pool.conf"), INFO);
}

#[test]
fn one_of_a_rule_that_did_not_run_is_not_unused() {
    let text = INFO.replace("listen.allowed", "; fpmlint: ignore[mode-not-octal] x\nlisten.allowed");
    let folder = Folder::with_pool(&text);
    let unused = |flags: &[&str]| folder.check_pool(&[&["--format", "json"], flags].concat()).rules();
    assert_eq!(unused(&["--ignore", "mode-not-octal"]), ["allowed-clients-on-socket"]);
    assert_eq!(unused(&["--select", "suppression"]), [""; 0]);
    folder.write("fpmlint.toml", "[rules]\nmode-not-octal = \"off\"\n");
    assert_eq!(unused(&[]), ["allowed-clients-on-socket"]);
    folder.write("fpmlint.toml", "ignore = [\"unused-suppression\"]\n");
    assert_eq!(unused(&[]), ["allowed-clients-on-socket"]);
}

#[test]
fn one_that_cannot_be_read_is_told_and_takes_nothing_away() {
    let cases = [
        ("; fpmlint: ignore allowed-clients-on-socket", "write `ignore[rule] reason`"),
        ("; fpmlint: ignore[]", "write `ignore[rule] reason`"),
        ("; fpmlint: ignore[allowed-clients-on-socket", "write `ignore[rule] reason`"),
        ("; fpmlint: disable[allowed-clients-on-socket]", "write `ignore[rule] reason`"),
        ("; fpmlint:", "write `ignore[rule] reason`"),
        ("; fpmlint: ignore[allowed-clients-on-sockets] x", "did you mean `allowed-clients-on-socket`?"),
        ("; fpmlint: ignore[ignored] x", "no rule is called `ignored`"),
        ("pm.max_requests = 1 ; fpmlint: ignore[mode-not-octal]", "on a line of its own"),
    ];
    for (comment, words) in cases {
        let run = pool(comment).code(1);
        assert_eq!(run.rules(), ["malformed-suppression", "allowed-clients-on-socket"], "{comment}");
        run.out_has(words);
    }
    let text = format!("{INFO}; fpmlint: ignore[mode-not-octal] nothing follows\n");
    Folder::with_pool(&text).check_pool(&[]).code(1).out_has("there is no line below this suppression");
}

#[test]
fn what_only_speaks_of_it_is_no_suppression() {
    assert_eq!(pool("; see fpmlint: it reads this").rules(), ["allowed-clients-on-socket"]);
    assert_eq!(pool("; fpmlint says nothing here").rules(), ["allowed-clients-on-socket"]);
}
