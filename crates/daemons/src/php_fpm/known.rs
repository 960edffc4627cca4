//! What the target's daemon knows.
//!
//! In: names, the version, the profile. Out: directives, where they may stand, and whether this build has
//! them.

use fpmlint_catalog::php_fpm::{self, DirectiveId, Scope};
use fpmlint_catalog::{Version, nearest_ranked};
use fpmlint_workspace::Profile;

use super::reader::Section;

/// The array directive of this name; its case counts.
pub(crate) fn array(name: &[u8]) -> Option<DirectiveId> {
    php_fpm::find(name).filter(|id| is_array(*id))
}

/// The scalar directive of this name.
pub(crate) fn scalar(name: &[u8]) -> Option<DirectiveId> {
    php_fpm::find(name).filter(|id| !is_array(*id))
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
