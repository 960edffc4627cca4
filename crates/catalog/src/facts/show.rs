//! Facts as something to read: Markdown for editors, plain text for a terminal.
//!
//! In: the facts of a directive. Out: text without a line end at its end. Invariant: both say the same, in the same
//! order: what it does, the trap, then one line for each fact.

use super::{DirectiveFacts, Form};
use crate::Dialect;
use crate::version::{Removed, Since};

/// A line of text on a terminal is no longer, unless one word is.
const WIDTH: usize = 80;

impl Dialect {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Dialect::Nginx => "nginx",
            Dialect::Apache => "Apache",
            Dialect::Htaccess => ".htaccess",
            Dialect::PhpFpm => "php-fpm",
            Dialect::PhpIni => "php.ini",
        }
    }
}

impl DirectiveFacts {
    /// The name as it stands in a file: a section with both of its brackets.
    pub fn title(&self) -> String {
        if self.name.starts_with('<') { format!("{}>", self.name) } else { self.name.to_owned() }
    }

    /// For a hover or a completion.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("**`{}`** ({})", self.title(), self.dialect.name());
        if let Some(summary) = self.summary {
            text.push_str(&format!("\n\n{summary}"));
        }
        if let Some(trap) = self.trap {
            text.push_str(&format!("\n\n**Trap:** {trap}"));
        }
        for form in &self.forms {
            text.push('\n');
            for (label, value) in form.lines() {
                text.push_str(&format!("\n- {label}: {}", escaped(&value)));
            }
        }
        text
    }

    /// For a terminal.
    pub fn to_plain(&self) -> String {
        let mut text = format!("{} ({})", self.title(), self.dialect.name());
        if let Some(summary) = self.summary {
            text.push_str(&format!("\n\n{}", wrapped(summary, "  ")));
        }
        if let Some(trap) = self.trap {
            text.push_str(&format!("\n\n{}", wrapped(&format!("Trap: {trap}"), "  ")));
        }
        for form in &self.forms {
            text.push('\n');
            for (label, value) in form.lines() {
                let value = wrapped(&value, "              ");
                text.push_str(&format!("\n  {label:<12}{}", value.trim_start()));
            }
        }
        text
    }
}

impl Form {
    /// Its facts, each with a label, in the order in which they are shown.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let list = |words: &[&str]| words.join(", ");
        let mut htaccess = self.contexts.clone();
        if self.htaccess.is_some() {
            htaccess.push(".htaccess");
        }
        let default = self.default.clone().into_iter().chain(self.older_defaults.iter().cloned());
        let lines = [
            ("stands in", list(&htaccess)),
            (".htaccess", self.htaccess.as_deref().map(|class| format!("with {class}")).unwrap_or_default()),
            ("arguments", self.arguments.clone()),
            ("value", self.value.to_owned()),
            ("words", list(self.words)),
            ("unit", self.unit.to_owned()),
            ("default", default.collect::<Vec<_>>().join("; ")),
            ("set by", self.changeable.unwrap_or_default().to_owned()),
            ("repeated", self.repeated.to_owned()),
            ("state", self.state.clone()),
            ("since", since(self.since)),
            ("removed", removed(self.removed)),
            ("module", list(&self.modules)),
            ("needs", self.build.unwrap_or_default().to_owned()),
        ];
        lines.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }
}

fn since(since: Since) -> String {
    match since {
        Since::Unknown => String::new(),
        Since::AtLatest(oldest) => format!("{} or earlier", oldest.short()),
        Since::At(first) => first.short().to_string(),
        Since::Series(series) => format!("some release of {}.{}", series.major, series.minor),
        Since::Between(lacking, having) => format!("after {lacking}, at the latest {having}"),
        Since::Branches(firsts) => {
            firsts.iter().map(|first| first.short().to_string()).collect::<Vec<_>>().join(", ")
        }
    }
}

fn removed(removed: Removed) -> String {
    match removed {
        Removed::Never => String::new(),
        Removed::At(first) => first.short().to_string(),
        Removed::By(first) => format!("{} or earlier", first.short()),
        Removed::After(last) => format!("after {}", last.short()),
    }
}

/// Text that Markdown shows as it is.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '|' | '~' | '#') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// The words of `text` on indented lines.
fn wrapped(text: &str, indent: &str) -> String {
    let mut lines = String::new();
    let mut width = 0;
    for word in text.split(' ') {
        let characters = word.chars().count();
        if width == 0 || width + 1 + characters > WIDTH {
            if width > 0 {
                lines.push('\n');
            }
            lines.push_str(indent);
            width = indent.len();
        } else {
            lines.push(' ');
            width += 1;
        }
        lines.push_str(word);
        width += characters;
    }
    lines
}
