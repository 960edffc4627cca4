//! Exposed pages, bypassed access rules, over-open sockets, leaking pools.

crate::rule::rules! {
    exposed_phpinfo,
    pool_open_to_network,
    status_page_exposed,
    world_writable_socket,
}
