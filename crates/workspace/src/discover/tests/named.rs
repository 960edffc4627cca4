//! Named main files switch the search off.

use super::{FPM, Line, NGINX, SITE, docker_project, image, named, run};
use crate::discover::As;
use crate::{HostKind, HostPath, Lookup, Memory};

#[test]
fn a_named_main_file_switches_discovery_off() {
    let run = named(docker_project(), &["docker/nginx/nginx.conf"]);
    assert_eq!(run.roots(), ["0: nginx /etc/nginx/nginx.conf"]);
    assert!(run.fragments().is_empty() && run.loaded.filters.is_empty());
    let site = HostPath::new("/etc/nginx/conf.d/site.conf");
    assert!(run.loaded.hosts[0].open(&site).found().is_some(), "what lies beside it can be included");
}

#[test]
fn a_main_file_is_known_by_its_content_too() {
    let run = named(Memory::new().file("/x/web.conf", NGINX), &["/x/web.conf"]);
    assert_eq!(run.roots(), ["0: nginx /etc/nginx/web.conf"]);
}

#[test]
fn every_reader_has_a_name_for_its_main_file() {
    for (name, text, expected) in [
        ("nginx.conf", "", "0: nginx /etc/nginx/nginx.conf"),
        ("php-fpm.conf", "", "0: php-fpm /etc/php-fpm.conf"),
        ("httpd.conf", "", "0: apache /etc/httpd/conf/httpd.conf"),
        ("apache2.conf", "", "0: apache /etc/apache2/apache2.conf"),
        ("php.ini", "", "0: php-ini /etc/php.ini"),
        (".htaccess", "Require all denied\n", "0: htaccess /x/.htaccess"),
    ] {
        let path = format!("/x/{name}");
        let run = named(Memory::new().file(&path, text), &[&path]);
        assert_eq!(run.roots(), [expected], "{name}");
    }
}

#[test]
fn as_makes_any_file_a_main_file_and_never_a_fragment() {
    for kind in As::ALL {
        let line = Line { paths: &["/x/any.txt"], kind: Some(kind), ..Line::default() };
        let run = run(Memory::new().file("/x/any.txt", SITE), line);
        assert_eq!(run.loaded.roots.iter().map(|root| root.kind).collect::<Vec<_>>(), [kind]);
        assert!(run.fragments().is_empty());
    }
}

#[test]
fn as_wants_files() {
    let folder = Line { paths: &["/x"], kind: Some(As::Nginx), ..Line::default() };
    assert_eq!(run(Memory::new().directory("/x"), folder).problems().len(), 1);
    let none = Line { kind: Some(As::Nginx), ..Line::default() };
    assert_eq!(run(docker_project(), none).problems().len(), 1);
}

#[test]
fn named_main_files_of_one_daemon_are_hosts_of_their_own() {
    let system = Memory::new().file("/x/a.conf", NGINX).file("/x/b.conf", NGINX).file("/x/php-fpm.conf", FPM);
    let run = named(system, &["/x/a.conf", "/x/b.conf", "/x/php-fpm.conf"]);
    let expected =
        ["0: nginx /etc/nginx/a.conf", "0: php-fpm /etc/php-fpm.conf", "1: nginx /etc/nginx/b.conf"];
    assert_eq!(run.roots(), expected);
}

#[test]
fn a_file_named_beside_a_main_file_is_judged_as_a_fragment() {
    let run = named(docker_project(), &["docker/nginx/nginx.conf", "docker/php/www.conf"]);
    assert_eq!(run.roots(), ["0: nginx /etc/nginx/nginx.conf"]);
    assert_eq!(run.fragments().len(), 1);
    assert!(run.loaded.filters.is_empty());
}

#[test]
fn a_main_file_named_on_a_host_root_lives_on_that_host() {
    let run = named(image("/p/img").directory("/p/.git"), &["img/etc/nginx/nginx.conf"]);
    assert_eq!(run.roots(), ["0: nginx /etc/nginx/nginx.conf"]);
    assert_eq!(run.loaded.hosts[0].kind, HostKind::Sysroot);
}

#[test]
fn without_a_sysroot_the_machines_own_paths_are_never_read() {
    let system = Memory::new()
        .file("/etc/nginx/conf.d/site.conf", SITE)
        .file("/etc/php-fpm.conf", FPM)
        .file("/etc/passwd", "")
        .file("/p/nginx.conf", NGINX);
    let run = named(system, &["nginx.conf"]);
    let host = &run.loaded.hosts[0];
    assert_eq!(host.open(&HostPath::new("/etc/nginx/conf.d/site.conf")), Lookup::Unknown);
    assert_eq!(host.local(&HostPath::new("/etc/passwd")), None);
    assert_eq!(run.roots(), ["0: nginx /etc/nginx/nginx.conf"]);
}

#[test]
fn a_named_main_file_below_etc_takes_its_own_folder_only() {
    let system = Memory::new().file("/etc/nginx/nginx.conf", NGINX).file("/etc/nginx/conf.d/site.conf", SITE);
    let run = named(system, &["/etc/nginx/nginx.conf"]);
    let host = &run.loaded.hosts[0];
    assert_eq!(host.kind, HostKind::View);
    assert!(host.open(&HostPath::new("/etc/nginx/conf.d/site.conf")).found().is_some());
}

#[test]
fn the_folders_beside_a_named_main_file_are_where_it_includes_from() {
    let system = Memory::new()
        .file("/x/fpm/php-fpm.conf", FPM)
        .file("/x/fpm/php-fpm.d/www.conf", "")
        .file("/x/8/php/8.1/php-fpm.conf", FPM)
        .file("/x/8/php/8.1/php-fpm.d/www.conf", "")
        .file("/x/httpd/conf/httpd.conf", "ServerRoot \"/opt/web\"\nInclude conf.d/*.conf\n")
        .file("/x/httpd/conf.d/site.conf", "")
        .file("/x/nginx.conf", NGINX)
        .file("/x/conf.d/site.conf", SITE);
    for (main, included) in [
        ("/x/fpm/php-fpm.conf", "/etc/php-fpm.d/www.conf"),
        ("/x/fpm/php-fpm.conf", "/usr/local/etc/php-fpm.d/www.conf"),
        ("/x/fpm/php-fpm.conf", "/x/fpm/php-fpm.d/www.conf"),
        ("/x/8/php/8.1/php-fpm.conf", "/etc/php-fpm.d/www.conf"),
        ("/x/httpd/conf/httpd.conf", "/opt/web/conf.d/site.conf"),
        ("/x/httpd/conf/httpd.conf", "/etc/httpd/conf.d/site.conf"),
        ("/x/nginx.conf", "/etc/nginx/conf.d/site.conf"),
        ("/x/nginx.conf", "/x/conf.d/site.conf"),
    ] {
        let run = named(system.clone(), &[main]);
        let found = run.loaded.hosts[0].open(&HostPath::new(included)).found();
        assert!(found.is_some(), "{included} for {main}");
    }
}
