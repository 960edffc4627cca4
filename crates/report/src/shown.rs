//! Text that a terminal may be given: nothing in it moves the cursor, hides or reorders.

use std::borrow::Cow;

use fpmlint_text::display;

/// What stands for a byte that is not shown.
const STAND_IN: char = '?';

/// Whether a character could change what a terminal shows of its neighbours, or be there without being seen:
/// control characters, bidirectional controls, line separators, characters without width.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Bytes of a file as text of equal length in bytes; hidden characters (all but the tab) and bytes that are
/// not UTF-8 are shown as one `?` for each byte.
pub(crate) fn source_text(bytes: &[u8]) -> Cow<'_, str> {
    let text = display(bytes);
    let is_replaced = |character: char| character != '\t' && is_hidden(character);
    if !text.contains(is_replaced) {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_replaced(character) {
            shown.extend(std::iter::repeat_n(STAND_IN, character.len_utf8()));
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// A message or a name on one line: white space becomes a space, a hidden character `?`.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let shown = |character| match character {
        '\t' | '\n' | '\r' => ' ',
        character if is_hidden(character) => STAND_IN,
        character => character,
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// A text of several lines: line ends stay, the rest is as in [`one_line`].
pub(crate) fn many_lines(text: &str) -> String {
    text.trim_end().lines().map(one_line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_keep_their_length() {
        let text = "a\u{1b}[31m\u{7}\0\u{9b}\u{202e}\u{feff}\tb";
        let shown = source_text(text.as_bytes());
        assert_eq!(shown, "a?[31m????".to_owned() + "??????\tb");
        assert_eq!(shown.len(), text.len());
    }

    #[test]
    fn messages_stay_on_their_line() {
        assert_eq!(one_line("a\r\nb\tc\u{1b}"), "a  b c?");
        assert_eq!(many_lines("a\u{7}\n  b\n"), "a?\n  b");
    }
}
