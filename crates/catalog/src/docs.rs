//! What a directive does and the trap in it, in a few sentences.
//!
//! In: a directive. Out: its text, where one is written. The texts are `data/docs/*.md`; what the tables know
//! (contexts, defaults, versions) is not in them but in [`facts`](crate::facts). Invariants, kept by the
//! generator: every text belongs to a directive of its dialect, and the texts of a dialect are in the order of ids.

use crate::generated::docs::{APACHE, NGINX, PHP_FPM, PHP_INI};
use crate::{Dialect, apache, nginx, php_fpm, php_ini};

/// The text of a directive. Both parts are one paragraph of Markdown that uses nothing but `code`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Doc {
    pub(crate) number: u16,
    /// What it does.
    pub text: &'static str,
    /// What people get wrong about it.
    pub trap: Option<&'static str>,
}

/// The text of the directive of this name. The name is as the dialect's `find` takes it; `.htaccess` files have the
/// directives of Apache.
pub fn find(dialect: Dialect, name: &str) -> Option<&'static Doc> {
    let name = name.as_bytes();
    match dialect {
        Dialect::Nginx => nginx::find(name).and_then(of_nginx),
        Dialect::Apache | Dialect::Htaccess => apache::find(name).and_then(of_apache),
        Dialect::PhpFpm => php_fpm::find(name).and_then(of_php_fpm),
        Dialect::PhpIni => php_ini::find(name).and_then(of_php_ini),
    }
}

/// The text of a directive of nginx.
pub fn of_nginx(id: nginx::DirectiveId) -> Option<&'static Doc> {
    look_up(&NGINX, id.0)
}

/// The text of a directive of Apache.
pub fn of_apache(id: apache::DirectiveId) -> Option<&'static Doc> {
    look_up(&APACHE, id.0)
}

/// The text of a directive of php-fpm.
pub fn of_php_fpm(id: php_fpm::DirectiveId) -> Option<&'static Doc> {
    look_up(&PHP_FPM, id.0)
}

/// The text of a directive of php.ini.
pub fn of_php_ini(id: php_ini::DirectiveId) -> Option<&'static Doc> {
    look_up(&PHP_INI, id.0)
}

fn look_up(docs: &'static [Doc], number: u16) -> Option<&'static Doc> {
    let at = docs.binary_search_by_key(&number, |doc| doc.number).ok()?;
    docs.get(at)
}

#[cfg(test)]
mod tests;
