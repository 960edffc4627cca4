//! What is loaded for which command line.

mod host_roots;
mod hosts;
mod named;
mod projects;
mod sysroot;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{As, Loaded, Request, SkipReason, discover};
use crate::{Files, Memory, Settings, SettingsSource, System};

const NGINX: &str = "events {}\nhttp {\n  include /etc/nginx/conf.d/*.conf;\n}\n";
const SITE: &str = "server {\n  listen 80;\n  root /srv;\n}\n";
const FPM: &str = "include = /etc/php-fpm.d/*.conf\n[global]\npid = /run/php-fpm.pid\n";
const POOL: &str = "[www]\nlisten = 127.0.0.1:9000\npm = static\npm.max_children = 5\n";
const HTTPD: &str = "ServerRoot /etc/httpd\nListen 80\nInclude conf.d/*.conf\n";
const VHOST: &str = "<VirtualHost *:80>\n  DocumentRoot /srv\n</VirtualHost>\n";

/// One run over a file system in memory.
struct Run {
    system: Arc<dyn System>,
    settings: Settings,
    loaded: Loaded,
    files: Arc<Files>,
}

#[derive(Default)]
struct Line<'a> {
    paths: &'a [&'a str],
    sysroot: Option<&'a str>,
    kind: Option<As>,
    cap: Option<usize>,
    folder: Option<&'a str>,
}

fn run(system: Memory, line: Line<'_>) -> Run {
    let system: Arc<dyn System> = Arc::new(system);
    let folder = Path::new(line.folder.unwrap_or("/p"));
    let settings = Settings::load(system.as_ref(), &SettingsSource::Search, folder, None, &[]);
    let settings = settings.expect("the settings of the test are right");
    let files = Arc::new(Files::new(Arc::clone(&system)));
    let mut request = Request::new(folder, &settings);
    request.paths = line.paths.iter().map(PathBuf::from).collect();
    request.sysroot = line.sysroot.map(PathBuf::from);
    request.as_reader = line.kind;
    request.file_cap = line.cap.unwrap_or(request.file_cap);
    let loaded = discover(&files, &system, &request);
    Run { loaded, files, settings, system }
}

fn project(system: Memory) -> Run {
    run(system, Line::default())
}

fn named(system: Memory, paths: &[&str]) -> Run {
    run(system, Line { paths, ..Line::default() })
}

impl Run {
    /// Each main file as `host: kind path`.
    fn roots(&self) -> Vec<String> {
        let roots = self.loaded.roots.iter();
        roots.map(|root| format!("{}: {} {}", root.host, root.kind, root.path)).collect()
    }

    /// Each fragment as `host: kind path`.
    fn fragments(&self) -> Vec<String> {
        let parts = self.loaded.fragments.iter();
        parts.map(|part| format!("{}: {} {}", part.host, part.kind, part.path)).collect()
    }

    fn problems(&self) -> Vec<String> {
        let path = |path: &Option<PathBuf>| path.as_deref().unwrap_or(Path::new("")).display().to_string();
        let problems = self.loaded.problems.iter();
        problems.map(|problem| format!("{}: {}", path(&problem.path), problem.message)).collect()
    }

    fn skipped(&self, path: &str) -> Option<SkipReason> {
        let mut skipped = self.loaded.skipped.iter();
        skipped.find(|skipped| skipped.path == Path::new(path)).map(|skipped| skipped.reason)
    }

    fn host_names(&self) -> Vec<&str> {
        self.loaded.hosts.iter().map(|host| &*host.name).collect()
    }

    fn profile(&self) -> &str {
        self.loaded.hosts.first().map_or("", |host| host.profile.name)
    }
}

fn image(at: &str) -> Memory {
    Memory::new()
        .file(format!("{at}/etc/passwd"), "root:x:0:0::/:/bin/sh\n")
        .file(format!("{at}/etc/os-release"), "ID=\"rocky\"\nVERSION_ID=\"9.4\"\n")
        .file(format!("{at}/etc/nginx/nginx.conf"), NGINX)
        .file(format!("{at}/etc/nginx/conf.d/site.conf"), SITE)
        .file(format!("{at}/etc/nginx/conf.d/old.disabled"), SITE)
        .file(format!("{at}/etc/php-fpm.conf"), FPM)
        .file(format!("{at}/etc/php-fpm.d/www.conf"), POOL)
        .file(format!("{at}/etc/php.ini"), "[PHP]\n")
        .file(format!("{at}/etc/httpd/conf/httpd.conf"), HTTPD)
}

const IMAGE_ROOTS: [&str; 4] = [
    "0: php-fpm /etc/php-fpm.conf",
    "0: php-ini /etc/php.ini",
    "0: nginx /etc/nginx/nginx.conf",
    "0: apache /etc/httpd/conf/httpd.conf",
];

fn docker_project() -> Memory {
    Memory::new()
        .directory("/p/.git")
        .file("/p/docker/nginx/nginx.conf", NGINX)
        .file("/p/docker/nginx/conf.d/site.conf", SITE)
        .file("/p/docker/php/www.conf", POOL)
        .file("/p/docker/php/php.ini", "[PHP]\nmemory_limit = 1G\n")
}
