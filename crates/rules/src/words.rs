//! Words that several rules share.

use fpmlint_catalog::php_fpm::{DirectiveId, id};
use fpmlint_daemons::Place;
use fpmlint_stack::{PoolId, Stack, Web};

/// Bytes for a message.
pub(crate) fn show(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The web server's name for messages.
pub(crate) fn server_name(web: Web) -> &'static str {
    match web {
        Web::Nginx(_) => "nginx",
        Web::Apache(_) => "Apache",
    }
}

/// What a client sees when the web server cannot reach its backend.
pub(crate) fn gateway_error(web: Web) -> &'static str {
    match web {
        Web::Nginx(_) => "502",
        Web::Apache(_) => "503",
    }
}

/// The line that a finding about a pool's socket points at: the first of `ids` that is set, else `listen`, else
/// the pool's header.
pub(crate) fn pool_place(stack: &Stack, pool: PoolId, ids: &[DirectiveId]) -> Option<Place> {
    let wanted = ids.iter().copied().chain([id::LISTEN]);
    let set = wanted.filter_map(|id| stack.setting(pool, id)).map(|setting| setting.place).next();
    set.or_else(|| stack.pool_config(pool).headers.first().copied())
}

/// A count and its noun.
pub(crate) fn count(number: usize, singular: &str, plural: &str) -> String {
    format!("{number} {}", if number == 1 { singular } else { plural })
}
