//! A line has no effect, or not the effect that it seems to have.

crate::rule::rules! {
    allowed_clients_on_socket,
    continued_comment,
    flag_extra_words,
    if_module_never_true,
    include_takes_whole_folder,
    misread_number,
    mode_not_octal,
    owner_ignored_with_acl,
    quote_without_end,
    server_name_conflict,
    slowlog_never_written,
    socket_mode_on_tcp,
    spare_settings_unused,
    text_after_section_tag,
    undefined_variable,
    vhost_without_listen,
}
