//! What a file's content says about it: whose configuration it is, and whether it is a main file.
//!
//! In: the first bytes of a file. Out: counts of telling lines for each daemon. This is no parser: lines are looked
//! at one by one, and a wrong guess costs a skipped file, never a wrong finding about a claimed one.

use fpmlint_catalog as catalog;

use super::As;

/// How many bytes of a file are looked at.
pub(super) const SNIFFED_BYTES: usize = 64 * 1024;

/// Telling lines.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Evidence {
    nginx: u32,
    apache: u32,
    php_fpm: u32,
    php_ini: u32,
    /// Lines at the top level that no daemon knows.
    other: u32,
    foreign: Option<&'static str>,
    /// A template engine's marks stand in it.
    pub template: bool,
    nginx_main: bool,
    nginx_inner: bool,
    apache_main: bool,
    apache_site: bool,
    fpm_global: bool,
    fpm_include: bool,
    fpm_pool: bool,
    fpm_listen: bool,
}

impl Evidence {
    /// Another program whose sections or blocks stand in it. A section of any name is a pool where it says `pm`.
    pub fn foreign_program(&self) -> Option<&'static str> {
        self.foreign.filter(|_| !self.fpm_pool)
    }

    /// The daemon whose configuration this looks most like; none without at least two points more than any
    /// other.
    pub fn reader(&self) -> Option<As> {
        let counts =
            [As::Nginx, As::Apache, As::PhpFpm, As::PhpIni].map(|reader| (self.points(reader), reader));
        let (most, reader) = counts.into_iter().max_by_key(|(count, _)| *count)?;
        let second = counts.iter().filter(|(_, other)| *other != reader).map(|(count, _)| *count).max()?;
        (most >= second + 2).then_some(reader)
    }

    /// Whether the lines that speak for a daemon are most of them.
    pub fn is_plausible(&self, reader: As) -> bool {
        self.is_sure(reader) || self.other.saturating_mul(2) <= self.points(reader)
    }

    /// Whether it has a block or section that no other program's files have.
    pub fn is_sure(&self, reader: As) -> bool {
        match reader {
            As::Nginx => self.nginx_main || (self.nginx_inner && self.nginx >= 4),
            As::Apache => self.apache_main || self.apache_site,
            As::PhpFpm => self.fpm_pool && (self.fpm_listen || self.fpm_global),
            As::PhpIni | As::Htaccess => false,
        }
    }

    /// Whether nothing in it speaks for a daemon and a good deal for none.
    pub fn is_strange(&self, reader: As) -> bool {
        reader != As::PhpIni && self.points(reader) == 0 && self.other >= 3
    }

    /// How much speaks for one daemon.
    pub fn points(&self, reader: As) -> u32 {
        match reader {
            As::Nginx => self.nginx,
            As::Apache | As::Htaccess => self.apache,
            // Other programs (pip, Samba) have a section of that name too.
            As::PhpFpm if self.fpm_global && (self.fpm_include || self.fpm_pool) => self.php_fpm + 2,
            As::PhpFpm => self.php_fpm,
            As::PhpIni => self.php_ini,
        }
    }

    /// Whether it has what only a main file has.
    pub fn is_main(&self, reader: As) -> bool {
        match reader {
            As::Nginx => self.nginx_main,
            As::Apache => self.apache_main,
            As::PhpFpm => self.fpm_global && (self.fpm_include || (self.fpm_pool && self.fpm_listen)),
            As::PhpIni | As::Htaccess => false,
        }
    }

    /// Whether it has what stands only in files that a main file includes, and nothing of a main file.
    pub fn is_fragment(&self, reader: As) -> bool {
        match reader {
            As::Nginx => self.nginx_inner && !self.nginx_main,
            As::Apache => self.apache_site && !self.apache_main,
            As::PhpFpm => !self.is_main(reader) && !self.fpm_global && self.php_fpm > 0,
            As::PhpIni | As::Htaccess => false,
        }
    }
}

/// Looks at the first bytes of a file.
pub(super) fn sniff(text: &[u8]) -> Evidence {
    let mut evidence = Evidence::default();
    let text = text.get(..SNIFFED_BYTES).unwrap_or(text);
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let mut depth = 0_i32;
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") || line.starts_with(b";") {
            continue;
        }
        look(line, depth, &mut evidence);
        if !line.starts_with(b"<") {
            depth += braces(line);
        }
    }
    evidence
}

/// How many more braces a line opens than it closes, outside quotes and comments.
fn braces(line: &[u8]) -> i32 {
    let mut depth = 0;
    let mut quote = None;
    let mut before = b' ';
    for byte in line {
        match (quote, byte) {
            (Some(open), _) if open == *byte && before != b'\\' => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if is_gap(before) => quote = Some(*byte),
            (None, b'#') if is_gap(before) => break,
            (None, b'{') if before != b'$' => depth += 1,
            (None, b'}') if is_gap(before) => depth -= 1,
            _ => {}
        }
        before = *byte;
    }
    depth
}

fn is_gap(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b';' | b'{' | b'}')
}

fn look(line: &[u8], depth: i32, evidence: &mut Evidence) {
    if has_template_mark(line) {
        evidence.template = true;
    }
    if let Some(rest) = line.strip_prefix(b"<") {
        return look_at_tag(rest, evidence);
    }
    if let Some(section) = section(line) {
        return look_at_section(section, evidence);
    }
    let word_len = line.iter().take_while(|byte| is_word(**byte)).count();
    let (word, rest) = line.split_at(word_len);
    let rest = rest.trim_ascii_start();
    if rest.starts_with(b"=") && !rest.starts_with(b"==") {
        return look_at_key(word, evidence);
    }
    let end = without_comment(rest);
    match end.last() {
        Some(b';' | b'{' | b'}') => look_at_nginx(word, end, depth, evidence),
        None if rest.starts_with(b"{") => look_at_nginx(word, rest, depth, evidence),
        _ if is_proftpd(word) => evidence.foreign = Some("ProFTPD"),
        _ if catalog::apache::find(word).is_some() => look_at_apache(word, evidence),
        _ if depth <= 0 => look_at_unended(word, evidence),
        _ => {}
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'[' | b']')
}

/// A comment behind a statement, as `listen 80; # plain`, is cut off.
fn without_comment(rest: &[u8]) -> &[u8] {
    let mut before = b' ';
    for (at, byte) in rest.iter().enumerate() {
        if *byte == b'#' && before.is_ascii_whitespace() {
            return rest.get(..at).unwrap_or_default().trim_ascii_end();
        }
        before = *byte;
    }
    rest.trim_ascii_end()
}

fn has_template_mark(line: &[u8]) -> bool {
    const MARKS: [&[u8; 2]; 3] = [b"{{", b"{%", b"<%"];
    line.windows(2).any(|pair| MARKS.iter().any(|mark| mark.as_slice() == pair)) || has_placeholder(line)
}

/// Whether a word in braces stands where a value goes: `server_tokens {SHOW_VERSION};`. Variables (`${x}`, `%{x}`)
/// and blocks, whose braces stand apart from what is in them, are none.
fn has_placeholder(line: &[u8]) -> bool {
    let opens = line.iter().enumerate().filter(|(at, byte)| {
        let before = at.checked_sub(1).and_then(|before| line.get(before));
        **byte == b'{' && matches!(before, Some(b' ' | b'\t' | b'=' | b'/' | b':') | None)
    });
    opens.into_iter().any(|(at, _)| {
        let name =
            line[at + 1..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let starts_well = line.get(at + 1).is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        starts_well && line.get(at + 1 + name) == Some(&b'}')
    })
}

fn section(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"[")?;
    let end = rest.iter().position(|byte| *byte == b']')?;
    rest.get(..end).map(<[u8]>::trim_ascii)
}

fn look_at_section(name: &[u8], evidence: &mut Evidence) {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    match name.as_str() {
        "global" => evidence.fpm_global = true,
        "php" | "xdebug" | "opcache" | "date" | "session" | "pdo_mysql" => evidence.php_ini += 2,
        "supervisord" | "unix_http_server" | "supervisorctl" => evidence.foreign = Some("supervisord"),
        "unit" | "service" | "install" | "socket" | "timer" => evidence.foreign = Some("systemd"),
        "uwsgi" => evidence.foreign = Some("uWSGI"),
        "mysqld" | "mysql" | "mariadb" | "mysqld_safe" => evidence.foreign = Some("MySQL"),
        _ if name.starts_with("program:") || name.starts_with("group:") => {
            evidence.foreign = Some("supervisord")
        }
        _ => {}
    }
}

/// Keys that only php-fpm has.
fn is_pool_key(key: &str) -> bool {
    const STARTS: [&str; 8] = [
        "pm.",
        "listen.",
        "php_admin_value[",
        "php_admin_flag[",
        "php_value[",
        "php_flag[",
        "env[",
        "access.",
    ];
    matches!(key, "pm" | "listen") || STARTS.iter().any(|start| key.starts_with(start))
}

fn look_at_key(key: &[u8], evidence: &mut Evidence) {
    let lower = String::from_utf8_lossy(key).to_ascii_lowercase();
    match lower.as_str() {
        "include" => evidence.fpm_include = true,
        "pm" => evidence.fpm_pool = true,
        "listen" => evidence.fpm_listen = true,
        "extension" | "zend_extension" => evidence.php_ini += 2,
        _ => {}
    }
    if is_pool_key(&lower) {
        evidence.php_fpm += 2;
    } else if catalog::php_ini::find(key).is_some() {
        evidence.php_ini += 1;
    } else if catalog::php_fpm::find(key).is_some() {
        evidence.php_fpm += 1;
    } else {
        evidence.other += 1;
    }
}

fn look_at_tag(rest: &[u8], evidence: &mut Evidence) {
    let name = rest.strip_prefix(b"/").unwrap_or(rest);
    let len = name.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let name = String::from_utf8_lossy(name.get(..len).unwrap_or_default()).to_ascii_lowercase();
    match name.as_str() {
        "" if rest.starts_with(b"?") || rest.starts_with(b"!") => evidence.foreign = Some("XML"),
        "busconfig" => evidence.foreign = Some("D-Bus"),
        "global" | "anonymous" => evidence.foreign = Some("ProFTPD"),
        "virtualhost" => {
            evidence.apache_site = true;
            evidence.apache += 3;
        }
        "directory" | "directorymatch" | "files" | "filesmatch" | "location" | "locationmatch"
        | "ifmodule" | "ifdefine" | "ifversion" | "iffile" | "proxy" | "proxymatch" | "limitexcept"
        | "macro" | "requireall" | "requireany" | "requirenone" | "if" | "elseif" | "else" => {
            evidence.apache += 2
        }
        _ => evidence.other += 1,
    }
}

fn look_at_nginx(word: &[u8], end: &[u8], depth: i32, evidence: &mut Evidence) {
    let block = end.contains(&b'{');
    match word {
        b"options" | b"zone" | b"acl" | b"logging" if block => evidence.foreign = Some("BIND"),
        b"vrrp_instance" | b"virtual_server" if block => evidence.foreign = Some("keepalived"),
        b"events" | b"http" if block && depth == 0 => evidence.nginx_main = true,
        b"server" | b"location" | b"upstream" | b"map" if block && depth == 0 => evidence.nginx_inner = true,
        b"listen" | b"server_name" | b"root" | b"fastcgi_pass" | b"fastcgi_param" if depth == 0 => {
            evidence.nginx_inner = true;
        }
        _ => {}
    }
    if catalog::nginx::find(word).is_some() {
        evidence.nginx += if block { 3 } else { 1 };
    } else if depth <= 0 && !word.is_empty() {
        evidence.other += if block { 3 } else { 1 };
    }
}

/// A line without an end: a block whose brace stands on the next line, or a statement of several lines.
fn look_at_unended(word: &[u8], evidence: &mut Evidence) {
    match word {
        b"events" | b"http" => evidence.nginx_main = true,
        b"server" => evidence.nginx_inner = true,
        b"" => return,
        _ => {
            evidence.other += 1;
            return;
        }
    }
    evidence.nginx += 1;
}

fn look_at_apache(word: &[u8], evidence: &mut Evidence) {
    // Apache does not mind case, but people write its names in capitals, and other programs (Redis, sshd) share
    // the words.
    if word.first().is_some_and(u8::is_ascii_uppercase) || word.starts_with(b"php_") {
        evidence.apache += 1;
    }
    if word.eq_ignore_ascii_case(b"ServerRoot") {
        evidence.apache_main = true;
    }
}

/// Directives that only ProFTPD has, whose files otherwise read like Apache's.
fn is_proftpd(word: &[u8]) -> bool {
    const NAMES: [&[u8]; 4] = [b"ServerType", b"DefaultServer", b"MaxInstances", b"SystemLog"];
    NAMES.iter().any(|name| word.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(text: &str) -> Option<As> {
        sniff(text.as_bytes()).reader()
    }

    #[test]
    fn each_daemon_is_known_by_its_lines() {
        assert_eq!(reader("server {\n  listen 80;\n  root /srv;\n}\n"), Some(As::Nginx));
        assert_eq!(reader("<VirtualHost *:80>\n  DocumentRoot /srv\n</VirtualHost>\n"), Some(As::Apache));
        assert_eq!(reader("[www]\nlisten = 9000\npm = static\n"), Some(As::PhpFpm));
        assert_eq!(reader("[PHP]\nmemory_limit = 1G\n"), Some(As::PhpIni));
        assert_eq!(reader("opcache.enable=1\nmemory_limit=1G\n"), Some(As::PhpIni));
        assert_eq!(reader("hello world\n"), None);
        assert_eq!(reader(""), None);
    }

    #[test]
    fn an_nginx_main_file_has_http_or_events_at_its_top() {
        let main = sniff(b"user www;\nevents { }\nhttp {\n  server { listen 80; }\n}\n");
        assert!(main.is_main(As::Nginx) && !main.is_fragment(As::Nginx));
        let next_line = sniff(b"events\n{\n}\nhttp\n{\n}\n");
        assert!(next_line.is_main(As::Nginx));
        let site = sniff(b"server {\n  # http {\n  listen 80;\n}\n");
        assert!(!site.is_main(As::Nginx) && site.is_fragment(As::Nginx));
    }

    #[test]
    fn braces_in_quotes_and_variables_do_not_count() {
        assert_eq!(braces(b"log_format json '{\"a\": 1';"), 0);
        assert_eq!(braces(b"set $x ${y};"), 0);
        assert_eq!(braces(b"location ~ \\.php$ { # {"), 1);
        assert_eq!(braces(b"} }"), -2);
    }

    #[test]
    fn a_php_fpm_main_file_has_a_global_section_and_pools() {
        assert!(sniff(b"[global]\ninclude = /etc/php-fpm.d/*.conf\n").is_main(As::PhpFpm));
        assert!(sniff(b"[global]\npid = x\n[www]\nlisten = 9000\npm = static\n").is_main(As::PhpFpm));
        assert!(!sniff(b"[global]\ndaemonize = no\n[www]\nlisten = 9000\n").is_main(As::PhpFpm));
        assert!(!sniff(b"[www]\nlisten = 9000\npm = static\n").is_main(As::PhpFpm));
    }

    #[test]
    fn other_programs_are_known_by_their_sections() {
        assert_eq!(sniff(b"[program:php-fpm]\ncommand = php-fpm\n").foreign_program(), Some("supervisord"));
        assert_eq!(sniff(b"[Service]\nExecStart=/bin/x\n").foreign_program(), Some("systemd"));
        assert_eq!(sniff(b"<!DOCTYPE busconfig>\n").foreign_program(), Some("XML"));
        assert_eq!(sniff(b"options {\n  directory \"/var\";\n};\n").foreign_program(), Some("BIND"));
        assert_eq!(sniff(b"[uwsgi]\nsocket = /x\n").foreign_program(), Some("uWSGI"));
        assert_eq!(sniff(b"ServerName ftp\nServerType standalone\n").foreign_program(), Some("ProFTPD"));
        assert_eq!(sniff(b"[service]\nlisten = 9000\npm = static\n").foreign_program(), None);
    }

    #[test]
    fn a_few_common_words_do_not_make_a_configuration() {
        let redis =
            sniff(b"bind 127.0.0.1\nport 6379\ntimeout 0\nloglevel notice\nappendonly no\ninclude x\n");
        assert!(!redis.is_plausible(As::Apache));
        let site = sniff(b"ServerName x\nDocumentRoot /srv\nOptions None\nStrangeName 1\n");
        assert!(site.is_plausible(As::Apache));
        assert_eq!(reader("[global]\nindex-url = https://x\n"), None);
        assert_eq!(reader("[global]\ninclude = /x/*.conf\n"), Some(As::PhpFpm));
        assert!(!sniff(b"Card.pcm.0 {\n  index {\n  }\n}\n").is_plausible(As::Nginx));
        assert!(sniff(b"[req]\nprompt = no\ndn = x\nbits = 1\n").is_strange(As::Nginx));
    }

    #[test]
    fn template_marks_are_seen_outside_comments_only() {
        assert!(sniff(b"server_name {{ host }};\n").template);
        assert!(sniff(b"user = <%= user %>\n").template);
        assert!(!sniff(b"# {{ host }}\nRewriteCond %{HTTP_HOST} x\n").template);
        assert!(sniff(b"server_tokens {SHOW_VERSION};\n").template);
        assert!(!sniff(b"root ${ROOT}/a; location ~ \\d{3} { return 1; } map a b {}\n").template);
    }
}
