//! What a `location` directive matches.

use std::borrow::Cow;

use super::{Config, DirRef};

/// How the text of a location is compared with the path.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Modifier {
    /// No modifier: the longest prefix wins, unless a pattern matches.
    Prefix,
    /// `^~`: a prefix that no pattern may override.
    PrefixFinal,
    /// `=`: the whole path.
    Exact,
    /// `~`: a regular expression.
    Pattern,
    /// `~*`: a regular expression that ignores case.
    PatternIgnoreCase,
    /// `@name`: reached by internal redirects alone.
    Named,
}

impl Modifier {
    /// Whether the text is a regular expression.
    pub fn is_pattern(self) -> bool {
        matches!(self, Modifier::Pattern | Modifier::PatternIgnoreCase)
    }
}

/// A location's modifier and text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocationMatch<'a> {
    /// How it compares.
    pub modifier: Modifier,
    /// A path, a regular expression or a name with its `@`.
    pub text: Cow<'a, [u8]>,
}

impl Config {
    /// What the location at `at` matches. A modifier may stand apart or be glued to the text; an unknown one makes
    /// no location.
    pub fn location(&self, at: DirRef) -> Option<LocationMatch<'_>> {
        let statement = self.statement(at)?;
        let first = statement.arg(0)?.text();
        if let Some(second) = statement.arg(1) {
            let modifier = match &first[..] {
                b"=" => Modifier::Exact,
                b"^~" => Modifier::PrefixFinal,
                b"~" => Modifier::Pattern,
                b"~*" => Modifier::PatternIgnoreCase,
                _ => return None,
            };
            return Some(LocationMatch { modifier, text: second.text() });
        }
        Some(glued(first))
    }
}

fn glued(text: Cow<'_, [u8]>) -> LocationMatch<'_> {
    let (modifier, skip) = match &text[..] {
        [b'=', ..] => (Modifier::Exact, 1),
        [b'^', b'~', ..] => (Modifier::PrefixFinal, 2),
        [b'~', b'*', ..] => (Modifier::PatternIgnoreCase, 2),
        [b'~', ..] => (Modifier::Pattern, 1),
        [b'@', ..] => (Modifier::Named, 0),
        _ => (Modifier::Prefix, 0),
    };
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[skip..]),
        Cow::Owned(text) => Cow::Owned(text[skip..].to_vec()),
    };
    LocationMatch { modifier, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_may_be_glued() {
        let of = |text: &'static str| {
            let matched = glued(Cow::Borrowed(text.as_bytes()));
            (matched.modifier, String::from_utf8_lossy(&matched.text).into_owned())
        };
        assert_eq!(of("=/a"), (Modifier::Exact, "/a".into()));
        assert_eq!(of("^~/a"), (Modifier::PrefixFinal, "/a".into()));
        assert_eq!(of("~*\\.php$"), (Modifier::PatternIgnoreCase, "\\.php$".into()));
        assert_eq!(of("~\\.php$"), (Modifier::Pattern, "\\.php$".into()));
        assert_eq!(of("@app"), (Modifier::Named, "@app".into()));
        assert_eq!(of("/"), (Modifier::Prefix, "/".into()));
    }
}
