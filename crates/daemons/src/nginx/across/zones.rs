//! Zones of shared memory: of limits, caches, sessions and upstreams.

use std::borrow::Cow;

use fpmlint_catalog::nginx::{self as catalog, DirectiveId, id};
use fpmlint_syntax::Statement;
use rustc_hash::FxHashMap;

use super::{Line, Walk, suffix};
use crate::nginx::DirRef;
use crate::nginx::check::{script, value};
use crate::nginx::summary::order;
use crate::{Part, RefusalKind};

/// A zone.
#[derive(Debug)]
struct Zone {
    /// The directive family that it belongs to.
    tag: DirectiveId,
    size: u64,
    /// The first that named it.
    at: DirRef,
    /// Who defined it, and what its key is.
    defined: Option<(DirRef, String)>,
}

/// All zones, in the order in which they came up.
#[derive(Debug, Default)]
pub(super) struct Zones<'w> {
    by_name: FxHashMap<Cow<'w, [u8]>, usize>,
    all: Vec<(Cow<'w, [u8]>, Zone)>,
    /// Folders of caches.
    paths: FxHashMap<Vec<u8>, DirRef>,
    /// Caches that are used, and where.
    caches: Vec<(DirectiveId, Cow<'w, [u8]>, DirRef)>,
}

impl<'w> Walk<'w> {
    /// A zone is named; none where nginx refuses it.
    fn name_zone(&mut self, at: DirRef, name: Cow<'w, [u8]>, size: u64, tag: DirectiveId) -> Option<usize> {
        let shown = String::from_utf8_lossy(&name).into_owned();
        let Some(number) = self.zones.by_name.get(&name).copied() else {
            let number = self.zones.all.len();
            self.zones.by_name.insert(name.clone(), number);
            self.zones.all.push((name, Zone { tag, size, at, defined: None }));
            return Some(number);
        };
        let (_, zone) = self.zones.all.get_mut(number)?;
        if zone.tag != tag {
            let message =
                format!("the shared memory zone \"{shown}\" is already declared for a different use");
            let first = zone.at;
            self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Head, message, Some(first));
            return None;
        }
        if zone.size == 0 {
            zone.size = size;
        }
        if size != 0 && size != zone.size {
            let (first, known) = (zone.at, zone.size);
            let message = format!(
                "the size {size} of shared memory zone \"{shown}\" conflicts with already declared size {known}"
            );
            self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Head, message, Some(first));
            return None;
        }
        Some(number)
    }

    pub(super) fn limit(&mut self, at: DirRef, id: DirectiveId, statement: Statement<'w>) {
        if self.in_stream() {
            return;
        }
        let name = if id == id::LIMIT_CONN {
            statement.arg(0).map(|word| word.text())
        } else {
            let zone = last_with(statement, b"zone=");
            zone.map(|word| suffix(word, 5))
        };
        let Some(name) = name else { return };
        let tag = if id == id::LIMIT_CONN { id::LIMIT_CONN_ZONE } else { id::LIMIT_REQ_ZONE };
        if self.name_zone(at, name.clone(), 0, tag).is_none() {
            return;
        }
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.limits.iter().any(|(known, zone)| *known == id && **zone == *name) {
            let message = format!("\"{}\" directive is duplicate", catalog::name(id));
            self.refuse(RefusalKind::DuplicateDirective, at, Part::Head, message);
            return;
        }
        frame.limits.push((id, name.into_owned()));
    }

    pub(super) fn limit_zone(&mut self, at: DirRef, id: DirectiveId, statement: Statement<'w>) {
        if self.in_stream() {
            return;
        }
        let zone = last_with(statement, b"zone=");
        let Some((name, size)) = zone.and_then(|word| split_zone(suffix(word, 5))) else { return };
        let shown = String::from_utf8_lossy(&name).into_owned();
        let Some(number) = self.name_zone(at, name, size, id) else { return };
        let key = statement.arg(0).map(|word| String::from_utf8_lossy(&word.text()).into_owned());
        let Some((_, zone)) = self.zones.all.get_mut(number) else { return };
        if let Some((first, key)) = &zone.defined {
            let message = format!("{} \"{shown}\" is already bound to key \"{key}\"", catalog::name(id));
            let first = *first;
            self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Head, message, Some(first));
            return;
        }
        zone.defined = Some((at, key.unwrap_or_default()));
    }

    pub(super) fn ssl_cache(&mut self, at: DirRef, id: DirectiveId, statement: Statement<'w>) {
        for word in statement.args() {
            let text = word.text();
            if text.starts_with(b"shared:")
                && let Some((name, size)) = split_zone(suffix(text, 7))
            {
                self.name_zone(at, name, size, id);
            }
        }
        let block = self.frames.last().map_or(u32::MAX, |frame| frame.block);
        self.http.setting(block, id, at);
    }

    pub(super) fn upstream_zone(&mut self, at: DirRef, statement: Statement<'w>) {
        let mut words = statement.args().map(|word| word.text());
        let Some(name) = words.next() else { return };
        let size = words.next().and_then(|size| value::size(&size)).unwrap_or(0);
        self.name_zone(at, name, size, if self.in_stream() { id::STREAM } else { id::ZONE });
    }

    pub(super) fn cache_path(&mut self, at: DirRef, id: DirectiveId, statement: Statement<'w>) {
        let Some(path) = statement.arg(0).map(|word| word.text()) else { return };
        let path = path.strip_suffix(b"/").unwrap_or(&path).to_vec();
        if let Some(first) = self.zones.paths.insert(path.clone(), at) {
            let place = self.place(first, Part::Whole);
            let offset = self.statement(first).map_or(0, Statement::end_offset);
            let (file, line) = (self.path_of(place.file), self.line(place.file, offset));
            let shown = String::from_utf8_lossy(&path).into_owned();
            let message = format!("the same path name \"{shown}\" used in {file}:{line} and");
            self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Arg(0), message, Some(first));
            return;
        }
        let zone = last_with(statement, b"keys_zone=");
        let Some((name, size)) = zone.and_then(|word| split_zone(suffix(word, 10))) else { return };
        let shown = String::from_utf8_lossy(&name).into_owned();
        let Some(number) = self.name_zone(at, name, size, cache_tag(id)) else { return };
        let Some((_, zone)) = self.zones.all.get_mut(number) else { return };
        if let Some((first, _)) = zone.defined {
            let message = format!("duplicate zone \"{shown}\"");
            self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Head, message, Some(first));
            return;
        }
        zone.defined = Some((at, String::new()));
    }

    /// nginx's name for a file: its path on the host.
    fn path_of(&self, file: fpmlint_text::FileId) -> String {
        let host = self.input.host;
        host.host_path(file)
            .map_or_else(|| host.files().get(file).path.display().to_string(), |path| path.to_string())
    }

    pub(super) fn cache(&mut self, at: DirRef, id: DirectiveId, statement: Statement<'w>) {
        let Some(name) = statement.arg(0).map(|word| word.text()) else { return };
        if &*name == b"off" {
            return;
        }
        self.keep(at, id, false);
        if script::has_variables(&name) {
            return;
        }
        if self.name_zone(at, name.clone(), 0, cache_tag(id)).is_some() {
            self.zones.caches.push((id, name, at));
        }
    }

    /// A store of answers.
    pub(super) fn store(&mut self, at: DirRef, id: DirectiveId, statement: Statement<'w>) {
        if statement.arg(0).is_some_and(|word| &*word.text() != b"off") {
            self.keep(at, id, true);
        }
    }

    /// A block can keep answers in one way only.
    fn keep(&mut self, at: DirRef, id: DirectiveId, store: bool) {
        let family = cache_tag(id);
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.kept.contains(&(family, !store)) {
            let cache = catalog::name(family);
            let other = if store { cache.to_owned() } else { cache.replace("_cache", "_store") };
            let message = format!("\"{}\" directive is incompatible with \"{other}\"", catalog::name(id));
            self.refuse(RefusalKind::InvalidValue, at, Part::Head, message);
            return;
        }
        frame.kept.push((family, store));
    }

    /// Caches without their zone, noticed when levels are merged.
    pub(super) fn finish_caches(&mut self) {
        for (id, name, at) in std::mem::take(&mut self.zones.caches) {
            let zone = self.zones.by_name.get(&name).and_then(|number| self.zones.all.get(*number));
            if !self.complete || zone.is_none_or(|(_, zone)| zone.defined.is_some()) {
                continue;
            }
            let shown = String::from_utf8_lossy(&name).into_owned();
            let message = format!("\"{}\" zone \"{shown}\" is unknown", catalog::name(id));
            // It is said once.
            let number = self.zones.by_name.get(&name).copied();
            if let Some((_, zone)) = number.and_then(|number| self.zones.all.get_mut(number)) {
                zone.size = zone.size.max(1);
            }
            let order = match id {
                id::PROXY_CACHE => order::PROXY,
                id::FASTCGI_CACHE => order::FASTCGI,
                id::UWSGI_CACHE => order::UWSGI,
                _ => order::SCGI,
            };
            self.late(order, RefusalKind::UndefinedReference, at, Part::Arg(0), message, true);
        }
    }

    /// Zones that are used and have no size.
    pub(super) fn finish_zones(&mut self) {
        if !self.complete {
            return;
        }
        for (name, zone) in std::mem::take(&mut self.zones.all) {
            if zone.size == 0 {
                let message = format!("zero size shared memory zone \"{}\"", String::from_utf8_lossy(&name));
                self.refuse_at(RefusalKind::UndefinedReference, zone.at, Part::Head, message, Line::Nowhere);
            }
        }
    }
}

/// The caches of one module share a family.
fn cache_tag(id: DirectiveId) -> DirectiveId {
    match id {
        id::PROXY_CACHE | id::PROXY_CACHE_PATH | id::PROXY_STORE => id::PROXY_CACHE,
        id::FASTCGI_CACHE | id::FASTCGI_CACHE_PATH | id::FASTCGI_STORE => id::FASTCGI_CACHE,
        id::UWSGI_CACHE | id::UWSGI_CACHE_PATH | id::UWSGI_STORE => id::UWSGI_CACHE,
        _ => id::SCGI_CACHE,
    }
}

/// The last argument that begins so.
fn last_with<'w>(statement: Statement<'w>, start: &[u8]) -> Option<Cow<'w, [u8]>> {
    statement.args().map(|word| word.text()).filter(|word| word.starts_with(start)).last()
}

/// `name:size`.
fn split_zone(text: Cow<'_, [u8]>) -> Option<(Cow<'_, [u8]>, u64)> {
    let colon = memchr::memchr(b':', &text)?;
    let size = value::size(text.get(colon + 1..)?)?;
    let name = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..colon)?),
        Cow::Owned(text) => Cow::Owned(text.get(..colon)?.to_vec()),
    };
    Some((name, size))
}
