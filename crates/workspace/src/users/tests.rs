//! Accounts from files, from profiles, and when absent means absent.

use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::{Files, Memory};

fn host(system: Memory) -> Host {
    let profile = crate::profile("rocky-9").unwrap();
    Host::sysroot(Arc::new(Files::new(Arc::new(system))), "test", Path::new("/"), profile)
}

#[test]
fn bad_lines_and_comments_are_no_accounts() {
    let passwd =
        b"# comment\n\nroot:x:0:0:root:/root:/bin/sh\n  web:x:33:33::/var/www:\r\nbad\nno:x:number:1::/:\n\
        +nis::::::\n:x:5:5::/:\nshort:x:7:8\nhuge:x:99999999999:1::/:\nroot:x:1:1::/other:\n";
    let users = Users::parse(passwd, Some(b"root:x:0:\n#no:x:1:\nwww:x:33:web, root,\n"));
    let names: Vec<_> =
        users.users().iter().map(|user| String::from_utf8_lossy(&user.name).into_owned()).collect();
    assert_eq!(names, ["root", "web", "short", "root"]);
    let root = users.user(b"root").found().unwrap();
    assert_eq!((root.uid, root.home.as_slice()), (Some(0), b"/root".as_slice()));
    let web = users.user(b"web").found().unwrap();
    assert_eq!(web.group.as_deref(), Some(b"www".as_slice()));
    assert_eq!(users.groups_of(web), [33]);
    assert_eq!(users.groups_of(root), [0, 33]);
    assert_eq!(users.user(b"nobody"), Lookup::Absent);
    assert!(users.complete);
}

#[test]
fn without_a_group_file_groups_are_unknown() {
    let host = host(Memory::new().file("/etc/passwd", "root:x:0:0::/root:\n"));
    assert_eq!(host.users().user(b"nginx"), Lookup::Absent);
    assert_eq!(host.users().group(b"nginx"), Lookup::Unknown);
    assert!(!host.users().complete);
}

#[test]
fn without_a_passwd_file_the_profile_answers_and_knows_no_dynamic_numbers() {
    let host = host(Memory::new().file("/etc/hostname", "x"));
    assert!(!host.users().complete);
    let nginx = host.users().user(b"nginx").found().unwrap();
    assert_eq!((nginx.uid, nginx.gid, nginx.group.as_deref()), (None, None, Some(b"nginx".as_slice())));
    assert_eq!(host.users().user(b"apache").found().unwrap().uid, Some(48));
    assert_eq!(host.users().user(b"deploy"), Lookup::Unknown);
}

#[test]
fn a_directory_service_may_know_more_users() {
    let base = || Memory::new().file("/etc/passwd", "root:x:0:0::/root:\n").file("/etc/group", "root:x:0:\n");
    let sss = "passwd: files sss systemd\ngroup: files\n";
    assert_eq!(host(base().file("/etc/nsswitch.conf", sss)).users().user(b"x"), Lookup::Absent);
    let configured = host(base().file("/etc/nsswitch.conf", sss).file("/etc/sssd/sssd.conf", ""));
    assert_eq!(configured.users().user(b"x"), Lookup::Unknown);
    assert_eq!(configured.users().group(b"x"), Lookup::Absent);
    let ldap = host(base().file("/etc/nsswitch.conf", "passwd:\tfiles ldap\n"));
    assert_eq!(ldap.users().user(b"x"), Lookup::Unknown);
}
