//! What a frame says below the source: help, and what a reader must know to weigh the finding.

use fpmlint_diagnostics::{Confidence, Diagnostic, Phase, Reader};

use crate::Sources;
use crate::shown::{many_lines, one_line};

/// What happens at run time and what to do; may have several lines.
pub(crate) fn help(diagnostic: &Diagnostic) -> Option<String> {
    diagnostic.help.as_deref().map(many_lines).filter(|help| !help.is_empty())
}

/// The notes of a finding, one line each. `more` is how many related places are not shown.
pub(crate) fn notes(diagnostic: &Diagnostic, more: usize, sources: &dyn Sources) -> Vec<String> {
    let mut notes: Vec<String> = refusal(diagnostic, sources).into_iter().collect();
    match diagnostic.confidence {
        Confidence::Certain => {}
        Confidence::Likely => {
            notes.push("likely, not certain: rests on what is usual in stacks like this one".to_owned());
        }
        Confidence::Possible => notes.push("possible: rests on a fact that is not known here".to_owned()),
    }
    if diagnostic.stock {
        notes.push("this line is as the distribution or image ships it".to_owned());
    }
    if let Some(host) = &diagnostic.host {
        notes.push(format!("on host `{}`", one_line(host)));
    }
    if diagnostic.count > 1 {
        notes.push(format!("the same in {} contexts", diagnostic.count));
    }
    if more > 0 {
        notes.push(format!("{more} more places are not shown"));
    }
    notes
}

/// Who refuses, and in which words.
fn refusal(diagnostic: &Diagnostic, sources: &dyn Sources) -> Option<String> {
    let who = match diagnostic.reader {
        Some(Reader::PhpFpm) => "php-fpm",
        Some(Reader::PhpIni) => "PHP",
        Some(Reader::Nginx) => "nginx",
        Some(Reader::Apache) => "Apache",
        None => "the daemon",
    };
    let mut note = match (diagnostic.phase?, diagnostic.first) {
        (Phase::Test, true) => format!("{who} stops here in its own configuration test"),
        (Phase::Test, false) => format!("{who} refuses this too, after an earlier error"),
        (Phase::Start, true) => format!("{who} passes its own configuration test and stops here at start"),
        (Phase::Start, false) => {
            format!("{who} passes its own configuration test and would stop here at start too")
        }
    };
    let Some(daemon) = diagnostic.daemon.as_ref().filter(|daemon| !daemon.message.is_empty()) else {
        return Some(note);
    };
    note.push_str(": ");
    note.push_str(&one_line(&daemon.message));
    if let Some(file) = daemon.file {
        note.push_str(&format!(" (it names {}", one_line(&sources.source(file).name)));
        if let Some(line) = daemon.line {
            note.push_str(&format!(":{line}"));
        }
        note.push(')');
    }
    Some(note)
}
