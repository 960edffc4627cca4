//! Replacement texts with `$1`.

/// The groups of a match: the text of each; none for one that took no part.
pub(super) type Groups = Vec<Option<Vec<u8>>>;

/// Puts groups into a text as `ap_pregsub` does: `$0` to `$9` (and `&` means nothing), a backslash takes the next
/// `$` as it is. A group that took no part is empty.
pub(super) fn substitute(text: &[u8], groups: &[Option<Vec<u8>>]) -> Vec<u8> {
    let mut result = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek().copied()) {
            (b'$', Some(digit @ b'0'..=b'9')) => {
                bytes.next();
                if let Some(Some(group)) = groups.get(usize::from(digit - b'0')) {
                    result.extend_from_slice(group);
                }
            }
            (b'\\', Some(next @ (b'$' | b'&'))) => {
                bytes.next();
                result.push(next);
            }
            _ => result.push(byte),
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_put_in() {
        let groups = [Some(b"/a".to_vec()), Some(b"a".to_vec()), None];
        assert_eq!(substitute(b"x/$1/$2/$9$", &groups), b"x/a//$");
        assert_eq!(substitute(br"\$1$0", &groups), b"$1/a");
    }
}
