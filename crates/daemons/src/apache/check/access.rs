//! mod_access_compat: `Order`, `Allow`, `Deny`, `Satisfy`; mod_allowmethods.

use std::borrow::Cow;

use fpmlint_catalog::apache::id;

use super::{Checks, Line, List, address, around, first, is, one_of, starts, value};
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[
    (id::ORDER, |_, line| one_of(line, &["allow,deny", "deny,allow", "mutual-failure"], "unknown order")),
    (id::SATISFY, |_, line| one_of(line, &["all", "any"], "Satisfy either 'any' or 'all'.")),
    (id::ALLOW, allow_or_deny),
    (id::DENY, allow_or_deny),
    (id::ALLOW_METHODS, allow_methods),
];

fn allow_or_deny(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    if !is(&line.text(0), "from") {
        return first("allow and deny must be followed by 'from'");
    }
    for word in line.words().skip(1).take_while(|word| !word.text.is_empty()) {
        let text = word.text.as_ref();
        if starts(text, "env=") || is(text, "all") {
            continue;
        }
        let (network, mask) = address::split_mask(Cow::Borrowed(text));
        match address::subnet(&network, mask.as_deref()) {
            Ok(()) => {}
            Err(address::NoNetwork::OtherText) if mask.is_some() => {
                return value(word.part, "An IP address was expected");
            }
            Err(address::NoNetwork::OtherText) if text.contains(&b'#') => {
                return value(word.part, "No comments are allowed here");
            }
            Err(address::NoNetwork::OtherText) => {}
            Err(wrong) => return value(word.part, wrong.words()),
        }
    }
    None
}

fn allow_methods(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    if line.word(0).is_none() {
        return super::count("AllowMethods: No method or 'reset' keyword given");
    }
    if line.word(1).is_none() && is(&line.text(0), "reset") {
        return None;
    }
    let wrong = line.words().find(|word| !checks.has_method(line, &word.text))?;
    value(wrong.part, around("AllowMethods: Invalid Method '", &wrong.text, "'"))
}
