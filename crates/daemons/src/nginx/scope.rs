//! The scopes that a request walks: main, http, servers, locations, ifs and upstreams, with includes resolved.
//!
//! In: the readings of the files. Out: [`Scopes`]. Invariant: each `server` of `http` is a unit of its own, made from
//! the files that it reads and from nothing else, so that an edit in one site's file leaves the units of the others as
//! they are. All the rest is the trunk.

mod mentions;
mod refresh;

use std::sync::Arc;

use fpmlint_catalog::nginx::{DirectiveId, id};
use fpmlint_syntax::StatementKind;
use rustc_hash::FxHashMap;

use super::{Chunk, Context, DirRef};
use mentions::Mentions;

/// More items than any sound configuration has; a bomb of nested includes stops here.
const MAX_ITEMS: usize = 4_000_000;

/// The unit of everything that stands in no server.
const TRUNK: u32 = 0;

/// Number of a scope in its configuration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ScopeId {
    unit: u32,
    index: u32,
}

impl ScopeId {
    /// The outermost scope.
    pub const ROOT: ScopeId = ScopeId { unit: TRUNK, index: 0 };

    /// Whether it belongs to no server of `http`.
    pub fn is_in_trunk(self) -> bool {
        self.unit == TRUNK
    }
}

/// What a scope is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ScopeKind {
    /// The outermost level.
    Main,
    /// `http {}`.
    Http,
    /// `server {}` of `http`.
    Server,
    /// `location {}`.
    Location,
    /// `if () {}`.
    If,
    /// `limit_except {}`.
    LimitExcept,
    /// `upstream {}` of `http`.
    Upstream,
}

/// One directive of a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Item {
    /// Which directive.
    pub id: DirectiveId,
    /// Where it stands.
    pub at: DirRef,
    /// The scope that it opens, if it does.
    pub scope: Option<ScopeId>,
}

/// A block and the directives directly in it.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What it is.
    pub kind: ScopeKind,
    /// The directive that opens it; none for the outermost.
    pub at: Option<DirRef>,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// Its directives in reading order, includes resolved, but for those in `sites` and `locations`.
    pub items: Vec<Item>,
    /// Its `location` blocks. They may be many, too, and each of them asks what it inherits.
    pub locations: Vec<Item>,
    /// The `server` and `upstream` blocks of `http`. They are many and never inherited from, so that looking for
    /// what is inherited need not pass over them.
    pub sites: Vec<Item>,
}

impl Scope {
    /// The last of the directives `id` in this scope.
    pub fn last(&self, id: DirectiveId) -> Option<Item> {
        self.items_of(id).iter().rev().find(|item| item.id == id).copied()
    }

    /// All of the directives `id` in this scope, in reading order.
    pub fn all(&self, id: DirectiveId) -> impl DoubleEndedIterator<Item = Item> + '_ {
        self.items_of(id).iter().filter(move |item| item.id == id).copied()
    }

    /// The list that holds the directives `id`.
    fn items_of(&self, id: DirectiveId) -> &[Item] {
        if id == id::LOCATION { &self.locations } else { &self.items }
    }

    /// The scopes of one kind directly in this one are among these, in reading order.
    pub fn children(&self) -> impl Iterator<Item = ScopeId> + '_ {
        self.items.iter().chain(&self.locations).filter_map(|item| item.scope)
    }
}

/// A part of the scopes: the trunk, or a server with what stands in it.
#[derive(Default, Debug)]
pub struct Unit {
    /// The scopes, outermost first.
    scopes: Vec<Scope>,
    /// The readings that it was made from, with their numbers.
    made_from: Vec<(u32, Arc<Chunk>)>,
    /// How many items its scopes have.
    items: usize,
    /// The directives that stand in it.
    mentions: Mentions,
}

/// All scopes of a configuration.
#[derive(Default, Debug)]
pub struct Scopes {
    /// By number; the trunk is the first. Numbers of servers that are gone stay unused.
    units: Vec<Arc<Unit>>,
    /// The servers in reading order.
    order: Vec<u32>,
    /// The unit of a server: the one that a reading opened as its first, second and so on. An edit seldom changes that.
    numbers: FxHashMap<(u32, u32), u32>,
    /// Whether everything found room.
    pub(super) complete: bool,
    /// How many more items may come.
    room: usize,
    /// Units by the readings that they are made from, once somebody asked.
    users: Option<refresh::Users>,
}

impl Scopes {
    /// A scope by its number.
    pub fn get(&self, id: ScopeId) -> &Scope {
        &self.units[id.unit as usize].scopes[id.index as usize]
    }

    /// Every scope: those of the trunk, then server by server in reading order.
    pub fn iter(&self) -> impl Iterator<Item = (ScopeId, &Scope)> {
        let units = std::iter::once(TRUNK).chain(self.order.iter().copied());
        units.filter_map(|number| Some((number, self.units.get(number as usize)?))).flat_map(
            |(number, unit)| {
                let ids = (0..).map(move |index| ScopeId { unit: number, index });
                ids.zip(&unit.scopes)
            },
        )
    }

    /// The unit of a scope: the same value as long as nothing changes that it was made from.
    pub fn unit(&self, id: ScopeId) -> &Arc<Unit> {
        &self.units[id.unit as usize]
    }

    /// Whether a directive stands anywhere in the unit of `id`.
    pub fn mentions(&self, id: ScopeId, directive: DirectiveId) -> bool {
        self.unit(id).mentions.has(directive)
    }

    /// The scopes of the unit that `id` stands in, with their numbers.
    pub fn of_unit(&self, id: ScopeId) -> impl Iterator<Item = (ScopeId, &Scope)> {
        (0..).map(move |index| ScopeId { unit: id.unit, index }).zip(&self.unit(id).scopes)
    }
}

/// Where the walk stands in one file.
struct Frame {
    chunk: u32,
    ordinal: u32,
    end: u32,
    scope: u32,
}

/// Builds the scopes of a configuration whose first file was read in `context`. Servers that `old` has and whose files
/// did not change are taken from there.
pub(super) fn build(chunks: &[Arc<Chunk>], context: Context, old: Scopes) -> Scopes {
    // Numbers of servers that are gone are not used again; when they are most, all are given anew.
    let worn = old.units.len() > 2 * old.order.len() + 64;
    let Scopes { units, numbers, .. } = if worn { Scopes::default() } else { old };
    let Some(main) = chunks.first() else { return Scopes::default() };
    let end = main.ids.len() as u32;
    let mut trunk = Builder::new(chunks);
    let (order, opened) = (Vec::with_capacity(units.len()), vec![0; chunks.len()]);
    let mut servers = Servers { units, order, numbers, opened, builder: Builder::new(chunks) };
    if servers.units.is_empty() {
        // The trunk's place; it is filled when the trunk is done.
        servers.units.push(Arc::new(Unit::default()));
    }
    trunk.begin(TRUNK, outermost(context), None, None, MAX_ITEMS);
    trunk.walk(Frame { chunk: 0, ordinal: 0, end, scope: 0 }, Some(&mut servers));
    let room = trunk.room;
    let Servers { mut units, order, numbers, .. } = servers;
    units[TRUNK as usize] = Arc::new(trunk.finish());
    Scopes { units, order, numbers, complete: room > 0, room, users: None }
}

/// The servers that a walk of the trunk comes by.
struct Servers<'a> {
    units: Vec<Arc<Unit>>,
    order: Vec<u32>,
    numbers: FxHashMap<(u32, u32), u32>,
    /// How many servers each reading has opened in this walk.
    opened: Vec<u32>,
    builder: Builder<'a>,
}

impl Servers<'_> {
    /// The unit of the server at `at`; how many items it has.
    fn enter(&mut self, at: DirRef, end: u32, parent: ScopeId, room: usize) -> (ScopeId, usize) {
        let opened = &mut self.opened[at.chunk as usize];
        let next = self.units.len() as u32;
        let number = *self.numbers.entry((at.chunk, *opened)).or_insert(next);
        *opened += 1;
        let unit = match self.units.get(number as usize) {
            Some(known) if known.holds(self.builder.chunks, at, parent) => Arc::clone(known),
            _ => {
                self.builder.walk_server(number, at, end, Some(parent), room);
                Arc::new(self.builder.finish())
            }
        };
        let items = unit.items;
        match self.units.get_mut(number as usize) {
            Some(slot) => *slot = unit,
            None => self.units.push(unit),
        }
        self.order.push(number);
        (ScopeId { unit: number, index: 0 }, items)
    }
}

impl Unit {
    /// Whether it goes through any of these readings.
    pub(super) fn is_made_from(&self, chunks: &[u32]) -> bool {
        !chunks.is_empty() && self.made_from.iter().any(|(number, _)| chunks.contains(number))
    }

    /// Whether the unit is still what would be made.
    fn holds(&self, chunks: &[Arc<Chunk>], at: DirRef, parent: ScopeId) -> bool {
        let same = |(number, made_from): &(u32, Arc<Chunk>)| {
            chunks.get(*number as usize).is_some_and(|now| Arc::ptr_eq(now, made_from))
        };
        let opens = |scope: &Scope| scope.at == Some(at) && scope.parent == Some(parent);
        self.scopes.first().is_some_and(opens) && self.made_from.iter().all(same)
    }
}

/// Makes units, one after the other.
struct Builder<'a> {
    chunks: &'a [Arc<Chunk>],
    number: u32,
    /// The scopes, and behind them those of earlier units, whose room is used again.
    drafts: Vec<Scope>,
    /// How many of them there are.
    count: usize,
    /// Where the walk stands.
    frames: Vec<Frame>,
    /// Numbers of the readings that were walked, with repetitions.
    walked: Vec<u32>,
    items: usize,
    mentions: Mentions,
    /// How many more items may come.
    room: usize,
}

impl<'a> Builder<'a> {
    fn new(chunks: &'a [Arc<Chunk>]) -> Builder<'a> {
        let (drafts, frames, walked, mentions) = Default::default();
        let (count, items) = (0, 0);
        Builder { chunks, number: TRUNK, drafts, count, frames, walked, items, mentions, room: MAX_ITEMS }
    }

    /// Begins a unit with its outermost scope.
    fn begin(
        &mut self,
        number: u32,
        kind: ScopeKind,
        at: Option<DirRef>,
        parent: Option<ScopeId>,
        room: usize,
    ) {
        (self.number, self.count, self.items, self.room) = (number, 0, 0, room);
        self.walked.clear();
        self.mentions = Mentions::default();
        self.open(kind, at, parent);
    }

    /// Adds a scope; gives its index.
    fn open(&mut self, kind: ScopeKind, at: Option<DirRef>, parent: Option<ScopeId>) -> u32 {
        let index = self.count;
        self.count += 1;
        match self.drafts.get_mut(index) {
            Some(used) => {
                (used.kind, used.at, used.parent) = (kind, at, parent);
                [&mut used.items, &mut used.locations, &mut used.sites].into_iter().for_each(Vec::clear);
            }
            None => {
                let (items, locations, sites) = Default::default();
                self.drafts.push(Scope { kind, at, parent, items, locations, sites });
            }
        }
        index as u32
    }

    /// Walks the server that the statement at `at` opens.
    fn walk_server(&mut self, number: u32, at: DirRef, end: u32, parent: Option<ScopeId>, room: usize) {
        self.begin(number, ScopeKind::Server, Some(at), parent, room);
        self.walk(Frame { chunk: at.chunk, ordinal: at.ordinal + 1, end, scope: 0 }, None);
        self.walked.sort_unstable();
        self.walked.dedup();
    }

    /// The unit that was walked.
    fn finish(&self) -> Unit {
        let scopes = self.drafts.iter().take(self.count).cloned().collect();
        Unit { scopes, made_from: self.made_from().collect(), items: self.items, mentions: self.mentions }
    }

    /// The readings that the unit was made from.
    fn made_from(&self) -> impl Iterator<Item = (u32, Arc<Chunk>)> {
        let read = |number: &u32| Some((*number, Arc::clone(self.chunks.get(*number as usize)?)));
        self.walked.iter().filter_map(read)
    }

    /// Walks a range of statements with its includes. Servers of `http` go to `servers`; without it they are scopes
    /// as all others.
    fn walk(&mut self, start: Frame, mut servers: Option<&mut Servers<'_>>) {
        let keeps_files = servers.is_none();
        if keeps_files {
            self.walked.push(start.chunk);
        }
        self.frames.clear();
        self.frames.push(start);
        while let Some(frame) = self.frames.last_mut() {
            if frame.ordinal >= frame.end {
                self.frames.pop();
                continue;
            }
            let (at, scope) = (DirRef { chunk: frame.chunk, ordinal: frame.ordinal }, frame.scope);
            let chunk = &self.chunks[at.chunk as usize];
            let statement = chunk.tree.statement(at.ordinal);
            let next = statement.map_or(u32::MAX, |statement| statement.descendants_end());
            frame.ordinal = next;
            let Some(directive) = chunk.id(at.ordinal) else { continue };
            if self.room == 0 {
                return;
            }
            self.room -= 1;
            self.items += 1;
            if directive == id::INCLUDE {
                let included = chunk.include(at.ordinal).map_or(&[][..], |include| &include.chunks[..]);
                // They are walked in order, so they go on the stack in reverse.
                for &child in included.iter().rev() {
                    let Some(chunk) = self.chunks.get(child as usize) else { continue };
                    let end = chunk.ids.len() as u32;
                    self.frames.push(Frame { chunk: child, ordinal: 0, end, scope });
                    if keeps_files {
                        self.walked.push(child);
                    }
                }
                continue;
            }
            let is_block = statement.is_some_and(|statement| statement.kind() == StatementKind::Block);
            let parent_kind = self.drafts[scope as usize].kind;
            let opened = if is_block { opened_scope(parent_kind, directive) } else { None };
            let parent = ScopeId { unit: self.number, index: scope };
            let inner = match (opened, &mut servers) {
                (None, _) => None,
                (Some(ScopeKind::Server), Some(servers)) => {
                    let (server, items) = servers.enter(at, next, parent, self.room);
                    self.room = self.room.saturating_sub(items);
                    Some(server)
                }
                (Some(kind), _) => {
                    let index = self.open(kind, Some(at), Some(parent));
                    let inside = Frame { chunk: at.chunk, ordinal: at.ordinal + 1, end: next, scope: index };
                    self.frames.push(inside);
                    Some(ScopeId { unit: self.number, index })
                }
            };
            self.mentions.add(directive);
            let item = Item { id: directive, at, scope: inner };
            let owner = &mut self.drafts[scope as usize];
            match opened {
                Some(ScopeKind::Server | ScopeKind::Upstream) => owner.sites.push(item),
                _ if directive == id::LOCATION => owner.locations.push(item),
                _ => owner.items.push(item),
            }
        }
    }
}

fn outermost(context: Context) -> ScopeKind {
    match context {
        Context::Http | Context::Upstream => ScopeKind::Http,
        Context::Server => ScopeKind::Server,
        Context::Location | Context::LocationIf => ScopeKind::Location,
        _ => ScopeKind::Main,
    }
}

fn opened_scope(parent: ScopeKind, directive: DirectiveId) -> Option<ScopeKind> {
    Some(match (parent, directive) {
        (ScopeKind::Main, id::HTTP) => ScopeKind::Http,
        (ScopeKind::Http, id::SERVER) => ScopeKind::Server,
        (ScopeKind::Http, id::UPSTREAM) => ScopeKind::Upstream,
        (ScopeKind::Server | ScopeKind::Location, id::LOCATION) => ScopeKind::Location,
        (ScopeKind::Server | ScopeKind::Location, id::IF) => ScopeKind::If,
        (ScopeKind::Location, id::LIMIT_EXCEPT) => ScopeKind::LimitExcept,
        _ => return None,
    })
}
