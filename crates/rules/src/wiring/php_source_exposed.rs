//! `php-source-exposed`: a request for a `.php` file is answered with the file itself.
//!
//! Whether such a file is there is often not known. Then the shape of the site decides whether it is likely: a
//! site that hands named scripts alone to PHP has no others, and folders of pictures or certificates' challenges
//! hold no scripts.

use std::collections::HashSet;

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Place;
use fpmlint_daemons::nginx::{Config, Scope, ScopeId};
use fpmlint_diagnostics::{Confidence, Group, Level, RuleMeta, Severity};
use fpmlint_stack::docroot::looks_like_php;
use fpmlint_stack::request::{Outcome, Presence, Request, Trace};
use fpmlint_stack::{SiteId, SiteServer, Stack};
use fpmlint_workspace::{HostPath, Lookup};

use crate::question::{About, Client, Question, Wants, ask};
use crate::rule::Check;
use crate::statics::is_static_folder_name;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "php-source-exposed",
        group: Group::Wiring,
        default: Level::On(Severity::Error),
        summary: "a .php file is served as text",
        page: include_str!("php_source_exposed.md"),
    },
    check: Check::Site(check),
};

/// The script at the top that a site is most likely to have.
const INDEX: &[u8] = b"/index.php";

/// A script at the top and one below each prefix that has rules of its own, and scripts that have rules themselves.
const QUESTIONS: &[Question] = &[
    Question { about: About::Path(INDEX), by: Client::Stranger, wants: Wants::Route },
    Question { about: About::BelowPrefixes(INDEX), by: Client::Stranger, wants: Wants::Route },
    Question { about: About::PrefixesEndingIn(b".php"), by: Client::Stranger, wants: Wants::Route },
];

/// A script that no route names.
const ANY_SCRIPT: Question = Question {
    about: About::Path(b"/any-script-of-the-site.php"),
    by: Client::Stranger,
    wants: Wants::Route,
};

fn check(stack: &Stack, site: Option<SiteId>, findings: &mut Findings<'_>) {
    // A site that hands nothing to PHP serves no application; a .php file there is only a file.
    let Some(site) = site.filter(|site| stack.serves_php(*site)) else { return };
    let mut seen: HashSet<Option<Place>> = HashSet::new();
    let all = || ask(QUESTIONS, stack, site).into_iter().map(|asked| asked.request).collect();
    findings.ask_unsettled(site, all, |findings, request| {
        let trace = stack.answer(site, request);
        let Outcome::Source(file) = &trace.outcome else { return true };
        if let Some(confidence) = weigh(stack, site, request, file, &trace)
            && seen.insert(trace.last_place())
        {
            report(stack, site, &request.path, &trace, confidence, findings);
        }
        false
    });
}

/// How sure it is that a script lies at `file` and is sent as text; none where nothing speaks for it.
fn weigh(
    stack: &Stack,
    site: SiteId,
    request: &Request,
    file: &[u8],
    trace: &Trace,
) -> Option<Confidence> {
    let (facts, path) = (&stack.sites[site], &request.path[..]);
    let sure = if trace.doubts.is_empty() { Confidence::Certain } else { Confidence::Likely };
    let there = Request { presence: Presence::Ask, ..request.clone() };
    if matches!(stack.answer(site, &there).outcome, Outcome::Source(_)) {
        return Some(sure);
    }
    let scripts = holds_scripts(stack, facts.host, file);
    if path != INDEX && (scripts == Some(false) || (scripts.is_none() && is_static_folder(path))) {
        return None;
    }
    match facts.server {
        SiteServer::Nginx { config, server } => {
            let config = &stack.nginx[config].config;
            let has_script = path == INDEX && names_index(config, server);
            if !has_script && !hands_over_any_script(stack, site) {
                return None;
            }
            let confidence = weigh_location(config, server, trace)?;
            Some(if misses_part(config, server) { Confidence::Possible } else { confidence.min(sure) })
        }
        SiteServer::Apache { config, .. } => {
            let apache = &stack.apache[config].config;
            let whole = apache.complete || apache.fragment;
            Some(if whole { sure } else { Confidence::Possible })
        }
    }
}

/// Whether PHP files lie in the folder of `file`; none where the folder is not known.
fn holds_scripts(stack: &Stack, host: usize, file: &[u8]) -> Option<bool> {
    let folder = HostPath::new(file).parent()?;
    let Lookup::Found(entries) = stack.hosts[host].list(&folder) else { return None };
    Some(entries.iter().any(|entry| looks_like_php(&entry.name)))
}

/// Whether the last folder of a path is a file's name, hidden, or one for what is served as it is.
fn is_static_folder(path: &[u8]) -> bool {
    let Some(folders) = path.strip_suffix(INDEX) else { return false };
    folders.split(|byte| *byte == b'/').any(|folder| {
        let hidden_or_file = folder.contains(&b'.') && !looks_like_php(folder);
        hidden_or_file || is_static_folder_name(folder)
    })
}

/// Whether scripts go to PHP that no route names, so that the site has some.
fn hands_over_any_script(stack: &Stack, site: SiteId) -> bool {
    let mut asked = ask(&[ANY_SCRIPT], stack, site).into_iter();
    asked.all(|asked| !matches!(stack.answer(site, &asked.request).outcome, Outcome::Source(_)))
}

/// Whether a server's own `index` names index.php.
fn names_index(config: &Config, server: ScopeId) -> bool {
    config.effective_all(server, id::INDEX).into_iter().any(|item| {
        let words = config.statement(item.at);
        words.is_some_and(|statement| statement.args().any(|word| word.text()[..] == INDEX[1..]))
    })
}

/// How sure the location that serves the file makes it.
fn weigh_location(config: &Config, server: ScopeId, trace: &Trace) -> Option<Confidence> {
    let place = trace.last_place();
    let here = |scope: &&Scope| scope.at.map(|at| config.place(at, fpmlint_daemons::Part::Head)) == place;
    let mut scopes = config.scopes.of_unit(server).map(|(_, scope)| scope);
    let Some(scope) = scopes.find(here) else { return Some(Confidence::Certain) };
    if is_cached_long(config, scope) {
        return None;
    }
    let virtual_folder = scope.last(id::TRY_FILES).is_some_and(|item| {
        let last = config.statement(item.at).and_then(|statement| statement.args().last());
        last.is_some_and(|word| !word.text().starts_with(b"="))
    });
    let doubtful = virtual_folder || has_unknown_directive(config, scope);
    Some(if doubtful { Confidence::Possible } else { Confidence::Certain })
}

/// Whether clients keep what the location serves: it serves files as they are.
fn is_cached_long(config: &Config, scope: &Scope) -> bool {
    scope.last(id::EXPIRES).is_some_and(|item| {
        let time = config.arg_text(item.at, 0);
        !time.starts_with(b"-") && time[..] != *b"off" && time[..] != *b"epoch" && time[..] != *b"0"
    })
}

/// Whether a module that is not known here may answer in a location.
fn has_unknown_directive(config: &Config, scope: &Scope) -> bool {
    let Some(at) = scope.at else { return false };
    let Some(chunk) = config.chunks.get(at.chunk as usize) else { return false };
    (at.ordinal + 1..chunk.next(at.ordinal).min(chunk.ids.len() as u32)).any(|inner| chunk.id(inner).is_none())
}

/// Whether a file that a server includes is not there: the handler for PHP may stand in it.
fn misses_part(config: &Config, server: ScopeId) -> bool {
    let Some(at) = config.scope(server).at else { return !config.unresolved.is_empty() };
    let Some(chunk) = config.chunks.get(at.chunk as usize) else { return false };
    let inside = at.ordinal..chunk.next(at.ordinal);
    config.unresolved.iter().any(|(place, _)| place.file == chunk.file && inside.contains(&place.ordinal))
}

fn report(
    stack: &Stack,
    site: SiteId,
    path: &[u8],
    trace: &Trace,
    confidence: Confidence,
    findings: &mut Findings<'_>,
) {
    let facts = &stack.sites[site];
    let Some(place) = trace.last_place().or(facts.place) else { return };
    let url = facts.url(&show(path));
    let mut finding = findings
        .at(place, format!("{url} answers with the PHP source, not with what it prints"))
        .help(
            "the handler for .php is not in force here, so the file is sent as text with its passwords; \
             hand it to PHP here too, or deny it",
        )
        .host(stack, facts.host)
        .confidence(confidence);
    if let Some(handler) = stack.backends.of(Some(site)).first() {
        finding = finding.label(stack, handler.place, "other requests reach PHP here");
    }
    findings.push(finding);
}
