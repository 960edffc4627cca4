//! A row of the table of php.ini as a form.

use super::Form;
use crate::php_ini::{Changeable, Default, DefaultChange, Directive, Origin, ValueType};

pub(super) fn form(row: &Directive) -> Form {
    let module = match row.origin {
        Origin::Core | Origin::Sapi(_) => None,
        Origin::Extension(name) | Origin::Manual(name) => Some(name).filter(|name| !name.is_empty()),
    };
    Form {
        modules: module.into_iter().collect(),
        value: match row.value {
            ValueType::Boolean => "on or off",
            ValueType::Integer => "a whole number; with K, M or G where it is a size",
            ValueType::Float => "a number",
            ValueType::String | ValueType::Unknown => "",
        },
        default: default(row.default, row.value),
        older_defaults: row.default_changes.iter().filter_map(|change| older(change, row.value)).collect(),
        changeable: row.changeable.map(changeable),
        since: row.since,
        removed: row.removed,
        state: row.deprecated.map(|since| format!("deprecated since {}", since.short())).unwrap_or_default(),
        ..Form::blank()
    }
}

fn older(change: &DefaultChange, value: ValueType) -> Option<String> {
    Some(format!("{} before {}", default(change.before, value)?, change.version.short()))
}

fn default(default: Default, value: ValueType) -> Option<String> {
    Some(match default {
        Default::Unknown => return None,
        Default::Null => "none".to_owned(),
        Default::Value("") => "empty".to_owned(),
        Default::Value("1") if value == ValueType::Boolean => "on".to_owned(),
        Default::Value("0") if value == ValueType::Boolean => "off".to_owned(),
        Default::Value(text) => text.to_owned(),
        Default::Build(_) => "set when PHP was built".to_owned(),
    })
}

/// The narrowest right decides the words: what a script may set, everybody else may set as well.
fn changeable(who: Changeable) -> &'static str {
    if who.contains(Changeable::PHP_INI_ONLY) {
        "php.ini only"
    } else if who.contains(Changeable::USER) {
        "php.ini, a pool, .user.ini, and scripts with ini_set()"
    } else if who.contains(Changeable::PERDIR) {
        "php.ini, a pool, .user.ini; not scripts"
    } else {
        "php.ini, a pool; not .user.ini, not scripts"
    }
}
