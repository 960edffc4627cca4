//! Pools of php-fpm for the sites of a batch.
//!
//! In: random numbers. Out: a php-fpm.conf, and how web servers name each pool. `{Q}` stands for a port of php-fpm's.

use crate::oracle::random::Random;

/// A pool, as a web server names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pool {
    /// Its socket; none where it listens on a port.
    pub socket: Option<String>,
    /// Its port's mark; none where it listens on a socket.
    pub port: Option<String>,
}

impl Pool {
    fn socket(path: &str) -> Pool {
        Pool { socket: Some(path.to_owned()), port: None }
    }

    /// As `fastcgi_pass` names it.
    pub fn for_nginx(&self) -> String {
        match (&self.socket, &self.port) {
            (Some(path), _) => format!("unix:{path}"),
            (None, port) => format!("127.0.0.1:{}", port.as_deref().unwrap_or("1")),
        }
    }

    /// As `ProxyPass` and `SetHandler` name it; `host` is the name of the worker.
    pub fn for_apache(&self, host: &str) -> String {
        match (&self.socket, &self.port) {
            (Some(path), _) => format!("unix:{path}|fcgi://{host}"),
            (None, port) => format!("fcgi://127.0.0.1:{}", port.as_deref().unwrap_or("1")),
        }
    }
}

/// The kinds of pools, each with its share: what it listens on and what else is said of it.
const KINDS: &[(usize, &str)] = &[
    (6, "listen = {S}\nlisten.owner = www-data\nuser = www-data\n"),
    (2, "listen = {S}\nlisten.mode = 0666\nuser = nobody\ngroup = nogroup\n"),
    (1, "listen = {S}\nlisten.group = www-data\nuser = nobody\ngroup = nogroup\n"),
    (1, "listen = {S}\nuser = www-data\n"),
    (1, "listen = {S}\nlisten.acl_users = www-data\nuser = www-data\n"),
    (1, "listen = {S}\nlisten.acl_groups = nogroup\nuser = www-data\n"),
    (1, "listen = {S}\nlisten.mode = 0444\nlisten.owner = www-data\nuser = www-data\n"),
    (3, "listen = 127.0.0.1:{Q}\nuser = www-data\n"),
    (1, "listen = 127.0.0.1:{Q}\nuser = nobody\nlisten.allowed_clients = 127.0.0.1\n"),
    (1, "listen = 127.0.0.1:{Q}\nuser = www-data\nlisten.allowed_clients = 127.0.0.9\n"),
];

/// What else may be said of a pool.
const EXTRAS: &[&str] = &[
    "security.limit_extensions =\n",
    "security.limit_extensions = .php .phtml .jpg\n",
    "security.limit_extensions = .phtml\n",
    "php_admin_value[cgi.fix_pathinfo] = 0\n",
    "pm.status_path = /status\nping.path = /ping\n",
    "pm.status_path = /a.php\n",
    "chdir = {D}\n",
    "php_admin_value[doc_root] = {D}/s0\n",
];

/// A configuration of `count` pools, and the pools; the last one is named by web servers and not there.
pub fn pools(random: &mut Random, count: usize) -> (String, Vec<Pool>) {
    let mut text =
        "[global]\nerror_log = {D}/run/php-fpm.log\nlog_level = error\ndaemonize = no\n".to_owned();
    let mut pools = Vec::new();
    let mut ports = 0;
    for number in 0..count {
        let socket = format!("{{D}}/run/{number}.sock");
        // The first pool is a sound one.
        let kind = if number == 0 { KINDS[0].1 } else { weighed(random) };
        let port = format!("{{Q{ports}}}");
        text += &format!("\n[pool{number}]\n");
        text += &kind.replace("{S}", &socket).replace("{Q}", &port);
        text += "pm = ondemand\npm.max_children = 3\n";
        text += &format!("env[POOL] = pool{number}\n");
        if number > 0 && random.one_in(3) {
            text += random.pick(EXTRAS).copied().unwrap_or_default();
        }
        if kind.contains("{Q}") {
            ports += 1;
            pools.push(Pool { socket: None, port: Some(port) });
        } else {
            pools.push(Pool::socket(&socket));
        }
    }
    pools.push(Pool::socket("{D}/run/none.sock"));
    (text, pools)
}

fn weighed(random: &mut Random) -> &'static str {
    let total = KINDS.iter().map(|(share, _)| share).sum();
    let mut number = random.below(total);
    for (share, kind) in KINDS {
        if number < *share {
            return kind;
        }
        number -= share;
    }
    KINDS[0].1
}
