//! Exposed pages, bypassed access rules, over-open sockets, leaking pools.

crate::rule::rules! {
    display_errors_on,
    exposed_phpinfo,
    limit_extensions_disabled,
    pool_open_to_network,
    remote_include_enabled,
    secret_in_config,
    status_page_exposed,
    world_writable_socket,
}
