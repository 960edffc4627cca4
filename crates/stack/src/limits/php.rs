//! Settings of PHP as they are in force for one request.
//!
//! The order is that of PHP's FastCGI process manager, seen with PHP 8.2: php.ini, the pool's `php_value` and then its
//! `php_admin_value`, the parameters PHP_VALUE and PHP_ADMIN_VALUE, which no admin value keeps out, the `[HOST=…]` and
//! `[PATH=…]` sections of php.ini, and last `.user.ini`, which changes nothing that an admin value or a section has set.

use fpmlint_catalog::php_fpm::id as fpm_id;
use fpmlint_catalog::php_ini::{self, DirectiveId, id};
use fpmlint_daemons::php_fpm::{self, Setting};
use fpmlint_daemons::php_ini::{Ini, Scope, quantity, settings};
use fpmlint_daemons::{Part, Place};
use fpmlint_workspace::HostPath;

use super::user_ini::UserInis;
use super::{Limit, Limits, Origin, Sent, Told, Value};
use crate::{How, Missing, PoolId, Stack};

/// The limits of PHP, in the order in which a request meets them.
const LIMITS: [DirectiveId; 6] = [
    id::UPLOAD_MAX_FILESIZE,
    id::POST_MAX_SIZE,
    id::MAX_INPUT_VARS,
    id::MAX_INPUT_TIME,
    id::MAX_EXECUTION_TIME,
    id::MEMORY_LIMIT,
];

/// Adds the limits of PHP for a script in a pool.
pub(super) fn limits(stack: &Stack, pool: PoolId, told: &Told, script: Option<&[u8]>, limits: &mut Limits) {
    let layers = Layers::new(stack, pool, told, script);
    let name = layers.in_force(id::USER_INI_FILENAME).value;
    let inis = UserInis::find(stack, pool, told, script, &name);
    for directive in LIMITS {
        let mut found = layers.in_force(directive);
        let is_open = !found.fixed;
        if let Some((value, place)) = inis.setting(php_ini::name(directive)).filter(|_| is_open) {
            found = Found { value, from: Origin::UserIni, place: Some(place), fixed: false };
        }
        if is_open {
            for doubt in &inis.doubts {
                if !limits.doubts.contains(doubt) {
                    limits.doubts.push(doubt.clone());
                }
            }
        }
        limits.all.push(Limit {
            name: php_ini::name(directive),
            value: found.value,
            from: found.from,
            place: found.place,
        });
    }
}

/// A value, who says so, and whether `.user.ini` may still change it.
struct Found {
    value: Value,
    from: Origin,
    place: Option<Place>,
    fixed: bool,
}

impl Found {
    fn set(&mut self, value: Value, from: Origin, place: Option<Place>, fixed: bool) {
        *self = Found { value, from, place, fixed: fixed || self.fixed };
    }
}

/// A known text as PHP reads it.
pub(super) fn known(text: &[u8]) -> Value {
    Value::Known { text: text.to_vec(), amount: Some(quantity(text).value) }
}

/// Where the settings of a request come from.
struct Layers<'a> {
    pool: &'a php_fpm::Pool,
    version: Option<fpmlint_catalog::Version>,
    ini: Option<&'a Ini>,
    /// Whether the host shows everything, so that no php.ini is no php.ini.
    whole: bool,
    told: &'a Told,
    script: Option<&'a [u8]>,
}

impl<'a> Layers<'a> {
    fn new(stack: &'a Stack, pool: PoolId, told: &'a Told, script: Option<&'a [u8]>) -> Layers<'a> {
        let master = stack.master_of(pool);
        Layers {
            pool: stack.pool_config(pool),
            version: master.config.version,
            ini: master.ini.as_ref(),
            whole: stack.hosts[master.host].is_closed(&HostPath::root()),
            told,
            script,
        }
    }

    fn in_force(&self, directive: DirectiveId) -> Found {
        let mut found = self.default(directive);
        let name = php_ini::name(directive).as_bytes();
        self.php_ini(name, &mut found);
        self.of_pool(name, &mut found);
        self.sent(name, &self.told.php_value, Origin::PhpValue, &mut found);
        self.sent(name, &self.told.php_admin_value, Origin::PhpAdminValue, &mut found);
        self.host_sections(name, &mut found);
        self.path_sections(name, &mut found);
        found
    }

    fn default(&self, directive: DirectiveId) -> Found {
        let row = php_ini::entry(directive);
        let default = self.version.map_or(row.default, |version| row.default_in(version));
        let value = known(default.value().unwrap_or_default().as_bytes());
        Found { value, from: Origin::Default, place: None, fixed: false }
    }

    fn php_ini(&self, name: &[u8], found: &mut Found) {
        let missing = |fact: &str| Value::Unknown(Missing::new(fact, How::PhpIni));
        match self.ini {
            None if self.whole => {}
            None => found.set(missing("the php.ini of this PHP"), Origin::PhpIni, None, false),
            Some(ini) if !ini.complete => {
                found.set(missing("all files of php.ini's scan folder"), Origin::PhpIni, None, false);
            }
            Some(ini) => {
                if let Some(setting) = ini.effective(name) {
                    let place = setting.place.with(Part::Value);
                    found.set(of_setting(&setting.value, name), Origin::PhpIni, Some(place), false);
                }
            }
        }
    }

    /// The first entry of each name counts, of `php_value` and `php_flag` together and of the admin ones together.
    fn of_pool(&self, name: &[u8], found: &mut Found) {
        let first = |ids: [php_fpm::DirectiveId; 2]| -> Option<&Setting> {
            let mut entries = self.pool.settings.iter().filter(|setting| ids.contains(&setting.id));
            entries.find(|setting| setting.key.as_deref() == Some(name))
        };
        let free = first([fpm_id::PHP_VALUE, fpm_id::PHP_FLAG]);
        let admin = first([fpm_id::PHP_ADMIN_VALUE, fpm_id::PHP_ADMIN_FLAG]);
        for (setting, fixed) in [(free, false), (admin, true)] {
            if let Some(setting) = setting {
                let place = setting.place.with(Part::Value);
                found.set(of_setting(&setting.value, name), Origin::Pool, Some(place), fixed);
            }
        }
    }

    fn sent(&self, name: &[u8], sent: &Sent, from: Origin, found: &mut Found) {
        let fixed = from == Origin::PhpAdminValue;
        match sent {
            Sent::No => {}
            Sent::Unknown(place) => found.set(unknown(from.name()), from, *place, fixed),
            Sent::Known(text, place) => {
                let set = settings(text, self.version).into_iter().rev().find(|(own, _)| **own == *name);
                if let Some((_, value)) = set {
                    let value = value.map_or_else(|| unknown(from.name()), |value| known(&value));
                    found.set(value, from, *place, fixed);
                }
            }
        }
    }

    fn host_sections(&self, name: &[u8], found: &mut Found) {
        let is_host = |scope: &Scope| matches!(scope, Scope::Host(_));
        if !self.has_section(name, is_host) {
            return;
        }
        match &self.told.server_name {
            Sent::No => {}
            Sent::Unknown(_) => found.set(unknown("SERVER_NAME"), Origin::PhpIniSection, None, true),
            Sent::Known(host, _) => {
                self.section(name, &Scope::Host(host.to_ascii_lowercase().into()), found);
            }
        }
    }

    /// From the root down to the script's folder.
    fn path_sections(&self, name: &[u8], found: &mut Found) {
        if !self.has_section(name, |scope| matches!(scope, Scope::Path(_))) {
            return;
        }
        let Some(script) = self.script else {
            found.set(unknown("SCRIPT_FILENAME"), Origin::PhpIniSection, None, true);
            return;
        };
        for at in memchr::memchr_iter(b'/', script).filter(|at| *at > 0) {
            let Some(folder) = script.get(..at) else { continue };
            self.section(name, &Scope::Path(folder.into()), found);
        }
    }

    fn has_section(&self, name: &[u8], is_meant: impl Fn(&Scope) -> bool) -> bool {
        let settings = self.ini.into_iter().flat_map(|ini| &ini.settings);
        settings.into_iter().any(|setting| *setting.name == *name && is_meant(&setting.scope))
    }

    fn section(&self, name: &[u8], scope: &Scope, found: &mut Found) {
        let mut settings = self.ini.into_iter().flat_map(|ini| &ini.settings).rev();
        if let Some(setting) = settings.find(|setting| *setting.name == *name && setting.scope == *scope) {
            let place = setting.place.with(Part::Value);
            found.set(of_setting(&setting.value, name), Origin::PhpIniSection, Some(place), true);
        }
    }
}

fn of_setting(value: &php_fpm::Value, name: &[u8]) -> Value {
    value.known().map_or_else(|| unknown(&String::from_utf8_lossy(name)), known)
}

fn unknown(name: &str) -> Value {
    Value::Unknown(Missing::value(name.as_bytes()))
}
