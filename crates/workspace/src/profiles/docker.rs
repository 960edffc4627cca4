//! The official images `php:*-fpm`, `nginx` and `httpd`, each a container of its own, in their Debian variant. The
//! Alpine variant differs in the number of www-data alone, which is therefore not known.

use super::{lines, modules, stock};
use crate::profile::{
    Account, AccountKind, ApacheDefaults, FpmDefaults, MainFiles, Modules, NginxDefaults, Profile, StockFile,
};

pub(super) const PROFILE: Profile = Profile {
    name: "docker",
    accounts: ACCOUNTS,
    main_files: MainFiles {
        php_fpm: &["/usr/local/etc/php-fpm.conf"],
        php_ini: &["/usr/local/etc/php/php.ini"],
        nginx: &["/etc/nginx/nginx.conf"],
        apache: &["/usr/local/apache2/conf/httpd.conf", "/etc/apache2/apache2.conf"],
    },
    stock: STOCK,
    stock_folders: &["/etc/nginx/conf.d", "/usr/local/etc/php/conf.d"],
    stock_lines: lines::DOCKER,
    nginx: NginxDefaults {
        user: "nginx",
        group: "nginx",
        conf_prefix: "/etc/nginx",
        prefix: "/etc/nginx",
        modules_folder: "/usr/lib/nginx/modules",
        modules: Modules::Known(modules::NGINX_IMAGE),
        version: None,
    },
    php_fpm: FpmDefaults {
        prefix: "/usr/local",
        sysconfdir: "/usr/local/etc",
        localstatedir: "/usr/local/var",
        user: "",
        group: "",
        version: None,
        acl: Some(false),
        systemd: Some(false),
        apparmor: Some(false),
        foreground: true,
    },
    apache: ApacheDefaults {
        server_root: "/usr/local/apache2",
        runtime_dir: "/usr/local/apache2/logs",
        user: "www-data",
        group: "www-data",
        modules_folder: "/usr/local/apache2/modules",
        static_modules: Modules::Known(modules::APACHE_IMAGE_STATIC),
        loaded_modules: modules::APACHE_IMAGE_LOADED,
        envvars: &[],
        defines: &[],
        main_file: "/usr/local/apache2/conf/httpd.conf",
        version: None,
    },
    container: true,
    backports: false,
};

const STOCK: &[StockFile] = &[
    StockFile { path: "/etc/nginx/fastcgi.conf", text: stock::FASTCGI_CONF },
    StockFile { path: "/etc/nginx/fastcgi_params", text: stock::FASTCGI_PARAMS },
    StockFile { path: "/etc/nginx/mime.types", text: stock::MIME_TYPES },
    StockFile { path: "/etc/nginx/scgi_params", text: stock::SCGI_PARAMS },
    StockFile { path: "/etc/nginx/uwsgi_params", text: stock::UWSGI_PARAMS },
    StockFile { path: "/usr/local/apache2/conf/magic", text: b"" },
    StockFile { path: "/usr/local/apache2/conf/mime.types", text: b"" },
    StockFile { path: "/usr/local/etc/php-fpm.conf", text: stock::IMAGE_FPM },
    StockFile { path: "/usr/local/etc/php-fpm.d/docker.conf", text: stock::IMAGE_FPM_DOCKER },
    StockFile { path: "/usr/local/etc/php-fpm.d/www.conf", text: stock::IMAGE_FPM_WWW },
    StockFile { path: "/usr/local/etc/php-fpm.d/zz-docker.conf", text: stock::IMAGE_FPM_ZZ_DOCKER },
    StockFile { path: "/usr/local/etc/php/conf.d/docker-fpm.ini", text: stock::IMAGE_FPM_INI },
];

const fn user(name: &'static str, uid: Option<u32>, group: &'static str, home: &'static str) -> Account {
    Account { name, kind: AccountKind::User { uid, group, home } }
}

const fn group(name: &'static str, gid: Option<u32>) -> Account {
    Account { name, kind: AccountKind::Group { gid, members: &[] } }
}

/// What the three images have in common or add: nginx is 101 in both of its variants; www-data is 33 on Debian and
/// 82 on Alpine.
const ACCOUNTS: &[Account] = &[
    user("root", Some(0), "root", "/root"),
    user("daemon", None, "daemon", "/usr/sbin"),
    user("bin", None, "bin", "/bin"),
    user("nginx", Some(101), "nginx", "/nonexistent"),
    user("www-data", None, "www-data", "/var/www"),
    user("nobody", Some(65534), "nogroup", "/nonexistent"),
    group("root", Some(0)),
    group("daemon", None),
    group("bin", None),
    group("nginx", Some(101)),
    group("www-data", None),
    group("nogroup", None),
];
