//! Files for tests.

use fpmlint_workspace::Memory;

pub const MAIN: &str = "/repo/etc/nginx/nginx.conf";
pub const SITE: &str = "/repo/etc/nginx/conf.d/site.conf";
pub const POOL: &str = "/repo/etc/php-fpm.d/www.conf";
pub const FPM: &str = "/repo/etc/php-fpm.conf";

pub const SITE_TEXT: &str = "\
server {
    listen 80;
    server_name example.org;
    root /srv;
    location ~ \\.php$ {
        include fastcgi.conf;
        fastcgi_pass unix:/run/php/www.sock;
    }
}
";

pub const POOL_TEXT: &str = "\
[www]
user = nginx
listen = /run/php/www.sock
listen.owner = nginx
pm = ondemand
pm.max_children = 5
";

/// nginx and a pool that fit together: no findings.
pub fn sound() -> Memory {
    Memory::new()
        .file(MAIN, "user nginx;\nevents {}\nhttp {\n    include /etc/nginx/conf.d/*.conf;\n}\n")
        .file(SITE, SITE_TEXT)
        .file(FPM, "[global]\ninclude = /etc/php-fpm.d/*.conf\n")
        .file(POOL, POOL_TEXT)
        .file("/repo/fpmlint.toml", "profile = \"rocky-9\"\n")
}
