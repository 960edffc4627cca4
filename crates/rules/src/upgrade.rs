//! Removed, deprecated or renamed for the target version.

crate::rule::rules! {
    deprecated_ini_setting,
    removed_ini_setting,
    strict_in_error_reporting,
    xdebug_2_setting,
}
