//! Projects are searched for everything; what is named filters.

use std::path::Path;

use super::{Line, NGINX, SITE, docker_project, named, project, run};
use crate::discover::SkipReason;
use crate::{HostKind, HostPath, Memory};

#[test]
fn without_paths_the_project_is_searched_for_everything() {
    let run = project(docker_project());
    let mut roots = run.roots();
    roots.sort();
    assert_eq!(roots, ["0: nginx /etc/nginx/nginx.conf", "0: php-ini /usr/local/etc/php/php.ini"]);
    let expected = ["0: nginx /etc/nginx/conf.d/site.conf", "0: php-fpm /usr/local/etc/php-fpm.d/www.conf"];
    assert_eq!(run.fragments(), expected);
    assert_eq!((run.profile(), run.loaded.hosts[0].kind), ("docker", HostKind::View));
}

#[test]
fn a_file_that_is_no_main_file_filters_and_the_whole_project_is_loaded() {
    let run = named(docker_project(), &["docker/nginx/conf.d/site.conf"]);
    assert_eq!(run.loaded.roots.len(), 2);
    assert_eq!(run.loaded.filters, [Path::new("/p/docker/nginx/conf.d/site.conf")]);
    assert!(run.loaded.shows([Path::new("/p/docker/nginx/conf.d/site.conf")].into_iter()));
    assert!(!run.loaded.shows([Path::new("/p/docker/php/www.conf")].into_iter()));
}

#[test]
fn the_project_is_the_nearest_settings_file_else_the_git_top_else_the_current_folder() {
    let files = || Memory::new().file("/top/a/nginx/site.conf", SITE).file("/top/b/nginx/b.conf", SITE);
    let count =
        |system: Memory| run(system, Line { folder: Some("/top/a"), ..Line::default() }).fragments().len();
    assert_eq!(count(files()), 1);
    assert_eq!(count(files().directory("/top/.git")), 2);
    assert_eq!(count(files().directory("/top/.git").file("/top/a/fpmlint.toml", "")), 1);
}

#[test]
fn ignored_files_and_packages_are_not_searched() {
    let system = Memory::new()
        .directory("/p/.git")
        .file("/p/.gitignore", "/build\n*.local.conf\n!keep.local.conf\n")
        .file("/p/sub/.gitignore", "own.conf\n")
        .file("/p/build/nginx/a.conf", SITE)
        .file("/p/nginx/x.local.conf", SITE)
        .file("/p/nginx/keep.local.conf", SITE)
        .file("/p/sub/nginx/own.conf", SITE)
        .file("/p/vendor/nginx/v.conf", SITE)
        .file("/p/node_modules/nginx/n.conf", SITE)
        .file("/p/.docker/nginx/hidden.conf", SITE);
    let run = project(system);
    let mut names: Vec<String> =
        run.loaded.fragments.iter().map(|part| run.files.get(part.file).path.display().to_string()).collect();
    names.sort();
    assert_eq!(names, ["/p/.docker/nginx/hidden.conf", "/p/nginx/keep.local.conf"]);
}

#[test]
fn what_is_named_is_read_even_where_it_is_ignored() {
    let system = || {
        Memory::new()
            .directory("/p/.git")
            .file("/p/.gitignore", "build\n")
            .file("/p/fpmlint.toml", "exclude = [\"old\"]\n")
            .file("/p/build/nginx/a.conf", SITE)
            .file("/p/vendor/nginx/v.conf", SITE)
            .file("/p/old/nginx/o.conf", SITE)
    };
    assert!(project(system()).fragments().is_empty());
    for path in ["build/nginx/a.conf", "build", "vendor", "vendor/nginx/v.conf", "old/nginx/o.conf"] {
        assert_eq!(named(system(), &[path]).fragments().len(), 1, "{path}");
    }
    assert_eq!(project(system()).skipped("/p/old"), Some(SkipReason::Excluded));
}

#[test]
fn the_file_cap_ends_the_search_with_a_message() {
    let files = (0..30).fold(Memory::new(), |system, at| system.file(format!("/p/nginx/{at}.conf"), SITE));
    let run = run(files, Line { cap: Some(10), ..Line::default() });
    assert!(run.problems()[0].contains("more than 10 files"), "{:?}", run.problems());
    assert!(run.loaded.fragments.len() <= 11);
}

/// As packages keep their sources: an include of pools must not read what belongs to other programs.
#[test]
fn a_folder_of_several_programs_is_no_folder_of_pools() {
    let system = || {
        Memory::new()
            .file("/p/php-fpm.conf", "[global]\npid = /run/php-fpm.pid\ninclude = /etc/php-fpm.d/*.conf\n")
            .file("/p/php-fpm-www.conf", "[www]\nuser = apache\nlisten = 127.0.0.1:9000\npm = static\n")
    };
    let included = |system: Memory| {
        let run = project(system);
        let host = &run.loaded.hosts[0];
        let list = host.list(&HostPath::new("/etc/php-fpm.d")).found().unwrap();
        list.iter().map(|entry| String::from_utf8_lossy(&entry.name).into_owned()).collect::<Vec<_>>()
    };
    assert_eq!(included(system().file("/p/nginx.conf", NGINX)), ["php-fpm-www.conf"]);
    assert_eq!(included(system()), ["php-fpm-www.conf"]);
    let alone = Memory::new().file("/p/pools/a.conf", "[a]\nlisten = 127.0.0.1:9000\npm = static\n");
    assert_eq!(included(alone.file("/p/pools/b.conf", "[b]\n")), ["a.conf", "b.conf"]);
}

#[test]
fn lookalikes_are_not_claimed_and_say_why() {
    let system = Memory::new()
        .directory("/p/.git")
        .file("/p/docker/supervisor/php-fpm.conf", "[program:php-fpm]\ncommand=php-fpm -F\n")
        .file("/p/docker/supervisord.conf", "[supervisord]\nnodaemon=true\n")
        .file("/p/systemd/php-fpm.service.d/php-fpm.conf", "[Service]\nRestart=always\n")
        .file("/p/dns/named.conf", "options {\n  directory \"/var\";\n};\n")
        .file("/p/ftp/proftpd.conf", "ServerName ftp\nServerType standalone\n")
        .file("/p/dbus/session.conf", "<!DOCTYPE busconfig>\n<busconfig>\n</busconfig>\n")
        .file("/p/uwsgi.ini", "[uwsgi]\nsocket = /x\n");
    let run = project(system);
    assert!(run.loaded.hosts.is_empty() && run.fragments().is_empty() && run.roots().is_empty());
    assert_eq!(run.loaded.skipped.len(), 7);
    assert_eq!(run.skipped("/p/docker/supervisor/php-fpm.conf"), Some(SkipReason::Foreign("supervisord")));
}

#[test]
fn missing_and_unreadable_paths_are_problems() {
    let system = Memory::new()
        .file("/p/nginx.conf", NGINX)
        .unreadable()
        .file("/p/ok/nginx.conf", NGINX)
        .socket("/p/s");
    let run = named(system, &["none.conf", "nginx.conf", "s", "ok/nginx.conf"]);
    let problems = run.problems();
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert_eq!(problems[0], "/p/none.conf: No such file or directory");
    assert_eq!(run.roots().len(), 1, "the other files are still read");
    let nothing = named(docker_project(), &["none.conf"]);
    assert!(nothing.loaded.hosts.is_empty(), "a wrong path does not mean the whole project");
}
