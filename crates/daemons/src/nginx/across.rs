//! The one walk across all files of a configuration, in nginx's reading order.
//!
//! In: what each file says to the others. Out: every refusal in the order in which nginx would meet it. Invariants:
//! the work is linear in the events; a file without events costs nothing, however often it is included; what a
//! fragment or an unread file may define is not missed.

mod frame;
mod http;
mod listens;
mod locations;
mod logs;
mod merge;
mod names;
mod tls;
mod upstreams;
mod zones;

use std::borrow::Cow;
use std::sync::Arc;

use fpmlint_catalog::nginx::{self as catalog, DirectiveId, id};
use fpmlint_syntax::{Dialect, Statement};
use fpmlint_workspace::{HostPath, Lookup};
use rustc_hash::FxHashSet;

use super::judge::MAX_REFUSALS;
use super::summary::{Event, What, order};
use super::{Chunk, Context, DirRef, Input, NameConflict};
use crate::{Part, Phase, Place, Refusal, RefusalKind};
use frame::Frame;
use http::Http;
use zones::Zones;

/// A bomb of nested includes stops here.
const MAX_EVENTS: usize = 8_000_000;

/// What the files say together.
pub(super) struct Walked {
    /// Every refusal, in nginx's order.
    pub(super) refusals: Vec<Refusal>,
    /// Names of servers that lead elsewhere.
    pub(super) conflicts: Vec<NameConflict>,
}

/// Walks all files.
pub(super) fn walk(input: &Input<'_>, chunks: &[Arc<Chunk>], complete: bool) -> Walked {
    let mut walk = Walk {
        input,
        chunks,
        complete,
        refusals: Vec::new(),
        conflicts: Vec::new(),
        seen: FxHashSet::default(),
        frames: Vec::new(),
        http: Http::default(),
        zones: Zones::default(),
        pools: Vec::new(),
        logs: logs::Logs::default(),
        connections: None,
        location: None,
    };
    walk.run();
    Walked { refusals: walk.refusals, conflicts: walk.conflicts }
}

/// Where a refusal's line is.
#[derive(Clone, Copy)]
enum Line {
    /// Where the statement ends.
    Statement,
    /// nginx names none.
    Nowhere,
    /// The end of another block.
    Close(DirRef),
}

struct Walk<'w> {
    input: &'w Input<'w>,
    chunks: &'w [Arc<Chunk>],
    /// Whether everything that nginx would read has been read.
    complete: bool,
    refusals: Vec<Refusal>,
    conflicts: Vec<NameConflict>,
    /// What has been refused already: files are walked as often as they are included.
    seen: FxHashSet<(Place, String)>,
    frames: Vec<Frame<'w>>,
    http: Http<'w>,
    zones: Zones<'w>,
    /// Thread pools that are used, and whether each is defined.
    pools: Vec<(Cow<'w, [u8]>, Option<DirRef>, bool)>,
    logs: logs::Logs<'w>,
    /// `worker_connections`.
    connections: Option<DirRef>,
    /// The location that is about to open.
    location: Option<locations::Location<'w>>,
}

impl<'w> Walk<'w> {
    fn run(&mut self) {
        let Some(main) = self.chunks.first() else { return };
        self.frames.push(Frame::new(main.context, None));
        let mut stack = vec![(0u32, 0usize)];
        let mut count = 0;
        while let Some((chunk, next)) = stack.last_mut() {
            let number = *chunk;
            let events = &self.chunks[number as usize].summary.events;
            let Some(event) = events.get(*next) else {
                stack.pop();
                continue;
            };
            *next += 1;
            count += 1;
            if count > MAX_EVENTS {
                return;
            }
            let at = DirRef { chunk: number, ordinal: event.ordinal };
            if matches!(event.what, What::Include) {
                self.include(at, &mut stack);
            } else {
                self.event(at, *event);
            }
        }
        if !self.input.fragment {
            self.finish();
        }
    }

    /// The included files are walked in order, so they go on the stack in reverse.
    fn include(&self, at: DirRef, stack: &mut Vec<(u32, usize)>) {
        let Some(include) = self.chunks[at.chunk as usize].include(at.ordinal) else { return };
        for &child in include.chunks.iter().rev() {
            if !self.chunks.get(child as usize).is_none_or(|chunk| chunk.summary.events.is_empty()) {
                stack.push((child, 0));
            }
        }
    }

    fn event(&mut self, at: DirRef, event: Event) {
        match event.what {
            What::Once(id) => self.once(at, id),
            What::OnceOff(id, off) => self.once_off(at, id, off),
            What::Open(context, id) => self.open(at, context, id),
            What::Close => self.close(at),
            What::Look(id) => self.look(at, id),
            What::Uses(name, arg) => self.http.uses(self.chunks, at, name, arg, self.in_stream()),
            What::Defines(name) => self.http.defines(self.chunks, at, name, self.in_stream()),
            What::Refused(number) => {
                let refusal = self.chunks[at.chunk as usize].summary.refusals.get(number as usize);
                if let Some(refusal) = refusal {
                    self.add(refusal.clone());
                }
            }
            What::RefusedLate(order, number) => {
                let refusal = self.chunks[at.chunk as usize].summary.refusals.get(number as usize);
                if let Some(refusal) = refusal {
                    self.http.late.push((order, refusal.clone(), true));
                }
            }
            What::Include => {}
        }
    }

    fn in_stream(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.context.is_stream())
    }

    fn frame(&mut self) -> Option<&mut Frame<'w>> {
        self.frames.last_mut()
    }

    fn once(&mut self, at: DirRef, id: DirectiveId) {
        let Some(frame) = self.frames.last_mut() else { return };
        let twin = match id {
            id::ROOT => Some((id::ALIAS, "alias")),
            id::ALIAS => Some((id::ROOT, "root")),
            _ => None,
        };
        if let Some((twin, earlier)) = twin.filter(|(twin, _)| frame.has(*twin)) {
            let message = format!(
                "\"{}\" directive is duplicate, \"{earlier}\" directive was specified earlier",
                catalog::name(id)
            );
            let related = frame.where_is(self.chunks, twin);
            self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Head, message, related);
            return;
        }
        if !frame.set(id) {
            let related = frame.where_is(self.chunks, id);
            self.refuse_duplicate(at, id, related);
        }
    }

    fn once_off(&mut self, at: DirRef, id: DirectiveId, off: bool) {
        let Some(frame) = self.frames.last_mut() else { return };
        let is_new = frame.set(id);
        let was_off = frame.offs.contains(&id);
        if was_off || off && !is_new {
            self.refuse_duplicate(at, id, None);
        } else if off {
            frame.offs.push(id);
        }
    }

    fn refuse_duplicate(&mut self, at: DirRef, id: DirectiveId, related: Option<DirRef>) {
        let message = format!("\"{}\" directive is duplicate", catalog::name(id));
        self.refuse_related(RefusalKind::DuplicateDirective, at, Part::Head, message, related);
    }

    fn open(&mut self, at: DirRef, context: Context, id: DirectiveId) {
        let mut frame = Frame::new(context, Some(at));
        let parent = self.frames.last();
        frame.block = self.http.open(at, context, parent.map_or(u32::MAX, |parent| parent.block));
        frame.location = match context {
            Context::Location => self.location.take(),
            Context::LocationIf | Context::LimitExcept => {
                parent.and_then(|parent| parent.location.clone()).map(locations::Location::nameless)
            }
            _ => None,
        };
        frame.directive = Some(id);
        self.frames.push(frame);
    }

    fn close(&mut self, at: DirRef) {
        if self.frames.len() < 2 {
            return;
        }
        let Some(frame) = self.frames.pop() else { return };
        match frame.context {
            Context::Server => {
                self.close_server(&frame);
                self.close_names();
            }
            Context::Upstream | Context::StreamUpstream => self.close_upstream(at, &frame),
            Context::Http => self.close_http(at),
            _ => {}
        }
        if frame.referers.is_unsound() {
            let message = "the \"none\" or \"blocked\" referers are specified in the \"valid_referers\" directive \
                           without any valid referer";
            let place = frame.referers.at.unwrap_or(at);
            self.late(
                order::REFERER,
                RefusalKind::InvalidValue,
                place,
                Part::Head,
                message.to_owned(),
                false,
            );
        }
    }

    fn look(&mut self, at: DirRef, id: DirectiveId) {
        let Some(statement) = self.statement(at) else { return };
        match id {
            id::LISTEN => self.listen(at, statement),
            id::SERVER_NAME => self.server_name(at, statement),
            id::LOCATION => self.enter_location(at, statement),
            id::PROXY_PASS
            | id::FASTCGI_PASS
            | id::UWSGI_PASS
            | id::SCGI_PASS
            | id::GRPC_PASS
            | id::MEMCACHED_PASS => self.pass(at, id, statement),
            id::PROXY_REDIRECT => self.redirect_default(at),
            id::ALIAS => self.alias(at),
            id::ACCESS_LOG => {
                self.access_log(at, statement);
                self.log_file(at, statement);
            }
            id::ERROR_LOG => self.log_file(at, statement),
            id::LOG_FORMAT => self.log_format(at, statement),
            id::UPSTREAM => self.upstream(at, statement),
            id::SERVER => self.upstream_server(at, statement),
            id::HASH => {
                if let Some(frame) = self.frame() {
                    frame.no_backup = true;
                }
            }
            id::LIMIT_REQ | id::LIMIT_CONN => self.limit(at, id, statement),
            id::LIMIT_REQ_ZONE | id::LIMIT_CONN_ZONE => self.limit_zone(at, id, statement),
            id::SSL_SESSION_CACHE | id::SSL_OCSP_CACHE => self.ssl_cache(at, id, statement),
            id::ZONE => self.upstream_zone(at, statement),
            id::FASTCGI_CACHE_PATH | id::PROXY_CACHE_PATH | id::SCGI_CACHE_PATH | id::UWSGI_CACHE_PATH => {
                self.cache_path(at, id, statement);
            }
            id::FASTCGI_CACHE | id::PROXY_CACHE | id::SCGI_CACHE | id::UWSGI_CACHE => {
                self.cache(at, id, statement);
            }
            id::FASTCGI_STORE | id::PROXY_STORE | id::SCGI_STORE | id::UWSGI_STORE => {
                self.store(at, id, statement);
            }
            id::LOAD_MODULE => self.load_module(at, statement),
            id::MAP => {
                if let Some(frame) = self.frame() {
                    // The first map takes the defaults, which count as given from then on.
                    frame.set(id::MAP_HASH_MAX_SIZE);
                    frame.set(id::MAP_HASH_BUCKET_SIZE);
                }
            }
            id::VALID_REFERERS => {
                if let Some(frame) = self.frame() {
                    frame.referers.add(at, statement);
                }
            }
            id::AIO => self.use_pool(at, statement),
            id::THREAD_POOL => self.define_pool(at, statement),
            id::USER => self.user(at, statement),
            id::WORKER_CONNECTIONS => self.connections = Some(at),
            _ => {
                let block = self.frames.last().map_or(u32::MAX, |frame| frame.block);
                self.http.setting(block, id, at);
            }
        }
    }

    /// What is wrong when all has been read.
    fn finish(&mut self) {
        let has_events = self.frames.first().is_some_and(|frame| frame.has(id::EVENTS));
        if self.complete && !has_events {
            let at = DirRef { chunk: 0, ordinal: 0 };
            let message = "no \"events\" section in configuration".to_owned();
            self.refuse_at(RefusalKind::MissingRequiredDirective, at, Part::Name, message, Line::Nowhere);
        }
        self.finish_connections();
        self.finish_pools();
        self.finish_logs();
        self.finish_zones();
    }

    fn use_pool(&mut self, at: DirRef, statement: Statement<'w>) {
        let Some(text) = statement.arg(0).map(|word| word.text()) else { return };
        let name = suffix(text, b"threads=".len());
        if !self.pools.iter().any(|(known, ..)| *known == name) {
            self.pools.push((name, Some(at), false));
        }
    }

    fn define_pool(&mut self, at: DirRef, statement: Statement<'w>) {
        let Some(name) = statement.arg(0).map(|word| word.text()) else { return };
        let known = self.pools.iter().position(|(known, ..)| *known == name);
        match known.and_then(|known| self.pools.get_mut(known)) {
            Some((_, _, defined @ false)) => *defined = true,
            Some(_) => {
                let message = format!("duplicate thread pool \"{}\"", String::from_utf8_lossy(&name));
                self.refuse(RefusalKind::DuplicateDirective, at, Part::Arg(0), message);
            }
            None => self.pools.push((name, None, true)),
        }
    }

    fn finish_pools(&mut self) {
        for (name, at, defined) in std::mem::take(&mut self.pools) {
            if let Some(at) = at.filter(|_| !defined && self.complete && &*name != b"default") {
                let message = format!("unknown thread pool \"{}\"", String::from_utf8_lossy(&name));
                self.refuse(RefusalKind::UndefinedReference, at, Part::Arg(0), message);
            }
        }
    }

    /// Modules are loaded before the first block, from files.
    fn load_module(&mut self, at: DirRef, statement: Statement<'w>) {
        let blocks = [id::EVENTS, id::HTTP, id::STREAM, id::MAIL];
        if self.frames.first().is_some_and(|main| blocks.iter().any(|block| main.has(*block))) {
            let message = "\"load_module\" directive is specified too late".to_owned();
            self.refuse(RefusalKind::DirectiveNotAllowedHere, at, Part::Head, message);
            return;
        }
        let Some(text) = statement.arg(0).map(|word| word.text()) else { return };
        let prefix = self.input.host.profile.nginx.prefix;
        if prefix.is_empty() && text.first() != Some(&b'/') {
            return;
        }
        let path = HostPath::new(prefix.as_bytes()).join(&text);
        if matches!(self.input.host.kind(&path), Lookup::Absent) {
            let why = "cannot open shared object file: No such file or directory";
            let message = format!("dlopen() \"{path}\" failed ({path}: {why})");
            self.refuse(RefusalKind::PathNotFound, at, Part::Arg(0), message);
        }
    }

    /// nginx looks its user and group up when root starts it.
    fn user(&mut self, at: DirRef, statement: Statement<'w>) {
        let users = self.input.host.users();
        let mut words = statement.args().map(|word| word.text());
        let Some(user) = words.next() else { return };
        let group = words.next();
        if matches!(users.user(&user), Lookup::Absent) {
            let message = format!("getpwnam(\"{}\") failed", String::from_utf8_lossy(&user));
            self.refuse(RefusalKind::UnknownUser, at, Part::Arg(0), message);
            return;
        }
        let (part, group) = (Part::Arg(u16::from(group.is_some())), group.unwrap_or(user));
        if matches!(users.group(&group), Lookup::Absent) {
            let message = format!("getgrnam(\"{}\") failed", String::from_utf8_lossy(&group));
            self.refuse(RefusalKind::UnknownUser, at, part, message);
        }
    }

    fn statement(&self, at: DirRef) -> Option<Statement<'w>> {
        self.chunks.get(at.chunk as usize)?.tree.statement(at.ordinal)
    }

    fn refuse(&mut self, kind: RefusalKind, at: DirRef, part: Part, message: String) {
        self.refuse_at(kind, at, part, message, Line::Statement);
    }

    fn refuse_related(
        &mut self,
        kind: RefusalKind,
        at: DirRef,
        part: Part,
        message: String,
        related: Option<DirRef>,
    ) {
        let mut refusal = self.refusal(kind, at, part, message, Line::Statement);
        if let Some(first) = related.filter(|first| *first != at) {
            refusal.related.push((self.place(first, Part::Head), "the first one".to_owned()));
        }
        self.add(refusal);
    }

    fn refuse_at(&mut self, kind: RefusalKind, at: DirRef, part: Part, message: String, line: Line) {
        let refusal = self.refusal(kind, at, part, message, line);
        self.add(refusal);
    }

    /// A refusal that waits for the end of `http`; `at_close` says whether nginx names the line of its brace.
    fn late(
        &mut self,
        order: u16,
        kind: RefusalKind,
        at: DirRef,
        part: Part,
        message: String,
        at_close: bool,
    ) {
        let refusal = self.refusal(kind, at, part, message, Line::Nowhere);
        self.http.late.push((order, refusal, at_close));
    }

    fn add(&mut self, refusal: Refusal) {
        if self.refusals.len() < MAX_REFUSALS && self.seen.insert((refusal.place, refusal.message.clone())) {
            self.refusals.push(refusal);
        }
    }

    fn place(&self, at: DirRef, part: Part) -> Place {
        let file = self.chunks.get(at.chunk as usize).map_or(self.input.main, |chunk| chunk.file);
        Place { file, ordinal: at.ordinal, part, dialect: Dialect::Nginx }
    }

    fn refusal(&self, kind: RefusalKind, at: DirRef, part: Part, message: String, line: Line) -> Refusal {
        let place = self.place(at, part);
        let mut refusal = Refusal {
            kind,
            place,
            related: Vec::new(),
            message,
            daemon_line: None,
            daemon_file: None,
            suggestion: None,
            remedy: None,
            phase: Phase::Test,
            first: false,
            certain: !self.input.fragment,
        };
        match line {
            Line::Nowhere => {}
            Line::Statement => {
                let offset = self.statement(at).map_or(0, Statement::end_offset);
                refusal.daemon_line = Some(self.line(place.file, offset));
            }
            Line::Close(block) => self.name_close(&mut refusal, block),
        }
        refusal
    }

    /// Lets nginx name the line where a block closes.
    fn name_close(&self, refusal: &mut Refusal, block: DirRef) {
        let file = self.place(block, Part::Whole).file;
        let end = self.statement(block).map_or(0, |statement| statement.span().end.saturating_sub(1));
        refusal.daemon_line = Some(self.line(file, end));
        refusal.daemon_file = Some(file).filter(|file| *file != refusal.place.file);
    }

    fn line(&self, file: fpmlint_text::FileId, offset: u32) -> u32 {
        self.input.host.files().get(file).lines().line(offset) + 1
    }
}

/// A text without its first bytes.
fn suffix(text: Cow<'_, [u8]>, count: usize) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(count..).unwrap_or(b"")),
        Cow::Owned(text) => Cow::Owned(text.get(count..).unwrap_or(b"").to_vec()),
    }
}
