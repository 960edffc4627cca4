//! Lines of the official images.

use super::PHP_INI;
use crate::profile::StockLines;

pub(in crate::profiles) const DOCKER: &[StockLines] = &[
    StockLines { file: "nginx.conf", lines: IMAGE_NGINX },
    StockLines { file: "default.conf", lines: IMAGE_SITE },
    StockLines { file: "php-fpm.conf", lines: IMAGE_FPM },
    StockLines { file: "www.conf", lines: IMAGE_POOL },
    StockLines { file: "docker.conf", lines: IMAGE_DOCKER },
    StockLines { file: "zz-docker.conf", lines: IMAGE_ZZ_DOCKER },
    StockLines { file: "php.ini", lines: PHP_INI },
    StockLines { file: "httpd.conf", lines: IMAGE_HTTPD },
];

const IMAGE_NGINX: &[&str] = &[
    "user nginx;",
    "worker_processes auto;",
    "error_log /var/log/nginx/error.log notice;",
    "pid /run/nginx.pid;",
    "pid /var/run/nginx.pid;",
    "events {",
    "worker_connections 1024;",
    "http {",
    "include /etc/nginx/mime.types;",
    "default_type application/octet-stream;",
    "log_format main '$remote_addr - $remote_user [$time_local] \"$request\" '",
    "'$status $body_bytes_sent \"$http_referer\" '",
    "'\"$http_user_agent\" \"$http_x_forwarded_for\"';",
    "access_log /var/log/nginx/access.log main;",
    "sendfile on;",
    "keepalive_timeout 65;",
    "include /etc/nginx/conf.d/*.conf;",
];

const IMAGE_SITE: &[&str] = &[
    "server {",
    "listen 80;",
    "listen [::]:80;",
    "server_name localhost;",
    "location / {",
    "root /usr/share/nginx/html;",
    "index index.html index.htm;",
    "error_page 500 502 503 504 /50x.html;",
    "location = /50x.html {",
];

const IMAGE_FPM: &[&str] = &["[global]", "include=etc/php-fpm.d/*.conf"];

const IMAGE_POOL: &[&str] = &[
    "[www]",
    "user = www-data",
    "group = www-data",
    "listen = 127.0.0.1:9000",
    "pm = dynamic",
    "pm.max_children = 5",
    "pm.start_servers = 2",
    "pm.min_spare_servers = 1",
    "pm.max_spare_servers = 3",
];

const IMAGE_DOCKER: &[&str] = &[
    "[global]",
    "error_log = /proc/self/fd/2",
    "log_limit = 8192",
    "[www]",
    "access.log = /proc/self/fd/2",
    "clear_env = no",
    "catch_workers_output = yes",
    "decorate_workers_output = no",
    "listen = 9000",
];

const IMAGE_ZZ_DOCKER: &[&str] = &["[global]", "daemonize = no", "[www]", "listen = 9000"];

const IMAGE_HTTPD: &[&str] = &[
    "ServerRoot \"/usr/local/apache2\"",
    "Listen 80",
    "User www-data",
    "Group www-data",
    "ServerAdmin you@example.com",
    "<Directory />",
    "AllowOverride none",
    "Require all denied",
    "</Directory>",
    "DocumentRoot \"/usr/local/apache2/htdocs\"",
    "<Directory \"/usr/local/apache2/htdocs\">",
    "Options Indexes FollowSymLinks",
    "AllowOverride None",
    "Require all granted",
    "DirectoryIndex index.html",
    "<Files \".ht*\">",
    "</Files>",
    "ErrorLog /proc/self/fd/2",
    "LogLevel warn",
    "CustomLog /proc/self/fd/1 common",
];
