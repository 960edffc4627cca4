//! `<IfModule>`, `<IfDefine>`, `<IfFile>`, `<IfDirective>`, `<IfSection>` and `<IfVersion>`.
//!
//! In: what follows the name. Out: whether the section is read, skipped, or cannot be decided, in which case it is
//! read and all in it is uncertain.

use std::borrow::Cow;

use fpmlint_catalog::Version;
use fpmlint_catalog::apache::{self, id};
use fpmlint_syntax::httpd;
use fpmlint_workspace::Lookup;

use super::events::Source;
use super::{Frame, Line, Reader};
use crate::pattern::{Matched, Pattern, PatternError};
use crate::{Place, RefusalKind};

/// What a condition asks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ConditionKind {
    /// `<IfModule>`: a loaded module, by identifier or C file.
    Module,
    /// `<IfDefine>`: a name of `Define` or `-D`.
    Define,
    /// `<IfFile>`: a file or folder.
    File,
    /// `<IfDirective>`: a directive of a loaded module.
    Directive,
    /// `<IfSection>`: a section of a loaded module.
    Section,
    /// `<IfVersion>`: httpd's version.
    Version,
}

/// How a condition was decided.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Outcome {
    /// Its section is read.
    True,
    /// Its section is skipped.
    False,
    /// It cannot be decided here; its section is read, all in it is uncertain.
    Unknown,
}

/// A condition that was reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// Its place.
    pub place: Place,
    /// What it asks for.
    pub kind: ConditionKind,
    /// Whether a `!` turns it around.
    pub negated: bool,
    /// What it asks for, without `!`; of `<IfVersion>` operator and version.
    pub argument: Box<[u8]>,
    /// How it was decided, `!` included.
    pub outcome: Outcome,
}

impl Outcome {
    fn of(known: Option<bool>) -> Outcome {
        match known {
            Some(true) => Outcome::True,
            Some(false) => Outcome::False,
            None => Outcome::Unknown,
        }
    }

    fn turned(self, negated: bool) -> Outcome {
        match self {
            Outcome::True if negated => Outcome::False,
            Outcome::False if negated => Outcome::True,
            other => other,
        }
    }
}

const BAD_VERSION: &str = "Version appears to be invalid. It must have the format major[.minor[.patch]] where major, \
                           minor and patch are numbers.";

impl Reader<'_> {
    pub(super) fn condition(&mut self, source: &Source, line: &Line<'_>) {
        let decided = if line.id == id::SECTION_IF_VERSION { self.version(line) } else { self.plain(line) };
        match decided {
            Err(message) => {
                self.refuse(source, line, RefusalKind::SyntaxError, message.into_bytes());
                // What it would have been is not known; its lines must not be taken for others'.
                self.enter(line, Outcome::Unknown);
            }
            Ok(condition) => {
                self.enter(line, condition.outcome);
                self.config.conditions.push(condition);
            }
        }
    }

    pub(super) fn enter(&mut self, line: &Line<'_>, outcome: Outcome) {
        if outcome == Outcome::False {
            self.skip(line);
            return;
        }
        let decided = outcome == Outcome::True;
        self.undecided += u32::from(!decided);
        self.frames.push(Frame::Condition { name: line.name, place: line.place, decided });
    }

    fn plain(&mut self, line: &Line<'_>) -> Result<Condition, String> {
        let Some(end) = memchr::memrchr(b'>', line.rest) else {
            return Err(format!("{}> directive missing closing '>'", line.name));
        };
        let text = line.rest.get(..end).unwrap_or(b"");
        let word = httpd::word(text).map_or(Cow::Borrowed(b"".as_slice()), |(word, _)| word);
        let negated = word.starts_with(b"!");
        let argument = word.strip_prefix(b"!").unwrap_or(&word);
        if argument.is_empty() && text.trim_ascii() == word.as_ref() {
            return Err(format!("{}> directive requires additional arguments", line.name));
        }
        let (kind, known) = match line.id {
            id::SECTION_IF_MODULE => (ConditionKind::Module, self.config.modules.has(argument)),
            id::SECTION_IF_DEFINE => (ConditionKind::Define, self.is_defined(argument)),
            id::SECTION_IF_FILE => (ConditionKind::File, self.is_there(argument)),
            id::SECTION_IF_DIRECTIVE => (ConditionKind::Directive, self.has_directive(argument)),
            _ => (ConditionKind::Section, self.has_directive(&[b"<", argument].concat())),
        };
        let outcome = Outcome::of(known).turned(negated);
        Ok(Condition { place: line.place, kind, negated, argument: argument.into(), outcome })
    }

    /// A part of a configuration does not tell what the rest defines.
    fn is_defined(&self, name: &[u8]) -> Option<bool> {
        match self.variables.is_defined(name) {
            Some(false) if !self.config.complete => None,
            known => known,
        }
    }

    fn is_there(&mut self, path: &[u8]) -> Option<bool> {
        let path = self.config.server_root.join(path);
        match self.input.host.stat(&path) {
            Lookup::Found(_) => Some(true),
            Lookup::Absent => Some(false),
            Lookup::Unknown | Lookup::Failed(_) => None,
        }
    }

    fn has_directive(&mut self, name: &[u8]) -> Option<bool> {
        let modules = &self.config.modules;
        let known = apache::find(name).and_then(|id| self.names.known(id, modules));
        match known {
            Some(known) => known.loaded,
            None => (modules.complete && !modules.has_foreign()).then_some(false),
        }
    }

    /// `<IfVersion [[!]operator] version>`, which is cut into words with its `>`.
    fn version(&self, line: &Line<'_>) -> Result<Condition, String> {
        let words: Vec<Cow<'_, [u8]>> = httpd::split_words(line.rest).map(|(_, word)| word).take(3).collect();
        let (operator, operand, behind) = match words.as_slice() {
            [operator, operand, behind] => (operator.as_ref(), operand.as_ref(), behind.as_ref()),
            [operator, operand] => (operator.as_ref(), operand.as_ref(), b"".as_slice()),
            [operand] => (b"=".as_slice(), operand.as_ref(), b"".as_slice()),
            _ => (b"=".as_slice(), b">".as_slice(), b"".as_slice()),
        };
        // Behind a quoted word the `>` is a word of its own.
        let ended = operand.strip_suffix(b">").or((behind == b">").then_some(operand));
        let Some(operand) = ended else {
            return Err(format!("{}> directive missing closing '>'", line.name));
        };
        let negated = operator.len() > 1 && operator.starts_with(b"!");
        let bare = if negated { operator.get(1..).unwrap_or(b"") } else { operator };
        let known = match bare {
            b"=" | b"==" if operand.starts_with(b"/") => {
                let inner = operand.get(1..).and_then(|rest| rest.strip_suffix(b"/"));
                let Some(inner) = inner else {
                    return Err("Missing delimiting / of regular expression.".to_owned());
                };
                self.version_matches(inner)?
            }
            b"~" => self.version_matches(operand)?,
            b"=" | b"==" => self.compare(operand, |version, other| version == other)?,
            b"<" => self.compare(operand, |version, other| version < other)?,
            b"<=" => self.compare(operand, |version, other| version <= other)?,
            b">" => self.compare(operand, |version, other| version > other)?,
            b">=" => self.compare(operand, |version, other| version >= other)?,
            _ => return Err(format!("unrecognized operator '{}'", String::from_utf8_lossy(operator))),
        };
        let argument = [bare, b" ", operand].concat().into();
        let outcome = Outcome::of(known).turned(negated);
        Ok(Condition { place: line.place, kind: ConditionKind::Version, negated, argument, outcome })
    }

    fn compare(&self, operand: &[u8], holds: fn(Version, Version) -> bool) -> Result<Option<bool>, String> {
        let Some(other) = parse_version(operand) else { return Err(BAD_VERSION.to_owned()) };
        Ok(self.for_all_versions(|version| Some(holds(version, other))))
    }

    fn version_matches(&self, pattern: &[u8]) -> Result<Option<bool>, String> {
        let pattern = match Pattern::new(pattern, false) {
            Ok(pattern) => pattern,
            Err(PatternError::Invalid { .. }) => {
                return Err("Unable to compile regular expression".to_owned());
            }
            Err(PatternError::Unsupported) => return Ok(None),
        };
        Ok(self.for_all_versions(|version| match pattern.matches(version.to_string().as_bytes()) {
            Matched::Yes => Some(true),
            Matched::No => Some(false),
            Matched::Unknown => None,
        }))
    }

    /// The answer for the target, or the one that all releases of 2.4 agree on.
    fn for_all_versions(&self, holds: impl Fn(Version) -> Option<bool>) -> Option<bool> {
        if let Some(version) = self.input.version {
            return holds(version);
        }
        let mut answers = (0..LAST_PATCH).map(|patch| holds(Version::new(2, 4, patch)));
        let first = answers.next()??;
        answers.all(|answer| answer == Some(first)).then_some(first)
    }
}

/// Patch releases of 2.4 are below this number.
const LAST_PATCH: u16 = 100;

/// One to three numbers with dots between them; what is missing is zero. Numbers that no version reaches count as
/// the largest.
fn parse_version(text: &[u8]) -> Option<Version> {
    let mut parts = [0_u16; 3];
    for (count, part) in text.split(|byte| *byte == b'.').enumerate() {
        let digits = part.iter().all(u8::is_ascii_digit) && (count > 0 || !part.is_empty());
        let slot = parts.get_mut(count).filter(|_| digits)?;
        let digits = part.iter().map(|digit| u32::from(digit - b'0'));
        let number = digits.fold(0_u32, |number, digit| number.saturating_mul(10).saturating_add(digit));
        *slot = u16::try_from(number).unwrap_or(u16::MAX);
    }
    let [major, minor, patch] = parts;
    Some(Version::new(major, minor, patch))
}
