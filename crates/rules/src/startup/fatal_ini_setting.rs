//! `fatal-ini-setting`: a setting with which PHP does not start.

use fpmlint_daemons::Part;
use fpmlint_daemons::php_ini::{Ini, IniSetting, boolean};
use fpmlint_diagnostics::{Applicability, Daemon, Group, Level, Phase, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::sources;
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
    for source in sources(stack) {
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
        }
    }
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
