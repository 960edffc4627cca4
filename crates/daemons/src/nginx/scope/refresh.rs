//! Scopes after an edit that leaves the trunk as it was.
//!
//! In: scopes and the readings that were made again. Out: the same scopes with the servers made anew that go through
//! these readings. Invariant: they equal what [`super::build`] gives; the work grows with these servers, not with all.

use std::sync::Arc;

use fpmlint_catalog::nginx::{DirectiveId, id};
use rustc_hash::FxHashMap;

use super::{Builder, Chunk, Context, DirRef, ScopeId, ScopeKind, Scopes, TRUNK, Unit};
use super::{opened_scope, outermost};

/// Units by the readings that they are made from.
pub(super) type Users = Vec<Vec<u32>>;

impl Scopes {
    /// Makes the servers anew that go through the readings `replaced`, given with their former values, and gives them.
    /// None where the trunk may be another one; the scopes are then to be built anew.
    pub(in crate::nginx) fn refresh(
        &mut self,
        replaced: &[(u32, Arc<Chunk>)],
        chunks: &[Arc<Chunk>],
    ) -> Option<Vec<ScopeId>> {
        if !self.complete || chunks.first().is_none_or(|main| is_in_servers(main.context)) {
            return None;
        }
        let moved = self.moved_servers(replaced, chunks)?;
        let users = self.users.take().unwrap_or_else(|| self.find_users(chunks.len()));
        let mut numbers: Vec<u32> =
            replaced.iter().filter_map(|(chunk, _)| users.get(*chunk as usize)).flatten().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut builder = Builder::new(chunks);
        let mut keeps_users = true;
        for &number in &numbers {
            let slot = self.units.get_mut(number as usize)?;
            let server = slot.scopes.first()?;
            let (DirRef { chunk, ordinal }, parent) = (server.at?, server.parent);
            let ordinal = moved.get(&number).copied().unwrap_or(ordinal);
            let end = chunks.get(chunk as usize)?.next(ordinal);
            builder.walk_server(number, DirRef { chunk, ordinal }, end, parent, self.room + slot.items);
            self.room = builder.room;
            if self.room == 0 {
                return None;
            }
            match Arc::get_mut(slot) {
                Some(unit) => keeps_users &= builder.put_into(unit),
                None => return None,
            }
        }
        self.users = keeps_users.then_some(users);
        Some(numbers.into_iter().map(|unit| ScopeId { unit, index: 0 }).collect())
    }

    /// Moves the servers that the readings open to where they stand now, by their units. None where the trunk is another
    /// one.
    fn moved_servers(
        &mut self,
        replaced: &[(u32, Arc<Chunk>)],
        chunks: &[Arc<Chunk>],
    ) -> Option<FxHashMap<u32, u32>> {
        let mut stand_at = FxHashMap::default();
        for (chunk, old) in replaced {
            let new = chunks.get(*chunk as usize)?;
            let servers = servers_of_same_trunk(old, new)?;
            for (opened, ordinal) in (0..).zip(servers) {
                stand_at.insert(*self.numbers.get(&(*chunk, opened))?, ordinal);
            }
        }
        let moves = |number: &u32, ordinal: &u32| {
            let scope = self.units.get(*number as usize).and_then(|unit| unit.scopes.first());
            scope.and_then(|scope| scope.at).is_none_or(|at| at.ordinal != *ordinal)
        };
        if stand_at.iter().any(|(number, ordinal)| moves(number, ordinal)) {
            let trunk = Arc::get_mut(self.units.get_mut(TRUNK as usize)?)?;
            for item in trunk.scopes.iter_mut().flat_map(|scope| &mut scope.sites) {
                if let Some(ordinal) = item.scope.and_then(|scope| stand_at.get(&scope.unit)) {
                    item.at.ordinal = *ordinal;
                }
            }
        }
        Some(stand_at)
    }

    fn find_users(&self, chunks: usize) -> Users {
        let mut users = vec![Vec::new(); chunks];
        for &number in &self.order {
            let made_from = self.units.get(number as usize).map_or(&[][..], |unit| &unit.made_from);
            for (chunk, _) in made_from {
                if let Some(users) = users.get_mut(*chunk as usize) {
                    users.push(number);
                }
            }
        }
        users
    }
}

impl Builder<'_> {
    /// Puts the unit that was walked in the place of another one, whose room is used. Whether it goes through the same
    /// readings.
    fn put_into(&self, unit: &mut Unit) -> bool {
        let drafts = self.drafts.get(..self.count).unwrap_or_default();
        unit.scopes.truncate(drafts.len());
        for (scope, draft) in unit.scopes.iter_mut().zip(drafts) {
            (scope.kind, scope.at, scope.parent) = (draft.kind, draft.at, draft.parent);
            scope.items.clone_from(&draft.items);
            scope.locations.clone_from(&draft.locations);
            scope.sites.clone_from(&draft.sites);
        }
        unit.scopes.extend(drafts.iter().skip(unit.scopes.len()).cloned());
        (unit.items, unit.mentions) = (self.items, self.mentions);
        let same = unit.made_from.iter().map(|(number, _)| number).eq(&self.walked);
        if same {
            unit.made_from.iter_mut().zip(self.made_from()).for_each(|(slot, now)| *slot = now);
        } else {
            unit.made_from = self.made_from().collect();
        }
        same
    }
}

/// Whether statements of a context stand in servers, and so in no trunk.
fn is_in_servers(context: Context) -> bool {
    matches!(
        context,
        Context::Server | Context::Location | Context::ServerIf | Context::LocationIf | Context::LimitExcept
    )
}

/// The statements of the servers that a reading opens, if both readings give the same to the trunk.
fn servers_of_same_trunk(old: &Chunk, new: &Chunk) -> Option<Vec<u32>> {
    let mut servers = Vec::new();
    if is_in_servers(new.context) {
        return Some(servers);
    }
    let (mut before, mut now) = (Lines::new(old), Lines::new(new));
    loop {
        match (before.next(), now.next()) {
            (None, None) => return Some(servers),
            (Some(before), Some(now)) if before.is_like(&now) => {
                if now.opened == Some(ScopeKind::Server) {
                    servers.push(now.ordinal);
                } else if before.ordinal != now.ordinal || before.text(old) != now.text(new) {
                    return None;
                }
            }
            _ => return None,
        }
    }
}

/// The statements of a reading that are the trunk's own, as the builder meets them.
struct Lines<'c> {
    chunk: &'c Chunk,
    /// From where to where, and in which scope.
    open: Vec<(u32, u32, ScopeKind)>,
}

#[derive(Clone, Copy)]
struct Line {
    ordinal: u32,
    id: DirectiveId,
    /// In how many scopes it stands.
    depth: usize,
    opened: Option<ScopeKind>,
}

impl<'c> Lines<'c> {
    fn new(chunk: &'c Chunk) -> Lines<'c> {
        Lines { chunk, open: vec![(0, chunk.ids.len() as u32, outermost(chunk.context))] }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        loop {
            let (next, end, kind) = self.open.last_mut()?;
            let (ordinal, kind) = (*next, *kind);
            if ordinal >= *end {
                self.open.pop();
                continue;
            }
            *next = self.chunk.next(ordinal);
            let behind = *next;
            let Some(id) = self.chunk.id(ordinal) else { continue };
            let is_block = behind > ordinal + 1 || self.chunk.is_block(ordinal);
            let opened = if is_block && id != id::INCLUDE { opened_scope(kind, id) } else { None };
            let depth = self.open.len();
            if let Some(inner) = opened.filter(|opened| *opened != ScopeKind::Server) {
                self.open.push((ordinal + 1, behind, inner));
            }
            return Some(Line { ordinal, id, depth, opened });
        }
    }
}

impl Line {
    fn is_like(&self, other: &Line) -> bool {
        (self.id, self.depth, self.opened) == (other.id, other.depth, other.opened)
    }

    /// Its text; without its block where the statements in it are lines of their own.
    fn text<'c>(&self, chunk: &'c Chunk) -> Option<&'c [u8]> {
        let statement = chunk.tree.statement(self.ordinal)?;
        let span = if self.opened.is_some() { statement.head_span() } else { statement.span() };
        Some(span.of(chunk.tree.text()))
    }
}
