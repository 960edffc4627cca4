//! Any bytes, in all four dialects: the leaves, concatenated, are the input, and every view of it can be taken.

#![no_main]

use std::sync::Arc;

use fpmlint_syntax::{Dialect, Tree, parse};
use libfuzzer_sys::fuzz_target;

const DIALECTS: [Dialect; 4] = [Dialect::FpmIni, Dialect::PhpIni, Dialect::Nginx, Dialect::Httpd];

fuzz_target!(|bytes: &[u8]| {
    for dialect in DIALECTS {
        let tree = parse(dialect, Arc::from(bytes), |name| name.ends_with(b"_by_lua_block"));
        assert_lossless(&tree, bytes);
        visit(&tree);
    }
});

fn assert_lossless(tree: &Tree, bytes: &[u8]) {
    let mut leaves = Vec::with_capacity(bytes.len());
    for (_, span) in tree.leaves() {
        assert_eq!(span.start as usize, leaves.len());
        leaves.extend_from_slice(&bytes[span.range()]);
    }
    assert_eq!(leaves, bytes);
}

fn visit(tree: &Tree) {
    for statement in tree.all_statements() {
        assert!(statement.descendants_end() > statement.ordinal());
        assert!(statement.head_span().end <= statement.span().end);
        statement.name().text();
        statement.args().for_each(|word| assert!(word.text().len() <= word.raw().len()));
        let pieces = statement.value().into_iter().flat_map(|value| value.pieces());
        pieces.for_each(|piece| assert!(piece.text().len() <= piece.raw.len()));
        statement.logical_line();
        statement.body_span();
        statement.end_offset();
    }
    for error in tree.errors() {
        assert!(error.span.end as usize <= tree.text().len());
    }
}
