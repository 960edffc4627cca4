//! Facts that the table must tell, spot checks against PHP.

use super::*;
use crate::names::tests::{assert_all_filed, assert_all_found};
use crate::version::Version;

#[test]
fn the_table_is_whole() {
    assert_eq!((directives().len(), names().count()), (575, 575));
}

#[test]
fn every_name_is_found_and_no_misspelling_is() {
    assert_all_found(&NAMES, exactly);
    assert_all_filed(&NAMES, &DIRECTIVES, |row| row.name);
}

#[test]
fn case_counts_in_names() {
    assert_eq!(find(b"memory_limit"), Some(id::MEMORY_LIMIT));
    assert_eq!(find(b"Memory_Limit"), None);
    assert_eq!(find(b"SMTP"), Some(id::SMTP));
}

#[test]
fn memory_limit_may_be_set_by_everybody() {
    let row = entry(id::MEMORY_LIMIT);
    assert_eq!((row.default, row.value), (Default::Value("128M"), ValueType::Integer));
    assert_eq!((row.changeable, row.origin), (Some(Changeable::ALL), Origin::Core));
    assert_eq!(row.is_in(Version::new(8, 3, 0)), Some(true));
}

#[test]
fn opcache_max_accelerated_files_is_for_the_system_alone() {
    let row = entry(id::OPCACHE_MAX_ACCELERATED_FILES);
    assert_eq!(row.changeable, Some(Changeable::SYSTEM));
    assert_eq!(row.origin, Origin::Extension("opcache"));
    assert_eq!(row.default, Default::Value("10000"));
    assert_eq!(row.default_in(Version::new(7, 1, 33)), Default::Value("2000"));
    assert_eq!(row.default_in(Version::new(7, 2, 0)), Default::Value("10000"));
}

#[test]
fn defaults_are_texts_build_constants_or_nothing() {
    assert_eq!(entry(id::EXTENSION_DIR).default, Default::Build("PHP_EXTENSION_DIR"));
    assert_eq!(entry(id::SESSION_NAME).default, Default::Value("PHPSESSID"));
    assert_eq!(
        entry(id::SESSION_UPLOAD_PROGRESS_NAME).default,
        Default::Value("PHP_SESSION_UPLOAD_PROGRESS")
    );
    assert_eq!(entry(id::OPEN_BASEDIR).default, Default::Null);
    assert_eq!(entry(id::DISABLE_FUNCTIONS).default, Default::Value(""));
    assert_eq!(entry(id::DATE_TIMEZONE).default_in(Version::new(8, 1, 0)), Default::Value(""));
    let types = entry(id::MBSTRING_HTTP_OUTPUT_CONV_MIMETYPES).default;
    assert_eq!(types, Default::Value(r"^(text/|application/xhtml\+xml)"));
}

#[test]
fn releases_are_told_apart() {
    let row = entry(id::DISABLE_CLASSES);
    assert_eq!(row.is_in(Version::new(8, 4, 9)), Some(true));
    assert_eq!(row.is_in(Version::new(8, 5, 0)), Some(false));
    assert!(entry(id::ALLOW_URL_INCLUDE).is_deprecated_in(Version::new(7, 4, 0)));
    assert!(!entry(id::ALLOW_URL_INCLUDE).is_deprecated_in(Version::new(7, 3, 33)));
    let row = entry(id::SQLITE3_DEFENSIVE);
    assert_eq!(row.changeable_in(Version::new(8, 1, 0)), Some(Changeable::SYSTEM));
    assert_eq!(row.changeable_in(Version::new(8, 2, 0)), Some(Changeable::USER));
}

#[test]
fn what_only_the_manual_names_has_no_release() {
    let row = entry(id::APC_SHM_SIZE);
    assert_eq!((row.origin, row.is_in(Version::new(8, 2, 0))), (Origin::Manual("apcu"), None));
    assert_eq!(entry(id::EXTENSION).changeable, Some(Changeable::PHP_INI_ONLY));
    assert_eq!(entry(id::WINCACHE_FCACHESIZE).changeable, None);
}

#[test]
fn misspelt_directives_are_recognised() {
    assert_eq!(suggest("memory_limt"), Some("memory_limit"));
    assert_eq!(suggest("opcache.max_accelerated_file"), Some("opcache.max_accelerated_files"));
    assert_eq!(suggest("foo"), None);
}
