//! Rules named in suppression comments.

use fpmlint_diagnostics::RuleMeta;
use fpmlint_text::Span;

use crate::Query;

/// What such a comment begins with.
const MARK: &[u8] = b"fpmlint:";

/// The rule whose name is at an offset of a suppression comment.
pub(crate) fn rule_at(query: &Query<'_>, offset: u32) -> Option<(Span, &'static RuleMeta)> {
    let lines = query.source.lines();
    let line = lines.line_content(query.text(), lines.line(offset));
    let text = line.of(query.text());
    memchr::memmem::find(text, MARK)?;
    let at = (offset.checked_sub(line.start)? as usize).min(text.len());
    let (before, behind) = text.split_at(at);
    let is_name = |byte: &&u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || **byte == b'-';
    let start = at - before.iter().rev().take_while(is_name).count();
    let end = at + behind.iter().take_while(is_name).count();
    let name = std::str::from_utf8(text.get(start..end)?).ok()?;
    let rule = fpmlint_rules::find(name)?;
    Some((Span::new(line.start + start as u32, line.start + end as u32), &rule.meta))
}

/// The bytes of a rule's half-written name in a suppression comment.
pub(crate) fn name_before(query: &Query<'_>, offset: u32) -> Option<Span> {
    let lines = query.source.lines();
    let line = lines.full_line(lines.line(offset));
    let text = Span::new(line.start, offset).of(query.text());
    let mark = memchr::memmem::find(text, MARK)? + MARK.len();
    let order = text.get(mark..)?.trim_ascii_start();
    let list = order.strip_prefix(b"ignore[").or_else(|| order.strip_prefix(b"ignore-file["))?;
    if memchr::memchr(b']', list).is_some() {
        return None;
    }
    let name = list.rsplit(|byte| matches!(byte, b',' | b' ')).next().unwrap_or_default();
    Some(Span::new(offset - name.len() as u32, offset))
}
