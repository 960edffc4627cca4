use super::*;

/// Takes statements as text, `?` for what is unknown.
#[derive(Default)]
struct Seen(Vec<String>);

impl<'t> Sink<'t> for Seen {
    fn variable(&mut self, name: &'t [u8]) -> Variable {
        match name {
            b"KNOWN" => Variable::Set(b"value".to_vec()),
            b"UNSET" => Variable::Unset,
            _ => Variable::Unknown,
        }
    }

    fn event(&mut self, event: Event<'t>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let shown = |value: &Text<'_>| match value {
            Text::Known(value) => text(value),
            Text::Unknown => "?".to_owned(),
        };
        self.0.push(match &event.kind {
            EventKind::Section { name, .. } => format!("[{}]", shown(name)),
            EventKind::Entry { name, value: None } => text(name),
            EventKind::Entry { name, value: Some(value) } => format!("{}={}", text(name), shown(value)),
            EventKind::Array { name, key, value, .. } => {
                format!("{}[{}]={}", text(name), shown(key), shown(value))
            }
        });
    }
}

fn read_as(source: &str, version: Option<Version>) -> (String, Option<String>) {
    let mut seen = Seen::default();
    let outcome = parse(source.as_bytes(), version, &mut seen);
    (seen.0.join("|"), outcome.fault.map(|fault| format!("{} @{}", fault.message, fault.line)))
}

/// What is read, as PHP 8.2 does.
fn read(source: &str) -> (String, Option<String>) {
    read_as(source, Some(Version::new(8, 2, 36)))
}

fn value(source: &str) -> String {
    let (statements, fault) = read(&format!("k = {source}\n"));
    assert_eq!(fault, None, "{source}");
    statements.strip_prefix("k=").expect(source).to_owned()
}

fn fault(source: &str) -> String {
    read(&format!("{source}\n")).1.expect(source)
}

#[test]
fn words_for_booleans_count_only_as_whole_values() {
    assert_eq!(value("Yes"), "1");
    assert_eq!(value("TRUE ; comment"), "1");
    assert_eq!(value("None"), "");
    assert_eq!(value("null"), "");
    assert_eq!(value("once"), "once");
    assert_eq!(value("\"yes\""), "yes");
    assert_eq!(value(".php on.php"), ".php on.php");
    assert_eq!(fault("k = .php FALSE"), "syntax error, unexpected BOOL_FALSE @1");
    assert_eq!(fault("on = 1"), "syntax error, unexpected BOOL_TRUE @1");
}

#[test]
fn operators_count_with_what_atoi_reads() {
    assert_eq!(value("4|1"), "5");
    assert_eq!(value("E_ALL & ~E_NOTICE"), "32759");
    assert_eq!(value("~/x"), "-1");
    assert_eq!(value("http://h/?a&b"), "0");
    assert_eq!(value("a ^ 3"), "3");
    assert_eq!(value("!(4|~1)"), "0");
    assert_eq!(value("1 | 2 ^ 3 & 4"), "0");
    assert_eq!(value("\"E_ALL & ~E_NOTICE\""), "E_ALL & ~E_NOTICE");
    assert_eq!(value("E_ALL E_ALL"), "32767 32767");
}

#[test]
fn quotes_join_and_drop_the_blanks_beside_them() {
    assert_eq!(value("%t \"%m %r\" %s"), "%t%m %r%s");
    assert_eq!(value("\".php\" \".phar\""), ".php.phar");
    assert_eq!(value("'a b'c"), "a bc");
    assert_eq!(value(r#""a\"b\\c\nd\q\$e""#), r#"a"b\c\nd\q$e"#);
    assert_eq!(value(r#""C:\path\""#), r"C:\path\");
    assert_eq!(value("a b  c"), "a b  c");
}

#[test]
fn variables_are_asked_for() {
    assert_eq!(value("a${KNOWN}b"), "avalueb");
    assert_eq!(value("\"${KNOWN}\""), "value");
    assert_eq!(value("'${KNOWN}'"), "${KNOWN}");
    assert_eq!(value("${OTHER}"), "?");
    assert_eq!(value("$KNOWN"), "$KNOWN");
    let new = Some(Version::new(8, 3, 0));
    assert_eq!(read_as("k = ${OTHER:-a ${KNOWN} \"b\"}c\n", new), ("k=?".to_owned(), None));
    let unclosed = read_as("k = p${ss\n", new).1;
    assert_eq!(
        unclosed.as_deref(),
        Some("syntax error, unexpected end of file, expecting TC_FALLBACK or '}' @1")
    );
    assert_eq!(fault("k = p${ss"), "syntax error, unexpected end of file, expecting '}' @1");
    assert_eq!(fault("k = ${}"), "syntax error, unexpected '}', expecting TC_VARNAME @1");
}

#[test]
fn sections_and_keys_keep_their_blanks() {
    assert_eq!(read("[ www ]\n").0, "[ www ]");
    assert_eq!(read("[\"a b\"] ; c\n").0, "[a b]");
    assert_eq!(read("\t[www]\n").0, "[www]");
    assert_eq!(read("env[ X ] = 1\n").0, "env[X ]=1");
    assert_eq!(read("env [X]=1\n").0, "env[X]=1");
    assert_eq!(read("env[E_ALL] = 1\n").0, "env[32767]=1");
    assert_eq!(read("[www] foo\n").0, "[www]|foo");
    assert_eq!(fault(" [www]"), "syntax error, unexpected END_OF_LINE, expecting '=' @2");
    assert_eq!(fault("[www"), "syntax error, unexpected end of file, expecting ']' @1");
}

#[test]
fn a_statement_comes_before_the_error_behind_it() {
    let (statements, fault) = read("foo = bar=1\n");
    assert_eq!(statements, "foo=bar");
    assert_eq!(fault.as_deref(), Some("syntax error, unexpected '=' @1"));
    let (statements, fault) = read("# (x)\n");
    assert_eq!(statements, "#");
    assert_eq!(fault.as_deref(), Some("syntax error, unexpected '(' @1"));
}

#[test]
fn expected_tokens_are_named_as_the_daemon_does() {
    assert_eq!(
        fault("k = (5"),
        "syntax error, unexpected END_OF_LINE, expecting '^' or '|' or '&' or ')' @2"
    );
    assert_eq!(fault("k = 5 |"), "syntax error, unexpected END_OF_LINE @2");
    assert_eq!(
        fault("k = \"x"),
        "syntax error, unexpected end of file, expecting TC_DOLLAR_CURLY or TC_QUOTED_STRING or '\"' @2"
    );
    assert_eq!(fault("env[A] x"), "syntax error, unexpected TC_LABEL, expecting '=' @1");
}

#[test]
fn an_unterminated_single_quote_ends_the_input() {
    assert_eq!(fault("k = 'don"), "syntax error, unexpected end of file @1");
    let mut seen = Seen::default();
    let outcome = parse(b"k = don't\n", None, &mut seen);
    assert_eq!((seen.0.join("|"), outcome.fault), ("k=don".to_owned(), None));
    assert_eq!(outcome.unterminated_quote, Some(7));
    assert_eq!(read("k = ''\n").0, "k=|'");
}

#[test]
fn a_dollar_takes_the_byte_behind_it() {
    assert_eq!(value("a$;b"), "a$;b");
    assert_eq!(read("k = a$\n").0, "k=a$\n");
}

#[test]
fn whole_files_have_strings_over_lines_and_every_line_end() {
    let (statements, fault) = read("a = \"x\ny\"\r\nb = 1\rc = 2\n\u{feff}");
    assert_eq!((statements.as_str(), fault), ("a=x\ny|b=1|c=2", None));
    assert_eq!(read("\u{feff}a=1\n").0, "a=1");
    assert_eq!(read("a=1\nb=(\nc=2\n").1.as_deref(), Some("syntax error, unexpected END_OF_LINE @3"));
}

#[test]
fn depth_is_bounded_and_long_input_is_read() {
    let open = format!("k = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(read(&open).0, "k=1");
    let new = Some(Version::new(8, 4, 0));
    let nested = format!("k = {}\n", "${a:-".repeat(100_000));
    assert!(read_as(&nested, new).1.is_some());
    let dollars = format!("k = {}\n", "$\\".repeat(200_000));
    assert_eq!(read(&dollars).1, None);
}
