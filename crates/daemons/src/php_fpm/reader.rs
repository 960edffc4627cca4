//! Reading a main file and all that it includes, line by line.
//!
//! In: the main file. Out: settings in their sections and the refusals of the parse. Invariants: each line is
//! parsed alone; the open section outlives the file that opened it; the line number that the daemon shows is
//! one counter for all files; where the daemon stops at the first refusal, this goes on with the next line.

use std::borrow::Cow;

use fpmlint_catalog::Version;
use fpmlint_catalog::php_fpm::DirectiveSet;
use fpmlint_syntax::{Dialect, Tree};
use fpmlint_text::FileId;
use fpmlint_workspace::{GlobStyle, Host, HostPath, Lookup, has_wildcard};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Input;
use super::draft::refusal;
use super::known::Known;
use super::model::{Include, Master, Pool, Setting, Unknown};
use super::path;
use crate::php_ini::cursor::Cursor;
use crate::php_ini::grammar::{self, Event, EventKind, Sink, Text, Variable};
use crate::php_ini::plain::{self, Plain};
use crate::{Part, Place, Refusal, RefusalKind};

/// The daemon reads the main file and four levels of includes.
const MAX_DEPTH: usize = 5;

/// More refusals than anybody reads.
pub(crate) const MAX_REFUSALS: usize = 1000;

/// More missing facts than anybody reads.
const MAX_UNKNOWNS: usize = 1000;
/// How many files and matches of patterns are looked at; files that include each other many times over have
/// no end.
const INCLUDE_BUDGET: usize = 500_000;

/// The section that a line falls into.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Section {
    /// In front of the first header of a fragment.
    Unknown,
    Global(Option<Place>),
    Pool(usize, Place),
}

impl Section {
    pub(crate) fn header(self) -> Option<Place> {
        match self {
            Section::Unknown => None,
            Section::Global(header) => header,
            Section::Pool(_, header) => Some(header),
        }
    }
}

/// The state of the reading.
pub(crate) struct Reader<'i> {
    pub(crate) host: &'i Host,
    pub(crate) version: Option<Version>,
    /// The directives that the daemon has.
    pub(crate) known: Known,
    /// The daemon's environment, where it is known.
    environment: Option<&'i [(Vec<u8>, Vec<u8>)]>,
    pub(crate) master: Master,
    pub(crate) section: Section,
    /// The daemon's line counter, which an included file leaves at its own last line.
    pub(crate) line: u32,
    /// The name of the file as the daemon opened it.
    pub(crate) shown: Vec<u8>,
    /// The files that are open, outermost first.
    chain: Vec<FileId>,
    /// Number of each pool by its name in lower case.
    pools: FxHashMap<Vec<u8>, usize>,
    /// The files that were ever opened.
    opened: FxHashSet<FileId>,
    /// What is left of [`INCLUDE_BUDGET`].
    budget: usize,
    /// Whether files that include each other have already led to a refusal; from then on no file is read
    /// twice.
    too_deep: bool,
}

impl<'i> Reader<'i> {
    pub(crate) fn new(input: &Input<'i>, master: Master, section: Section) -> Reader<'i> {
        Reader {
            host: input.host,
            version: input.version,
            known: Known::new(input.version, &input.host.profile),
            environment: input.environment,
            master,
            section,
            line: 0,
            shown: Vec::new(),
            chain: Vec::new(),
            pools: FxHashMap::default(),
            opened: FxHashSet::default(),
            budget: INCLUDE_BUDGET,
            too_deep: false,
        }
    }

    /// What was read.
    pub(crate) fn into_master(self) -> Master {
        self.master
    }

    /// Reads a file that the daemon opens under the name `shown`.
    pub(crate) fn file(&mut self, file: FileId, shown: &[u8]) {
        self.chain.push(file);
        self.opened.insert(file);
        self.master.files.push(file);
        let tree = self.host.files().tree(file, Dialect::FpmIni);
        let mut cursor = Cursor::new(&tree);
        self.lines(file, shown, &tree, &mut cursor);
        self.chain.pop();
    }

    fn lines(&mut self, file: FileId, shown: &[u8], tree: &Tree, cursor: &mut Cursor<'_>) {
        let text = tree.text();
        self.line = 0;
        self.shown.clear();
        self.shown.extend_from_slice(shown);
        let mut start = 0;
        while start <= text.len() {
            let rest = text.get(start..).unwrap_or(b"");
            let length = memchr::memchr(b'\n', rest);
            self.line = self.line.saturating_add(1);
            let content = rest.get(..length.unwrap_or(rest.len())).unwrap_or(rest);
            if !content.is_empty() {
                let whole = match length {
                    Some(length) => Cow::Borrowed(rest.get(..=length).unwrap_or(rest)),
                    None => Cow::Owned([rest, b"\n"].concat()),
                };
                self.one_line(file, start, &whole, cursor);
            }
            let Some(length) = length else { break };
            start += length + 1;
        }
    }

    fn one_line(&mut self, file: FileId, start: usize, whole: &[u8], cursor: &mut Cursor<'_>) {
        match plain::read(whole, self.version) {
            Plain::Nothing => {}
            Plain::Statement(event) => {
                let place = cursor.place(file, start as u32 + event.at as u32);
                match self.event(event, place) {
                    Ok(None) => {}
                    Ok(Some((place, pattern))) => self.include(place, &pattern),
                    Err(refusal) => self.refuse(*refusal),
                }
            }
            Plain::Other => self.any_line(file, start, whole, cursor),
        }
    }

    /// A line of any form.
    fn any_line(&mut self, file: FileId, start: usize, whole: &[u8], cursor: &mut Cursor<'_>) {
        // The daemon hands the line on as a C string.
        let length = memchr::memchr(0, whole).unwrap_or(whole.len());
        let text = whole.get(..length).unwrap_or(whole);
        let mut statements =
            Statements { environment: self.environment, events: Vec::new(), unknown: Vec::new() };
        let outcome = grammar::parse(text, self.version, &mut statements);
        let line = start as u32..(start + whole.len()) as u32;
        let mut included = None;
        let mut refused = false;
        for event in statements.events {
            let place = cursor.place(file, start as u32 + event.at as u32);
            match self.event(event, place) {
                Ok(include) => included = include.or(included),
                Err(refusal) => {
                    self.refuse(*refusal);
                    refused = true;
                    break;
                }
            }
        }
        self.note_variables(&statements.unknown);
        if refused {
            return;
        }
        if let Some(fault) = outcome.fault {
            let at = start as u32 + fault.at as u32;
            let place = cursor.error(file, line.clone(), at);
            let kind = fault_kind(text, &fault, outcome.unterminated_quote);
            let message = format!("{} in Unknown on line {}", fault.message, fault.line);
            self.refuse(refusal(kind, place, message).at_line(self.line));
            return;
        }
        if let Some(at) = outcome.unterminated_quote {
            let place = cursor.error(file, line, start as u32 + at as u32);
            let message = "syntax error, unexpected end of file in Unknown on line 1";
            let found = refusal(RefusalKind::UnterminatedQuote, place, message);
            self.refuse(found.at_line(self.line).if_certain(false));
        }
        if let Some((place, pattern)) = included {
            self.include(place, &pattern);
        }
    }

    /// Takes one statement. `Ok(Some(..))` is an include, which the daemon follows when the line is done.
    fn event(
        &mut self,
        event: Event<'_>,
        place: Place,
    ) -> Result<Option<(Place, Text<'static>)>, Box<Refusal>> {
        match event.kind {
            EventKind::Section { written, name } => self.open_section(written, name, place),
            EventKind::Entry { name: b"include", value: Some(value) } => {
                return Ok(Some((place, owned(value))));
            }
            EventKind::Entry { name, value } => self.scalar(name, value, place)?,
            EventKind::Array { name, written_key, key, value } => {
                self.array(name, written_key, key, value, place)?;
            }
        }
        Ok(None)
    }

    fn open_section(&mut self, written: &[u8], name: Text<'_>, place: Place) {
        let name = match &name {
            Text::Known(name) => name.as_ref(),
            Text::Unknown => written,
        };
        if name.eq_ignore_ascii_case(b"global") {
            self.section = Section::Global(Some(place));
            self.master.steps.global_headers.push(place.file);
            return;
        }
        let pools = &mut self.master.pools;
        let index = *self.pools.entry(name.to_ascii_lowercase()).or_insert(pools.len());
        if index == pools.len() {
            pools.push(Pool {
                name: name.to_vec(),
                headers: Vec::new(),
                // Most pools have a dozen.
                settings: Vec::with_capacity(16),
                present: DirectiveSet::default(),
            });
        }
        if let Some(pool) = pools.get_mut(index) {
            pool.headers.push(place);
        }
        self.section = Section::Pool(index, place);
    }

    /// Files a setting under the open section.
    pub(crate) fn store(&mut self, setting: Setting) {
        match self.section {
            Section::Unknown => self.master.unsectioned.push(setting),
            Section::Global(_) => self.master.global.push(setting),
            Section::Pool(index, _) => {
                if let Some(pool) = self.master.pools.get_mut(index) {
                    pool.present.insert(setting.id);
                    pool.settings.push(setting);
                }
            }
        }
    }

    /// Whether the open section was opened in a file that has ended.
    pub(crate) fn leaked(&self) -> bool {
        self.section.header().is_some_and(|header| !self.chain.contains(&header.file))
    }

    /// The name of the open pool.
    pub(crate) fn pool_name(&self) -> Option<&[u8]> {
        match self.section {
            Section::Pool(index, _) => self.master.pools.get(index).map(|pool| pool.name.as_slice()),
            Section::Global(_) | Section::Unknown => None,
        }
    }

    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        if self.master.refusals.len() < MAX_REFUSALS {
            self.master.refusals.push(refusal);
        }
    }

    /// `[file:line] `, as the daemon begins its messages about a line.
    pub(crate) fn prefix(&self) -> String {
        format!("[{}:{}]", String::from_utf8_lossy(&self.shown), self.line)
    }

    fn note_variables(&mut self, names: &[Vec<u8>]) {
        for name in names {
            let name = String::from_utf8_lossy(name);
            self.note(Unknown {
                what: format!("the value of ${{{name}}} in php-fpm's environment"),
                how: format!("write the value of {name} in place of the variable"),
            });
        }
    }

    pub(crate) fn note(&mut self, unknown: Unknown) {
        if self.master.unknowns.len() < MAX_UNKNOWNS && !self.master.unknowns.contains(&unknown) {
            self.master.unknowns.push(unknown);
        }
    }

    fn include(&mut self, place: Place, pattern: &Text<'_>) {
        let Text::Known(pattern) = pattern else {
            self.master.complete = false;
            return;
        };
        if self.budget == 0 {
            self.master.complete = false;
            return;
        }
        let pattern = path::under(pattern, &self.master.prefix);
        let glob = self.host.glob(&pattern, GlobStyle::PhpFpm);
        let shown = String::from_utf8_lossy(&pattern).into_owned();
        if let Some(folder) = glob.missing_folder.as_ref().filter(|folder| fails(&pattern, folder)) {
            let from = String::from_utf8_lossy(&self.shown).into_owned();
            let message = format!("Unable to globalize '{shown}' (ret=2) from {from} at line {}.", self.line);
            let found = refusal(RefusalKind::IncludeNotFound, place.with(Part::Value), message);
            let certain = self.host.is_closed(folder);
            self.refuse(found.at_line(self.line).if_certain(certain));
        }
        if !glob.complete {
            self.master.complete = false;
            self.note(Unknown {
                what: format!("the files that match {shown}"),
                how: "name the host's root with --sysroot, or map the folder in fpmlint.toml".to_owned(),
            });
        }
        self.budget = self.budget.saturating_sub(glob.matches.len() / 8);
        let complete = glob.complete;
        let folders = glob.matched_dirs;
        let matches: Vec<HostPath> =
            glob.matches.into_iter().filter(|path| folders.binary_search(path).is_err()).collect();
        let names: Vec<Vec<u8>> = matches.iter().map(|path| as_opened(&pattern, path)).collect();
        let pattern = pattern.into_boxed_slice();
        self.master.includes.push(Include { place, pattern, matches: matches.clone(), complete });
        for (path, name) in matches.iter().zip(&names) {
            let Some(left) = self.budget.checked_sub(1) else {
                self.master.complete = false;
                return;
            };
            self.budget = left;
            self.included(place, path, name);
        }
    }

    /// Reads the file at `path`, which the daemon opens under the name `shown`.
    fn included(&mut self, place: Place, path: &HostPath, shown: &[u8]) {
        let file = match self.host.open(path) {
            Lookup::Found(file) => file,
            Lookup::Absent => {
                let message =
                    format!("failed to open configuration file '{path}': No such file or directory (2)");
                self.refuse(refusal(RefusalKind::IncludeNotFound, place.with(Part::Value), message));
                return;
            }
            Lookup::Unknown | Lookup::Failed(_) => {
                self.master.complete = false;
                return;
            }
        };
        if self.chain.len() >= MAX_DEPTH {
            self.refuse_depth(place);
            return;
        }
        if self.too_deep && self.opened.contains(&file) {
            return;
        }
        let outer = std::mem::take(&mut self.shown);
        self.file(file, shown);
        self.shown = outer;
    }

    fn refuse_depth(&mut self, place: Place) {
        if self.too_deep {
            return;
        }
        self.too_deep = true;
        let word = match self.version {
            Some(version) if version < Version::new(8, 0, 0) => "recusively",
            _ => "recursively",
        };
        let message = format!("failed to include more than 5 files {word}");
        self.refuse(refusal(RefusalKind::IncludeNotFound, place.with(Part::Value), message));
    }
}

/// Whether the daemon's glob fails because `missing` does not exist: only a folder in front of the first
/// wildcard is opened in any case; without wildcards, and behind them, nothing matches and that is all.
fn fails(pattern: &[u8], missing: &HostPath) -> bool {
    let Some(first) = pattern.split(|byte| *byte == b'/').position(has_wildcard) else { return false };
    let literal: Vec<&[u8]> = pattern.split(|byte| *byte == b'/').take(first).collect();
    HostPath::new(literal.join(&b"/"[..])).starts_with(missing)
}

/// The name of a match as glob gives it: what stands in front of the first part with a wildcard is kept as written.
pub(crate) fn as_opened(pattern: &[u8], path: &HostPath) -> Vec<u8> {
    let mut parts = pattern.split_inclusive(|byte| *byte == b'/');
    let length: usize = parts.by_ref().take_while(|part| !has_wildcard(part)).map(<[u8]>::len).sum();
    let written = pattern.get(..length).unwrap_or(pattern);
    match path.below(&HostPath::new(written)) {
        Some(rest) => [written, rest].concat(),
        None => path.as_bytes().to_vec(),
    }
}

fn owned(text: Text<'_>) -> Text<'static> {
    match text {
        Text::Known(text) => Text::Known(Cow::Owned(text.into_owned())),
        Text::Unknown => Text::Unknown,
    }
}

/// The kind of a syntax error on the line `text`.
fn fault_kind(text: &[u8], fault: &grammar::Fault, unterminated: Option<usize>) -> RefusalKind {
    if text.trim_ascii_start().starts_with(b"#") {
        return RefusalKind::HashComment;
    }
    let in_quotes = fault.message.ends_with("TC_QUOTED_STRING or '\"'");
    let at_end = fault.message.contains("unexpected end of file");
    if (in_quotes && at_end) || unterminated.is_some() {
        RefusalKind::UnterminatedQuote
    } else {
        RefusalKind::SyntaxError
    }
}

/// Collects the statements of a line and the variables that they rest on.
struct Statements<'t, 'e> {
    environment: Option<&'e [(Vec<u8>, Vec<u8>)]>,
    events: Vec<Event<'t>>,
    unknown: Vec<Vec<u8>>,
}

impl<'t> Sink<'t> for Statements<'t, '_> {
    fn variable(&mut self, name: &'t [u8]) -> Variable {
        let Some(environment) = self.environment else {
            self.unknown.push(name.to_vec());
            return Variable::Unknown;
        };
        let set = environment.iter().find(|(known, _)| known == name);
        set.map_or(Variable::Unset, |(_, value)| Variable::Set(value.clone()))
    }

    fn event(&mut self, event: Event<'t>) {
        self.events.push(event);
    }
}
