//! Directives of modules that are not nginx's own but are often linked into it.
//!
//! In: a name. Out: whether such a module has it. The names are those of the modules' own documentation. What an
//! image or a build of somebody else links in, no configuration says.

/// How the names of families start.
const STARTS: [&str; 22] = [
    "brotli",
    "zstd",
    "lua_",
    "js_",
    "echo_",
    "fancyindex",
    "geoip2",
    "more_set_",
    "more_clear_",
    "modsecurity",
    "pagespeed",
    "passenger_",
    "push_stream_",
    "nchan_",
    "redis2_",
    "rtmp",
    "srcache_",
    "upload_",
    "vhost_traffic_status",
    "subs_filter",
    "auth_pam",
    "opentracing",
];

/// Names that belong to no family.
const NAMES: [&str; 5] = [
    "track_uploads",
    "report_uploads",
    "fastcgi_cache_purge",
    "proxy_cache_purge",
    "cache_purge_response_type",
];

/// Whether a module of somebody else has a directive of this name.
pub(super) fn is_third_party(name: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(name) else { return false };
    // `content_by_lua`, `set_by_lua_block`, `rewrite_by_lua_file` …
    let by_lua = name.contains("_by_lua");
    by_lua || NAMES.contains(&name) || STARTS.iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_others_are_known_by_their_names() {
        for name in
            ["body_filter_by_lua", "content_by_lua_block", "track_uploads", "brotli", "more_set_headers"]
        {
            assert!(is_third_party(name.as_bytes()), "{name}");
        }
        for name in ["fastcgi_pas", "lua", "NGINXACCESS", ""] {
            assert!(!is_third_party(name.as_bytes()), "{name}");
        }
        assert!(!is_third_party(b"\xff_by_lua"));
    }

    #[test]
    fn no_directive_of_nginx_is_among_them() {
        let own: Vec<&str> =
            fpmlint_catalog::nginx::names().filter(|name| is_third_party(name.as_bytes())).collect();
        assert!(own.is_empty(), "{own:?}");
    }
}
