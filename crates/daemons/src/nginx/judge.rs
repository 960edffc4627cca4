//! Judges the statements of one file, one after the other, as nginx's setters do.
//!
//! In: a tree, the context of its outermost statements, and what is known of the build. Out: a [`Summary`].
//! Invariants: nothing of another file is looked at; a sound statement costs no allocation beyond its events; behind
//! a refusal the rest is judged all the same.

use std::borrow::Cow;
use std::sync::Arc;

use fpmlint_catalog::nginx::{self as catalog, Directive, DirectiveId, Duplicates, VariableScope};
use fpmlint_syntax::{Statement, StatementKind, SyntaxError, SyntaxErrorKind, Terminator, Tree};
use fpmlint_text::FileId;
use fpmlint_workspace::SourceFile;

use super::build::{Build, Found};
use super::check::pattern::{self, Groups};
use super::check::said::{Said, Verdict, said, show};
use super::check::{self, data, script};
use super::summary::{Event, Summary, What};
use super::third_party::is_third_party;
use super::{Context, syntax};
use crate::{Part, Patterns, Phase, Place, Refusal, RefusalKind};

/// More refusals than anybody reads.
pub(super) const MAX_REFUSALS: usize = 1000;

/// The words of a statement behind its name, unquoted and unescaped.
pub(super) type Words<'t> = [Cow<'t, [u8]>];

/// The state of judging one file.
pub(super) struct Judge<'t> {
    source: Arc<SourceFile>,
    tree: &'t Tree,
    pub(super) build: Arc<Build>,
    patterns: Arc<Patterns>,
    /// Whether the outermost context is known and not guessed.
    certain: bool,
    /// Whether a directive that is not allowed in the outermost context is one too many.
    placed: bool,
    words: Vec<Cow<'t, [u8]>>,
    /// The file's syntax errors that are still to come, last first: where nginx notices each, and its number.
    errors: Vec<(u32, usize)>,
    ordinal: u32,
    /// Where the statement stands.
    pub(super) here: Context,
    /// What the open block of data has said so far.
    pub(super) data: data::State,
    pub(super) summary: Summary,
}

impl<'t> Judge<'t> {
    pub(super) fn new(
        source: Arc<SourceFile>,
        tree: &'t Tree,
        build: Arc<Build>,
        patterns: Arc<Patterns>,
        certain: bool,
        placed: bool,
    ) -> Judge<'t> {
        let mut summary = Summary::default();
        // About every second statement is something to other files.
        summary.events.reserve(tree.statement_count() as usize / 2);
        Judge {
            source,
            tree,
            build,
            patterns,
            certain,
            placed,
            words: Vec::with_capacity(8),
            errors: in_order(tree),
            ordinal: 0,
            here: Context::Main,
            data: data::State::default(),
            summary,
        }
    }

    /// The file.
    pub(super) fn file(&self) -> FileId {
        self.source.id
    }

    /// Whether syntax errors are still to come.
    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Notes the syntax errors that nginx meets up to `offset`.
    pub(super) fn syntax(&mut self, offset: u32) {
        while let Some((noticed, number)) = self.errors.last().copied() {
            if noticed > offset || self.is_flooded() {
                break;
            }
            self.errors.pop();
            let refusal = syntax::refusal(self.file(), &self.source, self.tree, number, self.certain);
            if let Some(refusal) = refusal {
                let ordinal = refusal.place.ordinal;
                let number = self.keep(refusal);
                self.note_at(ordinal, What::Refused(number));
            }
        }
    }

    /// A statement; `known` says what its name is.
    pub(super) fn statement(&mut self, statement: Statement<'t>, here: Context, known: Option<DirectiveId>) {
        self.ordinal = statement.ordinal();
        self.here = here;
        let verdict = if here.is_data() {
            self.judge_data(statement, here, known)
        } else {
            self.judge(statement, here, known)
        };
        if let Err(said) = verdict {
            self.refuse(statement, *said);
        }
    }

    fn judge(&mut self, statement: Statement<'t>, here: Context, known: Option<DirectiveId>) -> Verdict {
        let Some(mask) = here.mask() else { return Ok(()) };
        let Some(id) = known else { return self.unknown(statement) };
        match self.build.find(id, mask) {
            Found::Here(row) => self.judge_known(statement, id, row),
            Found::Elsewhere if self.placed || self.summary_depth() > 0 => {
                let message = format!("\"{}\" directive is not allowed here", catalog::name(id));
                said(RefusalKind::DirectiveNotAllowedHere, Part::Name, message)
            }
            Found::Elsewhere => Ok(()),
            Found::Nowhere => self.unknown(statement),
        }
    }

    /// How deep in blocks of this file the statement stands.
    fn summary_depth(&self) -> usize {
        usize::from(self.tree.statement(self.ordinal).and_then(Statement::parent).is_some())
    }

    fn unknown(&mut self, statement: Statement<'t>) -> Verdict {
        let name = statement.name().text();
        // nginx prints names as texts of C, which end at a zero byte.
        let shown = show(name.split(|byte| *byte == 0).next().unwrap_or(&name)).into_owned();
        let suggestion = catalog::suggest(&shown).map(str::to_owned);
        let message = format!("unknown directive \"{shown}\"");
        // A project's files do not say which build of nginx reads them; an image often has modules of its own.
        let linked_in = self.build.view && (is_third_party(&name) || catalog::find(&name).is_some());
        let certain = self.build.complete && !linked_in;
        let said = Said { kind: RefusalKind::UnknownDirective, part: Part::Name, message };
        if let Some(number) = self.refuse(statement, said)
            && let Some(refusal) = self.summary.refusals.get_mut(number as usize)
        {
            refusal.certain &= certain;
            refusal.suggestion = suggestion.filter(|it| *it != shown);
            refusal.remedy = catalog::find(&name).and_then(|id| self.build.how_to_get(id));
        }
        Ok(())
    }

    fn judge_known(&mut self, statement: Statement<'t>, id: DirectiveId, row: &'static Directive) -> Verdict {
        let is_block = statement.kind() == StatementKind::Block;
        if statement.terminator() == Terminator::Missing {
            return Ok(());
        }
        self.words.clear();
        self.words.extend(statement.args().map(|word| word.text()));
        let name = row.name;
        if is_block && !row.block {
            let message = format!("directive \"{name}\" is not terminated by \";\"");
            return said(RefusalKind::SyntaxError, Part::Head, message);
        }
        if !is_block && row.block {
            let message = format!("directive \"{name}\" has no opening \"{{\"");
            return said(RefusalKind::SyntaxError, Part::Head, message);
        }
        if !row.arity.allows(self.words.len()) {
            let message = format!("invalid number of arguments in \"{name}\" directive");
            return said(RefusalKind::WrongArgumentCount, Part::Head, message);
        }
        if row.duplicates == Duplicates::Refused {
            self.note(What::Once(id));
        }
        if self.build.view && self.words.iter().any(|word| is_hole(word)) {
            return Ok(());
        }
        let words = std::mem::take(&mut self.words);
        let verdict = check::directive(self, id, row, &words);
        self.words = words;
        verdict
    }

    fn judge_data(&mut self, statement: Statement<'t>, here: Context, known: Option<DirectiveId>) -> Verdict {
        match statement.terminator() {
            Terminator::Missing => return Ok(()),
            Terminator::Brace => return said(RefusalKind::SyntaxError, Part::Head, "unexpected \"{\""),
            Terminator::Semicolon | Terminator::LineEnd => {}
        }
        self.words.clear();
        self.words.push(statement.name().text());
        self.words.extend(statement.args().map(|word| word.text()));
        if self.build.view && self.words.iter().any(|word| is_hole(word)) {
            return Ok(());
        }
        let words = std::mem::take(&mut self.words);
        let verdict = data::line(self, here, known.is_some(), &words);
        self.words = words;
        verdict
    }

    /// The block of the statement that was judged last opens.
    pub(super) fn open(&mut self, ordinal: u32, inside: Context, known: Option<DirectiveId>) {
        if inside.is_data() {
            self.data = data::State::default();
        }
        let Some(id) = known.filter(|_| inside != Context::Foreign) else { return };
        if !inside.is_data() {
            self.note_at(ordinal, What::Open(inside, id));
        }
    }

    /// The block closes at `offset`.
    pub(super) fn close(&mut self, block: Statement<'t>, inside: Context) {
        if !block.is_closed() {
            return;
        }
        let offset = block.span().end.saturating_sub(1);
        self.syntax(offset);
        if inside.is_data() {
            if let Err(said) = data::close(self, inside) {
                let refusal = self.refusal(block.ordinal(), offset, *said);
                let number = self.keep(refusal);
                self.note_at(block.ordinal(), What::Refused(number));
            }
        } else if inside != Context::Foreign {
            self.note_at(block.ordinal(), What::Close);
        }
    }

    /// Other files are read here.
    pub(super) fn include(&mut self) {
        self.note(What::Include);
    }

    /// Notes something at the statement that is being judged.
    pub(super) fn note(&mut self, what: What) {
        self.note_at(self.ordinal, what);
    }

    fn note_at(&mut self, ordinal: u32, what: What) {
        self.summary.events.push(Event { ordinal, what });
    }

    /// Whether enough has been refused.
    pub(super) fn is_flooded(&self) -> bool {
        self.summary.refusals.len() >= MAX_REFUSALS
    }

    /// Refuses the statement.
    pub(super) fn refuse(&mut self, statement: Statement<'t>, said: Said) -> Option<u32> {
        if self.is_flooded() {
            return None;
        }
        let refusal = self.refusal(statement.ordinal(), statement.end_offset(), said);
        let number = self.keep(refusal);
        self.note_at(statement.ordinal(), What::Refused(number));
        Some(number)
    }

    /// Refuses the statement; nginx names no line for it.
    pub(super) fn refuse_nowhere(&mut self, statement: Statement<'t>, said: Said) {
        if let Some(number) = self.refuse(statement, said)
            && let Some(refusal) = self.summary.refusals.get_mut(number as usize)
        {
            refusal.daemon_line = None;
        }
    }

    /// Refuses the statement that is being judged, but only when `http` ends and nginx merges its levels.
    pub(super) fn refuse_late(&mut self, order: u16, said: Said) {
        if self.is_flooded() {
            return;
        }
        let mut refusal = self.refusal(self.ordinal, 0, said);
        refusal.daemon_line = None;
        let number = self.keep(refusal);
        self.note(What::RefusedLate(order, number));
    }

    fn refusal(&self, ordinal: u32, offset: u32, said: Said) -> Refusal {
        let place =
            Place { file: self.file(), ordinal, part: said.part, dialect: fpmlint_syntax::Dialect::Nginx };
        Refusal {
            kind: said.kind,
            place,
            related: Vec::new(),
            message: said.message,
            daemon_line: Some(self.source.lines().line(offset) + 1),
            daemon_file: None,
            suggestion: None,
            remedy: None,
            phase: Phase::Test,
            first: false,
            certain: self.certain,
        }
    }

    fn keep(&mut self, refusal: Refusal) -> u32 {
        self.summary.refusals.push(refusal);
        self.summary.refusals.len() as u32 - 1
    }

    /// Judges a value with variables.
    pub(super) fn value(&mut self, arg: usize, text: &[u8]) -> Verdict {
        if !script::has_variables(text) {
            return Ok(());
        }
        script::scan(arg, text, |name| self.uses(arg, name))
    }

    /// Notes the use of a variable, unless every nginx of this build has it.
    pub(super) fn uses(&mut self, arg: usize, name: &[u8]) {
        if self.is_built_in(name) {
            return;
        }
        let number = self.name(name);
        self.note(What::Uses(number, arg as u16));
    }

    fn is_built_in(&self, name: &[u8]) -> bool {
        let variable = catalog::find_variable(name, self.variable_scope());
        variable.is_some_and(|variable| self.build.has(variable.module))
    }

    fn variable_scope(&self) -> VariableScope {
        if self.here.is_stream() { VariableScope::Stream } else { VariableScope::Http }
    }

    fn name(&mut self, name: &[u8]) -> u32 {
        self.summary.names.push(name.to_ascii_lowercase().into());
        self.summary.names.len() as u32 - 1
    }

    /// Notes that a variable is defined, `$` and all.
    pub(super) fn defines_dollar(&mut self, arg: usize, text: &[u8]) -> Verdict {
        let Some(name) = text.strip_prefix(b"$") else {
            let message = format!("invalid variable name \"{}\"", show(text));
            return said(RefusalKind::InvalidValue, Part::Arg(arg as u16), message);
        };
        self.defines(arg, name)
    }

    /// Notes that a variable is defined.
    pub(super) fn defines(&mut self, arg: usize, name: &[u8]) -> Verdict {
        if name.is_empty() {
            return said(RefusalKind::InvalidValue, Part::Arg(arg as u16), "invalid variable name \"$\"");
        }
        let own = catalog::find_variable(name, self.variable_scope()).filter(|row| !row.prefix);
        if own.is_some_and(|row| row.changeable == Some(false) && self.build.has(row.module)) {
            let message = format!("the duplicate \"{}\" variable", show(name));
            return said(RefusalKind::DuplicateDirective, Part::Arg(arg as u16), message);
        }
        if own.is_none() {
            let number = self.name(name);
            self.note(What::Defines(number));
        }
        Ok(())
    }

    /// Judges a pattern.
    pub(super) fn plain_pattern(&self, arg: usize, pattern: &[u8], ignore_case: bool) -> Verdict<Groups> {
        let fixed_lookbehind = !self.build.is_from(1, 29, 0, true);
        pattern::check(&self.patterns, arg, pattern, ignore_case, fixed_lookbehind)
    }

    /// Judges a pattern; its named groups become variables.
    pub(super) fn pattern(&mut self, arg: usize, pattern: &[u8], ignore_case: bool) -> Verdict<Groups> {
        let groups = self.plain_pattern(arg, pattern, ignore_case)?;
        for name in &groups.names {
            self.defines(arg, name.as_bytes())?;
        }
        Ok(groups)
    }
}

/// The syntax errors of a file in the order in which nginx would stop at them, last first. A quote that is never closed
/// hides all that follows; of what is unfinished at the end, the statement comes before the blocks around it.
fn in_order(tree: &Tree) -> Vec<(u32, usize)> {
    let rank = |error: &SyntaxError| match error.kind {
        SyntaxErrorKind::UnterminatedQuote { .. } => (error.span.start, false),
        SyntaxErrorKind::UnclosedBlock | SyntaxErrorKind::UnclosedRawBlock => (error.daemon_offset, true),
        _ => (error.daemon_offset, false),
    };
    let mut ranked: Vec<_> =
        tree.errors().iter().enumerate().map(|(number, error)| (rank(error), number)).collect();
    ranked.sort_unstable_by(|left, right| right.cmp(left));
    ranked.into_iter().map(|((noticed, _), number)| (noticed, number)).collect()
}

/// Whether a word has a place that a template engine fills in: the official image's `${NAME}`, `%name%`, `@name@` or
/// `__name__`. Braces of other engines are no words of nginx.
fn is_hole(word: &[u8]) -> bool {
    let between = |mark: u8| {
        let inner = word.split(|byte| *byte == mark).nth(1);
        inner.is_some_and(|inner| !inner.is_empty() && inner.iter().all(|byte| is_name_byte(*byte)))
            && word.iter().filter(|byte| **byte == mark).count() >= 2
    };
    if let Some(start) = memchr::memmem::find(word, b"${") {
        let name = word.get(start + 2..).unwrap_or(b"");
        let end = name.iter().position(|byte| *byte == b'}').unwrap_or(0);
        let name = name.get(..end).unwrap_or(b"");
        if !name.is_empty() && name.iter().all(|byte| byte.is_ascii_uppercase() || is_digit_or_line(*byte)) {
            return true;
        }
    }
    memchr::memchr2(b'%', b'@', word).is_some() && (between(b'%') || between(b'@'))
        || memchr::memmem::find(word, b"{{").is_some()
        || memchr::memmem::find(word, b"<%").is_some()
}

fn is_digit_or_line(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'_'
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}
