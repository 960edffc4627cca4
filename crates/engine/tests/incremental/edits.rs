//! Edits of a stack: of lines, blocks and words, and of whole files.

use std::path::{Path, PathBuf};

use fpmlint_engine::Changes;
use fpmlint_workspace::Overlay;
use proptest::prelude::*;

use crate::stack::Texts;

/// One edit. Numbers choose among what there is when it is applied.
#[derive(Clone, Debug)]
pub enum Edit {
    /// A line is put in.
    Insert { file: usize, line: usize, text: &'static str },
    /// A line is taken out.
    Delete { file: usize, line: usize },
    /// A block, or a section of an INI file, is taken out.
    DeleteBlock { file: usize, line: usize },
    /// A line is put in twice.
    Double { file: usize, line: usize },
    /// A word is replaced wherever it stands in a file.
    Replace { file: usize, from: &'static str, to: &'static str },
    /// Bytes are put in anywhere, as while somebody types.
    Type { file: usize, at: usize, text: &'static str },
    /// A file comes, or gets other contents.
    Write { path: &'static str, text: &'static str },
    /// A file goes.
    Remove { file: usize },
    /// A file moves to another name in its folder.
    Rename { file: usize, name: &'static str },
    /// Nothing changed, but somebody says so.
    Touch { file: usize },
}

const LINES: [&str; 70] = [
    "# a comment",
    "; a comment",
    "# fpmlint: ignore[backend-without-pool] known",
    "; fpmlint: ignore[slowlog-never-written] known",
    "# fpmlint: ignore-file[missing-script-filename] known",
    "",
    "listen 8081;",
    "root /srv/other;",
    "fastcgi_pass 127.0.0.1:9000;",
    "fastcgi_pass unix:/run/php/b.sock;",
    "location = /grpc { grpc_pass 127.0.0.1; }",
    "fastcgi_param PATH_INFO $fastcgi_path_info;",
    "include /etc/nginx/extra/*.conf;",
    "include /etc/nginx/none.conf;",
    "include snippets/php.conf;",
    "location = /status { fastcgi_pass unix:/run/php/a.sock; include /etc/nginx/snippets/php.conf; }",
    "upstream php { server 127.0.0.1:9000; }",
    "server { listen 80; server_name c.example.org; location / { fastcgi_pass 127.0.0.1:9001; } }",
    "location /pages { try_files $uri /index.php; }",
    "try_files $uri /index.php;",
    "location /i { alias /srv/i/; }",
    "add_header X-Frame-Options DENY;",
    "location /h { add_header X-Own 1; }",
    "fastcgi_param OWN 1;",
    "location /admin { auth_basic members; allow 127.0.0.1; }",
    "index index.html;",
    "if ($arg_a) { set $kind 1; }",
    "unknown_directive on;",
    "access_log /var/log/a.log main;",
    "}",
    "{",
    "user nobody;",
    "[a]",
    "[c]",
    "[global]",
    "listen = /run/php/a.sock",
    "listen = 127.0.0.1:9001",
    "listen.mode = 0666",
    "listen.allowed_clients = 127.0.0.1",
    "pm = static",
    "pm.max_children = 0",
    "user = nobody",
    "user = ${USER}",
    "include = /etc/php/8.2/fpm/pool.d/*.conf",
    "request_slowlog_timeout = 5s",
    "php_admin_value[memory_limit] = 256M",
    "prefix = /srv/$pool",
    "listen = /run/php/$pool.sock",
    "pm.status_path = /status",
    "pm.max_childrenx = 5",
    "[A]",
    "[global",
    "fastcgi_param QUERY_STRING $query_string;",
    "fastcgi_paramx QUERY_STRING $query_string;",
    "fastcgi_param PHP_VALUE \"memory_limit=1G\";",
    "fastcgi_param SCRIPT_FILENAME $document_root/app.php;",
    "map $host $kind { default x; }",
    "upstream own { server unix:/run/php/b.sock; }",
    "error_page 404 /index.php;",
    "server_name a.example.org b.example.org;",
    "deny all;",
    "index index.php;",
    "opcache.memory_consumption = 8",
    "ServerName c.example.org",
    "ProxyPassMatch ^/(.*\\.php)$ fcgi://127.0.0.1:9000/srv/a/$1",
    "Include sites-enabled/a.conf",
    "<Directory /srv/a>",
    "</Directory>",
    "Define SOCKET /run/php/a.sock",
    "SetHandler \"proxy:unix:${SOCKET}|fcgi://localhost\"",
];

const WORDS: [(&str, &str); 19] = [
    ("/run/php/a.sock", "/run/php/b.sock"),
    ("/run/php/b.sock", "/run/php/a.sock"),
    ("127.0.0.1:9000", "127.0.0.1:9001"),
    ("127.0.0.1:9001", "127.0.0.1:9000"),
    ("conf.d", "extra"),
    ("extra", "conf.d"),
    ("www-data", "nobody"),
    ("a.example.org", "b.example.org"),
    ("php.conf", "other.conf"),
    ("pm = ", "pm= "),
    ("[a]", "[c]"),
    ("[c]", "[b]"),
    ("[b]", "[a]"),
    ("/status", "/ping"),
    ("fastcgi_param ", "fastcgi_paramx "),
    ("fastcgi_paramx ", "fastcgi_param "),
    ("upstream own", "upstream php"),
    ("$kind", "$sort"),
    ("listen 80", "listen 8081"),
];

const FILES: [(&str, &str); 10] = [
    ("/repo/etc/nginx/extra/c.conf", "server { listen 80; server_name c.example.org; root /srv/a; }\n"),
    ("/repo/etc/nginx/conf.d/c.conf", "server { listen 80; location / { fastcgi_pass 127.0.0.1:9001; } }\n"),
    ("/repo/etc/nginx/snippets/other.conf", "fastcgi_param SCRIPT_FILENAME $document_root/index.php;\n"),
    ("/repo/etc/nginx/snippets/php.conf", "fastcgi_param QUERY_STRING $query_string;\n"),
    ("/repo/etc/php/8.2/fpm/pool.d/c.conf", "[c]\nlisten = 127.0.0.1:9001\nuser = www-data\npm = static\n"),
    ("/repo/etc/php/8.2/fpm/conf.d/20-x.ini", "opcache.max_accelerated_files = 4000\n"),
    (
        "/repo/etc/apache2/sites-enabled/c.conf",
        "<VirtualHost *:8080>\nServerName c.example.org\n</VirtualHost>\n",
    ),
    ("/repo/srv/a/.htaccess", "php_value memory_limit 1G\nRewriteEngine on\n"),
    ("/repo/srv/a/info.php", "<?php phpinfo();\n"),
    ("/repo/srv/b/index.php", "<?php echo 1;\n"),
];

const NAMES: [&str; 4] = ["z.conf", "a.conf.off", "php.conf", "99-z.ini"];

const TYPED: [&str; 10] = ["{", "}", "\"", "'", ";", "\n", "$", "\\", " # ", "é"];

/// Any edit.
pub fn edit() -> impl Strategy<Value = Edit> {
    let file = any::<usize>();
    let line = any::<usize>();
    prop_oneof![
        6 => (file, line, 0..LINES.len()).prop_map(|(file, line, at)| Edit::Insert { file, line, text: LINES[at] }),
        4 => (file, line).prop_map(|(file, line)| Edit::Delete { file, line }),
        1 => (file, line).prop_map(|(file, line)| Edit::DeleteBlock { file, line }),
        1 => (file, line).prop_map(|(file, line)| Edit::Double { file, line }),
        5 => (file, 0..WORDS.len())
            .prop_map(|(file, at)| Edit::Replace { file, from: WORDS[at].0, to: WORDS[at].1 }),
        3 => (file, line, 0..TYPED.len()).prop_map(|(file, at, text)| Edit::Type { file, at, text: TYPED[text] }),
        3 => (0..FILES.len()).prop_map(|at| Edit::Write { path: FILES[at].0, text: FILES[at].1 }),
        2 => file.prop_map(|file| Edit::Remove { file }),
        1 => (file, 0..NAMES.len()).prop_map(|(file, at)| Edit::Rename { file, name: NAMES[at] }),
        1 => file.prop_map(|file| Edit::Touch { file }),
    ]
}

impl Edit {
    /// Changes the texts and says so; what was done, for people.
    pub fn apply(&self, texts: &mut Texts, system: &Overlay, changes: &mut Changes) -> String {
        match self {
            Edit::Write { path, text } => {
                write(texts, system, changes, Path::new(path), (*text).to_owned());
                format!("{path} is written")
            }
            Edit::Remove { file } => {
                let Some(path) = choose(texts, *file) else { return "nothing is left".to_owned() };
                texts.remove(&path);
                system.remove(&path);
                changes.structure.push(path.clone());
                format!("{} is removed", path.display())
            }
            Edit::Rename { file, name } => {
                let Some(path) = choose(texts, *file) else { return "nothing is left".to_owned() };
                let text = texts.remove(&path).unwrap_or_default();
                system.remove(&path);
                changes.structure.push(path.clone());
                let new = path.with_file_name(name);
                write(texts, system, changes, &new, text);
                changes.structure.push(new);
                format!("{} is renamed to {name}", path.display())
            }
            Edit::Touch { file } => {
                changes.texts.extend(choose(texts, *file));
                "a file is touched".to_owned()
            }
            Edit::Insert { file, .. }
            | Edit::Delete { file, .. }
            | Edit::DeleteBlock { file, .. }
            | Edit::Double { file, .. }
            | Edit::Replace { file, .. }
            | Edit::Type { file, .. } => {
                let Some(path) = choose(texts, *file) else { return "nothing is left".to_owned() };
                let text = texts.get(&path).cloned().unwrap_or_default();
                let new = self.edited(&text);
                let done = format!("{}: {self:?}", path.display());
                write(texts, system, changes, &path, new);
                done
            }
        }
    }

    fn edited(&self, text: &str) -> String {
        let mut lines: Vec<&str> = text.split('\n').collect();
        match self {
            Edit::Insert { line, text, .. } => lines.insert(line % (lines.len() + 1), text),
            Edit::Delete { line, .. } => {
                lines.remove(line % lines.len());
            }
            Edit::Double { line, .. } => {
                let at = line % lines.len();
                lines.insert(at, lines[at]);
            }
            Edit::DeleteBlock { line, .. } => delete_block(&mut lines, *line),
            Edit::Replace { from, to, .. } => return text.replace(from, to),
            Edit::Type { at, text: typed, .. } => {
                let mut at = at % (text.len() + 1);
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                return format!("{}{typed}{}", &text[..at], &text[at..]);
            }
            _ => {}
        }
        lines.join("\n")
    }
}

/// From a line that opens something, at or behind `line`, to the line that closes it.
fn delete_block(lines: &mut Vec<&str>, line: usize) {
    let opens = |line: &str| {
        let line = line.trim();
        line.ends_with('{') || line.starts_with('[') || line.starts_with('<') && !line.starts_with("</")
    };
    let closes = |line: &str| {
        let line = line.trim();
        line == "}" || line.starts_with("</") || line.starts_with('[')
    };
    let start = line % lines.len();
    let Some(first) = (start..lines.len()).find(|at| opens(lines[*at])) else { return };
    let last = (first + 1..lines.len()).find(|at| closes(lines[*at])).unwrap_or(lines.len() - 1);
    lines.drain(first..=last);
    if lines.is_empty() {
        lines.push("");
    }
}

fn choose(texts: &Texts, number: usize) -> Option<PathBuf> {
    texts.keys().nth(number.checked_rem(texts.len())?).cloned()
}

fn write(texts: &mut Texts, system: &Overlay, changes: &mut Changes, path: &Path, text: String) {
    system.set(path, text.as_bytes());
    if texts.insert(path.to_owned(), text).is_some() {
        changes.texts.push(path.to_owned());
    } else {
        changes.structure.push(path.to_owned());
    }
}
