//! Where the folders of a repository belong on a host.
//!
//! In: a file of a project, whose it is, and the kind of system that runs it. Out: mounts. They are guesses from
//! where files lie; they only decide which include finds which file, never that a file is absent.

use std::collections::HashSet;
use std::path::Path;

use super::shape::lower_name;
use super::version::version_hint;
use super::{As, Claimed};
use crate::{HostPath, Mount, native};

/// The folders of one kind of system.
struct System {
    fpm_main: String,
    pools: String,
    ini_main: &'static str,
    ini_scan: &'static str,
    apache: &'static str,
    apache_main: &'static str,
}

fn system(profile: &str, path: &Path) -> System {
    match profile.split('-').next().unwrap_or_default() {
        "debian" | "ubuntu" => {
            let version = version_hint(path).map_or("8.2".to_owned(), |version| version.to_string());
            System {
                fpm_main: format!("/etc/php/{version}/fpm/php-fpm.conf"),
                pools: format!("/etc/php/{version}/fpm/pool.d"),
                ini_main: "php.ini",
                ini_scan: "conf.d",
                apache: "/etc/apache2",
                apache_main: "/etc/apache2/apache2.conf",
            }
        }
        "docker" => System {
            fpm_main: "/usr/local/etc/php-fpm.conf".to_owned(),
            pools: "/usr/local/etc/php-fpm.d".to_owned(),
            ini_main: "php/php.ini",
            ini_scan: "php/conf.d",
            apache: "/etc/apache2",
            apache_main: "/usr/local/apache2/conf/httpd.conf",
        },
        _ => System {
            fpm_main: "/etc/php-fpm.conf".to_owned(),
            pools: "/etc/php-fpm.d".to_owned(),
            ini_main: "php.ini",
            ini_scan: "php.d",
            apache: "/etc/httpd",
            apache_main: "/etc/httpd/conf/httpd.conf",
        },
    }
}

const NGINX: &str = "/etc/nginx";

/// Folders that main files include from, below the main file's own.
const NGINX_PARTS: &[&str] = &[
    "conf.d",
    "default.d",
    "http.d",
    "stream.d",
    "modules-enabled",
    "sites-available",
    "sites-enabled",
    "snippets",
];
const APACHE_PARTS: &[&str] = &[
    "conf.d",
    "conf.modules.d",
    "conf-available",
    "conf-enabled",
    "mods-available",
    "mods-enabled",
    "sites-available",
    "sites-enabled",
];

/// What a file says about where folders and files lie, and for a main file the place that only one can have.
#[derive(Default, Debug)]
pub(super) struct Placed {
    pub mounts: Vec<Mount>,
    pub slot: Option<(As, HostPath)>,
}

/// What lies in the folders of a project.
#[derive(Debug)]
pub(super) struct Homes<'a> {
    root: &'a Path,
    /// Where main files of nginx lie.
    nginx: HashSet<&'a Path>,
    /// Where main files of Apache lie.
    apache: HashSet<&'a Path>,
    /// Where a file lies that an include of pools would read and that is none: such a folder is no folder of pools.
    mixed: HashSet<&'a Path>,
}

impl<'a> Homes<'a> {
    /// The folders of `files`; `root` is the project's folder.
    pub fn new(root: &'a Path, files: &'a [Claimed]) -> Homes<'a> {
        let of = |reader| {
            let main = files.iter().filter(move |file| file.main && file.reader == reader);
            main.filter_map(|file| file.path.parent()).collect()
        };
        let others = files.iter().filter(|file| {
            let is_pool = file.reader == As::PhpFpm && !file.main;
            !is_pool && file.path.extension().is_some_and(|ending| ending == "conf")
        });
        let mixed = others.filter_map(|file| file.path.parent()).collect();
        Homes { root, nginx: of(As::Nginx), apache: of(As::Apache), mixed }
    }

    /// A folder and those above it in the project.
    fn upwards<'f>(&self, folder: &'f Path) -> impl Iterator<Item = &'f Path> {
        let root = self.root;
        folder.ancestors().take_while(move |folder| folder.starts_with(root))
    }
}

/// Places a file.
pub(super) fn place(file: &Claimed, profile: &str, homes: &Homes<'_>) -> Placed {
    let system = system(profile, &file.path);
    let folder = file.path.parent().unwrap_or(Path::new(""));
    match file.reader {
        As::Nginx => nginx(file, folder, homes),
        As::PhpFpm if file.main => main_file(file, &system.fpm_main),
        As::PhpFpm if homes.mixed.contains(folder) => {
            let name = native::bytes(file.path.file_name().unwrap_or_default());
            let at = HostPath::new(&system.pools).join(&name);
            Placed { mounts: vec![Mount { at, local: file.path.clone() }], slot: None }
        }
        As::PhpFpm => Placed { mounts: vec![mount(&system.pools, folder)], slot: None },
        As::PhpIni => {
            let base = system.fpm_main.rsplit_once('/').map_or("/", |(base, _)| base);
            if file.main {
                main_file(file, &format!("{base}/{}", system.ini_main))
            } else if matches!(lower_name(folder).as_str(), "conf.d" | "php.d") {
                Placed { mounts: vec![mount(&format!("{base}/{}", system.ini_scan), folder)], slot: None }
            } else {
                Placed::default()
            }
        }
        As::Apache => apache(file, folder, homes, &system),
        As::Htaccess => Placed::default(),
    }
}

fn mount(at: &str, local: &Path) -> Mount {
    Mount { at: HostPath::new(at), local: local.to_owned() }
}

/// A main file beside whose usual place nothing else is known: only the file itself is put there.
fn main_file(file: &Claimed, usual: &str) -> Placed {
    let usual = HostPath::new(usual);
    let name = native::bytes(file.path.file_name().unwrap_or_default());
    let at = usual.parent().unwrap_or_else(HostPath::root).join(&name);
    Placed { mounts: vec![Mount { at, local: file.path.clone() }], slot: Some((file.reader, usual)) }
}

fn nginx(file: &Claimed, folder: &Path, homes: &Homes<'_>) -> Placed {
    if file.main {
        let slot = Some((As::Nginx, HostPath::new(format!("{NGINX}/nginx.conf"))));
        return Placed { mounts: vec![mount(NGINX, folder)], slot };
    }
    let home = homes.upwards(folder).find(|folder| homes.nginx.contains(folder));
    let mounts = home
        .or_else(|| called(folder, homes, &["nginx", "openresty"]))
        .map(|home| mount(NGINX, home))
        .or_else(|| part(folder, homes, NGINX_PARTS, NGINX));
    Placed { mounts: mounts.into_iter().collect(), slot: None }
}

fn apache(file: &Claimed, folder: &Path, homes: &Homes<'_>, system: &System) -> Placed {
    if file.main {
        let debian = lower_name(&file.path) == "apache2.conf";
        let usual = HostPath::new(if debian { "/etc/apache2/apache2.conf" } else { system.apache_main });
        let base = usual.parent().unwrap_or_else(HostPath::root);
        let own = Mount { at: base.clone(), local: folder.to_owned() };
        // `conf/httpd.conf` lies one folder below the server's root.
        let root = match (lower_name(folder).as_str(), base.file_name(), base.parent(), folder.parent()) {
            ("conf", Some(b"conf"), Some(at), Some(local)) => Some(Mount { at, local: local.to_owned() }),
            _ => None,
        };
        let slot = Some((As::Apache, usual));
        return Placed { mounts: [Some(own), root].into_iter().flatten().collect(), slot };
    }
    if homes.upwards(folder).any(|folder| homes.apache.contains(folder)) {
        return Placed::default();
    }
    let mounts = part(folder, homes, APACHE_PARTS, system.apache).or_else(|| {
        called(folder, homes, &["apache", "apache2", "httpd"]).map(|home| mount(system.apache, home))
    });
    Placed { mounts: mounts.into_iter().collect(), slot: None }
}

/// The nearest folder that is called after the daemon.
fn called<'f>(folder: &'f Path, homes: &Homes<'_>, words: &[&str]) -> Option<&'f Path> {
    homes.upwards(folder).find(|folder| {
        let name = lower_name(folder);
        name.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| words.contains(&word))
    })
}

/// The nearest folder that a main file usually includes from.
fn part(folder: &Path, homes: &Homes<'_>, parts: &[&str], base: &str) -> Option<Mount> {
    homes.upwards(folder).find_map(|folder| {
        let name = lower_name(folder);
        parts.contains(&name.as_str()).then(|| mount(&format!("{base}/{name}"), folder))
    })
}
