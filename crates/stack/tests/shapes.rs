//! Which virtual hosts have the same shape, where their lines are known from one another.

use std::path::Path;
use std::sync::Arc;

use fpmlint_catalog::Version;
use fpmlint_daemons::apache;
use fpmlint_stack::{Apache, KnownLines, Parts, Shape, Stack};
use fpmlint_workspace::{Files, Host, HostPath, Lookup, Memory, profile};

/// The shapes of virtual hosts with these bodies, `/srv/a`, `/srv/b` and so on being their document roots. They are made
/// one after the other, with what is known of the lines before.
fn shapes(bodies: &[&str]) -> Vec<Option<Shape>> {
    let mut text = "ServerName main.example\nListen 80\n".to_owned();
    for (body, name) in bodies.iter().zip('a'..) {
        text += &format!(
            "<VirtualHost *:80>\nServerName {name}.example\nDocumentRoot /srv/{name}\n{body}\n</VirtualHost>\n"
        );
    }
    let memory = Memory::new().file("/host/etc/apache2/apache2.conf", text.as_bytes()).directory("/host/srv");
    let files = Arc::new(Files::new(Arc::new(memory)));
    let host = Arc::new(Host::sysroot(
        Arc::clone(&files),
        "host",
        Path::new("/host"),
        profile("debian-12").unwrap(),
    ));
    let path = HostPath::new("/etc/apache2/apache2.conf");
    let Lookup::Found(main) = host.open(&path) else { panic!("no main file") };
    let config = apache::read(&apache::Input {
        host: &host,
        main,
        path: &path,
        version: Some(Version::new(2, 4, 66)),
        defines: &[],
        environment: &apache::environment(&host),
        fragment: false,
        htaccess: false,
    });
    let parts = Parts { hosts: vec![host], apache: vec![Apache { host: 0, config }], ..Parts::default() };
    let stack = Stack::new(files, parts);
    let sites = (0..stack.sites.len()).filter(|site| stack.sites[*site].place.is_some());
    let mut known = KnownLines::default();
    sites.map(|site| stack.shape(site, &mut known)).collect()
}

/// Whether the virtual hosts that say this line all have shapes, and for each the first host that it reads like.
fn alike(line: &str) -> Vec<Option<usize>> {
    let shapes = shapes(&[line; 3]);
    let first = |shape: &Shape| shapes.iter().position(|other| other.as_ref() == Some(shape));
    shapes.iter().map(|shape| shape.as_ref().and_then(first)).collect()
}

const ALL: [Option<usize>; 3] = [Some(0), Some(0), Some(0)];

#[test]
fn hosts_that_say_the_same_are_alike() {
    assert_eq!(alike("RewriteRule ^ /index.php [L]"), ALL);
    assert_eq!(alike("RewriteCond %{REQUEST_URI} ^/app"), ALL);
    assert_eq!(alike("RewriteCond %{REQUEST_FILENAME} !-f"), ALL);
    assert_eq!(alike("SetHandler \"proxy:unix:/run/php.sock|fcgi://localhost\""), ALL);
}

#[test]
fn a_line_that_names_a_document_root_is_that_hosts_own() {
    assert_eq!(alike("Alias /other /srv/b/other"), [Some(0), Some(1), Some(0)]);
    assert_eq!(alike("Alias /other /srv/b"), [Some(0), Some(1), Some(0)]);
    assert_eq!(alike("Alias /other /srv/bb"), ALL);
    assert_eq!(alike("Alias /srv/c \"/srv/a\""), [Some(0), Some(1), Some(2)]);
}

#[test]
fn a_line_whose_variable_is_the_hosts_own_leaves_no_shape() {
    assert_eq!(alike("RewriteCond %{SERVER_NAME} ^b"), [None; 3]);
    assert_eq!(alike("RewriteCond %{REQUEST_FILENAME} b"), [None; 3]);
}

#[test]
fn a_socket_is_left_open_and_so_is_the_root() {
    let bodies = ["a", "b"].map(|name| {
        format!("SetHandler \"proxy:unix:/run/{name}.sock|fcgi://x\"\nAlias /own /srv/{name}/own")
    });
    let shapes = shapes(&[&bodies[0], &bodies[1], &bodies[0]]);
    assert!(shapes[0].is_some());
    assert_eq!(shapes[0], shapes[1]);
    // The root of another host.
    assert_ne!(shapes[0], shapes[2]);
}
