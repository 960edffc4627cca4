//! A line has no effect, or not the effect that it seems to have.

crate::rule::rules! {
    allowed_clients_on_socket,
    mode_not_octal,
    owner_ignored_with_acl,
    server_name_conflict,
    slowlog_never_written,
    socket_mode_on_tcp,
    spare_settings_unused,
}
