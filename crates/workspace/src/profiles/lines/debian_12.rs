//! Lines of Debian's packages.

use super::PHP_INI;
use crate::profile::StockLines;

pub(in crate::profiles) const DEBIAN_12: &[StockLines] = &[
    StockLines { file: "nginx.conf", lines: DEBIAN_NGINX },
    StockLines { file: "default", lines: DEBIAN_SITE },
    StockLines { file: "php-fpm.conf", lines: DEBIAN_FPM },
    StockLines { file: "www.conf", lines: DEBIAN_POOL },
    StockLines { file: "php.ini", lines: PHP_INI },
    StockLines { file: "apache2.conf", lines: DEBIAN_APACHE },
    StockLines { file: "000-default.conf", lines: DEBIAN_APACHE_SITE },
    StockLines { file: "security.conf", lines: DEBIAN_APACHE_SECURITY },
    StockLines { file: "php{version}-fpm.conf", lines: DEBIAN_APACHE_PHP },
    StockLines { file: "mpm_event.conf", lines: DEBIAN_APACHE_MPM },
    StockLines { file: "status.conf", lines: DEBIAN_APACHE_STATUS },
    StockLines { file: "dir.conf", lines: DEBIAN_APACHE_DIR },
];

const DEBIAN_NGINX: &[&str] = &[
    "user www-data;",
    "worker_processes auto;",
    "pid /run/nginx.pid;",
    "error_log /var/log/nginx/error.log;",
    "include /etc/nginx/modules-enabled/*.conf;",
    "events {",
    "worker_connections 768;",
    "http {",
    "sendfile on;",
    "tcp_nopush on;",
    "types_hash_max_size 2048;",
    "include /etc/nginx/mime.types;",
    "default_type application/octet-stream;",
    "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;",
    "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; # Dropping SSLv3, ref: POODLE",
    "ssl_prefer_server_ciphers on;",
    "access_log /var/log/nginx/access.log;",
    "gzip on;",
    "include /etc/nginx/conf.d/*.conf;",
    "include /etc/nginx/sites-enabled/*;",
];

const DEBIAN_SITE: &[&str] = &[
    "server {",
    "listen 80 default_server;",
    "listen [::]:80 default_server;",
    "root /var/www/html;",
    "index index.html index.htm index.nginx-debian.html;",
    "server_name _;",
    "location / {",
    "try_files $uri $uri/ =404;",
];

const DEBIAN_FPM: &[&str] = &[
    "[global]",
    "pid = /run/php/php{version}-fpm.pid",
    "error_log = /var/log/php{version}-fpm.log",
    "include=/etc/php/{version}/fpm/pool.d/*.conf",
];

const DEBIAN_POOL: &[&str] = &[
    "[www]",
    "user = www-data",
    "group = www-data",
    "listen = /run/php/php{version}-fpm.sock",
    "listen.owner = www-data",
    "listen.group = www-data",
    "pm = dynamic",
    "pm.max_children = 5",
    "pm.start_servers = 2",
    "pm.min_spare_servers = 1",
    "pm.max_spare_servers = 3",
];

const DEBIAN_APACHE: &[&str] = &[
    "DefaultRuntimeDir ${APACHE_RUN_DIR}",
    "PidFile ${APACHE_PID_FILE}",
    "Timeout 300",
    "KeepAlive On",
    "MaxKeepAliveRequests 100",
    "KeepAliveTimeout 5",
    "User ${APACHE_RUN_USER}",
    "Group ${APACHE_RUN_GROUP}",
    "HostnameLookups Off",
    "ErrorLog ${APACHE_LOG_DIR}/error.log",
    "LogLevel warn",
    "IncludeOptional mods-enabled/*.load",
    "IncludeOptional mods-enabled/*.conf",
    "Include ports.conf",
    "<Directory />",
    "Options FollowSymLinks",
    "AllowOverride None",
    "Require all denied",
    "</Directory>",
    "<Directory /usr/share>",
    "Require all granted",
    "<Directory /var/www/>",
    "Options Indexes FollowSymLinks",
    "AccessFileName .htaccess",
    "<FilesMatch \"^\\.ht\">",
    "</FilesMatch>",
    "LogFormat \"%v:%p %h %l %u %t \\\"%r\\\" %>s %O \\\"%{Referer}i\\\" \\\"%{User-Agent}i\\\"\" vhost_combined",
    "LogFormat \"%h %l %u %t \\\"%r\\\" %>s %O \\\"%{Referer}i\\\" \\\"%{User-Agent}i\\\"\" combined",
    "LogFormat \"%h %l %u %t \\\"%r\\\" %>s %O\" common",
    "LogFormat \"%{Referer}i -> %U\" referer",
    "LogFormat \"%{User-agent}i\" agent",
    "IncludeOptional conf-enabled/*.conf",
    "IncludeOptional sites-enabled/*.conf",
];

const DEBIAN_APACHE_SITE: &[&str] = &[
    "<VirtualHost *:80>",
    "ServerAdmin webmaster@localhost",
    "DocumentRoot /var/www/html",
    "ErrorLog ${APACHE_LOG_DIR}/error.log",
    "CustomLog ${APACHE_LOG_DIR}/access.log combined",
    "</VirtualHost>",
];

const DEBIAN_APACHE_SECURITY: &[&str] = &["ServerTokens OS", "ServerSignature On", "TraceEnable Off"];

const DEBIAN_APACHE_PHP: &[&str] = &[
    "<IfModule !mod_php8.c>",
    "<IfModule proxy_fcgi_module>",
    "<IfModule setenvif_module>",
    "SetEnvIfNoCase ^Authorization$ \"(.+)\" HTTP_AUTHORIZATION=$1",
    "</IfModule>",
    "<FilesMatch \".+\\.ph(?:ar|p|tml)$\">",
    "SetHandler \"proxy:unix:/run/php/php{version}-fpm.sock|fcgi://localhost\"",
    "</FilesMatch>",
    "<FilesMatch \".+\\.phps$\">",
    "Require all denied",
    "<FilesMatch \"^\\.ph(?:ar|p|ps|tml)$\">",
];

const DEBIAN_APACHE_MPM: &[&str] = &[
    "StartServers 2",
    "MinSpareThreads 25",
    "MaxSpareThreads 75",
    "ThreadLimit 64",
    "ThreadsPerChild 25",
    "MaxRequestWorkers 150",
    "MaxConnectionsPerChild 0",
];

const DEBIAN_APACHE_STATUS: &[&str] = &[
    "<Location /server-status>",
    "SetHandler server-status",
    "Require local",
    "</Location>",
    "ExtendedStatus On",
    "<IfModule mod_proxy.c>",
    "ProxyStatus On",
    "</IfModule>",
];

const DEBIAN_APACHE_DIR: &[&str] =
    &["DirectoryIndex index.html index.cgi index.pl index.php index.xhtml index.htm"];
