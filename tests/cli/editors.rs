//! What editors and hooks ask for: a text that is not on disk yet, and names that only limit.

use std::io::Write;
use std::process::Stdio;

use crate::support::{ERROR, Folder, Run, SOUND, command};

fn with_input(folder: &Folder, arguments: &[&str], input: &[u8]) -> Run {
    let mut command = command(folder.path());
    command.args(["check", "--format", "json"]).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("a run");
    child.stdin.take().expect("a pipe").write_all(input).expect("it is read");
    Run::from(child.wait_with_output().expect("an end"))
}

#[test]
fn standard_input_stands_for_the_file() {
    let folder = Folder::with_example("rocky-guide");
    let name = "etc/php-fpm.d/www.conf";
    let text = folder.text(name).replace("listen = /run/php-fpm/www.sock", "listen = 127.0.0.1:9000");
    let on_disk = folder.run(["check", "--format", "json", name]).code(1).rules();
    assert!(on_disk.contains(&"backend-without-pool".to_owned()));
    let run = with_input(&folder, &["--stdin-filename", name], text.as_bytes());
    let rules = run.rules();
    assert!(!rules.contains(&"backend-without-pool".to_owned()), "{run:#?}");
    assert!(rules.contains(&"slowlog-never-written".to_owned()), "{run:#?}");
    // What has nothing to do with the file is not shown.
    assert!(!rules.contains(&"exposed-phpinfo".to_owned()), "{run:#?}");
    assert!(folder.text(name).contains("www.sock"), "the disk is left alone");
}

#[test]
fn a_main_file_on_standard_input_does_not_hide_its_project() {
    let folder = Folder::with_example("rocky-guide");
    let name = "etc/nginx/nginx.conf";
    let text = folder.text(name).replace(
        "include /etc/nginx/conf.d/*.conf;",
        "server { location / { fastcgi_pass 127.0.0.1:9001; } }",
    );
    let run = with_input(&folder, &["--stdin-filename", name], text.as_bytes());
    assert!(run.out.contains("no pool listens on 127.0.0.1:9001"), "{run:#?}");
    // Unless it is said to be one.
    let run = with_input(&folder, &["--stdin-filename", name, "--as", "nginx"], text.as_bytes());
    assert!(!run.out.contains("no pool listens on 127.0.0.1:9001"), "{run:#?}");
}

#[test]
fn a_file_on_standard_input_need_not_exist() {
    let folder = Folder::new();
    let run = with_input(&folder, &["--stdin-filename", "php-fpm.d/new.conf"], ERROR.as_bytes()).code(1);
    assert_eq!(run.findings(), ["php-fpm.d/new.conf:6 unknown-directive"]);
    let run = with_input(&folder, &["--as", "php-fpm", "--stdin-filename", "x"], SOUND.as_bytes()).code(0);
    assert_eq!(run.rules(), [""; 0]);
    let run = with_input(&folder, &["--as", "php-fpm", "--stdin-filename", "x"], b"").code(1);
    assert!(!run.rules().is_empty(), "{run:#?}");
    folder.run(["check", "--stdin-filename", "x", "y"]).code(2).err_has("cannot be used with");
}

#[test]
fn names_limit_what_is_shown_of_the_whole() {
    let folder = Folder::with_example("rocky-guide");
    let check = |arguments: &[&str]| folder.run([&["check", "--format", "json"], arguments].concat());
    // Alone, the main file's project would be its own files.
    assert_eq!(check(&["etc/nginx/nginx.conf", "--whole"]).code(0).rules(), [""; 0]);
    let pool = check(&["etc/php-fpm.d/www.conf"]).findings();
    assert_eq!(check(&["etc/php-fpm.d/www.conf", "etc/nginx/nginx.conf", "--whole"]).findings(), pool);
    assert_eq!(
        check(&["--sysroot", ".", "/etc/php-fpm.d/www.conf", "/etc/nginx/nginx.conf", "--whole"]).findings(),
        pool
    );
    // Files that are nothing of ours were not chosen by anybody.
    folder.write("README.conf", "hello\n");
    check(&["README.conf", "etc/php.ini", "--whole"]).code(0).silent();
    // Settings concern all files.
    folder.write("fpmlint.toml", "");
    assert_eq!(check(&["fpmlint.toml", "--whole"]).code(1).rules(), check(&[]).rules());
    check(&["--whole", "--as", "nginx", "etc/nginx/nginx.conf"]).code(2).err_has("cannot be used with");
}

#[test]
fn a_fragment_named_in_the_whole_is_what_it_is_without_a_name() {
    let folder = Folder::new();
    folder.write(
        "docker/nginx/default.conf",
        "server {\n    listen 80;\n    root /srv;\n    frobnicate on;\n}\n",
    );
    folder.write("docker/php/www.conf", ERROR);
    folder.write("public/.htaccess", "frobnicate on\n");
    let all = folder.run(["check", "--format", "json"]);
    let names = ["docker/nginx/default.conf", "docker/php/www.conf", "public/.htaccess"];
    let named = folder.run([&["check", "--format", "json", "--whole"], &names[..]].concat());
    assert_eq!(named.findings(), all.findings());
    assert!(!all.findings().is_empty());
}
