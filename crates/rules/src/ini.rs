//! Settings of PHP, wherever they stand.
//!
//! In: a stack. Out: each php.ini once for each version that reads it, and the settings that pools make for PHP.

use fpmlint_catalog::Version;
use fpmlint_catalog::php_fpm::{DirectiveId, id};
use fpmlint_daemons::Place;
use fpmlint_daemons::php_fpm::{Pool, Setting, Value};
use fpmlint_daemons::php_ini::{Ini, IniSetting, Scope};
use fpmlint_diagnostics::Reader;
use fpmlint_stack::{PoolId, Stack};

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

/// What PHP reads once, when it starts.
const AT_START: [&[u8]; 17] = [
    b"apc.entries_hint",
    b"apc.mmap_file_mask",
    b"apc.shm_segments",
    b"apc.shm_size",
    b"opcache.file_cache",
    b"opcache.file_cache_only",
    b"opcache.huge_code_pages",
    b"opcache.interned_strings_buffer",
    b"opcache.jit_buffer_size",
    b"opcache.lockfile_path",
    b"opcache.max_accelerated_files",
    b"opcache.max_wasted_percentage",
    b"opcache.memory_consumption",
    b"opcache.preferred_memory_model",
    b"opcache.preload",
    b"opcache.preload_user",
    b"zend_extension",
];

/// Whether PHP reads a setting once, when it starts, so that a value that comes later is for show.
pub(crate) fn is_read_at_start(name: &[u8]) -> bool {
    AT_START.binary_search(&name).is_ok()
}

/// A value that holds in a pool, and the line that sets it.
pub(crate) struct InForce<'a> {
    pub value: &'a Value,
    pub place: Place,
    pub reader: Reader,
}

/// What sets `name` for a pool: its own lines, those for the administrator first, then php.ini. Of several lines of a
/// pool the first counts.
pub(crate) fn in_force<'a>(stack: &'a Stack, pool: PoolId, name: &[u8]) -> Option<InForce<'a>> {
    let mut own: Option<&Setting> = None;
    for setting in &stack.pool_config(pool).settings {
        if !is_php_array(setting.id) || setting.key.as_deref() != Some(name) {
            continue;
        }
        // Of each kind the first counts, and those for the administrator before the others.
        let is_admin = matches!(setting.id, id::PHP_ADMIN_VALUE | id::PHP_ADMIN_FLAG);
        if is_admin {
            own = Some(setting);
            break;
        }
        own = own.or(Some(setting));
    }
    if let Some(setting) = own {
        return Some(InForce { value: &setting.value, place: setting.place, reader: Reader::PhpFpm });
    }
    let setting = stack.masters[stack.pools[pool].master].ini.as_ref()?.effective(name)?;
    Some(InForce { value: &setting.value, place: setting.place, reader: Reader::PhpIni })
}

/// The settings of a php.ini that hold for every request, have no key, and are no extensions to load.
pub(crate) fn plain(ini: &Ini) -> impl Iterator<Item = &IniSetting> {
    ini.settings.iter().filter(|setting| {
        setting.scope == Scope::All && setting.key.is_none() && !is_extension(&setting.name)
    })
}

pub(crate) fn is_extension(name: &[u8]) -> bool {
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
