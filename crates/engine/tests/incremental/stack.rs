//! The stacks that are edited: nginx, Apache, php-fpm and php.ini, in several files each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fpmlint_workspace::Memory;

/// A stack and how it is loaded.
pub struct Stack {
    /// It is a machine's whole root, not a part of a repository.
    pub is_machine: bool,
}

/// Texts by their paths.
pub type Texts = BTreeMap<PathBuf, String>;

const FILES: [(&str, &str); 13] = [
    (
        "etc/nginx/nginx.conf",
        "user www-data;\nevents {}\nhttp {\n    log_format main '$remote_addr';\n    upstream php {\n        \
         server unix:/run/php/a.sock;\n    }\n    include /etc/nginx/conf.d/*.conf;\n}\n",
    ),
    (
        "etc/nginx/conf.d/a.conf",
        "server {\n    listen 80;\n    server_name a.example.org;\n    root /srv/a;\n    location ~ \\.php$ {\n        \
         include /etc/nginx/snippets/php.conf;\n        fastcgi_pass unix:/run/php/a.sock;\n    }\n}\n",
    ),
    (
        "etc/nginx/conf.d/b.conf",
        "# the second site\nserver {\n    listen 80;\n    server_name b.example.org;\n    root /srv/b;\n    \
         location / {\n        try_files $uri @php;\n    }\n    location @php {\n        \
         include /etc/nginx/snippets/php.conf;\n        fastcgi_pass php;\n    }\n}\n",
    ),
    (
        "etc/nginx/snippets/php.conf",
        "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\nfastcgi_param QUERY_STRING \
         $query_string;\n",
    ),
    (
        "etc/php/8.2/fpm/php-fpm.conf",
        "[global]\npid = /run/php-fpm.pid\ninclude = /etc/php/8.2/fpm/pool.d/*.conf\n",
    ),
    (
        "etc/php/8.2/fpm/pool.d/a.conf",
        "[a]\nuser = www-data\nlisten = /run/php/a.sock\nlisten.owner = www-data\npm = ondemand\n\
         pm.max_children = 5\npm.status_path = /status\n",
    ),
    (
        "etc/php/8.2/fpm/pool.d/b.conf",
        "; the second pool\n[b]\nuser = www-data\nlisten = 127.0.0.1:9000\npm = dynamic\npm.max_children = 5\n\
         pm.start_servers = 2\npm.min_spare_servers = 1\npm.max_spare_servers = 3\nslowlog = /var/log/b.log\n",
    ),
    ("etc/php/8.2/fpm/php.ini", "memory_limit = 128M\nopcache.max_accelerated_files = 10000\n"),
    ("etc/php/8.2/fpm/conf.d/10-opcache.ini", "zend_extension = opcache\n"),
    (
        "etc/apache2/apache2.conf",
        "ServerRoot /etc/apache2\nUser www-data\nGroup www-data\nListen 8080\n\
         IncludeOptional sites-enabled/*.conf\n",
    ),
    (
        "etc/apache2/sites-enabled/a.conf",
        "<VirtualHost *:8080>\n    ServerName a.example.org\n    DocumentRoot /srv/a\n    <FilesMatch \\.php$>\n        \
         SetHandler \"proxy:unix:/run/php/a.sock|fcgi://localhost\"\n    </FilesMatch>\n</VirtualHost>\n",
    ),
    ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www:/var/www:/bin/sh\n"),
    ("etc/group", "root:x:0:\nwww-data:x:33:\n"),
];

/// Folders in which files may appear although nothing lies there at first.
const FOLDERS: [&str; 4] = ["run/php", "srv/a", "srv/b", "etc/nginx/extra"];

impl Stack {
    /// All of a machine.
    pub fn machine() -> Stack {
        Stack { is_machine: true }
    }

    /// The same files in a repository, without the accounts that would make them a machine's.
    pub fn project() -> Stack {
        Stack { is_machine: false }
    }

    /// The texts at first.
    pub fn texts(&self) -> Texts {
        let is_account = |path: &str| path == "etc/passwd" || path == "etc/group";
        let files = FILES.iter().filter(|(path, _)| self.is_machine || !is_account(path));
        files.map(|(path, text)| (Path::new("/repo").join(path), (*text).to_owned())).collect()
    }

    /// The folders that hold the texts.
    pub fn folders(&self) -> Memory {
        let files = FILES.iter().filter_map(|(path, _)| Path::new(path).parent());
        let folders: BTreeSet<&Path> = files.chain(FOLDERS.iter().map(Path::new)).collect();
        folders
            .into_iter()
            .fold(Memory::new(), |memory, folder| memory.directory(Path::new("/repo").join(folder)))
    }
}
