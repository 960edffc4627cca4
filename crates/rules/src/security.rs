//! Exposed pages, bypassed access rules, over-open sockets, leaking pools.

crate::rule::rules! {
    alias_traversal,
    display_errors_on,
    exposed_phpinfo,
    header_inheritance_lost,
    limit_extensions_disabled,
    pool_open_to_network,
    remote_include_enabled,
    secret_in_config,
    status_page_exposed,
    world_writable_socket,
}
