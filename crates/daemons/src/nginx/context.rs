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
    /// `types {}`, whose lines are data.
    Types,
    /// `map {}`, whose lines are data.
    Map,
    /// `geo {}`, whose lines are data.
    Geo,
    /// `split_clients {}`, whose lines are data.
    SplitClients,
    /// `charset_map {}`, whose lines are data.
    CharsetMap,
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
            Context::Types
            | Context::Map
            | Context::Geo
            | Context::SplitClients
            | Context::CharsetMap
            | Context::Foreign => return None,
        })
    }

    /// Whether its statements are lines of data.
    pub fn is_data(self) -> bool {
        use Context::{CharsetMap, Geo, Map, SplitClients, Types};
        matches!(self, Types | Map | Geo | SplitClients | CharsetMap)
    }

    /// Whether `include` reads another file here. `charset_map` and `split_clients` take it for data.
    pub fn takes_include(self) -> bool {
        !matches!(self, Context::CharsetMap | Context::SplitClients | Context::Foreign)
    }

    /// Whether variables are those of `stream`.
    pub fn is_stream(self) -> bool {
        matches!(self, Context::Stream | Context::StreamServer | Context::StreamUpstream)
    }

    /// The context inside the block that `directive` opens here.
    pub fn inside(self, directive: Option<DirectiveId>) -> Context {
        let Some(directive) = directive else { return Context::Foreign };
        match (self, directive) {
            (context, _) if context.mask().is_none() => Context::Foreign,
            (_, id::TYPES) => Context::Types,
            (_, id::MAP) => Context::Map,
            (_, id::GEO) => Context::Geo,
            (_, id::SPLIT_CLIENTS) => Context::SplitClients,
            (_, id::CHARSET_MAP) => Context::CharsetMap,
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
