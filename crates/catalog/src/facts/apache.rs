//! A row of the tables of Apache as a form.

use super::Form;
use crate::apache::{ArgsHow, Contexts, Directive, Htaccess, Status};

/// What people call the contexts, from the outermost inwards.
const CONTEXTS: [(Contexts, &str); 7] = [
    (Contexts::SERVER, "server"),
    (Contexts::VIRTUAL_HOST, "<VirtualHost>"),
    (Contexts::DIRECTORY, "<Directory>"),
    (Contexts::LOCATION, "<Location>"),
    (Contexts::FILES, "<Files>"),
    (Contexts::IF, "<If>"),
    (Contexts::PROXY, "<Proxy>"),
];

pub(super) fn form(row: &Directive) -> Form {
    Form {
        modules: Some(row.load_name.unwrap_or(row.module))
            .filter(|name| !name.is_empty())
            .into_iter()
            .collect(),
        contexts: contexts(row.contexts),
        htaccess: match row.htaccess {
            Htaccess::Refused | Htaccess::RefusedByHandler => None,
            Htaccess::WithAny(classes) => {
                Some(format!("AllowOverride {}", classes.words().collect::<Vec<_>>().join(" or ")))
            }
        },
        arguments: arguments(row.args).to_owned(),
        value: if row.args == ArgsHow::Flag { "on or off" } else { "" },
        words: words(row),
        default: row.default.map(str::to_owned),
        since: row.since,
        removed: row.removed,
        state: state(row),
        ..Form::blank()
    }
}

fn contexts(set: Contexts) -> Vec<&'static str> {
    CONTEXTS.into_iter().filter(|(context, _)| set.contains(*context)).map(|(_, word)| word).collect()
}

fn arguments(args: ArgsHow) -> &'static str {
    match args {
        ArgsHow::Raw | ArgsHow::Flag => "",
        ArgsHow::None => "none",
        ArgsHow::One => "1",
        ArgsHow::Two => "2",
        ArgsHow::Three => "3",
        ArgsHow::OneOrTwo => "1 or 2",
        ArgsHow::OneOrThree => "1 or 3",
        ArgsHow::TwoOrThree => "2 or 3",
        ArgsHow::OneToThree => "1, 2 or 3",
        ArgsHow::Any => "any number",
        ArgsHow::Each => "at least 1",
        ArgsHow::EachWithFirst => "at least 2",
    }
}

/// The words that it takes, where the table has nothing else: of a single argument, and no placeholders.
fn words(row: &Directive) -> &'static [&'static str] {
    let placeholder =
        |word: &&str| ["*", "path", "file", "pipe", "URL", "media"].iter().any(|part| word.contains(part));
    let listed =
        row.args == ArgsHow::One && row.enum_values.len() > 1 && !row.enum_values.iter().any(placeholder);
    if listed { row.enum_values } else { &[] }
}

/// What has become of it; the table's note tells more of some.
fn state(row: &Directive) -> String {
    let word = match row.status {
        Status::Current | Status::Undocumented => return String::new(),
        Status::Deprecated => "deprecated",
        Status::NoOp => "accepted without effect",
        Status::Rejected => "always refused",
        Status::Renamed => "an old name",
        Status::RemovedIn24 => "gone since 2.4",
        Status::TrunkOnly => "in no release",
        Status::SolarisOnly => "on Solaris only",
        Status::WindowsOnly => "on Windows only",
        Status::NetwareOnly => "on NetWare only",
        Status::SourceOnly => "in no usual build",
        Status::ExampleOnly => "in an example module only",
    };
    if row.note.is_empty() { word.to_owned() } else { format!("{word}: {}", row.note) }
}
