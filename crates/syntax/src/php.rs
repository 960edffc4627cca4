//! Finds the call of one function that a PHP file makes by being requested, such as `phpinfo();`.
//!
//! Bytes of a whole PHP file come in; out come the name's span in the first such call and what the file is
//! like around it. The bytes are cut as PHP 8 cuts them (`zend_language_scanner.l`), and of the grammar only
//! what decides "does this run, and does it always run" is followed. Any bytes are accepted. Each byte is
//! looked at a bounded number of times, nothing is allocated, and nesting is counted, not recursed into.
//!
//! A file that PHP would refuse to parse gives some answer, not a promised one.

use std::ops::Range;

use memchr::{memchr2, memchr3, memmem};

/// The settings of PHP that change how a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// `short_open_tag`: a bare `<?` opens PHP code, as in `<?phpinfo()?>`. `<?php` and `<?=` always do.
    pub short_open_tag: bool,
}

impl Default for Options {
    /// What PHP does without a `php.ini`: `short_open_tag` is on. The `php.ini-production` and
    /// `php.ini-development` that come with PHP turn it off.
    fn default() -> Self {
        Self { short_open_tag: true }
    }
}

/// What [`scan`] learned about a file. The last two fields speak of `call` and are false without one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The bytes of the function's name (no leading `\`) in the first call at the file's top level that
    /// always runs, or, where there is none, in the first call there. Code in functions, closures, `fn`,
    /// classes and attributes is not the top level.
    pub call: Option<Range<usize>>,
    /// A named function, class, interface, trait or enum is declared somewhere in the file.
    pub declares: bool,
    /// The call stands in a branch, a loop, a `match`, or behind `?`, `??`, `?->`, `&&`, `||`, `and`, `or`;
    /// or an `exit`, `die`, `return`, `throw` or `goto` of the top level, itself in a branch or not, comes
    /// before it.
    pub conditional: bool,
    /// An `exit`, `die` or `return` that always runs comes before the call: the call never runs.
    pub after_exit: bool,
}

/// The span of [`Facts::call`], with PHP's built-in settings.
///
/// `function` is the bare name of a global function; its case does not matter.
pub fn top_level_call(source: &[u8], function: &[u8]) -> Option<Range<usize>> {
    scan(source, function, Options::default()).call
}

/// Looks for calls of the global function `function` at the top level of the PHP file `source`.
///
/// `function` is a bare name; its case does not matter. Strings that nest code in strings more than
/// 16 levels deep end the scan; what was found before them is returned.
pub fn scan(source: &[u8], function: &[u8], options: Options) -> Facts {
    let mut lexer = Lexer::new(source, options);
    let mut scanner = Scanner::new(source, function);
    while let Some(token) = lexer.next_token() {
        if scanner.take(token) == Flow::Stop {
            break;
        }
    }
    scanner.facts
}

/// How many strings may hold code that holds a string, and so on. Real code stays below three.
const MAX_STRING_NESTING: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A name or keyword with its namespace separators.
    Name,
    /// A variable, number or string: something complete that is no name.
    Operand,
    /// `->` or `::`.
    Member,
    /// `?->`.
    NullMember,
    /// `=>`.
    DoubleArrow,
    /// `(`, `[` or `{`; the last also for `{$` and `${` in a string.
    Open(u8),
    /// `)`, `]` or `}`.
    Close(u8),
    /// `#[`.
    Attribute,
    /// `;`, or `?>`, which ends a statement as well.
    Semicolon,
    Comma,
    Colon,
    Question,
    /// `&&`, `||`, `??` or `??=`.
    ShortCircuit,
    /// `...`.
    Ellipsis,
    Ampersand,
    /// A `\` that is no part of a name.
    Backslash,
    Other,
}

#[derive(Debug, Clone, Copy)]
struct Token {
    kind: Kind,
    start: usize,
    end: usize,
}

/// What ends a string that may hold code.
#[derive(Debug, Clone, Copy)]
enum Closer {
    Quote(u8),
    /// The bounds of the label; a raw one (a nowdoc) holds neither code nor escapes.
    Label {
        start: usize,
        end: usize,
        raw: bool,
    },
}

#[derive(Debug, Clone, Copy)]
enum Mode {
    Html,
    Code,
    Text(Closer),
}

/// A string whose embedded code is being read, and the braces open around the string.
#[derive(Debug, Clone, Copy)]
struct Outer {
    closer: Closer,
    braces: usize,
}

/// Cuts a file into tokens. HTML, white space, comments and the text in strings give none.
struct Lexer<'a> {
    source: &'a [u8],
    at: usize,
    mode: Mode,
    short_open_tag: bool,
    /// Braces open in the code being read, counted from the start of the innermost string's code.
    braces: usize,
    outers: [Outer; MAX_STRING_NESTING],
    nesting: usize,
}

impl<'a> Lexer<'a> {
    fn new(source: &'a [u8], options: Options) -> Self {
        Self {
            source,
            at: 0,
            mode: Mode::Html,
            short_open_tag: options.short_open_tag,
            braces: 0,
            outers: [Outer { closer: Closer::Quote(b'"'), braces: 0 }; MAX_STRING_NESTING],
            nesting: 0,
        }
    }

    fn next_token(&mut self) -> Option<Token> {
        while self.at < self.source.len() {
            let token = match self.mode {
                Mode::Html => {
                    self.skip_html();
                    None
                }
                Mode::Code => self.code(),
                Mode::Text(closer) => self.text(closer),
            };
            if token.is_some() {
                return token;
            }
        }
        None
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.source.get(at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn stop(&mut self) {
        self.at = self.source.len();
    }

    /// Moves past the next opening tag.
    fn skip_html(&mut self) {
        while let Some(found) = memmem::find(self.rest(), b"<?") {
            self.at += found + 2;
            let rest = self.rest();
            if rest.first() == Some(&b'=') {
                self.at += 1;
                self.mode = Mode::Code;
                return;
            }
            let long = rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(b"php"));
            if long && rest.get(3).is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
                self.at += 3;
                self.mode = Mode::Code;
                return;
            }
            if self.short_open_tag {
                self.mode = Mode::Code;
                return;
            }
        }
        self.stop();
    }

    /// One token of code, or none after white space or a comment.
    fn code(&mut self) -> Option<Token> {
        let start = self.at;
        let rest = self.rest();
        let first = *rest.first()?;
        let second = rest.get(1).copied().unwrap_or_default();
        let third = rest.get(2).copied().unwrap_or_default();
        let (kind, length) = match (first, second, third) {
            (b' ' | b'\t' | b'\n' | b'\r', ..) => {
                self.at += 1;
                return None;
            }
            (b'#', b'[', _) => (Kind::Attribute, 2),
            (b'#', ..) | (b'/', b'/', _) => {
                self.skip_line_comment();
                return None;
            }
            (b'/', b'*', _) => {
                self.at += 2;
                self.at =
                    memmem::find(self.rest(), b"*/").map_or(self.source.len(), |found| self.at + found + 2);
                return None;
            }
            (b'?', b'>', _) => {
                self.mode = Mode::Html;
                (Kind::Semicolon, 2)
            }
            (b'\'', ..) => (Kind::Operand, single_quoted_length(rest)),
            (b'"' | b'`', ..) => {
                self.mode = Mode::Text(Closer::Quote(first));
                (Kind::Operand, 1)
            }
            (b'<', b'<', b'<') => self.heredoc_start().unwrap_or((Kind::Other, 2)),
            (b'$', second, _) if is_label_start(second) => {
                (Kind::Operand, 1 + label_length(rest.get(1..).unwrap_or_default()))
            }
            (b'?', b'-', b'>') => (Kind::NullMember, 3),
            (b'-', b'>', _) | (b':', b':', _) => (Kind::Member, 2),
            (b'<', b'=', b'>') => (Kind::Other, 3),
            (b'=', b'>', _) => (Kind::DoubleArrow, 2),
            (b'?', b'?', b'=') => (Kind::ShortCircuit, 3),
            (b'?', b'?', _) | (b'&', b'&', _) | (b'|', b'|', _) => (Kind::ShortCircuit, 2),
            (b'.', b'.', b'.') => (Kind::Ellipsis, 3),
            (b'{', ..) => {
                self.braces += 1;
                (Kind::Open(first), 1)
            }
            (b'}', ..) => {
                self.close_brace();
                (Kind::Close(first), 1)
            }
            (b'(' | b'[', ..) => (Kind::Open(first), 1),
            (b')' | b']', ..) => (Kind::Close(first), 1),
            (b';', ..) => (Kind::Semicolon, 1),
            (b',', ..) => (Kind::Comma, 1),
            (b':', ..) => (Kind::Colon, 1),
            (b'?', ..) => (Kind::Question, 1),
            (b'&', ..) => (Kind::Ampersand, 1),
            (b'\\', second, _) if is_label_start(second) => (Kind::Name, name_length(rest)),
            (b'\\', ..) => (Kind::Backslash, 1),
            (b'0'..=b'9', ..) => (Kind::Operand, label_length(rest)),
            (first, ..) if is_label_start(first) => (Kind::Name, name_length(rest)),
            _ => (Kind::Other, 1),
        };
        self.at += length;
        Some(Token { kind, start, end: self.at })
    }

    /// A one-line comment ends before its line's end or before `?>`.
    fn skip_line_comment(&mut self) {
        while let Some(found) = memchr3(b'\n', b'\r', b'?', self.rest()) {
            self.at += found;
            if !self.rest().starts_with(b"?") || self.rest().starts_with(b"?>") {
                return;
            }
            self.at += 1;
        }
        self.stop();
    }

    /// A `}` that was opened in a string leads back into that string.
    fn close_brace(&mut self) {
        if self.braces > 0 {
            self.braces -= 1;
            return;
        }
        let Some(inner) = self.nesting.checked_sub(1) else { return };
        let Some(outer) = self.outers.get(inner) else { return };
        self.braces = outer.braces;
        self.mode = Mode::Text(outer.closer);
        self.nesting = inner;
    }

    /// `<<<LABEL`, `<<<"LABEL"` or `<<<'LABEL'` up to, not including, the line's end.
    fn heredoc_start(&mut self) -> Option<(Kind, usize)> {
        let mut at = self.at + 3;
        while matches!(self.byte(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        let quote = self.byte(at).filter(|byte| matches!(byte, b'\'' | b'"'));
        let start = at + usize::from(quote.is_some());
        if !is_label_start(self.byte(start)?) {
            return None;
        }
        let end = start + label_length(self.source.get(start..)?);
        if quote.is_some() && self.byte(end) != quote {
            return None;
        }
        let line_end = end + usize::from(quote.is_some());
        if !matches!(self.byte(line_end), Some(b'\n' | b'\r')) {
            return None;
        }
        self.mode = Mode::Text(Closer::Label { start, end, raw: quote == Some(b'\'') });
        Some((Kind::Operand, line_end - self.at))
    }

    /// Moves to the end of a string, which gives no token, or to code in it, which gives the brace that
    /// opens it.
    fn text(&mut self, closer: Closer) -> Option<Token> {
        let raw = matches!(closer, Closer::Label { raw: true, .. });
        while let Some(byte) = self.byte(self.at) {
            let next = self.byte(self.at + 1);
            match (byte, next, closer) {
                (byte, _, Closer::Quote(quote)) if byte == quote => {
                    self.at += 1;
                    self.mode = Mode::Code;
                    return None;
                }
                (b'\n' | b'\r', _, Closer::Label { start, end, .. }) => {
                    self.at += 1;
                    if self.skip_closing_label(start, end) {
                        self.mode = Mode::Code;
                        return None;
                    }
                }
                (b'\\', Some(b'\n' | b'\r'), Closer::Label { .. }) => self.at += 1,
                (b'\\', ..) if !raw => self.at += 2,
                (b'$', Some(b'{'), _) if !raw => return self.embedded_code(closer, 2),
                // The `$` belongs to the variable that follows.
                (b'{', Some(b'$'), _) if !raw => return self.embedded_code(closer, 1),
                _ => self.at += 1,
            }
        }
        self.stop();
        None
    }

    /// The label that ends a heredoc may be indented, and no name goes on after it.
    fn skip_closing_label(&mut self, start: usize, end: usize) -> bool {
        while matches!(self.byte(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let label = self.source.get(start..end).unwrap_or_default();
        let Some(after) = self.rest().strip_prefix(label) else { return false };
        if after.first().is_some_and(|byte| is_label_part(*byte)) {
            return false;
        }
        self.at += label.len();
        true
    }

    fn embedded_code(&mut self, closer: Closer, length: usize) -> Option<Token> {
        let Some(outer) = self.outers.get_mut(self.nesting) else {
            self.stop();
            return None;
        };
        *outer = Outer { closer, braces: self.braces };
        self.nesting += 1;
        self.braces = 0;
        self.mode = Mode::Code;
        let start = self.at;
        self.at += length;
        Some(Token { kind: Kind::Open(b'{'), start, end: self.at })
    }
}

fn is_label_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_label_part(byte: u8) -> bool {
    is_label_start(byte) || byte.is_ascii_digit()
}

/// The length in bytes of the letters, digits and underscores that `bytes` begins with.
fn label_length(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !is_label_part(*byte)).unwrap_or(bytes.len())
}

/// The length in bytes of the name that `bytes` begins with: labels joined by `\`, perhaps with one in front.
fn name_length(bytes: &[u8]) -> usize {
    let mut length = 0;
    loop {
        let rest = bytes.get(length..).unwrap_or_default();
        match rest {
            [b'\\', start, ..] if is_label_start(*start) => {
                length += 1 + label_length(rest.get(1..).unwrap_or_default())
            }
            [start, ..] if length == 0 && is_label_start(*start) => length += label_length(rest),
            _ => return length,
        }
    }
}

/// The length in bytes of the single-quoted string that `bytes` begins with.
fn single_quoted_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'\'', b'\\', rest)) {
        at += found + 1;
        if bytes.get(at - 1) == Some(&b'\'') {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    GoOn,
    Stop,
}

/// The token before, as far as it decides what a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Previous {
    Member,
    New,
    /// `function` or `function &`.
    Function,
    /// `class`, `interface` or `trait`.
    Class,
    Enum,
    Namespace,
    Backslash,
    Other,
}

/// The keywords that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    New,
    Function,
    ArrowFunction,
    Class,
    Enum,
    Namespace,
    Use,
    /// `if`, `while`, `for`, `foreach`, `switch`: a header in parentheses, then what may or may not run.
    Branch,
    /// `elseif`, `catch`: the same, going on from another statement.
    OtherBranch,
    Else,
    /// `do`, `try`, `finally`: a body that runs.
    Body,
    /// `endif` and its like.
    EndBranch,
    Match,
    ShortCircuit,
    /// `exit`, `die`, `return`.
    Exit,
    /// `throw` may be caught, and `goto` may go anywhere.
    Jump,
    HaltCompiler,
    Plain,
}

impl Word {
    fn of(name: &[u8]) -> Self {
        let mut buffer = [0; b"__halt_compiler".len()];
        let Some(lower) = buffer.get_mut(..name.len()) else { return Self::Plain };
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        match &*lower {
            b"new" => Self::New,
            b"function" => Self::Function,
            b"fn" => Self::ArrowFunction,
            b"class" | b"interface" | b"trait" => Self::Class,
            b"enum" => Self::Enum,
            b"namespace" => Self::Namespace,
            b"use" => Self::Use,
            b"if" | b"while" | b"for" | b"foreach" | b"switch" => Self::Branch,
            b"elseif" | b"catch" => Self::OtherBranch,
            b"else" => Self::Else,
            b"do" | b"try" | b"finally" => Self::Body,
            b"endif" | b"endwhile" | b"endfor" | b"endforeach" | b"endswitch" => Self::EndBranch,
            b"match" => Self::Match,
            b"and" | b"or" => Self::ShortCircuit,
            b"exit" | b"die" | b"return" => Self::Exit,
            b"throw" | b"goto" => Self::Jump,
            b"__halt_compiler" => Self::HaltCompiler,
            _ => Self::Plain,
        }
    }
}

/// Code that does not run where it stands, and the depth at which it began. What nests in it is hidden by it.
#[derive(Debug, Clone, Copy)]
enum Hidden {
    /// From `function` or `class` to the `}` of its body.
    Body { depth: usize },
    /// From `fn` to the end of its expression.
    Arrow { depth: usize, arrow: Arrow },
    /// From `#[` to its `]`.
    Attribute { depth: usize },
    /// From `use` to its `;`.
    Import { depth: usize, import: Import },
}

/// What tells the `:` after an `fn` from one in it.
#[derive(Debug, Clone, Copy)]
struct Arrow {
    /// Between an `fn` or `function` and its body a `:` stands before a type.
    in_signature: bool,
    /// The `?` that wait for their `:`.
    questions: usize,
}

/// The part of a `use` statement read so far.
#[derive(Debug, Clone, Copy, Default)]
struct Import {
    /// `function` was said.
    functions: bool,
    /// The name given last is that of the function looked for.
    named: bool,
    /// The name given last stands for some function that is not the global one.
    foreign: bool,
}

/// Code that may not run, and the depth at which it began. What nests in it is covered by it.
#[derive(Debug, Clone, Copy)]
enum Condition {
    /// One statement, ended by its `;` or, as a block, by its `}`.
    Statement { depth: usize, block: bool },
    /// `if (...):` to `endif`, with the number of `end...` words that are due.
    Alternative { due: usize },
    /// What follows `?`, `&&` and the like, up to the end of that expression.
    Expression { depth: usize },
    /// From `match` to its `}`.
    Match { depth: usize },
}

/// The parentheses after `if` and its like.
#[derive(Debug, Clone, Copy)]
struct Header {
    depth: usize,
    word: Word,
    opened: bool,
}

/// A name that is a call if `(` follows, but not `(...)`.
#[derive(Debug, Clone)]
struct Candidate {
    span: Range<usize>,
    conditional: bool,
    after_exit: bool,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Named,
    Opened,
    Spread,
}

/// Follows the tokens of one file.
struct Scanner<'a> {
    source: &'a [u8],
    function: &'a [u8],
    facts: Facts,
    /// Brackets open, of any kind.
    depth: usize,
    previous: Previous,
    hidden: Option<Hidden>,
    condition: Option<Condition>,
    header: Option<Header>,
    /// The keyword whose body, or a `:` in its place, comes next.
    body_of: Option<Word>,
    candidate: Option<Candidate>,
    /// The statement being read leaves the file at its end, always (true) or perhaps (false).
    leaving: Option<bool>,
    may_have_left: bool,
    has_left: bool,
    in_namespace: bool,
    /// A `use function` gave the bare name to another function.
    shadowed: bool,
}

impl<'a> Scanner<'a> {
    fn new(source: &'a [u8], function: &'a [u8]) -> Self {
        Self {
            source,
            function,
            facts: Facts::default(),
            depth: 0,
            previous: Previous::Other,
            hidden: None,
            condition: None,
            header: None,
            body_of: None,
            candidate: None,
            leaving: None,
            may_have_left: false,
            has_left: false,
            in_namespace: false,
            shadowed: false,
        }
    }

    fn take(&mut self, token: Token) -> Flow {
        self.judge_candidate(token.kind);
        if self.header.is_some_and(|header| !header.opened) && token.kind != Kind::Open(b'(') {
            self.header = None;
        }
        let previous = std::mem::replace(&mut self.previous, Previous::Other);
        let body_of = self.body_of.take();
        self.follow_arrow(token.kind);
        match token.kind {
            Kind::Name => return self.name(token, previous),
            Kind::Open(bracket) => self.open(bracket, previous, body_of),
            Kind::Close(bracket) => self.close(bracket),
            Kind::Attribute => {
                self.hide(Hidden::Attribute { depth: self.depth });
                self.depth += 1;
            }
            Kind::Semicolon => self.semicolon(),
            Kind::Comma => self.comma(),
            Kind::Colon => self.colon(body_of),
            Kind::DoubleArrow => self.end_expression(),
            Kind::Question | Kind::ShortCircuit => self.begin(Condition::Expression { depth: self.depth }),
            Kind::NullMember => {
                self.begin(Condition::Expression { depth: self.depth });
                self.previous = Previous::Member;
            }
            Kind::Member => self.previous = Previous::Member,
            Kind::Backslash => self.previous = Previous::Backslash,
            Kind::Ampersand if previous == Previous::Function => self.previous = previous,
            Kind::Ampersand | Kind::Operand | Kind::Ellipsis | Kind::Other => {}
        }
        Flow::GoOn
    }

    /// Decides, token by token, whether the name read last is called.
    fn judge_candidate(&mut self, kind: Kind) {
        let Some(mut candidate) = self.candidate.take() else { return };
        candidate.stage = match (candidate.stage, kind) {
            (Stage::Named, Kind::Open(b'(')) => Stage::Opened,
            (Stage::Opened, Kind::Ellipsis) => Stage::Spread,
            (Stage::Named, _) | (Stage::Spread, Kind::Close(_)) => return,
            (Stage::Opened | Stage::Spread, _) => {
                let better = self.facts.conditional && !candidate.conditional;
                if self.facts.call.is_none() || better {
                    self.facts.call = Some(candidate.span);
                    self.facts.conditional = candidate.conditional;
                    self.facts.after_exit = candidate.after_exit;
                }
                return;
            }
        };
        self.candidate = Some(candidate);
    }

    fn hide(&mut self, hidden: Hidden) {
        self.hidden.get_or_insert(hidden);
    }

    fn begin(&mut self, condition: Condition) {
        if self.hidden.is_none() {
            self.condition.get_or_insert(condition);
        }
    }

    /// Ends a hidden `fn` at the `:` of the `?` or `case` that it stands in.
    fn follow_arrow(&mut self, kind: Kind) {
        let Some(Hidden::Arrow { depth, arrow }) = &mut self.hidden else { return };
        if self.depth != *depth {
            return;
        }
        match kind {
            Kind::DoubleArrow | Kind::Open(b'{') => arrow.in_signature = false,
            Kind::Question if !arrow.in_signature => arrow.questions += 1,
            Kind::Colon if !arrow.in_signature => match arrow.questions.checked_sub(1) {
                Some(questions) => arrow.questions = questions,
                None => self.hidden = None,
            },
            _ => {}
        }
    }

    fn open(&mut self, bracket: u8, previous: Previous, body_of: Option<Word>) {
        if let Some(header) = &mut self.header {
            header.opened = true;
        }
        if let Some(Condition::Statement { depth, block }) = &mut self.condition
            && *depth == self.depth
            && bracket == b'{'
            && body_of.is_some()
        {
            *block = true;
        }
        if previous == Previous::Namespace && bracket == b'{' && self.hidden.is_none() {
            self.enter_namespace(false);
        }
        self.depth += 1;
    }

    fn close(&mut self, bracket: u8) {
        self.depth = self.depth.saturating_sub(1);
        match self.hidden {
            Some(Hidden::Body { depth }) if self.depth == depth && bracket == b'}' => {
                self.hidden = None;
                return;
            }
            Some(Hidden::Attribute { depth }) if self.depth <= depth => {
                self.hidden = None;
                return;
            }
            Some(Hidden::Body { depth } | Hidden::Arrow { depth, .. }) if self.depth < depth => {
                self.hidden = None
            }
            Some(Hidden::Import { .. }) => self.end_imported_name(),
            _ => {}
        }
        if self.hidden.is_some() {
            return;
        }
        let ended = match self.condition {
            Some(Condition::Statement { depth, block }) => {
                self.depth < depth || (self.depth == depth && block)
            }
            Some(Condition::Match { depth }) => {
                self.depth < depth || (self.depth == depth && bracket == b'}')
            }
            Some(Condition::Expression { depth }) => self.depth < depth,
            Some(Condition::Alternative { .. }) | None => false,
        };
        if ended {
            self.condition = None;
        }
        if let Some(header) = self.header.take_if(|header| header.depth == self.depth) {
            self.begin(Condition::Statement { depth: self.depth, block: false });
            self.body_of = Some(header.word);
        }
    }

    fn semicolon(&mut self) {
        match self.hidden {
            Some(Hidden::Import { .. }) => {
                self.end_imported_name();
                self.hidden = None;
            }
            Some(Hidden::Body { depth } | Hidden::Arrow { depth, .. }) if self.depth <= depth => {
                self.hidden = None
            }
            _ => {}
        }
        if self.hidden.is_some() {
            return;
        }
        if let Some(certain) = self.leaving.take() {
            self.may_have_left = true;
            self.has_left |= certain;
        }
        self.end_expression();
        if let Some(Condition::Statement { depth, .. }) = self.condition
            && self.depth <= depth
        {
            self.condition = None;
        }
    }

    fn comma(&mut self) {
        match self.hidden {
            Some(Hidden::Import { .. }) => self.end_imported_name(),
            Some(Hidden::Arrow { depth, .. }) if self.depth <= depth => self.hidden = None,
            _ => {}
        }
        self.end_expression();
    }

    fn end_expression(&mut self) {
        if self.hidden.is_some() {
            return;
        }
        if let Some(Condition::Expression { depth } | Condition::Match { depth }) = self.condition
            && self.depth <= depth
        {
            self.condition = None;
        }
    }

    /// A `:` in place of a body asks for an `end...` word.
    fn colon(&mut self, body_of: Option<Word>) {
        if body_of != Some(Word::Branch) {
            return;
        }
        match &mut self.condition {
            Some(Condition::Statement { depth, .. }) if *depth == self.depth => {
                self.condition = Some(Condition::Alternative { due: 1 });
            }
            Some(Condition::Alternative { due }) => *due += 1,
            _ => {}
        }
    }

    fn name(&mut self, token: Token, previous: Previous) -> Flow {
        let name = self.source.get(token.start..token.end).unwrap_or_default();
        if let Some(Hidden::Import { depth, import }) = &mut self.hidden {
            import.read(name, self.depth > *depth, self.function);
            return Flow::GoOn;
        }
        let continues_class_head =
            name.eq_ignore_ascii_case(b"extends") || name.eq_ignore_ascii_case(b"implements");
        match previous {
            Previous::Function => {
                self.facts.declares = true;
                return Flow::GoOn;
            }
            Previous::Class | Previous::Enum if !continues_class_head => {
                self.facts.declares = true;
                self.hide(Hidden::Body { depth: self.depth });
                return Flow::GoOn;
            }
            Previous::Namespace => {
                self.enter_namespace(true);
                return Flow::GoOn;
            }
            _ => {}
        }
        let word = if previous == Previous::Member { Word::Plain } else { Word::of(name) };
        self.previous = match word {
            Word::New => Previous::New,
            Word::Function => Previous::Function,
            Word::Class => Previous::Class,
            Word::Enum => Previous::Enum,
            Word::Namespace => Previous::Namespace,
            _ => Previous::Other,
        };
        if let Some(hidden) = &mut self.hidden {
            if let (Hidden::Arrow { depth, arrow }, Word::ArrowFunction | Word::Function) = (hidden, word) {
                arrow.in_signature |= self.depth == *depth;
            }
            return Flow::GoOn;
        }
        if word == Word::HaltCompiler {
            return Flow::Stop;
        }
        if word == Word::Plain {
            self.consider(token, name, previous);
        } else {
            self.keyword(word);
        }
        Flow::GoOn
    }

    fn keyword(&mut self, word: Word) {
        let depth = self.depth;
        match word {
            Word::Function | Word::Class => self.hide(Hidden::Body { depth }),
            Word::ArrowFunction => {
                self.hide(Hidden::Arrow { depth, arrow: Arrow { in_signature: true, questions: 0 } });
            }
            Word::Use => self.hide(Hidden::Import { depth, import: Import::default() }),
            Word::Branch => self.header = Some(Header { depth, word, opened: false }),
            Word::OtherBranch => {
                self.begin(Condition::Statement { depth, block: false });
                self.header = Some(Header { depth, word, opened: false });
            }
            Word::Else => {
                self.begin(Condition::Statement { depth, block: false });
                self.body_of = Some(word);
            }
            Word::Body => self.body_of = Some(word),
            Word::EndBranch => {
                if let Some(Condition::Alternative { due }) = &mut self.condition {
                    *due -= 1;
                    if *due == 0 {
                        self.condition = None;
                    }
                }
            }
            Word::Match => self.begin(Condition::Match { depth }),
            Word::ShortCircuit => self.begin(Condition::Expression { depth }),
            Word::Exit => self.leave(self.condition.is_none()),
            Word::Jump => self.leave(false),
            Word::New | Word::Enum | Word::Namespace | Word::HaltCompiler | Word::Plain => {}
        }
    }

    /// What stands after `exit` or `return` still runs, up to the end of the statement.
    fn leave(&mut self, certain: bool) {
        self.leaving = Some(certain || self.leaving == Some(true));
    }

    fn enter_namespace(&mut self, named: bool) {
        self.in_namespace = named;
        self.shadowed = false;
    }

    /// Remembers a name that means the function looked for.
    fn consider(&mut self, token: Token, name: &[u8], previous: Previous) {
        if matches!(previous, Previous::Member | Previous::New | Previous::Backslash) {
            return;
        }
        let (qualifier, label) = split_name(name);
        let global = match qualifier {
            None => !self.shadowed,
            Some(b"") => true,
            Some(qualifier) => qualifier.eq_ignore_ascii_case(b"namespace") && !self.in_namespace,
        };
        if !global || !label.eq_ignore_ascii_case(self.function) {
            return;
        }
        self.candidate = Some(Candidate {
            span: token.end - label.len()..token.end,
            conditional: self.condition.is_some() || self.may_have_left,
            after_exit: self.has_left,
            stage: Stage::Named,
        });
    }

    fn end_imported_name(&mut self) {
        if let Some(Hidden::Import { import, .. }) = &mut self.hidden {
            self.shadowed |= import.functions && import.named && import.foreign;
            import.named = false;
            import.foreign = false;
        }
    }
}

impl Import {
    fn read(&mut self, name: &[u8], in_group: bool, function: &[u8]) {
        if name.eq_ignore_ascii_case(b"function") {
            self.functions = true;
            return;
        }
        if name.eq_ignore_ascii_case(b"as") {
            self.foreign = true;
            return;
        }
        let (qualifier, label) = split_name(name);
        self.named = label.eq_ignore_ascii_case(function);
        self.foreign |= in_group || qualifier.is_some_and(|qualifier| !qualifier.is_empty());
    }
}

/// What stands before the last `\` of a name, if it has one, and what stands after it.
fn split_name(name: &[u8]) -> (Option<&[u8]>, &[u8]) {
    match name.iter().rposition(|byte| *byte == b'\\') {
        Some(at) => (name.get(..at), name.get(at + 1..).unwrap_or_default()),
        None => (None, name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text from the call to the end of its line, and the facts.
    fn find(source: &str) -> (Option<&str>, Facts) {
        let facts = scan(source.as_bytes(), b"phpinfo", Options { short_open_tag: false });
        let text = facts.call.clone().and_then(|span| source[span.start..].lines().next());
        (text, facts)
    }

    /// Each of these, as code, is a call that always runs.
    fn assert_called(codes: &[&str]) {
        for code in codes {
            let (text, facts) = find(code);
            assert!(text.is_some(), "no call found: {code}");
            assert!(!facts.conditional && !facts.after_exit, "{facts:?}: {code}");
            let name = &code[facts.call.unwrap_or_default()];
            assert!(name.eq_ignore_ascii_case("phpinfo"), "{name}: {code}");
        }
    }

    fn assert_not_called(codes: &[&str]) {
        for code in codes {
            assert_eq!(find(code).0, None, "{code}");
        }
    }

    fn assert_conditional(codes: &[&str]) {
        for code in codes {
            let (text, facts) = find(code);
            assert!(text.is_some(), "no call found: {code}");
            assert!(facts.conditional, "always: {code}");
        }
    }

    #[test]
    fn a_call_runs_wherever_an_expression_stands() {
        assert_called(&[
            "<?php phpinfo();",
            "<?php phpinfo() ?>",
            "<?=phpinfo()?>",
            "<?php @phpinfo();",
            "<?php echo phpinfo();",
            "<?php print(phpinfo());",
            "<?php PHPInfo(INFO_ALL);",
            "<?php $x = [1, 'a' => phpinfo()];",
            "<?php f(phpinfo());",
            "<?php exit(phpinfo());",
            "<?php return phpinfo();",
            "<?php ob_start(); phpinfo(); $text = ob_get_clean();",
        ]);
    }

    #[test]
    fn the_span_is_the_name_alone() {
        assert_eq!(top_level_call(b"<?php \\phpinfo();", b"phpinfo"), Some(7..14));
        assert_eq!(top_level_call(b"\xff\0<?php\r\nPhpInfo ( );", b"phpinfo"), Some(9..16));
    }

    #[test]
    fn white_space_and_comments_may_stand_before_the_parenthesis() {
        assert_called(&["<?php phpinfo\t\r\n ();", "<?php phpinfo /* ( */ # x\n // y\n ();"]);
        assert_not_called(&[
            "<?php phpinfo;",
            "<?php phpinfo // ();",
            "<?php phpinfo[0]();",
            "<?php phpinfo",
        ]);
    }

    #[test]
    fn code_begins_at_an_opening_tag() {
        assert_called(&[
            "<h1>x</h1><?PHP\nphpinfo();",
            "a < b <? c <?php\tphpinfo();",
            "<?php ?>x<?= phpinfo();",
        ]);
        assert_not_called(&[
            "phpinfo();",
            "<?phpinfo();",
            "<?phpx phpinfo();",
            "<?php ?> phpinfo();",
            "<?php",
        ]);
    }

    #[test]
    fn a_short_tag_opens_code_only_where_it_is_on() {
        for (source, short, found) in [
            ("<? phpinfo() ?>", true, true),
            ("<?phpinfo()?>", true, true),
            ("<? phpinfo() ?>", false, false),
            ("<?xml version=\"1.0\"?> phpinfo();", true, false),
        ] {
            let facts = scan(source.as_bytes(), b"phpinfo", Options { short_open_tag: short });
            assert_eq!(facts.call.is_some(), found, "{source}");
        }
    }

    #[test]
    fn a_closing_tag_ends_one_line_comments_only() {
        assert_called(&[
            "<?php // ?><?php phpinfo();",
            "<?php # a ? b ?><?= phpinfo();",
            "<?php //\rphpinfo();",
            "<?php /* ?> <?php */ phpinfo();",
        ]);
        assert_not_called(&[
            "<?php // phpinfo();",
            "<?php # phpinfo();",
            "<?php /* phpinfo(); */",
            "<?php /* phpinfo();",
            "<?php /* ?><?php phpinfo(); */",
        ]);
    }

    #[test]
    fn attributes_are_not_comments_and_do_not_run() {
        assert_called(&["<?php #[A] function f() {} phpinfo();", "<?php #[A([1], x: 2)]\nphpinfo();"]);
        assert_not_called(&["<?php #[A(phpinfo())] function f() {}", "<?php #[phpinfo()] class A {}"]);
    }

    #[test]
    fn text_in_quotes_is_no_code() {
        assert_called(&[
            r"<?php $a = '\\'; phpinfo();",
            r#"<?php $a = "\\"; phpinfo();"#,
            r#"<?php $a = "$b[0] {$c["x"]} ${d}"; phpinfo();"#,
            "<?php $a = `ls '`; phpinfo();",
        ]);
        assert_not_called(&[
            r"<?php $a = 'it\'s phpinfo();';",
            r#"<?php $a = "\"phpinfo();";"#,
            "<?php `phpinfo();`;",
            r#"<?php $a = "$b[phpinfo] phpinfo()";"#,
            r#"<?php $a = "\{$b} phpinfo()";"#,
            "<?php $a = ['phpinfo' => 1, \"phpinfo\" => 2]; 'phpinfo' ();",
            "<?php \"phpinfo();",
        ]);
    }

    #[test]
    fn code_in_a_string_runs() {
        assert_called(&[
            r#"<?php echo "a {$f(phpinfo())}";"#,
            r#"<?php echo "a ${phpinfo()}";"#,
            "<?php echo <<<A\n{$f[\"{$g[phpinfo()]}\"]}\nA;",
        ]);
        assert_not_called(&[r#"<?php echo "{$a["phpinfo()"]}";"#, r#"<?php echo "{$a['x}']} phpinfo()";"#]);
    }

    #[test]
    fn heredocs_and_nowdocs_end_at_their_label() {
        assert_called(&[
            "<?php $a = <<<A\nx\nA; phpinfo();",
            "<?php $a = <<<A\nA; phpinfo();",
            "<?php $a = [<<< \"A\"\r\nx\r\n\t A, phpinfo()];",
            "<?php $a = <<<'A'\n{$x} \\\nA; phpinfo();",
            "<?php $a = 1 << 2; phpinfo();",
        ]);
        assert_not_called(&[
            "<?php $a = <<<A\nphpinfo();\nA;",
            "<?php $a = <<<A\nAB; phpinfo();\nA_; phpinfo();\nA;",
            "<?php $a = <<<A\nx A; phpinfo();\nA;",
            "<?php $a = <<<'A'\n{$x[phpinfo()]}\nA;",
            "<?php $a = <<<A\n phpinfo();",
        ]);
    }

    #[test]
    fn nothing_after_halt_compiler_is_read() {
        assert_called(&["<?php phpinfo(); __halt_compiler(); class A {}"]);
        assert_not_called(&["<?php __HALT_COMPILER(); phpinfo();"]);
        assert!(!find("<?php phpinfo(); __halt_compiler(); class A {}").1.declares);
    }

    #[test]
    fn names_are_resolved_as_php_resolves_them() {
        assert_called(&[
            "<?php \\phpinfo();",
            "<?php namespace Foo; phpinfo();",
            "<?php namespace Foo; \\PHPINFO();",
            "<?php namespace\\phpinfo();",
            "<?php namespace { namespace\\phpinfo(); }",
        ]);
        assert_not_called(&[
            "<?php Foo\\phpinfo();",
            "<?php \\Foo\\phpinfo();",
            "<?php phpinfo\\x();",
            "<?php namespace Foo; namespace\\phpinfo();",
            "<?php phpinfos(); my_phpinfo(); phpinfo\u{e9}();",
        ]);
    }

    #[test]
    fn imported_functions_take_the_bare_name() {
        assert_called(&[
            "<?php use function phpinfo; phpinfo();",
            "<?php use function A\\phpinfo as info, A\\x; phpinfo();",
            "<?php use A\\phpinfo; phpinfo();",
            "<?php use function A\\phpinfo; \\phpinfo();",
            "<?php namespace A; use function B\\phpinfo; namespace C; phpinfo();",
        ]);
        assert_not_called(&[
            "<?php use function x as phpinfo;",
            "<?php use function A\\phpinfo; phpinfo();",
            "<?php use function x as phpinfo; phpinfo();",
            "<?php use function A\\{b, phpinfo}; phpinfo();",
            "<?php use A\\{B, function phpinfo}; phpinfo();",
        ]);
    }

    #[test]
    fn members_classes_and_declarations_of_that_name_are_no_calls() {
        assert_not_called(&[
            "<?php $a->phpinfo();",
            "<?php $a?->phpinfo();",
            "<?php A::phpinfo();",
            "<?php $a -> /* x */ phpinfo();",
            "<?php new phpinfo();",
            "<?php new \\phpinfo();",
            "<?php function phpinfo() {}",
            "<?php function &phpinfo() {}",
            "<?php function & /* x */ phpinfo ($a = [1]) {}",
            "<?php $phpinfo();",
            "<?php phpinfo::f();",
        ]);
    }

    #[test]
    fn first_class_callable_syntax_is_no_call() {
        assert_not_called(&["<?php $f = phpinfo(...);", "<?php $f = phpinfo ( /* x */ ... ) ;"]);
        assert_called(&["<?php phpinfo(...$flags);", "<?php phpinfo(...[]);"]);
    }

    #[test]
    fn bodies_are_not_the_top_level() {
        assert_not_called(&[
            "<?php function f($a = [], ?int $b = null): ?int { if (1) { phpinfo(); } }",
            "<?php $f = function () use ($x): int { phpinfo(); };",
            "<?php $f = static function &() { phpinfo(); };",
            "<?php class A extends B implements C { function phpinfo() { phpinfo(); } }",
            "<?php abstract class A { abstract function f(); function g() { phpinfo(); } }",
            "<?php interface A { const B = 1; } trait T { function f() { ?> x <?php phpinfo(); } }",
            "<?php enum A: string { case B = 'x'; function f() { phpinfo(); } }",
            "<?php $a = new class(1) extends B { function f() { phpinfo(); } };",
        ]);
        assert_called(&[
            "<?php function f() { return \"{$x}\"; } phpinfo();",
            "<?php $f = function () { return '}'; }; phpinfo();",
            "<?php f(function () { phpinfo(); }, phpinfo());",
            "<?php class A { } phpinfo();",
            "<?php $a = new class { }; phpinfo();",
            "<?php echo A::class, phpinfo();",
            "<?php enum(1); phpinfo();",
        ]);
    }

    #[test]
    fn an_arrow_function_ends_with_its_expression() {
        assert_not_called(&[
            "<?php $f = fn() => phpinfo();",
            "<?php $f = static fn(?int $a = 1): ?int => $a ? 1 : phpinfo();",
            "<?php $f = fn() => fn(): int => phpinfo();",
            "<?php $f = fn() => function (): int { phpinfo(); };",
            "<?php $f = fn() => [1, phpinfo()];",
        ]);
        assert_called(&[
            "<?php $f = fn() => 1; phpinfo();",
            "<?php f(fn() => [1, 2], phpinfo());",
            "<?php (fn() => 1) . phpinfo();",
            "<?php $f = fn() => 1 ?><?php phpinfo();",
        ]);
        assert_conditional(&["<?php $f = $x ? fn(): ?int => $y ? 1 : 2 : phpinfo();"]);
    }

    #[test]
    fn declarations_are_noticed_anywhere() {
        for code in [
            "<?php phpinfo(); function f() {}",
            "<?php if ($x) { function &f() {} }",
            "<?php $f = function () { class A {} };",
            "<?php final class A {}",
            "<?php interface A {}",
            "<?php trait A {}",
            "<?php enum A {}",
        ] {
            assert!(find(code).1.declares, "{code}");
        }
        for code in [
            "<?php $f = function () {}; $g = fn() => 1; $h = new class extends A {};",
            "<?php use function a\\b; echo A::class; $a->function; $b::enum; // class A",
            "class A {} <?php echo 'function f() {}';",
        ] {
            assert!(!find(code).1.declares, "{code}");
        }
    }

    #[test]
    fn branches_and_loops_are_conditional() {
        assert_conditional(&[
            "<?php if ($a) { phpinfo(); }",
            "<?php if ($a) phpinfo();",
            "<?php if ($a) ; else phpinfo();",
            "<?php if ($a) { } elseif ($b) { } else { phpinfo(); }",
            "<?php if ($a) if ($b) f(); else g(); else phpinfo();",
            "<?php if ($a): ?> x <?php phpinfo(); endif;",
            "<?php if ($a): if ($b): endif; else: phpinfo(); endif;",
            "<?php if ($a) while ($b): f(); phpinfo(); endwhile;",
            "<?php while ($a) { f(); phpinfo(); }",
            "<?php foreach ($a as $b): f(); phpinfo(); endforeach;",
            "<?php for (;;) phpinfo();",
            "<?php switch ($a) { case 1: f(); phpinfo(); }",
            "<?php try { } catch (E $e) { phpinfo(); }",
            "<?php if ($a) { $f = function () { }; phpinfo(); }",
        ]);
        assert_called(&[
            "<?php if (phpinfo()) { }",
            "<?php if ($a) { f(); } phpinfo();",
            "<?php if ($a) f(); phpinfo();",
            "<?php if ($a) $f = function () { }; phpinfo();",
            "<?php if ($a): f(); else: g(); endif; phpinfo();",
            "<?php if ($a): if ($b): endif; endif; phpinfo();",
            "<?php if ($a) ?> x <?php phpinfo();",
            "<?php foreach ($a as $b) { if ($b) continue; } phpinfo();",
            "<?php do { phpinfo(); } while (0);",
            "<?php do { } while ($a); phpinfo();",
            "<?php try { phpinfo(); } catch (E $e) { }",
            "<?php declare(strict_types=1); { { phpinfo(); } }",
            "<?php $a->if (1); phpinfo();",
        ]);
    }

    #[test]
    fn the_far_side_of_an_operator_is_conditional() {
        assert_conditional(&[
            "<?php $a ? phpinfo() : 1;",
            "<?php $a ?: phpinfo();",
            "<?php $a && phpinfo();",
            "<?php $a || f(phpinfo());",
            "<?php $a or phpinfo();",
            "<?php $a AND phpinfo();",
            "<?php $a ??= phpinfo();",
            "<?php $a?->b(phpinfo());",
            "<?php echo match ($a) { 1 => phpinfo() };",
        ]);
        assert_called(&[
            "<?php phpinfo() && $a;",
            "<?php $a && $b; phpinfo();",
            "<?php f($a && $b) . phpinfo();",
            "<?php echo $a ? 1 : 2, phpinfo();",
            "<?php $x = match ($a) { 1 => 2 }; phpinfo();",
            "<?php $a <=> phpinfo();",
        ]);
    }

    #[test]
    fn exits_before_the_call_are_told_apart() {
        for code in [
            "<?php die; phpinfo();",
            "<?php exit(1) ?><?php phpinfo();",
            "<?php return; phpinfo();",
            "<?php { exit; } if ($a) { phpinfo(); }",
        ] {
            let (text, facts) = find(code);
            assert!(text.is_some() && facts.after_exit && facts.conditional, "{code}");
        }
        for code in [
            "<?php if ($a) { die; } phpinfo();",
            "<?php $a or exit; phpinfo();",
            "<?php try { throw new E; } catch (E) { } phpinfo();",
        ] {
            let (text, facts) = find(code);
            assert!(text.is_some() && !facts.after_exit && facts.conditional, "{code}");
        }
        assert_called(&[
            "<?php function f() { return 1; } phpinfo();",
            "<?php $f = fn() => exit(); phpinfo();",
        ]);
    }

    #[test]
    fn a_call_that_always_runs_goes_before_one_that_may() {
        let (text, facts) = find("<?php if ($a) { phpinfo(1); }\nphpinfo(2);\nphpinfo(3);");
        assert_eq!((text, facts.conditional), (Some("phpinfo(2);"), false));
        let (text, facts) = find("<?php if ($a) { phpinfo(1);\n } else { phpinfo(2);\n }");
        assert_eq!((text, facts.conditional), (Some("phpinfo(1);"), true));
    }

    #[test]
    fn endless_nesting_ends() {
        for piece in [
            "(", "{", "}", ")", "\"{$a[", "<<<A\n{$", "if (", "if ($a):", "fn() => ", "class {", "#[", "? ",
            "use ", "endif;", "<<<A",
        ] {
            let source = format!("<?php {}", piece.repeat(200_000));
            assert_eq!(find(&source).0, None, "{piece}");
        }
    }

    #[test]
    fn strings_nested_too_deep_end_the_scan_and_keep_what_was_found() {
        let deep = "\"{$a[".repeat(MAX_STRING_NESTING + 1);
        assert_eq!(
            find(&format!("<?php phpinfo(1); {deep} phpinfo()")).0.map(|text| &text[..10]),
            Some("phpinfo(1)")
        );
        assert_eq!(find(&format!("<?php {deep} phpinfo()]}}\"")).0, None);
    }
}
