//! Removed, deprecated or renamed for the target version.

crate::rule::rules! {
    default_changed,
    deprecated_directive,
    removed_ini_setting,
    strict_in_error_reporting,
    xdebug_2_setting,
}
