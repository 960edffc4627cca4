use proptest::prelude::*;

use super::*;
use crate::php_ini::grammar::{self, Outcome, Sink, Variable};

/// Takes statements as they come; knows no variable.
#[derive(Default)]
struct Seen<'t>(Vec<Event<'t>>);

impl<'t> Sink<'t> for Seen<'t> {
    fn variable(&mut self, _: &'t [u8]) -> Variable {
        Variable::Unknown
    }

    fn event(&mut self, event: Event<'t>) {
        self.0.push(event);
    }
}

const VERSIONS: [Option<Version>; 3] = [None, Some(Version::new(7, 4, 33)), Some(Version::new(8, 4, 0))];

/// What the grammar says of a line as php-fpm reads it: up to a NUL.
fn by_grammar(line: &[u8], version: Option<Version>) -> Plain<'_> {
    let length = memchr::memchr(0, line).unwrap_or(line.len());
    let mut seen = Seen::default();
    let outcome = grammar::parse(&line[..length], version, &mut seen);
    if outcome != Outcome::default() {
        return Plain::Other;
    }
    let mut events = seen.0.into_iter();
    match (events.next(), events.next()) {
        (None, _) => Plain::Nothing,
        (Some(event), None) => Plain::Statement(event),
        (Some(_), Some(_)) => Plain::Other,
    }
}

/// Whether the fast reading knew the line; where it did, it must agree.
fn agrees(line: &[u8]) -> bool {
    let mut known = true;
    for version in VERSIONS {
        let plain = read(line, version);
        known &= plain != Plain::Other;
        if plain != Plain::Other {
            assert_eq!(plain, by_grammar(line, version), "{}", line.escape_ascii());
        }
    }
    known
}

#[test]
fn the_usual_lines_are_read_without_the_grammar() {
    for line in [
        "\n",
        "\r\n",
        "; a comment with = and [x]\n",
        "[www]\n",
        "[site-1.example.org]\r\n",
        "user = www-data\n",
        "listen=/run/php/$pool.sock\n",
        "listen = [::1]:9000\n",
        "pm.max_children\t=\t5 ; enough\n",
        "clear_env = no\n",
        "pid =\n",
        "slowlog = \"/var/log/a b.log\"\n",
        "php_admin_flag[log_errors] = On\n",
        "php_admin_value[error_log] = /var/log/x.log\r\n",
        "env[PATH] = /usr/bin:/bin\n",
        "env[X] = E_NONSENSE\n",
    ] {
        assert!(agrees(line.as_bytes()), "{line:?}");
    }
}

#[test]
fn doubtful_lines_are_left_to_the_grammar() {
    for line in [
        "on = 1\n",
        "a = on off\n",
        "a = E_ALL\n",
        "a = b c\n",
        "a = b=c\n",
        "a = b\r; c\n",
        "; a\rb = c\n",
        "[www] foo\n",
        "[]\n",
        "a[] = b\n",
        "a[E_ALL] = b\n",
        "a = 'b'\n",
        "a = \"b\\\\c\"\n",
        "a = \"${B}\"\n",
        "a = b\\\n",
        "a\n",
        " a = b\n",
        "\u{feff}a = b\n",
        "a = $\n",
        "a = ${B}\n",
        "a = b$;\n",
        "a = b\0c\n",
        "a = ;\0\n",
        "a = b",
    ] {
        assert_eq!(read(line.as_bytes(), None), Plain::Other, "{line:?}");
    }
}

/// Pieces that lines are made of, dull ones and dangerous ones.
const PIECES: &[&str] = &[
    "a",
    "pm.max_children",
    "php_value",
    "env",
    "on",
    "Off",
    "none",
    "NULL",
    "yes",
    "E_ALL",
    "PHP_OS",
    "E_X",
    "5",
    "-1",
    ".5",
    "10s",
    "/run/x.sock",
    "127.0.0.1:9000",
    "=",
    " = ",
    "[",
    "]",
    "[x]",
    "[PATH]",
    "[E_ALL]",
    " ",
    "\t",
    ";",
    "; note",
    "\r",
    "\"",
    "\"x y\"",
    "'",
    "'x'",
    "$",
    "${A}",
    "\\",
    "&",
    "|",
    "!",
    "(",
    ")",
    "{",
    "}",
    "#",
    "\0",
    "\u{feff}",
    "ä",
    "\x0b",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, ..ProptestConfig::default() })]

    #[test]
    fn both_ways_say_the_same_of_lines_from_pieces(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..8)) {
        agrees(format!("{}\n", pieces.concat()).as_bytes());
    }

    #[test]
    fn both_ways_say_the_same_of_lines_that_look_right(
        name in "[a-z._]{1,4}|on|no", key in "(\\[[A-Z_a-z.]{0,3}\\]?)?", equals in "[ \t]{0,2}=[ \t]{0,2}",
        value in "[a-zA-Z0-9/._:\"${-]{0,6}|on|NULL|E_ALL|\"[^\"\n]{0,5}\"", end in "[ \t]{0,2}(;[^\n]{0,4})?\r?",
    ) {
        agrees(format!("{name}{key}{equals}{value}{end}\n").as_bytes());
    }

    #[test]
    fn both_ways_say_the_same_of_any_bytes(mut line in prop::collection::vec(any::<u8>(), 0..12)) {
        line.retain(|byte| *byte != b'\n');
        line.push(b'\n');
        agrees(&line);
    }
}
