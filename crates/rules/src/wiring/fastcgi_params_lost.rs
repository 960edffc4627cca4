//! `fastcgi-params-lost`: a parameter that was set never reaches PHP, or reaches it with another value.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Config, DECIDING_PARAMETERS, Item, ScopeId};
use fpmlint_diagnostics::{Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{SiteId, Stack};

use crate::inherited::{Replaced, replaced};
use crate::rule::{Check, Server};
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "fastcgi-params-lost",
        group: Group::Wiring,
        default: Level::On(Severity::Warning),
        summary: "a FastCGI parameter that was set does not reach PHP",
        page: include_str!("fastcgi_params_lost.md"),
    },
    check: Check::Server(check),
};

/// Names that a message lists.
const MAX_NAMES: usize = 4;

fn check(stack: &Stack, server: Server<'_>, findings: &mut Findings<'_>) {
    let Server { site, config, scope: server } = server;
    if !config.scopes.mentions(server, id::FASTCGI_PARAM) {
        return;
    }
    for (at, scope) in config.scopes.of_unit(server) {
        let passes = scope.last(id::FASTCGI_PASS).is_some();
        if passes && let Some(lost) = replaced(config, at, id::FASTCGI_PARAM, repeats) {
            check_lost(stack, site, config, lost, findings);
        }
        if passes {
            check_overridden(stack, site, config, at, findings);
        }
    }
}

/// Whether a line sends the parameter that another one would send. One that is left out when it is empty does not always.
fn repeats(config: &Config, own: Item, outer: Item) -> bool {
    config.arg_text(own.at, 0) == config.arg_text(outer.at, 0) && (!is_weak(config, own) || is_weak(config, outer))
}

fn is_weak(config: &Config, item: Item) -> bool {
    config.arg_text(item.at, 2)[..] == *b"if_not_empty"
}

fn check_lost(
    stack: &Stack,
    site: SiteId,
    config: &Config,
    Replaced { place, lost }: Replaced,
    findings: &mut Findings<'_>,
) {
    let name_of = |item: &Item| show(&config.arg_text(item.at, 0));
    let mut names: Vec<String> = lost.iter().map(name_of).collect();
    names.sort();
    names.dedup();
    // Without it nothing is run at all, which another rule says.
    if names.iter().any(|name| name == "SCRIPT_FILENAME") {
        return;
    }
    let (shown, more) = names.split_at(names.len().min(MAX_NAMES));
    let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
    let mut finding = findings
        .at(
            place,
            format!("a `fastcgi_param` of its own takes {}{more} from this block", shown.join(", ")),
        )
        .help(
            "a block inherits all lines of `fastcgi_param` or, with one of its own, none: PHP does not see these in \
             `$_SERVER`; repeat them here",
        )
        .reader(Reader::Nginx)
        .host(stack, stack.sites[site].host);
    for item in lost.iter().take(3) {
        finding = finding.label(stack, config.place(item.at, Part::Head), "does not hold there");
    }
    findings.push(finding);
}

/// A line of the block that a file included behind it sets again. The other way round the block means it.
fn check_overridden(
    stack: &Stack,
    site: SiteId,
    config: &Config,
    scope: ScopeId,
    findings: &mut Findings<'_>,
) {
    let Some(own) = config.scope(scope).at.map(|at| at.chunk) else { return };
    // Nearly always the block's own lines stand behind those that it includes.
    let mut has_own = false;
    let is_hidden = |item: &Item| {
        let is_own = item.at.chunk == own;
        has_own |= is_own;
        has_own && !is_own
    };
    if !config.scope(scope).items.iter().filter(|item| item.id == id::FASTCGI_PARAM).any(is_hidden) {
        return;
    }
    let lines: Vec<Item> = config.scope(scope).all(id::FASTCGI_PARAM).collect();
    for (number, earlier) in lines.iter().enumerate().filter(|(_, item)| item.at.chunk == own) {
        let name = config.arg_text(earlier.at, 0);
        let is_same = |item: &&Item| config.arg_text(item.at, 0) == name;
        let Some(last) = lines.iter().skip(number + 1).rfind(is_same) else { continue };
        let is_equal = config.arg_text(last.at, 1) == config.arg_text(earlier.at, 1);
        if last.at.chunk == own || is_weak(config, *last) || is_equal || !DECIDING_PARAMETERS.contains(&&name[..]) {
            continue;
        }
        let name = show(&name);
        let file = stack.files.get(config.place(last.at, Part::Head).file);
        let by = file.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let finding = findings
            .at(config.place(earlier.at, Part::Head), format!("{name} is set again by {by}, which is included below"))
            .help(
                "nginx sends both, and PHP keeps the last one: this line has no effect; put it behind the `include`",
            )
            .label(stack, config.place(last.at, Part::Head), "this one reaches PHP")
            .reader(Reader::Nginx)
            .host(stack, stack.sites[site].host);
        findings.push(finding);
    }
}
