//! httpd: logical lines, words, sections and errors, as `ap_cfg_getline` and `ap_getword_conf` make them.

use std::sync::Arc;

use fpmlint_syntax::{Dialect, StatementKind, SyntaxErrorKind, Tree, httpd, parse};

fn tree(text: &[u8]) -> Tree {
    parse(Dialect::Httpd, Arc::from(text), |_| false)
}

fn outline(tree: &Tree) -> Vec<String> {
    let line = |statement: fpmlint_syntax::Statement<'_>| {
        let depth = std::iter::successors(statement.parent(), |parent| parent.parent()).count();
        let words = std::iter::once(statement.name()).chain(statement.args());
        let words: Vec<String> = words.map(|word| word.text().escape_ascii().to_string()).collect();
        format!("{}{}", ". ".repeat(depth), words.join("|"))
    };
    tree.all_statements().map(line).collect()
}

fn kinds(tree: &Tree) -> Vec<SyntaxErrorKind> {
    tree.errors().iter().map(|error| error.kind).collect()
}

#[test]
fn a_backslash_at_the_end_joins_lines() {
    let tree = tree(b"A b\\\nc \\\r\n  d\nB \\ \ne\\\\\nf\ng \\");
    assert_eq!(outline(&tree), ["A|bc|d", "B|\\\\", "e\\\\f", "g|\\\\"]);
    let first = tree.statement(0).unwrap();
    assert_eq!(first.logical_line().as_ref(), b"A bc   d");
    assert_eq!(first.span().of(tree.text()), b"A b\\\nc \\\r\n  d");
    assert_eq!(first.end_offset(), 13, "the line of the last physical line");
}

#[test]
fn a_backslash_left_by_one_line_joins_the_next() {
    let tree = tree(b"A b\\\\\n\nc\nD");
    assert_eq!(outline(&tree), ["A|bc", "D"]);
    assert_eq!(tree.statement(0).unwrap().logical_line().as_ref(), b"A bc");
}

#[test]
fn a_comment_is_continued_too() {
    let tree = tree(b"  # a \\\nServerName x\nB # c\n");
    assert_eq!(outline(&tree), ["B|#|c"]);
    let comments: Vec<&[u8]> = tree.comments().map(|comment| comment.text).collect();
    assert_eq!(comments, [b"# a \\\nServerName x"]);
}

#[test]
fn blanks_of_all_kinds_split_words() {
    let tree = tree(b"\x0b A\x0cb\td \r\nB\xc2\xa0c\n\xef\xbb\xbfD");
    assert_eq!(outline(&tree), ["A|b|d", "B\\xc2\\xa0c", "\\xef\\xbb\\xbfD"]);
}

#[test]
fn a_nul_hides_the_rest_of_its_line() {
    let tree = tree(b"A b\0c \\\nD\n<E\0f>\n</E>\n");
    assert_eq!(outline(&tree), ["A|b", "D", "E"]);
    assert_eq!(tree.statement(2).unwrap().logical_line().as_ref(), b"<E");
}

#[test]
fn quotes_and_escapes() {
    let tree = tree(br#"A "b \"c\" \\ \d" 'e\'f' g\\h\ i j"k "l"m """#);
    let words = ["A", "b \"c\" \\ \\d", "e'f", "g\\h\\", "i", "j\"k", "l", "m", ""];
    let words = words.map(|word| word.as_bytes().escape_ascii().to_string());
    assert_eq!(outline(&tree), [words.join("|")]);
    assert_eq!(kinds(&tree), []);
}

#[test]
fn an_open_quote_runs_to_the_end_of_the_line() {
    let tree = tree(b"A \"b c \nD");
    assert_eq!(outline(&tree), ["A|b c", "D"]);
    assert!(!tree.statement(0).unwrap().arg(0).unwrap().is_terminated());
    assert_eq!(kinds(&tree), []);
}

#[test]
fn sections_nest_and_end_in_any_case() {
    let tree = tree(b"<VirtualHost *:80 *:81>\n  A b\n  <If \"1 > 0\">\n  </IF>\n</virtualhost> # c\nB\n");
    assert_eq!(outline(&tree), ["VirtualHost|*:80|*:81", ". A|b", ". If|1 > 0", "B"]);
    assert_eq!(kinds(&tree), []);
    let host = tree.statement(0).unwrap();
    assert_eq!(host.kind(), StatementKind::Block);
    assert_eq!(host.head_span().of(tree.text()), b"<VirtualHost *:80 *:81>");
    assert_eq!(host.name().raw(), b"VirtualHost");
    assert_eq!(host.body_span().unwrap().of(tree.text()), b"\n  A b\n  <If \"1 > 0\">\n  </IF>\n");
    assert_eq!(tree.text()[host.end_offset() as usize], b'\n');
    assert!(host.is_closed() && host.text_behind_head().is_none());
}

#[test]
fn text_behind_an_opening_tag_is_dropped() {
    let tree = tree(b"<VirtualHost *:80> ServerName a\n</VirtualHost>\n<Else> b\n</Else>\n");
    let host = tree.statement(0).unwrap();
    assert_eq!(host.text_behind_head().unwrap().of(tree.text()), b"ServerName a");
    assert_eq!(host.logical_line().as_ref(), b"<VirtualHost *:80> ServerName a");
    assert_eq!(outline(&tree), ["VirtualHost|*:80", "Else|b"]);
    assert_eq!(kinds(&tree), [SyntaxErrorKind::OpeningTagWithoutEnd]);
}

#[test]
fn the_last_angle_of_the_line_ends_the_tag() {
    let tree = tree(b"<IfModule m> X </IfModule>\n</IfModule>\n");
    assert_eq!(outline(&tree), ["IfModule|m>|X|</IfModule"]);
    assert_eq!(kinds(&tree), []);
}

#[test]
fn an_angle_is_cut_off_any_name() {
    let tree = tree(b"A> b\na/b> c\nx/> d\n\"B>\" e\n\"<C\" f>\n</c>\n<D\n</D>\n");
    assert_eq!(outline(&tree), ["A|b", "a/b>|c", "x/>|d", "B|e", "C|f", "D"]);
    assert_eq!(kinds(&tree), []);
    assert_eq!(tree.statement(0).unwrap().logical_line().as_ref(), b"A> b");
}

#[test]
fn a_stray_closing_tag_closes_nothing() {
    let tree = tree(b"</A>\n<B x>\n</C>\nD\n</B>\n");
    assert_eq!(outline(&tree), ["B|x", ". D"]);
    assert_eq!(
        kinds(&tree),
        [
            SyntaxErrorKind::UnmatchedClosingTag { open: None },
            SyntaxErrorKind::UnmatchedClosingTag { open: Some(0) }
        ]
    );
}

#[test]
fn an_unclosed_section_ends_with_the_one_around_it() {
    let tree = tree(b"<A x>\n<B y>\nC\n</A>\nD\n");
    assert_eq!(outline(&tree), ["A|x", ". B|y", ". . C", "D"]);
    let error = &tree.errors()[0];
    assert_eq!(error.span.of(tree.text()), b"<B y>");
    let SyntaxErrorKind::UnclosedSection { closed_by: Some(tag) } = error.kind else { panic!("{error:?}") };
    assert_eq!(tag.of(tree.text()), b"</A>");
    assert!(tree.statement(0).unwrap().is_closed() && !tree.statement(1).unwrap().is_closed());
}

#[test]
fn sections_open_at_the_end_are_found_innermost_first() {
    let tree = tree(b"<A x>\n<B y>\n");
    assert_eq!(tree.errors().len(), 2);
    assert_eq!(tree.first_error().unwrap().statement, Some(1));
}

#[test]
fn a_closing_tag_needs_its_angle_in_the_first_word() {
    let tree = tree(b"<A x>\n</A >\nB\n");
    assert_eq!(kinds(&tree), [SyntaxErrorKind::ClosingTagWithoutEnd]);
    assert_eq!(outline(&tree), ["A|x", "B"]);
}

#[test]
fn lines_have_a_limit() {
    let long = |length: usize| kinds(&tree(&[b"A ".as_slice(), &vec![b'x'; length]].concat()));
    assert_eq!(long(16 * 1024 * 1024 - 2), []);
    assert_eq!(long(16 * 1024 * 1024 - 1), [SyntaxErrorKind::LineTooLong]);
}

#[test]
fn lines_that_exist_only_after_expansion() {
    let words: Vec<_> =
        httpd::split_words(b" A \"b c\" d").map(|(range, text)| (range, text.into_owned())).collect();
    assert_eq!(words, [(1..2, b"A".to_vec()), (3..8, b"b c".to_vec()), (9..10, b"d".to_vec())]);
    let (first, rest) = httpd::word(b"'a b'  c d").unwrap();
    assert_eq!((first.as_ref(), rest), (&b"a b"[..], &b"c d"[..]));
    assert!(httpd::word(b" \t").is_none());
}
