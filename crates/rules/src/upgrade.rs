//! Removed, deprecated or renamed for the target version.

crate::rule::rules! {
    apache_22_access_rules,
    default_changed,
    deprecated_directive,
    php_end_of_life,
    removed_ini_setting,
    strict_in_error_reporting,
    xdebug_2_setting,
}
