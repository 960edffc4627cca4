//! What is gathered until `http` ends.

use std::borrow::Cow;
use std::sync::Arc;

use fpmlint_catalog::nginx::DirectiveId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Walk;
use super::listens::Listens;
use super::upstreams::Upstreams;
use crate::nginx::summary::order;
use crate::nginx::{Chunk, Context, DirRef};
use crate::{Part, Refusal, RefusalKind};

/// A block of `http`.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) context: Context,
    pub(super) parent: u32,
    /// What is set in it of that which nginx merges.
    pub(super) settings: Vec<(DirectiveId, DirRef)>,
}

/// A use of a variable.
#[derive(Debug)]
struct Use<'w> {
    name: &'w [u8],
    at: DirRef,
    arg: u16,
    stream: bool,
}

/// The state of `http`.
#[derive(Debug, Default)]
pub(super) struct Http<'w> {
    pub(super) blocks: Vec<Block>,
    /// The modules' own directives that are set anywhere.
    pub(super) any: FxHashSet<DirectiveId>,
    /// Refusals that wait for the end, by order; the last says whether nginx names the line of the brace.
    pub(super) late: Vec<(u16, Refusal, bool)>,
    uses: Vec<Use<'w>>,
    defined: FxHashSet<(&'w [u8], bool)>,
    pub(super) listens: Listens<'w>,
    pub(super) upstreams: Upstreams<'w>,
    /// Formats of logs by name.
    pub(super) formats: FxHashMap<Cow<'w, [u8]>, DirRef>,
    /// Names of servers, in reading order.
    pub(super) names: Vec<super::names::Name<'w>>,
    /// The servers' blocks.
    pub(super) servers: Vec<super::locations::Server<'w>>,
}

impl<'w> Http<'w> {
    /// A block opens; gives its number.
    pub(super) fn open(&mut self, at: DirRef, context: Context, parent: u32) -> u32 {
        self.blocks.push(Block { context, parent, settings: Vec::new() });
        if context == Context::Server {
            self.servers.push(super::locations::Server::new(self.blocks.len() as u32 - 1, at));
        }
        self.blocks.len() as u32 - 1
    }

    /// A directive that nginx merges.
    pub(super) fn setting(&mut self, block: u32, id: DirectiveId, at: DirRef) {
        if let Some(block) = self.blocks.get_mut(block as usize) {
            block.settings.push((id, at));
            self.any.insert(id);
        }
    }

    /// The first of the statements of `id` that are in force in a block.
    pub(super) fn first_in_force(&self, block: u32, id: DirectiveId) -> Option<DirRef> {
        if !self.any.contains(&id) {
            return None;
        }
        let around = std::iter::successors(self.blocks.get(block as usize), |block| {
            self.blocks.get(block.parent as usize)
        });
        around.flat_map(|block| &block.settings).find(|(own, _)| *own == id).map(|(_, at)| *at)
    }

    /// The statements of `id` in force in a block: those of the nearest block that has any.
    pub(super) fn in_force(&self, block: u32, id: DirectiveId) -> Vec<DirRef> {
        if !self.any.contains(&id) {
            return Vec::new();
        }
        let mut block = block;
        while let Some(here) = self.blocks.get(block as usize) {
            let own: Vec<DirRef> =
                here.settings.iter().filter(|(own, _)| *own == id).map(|(_, at)| *at).collect();
            if !own.is_empty() {
                return own;
            }
            block = here.parent;
        }
        Vec::new()
    }

    pub(super) fn uses(&mut self, chunks: &'w [Arc<Chunk>], at: DirRef, name: u32, arg: u16, stream: bool) {
        if let Some(name) = chunks.get(at.chunk as usize).and_then(|it| it.summary.names.get(name as usize)) {
            self.uses.push(Use { name, at, arg, stream });
        }
    }

    pub(super) fn defines(&mut self, chunks: &'w [Arc<Chunk>], at: DirRef, name: u32, stream: bool) {
        if let Some(name) = chunks.get(at.chunk as usize).and_then(|it| it.summary.names.get(name as usize)) {
            self.defined.insert((name, stream));
        }
    }
}

impl Walk<'_> {
    /// `http` closes: nginx merges levels, sorts locations and looks at the whole.
    pub(super) fn close_http(&mut self, at: DirRef) {
        if !self.input.fragment {
            self.merge();
            self.finish_upstreams();
            self.finish_tls();
            self.wrong_names();
            self.finish_names();
        }
        self.conflicts = self.name_conflicts();
        self.finish_locations();
        self.finish_variables();
        let mut late = std::mem::take(&mut self.http.late);
        late.sort_by_key(|(order, ..)| *order);
        for (_, mut refusal, at_close) in late {
            if at_close {
                self.name_close(&mut refusal, at);
            }
            self.add(refusal);
        }
    }

    fn finish_variables(&mut self) {
        let uses = std::mem::take(&mut self.http.uses);
        if !self.complete {
            return;
        }
        for Use { name, at, arg, stream } in uses {
            if self.http.defined.contains(&(name, stream)) {
                continue;
            }
            let message = format!("unknown \"{}\" variable", String::from_utf8_lossy(name));
            self.late(order::VARIABLES, RefusalKind::UnknownVariable, at, Part::Arg(arg), message, false);
        }
    }
}
