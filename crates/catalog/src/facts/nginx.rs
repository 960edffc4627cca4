//! A row of the table of nginx as a form.
//!
//! The table has defaults as the C source writes them; here they become what one would write in a file, or nothing.

use super::Form;
use crate::nginx::{Arity, Directive, Duplicates, ValueType};

pub(super) fn form(row: &Directive) -> Form {
    Form {
        modules: vec![row.module],
        contexts: row.contexts.words().collect(),
        arguments: arguments(row),
        value: value(row),
        words: row.enum_values,
        default: row.default.and_then(|text| default(row, text)),
        repeated: repeated(row.duplicates),
        since: row.since,
        removed: row.removed,
        state: row.replacement.map(|name| format!("deprecated: use {name}")).unwrap_or_default(),
        build: row.build,
        ..Form::blank()
    }
}

fn arguments(row: &Directive) -> String {
    let count = if row.arity == Arity::counts(1) { "none".to_owned() } else { row.arity.to_string() };
    match (row.block, row.arity.is_flag()) {
        (true, _) => format!("{count}, then a block"),
        (false, true) => String::new(),
        (false, false) => count,
    }
}

fn value(row: &Directive) -> &'static str {
    match row.value {
        ValueType::Flag | ValueType::CustomFlag => "on or off",
        ValueType::Size => "a size with k or m; bytes when neither is given",
        ValueType::Offset => "a size with k, m or g; bytes when none is given",
        ValueType::Number => "a whole number",
        ValueType::Milliseconds => "a time with ms, s, m, h, d; seconds when none is given",
        ValueType::Seconds => "a time with s, m, h, d, w, M, y; seconds when none is given",
        ValueType::Enum => "one word",
        ValueType::Bitmask => "any of the words",
        ValueType::Buffers => "how many buffers, and the size of one",
        ValueType::Path => "a folder, and up to three numbers for levels below it",
        ValueType::Access => "rights such as user:rw group:r",
        ValueType::Predicate => "conditions: true when any is neither empty nor 0",
        ValueType::MimeTypes => "MIME types, or *",
        ValueType::ComplexString | ValueType::ComplexStringZero | ValueType::ComplexSize => "with variables",
        _ if row.variables => "with variables",
        _ => "",
    }
}

fn repeated(duplicates: Duplicates) -> &'static str {
    match duplicates {
        Duplicates::Refused => "refused as a duplicate",
        Duplicates::Append | Duplicates::Accumulate | Duplicates::Merge => "adds to the first",
        Duplicates::LastWins | Duplicates::LastWinsWarned => "replaces the first",
        Duplicates::Repeatable | Duplicates::Sequence => "any number may stand together",
        Duplicates::Keyed(rule) => rule,
        Duplicates::Idempotent => "changes nothing",
        Duplicates::Ignored | Duplicates::Unknown => "",
    }
}

/// The default as it would stand in a file; none when the C text is more than a plain value.
fn default(row: &Directive, text: &str) -> Option<String> {
    match row.value {
        ValueType::Flag | ValueType::CustomFlag => Some(if text == "0" { "off" } else { "on" }.to_owned()),
        ValueType::Milliseconds => product(text).map(milliseconds),
        ValueType::Seconds => product(text).map(|seconds| milliseconds(seconds.saturating_mul(1000))),
        ValueType::Size | ValueType::Offset => product(text).map(size),
        ValueType::Number => product(text).map(|number| number.to_string()),
        ValueType::String => quoted(text),
        ValueType::Enum | ValueType::CustomEnum | ValueType::Bitmask => words(row.enum_values, text),
        _ => None,
    }
}

/// A number, or a product of numbers.
fn product(text: &str) -> Option<u64> {
    text.split('*').try_fold(1_u64, |product, factor| product.checked_mul(factor.trim().parse().ok()?))
}

/// The largest unit that leaves no remainder.
fn milliseconds(number: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1000, "s")];
    // One minute is written as 60s everywhere.
    let fits = |(unit, _): &(u64, &str)| {
        number != 0 && number.is_multiple_of(*unit) && (number > 60_000 || *unit == 1000)
    };
    match UNITS.into_iter().find(fits) {
        Some((unit, letter)) => format!("{}{letter}", number / unit),
        None if number == 0 => "0".to_owned(),
        None => format!("{number}ms"),
    }
}

fn size(number: u64) -> String {
    const UNITS: [(u64, &str); 2] = [(1 << 20, "m"), (1 << 10, "k")];
    match UNITS.into_iter().find(|(unit, _)| number != 0 && number.is_multiple_of(*unit)) {
        Some((unit, letter)) => format!("{}{letter}", number / unit),
        None => number.to_string(),
    }
}

fn quoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    Some(inner).filter(|inner| !inner.is_empty()).map(str::to_owned)
}

/// Constants such as `NGX_HTTP_SATISFY_ALL` end in the word that they stand for; one that does not is not known.
fn words(known: &[&str], text: &str) -> Option<String> {
    let constants = text.trim_matches(['(', ')']).split('|').map(str::trim);
    let constants = constants.filter(|constant| *constant != "NGX_CONF_BITMASK_SET");
    let word = |constant: &str| {
        let ends = |word: &&&str| {
            let end = constant.to_ascii_lowercase();
            end.strip_suffix(&word.replace('-', "_")).is_some_and(|rest| rest.ends_with('_'))
        };
        known.iter().filter(ends).max_by_key(|word| word.len())
    };
    let words: Option<Vec<&str>> = constants.map(|constant| word(constant).copied()).collect();
    words.filter(|words| !words.is_empty()).map(|words| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        assert_eq!(product("24 * 60 * 60000").map(milliseconds).as_deref(), Some("1d"));
        assert_eq!([0, 500, 5000, 60_000, 600_000].map(milliseconds), ["0", "500ms", "5s", "60s", "10m"]);
        assert_eq!(product("10 * 1024 * 1024").map(size).as_deref(), Some("10m"));
        assert_eq!([0, 20, 16384].map(size), ["0", "20", "16k"]);
        assert_eq!((product("(size_t) ngx_pagesize"), product("32 - 1")), (None, None));
        assert_eq!(product("99999999999 * 99999999999"), None);
    }

    #[test]
    fn constants_become_the_words_that_they_stand_for() {
        let conditions = ["error", "timeout", "off", "http_500"];
        let text = "(NGX_CONF_BITMASK_SET |NGX_HTTP_UPSTREAM_FT_ERROR |NGX_HTTP_UPSTREAM_FT_TIMEOUT)";
        assert_eq!(words(&conditions, text).as_deref(), Some("error timeout"));
        assert_eq!(words(&["all", "any"], "NGX_HTTP_SATISFY_ALL").as_deref(), Some("all"));
        assert_eq!(words(&["1.0", "1.1"], "NGX_HTTP_VERSION_11"), None);
        assert_eq!(words(&conditions, "NGX_CONF_BITMASK_SET"), None);
    }
}
