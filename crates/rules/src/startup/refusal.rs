//! Puts words to refusals.
//!
//! In: the refusals of every reader. Out: findings of the rule whose kind they are, with phase, the daemon's own
//! words and the line that it would name.

use fpmlint_daemons::{Phase as RefusalPhase, Refusal, RefusalKind};
use fpmlint_diagnostics::{Applicability, Confidence, Daemon, Phase, Reader};
use fpmlint_stack::Stack;

use crate::rule::Words;
use crate::{Finding, Findings};

/// Every refusal with its host and reader.
pub(crate) fn refusals(stack: &Stack) -> impl Iterator<Item = (usize, Reader, &Refusal)> {
    let masters = stack.masters.iter().flat_map(|master| {
        master.config.refusals.iter().map(|refusal| (master.host, Reader::PhpFpm, refusal))
    });
    let nginx = stack
        .nginx
        .iter()
        .flat_map(|nginx| nginx.config.refusals.iter().map(|refusal| (nginx.host, Reader::Nginx, refusal)));
    let apache = stack.apache.iter().flat_map(|apache| {
        apache.config.refusals.iter().map(|refusal| (apache.host, Reader::Apache, refusal))
    });
    masters.chain(nginx).chain(apache)
}

/// Reports every refusal of a kind with the words that `words` gives it.
pub(crate) fn report(
    stack: &Stack,
    findings: &mut Findings<'_>,
    kind: RefusalKind,
    words: fn(Reader, &Refusal) -> Words,
) {
    for (host, reader, refusal) in refusals(stack) {
        if refusal.kind == kind {
            let finding = finding(stack, findings, host, reader, refusal, words(reader, refusal));
            findings.push(finding);
        }
    }
}

/// The finding for a refusal.
pub(crate) fn finding(
    stack: &Stack,
    findings: &Findings<'_>,
    host: usize,
    reader: Reader,
    refusal: &Refusal,
    words: Words,
) -> Finding {
    let phase = match refusal.phase {
        RefusalPhase::Test => Phase::Test,
        RefusalPhase::Start => Phase::Start,
    };
    let file = refusal.daemon_file.unwrap_or(refusal.place.file);
    let daemon = Daemon {
        message: refusal.message.clone(),
        file: refusal.daemon_line.map(|_| file),
        line: refusal.daemon_line,
    };
    let advice = refusal.remedy.as_deref().unwrap_or(&words.advice);
    let mut finding = findings
        .at(refusal.place, words.message)
        .help(format!("{}; {advice}", consequence(stack, reader, refusal)))
        .reader(reader)
        .host(stack, host)
        .refusal(phase, refusal.first, daemon);
    finding = finding.confidence(confidence(refusal));
    for (place, label) in &refusal.related {
        finding = finding.label(stack, *place, label.clone());
    }
    if let Some(suggestion) =
        refusal.suggestion.as_ref().filter(|_| refusal.kind == RefusalKind::UnknownDirective)
    {
        let edit = findings.replacement(refusal.place, suggestion.clone());
        finding = finding.fix(format!("Write `{suggestion}`"), Applicability::Unsafe, vec![edit]);
    }
    finding
}

/// A name that is one slip away from a known one is more likely a slip than a directive of a module that we do not
/// know.
fn confidence(refusal: &Refusal) -> Confidence {
    match refusal.certain {
        true => Confidence::Certain,
        false if refusal.kind == RefusalKind::UnknownDirective && refusal.suggestion.is_some() => {
            Confidence::Likely
        }
        false => Confidence::Possible,
    }
}

/// The daemon's name in sentences.
pub(crate) fn daemon(reader: Reader) -> &'static str {
    match reader {
        Reader::PhpFpm => "php-fpm",
        Reader::PhpIni => "PHP",
        Reader::Nginx => "nginx",
        Reader::Apache => "httpd",
    }
}

/// What happens, in one clause.
fn consequence(stack: &Stack, reader: Reader, refusal: &Refusal) -> String {
    let file = refusal.place.file;
    if stack.apache.iter().any(|apache| apache.config.htaccess && apache.config.main == file) {
        return "httpd starts, and then answers 500 to every request for this folder".to_owned();
    }
    let daemon = daemon(reader);
    match refusal.phase {
        RefusalPhase::Test => format!("{daemon} refuses the whole configuration"),
        RefusalPhase::Start => format!("{daemon}'s own test passes, then it dies at start"),
    }
}

/// The daemon's own words as a message.
pub(crate) fn said_by(reader: Reader, refusal: &Refusal) -> String {
    format!("{} says: {}", daemon(reader), refusal.message)
}
