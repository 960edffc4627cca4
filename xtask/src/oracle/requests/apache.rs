//! Random virtual hosts of Apache.
//!
//! In: random numbers and pools. Out: a main file, and for each site a virtual host with sections of every kind and
//! `.htaccess` files.

use super::files::MARK;
use super::pools::Pool;
use super::text::{Writer, indented};
use crate::oracle::random::Random;

/// The modules of every batch.
const MODULES: &[&str] = &[
    "mpm_event",
    "authz_core",
    "authz_host",
    "access_compat",
    "authn_core",
    "authn_file",
    "authz_user",
    "auth_basic",
    "alias",
    "dir",
    "mime",
    "rewrite",
    "proxy",
    "setenvif",
    "env",
    "headers",
    "actions",
];

/// Modules of which a batch may lack one.
const OTHERS: &[&str] = &["autoindex", "proxy_fcgi"];

/// The file that the daemon is given.
pub fn main_file(random: &mut Random, pools: &[Pool]) -> String {
    let mut text = "ServerRoot /usr/lib/apache2\n".to_owned();
    let lacking = if random.one_in(8) { random.pick(OTHERS).copied() } else { None };
    for module in MODULES.iter().chain(OTHERS).filter(|module| Some(**module) != lacking) {
        text += &format!("LoadModule {module}_module modules/mod_{module}.so\n");
    }
    text += "Listen 127.0.0.1:{P}\nServerName main.test\nDefaultRuntimeDir {D}/run\nPidFile {D}/run/apache.pid\n\
        ErrorLog {D}/run/apache.log\nLogLevel emerg\nUser www-data\nGroup www-data\nStartServers 1\nServerLimit 1\n\
        ThreadsPerChild 8\nMaxRequestWorkers 8\nTimeout 10\nTypesConfig /dev/null\nAddType text/html .html\n\
        DocumentRoot {D}/s0\n";
    let folder = random.pick(&[
        "<Directory />\n    AllowOverride None\n    Require all denied\n</Directory>\n<Directory {D}>\n    Require all granted\n</Directory>\n",
        "<Directory />\n    AllowOverride All\n    Require all granted\n</Directory>\n",
        "<Directory {D}>\n    AllowOverride FileInfo AuthConfig\n    Options Indexes FollowSymLinks\n</Directory>\n",
        "",
    ]);
    text += folder.copied().unwrap_or_default();
    if random.one_in(2) {
        text += "<FilesMatch \"^\\.ht\">\n    Require all denied\n</FilesMatch>\n";
    }
    let first = pools.first().map(|pool| pool.for_apache("localhost")).unwrap_or_default();
    if random.one_in(4) {
        text += &format!("<FilesMatch \\.php$>\n    SetHandler \"proxy:{first}\"\n</FilesMatch>\n");
    }
    if random.one_in(3) {
        text += "DirectoryIndex index.php index.html\n";
    }
    if random.one_in(6) {
        text += random
            .pick(&[
                "Alias /img/ {D}/s0/sub/\n",
                "ErrorDocument 404 /404.html\n",
                "LimitRequestBody 2000\n",
                "<Location /secret>\n    Require all denied\n</Location>\n",
                "MergeSlashes Off\n",
                "AllowEncodedSlashes On\n",
            ])
            .copied()
            .unwrap_or_default();
    }
    text + "IncludeOptional {D}/sites/*.conf\n"
}

/// The virtual host of the site number `site`, and its `.htaccess` files by their names below the document root.
pub fn site(random: &mut Random, site: usize, pools: &[Pool]) -> (String, Vec<(String, String)>) {
    let mut sites = Sites { random, site, pools };
    let text = sites.virtual_host();
    let mut files = Vec::new();
    for folder in ["", "sub/", "app/", "files/"] {
        if sites.random.one_in(if folder.is_empty() { 3 } else { 6 }) {
            let name = format!("{folder}.htaccess");
            let text = format!("# {MARK}s{site}/{name}{MARK}\n{}", sites.htaccess());
            files.push((name, text));
        }
    }
    (text, files)
}

struct Sites<'a> {
    random: &'a mut Random,
    site: usize,
    pools: &'a [Pool],
}

impl Sites<'_> {
    fn one_in(&mut self, count: usize) -> bool {
        self.random.one_in(count)
    }

    fn pick(&mut self, words: &[&str]) -> String {
        let text = self.random.pick(words).copied().unwrap_or_default();
        text.replace("{N}", &self.site.to_string())
    }

    fn virtual_host(&mut self) -> String {
        let site = self.site;
        let mut lines = Writer::default();
        lines.add(&format!("ServerName s{site}.test"));
        if self.one_in(4) {
            lines.add(&self.pick(&[
                "ServerAlias www.s{N}.test",
                "ServerAlias *.s{N}.test",
                "ServerAlias ?.s{N}.test",
            ]));
        }
        if !self.one_in(20) {
            let below = self.pick(&["", "", "", "", "", "/", "/app/public", "/sub"]);
            lines.add(&format!("DocumentRoot {{D}}/s{site}{below}"));
        }
        if self.one_in(2) {
            lines.add(&self.index());
        }
        if !self.one_in(4) {
            let body = self.folder();
            let folder = self.pick(&["{D}/s{N}", "{D}/s{N}", "{D}/s{N}/", "{D}/s*", "{D}/s{N}/sub", "{D}"]);
            lines.add(&format!("<Directory {folder}>\n{}</Directory>", indented(&body)));
        }
        for _ in 0..self.random.below(4) {
            let section = self.section();
            lines.add(&section);
        }
        for _ in 0..self.random.below(3) {
            let line = self.server_line();
            lines.add(&line);
        }
        if self.one_in(5) {
            lines.add("RewriteEngine On");
            for _ in 0..=self.random.below(2) {
                let rule = self.server_rule();
                lines.add(&rule);
            }
        }
        let php = match self.random.below(8) {
            0 | 1 => self.proxy_pass(),
            2 => String::new(),
            _ => self.handler_section(),
        };
        lines.add(&php);
        format!("<VirtualHost *:{{P}}>\n{}</VirtualHost>\n", indented(&lines.text))
    }

    fn url(&mut self) -> String {
        let number = if self.one_in(2) { 0 } else { self.random.below(self.pools.len()) };
        let host = self.pick(&["localhost", "localhost", "php", "site{N}"]);
        self.pools.get(number).map(|pool| pool.for_apache(&host)).unwrap_or_default()
    }

    fn proxy_pass(&mut self) -> String {
        let url = self.url();
        self.pick(&[
            "ProxyPassMatch \"^/(.*\\.php(/.*)?)$\" \"{U}{D}/s{N}\"",
            "ProxyPassMatch \"^/(.*\\.php(/.*)?)$\" \"{U}{D}/s{N}/$1\"",
            "ProxyPassMatch \"^/(.*\\.php)$\" \"{U}{D}/s{N}/$1\"",
            "ProxyPassMatch \"^/.*\\.php$\" \"{U}{D}/s{N}\"",
            "ProxyPassMatch \"\\.php\" \"{U}{D}/s{N}/\"",
            "ProxyPassMatch \"^/(.*\\.php)$\" \"{U}{D}/s{N}$1\"",
            "ProxyPass /app/ \"{U}{D}/s{N}/app/public/\"",
            "ProxyPass / \"{U}{D}/s{N}/\"",
            "ProxyPass /up/ !\nProxyPassMatch \"^/(.*\\.php)$\" \"{U}{D}/s{N}/$1\"",
            "ProxyPassMatch \"^/a\\.php$\" !\nProxyPassMatch \"^/(.*\\.php)$\" \"{U}{D}/s{N}/$1\"",
            "<LocationMatch \"\\.php$\">\n    ProxyPass \"{U}{D}/s{N}\"\n</LocationMatch>",
            "<Location /files/>\n    ProxyPass \"{U}{D}/s{N}/files/\"\n</Location>",
        ])
        .replace("{U}", &url)
    }

    fn handler(&mut self) -> String {
        let url = self.url();
        self.pick(&["{U}", "{U}", "{U}", "{U}/"]).replace("{U}", &url)
    }

    fn handler_section(&mut self) -> String {
        let handler = format!("SetHandler \"proxy:{}\"", self.handler());
        self.pick(&[
            "<FilesMatch \\.php$>\n    {H}\n</FilesMatch>",
            "<FilesMatch \\.php$>\n    {H}\n</FilesMatch>",
            "<FilesMatch \"\\.(php|phtml)$\">\n    {H}\n</FilesMatch>",
            "<FilesMatch \\.php>\n    {H}\n</FilesMatch>",
            "<Files *.php>\n    {H}\n</Files>",
            "<FilesMatch \\.php$>\n    <If \"-f %{REQUEST_FILENAME}\">\n        {H}\n    </If>\n</FilesMatch>",
            "<Directory {D}/s{N}>\n    <FilesMatch \\.php$>\n        {H}\n    </FilesMatch>\n</Directory>",
            "<Location ~ \"\\.php$\">\n    {H}\n</Location>",
            "AddHandler \"proxy:{A}\" .php",
            "<LocationMatch \"\\.php(/|$)\">\n    {H}\n</LocationMatch>",
        ])
        .replace("{H}", &handler)
        .replace("{A}", handler.trim_start_matches("SetHandler \"proxy:").trim_end_matches('"'))
    }

    fn index(&mut self) -> String {
        self.pick(&[
            "DirectoryIndex index.php index.html",
            "DirectoryIndex index.php",
            "DirectoryIndex index.html index.php",
            "DirectoryIndex disabled",
            "DirectoryIndex none.html a.php",
            "DirectoryIndex index.php /a.php",
        ])
    }

    /// What may stand in any section.
    fn rule(&mut self) -> String {
        match self.random.below(20) {
            0..=5 => self.access(),
            6 => self.index(),
            7 => self.pick(&["DirectorySlash Off", "DirectorySlash On"]),
            8 => self.pick(&[
                "FallbackResource /index.php",
                "FallbackResource /a.php",
                "FallbackResource disabled",
            ]),
            9 => self.error_document(),
            10 => self.pick(&[
                "SetHandler none",
                "SetHandler default-handler",
                "RemoveHandler .php",
                "ForceType text/plain",
            ]),
            11 => self.pick(&["LimitRequestBody 1000", "LimitRequestBody 0"]),
            12 | 13 => self.folder_rules(),
            14 => self.pick(&[
                "AddType text/plain .php",
                "AddHandler cgi-script .cgi",
                "AddType application/x-httpd-php .php",
            ]),
            15 => self.pick(&["Header set X-A b", "SetEnv A b", "AcceptPathInfo Off", "AcceptPathInfo On"]),
            16 => self.pick(&["Options +Indexes", "Options -Indexes"]),
            _ => self.redirect(),
        }
    }

    fn access(&mut self) -> String {
        self.pick(&[
            "Require all granted",
            "Require all granted",
            "Require all denied",
            "Require ip 127.0.0.1",
            "Require ip 10.0.0.0/8",
            "<RequireAll>\n    Require all granted\n    Require not ip 10.0.0.0/8\n</RequireAll>",
            "Require local",
            "Require method GET HEAD",
            "AuthType Basic\nAuthName x\nAuthUserFile {D}/run/users\nRequire valid-user",
            "<RequireAny>\n    Require ip 10.1\n    Require method POST\n</RequireAny>",
            "<RequireAll>\n    Require all granted\n    Require not ip 127.0.0.1\n</RequireAll>",
            "<RequireAll>\n    Require all granted\n    <RequireNone>\n        Require ip 10.1\n    </RequireNone>\n</RequireAll>",
            "Order allow,deny\nAllow from all",
            "Order deny,allow\nDeny from all",
            "Order allow,deny\nAllow from 127.0.0.1",
            "Order deny,allow\nDeny from 127\nSatisfy any",
            "Require expr \"%{REQUEST_URI} =~ m#a#\"",
            "<Limit POST>\n    Require all denied\n</Limit>",
            "<LimitExcept GET>\n    Require all denied\n</LimitExcept>",
        ])
    }

    fn error_document(&mut self) -> String {
        self.pick(&[
            "ErrorDocument 404 /404.html",
            "ErrorDocument 404 /error.php",
            "ErrorDocument 403 /404.html",
            "ErrorDocument 404 \"not there\"",
            "ErrorDocument 404 http://other.test/",
            "ErrorDocument 404 /none.html",
            "ErrorDocument 403 default",
            "ErrorDocument 401 /404.html",
            "ErrorDocument 413 /404.html",
            "ErrorDocument 404 /index.php?e=1",
            "ErrorDocument 503 /404.html",
        ])
    }

    fn redirect(&mut self) -> String {
        self.pick(&[
            "Redirect /old /sub/",
            "Redirect 301 /shop http://other.test/s",
            "RedirectMatch \"^/item/(.*)$\" /a.php?id=$1",
            "Redirect gone /upload",
            "RedirectMatch 403 /\\.env",
            "Redirect permanent /api /sub/a.php",
            "RedirectMatch 404 \"/secret$\"",
            "RedirectTemp /img /sub",
        ])
    }

    fn server_line(&mut self) -> String {
        match self.random.below(12) {
            0..=3 => self.pick(&[
                "Alias /alias {D}/s{N}/sub",
                "Alias /alias/ {D}/s{N}/sub/",
                "Alias /alias {D}/s{N}/sub/",
                "AliasMatch \"^/img/(.*)$\" {D}/s{N}/$1",
                "Alias /a.php {D}/s{N}/info.php",
                "Alias /cgi-bin/ {D}/s{N}/cgi-bin/",
                "AliasMatch ^/app {D}/s{N}/app/public",
                "Alias /private {D}/s{N}/none",
            ]),
            4 | 5 => self.redirect(),
            6 => self.error_document(),
            7 => self.pick(&[
                "LimitRequestBody 1000",
                "MergeSlashes Off",
                "AllowEncodedSlashes On",
                "AllowEncodedSlashes NoDecode",
            ]),
            8 => self.pick(&["ProxyErrorOverride On", "DirectorySlash Off", "TraceEnable Off"]),
            9 => self.index(),
            10 => "FallbackResource /index.php".to_owned(),
            _ => String::new(),
        }
    }

    /// A `<Directory>` body.
    fn folder(&mut self) -> String {
        let mut lines = Writer::default();
        if self.one_in(2) {
            lines.add(&self.pick(&[
                "AllowOverride All",
                "AllowOverride All",
                "AllowOverride None",
                "AllowOverride FileInfo",
                "AllowOverride AuthConfig Limit",
                "AllowOverride Indexes Options=Indexes",
                "AllowOverride Nonfatal=All FileInfo",
            ]));
        }
        if self.one_in(2) {
            lines.add(&self.pick(&[
                "Options Indexes FollowSymLinks",
                "Options -Indexes +FollowSymLinks",
                "Options None",
                "Options +Indexes",
                "Options FollowSymLinks",
                "Options Indexes",
                "Options All",
            ]));
        }
        lines.add("Require all granted");
        for _ in 0..self.random.below(2) {
            let rule = self.rule();
            lines.add(&rule);
        }
        lines.text
    }

    fn section(&mut self) -> String {
        let (open, close) = match self.random.below(8) {
            0 | 1 => (
                self.pick(&[
                    "<Files a.php>",
                    "<Files \"*.php\">",
                    "<Files x.*>",
                    "<Files \".*\">",
                    "<FilesMatch \"^\\.\">",
                    "<FilesMatch \"\\.(jpg|css)$\">",
                    "<Files ~ \"^info\">",
                ]),
                "Files",
            ),
            2 | 3 => (
                self.pick(&[
                    "<Location /sub>",
                    "<Location /sub/>",
                    "<Location />",
                    "<Location /private>",
                    "<Location \"/s*\">",
                    "<LocationMatch \"^/app/(.+)\">",
                    "<Location /a.php>",
                    "<LocationMatch \"/\\.\">",
                    "<Location /status>",
                    "<Location /missing>",
                ]),
                "Location",
            ),
            4 | 5 => (
                self.pick(&[
                    "<Directory {D}/s{N}/sub>",
                    "<Directory {D}/s{N}/up>",
                    "<Directory {D}/*/app>",
                    "<DirectoryMatch \"/s{N}/(sub|app)\">",
                    "<Directory ~ \"/files\">",
                    "<Directory {D}/s{N}/empty/>",
                ]),
                "Directory",
            ),
            _ => (
                self.pick(&[
                    "<If \"%{REQUEST_URI} =~ m#^/sub#\">",
                    "<If \"%{REQUEST_METHOD} == 'POST'\">",
                    "<If \"%{QUERY_STRING} =~ /a=1/\">",
                    "<If \"-d %{REQUEST_FILENAME}\">",
                    "<If \"!-e %{REQUEST_FILENAME}\">",
                    "<If \"%{HTTP_HOST} == 'other'\">",
                    "<If \"-n %{QUERY_STRING} && %{REQUEST_URI} != '/'\">",
                    "<If \"%{REMOTE_ADDR} -ipmatch '127.0.0.0/8'\">",
                    "<If \"%{REQUEST_METHOD} in {'PUT', 'DELETE'}\">",
                ]),
                "If",
            ),
        };
        let close = match open.get(1..).and_then(|open| open.split([' ', '>']).next()) {
            Some("FilesMatch") => "FilesMatch",
            Some("LocationMatch") => "LocationMatch",
            Some("DirectoryMatch") => "DirectoryMatch",
            _ => close,
        };
        let mut lines = Writer::default();
        for _ in 0..=self.random.below(2) {
            let rule = self.rule();
            lines.add(&rule);
        }
        format!("{open}\n{}</{close}>", indented(&lines.text))
    }

    fn conditions(&mut self) -> String {
        if self.one_in(2) {
            return String::new();
        }
        self.pick(&[
            "RewriteCond %{REQUEST_FILENAME} !-f\nRewriteCond %{REQUEST_FILENAME} !-d",
            "RewriteCond %{REQUEST_FILENAME} -f [OR]\nRewriteCond %{REQUEST_METHOD} =POST",
            "RewriteCond %{REQUEST_URI} ^/sub",
            "RewriteCond %{QUERY_STRING} a=(\\d)",
            "RewriteCond %{HTTP_HOST} ^www\\. [NC]",
            "RewriteCond %{DOCUMENT_ROOT}%{REQUEST_URI} !-f",
            "RewriteCond %{THE_REQUEST} \\s/a",
            "RewriteCond %{ENV:REDIRECT_STATUS} ^$",
            "RewriteCond %{REMOTE_ADDR} ^127\\.",
            "RewriteCond $1 !^index\\.php",
            "RewriteCond %{REQUEST_METHOD} !^(GET|HEAD)$",
        ])
    }

    fn server_rule(&mut self) -> String {
        let conditions = self.conditions();
        let rule = self.pick(&[
            "RewriteRule ^/old(.*)$ /sub$1 [R=301,L]",
            "RewriteRule ^/api/?(.*)$ /a.php/$1 [PT]",
            "RewriteRule ^/r/(.*)$ /a.php?x=$1 [L,QSA]",
            "RewriteRule ^/(.*)$ /sub/$1",
            "RewriteRule \\.env$ - [F]",
            "RewriteRule ^/item/(\\d+)$ {D}/s{N}/a.php?id=$1 [L]",
            "RewriteRule ^/shop(.*)$ http://other.test$1 [R]",
            "RewriteRule ^/upload - [G]",
            "RewriteRule ^/app/(.*)$ /app/public/$1 [PT,L]",
            "RewriteRule ^/x - [L]",
            "RewriteRule ^/(.*\\.php)$ \"fcgi://127.0.0.1:{Q0}{D}/s{N}/$1\" [P]",
        ]);
        format!("{conditions}\n{rule}")
    }

    /// Rules for a folder.
    fn folder_rules(&mut self) -> String {
        let mut lines = Writer::default();
        lines.add("RewriteEngine On");
        if self.one_in(4) {
            lines.add(&self.pick(&["RewriteBase /", "RewriteBase /sub/", "RewriteBase /app"]));
        }
        for _ in 0..=self.random.below(2) {
            lines.add(&self.conditions());
            lines.add(&self.pick(&[
                "RewriteRule ^ index.php [L]",
                "RewriteRule ^(.*)$ index.php/$1 [L]",
                "RewriteRule ^(.*)$ /index.php?q=$1 [L,QSA]",
                "RewriteRule ^old(.*)$ sub$1 [R=301,L]",
                "RewriteRule ^index\\.php$ - [L]",
                "RewriteRule ^(.*)\\.html$ $1.php",
                "RewriteRule \\.env$ - [F,L]",
                "RewriteRule ^item/(\\d+)$ a.php?id=$1 [L]",
                "RewriteRule ^(.*)$ public/$1 [L]",
                "RewriteRule ^x\\.jpg$ style.css [END]",
                "RewriteRule ^a$ a.php [NC]",
                "RewriteRule ^missing - [R=404]",
                "RewriteRule . /index.php [L]",
                "RewriteRule ^shop http://other.test/ [R=302]",
                "RewriteRule (.*) $1 [H=text/plain]",
            ]));
        }
        lines.text
    }

    fn htaccess(&mut self) -> String {
        let mut lines = Writer::default();
        for _ in 0..=self.random.below(2) {
            let line = match self.random.below(7) {
                0..=2 => self.folder_rules(),
                3 => self.pick(&[
                    "php_value memory_limit 1G",
                    "<IfModule mod_php.c>\n    php_flag x on\n</IfModule>",
                    "Options +Indexes",
                    "Options None",
                    "NoSuchDirective",
                ]),
                4 => {
                    let handler = self.handler();
                    format!("<FilesMatch \\.php$>\n    SetHandler \"proxy:{handler}\"\n</FilesMatch>")
                }
                _ => self.rule(),
            };
            lines.add(&line);
        }
        lines.text
    }
}
