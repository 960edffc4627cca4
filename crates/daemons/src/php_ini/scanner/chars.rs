//! Classes of characters and words.
//!
//! In: bytes. Out: whether a rule of PHP's scanner takes them.

use super::TokenKind;

/// The words that are no texts where they are the whole value.
const KEYWORDS: [(&[u8], TokenKind); 8] = [
    (b"true", TokenKind::BoolTrue),
    (b"on", TokenKind::BoolTrue),
    (b"yes", TokenKind::BoolTrue),
    (b"false", TokenKind::BoolFalse),
    (b"off", TokenKind::BoolFalse),
    (b"none", TokenKind::BoolFalse),
    (b"no", TokenKind::BoolFalse),
    (b"null", TokenKind::Null),
];

const LONGEST_KEYWORD: usize = 5;

/// The word for a boolean or null that `text` begins with, and its length.
pub(crate) fn keyword_at(text: &[u8]) -> Option<(usize, TokenKind)> {
    if !matches!(text.first()?.to_ascii_lowercase(), b't' | b'o' | b'y' | b'f' | b'n') {
        return None;
    }
    let begins = |word: &[u8]| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    KEYWORDS.iter().find(|(word, _)| begins(word)).map(|(word, kind)| (word.len(), *kind))
}

/// What a word is if it is nothing but the word for a boolean or null.
pub(crate) fn keyword(word: &[u8]) -> Option<TokenKind> {
    if word.len() > LONGEST_KEYWORD {
        return None;
    }
    let (length, kind) = keyword_at(word)?;
    (length == word.len()).then_some(kind)
}

/// A space or a tab.
pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// What names are made of; spaces too.
pub(crate) fn is_label(byte: u8) -> bool {
    !matches!(byte, b'=' | b'\n' | b'\r' | b'\t' | b';' | b'&' | b'|' | b'^' | b'$' | b'~' | b'(' | b')')
        && !matches!(byte, b'{' | b'}' | b'!' | b'"' | b'[')
}

/// What unquoted values are made of.
pub(crate) const fn is_value(byte: u8) -> bool {
    !matches!(byte, 0 | b'$' | b'=' | b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'^' | b'~')
        && !matches!(byte, b'(' | b')' | b'!' | b'"' | b'\'')
}

/// What texts in brackets are made of.
pub(crate) fn is_section(byte: u8) -> bool {
    !matches!(byte, b'$' | b'\n' | b'\r' | b';' | b'"' | b'\'' | b']' | b'\\')
}

/// What the texts behind `:-` are made of.
pub(crate) fn is_fallback(byte: u8) -> bool {
    !matches!(byte, b'$' | b'\n' | b'\r' | b';' | b'"' | b'\'' | b'}' | b'\\')
}

/// Whether a word has the form of a PHP constant.
pub(crate) fn is_constant(word: &[u8]) -> bool {
    let Some((first, rest)) = word.split_first() else { return false };
    (first.is_ascii_alphabetic() || *first == b'_')
        && rest.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// `-?\d+`, `\d*\.\d+` or `\d+\.\d*`.
pub(crate) fn is_number(word: &[u8]) -> bool {
    let unsigned = word.strip_prefix(b"-").unwrap_or(word);
    if !unsigned.is_empty() && unsigned.iter().all(u8::is_ascii_digit) {
        return true;
    }
    let dots = word.iter().filter(|byte| **byte == b'.').count();
    dots == 1 && word.len() > 1 && word.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// The range of `text`, which begins at `start`, without blanks around it.
pub(crate) fn trimmed(text: &[u8], start: usize) -> (usize, usize) {
    let left = text.iter().take_while(|byte| is_blank(**byte)).count();
    let right = text.iter().rev().take_while(|byte| matches!(**byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    let end = (text.len() - right).max(left);
    (start + left, start + end)
}

/// How many lines end in a range of `text`; CR LF is one end.
pub(crate) fn count_lines(text: &[u8], start: usize, end: usize) -> u32 {
    let lines = (start..end).filter(|at| match text.get(*at) {
        Some(b'\n') => true,
        Some(b'\r') => text.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    lines.count() as u32
}
