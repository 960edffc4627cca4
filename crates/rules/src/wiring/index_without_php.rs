//! `index-without-php`: the front page of a PHP application answers 403, as no `index` names its script.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Config, Item, ScopeId, ScopeKind};
use fpmlint_diagnostics::{Applicability, Confidence, Edit, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::docroot::looks_like_php;
use fpmlint_stack::request::{Outcome, Presence, Request, Step, StepKind, Trace, split_query};
use fpmlint_stack::{SiteId, Stack};
use fpmlint_text::Span;
use fpmlint_workspace::HostPath;

use crate::rule::{Check, Server};
use crate::{Finding, Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "index-without-php",
        group: Group::Wiring,
        default: Level::On(Severity::Warning),
        summary: "the front page answers 403, as no `index` names index.php",
        page: include_str!("index_without_php.md"),
    },
    check: Check::Server(check),
};

const SCRIPT: &[u8] = b"/index.php";

fn check(stack: &Stack, server: Server<'_>, findings: &mut Findings<'_>) {
    let Server { site, config: nginx, scope: server } = server;
    if names_script(nginx, server) || !stack.serves_php(site) || nginx.fragment && nginx.scope(server).at.is_none() {
        return;
    }
    let front = stack.answer(site, &Request::route(b"/"));
    if !is_for_want_of_index(&front) {
        return;
    }
    let Some(confidence) = weigh(stack, site, nginx, server) else { return };
    let index = nginx.effective(server, &[id::INDEX]);
    let Some(at) = index.map(|item| item.at).or(nginx.scope(server).at) else { return };
    let sure = if front.doubts.is_empty() { confidence } else { Confidence::Possible };
    let url = stack.sites[site].url("/");
    let finding = findings
        .at(nginx.place(at, Part::Head), format!("{url} answers 403: no `index` names index.php"))
        .help("nginx looks for the names of `index` in the folder, or for index.html alone; add index.php to them")
        .reader(Reader::Nginx)
        .host(stack, stack.sites[site].host)
        .confidence(sure);
    let finding = mend(nginx, server, index, finding, findings);
    findings.push(finding);
}

/// Whether an `index` that holds for the front page names a script.
fn names_script(config: &Config, server: ScopeId) -> bool {
    let top = config.scope(server).locations.iter().find(|item| {
        config.location(item.at).is_some_and(|location| location.text[..] == *b"/")
    });
    let scope = top.and_then(|item| item.scope).unwrap_or(server);
    let Some(owner) = config.nearest(scope, &[id::INDEX]) else { return false };
    config.scope(owner).all(id::INDEX).any(|item| {
        let is_script = |name: &[u8]| name == &SCRIPT[1..] || looks_like_php(name) || name.contains(&b'$');
        config.statement(item.at).is_some_and(|statement| statement.args().any(|word| is_script(&word.text())))
    })
}

/// Whether it is the missing file that is answered with 403, and no access rule.
fn is_for_want_of_index(front: &Trace) -> bool {
    let is_rule = |step: &Step| matches!(step.message, StepKind::Refused | StepKind::Login);
    matches!(front.outcome, Outcome::Error { status: 403, .. }) && !front.steps.iter().any(is_rule)
}

/// How sure it is that the site has an index.php and nothing else that is looked for; none where nothing speaks for it.
fn weigh(stack: &Stack, site: SiteId, config: &Config, server: ScopeId) -> Option<Confidence> {
    let host = &stack.hosts[stack.sites[site].host];
    let root = config.effective(server, &[id::ROOT])?;
    let root = config.arg_text(root.at, 0);
    if root.starts_with(b"/") && !root.contains(&b'$') {
        let folder = HostPath::new(&root);
        if host.stat(&folder.join(&SCRIPT[1..])).found().is_some() {
            // What the host holds instead of it was looked for by the request.
            return Some(Confidence::Certain);
        }
        if host.list(&folder).found().is_some() {
            return None;
        }
    }
    // A site that goes to index.php for what is not there has one.
    let missing = Request { presence: Presence::Absent, ..Request::get(b"/any-page-of-the-site") };
    let trace = stack.answer(site, &missing);
    let goes_there = trace.steps.iter().any(|step| match &step.message {
        StepKind::Internal(to) => split_query(to).0 == SCRIPT,
        _ => false,
    });
    (goes_there && matches!(trace.outcome, Outcome::Php(_))).then_some(Confidence::Likely)
}

fn mend(
    config: &Config,
    server: ScopeId,
    index: Option<Item>,
    finding: Finding,
    findings: &Findings<'_>,
) -> Finding {
    let title = "Name index.php";
    if let Some(item) = index {
        let is_own = config.nearest(server, &[id::INDEX]) == Some(server);
        let count = config.statement(item.at).map_or(0, |statement| statement.args().count());
        if !is_own || count == 0 {
            return finding;
        }
        let last = config.place(item.at, Part::Arg((count - 1) as u16));
        let end = Span::empty(findings.span(last).end);
        let edit = Edit { file: last.file, span: end, text: " index.php".to_owned() };
        return finding.fix(title, Applicability::Safe, vec![edit]);
    }
    match config.scope(server).last(id::ROOT) {
        Some(root) if config.scope(server).kind == ScopeKind::Server => {
            let edit = findings.line_after(config.place(root.at, Part::Whole), "index index.html index.php;");
            finding.fix(title, Applicability::Safe, vec![edit])
        }
        _ => finding,
    }
}
