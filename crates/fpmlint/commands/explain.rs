//! `fpmlint explain`.

use std::io::{self, Write};

use crate::exit::Status;
use crate::output::say;

pub fn run(name: &str) -> io::Result<Status> {
    match fpmlint_rules::find(name) {
        Some(rule) => {
            let mut out = io::stdout().lock();
            let meta = &rule.meta;
            writeln!(out, "{}", meta.page.trim_end())?;
            writeln!(out, "\nGroup: {}. Default: {}.", meta.group.name(), meta.default.name())?;
            Ok(Status::Clean)
        }
        None => {
            let nearest = fpmlint_catalog::nearest(name, fpmlint_rules::names());
            let hint = match nearest {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => "`fpmlint rules` lists them".to_owned(),
            };
            say(&format!("fpmlint: no rule is called `{name}`; {hint}"));
            Ok(Status::Failed)
        }
    }
}
