//! `try_files`.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Item, ScopeId};

use super::paths::{Base, Found};
use super::{Phase, Walk};
use crate::Missing;
use crate::request::{Outcome, StepKind, split_query};

impl Walk<'_> {
    pub(super) fn try_files(&mut self, scope: ScopeId) -> Phase {
        let Some(item) = self.config.scope(scope).last(id::TRY_FILES) else { return Phase::On };
        let Some(statement) = self.config.statement(item.at) else { return Phase::On };
        let words: Vec<Vec<u8>> = statement.args().map(|word| word.text().into_owned()).collect();
        let Some((last, candidates)) = words.split_last() else { return Phase::On };
        let base = self.base(scope);
        if matches!(base, Base::Broken) {
            return self.fail(500, "alias cannot be used where the path was rewritten");
        }
        let mut unsure = None;
        for candidate in candidates {
            let (wanted, folder) = match candidate.strip_suffix(b"/") {
                Some(wanted) => (wanted, true),
                None => (&candidate[..], false),
            };
            let Some(mut value) = self.evaluate(wanted) else {
                unsure = Some(Missing::value(candidate));
                self.doubt(item.at);
                continue;
            };
            // Behind an alias, the location's own beginning is taken off what variables made.
            if let Base::Prefix { length, .. } = &base
                && wanted.contains(&b'$')
                && self.path.get(..*length).is_some_and(|start| value.starts_with(start))
            {
                value.drain(..*length);
            }
            match self.tried(&base, &value, folder) {
                Some(true) => {
                    self.step(Some(item.at), Part::Head, StepKind::Tried(value.clone()));
                    self.take_tried(&base, value, folder);
                    return Phase::On;
                }
                Some(false) => self.step(Some(item.at), Part::Head, StepKind::NotThere(value)),
                None => {
                    unsure = Some(Missing::exists(&value));
                    self.doubt(item.at);
                }
            }
        }
        match unsure {
            Some(fact) if last.starts_with(b"=") || self.is_whole() => Phase::Done(Outcome::Unknown(fact)),
            _ => self.fall_back(item, last),
        }
    }

    /// Whether what a candidate names is there.
    fn tried(&mut self, base: &Base, value: &[u8], folder: bool) -> Option<bool> {
        let supposed = match base {
            Base::Root(_) => self.is_supposed(value, folder),
            Base::Prefix { length, .. } => {
                let start = self.path.get(..*length).unwrap_or(b"");
                self.is_supposed(&[start, value].concat(), folder)
            }
            _ => None,
        };
        if supposed.is_some() {
            return supposed;
        }
        // What ends in a slash is no file.
        if !folder && value.ends_with(b"/") && self.look(&base.path(value)?) != Found::Folder {
            return Some(false);
        }
        match self.look(&base.path(value)?) {
            Found::File => Some(!folder),
            Found::Folder => Some(folder),
            Found::Absent | Found::Closed => Some(false),
            Found::Unknown => None,
        }
    }

    /// What is there becomes the path.
    fn take_tried(&mut self, base: &Base, value: Vec<u8>, folder: bool) {
        match base {
            Base::Prefix { length, .. } => {
                let start = self.path.get(..*length).unwrap_or(b"");
                self.path = [start, &value].concat();
            }
            Base::Pattern(_) if folder => {}
            Base::Pattern(_) => {
                self.path = value;
                self.pattern_alias_goes_on = true;
            }
            _ => self.path = value,
        }
    }

    fn fall_back(&mut self, item: Item, last: &[u8]) -> Phase {
        if let Some(code) = last.strip_prefix(b"=") {
            let status = std::str::from_utf8(code).ok().and_then(|code| code.parse().ok()).unwrap_or(404);
            self.step(Some(item.at), Part::Head, StepKind::Returned(status));
            return self.fail(status, "none of the files that try_files names is there");
        }
        if last.starts_with(b"@") {
            return self.go_to_named(item.at, last);
        }
        match self.evaluate(last) {
            Some(target) => {
                self.step(Some(item.at), Part::Head, StepKind::Internal(target.clone()));
                let (path, args) = split_query(&target);
                self.redirect_inside(path, args)
            }
            None => Phase::Done(Outcome::Unknown(Missing::value(last))),
        }
    }
}
