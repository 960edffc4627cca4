//! Info pages in document roots: which files are looked into, and how far the search goes.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use fpmlint_daemons::nginx;
use fpmlint_stack::docroot::Search;
use fpmlint_stack::{Nginx, Parts, Stack};
use fpmlint_workspace::{Files, Host, HostPath, Lookup, Memory, profile};

const PAGE: &[u8] = b"<?php phpinfo();";

/// The paths of the info pages in `/srv` of a host with so many sites, each file of which is one.
fn found(files: &[&str], sites: usize, search: Search) -> Vec<String> {
    let mut text = String::from("events {}\nhttp {\n");
    for number in 0..sites {
        writeln!(text, "server {{ server_name s{number}; root /srv; }}").unwrap();
    }
    text.push_str("}\n");
    let mut memory = Memory::new().file("/host/etc/nginx/nginx.conf", text.as_bytes());
    for file in files {
        memory = memory.file(format!("/host/srv{file}"), PAGE);
    }
    let files = Arc::new(Files::new(Arc::new(memory)));
    let profile = profile("debian-12").unwrap();
    let host = Arc::new(Host::sysroot(Arc::clone(&files), "host", Path::new("/host"), profile));
    let path = HostPath::new("/etc/nginx/nginx.conf");
    let Lookup::Found(main) = host.open(&path) else { panic!("no main file") };
    let input = nginx::Input { host: &host, main, path: &path, version: None, fragment: false };
    let nginx = vec![Nginx { host: 0, config: nginx::read(&input) }];
    let stack = Stack::new(files, Parts { hosts: vec![host], nginx, search, ..Parts::default() });
    let pages = stack.info_pages(0, HostPath::new("/srv"));
    pages.iter().map(|page| String::from_utf8_lossy(&page.path).into_owned()).collect()
}

const FILES: [&str; 5] =
    ["/index.php", "/info.php", "/test/phpinfo.php", "/test/other.php", "/app/deep/below/x.php"];

#[test]
fn a_few_sites_are_searched_for_files_of_any_name() {
    assert_eq!(found(&FILES, 200, Search::Shallow), ["/index.php", "/info.php", "/test/phpinfo.php"]);
}

#[test]
fn many_sites_are_searched_for_known_names() {
    assert_eq!(found(&FILES, 201, Search::Shallow), ["/info.php", "/test/phpinfo.php"]);
}

#[test]
fn a_deep_search_leaves_nothing_out() {
    let everything =
        ["/index.php", "/info.php", "/test/other.php", "/test/phpinfo.php", "/app/deep/below/x.php"];
    assert_eq!(found(&FILES, 1, Search::Deep), everything);
    assert_eq!(found(&FILES, 300, Search::Deep), everything);
}
