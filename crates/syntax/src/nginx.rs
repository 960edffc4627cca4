//! nginx: tokens to statements, by the states of its own tokenizer (`ngx_conf_file.c`).
//!
//! In: the bytes of a file and who says which blocks are raw. Out: nodes in the builder. Invariant: as long as there
//! is no error, words and statements are cut as nginx cuts them; behind an error, so that the rest stays usable.

mod lexer;
mod lua;

use std::borrow::Cow;

use fpmlint_text::Span;

use crate::builder::Builder;
use crate::eights;
use crate::{IsRawBlock, Kind, SyntaxErrorKind};
use lexer::{Lexer, Token};

/// Bytes that nginx's read buffer holds; a word or comment must fit, with what must be read behind it.
const BUFFER: u32 = 4096;

pub(crate) fn parse(text: &[u8], is_raw_block: IsRawBlock, builder: &mut Builder) {
    let mut parser = Parser { text, is_raw_block, builder, lexer: Lexer::new(text), statement: None };
    parser.run();
}

/// A statement that has words but no end yet.
struct Pending {
    ordinal: u32,
    /// Span of its first word.
    name: Span,
    /// Where its last word ends.
    end: u32,
    /// Index of the node behind its last word.
    behind: u32,
    /// Whether the last byte of the last word is a closing quote, with nothing behind it yet.
    behind_quote: bool,
}

struct Parser<'t, 'b> {
    text: &'t [u8],
    is_raw_block: IsRawBlock,
    builder: &'b mut Builder,
    lexer: Lexer<'t>,
    statement: Option<Pending>,
}

impl Parser<'_, '_> {
    fn run(&mut self) {
        while let Some((token, span)) = self.lexer.next() {
            if self.statement.as_ref().is_some_and(|pending| pending.behind_quote) {
                self.check_behind_quote(token, span);
            }
            match token {
                Token::Blank => self.builder.leaf(Kind::Blank, span.start),
                Token::Comment => self.comment(span),
                Token::Word => self.word(Kind::Word, span),
                Token::DoubleQuoted => self.word(Kind::DoubleQuotedWord, span),
                Token::SingleQuoted => self.word(Kind::SingleQuotedWord, span),
                Token::OpenDoubleQuoted => self.word(Kind::OpenDoubleQuotedWord, span),
                Token::OpenSingleQuoted => self.word(Kind::OpenSingleQuotedWord, span),
                Token::Semicolon => self.semicolon(span),
                Token::OpenBrace => self.open_brace(span),
                Token::CloseBrace => self.close_brace(span),
            }
        }
        self.end_of_file();
    }

    fn len(&self) -> u32 {
        self.text.len() as u32
    }

    /// Behind a closing quote only white space, `;`, `{` and `)` may stand.
    fn check_behind_quote(&mut self, token: Token, span: Span) {
        let Some(pending) = self.statement.as_mut() else { return };
        pending.behind_quote = false;
        let byte = span.of(self.text).first().copied().unwrap_or(0);
        if matches!(token, Token::Blank | Token::Semicolon | Token::OpenBrace) || byte == b')' {
            return;
        }
        let ordinal = pending.ordinal;
        let at = Span::new(span.start, span.start + 1);
        let kind = SyntaxErrorKind::UnexpectedByteAfterQuote { byte };
        self.builder.error(kind, at, span.start, Some(ordinal));
        if token == Token::CloseBrace {
            // nginx has said what there is to say: the `;` is not missing besides.
            self.end_pending();
        }
    }

    fn comment(&mut self, span: Span) {
        let limit = span.start.saturating_add(BUFFER);
        // Up to and with the line end.
        if limit <= span.end && limit < self.len() {
            let statement = self.statement.as_ref().map(|pending| pending.ordinal);
            self.builder.error(SyntaxErrorKind::TooLongComment, span, span.start, statement);
        }
        // The CR of CRLF is none of the comment's bytes for us.
        let has_cr = self.text.get(span.end as usize) == Some(&b'\n') && span.of(self.text).ends_with(b"\r");
        self.builder.leaf(Kind::Comment, span.start);
        if has_cr {
            self.builder.leaf(Kind::Blank, span.end - 1);
        }
    }

    fn word(&mut self, kind: Kind, span: Span) {
        let ordinal = match &self.statement {
            Some(pending) => pending.ordinal,
            None => self.builder.statement(Kind::Directive, span.start),
        };
        // Words are asked for their meaning again and again; nearly all have no backslash.
        match eights::contains(span.of(self.text), b'\\') {
            true => self.builder.leaf(kind, span.start),
            false => self.builder.plain_word(kind, span.start),
        }
        let behind = self.builder.len();
        let behind_quote = matches!(kind, Kind::DoubleQuotedWord | Kind::SingleQuotedWord);
        match &mut self.statement {
            Some(pending) => {
                pending.end = span.end;
                pending.behind = behind;
                pending.behind_quote = behind_quote;
            }
            None => {
                self.statement = Some(Pending { ordinal, name: span, end: span.end, behind, behind_quote });
            }
        }
        match kind {
            Kind::OpenDoubleQuotedWord => self.unterminated(b'"', span, ordinal),
            Kind::OpenSingleQuotedWord => self.unterminated(b'\'', span, ordinal),
            _ if span.len() + 2 >= BUFFER => self.check_length(kind, span, ordinal),
            _ => {}
        }
    }

    fn unterminated(&mut self, quote: u8, span: Span, ordinal: u32) {
        let too_long = span.start.saturating_add(1 + BUFFER) < self.len();
        let daemon_offset = if too_long { span.start + 1 } else { self.len() };
        let kind = SyntaxErrorKind::UnterminatedQuote { quote, too_long };
        self.builder.error(kind, span, daemon_offset, Some(ordinal));
    }

    /// nginx reads the byte behind a word, and, where that is white space, one more, before it forgets the word.
    fn check_length(&mut self, kind: Kind, span: Span, ordinal: u32) {
        let quoted = kind != Kind::Word;
        let start = span.start + u32::from(quoted);
        let behind = self.text.get(span.end as usize).copied();
        let is_blank = matches!(behind, Some(b' ' | b'\t' | b'\r' | b'\n'));
        let last_read = span.end + u32::from(is_blank);
        let limit = start.saturating_add(BUFFER);
        if limit > last_read || limit >= self.len() {
            return;
        }
        let still_open = quoted && limit < span.end;
        let quote = self.text.get(span.start as usize).copied().filter(|_| still_open);
        self.builder.error(SyntaxErrorKind::TooLongWord { quote }, span, start, Some(ordinal));
    }

    fn semicolon(&mut self, span: Span) {
        self.builder.leaf(if self.statement.is_some() { Kind::Semicolon } else { Kind::Bad }, span.start);
        match self.statement.take() {
            Some(pending) => self.builder.end_statement(pending.ordinal),
            None => self.empty_statement(b';', span, None),
        }
    }

    fn empty_statement(&mut self, byte: u8, span: Span, statement: Option<u32>) {
        self.builder.error(SyntaxErrorKind::EmptyStatement { byte }, span, span.start, statement);
    }

    fn open_brace(&mut self, span: Span) {
        let pending = self.statement.take();
        let ordinal = match &pending {
            Some(pending) => pending.ordinal,
            None => {
                // A block with an empty name, so that braces stay balanced.
                let ordinal = self.builder.statement(Kind::Directive, span.start);
                self.builder.leaf(Kind::Word, span.start);
                self.empty_statement(b'{', span, Some(ordinal));
                ordinal
            }
        };
        self.builder.leaf(Kind::OpenBrace, span.start);
        self.builder.open_block(ordinal);
        if pending.is_some_and(|pending| self.is_raw(pending.name)) {
            self.raw_body(span.end);
        }
    }

    fn is_raw(&self, name: Span) -> bool {
        (self.is_raw_block)(&decode(unquoted(name.of(self.text))))
    }

    fn raw_body(&mut self, start: u32) {
        self.builder.leaf(Kind::RawBody, start);
        let body = Span::new(start, self.len()).of(self.text);
        match lua::block_end(body) {
            Some(length) => {
                let brace = start + length as u32;
                self.builder.leaf(Kind::CloseBrace, brace);
                self.builder.close_block(Kind::Block);
                self.lexer.jump(brace + 1);
            }
            None => {
                self.close_unclosed(SyntaxErrorKind::UnclosedRawBlock);
                self.lexer.jump(self.len());
            }
        }
    }

    fn close_brace(&mut self, span: Span) {
        if let Some(pending) = self.statement.take() {
            let missing = Span::new(pending.end.saturating_sub(1), pending.end);
            let kind = SyntaxErrorKind::MissingSemicolon;
            self.builder.error(kind, missing, span.start, Some(pending.ordinal));
            self.end_before_trivia(&pending);
        }
        if self.builder.innermost().is_some() {
            self.builder.leaf(Kind::CloseBrace, span.start);
            self.builder.close_block(Kind::Block);
        } else {
            self.builder.leaf(Kind::Bad, span.start);
            self.builder.error(SyntaxErrorKind::UnexpectedClosingBrace, span, span.start, None);
        }
    }

    fn end_pending(&mut self) {
        if let Some(pending) = self.statement.take() {
            self.end_before_trivia(&pending);
        }
    }

    fn end_before_trivia(&mut self, pending: &Pending) {
        let node = self.builder.node_of(pending.ordinal);
        self.builder.close_node_at(node, pending.behind);
    }

    fn end_of_file(&mut self) {
        if let Some(pending) = self.statement.take() {
            let head = Span::new(pending.name.start, pending.end);
            let kind = SyntaxErrorKind::UnfinishedStatement;
            self.builder.error(kind, head, self.len(), Some(pending.ordinal));
            self.end_before_trivia(&pending);
        }
        while self.builder.innermost().is_some() {
            self.close_unclosed(SyntaxErrorKind::UnclosedBlock);
        }
    }

    fn close_unclosed(&mut self, kind: SyntaxErrorKind) {
        let Some(ordinal) = self.builder.close_block(Kind::UnclosedBlock) else { return };
        let head = self.builder.head_of_block(ordinal, self.len());
        self.builder.error(kind, head, self.len(), Some(ordinal));
    }
}

/// The bytes between the quotes of a word.
fn unquoted(raw: &[u8]) -> &[u8] {
    match raw {
        [quote @ (b'"' | b'\''), content @ .., last] if quote == last => content,
        _ => raw,
    }
}

/// A word as nginx stores it: `\"`, `\'` and `\\` lose their backslash, `\t`, `\r` and `\n` are control characters,
/// any other backslash stays.
pub(crate) fn decode(content: &[u8]) -> Cow<'_, [u8]> {
    let escapes = |at: usize| matches!(content.get(at + 1), Some(b'"' | b'\'' | b'\\' | b't' | b'r' | b'n'));
    if !memchr::memchr_iter(b'\\', content).any(escapes) {
        return Cow::Borrowed(content);
    }
    let mut text = Vec::with_capacity(content.len());
    let mut rest = content;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let escaped = match (byte, tail.first()) {
            (b'\\', Some(&escaped @ (b'"' | b'\'' | b'\\'))) => Some(escaped),
            (b'\\', Some(b't')) => Some(b'\t'),
            (b'\\', Some(b'r')) => Some(b'\r'),
            (b'\\', Some(b'n')) => Some(b'\n'),
            _ => None,
        };
        text.push(escaped.unwrap_or(byte));
        if escaped.is_some() {
            rest = tail.get(1..).unwrap_or(b"");
        }
    }
    Cow::Owned(text)
}
