//! A configuration of nginx that was read again after an edit equals one that is read anew.

use std::path::Path;
use std::sync::Arc;

use fpmlint_daemons::nginx::{Config, Input, Item, Scope, ScopeId, read, reread};
use fpmlint_workspace::{Files, Host, HostPath, Memory, Overlay, System, profile};

const MAIN: &str = "/etc/nginx/nginx.conf";

const TEXTS: [(&str, &str); 4] = [
    (
        MAIN,
        "events {}\nhttp {\n    upstream php {\n        server 127.0.0.1:9000;\n    }\n    \
         include /etc/nginx/two.conf;\n    server {\n        listen 8080;\n        include /etc/nginx/part.conf;\n    \
         }\n}\n",
    ),
    (
        "/etc/nginx/two.conf",
        "server {\n    listen 80;\n    location / {\n        include /etc/nginx/part.conf;\n    }\n}\n\
         index index.php;\nserver {\n    listen 81;\n    include /etc/nginx/part.conf;\n}\n",
    ),
    ("/etc/nginx/part.conf", "include /etc/nginx/params.conf;\nadd_header X-A b;\n"),
    ("/etc/nginx/params.conf", "fastcgi_param A a;\nfastcgi_param B b;\n"),
];

/// What is said of a configuration, scopes by the place that opens them: their own numbers may differ.
fn said(config: &Config) -> String {
    let place = |id: Option<ScopeId>| id.map(|id| config.scope(id).at);
    let item = |item: &Item| format!("{:?} {:?} {:?}", item.id, item.at, place(item.scope));
    let items = |items: &[Item]| items.iter().map(item).collect::<Vec<_>>();
    let scope = |(_, it): (ScopeId, &Scope)| {
        let lists = (items(&it.items), items(&it.locations), items(&it.sites));
        format!("{:?} {:?} {:?} {lists:#?}", it.kind, it.at, place(it.parent))
    };
    let scopes: Vec<String> = config.scopes.iter().map(scope).collect();
    format!("{scopes:#?} {:#?} {:#?} {:?}", config.refusals, config.conflicts, config.complete)
}

/// Replaces words of a file and gives whether nginx's configuration could be followed.
fn follow(steps: &[(&str, &str, &str)]) -> Vec<Option<usize>> {
    let overlay = Arc::new(Overlay::new(Arc::new(Memory::new().directory("/etc/nginx"))));
    let mut texts: Vec<(&str, String)> =
        TEXTS.iter().map(|(path, text)| (*path, (*text).to_owned())).collect();
    texts.iter().for_each(|(path, text)| overlay.set(Path::new(path), text.as_bytes()));
    let files = Arc::new(Files::new(Arc::clone(&overlay) as Arc<dyn System>));
    let host = |files: &Arc<Files>| {
        Host::sysroot(Arc::clone(files), "machine", Path::new("/"), profile("debian-12").unwrap())
    };
    let read_in = |files: &Arc<Files>| {
        let (host, path) = (host(files), HostPath::new(MAIN));
        let main = host.open(&path).found().unwrap();
        read(&Input { host: &host, main, path: &path, version: None, fragment: false })
    };
    let mut config = read_in(&files);
    let mut followed = Vec::new();
    for (path, from, to) in steps {
        let (_, text) = texts.iter_mut().find(|(known, _)| known == path).unwrap();
        assert!(text.contains(from), "{from:?} is not in {path}");
        *text = text.replacen(from, to, 1);
        overlay.set(Path::new(path), text.as_bytes());
        let file = files.find(Path::new(path)).unwrap();
        assert!(files.reload(file).unwrap());
        followed.push(reread(&mut config, &host(&files), &[file]).map(|servers| servers.len()));
        let same_files = Files::new(Arc::clone(&overlay) as Arc<dyn System>);
        // The numbers of files are given in the order of reading.
        let fresh = read_in(&Arc::new(same_files));
        assert_eq!(said(&config), said(&fresh), "after {from:?} became {to:?} in {path}");
    }
    followed
}

#[test]
fn servers_move_within_their_file() {
    const TWO: &str = "/etc/nginx/two.conf";
    let followed = follow(&[
        (TWO, "listen 80;", "listen 80;\n    root /srv;"),
        (TWO, "index index.php;\n", ""),
        (TWO, "listen 81;", "server_name a;\n    listen 81;"),
        (TWO, "root /srv;", "root /srv;\n    index a.php;"),
    ]);
    // A line between servers moves with them, and then it is another line of the trunk.
    assert_eq!(followed, [None, None, Some(2), Some(2)]);
}

#[test]
fn servers_in_the_main_file_are_followed() {
    let followed = follow(&[
        (MAIN, "listen 8080;", "listen 8080;\n        root /srv;"),
        (MAIN, "server 127.0.0.1:9000;", "server 127.0.0.1:9001;"),
        (MAIN, "root /srv;", "rootx /srv;"),
        (MAIN, "rootx /srv;", "root /srv;"),
    ]);
    assert_eq!(followed, [Some(1), None, Some(1), Some(1)]);
}

#[test]
fn what_a_script_alone_looks_at_changes_no_server() {
    const PARAMS: &str = "/etc/nginx/params.conf";
    let followed = follow(&[
        (PARAMS, "fastcgi_param A a;", "fastcgi_param A c;"),
        (PARAMS, "fastcgi_param A c;", "# A\nfastcgi_param A d;"),
        (PARAMS, "fastcgi_param A d;", "fastcgi_param A d if_not_empty;"),
        (PARAMS, "fastcgi_param A", "fastcgi_param C"),
        (PARAMS, "fastcgi_param B b;", "fastcgi_param PHP_VALUE x=1;"),
        (PARAMS, "x=1", "x=2"),
        ("/etc/nginx/part.conf", "add_header X-A b;", "add_header X-A c;"),
        ("/etc/nginx/part.conf", "add_header X-A c;", "}"),
    ]);
    assert_eq!(followed, [0, 0, 3, 3, 3, 3, 3, 3].map(Some));
}
