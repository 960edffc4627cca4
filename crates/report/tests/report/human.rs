//! The human formats on a small stack.

use crate::support::{errors, findings, outcome, stack, styled, text, unknowns};
use fpmlint_report::{Format, Outcome, Style, run_errors, summary_line};
use insta::assert_snapshot;

#[test]
fn concise_is_one_line_each() {
    let files = stack();
    assert_snapshot!(text(Format::Concise, &findings(&files), &files), @r"
    conf.d/site.conf:4:38: error[socket-permission-denied]: nginx may not open the socket of pool `www`
    conf.d/site.conf:2:1: info[unknown-directive]: `server` is refused
    ");
}

#[test]
fn full_shows_both_files_and_the_fix() {
    let files = stack();
    assert_snapshot!(text(Format::Full, &findings(&files), &files), @r#"
    error[socket-permission-denied]: nginx may not open the socket of pool `www`
      --> conf.d/site.conf:4:38
      |
    4 |     location ~ \.php$ { fastcgi_pass unix:/run/php/www.sock; }
      |                                      ^^^^^^^^^^^^^^^^^^^^^^
      |
      --> pool.d/www.conf:2:10
      |
    2 | listen = /run/php/www.sock
      |          ----------------- the pool listens here
    3 | listen.owner = www-data
    4 | listen.mode = 0600
      |               ---- only its owner may connect
      |
      = help: Every PHP request answers 502.
              Let nginx's group write to the socket.
      = note: likely, not certain: rests on what is usual in stacks like this one
      = note: this line is as the distribution or image ships it
      = note: on host `web`
      = note: the same in 2 contexts
      = see https://github.com/fpmlint/fpmlint/blob/main/docs/rules/socket-permission-denied.md
      fix: Set `listen.mode` to 0660
      pool.d/www.conf:4
      - listen.mode = 0600
      + listen.mode = 0660

    info[unknown-directive]: `server` is refused
      --> conf.d/site.conf:2:1
      |
    2 | server {
      | ^^^^^^
      |
      = note: nginx stops here in its own configuration test: unknown directive "foo" (it names conf.d/site.conf:2)
      = see https://github.com/fpmlint/fpmlint/blob/main/docs/rules/unknown-directive.md
    "#);
}

#[test]
fn pretty_shows_both_files_and_the_fix() {
    let files = stack();
    let style = Style { unicode: true, ..Style::default() };
    assert_snapshot!(styled(Format::Pretty, &findings(&files), &files, style), @r#"
    error[socket-permission-denied]: nginx may not open the socket of pool `www`
       ╭─[ conf.d/site.conf:4:38 ]
       │
     4 │     location ~ \.php$ { fastcgi_pass unix:/run/php/www.sock; }
       │                                      ───────────┬──────────
       │                                                 ╰──────────── here
       │
       ├─[ pool.d/www.conf:2:10 ]
       │
     2 │ listen = /run/php/www.sock
       │          ────────┬────────
       │                  ╰────────── the pool listens here
       │
     4 │ listen.mode = 0600
       │               ──┬─
       │                 ╰─── only its owner may connect
       │
       │ Help: Every PHP request answers 502.
       │       Let nginx's group write to the socket.
       │
       │ Note: likely, not certain: rests on what is usual in stacks like this one
       │       this line is as the distribution or image ships it
       │       on host `web`
       │       the same in 2 contexts
    ───╯
      see https://github.com/fpmlint/fpmlint/blob/main/docs/rules/socket-permission-denied.md
      fix: Set `listen.mode` to 0660
      pool.d/www.conf:4
      - listen.mode = 0600
      + listen.mode = 0660

    info[unknown-directive]: `server` is refused
       ╭─[ conf.d/site.conf:2:1 ]
       │
     2 │ server {
       │ ───┬──
       │    ╰──── here
       │
       │ Note: nginx stops here in its own configuration test: unknown directive "foo" (it names conf.d/site.conf:2)
    ───╯
      see https://github.com/fpmlint/fpmlint/blob/main/docs/rules/unknown-directive.md
    "#);
}

#[test]
fn colours_are_written_only_when_asked_for() {
    let files = stack();
    let findings = findings(&files);
    for format in [Format::Pretty, Format::Full, Format::Concise] {
        for unicode in [false, true] {
            let style = Style { unicode, ..Style::default() };
            assert!(!styled(format, &findings, &files, style).contains('\x1b'), "{format}");
            let shown = styled(format, &findings, &files, Style { color: true, ..style });
            assert!(shown.contains("\x1b["), "{format}");
        }
        assert!(text(format, &findings, &files).is_ascii(), "{format}");
    }
}

#[test]
fn no_finding_is_no_text() {
    let files = stack();
    for format in [Format::Pretty, Format::Full, Format::Concise] {
        assert_eq!(text(format, &[], &files), "");
    }
}

#[test]
fn the_summary_counts_and_names_what_is_unknown() {
    let files = stack();
    let findings = findings(&files);
    let unknowns = unknowns();
    let found = Outcome { unknowns: &unknowns, ..outcome(&findings, &files) };
    assert_snapshot!(summary(&found), @r"
    Not known here:
      the user that nginx runs as (socket-permission-denied): give a profile or --sysroot

    Found 1 error, 1 note in 2 files (1 fixable with `fpmlint fix`).
    ");
    assert_eq!(summary(&outcome(&[], &files)), "Found no problems in 2 files.\n");
    let twice = [findings[1].clone(), findings[1].clone()];
    assert_eq!(summary(&Outcome { files: 1, ..outcome(&twice, &files) }), "Found 2 notes in 1 file.\n");
}

#[test]
fn errors_say_where() {
    let files = stack();
    let errors = errors();
    let mut out = Vec::new();
    let failed = Outcome { errors: &errors, ..outcome(&[], &files) };
    run_errors(&failed, &Style::default(), &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "a.conf:3: error: permission denied\n");
}

fn summary(outcome: &Outcome<'_>) -> String {
    let mut out = Vec::new();
    summary_line(outcome, &Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
