//! Providers of authentication and authorization: `file`, `ip`, `valid-user` and their kin.
//!
//! In: a name. Out: whether a loaded module or an alias of the configuration provides it; none where that cannot be
//! told.

use rustc_hash::FxHashSet;

use super::Line;

/// What sections of the configuration define.
#[derive(Default)]
pub(super) struct Defined {
    pub(super) authn: FxHashSet<Box<[u8]>>,
    pub(super) authz: FxHashSet<Box<[u8]>>,
}

/// A name and the C file of the module that provides it.
type Provider = (&'static str, &'static str);

pub(super) const AUTHZ: &[Provider] = &[
    ("all", "mod_authz_core.c"),
    ("env", "mod_authz_core.c"),
    ("method", "mod_authz_core.c"),
    ("expr", "mod_authz_core.c"),
    ("ip", "mod_authz_host.c"),
    ("host", "mod_authz_host.c"),
    ("forward-dns", "mod_authz_host.c"),
    ("local", "mod_authz_host.c"),
    ("user", "mod_authz_user.c"),
    ("valid-user", "mod_authz_user.c"),
    ("group", "mod_authz_groupfile.c"),
    ("file-group", "mod_authz_groupfile.c"),
    ("file-owner", "mod_authz_owner.c"),
    ("dbm-group", "mod_authz_dbm.c"),
    ("dbm-file-group", "mod_authz_dbm.c"),
    ("dbd-group", "mod_authz_dbd.c"),
    ("dbd-login", "mod_authz_dbd.c"),
    ("dbd-logout", "mod_authz_dbd.c"),
    ("ldap-user", "mod_authnz_ldap.c"),
    ("ldap-group", "mod_authnz_ldap.c"),
    ("ldap-dn", "mod_authnz_ldap.c"),
    ("ldap-attribute", "mod_authnz_ldap.c"),
    ("ldap-filter", "mod_authnz_ldap.c"),
    ("ldap-search", "mod_authnz_ldap.c"),
    ("ssl", "mod_ssl.c"),
    ("ssl-verify-client", "mod_ssl.c"),
];

pub(super) const AUTHN: &[Provider] = &[
    ("file", "mod_authn_file.c"),
    ("anon", "mod_authn_anon.c"),
    ("dbm", "mod_authn_dbm.c"),
    ("dbd", "mod_authn_dbd.c"),
    ("socache", "mod_authn_socache.c"),
    ("ldap", "mod_authnz_ldap.c"),
];

/// Whether a name of `known` or `defined` is provided.
pub(super) fn provides(
    line: &Line<'_>,
    known: &[Provider],
    defined: &FxHashSet<Box<[u8]>>,
    name: &[u8],
) -> Option<bool> {
    if defined.contains(name) {
        return Some(true);
    }
    match known.iter().find(|(provider, _)| provider.as_bytes() == name) {
        Some((_, module)) => line.config.modules.has(module.as_bytes()),
        None => line.knows_all_modules().then_some(false),
    }
}

/// Whether httpd or a module that it comes with has a provider of this name at all.
pub(super) fn is_known(known: &[Provider], name: &[u8]) -> bool {
    known.iter().any(|(provider, _)| provider.as_bytes() == name)
}
