//! The blocks in which an nginx directive may stand.

use crate::bits::bits;

bits! {
    /// A set of contexts. The lines of `types`, `map`, `geo`, `split_clients` and `charset_map` are data, not
    /// directives, so these blocks are no contexts.
    Contexts: u32 {
        /// The outermost level.
        MAIN = 1;
        /// `events {}`.
        EVENTS = 1 << 1;
        /// `http {}`.
        HTTP = 1 << 2;
        /// `server {}` in `http`.
        SERVER = 1 << 3;
        /// `location {}`.
        LOCATION = 1 << 4;
        /// `if () {}` in a server.
        IF_IN_SERVER = 1 << 5;
        /// `if () {}` in a location.
        IF_IN_LOCATION = 1 << 6;
        /// `limit_except {}`.
        LIMIT_EXCEPT = 1 << 7;
        /// `upstream {}` in `http`.
        UPSTREAM = 1 << 8;
        /// `stream {}`.
        STREAM = 1 << 9;
        /// `server {}` in `stream`.
        STREAM_SERVER = 1 << 10;
        /// `upstream {}` in `stream`.
        STREAM_UPSTREAM = 1 << 11;
        /// `mail {}`.
        MAIL = 1 << 12;
        /// `server {}` in `mail`.
        MAIL_SERVER = 1 << 13;
        /// Everywhere.
        ALL = (1 << 14) - 1;
    }
}

/// Each context with the name that nginx's documentation uses.
const WORDS: [(Contexts, &str); 14] = [
    (Contexts::MAIN, "main"),
    (Contexts::EVENTS, "events"),
    (Contexts::HTTP, "http"),
    (Contexts::SERVER, "server"),
    (Contexts::LOCATION, "location"),
    (Contexts::IF_IN_SERVER, "if in server"),
    (Contexts::IF_IN_LOCATION, "if in location"),
    (Contexts::LIMIT_EXCEPT, "limit_except"),
    (Contexts::UPSTREAM, "upstream"),
    (Contexts::STREAM, "stream"),
    (Contexts::STREAM_SERVER, "stream server"),
    (Contexts::STREAM_UPSTREAM, "stream upstream"),
    (Contexts::MAIL, "mail"),
    (Contexts::MAIL_SERVER, "mail server"),
];

impl Contexts {
    /// The names of the contexts in the set, from the outermost inwards.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        WORDS.into_iter().filter(move |(context, _)| self.contains(*context)).map(|(_, word)| word)
    }
}
