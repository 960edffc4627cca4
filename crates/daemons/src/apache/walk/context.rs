//! Where a directive may stand.
//!
//! In: what is around a statement, and its row. Out: httpd's words if it may not stand there. Two layers, as in
//! httpd: the flags that a directive is registered with, then what the directive itself refuses, which the table of
//! measured contexts tells.

use std::borrow::Cow;

use fpmlint_catalog::apache::{Contexts, Directive, DirectiveId, Htaccess, Overrides, id};

use super::Fault;
use crate::apache::Config;
use crate::apache::statement::StatementId;
use crate::{Part, RefusalKind};

/// What is around a statement.
#[derive(Clone, Copy, Debug)]
pub(in crate::apache) struct Around {
    allowed: Overrides,
    parent: Option<StatementId>,
    in_virtual_host: bool,
    in_limit: bool,
    in_htaccess: bool,
    directory: Option<StatementId>,
    location: Option<StatementId>,
    /// `<Files>`, `<If>` and their kin.
    files: Option<StatementId>,
    /// `<If>`, `<ElseIf>` and `<Else>` alone.
    condition: Option<StatementId>,
    proxy: Option<StatementId>,
}

/// See [`Around::likeness`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Likeness {
    allowed: Overrides,
    has: [bool; 9],
}

const SERVER: Overrides = Overrides::RSRC_CONF
    .union(Overrides::OR_OPTIONS)
    .union(Overrides::OR_FILEINFO)
    .union(Overrides::OR_INDEXES);

const SECTION: Overrides = Overrides::OR_ALL.union(Overrides::ACCESS_CONF);

impl Around {
    pub(super) fn outermost(in_htaccess: bool) -> Around {
        Around {
            allowed: if in_htaccess { Overrides::OR_ALL } else { SERVER },
            parent: None,
            in_virtual_host: false,
            in_limit: false,
            in_htaccess,
            directory: None,
            location: None,
            files: None,
            condition: None,
            proxy: None,
        }
    }

    /// What is around the statements of a section.
    pub(super) fn within(self, kind: DirectiveId, section: StatementId) -> Around {
        let inner = Around { parent: Some(section), ..self };
        let allowed = if self.in_htaccess { Overrides::OR_ALL } else { SECTION };
        let section = Some(section);
        match kind {
            id::SECTION_VIRTUAL_HOST => Around { allowed: SERVER, in_virtual_host: true, ..inner },
            id::SECTION_DIRECTORY | id::SECTION_DIRECTORY_MATCH => {
                Around { allowed, directory: section, ..inner }
            }
            id::SECTION_LOCATION | id::SECTION_LOCATION_MATCH => {
                Around { allowed, location: section, ..inner }
            }
            id::SECTION_FILES | id::SECTION_FILES_MATCH => Around { allowed, files: section, ..inner },
            id::SECTION_IF | id::SECTION_ELSE_IF | id::SECTION_ELSE => {
                Around { allowed, files: section, condition: section, ..inner }
            }
            id::SECTION_PROXY | id::SECTION_PROXY_MATCH => {
                Around { allowed: SECTION.union(Overrides::PROXY_CONF), proxy: section, ..inner }
            }
            id::SECTION_LIMIT | id::SECTION_LIMIT_EXCEPT => Around { in_limit: true, ..inner },
            // Within them httpd takes nothing but what concerns authorization, and as if in a `<Limit>`.
            id::SECTION_REQUIRE_ALL | id::SECTION_REQUIRE_ANY | id::SECTION_REQUIRE_NONE => {
                Around { allowed: Overrides::OR_AUTHCFG, in_limit: true, ..inner }
            }
            _ => inner,
        }
    }

    /// The same for places that a line cannot tell from each other: what it is told of them differs in names and
    /// numbers alone, which only a refusal says.
    pub(super) fn likeness(&self) -> Likeness {
        Likeness {
            allowed: self.allowed,
            has: [
                self.parent.is_some(),
                self.in_virtual_host,
                self.in_limit,
                self.in_htaccess,
                self.directory.is_some(),
                self.location.is_some(),
                self.files.is_some(),
                self.condition.is_some(),
                self.proxy.is_some(),
            ],
        }
    }

    /// Whether the statement configures a server and not requests to a part of it.
    fn is_server(&self) -> bool {
        !self.in_section() && !self.in_htaccess
    }

    /// Whether something other than a server is configured: requests to a part of it, or a `.htaccess` file's folder.
    pub(in crate::apache) fn has_path(&self) -> bool {
        self.in_section() || self.in_htaccess
    }

    /// Whether a virtual host is around.
    pub(in crate::apache) fn in_virtual_host(&self) -> bool {
        self.in_virtual_host
    }

    fn in_section(&self) -> bool {
        self.directory.or(self.location).or(self.files).or(self.proxy).is_some()
    }
}

/// What the flags that a directive is registered with refuse: httpd looks at them before anything else.
pub(super) fn by_flags(config: &Config, around: &Around, row: &Directive) -> Option<Fault> {
    // The flags of others' modules are partly not known.
    if around.allowed.intersects(row.overrides) || row.overrides.is_empty() || may_be_inside(config, around) {
        return None;
    }
    let name = row.name;
    Some(fault(match around.parent {
        None => format!("{name} not allowed here").into_bytes(),
        Some(parent) => {
            let parent = config.statement(parent).id.map_or("<", fpmlint_catalog::apache::name);
            format!("{name} not allowed in {parent}> context").into_bytes()
        }
    }))
}

/// A part of a configuration may be included within a section.
fn may_be_inside(config: &Config, around: &Around) -> bool {
    config.fragment && around.parent.is_none()
}

fn fault(message: Vec<u8>) -> Fault {
    Fault::new(RefusalKind::DirectiveNotAllowedHere, Part::Name, message)
}

/// What the directive itself refuses, in the order in which httpd asks; `count` is that of its arguments.
pub(super) fn by_itself(
    config: &Config,
    around: &Around,
    row: &Directive,
    directive: DirectiveId,
    count: usize,
) -> Option<Fault> {
    if row.load_name.is_some() || may_be_inside(config, around) {
        return None;
    }
    // So it is with most lines.
    if row.contexts == Contexts::ALL && !around.in_htaccess && directive != id::REWRITE_BASE {
        return None;
    }
    let contexts = accepted(row, directive, count);
    let allows = |context: Contexts| contexts.contains(context);
    let is_outside = !around.in_section() && !around.in_virtual_host && !around.in_htaccess;
    let reason =
        if is_outside && !allows(Contexts::SERVER) || around.is_server() && directive == id::REWRITE_BASE {
            return only_elsewhere(row, directive);
        } else if around.in_virtual_host && !allows(Contexts::VIRTUAL_HOST) && allows(Contexts::SERVER) {
            "<VirtualHost> section"
        } else if around.in_limit && !allows(Contexts::LIMIT) && row.measured {
            "<Limit> or <LimitExcept> section"
        } else if around.in_htaccess && row.htaccess == Htaccess::RefusedByHandler {
            "htaccess files"
        } else if around.in_section() && !contexts.intersects(SECTIONS) {
            "directory context"
        } else {
            return in_section(config, around, row, contexts);
        };
    Some(fault(format!("{} cannot occur within {reason}", shown(row)).into_bytes()))
}

/// All sections that a directive may refuse.
const SECTIONS: Contexts =
    Contexts::DIRECTORY.union(Contexts::LOCATION).union(Contexts::FILES).union(Contexts::PROXY);

/// Where a directive is accepted. The contexts were measured with arguments that are right outside of sections; a
/// few directives take others within.
fn accepted(row: &Directive, directive: DirectiveId, count: usize) -> Contexts {
    const IN_LOCATION: Contexts = Contexts::LOCATION.union(Contexts::PROXY);
    match directive {
        id::PROXY_PASS => row.contexts.union(IN_LOCATION),
        id::ALIAS | id::SCRIPT_ALIAS if count == 1 => row.contexts.union(IN_LOCATION),
        // Depends on how the TLS library was built.
        id::SSLCA_CERTIFICATE_PATH => Contexts::ALL,
        id::AUTHN_CACHE_SO_CACHE | id::HEARTBEAT_ADDRESS | id::HEARTBEAT_LISTEN | id::SSL_STAPLING_CACHE => {
            Contexts::SERVER
        }
        _ => row.contexts,
    }
}

fn in_section(config: &Config, around: &Around, row: &Directive, contexts: Contexts) -> Option<Fault> {
    let sections = [
        (around.directory, Contexts::DIRECTORY),
        (around.location, Contexts::LOCATION),
        (around.files.filter(|_| around.condition.is_none()), Contexts::FILES),
        (around.condition, Contexts::IF),
        (around.proxy, Contexts::PROXY),
    ];
    let refused =
        |(section, context): (Option<StatementId>, Contexts)| section.filter(|_| !contexts.contains(context));
    let found = config.name(sections.into_iter().find_map(refused)?);
    let mut message = format!("{} cannot occur within <", shown(row)).into_bytes();
    message.extend_from_slice(&found);
    message.extend_from_slice(b"> section");
    Some(fault(message))
}

/// The name as messages show it.
fn shown(row: &Directive) -> Cow<'static, str> {
    if row.container { Cow::Owned(format!("{}>", row.name)) } else { Cow::Borrowed(row.name) }
}

/// Directives that only virtual hosts or only sections have.
fn only_elsewhere(row: &Directive, directive: DirectiveId) -> Option<Fault> {
    let name = shown(row);
    if directive == id::REWRITE_BASE {
        return Some(fault(format!("{name}: only valid in per-directory config files").into_bytes()));
    }
    if row.contexts.contains(Contexts::VIRTUAL_HOST) {
        return Some(fault(format!("{name} only used in <VirtualHost>").into_bytes()));
    }
    row.measured.then(|| fault(format!("{name} not allowed here").into_bytes()))
}
