//! A machine of which nothing is known but that it runs these daemons. Main files are looked for at every usual
//! place; the stock files are those that every package of nginx has.

use super::stock;
use crate::profile::{
    Account, AccountKind, ApacheDefaults, FpmDefaults, MainFiles, Modules, NginxDefaults, Profile, StockFile,
};

pub(super) const PROFILE: Profile = Profile {
    name: "generic",
    accounts: &[
        Account { name: "root", kind: AccountKind::User { uid: Some(0), group: "root", home: "/root" } },
        Account { name: "root", kind: AccountKind::Group { gid: Some(0), members: &[] } },
    ],
    main_files: MainFiles {
        php_fpm: &[
            "/etc/php/*/fpm/php-fpm.conf",
            "/etc/php-fpm.conf",
            "/etc/opt/remi/php*/php-fpm.conf",
            "/etc/php[0-9]*/php-fpm.conf",
            "/usr/local/etc/php-fpm.conf",
        ],
        php_ini: &[
            "/etc/php/*/fpm/php.ini",
            "/etc/php/*/apache2/php.ini",
            "/etc/php.ini",
            "/etc/opt/remi/php*/php.ini",
            "/etc/php[0-9]*/php.ini",
            "/usr/local/etc/php/php.ini",
            "/usr/local/etc/php.ini",
        ],
        nginx: &[
            "/etc/nginx/nginx.conf",
            "/usr/local/etc/nginx/nginx.conf",
            "/usr/local/nginx/conf/nginx.conf",
            "/usr/local/openresty/nginx/conf/nginx.conf",
        ],
        apache: &[
            "/etc/apache2/apache2.conf",
            "/etc/httpd/conf/httpd.conf",
            "/etc/apache2/httpd.conf",
            "/usr/local/apache2/conf/httpd.conf",
            "/usr/local/etc/apache24/httpd.conf",
        ],
    },
    stock: &[
        StockFile { path: "/etc/nginx/fastcgi.conf", text: stock::FASTCGI_CONF },
        StockFile { path: "/etc/nginx/fastcgi_params", text: stock::FASTCGI_PARAMS },
        StockFile { path: "/etc/nginx/mime.types", text: stock::MIME_TYPES },
        StockFile { path: "/etc/nginx/scgi_params", text: stock::SCGI_PARAMS },
        StockFile { path: "/etc/nginx/snippets/fastcgi-php.conf", text: stock::FASTCGI_PHP },
        StockFile { path: "/etc/nginx/uwsgi_params", text: stock::UWSGI_PARAMS },
    ],
    stock_folders: &[],
    stock_lines: &[],
    nginx: NginxDefaults {
        user: "",
        group: "",
        conf_prefix: "/etc/nginx",
        prefix: "/etc/nginx",
        modules_folder: "",
        modules: Modules::Unknown,
        version: None,
    },
    php_fpm: FpmDefaults {
        prefix: "/usr",
        sysconfdir: "/etc",
        localstatedir: "/var",
        user: "",
        group: "",
        version: None,
        acl: None,
        systemd: None,
        apparmor: None,
        foreground: false,
    },
    apache: ApacheDefaults {
        server_root: "/etc/apache2",
        runtime_dir: "/var/run/apache2",
        user: "",
        group: "",
        modules_folder: "",
        static_modules: Modules::Unknown,
        loaded_modules: &[],
        envvars: &[],
        defines: &[],
        main_file: "/etc/apache2/apache2.conf",
        version: None,
    },
    container: false,
    backports: false,
};
