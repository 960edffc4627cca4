//! Files and messages that no one would write by hand.

use crate::support::{Files, label, styled, text, warning};
use fpmlint_diagnostics::{Applicability, Edit, Fix};
use fpmlint_report::{Format, Style};
use fpmlint_text::{FileId, Span};
use insta::assert_snapshot;

const HUMAN: [Format; 3] = [Format::Pretty, Format::Full, Format::Concise];

#[test]
fn latin1_and_escapes_keep_the_arrows_in_place() {
    let files = Files::new(&[("a.conf", b"; caf\xe9 \x1b[31m = \x07\nfoo\x0b = \xe8\x00bar ; \xff")]);
    let finding = warning(0, files.find(0, "bar"));
    assert_snapshot!(text(Format::Full, std::slice::from_ref(&finding), &files), @r"
    warning[unknown-directive]: `foo` is no directive
      --> a.conf:2:10
      |
    2 | foo? = ??bar ; ?
      |          ^^^
      |
      = see https://github.com/fpmlint/fpmlint/blob/main/docs/rules/unknown-directive.md
    ");
    assert_snapshot!(text(Format::Pretty, &[finding], &files), @r"
    warning[unknown-directive]: `foo` is no directive
       ,-[ a.conf:2:10 ]
       |
     2 | foo? = ??bar ; ?
       |          ^|^
       |           `--- here
    ---'
      see https://github.com/fpmlint/fpmlint/blob/main/docs/rules/unknown-directive.md
    ");
}

#[test]
fn empty_spans_point_at_something() {
    let files = Files::new(&[("a.conf", b"# \xc3\xa9\r\nserver {\r\n"), ("empty.conf", b"")]);
    let findings = [
        warning(0, Span::empty(files.0[0].text.len() as u32)),
        warning(0, Span::empty(14)),
        warning(1, Span::empty(0)),
    ];
    assert_snapshot!(text(Format::Concise, &findings, &files), @r"
    a.conf:3:1: warning[unknown-directive]: `foo` is no directive
    a.conf:2:9: warning[unknown-directive]: `foo` is no directive
    empty.conf:1:1: warning[unknown-directive]: `foo` is no directive
    ");
    assert_snapshot!(frames(&text(Format::Full, &findings, &files)), @r"
      --> a.conf:3:1
    3 |
      | ^
      --> a.conf:2:9
    2 | server {
      |         ^
      --> empty.conf:1:1
    1 |
      | ^
    ");
    assert_snapshot!(frames(&text(Format::Pretty, &findings, &files)), @r"
       ,-[ a.conf:3:1 ]
     3 |
       | |
       | `-- here
    ---'
       ,-[ a.conf:2:9 ]
     2 | server {
       |         |
       |         `-- here
    ---'
       ,-[ empty.conf:1:1 ]
     1 |
       | |
       | `-- here
    ---'
    ");
}

#[test]
fn a_line_of_a_megabyte_is_cut_around_the_finding() {
    let line = format!("x\n{}needle{}\n", "é ".repeat(200_000), " ö".repeat(200_000));
    let files = Files::new(&[("a.conf", line.as_bytes())]);
    let span = files.find(0, "needle");
    let mut finding = warning(0, span);
    finding.related.push(label(0, Span::new(3, 5), "far away"));
    finding.fix = Some(Fix {
        title: "Delete `needle`".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![Edit { file: FileId(0), span, text: String::new() }],
    });
    for format in HUMAN {
        let style = Style { width: Some(60), ..Style::default() };
        let shown = styled(format, std::slice::from_ref(&finding), &files, style);
        assert!(shown.contains("a.conf:2:400001"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() < 110), "{shown}");
        assert_eq!(shown.contains("é needle ö"), format != Format::Concise, "{shown}");
    }
    let style = Style { width: Some(60), ..Style::default() };
    assert_snapshot!(styled(Format::Full, &[finding], &files, style), @r"
    warning[unknown-directive]: `foo` is no directive
      --> a.conf:2:400001
      |
    2 | ... é é é é é é é needle ö ö ö ö ö ö ö ...
      | ---               ^^^^^^
      | |
      | far away
      |
      = see https://github.com/fpmlint/fpmlint/blob/main/docs/rules/unknown-directive.md
      unsafe fix: Delete `needle`
      a.conf:2
      - ... é é é é é é é é needle ö ö ö ö ö ö ...
      + ... é é é é é é é é  ö ö ö ö ö ö ö ö ...
    ");
}

#[test]
fn each_file_says_where_its_own_place_is() {
    let files = Files::new(&[("a.conf", b"x;\n"), ("b.conf", "# 漢字\n漢字漢字 = y;\nz;\n".as_bytes())]);
    let mut finding = warning(0, files.find(0, "x"));
    finding.related = vec![label(1, files.find(1, "z"), "too"), label(1, files.find(1, "y"), "there")];
    for format in [Format::Pretty, Format::Full] {
        let shown = text(format, std::slice::from_ref(&finding), &files);
        assert!(shown.contains(" a.conf:1:1") && shown.contains(" b.conf:2:8"), "{shown}");
        assert_eq!(shown.matches("b.conf").count(), 1, "{shown}");
    }
}

#[test]
fn a_long_line_far_down_is_still_shown() {
    let text = format!("{}{}needle{}", "\n".repeat(20_000), "a ".repeat(500), " b".repeat(500));
    let files = Files::new(&[("a.conf", text.as_bytes())]);
    let finding = warning(0, files.find(0, "needle"));
    let shown = crate::support::text(Format::Pretty, &[finding], &files);
    assert!(shown.contains("a.conf:20001:1001") && shown.contains("a needle b"), "{shown}");
}

#[test]
fn nothing_hidden_reaches_the_terminal() {
    let hidden = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{1}0\u{2}\r\n\u{0}";
    let source = format!("a {hidden} b");
    let files = Files::new(&[(&format!("{hidden}.conf"), source.as_bytes())]);
    let mut finding = warning(0, Span::new(0, 9));
    finding.message = format!("m{hidden}");
    finding.help = Some(format!("h{hidden}"));
    finding.host = Some(hidden.into());
    finding.related.push(label(0, Span::new(2, 5), hidden));
    finding.fix = Some(Fix {
        title: hidden.to_owned(),
        applicability: Applicability::DisplayOnly,
        edits: vec![Edit { file: FileId(0), span: Span::new(0, 1), text: hidden.to_owned() }],
    });
    for format in Format::ALL {
        let shown = text(format, std::slice::from_ref(&finding), &files);
        let raw = |character: char| character != '\n' && (character.is_control() || character == '\u{202e}');
        assert!(!shown.contains(raw), "{format}: {shown:?}");
    }
    assert_eq!(text(Format::Concise, &[finding], &files).lines().count(), 1);
}

#[test]
fn any_span_in_any_text_can_be_shown() {
    let text = "a\té\u{301}漢😀\r\n\r\u{85}\u{2028}\u{b}\n\n x\u{200d}y\0\n\r".as_bytes();
    let mut bytes = text.to_vec();
    bytes.extend_from_slice(b"\xff\xc3 \xe2\x80");
    let files = Files::new(&[("a.conf", &bytes), ("b.conf", &bytes)]);
    let size = bytes.len() as u32 + 2;
    let mut findings = Vec::new();
    for start in 0..size {
        for end in start..size {
            let mut finding = warning(0, Span::new(start, end));
            let other = Span::new(size - end, size - start);
            finding.related = vec![label(1, other, "b"), label(0, other, ""), label(0, finding.span, "c")];
            finding.fix = Some(Fix {
                title: "Change".to_owned(),
                applicability: Applicability::Safe,
                edits: vec![Edit { file: FileId(0), span: finding.span, text: "é\n".to_owned() }],
            });
            findings.push(finding);
        }
    }
    for format in Format::ALL {
        for unicode in [false, true] {
            let shown = styled(format, &findings, &files, Style { unicode, ..Style::default() });
            assert!(shown.matches("unknown-directive]").count() == findings.len() || !format.is_human());
        }
    }
}

#[test]
fn many_related_places_are_counted_not_shown() {
    let files = Files::new(&[("a.conf", "x\n".repeat(50).as_bytes())]);
    let mut finding = warning(0, Span::new(0, 1));
    finding.related = (1..50).map(|line| label(0, Span::new(line * 2, line * 2 + 1), "too")).collect();
    let shown = text(Format::Full, &[finding], &files);
    assert_eq!(shown.matches("- too").count(), 10);
    assert!(shown.contains("note: 39 more places are not shown"), "{shown}");
}

/// The frames alone: no headings, addresses and empty lines.
fn frames(shown: &str) -> String {
    let is_frame = |line: &&str| !(line.contains("see http") || line.starts_with("warning"));
    let lines: Vec<&str> =
        shown.lines().filter(is_frame).filter(|line| !matches!(line.trim(), "" | "|")).collect();
    lines.join("\n")
}
