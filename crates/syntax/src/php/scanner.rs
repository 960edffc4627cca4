//! Finds calls among the tokens, and what they stand in.
//!
//! In: tokens. Out: the facts that [`super::Facts`] names. Invariant: state grows with the nesting of brackets only.

use std::ops::Range;

use super::Facts;
use super::lexer::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    GoOn,
    Stop,
}

/// The token before, as far as it decides what a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Previous {
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
pub(super) enum Word {
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
pub(super) enum Hidden {
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
pub(super) struct Arrow {
    /// Between an `fn` or `function` and its body a `:` stands before a type.
    in_signature: bool,
    /// The `?` that wait for their `:`.
    questions: usize,
}

/// The part of a `use` statement read so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Import {
    /// `function` was said.
    functions: bool,
    /// The name given last is that of the function looked for.
    named: bool,
    /// The name given last stands for some function that is not the global one.
    foreign: bool,
}

/// Code that may not run, and the depth at which it began. What nests in it is covered by it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Condition {
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
pub(super) struct Header {
    depth: usize,
    word: Word,
    opened: bool,
}

/// A name that is a call if `(` follows, but not `(...)`.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    span: Range<usize>,
    conditional: bool,
    after_exit: bool,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Named,
    Opened,
    Spread,
}

/// Follows the tokens of one file.
pub(super) struct Scanner<'a> {
    source: &'a [u8],
    function: &'a [u8],
    pub(super) facts: Facts,
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
    pub(super) fn new(source: &'a [u8], function: &'a [u8]) -> Self {
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

    pub(super) fn take(&mut self, token: Token) -> Flow {
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
pub(super) fn split_name(name: &[u8]) -> (Option<&[u8]>, &[u8]) {
    match name.iter().rposition(|byte| *byte == b'\\') {
        Some(at) => (name.get(..at), name.get(at + 1..).unwrap_or_default()),
        None => (None, name),
    }
}
