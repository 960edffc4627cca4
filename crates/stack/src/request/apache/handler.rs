//! Which handler a file gets: that of a rewrite rule, then `SetHandler`, then `AddHandler`, then a type that stands
//! for one.

use fpmlint_catalog::apache::{DirectiveId, id};

use super::Walk;
use super::lines::Line;

/// The handlers of mod_php, and the types that stand for them.
const PHP_NAMES: [&[u8]; 4] =
    [b"php-script", b"php5-script", b"php7-script", b"application/x-httpd-php-source"];

/// A handler and the line that sets it.
pub(super) struct Handler<'a> {
    /// The line.
    pub(super) line: Line<'a>,
    /// The handler's name.
    pub(super) name: Vec<u8>,
}

impl<'a> Walk<'a> {
    /// The handler that a line gives the file; none where the file is served as it is.
    pub(super) fn handler(&self) -> Option<Handler<'a>> {
        if let Some((line, name)) = &self.rule_handler {
            return Some(Handler { line: *line, name: name.clone() });
        }
        let set = self.applied.iter().rev().find_map(|scope| scope.last(id::SET_HANDLER));
        if let Some(line) = set {
            let name = line.text(0).into_owned();
            if !name.eq_ignore_ascii_case(b"none") {
                return Some(Handler { line, name });
            }
        }
        if let Some(handler) = self.by_extension(id::ADD_HANDLER, id::REMOVE_HANDLER, false) {
            return Some(handler);
        }
        let forced = self.applied.iter().rev().find_map(|scope| scope.last(id::FORCE_TYPE));
        let forced = forced.map(|line| Handler { line, name: line.text(0).into_owned() });
        let forced = forced.filter(|handler| !handler.name.eq_ignore_ascii_case(b"none"));
        let by_type = forced.or_else(|| self.by_extension(id::ADD_TYPE, id::REMOVE_TYPE, true));
        // Only a type that a handler is registered for means one.
        by_type.filter(|handler| is_php_handler(&handler.name) || self.has_action(&handler.name))
    }

    /// What `AddHandler` or `AddType` give the file by its extensions: of several the last counts. A later type, even
    /// one of `mime.types`, covers an earlier one, so that for types only the last extension is asked.
    fn by_extension(&self, add: DirectiveId, remove: DirectiveId, last_only: bool) -> Option<Handler<'a>> {
        let name = self.filename.rsplit(|byte| *byte == b'/').next().unwrap_or(b"");
        let mut extensions: Vec<&[u8]> = name.split(|byte| *byte == b'.').skip(1).collect();
        extensions.reverse();
        if last_only {
            extensions.truncate(1);
        }
        extensions.into_iter().find_map(|extension| self.for_extension(extension, add, remove))
    }

    fn for_extension(&self, extension: &[u8], add: DirectiveId, remove: DirectiveId) -> Option<Handler<'a>> {
        let names = |text: &[u8]| text.strip_prefix(b".").unwrap_or(text).eq_ignore_ascii_case(extension);
        for scope in self.applied.iter().rev() {
            let mut adding = scope.all(add).rev();
            if let Some(line) = adding.find(|line| line.words().skip(1).any(|word| names(&word.text))) {
                return Some(Handler { line, name: line.text(0).into_owned() });
            }
            if scope.all(remove).any(|line| line.words().any(|word| names(&word.text))) {
                return None;
            }
        }
        None
    }

    /// Whether an `Action` hands a handler's or type's files to a program.
    pub(super) fn has_action(&self, name: &[u8]) -> bool {
        let mut actions = self.applied.iter().flat_map(|scope| scope.all(id::ACTION));
        actions.any(|line| line.text(0).eq_ignore_ascii_case(name))
    }

    /// Whether mod_php is loaded; none where that cannot be told.
    pub(super) fn has_mod_php(&self) -> Option<bool> {
        let names: [&[u8]; 3] = [b"php_module", b"php7_module", b"php5_module"];
        let answers = names.map(|name| self.config.modules.has(name));
        if answers.contains(&Some(true)) {
            return Some(true);
        }
        let all_absent = answers.iter().all(|answer| *answer == Some(false)) && self.is_whole();
        all_absent.then_some(false)
    }
}

/// Whether a handler or type is one of mod_php's.
pub(super) fn is_php_handler(name: &[u8]) -> bool {
    const TYPE: &[u8] = b"application/x-httpd-php";
    name.get(..TYPE.len()).is_some_and(|start| start.eq_ignore_ascii_case(TYPE))
        || PHP_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}
