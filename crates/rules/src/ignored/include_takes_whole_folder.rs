//! `include-takes-whole-folder`: an `Include` that names a folder reads every file in it.

use fpmlint_daemons::Part;
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_stack::Stack;
use fpmlint_workspace::HostPath;

use crate::rule::Check;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "include-takes-whole-folder",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "an `Include` that names a folder reads every file in it",
        page: include_str!("include_takes_whole_folder.md"),
    },
    check: Check::Stack(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for apache in &stack.apache {
        for include in apache.config.includes.iter().filter(|include| include.is_folder) {
            let pattern = String::from_utf8_lossy(&include.pattern);
            let pattern = pattern.trim_end_matches('/');
            let place = include.place.with(Part::Arg(0));
            let mut finding = findings
                .at(include.place.with(Part::Head), format!("every file in `{pattern}` and below is read, whatever its name"))
                .help(format!("editors' backups and disabled files are read too; write `{pattern}/*.conf`"))
                .reader(Reader::Apache)
                .host(stack, apache.host);
            let written = findings.text(place);
            let is_written = written.trim_matches('"').trim_end_matches('/') == pattern;
            // A pattern that no file fits is refused.
            let folder = apache.config.server_root.join(pattern.as_bytes());
            let fits = |path: &HostPath| {
                path.parent().as_ref() == Some(&folder) && path.as_bytes().ends_with(b".conf")
            };
            if is_written && apache.config.readings.iter().any(|reading| fits(&reading.path)) {
                let edit = findings.replacement(place, format!("{pattern}/*.conf"));
                finding = finding.fix("Read only `*.conf`", Applicability::Unsafe, vec![edit]);
            }
            findings.push(finding);
        }
    }
}
