//! Exposed pages, bypassed access rules, over-open sockets, leaking pools.

crate::rule::rules! {
    access_rule_incomplete,
    alias_traversal,
    display_errors_on,
    exposed_phpinfo,
    header_inheritance_lost,
    limit_extensions_disabled,
    php_location_bypasses_auth,
    pool_open_to_network,
    remote_include_enabled,
    secret_in_config,
    status_page_exposed,
    world_writable_socket,
}
