//! Folders laid out like a machine.

use std::path::Path;

use super::{IMAGE_ROOTS, NGINX, SITE, image, named, project};
use crate::{HostPath, Memory};

#[test]
fn a_folder_with_etc_and_a_main_file_is_a_host_root() {
    let run = project(image("/p/examples/rocky").directory("/p/.git").file("/p/nginx/site.conf", SITE));
    assert_eq!(run.roots(), IMAGE_ROOTS);
    assert_eq!(
        run.fragments(),
        ["1: nginx /etc/nginx/site.conf"],
        "nothing below it is taken for a project's file"
    );
    assert_eq!(run.host_names(), ["rocky", "p"]);
}

#[test]
fn a_path_that_is_or_holds_a_host_root_loads_that_host() {
    for path in ["/p/a", "/p/a/etc", "/p/a/etc/nginx/conf.d/site.conf", "/p"] {
        let run = named(image("/p/a").directory("/p/.git"), &[path]);
        assert_eq!(run.roots(), IMAGE_ROOTS, "{path}");
        assert_eq!(run.loaded.filters, [Path::new(path)], "{path}");
        assert!(run.fragments().is_empty(), "{path}");
    }
}

#[test]
fn a_host_root_outside_of_the_project_is_loaded_when_it_is_named() {
    let run = named(image("/elsewhere/img").directory("/p/.git"), &["../elsewhere/img"]);
    assert_eq!(run.roots(), IMAGE_ROOTS);
}

#[test]
fn only_a_host_root_with_a_whole_system_is_closed() {
    let closed = |system: Memory| {
        let run = project(system);
        let path = HostPath::new("/etc/nginx/none.conf");
        run.loaded.hosts[0].is_closed(&path)
    };
    assert!(closed(image("/p/a")));
    assert!(!closed(Memory::new().file("/p/a/etc/nginx/nginx.conf", NGINX)));
}

#[test]
fn where_a_project_is_a_host_root_its_other_folders_are_its_own() {
    let system = Memory::new()
        .directory("/p/.git")
        .file("/p/etc/nginx/nginx.conf", NGINX)
        .file("/p/usr/share/doc/nginx/site.conf", SITE)
        .file("/p/docker/nginx/default.conf", SITE);
    let run = project(system);
    assert_eq!(run.roots(), ["0: nginx /etc/nginx/nginx.conf"]);
    assert_eq!(run.fragments(), ["1: nginx /etc/nginx/default.conf"]);
}
