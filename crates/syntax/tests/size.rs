//! Hostile sizes: deep nesting does not use the stack, and twice the input is about twice the work.

use std::sync::Arc;
use std::time::Instant;

use fpmlint_syntax::{Dialect, SyntaxErrorKind, Tree, parse};

const DIALECTS: [Dialect; 4] = [Dialect::FpmIni, Dialect::PhpIni, Dialect::Nginx, Dialect::Httpd];
const DEEP: usize = 100_000;

fn tree(dialect: Dialect, text: &str) -> Tree {
    parse(dialect, Arc::from(text.as_bytes()), |_| false)
}

fn assert_nested(tree: &Tree, closed: bool) {
    assert_eq!(tree.statement_count(), DEEP as u32);
    let innermost = tree.statement(DEEP as u32 - 1).unwrap();
    assert_eq!(innermost.parent().unwrap().ordinal(), DEEP as u32 - 2);
    assert_eq!(tree.statement(0).unwrap().descendants_end(), DEEP as u32);
    assert!(tree.all_statements().all(|statement| statement.is_closed() == closed));
}

#[test]
fn deep_nginx_blocks() {
    let open = "a {\n".repeat(DEEP);
    assert_nested(&tree(Dialect::Nginx, &(open.clone() + &"}\n".repeat(DEEP))), true);
    let unclosed = tree(Dialect::Nginx, &open);
    assert_nested(&unclosed, false);
    assert_eq!(unclosed.errors().len(), DEEP);
    assert!(unclosed.errors().iter().all(|error| error.kind == SyntaxErrorKind::UnclosedBlock));
}

#[test]
fn deep_httpd_sections() {
    let open = "<A x>\n".repeat(DEEP);
    assert_nested(&tree(Dialect::Httpd, &(open.clone() + &"</a>\n".repeat(DEEP))), true);
    let unclosed = tree(Dialect::Httpd, &(open + &"</b>\n".repeat(DEEP)));
    assert_nested(&unclosed, false);
    assert_eq!(unclosed.errors().len(), 2 * DEEP);
}

#[test]
fn deep_variables() {
    let text = format!("a = {}{}\n", "${b:-".repeat(DEEP), "}".repeat(DEEP));
    for dialect in [Dialect::FpmIni, Dialect::PhpIni] {
        let tree = tree(dialect, &text);
        assert_eq!(tree.errors(), &[]);
        assert_eq!(tree.statement(0).unwrap().value().unwrap().pieces().count(), 1);
    }
}

#[test]
fn megabytes_of_one_byte() {
    for byte in 0..=u8::MAX {
        let text: Arc<[u8]> = Arc::from(vec![byte; 10_000]);
        for dialect in DIALECTS {
            assert!(parse(dialect, Arc::clone(&text), |_| true).node_count() <= 10_002 * 3);
        }
    }
    for byte in *b"\"\\{[\na" {
        let text: Arc<[u8]> = Arc::from(vec![byte; 5_000_000]);
        for dialect in DIALECTS {
            parse(dialect, Arc::clone(&text), |_| true);
        }
    }
}

/// Pieces that, repeated, would be quadratic if anything were searched again and again.
const PIECES: [&str; 16] = [
    "${",
    "${a:-",
    "a=\"${",
    "\na='",
    "\na=\"\\\"",
    " [",
    "a[",
    "\"",
    "'",
    "\"\n'",
    "<a>\n",
    "</a>\n<b>\n",
    "\\\n",
    "a {",
    "--[=",
    "[\"",
];

#[test]
fn work_grows_with_size() {
    let work = |dialect: Dialect, text: &str| {
        let start = Instant::now();
        let tree = tree(dialect, text);
        let sum: u64 =
            tree.all_statements().map(|s| u64::from(s.span().len()) % 2 + s.args().count() as u64).sum();
        (start.elapsed().as_secs_f64() + sum as f64 * 0.0, u64::from(tree.node_count()))
    };
    for dialect in DIALECTS {
        for piece in PIECES {
            let (small_time, small_nodes) = work(dialect, &piece.repeat(5_000));
            let (large_time, large_nodes) = work(dialect, &piece.repeat(160_000));
            assert!(large_nodes <= small_nodes * 33 + 64, "{dialect:?} {piece:?}");
            // Quadratic work would be about 1,000 times as much.
            assert!(
                large_time < (small_time + 0.002) * 300.0,
                "{dialect:?} {piece:?}: {small_time} {large_time}"
            );
        }
    }
}
