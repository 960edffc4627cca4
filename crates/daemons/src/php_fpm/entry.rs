//! Taking one entry: finding the directive, and running its setter.
//!
//! In: name, key and value of a line under the open section. Out: a stored setting, or the daemon's refusal.
//! A refused value is stored too, as refused, so that later checks do not take the directive for unset.

use fpmlint_catalog::Version;
use fpmlint_catalog::php_fpm::{self, DirectiveId, id};

use super::draft::refusal;
use super::known;
use super::model::{Setting, Value};
use super::reader::{Reader, Section};
use super::setter;
use crate::php_ini::grammar::Text;
use crate::{Part, Place, Refusal, RefusalKind};

const NO_POOL: &str = "Can't use '$pool' when the pool is not defined";
const NO_BOOLEAN: &str = "invalid boolean value";

impl Reader<'_> {
    /// `name = value`.
    pub(crate) fn scalar(
        &mut self,
        name: &[u8],
        value: Option<Text<'_>>,
        place: Place,
    ) -> Result<(), Box<Refusal>> {
        let Some(value) = value else { return Err(Box::new(self.without_value(name, place))) };
        let Some(id) = self.known.scalar(name, self.section) else {
            return Err(Box::new(self.unknown_entry(name, place)));
        };
        let part = value_part(&value);
        let (value, refused) = self.set(id, value);
        self.keep(id, None, value, place);
        match refused {
            None => Ok(()),
            Some(why) => {
                let name = php_fpm::name(id);
                let message = format!("{} unable to parse value for entry '{name}': {why}", self.prefix());
                Err(Box::new(self.about_line(RefusalKind::InvalidValue, place.with(part), message)))
            }
        }
    }

    /// `name[key] = value`.
    pub(crate) fn array(
        &mut self,
        name: &[u8],
        written_key: &[u8],
        key: Text<'_>,
        value: Text<'_>,
        place: Place,
    ) -> Result<(), Box<Refusal>> {
        let id = self.known.array(name);
        let empty_key = matches!(&key, Text::Known(key) if key.is_empty());
        if id == Some(id::ACCESS_SUPPRESS_PATH) {
            self.check_suppress_path(empty_key, &value, place)?;
        } else if empty_key {
            let message = match self.version {
                Some(version) if version < Version::new(8, 2, 0) => "Misspelled  array ?".to_owned(),
                _ => format!("You must provide a key for field '{}'", String::from_utf8_lossy(name)),
            };
            let message = format!("{} {message}", self.prefix());
            return Err(Box::new(self.about_line(
                RefusalKind::InvalidValue,
                place.with(Part::Head),
                message,
            )));
        }
        if matches!(self.section, Section::Global(_)) {
            let message = format!("{} Array are not allowed in the global section", self.prefix());
            return Err(Box::new(self.about_line(
                RefusalKind::DirectiveNotAllowedHere,
                place.with(Part::Name),
                message,
            )));
        }
        let Some(id) = id else { return Err(Box::new(self.unknown_array(name, place))) };
        if id == id::ENV && matches!(&value, Text::Known(value) if value.is_empty()) {
            let message = format!("{} empty value", self.prefix());
            return Err(Box::new(self.about_line(RefusalKind::InvalidValue, place, message)));
        }
        let key: Box<[u8]> = match key {
            Text::Known(key) => key.as_ref().into(),
            Text::Unknown => written_key.into(),
        };
        let (value, refused) = if known::is_flag(id) { self.flag(value) } else { self.string(value) };
        let shown = refused.map(|_| String::from_utf8_lossy(&key).into_owned());
        self.keep(id, Some(key), value, place);
        match refused {
            None => Ok(()),
            Some(why) => {
                let (name, shown) = (String::from_utf8_lossy(name), shown.unwrap_or_default());
                let message = format!("{} error while parsing '{name}[{shown}]' : {why}", self.prefix());
                Err(Box::new(self.about_line(RefusalKind::InvalidValue, place.with(Part::Value), message)))
            }
        }
    }

    fn check_suppress_path(
        &mut self,
        empty_key: bool,
        value: &Text<'_>,
        place: Place,
    ) -> Result<(), Box<Refusal>> {
        let prefix = self.prefix();
        if !empty_key {
            let message = format!("{prefix} Keys provided to field 'access.suppress_path' are ignored");
            return Err(Box::new(self.about_line(
                RefusalKind::InvalidValue,
                place.with(Part::Offset),
                message,
            )));
        }
        let Text::Known(value) = value else { return Ok(()) };
        if value.starts_with(b"/") {
            return Ok(());
        }
        let part = if value.is_empty() { Part::Whole } else { Part::Value };
        let message = format!("{prefix} Values provided to field 'access.suppress_path' must begin with '/'");
        Err(Box::new(self.about_line(RefusalKind::InvalidValue, place.with(part), message)))
    }

    /// Runs the setter of a scalar directive.
    fn set(&self, id: DirectiveId, value: Text<'_>) -> (Value, Option<&'static str>) {
        let setter = setter::of(id);
        if setter == setter::Setter::String {
            return self.string(value);
        }
        let Text::Known(text) = value else { return (Value::Unknown, None) };
        match setter::refuse(setter, &text, self.version) {
            Some(why) => (Value::Refused, Some(why)),
            None => (Value::Known(text.as_ref().into()), None),
        }
    }

    fn flag(&self, value: Text<'_>) -> (Value, Option<&'static str>) {
        let Text::Known(text) = value else { return (Value::Unknown, None) };
        match setter::boolean(&text, self.version) {
            Some(true) => (Value::Known(b"1"[..].into()), None),
            Some(false) => (Value::Known(b"0"[..].into()), None),
            None => (Value::Refused, Some(NO_BOOLEAN)),
        }
    }

    fn string(&self, value: Text<'_>) -> (Value, Option<&'static str>) {
        let Text::Known(text) = value else { return (Value::Unknown, None) };
        if memchr::memchr(b'$', &text).is_none() || memchr::memmem::find(&text, POOL).is_none() {
            return (Value::Known(text.as_ref().into()), None);
        }
        match (self.pool_name(), self.section) {
            (Some(name), _) => (with_pool_name(&text, name).map_or(Value::Unknown, Value::Known), None),
            (None, Section::Unknown) => (Value::Unknown, None),
            (None, _) => (Value::Refused, Some(NO_POOL)),
        }
    }

    fn keep(&mut self, id: DirectiveId, key: Option<Box<[u8]>>, value: Value, place: Place) {
        let section = self.section.header();
        let leaked = self.leaked();
        self.store(Setting { id, place, key, value, section, leaked });
    }

    fn without_value(&self, name: &[u8], place: Place) -> Refusal {
        let kind =
            if name.starts_with(b"#") { RefusalKind::HashComment } else { RefusalKind::WrongArgumentCount };
        let message = format!("{} value is NULL for a ZEND_INI_PARSER_ENTRY", self.prefix());
        self.about_line(kind, place, message)
    }

    fn unknown_entry(&self, name: &[u8], place: Place) -> Refusal {
        let message = format!("{} unknown entry '{}'", self.prefix(), String::from_utf8_lossy(name));
        self.unknown(name, place, message, false)
    }

    fn unknown_array(&self, name: &[u8], place: Place) -> Refusal {
        let message = format!("{} unknown directive '{}'", self.prefix(), String::from_utf8_lossy(name));
        self.unknown(name, place, message, true)
    }

    fn unknown(&self, name: &[u8], place: Place, message: String, array: bool) -> Refusal {
        if name.starts_with(b"#") {
            return self.about_line(RefusalKind::HashComment, place, message);
        }
        let place = place.with(Part::Name);
        let elsewhere = php_fpm::find(name);
        match elsewhere {
            Some(id) if self.known.exists(id) => {
                self.about_line(RefusalKind::DirectiveNotAllowedHere, place, message)
            }
            Some(_) => self.about_line(RefusalKind::UnknownDirective, place, message),
            None => {
                let suggestion = known::suggest(name, self.section, array);
                self.about_line(RefusalKind::UnknownDirective, place, message).suggest(suggestion)
            }
        }
    }

    fn about_line(&self, kind: RefusalKind, place: Place, message: String) -> Refusal {
        refusal(kind, place, message).at_line(self.line)
    }
}

/// The part of a statement to point at for its value: an empty one shows nothing.
fn value_part(value: &Text<'_>) -> Part {
    if matches!(value, Text::Known(text) if text.is_empty()) { Part::Whole } else { Part::Value }
}

const POOL: &[u8] = b"$pool";

/// `text` with `$pool` replaced until none is left; none where that would not end, as with a pool named
/// `$pool`.
fn with_pool_name(text: &[u8], name: &[u8]) -> Option<Box<[u8]>> {
    let mut text = text.to_vec();
    for _ in 0..4 {
        if memchr::memmem::find(&text, POOL).is_none() {
            return Some(text.into_boxed_slice());
        }
        if memchr::memmem::find(name, POOL).is_some() {
            return None;
        }
        text = replaced_once(&text, name);
    }
    None
}

fn replaced_once(text: &[u8], name: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(text.len());
    let mut start = 0;
    for at in memchr::memmem::find_iter(text, POOL) {
        whole.extend_from_slice(text.get(start..at).unwrap_or(b""));
        whole.extend_from_slice(name);
        start = at + POOL.len();
    }
    whole.extend_from_slice(text.get(start..).unwrap_or(b""));
    whole
}
