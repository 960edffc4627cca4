//! Hosts' roots: where on a host the daemons look for their main files, and which folders are such roots.
//!
//! In: a folder or a host. Out: the main files in it. The places are those of every known profile, because a host's
//! profile may be guessed wrongly, and those that systemd's unit files name.

use std::path::Path;

use super::As;
use crate::{FileKind, GlobStyle, Host, HostPath, System, native};

/// Where main files lie, as globs from the root, without the leading `/`.
const MAIN_FILES: &[(As, &str)] = &[
    (As::PhpFpm, "etc/php-fpm.conf"),
    (As::PhpFpm, "etc/php/*/fpm/php-fpm.conf"),
    (As::PhpFpm, "etc/php/php-fpm.conf"),
    (As::PhpFpm, "etc/php*/php-fpm.conf"),
    (As::PhpFpm, "etc/php*/fpm/php-fpm.conf"),
    (As::PhpFpm, "etc/opt/remi/php*/php-fpm.conf"),
    (As::PhpFpm, "usr/local/etc/php-fpm.conf"),
    (As::PhpFpm, "opt/plesk/php/*/etc/php-fpm.conf"),
    (As::PhpFpm, "opt/cpanel/ea-php*/root/etc/php-fpm.conf"),
    (As::PhpIni, "etc/php.ini"),
    (As::PhpIni, "etc/php/*/fpm/php.ini"),
    (As::PhpIni, "etc/php*/php.ini"),
    (As::PhpIni, "etc/opt/remi/php*/php.ini"),
    (As::PhpIni, "usr/local/etc/php/php.ini"),
    (As::Nginx, "etc/nginx/nginx.conf"),
    (As::Nginx, "usr/local/nginx/conf/nginx.conf"),
    (As::Nginx, "usr/local/openresty/nginx/conf/nginx.conf"),
    (As::Nginx, "usr/local/etc/nginx/nginx.conf"),
    (As::Apache, "etc/httpd/conf/httpd.conf"),
    (As::Apache, "etc/apache2/apache2.conf"),
    (As::Apache, "etc/apache2/httpd.conf"),
    (As::Apache, "usr/local/apache2/conf/httpd.conf"),
];

/// Whether a folder is the root of a host: it has `etc` and a daemon's main file.
pub(super) fn is_host_root(system: &dyn System, folder: &Path) -> bool {
    let etc = system.metadata(&folder.join("etc"));
    if !etc.is_ok_and(|metadata| metadata.kind == FileKind::Directory) {
        return false;
    }
    let daemons = MAIN_FILES.iter().filter(|(reader, _)| *reader != As::PhpIni);
    daemons.into_iter().any(|(_, place)| exists(system, folder, place))
}

/// Whether a host root holds enough of its system that what is missing in it is missing on the host.
pub(super) fn is_whole(system: &dyn System, folder: &Path) -> bool {
    const SIGNS: [&str; 3] = ["etc/passwd", "etc/os-release", "usr/lib/os-release"];
    SIGNS.iter().any(|sign| system.metadata(&folder.join(sign)).is_ok())
}

/// Whether a host is one of the official images with nothing else put into it: the image's own program is there, and
/// the main files are those of its daemon alone. In a container that runs several daemons, they reach each other as
/// on any machine.
pub(super) fn is_official_image(host: &Host) -> bool {
    const SIGNS: [(As, &str); 3] = [
        (As::PhpFpm, "/usr/local/bin/docker-php-entrypoint"),
        (As::Apache, "/usr/local/bin/httpd-foreground"),
        (As::Nginx, "/docker-entrypoint.d"),
    ];
    let is_there = |place: &str| host.kind(&HostPath::new(place)).found().is_some();
    let Some((daemon, _)) = SIGNS.into_iter().find(|(_, sign)| is_there(sign)) else { return false };
    let mains = main_files(host);
    let mut daemons = mains.iter().map(|(reader, _)| *reader).filter(|reader| *reader != As::PhpIni);
    daemons.clone().next().is_some() && daemons.all(|reader| reader == daemon)
}

/// Whether a place with at most one `*` in each part exists below a folder.
fn exists(system: &dyn System, folder: &Path, place: &str) -> bool {
    let Some((part, rest)) = place.split_once('/') else {
        return system
            .metadata(&folder.join(place))
            .is_ok_and(|metadata| metadata.kind != FileKind::Directory);
    };
    let Some((start, end)) = part.split_once('*') else {
        return exists(system, &folder.join(part), rest);
    };
    let Ok(entries) = system.read_dir(folder) else { return false };
    entries.iter().any(|entry| {
        let name = entry.name.as_slice();
        let middle = name.strip_prefix(start.as_bytes()).and_then(|rest| rest.strip_suffix(end.as_bytes()));
        let folder = || folder.join(native::name(name));
        middle.is_some() && entry.kind != FileKind::File && exists(system, &folder(), rest)
    })
}

/// The main files of a host, each once, in the order of their readers and paths.
pub(super) fn main_files(host: &Host) -> Vec<(As, HostPath)> {
    let mut found: Vec<(As, HostPath)> = Vec::new();
    for (reader, place) in MAIN_FILES {
        let pattern = format!("/{place}");
        for path in host.glob(pattern.as_bytes(), GlobStyle::Nginx).matches {
            found.push((*reader, path));
        }
    }
    found.extend(super::units::main_files(host));
    found.sort();
    found.dedup();
    found
}
