//! Locations: which may stand in which, and which are there twice.

use std::borrow::Cow;

use fpmlint_catalog::nginx::id;
use fpmlint_syntax::Statement;

use super::{Line, Walk};
use crate::nginx::check::pass;
use crate::nginx::check::script;
use crate::nginx::summary::order;
use crate::nginx::{Context, DirRef};
use crate::{Part, RefusalKind};

/// A location as those in it see it.
#[derive(Clone, Debug)]
pub(super) struct Location<'w> {
    name: Cow<'w, [u8]>,
    exact: bool,
    regex: bool,
    named: bool,
    /// An `if` or a `limit_except`.
    nameless: bool,
}

impl Location<'_> {
    /// What an `if` in the location is.
    pub(super) fn nameless(self) -> Self {
        Location { nameless: true, ..self }
    }
}

/// A server and its locations.
#[derive(Debug)]
pub(super) struct Server<'w> {
    pub(super) block: u32,
    pub(super) at: DirRef,
    pub(super) listens: bool,
    pub(super) named: bool,
    /// The longest of its plain names.
    pub(super) longest_name: usize,
    /// Its locations that are no patterns and have no `@`: the level that each stands on, its name, and whether it is
    /// exact.
    locations: Vec<(u32, Cow<'w, [u8]>, bool, DirRef)>,
}

impl Server<'_> {
    pub(super) fn new(block: u32, at: DirRef) -> Self {
        let locations = Vec::new();
        Server { block, at, listens: false, named: false, longest_name: 0, locations }
    }
}

fn parse<'w>(statement: Statement<'w>) -> Option<Location<'w>> {
    let mut words = statement.args().map(|word| word.text());
    let (first, second) = (words.next()?, words.next());
    let plain = |name, exact, regex, named| Location { name, exact, regex, named, nameless: false };
    if let Some(name) = second {
        return Some(match &first[..] {
            b"=" => plain(name, true, false, false),
            b"~" | b"~*" => plain(name, false, true, false),
            _ => plain(name, false, false, false),
        });
    }
    let (skip, exact, regex, named) = match &first[..] {
        [b'=', ..] => (1, true, false, false),
        [b'^', b'~', ..] => (2, false, false, false),
        [b'~', b'*', ..] => (2, false, true, false),
        [b'~', ..] => (1, false, true, false),
        [b'@', ..] => (0, false, false, true),
        _ => (0, false, false, false),
    };
    let name = if skip == 0 { first } else { super::suffix(first, skip) };
    Some(plain(name, exact, regex, named))
}

impl<'w> Walk<'w> {
    /// A `location` is about to open.
    pub(super) fn enter_location(&mut self, at: DirRef, statement: Statement<'w>) {
        let Some(location) = parse(statement) else { return };
        let Some(frame) = self.frames.last() else { return };
        let shown = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        if frame.context == Context::Location
            && let Some(parent) = &frame.location
        {
            let (own, outer) = (shown(&location.name), shown(&parent.name));
            let message = if parent.exact {
                Some(format!("location \"{own}\" cannot be inside the exact location \"{outer}\""))
            } else if parent.named {
                Some(format!("location \"{own}\" cannot be inside the named location \"{outer}\""))
            } else if location.named {
                Some(format!("named location \"{own}\" can be on the server level only"))
            } else if !location.regex && !location.name.starts_with(&parent.name) {
                Some(format!("location \"{own}\" is outside location \"{outer}\""))
            } else {
                None
            };
            if let Some(message) = message {
                self.refuse(RefusalKind::DirectiveNotAllowedHere, at, Part::Head, message);
            }
        }
        let level = self.frames.last().map_or(u32::MAX, |frame| frame.block);
        if !location.regex
            && !location.named
            && let Some(server) = self.http.servers.last_mut()
        {
            server.locations.push((level, location.name.clone(), location.exact, at));
        }
        self.location = Some(location);
    }

    /// `alias`, which has no meaning without a prefix.
    pub(super) fn alias(&mut self, at: DirRef) {
        let named = self.frames.last().and_then(|frame| frame.location.as_ref()).is_some_and(|it| it.named);
        if named {
            let message = "the \"alias\" directive cannot be used inside the named location".to_owned();
            self.refuse(RefusalKind::DirectiveNotAllowedHere, at, Part::Head, message);
        }
    }

    /// A `*_pass` whose target is no plain socket.
    pub(super) fn pass(&mut self, at: DirRef, id: fpmlint_catalog::nginx::DirectiveId, of: Statement<'w>) {
        let Some(text) = of.arg(0).map(|word| word.text()) else { return };
        if id != id::MEMCACHED_PASS && script::has_variables(&text) {
            if let Some(frame) = self.frame() {
                frame.pass_has_variables = true;
            }
            return;
        }
        let Some(url) = pass::target(id, &text) else { return };
        self.use_upstream(at, url);
        let location = self.frames.last().and_then(|frame| frame.location.as_ref());
        let no_prefix = location.is_some_and(|it| it.named || it.regex || it.nameless);
        if id == id::PROXY_PASS && no_prefix && !url.uri.is_empty() {
            let message = "\"proxy_pass\" cannot have URI part in location given by regular expression, or inside \
                           named location, or inside \"if\" statement, or inside \"limit_except\" block";
            self.refuse(RefusalKind::InvalidValue, at, Part::Arg(0), message.to_owned());
        }
    }

    /// `proxy_redirect default`, which needs to know the target.
    pub(super) fn redirect_default(&mut self, at: DirRef) {
        let Some(frame) = self.frames.last() else { return };
        let message = if frame.pass_has_variables {
            "\"proxy_redirect default\" cannot be used with \"proxy_pass\" directive with variables"
        } else if !frame.has(id::PROXY_PASS) {
            "\"proxy_redirect default\" should be placed after the \"proxy_pass\" directive"
        } else {
            return;
        };
        self.refuse(RefusalKind::InvalidValue, at, Part::Head, message.to_owned());
    }

    /// Locations that are there twice.
    pub(super) fn finish_locations(&mut self) {
        let mut twice = Vec::new();
        for server in &mut self.http.servers {
            server.locations.sort();
            for pair in server.locations.windows(2) {
                if let [first, second] = pair
                    && (first.0, &first.1, first.2) == (second.0, &second.1, second.2)
                {
                    twice.push((second.1.clone(), first.3, second.3));
                }
            }
        }
        for (name, first, second) in twice {
            let message = format!("duplicate location \"{}\"", String::from_utf8_lossy(&name));
            let mut refusal =
                self.refusal(RefusalKind::DuplicateDirective, second, Part::Head, message, Line::Statement);
            refusal.related.push((self.place(first, Part::Head), "the first one".to_owned()));
            self.http.late.push((order::LOCATIONS, refusal, false));
        }
    }
}
