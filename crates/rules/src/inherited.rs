//! Lists that nginx inherits as a whole or not at all: a block with a line of its own has none of the lines around it.
//!
//! In: a scope and a directive that makes such a list, each line of which begins with a name. Out: the lines around the
//! scope whose names it does not repeat.

use fpmlint_catalog::nginx::DirectiveId;
use fpmlint_daemons::nginx::{Config, DirRef, Item, ScopeId};
use fpmlint_daemons::{Part, Place};

/// What a scope's own list takes the place of.
pub(crate) struct Replaced {
    /// The scope's own first line; where that stands in another file, what opens the scope.
    pub place: Place,
    /// The lines around it that do not hold in the scope, in reading order.
    pub lost: Vec<Item>,
}

/// What the list `id` of a scope takes the place of; none where it has none, or nothing is around it. `repeats` tells
/// whether a line of the list says what one around it says.
pub(crate) fn replaced(
    config: &Config,
    scope: ScopeId,
    id: DirectiveId,
    repeats: fn(&Config, Item, Item) -> bool,
) -> Option<Replaced> {
    let own = config.scope(scope);
    let first = own.items.iter().find(|item| item.id == id)?;
    let outer = config.nearest(own.parent?, &[id])?;
    let is_repeated = |item: &Item| own.all(id).any(|own| repeats(config, own, *item));
    let lost: Vec<Item> = config.scope(outer).all(id).filter(|item| !is_repeated(item)).collect();
    if lost.is_empty() {
        return None;
    }
    let is_elsewhere = |opened: &DirRef| opened.chunk != first.at.chunk;
    let at = own.at.filter(is_elsewhere).unwrap_or(first.at);
    Some(Replaced { place: config.place(at, Part::Head), lost })
}
