//! How many arguments a directive takes, and the values of switches.
//!
//! In: a row of the catalog and the words of a line. Out: httpd's words when they do not fit. Where httpd goes on to
//! look at the words themselves, this says nothing.

use fpmlint_catalog::apache::{ArgsHow, Directive};

use crate::RefusalKind;
use crate::apache::usage::usage;

/// What is wrong with the arguments, if anything.
pub(in crate::apache) fn check<W: AsRef<[u8]>>(
    row: &Directive,
    words: impl Iterator<Item = W>,
) -> Option<(RefusalKind, String)> {
    if matches!(row.args, ArgsHow::Raw | ArgsHow::None | ArgsHow::Any) {
        return None;
    }
    // More than three are all the same.
    let mut count = 0;
    let mut empty = [false; 4];
    let mut first_is_switch = false;
    for word in words.take(4) {
        let word = word.as_ref();
        if let Some(empty) = empty.get_mut(count) {
            *empty = word.is_empty();
        }
        if count == 0 {
            first_is_switch = word.eq_ignore_ascii_case(b"on") || word.eq_ignore_ascii_case(b"off");
        }
        count += 1;
    }
    let has = |number: usize| number < count && !empty.get(number).copied().unwrap_or(false);
    let (fits, takes) = match row.args {
        ArgsHow::Raw | ArgsHow::None | ArgsHow::Any => return None,
        ArgsHow::Flag if first_is_switch => return None,
        ArgsHow::Flag => {
            return Some((RefusalKind::InvalidValue, format!("{} must be On or Off", row.name)));
        }
        ArgsHow::One => (has(0) && count == 1, "takes one argument"),
        ArgsHow::Two => (has(0) && has(1) && count == 2, "takes two arguments"),
        ArgsHow::Three => (has(0) && has(1) && has(2) && count == 3, "takes three arguments"),
        ArgsHow::OneOrTwo => (has(0) && count <= 2, "takes 1-2 arguments"),
        ArgsHow::OneOrThree => {
            (has(0) && count <= 3 && (!has(1) || count == 3), "takes one or three arguments")
        }
        ArgsHow::TwoOrThree => (has(0) && has(1) && count <= 3, "takes two or three arguments"),
        ArgsHow::OneToThree => (has(0) && count <= 3, "takes one, two or three arguments"),
        ArgsHow::Each => (has(0), "requires at least one argument"),
        ArgsHow::EachWithFirst => (has(0) && count > 1, "requires at least two arguments"),
    };
    if fits {
        return None;
    }
    let usage = usage(row.name);
    let separator = if usage.is_empty() { "" } else { ", " };
    Some((RefusalKind::WrongArgumentCount, format!("{} {takes}{separator}{usage}", row.name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fpmlint_catalog::apache;

    fn said(line: &str) -> Option<String> {
        let (name, rest) = fpmlint_syntax::httpd::word(line.as_bytes()).unwrap();
        let row = &apache::entries(apache::find(&name).unwrap())[0];
        let words = fpmlint_syntax::httpd::split_words(rest).map(|(_, word)| word.into_owned());
        check(row, words).map(|(_, message)| message)
    }

    #[test]
    fn counts_are_checked_in_the_daemons_words() {
        let root = "DocumentRoot takes one argument, Root directory of the document tree";
        for line in ["DocumentRoot", "DocumentRoot \"\"", "DocumentRoot /a /b", "DocumentRoot /a \"\""] {
            assert_eq!(said(line).as_deref(), Some(root), "{line}");
        }
        assert_eq!(said("DocumentRoot \"/a b\""), None);
        assert!(said("SetEnv a b c").unwrap().starts_with("SetEnv takes 1-2 arguments, "));
        assert!(said("AddType text/x").unwrap().starts_with("AddType requires at least two arguments, "));
        assert!(said("ErrorDocument 404").unwrap().starts_with("ErrorDocument takes two arguments, "));
    }

    #[test]
    fn a_switch_looks_at_its_first_word_alone() {
        assert_eq!(said("KeepAlive ON # yes"), None);
        assert_eq!(said("KeepAlive 1").as_deref(), Some("KeepAlive must be On or Off"));
        assert_eq!(said("KeepAlive").as_deref(), Some("KeepAlive must be On or Off"));
    }

    #[test]
    fn what_a_directive_cuts_by_itself_is_not_counted() {
        assert_eq!(said("Options"), None);
        assert_eq!(said("Listen"), None);
    }
}
