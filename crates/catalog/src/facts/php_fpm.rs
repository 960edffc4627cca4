//! A row of the table of php-fpm as a form.

use super::Form;
use crate::php_fpm::{Directive, Scope, ValueType};

pub(super) fn form(row: &Directive) -> Form {
    Form {
        contexts: match row.scope {
            Scope::Global => vec!["[global]"],
            Scope::Pool => vec!["a pool"],
            Scope::Both => vec!["[global]", "a pool"],
        },
        value: match row.value {
            ValueType::Include => "a path, which may be a pattern",
            // What a text names says more than that it is one.
            ValueType::String | ValueType::StringAnyCase => row.unit,
            ValueType::Integer => "a whole number",
            ValueType::Time => "a whole number and one of s, m, h, d; seconds when none is given",
            ValueType::Boolean => "yes or no",
            ValueType::Enum => "a word",
            ValueType::Rlimit => "a whole number, or unlimited",
            ValueType::Array => "text, after a key in brackets",
            ValueType::ArrayBoolean => "on or off, after a key in brackets",
        },
        words: row.enum_values,
        unit: match row.value {
            // The sentence about times tells it.
            ValueType::Time | ValueType::String | ValueType::StringAnyCase => "",
            _ => row.unit,
        },
        default: default(row),
        since: row.since,
        build: row.build,
        ..Form::blank()
    }
}

/// The plain default, or what the table says in words; a mandatory directive has none.
fn default(row: &Directive) -> Option<String> {
    let text = row.default_text;
    let mandatory = text.starts_with("- ");
    let words = (!text.is_empty() && !mandatory).then_some(text);
    row.default.filter(|_| row.default_text.is_empty()).or(words).map(str::to_owned)
}
