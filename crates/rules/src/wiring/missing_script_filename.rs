//! `missing-script-filename`: requests reach php-fpm without SCRIPT_FILENAME.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::nginx::{Config, DirRef, Item, ScopeId, ScopeKind};
use fpmlint_daemons::{Part, Place};
use fpmlint_diagnostics::{Applicability, Confidence, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::{Connection, Endpoint, SiteId, SiteServer, Stack, Target};

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "missing-script-filename",
        group: Group::Wiring,
        default: Level::On(Severity::Error),
        summary: "`fastcgi_pass` is reached without SCRIPT_FILENAME",
        page: include_str!("missing_script_filename.md"),
    },
    check: Check::Site(check),
};

fn check(stack: &Stack, site: Option<SiteId>, findings: &mut Findings<'_>) {
    let Some(site) = site else {
        (0..stack.nginx.len()).for_each(|nginx| check_scopes(stack, nginx, ScopeId::ROOT, findings));
        return;
    };
    if let SiteServer::Nginx { config, server } = stack.sites[site].server
        && !server.is_in_trunk()
    {
        check_scopes(stack, config, server, findings);
    }
}

/// Checks the scopes that are made together with `scope`.
fn check_scopes(stack: &Stack, nginx: usize, scope: ScopeId, findings: &mut Findings<'_>) {
    for (at, scope) in stack.nginx[nginx].config.scopes.of_unit(scope) {
        let Some(pass) = scope.last(id::FASTCGI_PASS) else { continue };
        check_pass(stack, nginx, at, pass, findings);
    }
}

/// `nginx` is the configuration's number.
fn check_pass(stack: &Stack, nginx: usize, scope: ScopeId, pass: Item, findings: &mut Findings<'_>) {
    let (host, config) = (stack.nginx[nginx].host, &stack.nginx[nginx].config);
    let Some(parameters) = Parameters::in_force(config, scope) else { return };
    if parameters.has_script_filename {
        return;
    }
    let confidence = if is_php(stack, nginx, scope, pass) { parameters.confidence } else { Confidence::Possible };
    let place = config.place(pass.at, Part::Head);
    let included = parameter_file(config, scope);
    let message = match &included {
        Some((_, name)) => format!("SCRIPT_FILENAME is never sent to PHP: `{name}` does not set it"),
        None => "SCRIPT_FILENAME is never sent to PHP".to_owned(),
    };
    let line = "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;";
    let mut finding = findings
        .at(place, message)
        .help(format!(
            "php-fpm answers 404 \"File not found.\" and logs \"Primary script unknown\", for its status page too; add `{line}`"
        ))
        .confidence(confidence)
        .reader(Reader::Nginx)
        .host(stack, host);
    if let Some((place, _)) = included {
        finding = finding.label(stack, place, "the parameters come from here");
    }
    let edit = findings.line_after(config.place(pass.at, Part::Whole), line);
    findings.push(finding.fix("Add SCRIPT_FILENAME", Applicability::Safe, vec![edit]));
}

/// Whether php-fpm is likely to be at the other end. Programs in other languages speak FastCGI too and need no
/// SCRIPT_FILENAME.
fn is_php(stack: &Stack, nginx: usize, scope: ScopeId, pass: Item) -> bool {
    let (host, config) = (stack.nginx[nginx].host, &stack.nginx[nginx].config);
    let address = config.arg_text(pass.at, 0);
    if names_php(&address) {
        return true;
    }
    if let Target::Endpoints(endpoints) = stack.nginx_target(nginx, &address)
        && endpoints.iter().any(|(endpoint, _)| is_php_endpoint(stack, host, endpoint))
    {
        return true;
    }
    let words_name_php = |at: DirRef| {
        config.statement(at).is_some_and(|statement| statement.args().any(|word| names_php(&word.text())))
    };
    let around = config.ancestors(scope).filter_map(|scope| config.scope(scope).at);
    let hints = [id::FASTCGI_INDEX, id::INDEX, id::TRY_FILES].map(|id| config.effective(scope, &[id]));
    around.chain(hints.into_iter().flatten().map(|item| item.at)).any(words_name_php)
}

fn is_php_endpoint(stack: &Stack, host: usize, endpoint: &Endpoint) -> bool {
    names_php(endpoint.to_string().as_bytes())
        || matches!(endpoint, Endpoint::Tcp { port: 9000, .. })
        || matches!(stack.connect(host, endpoint), Connection::Pools(_))
}

fn names_php(text: &[u8]) -> bool {
    text.windows(3).any(|part| part.eq_ignore_ascii_case(b"php") || part.eq_ignore_ascii_case(b"fpm"))
}

/// What is known of the FastCGI parameters that hold in a scope.
struct Parameters {
    has_script_filename: bool,
    confidence: Confidence,
}

impl Parameters {
    /// None where they cannot be known: the scope is reached only by files that we do not see, or an include could
    /// not be read.
    fn in_force(config: &Config, scope: ScopeId) -> Option<Parameters> {
        let unresolved = !config.unresolved.is_empty();
        let Some(owner) = config.nearest(scope, &[id::FASTCGI_PARAM]) else {
            // Nothing is sent at all, unless a scope around this fragment or an unread include says otherwise.
            let whole = config.complete && !config.fragment;
            return whole.then_some(Parameters { has_script_filename: false, confidence: Confidence::Certain });
        };
        let names = config.scope(owner).all(id::FASTCGI_PARAM);
        let has = names.into_iter().any(|item| config.arg_text(item.at, 0)[..] == *b"SCRIPT_FILENAME");
        if !has && unresolved && Self::has_unread_include(config, owner) {
            return None;
        }
        let confidence = if config.fragment { Confidence::Likely } else { Confidence::Certain };
        Some(Parameters { has_script_filename: has, confidence })
    }

    /// Whether an include in this scope could not be read, so that it may set the parameter.
    fn has_unread_include(config: &Config, scope: ScopeId) -> bool {
        let Some(at) = config.scope(scope).at else { return true };
        let Some(statement) = config.statement(at) else { return true };
        let Some(chunk) = config.chunks.get(at.chunk as usize) else { return true };
        let range = statement.ordinal()..statement.descendants_end();
        config.unresolved.iter().any(|(place, _)| place.file != chunk.file || range.contains(&place.ordinal))
    }
}

/// The include of a parameter file that is in force, for the message: its place and name.
fn parameter_file(config: &Config, scope: ScopeId) -> Option<(Place, String)> {
    let owner = config.nearest(scope, &[id::FASTCGI_PARAM])?;
    let inner = config.ancestors(scope).find(|scope| config.scope(*scope).kind != ScopeKind::If)?;
    let opened_by = config.scope(owner).at.or(config.scope(inner).at)?;
    let chunk = config.chunks.get(opened_by.chunk as usize)?;
    let end = chunk.next(opened_by.ordinal);
    let include = chunk.includes.iter().find(|include| {
        let inside = include.ordinal > opened_by.ordinal && include.ordinal < end;
        // What stands in a block of the file holds in that block alone.
        let sets = |child: &u32| {
            let child = config.chunks.get(*child as usize);
            child.is_some_and(|child| {
                child.tree.statements().any(|it| child.id(it.ordinal()) == Some(id::FASTCGI_PARAM))
            })
        };
        inside && include.chunks.iter().any(sets)
    })?;
    let at = DirRef { chunk: opened_by.chunk, ordinal: include.ordinal };
    let path = config.arg_text(at, 0);
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(&path);
    Some((config.place(at, Part::Head), String::from_utf8_lossy(name).into_owned()))
}
