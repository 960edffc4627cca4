//! `return`, `rewrite`, `set` and `if`.

use super::said::{Verdict, invalid, invalid_parameter, show};
use super::slot::word;
use super::value;
use crate::nginx::judge::{Judge, Words};

/// How redirects begin.
const ABROAD: [&[u8]; 3] = [b"http://", b"https://", b"$scheme"];

/// `return`.
pub(super) fn redirect(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let first = word(words, 0);
    match value::number(first) {
        Some(..=999) => {}
        None if words.len() == 1 && ABROAD.iter().any(|start| first.starts_with(start)) => {
            return judge.value(0, first);
        }
        _ => return invalid(0, format!("invalid return code \"{}\"", show(first))),
    }
    if words.len() > 1 { judge.value(1, word(words, 1)) } else { Ok(()) }
}

/// `rewrite`.
pub(super) fn rewrite(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let replacement = word(words, 1);
    if replacement.is_empty() {
        return invalid(1, "empty replacement");
    }
    judge.pattern(0, word(words, 0), false)?;
    if let Some(flag) = words.get(2)
        && !matches!(&flag[..], b"last" | b"break" | b"redirect" | b"permanent")
    {
        return invalid_parameter(2, flag);
    }
    // The last question mark drops the arguments.
    judge.value(1, replacement.strip_suffix(b"?").unwrap_or(replacement))
}

/// `set`.
pub(super) fn set(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    judge.defines_dollar(0, word(words, 0))?;
    judge.value(1, word(words, 1))
}

/// `if`: words between a word that starts with `(` and one that ends with `)`.
pub(super) fn condition(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let wrong = |index: usize, text: &[u8]| invalid(index, format!("invalid condition \"{}\"", show(text)));
    let count = words.len();
    let (first, last) = (word(words, 0), word(words, count.saturating_sub(1)));
    if first.first() != Some(&b'(') {
        return wrong(0, first);
    }
    // In one word both marks are in the same text.
    let start = if first.len() == 1 { 1 } else { 0 };
    let last_text = if count == 1 { last.get(1..).unwrap_or(b"") } else { last };
    if last_text.last() != Some(&b')') {
        return wrong(count - 1, last_text);
    }
    let end = if last_text.len() == 1 && count > 1 { count - 1 } else { count };
    let text = |index: usize| -> &[u8] {
        let mut text = word(words, index);
        if index == 0 {
            text = text.get(1..).unwrap_or(b"");
        }
        if index + 1 == count {
            text = text.get(..text.len().saturating_sub(1)).unwrap_or(b"");
        }
        text
    };
    let (left, parts) = (text(start), end.saturating_sub(start));
    if left.len() > 1 && left.first() == Some(&b'$') {
        if parts != 1 && parts != 3 {
            return wrong(start, left);
        }
        judge.uses(start, left.get(1..).unwrap_or(b""));
        if parts == 1 {
            return Ok(());
        }
        let (operator, right) = (text(start + 1), text(start + 2));
        return match operator {
            b"=" | b"!=" => judge.value(start + 2, right),
            b"~" | b"~*" | b"!~" | b"!~*" => {
                judge.pattern(start + 2, right, operator.ends_with(b"*")).map(drop)
            }
            _ => invalid(start + 1, format!("unexpected \"{}\" in condition", show(operator))),
        };
    }
    if matches!(left, [b'-', _] | [b'!', b'-', _]) {
        if parts != 2 {
            return wrong(start, left);
        }
        judge.value(start + 1, text(start + 1))?;
        if matches!(left.last(), Some(b'f' | b'd' | b'e' | b'x')) {
            return Ok(());
        }
    }
    wrong(start, left)
}
