//! Random sites of nginx.
//!
//! In: random numbers and pools. Out: a main file, and for each site a server with locations of every kind.

use super::pools::Pool;
use super::text::{Writer, indented};
use crate::oracle::random::Random;

/// The file that the daemon is given.
pub fn main_file(random: &mut Random, pools: &[Pool]) -> String {
    let mut upstreams = String::new();
    for (number, pool) in pools.iter().enumerate() {
        upstreams += &format!("    upstream u{number} {{ server {}; }}\n", pool.for_nginx());
    }
    let maps = [
        "map $uri $is_php { default 0; ~\\.php$ 1; }",
        "map $request_method $slow { default \"\"; POST yes; }",
        "map $host $pool { default u0; hostnames; *.s1.test u1; .s2.test u1; }",
        "map $uri $moved { /old /a.php; /old/a /sub/; default \"\"; }",
        "map $args $has { volatile; \"\" none; a=1 one; ~*P= some; default other; }",
        "geo $local { default 0; 127.0.0.0/8 1; 10.0.0.0/8 2; }",
        "split_clients $uri $half { 100% all; * none; }",
    ];
    let maps = maps.map(|map| format!("    {map}\n")).concat();
    let more = random.pick(&["", "    index index.php index.html;\n", "    client_max_body_size 1k;\n"]);
    format!(
        "user www-data;\nworker_processes 1;\ndaemon off;\npid {{D}}/run/nginx.pid;\nerror_log {{D}}/run/nginx.log crit;\n\
         events {{}}\nhttp {{\n    access_log off;\n    client_body_temp_path {{D}}/run/t1;\n    proxy_temp_path {{D}}/run/t2;\n\
         \x20   fastcgi_temp_path {{D}}/run/t3;\n    uwsgi_temp_path {{D}}/run/t4;\n    scgi_temp_path {{D}}/run/t5;\n\
         \x20   server_names_hash_bucket_size 128;\n    types {{ text/html html; image/jpeg jpg; }}\n{upstreams}{maps}{}\
         \x20   include {{D}}/sites/*.conf;\n}}\n",
        more.copied().unwrap_or_default()
    )
}

/// The server of the site number `site`.
pub fn site(random: &mut Random, site: usize, pools: &[Pool]) -> String {
    Sites { random, site, pools }.server()
}

struct Sites<'a> {
    random: &'a mut Random,
    site: usize,
    pools: &'a [Pool],
}

/// What a location is for.
const MATCHES: &[&str] = &[
    "/",
    "/",
    "/sub/",
    "/sub",
    "^~ /up/",
    "^~ /files/",
    "= /a.php",
    "= /",
    "/app/",
    "/app",
    "/alias/",
    "/alias",
    "/img/",
    "~ \\.php$",
    "~ \\.php(/|$)",
    "~ [^/]\\.php(/|$)",
    "~* \\.(jpg|css|html)$",
    "~* \\.php$",
    "~ /\\.",
    "~ ^/app/(.*)$",
    "~ ^/item/(?<num>\\d+)$",
    "~ ^(.+\\.php)(/.*)?$",
    "/private/",
    "/in/",
    "= /404.html",
    "= /error.php",
    "/r/",
    "/old",
    "= /status",
    "/api",
    "/shop/",
    "/upload",
    "/cgi-bin/",
    "= /sub/",
];

impl Sites<'_> {
    fn one_in(&mut self, count: usize) -> bool {
        self.random.one_in(count)
    }

    fn pick<'t>(&mut self, words: &[&'t str]) -> &'t str {
        self.random.pick(words).copied().unwrap_or_default()
    }

    fn server(&mut self) -> String {
        let site = self.site;
        let mut lines = Writer::default();
        lines.add("listen 127.0.0.1:{P};");
        let names = match self.random.below(8) {
            0 => format!("s{site}.test www.s{site}.test"),
            1 => format!(".s{site}.test"),
            2 => format!("s{site}.test *.s{site}.test"),
            3 => format!("~^s{site}\\.test$"),
            4 => format!("s{site}.test x.s{site}.*"),
            _ => format!("s{site}.test"),
        };
        lines.add(&format!("server_name {names};"));
        if !self.one_in(15) {
            let below = self.pick(&["", "", "", "", "", "", "/", "/app/public", "/sub"]);
            lines.add(&format!("root {{D}}/s{site}{below};"));
        }
        if self.one_in(2) {
            let index = self.pick(&[
                "index.php index.html",
                "index.php",
                "index.html index.php",
                "index.php /a.php",
                "index.html /sub/index.php",
                "none.html a.php",
            ]);
            lines.add(&format!("index {index};"));
        }
        if self.one_in(12) {
            let rule = self.rewrite();
            lines.add(&rule);
        }
        if self.one_in(15) {
            let condition = self.condition();
            let action =
                self.pick(&["return 403;", "rewrite ^ /a.php last;", "set $flag 1;", "return 301 /sub/;"]);
            lines.add(&format!("if ({condition}) {{ {action} }}"));
        }
        if self.one_in(4) {
            let pages = self.error_pages();
            lines.add(&pages);
        }
        if self.one_in(8) {
            let more = self.pick(&[
                "autoindex on;",
                "merge_slashes off;",
                "client_max_body_size 2k;",
                "recursive_error_pages on;",
                "absolute_redirect off;",
                "fastcgi_intercept_errors on;",
                "log_not_found off;",
                "satisfy any;",
                "port_in_redirect on;",
                "disable_symlinks off;",
                "if_modified_since off;",
                "fastcgi_index index.php;",
            ]);
            lines.add(more);
        }
        if self.one_in(25) {
            let access = self.access();
            lines.add(&access);
        }
        if self.one_in(4) {
            let params = self.params();
            lines.add(&params);
        }
        let mut seen = Vec::new();
        for _ in 0..2 + self.random.below(5) {
            let matching = self.pick(MATCHES);
            let bare = matching.trim_start_matches("^~ ");
            if !matching.starts_with('~') && seen.contains(&bare) {
                continue;
            }
            seen.push(bare);
            let body = self.location(matching, 0);
            lines.add(&format!("location {matching} {{\n{}}}", indented(&body)));
        }
        if self.one_in(2) {
            let body = self.php("");
            lines.add(&format!("location ~ \\.php$ {{\n{}}}", indented(&body)));
        }
        for name in ["@fb", "@php"] {
            if self.one_in(2) {
                let body = if name == "@php" { self.php("") } else { self.named() };
                lines.add(&format!("location {name} {{\n{}}}", indented(&body)));
            }
        }
        format!("server {{\n{}}}\n", indented(&lines.text))
    }

    fn named(&mut self) -> String {
        match self.random.below(6) {
            0 => "return 207;\n".to_owned(),
            1 => "rewrite ^(.*)$ /index.php?q=$1 last;\n".to_owned(),
            2 => "try_files /always.txt =404;\n".to_owned(),
            3 => "rewrite ^/(.*)$ /sub/$1 break;\n".to_owned(),
            4 => "error_page 404 = @php;\ntry_files $uri =404;\n".to_owned(),
            _ => self.php(""),
        }
    }

    /// What stands in a location of this match.
    fn location(&mut self, matching: &str, depth: usize) -> String {
        let mut lines = Writer::default();
        let is_pattern = matching.starts_with('~');
        for _ in 0..self.random.below(3) {
            let line = self.setting(matching, is_pattern);
            match line.starts_with("error_page") || line.starts_with("set ") || line.contains('\n') {
                true => lines.add(&line),
                false => lines.add_once(&line),
            }
        }
        if depth < 2 && !matching.starts_with('=') && self.one_in(6) {
            let prefix = matching.trim_start_matches("^~ ");
            let inner = match is_pattern {
                true => "~ a".to_owned(),
                false => match self.random.below(5) {
                    0 => format!("{prefix}a.php"),
                    1 => format!("= {prefix}x.jpg"),
                    2 => "~* \\.(jpg|txt)$".to_owned(),
                    _ => "~ \\.php$".to_owned(),
                },
            };
            let body = self.location(&inner, depth + 1);
            lines.add(&format!("location {inner} {{\n{}}}", indented(&body)));
        }
        let is_php = matching.contains("php");
        let action = match self.random.below(if is_php { 3 } else { 14 }) {
            0..=2 if is_php || self.one_in(3) => self.php(matching),
            3 => self.returns(),
            4 | 5 => self.try_files(),
            6 => self.rewrite(),
            7 => {
                let condition = self.condition();
                let action = match self.random.below(6) {
                    0 => self.pass(),
                    1 => self.rewrite(),
                    2 => "set $x 1;".to_owned(),
                    3 => "break;".to_owned(),
                    _ => self.returns(),
                };
                format!("if ({condition}) {{\n{}}}", indented(&action))
            }
            _ => String::new(),
        };
        match action.starts_with("try_files") && !action.contains('\n') {
            true => lines.add_once(&action),
            false if lines.text.contains("try_files") && action.contains("try_files") => {}
            false => lines.add(&action),
        }
        lines.text
    }

    fn setting(&mut self, matching: &str, is_pattern: bool) -> String {
        let site = self.site;
        match self.random.below(16) {
            0 | 1 => {
                let below = self.pick(&["", "/sub", "/app/public", "/files/", "/none"]);
                format!("root {{D}}/s{site}{below};")
            }
            2 | 3 if is_pattern => {
                let rest = self.pick(&["/$1", "/sub/$1", "/x.jpg", "/app/public/"]);
                format!("alias {{D}}/s{site}{rest};")
            }
            2 | 3 if matching.ends_with('/') => {
                let below = self.pick(&["/", "/sub/", "/files/", "/app/public/", "/sub", "/none/"]);
                format!("alias {{D}}/s{site}{below};")
            }
            4 => self.error_pages(),
            5 => self.pick(&["internal;", "autoindex on;", "autoindex off;"]).to_owned(),
            6 => self.access(),
            7 => {
                let method = self.pick(&["GET", "POST", "GET POST", "HEAD"]);
                let rule =
                    self.pick(&["deny all;", "allow 127.0.0.1; deny all;", "allow 10.0.0.0/8; deny all;"]);
                format!("limit_except {method} {{ {rule} }}")
            }
            8 => self
                .pick(&["client_max_body_size 1k;", "client_max_body_size 0;", "client_max_body_size 2000;"])
                .to_owned(),
            9 => self
                .pick(&["index a.php;", "index index.html;", "index $arg_a index.php;", "index /sub/a.php;"])
                .to_owned(),
            10 => self.pick(&["set $x $uri;", "set $x /sub/a.php;", "set $flag $is_php;"]).to_owned(),
            11 => self.try_files(),
            12 => self.params(),
            13 => self
                .pick(&[
                    "fastcgi_index index.php;",
                    "fastcgi_intercept_errors on;",
                    "recursive_error_pages on;",
                ])
                .to_owned(),
            14 => self
                .pick(&["default_type text/html;", "add_header X-A b;", "expires 1d;", "sendfile on;"])
                .to_owned(),
            _ => String::new(),
        }
    }

    fn access(&mut self) -> String {
        self.pick(&[
            "deny all;",
            "allow 127.0.0.1; deny all;",
            "deny 127.0.0.0/8;",
            "allow 10.0.0.0/8; deny all;",
            "deny 10.1.2.3; allow all;",
            "satisfy any; allow 127.0.0.1; deny all; auth_basic x; auth_basic_user_file {D}/run/users;",
            "satisfy any; deny all; auth_basic x; auth_basic_user_file {D}/run/users;",
            "auth_basic x; auth_basic_user_file {D}/run/users;",
            "auth_basic off;",
            "allow ::1; deny all;",
        ])
        .to_owned()
    }

    fn returns(&mut self) -> String {
        self.pick(&[
            "return 404;",
            "return 403;",
            "return 200 ok;",
            "return 301 /sub/;",
            "return 302 $scheme://$http_host/a.php;",
            "return 301 https://$host$request_uri;",
            "return 307 /a.php?$args;",
            "return 410;",
            "return 204;",
            "return 444;",
            "return 302 /x$is_args$args;",
            "return 500;",
            "return /sub/;",
            "return 301 $uri/;",
            "return 401;",
        ])
        .replace("return /sub/;", "return http://other.test/;")
    }

    fn error_pages(&mut self) -> String {
        self.pick(&[
            "error_page 404 /404.html;",
            "error_page 404 = /index.php;",
            "error_page 404 =200 /always.txt;",
            "error_page 403 404 /error.php;",
            "error_page 404 @fb;",
            "error_page 404 = @php;",
            "error_page 404 = @fb;",
            "error_page 403 =404 /404.html;",
            "error_page 405 =200 $uri;",
            "error_page 404 /none.html;",
            "error_page 401 403 =302 /sub/;",
            "error_page 404 =301 /a.php;",
            "error_page 413 /404.html;",
            "error_page 404 http://other.test/;",
            "error_page 500 502 503 504 /404.html;",
            "error_page 404 /sub/a.php?e=1;",
            "error_page 301 302 /always.txt;",
        ])
        .to_owned()
    }

    fn try_files(&mut self) -> String {
        self.pick(&[
            "try_files $uri $uri/ =404;",
            "try_files $uri $uri/ /index.php?$args;",
            "try_files $uri $uri/ /index.php$is_args$args;",
            "try_files $uri /index.php;",
            "try_files $uri @fb;",
            "try_files $uri $uri/ @php;",
            "try_files $uri/index.html $uri.php $uri =404;",
            "try_files /always.txt =404;",
            "try_files $uri =403;",
            "try_files $uri.php $uri/ =404;",
            "try_files /sub/a.php /a.php;",
            "try_files $document_root$uri $uri =404;",
            "try_files $uri/ /missing.php;",
            "try_files \"\" /index.php?q=$uri;",
        ])
        .to_owned()
    }

    fn rewrite(&mut self) -> String {
        self.pick(&[
            "rewrite ^/old(.*)$ /sub$1 permanent;",
            "rewrite ^/old/(.*)$ /$1 last;",
            "rewrite ^/r/(.*)$ /a.php?x=$1 last;",
            "rewrite ^/(.*)$ /sub/$1 break;",
            "rewrite ^/(.+)\\.html$ /$1.php;",
            "rewrite ^ /index.php last;",
            "rewrite ^/item/(\\d+)$ /a.php?id=$1? break;",
            "rewrite ^/app/(.*)$ /app/public/$1;",
            "rewrite ^/api/?(.*)$ /sub/a.php/$1 last;",
            "rewrite /x http://other.test/x;",
            "rewrite ^/shop/(.*) /$1? redirect;",
            "rewrite ^(.*)$ $1 last;",
            "rewrite ^/img/(.*)$ /$1 break;",
            "rewrite ^/b c\\.php$ /a.php last;",
            "rewrite ^/(?<name>.+)/y\\.php$ /$name last;",
        ])
        .replace("^/b c", "^/b\\ c")
    }

    fn condition(&mut self) -> String {
        self.pick(&[
            "!-e $request_filename",
            "-f $request_filename",
            "!-f $document_root$uri",
            "-d $request_filename",
            "$request_method = POST",
            "$request_method !~ ^(GET|HEAD)$",
            "$args",
            "$arg_a = 1",
            "$uri ~ ^/sub/(.*)$",
            "$http_user_agent ~ curl",
            "$host = www.example.org",
            "$is_php",
            "$slow",
            "$query_string ~ a=(\\d)",
            "$moved",
            "$has = one",
            "$local = 1",
            "$http_cookie",
            "$request_uri ~* //",
            "$uri ~* \\.PHP$",
            "$half = all",
            "-e $document_root/sub",
            "-x $request_filename",
        ])
        .to_owned()
    }

    fn pass(&mut self) -> String {
        let number = self.random.below(self.pools.len());
        match self.random.below(8) {
            0 => format!("fastcgi_pass u{number};"),
            1 => "fastcgi_pass $pool;".to_owned(),
            // The first pool is the sound one.
            2..=4 => format!("fastcgi_pass {};", self.pools.first().map(Pool::for_nginx).unwrap_or_default()),
            _ => format!("fastcgi_pass {};", self.pools.get(number).map(Pool::for_nginx).unwrap_or_default()),
        }
    }

    fn params(&mut self) -> String {
        let site = self.site;
        let script = self.pick(&[
            "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;",
            "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;",
            "fastcgi_param SCRIPT_FILENAME $realpath_root$fastcgi_script_name;",
            "fastcgi_param SCRIPT_FILENAME $request_filename;",
            "fastcgi_param SCRIPT_FILENAME {D}/s{N}/index.php;",
            "fastcgi_param SCRIPT_FILENAME {D}/s{N}$fastcgi_script_name;",
            "fastcgi_param SCRIPT_FILENAME $document_root/$fastcgi_script_name;",
            "",
        ]);
        let script = script.replace("{N}", &site.to_string());
        let stock =
            self.pick(&["include /etc/nginx/fastcgi_params;", "include /etc/nginx/fastcgi.conf;", ""]);
        let more = self.pick(&[
            "",
            "fastcgi_param PATH_INFO $fastcgi_path_info;",
            "fastcgi_param PATH_INFO $fastcgi_path_info if_not_empty;",
            "fastcgi_param QUERY_STRING $args&more=1;",
            "fastcgi_param SCRIPT_NAME $uri;",
        ]);
        if self.one_in(2) {
            format!("{stock}\n{script}\n{more}")
        } else {
            format!("{script}\n{stock}\n{more}")
        }
    }

    fn php(&mut self, matching: &str) -> String {
        let mut lines = Writer::default();
        if self.one_in(4) {
            lines.add(self.pick(&[
                "try_files $uri =404;",
                "try_files $fastcgi_script_name =404;",
                "set $info $fastcgi_path_info;",
            ]));
        }
        if matching.contains('/') && self.one_in(2) || self.one_in(5) {
            lines.add(self.pick(&[
                "fastcgi_split_path_info ^(.+\\.php)(/.*)$;",
                "fastcgi_split_path_info ^(.+?\\.php)(/.+)$;",
                "fastcgi_split_path_info ^(.+\\.php)(/?.*)$;",
            ]));
        }
        if self.one_in(4) {
            lines.add("fastcgi_index index.php;");
        }
        if !self.one_in(8) {
            let params = self.params();
            lines.add(&params);
        }
        let pass = self.pass();
        lines.add(&pass);
        lines.text
    }
}
