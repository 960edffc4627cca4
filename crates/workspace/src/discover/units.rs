//! Main files that systemd's unit files name: `ExecStart=/usr/sbin/nginx -c /srv/nginx.conf`.
//!
//! In: a host. Out: main files. A unit that names none, or one with a template's `%i`, says nothing here.

use super::As;
use crate::{GlobStyle, Host, HostPath, Lookup};

const PATTERNS: [&str; 12] = [
    "/etc/systemd/system/*nginx*.service",
    "/etc/systemd/system/*fpm*.service",
    "/etc/systemd/system/*httpd*.service",
    "/etc/systemd/system/*apache*.service",
    "/usr/lib/systemd/system/*nginx*.service",
    "/usr/lib/systemd/system/*fpm*.service",
    "/usr/lib/systemd/system/*httpd*.service",
    "/usr/lib/systemd/system/*apache*.service",
    "/lib/systemd/system/*nginx*.service",
    "/lib/systemd/system/*fpm*.service",
    "/lib/systemd/system/*httpd*.service",
    "/lib/systemd/system/*apache*.service",
];

/// The main files that a host's units name.
pub(super) fn main_files(host: &Host) -> Vec<(As, HostPath)> {
    let mut found = Vec::new();
    for pattern in PATTERNS {
        for unit in host.glob(pattern.as_bytes(), GlobStyle::Nginx).matches {
            let Lookup::Found(file) = host.open(&unit) else { continue };
            let file = host.files().get(file);
            found.extend(file.text.split(|byte| *byte == b'\n').filter_map(main_file));
        }
    }
    found
}

/// The main file that an `ExecStart` line names.
fn main_file(line: &[u8]) -> Option<(As, HostPath)> {
    let command = line.trim_ascii().strip_prefix(b"ExecStart")?.trim_ascii_start().strip_prefix(b"=")?;
    let mut words = command.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let program = words.next()?.rsplit(|byte| *byte == b'/').next()?;
    let (reader, flags): (As, [&[u8]; 2]) = match program {
        b"nginx" | b"openresty" => (As::Nginx, [b"-c", b"-c"]),
        b"httpd" | b"apache2" => (As::Apache, [b"-f", b"-f"]),
        _ if program.windows(3).any(|part| part == b"fpm") => (As::PhpFpm, [b"-y", b"--fpm-config"]),
        _ => return None,
    };
    while let Some(word) = words.next() {
        let value = flags.iter().find_map(|flag| {
            let rest = word.strip_prefix(*flag)?;
            if rest.is_empty() { Some(None) } else { rest.strip_prefix(b"=").map(Some) }
        });
        let Some(value) = value else { continue };
        let path = value.or_else(|| words.next())?.trim_ascii();
        let path = path.strip_prefix(b"\"").and_then(|path| path.strip_suffix(b"\"")).unwrap_or(path);
        let plain = path.starts_with(b"/") && !path.contains(&b'%') && !path.contains(&b'$');
        return plain.then(|| (reader, HostPath::new(path)));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(line: &str) -> Option<(As, String)> {
        main_file(line.as_bytes()).map(|(reader, path)| (reader, path.to_string()))
    }

    #[test]
    fn the_flag_of_each_daemon_is_known() {
        let nginx = named("ExecStart=/usr/sbin/nginx -g 'daemon on;' -c /srv/nginx.conf");
        assert_eq!(nginx, Some((As::Nginx, "/srv/nginx.conf".to_owned())));
        let long = named("ExecStart=/usr/sbin/php-fpm8.2 --nodaemonize --fpm-config /etc/x.conf\r");
        assert_eq!(long, Some((As::PhpFpm, "/etc/x.conf".to_owned())));
        let equals = named("ExecStart = /usr/sbin/php-fpm --fpm-config=/etc/y.conf");
        assert_eq!(equals, Some((As::PhpFpm, "/etc/y.conf".to_owned())));
        assert_eq!(named("ExecStart=/usr/sbin/httpd -f /z.conf"), Some((As::Apache, "/z.conf".to_owned())));
    }

    #[test]
    fn lines_that_name_no_plain_path_say_nothing() {
        assert_eq!(named("ExecStart=/usr/sbin/nginx"), None);
        assert_eq!(named("ExecStart=/usr/sbin/httpd -f /etc/httpd/conf/%i.conf"), None);
        assert_eq!(named("ExecStartPre=/usr/sbin/nginx -t -c /srv/nginx.conf"), None);
        assert_eq!(named("ExecStart=/bin/true -c /srv/nginx.conf"), None);
    }
}
