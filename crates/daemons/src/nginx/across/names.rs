//! Names of servers and of log formats.

use std::borrow::Cow;

use fpmlint_catalog::nginx::id;
use fpmlint_syntax::Statement;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Line, Walk};
use crate::nginx::check::{access, value};
use crate::nginx::summary::order;
use crate::nginx::{Context, DirRef, NameConflict};
use crate::{Part, RefusalKind};

/// A name of a server.
#[derive(Debug)]
pub(super) struct Name<'w> {
    server: u32,
    name: Cow<'w, [u8]>,
    at: DirRef,
    arg: u16,
}

/// The processor's cache line, to which sizes of buckets are rounded.
const CACHE_LINE: u64 = 64;

impl<'w> Walk<'w> {
    pub(super) fn server_name(&mut self, at: DirRef, statement: Statement<'w>) {
        let Some(number) = self.http.servers.len().checked_sub(1) else { return };
        let Some(server) = self.http.servers.last_mut() else { return };
        server.named = true;
        for (arg, word) in statement.args().enumerate() {
            let name = word.text();
            match name.first() {
                Some(b'~') => continue,
                Some(b'*' | b'.') => {}
                _ => server.longest_name = server.longest_name.max(name.len()),
            }
            // nginx lowers the case of names.
            let name = match name.iter().any(u8::is_ascii_uppercase) {
                true => Cow::Owned(name.to_ascii_lowercase()),
                false => name,
            };
            self.http.names.push(Name { server: number as u32, name, at, arg: arg as u16 });
        }
    }

    /// A server closes; without a name it has the empty one.
    pub(super) fn close_names(&mut self) {
        let Some(number) = self.http.servers.len().checked_sub(1) else { return };
        if let Some(server) = self.http.servers.last().filter(|server| !server.named) {
            let (server, name, at) = (number as u32, Cow::Borrowed(&b""[..]), server.at);
            self.http.names.push(Name { server, name, at, arg: 0 });
        }
    }

    /// Names that an earlier server of the same address has: nginx warns, and they lead to that server.
    pub(super) fn name_conflicts(&self) -> Vec<NameConflict> {
        let mut conflicts = Vec::new();
        let mut first: FxHashMap<&[u8], &Name<'w>> = FxHashMap::default();
        let mut before: &[u32] = &[];
        let mut told = FxHashSet::default();
        for listened in &self.http.listens.all {
            // Most addresses have the same servers as the one before.
            if listened.servers.len() < 2 || listened.servers == before {
                continue;
            }
            before = &listened.servers;
            first.clear();
            let whole = listened.servers.len() == self.http.servers.len();
            for name in &self.http.names {
                if !whole && listened.servers.binary_search(&name.server).is_err() {
                    continue;
                }
                let bare = name.name.strip_prefix(b".").unwrap_or(&name.name);
                let Some(earlier) = first.get(bare) else {
                    // `.example.org` is also `example.org`; `*.example.org` is another name.
                    first.insert(bare, name);
                    continue;
                };
                // The default server is asked for what has no other.
                let is_default = listened.default.is_some_and(|(server, _)| server == name.server);
                if bare.is_empty() && is_default {
                    continue;
                }
                if told.insert((name.at, name.arg)) {
                    conflicts.push(NameConflict {
                        name: String::from_utf8_lossy(&name.name).into_owned(),
                        address: listened.key.to_string(),
                        place: self.place(name.at, Part::Arg(name.arg)),
                        first: self.place(earlier.at, Part::Arg(earlier.arg)),
                    });
                }
            }
        }
        conflicts
    }

    /// Names that nginx cannot hash, noticed where an address has several servers.
    pub(super) fn wrong_names(&mut self) {
        let shared = self.http.listens.all.iter().filter(|listened| listened.servers.len() > 1);
        let wrong = |name: &&Name<'w>| !access::is_hash_key(&name.name);
        let Some(name) = self.http.names.iter().find(wrong) else { return };
        let mut shared = shared.filter(|listened| listened.servers.contains(&name.server));
        let Some(listened) = shared.next() else { return };
        let message = format!(
            "invalid server name or wildcard \"{}\" on {}",
            String::from_utf8_lossy(&name.name),
            listened.key
        );
        let (at, arg) = (name.at, name.arg);
        self.late(order::NAMES, RefusalKind::InvalidValue, at, Part::Arg(arg), message, false);
    }

    /// Names that do not fit the buckets of their hash.
    pub(super) fn finish_names(&mut self) {
        let http = self.http.blocks.iter().position(|block| block.context == Context::Http);
        let set = http.and_then(|block| {
            let at = self.http.in_force(block as u32, id::SERVER_NAMES_HASH_BUCKET_SIZE);
            value::number(&self.statement(*at.first()?)?.arg(0)?.text())
        });
        let bucket = set.map_or(CACHE_LINE, |size| size.div_ceil(CACHE_LINE) * CACHE_LINE);
        // An entry is a pointer, its length and the name, rounded to words; a last pointer ends the bucket.
        let fits = |name: usize| 8 + (name as u64 + 2).div_ceil(8) * 8 + 8 <= bucket;
        let shares = |listened: &super::listens::Listened| listened.servers.len() > 1;
        let hashed = self.http.listens.all.iter().filter(|listened| shares(listened));
        let mut longest = hashed.flat_map(|listened| listened.servers.iter());
        let found = longest.find_map(|number| {
            let server = self.http.servers.get(*number as usize)?;
            (!fits(server.longest_name)).then_some(server.at)
        });
        if let Some(at) = found {
            let size = bucket;
            let message = format!(
                "could not build server_names_hash, you should increase server_names_hash_bucket_size: {size}"
            );
            self.late(order::NAMES, RefusalKind::InvalidValue, at, Part::Head, message, false);
        }
    }

    pub(super) fn log_format(&mut self, at: DirRef, statement: Statement<'w>) {
        if self.in_stream() {
            return;
        }
        let Some(name) = statement.arg(0).map(|word| word.text()) else { return };
        let shown = String::from_utf8_lossy(&name).into_owned();
        if let Some(first) = self.http.formats.insert(name.clone(), at) {
            let message = format!("duplicate \"log_format\" name \"{shown}\"");
            self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Arg(0), message, Some(first));
        } else if &*name == b"combined" {
            let message = "duplicate \"log_format\" name \"combined\"".to_owned();
            self.refuse_at(RefusalKind::DuplicateDirective, at, Part::Arg(0), message, Line::Statement);
        }
    }

    /// The format must be there when nginx reads the line.
    pub(super) fn access_log(&mut self, at: DirRef, statement: Statement<'w>) {
        if self.in_stream() || !self.complete {
            return;
        }
        let mut words = statement.args();
        if words.next().is_none_or(|word| word.raw() == b"off") {
            return;
        }
        let Some(name) = words.next().map(|word| word.text()) else { return };
        let known = name.eq_ignore_ascii_case(b"combined")
            || self.http.formats.contains_key(&name)
            || self.http.formats.keys().any(|known| known.eq_ignore_ascii_case(&name));
        if !known {
            let message = format!("unknown log format \"{}\"", String::from_utf8_lossy(&name));
            self.refuse(RefusalKind::UndefinedReference, at, Part::Arg(1), message);
        }
    }
}
