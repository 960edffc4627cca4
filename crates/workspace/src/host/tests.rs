//! Where host paths lead.

use super::*;
use crate::{Disk, Memory, System};

fn files(system: Memory) -> Arc<Files> {
    Arc::new(Files::new(Arc::new(system)))
}

fn sysroot(system: Memory) -> Host {
    Host::sysroot(files(system), "test", Path::new("/image"), crate::profile("debian-12").unwrap())
}

fn view(system: Memory, profile: &str, mounts: &[(&str, &str)]) -> Host {
    let mounts =
        mounts.iter().map(|(at, local)| Mount { at: HostPath::new(at), local: PathBuf::from(local) });
    Host::view(files(system), "test", crate::profile(profile).unwrap(), mounts.collect())
}

/// What `open` finds: the text, or why not.
fn text(host: &Host, path: &str) -> String {
    match host.open(&HostPath::new(path)) {
        Lookup::Found(file) => String::from_utf8_lossy(&host.files().get(file).text).into_owned(),
        Lookup::Absent => "absent".to_owned(),
        Lookup::Unknown => "unknown".to_owned(),
        Lookup::Failed(error) => format!("{:?}", error.kind),
    }
}

fn names(host: &Host, folder: &str) -> Vec<String> {
    let entries = host.list(&HostPath::new(folder)).found().unwrap();
    entries.iter().map(|entry| String::from_utf8_lossy(&entry.name).into_owned()).collect()
}

#[test]
fn links_stay_inside_the_root() {
    let host = sysroot(
        Memory::new()
            .file("/etc/secret", "of this machine")
            .file("/image/etc/real", "inside")
            .link("/image/etc/absolute", "/etc/real")
            .link("/image/etc/relative", "./real")
            .link("/image/etc/secret", "/etc/../../../../etc/real")
            .link("/image/etc/up", "../../../../etc/secret2")
            .link("/image/folder", "/etc")
            .link("/image/etc/chain", "/folder/absolute"),
    );
    for path in
        ["/etc/absolute", "/etc/relative", "/etc/secret", "/folder/real", "/etc/chain", "/../etc/real"]
    {
        assert_eq!(text(&host, path), "inside", "{path}");
    }
    assert_eq!(text(&host, "/etc/up"), "absent");
    assert_eq!(text(&host, "/folder/../etc/real"), "inside");
    assert_eq!(host.real(&HostPath::new("/etc/chain")), HostPath::new("/etc/real"));
    assert_eq!(host.files().len(), 1, "one file, however many links lead to it");
}

#[test]
fn dot_dot_behind_a_link_leaves_where_the_link_leads() {
    let host = sysroot(
        Memory::new()
            .file("/image/a/b/x", "")
            .file("/image/a/y", "right")
            .file("/image/y", "wrong")
            .link("/image/l", "a/b"),
    );
    assert_eq!(text(&host, "/l/../y"), "right");
}

#[test]
fn loops_end() {
    let host = sysroot(Memory::new().link("/image/a", "b").link("/image/b", "/a").link("/image/c", "c/x"));
    for path in ["/a", "/b/x", "/c"] {
        assert_eq!(text(&host, path), "Loop", "{path}");
    }
}

#[test]
fn forty_links_are_followed_and_no_more() {
    let mut system = Memory::new().file("/image/0", "end");
    for number in 1..=41 {
        system = system.link(format!("/image/{number}"), format!("{}", number - 1));
    }
    let host = sysroot(system);
    assert_eq!(text(&host, "/40"), "end");
    assert_eq!(text(&host, "/41"), "Loop");
}

#[test]
fn absent_is_said_only_where_the_host_is_closed() {
    let host = sysroot(
        Memory::new()
            .file("/image/run/here", "x")
            .link("/image/etc/pid", "/run/pid")
            .file("/image/etc/f", ""),
    );
    for (path, expected) in [
        ("/etc/none", "absent"),
        ("/none/none", "absent"),
        ("/etc/f/below", "absent"),
        ("/run/here", "x"),
        ("/run/none", "unknown"),
        ("/var/run/none", "unknown"),
        ("/tmp/none", "unknown"),
        ("/proc/1/fd/2", "unknown"),
        ("/runner", "absent"),
        ("/etc/pid", "unknown"),
        ("/dev/null", ""),
        ("/etc", "NotAFile"),
    ] {
        assert_eq!(text(&host, path), expected, "{path}");
    }
    assert!(host.is_closed(&HostPath::new("/etc")) && !host.is_closed(&HostPath::new("/var/run/php")));
    assert_eq!(text(&sysroot(Memory::new().file("/image/etc/f", "")).partial(), "/etc/none"), "unknown");
}

#[test]
fn stock_files_stand_in_only_where_the_host_is_open() {
    let path = "/etc/nginx/fastcgi_params";
    assert_eq!(text(&sysroot(Memory::new().file("/image/etc/f", "")), path), "absent");
    let view = view(Memory::new().file("/p/own", "own"), "debian-12", &[("/etc/nginx/conf.d", "/p")]);
    assert!(text(&view, path).contains("QUERY_STRING"));
    let Lookup::Found(stock) = view.open(&HostPath::new(path)) else { panic!("no stock file") };
    assert!(view.files().get(stock).stock);
    assert_eq!(view.host_path(stock), Some(HostPath::new(path)));
    assert_eq!(view.kind(&HostPath::new("/etc/nginx/snippets")), Lookup::Found(FileKind::Directory));
    assert_eq!(view.list(&HostPath::new("/etc/none")), Lookup::Unknown);
}

#[test]
fn the_longest_mount_wins() {
    let system = Memory::new()
        .file("/p/nginx/nginx.conf", "main")
        .file("/p/sites/a.conf", "a")
        .file("/p/extra.conf", "extra");
    let mounts = [
        ("/etc/nginx", "/p/nginx"),
        ("/etc/nginx/conf.d", "/p/sites"),
        ("/etc/nginx/conf.d/z.conf", "/p/extra.conf"),
        ("/etc/nginx/conf.d/gone.conf", "/p/gone.conf"),
    ];
    let host = view(system, "generic", &mounts);
    assert_eq!(text(&host, "/etc/nginx/nginx.conf"), "main");
    assert_eq!(text(&host, "/etc/nginx/conf.d/a.conf"), "a");
    assert_eq!(text(&host, "/etc/nginx/conf.d/z.conf"), "extra");
    assert_eq!(text(&host, "/etc/nginx/conf.d/b.conf"), "unknown");
    assert_eq!(names(&host, "/etc/nginx/conf.d"), ["a.conf", "z.conf"]);
    assert!(names(&host, "/etc/nginx").contains(&"conf.d".to_owned()));
    assert_eq!(text(&host, "/etc/nginx/conf.d/z.conf"), "extra", "also after its folder was listed");
    let local = host.local(&HostPath::new("/etc/nginx/conf.d/new.conf"));
    assert_eq!(local, Some(PathBuf::from("/p/sites/new.conf")));
    assert_eq!(
        host.host_path_of(Path::new("/p/sites/a.conf")),
        Some(HostPath::new("/etc/nginx/conf.d/a.conf"))
    );
    assert_eq!(host.host_path_of(Path::new("/elsewhere")), None);
    assert_eq!(host.local(&HostPath::new("/var/www")), None);
}

#[test]
fn a_view_reads_nothing_that_no_mount_holds() {
    let system = Memory::new()
        .file("/etc/passwd", "root:x:0:0::/root:\n")
        .link("/p/conf/a", "/etc/passwd")
        .link("/p/conf/b", "../../etc/passwd")
        .link("/p/single", "/etc/passwd")
        .link("/p/current", "releases/5")
        .file("/p/releases/5/index.php", "php");
    let mounts = [("/etc/nginx", "/p/conf"), ("/etc/x.conf", "/p/single"), ("/var/www", "/p/current")];
    let host = view(system, "generic", &mounts);
    for path in ["/etc/nginx/a", "/etc/nginx/b", "/etc/x.conf", "/etc/passwd"] {
        assert_eq!(text(&host, path), "unknown", "{path}");
    }
    assert_eq!(text(&host, "/var/www/index.php"), "php");
    assert!(!host.users().complete);
}

#[test]
fn stock_entries_join_those_of_a_view() {
    let system = Memory::new().file("/p/www.conf", "own");
    let host = view(system, "docker", &[("/usr/local/etc/php-fpm.d/www.conf", "/p/www.conf")]);
    assert_eq!(names(&host, "/usr/local/etc/php-fpm.d"), ["docker.conf", "www.conf", "zz-docker.conf"]);
    assert_eq!(text(&host, "/usr/local/etc/php-fpm.d/www.conf"), "own");
    assert!(text(&host, "/usr/local/etc/php-fpm.d/docker.conf").contains("listen = 9000"));
}

#[test]
fn modes_count_where_etc_belongs_to_root() {
    let system = |uid| {
        Memory::new()
            .directory("/image/etc")
            .owner(uid, 0)
            .file("/image/etc/key", "secret")
            .mode(0o640)
            .owner(0, 33)
    };
    let stat = |host: &Host| host.stat(&HostPath::new("/etc/key")).found().unwrap();
    let known = stat(&sysroot(system(0)));
    assert_eq!((known.mode, known.gid, known.len), (Some(0o640), Some(33), 6));
    let copied = stat(&sysroot(system(1000)));
    assert_eq!((copied.mode, copied.uid, copied.gid, copied.kind), (None, None, None, FileKind::File));
    let link = sysroot(system(0).link("/image/link", "/etc/key"));
    assert_eq!(link.stat(&HostPath::new("/link")).found().unwrap().mode, Some(0o640));
}

#[test]
fn what_cannot_be_read_fails_with_a_reason() {
    let host = sysroot(
        Memory::new()
            .file("/image/etc/key", "")
            .unreadable()
            .directory("/image/closed")
            .unreadable()
            .socket("/image/s"),
    );
    assert_eq!(text(&host, "/etc/key"), "PermissionDenied");
    assert_eq!(text(&host, "/s"), "NotAFile");
    assert!(matches!(host.list(&HostPath::new("/closed")), Lookup::Failed(_)));
    let long = "/x".repeat(3_000);
    assert_eq!(text(&host, &long), "Other");
}

#[test]
fn a_hundred_thousand_entries_are_listed_in_order() {
    #[derive(Debug)]
    struct Crowded;
    impl System for Crowded {
        fn read_at_most(&self, _: &Path, _: u64) -> Result<Vec<u8>, FileError> {
            Ok(Vec::new())
        }
        fn metadata(&self, path: &Path) -> Result<crate::Metadata, FileError> {
            Disk.metadata(path)
        }
        fn read_link(&self, path: &Path) -> Result<PathBuf, FileError> {
            Disk.read_link(path)
        }
        fn read_dir(&self, _: &Path) -> Result<Vec<crate::DirEntry>, FileError> {
            let entry = |number: u32| crate::DirEntry {
                name: format!("{number}").into_bytes(),
                kind: FileKind::File,
            };
            Ok((0..100_000).rev().map(entry).collect())
        }
    }
    let files = Arc::new(Files::new(Arc::new(Crowded)));
    let host = Host::sysroot(files, "test", Path::new("/none"), crate::profile("generic").unwrap());
    let entries = host.list(&HostPath::root()).found().unwrap();
    assert_eq!(entries.len(), 100_000);
    assert!(entries.is_sorted());
    // The listing tells the kind: the disk, which has no such folder, is not asked.
    assert_eq!(host.kind(&HostPath::new("/99999")), Lookup::Found(FileKind::File));
    assert_eq!(host.kind(&HostPath::new("/x")), Lookup::Absent);
}

#[test]
fn a_changed_disk_is_seen_after_forgetting() {
    let system = Arc::new(crate::Overlay::new(Arc::new(Memory::new().file("/etc/d/a", ""))));
    let files = Arc::new(Files::new(Arc::clone(&system) as Arc<dyn System>));
    let mut host = Host::sysroot(files, "test", Path::new("/"), crate::profile("generic").unwrap());
    assert_eq!(names(&host, "/etc/d"), ["a"]);
    system.set(Path::new("/etc/d/b"), b"".as_slice());
    assert_eq!(names(&host, "/etc/d"), ["a"]);
    host.forget();
    assert_eq!(names(&host, "/etc/d"), ["a", "b"]);
}
