//! Variables in values, cut as nginx's script compiler cuts them.
//!
//! In: a word's text. Out: the names in it, or what nginx says about a `$` that it cannot read. There is no escape
//! for a dollar.

use super::said::{Verdict, invalid, show};

/// Whether nginx compiles the word at all.
pub(in crate::nginx) fn has_variables(text: &[u8]) -> bool {
    memchr::memchr(b'$', text).is_some()
}

/// Gives each variable's name to `each`; `$1` to `$9` are groups of a pattern and no names.
pub(in crate::nginx) fn scan(arg: usize, text: &[u8], mut each: impl FnMut(&[u8])) -> Verdict {
    let mut rest = text;
    while let Some(dollar) = memchr::memchr(b'$', rest) {
        rest = rest.get(dollar + 1..).unwrap_or(b"");
        if matches!(rest.first(), Some(b'1'..=b'9')) {
            rest = rest.get(1..).unwrap_or(b"");
            continue;
        }
        let braced = rest.first() == Some(&b'{');
        if braced {
            rest = rest.get(1..).unwrap_or(b"");
        }
        if rest.is_empty() {
            return invalid(arg, "invalid variable name");
        }
        let end = rest.iter().position(|byte| !is_name(*byte)).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        rest = behind;
        if braced {
            if rest.first() != Some(&b'}') {
                let words = format!("the closing bracket in \"{}\" variable is missing", show(name));
                return invalid(arg, words);
            }
            rest = rest.get(1..).unwrap_or(b"");
        }
        if name.is_empty() {
            return invalid(arg, "invalid variable name");
        }
        each(name);
    }
    Ok(())
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        let verdict = scan(0, text.as_bytes(), |name| names.push(String::from_utf8_lossy(name).into_owned()));
        verdict.map(|()| names).map_err(|said| said.message)
    }

    #[test]
    fn names_are_cut_as_nginx_cuts_them() {
        assert_eq!(names("$a-${b}c$1x$10").unwrap(), ["a", "b"]);
        assert_eq!(names("plain").unwrap(), [""; 0]);
        for text in ["$", "a$-", "${}", "${", "$é"] {
            assert_eq!(names(text).unwrap_err(), "invalid variable name", "{text}");
        }
        assert_eq!(names("${a-b}").unwrap_err(), "the closing bracket in \"a\" variable is missing");
    }
}
