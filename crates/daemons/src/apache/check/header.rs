//! mod_headers: `Header` and `RequestHeader`.

use fpmlint_catalog::apache::id;

use super::{Checks, Line, List, around, core, count, expression, is, starts, value};
use crate::Part;
use crate::apache::statement::Word;
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[
    (id::HEADER, |checks, line| header(checks, line, false)),
    (id::REQUEST_HEADER, |checks, line| header(checks, line, true)),
];

const ACTIONS: [&str; 10] =
    ["set", "setifempty", "add", "append", "merge", "unset", "echo", "edit", "edit*", "note"];

fn header(checks: &mut Checks, line: &Line<'_>, of_request: bool) -> Option<Fault> {
    let mut words = line.words();
    let mut action = words.next();
    let condition = |word: &Word<'_>| is(&word.text, "always") || is(&word.text, "onsuccess");
    if !of_request && action.as_ref().is_some_and(condition) {
        action = words.next();
    }
    let name = words.next();
    let (mut given, substitute, mut clause) = (words.next(), words.next(), words.next());
    if words.next().is_some() {
        return count(format!("{} has too many arguments", line.name()));
    }
    let text = action.as_ref().map_or(b"".as_slice(), |action| &action.text);
    let Some(action) = ACTIONS.iter().find(|known| is(text, known)) else {
        let words = "first argument must be 'add', 'set', 'setifempty', 'append', 'merge', 'unset', 'echo', \
                     'note', 'edit', or 'edit*'.";
        return value(action.map_or(Part::Head, |action| action.part), words);
    };
    let is_edit = action.starts_with("edit");
    if is_edit {
        let (Some(pattern), Some(_)) = (&given, &substitute) else {
            return count("Header edit requires a match and a substitution");
        };
        let words = || b"Header edit regex could not be compiled".to_vec();
        if let Some(fault) = checks.compile(&pattern.text, false, pattern.part, words) {
            return Some(fault);
        }
    } else if clause.is_some() {
        return count("Too many arguments to directive");
    } else {
        clause.clone_from(&substitute);
    }
    if matches!(*action, "unset" | "echo") && given.is_some() {
        if clause.is_some() {
            let noun = if *action == "unset" { "header" } else { "Header" };
            return count(format!("{noun} {action} takes two arguments"));
        }
        clause = given.take();
    }
    if *action == "echo" {
        if of_request {
            return value(Part::Head, "Header echo only valid on Header directives");
        }
        let name = name.as_ref();
        let pattern = name.map_or(b"".as_slice(), |name| &name.text);
        let part = name.map_or(Part::Head, |name| name.part);
        let words = || b"Header echo regex could not be compiled".to_vec();
        if let Some(fault) = checks.compile(pattern, false, part, words) {
            return Some(fault);
        }
    } else if *action != "unset" && given.is_none() {
        return count("Header requires three arguments");
    }
    if let Some(clause) = &clause
        && let Some(fault) = wrong_clause(checks, line, clause)
    {
        return Some(fault);
    }
    if matches!(*action, "unset" | "echo") {
        return None;
    }
    format(checks, line, if is_edit { &substitute } else { &given }.as_ref()?)
}

/// `early`, `env=` or `expr=`.
fn wrong_clause(checks: &Checks, line: &Line<'_>, clause: &Word<'_>) -> Option<Fault> {
    let text = clause.text.as_ref();
    if is(text, "early") {
        return None;
    }
    if starts(text, "env=") {
        let words = "error: missing environment variable name. envclause should be in the form env=envar ";
        return match text.get(4..) {
            Some(b"" | b"!") => value(clause.part, words),
            _ => None,
        };
    }
    if starts(text, "expr=") {
        let expression = text.get(5..).unwrap_or(b"");
        return core::condition(checks, line, expression, clause.part, |wrong| {
            around("Can't parse envclause/expression: ", wrong, "")
        });
    }
    value(clause.part, around("Unknown parameter: ", text, ""))
}

/// A value with `%{…}e` and the like in it.
fn format(checks: &Checks, line: &Line<'_>, given: &Word<'_>) -> Option<Fault> {
    if let Some(expression) = given.text.strip_prefix(b"expr=") {
        let wrong = expression::string(checks, line, expression)?;
        return Some(core::wrong_expression(wrong, given.part, |wrong| {
            around("Can't parse value expression : ", wrong, "")
        }));
    }
    let mut rest = given.text.as_ref();
    while let Some(at) = memchr::memchr(b'%', rest) {
        rest = rest.get(at + 1..).unwrap_or(b"");
        match rest {
            [] => return None,
            [b'%', behind @ ..] => {
                rest = behind;
                continue;
            }
            [b'{', behind @ ..] => {
                rest = memchr::memchr(b'}', behind).and_then(|end| behind.get(end + 1..)).unwrap_or(b"");
            }
            _ => {}
        }
        let tag = rest.first().copied();
        if !matches!(tag, Some(b'D' | b't' | b'e' | b's' | b'l' | b'i' | b'b')) {
            let tag = tag.as_slice();
            return value(given.part, around("Unrecognized header format %", tag, ""));
        }
        rest = rest.get(1..).unwrap_or(b"");
    }
    None
}
