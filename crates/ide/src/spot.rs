//! The part of a statement that an offset touches.

use fpmlint_daemons::Part;
use fpmlint_syntax::{Statement, StatementKind, Tree};
use fpmlint_text::Span;

/// A part of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot<'t> {
    /// The statement.
    pub statement: Statement<'t>,
    /// Name, argument, key's offset or value.
    pub part: Part,
    /// Its bytes.
    pub span: Span,
}

/// What stands at an offset: none between words and in comments.
pub(crate) fn spot(tree: &Tree, offset: u32) -> Option<Spot<'_>> {
    let statement = tree.statement_at(offset)?;
    let at = |part, span: Span| span.touches(offset).then_some(Spot { statement, part, span });
    let name = statement.name().span();
    if statement.kind() == StatementKind::Section {
        return at(Part::Name, name);
    }
    at(Part::Name, name)
        .or_else(|| at(Part::Offset, statement.offset()?.span()))
        .or_else(|| at(Part::Value, statement.value()?.span()))
        .or_else(|| {
            let mut args = statement.args().enumerate();
            let touched = args.find(|(_, word)| word.span().touches(offset));
            touched.and_then(|(number, word)| at(Part::Arg(u16::try_from(number).ok()?), word.span()))
        })
}

/// The variable (`$name` or `${name}`) of a text that an offset touches, without dollar and braces.
pub(crate) fn variable_at(text: &[u8], span: Span, offset: u32) -> Option<(&[u8], Span)> {
    let word = span.of(text);
    let mut at = 0;
    while let Some(dollar) = memchr::memchr(b'$', word.get(at..)?) {
        let start = at + dollar;
        let braced = word.get(start + 1) == Some(&b'{');
        let name_start = start + 1 + usize::from(braced);
        let name = word.get(name_start..)?;
        let length = name.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let end = name_start + length + usize::from(braced && name.get(length) == Some(&b'}'));
        let whole = Span::new(span.start + start as u32, span.start + end as u32);
        if length > 0 && whole.touches(offset) {
            return Some((name.get(..length)?, whole));
        }
        at = end.max(start + 1);
    }
    None
}
