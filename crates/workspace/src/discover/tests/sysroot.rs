//! `--sysroot`: the main files of a host are found in it.

use std::path::Path;

use super::{FPM, IMAGE_ROOTS, Line, NGINX, image, run};
use crate::{HostKind, Memory, Topology};

#[test]
fn with_a_sysroot_the_main_files_are_found_in_it() {
    let run = run(image("/img"), Line { sysroot: Some("/img"), ..Line::default() });
    assert_eq!(run.roots(), IMAGE_ROOTS);
    assert!(run.loaded.fragments.is_empty() && run.loaded.filters.is_empty() && run.problems().is_empty());
    let host = &run.loaded.hosts[0];
    assert_eq!(
        (host.kind, host.profile.name, host.topology),
        (HostKind::Sysroot, "rocky-9", Topology::Known)
    );
}

#[test]
fn a_sysroot_may_be_relative_to_the_current_folder() {
    let run = run(image("/p/img"), Line { sysroot: Some("img"), ..Line::default() });
    assert_eq!(run.roots(), IMAGE_ROOTS);
}

#[test]
fn every_php_version_of_a_sysroot_has_its_own_main_files() {
    let system = Memory::new()
        .file("/img/etc/php/8.1/fpm/php-fpm.conf", FPM)
        .file("/img/etc/php/8.2/fpm/php-fpm.conf", FPM)
        .file("/img/etc/php/8.2/fpm/php.ini", "")
        .file("/img/etc/php/8.2/cli/php.ini", "")
        .file("/img/etc/opt/remi/php83/php-fpm.conf", FPM);
    let run = run(system, Line { sysroot: Some("/img"), ..Line::default() });
    let versions: Vec<String> = run
        .loaded
        .roots
        .iter()
        .map(|root| format!("{} {}", root.path, root.version_hint.expect("the path tells it")))
        .collect();
    let expected = [
        "/etc/opt/remi/php83/php-fpm.conf 8.3",
        "/etc/php/8.1/fpm/php-fpm.conf 8.1",
        "/etc/php/8.2/fpm/php-fpm.conf 8.2",
        "/etc/php/8.2/fpm/php.ini 8.2",
    ];
    assert_eq!(versions, expected);
}

#[test]
fn a_system_that_no_profile_describes_is_not_taken_for_another() {
    let system =
        Memory::new().file("/img/etc/os-release", "ID=alpine\n").file("/img/etc/apache2/httpd.conf", "");
    let run = run(system, Line { sysroot: Some("/img"), ..Line::default() });
    assert_eq!(run.roots(), ["0: apache /etc/apache2/httpd.conf"]);
    assert_eq!(run.profile(), "generic");
}

#[test]
fn an_official_image_is_known_by_its_entry_point_unless_another_daemon_is_in_it() {
    let image = Memory::new()
        .file("/img/etc/os-release", "ID=debian\n")
        .file("/img/usr/local/bin/docker-php-entrypoint", "#!/bin/sh\n")
        .file("/img/usr/local/etc/php-fpm.conf", FPM);
    let profile =
        |system| run(system, Line { sysroot: Some("/img"), ..Line::default() }).profile().to_owned();
    assert_eq!(profile(image.clone()), "docker");
    assert_eq!(profile(image.file("/img/etc/nginx/nginx.conf", NGINX)), "debian-12");
}

#[test]
fn unit_files_name_main_files_at_other_places() {
    let unit = "[Service]\nExecStart=/usr/sbin/nginx -c /srv/web/nginx.conf\n";
    let system = Memory::new()
        .file("/img/usr/lib/systemd/system/nginx.service", unit)
        .file("/img/srv/web/nginx.conf", NGINX);
    let run = run(system, Line { sysroot: Some("/img"), ..Line::default() });
    assert_eq!(run.roots(), ["0: nginx /srv/web/nginx.conf"]);
}

#[test]
fn with_a_sysroot_a_path_filters_and_may_be_a_path_on_the_host() {
    for path in ["/img/etc/nginx/conf.d/site.conf", "/etc/nginx/conf.d/site.conf"] {
        let line = Line { sysroot: Some("/img"), paths: &[path], ..Line::default() };
        let run = run(image("/img"), line);
        assert_eq!(run.roots(), IMAGE_ROOTS, "{path}");
        assert_eq!(run.loaded.filters, [Path::new("/img/etc/nginx/conf.d/site.conf")], "{path}");
    }
}

#[test]
fn with_a_sysroot_a_named_main_file_is_the_only_one() {
    let line = Line { sysroot: Some("/img"), paths: &["/etc/nginx/nginx.conf"], ..Line::default() };
    let run = run(image("/img"), line);
    assert_eq!(run.roots(), ["0: nginx /etc/nginx/nginx.conf"]);
}

#[test]
fn a_sysroot_without_a_main_file_or_that_is_missing_is_a_problem() {
    let empty = run(Memory::new().directory("/img"), Line { sysroot: Some("/img"), ..Line::default() });
    assert_eq!(empty.problems().len(), 1);
    let missing = run(Memory::new(), Line { sysroot: Some("/img"), ..Line::default() });
    assert_eq!(missing.problems(), ["/img: No such file or directory"]);
    assert!(missing.loaded.hosts.is_empty());
}
