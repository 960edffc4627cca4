//! nginx's own answers where they depend on its tokenizer alone: same refusal, same words, same line.

use std::sync::Arc;

use fpmlint_syntax::{Dialect, SyntaxError, SyntaxErrorKind, Tree, parse};

const CASES: &str = include_str!("data/nginx_tokens.json");

fn file(context: &str, body: &str) -> Vec<u8> {
    if context == "raw" {
        return body.as_bytes().to_vec();
    }
    format!(
        "pid n.pid;\nerror_log e.log;\nevents {{}}\nhttp {{\naccess_log off;\nserver {{\nlisten 127.0.0.1:8081;\n\
         {body}\n}}\n}}\n"
    )
    .into_bytes()
}

fn words(tree: &Tree, error: &SyntaxError) -> String {
    let started = |offset: u32| {
        let bytes = &tree.text()[offset as usize..offset as usize + 10];
        format!("too long parameter \"{}...\" started", String::from_utf8_lossy(bytes))
    };
    match error.kind {
        SyntaxErrorKind::UnexpectedByteAfterQuote { byte } | SyntaxErrorKind::EmptyStatement { byte } => {
            format!("unexpected \"{}\"", char::from(byte))
        }
        SyntaxErrorKind::MissingSemicolon | SyntaxErrorKind::UnexpectedClosingBrace => {
            "unexpected \"}\"".to_owned()
        }
        SyntaxErrorKind::UnfinishedStatement => "unexpected end of file, expecting \";\" or \"}\"".to_owned(),
        SyntaxErrorKind::UnclosedBlock => "unexpected end of file, expecting \"}\"".to_owned(),
        SyntaxErrorKind::TooLongWord { quote: Some(quote) }
        | SyntaxErrorKind::UnterminatedQuote { quote, too_long: true } => {
            let quote = char::from(quote);
            format!("too long parameter, probably missing terminating \"{quote}\" character")
        }
        SyntaxErrorKind::TooLongWord { quote: None } | SyntaxErrorKind::TooLongComment => {
            started(error.daemon_offset)
        }
        other => panic!("nginx has no words for {other:?}"),
    }
}

#[test]
fn tokenizer_verdicts_agree() {
    let cases: Vec<serde_json::Value> = serde_json::from_str(CASES).unwrap();
    assert_eq!(cases.len(), 65);
    for case in &cases {
        let text = file(case["context"].as_str().unwrap(), case["body"].as_str().unwrap());
        let tree = parse(Dialect::Nginx, Arc::from(text.as_slice()), |_| false);
        let said = tree.first_error().map(|error| {
            let before = &tree.text()[..error.daemon_offset as usize];
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            format!("[emerg] {} in c.conf:{line}", words(&tree, error))
        });
        assert_eq!(said.as_deref(), case["message"].as_str(), "{}", case["name"]);
    }
}
