//! `fatal-ini-setting`: a setting with which PHP does not start.

use fpmlint_daemons::Part;
use fpmlint_daemons::php_ini::{Ini, IniSetting, boolean};
use fpmlint_diagnostics::{Applicability, Confidence, Daemon, Group, Level, Phase, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::{Source, sources};
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "fatal-ini-setting",
        group: Group::Startup,
        default: Level::On(Severity::Error),
        summary: "PHP does not start with this setting of php.ini",
        page: include_str!("fatal_ini_setting.md"),
    },
    check: Check::Masters(check),
};

/// Settings that are gone and end PHP when they are switched on.
const GONE: [&[u8]; 13] = [
    b"allow_call_time_pass_reference",
    b"asp_tags",
    b"define_syslog_variables",
    b"highlight.bg",
    b"magic_quotes_gpc",
    b"magic_quotes_runtime",
    b"magic_quotes_sybase",
    b"register_globals",
    b"register_long_arrays",
    b"safe_mode",
    b"safe_mode_gid",
    b"zend.ze1_compatibility_mode",
    b"track_errors",
];

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack).filter(|source| !source.ini.per_folder) {
        // PHP looks for them in this order and ends at the first.
        let mut first = true;
        let old = source.version.is_some_and(|version| version.major < 8);
        for name in GONE {
            // PHP 7 still knew this one.
            if old && name == b"track_errors" {
                continue;
            }
            if let Some(setting) = switched_on(source.ini, name) {
                let name = show(name);
                let said = format!("Directive '{name}' is no longer available in PHP");
                report(stack, source.host, setting, (&said, first), findings);
                first = false;
            }
        }
        let unset = |name: &[u8]| source.ini.complete && source.ini.text(name).is_none_or(<[u8]>::is_empty);
        if let Some(setting) = switched_on(source.ini, b"opcache.file_cache_only")
            && unset(b"opcache.file_cache")
        {
            let said = "opcache.file_cache_only is set without a proper setting of opcache.file_cache";
            report(stack, source.host, setting, (said, first), findings);
            first = false;
        }
        preload(stack, &source, first, findings);
    }
}

/// A script that root would run before anybody else: PHP wants to know as whom. Only OPcache looks for it.
fn preload(stack: &Stack, source: &Source<'_>, first: bool, findings: &mut Findings<'_>) {
    let ini = source.ini;
    let Some(setting) = ini.effective(b"opcache.preload") else { return };
    let text = |name: &[u8]| ini.effective(name).map(|setting| setting.value.known());
    let is_on = text(b"opcache.enable").is_none_or(|value| value.is_some_and(boolean));
    let has_user = text(b"opcache.preload_user").is_some_and(|value| value != Some(b""));
    if setting.value.known().is_none_or(<[u8]>::is_empty) || !is_on || has_user || !ini.complete {
        return;
    }
    let is_opcache = |value: &[u8]| value.windows(7).any(|part| part == b"opcache");
    let loads_it = ini.extensions().any(|extension| extension.value.known().is_some_and(is_opcache));
    // An image may start php-fpm as somebody else, and may load OPcache in a file that only the image has.
    let is_sure = loads_it && stack.hosts[source.host].is_machine();
    let said = "\"opcache.preload_user\" has not been defined";
    let daemon = Daemon { message: format!("Fatal Error {said}"), file: None, line: None };
    let finding = findings
        .at(setting.place.with(Part::Head), format!("PHP says: {said}"))
        .help(
            "PHP ends with a fatal error, and php-fpm with it, in its test as well as at start, when root starts it; \
             set `opcache.preload_user` to the user that the script belongs to",
        )
        .confidence(if is_sure { Confidence::Certain } else { Confidence::Likely })
        .reader(Reader::PhpIni)
        .host(stack, source.host)
        .refusal(Phase::Test, first && is_sure, daemon);
    findings.push(finding);
}

/// The setting in force, where it is switched on.
fn switched_on<'i>(ini: &'i Ini, name: &[u8]) -> Option<&'i IniSetting> {
    ini.effective(name).filter(|setting| setting.value.known().is_some_and(boolean))
}

fn report(
    stack: &Stack,
    host: usize,
    setting: &IniSetting,
    (said, first): (&str, bool),
    findings: &mut Findings<'_>,
) {
    let daemon = Daemon { message: said.to_owned(), file: None, line: None };
    let finding = findings
        .at(setting.place.with(Part::Head), format!("PHP says: {said}"))
        .help("PHP ends with a fatal error, and php-fpm with it, in its test as well as at start; delete the line")
        .fix("Delete the line", Applicability::Unsafe, vec![findings.deletion(setting.place)])
        .reader(Reader::PhpIni)
        .host(stack, host)
        .refusal(Phase::Test, first, daemon);
    findings.push(finding);
}
