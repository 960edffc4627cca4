//! What nginx's setters say about a statement, one file at a time.
//!
//! In: a directive, its row of the table and its words. Out: nothing, or nginx's own words; and events for what only
//! other files can answer. Invariant: the order of the questions is nginx's, so that the first answer is the one
//! that it would print.

pub(super) mod access;
pub(super) mod address;
mod cache;
mod core;
pub(super) mod data;
mod events;
mod headers;
mod limit;
pub(super) mod listen;
mod log;
mod map;
pub(super) mod pass;
pub(super) mod pattern;
mod ranges;
mod rewrite;
pub(super) mod said;
pub(super) mod script;
mod slot;
mod ssl;
mod sticky;
mod upstream;
pub(super) mod value;

use fpmlint_catalog::nginx::{Directive, DirectiveId, ValueType, id};

use super::judge::{Judge, Words};
use super::summary::What;
use said::Verdict;

/// Judges a directive in a context that allows it, with as many words as it takes.
pub(super) fn directive(
    judge: &mut Judge<'_>,
    id: DirectiveId,
    row: &'static Directive,
    words: &Words<'_>,
) -> Verdict {
    match row.value {
        ValueType::Flag | ValueType::CustomFlag => slot::flag(row, words)?,
        ValueType::Size => slot::size(row, words)?,
        ValueType::Offset => slot::offset(row, words)?,
        ValueType::Number => slot::number(row, words)?,
        ValueType::Milliseconds => slot::milliseconds(row, words)?,
        ValueType::Seconds => slot::seconds(row, words)?,
        ValueType::Enum => slot::one_of(row, words)?,
        ValueType::Bitmask => slot::some_of(row, words)?,
        ValueType::Buffers => slot::buffers(row, words)?,
        ValueType::Path => slot::path(row, words)?,
        ValueType::Access => slot::access(words)?,
        ValueType::Predicate | ValueType::ComplexString | ValueType::ComplexStringZero => {
            slot::values(judge, words)?;
        }
        ValueType::ComplexSize => slot::complex_size(judge, row, words)?,
        ValueType::UpstreamBind => pass::bind(judge, words)?,
        ValueType::CachePath => cache::path(row, words)?,
        ValueType::CacheValid => cache::valid(words)?,
        ValueType::Parameter => pass::parameter(judge, id, words)?,
        ValueType::Charset => headers::charset(judge, words)?,
        ValueType::KeyValue => pass::key_value(judge, id, words)?,
        ValueType::String if id == id::PROXY_SET_BODY => pass::body(judge, words),
        ValueType::MimeTypes | ValueType::String | ValueType::StringArray => {}
        ValueType::CustomEnum => slot::one_of(row, words)?,
        ValueType::Custom => custom(judge, id, row, words)?,
    }
    slot::afterwards(judge, id, words)?;
    if is_held_against_others(id) {
        judge.note(What::Look(id));
    }
    Ok(())
}

/// Directives with a setter of their own.
fn custom(judge: &mut Judge<'_>, id: DirectiveId, row: &'static Directive, words: &Words<'_>) -> Verdict {
    match id {
        id::ACCESS_LOG => log::access_log(judge, words),
        id::ADD_HEADER | id::ADD_TRAILER => headers::add(judge, words),
        id::AIO => core::aio(judge, row, words),
        id::ALIAS | id::ROOT => core::root(judge, row, words),
        id::ALLOW | id::DENY => access::rule(words),
        id::ANCIENT_BROWSER | id::ANCIENT_BROWSER_VALUE | id::MODERN_BROWSER_VALUE => Ok(()),
        id::AUTH_BASIC_USER_FILE => slot::values(judge, words),
        id::AUTH_REQUEST_SET => map::auth_request_set(judge, words),
        id::CHARSET_MAP => map::charset_map(words),
        id::DEBUG_CONNECTION => access::connection(words),
        id::DIRECTIO => core::directio(row, words),
        id::DISABLE_SYMLINKS => core::disable_symlinks(judge, row, words),
        id::ERROR_LOG => log::error_log(words),
        id::ERROR_PAGE => core::error_page(judge, words),
        id::EXPIRES => headers::expires(judge, row, words),
        id::FASTCGI_CACHE | id::PROXY_CACHE | id::SCGI_CACHE | id::UWSGI_CACHE => cache::zone(judge, words),
        id::FASTCGI_CACHE_KEY | id::PROXY_CACHE_KEY | id::SCGI_CACHE_KEY | id::UWSGI_CACHE_KEY => {
            slot::values(judge, words)
        }
        id::FASTCGI_STORE | id::PROXY_STORE | id::SCGI_STORE | id::UWSGI_STORE => cache::store(judge, words),
        id::FASTCGI_PASS => pass::fastcgi(judge, id, words),
        id::FASTCGI_SPLIT_PATH_INFO => pass::split_path_info(judge, words),
        id::GEO => map::geo(judge, words),
        id::GRPC_PASS => pass::grpc(judge, id, words),
        id::GZIP_DISABLE => headers::gzip_disable(judge, words),
        id::HASH => upstream::hash(judge, words),
        id::HTTP2_PUSH => headers::http2_push(judge, words),
        id::IF => rewrite::condition(judge, words),
        id::IP_HASH => {
            judge.note(What::Look(id::HASH));
            Ok(())
        }
        id::INDEX => core::index(judge, words),
        id::KEEPALIVE => upstream::keepalive(judge, row, words),
        id::KEEPALIVE_TIMEOUT => core::keepalive_timeout(row, words),
        id::LIMIT_CONN => limit::connections(words),
        id::LIMIT_CONN_ZONE => limit::connections_zone(judge, row, words),
        id::LIMIT_EXCEPT => core::limit_except(judge, words),
        id::LIMIT_REQ => limit::requests(row, words),
        id::LIMIT_REQ_ZONE => limit::requests_zone(judge, row, words),
        id::LISTEN => listen::listen(judge, words),
        id::LOCATION => core::location(judge, words),
        id::LOG_FORMAT => log::log_format(judge, words),
        id::MAP => map::map(judge, words),
        id::MEMCACHED_PASS => pass::memcached(judge, id, words),
        id::MIRROR => core::mirror(judge, id, words),
        id::MODERN_BROWSER => headers::modern_browser(words),
        id::OPEN_FILE_CACHE => core::open_file_cache(words),
        id::OPEN_LOG_FILE_CACHE => log::open_file_cache(words),
        id::PROXY_COOKIE_DOMAIN | id::PROXY_COOKIE_PATH => pass::cookie(judge, id, words),
        id::PROXY_COOKIE_FLAGS => pass::cookie_flags(judge, id, words),
        id::PROXY_PASS if judge.here.is_stream() => pass::stream(judge, words),
        id::PROXY_PASS => pass::proxy(judge, id, words),
        id::PROXY_BIND => pass::bind(judge, words),
        id::PROXY_REDIRECT => pass::redirect(judge, id, words),
        id::RANDOM => upstream::random(judge, words),
        id::RESOLVER => core::resolver(words),
        id::RETURN if judge.here.is_stream() => slot::values(judge, words),
        id::RETURN => rewrite::redirect(judge, words),
        id::REWRITE => rewrite::rewrite(judge, words),
        id::SCGI_PASS => pass::fastcgi(judge, id, words),
        id::SERVER if row.block => Ok(()),
        id::SERVER => upstream::server(judge, words),
        id::SERVER_NAME => core::server_name(judge, words),
        id::SET => rewrite::set(judge, words),
        id::SET_REAL_IP_FROM => access::connection(words),
        id::SPLIT_CLIENTS => map::split_clients(judge, words),
        id::SSL_SESSION_CACHE => ssl::session_cache(words),
        id::SSL_OCSP_CACHE => ssl::ocsp_cache(words),
        id::GRPC_SSL_CERTIFICATE_CACHE
        | id::PROXY_SSL_CERTIFICATE_CACHE
        | id::SSL_CERTIFICATE_CACHE
        | id::UWSGI_SSL_CERTIFICATE_CACHE => ssl::certificate_cache(row, words),
        id::STICKY => sticky::sticky(judge, words),
        id::SUB_FILTER => headers::sub_filter(judge, words),
        id::THREAD_POOL => events::thread_pool(row, words),
        id::TRY_FILES => core::try_files(judge, words),
        id::USE => events::method(judge, words),
        id::USERID_EXPIRES => headers::userid_expires(row, words),
        id::USERID_MARK => headers::userid_mark(row, words),
        id::UWSGI_PASS => pass::uwsgi(judge, id, words),
        id::VALID_REFERERS => access::valid_referers(judge, words),
        id::WORKER_CONNECTIONS => events::connections(words),
        id::WORKER_CPU_AFFINITY => events::cpu_affinity(words),
        id::WORKER_PRIORITY => events::priority(row, words),
        id::WORKER_PROCESSES => events::processes(row, words),
        id::ZONE => upstream::zone(words),
        _ => Ok(()),
    }
}

/// Directives that the walk across files looks at.
fn is_held_against_others(id: DirectiveId) -> bool {
    matches!(
        id,
        id::ALIAS
            | id::CONNECTION_POOL_SIZE
            | id::ERROR_LOG
            | id::FASTCGI_BUFFER_SIZE
            | id::FASTCGI_BUFFERS
            | id::FASTCGI_BUSY_BUFFERS_SIZE
            | id::FASTCGI_CACHE
            | id::FASTCGI_CACHE_PATH
            | id::FASTCGI_MAX_TEMP_FILE_SIZE
            | id::FASTCGI_STORE
            | id::FASTCGI_TEMP_FILE_WRITE_SIZE
            | id::LARGE_CLIENT_HEADER_BUFFERS
            | id::LIMIT_CONN
            | id::LIMIT_CONN_ZONE
            | id::LIMIT_REQ
            | id::LIMIT_REQ_ZONE
            | id::LISTEN
            | id::LOAD_MODULE
            | id::LOCATION
            | id::LOG_FORMAT
            | id::MAP
            | id::PROXY_BUFFER_SIZE
            | id::PROXY_BUFFERS
            | id::PROXY_BUSY_BUFFERS_SIZE
            | id::PROXY_CACHE
            | id::PROXY_CACHE_PATH
            | id::PROXY_MAX_TEMP_FILE_SIZE
            | id::PROXY_STORE
            | id::PROXY_TEMP_FILE_WRITE_SIZE
            | id::SCGI_BUFFER_SIZE
            | id::SCGI_BUFFERS
            | id::SCGI_BUSY_BUFFERS_SIZE
            | id::SCGI_CACHE
            | id::SCGI_CACHE_PATH
            | id::SCGI_MAX_TEMP_FILE_SIZE
            | id::SCGI_STORE
            | id::SCGI_TEMP_FILE_WRITE_SIZE
            | id::SERVER_NAME
            | id::SERVER_NAMES_HASH_BUCKET_SIZE
            | id::SERVER_NAMES_HASH_MAX_SIZE
            | id::SECURE_LINK
            | id::SECURE_LINK_MD5
            | id::SECURE_LINK_SECRET
            | id::SSL
            | id::SSL_CERTIFICATE
            | id::SSL_CERTIFICATE_KEY
            | id::SSL_CLIENT_CERTIFICATE
            | id::SSL_OCSP
            | id::SSL_OCSP_CACHE
            | id::SSL_REJECT_HANDSHAKE
            | id::SSL_SESSION_CACHE
            | id::SSL_VERIFY_CLIENT
            | id::THREAD_POOL
            | id::UPSTREAM
            | id::USER
            | id::UWSGI_BUFFER_SIZE
            | id::UWSGI_BUFFERS
            | id::UWSGI_BUSY_BUFFERS_SIZE
            | id::UWSGI_CACHE
            | id::UWSGI_CACHE_PATH
            | id::UWSGI_MAX_TEMP_FILE_SIZE
            | id::UWSGI_STORE
            | id::UWSGI_TEMP_FILE_WRITE_SIZE
            | id::VALID_REFERERS
            | id::WORKER_CONNECTIONS
            | id::ZONE
    )
}
