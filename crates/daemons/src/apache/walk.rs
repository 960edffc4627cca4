//! The walk over what was read: names, contexts, argument counts, and sections with their patterns.
//!
//! In: the statements of a configuration. Out: refusals, in walking order. As in httpd the context is looked at
//! before the arguments, and those before what a directive itself checks. A section whose name is unknown is not
//! walked into.

pub(super) mod arguments;
mod context;
mod section;

use fpmlint_catalog::apache::{self, DirectiveId, id};

use super::names::Names;
use super::refusals::{Found, Refused, Stage};
use super::statement::StatementId;
use super::{Config, Input};
use crate::{Part, Patterns, Place, RefusalKind};
use context::Around;

/// Walks over the statements.
pub(super) fn walk(config: &Config, input: &Input<'_>, found: &mut Found) {
    let mut walk = Walk {
        config,
        input,
        found,
        names: Names::default(),
        has_foreign: config.modules.has_foreign(),
        patterns: Patterns::default(),
        outer: vec![Open {
            end: config.statements.len(),
            around: Around::outermost(config.htaccess),
            condition: None,
            pending: None,
        }],
    };
    let mut at = 0;
    while at < config.statements.len() && !walk.found.is_full() {
        at = walk.statement(StatementId::new(at));
    }
    walk.leave(config.statements.len());
}

struct Walk<'a> {
    config: &'a Config,
    input: &'a Input<'a>,
    found: &'a mut Found,
    names: Names,
    has_foreign: bool,
    patterns: Patterns,
    /// The open sections; the first stands for what is outside of all.
    outer: Vec<Open>,
}

/// An open section.
struct Open {
    /// The first statement behind it.
    end: usize,
    /// What is around the statements in it.
    around: Around,
    /// The last `<If>`, `<ElseIf>` or `<Else>` directly in it.
    condition: Option<DirectiveId>,
    /// What httpd says about the section when it has been through what stands in it.
    pending: Option<(StatementId, Fault)>,
}

/// What is wrong with a statement.
struct Fault {
    kind: RefusalKind,
    part: Part,
    message: Vec<u8>,
    /// Whether it follows from what is known; whether the statement is reached at all is another question.
    certain: bool,
    suggestion: Option<String>,
    /// Whether httpd looks at what stands in the section first.
    after_children: bool,
}

impl Fault {
    fn new(kind: RefusalKind, part: Part, message: impl Into<Vec<u8>>) -> Fault {
        Fault { kind, part, message: message.into(), certain: true, suggestion: None, after_children: false }
    }
}

/// Whether httpd had the directive once and 2.4 has it no longer.
fn is_gone(id: DirectiveId) -> bool {
    apache::entries(id).iter().all(|row| row.status == apache::Status::RemovedIn24)
}

impl Walk<'_> {
    /// Looks at one statement; gives the number of the next one.
    fn statement(&mut self, id: StatementId) -> usize {
        self.leave(id.index());
        let statement = self.config.statement(id);
        let around = self.outer.last().map_or(Around::outermost(self.config.htaccess), |open| open.around);
        let known = statement.id.and_then(|id| self.names.known(id, &self.config.modules));
        let Some(known) = known.filter(|known| known.loaded != Some(false)) else {
            let gone = statement.id.is_some_and(is_gone);
            let certain = gone || !self.has_foreign && self.config.modules.complete;
            self.refuse(id, self.unknown_name(id, certain));
            return statement.next.index();
        };
        let fault = context::by_flags(self.config, &around, known.row)
            .or_else(|| self.own_fault(id, &around, known.row));
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
        if let Some(open) = self.outer.last_mut().filter(|_| section::is_condition(kind)) {
            open.condition = kind;
        }
        let around = kind.map_or(around, |kind| around.within(kind, id));
        self.outer.push(Open { end: statement.next.index(), around, condition: None, pending: after });
        id.index() + 1
    }

    /// Leaves the sections that end before statement number `at`.
    fn leave(&mut self, at: usize) {
        while self.outer.len() > 1 {
            let Some(open) = self.outer.pop_if(|open| open.end <= at) else { return };
            if let Some((id, fault)) = open.pending {
                self.refuse(id, fault);
            }
        }
    }

    fn own_fault(&self, id: StatementId, around: &Around, row: &apache::Directive) -> Option<Fault> {
        let directive = self.config.statement(id).id?;
        if self.config.statement(id).is_section {
            let before = self.outer.last().and_then(|open| open.condition);
            let form = || match section::check(self.config, id, row, before) {
                Some(fault) if !fault.after_children => Some(fault),
                late => section::pattern(self, id).or(late),
            };
            return context::by_itself(self.config, around, row, directive, 0).or_else(form);
        }
        let words = self.config.words(id).map(|word| word.text);
        if let Some((kind, message)) = arguments::check(row, words) {
            let part = if kind == RefusalKind::InvalidValue { Part::Arg(0) } else { Part::Head };
            return Some(Fault::new(kind, part, message));
        }
        // How many there are matters to few.
        let counts = matches!(directive, id::ALIAS | id::SCRIPT_ALIAS);
        let count = if counts { self.config.words(id).take(3).count() } else { 0 };
        context::by_itself(self.config, around, row, directive, count)
            .or_else(|| self.refused_always(id, directive))
    }

    /// Directives that are known and always refused, or that count their arguments by themselves.
    fn refused_always(&self, id: StatementId, directive: DirectiveId) -> Option<Fault> {
        let words = match directive {
            id::PORT => "Port was replaced with Listen in Apache 2.0".to_owned(),
            id::FANCY_INDEXING => {
                "The FancyIndexing directive is no longer supported. Use IndexOptions FancyIndexing."
                    .to_owned()
            }
            id::SSL_LOG => "SSLLog directive is no longer supported - use ErrorLog.".to_owned(),
            id::SSL_LOG_LEVEL => "SSLLogLevel directive is no longer supported - use LogLevel.".to_owned(),
            id::ERROR => return Some(self.error(id)),
            id::ADD_OUTPUT_FILTER_BY_TYPE if self.config.words(id).nth(1).is_none() => {
                let message = "AddOutputFilterByType requires at least two arguments";
                return Some(Fault::new(RefusalKind::WrongArgumentCount, Part::Head, message));
            }
            _ => return None,
        };
        Some(Fault::new(RefusalKind::UnknownDirective, Part::Name, words))
    }

    /// `Error` stops httpd with the line's own words.
    fn error(&self, id: StatementId) -> Fault {
        let rest = self.config.rest(id);
        let words = match rest.as_ref() {
            [] => b"The Error directive was used with no message.",
            [first @ (b'"' | b'\''), inner @ .., last] if first == last => inner,
            rest => rest,
        };
        Fault::new(RefusalKind::InvalidValue, Part::Head, words)
    }

    fn unknown_name(&self, id: StatementId, certain: bool) -> Fault {
        let is_section = self.config.statement(id).is_section;
        let name = self.config.name(id);
        let full = if is_section { [b"<", &*name].concat() } else { name.to_vec() };
        let words = b"', perhaps misspelled or defined by a module not included in the server configuration";
        let message = [b"Invalid command '", full.as_slice(), words].concat();
        let is_directive = !super::modules_defining(&full).is_empty();
        let suggestion = match std::str::from_utf8(&full) {
            Ok(full) if !is_directive => apache::suggest(full).map(str::to_owned),
            _ => None,
        };
        Fault { certain, suggestion, ..Fault::new(RefusalKind::UnknownDirective, Part::Name, message) }
    }

    fn refuse(&mut self, id: StatementId, fault: Fault) {
        let statement = self.config.statement(id);
        let reading = self.config.readings.get(statement.reading as usize);
        let (written, in_macro) = match reading {
            Some(reading) => (reading.tree.statement(statement.ordinal), reading.use_place().is_some()),
            None => (None, false),
        };
        let end = written.map_or(0, |written| written.end_offset());
        let line = match reading {
            Some(reading) if in_macro => reading.line(end),
            Some(reading) => self.input.host.files().get(reading.file).lines().line(end) + 1,
            None => 1,
        };
        let part = if in_macro { Part::Head } else { fault.part };
        let related = self.config.written_in_macro(id).map(|place: Place| {
            let part = if place == statement.place { Part::Head } else { fault.part };
            (place.with(part), "the line of the macro that this comes from".to_owned())
        });
        self.found.add(Refused {
            place: statement.place.with(part),
            reading: statement.reading,
            line: Some(line),
            related: related.into_iter().collect(),
            suggestion: fault.suggestion,
            certain: fault.certain && statement.certain,
            ..Refused::new(Stage::Walk, fault.kind, fault.message)
        });
    }
}

#[cfg(test)]
mod tests;
