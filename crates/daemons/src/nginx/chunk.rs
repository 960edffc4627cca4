//! One file in one context: its directives looked up, checked against the table, its includes followed.

use std::sync::Arc;

use fpmlint_catalog::nginx::Directive;
use fpmlint_catalog::nginx::{self as catalog, DirectiveId, id};
use fpmlint_syntax::{Dialect, Statement, StatementKind, Terminator, Tree};
use fpmlint_text::FileId;
use fpmlint_workspace::{FileErrorKind, GlobStyle, HostKind, HostPath, Lookup, Modules};
use rustc_hash::FxHashMap;

use super::third_party::is_third_party;
use super::{Context, Input, syntax};
use crate::{Part, Phase, Place, Refusal, RefusalKind};

/// nginx has no limit of its own; it runs out of descriptors. Sound trees are a few levels deep.
const MAX_DEPTH: usize = 64;

/// More readings than any sound tree has.
const MAX_CHUNKS: usize = 200_000;

/// More refusals than anybody reads.
const MAX_REFUSALS: usize = 1000;

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
    /// What nginx would not load in it, in the order in which nginx comes by.
    pub(super) refusals: Vec<Refusal>,
    /// Patterns of its includes that could not be resolved, with their places.
    pub(super) unresolved: Vec<(Place, String)>,
    /// Whether everything that it includes was read.
    pub(super) complete: bool,
    /// Whether all modules were known when nginx came to it.
    modules_known: bool,
}

/// One `include` and what it leads to.
#[derive(Debug)]
pub struct Include {
    /// Number of its statement.
    pub ordinal: u32,
    /// The readings of the included files, in nginx's order.
    pub chunks: Vec<u32>,
    /// How many of the refusals of its own file nginx comes by before it enters them.
    pub(super) refusals_before: usize,
}

impl Chunk {
    fn unread(file: FileId, context: Context, tree: Arc<Tree>, modules_known: bool) -> Chunk {
        let (ids, includes, refusals, unresolved) = Default::default();
        Chunk { file, context, tree, ids, includes, refusals, unresolved, complete: false, modules_known }
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
    modules_known: bool,
    pub(super) chunks: Vec<Arc<Chunk>>,
    /// Refusals of all files so far.
    refused: usize,
    /// What is known of the file that is being read.
    open: Open,
}

/// What reading a file gives beside its statements.
#[derive(Default)]
struct Open {
    refusals: Vec<Refusal>,
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
            modules_known: matches!(defaults.modules, Modules::Known(_)),
            chunks: Vec::new(),
            refused: 0,
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
        let tree = self.input.host.files().tree(file, Dialect::Nginx);
        self.chunks.push(Arc::new(Chunk::unread(file, context, tree, self.modules_known)));
        let outer = std::mem::take(&mut self.open);
        let chunk = self.read_file(file, context, None);
        self.open = outer;
        self.chunks[index as usize] = Arc::new(chunk);
        index
    }

    fn read_file(&mut self, file: FileId, context: Context, expected: Option<&mut Expected<'_>>) -> Chunk {
        let tree = self.input.host.files().tree(file, Dialect::Nginx);
        let mut chunk = Chunk::unread(file, context, Arc::clone(&tree), self.modules_known);
        self.chain.push(file);
        (chunk.ids, chunk.includes) = self.read_statements(file, &tree, context, expected);
        self.chain.pop();
        let Open { refusals, unresolved, incomplete } = std::mem::take(&mut self.open);
        Chunk { refusals, unresolved, complete: !incomplete, ..chunk }
    }

    fn read_statements(
        &mut self,
        file: FileId,
        tree: &Tree,
        context: Context,
        mut expected: Option<&mut Expected<'_>>,
    ) -> (Vec<Option<DirectiveId>>, Vec<Include>) {
        let mut ids = Vec::with_capacity(tree.statement_count() as usize);
        let mut includes = Vec::new();
        let mut open = vec![(u32::MAX, context)];
        let mut errors = 0;
        for statement in tree.all_statements() {
            while open.last().is_some_and(|(end, _)| *end <= statement.ordinal()) {
                open.pop();
            }
            let here = open.last().map_or(context, |(_, context)| *context);
            let known = here.mask().and_then(|_| catalog::find(&statement.name().text()));
            ids.push(known);
            // What the tokenizer stumbles over comes before what the statement says.
            errors = self.refuse_syntax(file, tree, errors, statement.end_offset());
            self.check(file, statement, here, known);
            if known == Some(id::INCLUDE) && statement.kind() == StatementKind::Directive {
                let (chunks, refusals_before) = self.follow(file, statement, here, expected.as_deref_mut());
                includes.push(Include { ordinal: statement.ordinal(), chunks, refusals_before });
            }
            if known == Some(id::LOAD_MODULE) {
                self.modules_known &= is_stock_module(&statement);
            }
            if statement.kind() == StatementKind::Block {
                open.push((statement.descendants_end(), here.inside(known)));
            }
        }
        self.refuse_syntax(file, tree, errors, u32::MAX);
        (ids, includes)
    }

    /// Adds the syntax errors from number `next` that nginx notices up to `offset`; gives the number behind them.
    fn refuse_syntax(&mut self, file: FileId, tree: &Tree, mut next: usize, offset: u32) -> usize {
        while tree.errors().get(next).is_some_and(|error| error.daemon_offset <= offset) {
            if self.is_flooded() {
                break;
            }
            let source = self.input.host.files().get(file);
            let refusal = syntax::refusal(file, &source, tree, next, self.certain());
            self.refused += usize::from(refusal.is_some());
            self.open.refusals.extend(refusal);
            next += 1;
        }
        next
    }

    /// A fragment's context is a guess, so nothing that rests on it is certain.
    fn certain(&self) -> bool {
        !self.input.fragment
    }

    fn check(&mut self, file: FileId, statement: Statement<'_>, here: Context, known: Option<DirectiveId>) {
        let Some(mask) = here.mask() else { return };
        let Some(known) = known else {
            self.refuse_unknown(file, statement);
            return;
        };
        let entries = catalog::entries(known);
        let Some(entry) = entries.iter().find(|entry| entry.contexts.intersects(mask)) else {
            // A fragment may be included elsewhere than where it was guessed to stand, and so may its includes.
            let guessed = self.input.fragment && self.chunks.first().is_some_and(|main| main.context == here);
            if !guessed && (!self.input.fragment || self.chain.len() > 1) {
                let message = format!("\"{}\" directive is not allowed here", catalog::name(known));
                self.refuse(RefusalKind::DirectiveNotAllowedHere, file, statement, Part::Name, message);
            }
            return;
        };
        self.check_shape(file, statement, entry);
    }

    fn check_shape(&mut self, file: FileId, statement: Statement<'_>, entry: &Directive) {
        let name = entry.name;
        let is_block = statement.kind() == StatementKind::Block;
        if statement.terminator() == Terminator::Missing {
            return;
        }
        if is_block && !entry.block {
            let message = format!("directive \"{name}\" is not terminated by \";\"");
            self.refuse(RefusalKind::SyntaxError, file, statement, Part::Head, message);
        } else if !is_block && entry.block {
            let message = format!("directive \"{name}\" has no opening \"{{\"");
            self.refuse(RefusalKind::SyntaxError, file, statement, Part::Head, message);
        } else if !entry.arity.allows(statement.arg_count()) {
            let message = format!("invalid number of arguments in \"{name}\" directive");
            self.refuse(RefusalKind::WrongArgumentCount, file, statement, Part::Head, message);
        } else if entry.arity.is_flag() {
            self.check_flag(file, statement, name);
        }
    }

    fn check_flag(&mut self, file: FileId, statement: Statement<'_>, name: &str) {
        let Some(word) = statement.arg(0) else { return };
        let text = word.text();
        if text.eq_ignore_ascii_case(b"on") || text.eq_ignore_ascii_case(b"off") {
            return;
        }
        let shown = String::from_utf8_lossy(&text);
        let message =
            format!("invalid value \"{shown}\" in \"{name}\" directive, it must be \"on\" or \"off\"");
        self.refuse(RefusalKind::InvalidValue, file, statement, Part::Arg(0), message);
    }

    fn is_flooded(&self) -> bool {
        self.refused >= MAX_REFUSALS
    }

    fn refuse_unknown(&mut self, file: FileId, statement: Statement<'_>) {
        if self.is_flooded() {
            return;
        }
        let name = statement.name().text();
        let shown = String::from_utf8_lossy(&name).into_owned();
        let suggestion = catalog::suggest(&shown).map(str::to_owned);
        let message = format!("unknown directive \"{shown}\"");
        self.refuse(RefusalKind::UnknownDirective, file, statement, Part::Name, message);
        let known = self.modules_known && !self.may_be_linked_in(&name);
        if let Some(refusal) = self.open.refusals.last_mut() {
            refusal.certain &= known;
            refusal.suggestion = suggestion;
        }
    }

    /// A project's files do not say which build of nginx reads them; an image often has modules of its own.
    fn may_be_linked_in(&self, name: &[u8]) -> bool {
        self.input.host.kind == HostKind::View && is_third_party(name)
    }

    fn refuse(&mut self, kind: RefusalKind, file: FileId, at: Statement<'_>, part: Part, message: String) {
        if self.is_flooded() {
            return;
        }
        let line = self.input.host.files().get(file).lines().line(at.end_offset()) + 1;
        self.refused += 1;
        self.open.refusals.push(Refusal {
            kind,
            place: Place::new(file, at, part),
            related: Vec::new(),
            message,
            daemon_line: Some(line),
            suggestion: None,
            phase: Phase::Test,
            first: false,
            certain: self.certain(),
        });
    }

    /// The readings that an include leads to, and how many refusals of this file stand before them.
    fn follow(
        &mut self,
        file: FileId,
        statement: Statement<'_>,
        here: Context,
        mut expected: Option<&mut Expected<'_>>,
    ) -> (Vec<u32>, usize) {
        if let Some(expected) = expected.as_deref_mut() {
            expected.next_include();
        }
        let Some(word) = statement.arg(0) else { return (Vec::new(), self.open.refusals.len()) };
        let pattern = word.text();
        let path = self.folder.join(&pattern);
        let mut found = Vec::new();
        if pattern.iter().any(|byte| b"*?[".contains(byte)) {
            let glob = self.input.host.glob(path.as_bytes(), GlobStyle::Nginx);
            if !glob.complete {
                self.note_unresolved(file, statement, &pattern);
            }
            for matched in glob.matches {
                found.extend(self.open(file, statement, &matched));
            }
        } else {
            found.extend(self.open(file, statement, &path));
        }
        let refusals_before = self.open.refusals.len();
        if self.chain.len() >= MAX_DEPTH || self.chunks.len() >= MAX_CHUNKS {
            self.open.incomplete = true;
            return (Vec::new(), refusals_before);
        }
        let enter = |child| self.enter(file, statement, child, here, expected.as_deref_mut());
        (found.into_iter().filter_map(enter).collect(), refusals_before)
    }

    /// A file that includes itself never ends for nginx, which dies when it has no descriptors left.
    fn enter(
        &mut self,
        file: FileId,
        at: Statement<'_>,
        child: FileId,
        here: Context,
        expected: Option<&mut Expected<'_>>,
    ) -> Option<u32> {
        if self.chain.contains(&child) {
            let path = self.input.host.files().get(child).path.display().to_string();
            let message = format!("open() \"{path}\" failed (24: Too many open files)");
            self.refuse(RefusalKind::IncludeNotFound, file, at, Part::Head, message);
            return None;
        }
        match expected {
            Some(expected) => expected.child(child, here),
            None => Some(self.read_chunk(child, here)),
        }
    }

    fn open(&mut self, file: FileId, statement: Statement<'_>, path: &HostPath) -> Option<FileId> {
        match self.input.host.open(path) {
            Lookup::Found(found) => Some(found),
            Lookup::Absent => {
                let message = format!("open() \"{path}\" failed (2: No such file or directory)");
                self.refuse(RefusalKind::IncludeNotFound, file, statement, Part::Arg(0), message);
                None
            }
            Lookup::Failed(error) if error.kind == FileErrorKind::NotAFile => {
                let message = format!("pread() \"{path}\" failed (21: Is a directory)");
                self.refuse(RefusalKind::IncludeNotFound, file, statement, Part::Arg(0), message);
                // It is the reading that fails, and nginx does not say for whom it reads.
                if let Some(refusal) = self.open.refusals.last_mut() {
                    refusal.daemon_line = None;
                }
                None
            }
            Lookup::Unknown | Lookup::Failed(_) => {
                self.note_unresolved(file, statement, path.as_bytes());
                None
            }
        }
    }

    fn note_unresolved(&mut self, file: FileId, statement: Statement<'_>, pattern: &[u8]) {
        self.open.incomplete = true;
        let place = Place::new(file, statement, Part::Arg(0));
        self.open.unresolved.push((place, String::from_utf8_lossy(pattern).into_owned()));
    }
}

/// Reads one file again in its context, where nothing but files' contents has changed. None where what it gives to other
/// readings changes, or where others gave it more than a context: its includes, its modules, or so many refusals that the
/// list was cut.
pub(super) fn reread(input: &Input<'_>, chunks: &[Arc<Chunk>], number: usize) -> Option<Chunk> {
    let (main, old) = (chunks.first()?, chunks.get(number)?);
    let refused: usize = chunks.iter().map(|chunk| chunk.refusals.len()).sum();
    let mut reading = Reading::new(input);
    reading.modules_known = old.modules_known;
    reading.refused = refused - old.refusals.len();
    reading.chunks = vec![Arc::clone(main)];
    reading.chain = if number == 0 { Vec::new() } else { vec![main.file] };
    let mut expected = Expected { chunks, includes: old.includes.iter(), children: [].iter(), met: true };
    let new = reading.read_file(old.file, old.context, Some(&mut expected));
    let met = expected.met && expected.includes.next().is_none() && expected.children.next().is_none();
    let loads_modules = |chunk: &Chunk| chunk.ids.contains(&Some(id::LOAD_MODULE));
    let gives_the_same = met && !loads_modules(old) && !loads_modules(&new);
    (gives_the_same && refused < MAX_REFUSALS && !reading.is_flooded()).then_some(new)
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
    pub(super) refusals: Vec<Refusal>,
    pub(super) unresolved: Vec<(Place, String)>,
    pub(super) complete: bool,
}

/// Goes through the readings in nginx's order, each once.
pub(super) fn gather(chunks: &[Arc<Chunk>]) -> Gathered {
    let mut gathered = Gathered { complete: true, ..Gathered::default() };
    let mut seen = vec![false; chunks.len()];
    // A reading, its next include and its next refusal.
    let mut stack: Vec<(usize, usize, usize)> = Vec::new();
    let enter = |number: usize, seen: &mut Vec<bool>, gathered: &mut Gathered| {
        let chunk = chunks.get(number)?;
        if std::mem::replace(&mut seen[number], true) {
            return None;
        }
        gathered.complete &= chunk.complete;
        gathered.unresolved.extend_from_slice(&chunk.unresolved);
        Some((number, 0, 0))
    };
    stack.extend(enter(0, &mut seen, &mut gathered));
    // The children of the include that is being followed, last first.
    let mut waiting: Vec<Vec<u32>> = vec![Vec::new()];
    while let Some((number, include, refusal)) = stack.last_mut() {
        if let Some(child) = waiting.last_mut().and_then(Vec::pop) {
            if let Some(entered) = enter(child as usize, &mut seen, &mut gathered) {
                stack.push(entered);
                waiting.push(Vec::new());
            }
            continue;
        }
        let chunk = &chunks[*number];
        let Some(next) = chunk.includes.get(*include) else {
            gathered.refusals.extend_from_slice(chunk.refusals.get(*refusal..).unwrap_or_default());
            stack.pop();
            waiting.pop();
            continue;
        };
        gathered
            .refusals
            .extend_from_slice(chunk.refusals.get(*refusal..next.refusals_before).unwrap_or_default());
        *refusal = next.refusals_before;
        *include += 1;
        if let Some(waiting) = waiting.last_mut() {
            waiting.extend(next.chunks.iter().rev());
        }
    }
    gathered
}

/// nginx's own modules; others bring directives that no table here knows.
fn is_stock_module(statement: &Statement<'_>) -> bool {
    statement.arg(0).is_some_and(|word| {
        let path = word.text();
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(&path);
        name.starts_with(b"ngx_http_image_filter")
            || name.starts_with(b"ngx_http_xslt")
            || name.starts_with(b"ngx_stream_module")
            || name.starts_with(b"ngx_mail_module")
            || name.starts_with(b"ngx_http_geoip_module")
    })
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
