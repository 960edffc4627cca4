//! What the target's daemon knows.
//!
//! In: names, the version, the profile. Out: directives, where they may stand, and whether this build has
//! them.

use fpmlint_catalog::php_fpm::{self, DirectiveId, DirectiveSet, Scope};
use fpmlint_catalog::{Version, nearest_ranked};
use fpmlint_workspace::Profile;

use super::reader::Section;

/// What the target's daemon knows, looked up once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    /// What it has at all.
    existing: DirectiveSet,
    arrays: DirectiveSet,
    in_global: DirectiveSet,
    in_pools: DirectiveSet,
}

impl Known {
    pub(crate) fn new(version: Option<Version>, profile: &Profile) -> Known {
        let set = |holds: &dyn Fn(DirectiveId) -> bool| {
            let mut set = DirectiveSet::default();
            php_fpm::ids().filter(|id| holds(*id)).for_each(|id| set.insert(id));
            set
        };
        Known {
            existing: set(&|id| exists(id, version, profile)),
            arrays: set(&is_array),
            in_global: set(&|id| php_fpm::entry(id, Scope::Global).is_some()),
            in_pools: set(&|id| php_fpm::entry(id, Scope::Pool).is_some()),
        }
    }

    /// Whether the daemon knows the directive at all.
    pub(crate) fn exists(&self, id: DirectiveId) -> bool {
        self.existing.contains(id)
    }

    /// The array directive of this name, if there is one; its case counts.
    pub(crate) fn array(&self, name: &[u8]) -> Option<DirectiveId> {
        php_fpm::find(name).filter(|id| self.arrays.contains(*id) && self.exists(*id))
    }

    /// The scalar directive of this name that may stand in the open section, if there is one.
    pub(crate) fn scalar(&self, name: &[u8], section: Section) -> Option<DirectiveId> {
        let fits = |id: &DirectiveId| match section {
            Section::Unknown => true,
            Section::Global(_) => self.in_global.contains(*id),
            Section::Pool(..) => self.in_pools.contains(*id),
        };
        let is_scalar = |id: &DirectiveId| !self.arrays.contains(*id) && self.exists(*id);
        php_fpm::find(name).filter(is_scalar).filter(fits)
    }
}

fn is_array(id: DirectiveId) -> bool {
    php_fpm::entries(id).iter().any(|row| row.value.is_array())
}

/// Whether an array takes switches.
pub(crate) fn is_flag(id: DirectiveId) -> bool {
    matches!(id, php_fpm::id::PHP_FLAG | php_fpm::id::PHP_ADMIN_FLAG)
}

/// Whether a scalar directive may stand in the open section.
pub(crate) fn fits(id: DirectiveId, section: Section) -> bool {
    match section {
        Section::Unknown => true,
        Section::Global(_) => php_fpm::entry(id, Scope::Global).is_some(),
        Section::Pool(..) => php_fpm::entry(id, Scope::Pool).is_some(),
    }
}

/// Whether the daemon of this version and build has a directive; what nobody knows counts as yes.
pub(crate) fn exists(id: DirectiveId, version: Option<Version>, profile: &Profile) -> bool {
    php_fpm::entries(id).iter().any(|row| {
        let in_version = version.is_none_or(|version| row.is_in(version) != Some(false));
        in_version && row.build.is_none_or(|option| build(option, profile) != Some(false))
    })
}

/// Whether the build has an option; none where that differs from build to build.
fn build(option: &str, profile: &Profile) -> Option<bool> {
    let defaults = &profile.php_fpm;
    match option.split_whitespace().next().unwrap_or(option) {
        "HAVE_FPM_ACL" => defaults.acl,
        "HAVE_SYSTEMD" => defaults.systemd,
        "HAVE_APPARMOR" => defaults.apparmor,
        // FreeBSD alone has it.
        "SO_SETFIB" => Some(false),
        _ => Some(true),
    }
}

/// The directive that a misspelt name in the open section probably means.
pub(crate) fn suggest(name: &[u8], section: Section, array: bool) -> Option<&'static str> {
    let name = std::str::from_utf8(name).ok()?;
    let candidates = php_fpm::ids().filter(|id| is_array(*id) == array && (array || fits(*id, section)));
    nearest_ranked(name, candidates.map(|id| (php_fpm::name(id), php_fpm::rank(id))))
}
