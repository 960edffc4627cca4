//! mod_rewrite: rules, conditions, flags and maps.
//!
//! In: the rest of a line, which mod_rewrite cuts into words by itself: a backslash keeps a blank, and quotes count
//! only at a word's start. Out: the first thing that it refuses.

use fpmlint_catalog::apache::id;

use super::number::atoi;
use super::{Checks, Line, List, around, core, count, error_document, first, is, starts, value};
use crate::apache::walk::Fault;
use crate::{Part, RefusalKind};

pub(super) const CHECKS: List = &[
    (id::REWRITE_RULE, rule),
    (id::REWRITE_COND, condition),
    (id::REWRITE_OPTIONS, options),
    (id::REWRITE_BASE, |_, line| match line.text(0).first() {
        Some(b'/') => None,
        None => first("RewriteBase: empty URL not allowed"),
        Some(_) => first("RewriteBase: argument is not a valid URL"),
    }),
];

pub(super) const MAPS: List = &[(id::REWRITE_MAP, map)];

/// The two or three words of a line.
struct Words<'t> {
    first: &'t [u8],
    second: &'t [u8],
    third: Option<&'t [u8]>,
}

/// Cuts a line; none where there is no second word.
fn cut(text: &[u8]) -> Option<Words<'_>> {
    let (first, rest) = word(text);
    let rest = skip_blanks(rest?);
    let (second, rest) = word(rest);
    let rest = skip_blanks(rest.unwrap_or(b""));
    let third = (!rest.is_empty()).then(|| word(rest).0);
    Some(Words { first, second, third })
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !is_blank(*byte)).unwrap_or(text.len());
    text.get(start..).unwrap_or(b"")
}

/// The word at the start of `text` and what follows the byte that ended it; none where the text ended it.
fn word(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let text = skip_blanks(text);
    let (quote, text) = match text {
        [quote @ (b'"' | b'\''), rest @ ..] => (Some(*quote), rest),
        rest => (None, rest),
    };
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let ends = match quote {
            Some(quote) => byte == quote,
            None => is_blank(byte),
        };
        if ends {
            return (text.get(..at).unwrap_or(b""), text.get(at + 1..));
        }
        let keeps_next = byte == b'\\' && text.get(at + 1).is_some_and(|next| is_blank(*next));
        at += if keeps_next { 2 } else { 1 };
    }
    (text, None)
}

fn rule(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let rest = line.rest();
    let Some(words) = cut(&rest) else {
        return count(around("RewriteRule: bad argument line '", &rest, "'"));
    };
    let mut ignore_case = false;
    let mut wrong_flag = |key: &[u8], given: &[u8]| {
        ignore_case |= is(key, "NC") || is(key, "nocase");
        rule_flag(key, given)
    };
    if let Some(wrong) = words.third.and_then(|flags| wrong_flags(flags, &mut wrong_flag)) {
        return value(flags_part(line), around("RewriteRule: ", &wrong, ""));
    }
    let pattern = words.first.strip_prefix(b"!").unwrap_or(words.first);
    checks.compile(pattern, ignore_case, Part::Arg(0), || {
        around("RewriteRule: cannot compile regular expression '", pattern, "'")
    })
}

/// The third argument, where httpd's own way of cutting words sees one too.
fn flags_part(line: &Line<'_>) -> Part {
    line.word(2).map_or(Part::Head, |word| word.part)
}

fn wrong_flags(
    flags: &[u8],
    wrong_flag: &mut impl FnMut(&[u8], &[u8]) -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    let Some(inner) = flags.strip_prefix(b"[").and_then(|flags| flags.strip_suffix(b"]")) else {
        return Some(b"bad flag delimiters".to_vec());
    };
    // httpd puts a comma in the place of the bracket: one before it leaves an empty flag behind.
    let mut rest = inner;
    for part in inner.split(|byte| *byte == b',') {
        rest = rest.get(part.len()..).unwrap_or(b"");
        let flag = skip_blanks(part);
        let end = flag.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
        let flag = match (part.is_empty(), flag.get(..end).unwrap_or(b"")) {
            // Of blanks alone it cuts off too much, and reads on from the comma.
            (false, b"") => &[rest, b","].concat(),
            (_, flag) => flag,
        };
        rest = rest.get(1..).unwrap_or(b"");
        let (key, given) = match memchr::memchr(b'=', flag) {
            Some(at) => (flag.get(..at).unwrap_or(b""), flag.get(at + 1..).unwrap_or(b"")),
            None => (flag, b"".as_slice()),
        };
        if let Some(wrong) = wrong_flag(key, given) {
            return Some(wrong);
        }
    }
    None
}

/// Flags by their first letter and what may follow it; case does not count.
const RULE_FLAGS: [(u8, &[&str]); 16] = [
    (b'b', &["", "ackrefescaping", "NE", "NP", "ackrefernoplus", "CTLS"]),
    (b'c', &["", "hain", "O", "ookie"]),
    (b'e', &["", "nv", "nd"]),
    (b'f', &["", "orbidden"]),
    (b'g', &["", "one"]),
    (b'h', &["", "andler"]),
    (b'l', &["", "ast"]),
    (b'n', &["E", "oescape", "", "ext", "S", "osubreq", "C", "ocase"]),
    (b'p', &["", "roxy", "T", "assthrough"]),
    (b'q', &["SA", "sappend", "SD", "sdiscard", "SL", "slast"]),
    (b'r', &["", "edirect"]),
    (b's', &["", "kip"]),
    (b't', &["", "ype"]),
    (b'u', &["nsafePrefixStat", "nsafeAllow3F", "NC"]),
    // Whatever follows a `D` passes.
    (b'd', &[]),
    (0, &[]),
];

fn rule_flag(key: &[u8], given: &[u8]) -> Option<Vec<u8>> {
    let unknown = || Some(around("unknown flag '", key, "'"));
    let Some((letter, rest)) = key.split_first() else { return unknown() };
    let letter = letter.to_ascii_lowercase();
    let Some((_, known)) = RULE_FLAGS.iter().find(|(known, _)| *known == letter) else { return unknown() };
    if letter != b'd' && !known.iter().any(|known| is(rest, known)) {
        return unknown();
    }
    if letter == b'b' && is(rest, "NE") && given.is_empty() {
        return Some(b"flag 'BNE' wants a list of characters (i.e. [BNE=...])".to_vec());
    }
    let is_number = letter == b'r' && given.first().is_some_and(u8::is_ascii_digit);
    if is_number && !error_document::is_status(atoi(given)) {
        return Some(around("invalid HTTP response code '", given, "' for flag 'R'"));
    }
    None
}

fn condition_flag(key: &[u8], _: &[u8]) -> Option<Vec<u8>> {
    let known = ["nocase", "NC", "ornext", "OR", "novary", "NV"].iter().any(|known| is(key, known));
    if known { None } else { Some(around("unknown flag '", key, "'")) }
}

fn condition(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let rest = line.rest();
    let Some(words) = cut(&rest) else {
        return count(around("RewriteCond: bad argument line '", &rest, "'"));
    };
    let mut ignore_case = false;
    let mut wrong_flag = |key: &[u8], given: &[u8]| {
        ignore_case |= is(key, "NC") || is(key, "nocase");
        condition_flag(key, given)
    };
    if let Some(wrong) = words.third.and_then(|flags| wrong_flags(flags, &mut wrong_flag)) {
        return value(flags_part(line), around("RewriteCond: ", &wrong, ""));
    }
    let pattern = words.second.strip_prefix(b"!").unwrap_or(words.second);
    if is(words.first, "expr") {
        return core::condition(checks, line, pattern, Part::Arg(1), |wrong| {
            [b"RewriteCond: cannot compile expression \"", pattern, b"\" ", wrong].concat()
        });
    }
    if !is_pattern(pattern) {
        return None;
    }
    checks.compile(pattern, ignore_case, Part::Arg(1), || {
        around("RewriteCond: cannot compile regular expression '", pattern, "'")
    })
}

/// Whether what a condition compares with is a pattern, and not a file test or a comparison.
fn is_pattern(text: &[u8]) -> bool {
    match text {
        [b'-', test] => !matches!(test, b'f' | b's' | b'd' | b'x' | b'h' | b'L' | b'l' | b'U' | b'F'),
        [b'-', one, two, _, ..] => !matches!(&[*one, *two], b"lt" | b"le" | b"gt" | b"ge" | b"eq" | b"ne"),
        [b'<' | b'>' | b'=', _, ..] => false,
        _ => true,
    }
}

fn options(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    const OPTIONS: [&str; 11] = [
        "inherit",
        "inheritbefore",
        "inheritdown",
        "inheritdownbefore",
        "ignoreinherit",
        "allownoslash",
        "allowanyuri",
        "mergebase",
        "ignorecontextinfo",
        "legacyprefixdocroot",
        "UnsafePrefixStat",
    ];
    let known = |word: &[u8]| OPTIONS.iter().any(|known| is(word, known)) || starts(word, "MaxRedirects=");
    line.each().find_map(|word| {
        let mut options = fpmlint_syntax::httpd::split_words(&word.text).map(|(_, option)| option);
        let wrong = options.find(|option| !known(option))?;
        value(word.part, around("RewriteOptions: unknown option '", &wrong, "'"))
    })
}

fn map(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let source = line.text(1);
    let text = source.as_ref();
    let file = if starts(text, "txt:") || starts(text, "rnd:") {
        text.get(4..)
    } else if starts(text, "dbm") {
        let has_file = text.get(3) == Some(&b':') || text.get(3) == Some(&b'=') && text.contains(&b':');
        return if has_file { None } else { value(Part::Arg(1), around("RewriteMap: bad map:", text, "")) };
    } else if starts(text, "dbd:") || starts(text, "fastdbd:") {
        if line.config.modules.has(b"mod_dbd.c") != Some(false) {
            return None;
        }
        return value(Part::Arg(1), "RewriteMap types dbd and fastdbd require mod_dbd!");
    } else if starts(text, "prg:") {
        let program = text.get(4..).unwrap_or(b"");
        program.split(|byte| is_blank(*byte)).find(|word| !word.is_empty())
    } else if starts(text, "int:") {
        let name = text.get(4..).unwrap_or(b"");
        if matches!(name, b"tolower" | b"toupper" | b"escape" | b"unescape") || !line.knows_all_modules() {
            return None;
        }
        return value(Part::Arg(1), around("RewriteMap: internal map not found:", name, ""));
    } else {
        Some(text)
    };
    let path = line.path(file?);
    if line.lies_at(&path) != super::paths::Lies::Nothing {
        return None;
    }
    let words = [b"RewriteMap: file for map ", &*line.text(0), b" not found:", path.as_bytes()].concat();
    Some(Fault::new(RefusalKind::PathNotFound, Part::Arg(1), words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_as_mod_rewrite_does() {
        let words =
            |text: &'static str| cut(text.as_bytes()).map(|words| (words.first, words.second, words.third));
        assert_eq!(words("a"), None);
        assert_eq!(words("\"a\""), Some((b"a".as_slice(), b"".as_slice(), None)));
        assert_eq!(
            words("a\\ b  c [L]"),
            Some((b"a\\ b".as_slice(), b"c".as_slice(), Some(b"[L]".as_slice())))
        );
        assert_eq!(words("a b [L, QSA]").unwrap().2, Some(b"[L,".as_slice()));
        assert_eq!(words("a b \"[L, QSA]\"").unwrap().2, Some(b"[L, QSA]".as_slice()));
    }

    #[test]
    fn an_empty_flag_is_a_flag() {
        for (flags, said) in [
            ("[]", Some("''")),
            ("[L,]", Some("''")),
            ("[,L]", Some("''")),
            ("[ ]", Some("','")),
            ("[L, ,R]", Some("',R,'")),
            ("[ L , R ]", None),
        ] {
            let mut known =
                |key: &[u8], _: &[u8]| (!matches!(key, b"L" | b"R")).then(|| [b"'", key, b"'"].concat());
            let wrong = wrong_flags(flags.as_bytes(), &mut known);
            assert_eq!(wrong.as_deref(), said.map(str::as_bytes), "{flags}");
        }
    }

    #[test]
    fn what_is_no_pattern() {
        for text in ["-f", "-lt5", "=", ">a", "-eq1", "x"] {
            let expected = matches!(text, "=" | "x");
            assert_eq!(is_pattern(text.as_bytes()), expected, "{text}");
        }
    }
}
