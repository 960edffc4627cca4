//! What is loaded, and what is shown of it.

use crate::support::{ERROR, Folder, Run, SOUND, copy, example};

/// A site that nobody could start nginx with.
const SITE: &str = "server {\n    listen 80;\n    root /srv;\n    frobnicate on;\n}\n";

fn check(folder: &Folder, arguments: &[&str]) -> Run {
    folder.run([&["check", "--format", "json"], arguments].concat())
}

#[test]
fn a_named_main_file_is_loaded_with_what_it_includes_and_nothing_else() {
    let folder = Folder::with_example("rocky-guide");
    let shown = folder.run(["show", "files", "etc/php-fpm.conf"]).code(0);
    assert_eq!(shown.out, "php-fpm  etc/php-fpm.conf\nphp-fpm  etc/php-fpm.d/www.conf\n");
    assert_eq!(
        check(&folder, &["etc/php-fpm.conf"]).code(0).findings(),
        [
            "etc/php-fpm.d/www.conf:9 allowed-clients-on-socket",
            "etc/php-fpm.d/www.conf:20 slowlog-never-written"
        ]
    );
}

#[test]
fn two_named_main_files_are_joined() {
    let folder = Folder::with_example("rocky-guide");
    let rules = check(&folder, &["etc/php-fpm.conf", "etc/nginx/nginx.conf"]).code(1).rules();
    assert!(rules.contains(&"backend-without-pool".to_owned()), "{rules:?}");
}

#[test]
fn any_other_path_filters() {
    let folder = Folder::with_example("rocky-guide");
    // The pool file is touched by what is wrong in the web servers' files.
    assert_eq!(
        check(&folder, &["etc/php-fpm.d/www.conf"]).code(1).findings(),
        [
            "etc/httpd/conf.d/site.conf:12 backend-without-pool",
            "etc/nginx/conf.d/site.conf:10 backend-without-pool",
            "etc/php-fpm.d/www.conf:9 allowed-clients-on-socket",
            "etc/php-fpm.d/www.conf:18 status-path-unrouted",
            "etc/php-fpm.d/www.conf:20 slowlog-never-written",
        ]
    );
    assert_eq!(check(&folder, &["etc/php.d"]).code(0).rules(), ["opcache-too-few-files"]);
    assert_eq!(check(&folder, &["var/www/html/info.php"]).code(1).silent().rules(), ["exposed-phpinfo"]);
    // A folder of which only the beginning of the name is the same is another folder.
    folder.make_folder("etc/php");
    assert_eq!(check(&folder, &["etc/php"]).rules(), [""; 0]);
}

#[test]
fn a_folder_that_is_a_hosts_root_is_loaded_as_one() {
    let folder = Folder::new();
    copy(&example("rocky-guide"), &folder.path().join("machine"));
    for arguments in [&["machine"][..], &["--sysroot", "machine"], &[]] {
        let run = check(&folder, arguments).code(1);
        let rules = run.rules();
        assert_eq!(rules.iter().filter(|rule| *rule == "backend-without-pool").count(), 2, "{arguments:?}");
        assert!(run.findings()[0].starts_with("machine/etc/httpd/"), "{run:#?}");
    }
}

#[test]
fn with_a_system_root_a_path_may_be_the_hosts() {
    let folder = Folder::with_example("rocky-guide");
    let local = check(&folder, &["--sysroot", ".", "etc/nginx/conf.d/site.conf"]).code(1).findings();
    let on_host = check(&folder, &["--sysroot", ".", "/etc/nginx/conf.d/site.conf"]).code(1).findings();
    assert_eq!(local, on_host);
    assert!(local.iter().all(|found| !found.contains("php-fpm.d")), "{local:?}");
    check(&folder, &["--sysroot", "nowhere"]).code(2);
}

#[test]
fn the_project_is_searched_from_its_top() {
    let folder = Folder::with_example("compose");
    folder.write("fpmlint.toml", "");
    let top = check(&folder, &[]).code(1).rules();
    assert_eq!(top, ["missing-script-filename", "slowlog-never-written"]);
    let run = folder.run_in("public", ["check", "--format", "json"]).code(1);
    assert_eq!(run.rules(), top);
    let run = folder.run_in("docker/php", ["check", ".", "--format", "json"]).code(0);
    assert_eq!(run.rules(), ["slowlog-never-written"]);
}

#[test]
fn a_part_of_a_configuration_is_not_judged_as_if_it_were_whole() {
    let folder = Folder::new();
    folder.write("sites/app.conf", SITE);
    // Nobody knows what the main file loads: what is wrong in the whole is only possible in its part.
    let part = check(&folder, &["--profile", "debian-12"]).code(0);
    assert_eq!(part.rules(), ["unknown-directive"]);
    assert_eq!(part.json()["diagnostics"][0]["confidence"], "possible");
    let named = check(&folder, &["--profile", "debian-12", "sites/app.conf"]).code(0);
    assert_eq!(named.findings(), part.findings());
}

#[test]
fn as_makes_a_file_of_any_name_a_main_file() {
    let folder = Folder::new();
    folder.write("app.txt", SITE);
    let rules = check(&folder, &["--as", "nginx", "app.txt"]).code(1).rules();
    assert!(rules.contains(&"directive-not-allowed-here".to_owned()), "{rules:?}");
    folder.write("words", ERROR);
    assert_eq!(check(&folder, &["--as", "php-fpm", "words"]).code(1).rules(), ["unknown-directive"]);
    folder.write("words", "ServerRoot /etc/httpd\nServerName\n");
    let rules = check(&folder, &["--as", "apache", "words"]).code(1).rules();
    assert!(rules.contains(&"wrong-argument-count".to_owned()), "{rules:?}");
    folder.write("words", "RewriteEngine Maybe\n");
    assert_eq!(check(&folder, &["--as", "htaccess", "words"]).code(1).rules(), ["invalid-value"]);
    folder.write("words", "opcache.max_accelerated_files = 4000\n");
    check(&folder, &["--as", "php-ini", "words"]).silent();
}

#[test]
fn without_a_system_root_this_machines_own_files_are_not_read() {
    let folder = Folder::new();
    folder.write(
        "nginx.conf",
        "events {}\nhttp {\n    include /etc/nginx/mime.types;\n    include /etc/passwd;\n}\n",
    );
    let shown = folder.run(["show", "files", "nginx.conf"]).code(0);
    assert!(!shown.out.contains("/etc/passwd"), "{shown:#?}");
}

#[test]
fn what_git_ignores_is_not_searched_but_may_be_named() {
    let folder = Folder::new();
    folder.write(".gitignore", "build/\n");
    folder.write("build/pool.conf", ERROR);
    folder.write("vendor/pool.conf", ERROR);
    folder.write("conf/pool.conf", SOUND);
    assert_eq!(check(&folder, &[]).code(0).rules(), [""; 0]);
    assert_eq!(check(&folder, &["build/pool.conf"]).code(1).rules(), ["unknown-directive"]);
}

#[test]
fn lookalikes_are_left_alone() {
    let folder = Folder::with_example("compose");
    folder.write("supervisord.conf", "[supervisord]\nnodaemon=true\n[program:fpm]\ncommand=php-fpm\n");
    folder.write("proftpd.conf", "ServerName x\n<Directory />\n</Directory>\n");
    folder.write("units/php-fpm.service", "[Service]\nExecStart=/usr/sbin/php-fpm\n");
    let rules = check(&folder, &[]).code(1).silent().rules();
    assert_eq!(rules, ["missing-script-filename", "slowlog-never-written"]);
    let shown = folder.run(["show", "files"]).code(0);
    shown.out_has("skipped  supervisord.conf: looks like a file of supervisord").out_lacks("php-fpm.service");
}

#[test]
fn a_file_that_a_main_file_includes_is_read_once() {
    let folder = Folder::new();
    folder.write("nginx/nginx.conf", "events {}\nhttp {\n    include conf.d/*.conf;\n}\n");
    folder.write("nginx/conf.d/app.conf", SITE);
    let run = check(&folder, &["--profile", "debian-12"]).code(1);
    assert_eq!(run.findings(), ["nginx/conf.d/app.conf:4 unknown-directive"]);
    assert_eq!(run.json()["diagnostics"][0]["count"], 1);
}
