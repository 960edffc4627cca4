//! One file in one context: its directives looked up, checked against the table, its includes followed.

use std::sync::Arc;

use fpmlint_catalog::nginx::{self as catalog, DirectiveId, id};
use fpmlint_syntax::{Dialect, Statement, StatementKind, Tree};
use fpmlint_text::FileId;
use fpmlint_workspace::{FileErrorKind, GlobStyle, HostPath, Lookup, SourceFile};
use rustc_hash::FxHashMap;

use super::build::Build;
use super::check::said::Said;
use super::judge::Judge;
use super::summary::Summary;
use super::{Context, Input};
use crate::{Part, Patterns, Place, Refusal, RefusalKind};

/// nginx has no limit of its own; it runs out of descriptors. Sound trees are a few levels deep.
const MAX_DEPTH: usize = 64;

/// More readings than any sound tree has.
const MAX_CHUNKS: usize = 200_000;

/// A file as it was read in one context.
#[derive(Debug)]
pub struct Chunk {
    /// The file.
    pub file: FileId,
    /// The context of its outermost statements.
    pub context: Context,
    /// Its tree, shared with the table of files.
    pub tree: Arc<Tree>,
    /// What each statement is, by number; none where the name is unknown or the statement is data.
    pub ids: Vec<Option<DirectiveId>>,
    /// Its includes, by statement number.
    pub includes: Vec<Include>,
    /// What it says that must be held against other files, and what nginx would not load in it.
    pub(super) summary: Summary,
    /// Patterns of its includes that could not be resolved, with their places.
    pub(super) unresolved: Vec<(Place, String)>,
    /// Whether everything that it includes was read.
    pub(super) complete: bool,
    /// The build as it was known when nginx came to it.
    build: Arc<Build>,
}

/// One `include` and what it leads to.
#[derive(Debug)]
pub struct Include {
    /// Number of its statement.
    pub ordinal: u32,
    /// The readings of the included files, in nginx's order.
    pub chunks: Vec<u32>,
}

impl Chunk {
    fn unread(file: FileId, context: Context, tree: Arc<Tree>, build: Arc<Build>) -> Chunk {
        let (ids, includes, summary, unresolved) = Default::default();
        Chunk { file, context, tree, ids, includes, summary, unresolved, complete: false, build }
    }

    /// Whether another reading of the file says the same to other files.
    pub(super) fn says_the_same(&self, other: &Chunk) -> bool {
        self.summary.says_the_same(&self.tree, &other.summary, &other.tree)
    }

    /// What the file alone shows to be refused at once.
    pub(super) fn own_refusals(&self) -> Vec<&Refusal> {
        self.summary.own_refusals()
    }

    /// What the statement is.
    pub fn id(&self, ordinal: u32) -> Option<DirectiveId> {
        self.ids.get(ordinal as usize).copied().flatten()
    }

    /// Number of the first statement behind this one and its block.
    pub fn next(&self, ordinal: u32) -> u32 {
        self.tree.statement(ordinal).map_or(u32::MAX, |statement| statement.descendants_end())
    }

    /// Whether the statement has a block, an empty one included.
    pub fn is_block(&self, ordinal: u32) -> bool {
        self.tree.statement(ordinal).is_some_and(|statement| statement.kind() == StatementKind::Block)
    }

    /// The include at a statement.
    pub fn include(&self, ordinal: u32) -> Option<&Include> {
        let at = self.includes.binary_search_by_key(&ordinal, |include| include.ordinal).ok()?;
        self.includes.get(at)
    }
}

/// The state of reading one configuration.
pub(super) struct Reading<'a> {
    input: &'a Input<'a>,
    folder: HostPath,
    seen: FxHashMap<(FileId, Context), u32>,
    chain: Vec<FileId>,
    build: Arc<Build>,
    patterns: Arc<Patterns>,
    pub(super) chunks: Vec<Arc<Chunk>>,
    /// What is known of the file that is being read.
    open: Open,
}

/// What reading a file gives beside its statements.
#[derive(Default)]
struct Open {
    unresolved: Vec<(Place, String)>,
    incomplete: bool,
}

impl<'a> Reading<'a> {
    pub(super) fn new(input: &'a Input<'a>) -> Reading<'a> {
        let defaults = &input.host.profile.nginx;
        let own_folder = input.path.parent();
        let folder = if input.fragment {
            HostPath::new(defaults.conf_prefix.as_bytes())
        } else {
            own_folder.unwrap_or_else(|| input.path.clone())
        };
        Reading {
            input,
            folder,
            seen: FxHashMap::default(),
            chain: Vec::new(),
            build: Arc::new(Build::new(input)),
            patterns: Arc::default(),
            chunks: Vec::new(),
            open: Open::default(),
        }
    }

    pub(super) fn read_main(&mut self, context: Context) {
        self.read_chunk(self.input.main, context);
    }

    fn read_chunk(&mut self, file: FileId, context: Context) -> u32 {
        if let Some(known) = self.seen.get(&(file, context)) {
            return *known;
        }
        let index = self.chunks.len() as u32;
        self.seen.insert((file, context), index);
        // Its place among the readings; those of the files that it includes follow.
        let place = match self.chunks.first() {
            Some(main) => Arc::clone(main),
            None => {
                let tree = self.input.host.files().tree(file, Dialect::Nginx);
                Arc::new(Chunk::unread(file, context, tree, Arc::clone(&self.build)))
            }
        };
        self.chunks.push(place);
        let outer = std::mem::take(&mut self.open);
        let chunk = self.read_file(file, context, None);
        self.open = outer;
        self.chunks[index as usize] = Arc::new(chunk);
        index
    }

    fn read_file(&mut self, file: FileId, context: Context, expected: Option<&mut Expected<'_>>) -> Chunk {
        let source = self.input.host.files().get(file);
        let tree = Arc::clone(source.tree(Dialect::Nginx));
        let mut chunk = Chunk::unread(file, context, Arc::clone(&tree), Arc::clone(&self.build));
        self.chain.push(file);
        let read = self.read_statements(source, &tree, context, expected);
        self.chain.pop();
        (chunk.ids, chunk.includes, chunk.summary) = (read.ids, read.includes, read.summary);
        let Open { unresolved, incomplete } = std::mem::take(&mut self.open);
        Chunk { unresolved, complete: !incomplete, ..chunk }
    }

    fn read_statements(
        &mut self,
        source: Arc<SourceFile>,
        tree: &Tree,
        context: Context,
        mut expected: Option<&mut Expected<'_>>,
    ) -> Statements {
        let placed = !self.input.fragment
            || self.chain.len() > 1 && self.chunks.first().is_none_or(|main| main.context != context);
        let certain = !self.input.fragment;
        let (build, patterns) = (Arc::clone(&self.build), Arc::clone(&self.patterns));
        let mut judge = Judge::new(source, tree, build, patterns, certain, placed);
        let mut ids = Vec::with_capacity(tree.statement_count() as usize);
        let mut includes = Vec::new();
        let mut open: Vec<(Statement<'_>, Context)> = Vec::new();
        for statement in tree.all_statements() {
            while let Some(&(block, inside)) = open.last()
                && block.descendants_end() <= statement.ordinal()
            {
                judge.close(block, inside);
                open.pop();
            }
            let here = open.last().map_or(context, |(_, inside)| *inside);
            let known = lookup(&statement, here);
            ids.push(known);
            // What the tokenizer stumbles over comes before what the statement says.
            if judge.has_errors() {
                judge.syntax(statement.end_offset());
            }
            judge.statement(statement, here, known);
            if known == Some(id::INCLUDE) && statement.kind() == StatementKind::Directive {
                let chunks = self.follow(&mut judge, statement, here, expected.as_deref_mut());
                includes.push(Include { ordinal: statement.ordinal(), chunks });
                judge.include();
                judge.build = Arc::clone(&self.build);
            }
            if known == Some(id::LOAD_MODULE)
                && let Some(path) = statement.arg(0)
            {
                Arc::make_mut(&mut self.build).load(&path.text());
                judge.build = Arc::clone(&self.build);
            }
            if statement.kind() == StatementKind::Block {
                let inside = here.inside(known);
                judge.open(statement.ordinal(), inside, known);
                open.push((statement, inside));
            }
        }
        for (block, inside) in open.into_iter().rev() {
            judge.close(block, inside);
        }
        judge.syntax(u32::MAX);
        Statements { ids, includes, summary: judge.summary }
    }

    /// The readings that an include leads to.
    fn follow<'t>(
        &mut self,
        judge: &mut Judge<'t>,
        statement: Statement<'t>,
        here: Context,
        mut expected: Option<&mut Expected<'_>>,
    ) -> Vec<u32> {
        if let Some(expected) = expected.as_deref_mut() {
            expected.next_include();
        }
        let Some(word) = statement.arg(0) else { return Vec::new() };
        let pattern = word.text();
        let path = self.folder.join(&pattern);
        let mut found = Vec::new();
        if pattern.iter().any(|byte| b"*?[".contains(byte)) {
            let glob = self.input.host.glob(path.as_bytes(), GlobStyle::Nginx);
            if !glob.complete {
                self.note_unresolved(judge, statement, &pattern);
            }
            for matched in glob.matches {
                found.extend(self.open(judge, statement, &matched));
            }
        } else {
            found.extend(self.open(judge, statement, &path));
        }
        if self.chain.len() >= MAX_DEPTH || self.chunks.len() >= MAX_CHUNKS {
            self.open.incomplete = true;
            return Vec::new();
        }
        let enter = |child| self.enter(judge, statement, child, here, expected.as_deref_mut());
        found.into_iter().filter_map(enter).collect()
    }

    /// A file that includes itself never ends for nginx, which dies when it has no descriptors left.
    fn enter<'t>(
        &mut self,
        judge: &mut Judge<'t>,
        at: Statement<'t>,
        child: FileId,
        here: Context,
        expected: Option<&mut Expected<'_>>,
    ) -> Option<u32> {
        if self.chain.contains(&child) {
            let path = self.input.host.files().get(child).path.display().to_string();
            let message = format!("open() \"{path}\" failed (24: Too many open files)");
            judge.refuse(at, Said { kind: RefusalKind::IncludeNotFound, part: Part::Head, message });
            return None;
        }
        match expected {
            Some(expected) => expected.child(child, here),
            None => Some(self.read_chunk(child, here)),
        }
    }

    fn open<'t>(
        &mut self,
        judge: &mut Judge<'t>,
        statement: Statement<'t>,
        path: &HostPath,
    ) -> Option<FileId> {
        let kind = RefusalKind::IncludeNotFound;
        match self.input.host.open(path) {
            Lookup::Found(found) => Some(found),
            Lookup::Absent => {
                let message = format!("open() \"{path}\" failed (2: No such file or directory)");
                judge.refuse(statement, Said { kind, part: Part::Arg(0), message });
                None
            }
            Lookup::Failed(error) if error.kind == FileErrorKind::NotAFile => {
                // It is the reading that fails, and nginx does not say for whom it reads.
                let message = format!("pread() \"{path}\" failed (21: Is a directory)");
                judge.refuse_nowhere(statement, Said { kind, part: Part::Arg(0), message });
                None
            }
            Lookup::Unknown | Lookup::Failed(_) => {
                self.note_unresolved(judge, statement, path.as_bytes());
                None
            }
        }
    }

    fn note_unresolved(&mut self, judge: &Judge<'_>, statement: Statement<'_>, pattern: &[u8]) {
        self.open.incomplete = true;
        let place = Place::new(judge.file(), statement, Part::Arg(0));
        self.open.unresolved.push((place, String::from_utf8_lossy(pattern).into_owned()));
    }
}

/// What one file in one context says.
struct Statements {
    ids: Vec<Option<DirectiveId>>,
    includes: Vec<Include>,
    summary: Summary,
}

/// What a statement's name is where it stands.
fn lookup(statement: &Statement<'_>, here: Context) -> Option<DirectiveId> {
    let name = statement.name().text();
    if here.is_data() {
        return (here.takes_include() && &*name == b"include").then_some(id::INCLUDE);
    }
    here.mask().and_then(|_| catalog::find(&name))
}

/// Reads one file again in its context, where nothing but files' contents has changed. None where what it gives to other
/// readings changes: its includes or its modules.
pub(super) fn reread(input: &Input<'_>, chunks: &[Arc<Chunk>], number: usize) -> Option<Chunk> {
    let (main, old) = (chunks.first()?, chunks.get(number)?);
    let mut reading = Reading::new(input);
    reading.build = Arc::clone(&old.build);
    reading.chunks = vec![Arc::clone(main)];
    reading.chain = if number == 0 { Vec::new() } else { vec![main.file] };
    let mut expected = Expected { chunks, includes: old.includes.iter(), children: [].iter(), met: true };
    let new = reading.read_file(old.file, old.context, Some(&mut expected));
    let met = expected.met && expected.includes.next().is_none() && expected.children.next().is_none();
    let loads_modules = |chunk: &Chunk| chunk.ids.contains(&Some(id::LOAD_MODULE));
    let gives_the_same = met && !loads_modules(old) && !loads_modules(&new);
    gives_the_same.then_some(new)
}

/// The includes that a file had when it was read before; a file that is read again must have the same.
struct Expected<'a> {
    chunks: &'a [Arc<Chunk>],
    includes: std::slice::Iter<'a, Include>,
    /// The readings that the include at hand led to.
    children: std::slice::Iter<'a, u32>,
    met: bool,
}

impl Expected<'_> {
    /// Goes on to the next include.
    fn next_include(&mut self) {
        self.met &= self.children.next().is_none();
        match self.includes.next() {
            Some(include) => self.children = include.chunks.iter(),
            None => self.met = false,
        }
    }

    /// The reading of a file that is included, which must be the next one.
    fn child(&mut self, file: FileId, context: Context) -> Option<u32> {
        let number = self.children.next().copied();
        let chunk = number.and_then(|number| self.chunks.get(number as usize));
        let same = chunk.is_some_and(|chunk| chunk.file == file && chunk.context == context);
        self.met &= same;
        number.filter(|_| same)
    }
}

/// What the files give together, in nginx's reading order.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) unresolved: Vec<(Place, String)>,
    pub(super) complete: bool,
}

/// Goes through the readings in nginx's order, each once.
pub(super) fn gather(chunks: &[Arc<Chunk>]) -> Gathered {
    let mut gathered = Gathered { complete: true, ..Gathered::default() };
    let mut seen = vec![false; chunks.len()];
    let mut stack = vec![0];
    while let Some(number) = stack.pop() {
        let Some(chunk) = chunks.get(number as usize) else { continue };
        if std::mem::replace(&mut seen[number as usize], true) {
            continue;
        }
        gathered.complete &= chunk.complete;
        gathered.unresolved.extend_from_slice(&chunk.unresolved);
        let children = chunk.includes.iter().flat_map(|include| &include.chunks);
        let from = stack.len();
        stack.extend(children);
        stack[from..].reverse();
    }
    gathered
}

/// The context that a fragment most likely stands in: the one that allows most of its outermost statements.
pub(super) fn infer_context(input: &Input<'_>) -> Context {
    let tree = input.host.files().tree(input.main, Dialect::Nginx);
    let ids: Vec<DirectiveId> =
        tree.statements().filter_map(|statement| catalog::find(&statement.name().text())).collect();
    let allowed = |context: Context| {
        let Some(mask) = context.mask() else { return 0 };
        let allows =
            |id: &&DirectiveId| catalog::entries(**id).iter().any(|row| row.contexts.intersects(mask));
        ids.iter().filter(allows).count()
    };
    let mut best = (0, Context::Http);
    for context in Context::FRAGMENTS {
        let count = allowed(context);
        if count > best.0 {
            best = (count, context);
        }
    }
    best.1
}
