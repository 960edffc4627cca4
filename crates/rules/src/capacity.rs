//! Process, memory, time-out and size chains that do not fit each other.

crate::rule::rules! {
    opcache_too_few_files,
}
