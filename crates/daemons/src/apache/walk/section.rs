//! The opening tags of sections.
//!
//! In: a section. Out: httpd's words when its tag has no end, no argument or too many of them, or a pattern that does
//! not compile.

use fpmlint_catalog::apache::{Directive, DirectiveId, id};

use super::Fault;
use crate::apache::Config;
use crate::apache::statement::{StatementId, Words};
use crate::{Part, RefusalKind};

/// Whether a section holds another language, which httpd hands over line by line.
pub(super) fn is_other_language(name: &str) -> bool {
    name.starts_with("<Lua") || name.eq_ignore_ascii_case("<Perl")
}

/// Whether a section is `<If>` or goes on with one.
pub(super) fn is_condition(section: Option<DirectiveId>) -> bool {
    matches!(section, Some(id::SECTION_IF | id::SECTION_ELSE_IF | id::SECTION_ELSE))
}

/// What is wrong with an opening tag, if anything; `before` is the last condition before it in the same scope.
pub(super) fn check(
    config: &Config,
    id: StatementId,
    row: &Directive,
    before: Option<DirectiveId>,
) -> Option<Fault> {
    let kind = config.statement(id).id?;
    let name = row.name;
    let fault = |kind, message| Some(Fault::new(kind, Part::Head, message));
    if !config.has_tag_end(id) {
        return fault(RefusalKind::UnbalancedBlock, format!("{name}> directive missing closing '>'"));
    }
    let is_empty = config.words(id).next().is_none();
    match needs(kind) {
        Needs::Nothing if is_empty => stands_alone(kind, before),
        Needs::Nothing if kind == id::SECTION_ELSE => {
            fault(RefusalKind::WrongArgumentCount, format!("{name}> does not take an argument"))
        }
        Needs::Nothing => fault(
            RefusalKind::WrongArgumentCount,
            format!("{name}> directive doesn't take additional arguments"),
        ),
        Needs::Some | Needs::One | Needs::Two if is_empty => {
            fault(RefusalKind::WrongArgumentCount, format!("{name}> directive requires additional arguments"))
        }
        Needs::Two if config.words(id).nth(1).is_none() => {
            fault(RefusalKind::WrongArgumentCount, format!("{name}> directive requires additional arguments"))
        }
        Needs::One | Needs::AtMostOne if has_more(kind, config.words(id)) => {
            let yet = if matches!(kind, id::SECTION_IF | id::SECTION_ELSE_IF) { "" } else { "(yet) " };
            let message = format!("Multiple {name}> arguments not {yet}supported.");
            Some(Fault {
                after_children: true,
                ..Fault::new(RefusalKind::WrongArgumentCount, Part::Head, message)
            })
        }
        Needs::One => stands_alone(kind, before),
        Needs::Some | Needs::Two | Needs::AtMostOne | Needs::Unknown => None,
    }
}

enum Needs {
    Nothing,
    AtMostOne,
    One,
    Two,
    Some,
    Unknown,
}

fn needs(kind: DirectiveId) -> Needs {
    match kind {
        id::SECTION_ELSE | id::SECTION_REQUIRE_ALL | id::SECTION_REQUIRE_ANY | id::SECTION_REQUIRE_NONE => {
            Needs::Nothing
        }
        id::SECTION_DIRECTORY
        | id::SECTION_DIRECTORY_MATCH
        | id::SECTION_LOCATION
        | id::SECTION_LOCATION_MATCH
        | id::SECTION_FILES
        | id::SECTION_FILES_MATCH
        | id::SECTION_IF
        | id::SECTION_ELSE_IF => Needs::One,
        id::SECTION_PROXY_MATCH => Needs::AtMostOne,
        id::SECTION_AUTHN_PROVIDER_ALIAS | id::SECTION_AUTHZ_PROVIDER_ALIAS => Needs::Two,
        id::SECTION_VIRTUAL_HOST | id::SECTION_LIMIT | id::SECTION_LIMIT_EXCEPT => Needs::Some,
        _ => Needs::Unknown,
    }
}

/// `<ElseIf>` and `<Else>` go on with a condition of the same scope.
fn stands_alone(kind: DirectiveId, before: Option<DirectiveId>) -> Option<Fault> {
    let goes_on = matches!(kind, id::SECTION_ELSE_IF | id::SECTION_ELSE);
    if !goes_on || matches!(before, Some(id::SECTION_IF | id::SECTION_ELSE_IF)) {
        return None;
    }
    let message = "<Else> or <ElseIf> section without previous <If> or <ElseIf> section in same scope";
    Some(Fault { after_children: true, ..Fault::new(RefusalKind::UnbalancedBlock, Part::Head, message) })
}

/// Whether more follows the one argument; a `~` before it makes it a pattern.
fn has_more(kind: DirectiveId, mut words: Words<'_>) -> bool {
    let first = words.next();
    let takes_tilde = matches!(kind, id::SECTION_DIRECTORY | id::SECTION_LOCATION | id::SECTION_FILES);
    if takes_tilde && first.is_some_and(|first| *first.text == *b"~") {
        words.next();
    }
    words.next().is_some()
}
