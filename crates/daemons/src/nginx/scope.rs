//! The scopes that a request walks: main, http, servers, locations, ifs and upstreams, with includes resolved.

use fpmlint_catalog::nginx::{DirectiveId, id};

use super::{Chunk, Context, DirRef};

/// More items than any sound configuration has; a bomb of nested includes stops here.
const MAX_ITEMS: usize = 4_000_000;

/// Number of a scope in its configuration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ScopeId(u32);

impl ScopeId {
    /// The scope at an index.
    pub fn new(index: usize) -> ScopeId {
        ScopeId(index as u32)
    }

    /// The index into the configuration's scopes.
    pub fn index(self) -> usize {
        self.0 as usize
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
#[derive(Debug)]
pub struct Scope {
    /// What it is.
    pub kind: ScopeKind,
    /// The directive that opens it; none for the outermost.
    pub at: Option<DirRef>,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// Its directives in reading order, includes resolved, but for those in `sites`.
    pub items: Vec<Item>,
    /// The `server` and `upstream` blocks of `http`. They are many and never inherited from, so that looking for
    /// what is inherited need not pass over them.
    pub sites: Vec<Item>,
}

impl Scope {
    /// The last of the directives `id` in this scope.
    pub fn last(&self, id: DirectiveId) -> Option<Item> {
        self.items.iter().rev().find(|item| item.id == id).copied()
    }

    /// All of the directives `id` in this scope, in reading order.
    pub fn all(&self, id: DirectiveId) -> impl DoubleEndedIterator<Item = Item> + '_ {
        self.items.iter().filter(move |item| item.id == id).copied()
    }

    /// The scopes of one kind directly in this one are among these, in reading order.
    pub fn children(&self) -> impl Iterator<Item = ScopeId> + '_ {
        self.items.iter().filter_map(|item| item.scope)
    }
}

/// Where the walk stands in one file.
struct Frame {
    chunk: u32,
    ordinal: u32,
    end: u32,
    scope: ScopeId,
}

/// Builds the scopes of a configuration whose first file was read in `context`. The second value says whether
/// everything found room.
pub(super) fn build(chunks: &[Chunk], context: Context) -> (Vec<Scope>, bool) {
    let outermost = outermost(context);
    let mut scopes =
        vec![Scope { kind: outermost, at: None, parent: None, items: Vec::new(), sites: Vec::new() }];
    let Some(main) = chunks.first() else { return (scopes, true) };
    let mut stack = vec![Frame { chunk: 0, ordinal: 0, end: main.ids.len() as u32, scope: ScopeId(0) }];
    let mut items = 0;
    while let Some(frame) = stack.last_mut() {
        if frame.ordinal >= frame.end {
            stack.pop();
            continue;
        }
        let (at, scope) = (DirRef { chunk: frame.chunk, ordinal: frame.ordinal }, frame.scope);
        let chunk = &chunks[at.chunk as usize];
        let next = chunk.next(at.ordinal);
        frame.ordinal = next;
        let Some(directive) = chunk.id(at.ordinal) else { continue };
        if items >= MAX_ITEMS {
            return (scopes, false);
        }
        if directive == id::INCLUDE {
            push_includes(&mut stack, chunks, chunk, at.ordinal, scope);
            items += 1;
            continue;
        }
        let parent_kind = scopes[scope.index()].kind;
        let is_block = next > at.ordinal + 1 || chunk.is_block(at.ordinal);
        let opened = if is_block { opened_scope(parent_kind, directive) } else { None };
        let inner = opened.map(|kind| {
            scopes.push(Scope {
                kind,
                at: Some(at),
                parent: Some(scope),
                items: Vec::new(),
                sites: Vec::new(),
            });
            ScopeId::new(scopes.len() - 1)
        });
        let item = Item { id: directive, at, scope: inner };
        let owner = &mut scopes[scope.index()];
        match opened {
            Some(ScopeKind::Server | ScopeKind::Upstream) => owner.sites.push(item),
            _ => owner.items.push(item),
        }
        items += 1;
        if let Some(inner) = inner {
            stack.push(Frame { chunk: at.chunk, ordinal: at.ordinal + 1, end: next, scope: inner });
        }
    }
    (scopes, true)
}

/// The included files are walked in order, so they go on the stack in reverse.
fn push_includes(stack: &mut Vec<Frame>, chunks: &[Chunk], chunk: &Chunk, ordinal: u32, scope: ScopeId) {
    let Some(include) = chunk.include(ordinal) else { return };
    for &child in include.chunks.iter().rev() {
        let Some(included) = chunks.get(child as usize) else { continue };
        stack.push(Frame { chunk: child, ordinal: 0, end: included.ids.len() as u32, scope });
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
