//! How common directives are in real files.
//!
//! In: a dialect and a name. Out: a rank, which orders completions and suggestions.

use crate::{apache, nginx, php_fpm, php_ini};

/// A kind of configuration file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Dialect {
    /// nginx.
    Nginx,
    /// Main configuration files of Apache.
    Apache,
    /// `.htaccess`.
    Htaccess,
    /// php-fpm.
    PhpFpm,
    /// php.ini.
    PhpIni,
}

/// How common a directive is in files of a dialect: 1 for the name that most of the looked-at projects use;
/// none for one that none uses or that is not known. The name is as the dialect's `find` takes it.
pub fn frequency(dialect: Dialect, name: &str) -> Option<u16> {
    let name = name.as_bytes();
    match dialect {
        Dialect::Nginx => nginx::find(name).and_then(nginx::rank),
        Dialect::Apache => apache::find(name).and_then(apache::rank),
        Dialect::Htaccess => apache::find(name).and_then(apache::htaccess_rank),
        Dialect::PhpFpm => php_fpm::find(name).and_then(php_fpm::rank),
        Dialect::PhpIni => php_ini::find(name).and_then(php_ini::rank),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_directives_come_first() {
        assert_eq!(frequency(Dialect::Nginx, "location"), Some(1));
        assert_eq!(frequency(Dialect::PhpFpm, "pm"), Some(1));
        assert_eq!(frequency(Dialect::Apache, "<Directory"), Some(1));
        assert_eq!(frequency(Dialect::Htaccess, "RewriteRule"), Some(1));
        assert!(frequency(Dialect::PhpFpm, "php_admin_value").is_some());
        assert_eq!(frequency(Dialect::PhpIni, "memory_limit"), Some(1));
    }

    #[test]
    fn what_no_project_uses_has_no_rank() {
        assert_eq!(frequency(Dialect::Nginx, "spdy_pool_size"), None);
        assert_eq!(frequency(Dialect::Nginx, "no_such_directive"), None);
    }
}
