//! The `.user.ini` files that PHP reads for a script: from the document root down to the script's folder, or that of
//! the script's folder alone where it does not lie below the document root.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::php_ini::{Ini, IniSource, Scope, read};
use fpmlint_daemons::{Part, Place};
use fpmlint_workspace::{HostPath, Lookup};

use super::php::known;
use super::{Sent, Told, Value};
use crate::{How, Missing, PoolId, Stack};

/// Folders that are looked into; paths are rarely deeper than ten.
const MAX_FOLDERS: usize = 64;

/// The files that were found.
pub(super) struct UserInis {
    /// From the outermost to the innermost.
    found: Vec<Ini>,
    /// What was not seen and taken as not there.
    pub(super) doubts: Vec<Missing>,
}

impl UserInis {
    pub(super) fn find(
        stack: &Stack,
        pool: PoolId,
        told: &Told,
        script: Option<&[u8]>,
        name: &Value,
    ) -> UserInis {
        let mut inis = UserInis { found: Vec::new(), doubts: Vec::new() };
        let Value::Known { text: name, .. } = name else {
            // The one who misses php.ini says so already.
            return inis;
        };
        if name.is_empty() || told.document_root == Sent::No {
            return inis;
        }
        let (Sent::Known(root, _), Some(script)) = (&told.document_root, script) else {
            let fact = format!("the folders in which PHP looks for {}", String::from_utf8_lossy(name));
            inis.doubts.push(Missing::new(fact, How::Value));
            return inis;
        };
        for folder in folders(root, script).into_iter().take(MAX_FOLDERS) {
            inis.look(stack, pool, folder, name);
        }
        inis
    }

    /// The setting of a name that counts: the last of the innermost file that has one.
    pub(super) fn setting(&self, name: &str) -> Option<(Value, Place)> {
        self.found.iter().rev().find_map(|ini| {
            let mut settings = ini.settings.iter().rev();
            let is_meant = |scope: &Scope| *scope == Scope::All;
            let setting = settings
                .find(|it| *it.name == *name.as_bytes() && it.key.is_none() && is_meant(&it.scope))?;
            let value =
                setting.value.known().map_or_else(|| Value::Unknown(Missing::value(name.as_bytes())), known);
            Some((value, setting.place.with(Part::Value)))
        })
    }

    fn look(&mut self, stack: &Stack, pool: PoolId, folder: &[u8], name: &[u8]) {
        let host = &stack.hosts[stack.pools[pool].host];
        let chroot = stack.pool_config(pool).text(id::CHROOT).unwrap_or_default();
        let path = HostPath::new([chroot, folder, b"/", name].concat());
        match host.open(&path) {
            Lookup::Found(file) => {
                let version = stack.master_of(pool).config.version;
                self.found.push(read(&IniSource {
                    host,
                    main: Some(file),
                    scan: None,
                    version,
                    per_folder: true,
                }));
            }
            Lookup::Absent => {}
            Lookup::Unknown | Lookup::Failed(_) => self.doubts.push(Missing::exists(path.as_bytes())),
        }
    }
}

/// The folders that PHP looks into, without a slash at their ends.
fn folders<'s>(root: &[u8], script: &'s [u8]) -> Vec<&'s [u8]> {
    let root = root.strip_suffix(b"/").unwrap_or(root);
    let own = memchr::memrchr(b'/', script).and_then(|at| script.get(..at)).unwrap_or(b"");
    let Some(below) = script.strip_prefix(root) else { return vec![own] };
    // PHP compares bytes: `/srv/www2` counts as below `/srv/www`.
    let slashes = memchr::memchr_iter(b'/', below);
    slashes.filter_map(|at| script.get(..root.len() + at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_the_root_to_the_script() {
        let shown = |root: &str, script: &'static str| {
            let folders = folders(root.as_bytes(), script.as_bytes());
            folders.into_iter().map(|folder| String::from_utf8(folder.to_vec()).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(shown("/srv/www", "/srv/www/a/b/x.php"), ["/srv/www", "/srv/www/a", "/srv/www/a/b"]);
        assert_eq!(shown("/srv/www/", "/srv/www/x.php"), ["/srv/www"]);
        assert_eq!(shown("/srv/www", "/opt/app/x.php"), ["/opt/app"]);
        assert_eq!(shown("", "/opt/x.php"), ["", "/opt"]);
        assert_eq!(shown("/srv", "x.php"), [""]);
    }
}
