//! Which files are one host, and hosts that the settings describe.

use std::path::Path;

use super::{FPM, NGINX, POOL, Run, SITE, VHOST, docker_project, project};
use crate::discover::As;
use crate::{HostPath, Memory, Topology};

#[test]
fn all_files_of_a_project_are_one_host() {
    let system = Memory::new()
        .directory("/p/.git")
        .file("/p/nginx/sites-available/default", SITE)
        .file("/p/fpm/pool.d/www.conf", POOL)
        .file("/p/apache/vhost.conf", VHOST)
        .file("/p/public/.htaccess", "Require all denied\n");
    let run = project(system);
    assert_eq!(run.host_names(), ["p"]);
    assert_eq!(run.fragments().len(), 4);
    assert_eq!(run.loaded.hosts[0].topology, Topology::Known);
}

#[test]
fn two_files_at_one_place_are_two_hosts_and_neighbours_stay_together() {
    let system = Memory::new()
        .directory("/p/.git")
        .file("/p/dev/nginx/nginx.conf", NGINX)
        .file("/p/dev/php/www.conf", POOL)
        .file("/p/prod/nginx/nginx.conf", NGINX)
        .file("/p/prod/php/www.conf", POOL);
    let run = project(system);
    assert_eq!(run.loaded.hosts.len(), 2);
    assert!(run.loaded.hosts.iter().all(|host| host.topology == Topology::Unknown));
    let host_of = |path: &str| {
        let id = run.files.find(Path::new(path)).expect("it was loaded");
        let root = run.loaded.roots.iter().find(|root| root.main == id).map(|root| root.host);
        root.or_else(|| run.loaded.fragments.iter().find(|part| part.file == id).map(|part| part.host))
    };
    assert_eq!(host_of("/p/dev/nginx/nginx.conf"), host_of("/p/dev/php/www.conf"));
    assert_eq!(host_of("/p/prod/nginx/nginx.conf"), host_of("/p/prod/php/www.conf"));
}

#[test]
fn containers_may_be_other_hosts() {
    for name in ["compose.yaml", "docker-compose.yml", "docker-compose.prod.yml", "Dockerfile"] {
        let run = project(docker_project().file(format!("/p/{name}"), ""));
        assert_eq!(run.loaded.hosts[0].topology, Topology::Unknown, "{name}");
    }
}

#[test]
fn other_front_ends_are_noted() {
    let run = project(docker_project().file("/p/Caddyfile", "").file("/p/lb/haproxy.cfg", ""));
    assert_eq!(run.loaded.front_ends, [Path::new("/p/Caddyfile"), Path::new("/p/lb/haproxy.cfg")]);
}

#[test]
fn a_profile_is_guessed_from_where_files_lie() {
    let guess = |path: &str, text: &str| project(Memory::new().file(path, text)).profile().to_owned();
    assert_eq!(guess("/p/roles/web/etc/php/8.2/fpm/pool.d/www.conf", POOL), "debian-12");
    let rocky = "[www]\nlisten = /run/php-fpm/www.sock\npm = static\n";
    assert_eq!(guess("/p/php-fpm.d/www.conf", rocky), "rocky-9");
    assert_eq!(guess("/p/docker/nginx/default.conf", SITE), "docker");
    assert_eq!(guess("/p/nginx/default.conf", SITE), "generic");
}

#[test]
fn the_version_of_the_nearest_image_is_a_hint() {
    let system = docker_project().file("/p/docker/php/Dockerfile", "FROM php:8.3-fpm\nCOPY www.conf /x\n");
    let run = project(system);
    let pool = run.loaded.fragments.iter().find(|part| part.kind == As::PhpFpm).expect("the pool");
    assert_eq!(pool.version_hint.map(|version| version.to_string()).as_deref(), Some("8.3"));
}

#[test]
fn the_one_host_of_the_settings_takes_every_file() {
    let text = "[host]\nname = \"web\"\nprofile = \"rocky-9\"\nmemory = \"2G\"\n\
                map = { \"/etc/nginx/sites\" = \"vhosts\", \"/var/www/html\" = \"public\" }\n";
    let system = Memory::new()
        .file("/p/fpmlint.toml", text)
        .file("/p/vhosts/a.conf", SITE)
        .file("/p/php-fpm.d/www.conf", POOL);
    let run = project(system);
    let host = &run.loaded.hosts[0];
    assert_eq!((&*host.name, host.profile.name, host.memory), ("web", "rocky-9", Some(2 << 30)));
    assert_eq!(run.fragments(), ["0: php-fpm /etc/php-fpm.d/www.conf", "0: nginx /etc/nginx/sites/a.conf"]);
    let root = host.local(&HostPath::new("/var/www/html/index.php"));
    assert_eq!(root.as_deref(), Some(Path::new("/p/public/index.php")));
    assert_eq!(host.topology, Topology::Known);
}

#[test]
fn several_hosts_of_the_settings_take_the_files_that_they_map() {
    let text = "[[hosts]]\nname = \"web\"\nmap = { \"/etc/nginx\" = \"a\" }\nnginx = \"/etc/nginx/main.cfg\"\n\
                [[hosts]]\nname = \"php\"\nmap = { \"/usr/local/etc/php-fpm.d\" = \"b\" }\n\
                [[hosts]]\nname = \"db\"\nroot = \"c\"\nphp-fpm = \"/opt/fpm.conf\"\n";
    let system = Memory::new()
        .file("/p/fpmlint.toml", text)
        .file("/p/a/main.cfg", NGINX)
        .file("/p/b/www.conf", POOL)
        .file("/p/c/opt/fpm.conf", FPM);
    let run = project(system);
    assert_eq!(run.problems(), Vec::<String>::new());
    assert_eq!(run.host_names(), ["db", "web", "php"]);
    assert_eq!(run.roots(), ["0: php-fpm /opt/fpm.conf", "1: nginx /etc/nginx/main.cfg"]);
    assert_eq!(run.fragments(), ["2: php-fpm /usr/local/etc/php-fpm.d/www.conf"]);
}

#[test]
fn a_main_file_of_the_settings_that_is_not_there_is_a_problem() {
    let unmapped = "[host]\nnginx = \"/etc/nginx/nginx.conf\"\n";
    assert_eq!(project(Memory::new().file("/p/fpmlint.toml", unmapped)).problems().len(), 1);
    let missing = "[host]\nnginx = \"none.conf\"\n";
    assert_eq!(project(Memory::new().file("/p/fpmlint.toml", missing)).problems().len(), 1);
}

#[test]
fn the_same_files_give_the_same_hosts_in_the_same_order() {
    let list = |run: &Run| (run.roots(), run.fragments(), run.host_names().join(" "));
    let first = project(docker_project());
    assert_eq!(list(&first), list(&project(docker_project())));
    assert!(first.settings.files.is_empty());
    assert!(first.system.metadata(Path::new("/p")).is_ok());
}
