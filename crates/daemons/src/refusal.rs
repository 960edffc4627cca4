//! What a daemon would not load.

use fpmlint_text::FileId;

use crate::Place;

/// Who refuses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    /// The daemon's own configuration test.
    Test,
    /// The test passes and the start fails.
    Start,
}

/// The kinds of refusal; each has its rule of the same name in the group `startup`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RefusalKind {
    /// No such directive.
    UnknownDirective,
    /// The directive exists, but not in this context.
    DirectiveNotAllowedHere,
    /// Too few or too many arguments.
    WrongArgumentCount,
    /// A value that the directive does not take.
    InvalidValue,
    /// An expression of httpd's own language that it cannot parse.
    InvalidExpression,
    /// A directive that may stand only once, or a name given twice.
    DuplicateDirective,
    /// Something that must be set is not.
    MissingRequiredDirective,
    /// A block or section without its end, or an end without its beginning.
    UnbalancedBlock,
    /// A quote without its end.
    UnterminatedQuote,
    /// Any other fault of the tokenizer or grammar.
    SyntaxError,
    /// A named include file does not exist, or includes go in circles.
    IncludeNotFound,
    /// A name is used that nothing defines (macro, upstream, log format, zone).
    UndefinedReference,
    /// `#` where only `;` starts a comment.
    HashComment,
    /// The spare server numbers of a dynamic pool contradict each other.
    SpareServersInconsistent,
    /// A socket's ACL names a user or group that cannot be found.
    SocketAclUnknownUser,
    /// An address that cannot be listened on.
    ListenAddressInvalid,
    /// A pool runs as root.
    PoolRunsAsRoot,
    /// A slow log time-out without a slow log, or the reverse.
    SlowlogTimeoutWithoutSlowlog,
    /// Two pools listen on the same address.
    ListenAddressOverlaps,
    /// A user or group that does not exist.
    UnknownUser,
    /// A variable is used that nothing defines.
    UnknownVariable,
    /// A regular expression that does not compile.
    InvalidPattern,
    /// A folder or log file that the daemon opens and that cannot be opened.
    PathNotFound,
}

/// One refusal at one place. Readers go on behind it; the daemon would stop at the first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// What is refused.
    pub kind: RefusalKind,
    /// Where it really is.
    pub place: Place,
    /// Further places that belong to it, such as the block that was never closed.
    pub related: Vec<(Place, String)>,
    /// What the daemon says, word for word, without time stamp, pid and program prefix.
    pub message: String,
    /// The line (from 1) that the daemon would name; none where it names none.
    pub daemon_line: Option<u32>,
    /// The file of that line, where it is not `place.file`.
    pub daemon_file: Option<FileId>,
    /// What it should have been, where a likely name or value is known.
    pub suggestion: Option<String>,
    /// What to do, where that is known better than the kind tells: the module that brings a directive.
    pub remedy: Option<String>,
    /// Who refuses.
    pub phase: Phase,
    /// Whether it is the one that the daemon would print in its phase.
    pub first: bool,
    /// Whether it follows from the files alone. A refusal that rests on an incomplete module set, a profile's users or
    /// a fragment's guessed context does not.
    pub certain: bool,
}

impl Refusal {
    /// Whether both say the same of the same place.
    pub(crate) fn is_same_as(&self, other: &Refusal) -> bool {
        self.place == other.place && self.message == other.message
    }
}
