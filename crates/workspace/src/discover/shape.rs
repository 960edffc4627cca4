//! What a path says about a file: which daemon's configuration it looks like.
//!
//! In: a path. Out: a first guess, which the file's content may correct. The file's own name speaks first, then the
//! folders, the nearest first; what lies far above a project says little about it.

use std::path::{Component, Path};

use super::As;

/// A first guess.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Shape {
    /// Whose configuration the path looks like.
    pub reader: Option<As>,
    /// The name is the one under which the daemon looks for its main file.
    pub main_name: bool,
    /// The folder is one from which a main file takes pools.
    pub pool_folder: bool,
    /// Another program that the path names.
    pub foreign: Option<&'static str>,
}

/// Programs whose files look alike, by a word of a file's or folder's name.
const FOREIGN: &[(&str, &str)] = &[
    ("supervisor", "supervisord"),
    ("supervisord", "supervisord"),
    ("systemd", "systemd"),
    ("service", "systemd"),
    ("dbus", "D-Bus"),
    ("proftpd", "ProFTPD"),
    ("named", "BIND"),
    ("bind", "BIND"),
    ("bind9", "BIND"),
    ("uwsgi", "uWSGI"),
    ("logrotate", "logrotate"),
    ("fail2ban", "fail2ban"),
    ("rsyslog", "rsyslog"),
    ("monit", "monit"),
    ("mysql", "MySQL"),
    ("mariadb", "MariaDB"),
    ("redis", "Redis"),
    ("postgres", "PostgreSQL"),
    ("varnish", "Varnish"),
    ("haproxy", "HAProxy"),
    ("sysctl", "sysctl"),
    ("tmpfiles", "systemd"),
    ("sysusers", "systemd"),
    ("modprobe", "modprobe"),
    ("dovecot", "Dovecot"),
    ("postfix", "Postfix"),
    ("exim", "Exim"),
    ("logstash", "Logstash"),
    ("filebeat", "Filebeat"),
    ("fluentd", "Fluentd"),
    ("telegraf", "Telegraf"),
];

/// Files of nginx's own folder that are only data.
const DATA_NAMES: &[&str] = &["mime.types", "koi-utf", "koi-win", "win-utf", "magic"];

/// Whether a search of a project opens a file at all.
pub(super) fn is_candidate(path: &Path) -> bool {
    let name = lower_name(path);
    if DATA_NAMES.contains(&name.as_str()) {
        return false;
    }
    let ends = [".conf", ".ini", ".vhost", ".inc"];
    if ends.iter().any(|end| name.ends_with(end)) || is_template(&name) {
        return true;
    }
    let known = ["fastcgi_params", ".htaccess", "php.ini-development", "php.ini-production"];
    known.contains(&name.as_str()) || (!name.contains('.') && in_sites_folder(path))
}

/// Whether the name says that another program makes the configuration from this file.
pub(super) fn is_template(name: &str) -> bool {
    const MARKS: [&str; 10] =
        [".template", ".tmpl", ".tpl", ".j2", ".jinja2", ".erb", ".epp", ".in", ".mustache", ".dist.twig"];
    let bare = MARKS.iter().find_map(|mark| name.strip_suffix(mark));
    bare.is_some_and(|bare| bare.ends_with(".conf") || bare.ends_with(".ini") || bare.ends_with(".vhost"))
}

fn in_sites_folder(path: &Path) -> bool {
    let folder = path.parent().map(lower_name).unwrap_or_default();
    folder.starts_with("sites") || folder.starts_with("vhosts")
}

/// The file's name in lower case; bytes that are not UTF-8 become replacement characters.
pub(super) fn lower_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

/// Guesses from a path alone.
pub(super) fn shape(path: &Path) -> Shape {
    let name = lower_name(path);
    let mut shape = from_name(&name);
    let folders = path.parent().into_iter().flat_map(|folder| folder.components().rev());
    let mut nearest = None;
    for (distance, folder) in folders.take(6).enumerate() {
        let Component::Normal(folder) = folder else { continue };
        let folder = folder.to_string_lossy().to_ascii_lowercase();
        if distance == 0 {
            shape.pool_folder = is_pool_folder(&folder);
            // The settings of PHP on the command line are not those of php-fpm.
            shape.main_name &=
                !(shape.reader == Some(As::PhpIni) && matches!(folder.as_str(), "cli" | "cgi"));
        }
        if shape.foreign.is_none() && nearest.is_none() {
            shape.foreign = foreign(&folder);
        }
        nearest = nearest.or_else(|| from_folder(&folder, &name));
        if shape.foreign.is_some() || nearest.is_some() {
            break;
        }
    }
    if shape.reader.is_none() || is_neutral(&name) {
        shape.reader = nearest.or(shape.reader);
    }
    shape
}

/// Names that several daemons use: their folder knows better.
fn is_neutral(name: &str) -> bool {
    matches!(name, "www.conf" | "default.conf" | "docker.conf")
}

fn from_name(name: &str) -> Shape {
    let reader = |reader| Shape { reader: Some(reader), ..Shape::default() };
    let main = |reader| Shape { reader: Some(reader), main_name: true, ..Shape::default() };
    match name {
        "nginx.conf" => return main(As::Nginx),
        "php-fpm.conf" => return main(As::PhpFpm),
        "httpd.conf" | "apache2.conf" => return main(As::Apache),
        "php.ini" => return main(As::PhpIni),
        ".htaccess" => return main(As::Htaccess),
        "fastcgi_params" | "fastcgi.conf" | "fastcgi-php.conf" => return reader(As::Nginx),
        "www.conf" | "zz-docker.conf" => return reader(As::PhpFpm),
        _ => {}
    }
    if name.starts_with("php.ini-") {
        return reader(As::PhpIni);
    }
    let Some((stem, end)) = name.rsplit_once('.') else { return Shape::default() };
    if let Some(program) = foreign(stem) {
        return Shape { foreign: Some(program), ..Shape::default() };
    }
    let says = |wanted: &[&str]| words(stem).any(|word| wanted.contains(&word));
    match end {
        "ini" if says(&["php", "xdebug", "opcache", "apcu", "user"]) => reader(As::PhpIni),
        "conf" if says(&["nginx"]) && !says(&["fpm"]) => reader(As::Nginx),
        "conf" if says(&["fpm"]) && !says(&["nginx", "apache", "apache2", "httpd"]) => reader(As::PhpFpm),
        "conf" if says(&["httpd", "apache", "apache2"]) && !says(&["fpm"]) => reader(As::Apache),
        _ => Shape::default(),
    }
}

fn is_pool_folder(folder: &str) -> bool {
    matches!(folder, "pool.d" | "php-fpm.d" | "fpm.d" | "pools" | "pool")
}

/// What a folder says about a file in it. A folder that names two daemons says nothing.
fn from_folder(folder: &str, name: &str) -> Option<As> {
    let ini = name.ends_with(".ini");
    if is_pool_folder(folder) {
        return Some(if ini { As::PhpIni } else { As::PhpFpm });
    }
    let mut found = None;
    for word in words(folder) {
        let here = match word {
            "nginx" | "openresty" if !ini => As::Nginx,
            "apache" | "apache2" | "httpd" if !ini => As::Apache,
            "php" | "fpm" if ini => As::PhpIni,
            "php" | "fpm" if name.ends_with(".conf") => As::PhpFpm,
            _ => continue,
        };
        if found.is_some_and(|other| other != here) {
            return None;
        }
        found = Some(here);
    }
    found
}

fn foreign(name: &str) -> Option<&'static str> {
    let mut words = words(name);
    words.find_map(|word| FOREIGN.iter().find(|(known, _)| *known == word).map(|(_, program)| *program))
}

/// The words of a name; a version at a word's end (`php82`) is cut off, but `apache2` and `bind9` stay.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_ascii_alphanumeric()).map(|word| match word {
        "apache2" | "bind9" | "fail2ban" => word,
        _ => word.trim_end_matches(|letter: char| letter.is_ascii_digit()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(path: &str) -> Option<As> {
        shape(Path::new(path)).reader
    }

    #[test]
    fn the_usual_places_are_known() {
        assert_eq!(reader("/p/docker/nginx/default.conf"), Some(As::Nginx));
        assert_eq!(reader("/p/docker/php/www.conf"), Some(As::PhpFpm));
        assert_eq!(reader("/p/docker/apache/vhost.conf"), Some(As::Apache));
        assert_eq!(reader("/p/etc/nginx/sites-available/default"), Some(As::Nginx));
        assert_eq!(reader("/p/etc/httpd/conf.d/site.conf"), Some(As::Apache));
        assert_eq!(reader("/p/etc/php/8.2/fpm/pool.d/shop.conf"), Some(As::PhpFpm));
        assert_eq!(reader("/p/etc/php.d/10-opcache.ini"), Some(As::PhpIni));
        assert_eq!(reader("/p/docker/php82/custom.ini"), Some(As::PhpIni));
        assert_eq!(reader("/p/public/.htaccess"), Some(As::Htaccess));
    }

    #[test]
    fn a_folder_decides_what_a_common_name_means() {
        assert_eq!(reader("/p/nginx/www.conf"), Some(As::Nginx));
        assert_eq!(reader("/p/www.conf"), Some(As::PhpFpm));
        assert_eq!(reader("/p/conf/site.conf"), None);
        assert_eq!(reader("/p/nginx-php-fpm/site.conf"), None);
    }

    #[test]
    fn a_php_ini_of_the_command_line_is_no_main_file() {
        assert!(shape(Path::new("/p/php/8.2/fpm/php.ini")).main_name);
        assert!(!shape(Path::new("/p/php/8.2/cli/php.ini")).main_name);
    }

    #[test]
    fn files_of_other_programs_are_marked() {
        for path in [
            "/p/supervisor/php-fpm.conf",
            "/p/docker/supervisord.conf",
            "/p/etc/systemd/system/php-fpm.service.d/php-fpm.conf",
            "/p/etc/bind/named.conf",
            "/p/proftpd.conf",
            "/p/dbus-1/session.conf",
            "/p/uwsgi.ini",
            "/p/tmpfiles.d/php8.2-fpm.conf",
        ] {
            assert!(shape(Path::new(path)).foreign.is_some(), "{path}");
        }
        assert_eq!(shape(Path::new("/p/docker/php/php-fpm.conf")).foreign, None);
    }

    #[test]
    fn a_search_opens_configuration_files_only() {
        for path in
            ["a.conf", "a.ini", "sites-enabled/default", ".htaccess", "fastcgi_params", "a.conf.template"]
        {
            assert!(is_candidate(Path::new(path)), "{path}");
        }
        for path in ["a.php", "default", "README", "mime.types", "conf", "sites-enabled/a.php"] {
            assert!(!is_candidate(Path::new(path)), "{path}");
        }
        assert!(is_template("default.conf.template") && !is_template("default.conf"));
    }
}
