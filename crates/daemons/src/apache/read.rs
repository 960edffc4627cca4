//! The reading phase: what httpd obeys while it reads, and the statements that are left for the walk.
//!
//! In: a main file. Out: statements in walking order, and everything that was obeyed on the way (conditions,
//! includes, macros, definitions, modules). As in httpd, names and closing tags count line by line, so a macro's
//! text may open what the file closes. Invariants: no recursion on input, nesting or includes; the work is bounded
//! whatever includes and macros multiply.

mod closing;
mod conditions;
mod define;
mod events;
mod include;
mod lines;
mod macros;
mod module;
mod obey;
mod statements;

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use fpmlint_catalog::apache::DirectiveId;
use fpmlint_syntax::{Dialect, SyntaxErrorKind};
use fpmlint_text::FileId;
use fpmlint_workspace::HostPath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::modules::Modules;
use super::names::Names;
use super::refusals::{Found, Refused, Stage};
use super::statement::{Origin, Reading, StatementId};
use super::variables::Variables;
use super::{Config, Input, Scopes};
use crate::{Part, Place, RefusalKind};
use events::{Event, Source};
use include::Files;
use macros::Macro;
use obey::Line;

pub use conditions::{Condition, ConditionKind, Outcome};
pub use include::Include;
pub use macros::MacroUse;

/// More statements than any real configuration has.
const MAX_STATEMENTS: usize = 4_000_000;

/// More readings of files and macros than any real configuration has.
const MAX_READINGS: usize = 100_000;

/// Reads a configuration up to the walk.
pub(super) fn read(input: &Input<'_>, modules: Option<&Modules>) -> (Config, Found) {
    let mut reader = Reader::new(input);
    if let Some(modules) = modules {
        reader.config.modules = modules.clone();
    }
    reader.open(input.main, input.path.clone(), Origin::Main);
    reader.run();
    reader.finish()
}

/// The first place of the main file: for what is wrong with the whole.
pub(super) fn start_of(config: &Config) -> Place {
    Place { file: config.main, ordinal: 0, part: Part::Head, dialect: Dialect::Httpd }
}

struct Reader<'a> {
    input: &'a Input<'a>,
    config: Config,
    found: Found,
    names: Names,
    /// The directives of lines that were seen, by their numbers; outer none where nobody asked yet.
    of_seen_lines: Vec<Option<Option<DirectiveId>>>,
    variables: Variables<'a>,
    macros: FxHashMap<Box<[u8]>, Arc<Macro>>,
    /// Whether a macro was ever defined, which httpd's words depend on.
    macro_seen: bool,
    seen_files: FxHashSet<FileId>,
    /// What is being read, innermost last.
    levels: Vec<Level>,
    /// Opened by the statement at hand, to be read next.
    opened: Vec<Level>,
    /// What is open, innermost last.
    frames: Vec<Frame>,
    /// Sections open in a condition that is false; not empty while such a one is skipped.
    skipped: Vec<Skipped>,
    /// The innermost open section.
    parent: Option<StatementId>,
    /// How many of the open conditions cannot be decided.
    undecided: u32,
    include_depth: u32,
    /// Bytes that macros were expanded to so far.
    macro_bytes: usize,
    stopped: bool,
}

enum Level {
    /// A file or a macro's text.
    Source(Source),
    /// The files of an include.
    Files(Files),
}

/// Something that is open.
enum Frame {
    /// The start of a file: what is open around it cannot be closed in it.
    File,
    Section(StatementId),
    /// A condition that holds, or that cannot be decided.
    Condition {
        name: &'static str,
        place: Place,
        decided: bool,
    },
}

/// A section within a condition that is false.
struct Skipped {
    /// The name without `<`.
    name: Box<[u8]>,
    place: Place,
}

impl<'a> Reader<'a> {
    fn new(input: &'a Input<'a>) -> Reader<'a> {
        let profile = &input.host.profile.apache;
        let is_part = input.fragment || input.htaccess;
        let (linked, linked_known) = module::linked(profile);
        let config = Config {
            main: input.main,
            path: input.path.clone(),
            fragment: input.fragment,
            htaccess: input.htaccess,
            version: input.version,
            files: Vec::new(),
            readings: Vec::new(),
            statements: Vec::new(),
            expanded: Vec::new(),
            modules: Modules::linked(linked, linked_known && !is_part),
            defines: Vec::new(),
            undefined: Vec::new(),
            outlived: Vec::new(),
            conditions: Vec::new(),
            includes: Vec::new(),
            uses: Vec::new(),
            unclosed: Vec::new(),
            silent: Vec::new(),
            continued_comments: Vec::new(),
            server_root: HostPath::new(profile.server_root),
            scopes: Scopes::default(),
            refusals: Vec::new(),
            printed: None,
            complete: !is_part,
            unknowns: Vec::new(),
        };
        Reader {
            input,
            config,
            found: Found::default(),
            names: Names::default(),
            of_seen_lines: Vec::new(),
            variables: Variables::new(input.environment, input.defines),
            macros: FxHashMap::default(),
            macro_seen: false,
            seen_files: FxHashSet::default(),
            levels: Vec::new(),
            opened: Vec::new(),
            frames: Vec::new(),
            skipped: Vec::new(),
            parent: None,
            undecided: 0,
            include_depth: 0,
            macro_bytes: 0,
            stopped: false,
        }
    }

    fn finish(self) -> (Config, Found) {
        (self.config, self.found)
    }

    /// Begins to read a file; its lines come next.
    fn open(&mut self, file: FileId, path: HostPath, origin: Origin) {
        if self.config.readings.len() >= MAX_READINGS {
            self.give_up();
            return;
        }
        if self.seen_files.insert(file) {
            self.config.files.push(file);
        }
        let tree = self.input.host.files().tree(file, Dialect::Httpd);
        let source = Source::new(self.config.readings.len() as u32, Arc::clone(&tree), None);
        let reading = Reading { file, path, origin, tree, label: None, lines: OnceLock::new() };
        self.config.readings.push(reading);
        self.check_lengths(&source);
        let statements = source.tree.statement_count() as usize;
        self.config.statements.reserve(statements.min(MAX_STATEMENTS));
        self.opened.push(Level::Source(source));
    }

    /// httpd reads no line of more than 16 MiB.
    fn check_lengths(&mut self, source: &Source) {
        for (index, error) in source.tree.errors().iter().enumerate() {
            if error.kind != SyntaxErrorKind::LineTooLong {
                continue;
            }
            let (file, dialect) = (self.file_of(source), Dialect::Httpd);
            let line = self.line_of(source.reading, error.daemon_offset);
            let path = self.config.readings.last().map_or(Cow::Borrowed(""), |reading| reading.label());
            let message = format!("Error reading {path} at line {line}: Line too long").into_bytes();
            self.found.add(Refused {
                place: Place { file, ordinal: 0, part: Part::Error(index as u32), dialect },
                reading: source.reading,
                line: Some(line),
                names_itself: true,
                certain: self.undecided == 0,
                ..Refused::new(Stage::Read, RefusalKind::SyntaxError, message)
            });
        }
    }

    /// Leaves the rest unread: there is more of it than of any real configuration.
    fn give_up(&mut self) {
        self.stopped = true;
        self.config.complete = false;
        self.config.modules.complete = false;
    }

    fn run(&mut self) {
        self.start_opened();
        while let Some(level) = self.levels.pop() {
            match level {
                Level::Source(source) => self.read_source(source),
                Level::Files(files) => self.next_file(files),
            }
            self.start_opened();
            if self.stopped {
                break;
            }
        }
        let end = StatementId::new(self.config.statements.len());
        for frame in self.frames.drain(..) {
            if let Frame::Section(section) = frame {
                self.config.statements[section.index()].next = end;
            }
        }
    }

    fn start_opened(&mut self) {
        for level in &self.opened {
            if matches!(level, Level::Source(source) if source.place.is_none()) {
                self.frames.push(Frame::File);
            }
        }
        self.levels.append(&mut self.opened);
    }

    /// Reads until something else is to be read first, or to the end.
    fn read_source(&mut self, mut source: Source) {
        let tree = Arc::clone(&source.tree);
        while let Some(event) = source.next_event() {
            match event {
                Event::Statement(ordinal) => {
                    if let Some(statement) = tree.statement(ordinal) {
                        self.statement(&mut source, statement);
                    }
                }
                Event::Closing(tag) => self.closing_tag(&source, tag),
            }
            if self.stopped {
                return;
            }
            if !self.opened.is_empty() {
                self.levels.push(Level::Source(source));
                return;
            }
        }
        if source.place.is_none() {
            self.end_of_file(&source);
        }
    }

    fn unknown(&mut self, fact: String, place: Place) {
        if self.config.unknowns.len() < 1000 {
            self.config.unknowns.push((fact, place));
        }
    }

    fn file_of(&self, source: &Source) -> FileId {
        self.config.readings.get(source.reading as usize).map_or(self.input.main, |reading| reading.file)
    }

    /// The line (from 1) of an offset in a reading.
    fn line_of(&self, reading: u32, offset: u32) -> u32 {
        let Some(reading) = self.config.readings.get(reading as usize) else { return 1 };
        match reading.use_place() {
            Some(_) => reading.line(offset),
            None => self.input.host.files().get(reading.file).lines().line(offset) + 1,
        }
    }
}

#[cfg(test)]
mod tests;
