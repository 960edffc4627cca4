//! The contexts that nginx reads statements in, and which block leads to which.

use fpmlint_catalog::nginx::{Contexts, id};

use fpmlint_catalog::nginx::DirectiveId;

/// Where a statement stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Context {
    /// The outermost level.
    Main,
    /// `events {}`.
    Events,
    /// `http {}`.
    Http,
    /// `server {}` of `http`.
    Server,
    /// `location {}`.
    Location,
    /// `if () {}` in a server.
    ServerIf,
    /// `if () {}` in a location.
    LocationIf,
    /// `limit_except {}`.
    LimitExcept,
    /// `upstream {}` of `http`.
    Upstream,
    /// `stream {}`.
    Stream,
    /// `server {}` of `stream`.
    StreamServer,
    /// `upstream {}` of `stream`.
    StreamUpstream,
    /// `mail {}`.
    Mail,
    /// `server {}` of `mail`.
    MailServer,
    /// A block whose lines are data: `types`, `map`, `geo`, `split_clients`, `charset_map`.
    Data,
    /// A block that is not known; what stands in it is not judged.
    Foreign,
}

impl Context {
    /// The context as the directive table has it; none where statements are no directives.
    pub fn mask(self) -> Option<Contexts> {
        Some(match self {
            Context::Main => Contexts::MAIN,
            Context::Events => Contexts::EVENTS,
            Context::Http => Contexts::HTTP,
            Context::Server => Contexts::SERVER,
            Context::Location => Contexts::LOCATION,
            Context::ServerIf => Contexts::IF_IN_SERVER,
            Context::LocationIf => Contexts::IF_IN_LOCATION,
            Context::LimitExcept => Contexts::LIMIT_EXCEPT,
            Context::Upstream => Contexts::UPSTREAM,
            Context::Stream => Contexts::STREAM,
            Context::StreamServer => Contexts::STREAM_SERVER,
            Context::StreamUpstream => Contexts::STREAM_UPSTREAM,
            Context::Mail => Contexts::MAIL,
            Context::MailServer => Contexts::MAIL_SERVER,
            Context::Data | Context::Foreign => return None,
        })
    }

    /// The context inside the block that `directive` opens here.
    pub fn inside(self, directive: Option<DirectiveId>) -> Context {
        let Some(directive) = directive else { return Context::Foreign };
        match (self, directive) {
            (Context::Data | Context::Foreign, _) => Context::Foreign,
            (_, id::TYPES | id::MAP | id::GEO | id::SPLIT_CLIENTS | id::CHARSET_MAP) => Context::Data,
            (Context::Main, id::EVENTS) => Context::Events,
            (Context::Main, id::HTTP) => Context::Http,
            (Context::Main, id::STREAM) => Context::Stream,
            (Context::Main, id::MAIL) => Context::Mail,
            (Context::Http, id::SERVER) => Context::Server,
            (Context::Http, id::UPSTREAM) => Context::Upstream,
            (Context::Stream, id::SERVER) => Context::StreamServer,
            (Context::Stream, id::UPSTREAM) => Context::StreamUpstream,
            (Context::Mail, id::SERVER) => Context::MailServer,
            (Context::Server | Context::Location, id::LOCATION) => Context::Location,
            (Context::Server, id::IF) => Context::ServerIf,
            (Context::Location, id::IF) => Context::LocationIf,
            (Context::Location, id::LIMIT_EXCEPT) => Context::LimitExcept,
            _ => Context::Foreign,
        }
    }

    /// Those that a fragment may stand in, the likelier first.
    pub const FRAGMENTS: [Context; 9] = [
        Context::Http,
        Context::Server,
        Context::Location,
        Context::Main,
        Context::Upstream,
        Context::Stream,
        Context::StreamServer,
        Context::Events,
        Context::Mail,
    ];
}
