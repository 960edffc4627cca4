//! Facts that the table must tell, spot checks against php-fpm.

use super::*;
use crate::names::tests::{assert_all_filed, assert_all_found};
use crate::version::{Since, Version};

fn only(id: DirectiveId) -> &'static Directive {
    let [row] = entries(id) else { panic!("{id:?} has not one row") };
    row
}

#[test]
fn the_table_is_whole() {
    assert_eq!((directives().len(), names().count()), (66, 63));
}

#[test]
fn every_name_is_found_and_no_misspelling_is() {
    assert_all_found(&NAMES, ignoring_case);
    assert_all_filed(&NAMES, &DIRECTIVES, |row| row.name);
}

#[test]
fn case_counts_in_include_and_arrays_only() {
    assert_eq!(find(b"PM.Max_Children"), Some(id::PM_MAX_CHILDREN));
    assert_eq!((find(b"include"), find(b"Include")), (Some(id::INCLUDE), None));
    assert_eq!((find(b"env"), find(b"ENV")), (Some(id::ENV), None));
    assert_eq!((find(b"php_admin_flag"), find(b"PHP_admin_flag")), (Some(id::PHP_ADMIN_FLAG), None));
    assert_eq!(find(b"access.suppress_path"), Some(id::ACCESS_SUPPRESS_PATH));
}

#[test]
fn pm_max_children_is_a_mandatory_number_of_a_pool() {
    let row = only(id::PM_MAX_CHILDREN);
    assert_eq!((row.scope, row.value, row.default), (Scope::Pool, ValueType::Integer, None));
    assert_eq!((row.default_text, row.unit), ("- (mandatory)", "processes"));
    assert!(entry(id::PM_MAX_CHILDREN, Scope::Global).is_none());
}

#[test]
fn listen_acl_users_depends_on_the_build_and_the_release() {
    let row = only(id::LISTEN_ACL_USERS);
    assert!(row.build.is_some_and(|build| build.starts_with("HAVE_FPM_ACL")));
    assert_eq!(row.since, Since::At(Version::new(5, 6, 5)));
}

#[test]
fn three_names_have_a_row_for_each_scope() {
    for id in [id::PROCESS_PRIORITY, id::RLIMIT_FILES, id::RLIMIT_CORE] {
        assert_eq!(entry(id, Scope::Global).map(|row| row.scope), Some(Scope::Global));
        assert_eq!(entry(id, Scope::Pool).map(|row| row.scope), Some(Scope::Pool));
    }
    assert_eq!(entry(id::INCLUDE, Scope::Pool).map(|row| row.scope), Some(Scope::Both));
}

#[test]
fn defaults_are_values_where_they_are_plain() {
    let default = |id| only(id).default;
    assert_eq!(default(id::PM_PROCESS_IDLE_TIMEOUT), Some("10s"));
    assert_eq!(default(id::PM_MAX_REQUESTS), Some("0"));
    assert_eq!(default(id::SECURITY_LIMIT_EXTENSIONS), Some(".php .phar"));
    assert_eq!(default(id::ACCESS_FORMAT), Some(r#"%R - %u %t "%m %r" %s"#));
    for id in [
        id::LISTEN,
        id::LISTEN_BACKLOG,
        id::PM_START_SERVERS,
        id::SLOWLOG,
        id::CHDIR,
        id::LISTEN_ALLOWED_CLIENTS,
    ] {
        assert_eq!(default(id), None, "{id:?}");
    }
}

#[test]
fn releases_are_told_apart() {
    let row = only(id::PROCESS_DUMPABLE);
    assert_eq!(row.is_in(Version::new(7, 1, 15)), Some(false));
    assert_eq!(row.is_in(Version::new(7, 1, 16)), Some(true));
    assert_eq!(row.is_in(Version::new(8, 2, 0)), Some(true));
    assert_eq!(only(id::PM_MAX_SPAWN_RATE).is_in(Version::new(8, 0, 30)), Some(false));
}

#[test]
fn words_of_enumerations_are_listed() {
    assert_eq!(only(id::PM).enum_values, ["static", "dynamic", "ondemand"]);
    assert_eq!(only(id::SYSLOG_FACILITY).enum_values.len(), 20);
}

#[test]
fn misspelt_directives_are_recognised() {
    assert_eq!(suggest("pm.max_childern"), Some("pm.max_children"));
    assert_eq!(suggest("pm.max_spare_server"), Some("pm.max_spare_servers"));
    assert_eq!(suggest("listen.acl_user"), Some("listen.acl_users"));
    assert_eq!(suggest("foo"), None);
}
