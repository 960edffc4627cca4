//! `listen`.

use super::address::{self, Form};
use super::said::{Verdict, invalid, invalid_parameter, said, show};
use super::slot::word;
use super::value;
use crate::nginx::Context;
use crate::nginx::judge::{Judge, Words};
use crate::{Part, RefusalKind};

/// The form of a `listen` address in `http`; elsewhere a port must be given.
pub(in crate::nginx) const FORM: Form = Form { listen: true, uri_part: false, default_port: 80 };

/// Words that ask for a socket of its own, of which an address can have only one set.
pub(in crate::nginx) fn is_socket_option(text: &[u8]) -> bool {
    const STARTS: [&[u8]; 8] = [
        b"setfib=",
        b"fastopen=",
        b"backlog=",
        b"rcvbuf=",
        b"sndbuf=",
        b"accept_filter=",
        b"ipv6only=o",
        b"so_keepalive=",
    ];
    matches!(text, b"bind" | b"deferred" | b"reuseport" | b"multipath")
        || STARTS.iter().any(|start| text.starts_with(start))
}

/// `listen`; what two of them say about one address is asked across files.
pub(super) fn listen(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    let http = judge.here == Context::Server;
    let form = Form { default_port: if http { 80 } else { 0 }, ..FORM };
    match address::parse_known(text, form) {
        Err(words) => {
            let message = format!("{words} in \"{}\" of the \"listen\" directive", show(text));
            return said(RefusalKind::InvalidValue, Part::Arg(0), message);
        }
        Ok(url) if url.no_port && !http && judge.here == Context::StreamServer => {
            let message = format!("no port in \"{}\" of the \"listen\" directive", show(text));
            return said(RefusalKind::InvalidValue, Part::Arg(0), message);
        }
        Ok(_) => {}
    }
    words.iter().enumerate().skip(1).try_for_each(|(index, text)| parameter(judge, http, index, text))
}

fn parameter(judge: &Judge<'_>, http: bool, index: usize, text: &[u8]) -> Verdict {
    let wrong = |what: &str| invalid(index, format!("invalid {what} \"{}\"", show(text)));
    let build = &judge.build;
    if let Some(number) = text.strip_prefix(b"fastopen=") {
        return if value::number(number).is_some() { Ok(()) } else { wrong("fastopen") };
    }
    if let Some(number) = text.strip_prefix(b"backlog=") {
        let valid = value::number(number).is_some_and(|number| number != 0);
        return if valid { Ok(()) } else { wrong("backlog") };
    }
    if let Some(size) = text.strip_prefix(b"rcvbuf=") {
        return if value::size(size).is_some() { Ok(()) } else { wrong("rcvbuf") };
    }
    if let Some(size) = text.strip_prefix(b"sndbuf=") {
        return if value::size(size).is_some() { Ok(()) } else { wrong("sndbuf") };
    }
    if let Some(rest) = text.strip_prefix(b"ipv6only=o") {
        if !matches!(rest, b"n" | b"ff") {
            let flags = show(text.get(9..).unwrap_or(b"")).into_owned();
            return invalid(index, format!("invalid ipv6only flags \"{flags}\""));
        }
        return Ok(());
    }
    if let Some(setting) = text.strip_prefix(b"so_keepalive=") {
        if !is_keepalive(setting) {
            return invalid(index, format!("invalid so_keepalive value: \"{}\"", show(setting)));
        }
        return Ok(());
    }
    let known = match text {
        b"bind" | b"ssl" | b"proxy_protocol" | b"reuseport" => true,
        b"deferred" => http || build.is_from(1, 25, 5, true),
        b"default_server" => http || build.is_from(1, 25, 5, true),
        b"default" => http,
        b"http2" => http,
        b"quic" => http && build.is_from(1, 25, 0, true),
        b"udp" => judge.here == Context::StreamServer,
        b"multipath" => build.is_from(1, 29, 0, true),
        _ => text.starts_with(b"accept_filter="),
    };
    if !known {
        return invalid_parameter(index, text);
    }
    if text == b"http2" && !build.has("ngx_http_v2_module") {
        return invalid(index, "the \"http2\" parameter requires ngx_http_v2_module");
    }
    if text == b"ssl" && http && !build.has("ngx_http_ssl_module") {
        return invalid(index, "the \"ssl\" parameter requires ngx_http_ssl_module");
    }
    Ok(())
}

/// `on`, `off`, or three values with colons between, of which not all may be missing.
fn is_keepalive(text: &[u8]) -> bool {
    if matches!(text, b"on" | b"off") {
        return true;
    }
    let mut parts = text.splitn(3, |byte| *byte == b':');
    let mut any = false;
    for _ in 0..2 {
        let part = parts.next().unwrap_or(b"");
        if !part.is_empty() {
            match value::seconds(part) {
                Some(time) => any |= time != 0,
                None => return false,
            }
        }
    }
    match parts.next().unwrap_or(b"") {
        b"" => any,
        count => value::number(count).is_some_and(|count| any || count != 0),
    }
}
