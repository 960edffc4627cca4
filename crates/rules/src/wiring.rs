//! Requests fail: 403, 404, 413, 500, 502, 503, 504, loops, source shown as text.

crate::rule::rules! {
    allowed_clients_excludes_server,
    allowed_clients_invalid,
    backend_without_pool,
    fastcgi_params_lost,
    htaccess_refused,
    index_without_php,
    missing_script_filename,
    php_source_exposed,
    reload_kills_requests,
    section_in_user_ini,
    session_path_not_writable,
    socket_permission_denied,
    status_path_equals_ping_path,
    status_path_unrouted,
    try_files_drops_query,
}
