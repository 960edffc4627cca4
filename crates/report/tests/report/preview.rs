//! Fixes shown as small diffs.

use crate::support::{Files, text, warning};
use fpmlint_diagnostics::{Applicability, Edit, Fix};
use fpmlint_report::Format;
use fpmlint_text::{FileId, Span};
use insta::assert_snapshot;

#[test]
fn a_deleted_line_is_one_line() {
    let files = Files::new(&[("a.conf", b"one\r\ntwo\r\nthree\r\n")]);
    assert_snapshot!(preview(&files, &[(0, 5, 10, "")]), @r"
    a.conf:2
    - two
    ");
}

#[test]
fn an_inserted_line_is_one_line() {
    let files = Files::new(&[("a.conf", b"one\ntwo")]);
    assert_snapshot!(preview(&files, &[(0, 4, 4, "new\n")]), @r"
    a.conf:2
    + new
    ");
    assert_snapshot!(preview(&files, &[(0, 7, 7, "\nlast")]), @r"
    a.conf:3
    + last
    ");
}

#[test]
fn edits_of_one_line_are_shown_together_and_files_apart() {
    let files = Files::new(&[("a.conf", b"listen 80 default;\nroot /a;\n"), ("b.conf", b"x=\xe9")]);
    assert_snapshot!(preview(&files, &[(1, 2, 3, "y"), (0, 10, 17, "ssl"), (0, 7, 9, "443")]), @r"
    a.conf:1
    - listen 80 default;
    + listen 443 ssl;
    b.conf:1
    - x=?
    + x=y
    ");
}

#[test]
fn what_is_long_is_cut() {
    let files = Files::new(&[("a.conf", "line\n".repeat(1000).as_bytes())]);
    let shown = preview(&files, &[(0, 0, 5000, "short\n")]);
    assert!(shown.lines().count() < 15, "{shown}");
    assert!(shown.ends_with("- ...\n+ short"), "{shown}");

    let many: Vec<(u32, u32, u32, &str)> = (0..100).map(|line| (0, line * 10, line * 10 + 4, "x")).collect();
    let shown = preview(&files, &many);
    assert_eq!(shown.matches("+ x").count(), 5);
    assert!(shown.ends_with("... and more"), "{shown}");
}

/// The preview of a fix without its title; edits are file, start, end and text.
fn preview(files: &Files, edits: &[(u32, u32, u32, &str)]) -> String {
    let edit = |(file, start, end, text): &(u32, u32, u32, &str)| Edit {
        file: FileId(*file),
        span: Span::new(*start, *end),
        text: (*text).to_owned(),
    };
    let mut finding = warning(0, Span::new(0, 1));
    finding.fix = Some(Fix {
        title: "Title".to_owned(),
        applicability: Applicability::Safe,
        edits: edits.iter().map(edit).collect(),
    });
    let shown = text(Format::Full, &[finding], files);
    let (_, preview) = shown.split_once("  fix: Title\n").unwrap();
    let lines: Vec<&str> = preview.trim_end().lines().map(|line| line.strip_prefix("  ").unwrap()).collect();
    lines.join("\n")
}
