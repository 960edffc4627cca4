//! Upstreams: defined, used without being defined, and what stands in them.

use std::borrow::Cow;
use std::collections::hash_map::Entry as Slot;

use fpmlint_syntax::Statement;
use fpmlint_workspace::{HostPath, Lookup};
use rustc_hash::FxHashMap;

use super::frame::Frame;
use super::{Line, Walk};
use crate::nginx::check::address::{Target, Url, is_host_name};
use crate::nginx::summary::order;
use crate::nginx::{Context, DirRef};
use crate::{Part, RefusalKind};

/// A name that something is passed to.
#[derive(Debug)]
struct Entry {
    host: Vec<u8>,
    is_name: bool,
    port: u16,
    no_port: bool,
    at: DirRef,
    /// Whether an `upstream` defines it.
    created: bool,
}

/// All of them, in the order in which they came up.
#[derive(Debug, Default)]
pub(super) struct Upstreams<'w> {
    by_name: FxHashMap<Cow<'w, [u8]>, Named>,
    all: Vec<Entry>,
}

/// The entries of one name, by their numbers. Sites may pass to thousands of ports of one address, so that none is looked
/// for among all.
#[derive(Debug)]
struct Named {
    first: usize,
    /// The one that an `upstream` defines.
    created: Option<usize>,
    /// The first of each port; 0 stands for none.
    by_port: FxHashMap<u16, usize>,
}

impl Named {
    fn new(number: usize, port: u16, created: bool) -> Named {
        let by_port = FxHashMap::from_iter([(port, number)]);
        Named { first: number, created: created.then_some(number), by_port }
    }

    /// The first entry that nginx takes for this port: one without a port stands for every one.
    fn matching(&self, port: u16) -> Option<usize> {
        if port == 0 {
            return Some(self.first);
        }
        let candidates = [port, 0].map(|port| self.by_port.get(&port).copied());
        candidates.into_iter().flatten().min()
    }
}

impl<'w> Walk<'w> {
    pub(super) fn upstream(&mut self, at: DirRef, statement: Statement<'w>) {
        if self.in_stream() || self.frames.last().is_some_and(|frame| frame.context != Context::Http) {
            return;
        }
        let Some(name) = statement.arg(0).map(|word| word.text()) else { return };
        let shown = String::from_utf8_lossy(&name).into_owned();
        let upstreams = &mut self.http.upstreams;
        let number = upstreams.all.len();
        let named = match upstreams.by_name.entry(Cow::Owned(name.to_ascii_lowercase())) {
            Slot::Occupied(known) => known.into_mut(),
            Slot::Vacant(new) => {
                new.insert(Named::new(number, 0, true));
                let host = name.into_owned();
                upstreams.all.push(Entry { host, is_name: true, port: 0, no_port: true, at, created: true });
                return;
            }
        };
        let Some(entry) = upstreams.all.get_mut(named.first) else { return };
        if entry.created {
            let (first, message) = (entry.at, format!("duplicate upstream \"{shown}\""));
            self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Arg(0), message, Some(first));
        } else if !entry.no_port {
            let (user, message) =
                (entry.at, format!("upstream \"{shown}\" may not have port {}", entry.port));
            self.refuse(RefusalKind::InvalidValue, user, Part::Arg(0), message);
        } else {
            entry.created = true;
            named.created = Some(named.first);
        }
    }

    /// Something is passed to an address that is no socket.
    pub(super) fn use_upstream(&mut self, at: DirRef, url: Url<'_>) {
        if matches!(url.target, Target::Unix(_)) {
            return;
        }
        let upstreams = &mut self.http.upstreams;
        let number = upstreams.all.len();
        match upstreams.by_name.entry(Cow::Owned(url.host.to_ascii_lowercase())) {
            Slot::Vacant(new) => drop(new.insert(Named::new(number, url.port, false))),
            Slot::Occupied(known) => {
                let named = known.into_mut();
                let matching = named.matching(url.port);
                // nginx goes through the entries in their order.
                let is_defined =
                    named.created.is_some_and(|created| matching.is_none_or(|matching| created <= matching));
                if is_defined && !url.no_port {
                    let host = String::from_utf8_lossy(url.host);
                    let message = format!("upstream \"{host}\" may not have port {}", url.port);
                    self.refuse(RefusalKind::InvalidValue, at, Part::Arg(0), message);
                    return;
                }
                if matching.is_some() {
                    return;
                }
                named.by_port.insert(url.port, number);
            }
        }
        upstreams.all.push(Entry {
            host: url.host.to_vec(),
            is_name: matches!(url.target, Target::Name(_)),
            port: url.port,
            no_port: url.no_port,
            at,
            created: false,
        });
    }

    /// A `server` of an upstream.
    pub(super) fn upstream_server(&mut self, at: DirRef, statement: Statement<'w>) {
        let Some(frame) = self.frames.last_mut() else { return };
        let backup = statement.args().skip(1).position(|word| word.raw() == b"backup");
        frame.servers.0 += 1;
        frame.servers.1 += u32::from(backup.is_some());
        if let Some(index) = backup.filter(|_| frame.no_backup) {
            let message = "balancing method does not support parameter \"backup\"".to_owned();
            self.refuse(RefusalKind::InvalidValue, at, Part::Arg(index as u16 + 1), message);
        }
    }

    pub(super) fn close_upstream(&mut self, at: DirRef, frame: &Frame<'w>) {
        let (servers, backups) = frame.servers;
        if servers == 0 {
            if self.complete {
                let message = "no servers are inside upstream".to_owned();
                let kind = RefusalKind::MissingRequiredDirective;
                self.refuse_at(kind, at, Part::Head, message, Line::Close(at));
            }
        } else if servers == backups && !self.in_stream() {
            let name = self.statement(at).and_then(|it| it.arg(0)).map(|word| word.text());
            let name = String::from_utf8_lossy(&name.unwrap_or_default()).into_owned();
            let message = format!("no servers in upstream \"{name}\"");
            let kind = RefusalKind::MissingRequiredDirective;
            let refusal = self.refusal(kind, at, Part::Head, message, Line::Statement);
            self.http.late.push((order::UPSTREAM, refusal, false));
        }
    }

    /// What is passed to and no upstream defines must be an address with a port, or a name that can be found.
    pub(super) fn finish_upstreams(&mut self) {
        let entries = std::mem::take(&mut self.http.upstreams.all);
        let mut offline = None;
        for entry in entries {
            if entry.created || !self.complete {
                continue;
            }
            let host = String::from_utf8_lossy(&entry.host).into_owned();
            let (kind, message) = if entry.port == 0 {
                (RefusalKind::UndefinedReference, format!("no port in upstream \"{host}\""))
            } else if entry.is_name
                && (never_resolves(&entry.host)
                    || !is_number(&entry.host)
                        && *offline.get_or_insert_with(|| self.is_offline())
                        && !self.is_in_hosts(&entry.host))
            {
                (RefusalKind::UndefinedReference, format!("host not found in upstream \"{host}\""))
            } else {
                continue;
            };
            let mut refusal = self.refusal(kind, entry.at, Part::Arg(0), message, Line::Statement);
            // Where the machine will run, there may be a network.
            refusal.certain &= entry.port == 0 || never_resolves(&entry.host);
            self.http.late.push((order::UPSTREAM, refusal, false));
        }
    }

    /// Whether the machine has nobody to ask for addresses.
    fn is_offline(&self) -> bool {
        match self.input.host.open(&HostPath::new("/etc/resolv.conf")) {
            Lookup::Absent => true,
            Lookup::Found(file) => {
                let text = &self.input.host.files().get(file).text;
                memchr::memmem::find(text, b"nameserver").is_none()
            }
            Lookup::Unknown | Lookup::Failed(_) => false,
        }
    }

    fn is_in_hosts(&self, name: &[u8]) -> bool {
        if name.eq_ignore_ascii_case(b"localhost") {
            return true;
        }
        match self.input.host.open(&HostPath::new("/etc/hosts")) {
            Lookup::Found(file) => {
                let text = &self.input.host.files().get(file).text;
                let words = text.split(u8::is_ascii_whitespace);
                words.into_iter().any(|word| word.eq_ignore_ascii_case(name))
            }
            Lookup::Absent => false,
            Lookup::Unknown | Lookup::Failed(_) => true,
        }
    }
}

/// Names that no network knows, by their form or by agreement.
/// Whether a name is an address in one of the older spellings (`127.1`, `0x7f000001`), which the C library takes
/// without asking anybody.
fn is_number(name: &[u8]) -> bool {
    let part = |text: &[u8]| {
        let text = std::str::from_utf8(text).ok().filter(|text| !text.starts_with('+'))?;
        match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
            Some(hex) => u64::from_str_radix(hex, 16).ok(),
            None if text.starts_with('0') => u64::from_str_radix(text, 8).ok(),
            None => text.parse().ok(),
        }
    };
    let parts: Option<Vec<u64>> = name.splitn(5, |byte| *byte == b'.').map(part).collect();
    let Some((last, heads)) = parts.as_deref().and_then(<[u64]>::split_last) else { return false };
    let room = 4usize.saturating_sub(heads.len());
    room > 0 && heads.iter().all(|head| *head < 256) && *last < 1 << (8 * room)
}

fn never_resolves(name: &[u8]) -> bool {
    if !is_host_name(name) {
        return true;
    }
    let name = name.strip_suffix(b".").unwrap_or(name);
    name.len() > 8 && name.get(name.len() - 8..).is_some_and(|end| end.eq_ignore_ascii_case(b".invalid"))
}
