//! `xdebug-2-setting`: a setting of Xdebug 2.

use fpmlint_catalog::Version;
use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::{plain, sources};
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "xdebug-2-setting",
        group: Group::Upgrade,
        default: Level::On(Severity::Warning),
        summary: "a setting of Xdebug 2, which Xdebug 3 does not read",
        page: include_str!("xdebug_2_setting.md"),
    },
    check: Check::Masters(check),
};

/// Settings of Xdebug 2, and what Xdebug 3 has in their place; a name with `=` stands for the whole line, for which no
/// edit is offered.
const RENAMED: [(&[u8], &str); 14] = [
    (b"xdebug.auto_trace", "xdebug.start_with_request"),
    (b"xdebug.coverage_enable", "xdebug.mode = coverage"),
    (b"xdebug.default_enable", "xdebug.mode = develop"),
    (b"xdebug.profiler_enable", "xdebug.mode = profile"),
    (b"xdebug.profiler_enable_trigger", "xdebug.start_with_request = trigger"),
    (b"xdebug.profiler_output_dir", "xdebug.output_dir"),
    (b"xdebug.remote_autostart", "xdebug.start_with_request = yes"),
    (b"xdebug.remote_connect_back", "xdebug.discover_client_host"),
    (b"xdebug.remote_cookie_expire_time", ""),
    (b"xdebug.remote_enable", "xdebug.mode = debug"),
    (b"xdebug.remote_host", "xdebug.client_host"),
    (b"xdebug.remote_log", "xdebug.log"),
    (b"xdebug.remote_port", "xdebug.client_port"),
    (b"xdebug.trace_output_dir", "xdebug.output_dir"),
];

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack) {
        // Xdebug 2 does not load into PHP 8; for PHP 7 there are both.
        if source.version.is_none_or(|version| version < Version::new(8, 0, 0)) {
            continue;
        }
        for setting in plain(source.ini).filter(|setting| setting.name.starts_with(b"xdebug.")) {
            let Ok(at) = RENAMED.binary_search_by(|(name, _)| (*name).cmp(&*setting.name)) else { continue };
            let (_, new) = RENAMED[at];
            let place = setting.place.with(Part::Name);
            let advice = if new.is_empty() { "it has nothing in its place".to_owned() } else { format!("use `{new}`") };
            let mut finding = findings
                .at(place, format!("`{}` is a setting of Xdebug 2", show(&setting.name)))
                .help(format!("PHP 8 loads Xdebug 3 alone, which does not read it; {advice}"))
                .reader(Reader::PhpIni)
                .host(stack, source.host);
            if !new.is_empty() && !new.contains('=') {
                let edits = vec![findings.replacement(place, new)];
                finding = finding.fix(format!("Write `{new}`"), Applicability::Unsafe, edits);
            }
            findings.push(finding);
        }
    }
}
