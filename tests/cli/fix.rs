//! `fix`, `check --fix` and `--diff`.

use crate::support::{ERROR, Folder, INFO, SOUND};

/// A finding with an unsafe fix.
const UNSAFE: &str = "\
[www]
user = nobody
listen = /run/a.sock
listen.mode = 0666
pm = static
pm.max_children = 5
";

fn fix(folder: &Folder, flags: &[&str]) -> crate::support::Run {
    folder.run([&["fix", "--as", "php-fpm", "pool.conf"], flags].concat())
}

#[test]
fn a_safe_fix_is_applied_and_a_second_run_changes_nothing() {
    let folder = Folder::with_pool(INFO);
    let run = fix(&folder, &[]).code(0);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("Found no problems in 1 file.\n", "Applied 1 fix.\n"));
    assert_eq!(folder.text("pool.conf"), SOUND);
    fix(&folder, &[]).code(0).silent();
    assert_eq!(folder.text("pool.conf"), SOUND);
    fix(&folder, &["--diff"]).code(0).silent();
}

#[test]
fn check_fixes_when_told_to() {
    let folder = Folder::with_pool(INFO);
    folder.check_pool(&[]);
    assert_eq!(folder.text("pool.conf"), INFO);
    folder.check_pool(&["--fix", "--quiet"]).code(0).silent();
    assert_eq!(folder.text("pool.conf"), SOUND);
}

#[test]
fn what_remains_is_shown_and_decides_the_code() {
    let folder = Folder::with_pool(&format!("{INFO}bogus = 1\n"));
    fix(&folder, &[])
        .code(1)
        .out_has("error[unknown-directive]")
        .out_lacks("allowed-clients")
        .err_has("Applied 1 fix.");
    assert_eq!(folder.text("pool.conf"), ERROR);
    let folder = Folder::with_pool(&format!("{INFO}bogus = 1\n"));
    let run = fix(&folder, &["--format", "json"]).code(1);
    assert_eq!(run.rules(), ["unknown-directive"]);
}

#[test]
fn diff_prints_and_changes_nothing() {
    let folder = Folder::with_pool(INFO);
    let run = fix(&folder, &["--diff"]).code(1).silent();
    let expected = "\
--- a/pool.conf
+++ b/pool.conf
@@ -1,6 +1,5 @@
 [www]
 user = nobody
 listen = /run/a.sock
-listen.allowed_clients = 127.0.0.1
 pm = static
 pm.max_children = 5
";
    assert_eq!(run.out, expected);
    assert_eq!(folder.text("pool.conf"), INFO);
    assert_eq!(folder.check_pool(&["--diff"]).code(1).out, expected);
    assert_eq!(folder.check_pool(&["--diff", "--fix"]).code(1).out, expected);
    assert_eq!(folder.text("pool.conf"), INFO);
    // No diff, although there are findings.
    let run = Folder::with_pool(ERROR).check_pool(&["--diff"]).code(0).silent();
    assert_eq!(run.out, "");
}

#[test]
fn diff_says_what_could_not_be_done() {
    let folder = Folder::with_pool(INFO);
    folder.run(["fix", "--diff", "gone"]).code(2).err_has("gone: error: No such file or directory");
    let run = folder.run(["fix", "--as", "php-fpm", "pool.conf", "gone", "--diff"]).code(2);
    run.out_has("-listen.allowed_clients").err_has("gone: error: No such file or directory");
}

#[test]
fn unsafe_fixes_are_applied_only_with_the_flag() {
    let folder = Folder::with_pool(UNSAFE);
    fix(&folder, &["--fail-on", "info"]).code(1).out_has("unsafe fix").out_has("world-writable-socket");
    assert_eq!(folder.text("pool.conf"), UNSAFE);
    fix(&folder, &["--diff"]).code(0);
    fix(&folder, &["--diff", "--unsafe-fixes"]).code(1).out_has("+listen.mode = 0660");
    assert_eq!(folder.text("pool.conf"), UNSAFE);
    folder.check_pool(&["--unsafe-fixes", "--fail-on", "info"]).code(1);
    assert_eq!(folder.text("pool.conf"), UNSAFE, "no --fix, no change");
    fix(&folder, &["--unsafe-fixes"]).code(0).err_has("Applied 1 fix.");
    assert_eq!(folder.text("pool.conf"), UNSAFE.replace("0666", "0660"));
}

#[test]
fn a_rule_that_does_not_run_fixes_nothing() {
    let folder = Folder::with_pool(INFO);
    fix(&folder, &["--ignore", "ignored"]).code(0);
    fix(&folder, &["--select", "startup"]).code(0);
    assert_eq!(folder.text("pool.conf"), INFO);
}

#[test]
fn line_ends_and_foreign_bytes_are_kept() {
    let folder = Folder::new();
    let before = b"; caf\xe9\r\n[www]\r\nuser = nobody\r\nlisten = /run/a.sock\r\nlisten.allowed_clients = 127.0.0.1\r\npm = static\n; \xff\xfe\0\r\npm.max_children = 5";
    folder.write("pool.conf", before);
    fix(&folder, &[]).err_has("Applied 1 fix.");
    let line = b"listen.allowed_clients = 127.0.0.1\r\n";
    let at = before.windows(line.len()).position(|window| window == line).expect("the line");
    let expected = [&before[..at], &before[at + line.len()..]].concat();
    assert_eq!(folder.read("pool.conf"), expected);
}

#[test]
fn a_line_that_is_added_ends_as_its_neighbours_do() {
    let folder = Folder::new();
    let text = "events {}\r\nhttp {\r\n    server {\r\n        location ~ \\.php$ {\r\n            fastcgi_pass 127.0.0.1:9000;\r\n        }\r\n    }\r\n}\r\n";
    folder.write("nginx.conf", text);
    folder.run(["fix", "nginx.conf"]).code(0).err_has("Applied 1 fix.");
    let fixed = folder.text("nginx.conf");
    let line = "            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\r\n";
    assert!(fixed.contains(line), "{fixed:?}");
    assert!(!fixed.replace("\r\n", "").contains(['\r', '\n']), "{fixed:?}");
}

#[cfg(unix)]
#[test]
fn the_mode_of_a_file_and_links_to_it_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_pool(INFO);
    let path = folder.path().join("pool.conf");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    std::os::unix::fs::symlink("pool.conf", folder.path().join("link.conf")).expect("a link");
    folder.run(["fix", "--as", "php-fpm", "link.conf"]).code(0).err_has("Applied 1 fix.");
    assert_eq!(folder.text("pool.conf"), SOUND);
    assert_eq!(std::fs::metadata(&path).expect("the file").permissions().mode() & 0o7777, 0o640);
    let link = std::fs::symlink_metadata(folder.path().join("link.conf")).expect("the link");
    assert!(link.file_type().is_symlink());
}

#[test]
fn what_the_distribution_ships_is_not_edited_and_not_offered() {
    let folder = Folder::with_example("rocky-guide");
    let pool = folder.text("etc/php-fpm.d/www.conf");
    let run = folder.run(["fix", "--unsafe-fixes"]).code(1).err_has("Applied 1 fix.");
    run.out_has("info[allowed-clients-on-socket]").out_has("suggestion: Delete").out_lacks("fixable");
    assert_eq!(folder.text("etc/php-fpm.d/www.conf"), pool);
    assert!(folder.text("etc/nginx/conf.d/site.conf").contains("fastcgi_param SCRIPT_FILENAME"));
    folder.run(["fix", "--unsafe-fixes"]).code(1).silent();
}

#[test]
fn fixes_in_several_files_are_applied_in_one_run() {
    let folder = Folder::new();
    let site = "server {\n    listen 80;\n    location ~ \\.php$ {\n        fastcgi_pass 127.0.0.1:9000;\n    }\n}\n";
    folder.write("nginx.conf", "events {}\nhttp {\n    include sites/*.conf;\n}\n");
    folder.write("sites/a.conf", site);
    folder.write("sites/b.conf", site.replace("80", "81"));
    folder.run(["fix", "nginx.conf"]).code(0).err_has("Applied 2 fixes.");
    for name in ["sites/a.conf", "sites/b.conf"] {
        assert!(folder.text(name).contains("SCRIPT_FILENAME"), "{name}");
    }
}

/// Old access rules become new ones by themselves only where nothing else is said that could answer otherwise then.
#[test]
fn access_rules_are_safe_to_change_where_they_stand_alone() {
    let section = |folder: &str, rules: &str| format!("<Directory {folder}>\n{rules}\n</Directory>\n");
    let file = |closed: &str, open: &str, shut: &str| {
        let mut text = "\
ServerRoot /usr/lib/apache2
Listen 80
LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule access_compat_module modules/mod_access_compat.so
"
        .to_owned();
        text += &section("/", "Require all denied");
        text += &section("/srv/open", "Require all granted");
        text += &section("/srv/open/site", open);
        text += &section("/srv/closed/site", closed);
        text += &section("/srv/open/shut", shut);
        text + &section("/srv/open/shut/door", "Require all granted")
    };
    let (open, shut) = ("Order allow,deny\nAllow from all", "Order deny,allow\nDeny from all");
    let folder = Folder::new();
    folder.write("httpd.conf", file(open, open, shut));
    folder.run(["fix", "--as", "apache", "httpd.conf", "--profile", "debian-12"]);
    assert_eq!(folder.text("httpd.conf"), file(open, "Require all granted", shut));
}
