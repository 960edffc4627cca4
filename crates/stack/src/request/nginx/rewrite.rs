//! The rewrite phase: `return`, `rewrite`, `set`, `if`, `break`, in the order written.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::nginx::{DirRef, Item, ScopeId};
use fpmlint_daemons::{Matched, Part, Pattern};

use super::{Phase, Walk};
use crate::Missing;
use crate::request::{Outcome, StepKind};

/// What one directive of the phase led to.
enum Flow {
    /// Go on with the next.
    Next,
    /// Leave the phase and stay in this location.
    Break,
    /// Leave the phase; the path has changed.
    Last,
    /// Answered.
    Done(Outcome),
}

impl Walk<'_> {
    /// Runs the rewrite directives of a scope. `On` names the scope that is in force behind it: an `if` that holds
    /// takes the place of its location.
    pub(super) fn rewrite(&mut self, scope: ScopeId) -> Phase {
        let before = self.path.clone();
        let mut in_force = scope;
        let flow = self.run_scope(scope, &mut in_force);
        match flow {
            Flow::Done(outcome) => Phase::Done(outcome),
            Flow::Last => Phase::Again,
            Flow::Break => Phase::On(in_force),
            Flow::Next if self.path != before && scope != self.server => Phase::Again,
            Flow::Next => Phase::On(in_force),
        }
    }

    fn run_scope(&mut self, scope: ScopeId, in_force: &mut ScopeId) -> Flow {
        let config = self.config;
        for item in &config.scope(scope).items {
            match self.run_item(item, in_force) {
                Flow::Next => {}
                other => return other,
            }
        }
        Flow::Next
    }

    fn run_item(&mut self, item: &Item, in_force: &mut ScopeId) -> Flow {
        match item.id {
            id::RETURN => Flow::Done(self.return_(item.at)),
            id::REWRITE => self.rewrite_path(item.at),
            id::SET => {
                self.set(item.at);
                Flow::Next
            }
            id::BREAK => Flow::Break,
            id::IF => self.if_(item, in_force),
            _ => Flow::Next,
        }
    }

    fn return_(&mut self, at: DirRef) -> Outcome {
        let first = self.config.arg_text(at, 0).into_owned();
        let status = std::str::from_utf8(&first).ok().and_then(|code| code.parse::<u16>().ok());
        let second = self.config.arg(at, 1).map(|word| word.text().into_owned());
        let Some(status) = status else {
            let to = self.evaluate(&first);
            self.step(Some(at), Part::Head, StepKind::Returned(302));
            return Outcome::Redirect { status: 302, to };
        };
        self.step(Some(at), Part::Head, StepKind::Returned(status));
        match (status, second) {
            (301 | 302 | 303 | 307 | 308, Some(url)) => {
                let to = self.evaluate(&url);
                Outcome::Redirect { status, to }
            }
            _ => Outcome::Return(status),
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
        let target = self.evaluate(&replacement);
        let leaves =
            [&b"http://"[..], b"https://", b"$scheme"].iter().any(|start| replacement.starts_with(start));
        let status = if flag == b"permanent" { 301 } else { 302 };
        if leaves || flag == b"redirect" || flag == b"permanent" {
            self.step(Some(at), Part::Head, StepKind::Returned(status));
            return Flow::Done(Outcome::Redirect { status, to: target });
        }
        let Some(target) = target else {
            return Flow::Done(Outcome::Unknown(Missing::value(&replacement)));
        };
        self.take_target(&target);
        self.step(Some(at), Part::Head, StepKind::Rewritten(target));
        match &flag[..] {
            b"last" => Flow::Last,
            b"break" => Flow::Break,
            _ => Flow::Next,
        }
    }

    /// The replacement's own arguments come before those of the request, unless it ends in `?`.
    fn take_target(&mut self, target: &[u8]) {
        let (path, args) = crate::request::split_query(target);
        self.path = path.to_vec();
        let closed = target.ends_with(b"?");
        if closed || target.contains(&b'?') {
            let mut joined = args.strip_suffix(b"?").unwrap_or(args).to_vec();
            if !closed && !self.args.is_empty() {
                joined.push(b'&');
                joined.extend_from_slice(&self.args);
            }
            self.args = joined;
        }
        self.internal = true;
    }

    fn set(&mut self, at: DirRef) {
        let name = self.config.arg_text(at, 0);
        let name = name.strip_prefix(b"$").unwrap_or(&name).to_ascii_lowercase();
        let text = self.config.arg_text(at, 1).into_owned();
        let value = self.evaluate(&text);
        self.set.insert(name, value);
    }

    fn if_(&mut self, item: &Item, in_force: &mut ScopeId) -> Flow {
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
                *in_force = scope;
                self.run_scope(scope, in_force)
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
            b"-f" => self.file_exists(&path, false)?,
            b"-d" => self.file_exists(&path, true)?,
            b"-e" => self.file_exists(&path, false)? || self.file_exists(&path, true)?,
            _ => return None,
        };
        Some(found != negated)
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
