//! Workflow commands of GitHub Actions: each finding becomes an annotation of its line.
//!
//! Escaped as `@actions/core` escapes them. GitHub shows no more than ten annotations of a kind for a step, so the
//! worst come first, and one notice tells the true numbers.

use std::io::{self, Write};

use fpmlint_diagnostics::{Diagnostic, Severity};

use crate::shown::{is_hidden, many_lines, one_line};
use crate::summary::found;
use crate::{Outcome, RunError, Source, Sources, buffered};

/// Related places that an annotation lists.
const MAX_RELATED: usize = 10;

/// Writes a line for each error of the run and for each finding. Errors are the writer's.
pub fn github(outcome: &Outcome<'_>, out: &mut dyn Write) -> io::Result<()> {
    buffered(out, |out| {
        for error in outcome.errors {
            run_error(error).write(out)?;
        }
        if !outcome.diagnostics.is_empty() {
            Command {
                kind: "notice",
                properties: vec![("title", "fpmlint".into())],
                message: found(outcome),
            }
            .write(out)?;
        }
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            let alike = outcome.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity);
            for diagnostic in alike {
                annotation(diagnostic, outcome.sources).write(out)?;
            }
        }
        Ok(())
    })
}

/// `::kind name=value,name=value::message`.
struct Command {
    kind: &'static str,
    properties: Vec<(&'static str, String)>,
    message: String,
}

impl Command {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "::{}", self.kind)?;
        for (number, (name, value)) in self.properties.iter().enumerate() {
            let before = if number == 0 { ' ' } else { ',' };
            write!(out, "{before}{name}={}", escape(value, true))?;
        }
        writeln!(out, "::{}", escape(&self.message, false))
    }
}

/// A text as the runner takes it back: in a property, what ends one is escaped too. Logs are read on terminals, so that
/// hidden characters are shown as `?`.
fn escape(text: &str, is_property: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            ':' if is_property => escaped.push_str("%3A"),
            ',' if is_property => escaped.push_str("%2C"),
            character if is_hidden(character) => escaped.push('?'),
            character => escaped.push(character),
        }
    }
    escaped
}

fn annotation(diagnostic: &Diagnostic, sources: &dyn Sources) -> Command {
    let source = sources.source(diagnostic.file);
    let start = source.position(diagnostic.span.start);
    let end = source.position(diagnostic.span.end);
    let mut properties = vec![
        ("title", format!("fpmlint ({})", diagnostic.rule.name)),
        ("file", source.name.clone()),
        ("line", (start.line + 1).to_string()),
        ("endLine", (end.line + 1).to_string()),
    ];
    // GitHub refuses columns of two lines.
    if start.line == end.line {
        properties.push(("col", (start.column + 1).to_string()));
        properties.push(("endColumn", (end.column + 1).to_string()));
    }
    let kind = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    Command { kind, properties, message: message(diagnostic, sources) }
}

/// The place stands in the text too: the log of a step shows nothing else of it.
fn message(diagnostic: &Diagnostic, sources: &dyn Sources) -> String {
    let place = place(sources.source(diagnostic.file), diagnostic.span.start);
    let mut message = format!("{place}: {}", one_line(&diagnostic.message));
    if let Some(help) = &diagnostic.help {
        message.push('\n');
        message.push_str(&many_lines(help));
    }
    for label in diagnostic.related.iter().take(MAX_RELATED) {
        let place = self::place(sources.source(label.file), label.span.start);
        message.push_str(&format!("\n{place}: {}", one_line(&label.message)));
    }
    message
}

pub(crate) fn place(source: &Source, offset: u32) -> String {
    let position = source.position(offset);
    format!("{}:{}:{}", one_line(&source.name), position.line + 1, position.column + 1)
}

fn run_error(error: &RunError) -> Command {
    let mut properties = vec![("title", "fpmlint".to_owned())];
    properties.extend(error.file.iter().map(|file| ("file", file.clone())));
    properties.extend(error.line.map(|line| ("line", line.to_string())));
    let file = error.file.as_deref().map(|file| format!("{}: ", one_line(file))).unwrap_or_default();
    Command { kind: "error", properties, message: format!("{file}{}", one_line(&error.message)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `@actions/core` 3.0.1 prints for these values; `cargo xtask delivery` asks it anew.
    #[test]
    fn commands_are_escaped_as_the_toolkit_does() {
        let properties = [
            ("title", "FPM001: x, y"),
            ("file", "a,b:c%.conf"),
            ("line", "3"),
            ("endLine", "3"),
            ("col", "2"),
            ("endColumn", "5"),
        ];
        let command = Command {
            kind: "error",
            properties: properties.map(|(name, value)| (name, value.to_owned())).to_vec(),
            message: "bad: 50%\nline2\r, é ::x".to_owned(),
        };
        let mut out = Vec::new();
        command.write(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "::error title=FPM001%3A x%2C y,file=a%2Cb%3Ac%25.conf,line=3,endLine=3,col=2,endColumn=5\
             ::bad: 50%25%0Aline2%0D, é ::x\n"
        );
    }
}
