//! What a directive's name means when some modules are loaded.
//!
//! In: an id of the catalog, the loaded modules. Out: the row that is in force, if any. Invariant: a module that is
//! not loaded has no directives.

use fpmlint_catalog::apache::{self, Directive, DirectiveId, Status};

use super::modules::Modules;

/// What is known of a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// The row that is in force, or would be if its module were loaded.
    pub(super) row: &'static Directive,
    /// Whether a loaded module has it; none where that cannot be told.
    pub(super) loaded: Option<bool>,
}

/// Answers by id, each worked out once as long as no module is added.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By the directive's number: outer none for one that was not asked for yet.
    known: Vec<Option<Option<Known>>>,
    modules: usize,
}

impl Names {
    /// What is known of a directive; none where no release of httpd on Unix has it.
    pub(super) fn known(&mut self, id: DirectiveId, modules: &Modules) -> Option<Known> {
        if self.modules != modules.loaded.len() {
            self.known.clear();
            self.modules = modules.loaded.len();
        }
        if self.known.len() <= id.index() {
            self.known.resize(id.index() + 1, None);
        }
        let Some(known) = self.known.get_mut(id.index()) else { return look_up(id, modules) };
        *known.get_or_insert_with(|| look_up(id, modules))
    }
}

fn look_up(id: DirectiveId, modules: &Modules) -> Option<Known> {
    let mut best: Option<Known> = None;
    for row in apache::entries(id).iter().filter(|row| exists(row)) {
        let found = Known { row, loaded: modules.has_row(row) };
        let is_better = match best {
            None => true,
            Some(best) => rank(found.loaded) > rank(best.loaded),
        };
        if is_better {
            best = Some(found);
        }
    }
    best
}

fn rank(loaded: Option<bool>) -> u8 {
    match loaded {
        Some(true) => 2,
        None => 1,
        Some(false) => 0,
    }
}

/// Whether a build of httpd for Unix registers the directive.
fn exists(row: &Directive) -> bool {
    matches!(
        row.status,
        Status::Current
            | Status::Undocumented
            | Status::Deprecated
            | Status::NoOp
            | Status::Rejected
            | Status::Renamed
    )
}

/// The modules that have a directive of this name (a section with its `<`): identifiers such as `rewrite_module`,
/// or the name under which a package loads one.
pub fn modules_defining(name: &[u8]) -> Vec<&'static str> {
    let Some(id) = apache::find(name) else { return Vec::new() };
    let rows = apache::entries(id).iter().filter(|row| exists(row));
    let mut modules: Vec<&str> = rows.map(|row| row.load_name.unwrap_or(row.module)).collect();
    modules.dedup();
    modules
}
