//! INI text that stands in no file, such as the value of `PHP_VALUE`.
//!
//! In: the text. Out: names and values in reading order, as PHP would set them one after the other. Invariant: what
//! stands behind a syntax error is dropped.

use fpmlint_catalog::Version;

use super::grammar::{self, Event, EventKind, Sink, Text, Variable};

/// A name and its value; none where that is not known.
pub type TextSetting = (Box<[u8]>, Option<Box<[u8]>>);

/// The settings of a text: each name, and its value where it is known. Entries of arrays and sections set nothing.
pub fn settings(text: &[u8], version: Option<Version>) -> Vec<TextSetting> {
    let mut found = Found(Vec::new());
    // Each reading ends at its fault; what came before it counts.
    let _ = grammar::parse(text, version, &mut found);
    found.0
}

struct Found(Vec<TextSetting>);

impl<'t> Sink<'t> for Found {
    /// The settings and the environment of the daemon are not known here.
    fn variable(&mut self, _name: &'t [u8]) -> Variable {
        Variable::Unknown
    }

    fn event(&mut self, event: Event<'t>) {
        let EventKind::Entry { name, value: Some(value) } = event.kind else { return };
        let value = match value {
            Text::Known(text) => Some(text.into_owned().into_boxed_slice()),
            Text::Unknown => None,
        };
        self.0.push((name.into(), value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_set_one_name_each() {
        let found =
            settings(b"memory_limit = 64M\n[x]\npost_max_size=\"8M\" ; why\na[b]=1\nx=${Y}\nbad = (", None);
        let shown: Vec<(String, Option<String>)> = found
            .into_iter()
            .map(|(name, value)| {
                let show = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
                (show(&name), value.as_deref().map(show))
            })
            .collect();
        let expected = [("memory_limit", Some("64M")), ("post_max_size", Some("8M")), ("x", None)];
        assert_eq!(shown, expected.map(|(name, value)| (name.to_owned(), value.map(str::to_owned))));
    }
}
