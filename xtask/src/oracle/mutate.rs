//! Making a configuration a little wrong, or only different.
//!
//! In: a sound case and what its language is made of. Out: a case that has gone through a few changes of values,
//! names, structure, quoting, bytes and files. Invariant: `{D}` is kept whole or taken away whole, so that no daemon
//! is sent to a path outside of its folder by half a name.

#![expect(clippy::ptr_arg, reason = "changes stand in one list, and so have one type")]

use super::case::{Case, FOLDER};
use super::random::Random;

/// What configurations of a daemon are made of.
pub struct Language {
    /// Directives with values that are worth trying in them, good and bad; without any, those of `values`.
    pub statements: &'static [(&'static str, &'static [&'static str])],
    /// Values for every directive.
    pub values: &'static [&'static str],
    /// Bytes that mean something where they stand, to be put anywhere.
    pub pieces: &'static [&'static str],
    /// What stands between a name and its value.
    pub assign: &'static str,
    /// What stands behind a statement, with the line end.
    pub end: &'static str,
    /// The directive that includes a file.
    pub include: &'static str,
    /// Where the block ends that the line of this number opens (the first line behind it); none where it opens none.
    pub block_end: fn(&[Vec<u8>], usize) -> Option<usize>,
}

/// A change of one file's lines; nothing changes where it does not fit.
type Change = fn(&mut Vec<Vec<u8>>, &Language, &mut Random);

/// The changes; what stands here twice is made twice as often.
const CHANGES: &[Change] = &[
    set_value,
    set_value,
    set_value,
    insert_statement,
    insert_statement,
    insert_statement,
    rename,
    misspell,
    drop_line,
    duplicate_line,
    swap_lines,
    move_line,
    quote,
    unquote,
    insert_piece,
    insert_piece,
    drop_byte,
    double_byte,
    change_case,
    drop_word,
    swap_words,
    double_word,
    drop_block,
    double_block,
    join_lines,
    split_line,
];

/// Changes `case` in one to five ways.
pub fn mutate(case: &Case, language: &Language, random: &mut Random) -> Case {
    let mut case = case.clone();
    let mut left = 1 + random.below(3);
    if random.one_in(8) {
        left += 2;
    }
    for _ in 0..left {
        if random.one_in(12) {
            change_files(&mut case, language, random);
        } else {
            change_text(&mut case, language, random);
        }
    }
    case
}

/// A value for the directive `name`.
fn value(name: &[u8], language: &Language, random: &mut Random) -> &'static str {
    let known = language.statements.iter().find(|(known, _)| known.as_bytes() == name);
    match known {
        Some((_, values)) if !values.is_empty() && !random.one_in(6) => random.pick(values),
        _ => random.pick(language.values),
    }
    .copied()
    .unwrap_or("")
}

fn change_text(case: &mut Case, language: &Language, random: &mut Random) {
    let names: Vec<String> = case.files.keys().filter(|name| !name.ends_with('/')).cloned().collect();
    let Some(text) = random.pick(&names).and_then(|name| case.files.get_mut(name)) else { return };
    if random.one_in(40) {
        *text = change_bytes(text, random);
        return;
    }
    let mut lines = lines_of(text);
    if let Some(change) = random.pick(CHANGES) {
        change(&mut lines, language, random);
    }
    *text = lines.concat();
}

/// Line ends, marks and zero bytes.
fn change_bytes(text: &[u8], random: &mut Random) -> Vec<u8> {
    let lines = lines_of(text);
    match random.below(5) {
        0 => lines.iter().flat_map(|line| [line.trim_ascii_end(), b"\r\n"].concat()).collect(),
        1 => [b"\xef\xbb\xbf", text].concat(),
        2 => text.trim_ascii_end().to_vec(),
        3 => {
            let at = random.below(text.len() + 1);
            let byte = *random.pick(b"\0\r\t\x0c\xff\x80").unwrap_or(&0);
            inserted(text, at, &[byte])
        }
        _ => lines.iter().flat_map(|line| [b"\t", line.as_slice()].concat()).collect(),
    }
}

/// Moves part of a file into another one that is included, or takes a file away.
fn change_files(case: &mut Case, language: &Language, random: &mut Random) {
    let names: Vec<String> = case.files.keys().filter(|name| !name.ends_with('/')).cloned().collect();
    let Some(name) = random.pick(&names) else { return };
    if random.one_in(6) && *name != case.main {
        case.files.remove(name);
        return;
    }
    let Some(text) = case.files.get(name) else { return };
    let mut lines = lines_of(text);
    let start = random.below(lines.len());
    let count = 1 + random.below(8);
    let end = (start + count).min(lines.len());
    let part = format!("part{}.conf", case.files.len());
    let path = format!("{{D}}/{part}");
    let include = [language.include, language.assign, &path, language.end].concat().into_bytes();
    let moved: Vec<Vec<u8>> = lines.splice(start..end, [include]).collect();
    let whole = lines.concat();
    case.files.insert(name.clone(), whole);
    case.files.insert(part, moved.concat());
}

fn lines_of(text: &[u8]) -> Vec<Vec<u8>> {
    text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect()
}

/// The number of a line that holds something, and its bytes without the line end.
fn some_line<'l>(lines: &'l mut [Vec<u8>], random: &mut Random) -> Option<&'l mut Vec<u8>> {
    let full: Vec<usize> = (0..lines.len())
        .filter(|at| lines.get(*at).is_some_and(|line| !line.trim_ascii().is_empty()))
        .collect();
    let at = *random.pick(&full)?;
    lines.get_mut(at)
}

/// Where the name of a statement begins and ends in its line.
fn name_range(line: &[u8]) -> (usize, usize) {
    let start = line.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(line.len());
    let rest = &line[start..];
    let length =
        rest.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'=').unwrap_or(rest.len());
    (start, start + length)
}

/// Where the value of a statement begins and ends in its line.
fn value_range(line: &[u8], language: &Language) -> (usize, usize) {
    let (_, name_end) = name_range(line);
    let rest = &line[name_end..];
    let skipped = rest.iter().position(|byte| !b" \t=".contains(byte)).unwrap_or(rest.len());
    let start = name_end + skipped;
    let trimmed = line.trim_ascii_end();
    let end = trimmed.strip_suffix(language.end.trim_end().as_bytes()).unwrap_or(trimmed).len();
    (start.min(end), end)
}

fn set_value(lines: &mut Vec<Vec<u8>>, language: &Language, random: &mut Random) {
    let Some(line) = some_line(lines, random) else { return };
    let (start, end) = name_range(line);
    let new = value(&line[start..end], language, random);
    let (start, end) = value_range(line, language);
    line.splice(start..end, new.bytes());
}

fn insert_statement(lines: &mut Vec<Vec<u8>>, language: &Language, random: &mut Random) {
    let Some((name, _)) = random.pick(language.statements) else { return };
    let value = value(name.as_bytes(), language, random);
    let statement = [name, language.assign, value, language.end].concat();
    lines.insert(random.below(lines.len() + 1), statement.into_bytes());
}

fn rename(lines: &mut Vec<Vec<u8>>, language: &Language, random: &mut Random) {
    let Some((name, _)) = random.pick(language.statements) else { return };
    let Some(line) = some_line(lines, random) else { return };
    let (start, end) = name_range(line);
    line.splice(start..end, name.bytes());
}

fn misspell(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    let Some(line) = some_line(lines, random) else { return };
    let (start, end) = name_range(line);
    let at = start + random.below(end - start);
    match random.below(4) {
        0 => drop(line.remove(at)),
        1 => line.insert(at, line[at]),
        2 if at + 1 < end => line.swap(at, at + 1),
        _ => line.insert(at, *random.pick(b"_-. x").unwrap_or(&b'x')),
    }
}

fn drop_line(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    if !lines.is_empty() {
        lines.remove(random.below(lines.len()));
    }
}

fn duplicate_line(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    let Some(line) = random.pick(lines).cloned() else { return };
    lines.insert(random.below(lines.len() + 1), line);
}

fn swap_lines(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    if !lines.is_empty() {
        let (first, second) = (random.below(lines.len()), random.below(lines.len()));
        lines.swap(first, second);
    }
}

fn move_line(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    if !lines.is_empty() {
        let line = lines.remove(random.below(lines.len()));
        lines.insert(random.below(lines.len() + 1), line);
    }
}

fn quote(lines: &mut Vec<Vec<u8>>, language: &Language, random: &mut Random) {
    let Some(line) = some_line(lines, random) else { return };
    let (start, end) = value_range(line, language);
    let mark = *random.pick(b"\"\"'").unwrap_or(&b'"');
    line.insert(end, mark);
    line.insert(start, mark);
}

fn unquote(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    let quotes = |line: &[u8]| line.iter().any(|byte| b"\"'".contains(byte));
    let quoted: Vec<usize> = (0..lines.len()).filter(|at| quotes(&lines[*at])).collect();
    let Some(line) = random.pick(&quoted).and_then(|at| lines.get_mut(*at)) else { return };
    let marks: Vec<usize> = (0..line.len()).filter(|at| b"\"'".contains(&line[*at])).collect();
    if let Some(at) = random.pick(&marks) {
        line.remove(*at);
    }
}

fn insert_piece(lines: &mut Vec<Vec<u8>>, language: &Language, random: &mut Random) {
    let Some(piece) = random.pick(language.pieces) else { return };
    let Some(line) = some_line(lines, random) else { return };
    let at = random.below(line.trim_ascii_end().len() + 1);
    *line = inserted(line, at, piece.as_bytes());
}

/// `text` with `piece` at `at`, or in front of the folder's name where that would be cut.
fn inserted(text: &[u8], at: usize, piece: &[u8]) -> Vec<u8> {
    let at = folder_at(text, at).unwrap_or(at);
    [&text[..at], piece, &text[at..]].concat()
}

/// Where the folder's name begins that holds the byte `at` anywhere but as its first.
fn folder_at(text: &[u8], at: usize) -> Option<usize> {
    let first = (at + 1).saturating_sub(FOLDER.len());
    (first..at).find(|start| text[*start..].starts_with(FOLDER))
}

/// Whether the byte `at` belongs to the folder's name or to the slash behind it.
fn is_folder(text: &[u8], at: usize) -> bool {
    let first = at.saturating_sub(FOLDER.len());
    (first..=at).any(|start| text[start..].starts_with(FOLDER))
}

fn drop_byte(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    let Some(line) = some_line(lines, random) else { return };
    let at = random.below(line.len());
    if !is_folder(line, at) {
        line.remove(at);
    }
}

fn double_byte(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    let Some(line) = some_line(lines, random) else { return };
    let at = random.below(line.len());
    if !is_folder(line, at) {
        line.insert(at, line[at]);
    }
}

fn change_case(lines: &mut Vec<Vec<u8>>, language: &Language, random: &mut Random) {
    let Some(line) = some_line(lines, random) else { return };
    let (start, end) = if random.one_in(2) { name_range(line) } else { value_range(line, language) };
    let letters: Vec<usize> = (start..end).filter(|at| line[*at].is_ascii_alphabetic()).collect();
    let all = random.one_in(2);
    let one = random.pick(&letters).copied();
    for at in letters {
        if (all || Some(at) == one) && !is_folder(line, at) {
            line[at] ^= 0x20;
        }
    }
}

/// The words of a line, each with the blanks behind it.
fn words_of(line: &[u8]) -> Vec<Vec<u8>> {
    let mut words: Vec<Vec<u8>> = Vec::new();
    let mut in_blanks = true;
    for byte in line {
        let is_blank = byte.is_ascii_whitespace();
        if words.is_empty() || (in_blanks && !is_blank) {
            words.push(Vec::new());
        }
        in_blanks = is_blank;
        if let Some(word) = words.last_mut() {
            word.push(*byte);
        }
    }
    words
}

fn change_words(lines: &mut [Vec<u8>], random: &mut Random, change: fn(&mut Vec<Vec<u8>>, &mut Random)) {
    let Some(line) = some_line(lines, random) else { return };
    let mut words = words_of(line.trim_ascii_end());
    change(&mut words, random);
    words.push(b"\n".to_vec());
    *line = words.concat();
}

fn drop_word(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    change_words(lines, random, |words, random| {
        if !words.is_empty() {
            words.remove(random.below(words.len()));
        }
    });
}

fn swap_words(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    change_words(lines, random, |words, random| {
        if !words.is_empty() {
            let (first, second) = (random.below(words.len()), random.below(words.len()));
            words.swap(first, second);
        }
    });
}

fn double_word(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    change_words(lines, random, |words, random| {
        if let Some(word) = random.pick(words).cloned() {
            words.insert(random.below(words.len() + 1), [word.as_slice(), b" "].concat());
        }
    });
}

/// A block: its first line, and the first line behind it.
fn some_block(lines: &[Vec<u8>], language: &Language, random: &mut Random) -> Option<(usize, usize)> {
    let blocks: Vec<(usize, usize)> =
        (0..lines.len()).filter_map(|at| Some((at, (language.block_end)(lines, at)?))).collect();
    random.pick(&blocks).copied()
}

fn drop_block(lines: &mut Vec<Vec<u8>>, language: &Language, random: &mut Random) {
    let Some((start, end)) = some_block(lines, language, random) else { return };
    lines.drain(start..end);
}

fn double_block(lines: &mut Vec<Vec<u8>>, language: &Language, random: &mut Random) {
    let Some((start, end)) = some_block(lines, language, random) else { return };
    let block = lines[start..end].to_vec();
    let at = if random.one_in(2) { end } else { random.below(lines.len() + 1) };
    lines.splice(at..at, block);
}

fn join_lines(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    let Some(line) = some_line(lines, random) else { return };
    let content = line.trim_ascii_end().to_vec();
    *line = content;
}

fn split_line(lines: &mut Vec<Vec<u8>>, _: &Language, random: &mut Random) {
    let Some(line) = some_line(lines, random) else { return };
    let at = random.below(line.len());
    *line = inserted(line, at, b"\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGE: Language = Language {
        statements: &[("a", &["1", "2"]), ("b", &[])],
        values: &["x", ""],
        pieces: &["\"", ";"],
        assign: " = ",
        end: "\n",
        include: "include",
        block_end: |lines, at| lines[at].starts_with(b"[").then_some(lines.len()),
    };

    #[test]
    fn the_same_numbers_make_the_same_case() {
        let case = Case::new(&[("main", "[x]\na = 1\nb = {D}/log\n"), ("other", "")]);
        let made = |stream| mutate(&case, &LANGUAGE, &mut Random::new(3, stream));
        assert_eq!(made(5), made(5));
        assert!((0..50).any(|stream| made(stream) != case));
    }

    #[test]
    fn the_folder_is_never_cut() {
        let case = Case::new(&[("main", "[x]\nb = {D}/log\nc = \"{D}/log\"\n")]);
        for stream in 0..3_000 {
            let case = mutate(&case, &LANGUAGE, &mut Random::new(1, stream));
            for text in case.files.values() {
                let text = String::from_utf8_lossy(text).replace("{D}", "");
                assert!(!text.contains("{D") && !text.contains("D}"), "{text}");
            }
        }
    }
}
