//! nginx's part of a generated stack.
//!
//! In: site numbers. Out: the text of `nginx.conf` and of one server. Invariant: `nginx -t` accepts it on a host that
//! has the logs folder, the stock files and the user.

use super::shape::{owner_name, site_name};

/// The line that reads the files of single sites. Relative, so that the main file can also be checked alone.
pub const INCLUDE: &str = "    include sites-enabled/*.conf;\n";

/// The main file around `servers`, for that many sites.
pub fn main_file(sites: usize, servers: &str) -> String {
    // Two names a site; a table that is too small is a warning and much searching.
    let names = (sites * 4).max(512);
    format!(
        "\
user www-data;
worker_processes auto;
worker_rlimit_nofile 65535;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;

events {{
    worker_connections 4096;
    multi_accept on;
}}

http {{
    include mime.types;
    default_type application/octet-stream;

    sendfile on;
    tcp_nopush on;
    server_tokens off;
    keepalive_timeout 30s;
    server_names_hash_max_size {names};
    server_names_hash_bucket_size 128;

    gzip on;
    gzip_vary on;
    gzip_types text/css application/javascript application/json image/svg+xml;

    access_log /var/log/nginx/access.log;

{servers}}}
"
    )
}

/// One server: 39 lines, with the sections that PHP sites usually have.
pub fn server(number: usize) -> String {
    let site = site_name(number);
    let owner = owner_name(number);
    format!(
        r#"server {{
    listen 80;
    server_name {site}.example www.{site}.example;
    root /var/www/{site}/public;
    index index.php index.html;
    charset utf-8;

    access_log /var/log/nginx/{owner}.access.log;
    error_log /var/log/nginx/{owner}.error.log warn;
    client_max_body_size 64m;

    add_header X-Frame-Options "SAMEORIGIN" always;
    add_header X-Content-Type-Options "nosniff" always;
    add_header Referrer-Policy "strict-origin-when-cross-origin" always;

    location / {{
        try_files $uri $uri/ /index.php?$query_string;
    }}

    location ~ \.php$ {{
        try_files $uri =404;
        include fastcgi_params;
        fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
        fastcgi_pass unix:/run/php/{site}.sock;
        fastcgi_read_timeout 60s;
        fastcgi_buffers 16 16k;
    }}

    # Static files are cached by browsers.
    location ~* \.(css|js|png|jpe?g|gif|svg|ico|woff2?)$ {{
        expires 30d;
        access_log off;
        log_not_found off;
    }}

    location ~ /\. {{
        deny all;
    }}
}}

"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_the_lines_of_a_usual_site() {
        let text = server(7);
        assert_eq!(text.trim_end().lines().count(), 39);
        assert!(text.contains("server_name site00007.example www.site00007.example;"));
        assert_eq!(text.matches('{').count(), text.matches('}').count());
    }
}
