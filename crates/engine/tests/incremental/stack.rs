//! The stacks that are edited: nginx, Apache, php-fpm and php.ini, in several files each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fpmlint_workspace::Memory;

/// A stack and how it is loaded.
pub struct Stack {
    files: &'static [(&'static str, &'static str)],
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

const POOLS: [(&str, &str); 11] = [
    (
        "etc/nginx/nginx.conf",
        "user www-data;\nevents {}\nhttp {\n    upstream php {\n        server unix:/run/php/a.sock;\n        \
         server unix:/run/php/d.sock;\n    }\n    include /etc/nginx/conf.d/*.conf;\n}\n",
    ),
    (
        "etc/nginx/conf.d/a.conf",
        "server {\n    server_name a.example.org;\n    root /srv/a;\n    set $socket unix:/run/php/d.sock;\n    \
         location = /status {\n        include /etc/nginx/snippets/php.conf;\n        fastcgi_pass php;\n    }\n    \
         location ~ \\.php$ {\n        include /etc/nginx/snippets/php.conf;\n        \
         fastcgi_pass unix:/run/php/a.sock;\n    }\n    location /c {\n        fastcgi_pass $socket;\n    }\n}\n",
    ),
    (
        "etc/nginx/conf.d/b.conf",
        "server {\n    server_name b.example.org;\n    root /srv/b;\n    location / {\n        \
         include /etc/nginx/snippets/php.conf;\n        fastcgi_pass 127.0.0.1:9000;\n    }\n    \
         location = /ping {\n        include /etc/nginx/snippets/php.conf;\n        \
         fastcgi_pass unix:/run/php/c.sock;\n    }\n}\n",
    ),
    (
        "etc/nginx/snippets/php.conf",
        "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\nfastcgi_param SCRIPT_NAME \
         $fastcgi_script_name;\nfastcgi_param REQUEST_METHOD $request_method;\n",
    ),
    (
        "etc/php/8.2/fpm/php-fpm.conf",
        "[global]\nerror_log = syslog\ninclude = /etc/php/8.2/fpm/pool.d/*.conf\n",
    ),
    (
        "etc/php/8.2/fpm/pool.d/a.conf",
        "[a]\nuser = www-data\nlisten = /run/php/$pool.sock\nlisten.owner = www-data\npm = static\n\
         pm.max_children = 5\npm.status_path = /status\n",
    ),
    (
        "etc/php/8.2/fpm/pool.d/b.conf",
        "[b]\nuser = www-data\nlisten = 127.0.0.1:9000\npm = static\npm.max_children = 5\n\n[c]\n\
         user = www-data\nlisten = /run/php/c.sock\nlisten.owner = www-data\npm = ondemand\npm.max_children = 5\n\
         ping.path = /ping\n",
    ),
    ("etc/php/8.2/fpm/pool.d/d.conf", "[d]\nuser = www-data\nlisten = /run/php/d.sock\n"),
    ("etc/php/8.2/fpm/pool.d/e.conf", "[d]\npm = dynamic\npm.max_children = 5\n[A]\nlisten.mode = 0600\n"),
    (
        "etc/php/8.2/fpm/pool.d/y.conf",
        "listen.group = www-data\n[y]\nuser = www-data\nlisten = 127.0.0.1:9002\npm = static\n\
         pm.max_children = 5\n",
    ),
    ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www:/var/www:/bin/sh\n"),
];

const SITES: [(&str, &str); 9] = [
    (
        "etc/nginx/nginx.conf",
        "user www-data;\nevents {}\nhttp {\n    include /etc/nginx/shared.conf;\n    \
         include /etc/nginx/conf.d/*.conf;\n}\n",
    ),
    (
        "etc/nginx/shared.conf",
        "log_format main '$remote_addr $kind';\nmap $uri $kind {\n    default plain;\n    ~\\.php$ script;\n}\n\
         upstream php {\n    server unix:/run/php/a.sock;\n}\nfastcgi_param HTTPS $https;\n",
    ),
    (
        "etc/nginx/conf.d/a.conf",
        "upstream own {\n    server 127.0.0.1:9000;\n}\nserver {\n    listen 80 default_server;\n    \
         server_name a.example.org;\n    root /srv/a;\n    include /etc/nginx/snippets/site.conf;\n}\n",
    ),
    (
        "etc/nginx/conf.d/b.conf",
        "server {\n    listen 80;\n    server_name b.example.org;\n    root /srv/b;\n    \
         access_log /var/log/b.log main;\n    location ~ \\.php$ {\n        \
         include /etc/nginx/snippets/php.conf;\n        fastcgi_pass own;\n    }\n}\nserver {\n    listen 8081;\n    \
         server_name b.example.org;\n    root /srv/b;\n    include /etc/nginx/snippets/site.conf;\n}\n",
    ),
    (
        "etc/nginx/conf.d/d.conf",
        "index index.php;\nserver {\n    server_name d.example.org;\n    location / {\n        root /srv/a;\n        \
         location ~ \\.php$ {\n            include /etc/nginx/snippets/php.conf;\n            \
         fastcgi_pass unix:/run/php/a.sock;\n        }\n    }\n}\n",
    ),
    (
        "etc/nginx/snippets/site.conf",
        "location / {\n    try_files $uri /index.php;\n}\nlocation ~ \\.php$ {\n    \
         include /etc/nginx/snippets/php.conf;\n    fastcgi_pass php;\n}\n",
    ),
    (
        "etc/nginx/snippets/php.conf",
        "fastcgi_param QUERY_STRING $query_string;\nfastcgi_param SCRIPT_FILENAME \
         $document_root$fastcgi_script_name;\nfastcgi_param REQUEST_METHOD $request_method;\n",
    ),
    (
        "etc/php/8.2/fpm/php-fpm.conf",
        "[global]\nerror_log = syslog\n[a]\nuser = www-data\nlisten = /run/php/a.sock\nlisten.owner = www-data\n\
         pm = static\npm.max_children = 5\npm.status_path = /status\n[b]\nuser = www-data\n\
         listen = 127.0.0.1:9000\npm = static\npm.max_children = 5\n",
    ),
    ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www:/var/www:/bin/sh\n"),
];

/// Folders in which files may appear although nothing lies there at first.
const FOLDERS: [&str; 4] = ["run/php", "srv/a", "srv/b", "etc/nginx/extra"];

impl Stack {
    /// All of a machine.
    pub fn machine() -> Stack {
        Stack { files: &FILES, is_machine: true }
    }

    /// A machine with pools above all: some in files of their own, some two to a file, one in two files, and lines that
    /// belong to the pool of the file before.
    pub fn pools() -> Stack {
        Stack { files: &POOLS, is_machine: true }
    }

    /// A machine with sites above all, whose files say something to one another.
    pub fn sites() -> Stack {
        Stack { files: &SITES, is_machine: true }
    }

    /// The same files in a repository, without the accounts that would make them a machine's.
    pub fn project() -> Stack {
        Stack { files: &FILES, is_machine: false }
    }

    /// The texts at first.
    pub fn texts(&self) -> Texts {
        let is_account = |path: &str| path == "etc/passwd" || path == "etc/group";
        let files = self.files.iter().filter(|(path, _)| self.is_machine || !is_account(path));
        files.map(|(path, text)| (Path::new("/repo").join(path), (*text).to_owned())).collect()
    }

    /// The folders that hold the texts.
    pub fn folders(&self) -> Memory {
        let files = self.files.iter().filter_map(|(path, _)| Path::new(path).parent());
        let folders: BTreeSet<&Path> = files.chain(FOLDERS.iter().map(Path::new)).collect();
        folders
            .into_iter()
            .fold(Memory::new(), |memory, folder| memory.directory(Path::new("/repo").join(folder)))
    }
}
