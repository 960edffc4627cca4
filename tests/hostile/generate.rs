//! Generated files: random bytes, and tokens of the dialects thrown together.

use crate::guard::{KINDS, is_report, survive};
use crate::support::Folder;

const CASES: u64 = 300;

/// xorshift64*: a fixed seed gives the same files on every machine.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit
    }

    fn pick<'t>(&mut self, words: &[&'t str]) -> &'t str {
        words[self.below(words.len())]
    }
}

const INI: &[&str] = &[
    "[www]",
    "[global]",
    "[",
    "]",
    "[]",
    "listen",
    "listen.mode",
    "listen.acl_users",
    "listen.allowed_clients",
    "pm",
    "pm.max_children",
    "pm.status_path",
    "user",
    "group",
    "include",
    "slowlog",
    "request_slowlog_timeout",
    "php_value[a]",
    "php_admin_flag[",
    "env[PATH]",
    "env[",
    " = ",
    "=",
    "= ",
    "static",
    "dynamic",
    "ondemand",
    "/run/a.sock",
    "127.0.0.1:9000",
    "[::1]:9000",
    "*:9000",
    ":",
    "0660",
    "99999999999999999999",
    "-1",
    "5s",
    "$pool",
    "${HOME}",
    "${",
    "}",
    "\"",
    "'",
    "\"a",
    "|",
    "&",
    "^",
    "~",
    "!",
    "(",
    ")",
    "; c",
    "# c",
    "\\",
    ";",
    "*.conf",
    "pool.conf",
    "yes",
    "no",
    "none",
    "null",
    "E_ALL",
    "M_PI",
    "opcache.max_accelerated_files",
    "; fpmlint: ignore[",
    "; fpmlint: ignore[syntax-error] x",
];

const NGINX: &[&str] = &[
    "events",
    "http",
    "server",
    "location",
    "upstream a",
    "if",
    "map $uri $a",
    "geo $b",
    "{",
    "}",
    ";",
    " {}",
    "listen",
    "80",
    "[::]:80 default_server",
    "server_name",
    "~^(?<n>.*)$",
    "~*",
    "=",
    "^~",
    "@named",
    "/",
    "\\.php$",
    "(",
    "((((",
    "[a-",
    "root",
    "alias",
    "index",
    "try_files $uri $uri/ /index.php?$args",
    "=404",
    "fastcgi_pass",
    "unix:/run/a.sock",
    "127.0.0.1:9000",
    "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name",
    "fastcgi_split_path_info ^(.+\\.php)(/.+)$",
    "include",
    "pool.conf",
    "*.conf",
    "rewrite ^ /a last",
    "return 301",
    "deny all",
    "allow 127.0.0.1",
    "set $a $b",
    "$",
    "${",
    "${a}",
    "\"",
    "'",
    "\\",
    "#c\n",
    "# fpmlint: ignore[x]\n",
    "content_by_lua_block {",
    "types",
    "log_format a",
    "error_page 404 = @named",
    "internal",
];

const APACHE: &[&str] = &[
    "<VirtualHost *:80>",
    "</VirtualHost>",
    "<Directory",
    "<Directory />",
    "</Directory>",
    "<Files",
    "<FilesMatch",
    "\"\\.php$\">",
    "</FilesMatch>",
    "<IfModule",
    "!mod_a.c>",
    "</IfModule>",
    "<If \"%{REQUEST_URI} =~ m#x#\">",
    "</If>",
    "<Macro m $a ${b}>",
    "</Macro>",
    "Use m",
    "Use m 1 2",
    "UndefMacro m",
    "Define a b",
    "UnDefine a",
    "<IfDefine a>",
    "</IfDefine>",
    "${a}",
    "${",
    "}",
    "$",
    "%{",
    "LoadModule",
    "rewrite_module modules/mod_rewrite.so",
    "proxy_fcgi_module x",
    "ServerRoot /etc/httpd",
    "Include",
    "IncludeOptional",
    "pool.conf",
    "*.conf",
    "SetHandler",
    "\"proxy:unix:/run/a.sock|fcgi://localhost\"",
    "ProxyPassMatch ^/(.*\\.php)$ fcgi://127.0.0.1:9000/srv/$1",
    "RewriteEngine On",
    "RewriteCond %{REQUEST_FILENAME} !-f",
    "RewriteRule ^ /index.php [L,QSA]",
    "[",
    "[L",
    "Options",
    "+Indexes -All",
    "AllowOverride All",
    "Require all granted",
    "Listen 80",
    "User a",
    "\\",
    "\\\n",
    "\"",
    "'",
    "#c",
    "# fpmlint: ignore[x]",
    "Error x",
    "<Else>",
    "<ElseIf",
    "Alias / /srv/",
    "DocumentRoot /srv",
    "ServerName a",
];

fn random_bytes(random: &mut Random) -> Vec<u8> {
    let length = random.below(4000);
    // A small alphabet makes lines, quotes and brackets meet.
    let few: Vec<u8> = (0..1 + random.below(12)).map(|_| random.next() as u8).collect();
    let all = random.below(2) == 0;
    (0..length).map(|_| if all { random.next() as u8 } else { few[random.below(few.len())] }).collect()
}

fn random_tokens(random: &mut Random, tokens: &[&str]) -> Vec<u8> {
    const BETWEEN: [&str; 12] = [" ", " ", " ", "\n", "\n", "\n", "", "\t", "\r\n", "\r", "\0", "\u{e9}"];
    let mut text = Vec::new();
    for _ in 0..random.below(600) {
        text.extend_from_slice(random.pick(tokens).as_bytes());
        text.extend_from_slice(random.pick(&BETWEEN).as_bytes());
    }
    text
}

fn file(random: &mut Random) -> Vec<u8> {
    match random.below(8) {
        0 => random_bytes(random),
        1 => {
            [random_tokens(random, INI), random_tokens(random, NGINX), random_tokens(random, APACHE)].concat()
        }
        2 | 3 => random_tokens(random, INI),
        4 | 5 => random_tokens(random, NGINX),
        _ => random_tokens(random, APACHE),
    }
}

#[test]
fn generated_files_are_survived() {
    for seed in 0..CASES {
        let mut random = Random::new(seed + 1);
        let folder = Folder::new();
        folder.write("pool.conf", file(&mut random));
        let kind = KINDS[seed as usize % KINDS.len()];
        let what = format!("case {seed}");
        let out = survive(&what, &folder, ["check", "--format", "json", "--as", kind, "pool.conf"]);
        is_report(&what, &out);
        if seed % 5 == 0 {
            let name = random.pick(&[
                "nginx.conf",
                "php-fpm.conf",
                "httpd.conf",
                "apache2.conf",
                ".htaccess",
                "php.ini",
            ]);
            folder.write(format!("etc/{name}"), file(&mut random));
            is_report(&what, &survive(&what, &folder, ["check", "--format", "json"]));
        }
        if seed % 7 == 0 {
            survive(
                &what,
                &folder,
                ["check", "--as", kind, "pool.conf", "--color", "always", "--format", "pretty"],
            );
            survive(&what, &folder, ["fix", "--as", kind, "pool.conf", "--diff", "--unsafe-fixes"]);
        }
        if seed % 11 == 0 {
            survive(&what, &folder, ["trace", "--as", kind, "http://localhost/a.php/b?c", "pool.conf"]);
            fixes_settle(&what, &folder, kind);
        }
    }
}

/// Fixing twice changes nothing more than fixing once.
fn fixes_settle(what: &str, folder: &Folder, kind: &str) {
    let arguments = ["fix", "--as", kind, "pool.conf", "--unsafe-fixes"];
    survive(what, folder, arguments);
    let once = folder.read("pool.conf");
    survive(what, folder, arguments);
    assert!(folder.read("pool.conf") == once, "{what}: a second run changes more");
}
