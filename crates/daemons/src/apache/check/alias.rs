//! mod_alias, mod_dir, mod_actions and mod_vhost_alias: where a request goes.

use fpmlint_catalog::apache::id;

use super::number::atoi;
use super::{Checks, Line, List, around, core, first, is, value};
use crate::Part;
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[
    (id::ALIAS, alias),
    (id::SCRIPT_ALIAS, alias),
    (id::ALIAS_MATCH, first_is_pattern),
    (id::SCRIPT_ALIAS_MATCH, first_is_pattern),
    (id::REDIRECT, |checks, line| redirect(checks, line, false, 302)),
    (id::REDIRECT_MATCH, |checks, line| redirect(checks, line, true, 302)),
    (id::REDIRECT_TEMP, |checks, line| redirect(checks, line, false, 302)),
    (id::REDIRECT_PERMANENT, |checks, line| redirect(checks, line, false, 301)),
    (id::DIRECTORY_INDEX_REDIRECT, directory_index_redirect),
    (id::ACTION, |_, line| match line.word(2) {
        Some(word) if !is(&word.text, "virtual") => {
            value(word.part, around("unrecognized option '", &word.text, "'"))
        }
        _ => None,
    }),
    (id::SCRIPT, |_, line| match line.text(0).as_ref() {
        b"TRACE" => first("TRACE not allowed for Script"),
        _ => None,
    }),
    (id::VIRTUAL_DOCUMENT_ROOT, virtual_root),
    (id::VIRTUAL_DOCUMENT_ROOT_IP, virtual_root),
    (id::VIRTUAL_SCRIPT_ALIAS, virtual_root),
    (id::VIRTUAL_SCRIPT_ALIAS_IP, virtual_root),
];

const NO_PATTERN: &str = "Regular expression could not be compiled.";

/// With one argument, within a section, it is a string with variables.
fn alias(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    if line.word(1).is_some() {
        return None;
    }
    if !line.around.has_path() {
        return super::count("Alias must have two arguments when used globally");
    }
    core::string(checks, line, 0, |text, wrong| {
        [b"Cannot parse alias expression '", text, b"': ", wrong].concat()
    })
}

fn first_is_pattern(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    checks.compile(&line.text(0), false, Part::Arg(0), || NO_PATTERN.into())
}

/// Whether a word is taken for a URL.
pub(super) fn is_url(text: &[u8]) -> bool {
    let scheme =
        text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let length = scheme.count();
    length > 0 && text.get(length) == Some(&b':')
}

fn redirect(checks: &mut Checks, line: &Line<'_>, is_pattern: bool, status: i32) -> Option<Fault> {
    let one = line.text(0);
    // Whether the first argument is a status, and one that takes a URL.
    let (status, takes_url) = match one.as_ref() {
        one if is(one, "permanent") => (301, Some(true)),
        one if is(one, "temp") => (302, Some(true)),
        one if is(one, "seeother") => (303, Some(true)),
        one if is(one, "gone") => (410, Some(false)),
        [digit, ..] if digit.is_ascii_digit() => {
            let status = atoi(&one);
            (status, Some((300..400).contains(&status)))
        }
        _ => (status, None),
    };
    let (two, three) = (line.word(1), line.word(2));
    if three.is_some() && takes_url.is_none() {
        return first("Redirect: invalid first argument (of three)");
    }
    if line.around.has_path() {
        let target = match (takes_url, &two, &three) {
            (Some(true), Some(_), None) => Some(1),
            (None, None, _) => Some(0),
            _ => None,
        };
        if let Some(target) = target {
            return core::string(checks, line, target, |text, wrong| {
                [b"Cannot parse redirect expression '", text, b"': ", wrong].concat()
            });
        }
        if takes_url == Some(false) && two.is_none() {
            return None;
        }
    }
    let (fake, url) = if three.is_none() && takes_url.is_none() { (0, two) } else { (1, three) };
    if is_pattern {
        let pattern = line.text(fake);
        if let Some(fault) = checks.compile(&pattern, false, Part::Arg(fake as u16), || NO_PATTERN.into()) {
            return Some(fault);
        }
    }
    match url {
        None if (300..400).contains(&status) => value(Part::Head, "URL to redirect to is missing"),
        Some(url) if !(300..400).contains(&status) => {
            value(url.part, "Redirect URL not valid for this status")
        }
        Some(url) if !is_pattern && !is_url(&url.text) && url.text.first() != Some(&b'/') => {
            value(url.part, "Redirect to non-URL")
        }
        _ => None,
    }
}

fn directory_index_redirect(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let text = line.text(0);
    if ["on", "off", "permanent", "temp", "seeother"].iter().any(|known| is(&text, known)) {
        return None;
    }
    if !text.first().is_some_and(u8::is_ascii_digit) {
        return first("DirectoryIndexRedirect ON|OFF|permanent|temp|seeother|3xx");
    }
    let is_redirect = (300..400).contains(&atoi(&text));
    if is_redirect { None } else { first("DirectoryIndexRedirect only accepts values between 300 and 399") }
}

/// `/srv/%0/%-2.1+`.
fn virtual_root(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let map = line.text(0);
    if map.first() != Some(&b'/') {
        let is_none = is(&map, "none");
        return if is_none { None } else { first("format string must be an absolute path, or 'none'") };
    }
    let mut rest = map.as_ref();
    while let Some(at) = memchr::memchr(b'%', rest) {
        rest = rest.get(at + 1..).unwrap_or(b"");
        if let [b'p' | b'%', behind @ ..] = rest {
            rest = behind;
            continue;
        }
        let Some(behind) = part_number(rest) else { return first("syntax error in format string") };
        rest = behind;
        if let [b'.', behind @ ..] = rest {
            let Some(behind) = part_number(behind) else { return first("syntax error in format string") };
            rest = behind;
        }
    }
    None
}

/// `-`, a digit, `+`: what follows it.
fn part_number(text: &[u8]) -> Option<&[u8]> {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (digit, rest) = text.split_first()?;
    digit.is_ascii_digit().then(|| rest.strip_prefix(b"+").unwrap_or(rest))
}
