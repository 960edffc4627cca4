//! What one php-fpm master reads: its global settings and its pools.
//!
//! In: the reader fills it. Out: the settings in force, with their places. Invariant: settings stand in
//! reading order; for a scalar the last one counts, for an array entry the first.

use std::borrow::Cow;

use fpmlint_catalog::Version;
use fpmlint_catalog::php_fpm::{self, DirectiveId, DirectiveSet};
use fpmlint_text::FileId;
use fpmlint_workspace::{HostPath, Profile};

use super::defaults;
use super::in_force::{self, SectionInForce};
use super::listen::{self, Listen};
use super::path;
use crate::php_ini::atoi;
use crate::{Part, Place, Refusal};

/// One php-fpm master process: a main file and all that it includes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Master {
    /// The main file.
    pub main: FileId,
    /// Where it lies on its host.
    pub path: HostPath,
    /// The target version that it was read for.
    pub version: Option<Version>,
    /// The prefix that the daemon was built with; relative paths start there.
    pub prefix: Box<[u8]>,
    /// The state folder that it was built with (`/var`); a relative `pid` or `error_log` starts there.
    pub state_folder: Box<[u8]>,
    /// Every file that was read, in order; a file that is included twice stands here twice.
    pub files: Vec<FileId>,
    /// Every include in reading order.
    pub includes: Vec<Include>,
    /// Settings of the global section.
    pub global: Vec<Setting>,
    /// Settings in front of the first header of a fragment; whose they are depends on who includes it.
    pub unsectioned: Vec<Setting>,
    /// The pools in the order in which they first appear.
    pub pools: Vec<Pool>,
    /// What the daemon refuses, in its own order.
    pub refusals: Vec<Refusal>,
    /// Whether every include could be resolved, so that an absent setting is absent.
    pub complete: bool,
    /// Facts that were missing and mattered.
    pub unknowns: Vec<Unknown>,
    /// What of this comes from which step.
    pub(crate) steps: Steps,
}

/// What reading the lines gave, so that a part of them can be read again.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Steps {
    /// How many refusals come from lines. Those of the checks follow.
    pub(crate) line_refusals: usize,
    /// How many refusals are the master's own. Those that rest on other masters follow.
    pub(crate) own_refusals: usize,
    /// How many missing facts come from lines. Those of the checks follow.
    pub(crate) line_unknowns: usize,
    /// The files in which headers of the global section stand, once for each.
    pub(crate) global_headers: Vec<FileId>,
}

/// A fact that was not known.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Unknown {
    /// The fact.
    pub what: String,
    /// What would make it known.
    pub how: String,
}

/// One `include`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Include {
    /// The statement.
    pub place: Place,
    /// The pattern as the daemon hands it to glob: absolute.
    pub pattern: Box<[u8]>,
    /// The files that match, in the daemon's order, folders left out.
    pub matches: Vec<HostPath>,
    /// Whether all folders on the way could be listed.
    pub complete: bool,
}

/// One pool. Sections of the same name (case does not count) in several places are one pool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pool {
    /// Its name as first written.
    pub name: Vec<u8>,
    /// Each header that opened it, in order; never empty.
    pub headers: Vec<Place>,
    /// Its settings in reading order.
    pub settings: Vec<Setting>,
    /// The directives that they set: most questions are about others.
    pub(crate) present: DirectiveSet,
}

/// One setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// Which directive.
    pub id: DirectiveId,
    /// Its statement.
    pub place: Place,
    /// The key of an array entry: `memory_limit` of `php_value[memory_limit]`.
    pub key: Option<Box<[u8]>>,
    /// Its value.
    pub value: Value,
    /// The header of the section that it fell into; none before the first header.
    pub section: Option<Place>,
    /// Whether that header stands in a file that was included before and has ended: the section leaked out of
    /// it.
    pub leaked: bool,
}

/// A value as the daemon has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// After PHP's evaluation, with `$pool` replaced; a flag is `1` or `0`.
    Known(Box<[u8]>),
    /// It rests on the daemon's environment.
    Unknown,
    /// The daemon does not take it.
    Refused,
}

/// What is in force for a directive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Effective<'a> {
    /// The value; none where nothing is set and the daemon has no default.
    pub value: Option<Cow<'a, [u8]>>,
    /// Whether it is known. If not, `value` is none.
    pub known: bool,
    /// The setting that it comes from; none for the default.
    pub setting: Option<&'a Setting>,
}

impl Value {
    /// The bytes, if they are known.
    pub fn known(&self) -> Option<&[u8]> {
        match self {
            Value::Known(text) => Some(text),
            Value::Unknown | Value::Refused => None,
        }
    }
}

impl Setting {
    /// The value's place; the whole line where there is nothing to point at.
    pub fn value_place(&self) -> Place {
        if self.text() == Some(b"") { self.place } else { self.place.with(Part::Value) }
    }

    /// The bytes of the value, if they are known.
    pub fn text(&self) -> Option<&[u8]> {
        self.value.known()
    }
}

/// The last setting of a scalar directive.
pub(crate) fn last(settings: &[Setting], id: DirectiveId) -> Option<&Setting> {
    settings.iter().rev().find(|setting| setting.id == id)
}

impl Pool {
    /// The setting in force for a scalar directive: the last.
    pub fn last(&self, id: DirectiveId) -> Option<&Setting> {
        if self.present.contains(id) { last(&self.settings, id) } else { None }
    }

    /// The text that is set for a scalar directive; none where it is unset or not known.
    pub fn text(&self, id: DirectiveId) -> Option<&[u8]> {
        self.last(id)?.text()
    }

    /// The entry in force for a key of an array directive: the first.
    pub fn array(&self, id: DirectiveId, key: &[u8]) -> Option<&Setting> {
        self.entries(id).find(|setting| setting.key.as_deref() == Some(key))
    }

    /// All entries of an array directive, in reading order.
    pub fn entries(&self, id: DirectiveId) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(move |setting| setting.id == id)
    }

    /// The whole number in force; none where it is unknown or refused. Unset is the daemon's default, 0 where
    /// it has none.
    pub fn integer(&self, id: DirectiveId) -> Option<i32> {
        integer(self.last(id), id)
    }

    /// The time in force, in seconds; none where it is unknown or refused.
    pub fn seconds(&self, id: DirectiveId) -> Option<i32> {
        seconds(self.last(id), id)
    }

    /// The switch in force; none where it is unknown or refused.
    pub fn boolean(&self, id: DirectiveId) -> Option<bool> {
        boolean(self.last(id), id)
    }

    /// The name for messages.
    pub fn display_name(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
    }
}

fn integer(setting: Option<&Setting>, id: DirectiveId) -> Option<i32> {
    match setting {
        None => Some(defaults::text(id).map_or(0, atoi)),
        Some(setting) => setting.text().map(atoi),
    }
}

fn seconds(setting: Option<&Setting>, id: DirectiveId) -> Option<i32> {
    match setting {
        None => Some(defaults::text(id).map_or(0, time)),
        Some(setting) => setting.text().map(time),
    }
}

fn boolean(setting: Option<&Setting>, id: DirectiveId) -> Option<bool> {
    let text = match setting {
        None => defaults::text(id).unwrap_or(b""),
        Some(setting) => setting.text()?,
    };
    Some(matches!(text, b"1" | b"yes" | b"true" | b"on"))
}

/// A time as the daemon reads it: the last character is the unit, what stands before it goes through `atoi`.
pub(crate) fn time(text: &[u8]) -> i32 {
    let factor = match text.last() {
        Some(b'm') => 60,
        Some(b'h') => 60 * 60,
        Some(b'd') => 24 * 60 * 60,
        _ => 1,
    };
    atoi(text).wrapping_mul(factor)
}

impl Master {
    /// What is in force for `id` in `pool` (in the global section where there is none), and the setting that
    /// says so. The default is the daemon's; a `pm.start_servers` that is not set is worked out from its
    /// neighbours.
    pub fn effective<'a>(&'a self, pool: Option<&'a Pool>, id: DirectiveId) -> Effective<'a> {
        match pool.map_or_else(|| self.last(id), |pool| pool.last(id)) {
            Some(setting) => Effective {
                value: setting.text().map(Cow::Borrowed),
                known: setting.text().is_some(),
                setting: Some(setting),
            },
            None => {
                let value = defaults::in_pool(id, pool, self.version);
                Effective { value, known: true, setting: None }
            }
        }
    }

    /// Everything that is in force, as `php-fpm -tt` prints it. `profile` says what its build has.
    pub fn in_force(&self, profile: &Profile) -> Vec<SectionInForce> {
        in_force::sections(self, profile)
    }

    /// The whole number of a global directive; see [`Pool::integer`].
    pub fn integer(&self, id: DirectiveId) -> Option<i32> {
        integer(self.last(id), id)
    }

    /// The time of a global directive, in seconds; see [`Pool::seconds`].
    pub fn seconds(&self, id: DirectiveId) -> Option<i32> {
        seconds(self.last(id), id)
    }

    /// The switch of a global directive; see [`Pool::boolean`].
    pub fn boolean(&self, id: DirectiveId) -> Option<bool> {
        boolean(self.last(id), id)
    }

    /// The last setting of a global directive.
    pub fn last(&self, id: DirectiveId) -> Option<&Setting> {
        last(&self.global, id)
    }

    /// The pool of this name; case does not count.
    pub fn pool(&self, name: &[u8]) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.name.eq_ignore_ascii_case(name))
    }

    /// Where a pool listens.
    pub fn listen(&self, pool: &Pool) -> Listen {
        self.address(pool, php_fpm::id::LISTEN).unwrap_or(Listen::Invalid(listen::Fault::Missing))
    }

    /// Where the pool's separate status page listens; none where it has none.
    pub fn status_listen(&self, pool: &Pool) -> Option<Listen> {
        self.address(pool, php_fpm::id::PM_STATUS_LISTEN)
    }

    fn address(&self, pool: &Pool, id: DirectiveId) -> Option<Listen> {
        let setting = pool.last(id)?;
        Some(match &setting.value {
            Value::Known(text) => match self.socket_prefix(pool, id) {
                Some(prefix) => listen::parse(text, &prefix, self.version),
                None => listen::parse_unknown_prefix(text, self.version),
            },
            Value::Unknown | Value::Refused => Listen::Unknown,
        })
    }

    /// The folder that a relative socket starts from: that of `pm.status_listen` does not know the pool's prefix.
    pub(crate) fn socket_prefix(&self, pool: &Pool, id: DirectiveId) -> Option<Cow<'_, [u8]>> {
        if id == php_fpm::id::PM_STATUS_LISTEN {
            return Some(Cow::Borrowed(&self.prefix));
        }
        self.prefix_of(pool)
    }

    /// The folder that relative paths of a pool start from; none where it is not known.
    pub fn prefix_of(&self, pool: &Pool) -> Option<Cow<'_, [u8]>> {
        match pool.last(php_fpm::id::PREFIX) {
            None => Some(Cow::Borrowed(&self.prefix)),
            Some(setting) => setting.text().map(|text| match text {
                b"" => Cow::Borrowed(&b""[..]),
                _ => Cow::Owned(path::under(text, &self.prefix)),
            }),
        }
    }

    /// The text of a path setting of a pool, as the daemon completes it; none where it is unset, empty or
    /// unknown.
    pub fn path_of(&self, pool: &Pool, id: DirectiveId) -> Option<Vec<u8>> {
        let text = pool.text(id)?;
        if text.is_empty() {
            return None;
        }
        let under_pool = path::under(text, &self.prefix_of(pool)?);
        Some(path::under(&under_pool, &self.prefix))
    }
}
