//! The names that a server answers to.

use std::borrow::Cow;

use fpmlint_catalog::nginx::id;

use super::{Config, ScopeId};

/// One name of a `server_name`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ServerName<'a> {
    /// A name, in lower case where it was so written.
    Exact(Cow<'a, [u8]>),
    /// `*.example.org` or `.example.org`, kept as `.example.org`; the second also means `example.org` itself.
    Suffix {
        /// With its leading dot.
        suffix: Cow<'a, [u8]>,
        /// Whether the name without the dot matches too.
        bare: bool,
    },
    /// `www.example.*`, kept as `www.example.`.
    Prefix(Cow<'a, [u8]>),
    /// `~pattern`, without the `~`.
    Pattern(Cow<'a, [u8]>),
}

impl Config {
    /// The names of a server, in reading order; none means the empty name.
    pub fn server_names(&self, server: ScopeId) -> Vec<ServerName<'_>> {
        let statements = self.scope(server).all(id::SERVER_NAME).filter_map(|item| self.statement(item.at));
        statements.flat_map(|statement| statement.args()).map(|word| classify(word.text())).collect()
    }
}

fn classify(text: Cow<'_, [u8]>) -> ServerName<'_> {
    match &text[..] {
        [b'~', ..] => ServerName::Pattern(skip(text, 1)),
        [b'*', b'.', ..] => ServerName::Suffix { suffix: skip(text, 1), bare: false },
        [b'.', ..] => ServerName::Suffix { suffix: text, bare: true },
        [.., b'.', b'*'] => ServerName::Prefix(shorten(text)),
        _ => ServerName::Exact(text),
    }
}

fn skip(text: Cow<'_, [u8]>, count: usize) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[count..]),
        Cow::Owned(text) => Cow::Owned(text[count..].to_vec()),
    }
}

fn shorten(text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..text.len() - 1]),
        Cow::Owned(text) => Cow::Owned(text[..text.len() - 1].to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_by_shape() {
        let cow = |text: &'static str| Cow::Borrowed(text.as_bytes());
        assert_eq!(classify(cow("a.org")), ServerName::Exact(cow("a.org")));
        assert_eq!(classify(cow("*.a.org")), ServerName::Suffix { suffix: cow(".a.org"), bare: false });
        assert_eq!(classify(cow(".a.org")), ServerName::Suffix { suffix: cow(".a.org"), bare: true });
        assert_eq!(classify(cow("www.a.*")), ServerName::Prefix(cow("www.a.")));
        assert_eq!(classify(cow("~^a$")), ServerName::Pattern(cow("^a$")));
    }
}
