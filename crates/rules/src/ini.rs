//! Settings of PHP, wherever they stand.
//!
//! In: a stack. Out: each php.ini once for each version that reads it, and the settings that pools make for PHP.

use fpmlint_catalog::Version;
use fpmlint_catalog::php_fpm::{DirectiveId, id};
use fpmlint_daemons::php_fpm::{Pool, Setting};
use fpmlint_daemons::php_ini::{Ini, IniSetting, Scope};
use fpmlint_stack::Stack;

/// A php.ini with its scan folder, and who reads it.
pub(crate) struct Source<'a> {
    /// Index into the stack's hosts.
    pub host: usize,
    /// The version that is aimed at.
    pub version: Option<Version>,
    pub ini: &'a Ini,
}

/// Every php.ini.
pub(crate) fn sources(stack: &Stack) -> impl Iterator<Item = Source<'_>> {
    let of_masters = stack.masters.iter().filter_map(|master| {
        let (host, version, ini) = (master.host, master.config.version, master.ini.as_ref()?);
        Some(Source { host, version, ini })
    });
    let alone = stack.inis.iter().map(|(host, _, ini)| Source { host: *host, version: ini.version, ini });
    of_masters.chain(alone)
}

/// The settings of a php.ini that hold for every request, have no key, and are no extensions to load.
pub(crate) fn plain(ini: &Ini) -> impl Iterator<Item = &IniSetting> {
    ini.settings.iter().filter(|setting| {
        setting.scope == Scope::All && setting.key.is_none() && !is_extension(&setting.name)
    })
}

fn is_extension(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"extension") || name.eq_ignore_ascii_case(b"zend_extension")
}

/// Whether a pool's array holds settings of PHP.
pub(crate) fn is_php_array(id: DirectiveId) -> bool {
    matches!(id, id::PHP_VALUE | id::PHP_FLAG | id::PHP_ADMIN_VALUE | id::PHP_ADMIN_FLAG)
}

/// The settings that a pool makes for PHP, with their names.
pub(crate) fn of_pool(pool: &Pool) -> impl Iterator<Item = (&[u8], &Setting)> {
    let arrays = pool.settings.iter().filter(|setting| is_php_array(setting.id));
    arrays.filter_map(|setting| Some((setting.key.as_deref()?, setting)))
}
