//! Sites of one template say together what each of them says alone.
//!
//! What is settled for one site is not asked at another that reads alike. Here each stack is checked as it is, and with a
//! line of its own in every site that means nothing, so that no two sites read alike.

use std::path::PathBuf;
use std::sync::Arc;

use fpmlint_engine::{Options, Outcome, Session};
use fpmlint_workspace::Memory;
use proptest::prelude::*;

/// Parts of virtual hosts; `{s}` is the site's name.
const APACHE: [&str; 12] = [
    "<FilesMatch \"\\.php$\">\nSetHandler \"proxy:unix:/run/{s}.sock|fcgi://localhost\"\n</FilesMatch>\n",
    "<Directory /srv/{s}/public/old>\n<FilesMatch \"\\.php$\">\nSetHandler default-handler\n</FilesMatch>\n</Directory>\n",
    "<Directory /srv/shared>\n<FilesMatch \"\\.php$\">\nSetHandler default-handler\n</FilesMatch>\n</Directory>\n",
    "<Directory /srv/s1>\n<FilesMatch \"\\.php$\">\nSetHandler default-handler\n</FilesMatch>\n</Directory>\n",
    "Alias /shared /srv/shared/all\n",
    "Alias /own /srv/{s}/own\n",
    "Alias /other /srv/s1/public/other\n",
    "<Location /admin>\nSetHandler default-handler\n</Location>\n",
    "ProxyPassMatch ^/app/(.*\\.php)$ unix:/run/{s}.sock|fcgi://localhost/srv/{s}/public/$1\n",
    "<Directory /srv/{s}/public>\nAllowOverride All\n</Directory>\n",
    "<If \"%{DOCUMENT_ROOT} == '/srv/s1/public'\">\nSetHandler default-handler\n</If>\n",
    "<DirectoryMatch \"^/srv/s1/\">\n<FilesMatch \"\\.php$\">\nSetHandler default-handler\n</FilesMatch>\n</DirectoryMatch>\n",
];

/// Lines of Apache's main server.
const APACHE_MAIN: [&str; 5] = [
    "",
    "<Directory /srv/s1/public>\n<FilesMatch \"\\.php$\">\nSetHandler default-handler\n</FilesMatch>\n</Directory>\n",
    "<Directory /srv/s2/public/old>\n<FilesMatch \"\\.php$\">\nSetHandler default-handler\n</FilesMatch>\n</Directory>\n",
    "<Directory /srv/s?/public>\n<FilesMatch \"\\.php$\">\nSetHandler default-handler\n</FilesMatch>\n</Directory>\n",
    "<Directory /srv/shared>\n<FilesMatch \"\\.php$\">\nSetHandler default-handler\n</FilesMatch>\n</Directory>\n",
];

/// Parts of nginx's servers.
const NGINX: [&str; 9] = [
    "location ~ \\.php$ { include fastcgi.conf; fastcgi_pass unix:/run/{s}.sock; }\n",
    "location ^~ /admin/ { auth_basic off; }\n",
    "location ^~ /old/ { root /srv/{s}/old; }\n",
    "location ^~ /shared/ { alias /srv/shared/; }\n",
    "location / { try_files $uri /index.php; }\n",
    "if ($document_root = /srv/s1/public) { rewrite ^ /admin/index.php last; }\n",
    "if ($request_filename ~ s1) { return 403; }\n",
    "if (-f /srv/{s}/public/closed) { return 503; }\n",
    "set $socket unix:/run/{s}.sock;\n",
];

/// Files that are there.
const FILES: [&str; 4] =
    ["srv/s0/public/closed", "srv/s2/public/closed", "srv/s1/public/.htaccess", "srv/shared/all/index.php"];

/// Which parts each site has, by their numbers.
type Sites = Vec<Vec<usize>>;

/// What is found; `unlike`: every site has a line of its own.
fn found(main: usize, apache: &Sites, nginx: &Sites, files: &[usize], unlike: bool) -> Vec<String> {
    let site = |parts: &[&str], number: usize, chosen: &[usize]| {
        let text: String = chosen.iter().filter_map(|part| parts.get(*part)).copied().collect();
        text.replace("{s}", &format!("s{number}"))
    };
    let mut httpd = String::from("ServerRoot /etc/apache2\nListen 8080\nUser www-data\nGroup www-data\n");
    for module in ["mpm_event", "authz_core", "alias", "dir", "proxy", "proxy_fcgi", "headers"] {
        httpd.push_str(&format!("LoadModule {module}_module modules/mod_{module}.so\n"));
    }
    httpd.push_str(APACHE_MAIN[main]);
    for (number, chosen) in apache.iter().enumerate() {
        let own = if unlike { format!("RequestHeader set Own{number} x\n") } else { String::new() };
        httpd.push_str(&format!(
            "<VirtualHost *:8080>\nServerName a{number}.example\nDocumentRoot /srv/s{number}/public\n{}{own}\
             </VirtualHost>\n",
            site(&APACHE, number, chosen)
        ));
    }
    let mut servers = String::from("user www-data;\nevents {}\nhttp {\n");
    for (number, chosen) in nginx.iter().enumerate() {
        let own = if unlike { format!("add_header Own{number} x;\n") } else { String::new() };
        servers.push_str(&format!(
            "server {{\nserver_name n{number}.example;\nroot /srv/s{number}/public;\n{}{own}}}\n",
            site(&NGINX, number, chosen)
        ));
    }
    servers.push_str("}\n");
    let mut system = Memory::new()
        .file("/r/etc/passwd", "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\n")
        .file("/r/etc/group", "root:x:0:\nwww-data:x:33:\n")
        .file("/r/etc/apache2/apache2.conf", httpd)
        .file("/r/etc/nginx/nginx.conf", servers);
    for file in files {
        system = system.file(format!("/r/{}", FILES[*file]), "<?php echo 1;\n");
    }
    let mut options = Options::new(Arc::new(system), PathBuf::from("/r"));
    options.sysroot = Some(PathBuf::from("/r"));
    let session = Session::open(options).unwrap();
    messages(session.outcome())
}

/// The findings that follow requests, which name their sites.
fn messages(outcome: &Outcome) -> Vec<String> {
    let asked = outcome.diagnostics.iter().filter(|it| it.rule.name == "php-source-exposed");
    let mut messages: Vec<String> = asked.map(|it| format!("{} {:?}", it.message, it.confidence)).collect();
    messages.sort();
    messages
}

fn sites(parts: usize) -> impl Strategy<Value = Sites> {
    // Few templates, so that sites read alike often.
    let template = prop::collection::vec(0..parts, 0..4).prop_map(|rest| [vec![0], rest].concat());
    prop::collection::vec(template, 1..3)
        .prop_flat_map(|templates| prop::collection::vec(prop::sample::select(templates), 2..6))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn sites_say_together_what_each_says_alone(
        main in 0..APACHE_MAIN.len(),
        apache in sites(APACHE.len()),
        nginx in sites(NGINX.len()),
        files in prop::collection::vec(0..FILES.len(), 0..3),
    ) {
        let alike = found(main, &apache, &nginx, &files, false);
        prop_assert_eq!(alike, found(main, &apache, &nginx, &files, true));
    }
}

/// The stacks above do show their source, so that there is something to compare.
#[test]
fn some_sites_show_their_source() {
    let all: Sites = vec![vec![0]; 3];
    assert_eq!(found(0, &all, &all, &[], false), Vec::<String>::new());
    let shown = found(1, &all, &vec![vec![0], vec![0, 1], vec![0]], &[], false);
    assert_eq!(
        shown,
        [
            "http://a1.example:8080/index.php answers with the PHP source, not with what it prints Certain",
            "http://n1.example/admin/index.php answers with the PHP source, not with what it prints Certain"
        ]
    );
}

/// The first of two equal sites is closed by a file that is there; the other one's is not.
#[test]
fn what_lies_on_the_host_is_each_sites_own() {
    let both: Sites = vec![vec![7, 0, 1]; 2];
    let shown = found(0, &Vec::new(), &both, &[0], false);
    let n1 = "http://n1.example/admin/index.php answers with the PHP source, not with what it prints Certain";
    assert_eq!(shown, [n1]);
}
