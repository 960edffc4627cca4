//! Profiles: consistent data, and their signs.

use super::*;

#[test]
fn profiles_are_found_by_name() {
    let all: Vec<_> = names().collect();
    assert_eq!(all, ["debian-12", "rocky-9", "docker", "generic"]);
    assert!(all.iter().all(|name| profile(name).is_some()));
    assert_eq!(profile("rocky"), None);
}

#[test]
fn data_is_sorted_where_it_is_searched_and_paths_are_absolute() {
    for profile in profiles::ALL {
        assert!(profile.stock.is_sorted_by_key(|file| file.path), "{}", profile.name);
        let main = &profile.main_files;
        let mains = [main.php_fpm, main.php_ini, main.nginx, main.apache].concat();
        assert!(mains.iter().all(|path| path.starts_with('/')), "{}", profile.name);
        let groups = profile.users();
        for user in groups.users() {
            let group = user.group.as_deref().unwrap_or_default();
            assert!(groups.group(group).found().is_some(), "{} {:?}", profile.name, user.name);
        }
    }
}

#[test]
fn nginx_parameters_have_a_script_only_in_fastcgi_conf() {
    for profile in profiles::ALL {
        let text =
            |path: &str| profile.stock_file(&HostPath::new(path)).map(|file| file.text).unwrap_or_default();
        let lines = |path: &str| {
            let text = String::from_utf8_lossy(text(path)).into_owned();
            text.lines()
                .filter(|line| line.starts_with("fastcgi_param "))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let script = |lines: &[String]| lines.iter().any(|line| line.contains(" SCRIPT_FILENAME "));
        assert!(!script(&lines("/etc/nginx/fastcgi_params")), "{}", profile.name);
        assert!(script(&lines("/etc/nginx/fastcgi.conf")), "{}", profile.name);
        assert!(lines("/etc/nginx/fastcgi_params").len() >= 19, "{}", profile.name);
    }
}

#[test]
fn shipped_lines_are_known_whatever_their_blanks() {
    let debian = profile("debian-12").unwrap();
    assert!(debian.is_stock_line(b"nginx.conf", b"\tworker_connections   768;"));
    assert!(debian.is_stock_line(b"nginx.conf", b"user www-data"));
    assert!(!debian.is_stock_line(b"nginx.conf", b"worker_connections 769;"));
    assert!(!debian.is_stock_line(b"nginx.conf", b"user"));
    assert!(!debian.is_stock_line(b"other.conf", b"user www-data;"));
    assert!(debian.is_stock_line(b"www.conf", b"listen = /run/php/php8.4-fpm.sock"));
    assert!(!debian.is_stock_line(b"www.conf", b"listen = /run/php/phpx-fpm.sock"));
    assert!(debian.is_stock_line(b"php8.2-fpm.conf", b"</IfModule>"));
    assert!(profile("rocky-9").unwrap().is_stock_line(b"www.conf", b"listen.acl_users = apache,nginx"));
}

#[test]
fn stock_entries_name_folders_once() {
    let entries = profile("debian-12").unwrap().stock_entries(&HostPath::new("/etc"));
    let names: Vec<_> = entries.iter().map(|entry| (entry.name.as_slice(), entry.kind)).collect();
    let folder = FileKind::Directory;
    assert_eq!(names, [(b"apache2".as_slice(), folder), (b"mime.types", FileKind::File), (b"nginx", folder)]);
}

#[test]
fn systems_are_told_by_os_release() {
    for (text, expected) in [
        ("NAME=x\nID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", Some("rocky-9")),
        ("ID=debian\n", Some("debian-12")),
        ("ID=ubuntu\nID_LIKE=debian\n", Some("debian-12")),
        ("VERSION_ID=\"9\"\nID=almalinux\n", Some("rocky-9")),
        ("ID=alpine\n", None),
        ("", None),
    ] {
        assert_eq!(infer_from_os_release(text.as_bytes()).map(|found| found.name), expected, "{text}");
    }
}

#[test]
fn images_are_told_by_name() {
    for (image, expected) in [
        ("php:8.3-fpm-alpine", Some("docker")),
        ("docker.io/library/nginx:1.27@sha256:00ff", Some("docker")),
        ("registry:5000/team/httpd", Some("docker")),
        ("rockylinux:9", Some("rocky-9")),
        ("debian:bookworm-slim", Some("debian-12")),
        ("mysql:8", None),
    ] {
        assert_eq!(infer_from_image(image).map(|found| found.name), expected, "{image}");
    }
}

#[test]
fn paths_tell_the_system() {
    for (path, expected) in [
        ("/etc/php/8.2/fpm/pool.d/www.conf", Some("debian-12")),
        ("/etc/nginx/sites-enabled/default", Some("debian-12")),
        ("/etc/httpd/conf/httpd.conf", Some("rocky-9")),
        ("/etc/php-fpm.d/www.conf", Some("rocky-9")),
        ("/var/run/php-fpm/www.sock", Some("rocky-9")),
        ("/usr/local/etc/php-fpm.d/www.conf", Some("docker")),
        ("/etc/nginx/nginx.conf", None),
        ("/etc/php/modules/fpm/x", None),
    ] {
        assert_eq!(infer_from_path(&HostPath::new(path)).map(|found| found.name), expected, "{path}");
    }
}

#[test]
fn php_settings_belong_to_their_main_file() {
    for (main, ini, scan, version) in [
        ("/etc/php/8.2/fpm/php-fpm.conf", "/etc/php/8.2/fpm/php.ini", "/etc/php/8.2/fpm/conf.d", Some("8.2")),
        ("/etc/php-fpm.conf", "/etc/php.ini", "/etc/php.d", None),
        (
            "/etc/opt/remi/php84/php-fpm.conf",
            "/etc/opt/remi/php84/php.ini",
            "/etc/opt/remi/php84/php.d",
            Some("8.4"),
        ),
        ("/etc/php83/php-fpm.conf", "/etc/php83/php.ini", "/etc/php83/conf.d", Some("8.3")),
        ("/usr/local/etc/php-fpm.conf", "/usr/local/etc/php/php.ini", "/usr/local/etc/php/conf.d", None),
    ] {
        let places = php_places(&HostPath::new(main)).unwrap();
        assert_eq!((places.ini, places.scan_dir), (HostPath::new(ini), HostPath::new(scan)), "{main}");
        assert_eq!(places.version.as_deref(), version, "{main}");
    }
    assert_eq!(php_places(&HostPath::new("/srv/php-fpm.conf")), None);
}

#[test]
fn a_build_below_usr_local_has_its_own_folders() {
    let debian = profile("debian-12").unwrap();
    let folders = |main: &str| debian.php_fpm_folders(&HostPath::new(main));
    assert_eq!(folders("/usr/local/etc/php-fpm.conf"), ("/usr/local", "/usr/local/var"));
    assert_eq!(folders("/etc/php/8.2/fpm/php-fpm.conf"), ("/usr", "/var"));
}
