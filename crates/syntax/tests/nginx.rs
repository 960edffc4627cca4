//! nginx: words, statements and errors, as its tokenizer makes them.

use std::sync::Arc;

use fpmlint_syntax::{Dialect, Quoting, StatementKind, SyntaxErrorKind, Terminator, Tree, parse};

fn tree(text: &[u8]) -> Tree {
    parse(Dialect::Nginx, Arc::from(text), |name| name.ends_with(b"_lua_block"))
}

/// `name arg arg`, words in their meaning, one line for each statement, indented by depth.
fn outline(tree: &Tree) -> Vec<String> {
    let show = |bytes: &[u8]| bytes.escape_ascii().to_string();
    let line = |statement: fpmlint_syntax::Statement<'_>| {
        let depth = std::iter::successors(statement.parent(), |parent| parent.parent()).count();
        let words = std::iter::once(statement.name()).chain(statement.args());
        let words: Vec<String> = words.map(|word| show(&word.text())).collect();
        format!("{}{}", ". ".repeat(depth), words.join("|"))
    };
    tree.all_statements().map(line).collect()
}

fn kinds(tree: &Tree) -> Vec<SyntaxErrorKind> {
    tree.errors().iter().map(|error| error.kind).collect()
}

#[test]
fn words_end_at_white_space_semicolon_and_brace() {
    let tree = tree(b"a b}c;location /{ d\te\r\n\x0bf; }");
    assert_eq!(outline(&tree), ["a|b}c", "location|/", ". d|e|\\x0bf"]);
    assert_eq!(kinds(&tree), []);
}

#[test]
fn quotes_count_only_at_the_start_of_a_word() {
    let tree = tree(b"a\"b c; x 'y z' \"\";");
    assert_eq!(outline(&tree), ["a\\\"b|c", "x|y z|"]);
    let quoting: Vec<Quoting> = tree.statement(1).unwrap().args().map(|word| word.quoting()).collect();
    assert_eq!(quoting, [Quoting::Single, Quoting::Double]);
}

#[test]
fn a_parenthesis_may_follow_a_quote() {
    let tree = tree(b"if ($a = \"b\") { return 1; }");
    assert_eq!(outline(&tree), ["if|($a|=|b|)", ". return|1"]);
    assert_eq!(kinds(&tree), []);
}

#[test]
fn anything_else_behind_a_quote_is_an_error() {
    let tree = tree(b"a \"b\"\"c\"; d 'e'#f\n;");
    assert_eq!(outline(&tree), ["a|b|c", "d|e"]);
    assert_eq!(
        kinds(&tree),
        [
            SyntaxErrorKind::UnexpectedByteAfterQuote { byte: b'"' },
            SyntaxErrorKind::UnexpectedByteAfterQuote { byte: b'#' }
        ]
    );
    assert_eq!(tree.comments().count(), 1);
}

#[test]
fn comments_start_only_where_words_start() {
    let tree = tree(b"a b#c;#d\r\n  # e\nf # g\n;");
    assert_eq!(outline(&tree), ["a|b#c", "f"]);
    let comments: Vec<(&[u8], bool)> =
        tree.comments().map(|comment| (comment.text, comment.own_line)).collect();
    assert_eq!(comments, [(&b"#d"[..], false), (b"# e", true), (b"# g", false)]);
}

#[test]
fn a_backslash_takes_the_next_byte_along() {
    let tree = tree(b"\\; a\\ b \\.php$ \\\\\\\" \\t\\n \"\\$x\\\"\";");
    assert_eq!(outline(&tree), ["\\\\;|a\\\\ b|\\\\.php$|\\\\\\\"|\\t\\n|\\\\$x\\\""]);
}

#[test]
fn a_dollar_swallows_the_brace_behind_it() {
    let tree = tree(b"return ${a}b; location ~ \\.php${ deny all; }");
    assert_eq!(outline(&tree), ["return|${a}b", "location|~|\\\\.php${|deny|all"]);
    assert_eq!(kinds(&tree), [SyntaxErrorKind::UnexpectedClosingBrace]);
}

#[test]
fn a_missing_semicolon_is_found_where_it_is_missing() {
    let tree = tree(b"server {\n  root /x\n}\nuser www;");
    assert_eq!(outline(&tree), ["server", ". root|/x", "user|www"]);
    let error = &tree.errors()[0];
    assert_eq!(error.kind, SyntaxErrorKind::MissingSemicolon);
    assert_eq!(error.span.of(tree.text()), b"x");
    assert_eq!(tree.text()[error.daemon_offset as usize], b'}');
    let root = tree.statement(1).unwrap();
    assert_eq!(root.terminator(), Terminator::Missing);
    assert_eq!(root.span().of(tree.text()), b"root /x");
    assert_eq!(root.end_offset(), error.daemon_offset);
}

#[test]
fn a_swallowed_line_shows_as_argument_at_the_start_of_a_line() {
    let tree = tree(b"root /x\n  index a;");
    assert_eq!(outline(&tree), ["root|/x|index|a"]);
    let swallowed: Vec<usize> =
        tree.statement(0).unwrap().args_at_line_start().map(|(number, _)| number).collect();
    assert_eq!(swallowed, [1]);
}

#[test]
fn empty_statements_are_errors() {
    let tree = tree(b"a;; { b; }");
    assert_eq!(outline(&tree), ["a", "", ". b"]);
    assert_eq!(
        kinds(&tree),
        [SyntaxErrorKind::EmptyStatement { byte: b';' }, SyntaxErrorKind::EmptyStatement { byte: b'{' }]
    );
}

#[test]
fn the_end_of_the_file_closes_what_is_open() {
    let tree = tree(b"http {\n  server {\n    listen 80\n\n");
    assert_eq!(outline(&tree), ["http", ". server", ". . listen|80"]);
    assert_eq!(
        kinds(&tree),
        [
            SyntaxErrorKind::UnclosedBlock,
            SyntaxErrorKind::UnclosedBlock,
            SyntaxErrorKind::UnfinishedStatement
        ]
    );
    assert_eq!(tree.first_error().unwrap().kind, SyntaxErrorKind::UnfinishedStatement);
    assert_eq!(tree.statement(0).unwrap().span().of(tree.text()), b"http {\n  server {\n    listen 80");
    assert!(!tree.statement(0).unwrap().is_closed());
}

#[test]
fn an_open_quote_ends_with_its_line_for_us() {
    let tree = tree(b"a \"b;\nc d;\n");
    assert_eq!(outline(&tree), ["a|b", "c|d"]);
    assert_eq!(kinds(&tree), [SyntaxErrorKind::UnterminatedQuote { quote: b'"', too_long: false }]);
    assert!(!tree.statement(0).unwrap().arg(0).unwrap().is_terminated());
}

#[test]
fn parts_of_a_block() {
    let tree = tree(b"location = / { a; } # x\n");
    let block = tree.statement(0).unwrap();
    assert_eq!(block.kind(), StatementKind::Block);
    assert_eq!(block.head_span().of(tree.text()), b"location = /");
    assert_eq!(block.body_span().unwrap().of(tree.text()), b" a; ");
    assert_eq!(block.span().of(tree.text()), b"location = / { a; }");
    assert_eq!(tree.text()[block.end_offset() as usize], b'{');
    assert_eq!(tree.statement_at(16).unwrap().name().raw(), b"a");
    assert_eq!(tree.statement_at(13).unwrap().name().raw(), b"location");
    assert!(tree.statement_at(22).is_none());
}

#[test]
fn raw_blocks_hold_another_language() {
    let code = b"content_by_lua_block {\n s = '}' .. \"\\\"}\" -- }\n t = {[[ } ]], [=[ ]] } ]=]}\n --[[ } ]] }\nb c;";
    let tree = tree(code);
    assert_eq!(outline(&tree), ["content_by_lua_block", "b|c"]);
    assert_eq!(kinds(&tree), []);
    assert!(tree.statement(0).unwrap().is_raw() && !tree.statement(1).unwrap().is_raw());
}

#[test]
fn a_raw_block_may_be_left_open() {
    let tree = tree(b"x_lua_block { s = '}\n");
    assert_eq!(kinds(&tree), [SyntaxErrorKind::UnclosedRawBlock]);
    assert!(!tree.statement(0).unwrap().is_closed());
}

#[test]
fn words_and_comments_must_fit_the_buffer() {
    let too_long = |text: String| kinds(&tree(text.as_bytes())).len();
    let x = |length: usize| "x".repeat(length);
    assert_eq!(too_long(format!("a {};\n", x(4095))), 0);
    assert_eq!(too_long(format!("a {};\n", x(4096))), 1);
    assert_eq!(too_long(format!("a {} ;\n", x(4094))), 0);
    assert_eq!(too_long(format!("a {} ;\n", x(4095))), 1);
    assert_eq!(too_long(format!("a \"{}\";\n", x(4094))), 0);
    assert_eq!(too_long(format!("a \"{}\";\n", x(4095))), 1);
    assert_eq!(too_long(format!("#{}\na;", x(4094))), 0);
    assert_eq!(too_long(format!("#{}\na;", x(4095))), 1);
    let open = tree(format!("a \"{}\";\n", x(4096)).as_bytes());
    assert_eq!(kinds(&open), [SyntaxErrorKind::TooLongWord { quote: Some(b'"') }]);
}

#[test]
fn bytes_that_look_like_blanks_are_none() {
    let tree = tree(b"\xef\xbb\xbfuser a\xc2\xa0b; c\0d;");
    assert_eq!(outline(&tree), ["\\xef\\xbb\\xbfuser|a\\xc2\\xa0b", "c\\x00d"]);
}
