//! nginx: one configuration, read with its includes.
//!
//! In: a host and a main file (or a fragment of one). Out: a [`Config`]: the files read, each in the context that
//! it is included in, the tree of scopes that requests walk, and the refusals that follow from the directive
//! table. Invariants: a file in one context is read once, however often it is included; a scope's items stand in
//! the order in which nginx reads them; nothing here answers a request.

mod across;
mod build;
mod check;
mod chunk;
mod context;
mod judge;
mod listen;
mod location;
mod names;
mod said;
mod scope;
mod summary;
mod syntax;
mod third_party;

use std::sync::Arc;

use fpmlint_catalog::Version;
use fpmlint_catalog::nginx::DirectiveId;
use fpmlint_syntax::{Statement, Word};
use fpmlint_text::FileId;
use fpmlint_workspace::{Host, HostPath};

use crate::{Part, Place, Refusal};

pub use check::value::{milliseconds, offset as bytes};
pub use chunk::{Chunk, Include};
pub use context::Context;
pub use listen::{Address, Listen};
pub use location::{LocationMatch, Modifier};
pub use names::ServerName;
pub use said::DECIDING_PARAMETERS;
pub use scope::{Item, Scope, ScopeId, ScopeKind, Scopes, Unit};

/// What is to be read.
pub struct Input<'a> {
    /// The host that the configuration lives on.
    pub host: &'a Host,
    /// The main file or fragment.
    pub main: FileId,
    /// Its path on the host.
    pub path: &'a HostPath,
    /// nginx's version, where the target is known.
    pub version: Option<Version>,
    /// Whether `main` is only a part of a configuration; its context is then inferred from what it holds.
    pub fragment: bool,
}

/// A directive as nginx meets it: a statement of a file that was read in some context.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DirRef {
    /// Index of the file's reading in [`Config::chunks`].
    pub chunk: u32,
    /// Number of the statement in that file.
    pub ordinal: u32,
}

/// A name that an earlier server of the same address has: requests for it go to that server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameConflict {
    /// The name.
    pub name: String,
    /// The address, as nginx writes it.
    pub address: String,
    /// Where it stands in vain.
    pub place: Place,
    /// Where it stands first.
    pub first: Place,
}

/// One configuration, read.
#[derive(Debug)]
pub struct Config {
    /// The main file or fragment.
    pub main: FileId,
    /// Its path on the host.
    pub path: HostPath,
    /// Whether it is only a part of a configuration.
    pub fragment: bool,
    /// nginx's version, where the target is known.
    pub version: Option<Version>,
    /// Every file in every context it was read in; the first is the main file.
    pub chunks: Vec<Arc<Chunk>>,
    /// The files of the chunks.
    files: Vec<FileId>,
    /// The scopes.
    pub scopes: Scopes,
    /// What nginx would not load.
    pub refusals: Vec<Refusal>,
    /// Names that two servers of one address have.
    pub conflicts: Vec<NameConflict>,
    /// Whether everything that nginx would read has been read.
    pub complete: bool,
    /// Patterns of includes that could not be resolved, with their places.
    pub unresolved: Vec<(Place, String)>,
}

/// Reads a configuration or a fragment.
pub fn read(input: &Input<'_>) -> Config {
    let mut reading = chunk::Reading::new(input);
    let context = if input.fragment { chunk::infer_context(input) } else { Context::Main };
    reading.read_main(context);
    assemble(input, context, reading.chunks, Scopes::default())
}

/// Joins the readings of the files. Parts of `old` scopes whose files did not change are kept.
fn assemble(input: &Input<'_>, context: Context, chunks: Vec<Arc<Chunk>>, old: Scopes) -> Config {
    let chunk::Gathered { unresolved, complete } = chunk::gather(&chunks);
    let scopes = scope::build(&chunks, context, old);
    let complete = complete && scopes.complete && !input.fragment;
    let across::Walked { mut refusals, conflicts } = across::walk(input, &chunks, complete);
    mark_first(&mut refusals, input.fragment);
    Config {
        main: input.main,
        path: input.path.clone(),
        fragment: input.fragment,
        version: input.version,
        complete,
        files: chunks.iter().map(|chunk| chunk.file).collect(),
        chunks,
        scopes,
        refusals,
        conflicts,
        unresolved,
    }
}

/// Reads the files `changed` again, whose contents are other ones than when `config` was read; nothing else of the host
/// may have changed. The configuration then equals what [`read`] gives. Gives the servers that are other ones to requests
/// now, if all that stands in no server is as it was; none where more has changed.
pub fn reread(config: &mut Config, host: &Host, changed: &[FileId]) -> Option<Vec<ScopeId>> {
    let path = config.path.clone();
    let (main, version, fragment) = (config.main, config.version, config.fragment);
    let input = Input { host, main, path: &path, version, fragment };
    let Some(replaced) = replace_chunks(&input, config, changed) else {
        *config = read(&input);
        return None;
    };
    let gives_the_same = |(number, old): &(u32, Arc<Chunk>)| {
        let new = &config.chunks[*number as usize];
        (&old.unresolved, old.complete) == (&new.unresolved, new.complete)
    };
    let gives_the_same = replaced.iter().all(gives_the_same);
    let servers = gives_the_same.then(|| config.scopes.refresh(&replaced, &config.chunks)).flatten();
    if servers.is_none() {
        let context = config.chunks.first()?.context;
        let (chunks, scopes) = (std::mem::take(&mut config.chunks), std::mem::take(&mut config.scopes));
        *config = assemble(&input, context, chunks, scopes);
        return None;
    }
    match walked_as_before(config, &replaced) {
        Some(refusals) => config.refusals = refusals,
        None => {
            let walked = across::walk(&input, &config.chunks, config.complete);
            (config.refusals, config.conflicts) = (walked.refusals, walked.conflicts);
        }
    }
    mark_first(&mut config.refusals, fragment);
    let differs = |(number, old): &&(u32, Arc<Chunk>)| {
        let new = config.chunks.get(*number as usize);
        !new.is_some_and(|new| said::says_the_same(old, new))
    };
    let differing: Vec<u32> = replaced.iter().filter(differs).map(|(number, _)| *number).collect();
    let goes_through = |server: &ScopeId| config.scopes.unit(*server).is_made_from(&differing);
    servers.map(|servers| servers.into_iter().filter(goes_through).collect())
}

/// Reads the files `changed` again, each in its contexts. Gives their former readings with their numbers; none where
/// other files must be read.
fn replace_chunks(
    input: &Input<'_>,
    config: &mut Config,
    changed: &[FileId],
) -> Option<Vec<(u32, Arc<Chunk>)>> {
    let context = config.chunks.first()?.context;
    if input.fragment && changed.contains(&input.main) && chunk::infer_context(input) != context {
        return None;
    }
    let mut replaced = Vec::new();
    for number in 0..config.chunks.len() {
        if config.files.get(number).is_some_and(|file| changed.contains(file)) {
            let again = Arc::new(chunk::reread(input, &config.chunks, number)?);
            replaced.push((number as u32, std::mem::replace(&mut config.chunks[number], again)));
        }
    }
    Some(replaced)
}

/// What the walk across the files would find, if it would find nothing but what the replaced file alone shows to be
/// refused.
fn walked_as_before(config: &Config, replaced: &[(u32, Arc<Chunk>)]) -> Option<Vec<Refusal>> {
    let mut found = Vec::new();
    let mut known = 0;
    for (number, old) in replaced {
        let new = config.chunks.get(*number as usize)?;
        if !old.says_the_same(new) {
            return None;
        }
        let was = old.own_refusals();
        known += was.len();
        if !was.iter().all(|refusal| config.refusals.iter().any(|known| known.is_same_as(refusal))) {
            return None;
        }
        found.extend(new.own_refusals().into_iter().cloned());
    }
    let is_alone = replaced.len() == 1 || found.is_empty() && known == 0;
    (is_alone && known == config.refusals.len() && found.len() < judge::MAX_REFUSALS).then_some(found)
}

/// The refusals come in nginx's order, so it would print the first of them.
fn mark_first(refusals: &mut [Refusal], fragment: bool) {
    if fragment {
        return;
    }
    if let Some(first) = refusals.first_mut() {
        first.first = true;
    }
}

impl Config {
    /// The statement behind a reference.
    pub fn statement(&self, at: DirRef) -> Option<Statement<'_>> {
        self.chunks.get(at.chunk as usize)?.tree.statement(at.ordinal)
    }

    /// The place of a part of a directive.
    pub fn place(&self, at: DirRef, part: Part) -> Place {
        let file = self.chunks.get(at.chunk as usize).map_or(self.main, |chunk| chunk.file);
        Place { file, ordinal: at.ordinal, part, dialect: fpmlint_syntax::Dialect::Nginx }
    }

    /// A scope by its number.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        self.scopes.get(id)
    }

    /// The argument number `index` of a directive.
    pub fn arg(&self, at: DirRef, index: usize) -> Option<Word<'_>> {
        self.statement(at)?.arg(index)
    }

    /// The argument's text, unquoted and unescaped; empty where it is missing.
    pub fn arg_text(&self, at: DirRef, index: usize) -> std::borrow::Cow<'_, [u8]> {
        self.arg(at, index).map_or(std::borrow::Cow::Borrowed(b""), |word| word.text())
    }

    /// The scope and those around it, from the inside out.
    pub fn ancestors(&self, id: ScopeId) -> impl Iterator<Item = ScopeId> + '_ {
        std::iter::successors(Some(id), |id| self.scope(*id).parent)
    }

    /// The nearest scope, from the inside out, that sets any of `ids`: where nginx's inheritance ends.
    pub fn nearest(&self, id: ScopeId, ids: &[DirectiveId]) -> Option<ScopeId> {
        self.ancestors(id).find(|scope| self.scope(*scope).items.iter().any(|item| ids.contains(&item.id)))
    }

    /// The directive that is in force in a scope, own or inherited.
    pub fn effective(&self, id: ScopeId, ids: &[DirectiveId]) -> Option<Item> {
        let scope = self.nearest(id, ids)?;
        self.scope(scope).items.iter().rev().find(|item| ids.contains(&item.id)).copied()
    }

    /// Every directive `id` that is in force in a scope: all of the nearest scope that has one.
    pub fn effective_all(&self, id: ScopeId, directive: DirectiveId) -> Vec<Item> {
        let Some(scope) = self.nearest(id, &[directive]) else { return Vec::new() };
        self.scope(scope).items.iter().filter(|item| item.id == directive).copied().collect()
    }

    /// The scopes of one kind, in reading order.
    pub fn scopes_of(&self, kind: ScopeKind) -> impl Iterator<Item = (ScopeId, &Scope)> {
        self.scopes.iter().filter(move |(_, scope)| scope.kind == kind)
    }

    /// Every file that was read, each once.
    pub fn files(&self) -> Vec<FileId> {
        let mut seen = rustc_hash::FxHashSet::default();
        self.files.iter().copied().filter(|file| seen.insert(*file)).collect()
    }

    /// Whether any of these files was read.
    pub fn reads_any(&self, files: &[FileId]) -> bool {
        self.files.iter().any(|file| files.contains(file))
    }

    /// The path of the folder that relative includes start from.
    pub fn folder(&self) -> HostPath {
        self.path.parent().unwrap_or_else(|| self.path.clone())
    }

    /// The trees are shared with the table of files.
    pub fn tree(&self, chunk: u32) -> Option<&Arc<fpmlint_syntax::Tree>> {
        self.chunks.get(chunk as usize).map(|chunk| &chunk.tree)
    }
}
