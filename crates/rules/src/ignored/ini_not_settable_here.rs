//! `ini-not-settable-here`: a setting that does nothing in `.user.ini`, or behind `[PATH=…]` and `[HOST=…]`.

use fpmlint_catalog::php_ini::{self, Changeable};
use fpmlint_daemons::Part;
use fpmlint_daemons::php_ini::{IniSetting, Scope};
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;

use crate::ini::{is_extension, is_read_at_start, sources};
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "ini-not-settable-here",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "this setting has no effect in `.user.ini`, or for some requests only",
        page: include_str!("ini_not_settable_here.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack) {
        for setting in &source.ini.settings {
            let why = if source.ini.per_folder { in_user_ini(setting) } else { behind_a_scope(setting) };
            let Some((place, help)) = why else { continue };
            let name = show(&setting.name);
            let finding = findings
                .at(setting.place.with(Part::Head), format!("`{name}` has no effect {place}"))
                .help(help)
                .fix(format!("Delete `{name}`"), Applicability::Unsafe, vec![findings.deletion(setting.place)])
                .reader(Reader::PhpIni)
                .host(stack, source.host);
            findings.push(finding);
        }
    }
}

/// Where the setting stands, and what to do instead, where it does nothing there.
type Why = Option<(&'static str, &'static str)>;

fn in_user_ini(setting: &IniSetting) -> Why {
    let changeable = || php_ini::entry(php_ini::find(&setting.name)?).changeable;
    let is_taken = || changeable().is_none_or(|by| by.intersects(Changeable::PERDIR | Changeable::USER));
    if !is_extension(&setting.name) && is_taken() {
        return None;
    }
    Some(("in `.user.ini`", "PHP leaves the line out without a word; only php.ini and the pool can set it"))
}

fn behind_a_scope(setting: &IniSetting) -> Why {
    let is_late = is_extension(&setting.name)
        || is_read_at_start(&setting.name)
        || matches!(&*setting.name, b"disable_functions" | b"disable_classes");
    let place = match &setting.scope {
        Scope::Path(_) => "behind `[PATH=…]`",
        Scope::Host(_) => "behind `[HOST=…]`",
        Scope::All => return None,
    };
    is_late.then_some((
        place,
        "PHP reads it once, when it starts, and the request's own value is for show; move the line to the top of the file, \
         for all requests",
    ))
}
