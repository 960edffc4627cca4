//! nginx's words for what its tokenizer does not take.

use fpmlint_syntax::{Dialect, SyntaxError, SyntaxErrorKind, Tree};
use fpmlint_text::FileId;
use fpmlint_workspace::SourceFile;

use crate::{Part, Phase, Place, Refusal, RefusalKind};

/// The refusal for the error number `index` of a file.
pub(super) fn refusal(
    file: FileId,
    source: &SourceFile,
    tree: &Tree,
    index: usize,
    certain: bool,
) -> Option<Refusal> {
    let error = tree.errors().get(index)?;
    let (kind, message) = words(tree, error);
    let place = Place {
        file,
        ordinal: error.statement.unwrap_or(0),
        part: Part::Error(index as u32),
        dialect: Dialect::Nginx,
    };
    Some(Refusal {
        kind,
        place,
        related: Vec::new(),
        message,
        daemon_line: Some(source.lines().line(error.daemon_offset) + 1),
        daemon_file: None,
        suggestion: None,
        remedy: None,
        phase: Phase::Test,
        first: false,
        certain,
    })
}

fn words(tree: &Tree, error: &SyntaxError) -> (RefusalKind, String) {
    match error.kind {
        SyntaxErrorKind::UnexpectedByteAfterQuote { byte } | SyntaxErrorKind::EmptyStatement { byte } => {
            (RefusalKind::SyntaxError, format!("unexpected \"{}\"", char::from(byte)))
        }
        SyntaxErrorKind::MissingSemicolon => (RefusalKind::SyntaxError, "unexpected \"}\"".to_owned()),
        SyntaxErrorKind::UnexpectedClosingBrace => {
            (RefusalKind::UnbalancedBlock, "unexpected \"}\"".to_owned())
        }
        SyntaxErrorKind::UnfinishedStatement => {
            (RefusalKind::SyntaxError, "unexpected end of file, expecting \";\" or \"}\"".to_owned())
        }
        SyntaxErrorKind::UnclosedBlock | SyntaxErrorKind::UnclosedRawBlock => {
            (RefusalKind::UnbalancedBlock, "unexpected end of file, expecting \"}\"".to_owned())
        }
        SyntaxErrorKind::UnterminatedQuote { quote, too_long: true }
        | SyntaxErrorKind::TooLongWord { quote: Some(quote) } => {
            let quote = char::from(quote);
            let message = format!("too long parameter, probably missing terminating \"{quote}\" character");
            (RefusalKind::UnterminatedQuote, message)
        }
        SyntaxErrorKind::UnterminatedQuote { too_long: false, .. } => {
            let message = "unexpected end of file, expecting \";\" or \"}\"".to_owned();
            (RefusalKind::UnterminatedQuote, message)
        }
        SyntaxErrorKind::TooLongWord { quote: None } | SyntaxErrorKind::TooLongComment => {
            // nginx counts from behind the quote.
            let word = error.span.of(tree.text());
            let word = word.strip_prefix(b"\"").or(word.strip_prefix(b"'")).unwrap_or(word);
            let start = String::from_utf8_lossy(&word[..word.len().min(10)]).into_owned();
            (RefusalKind::SyntaxError, format!("too long parameter \"{start}...\" started"))
        }
        _ => (RefusalKind::SyntaxError, "syntax error".to_owned()),
    }
}
