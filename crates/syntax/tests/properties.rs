//! What must hold for any bytes: nothing is lost, nothing panics, the table of statements is sound.

use std::sync::Arc;

use fpmlint_syntax::{Dialect, SeenLines, StatementKind, Terminator, Tree, parse, parse_with};
use proptest::prelude::*;

const DIALECTS: [Dialect; 4] = [Dialect::FpmIni, Dialect::PhpIni, Dialect::Nginx, Dialect::Httpd];

const PIECES: &[&[u8]] = &[
    b" ",
    b"\t",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\x0b",
    b";",
    b"{",
    b"}",
    b"#",
    b"\"",
    b"'",
    b"\\",
    b"$",
    b"${",
    b"=",
    b"[",
    b"]",
    b"<",
    b">",
    b"</",
    b"|",
    b"(",
    b")",
    b"~",
    b"!",
    b":-",
    b"a",
    b"listen",
    b"on",
    b"null",
    b"www",
    b"80",
    b"raw",
    b"<If",
    b"</If>",
    b"<Dir x>",
    b"</Dir>",
    b"\\\n",
    b"\\\r\n",
    b"--",
    b"[[",
    b"]]",
    b"[=[",
    b"]=]",
    b"; c\n",
    b"# c\n",
    b"\xef\xbb\xbf",
    b"\xe9",
    b"\"\"",
    b"''",
    b"a = b\n",
    b"[a]\n",
    b"a b;",
    b"a {",
    b"a[b]=c",
];

fn is_raw(name: &[u8]) -> bool {
    name == b"raw"
}

/// Whole lines of httpd, of which many come twice: sections that close well and badly, comments, directives.
const LINES: &[&[u8]] = &[
    b"<Dir x>",
    b"  <dir \"y z\">",
    b"<Dir x> text",
    b"<Dir x",
    b"<D\\\\r x>",
    b"<D\\\\\\\\r x>",
    b"</Dir>",
    b"  </dIR>",
    b"</Dir> ",
    b"</Dir> text",
    b"</Dir",
    b"</D\\\\r>",
    b"<If a>",
    b"</If>",
    b"</If>>",
    b"# c",
    b"  # c",
    b"# c \\",
    b"a b",
    b"  a \"b c\" /d",
    b"a \"b",
    b"",
    b"  ",
    b"\r",
    b"\0x",
];

/// Lines of [`LINES`]; the last one may have no end.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let line = prop::sample::select(LINES);
    (prop::collection::vec(line, 0..24), any::<bool>()).prop_map(|(lines, ends)| {
        let mut text = lines.join(&b"\n"[..]);
        text.extend_from_slice(if ends { b"\n" } else { b"" });
        text
    })
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let tokens =
        prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat());
    prop_oneof![3 => tokens, 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

fn assert_lossless(tree: &Tree) {
    let mut at = 0;
    for (kind, span) in tree.leaves() {
        assert_eq!(span.start, at, "{kind:?} starts where the leaf before it ends\n{tree:?}");
        assert!(span.end >= span.start);
        at = span.end;
    }
    assert_eq!(at as usize, tree.text().len(), "the leaves are the file\n{tree:?}");
}

fn assert_sound(tree: &Tree) {
    let count = tree.statement_count();
    let mut last_start = 0;
    for statement in tree.all_statements() {
        let (ordinal, end, span) = (statement.ordinal(), statement.descendants_end(), statement.span());
        assert!(ordinal < end && end <= count);
        assert!(span.start >= last_start && span.end as usize <= tree.text().len());
        last_start = span.start;
        for child in statement.children() {
            assert_eq!(child.parent().map(|parent| parent.ordinal()), Some(ordinal));
            assert!(child.ordinal() > ordinal && child.descendants_end() <= end);
            assert!(span.start <= child.span().start && child.span().end <= span.end, "{tree:?}");
        }
        if statement.kind() != StatementKind::Block {
            assert_eq!(end, ordinal + 1);
            assert!(statement.is_closed());
        }
        assert_words(tree, statement);
    }
    let in_order: Vec<u32> = tree.statements().map(|statement| statement.ordinal()).collect();
    assert!(tree.statements().all(|statement| statement.parent().is_none()));
    assert!(in_order.windows(2).all(|pair| pair[0] < pair[1]));
}

fn assert_words(tree: &Tree, statement: fpmlint_syntax::Statement<'_>) {
    let head = statement.head_span();
    assert!(statement.span().start == head.start && head.end <= statement.span().end, "{tree:?}");
    let name = statement.name().span();
    assert!(head.start <= name.start && name.end <= head.end.max(name.end));
    let mut at = name.end;
    for word in statement.args() {
        assert!(word.span().start >= at && !word.span().is_empty(), "{tree:?}");
        assert!(word.text().len() <= word.raw().len());
        at = word.span().end;
    }
    assert!(at <= head.end.max(name.end), "{tree:?}");
    assert_eq!(statement.args().count(), statement.arg_count());
    let end = statement.end_offset();
    match statement.terminator() {
        Terminator::Semicolon => assert_eq!(tree.text()[end as usize], b';'),
        Terminator::Brace => assert_eq!(tree.text()[end as usize], b'{'),
        Terminator::LineEnd | Terminator::Missing => assert!(end as usize <= tree.text().len()),
    }
    if let Some(value) = statement.value() {
        let pieces: Vec<u8> = value.pieces().flat_map(|piece| piece.raw.to_vec()).collect();
        assert_eq!(pieces, value.raw());
        for piece in value.pieces() {
            piece.text();
            piece.variables().for_each(|variable| assert!(variable.variable_name().is_some()));
        }
    }
    statement.name().text();
    statement.logical_line();
    statement.text_behind_head();
    if let Some(body) = statement.body_span() {
        assert!(head.end <= body.start.max(head.end) && body.end <= statement.span().end.max(body.end));
    }
}

fn assert_errors(tree: &Tree) {
    let len = tree.text().len() as u32;
    for error in tree.errors() {
        assert!(error.span.end <= len && error.daemon_offset <= len, "{error:?}");
        assert!(error.statement.is_none_or(|ordinal| ordinal < tree.statement_count()), "{error:?}");
    }
    assert!(tree.errors().windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
}

fn assert_positions(tree: &Tree) {
    for offset in 0..=tree.text().len() as u32 {
        let (_, span) = tree.node_at(offset);
        assert!(span.touches(offset));
        if let Some(statement) = tree.statement_at(offset) {
            assert!(statement.span().touches(offset));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Files that share the lines that were seen have the trees that they have alone.
    #[test]
    fn lines_that_were_seen_change_nothing(texts in prop::collection::vec(prop_oneof![bytes(), lines()], 1..6)) {
        let mut seen = SeenLines::default();
        for text in texts.iter().chain(&texts) {
            let text: Arc<[u8]> = text.as_slice().into();
            let alone = parse(Dialect::Httpd, Arc::clone(&text), is_raw);
            let shared = parse_with(Dialect::Httpd, text, is_raw, Some(&mut seen));
            prop_assert_eq!(format!("{alone:?}"), format!("{shared:?}"));
            let statements = |tree: &Tree| tree.all_statements().map(|it| (it.span(), it.parent().map(|it| it.ordinal()))).collect::<Vec<_>>();
            prop_assert_eq!(statements(&alone), statements(&shared));
            let notable = |tree: &Tree| tree.notable_leaves().collect::<Vec<_>>();
            prop_assert_eq!(notable(&alone), notable(&shared));
        }
    }

    #[test]
    fn any_bytes_give_a_sound_tree(text in bytes()) {
        for dialect in DIALECTS {
            let tree = parse(dialect, Arc::from(text.as_slice()), is_raw);
            assert_lossless(&tree);
            assert_sound(&tree);
            assert_errors(&tree);
            assert_positions(&tree);
            let comments: Vec<_> = tree.comments().collect();
            prop_assert!(comments.iter().all(|comment| matches!(comment.text.first(), Some(b'#' | b';'))));
        }
    }
}
