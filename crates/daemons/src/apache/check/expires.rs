//! mod_expires: `access plus 1 month`, `A3600`.

use fpmlint_catalog::apache::id;

use super::{Checks, Line, List, around, first, starts, value};
use crate::Part;
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[(id::EXPIRES_BY_TYPE, by_type), (id::EXPIRES_DEFAULT, default)];

fn by_type(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let kind = line.text(0);
    if !kind.contains(&b'/') {
        return first("Invalid mimetype: should contain a slash");
    }
    let code = line.text(1);
    let wrong = wrong_code(&code)?;
    value(Part::Arg(1), [b"'ExpiresByType ", &*kind, b" ", &*code, b"': ", &*wrong].concat())
}

fn default(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let code = line.text(0);
    let wrong = wrong_code(&code)?;
    first([b"'ExpiresDefault ", &*code, b"': ", &*wrong].concat())
}

/// What is wrong with a code; only first letters count.
fn wrong_code(code: &[u8]) -> Option<Vec<u8>> {
    if matches!(code.first(), Some(b'A' | b'M')) {
        return None;
    }
    let mut words = fpmlint_syntax::httpd::split_words(code).map(|(_, word)| word).peekable();
    let base = words.next().unwrap_or_default();
    if !["n", "a", "m"].iter().any(|base_start| starts(&base, base_start)) {
        return Some(around("bad expires code, unrecognised <base> '", &base, "'"));
    }
    words.next_if(|word| starts(word, "p"));
    while let Some(number) = words.next().filter(|word| !word.is_empty()) {
        if !number.first().is_some_and(u8::is_ascii_digit) {
            return Some(around("bad expires code, numeric value expected <num> '", &number, "'"));
        }
        let Some(unit) = words.next().filter(|word| !word.is_empty()) else {
            return Some(b"bad expires code, missing <type>".to_vec());
        };
        if !["y", "mo", "w", "d", "h", "mi", "s"].iter().any(|known| starts(&unit, known)) {
            return Some(around("bad expires code, unrecognised <type>'", &unit, "'"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        for right in ["A3600", "M1", "access", "access plus 1 month", "now plus 2 hours 3 minutes", "mod 1 y"]
        {
            assert_eq!(wrong_code(right.as_bytes()), None, "{right}");
        }
        let said = |code: &str| String::from_utf8(wrong_code(code.as_bytes()).unwrap()).unwrap();
        assert_eq!(said("foo"), "bad expires code, unrecognised <base> 'foo'");
        assert_eq!(said("access plus x"), "bad expires code, numeric value expected <num> 'x'");
        assert_eq!(said("access plus 1"), "bad expires code, missing <type>");
        assert_eq!(said("access plus 1 mx"), "bad expires code, unrecognised <type>'mx'");
    }
}
