//! INI files: keys, offsets, sections, values and errors, as PHP's scanner makes them.

use std::sync::Arc;

use fpmlint_syntax::{Dialect, PieceKind, StatementKind, SyntaxErrorKind, Tree, parse};

fn lines(text: &[u8]) -> Tree {
    parse(Dialect::FpmIni, Arc::from(text), |_| false)
}

fn whole(text: &[u8]) -> Tree {
    parse(Dialect::PhpIni, Arc::from(text), |_| false)
}

/// `[section]`, `key`, `key=value`, `key[offset]=value`; the value as it stands.
fn outline(tree: &Tree) -> Vec<String> {
    let show = |bytes: &[u8]| bytes.escape_ascii().to_string();
    let line = |statement: fpmlint_syntax::Statement<'_>| {
        let name = show(&statement.name().text());
        if statement.kind() == StatementKind::Section {
            return format!("[{name}]");
        }
        let offset = statement.offset().map_or(String::new(), |offset| format!("[{}]", show(&offset.text())));
        let value = statement.value().map_or(String::new(), |value| format!("={}", show(value.raw())));
        format!("{name}{offset}{value}")
    };
    tree.all_statements().map(line).collect()
}

fn kinds(tree: &Tree) -> Vec<SyntaxErrorKind> {
    tree.errors().iter().map(|error| error.kind).collect()
}

fn pieces(tree: &Tree) -> Vec<(PieceKind, String)> {
    let value = tree.statement(0).unwrap().value().unwrap();
    value.pieces().map(|piece| (piece.kind, piece.raw.escape_ascii().to_string())).collect()
}

#[test]
fn keys_and_values_are_trimmed() {
    let tree = lines(b"  pm .max = a  b \t\r\nx=\ny\nkey : v ; c\n");
    assert_eq!(outline(&tree), ["pm .max=a  b", "x=", "y", "key : v"]);
    assert_eq!(kinds(&tree), []);
    assert_eq!(tree.statement(0).unwrap().span().of(tree.text()), b"pm .max = a  b");
    assert_eq!(tree.text()[tree.statement(1).unwrap().end_offset() as usize], b'\n');
}

#[test]
fn semicolons_start_comments_and_hashes_do_not() {
    let tree = lines(b"; a\n# b\nc = d ; e\nf = \"g;h\";i\n");
    assert_eq!(outline(&tree), ["# b", "c=d", "f=\\\"g;h\\\""]);
    let comments: Vec<(&[u8], bool)> =
        tree.comments().map(|comment| (comment.text, comment.own_line)).collect();
    assert_eq!(comments, [(&b"; a"[..], true), (b"; e", false), (b";i", false)]);
}

#[test]
fn sections_keep_their_blanks() {
    let tree = lines(b"[ www ]\n\t[b] ; c\n[\"a]b\"]\n[]\n[x] y\n");
    assert_eq!(outline(&tree), ["[ www ]", "[b]", "[a]b]", "[]", "[x]", "y"]);
    assert_eq!(kinds(&tree), []);
}

#[test]
fn a_space_before_a_section_makes_it_an_offset() {
    let tree = lines(b" [www]\n [x]=1\n");
    assert_eq!(outline(&tree), ["[www]", "[x]=1"]);
    assert_eq!(tree.statement(0).unwrap().kind(), StatementKind::Section);
    assert_eq!(tree.statement(1).unwrap().kind(), StatementKind::Directive);
    assert_eq!(kinds(&tree), [SyntaxErrorKind::IndentedSection]);
}

#[test]
fn offsets_lose_leading_blanks_only() {
    let tree = lines(b"env[ X ] = 1\nenv [Y]=2\nenv['Z']=3\nenv[]=4\n");
    assert_eq!(outline(&tree), ["env[X ]=1", "env[Y]=2", "env[Z]=3", "env[]=4"]);
    assert_eq!(kinds(&tree), []);
}

#[test]
fn brackets_need_their_end_and_offsets_a_value() {
    let tree = lines(b"[www\na[x = 1\nb[y] z\nc = 1\n");
    assert_eq!(outline(&tree), ["[www]", "a[x = 1]", "b[y]", "z", "c=1"]);
    let bracket = SyntaxErrorKind::UnterminatedBracket;
    assert_eq!(kinds(&tree), [bracket, bracket, SyntaxErrorKind::MissingEquals]);
}

#[test]
fn a_value_is_made_of_pieces() {
    use PieceKind::{Blank, DoubleQuoted, Operator, SingleQuoted, Text, Variable};
    let tree = lines(b"a = b\"c ${d} e\" 'f' ${g:-${h}} $i |j\n");
    let expected = [
        (Text, "b"),
        (DoubleQuoted, "\\\"c ${d} e\\\""),
        (Blank, " "),
        (SingleQuoted, "\\'f\\'"),
        (Blank, " "),
        (Variable, "${g:-${h}}"),
        (Blank, " "),
        (Text, "$i"),
        (Blank, " "),
        (Operator, "|"),
        (Text, "j"),
    ];
    assert_eq!(pieces(&tree), expected.map(|(kind, raw)| (kind, raw.to_owned())));
    let quoted = tree.statement(0).unwrap().value().unwrap().pieces().nth(1).unwrap();
    let names: Vec<&[u8]> = quoted.variables().filter_map(|variable| variable.variable_name()).collect();
    assert_eq!(names, [b"d"]);
    assert_eq!(kinds(&tree), []);
}

#[test]
fn double_quotes_have_three_escapes() {
    let tree = lines(b"a = \"b\\\"c\\\\d\\$e\\n\" ; f\ng = \"C:\\path\\\"\n");
    let text = |ordinal: u32| {
        let piece = tree.statement(ordinal).unwrap().value().unwrap().pieces().next().unwrap();
        (piece.text().into_owned(), piece.is_terminated())
    };
    assert_eq!(text(0), (b"b\"c\\d$e\\n".to_vec(), true));
    assert_eq!(text(1), (b"C:\\path\\".to_vec(), true));
    assert_eq!(kinds(&tree), []);
}

#[test]
fn quotes_span_lines_in_php_ini_only() {
    let text = b"a = \"b\nc\" d\ne = f\n";
    assert_eq!(outline(&whole(text)), ["a=\\\"b\\nc\\\" d", "e=f"]);
    assert_eq!(kinds(&whole(text)), []);
    let each_line = lines(text);
    assert_eq!(outline(&each_line), ["a=\\\"b", "c", "e=f"]);
    assert_eq!(
        each_line.errors()[0].kind,
        SyntaxErrorKind::UnterminatedQuote { quote: b'"', too_long: false }
    );
    assert_eq!(each_line.errors()[0].span.of(text), b"\"b");
}

#[test]
fn an_open_quote_spoils_one_line() {
    for text in [&b"a = 'b c\nd = e\n"[..], b"a = \"b c\nd = e\n"] {
        let tree = whole(text);
        assert_eq!(outline(&tree).len(), 2);
        assert!(matches!(kinds(&tree)[..], [SyntaxErrorKind::UnterminatedQuote { .. }]));
    }
}

#[test]
fn an_equals_sign_ends_a_value() {
    let tree = lines(b"a = b=c ; d\ne = f\n");
    assert_eq!(outline(&tree), ["a=b=c ; d", "e=f"]);
    assert_eq!(kinds(&tree), [SyntaxErrorKind::UnexpectedEquals]);
    assert_eq!(pieces(&tree)[1].0, PieceKind::Bad);
}

#[test]
fn keywords_are_no_keys() {
    let tree = lines(b"On = 1\nonly = 1\n on = 1\nnull\nno[x] = 1\n");
    assert_eq!(outline(&tree), ["On=1", "only=1", "on=1", "null", "no[x]=1"]);
    assert_eq!(kinds(&tree), [SyntaxErrorKind::KeywordAsKey, SyntaxErrorKind::KeywordAsKey]);
}

#[test]
fn bytes_that_begin_nothing_spoil_their_line() {
    let tree = lines(b"(x) = 1\n# a (b)\n= c\nd = e\n");
    assert_eq!(outline(&tree), ["# a", "d=e"]);
    let bytes = kinds(&tree).into_iter().map(|kind| match kind {
        SyntaxErrorKind::UnexpectedByte { byte } => byte,
        other => panic!("{other:?}"),
    });
    assert_eq!(bytes.collect::<Vec<u8>>(), b"((=");
}

#[test]
fn other_faults_of_values() {
    let tree = lines(b"a = ''\nb = ${c\nd = \"${}\"\n");
    let bad = SyntaxErrorKind::BadVariable;
    assert_eq!(kinds(&tree), [SyntaxErrorKind::EmptySingleQuotes, bad, bad]);
    assert_eq!(tree.statement_count(), 3);
}

#[test]
fn a_nul_hides_a_line_of_php_fpm_and_ends_php_ini() {
    let text = b"a = b\0c\nd = e\n";
    assert_eq!(outline(&lines(text)), ["a=b", "d=e"]);
    assert_eq!(kinds(&lines(text)), []);
    assert_eq!(whole(text).first_error().map(|error| error.kind), Some(SyntaxErrorKind::NulByte));
    assert_eq!(whole(text).errors()[0].daemon_offset, 5);
}

#[test]
fn marks_and_line_ends() {
    let tree = lines(b"\xef\xbb\xbfa=1\n\xef\xbb\xbfb=2\rc=3\r\nd=4");
    assert_eq!(outline(&tree), ["a=1", "b=2", "c=3", "d=4"]);
    let tree = whole(b"\xef\xbb\xbfa=1\n\xef\xbb\xbfb=2\r\nc=3");
    assert_eq!(outline(&tree), ["a=1", "\\xef\\xbb\\xbfb=2", "c=3"]);
}

#[test]
fn a_dollar_takes_the_next_byte_along() {
    let tree = lines(b"a = b$;c$\"d $x\n");
    assert_eq!(outline(&tree), ["a=b$;c$\\\"d $x"]);
    assert_eq!(kinds(&tree), []);
}
