//! mod_autoindex, mod_negotiation and mod_mime.

use fpmlint_catalog::apache::id;

use super::{Checks, Line, List, around, first, is, options, value};
use crate::Part;
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[
    (id::INDEX_OPTIONS, options::index_options),
    (id::INDEX_ORDER_DEFAULT, index_order),
    (id::ADD_ICON, icon),
    (id::ADD_ICON_BY_TYPE, icon),
    (id::ADD_ICON_BY_ENCODING, icon),
    (id::FORCE_LANGUAGE_PRIORITY, force_language_priority),
    (id::MULTIVIEWS_MATCH, multiviews_match),
];

fn index_order(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let (direction, key) = (line.text(0), line.text(1));
    if !is(&direction, "Ascending") && !is(&direction, "Descending") {
        return first("First keyword must be 'Ascending' or 'Descending'");
    }
    if ["Name", "Date", "Size", "Description"].iter().any(|known| is(&key, known)) {
        return None;
    }
    value(Part::Arg(1), "Second keyword must be 'Name', 'Date', 'Size', or 'Description'")
}

/// `(ALT,/icon.png)` needs its end.
fn icon(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let icon = line.text(0);
    if icon.starts_with(b"(") && !icon.contains(&b')') { first("missing closing paren") } else { None }
}

fn force_language_priority(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let (mut none, mut others) = (false, false);
    for word in line.each() {
        let text = word.text.as_ref();
        if is(text, "None") {
            if others {
                return value(word.part, "Cannot combine ForceLanguagePriority options with None");
            }
            none = true;
            continue;
        }
        let Some(known) = ["Prefer", "Fallback"].iter().find(|known| is(text, known)) else {
            return value(word.part, around("Invalid ForceLanguagePriority option ", text, ""));
        };
        if none {
            let words = format!("Cannot combine ForceLanguagePriority options None and {known}");
            return value(word.part, words);
        }
        others = true;
    }
    None
}

fn multiviews_match(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let (mut any, mut negotiated, mut others) = (false, false, false);
    for word in line.each() {
        let text = word.text.as_ref();
        let wrong = if is(text, "Any") {
            any = true;
            (negotiated || others).then_some("Any is incompatible with NegotiatedOnly, Filters and Handlers")
        } else if is(text, "NegotiatedOnly") {
            negotiated = true;
            (any || others).then_some("NegotiatedOnly is incompatible with Any, Filters and Handlers")
        } else if is(text, "Filters") {
            others = true;
            (any || negotiated).then_some("Filters is incompatible with Any and NegotiatedOnly")
        } else if is(text, "Handlers") {
            others = true;
            (any || negotiated).then_some("Handlers is incompatible with Any and NegotiatedOnly")
        } else {
            return value(word.part, around("Unrecognized option '", text, "'"));
        };
        if let Some(wrong) = wrong {
            return value(word.part, wrong);
        }
    }
    None
}
