//! Sections: what their tags hold, and what is said when they end.

use fpmlint_catalog::apache::{DirectiveId, id};

use super::{Checks, Line, authn, core, host, proxy, value};
use crate::Part;
use crate::apache::walk::Fault;

/// Whether no other line counts for what is said of a section's tag, and nothing that lies on the host.
pub(super) fn is_judged_alone(section: DirectiveId) -> bool {
    matches!(
        section,
        id::SECTION_VIRTUAL_HOST
            | id::SECTION_DIRECTORY
            | id::SECTION_DIRECTORY_MATCH
            | id::SECTION_FILES
            | id::SECTION_FILES_MATCH
            | id::SECTION_LOCATION
            | id::SECTION_LOCATION_MATCH
    )
}

/// What a section's handler refuses before it looks at what stands in it.
pub(super) fn before(checks: &mut Checks, line: &Line<'_>, section: DirectiveId) -> Option<Fault> {
    match section {
        id::SECTION_IF | id::SECTION_ELSE_IF => {
            let condition = line.word(0)?;
            core::condition(checks, line, &condition.text, condition.part, |wrong| {
                super::around("Cannot parse condition clause: ", wrong, "")
            })
        }
        id::SECTION_VIRTUAL_HOST => host::virtual_host(line),
        id::SECTION_LIMIT | id::SECTION_LIMIT_EXCEPT => limit(checks, line, section),
        _ => pattern(checks, line),
    }
}

/// A section whose argument is a pattern.
fn pattern(checks: &Checks, line: &Line<'_>) -> Option<Fault> {
    let scopes = &line.config.scopes;
    let scope = line.config.opened_by(line.id).filter(|scope| scopes.get(*scope).is_pattern)?;
    let pattern = line.config.target(scope);
    let is_tilde = line.text(0).as_ref() == b"~";
    let part = line.word(usize::from(is_tilde)).map_or(Part::Head, |word| word.part);
    checks.compile(&pattern, false, part, || b"Regex could not be compiled".to_vec())
}

fn limit(checks: &mut Checks, line: &Line<'_>, section: DirectiveId) -> Option<Fault> {
    for word in line.words() {
        if word.text.as_ref() == b"TRACE" && section == id::SECTION_LIMIT {
            return value(word.part, "TRACE cannot be controlled by <Limit>, see TraceEnable");
        }
        checks.methods.insert(word.text.as_ref().into());
    }
    None
}

/// What a section's handler refuses when it has been through what stands in it.
pub(super) fn after(checks: &mut Checks, line: &Line<'_>, section: DirectiveId) -> Option<Fault> {
    match section {
        id::SECTION_PROXY => proxy::section_end(checks, line, false),
        id::SECTION_PROXY_MATCH => proxy::section_end(checks, line, true),
        id::SECTION_AUTHN_PROVIDER_ALIAS => authn::authn_alias_end(checks, line),
        id::SECTION_AUTHZ_PROVIDER_ALIAS => authn::authz_alias_end(checks, line),
        _ => None,
    }
}
