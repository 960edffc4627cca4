//! Changes that would mend a finding: lists of text edits.

use fpmlint_text::{FileId, Span};

/// Whether a fix may be applied without a person looking at it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Applicability {
    /// Keeps what the daemons do, apart from the fault.
    Safe,
    /// Right in most stacks; changes behaviour beyond the fault.
    Unsafe,
    /// Shown, never applied.
    DisplayOnly,
}

impl Applicability {
    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
            Applicability::DisplayOnly => "display-only",
        }
    }
}

/// One replacement: `span` of `file` becomes `text`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Edit {
    /// The file to change.
    pub file: FileId,
    /// The bytes to replace; empty to insert.
    pub span: Span,
    /// The new bytes.
    pub text: String,
}

/// Edits that belong together: all of them or none.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Fix {
    /// What it does, as a command: "Delete `listen.mode`".
    pub title: String,
    /// Whether it may be applied unseen.
    pub applicability: Applicability,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}
