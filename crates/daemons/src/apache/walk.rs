//! The walk over what was read: names, contexts, argument counts, and sections with their patterns.
//!
//! In: the statements of a configuration. Out: refusals, in walking order. As in httpd the context is looked at
//! before the arguments, and those before what a directive itself checks. A section whose name is unknown is not
//! walked into.

pub(super) mod arguments;
mod context;
mod section;

use std::borrow::Cow;

use fpmlint_catalog::apache::{self, DirectiveId, id};
use fpmlint_syntax::SeenLine;
use fpmlint_workspace::Host;

use super::check::{self, Checks, Line};
use super::names::Names;
use super::refusals::{Found, Refused, Stage};
use super::silent::{Silent, SilentKind, is_cut_number};
use super::statement::StatementId;
use super::{Config, Input};
use crate::{Part, Place, RefusalKind};

pub(super) use context::Around;
use context::Likeness;

/// Walks over the statements; gives what httpd takes without a word.
pub(super) fn walk(config: &Config, input: &Input<'_>, found: &mut Found) -> Vec<Silent> {
    let mut walk = Walk {
        config,
        input,
        found,
        names: Names::default(),
        has_foreign: config.modules.has_foreign(),
        checks: Checks::default(),
        good: Good { places: vec![Around::outermost(config.htaccess).likeness()], ..Good::default() },
        silent: Vec::new(),
        outer: vec![Open {
            end: config.statements.len(),
            around: Around::outermost(config.htaccess),
            place: 0,
            section: None,
            condition: None,
            pending: None,
        }],
    };
    let mut at = 0;
    while at < config.statements.len() && !walk.found.is_full() {
        at = walk.statement(StatementId::new(at));
    }
    walk.leave(config.statements.len());
    walk.silent
}

struct Walk<'a> {
    config: &'a Config,
    input: &'a Input<'a>,
    found: &'a mut Found,
    names: Names,
    has_foreign: bool,
    checks: Checks,
    good: Good,
    silent: Vec<Silent>,
    /// The open sections; the first stands for what is outside of all.
    outer: Vec<Open>,
}

/// Lines with which nothing was wrong. The sites of a machine come from one template: most of their lines were there
/// before.
#[derive(Default)]
struct Good {
    /// By the number of the line: a bit for each of the first places at which it was good.
    lines: Vec<u64>,
    /// The places that were come by. They are few.
    places: Vec<Likeness>,
}

impl Good {
    /// The number of a place.
    fn place(&mut self, around: Around) -> u32 {
        let likeness = around.likeness();
        let found = self.places.iter().position(|place| *place == likeness);
        found.unwrap_or_else(|| {
            self.places.push(likeness);
            self.places.len() - 1
        }) as u32
    }

    fn has(&self, (place, line): GoodLine) -> bool {
        self.lines.get(line.index()).is_some_and(|places| places & bit(place) != 0)
    }

    fn add(&mut self, (place, line): GoodLine) {
        if self.lines.len() <= line.index() {
            self.lines.resize(line.index() + 1, 0);
        }
        if let Some(places) = self.lines.get_mut(line.index()) {
            *places |= bit(place);
        }
    }
}

/// The bit of a place; none for those that come late.
fn bit(place: u32) -> u64 {
    1_u64.checked_shl(place).unwrap_or(0)
}

/// The number of a place, and a line.
type GoodLine = (u32, SeenLine);

/// An open section.
struct Open {
    /// The first statement behind it.
    end: usize,
    /// What is around the statements in it.
    around: Around,
    /// The number of that among the places of [`Good`].
    place: u32,
    /// The section itself.
    section: Option<(StatementId, &'static apache::Directive)>,
    /// The last `<If>`, `<ElseIf>` or `<Else>` directly in it.
    condition: Option<DirectiveId>,
    /// What httpd says about the section when it has been through what stands in it.
    pending: Option<(StatementId, Fault)>,
}

/// What is wrong with a statement.
pub(super) struct Fault {
    pub(super) kind: RefusalKind,
    pub(super) part: Part,
    pub(super) message: Vec<u8>,
    /// Whether it follows from what is known; whether the statement is reached at all is another question.
    pub(super) certain: bool,
    pub(super) suggestion: Option<String>,
    pub(super) remedy: Option<String>,
    /// Whether httpd looks at what stands in the section first.
    pub(super) after_children: bool,
    pub(super) announced: Announced,
}

/// How httpd says what is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Announced {
    /// With the line that it stands on.
    WithLine,
    /// Without one, and httpd ends at once.
    Alone,
    /// Without one, when everything was walked over.
    AfterWalk,
}

impl Fault {
    pub(super) fn new(kind: RefusalKind, part: Part, message: impl Into<Vec<u8>>) -> Fault {
        Fault {
            kind,
            part,
            message: message.into(),
            certain: true,
            suggestion: None,
            remedy: None,
            after_children: false,
            announced: Announced::WithLine,
        }
    }
}

/// Where httpd says that a statement stands: what it calls the file, and the line.
pub(super) fn position<'c>(config: &'c Config, host: &Host, id: StatementId) -> (Cow<'c, str>, u32) {
    let statement = config.statement(id);
    let Some(reading) = config.readings.get(statement.reading as usize) else {
        return (Cow::Borrowed(""), 1);
    };
    let end = reading.tree().statement(statement.ordinal).map_or(0, |written| written.end_offset());
    let line = match reading.use_place() {
        Some(_) => reading.line(end),
        None => host.files().get(reading.file).lines().line(end) + 1,
    };
    (reading.label(), line)
}

/// Whether httpd had the directive once and 2.4 has it no longer.
fn is_gone(id: DirectiveId) -> bool {
    apache::entries(id).iter().all(|row| row.status == apache::Status::RemovedIn24)
}

impl Walk<'_> {
    /// Looks at one statement; gives the number of the next one.
    fn statement(&mut self, id: StatementId) -> usize {
        if self.outer.last().is_some_and(|open| open.end <= id.index()) {
            self.leave(id.index());
        }
        let statement = self.config.statement(id);
        let line = self.line_judged_alone(id);
        let is_good = line.is_some_and(|line| self.good.has(line));
        if is_good && !statement.is_section {
            return id.index() + 1;
        }
        let around = self.outer.last().map_or(Around::outermost(self.config.htaccess), |open| open.around);
        let known = statement.id.and_then(|id| self.names.known(id, &self.config.modules));
        let Some(known) = known.filter(|known| known.loaded != Some(false)) else {
            let gone = statement.id.is_some_and(is_gone);
            let certain = gone || !self.has_foreign && self.config.modules.complete;
            self.refuse(id, self.unknown_name(id, certain));
            return statement.next.index();
        };
        let fault = if is_good { None } else { self.fault(id, &around, known.row, line) };
        let (before, after) = match fault {
            Some(fault) if fault.after_children => (None, Some((id, fault))),
            fault => (fault, None),
        };
        if let Some(fault) = before {
            self.refuse(id, fault);
        }
        if !statement.is_section {
            return id.index() + 1;
        }
        if section::is_other_language(known.row.name) {
            return statement.next.index();
        }
        let kind = statement.id;
        self.checks.requires.open(kind);
        if let Some(open) = self.outer.last_mut().filter(|_| section::is_condition(kind)) {
            open.condition = kind;
        }
        let around = kind.map_or(around, |kind| around.within(kind, id));
        let open = Open {
            end: statement.next.index(),
            around,
            place: self.good.place(around),
            section: Some((id, known.row)),
            condition: None,
            pending: after,
        };
        self.outer.push(open);
        id.index() + 1
    }

    /// Leaves the sections that end before statement number `at`.
    fn leave(&mut self, at: usize) {
        while self.outer.len() > 1 {
            let Some(open) = self.outer.pop_if(|open| open.end <= at) else { return };
            let grouped = self.checks.requires.close();
            let Some((id, row)) = open.section else { continue };
            let pending = open.pending.map(|(_, fault)| fault);
            let late = pending.or_else(|| {
                let around =
                    self.outer.last().map_or(Around::outermost(self.config.htaccess), |open| open.around);
                let line = Line { config: self.config, host: self.input.host, id, row, around };
                check::section_end(&mut self.checks, &line, self.config.statement(id).id?)
            });
            if let Some(fault) = grouped.or(late) {
                self.refuse(id, fault);
            }
        }
    }

    /// The line of a statement and the number of its place, where nothing else counts for what is said of it.
    fn line_judged_alone(&self, id: StatementId) -> Option<GoodLine> {
        let statement = self.config.statement(id);
        if !check::is_judged_alone(statement.id?, statement.is_section) {
            return None;
        }
        Some((self.outer.last()?.place, self.config.seen_line(id)?))
    }

    /// What is wrong with a statement; a `line` with which nothing is wrong is remembered.
    fn fault(
        &mut self,
        id: StatementId,
        around: &Around,
        row: &'static apache::Directive,
        line: Option<GoodLine>,
    ) -> Option<Fault> {
        let silent = self.silent.len();
        let by_flags = context::by_flags(self.config, around, row);
        let fault = by_flags.or_else(|| self.own_fault(id, around, row));
        if let Some(line) = line
            && fault.is_none()
            && self.silent.len() == silent
        {
            self.good.add(line);
        }
        fault
    }

    fn own_fault(
        &mut self,
        id: StatementId,
        around: &Around,
        row: &'static apache::Directive,
    ) -> Option<Fault> {
        let directive = self.config.statement(id).id?;
        let line = Line { config: self.config, host: self.input.host, id, row, around: *around };
        if self.config.statement(id).is_section {
            let before = self.outer.last().and_then(|open| open.condition);
            if let Some(fault) = context::by_itself(self.config, around, row, directive, 0) {
                return Some(fault);
            }
            return match section::check(self.config, id, row, before) {
                Some(fault) if !fault.after_children => Some(fault),
                late => check::section(&mut self.checks, &line, directive).or(late),
            };
        }
        let words = self.config.words(id).map(|word| word.text);
        if let Some((kind, message)) = arguments::check(row, words) {
            let part = if kind == RefusalKind::InvalidValue { Part::Arg(0) } else { Part::Head };
            return Some(Fault::new(kind, part, message));
        }
        self.note_silent(id, directive, row);
        // How many there are matters to few.
        let counts = matches!(directive, id::ALIAS | id::SCRIPT_ALIAS);
        let count = if counts { self.config.words(id).take(3).count() } else { 0 };
        context::by_itself(self.config, around, row, directive, count)
            .or_else(|| check::directive(&mut self.checks, &line, directive))
    }

    /// Words that httpd drops, and numbers that it cuts off.
    fn note_silent(&mut self, id: StatementId, directive: apache::DirectiveId, row: &apache::Directive) {
        let is_flag = row.args == apache::ArgsHow::Flag;
        if !is_flag && !is_cut_number(directive) || self.silent.len() >= 1000 {
            return;
        }
        let found = if is_flag {
            self.config.word(id, 1).map(|word| (SilentKind::ExtraWords, word.part))
        } else {
            self.config.word(id, 0).and_then(|word| {
                let number = check::leading_number(&word.text);
                number.map(|read| (SilentKind::MisreadNumber { read }, word.part))
            })
        };
        if let Some((kind, part)) = found {
            self.silent.push(Silent { kind, place: self.config.place(id).with(part) });
        }
    }

    fn unknown_name(&self, id: StatementId, certain: bool) -> Fault {
        let is_section = self.config.statement(id).is_section;
        let name = self.config.name(id);
        let full = if is_section { [b"<", &*name].concat() } else { name.to_vec() };
        let words = b"', perhaps misspelled or defined by a module not included in the server configuration";
        let message = [b"Invalid command '", full.as_slice(), words].concat();
        let modules = super::modules_defining(&full);
        let suggestion = match std::str::from_utf8(&full) {
            Ok(full) if modules.is_empty() => apache::suggest(full).map(str::to_owned),
            _ => None,
        };
        let remedy = super::modules::how_to_load(&modules, &self.input.host.profile);
        Fault {
            certain,
            suggestion,
            remedy,
            ..Fault::new(RefusalKind::UnknownDirective, Part::Name, message)
        }
    }

    fn refuse(&mut self, id: StatementId, fault: Fault) {
        let (statement, at) = (self.config.statement(id), self.config.place(id));
        let reading = self.config.readings.get(statement.reading as usize);
        let in_macro = reading.is_some_and(|reading| reading.use_place().is_some());
        let (_, line) = position(self.config, self.input.host, id);
        let (stage, line) = match fault.announced {
            Announced::WithLine => (Stage::Walk, Some(line)),
            Announced::Alone => (Stage::Walk, None),
            Announced::AfterWalk => (Stage::AfterWalk, None),
        };
        let part = if in_macro { Part::Head } else { fault.part };
        let related = self.config.written_in_macro(id).map(|place: Place| {
            let part = if place == at { Part::Head } else { fault.part };
            (place.with(part), "the line of the macro that this comes from".to_owned())
        });
        self.found.add(Refused {
            place: at.with(part),
            reading: statement.reading,
            line,
            related: related.into_iter().collect(),
            suggestion: fault.suggestion,
            remedy: fault.remedy,
            certain: fault.certain && statement.certain,
            ..Refused::new(stage, fault.kind, fault.message)
        });
    }
}

#[cfg(test)]
mod tests;
