//! Upstreams: defined, used without being defined, and what stands in them.

use std::borrow::Cow;

use fpmlint_catalog::nginx::{DirectiveId, id};
use fpmlint_syntax::Statement;
use fpmlint_workspace::{HostPath, Lookup};
use rustc_hash::FxHashMap;

use super::frame::Frame;
use super::{Line, Walk};
use crate::nginx::check::address::{Target, Url, is_host_name};
use crate::nginx::check::pass;
use crate::nginx::summary::order;
use crate::nginx::{Context, DirRef};
use crate::{Part, RefusalKind};

/// The directives that pass requests on.
const PASSES: [DirectiveId; 6] =
    [id::PROXY_PASS, id::FASTCGI_PASS, id::UWSGI_PASS, id::SCGI_PASS, id::GRPC_PASS, id::MEMCACHED_PASS];

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
    by_name: FxHashMap<Cow<'w, [u8]>, Vec<usize>>,
    all: Vec<Entry>,
}

impl<'w> Walk<'w> {
    pub(super) fn upstream(&mut self, at: DirRef, statement: Statement<'w>) {
        if self.in_stream() || self.frames.last().is_some_and(|frame| frame.context != Context::Http) {
            return;
        }
        let Some(name) = statement.arg(0).map(|word| word.text()) else { return };
        let shown = String::from_utf8_lossy(&name).into_owned();
        let upstreams = &mut self.http.upstreams;
        let numbers = upstreams.by_name.entry(Cow::Owned(name.to_ascii_lowercase())).or_default();
        for number in numbers.iter() {
            let Some(entry) = upstreams.all.get_mut(*number) else { continue };
            if entry.created {
                let (first, message) = (entry.at, format!("duplicate upstream \"{shown}\""));
                self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Arg(0), message, Some(first));
                return;
            }
            if !entry.no_port {
                let (user, message) =
                    (entry.at, format!("upstream \"{shown}\" may not have port {}", entry.port));
                self.refuse(RefusalKind::InvalidValue, user, Part::Arg(0), message);
                return;
            }
            entry.created = true;
            return;
        }
        numbers.push(upstreams.all.len());
        let host = name.into_owned();
        upstreams.all.push(Entry { host, is_name: true, port: 0, no_port: true, at, created: true });
    }

    /// Something is passed to an address that is not plain.
    pub(super) fn use_upstream(&mut self, at: DirRef, url: Url<'_>) {
        if matches!(url.target, Target::Unix(_)) {
            return;
        }
        let upstreams = &mut self.http.upstreams;
        let numbers = upstreams.by_name.entry(Cow::Owned(url.host.to_ascii_lowercase())).or_default();
        for number in numbers.iter() {
            let Some(entry) = upstreams.all.get(*number) else { continue };
            if entry.created && !url.no_port {
                let host = String::from_utf8_lossy(url.host);
                let message = format!("upstream \"{host}\" may not have port {}", url.port);
                self.refuse(RefusalKind::InvalidValue, at, Part::Arg(0), message);
                return;
            }
            if entry.port == 0 || url.port == 0 || entry.port == url.port {
                return;
            }
        }
        numbers.push(upstreams.all.len());
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
            if entry.port == 0 && !entry.is_name && self.has_port_elsewhere(&entry.host) {
                continue;
            }
            let host = String::from_utf8_lossy(&entry.host).into_owned();
            let (kind, message) = if entry.port == 0 {
                (RefusalKind::UndefinedReference, format!("no port in upstream \"{host}\""))
            } else if entry.is_name
                && (never_resolves(&entry.host)
                    || *offline.get_or_insert_with(|| self.is_offline()) && !self.is_in_hosts(&entry.host))
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

    /// Whether something is passed to a port of this address: where that comes first, nginx takes it for both.
    fn has_port_elsewhere(&self, host: &[u8]) -> bool {
        let mut passes = self.chunks.iter().flat_map(|chunk| {
            let ids = chunk.ids.iter().enumerate();
            ids.filter_map(move |(ordinal, id)| Some((chunk, ordinal as u32, (*id)?)))
        });
        passes.any(|(chunk, ordinal, id)| {
            let text = || Some(chunk.tree.statement(ordinal)?.arg(0)?.text());
            let Some(text) = PASSES.contains(&id).then(text).flatten() else { return false };
            pass::target(id, &text).is_some_and(|url| url.host == host && url.port != 0)
        })
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
fn never_resolves(name: &[u8]) -> bool {
    if !is_host_name(name) {
        return true;
    }
    let name = name.strip_suffix(b".").unwrap_or(name);
    name.len() > 8 && name.get(name.len() - 8..).is_some_and(|end| end.eq_ignore_ascii_case(b".invalid"))
}
