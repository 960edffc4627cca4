//! Patterns on hosts, as each daemon reads them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::*;
use crate::{Files, Memory, Mount};

fn host(system: Memory) -> Host {
    let files = Arc::new(Files::new(Arc::new(system)));
    Host::sysroot(files, "test", Path::new("/"), crate::profile("debian-12").unwrap())
}

fn found(glob: &Glob) -> Vec<String> {
    glob.matches.iter().map(ToString::to_string).collect()
}

fn system(paths: &[&str]) -> Memory {
    paths.iter().fold(Memory::new(), |system, path| system.file(path, ""))
}

#[test]
fn matches_come_in_the_order_of_bytes_without_dot_files_and_backups() {
    let host = host(system(&[
        "/d/b.conf",
        "/d/B.conf",
        "/d/9.conf",
        "/d/10.conf",
        "/d/.h.conf",
        "/d/a.conf~",
        "/d/c.conf.bak",
    ]));
    for style in [GlobStyle::PhpFpm, GlobStyle::Nginx, GlobStyle::Apache] {
        let glob = host.glob(b"/d/*.conf", style);
        assert_eq!(found(&glob), ["/d/10.conf", "/d/9.conf", "/d/B.conf", "/d/b.conf"], "{style:?}");
        assert!(glob.complete && glob.missing_folder.is_none() && glob.unmatched_in.is_none());
    }
    assert_eq!(found(&host.glob(b"/d/.*", GlobStyle::Nginx)), ["/d/.h.conf"]);
}

#[test]
fn wildcards_in_the_middle_lead_through_folders_and_links_to_them() {
    let host = host(
        system(&["/s/a/x.conf", "/s/a-b/x.conf", "/s/b/y.conf", "/s/file"])
            .link("/s/c", "a")
            .link("/s/d", "file")
            .link("/s/e", "none"),
    );
    let glob = host.glob(b"/s/*/x.conf", GlobStyle::Nginx);
    assert_eq!(found(&glob), ["/s/a-b/x.conf", "/s/a/x.conf", "/s/c/x.conf"]);
    // Apache sorts part by part and looks up nothing that has no wildcard.
    let glob = host.glob(b"/s/*/x.conf", GlobStyle::Apache);
    assert_eq!(found(&glob), ["/s/a/x.conf", "/s/a-b/x.conf", "/s/b/x.conf", "/s/c/x.conf"]);
    let glob = host.glob(b"/s/*/*.conf", GlobStyle::Apache);
    assert_eq!(found(&glob), ["/s/a/x.conf", "/s/a-b/x.conf", "/s/b/y.conf", "/s/c/x.conf"]);
}

#[test]
fn a_missing_folder_is_named() {
    let host = host(system(&["/d/a"]));
    let glob = host.glob(b"/none/*.conf", GlobStyle::PhpFpm);
    assert_eq!(glob.missing_folder, Some(HostPath::new("/none")));
    assert!(glob.matches.is_empty() && glob.complete);
    let glob = host.glob(b"/d/*.conf", GlobStyle::PhpFpm);
    assert_eq!((glob.missing_folder, glob.unmatched_in), (None, Some(HostPath::new("/d"))));
}

#[test]
fn an_unknown_folder_leaves_the_answer_open() {
    let host = host(system(&["/d/a"]).link("/d/l", "/run/x"));
    for pattern in ["/run/php/*.conf", "/d/l/*.conf", "/d/*/*.conf", "/run/*/x"] {
        let glob = host.glob(pattern.as_bytes(), GlobStyle::Nginx);
        assert!(!glob.complete, "{pattern}");
        assert_eq!(glob.missing_folder, None, "{pattern}");
    }
}

#[test]
fn an_unreadable_folder_fails() {
    let host = host(Memory::new().directory("/d").unreadable());
    let glob = host.glob(b"/d/*.conf", GlobStyle::PhpFpm);
    assert_eq!(glob.failed.map(|error| error.kind), Some(FileErrorKind::PermissionDenied));
    let long = [b"/".as_slice(), &b"*/".repeat(5_000)].concat();
    assert!(host.glob(&long, GlobStyle::Nginx).failed.is_some());
}

#[test]
fn folders_among_the_matches_are_told() {
    let host = host(system(&["/d/a.conf/x", "/d/b.conf"]).link("/d/c.conf", "/d/a.conf"));
    let folders = |style| host.glob(b"/d/*.conf", style).matched_dirs;
    assert_eq!(folders(GlobStyle::Nginx), [HostPath::new("/d/a.conf")]);
    assert_eq!(folders(GlobStyle::PhpFpm), [HostPath::new("/d/a.conf"), HostPath::new("/d/c.conf")]);
}

#[test]
fn a_pattern_without_wildcards_is_the_path_if_it_exists() {
    let host = host(system(&["/d/a.conf", "/d/[x].conf"]));
    assert_eq!(found(&host.glob(b"/d/a.conf", GlobStyle::PhpFpm)), ["/d/a.conf"]);
    assert_eq!(found(&host.glob(b"/d/\\[x\\].conf", GlobStyle::PhpFpm)), ["/d/[x].conf"]);
    assert!(host.glob(b"/d/none", GlobStyle::PhpFpm).matches.is_empty());
    assert_eq!(found(&host.glob(b"/", GlobStyle::Nginx)), ["/"]);
}

#[test]
fn a_view_is_complete_where_its_folder_is_known() {
    let files = Arc::new(Files::new(Arc::new(system(&["/p/a.conf"]))));
    let mounts = vec![Mount { at: HostPath::new("/etc/nginx/conf.d"), local: PathBuf::from("/p") }];
    let host = Host::view(files, "test", crate::profile("debian-12").unwrap(), mounts);
    let glob = host.glob(b"/etc/nginx/conf.d/*.conf", GlobStyle::Nginx);
    assert!(glob.complete);
    assert_eq!(found(&glob), ["/etc/nginx/conf.d/a.conf"]);
    assert!(!host.glob(b"/etc/nginx/modules-enabled/*.conf", GlobStyle::Nginx).complete);
    assert!(!host.glob(b"/etc/nginx/*.d/*.conf", GlobStyle::Nginx).complete);
}
