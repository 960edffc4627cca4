//! mod_rewrite: the rules of a server, and those of folders and `.htaccess` files.
//!
//! A condition that the files cannot decide makes its rule a doubt, and the rule is passed over.

use fpmlint_catalog::apache::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::apache::{ScopeId, ScopeKind};

use super::Walk;
use super::file::Kind;
use super::handler::is_php_handler;
use super::lines::{At, Line};
use super::substitute::Groups;
use super::translate::Hit;
use crate::Missing;
use crate::request::{Outcome, Step, StepKind};

/// What rules made of a path.
pub(super) enum Rewritten<'a> {
    /// None of them changed it.
    Unchanged,
    /// It was changed, and what follows sees the new one.
    PassThrough,
    /// It is now this path.
    Path(Vec<u8>),
    /// It goes to a URL.
    Proxy(Hit<'a>),
    /// Answered.
    Done(Outcome),
}

/// The third argument of a rule.
#[derive(Default)]
struct Flags {
    ignore_case: bool,
    chain: bool,
    forbidden: bool,
    gone: bool,
    last: bool,
    pass_through: bool,
    proxy: bool,
    redirect: Option<u16>,
    skip: usize,
    append_query: bool,
    discard_query: bool,
    /// The handler that the file gets.
    handler: Option<Vec<u8>>,
    /// A flag whose effect is not followed: another round.
    other: bool,
}

/// A rule and the conditions before it.
struct Rule<'a> {
    line: Line<'a>,
    conditions: Vec<Line<'a>>,
}

/// Where rules stand.
struct Context {
    /// The folder of the rules with its slash; none for those of a server.
    folder: Option<Vec<u8>>,
    /// What stands before relative paths: the folder, or the text of a section of another kind.
    prefix: Vec<u8>,
    /// What `RewriteBase` puts in the folder's place.
    base: Option<Vec<u8>>,
}

impl<'a> Walk<'a> {
    /// Applies the rules of the virtual host. Whether the engine is on comes from the main server, too; its rules do
    /// only where the virtual host says so.
    pub(super) fn rewrite_in_server(&mut self) -> Rewritten<'a> {
        let scope = At::new(self.config, self.server);
        let engine = self.servers().rev().find_map(|server| server.last(id::REWRITE_ENGINE));
        if !engine.is_some_and(Line::is_on) {
            return Rewritten::Unchanged;
        }
        let mut all = rules(scope);
        if self.server != ScopeId::MAIN {
            let options = scope.last(id::REWRITE_OPTIONS).map(Line::texts).unwrap_or_default();
            let has = |name: &[u8]| options.iter().any(|word| word.eq_ignore_ascii_case(name));
            let inherited = || rules(At::new(self.config, ScopeId::MAIN));
            if has(b"inherit") {
                all.extend(inherited());
            } else if has(b"inheritbefore") {
                all = inherited().into_iter().chain(all).collect();
            }
        }
        let path = self.path.clone();
        self.run_rules(all, &path, &Context { folder: None, prefix: b"/".to_vec(), base: None })
    }

    /// Applies the rules of the innermost section that has some.
    pub(super) fn rewrite_in_folder(&mut self) -> Rewritten<'a> {
        let own =
            [id::REWRITE_ENGINE, id::REWRITE_RULE, id::REWRITE_COND, id::REWRITE_BASE, id::REWRITE_OPTIONS];
        let is_section = |scope: &At<'a>| {
            scope.config.htaccess || !matches!(scope.facts().kind, ScopeKind::Main | ScopeKind::VirtualHost)
        };
        let engine = self.applied.iter().rev().find_map(|scope| scope.last(id::REWRITE_ENGINE));
        if !engine.is_some_and(Line::is_on) {
            return Rewritten::Unchanged;
        }
        let has_own = |scope: &At<'a>| own.iter().any(|directive| scope.last(*directive).is_some());
        let mut sections = self.applied.iter().rev().copied().filter(is_section);
        let Some(scope) = sections.find(has_own) else { return Rewritten::Unchanged };
        if self.asks_all() && !self.follows_links() {
            self.steps.push(Step { place: None, message: StepKind::Refused });
            let reason = "Options FollowSymLinks is off, and with it the rewrite rules of folders".to_owned();
            return Rewritten::Done(Outcome::Error { status: 403, reason });
        }
        // In other sections the patterns see the whole path of the file.
        let folder = self.folder_of(scope).unwrap_or_default();
        let whole = [&self.filename[..], &self.path_info].concat();
        let base = scope.last(id::REWRITE_BASE).map(|line| with_slash(&line.text(0)));
        let prefix = match scope.facts().kind {
            _ if !folder.is_empty() => folder.clone(),
            ScopeKind::Directory
            | ScopeKind::DirectoryMatch
            | ScopeKind::Location
            | ScopeKind::LocationMatch => with_slash(&scope.target()),
            _ => Vec::new(),
        };
        let context = Context { folder: Some(folder), prefix, base };
        match self.run_rules(rules(scope), &whole, &context) {
            Rewritten::Path(path) if path == whole => Rewritten::Unchanged,
            Rewritten::Path(path) => self.back_to_path(path, &context),
            other => other,
        }
    }

    /// The folder that a section's rules are relative to, with a slash. None for patterns and locations.
    fn folder_of(&self, scope: At<'a>) -> Option<Vec<u8>> {
        if scope.config.htaccess {
            return Some(with_slash(scope.config.path.parent()?.as_bytes()));
        }
        let is_folder = scope.facts().kind == ScopeKind::Directory && !scope.facts().is_pattern;
        let target = scope.target();
        let plain = is_folder && !fpmlint_workspace::has_wildcard(&target);
        plain.then(|| with_slash(self.config.server_root.join(&target).as_bytes()))
    }

    /// A file that a rule made becomes a path of the site again.
    fn back_to_path(&mut self, path: Vec<u8>, context: &Context) -> Rewritten<'a> {
        let root = self.document_root();
        let root = root.strip_suffix(b"/").unwrap_or(&root);
        let folder = if context.prefix.is_empty() { b"/" } else { &context.prefix[..] };
        let below_alias = self.alias.as_ref().and_then(|(prefix, to)| {
            let rest = path.strip_prefix(&to[..]).filter(|rest| rest.starts_with(b"/"))?;
            Some([prefix.strip_suffix(b"/").unwrap_or(prefix), rest].concat())
        });
        let path = match (&context.base, path.strip_prefix(folder), below_alias, path.strip_prefix(root)) {
            (Some(base), Some(rest), _, _) => [&base[..], rest].concat(),
            (_, _, Some(path), _) => path,
            (_, _, _, Some(rest)) if rest.starts_with(b"/") => rest.to_vec(),
            _ => path,
        };
        self.path = path;
        self.rewritten = true;
        Rewritten::PassThrough
    }

    fn run_rules(&mut self, rules: Vec<Rule<'a>>, start: &[u8], context: &Context) -> Rewritten<'a> {
        let mut path = start.to_vec();
        let (mut changed, mut skip, mut chain_broken) = (false, 0, false);
        for rule in rules {
            let flags = flags(&rule.line.text(2));
            if skip > 0 {
                skip -= 1;
                continue;
            }
            if chain_broken {
                chain_broken = flags.chain;
                continue;
            }
            let Some((groups, of_conditions)) = self.rule_fires(&rule, &flags, &path, context) else {
                chain_broken = flags.chain;
                continue;
            };
            if flags.other {
                self.doubt(rule.line);
            }
            if let Some(handler) = &flags.handler {
                // What becomes of it when an index file takes over is not followed.
                if context.folder.is_some() && self.kind_of(&self.filename) == Kind::Folder {
                    self.doubt(rule.line);
                }
                self.rule_handler = Some((rule.line, handler.clone()));
            }
            if flags.forbidden || flags.gone {
                self.step(rule.line, Part::Head, StepKind::Refused);
                let reason = "a rewrite rule forbids it".to_owned();
                let status = if flags.gone { 410 } else { 403 };
                return Rewritten::Done(Outcome::Error { status, reason });
            }
            let text = rule.line.text(1);
            if text[..] != *b"-" {
                let Some(made) = self.expand(&text, &groups, &of_conditions, &path, context.folder.is_some())
                else {
                    return Rewritten::Done(Outcome::Unknown(Missing::value(&text)));
                };
                path = self.take_query(made, &flags);
                self.step(rule.line, Part::Head, StepKind::Rewritten(path.clone()));
                changed = true;
                if flags.proxy && has_scheme(&path) {
                    if self.config.modules.has(b"proxy_module") == Some(false) && self.is_whole() {
                        let reason =
                            "mod_proxy is not loaded, so that a rewrite rule cannot pass the request on";
                        return Rewritten::Done(Outcome::Error { status: 403, reason: reason.to_owned() });
                    }
                    return Rewritten::Proxy(Hit { line: rule.line, url: path });
                }
                if has_scheme(&path) || flags.redirect.is_some() {
                    return Rewritten::Done(self.sent_elsewhere(
                        rule.line,
                        flags.redirect.unwrap_or(302),
                        path,
                    ));
                }
                if !path.starts_with(b"/") && !context.prefix.starts_with(b"/") {
                    let reason = "a rule outside of folders makes no whole path".to_owned();
                    return Rewritten::Done(Outcome::Error { status: 400, reason });
                }
                if !path.starts_with(b"/") {
                    path = [&context.prefix[..], &path].concat();
                }
            } else if let Some(status) = flags.redirect {
                return Rewritten::Done(self.sent_elsewhere(rule.line, status, path));
            }
            skip = flags.skip;
            if flags.pass_through && context.folder.is_none() {
                self.path = path;
                return Rewritten::PassThrough;
            }
            if flags.last {
                break;
            }
        }
        if changed { Rewritten::Path(path) } else { Rewritten::Unchanged }
    }

    fn sent_elsewhere(&mut self, line: Line<'a>, status: u16, to: Vec<u8>) -> Outcome {
        self.step(line, Part::Head, StepKind::Returned(status));
        match status {
            300..=399 if !self.args.is_empty() => {
                let to = [&to[..], b"?", &self.args].concat();
                Outcome::Redirect { status, to: Some(to) }
            }
            300..=399 => Outcome::Redirect { status, to: Some(to) },
            _ => Outcome::Return(status),
        }
    }

    /// The groups of a rule and of its conditions, if it fires.
    fn rule_fires(
        &mut self,
        rule: &Rule<'a>,
        flags: &Flags,
        path: &[u8],
        context: &Context,
    ) -> Option<(Groups, Groups)> {
        let subject = match &context.folder {
            Some(folder) => path.strip_prefix(&folder[..]).unwrap_or(path),
            None => path,
        };
        let text = rule.line.text(0);
        let (negated, pattern) = match text.strip_prefix(b"!") {
            Some(pattern) => (true, pattern),
            None => (false, &text[..]),
        };
        let Ok(compiled) = self.stack.patterns.get(pattern, flags.ignore_case) else {
            self.doubt(rule.line);
            return None;
        };
        let groups = match (compiled.captures(subject), negated) {
            (Some(ranges), false) => {
                let text = |range| -> Option<Vec<u8>> {
                    Some(subject.get::<std::ops::Range<usize>>(range)?.to_vec())
                };
                ranges.into_iter().map(|range| range.and_then(text)).collect()
            }
            (None, true) => Vec::new(),
            _ => return None,
        };
        match self.conditions_hold(&rule.conditions, &groups, path, context.folder.is_some()) {
            Some(Some(of_conditions)) => Some((groups, of_conditions)),
            Some(None) => None,
            None => {
                self.doubt(rule.line);
                None
            }
        }
    }

    /// Takes the query off what a rule has made. It replaces the old one, unless the rule says otherwise.
    fn take_query(&mut self, made: Vec<u8>, flags: &Flags) -> Vec<u8> {
        if flags.discard_query {
            self.args.clear();
        }
        let Some(at) = memchr::memchr(b'?', &made) else { return made };
        let (path, query) = made.split_at(at);
        let query = query.get(1..).unwrap_or(b"");
        self.args = match (flags.append_query, self.args.is_empty()) {
            (true, false) if query.is_empty() => self.args.clone(),
            (true, false) => [query, b"&", &self.args[..]].concat(),
            _ => query.to_vec(),
        };
        path.to_vec()
    }
}

/// The rules of a scope, each with the conditions right before it.
fn rules(scope: At<'_>) -> Vec<Rule<'_>> {
    let mut rules = Vec::new();
    let mut conditions = Vec::new();
    for line in scope.mixed(&[id::REWRITE_COND, id::REWRITE_RULE]) {
        if line.directive() == Some(id::REWRITE_COND) {
            conditions.push(line);
        } else {
            rules.push(Rule { line, conditions: std::mem::take(&mut conditions) });
        }
    }
    rules
}

fn flags(text: &[u8]) -> Flags {
    let mut flags = Flags::default();
    let inner = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]")).unwrap_or(b"");
    for flag in inner.split(|byte| *byte == b',') {
        let flag = flag.trim_ascii();
        let (name, value) = match memchr::memchr(b'=', flag).map(|at| flag.split_at(at)) {
            Some((name, value)) => (name, value.get(1..).unwrap_or(b"")),
            None => (flag, &b""[..]),
        };
        let number = std::str::from_utf8(value).ok().and_then(|value| value.parse::<u16>().ok());
        match name.to_ascii_lowercase().as_slice() {
            b"nc" | b"nocase" => flags.ignore_case = true,
            b"c" | b"chain" => flags.chain = true,
            b"f" | b"forbidden" => flags.forbidden = true,
            b"g" | b"gone" => flags.gone = true,
            b"l" | b"last" | b"end" => flags.last = true,
            b"pt" | b"passthrough" => flags.pass_through = true,
            b"p" | b"proxy" => flags.proxy = true,
            b"r" | b"redirect" => flags.redirect = Some(number.unwrap_or(redirect_status(value))),
            b"s" | b"skip" => flags.skip = usize::from(number.unwrap_or(0)),
            b"qsa" | b"qsappend" => flags.append_query = true,
            b"qsd" | b"qsdiscard" => flags.discard_query = true,
            b"h" | b"handler" => flags.handler = Some(value.to_vec()),
            b"t" | b"type" if is_php_handler(value) => flags.handler = Some(value.to_vec()),
            b"n" | b"next" => flags.other = true,
            _ => {}
        }
    }
    flags
}

fn redirect_status(word: &[u8]) -> u16 {
    match word.to_ascii_lowercase().as_slice() {
        b"permanent" => 301,
        b"seeother" => 303,
        _ => 302,
    }
}

/// Whether a path is a URL of its own.
fn has_scheme(path: &[u8]) -> bool {
    let scheme = path.split(|byte| *byte == b':').next().unwrap_or(b"");
    let named =
        !scheme.is_empty() && scheme.len() < path.len() && scheme.iter().all(u8::is_ascii_alphanumeric);
    named
        && (scheme.eq_ignore_ascii_case(b"unix")
            || path.get(scheme.len()..).is_some_and(|rest| rest.starts_with(b"://")))
}

fn with_slash(path: &[u8]) -> Vec<u8> {
    let mut path = path.to_vec();
    if !path.ends_with(b"/") {
        path.push(b'/');
    }
    path
}
