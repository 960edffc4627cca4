//! What a check says when nginx would not load a statement.

use crate::{Part, RefusalKind};

/// A refusal in the making: the statement is added by whoever asked.
#[derive(Debug)]
pub(in crate::nginx) struct Said {
    pub(in crate::nginx) kind: RefusalKind,
    pub(in crate::nginx) part: Part,
    /// nginx's words.
    pub(in crate::nginx) message: String,
}

/// Nothing, or what nginx would say. Boxed, so that the common answer is one word wide.
pub(in crate::nginx) type Verdict<T = ()> = Result<T, Box<Said>>;

/// A word that the directive does not take.
pub(in crate::nginx) fn invalid<T>(arg: usize, message: impl Into<String>) -> Verdict<T> {
    said(RefusalKind::InvalidValue, Part::Arg(arg as u16), message)
}

/// Any other refusal.
pub(in crate::nginx) fn said<T>(kind: RefusalKind, part: Part, message: impl Into<String>) -> Verdict<T> {
    Err(Box::new(Said { kind, part, message: message.into() }))
}

/// `invalid parameter "…"`, which most setters say.
pub(in crate::nginx) fn invalid_parameter<T>(arg: usize, text: &[u8]) -> Verdict<T> {
    invalid(arg, format!("invalid parameter \"{}\"", show(text)))
}

/// What nginx itself puts around the words of a shared setter.
pub(in crate::nginx) fn directive<T>(arg: usize, name: &str, words: &str) -> Verdict<T> {
    invalid(arg, format!("\"{name}\" directive {words}"))
}

/// Bytes as text.
pub(in crate::nginx) fn show(text: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(text)
}
