//! Directives that define variables, and the heads of blocks of data.

use super::said::{Verdict, invalid, said, show};
use super::slot::word;
use crate::nginx::judge::{Judge, Words};
use crate::{Part, RefusalKind};

/// `map`.
pub(super) fn map(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    judge.value(0, word(words, 0))?;
    judge.defines_dollar(1, word(words, 1))
}

/// `split_clients`.
pub(super) fn split_clients(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    map(judge, words)
}

/// `geo`.
pub(super) fn geo(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    if words.len() == 1 {
        return judge.defines_dollar(0, word(words, 0));
    }
    let Some(source) = word(words, 0).strip_prefix(b"$") else {
        return invalid(0, format!("invalid variable name \"{}\"", show(word(words, 0))));
    };
    judge.uses(0, source);
    judge.defines_dollar(1, word(words, 1))
}

/// `auth_request_set`.
pub(super) fn auth_request_set(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    judge.defines_dollar(0, word(words, 0))?;
    judge.value(1, word(words, 1))
}

/// `charset_map`.
pub(super) fn charset_map(words: &Words<'_>) -> Verdict {
    let (from, to) = (word(words, 0), word(words, 1));
    if from.eq_ignore_ascii_case(to) {
        let (from, to) = (show(from), show(to));
        let message = format!("\"charset_map\" between the same charsets \"{from}\" and \"{to}\"");
        return said(RefusalKind::InvalidValue, Part::Head, message);
    }
    Ok(())
}
