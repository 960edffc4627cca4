//! `apache-22-access-rules`: `Order`, `Allow` and `Deny`, which httpd 2.4 knows for old times' sake.
//!
//! The new line is offered where the old ones say something that one line can say. It is safe where nothing else is
//! said about the same requests that the change could turn around: old rules and `Require` are asked one after the
//! other, and both must agree.

use fpmlint_catalog::apache::{DirectiveId, id};
use fpmlint_daemons::apache::{Condition, ConditionKind, Config, ScopeId, ScopeKind, StatementId};
use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Applicability, Edit, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{Apache, Stack};
use fpmlint_workspace::has_wildcard;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "apache-22-access-rules",
        group: Group::Upgrade,
        default: Level::On(Severity::Warning),
        summary: "`Order`, `Allow` and `Deny` of Apache 2.2",
        page: include_str!("apache_22_access_rules.md"),
    },
    check: Check::Stack(check),
};

/// The directives of mod_access_compat.
const OLD: [DirectiveId; 4] = [id::ORDER, id::ALLOW, id::DENY, id::SATISFY];

/// The directives that came in their place.
const NEW: [DirectiveId; 5] = [
    id::REQUIRE,
    id::SECTION_REQUIRE_ALL,
    id::SECTION_REQUIRE_ANY,
    id::SECTION_REQUIRE_NONE,
    id::AUTH_MERGING,
];

/// What says the same.
#[derive(Clone, PartialEq, Eq)]
enum Meaning {
    Granted,
    Denied,
    /// Only these addresses.
    Only(Vec<String>),
    /// All but these addresses.
    Except(Vec<String>),
}

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for apache in &stack.apache {
        let config = &apache.config;
        // Without the module httpd does not know them, which is a refusal.
        if config.modules.has(b"access_compat_module") == Some(false) {
            continue;
        }
        for (scope, facts) in config.scopes.iter() {
            if OLD.iter().any(|directive| facts.may_have(*directive)) {
                check_scope(stack, apache, scope, findings);
            }
        }
    }
}

fn check_scope(stack: &Stack, apache: &Apache, scope: ScopeId, findings: &mut Findings<'_>) {
    let config = &apache.config;
    let mut lines: Vec<StatementId> = OLD.iter().flat_map(|old| config.scopes.all(scope, *old)).collect();
    lines.sort_unstable();
    // What stands in a section for old servers is not for this one.
    lines.retain(|line| {
        config.statement(*line).certain && !config.conditions_around(*line).any(is_for_old_servers)
    });
    let Some(&first) = lines.first() else { return };
    let meaning = meaning(config, scope, &lines);
    let written = meaning.as_ref().map(Meaning::in_words);
    let message = match &written {
        Some(written) => format!("access rules of Apache 2.2; in 2.4 they read {written}"),
        None => "access rules of Apache 2.2".to_owned(),
    };
    let mixed = NEW.iter().any(|new| config.scopes.last(scope, *new).is_some());
    let beside = if mixed { ", as it stands beside them here," } else { "" };
    let mut finding = findings
        .at(config.place(first).with(Part::Head), message)
        .help(format!(
            "httpd 2.4 obeys `Order`, `Allow` and `Deny` while mod_access_compat is loaded, and asks them before `Require`: \
             a `Require all granted`{beside} does not open what they close, also from a section further out; write \
             `Require` lines"
        ))
        .reader(Reader::Apache)
        .host(stack, apache.host);
    if let Some(meaning) = meaning
        && let Some(edits) = edits(config, &lines, &meaning, findings)
    {
        let how = match is_alone(config, scope, &meaning) {
            true => Applicability::Safe,
            false => Applicability::Unsafe,
        };
        finding = finding.fix(format!("Write {}", meaning.in_words()), how, edits);
    }
    findings.push(finding);
}

/// Whether a condition asks for an old httpd, or for the module of the old rules.
fn is_for_old_servers(condition: &Condition) -> bool {
    let is_old = [&b"mod_access_compat.c"[..], b"access_compat_module"].contains(&&*condition.argument);
    match condition.kind {
        ConditionKind::Module => is_old || condition.negated,
        ConditionKind::Version => true,
        _ => false,
    }
}

/// What the lines of a section mean; none where no single rule of 2.4 means the same.
fn meaning(config: &Config, scope: ScopeId, lines: &[StatementId]) -> Option<Meaning> {
    let facts = config.scopes.get(scope);
    if matches!(facts.kind, ScopeKind::Limit | ScopeKind::LimitExcept)
        || NEW.iter().any(|new| config.scopes.last(scope, *new).is_some())
        || [id::SECTION_LIMIT, id::SECTION_LIMIT_EXCEPT].iter().any(|it| config.scopes.last(scope, *it).is_some())
    {
        return None;
    }
    let (mut allow, mut deny) = (Clients::default(), Clients::default());
    let mut allow_last = true;
    for &line in lines {
        match config.statement(line).id? {
            id::ALLOW => allow.add(config, line)?,
            id::DENY => deny.add(config, line)?,
            // The last `Order` counts; without one it is that of the next line.
            id::ORDER => match config.text(line, 0).to_ascii_lowercase().as_slice() {
                b"deny,allow" => allow_last = true,
                b"allow,deny" | b"mutual-failure" => allow_last = false,
                _ => return None,
            },
            _ => return None,
        }
    }
    Some(match (allow_last, allow.all, deny.all) {
        (true, true, _) => Meaning::Granted,
        (true, false, true) if allow.some.is_empty() => Meaning::Denied,
        (true, false, true) => Meaning::Only(allow.some),
        (true, false, false) if deny.some.is_empty() => Meaning::Granted,
        (true, false, false) if allow.some.is_empty() => Meaning::Except(deny.some),
        (false, _, true) => Meaning::Denied,
        (false, true, false) if deny.some.is_empty() => Meaning::Granted,
        (false, true, false) => Meaning::Except(deny.some),
        (false, false, false) if allow.some.is_empty() => Meaning::Denied,
        (false, false, false) if deny.some.is_empty() => Meaning::Only(allow.some),
        _ => return None,
    })
}

/// Whom `Allow` or `Deny` name.
#[derive(Default)]
struct Clients {
    all: bool,
    some: Vec<String>,
}

impl Clients {
    /// Adds those of a line; none where one of them is no plain address: names and variables are looked up otherwise.
    fn add(&mut self, config: &Config, line: StatementId) -> Option<()> {
        let mut words = config.words(line).map(|word| word.text);
        if !words.next()?.eq_ignore_ascii_case(b"from") {
            return None;
        }
        for word in words {
            if word.eq_ignore_ascii_case(b"all") {
                self.all = true;
                continue;
            }
            let is_address = |byte: &u8| byte.is_ascii_hexdigit() || b".:/".contains(byte);
            let begins = word.first().is_some_and(u8::is_ascii_digit) || word.contains(&b':');
            if !begins || !word.iter().all(is_address) {
                return None;
            }
            self.some.push(String::from_utf8_lossy(&word).into_owned());
        }
        Some(())
    }
}

impl Meaning {
    /// The line that says it; of those who are kept out, which stands beside `Require all granted`.
    fn rule(&self) -> String {
        match self {
            Meaning::Granted => "Require all granted".to_owned(),
            Meaning::Denied => "Require all denied".to_owned(),
            Meaning::Only(clients) => format!("Require ip {}", clients.join(" ")),
            Meaning::Except(clients) => format!("Require not ip {}", clients.join(" ")),
        }
    }

    fn in_words(&self) -> String {
        match self {
            Meaning::Except(_) => format!("`Require all granted` and `{}` in `<RequireAll>`", self.rule()),
            _ => format!("`{}`", self.rule()),
        }
    }

    fn lines(&self, indent: &str) -> String {
        match self {
            Meaning::Except(_) => format!(
                "<RequireAll>\n{indent}    Require all granted\n{indent}    {}\n{indent}</RequireAll>",
                self.rule()
            ),
            _ => self.rule(),
        }
    }
}

/// The new lines in the place of the first old one; none where the lines are not all written in one file.
fn edits(
    config: &Config,
    lines: &[StatementId],
    meaning: &Meaning,
    findings: &Findings<'_>,
) -> Option<Vec<Edit>> {
    let file = config.place(*lines.first()?).file;
    let is_plain = |line: &StatementId| {
        config.place(*line).file == file && config.plain_line(*line).is_some()
    };
    if !lines.iter().all(is_plain) {
        return None;
    }
    let (first, others) = lines.split_first()?;
    let place = config.place(*first);
    let mut edits = vec![findings.replacement(place, meaning.lines(&findings.indent(place)))];
    edits.extend(others.iter().map(|line| findings.deletion(config.place(*line))));
    Some(edits)
}

/// Whether nothing else that is said about access could answer otherwise once the section's rules are new ones.
fn is_alone(config: &Config, scope: ScopeId, meaning: &Meaning) -> bool {
    if config.fragment || !config.complete || config.htaccess {
        return false;
    }
    let granted = *meaning == Meaning::Granted;
    let own = folder(config, scope);
    let mut outermost: Option<(usize, bool)> = None;
    for (other, facts) in config.scopes.iter().filter(|(other, _)| *other != scope) {
        let has = |directives: &[DirectiveId]| {
            directives.iter().any(|directive| config.scopes.last(other, *directive).is_some())
        };
        let (old, new) = (has(&OLD), has(&NEW));
        if !old && !new || is_apart(config, scope, other) {
            continue;
        }
        let outer = folder(config, other);
        let is_outer = own.as_ref().zip(outer.as_ref()).is_some_and(|(own, outer)| own.starts_with(outer));
        match (old, is_outer, facts.kind) {
            (true, ..) => return false,
            (false, true, _) => {
                let length = outer.as_ref().map_or(0, Vec::len);
                if outermost.is_none_or(|(longest, _)| longest <= length) {
                    outermost = Some((length, grants_all(config, other)));
                }
            }
            // What is asked after a section that lets everybody in has the last word as before.
            (false, false, kind) if granted && own.is_some() && is_later(kind, outer.is_some()) => {}
            _ => return false,
        }
    }
    outermost.is_none_or(|(_, grants)| grants)
}

/// Whether a section that is no folder around a `<Directory>` is merged after it.
fn is_later(kind: ScopeKind, is_folder: bool) -> bool {
    match kind {
        ScopeKind::Directory => is_folder,
        ScopeKind::DirectoryMatch
        | ScopeKind::Files
        | ScopeKind::FilesMatch
        | ScopeKind::Location
        | ScopeKind::LocationMatch => true,
        _ => false,
    }
}

/// The folder of a `<Directory>` section, with a slash at its end; none for patterns and other sections.
fn folder(config: &Config, scope: ScopeId) -> Option<Vec<u8>> {
    let facts = config.scopes.get(scope);
    let target = config.target(scope);
    let is_plain = facts.kind == ScopeKind::Directory && !facts.is_pattern && !has_wildcard(&target);
    let is_outermost = facts.parent.is_none_or(|parent| parent == facts.server);
    if !is_plain || !is_outermost || !target.starts_with(b"/") {
        return None;
    }
    let mut folder = target.into_owned();
    if !folder.ends_with(b"/") {
        folder.push(b'/');
    }
    Some(folder)
}

/// Whether no request meets both sections.
fn is_apart(config: &Config, one: ScopeId, other: ScopeId) -> bool {
    let (server, others) = (config.scopes.get(one).server, config.scopes.get(other).server);
    if server != others && server != ScopeId::MAIN && others != ScopeId::MAIN {
        return true;
    }
    match (folder(config, one), folder(config, other)) {
        (Some(one), Some(other)) => !one.starts_with(&other) && !other.starts_with(&one),
        _ => false,
    }
}

/// Whether a section says `Require all granted` and nothing else about access.
fn grants_all(config: &Config, scope: ScopeId) -> bool {
    let mut lines = NEW.iter().flat_map(|new| config.scopes.all(scope, *new));
    let (Some(line), None) = (lines.next(), lines.next()) else { return false };
    config.statement(line).id == Some(id::REQUIRE)
        && config.text(line, 0).eq_ignore_ascii_case(b"all")
        && config.text(line, 1).eq_ignore_ascii_case(b"granted")
}
