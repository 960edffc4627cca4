//! `ini-value-rejected`: PHP does not take a value and keeps another.

use fpmlint_daemons::php_ini::{quantity, strtol};
use fpmlint_daemons::{Part, Place};
use fpmlint_diagnostics::{Applicability, Group, Level, Reader, RuleMeta, Severity};
use fpmlint_catalog::{Version, php_ini};
use fpmlint_stack::Stack;

use crate::ini::{of_pool, plain, sources};
use crate::rule::Check;
use crate::words::show;
use crate::{Findings, Rule};

pub static RULE: Rule = Rule {
    meta: RuleMeta {
        name: "ini-value-rejected",
        group: Group::Ignored,
        default: Level::On(Severity::Warning),
        summary: "PHP does not take this value, or reads another number than it says",
        page: include_str!("ini_value_rejected.md"),
    },
    check: Check::Masters(check),
};

fn check(stack: &Stack, findings: &mut Findings<'_>) {
    for source in sources(stack) {
        for setting in plain(source.ini) {
            let Some(text) = setting.value.known() else { continue };
            let place = (setting.place, Reader::PhpIni);
            judge(stack, source.host, source.version, (&setting.name, text), place, findings);
        }
    }
    for (pool, facts) in stack.pools.iter().enumerate() {
        let version = stack.masters[facts.master].config.version;
        for (name, setting) in of_pool(stack.pool_config(pool)) {
            let Some(text) = setting.value.known() else { continue };
            judge(stack, facts.host, version, (name, text), (setting.place, Reader::PhpFpm), findings);
        }
    }
}

/// What is wrong with a value, what PHP does then, and what was probably meant.
struct Fault {
    what: String,
    then: String,
    meant: Option<String>,
}

fn judge(
    stack: &Stack,
    host: usize,
    version: Option<Version>,
    (name, text): (&[u8], &[u8]),
    (place, reader): (Place, Reader),
    findings: &mut Findings<'_>,
) {
    if text.is_empty() {
        return;
    }
    let fault = match range(name, version).filter(|range| !range.holds(text)) {
        Some(range) => Some(range.fault(name, text)),
        None => unit(name, text)
            .or_else(|| session_name(name, text))
            .or_else(|| time_zone(name, text))
            .or_else(|| jit(name, text)),
    };
    let Some(fault) = fault else { return };
    let place = place.with(Part::Value);
    let mut finding = findings.at(place, fault.what).help(fault.then).reader(reader).host(stack, host);
    if let Some(meant) = fault.meant {
        let edits = vec![findings.replacement(place, meant.clone())];
        finding = finding.fix(format!("Write `{meant}`"), Applicability::Safe, edits);
    }
    findings.push(finding);
}

/// The numbers that a setting takes.
struct Range {
    least: i64,
    most: i64,
    /// What stands where the value is not taken.
    instead: &'static str,
    /// What the number counts.
    unit: &'static str,
    /// Whether `K`, `M` and `G` multiply; else only the digits in front count.
    multiplies: bool,
    /// Whether PHP says something.
    silent: bool,
}

fn range(name: &[u8], version: Option<Version>) -> Option<Range> {
    let of = |least, most, instead, unit, multiplies, silent| Range { least, most, instead, unit, multiplies, silent };
    let newer = version.is_none_or(|version| version >= Version::new(8, 4, 0));
    Some(match name {
        b"opcache.memory_consumption" => of(8, i64::MAX, "128", "megabytes", false, true),
        b"opcache.interned_strings_buffer" => {
            of(0, if newer { 32_767 } else { 4_095 }, "8", "megabytes", true, true)
        }
        b"opcache.max_accelerated_files" => of(200, 1_000_000, "10000", "scripts", false, true),
        b"opcache.max_wasted_percentage" => of(1, 50, "5", "per cent", false, true),
        b"session.sid_length" => of(22, 256, "32", "characters", false, false),
        b"session.sid_bits_per_character" => of(4, 6, "4", "bits", false, false),
        b"session.cookie_lifetime" => of(0, i64::MAX, "0", "seconds", false, false),
        b"precision" => of(-1, i64::MAX, "14", "digits", false, true),
        b"serialize_precision" => of(-1, i64::MAX, "-1", "digits", false, true),
        b"max_input_vars" => of(0, i64::MAX, "1000", "variables", true, true),
        b"max_input_nesting_level" => of(0, i64::MAX, "64", "levels", true, true),
        _ => return None,
    })
}

impl Range {
    fn number(&self, text: &[u8]) -> i64 {
        if self.multiplies { quantity(text).value } else { strtol(text) }
    }

    fn holds(&self, text: &[u8]) -> bool {
        (self.least..=self.most).contains(&self.number(text))
    }

    fn fault(&self, name: &[u8], text: &[u8]) -> Fault {
        let number = self.number(text);
        let name = show(name);
        let range = match self.most {
            i64::MAX => format!("at least {}", self.least),
            most => format!("{} to {most}", self.least),
        };
        let read = if show(text) == number.to_string() { String::new() } else { format!(", which PHP reads as {number}") };
        let said = if self.silent { "PHP says nothing" } else { "PHP logs a warning at start" };
        Fault {
            what: format!("`{name} = {}` is not taken{read}: it counts {}, {range}", show(text), self.unit),
            then: format!("{said} and keeps {}", self.instead),
            meant: in_the_unit(text).filter(|meant| self.holds(meant.as_bytes()) && self.unit == "megabytes"),
        }
    }
}

/// `16M` or `1G` as the number of megabytes that it was meant for.
fn in_the_unit(text: &[u8]) -> Option<String> {
    let (last, digits) = text.split_last()?;
    let number: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    match last.to_ascii_lowercase() {
        b'm' => Some(number.to_string()),
        b'g' => Some(number.checked_mul(1024)?.to_string()),
        _ => None,
    }
}

/// A size with two letters: only the last one could multiply, and `B` does not.
fn unit(name: &[u8], text: &[u8]) -> Option<Fault> {
    let (last, rest) = text.split_last()?;
    let (letter, digits) = rest.split_last()?;
    let is_size = matches!(last, b'b' | b'B') && matches!(letter.to_ascii_lowercase(), b'k' | b'm' | b'g');
    if !is_size || digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let entry = php_ini::entry(php_ini::find(name)?);
    if entry.value != php_ini::ValueType::Integer {
        return None;
    }
    let number = show(digits);
    let then = match name {
        b"memory_limit" => "PHP cannot work with so little and keeps the limit that it had".to_owned(),
        _ => format!("PHP goes on with {number}, and from 8.2 on logs a warning at start"),
    };
    Some(Fault {
        what: format!("`{} = {}` is {number} bytes: `B` is no unit", show(name), show(text)),
        then,
        meant: Some(show(rest)),
    })
}

fn session_name(name: &[u8], text: &[u8]) -> Option<Fault> {
    if name != b"session.name" || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(Fault {
        what: format!("`session.name = {}` is not taken: it is a number", show(text)),
        then: "PHP logs a warning at start and keeps PHPSESSID".to_owned(),
        meant: None,
    })
}

/// The first words of the names of time zones that have several.
const REGIONS: [&[u8]; 16] = [
    b"africa", b"america", b"antarctica", b"arctic", b"asia", b"atlantic", b"australia", b"brazil", b"canada", b"chile",
    b"etc", b"europe", b"indian", b"mexico", b"pacific", b"us",
];

/// A time zone whose name has a form that none has: new ones come, but not with blanks or signs.
fn time_zone(name: &[u8], text: &[u8]) -> Option<Fault> {
    if name != b"date.timezone" {
        return None;
    }
    let region = text.split(|byte| *byte == b'/').next().unwrap_or(b"").to_ascii_lowercase();
    let has_region = region.len() < text.len();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"/_-+".contains(byte);
    let signed = |pair: &[u8]| matches!(pair, [b'+' | b'-', b'0'..=b'9']);
    let is_offset = !has_region && text.windows(2).any(signed) && !is_fixed_offset(text);
    let is_known_form = text.iter().all(is_word)
        && !is_offset
        && text.first().is_some_and(u8::is_ascii_alphabetic)
        && (!has_region || REGIONS.contains(&region.as_slice()));
    if is_known_form {
        return None;
    }
    Some(Fault {
        what: format!("`date.timezone = {}` is not taken: it is no name of a time zone", show(text)),
        then: "PHP logs a warning at start and goes on with UTC; write a name such as `Europe/Vienna` or `Etc/GMT-1`".to_owned(),
        meant: None,
    })
}

/// `GMT+0` and `GMT-0`, the only names with a number of hours and without a region.
fn is_fixed_offset(text: &[u8]) -> bool {
    text.eq_ignore_ascii_case(b"gmt+0") || text.eq_ignore_ascii_case(b"gmt-0")
}

fn jit(name: &[u8], text: &[u8]) -> Option<Fault> {
    const WORDS: [&[u8]; 9] =
        [b"disable", b"on", b"yes", b"true", b"off", b"no", b"false", b"tracing", b"function"];
    let is_word = WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    if name != b"opcache.jit" || is_word || text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(Fault {
        what: format!("`opcache.jit = {}` is not taken: it is `disable`, `off`, `on`, `tracing`, `function` or four digits", show(text)),
        then: "PHP logs a warning at start and keeps its default".to_owned(),
        meant: None,
    })
}
