//! `Listen` and the addresses of `<VirtualHost>`.

use fpmlint_catalog::apache::id;
use rustc_hash::FxHashSet;

use super::{Checks, Line, List, address, count, value};
use crate::apache::walk::Fault;
use crate::{Part, RefusalKind};

pub(super) const CHECKS: List = &[(id::LISTEN, listen)];

/// The addresses that are listened on.
#[derive(Default)]
pub(super) struct Known {
    listens: FxHashSet<(Option<Box<[u8]>>, u16)>,
}

fn listen(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    if !(1..=2).contains(&line.words().count()) {
        return count("Listen requires 1 or 2 arguments.");
    }
    let text = line.text(0);
    let wrong = |words: &str| Some(Fault::new(RefusalKind::ListenAddressInvalid, Part::Arg(0), words));
    let Some((host, port)) = address::host_and_port(&text) else { return wrong("Invalid address or port") };
    let Some(port) = port else { return wrong("Port must be specified") };
    let host = host.filter(|host| *host != b"*");
    // Lines of conditions that are not decided here may exclude each other.
    let is_certain = line.config.statement(line.id).certain;
    if is_certain && !checks.host.listens.insert((host.map(Into::into), port)) {
        let words = "Cannot define multiple Listeners on the same IP:port";
        return Some(Fault::new(RefusalKind::ListenAddressOverlaps, Part::Arg(0), words));
    }
    // A name without a dot is an interface or a slip more often than a name that is found.
    let is_bare = host.is_some_and(|host| {
        !address::looks_like_ip(host)
            && !host.contains(&b'.')
            && !host.eq_ignore_ascii_case(b"localhost")
            && !is_in_hosts(line, host)
    });
    if !is_bare || !line.host.is_machine() {
        return None;
    }
    let fault = Fault::new(RefusalKind::ListenAddressInvalid, Part::Arg(0), "Listen setup failed");
    Some(Fault { certain: false, ..fault })
}

/// Whether the host's own list of names has a name.
fn is_in_hosts(line: &Line<'_>, name: &[u8]) -> bool {
    let path = fpmlint_workspace::HostPath::new("/etc/hosts");
    let Some(list) = line.host.peek(&path, 1 << 20).found() else { return false };
    let mut words = list.split(|byte| byte.is_ascii_whitespace());
    words.any(|word| word.eq_ignore_ascii_case(name))
}

/// What is wrong with the addresses of `<VirtualHost>`; what DNS says of names is not known.
pub(super) fn virtual_host(line: &Line<'_>) -> Option<Fault> {
    for word in line.words() {
        let text = word.text.as_ref();
        if text.is_empty() {
            continue;
        }
        let text = text.strip_suffix(b":*").unwrap_or(text);
        match address::host_and_port(text) {
            None => return value(word.part, "The address or port is invalid"),
            Some((None, _)) => return value(word.part, "Missing address for VirtualHost"),
            Some(_) => {}
        }
    }
    None
}
