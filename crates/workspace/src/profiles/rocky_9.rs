//! Rocky Linux 9, and with it RHEL, AlmaLinux and Fedora, with the distribution's packages. nginx, PHP and httpd come
//! in several streams there, so that versions are not known from the release alone.

use super::{lines, modules, stock};
use crate::profile::{
    Account, AccountKind, ApacheDefaults, FpmDefaults, MainFiles, Modules, NginxDefaults, Profile, StockFile,
};

pub(super) const PROFILE: Profile = Profile {
    name: "rocky-9",
    accounts: ACCOUNTS,
    main_files: MainFiles {
        php_fpm: &["/etc/php-fpm.conf", "/etc/opt/remi/php*/php-fpm.conf"],
        php_ini: &["/etc/php.ini", "/etc/opt/remi/php*/php.ini"],
        nginx: &["/etc/nginx/nginx.conf"],
        apache: &["/etc/httpd/conf/httpd.conf"],
    },
    stock: STOCK,
    stock_folders: &[
        "/etc/httpd/conf.d",
        "/etc/httpd/conf.modules.d",
        "/etc/nginx/conf.d",
        "/etc/nginx/default.d",
        "/usr/share/nginx/modules",
    ],
    stock_lines: lines::ROCKY_9,
    nginx: NginxDefaults {
        user: "nginx",
        group: "nginx",
        conf_prefix: "/etc/nginx",
        prefix: "/usr/share/nginx",
        modules_folder: "/usr/lib64/nginx/modules",
        modules: Modules::Known(modules::NGINX_ROCKY_9),
        version: None,
    },
    php_fpm: FpmDefaults {
        prefix: "/usr",
        sysconfdir: "/etc",
        localstatedir: "/var",
        user: "",
        group: "",
        version: None,
        acl: Some(true),
        systemd: Some(true),
        apparmor: Some(false),
        foreground: true,
    },
    apache: ApacheDefaults {
        server_root: "/etc/httpd",
        runtime_dir: "/run/httpd",
        user: "apache",
        group: "apache",
        modules_folder: "/usr/lib64/httpd/modules",
        static_modules: Modules::Known(modules::APACHE_ROCKY_STATIC),
        loaded_modules: modules::APACHE_ROCKY_LOADED,
        envvars: &[("LANG", "C")],
        defines: &[],
        main_file: "/etc/httpd/conf/httpd.conf",
        version: None,
    },
    container: false,
    backports: true,
};

const STOCK: &[StockFile] = &[
    StockFile { path: "/etc/httpd/conf.d/php.conf", text: stock::ROCKY_HTTPD_PHP },
    StockFile { path: "/etc/httpd/conf/magic", text: b"" },
    StockFile { path: "/etc/mime.types", text: b"" },
    StockFile { path: "/etc/nginx/conf.d/php-fpm.conf", text: stock::ROCKY_UPSTREAM },
    StockFile { path: "/etc/nginx/default.d/php.conf", text: stock::ROCKY_LOCATION },
    StockFile { path: "/etc/nginx/fastcgi.conf", text: stock::FASTCGI_CONF },
    StockFile { path: "/etc/nginx/fastcgi_params", text: stock::FASTCGI_PARAMS },
    StockFile { path: "/etc/nginx/koi-utf", text: stock::KOI_UTF },
    StockFile { path: "/etc/nginx/koi-win", text: stock::KOI_WIN },
    StockFile { path: "/etc/nginx/mime.types", text: stock::MIME_TYPES },
    StockFile { path: "/etc/nginx/scgi_params", text: stock::SCGI_PARAMS },
    StockFile { path: "/etc/nginx/uwsgi_params", text: stock::UWSGI_PARAMS },
    StockFile { path: "/etc/nginx/win-utf", text: stock::WIN_UTF },
];

const fn user(name: &'static str, uid: Option<u32>, group: &'static str, home: &'static str) -> Account {
    Account { name, kind: AccountKind::User { uid, group, home } }
}

const fn group(name: &'static str, gid: Option<u32>) -> Account {
    Account { name, kind: AccountKind::Group { gid, members: &[] } }
}

/// The setup package's accounts, apache's fixed one, and nginx's, whose number is the next free one of the system
/// range. php-fpm's package uses apache's.
const ACCOUNTS: &[Account] = &[
    user("root", Some(0), "root", "/root"),
    user("bin", Some(1), "bin", "/bin"),
    user("daemon", Some(2), "daemon", "/sbin"),
    user("adm", Some(3), "adm", "/var/adm"),
    user("lp", Some(4), "lp", "/var/spool/lpd"),
    user("sync", Some(5), "root", "/sbin"),
    user("shutdown", Some(6), "root", "/sbin"),
    user("halt", Some(7), "root", "/sbin"),
    user("mail", Some(8), "mail", "/var/spool/mail"),
    user("operator", Some(11), "root", "/root"),
    user("games", Some(12), "users", "/usr/games"),
    user("ftp", Some(14), "ftp", "/var/ftp"),
    user("apache", Some(48), "apache", "/usr/share/httpd"),
    user("nginx", None, "nginx", "/var/lib/nginx"),
    user("nobody", Some(65534), "nobody", "/"),
    group("root", Some(0)),
    group("bin", Some(1)),
    group("daemon", Some(2)),
    group("sys", Some(3)),
    group("adm", Some(4)),
    group("tty", Some(5)),
    group("disk", Some(6)),
    group("lp", Some(7)),
    group("mem", Some(8)),
    group("kmem", Some(9)),
    group("wheel", Some(10)),
    group("cdrom", Some(11)),
    group("mail", Some(12)),
    group("man", Some(15)),
    group("dialout", Some(18)),
    group("floppy", Some(19)),
    group("games", Some(20)),
    group("utmp", Some(22)),
    group("tape", Some(33)),
    group("video", Some(39)),
    group("apache", Some(48)),
    group("ftp", Some(50)),
    group("lock", Some(54)),
    group("audio", Some(63)),
    group("users", Some(100)),
    group("nginx", None),
    group("nobody", Some(65534)),
];
