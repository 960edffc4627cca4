//! Folders of an extreme shape: files that include each other, links in a ring, what is no file, and very many.

use crate::guard::{survive, survive_project};
use crate::support::Folder;

/// Checks a main file.
#[track_caller]
fn as_main(what: &str, folder: &Folder, kind: &str, main: &str) {
    survive(what, folder, ["check", "--format", "json", "--as", kind, main]);
}

/// The including line of each daemon that has one.
const INCLUDES: [(&str, &str, &str); 3] =
    [("php-fpm", "include = ", "\n"), ("nginx", "include ", ";\n"), ("apache", "Include ", "\n")];

#[test]
fn includes_in_a_ring() {
    for (kind, before, after) in INCLUDES {
        let folder = Folder::new();
        folder.write("self.conf", format!("{before}self.conf{after}"));
        as_main("a file that includes itself", &folder, kind, "self.conf");
        folder.write("a.conf", format!("{before}b.conf{after}"));
        folder.write("b.conf", format!("{before}a.conf{after}{before}a.conf{after}"));
        as_main("two that include each other", &folder, kind, "a.conf");
        folder.write("all.conf", format!("{before}*{after}"));
        as_main("a file that includes all", &folder, kind, "all.conf");
        folder.write(
            "all.conf",
            format!("{before}*.conf{after}{before}./*.conf{after}{before}../*/*.conf{after}"),
        );
        as_main("a file that includes all in three ways", &folder, kind, "all.conf");
    }
}

#[test]
fn includes_that_fan_out() {
    for (kind, before, after) in INCLUDES {
        let folder = Folder::new();
        // 2^30 ways lead to the last file.
        for level in 0..30 {
            let next = level + 1;
            let line = format!("{before}f{next}.conf{after}");
            folder.write(format!("f{level}.conf"), line.repeat(2));
        }
        folder.write("f30.conf", "# the end\n");
        as_main("a fan", &folder, kind, "f0.conf");
        survive_project("a fan in a project", &folder);
    }
}

#[test]
fn wide_patterns() {
    let folder = Folder::new();
    for number in 0..300 {
        folder.write(format!("d{number}/x.conf"), "");
    }
    let stars = "*/".repeat(2_000);
    let braces = "{a,b}".repeat(200);
    for (kind, before, after) in INCLUDES {
        for pattern in
            [&stars, &braces, &"*".repeat(5_000), &"[".repeat(5_000), &format!("{}b", "a*".repeat(200))]
        {
            folder.write("main.conf", format!("{before}{pattern}{after}{before}d*/*.conf{after}"));
            as_main("a wide pattern", &folder, kind, "main.conf");
        }
    }
}

#[test]
fn include_lines_that_are_very_many() {
    for (kind, before, after) in INCLUDES {
        let folder = Folder::new();
        for number in 0..200 {
            folder.write(format!("conf.d/{number}.conf"), "# nothing\n");
        }
        folder.write("main.conf", format!("{before}conf.d/*.conf{after}").repeat(200));
        as_main("many include lines", &folder, kind, "main.conf");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    folder.write("etc/nginx/nginx.conf", "events {}\nhttp {\n    include conf.d/*.conf;\n}\n");
    folder.write("etc/php-fpm.conf", "include = /etc/php-fpm.d/*.conf\n");
    folder
        .write("etc/httpd/conf/httpd.conf", "ServerRoot /etc/httpd\nInclude conf.d/*.conf\nInclude conf.d\n");
    for place in ["etc/nginx/conf.d", "etc/php-fpm.d", "etc/httpd/conf.d"] {
        folder.make_folder(&format!("{place}/folder.conf"));
        let path = folder.path().join(place);
        let made = std::process::Command::new("mkfifo").arg(path.join("pipe.conf")).status();
        assert!(made.is_ok_and(|status| status.success()), "a named pipe");
        std::os::unix::net::UnixListener::bind(path.join("socket.conf")).expect("a socket");
        symlink("/dev/zero", path.join("zero.conf")).expect("a link");
        symlink("/dev/tty", path.join("tty.conf")).expect("a link");
        symlink("loop.conf", path.join("loop.conf")).expect("a link");
        symlink("ring-b.conf", path.join("ring-a.conf")).expect("a link");
        symlink("ring-a.conf", path.join("ring-b.conf")).expect("a link");
        symlink("gone", path.join("gone.conf")).expect("a link");
        symlink("..", path.join("up")).expect("a link");
        symlink("/", path.join("root.conf")).expect("a link");
    }
    survive_project("what is no file", &folder);
    survive("what is no file", &folder, ["check", "--sysroot", "."]);
    for (kind, main) in [
        ("nginx", "etc/nginx/nginx.conf"),
        ("php-fpm", "etc/php-fpm.conf"),
        ("apache", "etc/httpd/conf/httpd.conf"),
        ("nginx", "etc/nginx/conf.d/pipe.conf"),
        ("nginx", "etc/nginx/conf.d/zero.conf"),
        ("nginx", "etc/nginx/conf.d/loop.conf"),
    ] {
        as_main("what is no file", &folder, kind, main);
    }
    survive("a pipe as settings", &folder, ["check", "--config", "etc/php-fpm.d/pipe.conf"]);
}

#[cfg(unix)]
#[test]
fn folders_linked_in_a_ring() {
    use std::os::unix::fs::symlink;
    let folder = Folder::new();
    folder
        .write("conf/a/main.conf", "events {}\nhttp {\n    include ../*/*/*/*/*/*/*/*/*/*/*/*/*.conf;\n}\n");
    for name in ["a", "b", "c", "d"] {
        folder.make_folder(&format!("conf/{name}"));
        for link in ["a", "b", "c", "d"] {
            symlink("..", folder.path().join(format!("conf/{name}/up-{link}"))).expect("a link");
        }
    }
    as_main("a ring of folders", &folder, "nginx", "conf/a/main.conf");
    folder.write("conf/a/main.conf", "ServerRoot /x\nInclude conf\nInclude .\nInclude ..\n");
    as_main("a ring of folders", &folder, "apache", "conf/a/main.conf");
    survive_project("a ring of folders", &folder);
}

#[test]
fn a_folder_with_very_many_files() {
    let folder = Folder::new();
    folder.write("nginx/nginx.conf", "events {}\nhttp {\n    include conf.d/*.conf;\n}\n");
    for number in 0..20_000 {
        folder.write(format!("nginx/conf.d/{number}.conf"), "");
    }
    as_main("20,000 files", &folder, "nginx", "nginx/nginx.conf");
    survive_project("20,000 files", &folder);
}

#[test]
fn a_very_deep_folder() {
    let folder = Folder::new();
    folder.write(format!("{}pool.conf", "d/".repeat(1_000)), "[www]\nlisten = 9000\n");
    survive_project("a deep folder", &folder);
}

#[test]
fn document_roots_full_of_strange_scripts() {
    let folder = Folder::with_example("rocky-guide");
    let heredoc =
        format!("<?php\n$a = <<<EOT\n{}\nEOT;\nphpinfo();\n", "{$a[\"x\"]} ${b} \\\n".repeat(100_000));
    folder.write("var/www/html/heredoc.php", heredoc);
    folder.write("var/www/html/open.php", format!("<?php\n$a = <<<'EOT'\n{}", "EO\n".repeat(500_000)));
    folder.write("var/www/html/many.php", format!("<?php\n{}", "<<<A\nA;\n".repeat(200_000)));
    folder.write(
        "var/www/html/names.php",
        format!("<?php\n{}", (0..50_000).map(|n| format!("<<<N{n}\n")).collect::<String>()),
    );
    folder.write("var/www/html/tags.php", "<?php ?>".repeat(300_000));
    folder.write("var/www/html/quotes.php", format!("<?php {}", "'\\''\"".repeat(300_000)));
    folder.write("var/www/html/comments.php", format!("<?php {}", "/*".repeat(1_000_000)));
    folder.write("var/www/html/calls.php", format!("<?php {}", "phpinfo".repeat(200_000)));
    folder.write("var/www/html/nested.php", format!("<?php {}", "\"{$a[".repeat(200_000)));
    folder.write("var/www/html/bytes.php", vec![0xff; 3_000_000]);
    survive_project("strange scripts", &folder);
}

#[test]
fn settings_that_are_hostile() {
    let deep = 50_000;
    let cases = [
        "[".repeat(deep),
        format!("select = {}", "[".repeat(deep)),
        format!("a = {}", "{ a = ".repeat(deep)),
        format!("{} = 1", "a.".repeat(deep) + "a"),
        format!("exclude = [\"{}\"]", "**/".repeat(deep)),
        format!("exclude = [\"{}\"]", "{a,".repeat(deep)),
        "\0".repeat(1_000),
        "x".repeat(5_000_000),
        (0..20_000).map(|n| format!("k{n} = 1\n")).collect(),
    ];
    for (number, text) in cases.iter().enumerate() {
        let folder = Folder::with_pool("[www]\nlisten = 9000\n");
        folder.write("fpmlint.toml", text);
        survive(&format!("settings {number}"), &folder, ["check", "--format", "json"]);
    }
}
