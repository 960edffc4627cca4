//! Which profile a machine has, and where a PHP keeps its files, by their usual signs.

use crate::path::HostPath;
use crate::profile::{Profile, profile};

/// The profile that an os-release file tells; none for systems that no profile describes.
pub fn infer_from_os_release(text: &[u8]) -> Option<&'static Profile> {
    let value = |key: &[u8]| {
        let line = text.split(|byte| *byte == b'\n').find_map(|line| line.trim_ascii().strip_prefix(key))?;
        let value = line.strip_prefix(b"=")?;
        Some(
            value
                .trim_ascii()
                .trim_ascii_start()
                .strip_prefix(b"\"")
                .map_or(value, |value| value.split(|byte| *byte == b'"').next().unwrap_or(value)),
        )
    };
    let id = value(b"ID").unwrap_or_default();
    let like = value(b"ID_LIKE").unwrap_or_default();
    let families = || id.split(|byte| *byte == b' ').chain(like.split(|byte| *byte == b' '));
    // A distribution that derives from these installs the same packages at the same places; versions that differ
    // come from --target or from the paths.
    if families().any(|family| matches!(family, b"rhel" | b"rocky" | b"fedora" | b"centos" | b"almalinux")) {
        return profile("rocky-9");
    }
    if families().any(|family| matches!(family, b"debian" | b"ubuntu")) {
        return profile("debian-12");
    }
    None
}

/// The profile of a container image by its name, as a Dockerfile or compose file writes it
/// (`php:8.3-fpm-alpine`, `registry.example/nginx@sha256:...`).
pub fn infer_from_image(image: &str) -> Option<&'static Profile> {
    let image = image.split('@').next().unwrap_or(image);
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split(':').next().unwrap_or(name);
    match name {
        "php" | "nginx" | "httpd" | "nginx-unprivileged" => profile("docker"),
        "debian" | "ubuntu" => profile("debian-12"),
        "rockylinux" | "almalinux" | "centos" | "fedora" | "ubi9" | "ubi9-minimal" | "ubi" => {
            profile("rocky-9")
        }
        _ => None,
    }
}

/// The profile of the machine that has a path; none for paths that several have.
pub fn infer_from_path(path: &HostPath) -> Option<&'static Profile> {
    let under = |folder: &str| path.starts_with(&HostPath::new(folder));
    if ["/usr/local/etc/php-fpm.d", "/usr/local/etc/php", "/usr/local/apache2"].into_iter().any(under)
        || path.as_bytes() == b"/usr/local/etc/php-fpm.conf"
    {
        return profile("docker");
    }
    let debian =
        ["/etc/apache2", "/etc/nginx/sites-available", "/etc/nginx/sites-enabled", "/etc/nginx/snippets"];
    if debian.into_iter().any(under) || version_folder(path).is_some_and(|(_, rest)| rest.starts_with(b"fpm"))
    {
        return profile("debian-12");
    }
    let rocky = [
        "/etc/httpd",
        "/etc/php-fpm.d",
        "/etc/php.d",
        "/etc/opt/remi",
        "/etc/nginx/default.d",
        "/run/php-fpm",
    ];
    if rocky.into_iter().any(|folder| path.canonical_run().starts_with(&HostPath::new(folder)))
        || matches!(path.as_bytes(), b"/etc/php-fpm.conf" | b"/etc/php.ini")
    {
        return profile("rocky-9");
    }
    None
}

/// Where the PHP of a php-fpm main file keeps its settings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PhpPlaces {
    /// Its php.ini.
    pub ini: HostPath,
    /// The folder whose `*.ini` are read after it.
    pub scan_dir: HostPath,
    /// The version, where the path tells it: `8.2`.
    pub version: Option<String>,
}

/// The settings that belong to the php-fpm main file at `main`, by the layouts of Debian, Red Hat, Remi's
/// collections, Alpine and the official images; none for other layouts.
pub fn php_places(main: &HostPath) -> Option<PhpPlaces> {
    let folder = main.parent()?;
    let places = |ini: HostPath, scan_dir: HostPath, version| Some(PhpPlaces { ini, scan_dir, version });
    if let Some((version, rest)) = version_folder(main)
        && rest.starts_with(b"fpm/")
    {
        let version = String::from_utf8(version.to_vec()).ok();
        return places(folder.join(b"php.ini"), folder.join(b"conf.d"), version);
    }
    if main.as_bytes() == b"/etc/php-fpm.conf" {
        return places(HostPath::new("/etc/php.ini"), HostPath::new("/etc/php.d"), None);
    }
    if main.as_bytes() == b"/usr/local/etc/php-fpm.conf" {
        let etc = HostPath::new("/usr/local/etc/php");
        return places(etc.join(b"php.ini"), etc.join(b"conf.d"), None);
    }
    let name = folder.file_name()?;
    let version = short_version(name.strip_prefix(b"php")?);
    if folder.parent()? == HostPath::new("/etc/opt/remi") {
        return places(folder.join(b"php.ini"), folder.join(b"php.d"), version);
    }
    if folder.parent()? == HostPath::new("/etc") && version.is_some() {
        return places(folder.join(b"php.ini"), folder.join(b"conf.d"), version);
    }
    None
}

/// The version of a path below Debian's `/etc/php/8.2`, and what follows it.
fn version_folder(path: &HostPath) -> Option<(&[u8], &[u8])> {
    let below = path.as_bytes().strip_prefix(b"/etc/php/")?;
    let slash = below.iter().position(|byte| *byte == b'/')?;
    let (version, rest) = (&below[..slash], &below[slash + 1..]);
    let numbers = version
        .split(|byte| *byte == b'.')
        .all(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
    (numbers && version.contains(&b'.')).then_some((version, rest))
}

/// `83` as `8.3`.
fn short_version(digits: &[u8]) -> Option<String> {
    match digits {
        [major, minor @ ..] if !minor.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
            Some(format!("{}.{}", char::from(*major), std::str::from_utf8(minor).ok()?))
        }
        _ => None,
    }
}
