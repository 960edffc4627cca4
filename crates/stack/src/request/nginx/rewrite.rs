//! The rewrite phase: `return`, `rewrite`, `set`, `if`, `break`, in the order written.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::nginx::{DirRef, Item, ScopeId};
use fpmlint_daemons::{Matched, Part, Pattern};

use fpmlint_workspace::{HostPath, Lookup};

use super::paths::Found;
use super::{Phase, Walk};
use crate::Missing;
use crate::request::{Outcome, StepKind};

/// What one directive of the phase led to.
enum Flow {
    /// Go on with the next.
    Next,
    /// Leave the phase.
    Leave,
    /// Answered by what was said here alone.
    Sent(Outcome),
    /// Ended with a status, for which there may be an error page.
    Ended(Outcome),
}

impl Walk<'_> {
    /// Runs the rewrite directives of the server, and then looks for a location.
    pub(super) fn rewrite_in_server(&mut self) -> Phase {
        self.scope = self.server;
        match self.rewrite(self.server) {
            Phase::On => Phase::Find,
            other => other,
        }
    }

    /// Runs the rewrite directives of a scope; an `if` that holds takes the place of its location. In a
    /// `limit_except` there are none.
    pub(super) fn rewrite(&mut self, scope: ScopeId) -> Phase {
        match self.run_scope(scope) {
            Flow::Next | Flow::Leave => Phase::On,
            // The status of an error page is kept, whatever is said here.
            Flow::Sent(Outcome::Return(status)) => {
                Phase::Done(Outcome::Return(self.kept.take().unwrap_or(status)))
            }
            Flow::Sent(outcome) => Phase::Done(outcome),
            Flow::Ended(outcome) => self.finish(outcome),
        }
    }

    fn run_scope(&mut self, scope: ScopeId) -> Flow {
        let config = self.config;
        for item in &config.scope(scope).items {
            match self.run_item(item) {
                Flow::Next => {}
                other => return other,
            }
        }
        Flow::Next
    }

    fn run_item(&mut self, item: &Item) -> Flow {
        match item.id {
            id::RETURN => self.return_(item.at),
            id::REWRITE => self.rewrite_path(item.at),
            id::SET => {
                self.set(item.at);
                Flow::Next
            }
            id::BREAK => {
                self.path_changed = false;
                Flow::Leave
            }
            id::IF => self.if_(item),
            _ => Flow::Next,
        }
    }

    fn return_(&mut self, at: DirRef) -> Flow {
        let first = self.config.arg_text(at, 0).into_owned();
        let status = std::str::from_utf8(&first).ok().and_then(|code| code.parse::<u16>().ok());
        let second = self.config.arg(at, 1).map(|word| word.text().into_owned());
        let Some(status) = status else {
            let to = self.evaluate(&first);
            self.step(Some(at), Part::Head, StepKind::Returned(302));
            return Flow::Ended(Outcome::Redirect { status: 302, to });
        };
        self.step(Some(at), Part::Head, StepKind::Returned(status));
        match (status, second) {
            (301 | 302 | 303 | 307 | 308, Some(url)) => {
                let to = self.evaluate(&url);
                Flow::Ended(Outcome::Redirect { status, to })
            }
            (400.., None) => Flow::Ended(Outcome::Return(status)),
            _ => Flow::Sent(Outcome::Return(status)),
        }
    }

    fn rewrite_path(&mut self, at: DirRef) -> Flow {
        let pattern = self.config.arg_text(at, 0).into_owned();
        let Ok(pattern) = self.stack.patterns.get(&pattern, false) else {
            self.doubt(at);
            return Flow::Next;
        };
        match pattern.matches(&self.path) {
            Matched::No => return Flow::Next,
            Matched::Unknown => {
                self.doubt(at);
                return Flow::Next;
            }
            Matched::Yes => {}
        }
        let path = self.path.clone();
        self.remember_captures(&pattern, &path);
        let replacement = self.config.arg_text(at, 1).into_owned();
        let flag = self.config.arg_text(at, 2).into_owned();
        let leaves =
            [&b"http://"[..], b"https://", b"$scheme"].iter().any(|start| replacement.starts_with(start));
        let is_redirect = leaves || flag == b"redirect" || flag == b"permanent";
        let (text, adds_args) = match replacement.strip_suffix(b"?") {
            Some(text) => (text, false),
            None => (&replacement[..], true),
        };
        let (new_path, new_args) = match memchr::memchr(b'?', text) {
            Some(mark) => (text.get(..mark).unwrap_or(b""), text.get(mark + 1..)),
            None => (text, None),
        };
        let made = self.evaluate_escaped(new_path, is_redirect);
        let made_args = new_args.map(|args| self.evaluate_escaped(args, true));
        let added = if adds_args && !self.args.is_empty() { self.args.clone() } else { Vec::new() };
        let args = match made_args {
            None => Some(added),
            Some(None) => None,
            Some(Some(own)) if added.is_empty() => Some(own),
            Some(Some(own)) => Some([&own[..], b"&", &added].concat()),
        };
        if is_redirect {
            let status = if flag == b"permanent" { 301 } else { 302 };
            self.step(Some(at), Part::Head, StepKind::Returned(status));
            let to = made.zip(args).map(|(path, args)| match args.is_empty() && new_args.is_none() {
                true => path,
                false => [&path[..], b"?", &args].concat(),
            });
            return Flow::Ended(Outcome::Redirect { status, to });
        }
        let (Some(made), Some(args)) = (made, args) else {
            return Flow::Sent(Outcome::Unknown(Missing::value(&replacement)));
        };
        if made.is_empty() {
            let reason = "the rewritten path is empty".to_owned();
            return Flow::Ended(Outcome::Error { status: 500, reason });
        }
        let stays = flag == b"break";
        self.internal = true;
        self.path_changed = !stays;
        if stays {
            self.alias_holds = false;
        }
        self.args = match new_args.is_some() || !adds_args {
            true => args,
            false => std::mem::take(&mut self.args),
        };
        self.path = made.clone();
        self.step(Some(at), Part::Head, StepKind::Rewritten(made));
        if stays || flag == b"last" { Flow::Leave } else { Flow::Next }
    }

    fn set(&mut self, at: DirRef) {
        let name = self.config.arg_text(at, 0);
        let name = name.strip_prefix(b"$").unwrap_or(&name).to_ascii_lowercase();
        let text = self.config.arg_text(at, 1).into_owned();
        let value = self.evaluate(&text);
        self.set.insert(name, value);
    }

    fn if_(&mut self, item: &Item) -> Flow {
        let Some(scope) = item.scope else { return Flow::Next };
        match self.condition(item.at) {
            Some(false) => Flow::Next,
            None => {
                if self.decides(scope) {
                    self.doubt(item.at);
                }
                Flow::Next
            }
            Some(true) => {
                self.step(Some(item.at), Part::Head, StepKind::ConditionHolds);
                self.scope = scope;
                self.run_scope(scope)
            }
        }
    }

    /// Whether an `if` could change where the request ends; headers and logs do not.
    fn decides(&self, scope: ScopeId) -> bool {
        let harmless = [id::ADD_HEADER, id::ACCESS_LOG, id::EXPIRES, id::SET];
        let scope = self.config.scope(scope);
        !scope.locations.is_empty() || scope.items.iter().any(|item| !harmless.contains(&item.id))
    }

    /// Whether the condition of an `if` holds; none where the files cannot say.
    fn condition(&mut self, at: DirRef) -> Option<bool> {
        let statement = self.config.statement(at)?;
        let mut words: Vec<Vec<u8>> = statement.args().map(|word| word.text().into_owned()).collect();
        let first = words.first_mut()?;
        if first.first() == Some(&b'(') {
            first.remove(0);
        }
        if words.first().is_some_and(|word| word.is_empty()) {
            words.remove(0);
        }
        let last = words.last_mut()?;
        if last.last() == Some(&b')') {
            last.pop();
        }
        if words.last().is_some_and(|word| word.is_empty()) && words.len() > 1 && words.len() != 3 {
            words.pop();
        }
        match &words[..] {
            [variable] => {
                let value = self.evaluate(variable)?;
                Some(!value.is_empty() && value != b"0")
            }
            [test, path] => self.file_test(test, path),
            [variable, operator, text] => self.comparison(variable, operator, text),
            _ => None,
        }
    }

    fn file_test(&mut self, test: &[u8], path: &[u8]) -> Option<bool> {
        let path = self.evaluate(path)?;
        let (negated, test) = match test {
            [b'!', rest @ ..] => (true, rest),
            test => (false, test),
        };
        let found = match test {
            b"-f" => self.found(&path)? == Found::File,
            b"-d" => self.found(&path)? == Found::Folder,
            b"-e" => matches!(self.found(&path)?, Found::File | Found::Folder),
            b"-x" => self.is_program(&path)?,
            _ => return None,
        };
        Some(found != negated)
    }

    /// What lies at a path of the host, if that is known. A supposed folder is none here.
    fn found(&self, path: &[u8]) -> Option<Found> {
        let found = self.look(path);
        (found != Found::Unknown).then_some(found)
    }

    /// Whether the owner of what lies at a path may execute it.
    fn is_program(&self, path: &[u8]) -> Option<bool> {
        match self.stack.hosts[self.host].stat(&HostPath::new(path)) {
            Lookup::Found(stat) => stat.mode.map(|mode| mode & 0o100 != 0),
            Lookup::Absent => Some(false),
            Lookup::Unknown | Lookup::Failed(_) => None,
        }
    }

    fn comparison(&mut self, variable: &[u8], operator: &[u8], text: &[u8]) -> Option<bool> {
        let value = self.evaluate(variable)?;
        match operator {
            b"=" => Some(value == self.evaluate(text)?),
            b"!=" => Some(value != self.evaluate(text)?),
            b"~" | b"~*" | b"!~" | b"!~*" => {
                let pattern = self.stack.patterns.get(text, operator.ends_with(b"*")).ok()?;
                let matched = match pattern.matches(&value) {
                    Matched::Yes => true,
                    Matched::No => false,
                    Matched::Unknown => return None,
                };
                if matched {
                    self.remember_captures(&pattern, &value);
                }
                Some(matched != operator.starts_with(b"!"))
            }
            _ => None,
        }
    }

    pub(super) fn remember_captures(&mut self, pattern: &Pattern, subject: &[u8]) {
        let Some(ranges) = pattern.captures(subject) else { return };
        let texts =
            ranges.into_iter().map(|range| range.and_then(|range| subject.get(range)).map(<[u8]>::to_vec));
        self.captures = texts.collect();
        for (group, name) in pattern.group_names().into_iter().enumerate() {
            let Some(name) = name else { continue };
            let value = self.captures.get(group).cloned().flatten();
            self.names.retain(|(known, _)| *known != name);
            self.names.push((name, value));
        }
    }
}
