//! Collects the problems of one `fpmlint.toml` with their places, and takes values of one type.

use std::ops::Range;
use std::path::Path;

use fpmlint_catalog::nearest;
use fpmlint_text::{Encoding, LineIndex};
use schemars::JsonSchema;
use toml::Spanned;
use toml::de::{DeArray, DeString, DeTable, DeValue};

use super::SettingsError;

/// More problems than anybody reads.
const MAX_PROBLEMS: usize = 1000;

/// A key and its value.
#[derive(Clone, Copy)]
pub(super) struct Value<'t> {
    pub key: &'t str,
    pub value: &'t Spanned<DeValue<'t>>,
}

pub(super) struct Problems<'a> {
    file: &'a Path,
    bytes: &'a [u8],
    lines: LineIndex,
    found: Vec<SettingsError>,
}

impl<'a> Problems<'a> {
    pub fn new(file: &'a Path, bytes: &'a [u8]) -> Problems<'a> {
        Problems { file, bytes, lines: LineIndex::new(bytes), found: Vec::new() }
    }

    fn is_flooded(&self) -> bool {
        self.found.len() >= MAX_PROBLEMS
    }

    /// Every problem, in file order.
    pub fn finish(mut self) -> Vec<SettingsError> {
        self.found.sort_by(|a, b| (a.line, a.column, &a.message).cmp(&(b.line, b.column, &b.message)));
        self.found
    }

    /// Line and column of a byte, both from 1.
    pub fn place(&self, offset: usize) -> (u32, u32) {
        let position = self.lines.position(self.bytes, offset as u32, Encoding::Utf32);
        (position.line + 1, position.column + 1)
    }

    pub fn add(&mut self, span: Range<usize>, message: String) {
        if self.is_flooded() {
            return;
        }
        let (line, column) = self.place(span.start);
        self.found.push(SettingsError { file: self.file.to_owned(), line, column, message });
    }

    pub fn at(&mut self, at: Value<'_>, message: String) {
        self.add(at.value.span(), message);
    }

    /// The bytes as text; reports the first byte that is none.
    pub fn text<'b>(&mut self, bytes: &'b [u8]) -> Option<&'b str> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(error) => {
                self.add(error.valid_up_to()..error.valid_up_to(), "this is not UTF-8".to_owned());
                None
            }
        }
    }

    /// Reports a key that the table `T` does not have. The table's schema knows those that it has.
    pub fn unknown_key<T: JsonSchema>(&mut self, key: &Spanned<DeString<'_>>) {
        if self.is_flooded() {
            return;
        }
        let schema = schemars::schema_for!(T);
        let properties = schema.get("properties").and_then(|properties| properties.as_object());
        let known: Vec<&str> =
            properties.into_iter().flat_map(|map| map.keys()).map(String::as_str).collect();
        self.unknown_word(key.span(), "key", key.get_ref(), &known);
    }

    /// Reports a word that is none of `known`, with the nearest of them or, where none is near, all.
    pub fn unknown_word(&mut self, span: Range<usize>, what: &str, word: &str, known: &[&str]) {
        let hint = match nearest(word, known.iter().copied()) {
            Some(near) => format!(", did you mean `{near}`?"),
            None => format!("; known are `{}`", known.join("`, `")),
        };
        self.add(span, format!("unknown {what} `{word}`{hint}"));
    }

    fn wrong_type(&mut self, at: Value<'_>, wanted: &str) {
        let article = match at.value.get_ref() {
            DeValue::Integer(_) | DeValue::Array(_) => "an",
            _ => "a",
        };
        let found = at.value.get_ref().type_str();
        self.at(at, format!("`{}` must be {wanted}, not {article} {found}", at.key));
    }

    pub fn string<'t>(&mut self, at: Value<'t>) -> Option<&'t str> {
        let found = at.value.get_ref().as_str();
        if found.is_none() {
            self.wrong_type(at, "a string");
        }
        found
    }

    pub fn boolean(&mut self, at: Value<'_>) -> Option<bool> {
        let found = at.value.get_ref().as_bool();
        if found.is_none() {
            self.wrong_type(at, "true or false");
        }
        found
    }

    pub fn table<'t>(&mut self, at: Value<'t>) -> Option<&'t DeTable<'t>> {
        let found = at.value.get_ref().as_table();
        if found.is_none() {
            self.wrong_type(at, "a table");
        }
        found
    }

    pub fn array<'t>(&mut self, at: Value<'t>, wanted: &str) -> Option<&'t DeArray<'t>> {
        let found = at.value.get_ref().as_array();
        if found.is_none() {
            self.wrong_type(at, wanted);
        }
        found
    }
}
