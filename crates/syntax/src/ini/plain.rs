//! The lines that most files of php-fpm are made of, without the lexers.
//!
//! In: one line without its line end. Out: its nodes, or nothing where the line could be cut in another way. Invariant:
//! the nodes are those that the scanner makes. *Tested by a property test on random lines.*

use super::lexer::is_keyword;
use crate::Kind;
use crate::builder::Builder;

/// A byte of a key, or of an offset, without blanks.
const KEY: u8 = 1;
/// A byte of an unquoted value.
const VALUE: u8 = 2;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0x21_u8;
    while byte < 0x7f {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-') {
            classes[byte as usize] = KEY | VALUE;
        } else if matches!(byte, b'/' | b':' | b',' | b'@' | b'%' | b'+' | b'*' | b'#' | b'[' | b']') {
            classes[byte as usize] = VALUE;
        }
        byte += 1;
    }
    classes
};

/// Adds the nodes of `line`, which begins at `start` of the file; false where it is none of these lines, and nothing
/// was added.
pub(super) fn line(builder: &mut Builder, line: &[u8], start: usize) -> bool {
    match line.first() {
        Some(b';') if memchr::memchr2(b'\r', 0, line).is_none() => {
            builder.leaf(Kind::Comment, start as u32);
            true
        }
        Some(b'[') => section(builder, line, start),
        Some(_) => entry(builder, line, start).is_some(),
        None => false,
    }
}

fn section(builder: &mut Builder, line: &[u8], start: usize) -> bool {
    let end = run(line, 1, KEY);
    if end == 1 || end + 1 != line.len() || line.get(end) != Some(&b']') {
        return false;
    }
    let ordinal = builder.statement(Kind::Section, start as u32);
    builder.leaf(Kind::OpenBracket, start as u32);
    builder.leaf(Kind::Word, (start + 1) as u32);
    builder.leaf(Kind::CloseBracket, (start + end) as u32);
    builder.end_statement(ordinal);
    true
}

/// `key = value` and `key[offset] = value`.
fn entry(builder: &mut Builder, line: &[u8], start: usize) -> Option<()> {
    let key_end = run(line, 0, KEY);
    let mut head_end = key_end;
    if line.get(key_end) == Some(&b'[') {
        let close = run(line, key_end + 1, KEY);
        if close == key_end + 1 || line.get(close) != Some(&b']') {
            return None;
        }
        head_end = close + 1;
    } else if is_keyword(line.get(..key_end)?) {
        return None;
    }
    let equals = skip_blanks(line, head_end);
    if key_end == 0 || line.get(equals) != Some(&b'=') {
        return None;
    }
    let value = skip_blanks(line, equals + 1);
    let value_end = run(line, value, VALUE);
    if value_end == value || skip_blanks(line, value_end) != line.len() {
        return None;
    }

    let at = |offset: usize| (start + offset) as u32;
    let ordinal = builder.statement(Kind::Directive, at(0));
    builder.leaf(Kind::Word, at(0));
    if head_end > key_end {
        builder.leaf(Kind::OpenBracket, at(key_end));
        builder.leaf(Kind::Word, at(key_end + 1));
        builder.leaf(Kind::CloseBracket, at(head_end - 1));
    }
    builder.leaf_between(Kind::Blank, at(head_end), at(equals));
    builder.leaf(Kind::Equals, at(equals));
    builder.leaf_between(Kind::Blank, at(equals + 1), at(value));
    let node = builder.node(Kind::Value, at(value));
    builder.leaf(Kind::Text, at(value));
    builder.close_node(node);
    builder.end_statement(ordinal);
    builder.leaf_between(Kind::Blank, at(value_end), at(line.len()));
    Some(())
}

fn run(line: &[u8], start: usize, class: u8) -> usize {
    let rest = line.get(start..).unwrap_or(b"");
    let length = rest.iter().position(|byte| CLASSES[usize::from(*byte)] & class == 0);
    start + length.unwrap_or(rest.len())
}

fn skip_blanks(line: &[u8], start: usize) -> usize {
    let rest = line.get(start..).unwrap_or(b"");
    start + rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::scanner::Scanner;
    use super::*;

    /// What a builder holds, to be compared.
    fn parts(builder: &Builder) -> String {
        let nodes: Vec<_> = builder.nodes.iter().map(|node| (node.kind, node.at)).collect();
        let entries: Vec<_> =
            builder.entries.iter().map(|entry| (entry.node, entry.next, entry.parent)).collect();
        format!("{nodes:?} {entries:?} {:?}", builder.errors)
    }

    /// Whether the line is a plain one; if so, the scanner must cut it alike.
    fn agrees(text: &[u8]) -> bool {
        let (mut plain, mut scanned) = (Builder::new(text.len()), Builder::new(text.len()));
        let untouched = parts(&plain);
        if !line(&mut plain, text, 0) {
            assert_eq!(parts(&plain), untouched);
            return false;
        }
        Scanner::new(text, &mut scanned, false).scan(0, text.len());
        assert_eq!(parts(&plain), parts(&scanned), "{}", text.escape_ascii());
        true
    }

    #[test]
    fn the_usual_lines_are_plain() {
        for text in [
            "; a comment",
            "[www]",
            "user = www-data",
            "listen=/run/php/site.sock",
            "listen = [::1]:9000 ",
            "pm.max_children\t=\t5",
            "clear_env = no",
            "php_admin_value[error_log] = /var/log/x.log",
        ] {
            assert!(agrees(text.as_bytes()), "{text}");
        }
        for text in
            ["", "on = 1", "a = b c", "a =", "[www] ;", " a = b", "a = \"b\"", "a[] = b", "a = b ;c", "a"]
        {
            assert!(!agrees(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

        #[test]
        fn both_ways_cut_alike_what_looks_right(
            text in "(;[ -~\t\r]{0,4}|\\[[a-z.\" ]{0,3}\\]?[ ;]?|([a-z._]{0,3}|on|no)(\\[[A-Z_a-z.'\"]{0,3}\\]?)?[ \t]{0,2}=?[ \t]{0,2}([a-z0-9/:%@\\[\\]#\\\\$\"-]{0,5}|on)[ \t]{0,2}(;x)?)"
        ) {
            agrees(text.as_bytes());
        }

        #[test]
        fn both_ways_cut_any_bytes_alike(mut text in prop::collection::vec(any::<u8>(), 0..12)) {
            text.retain(|byte| *byte != b'\n' && *byte != 0);
            agrees(&text);
        }
    }
}
