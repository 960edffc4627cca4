//! Which file of the host a path of the site names, and whether it is there.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::nginx::{Item, ScopeId};
use fpmlint_workspace::{FileKind, HostPath, Lookup};

use super::Walk;
use crate::docroot::looks_like_php;
use crate::request::{Presence, rights};
use crate::{Stack, Web};

/// What paths of a location start with.
pub(super) enum Base {
    /// The root, without a slash at its end.
    Root(Vec<u8>),
    /// An alias, which takes the place of the location's text of this length.
    Prefix {
        /// The alias.
        alias: Vec<u8>,
        /// The length of the location's text.
        length: usize,
    },
    /// The alias of a location with a pattern: the whole path.
    Pattern(Vec<u8>),
    /// An alias, but the path was rewritten.
    Broken,
    /// It rests on something that is not known.
    Unknown,
}

impl Base {
    /// The path of the host for what stands behind the beginning.
    pub(super) fn path(&self, rest: &[u8]) -> Option<Vec<u8>> {
        match self {
            Base::Root(start) | Base::Prefix { alias: start, .. } | Base::Pattern(start) => {
                Some([&start[..], rest].concat())
            }
            Base::Broken | Base::Unknown => None,
        }
    }
}

/// What lies at a path of the host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Found {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// Nothing.
    Absent,
    /// A folder above it may not be entered.
    Closed,
    /// The host cannot say.
    Unknown,
}

impl Walk<'_> {
    /// What paths of a scope start with.
    pub(super) fn base(&mut self, scope: ScopeId) -> Base {
        let Some(item) = self.config.effective(scope, &[id::ROOT, id::ALIAS]) else {
            let prefix = self.stack.hosts[self.host].profile.nginx.prefix;
            return Base::Root([prefix.as_bytes(), b"/html"].concat());
        };
        let Some(start) = self.start(item) else { return Base::Unknown };
        if item.id == id::ROOT {
            return Base::Root(start);
        }
        if !self.alias_holds {
            return Base::Broken;
        }
        let owner = self.config.nearest(scope, &[id::ROOT, id::ALIAS]);
        let owner = owner.and_then(|owner| self.location_of(owner));
        let location = owner.and_then(|owner| self.config.location(self.config.scope(owner).at?));
        match location {
            Some(location) if location.modifier.is_pattern() => Base::Pattern(start),
            Some(location) => Base::Prefix { alias: start, length: location.text.len() },
            None => Base::Unknown,
        }
    }

    /// The value of `root` or `alias`.
    fn start(&mut self, item: Item) -> Option<Vec<u8>> {
        let text = self.config.arg_text(item.at, 0).into_owned();
        let text = match item.id == id::ROOT {
            true => text.strip_suffix(b"/").unwrap_or(&text),
            false => &text,
        };
        let value = self.evaluate_plain(text)?;
        if value.starts_with(b"/") || text.is_empty() && item.id == id::ROOT {
            return Some(value);
        }
        let prefix = self.stack.hosts[self.host].profile.nginx.prefix;
        Some([prefix.as_bytes(), b"/", &value].concat())
    }

    /// The location that a scope is or stands in.
    pub(super) fn location_of(&self, scope: ScopeId) -> Option<ScopeId> {
        use fpmlint_daemons::nginx::ScopeKind;
        self.config.ancestors(scope).find(|scope| self.config.scope(*scope).kind == ScopeKind::Location)
    }

    /// The path on the host that nginx opens for a path of the site; none where the root is unknown.
    pub(super) fn file_path(&mut self, scope: ScopeId, path: &[u8]) -> Option<Vec<u8>> {
        let base = self.base(scope);
        let goes_on = self.pattern_alias_goes_on;
        match &base {
            Base::Prefix { length, .. } => base.path(path.get(*length..).unwrap_or(b"")),
            Base::Pattern(_) if !goes_on => base.path(b""),
            _ => base.path(path),
        }
    }

    /// Whether a path of the site is supposed to be there; none where it is not among those that are.
    pub(super) fn is_supposed(&self, path: &[u8], folder: bool) -> Option<bool> {
        match self.request.presence {
            Presence::Ask => return None,
            Presence::Suppose => {}
            Presence::Absent if self.is_absent(path) => return Some(false),
            Presence::Absent => return (!folder && looks_like_php(path)).then_some(true),
        }
        if folder {
            // `$uri/` is the path and a slash; that of a folder ends in one already.
            let named = self.request.path.strip_suffix(b"/");
            return (named == Some(path.strip_suffix(b"/").unwrap_or(path))).then_some(true);
        }
        self.supposed.iter().any(|supposed| supposed == path).then_some(true)
    }

    /// Whether a path is made from that of a request for what is supposed not to be there.
    fn is_absent(&self, path: &[u8]) -> bool {
        let name = self.request.path.rsplit(|byte| *byte == b'/').next().unwrap_or(b"");
        !name.is_empty() && memchr::memmem::find(path, name).is_some()
    }

    /// What lies at a path of the host.
    pub(super) fn look(&self, path: &[u8]) -> Found {
        if self.supposed.iter().any(|supposed| path.ends_with(supposed)) {
            return Found::File;
        }
        if self.request.presence == Presence::Absent {
            match self.is_absent(path) {
                true => return Found::Absent,
                false if looks_like_php(path) => return Found::File,
                false => {}
            }
        }
        let host = &self.stack.hosts[self.host];
        let place = HostPath::new(path);
        let found = match host.stat(&place) {
            Lookup::Found(stat) if stat.kind == FileKind::Directory => Found::Folder,
            Lookup::Found(_) if path.ends_with(b"/") => Found::Absent,
            Lookup::Found(_) => Found::File,
            Lookup::Absent => Found::Absent,
            Lookup::Unknown | Lookup::Failed(_) => return Found::Unknown,
        };
        if self.is_whole() && !self.reaches(self.stack, &place) { Found::Closed } else { found }
    }

    fn reaches(&self, stack: &Stack, path: &HostPath) -> bool {
        let account = stack.account(Web::Nginx(self.nginx)).account.as_ref();
        account.is_none_or(|account| rights::reaches(&stack.hosts[self.host], account, path) != Some(false))
    }

    /// Whether the workers may read a file.
    pub(super) fn may_read(&self, path: &[u8]) -> bool {
        let account = self.stack.account(Web::Nginx(self.nginx)).account.as_ref();
        let host = &self.stack.hosts[self.host];
        let reads = |account| rights::reads(host, account, &HostPath::new(path));
        !self.is_whole() || account.and_then(reads) != Some(false)
    }
}
