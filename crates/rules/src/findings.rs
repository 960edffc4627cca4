//! Where rules put what they find.
//!
//! In: places and words. Out: [`Diagnostic`]s with spans. Invariant: a finding with a stock (virtual) file at its
//! primary place is not reported, since nobody can mend it there.

use std::sync::Arc;

use fpmlint_daemons::Place;
use fpmlint_diagnostics::{
    Applicability, Confidence, Daemon, Diagnostic, Edit, Fix, Label, Level, Phase, Reader, RuleMeta, Severity,
};
use fpmlint_stack::request::Request;
use fpmlint_stack::{SiteId, Stack};
use fpmlint_text::{FileId, Span};

use crate::Settled;

/// A fact that a rule needed and the files could not give.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnknownFact {
    /// The fact, as a noun.
    pub fact: String,
    /// What would make it known.
    pub how: String,
    /// The rule that asked.
    pub needed_by: &'static str,
}

/// Collects the findings of one rule at a time.
#[derive(Debug)]
pub struct Findings<'a> {
    stack: &'a Stack,
    rule: &'static RuleMeta,
    settled: &'a Settled,
    level: Severity,
    found: Vec<Diagnostic>,
    unknown: Vec<UnknownFact>,
}

impl<'a> Findings<'a> {
    /// An empty collection for one rule at its default severity; info where that is off, as then the user asked
    /// for it. `settled` holds what the rules have settled for other sites of the same run.
    pub fn new(stack: &'a Stack, rule: &'static RuleMeta, settled: &'a Settled) -> Findings<'a> {
        let level = match rule.default {
            Level::On(severity) => severity,
            Level::Off => Severity::Info,
        };
        Findings { stack, rule, settled, level, found: Vec::new(), unknown: Vec::new() }
    }

    /// Reports something at a statement. Nothing happens until the finding is pushed.
    pub fn at(&self, place: Place, message: impl Into<String>) -> Finding {
        self.at_span(place.file, place.span(&self.stack.files), message)
    }

    /// Reports something at bytes of a file that is no configuration.
    pub fn at_span(&self, file: FileId, span: Span, message: impl Into<String>) -> Finding {
        Finding { diagnostic: Diagnostic::new(self.rule, self.level, file, span, message) }
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        if self.stack.files.get(finding.diagnostic.file).stock {
            return;
        }
        self.found.push(finding.diagnostic);
    }

    /// Asks a site some requests, but for those that a site of the same shape has settled. `ask` reports what it finds
    /// and tells whether nothing was wrong.
    pub(crate) fn ask_unsettled(
        &mut self,
        site: SiteId,
        all: impl FnOnce() -> Vec<Request>,
        mut ask: impl FnMut(&mut Self, &Request) -> bool,
    ) {
        let (settled, rule, stack) = (self.settled, self.rule.name, self.stack);
        settled.ask(rule, stack, site, all, |request| ask(self, request));
    }

    /// Notes that the rule could not decide for want of a fact.
    pub fn unknown(&mut self, fact: impl Into<String>, how: impl Into<String>) {
        self.unknown.push(UnknownFact { fact: fact.into(), how: how.into(), needed_by: self.rule.name });
    }

    /// What was found and what was missing.
    pub fn finish(self) -> (Vec<Diagnostic>, Vec<UnknownFact>) {
        (self.found, self.unknown)
    }

    /// The bytes of a place, for labels and edits.
    pub fn span(&self, place: Place) -> Span {
        place.span(&self.stack.files)
    }

    /// The text of a place, for messages.
    pub fn text(&self, place: Place) -> String {
        let file = self.stack.files.get(place.file);
        String::from_utf8_lossy(self.span(place).of(&file.text)).into_owned()
    }

    /// The edit that deletes the statement at `place` with its line, when nothing else stands on that line.
    pub fn deletion(&self, place: Place) -> Edit {
        let file = self.stack.files.get(place.file);
        let span = place.span(&self.stack.files);
        let lines = file.lines();
        let (first, last) = (lines.line(span.start), lines.line(span.end));
        let whole = Span::new(lines.full_line(first).start, lines.full_line(last).end);
        let alone = |bytes: &[u8]| bytes.iter().all(|byte| byte.is_ascii_whitespace());
        let before = Span::new(whole.start, span.start).of(&file.text);
        let after = Span::new(span.end, whole.end).of(&file.text);
        let span = if alone(before) && alone(after) { whole } else { span };
        Edit { file: place.file, span, text: String::new() }
    }

    /// The text of a span.
    pub fn text_of(&self, file: FileId, span: Span) -> String {
        String::from_utf8_lossy(span.of(&self.stack.files.get(file).text)).into_owned()
    }

    /// The edit that puts `text` in the place of `place`.
    pub fn replacement(&self, place: Place, text: impl Into<String>) -> Edit {
        Edit { file: place.file, span: place.span(&self.stack.files), text: text.into() }
    }

    /// The edit that adds to the word at `place`, inside its quotes if it has some.
    pub fn added_to_word(&self, place: Place, text: &str) -> Edit {
        let span = self.span(place);
        let is_quoted = self.text(place).ends_with(['"', '\'']);
        let end = Span::empty(span.end - u32::from(is_quoted));
        Edit { file: place.file, span: end, text: text.to_owned() }
    }

    /// The blanks in front of the statement at `place`.
    pub fn indent(&self, place: Place) -> String {
        let file = self.stack.files.get(place.file);
        let lines = file.lines();
        let own = lines.full_line(lines.line(place.span(&self.stack.files).start)).of(&file.text);
        let blanks = own.iter().take_while(|byte| b" \t".contains(byte));
        blanks.map(|byte| char::from(*byte)).collect()
    }

    /// The edit that adds a line behind the statement at `place`, indented like it and with its line end.
    pub fn line_after(&self, place: Place, line: &str) -> Edit {
        let file = self.stack.files.get(place.file);
        let span = place.span(&self.stack.files);
        let lines = file.lines();
        let last = lines.line(span.end);
        let end = lines.full_line(last);
        let content = lines.line_content(&file.text, last);
        let line_end = Span::new(content.end, end.end).of(&file.text);
        let line_end = if line_end.is_empty() { "\n" } else { std::str::from_utf8(line_end).unwrap_or("\n") };
        let indent = self.indent(place);
        Edit { file: place.file, span: Span::empty(content.end), text: format!("{line_end}{indent}{line}") }
    }
}

/// A finding in the making.
#[derive(Debug)]
pub struct Finding {
    diagnostic: Diagnostic,
}

impl Finding {
    /// What happens at run time and what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.diagnostic.help = Some(help.into());
        self
    }

    /// A further place.
    #[must_use]
    pub fn label(mut self, stack: &Stack, place: Place, message: impl Into<String>) -> Finding {
        if !stack.files.get(place.file).stock {
            let span = place.span(&stack.files);
            self.diagnostic.related.push(Label { file: place.file, span, message: message.into() });
        }
        self
    }

    /// Sets how sure it is; the lowest of several wins.
    #[must_use]
    pub fn confidence(mut self, confidence: Confidence) -> Finding {
        self.diagnostic.confidence = self.diagnostic.confidence.min(confidence);
        self
    }

    /// Another severity than the rule's default.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Finding {
        self.diagnostic.severity = severity;
        self
    }

    /// A change that mends it.
    #[must_use]
    pub fn fix(
        mut self,
        title: impl Into<String>,
        applicability: Applicability,
        edits: Vec<Edit>,
    ) -> Finding {
        self.diagnostic.fix = Some(Fix { title: title.into(), applicability, edits });
        self
    }

    /// Bytes of its file that no report shows.
    #[must_use]
    pub fn secret(mut self, span: Span) -> Finding {
        self.diagnostic.secret = Some(span);
        self
    }

    /// The daemon whose configuration it concerns.
    #[must_use]
    pub fn reader(mut self, reader: Reader) -> Finding {
        self.diagnostic.reader = Some(reader);
        self
    }

    /// The host, by its index; kept only where there are several.
    #[must_use]
    pub fn host(mut self, stack: &Stack, host: usize) -> Finding {
        if stack.hosts.len() > 1 {
            self.diagnostic.host = stack.hosts.get(host).map(|host| Arc::clone(&host.name));
        }
        self
    }

    /// Who refuses, with the daemon's own words.
    #[must_use]
    pub fn refusal(mut self, phase: Phase, first: bool, daemon: Daemon) -> Finding {
        self.diagnostic.phase = Some(phase);
        self.diagnostic.first = first;
        self.diagnostic.daemon = Some(daemon);
        self
    }
}
