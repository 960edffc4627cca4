//! What directives themselves refuse: their values, in httpd's words.
//!
//! In: a statement that may stand where it stands, with as many arguments as it takes. Out: what its handler finds
//! wrong first. Each file of the folder is one noun or one of httpd's modules and lists its directives; the lists
//! are put into one table by the directive's number. Invariants: a right line costs a look into the table and a
//! pass over its words; what the files cannot tell (modules, files, users, names in DNS) is never refused for sure.

mod access;
mod address;
mod alias;
mod authn;
mod cache;
mod core;
mod environment;
mod error_document;
mod expires;
mod expression;
mod filter;
mod header;
mod host;
mod http2;
mod index;
mod limits;
mod log;
mod number;
mod options;
mod paths;
mod process;
mod provider;
mod proxy;
mod require;
mod rewrite;
mod section;
mod timeouts;
mod tls;
mod worker;

use std::borrow::Cow;
use std::sync::OnceLock;

use fpmlint_catalog::apache::{Directive, DirectiveId};
use fpmlint_workspace::Host;
use rustc_hash::FxHashSet;

use super::Config;
use super::statement::{StatementId, Word, Words};
use super::walk::{Around, Fault};
use crate::{Part, Pattern, PatternError, Patterns, RefusalKind};

pub(super) use require::Requires;

/// What is kept from one statement to the next.
#[derive(Default)]
pub(super) struct Checks {
    patterns: Patterns,
    proxy: worker::Known,
    pub(super) requires: Requires,
    host: host::Known,
    providers: provider::Defined,
    filter: filter::Known,
    core: core::Known,
    log: log::Known,
    /// The methods that lines above registered.
    methods: FxHashSet<Box<[u8]>>,
}

/// A statement to be checked.
pub(super) struct Line<'a> {
    pub(super) config: &'a Config,
    pub(super) host: &'a Host,
    pub(super) id: StatementId,
    pub(super) row: &'static Directive,
    pub(super) around: Around,
}

/// Checks one directive.
type Check = fn(&mut Checks, &Line<'_>) -> Option<Fault>;

/// The directives of one file, each with its check.
type List = &'static [(DirectiveId, Check)];

/// Directives of which a line is judged by itself, the modules and the sections around it: no other line counts, and
/// nothing that lies on the host.
const ALONE: [List; 11] = [
    alias::CHECKS,
    cache::CHECKS,
    environment::CHECKS,
    error_document::CHECKS,
    expires::CHECKS,
    header::CHECKS,
    http2::CHECKS,
    index::CHECKS,
    limits::CHECKS,
    options::CHECKS,
    rewrite::CHECKS,
];

/// Directives of which more than the line counts.
const AMONG_OTHERS: [List; 12] = [
    access::CHECKS,
    authn::CHECKS,
    core::CHECKS,
    filter::CHECKS,
    host::CHECKS,
    log::CHECKS,
    process::CHECKS,
    proxy::CHECKS,
    require::CHECKS,
    rewrite::MAPS,
    timeouts::CHECKS,
    tls::CHECKS,
];

/// The check of a directive, if it has one, and whether its lines are judged alone.
type Row = (Option<Check>, bool);

fn table() -> &'static [Row] {
    static TABLE: OnceLock<Vec<Row>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let alone = ALONE.iter().copied().flatten().map(|row| (row, true));
        let all: Vec<_> =
            alone.chain(AMONG_OTHERS.iter().copied().flatten().map(|row| (row, false))).collect();
        let length = all.iter().map(|((id, _), _)| id.index() + 1).max().unwrap_or(0);
        let mut table = vec![(None, true); length];
        for ((id, check), alone) in all {
            table[id.index()] = (Some(*check), alone);
        }
        table
    })
}

/// Whether a line of a directive that was found good is good again at a place like it.
pub(super) fn is_judged_alone(id: DirectiveId, is_section: bool) -> bool {
    if is_section {
        return section::is_judged_alone(id);
    }
    table().get(id.index()).is_none_or(|(_, alone)| *alone)
}

/// What a directive's handler refuses first.
pub(super) fn directive(checks: &mut Checks, line: &Line<'_>, id: DirectiveId) -> Option<Fault> {
    let (check, _) = table().get(id.index())?;
    let check = (*check)?;
    check(checks, line)
}

/// The number that a value is cut off to; none where the whole value is a number.
pub(super) fn leading_number(text: &[u8]) -> Option<i64> {
    let number = number::strtol(text);
    (!number.rest.is_empty()).then_some(number.value)
}

/// What a section's handler refuses before it looks at what stands in it.
pub(super) fn section(checks: &mut Checks, line: &Line<'_>, id: DirectiveId) -> Option<Fault> {
    section::before(checks, line, id)
}

/// What a section's handler refuses when it has been through what stands in it.
pub(super) fn section_end(checks: &mut Checks, line: &Line<'_>, id: DirectiveId) -> Option<Fault> {
    section::after(checks, line, id)
}

impl Checks {
    /// The matcher of a pattern, with httpd's flags.
    fn pattern(&self, pattern: &[u8], ignore_case: bool) -> Result<std::sync::Arc<Pattern>, PatternError> {
        // httpd allows one name for several groups.
        match memchr::memmem::find(pattern, b"(?").is_some() {
            true => self.patterns.get(&[b"(?J)", pattern].concat(), ignore_case),
            false => self.patterns.get(pattern, ignore_case),
        }
    }

    /// Refuses a pattern that does not compile; one that this build's engine cannot judge passes.
    fn compile(
        &self,
        pattern: &[u8],
        ignore_case: bool,
        part: Part,
        words: impl FnOnce() -> Vec<u8>,
    ) -> Option<Fault> {
        if is_literal(pattern)
            || !matches!(self.pattern(pattern, ignore_case), Err(PatternError::Invalid { .. }))
        {
            return None;
        }
        Some(Fault::new(RefusalKind::InvalidPattern, part, words()))
    }
}

/// Whether a pattern has nothing in it that could be wrong.
fn is_literal(pattern: &[u8]) -> bool {
    let is_special = |byte: &u8| {
        matches!(byte, b'\\' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'*' | b'+' | b'?' | b'|')
    };
    pattern.len() < 1000 && !pattern.iter().any(is_special)
}

impl<'a> Line<'a> {
    fn words(&self) -> Words<'a> {
        self.config.words(self.id)
    }

    fn word(&self, number: usize) -> Option<Word<'a>> {
        self.config.word(self.id, number)
    }

    /// The argument of this number; empty where it is missing.
    fn text(&self, number: usize) -> Cow<'a, [u8]> {
        self.config.text(self.id, number)
    }

    /// What follows the name.
    fn rest(&self) -> Cow<'a, [u8]> {
        self.config.rest(self.id)
    }

    /// The words that httpd passes to a directive one by one: up to an empty one.
    fn each(&self) -> impl Iterator<Item = Word<'a>> + use<'a> {
        self.words().take_while(|word| !word.text.is_empty())
    }

    /// Where httpd says that a statement stands: file and line.
    fn position(&self, id: StatementId) -> String {
        let (label, line) = super::walk::position(self.config, self.host, id);
        format!("{label}:{line}")
    }

    /// The server that the statement configures: the virtual host around it, if there is one.
    fn server(&self) -> Option<StatementId> {
        if self.around.in_virtual_host() { self.config.ancestors(self.id).last() } else { None }
    }

    /// The name as httpd knows it.
    fn name(&self) -> &'static str {
        self.row.name
    }

    /// Whether all modules are known, and all of their names.
    fn knows_all_modules(&self) -> bool {
        self.config.modules.complete && !self.config.modules.has_foreign()
    }
}

/// A value that is not taken.
fn value(part: Part, message: impl Into<Vec<u8>>) -> Option<Fault> {
    Some(Fault::new(RefusalKind::InvalidValue, part, message))
}

/// The first argument is not taken.
fn first(message: impl Into<Vec<u8>>) -> Option<Fault> {
    value(Part::Arg(0), message)
}

/// Too few or too many arguments.
fn count(message: impl Into<Vec<u8>>) -> Option<Fault> {
    Some(Fault::new(RefusalKind::WrongArgumentCount, Part::Head, message))
}

/// The first argument must be one of `known`; case does not count.
fn one_of(line: &Line<'_>, known: &[&str], message: &str) -> Option<Fault> {
    let text = line.text(0);
    if known.iter().any(|known| text.eq_ignore_ascii_case(known.as_bytes())) { None } else { first(message) }
}

/// Whether a word is `known`; case does not count.
fn is(word: &[u8], known: &str) -> bool {
    word.eq_ignore_ascii_case(known.as_bytes())
}

/// Whether a word begins with `start`; case does not count.
fn starts(word: &[u8], start: &str) -> bool {
    word.get(..start.len()).is_some_and(|word| word.eq_ignore_ascii_case(start.as_bytes()))
}

/// Bytes with others before and behind.
fn around(before: &str, text: &[u8], behind: &str) -> Vec<u8> {
    [before.as_bytes(), text, behind.as_bytes()].concat()
}
