//! Where a block of Lua code ends.
//!
//! In: the bytes behind a block's opening brace. Out: the offset of its closing brace. Strings, long brackets and
//! comments may hold any braces.

/// The offset of the `}` that closes the block; none if the code never closes it.
pub(super) fn block_end(code: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = code.get(at) {
        match byte {
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            b'{' => depth += 1,
            b'"' | b'\'' => {
                at = string_end(code, at);
                continue;
            }
            b'-' if code.get(at + 1) == Some(&b'-') => {
                at = comment_end(code, at + 2);
                continue;
            }
            b'[' => {
                if let Some(end) = long_bracket_end(code, at) {
                    at = end;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// Behind the string that opens at `start`; Lua strings do not cross a line end unless it is escaped.
fn string_end(code: &[u8], start: usize) -> usize {
    let Some(&quote) = code.get(start) else { return start + 1 };
    let mut at = start + 1;
    while let Some(&byte) = code.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' => return at,
            _ if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    code.len()
}

/// Behind the comment whose `--` ends before `start`.
fn comment_end(code: &[u8], start: usize) -> usize {
    if code.get(start) == Some(&b'[')
        && let Some(end) = long_bracket_end(code, start)
    {
        return end;
    }
    let rest = code.get(start..).unwrap_or(b"");
    start + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// Behind `[[…]]`, `[=[…]=]` and so on, if one opens at `start`; the end of the code if it is never closed.
fn long_bracket_end(code: &[u8], start: usize) -> Option<usize> {
    let level = code.get(start + 1..)?.iter().take_while(|byte| **byte == b'=').count();
    let inside = start + level + 2;
    if code.get(inside - 1) != Some(&b'[') {
        return None;
    }
    let mut at = inside;
    while let Some(found) = memchr::memchr(b']', code.get(at..)?) {
        let closing = at + found + 1;
        let equals = code.get(closing..)?.iter().take(level).take_while(|byte| **byte == b'=').count();
        if equals == level && code.get(closing + level) == Some(&b']') {
            return Some(closing + level + 1);
        }
        at = closing;
    }
    Some(code.len())
}
