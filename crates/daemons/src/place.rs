//! Where a fact stands: a statement of a file and a part of it.

use fpmlint_syntax::{Dialect, Statement};
use fpmlint_text::{FileId, Span};
use fpmlint_workspace::Files;

/// The part of a statement that a fact or a refusal is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// The statement; for a block, with its body.
    Whole,
    /// Name and arguments; for a block, without its body.
    Head,
    /// The name alone.
    Name,
    /// The argument of this number, from 0.
    Arg(u16),
    /// An INI key's offset: `x` in `env[x]`.
    Offset,
    /// An INI value.
    Value,
    /// The syntax error of this number in the file's list; the statement number does not count then.
    Error(u32),
}

/// A place in a file by statement number, which edits in comments and elsewhere leave alone. It becomes a span
/// only when something is shown.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Number of the statement in the file, in file order.
    pub ordinal: u32,
    /// Which part of it.
    pub part: Part,
    /// The dialect that the file was read in.
    pub dialect: Dialect,
}

impl Place {
    /// The place of a part of `statement`, which stands in `file`.
    pub fn new(file: FileId, statement: Statement<'_>, part: Part) -> Place {
        Place { file, ordinal: statement.ordinal(), part, dialect: statement.tree().dialect() }
    }

    /// The same statement, another part.
    pub fn with(self, part: Part) -> Place {
        Place { part, ..self }
    }

    /// The bytes of the place as the file stands now; never a line end.
    pub fn span(self, files: &Files) -> Span {
        let tree = files.tree(self.file, self.dialect);
        if let Part::Error(index) = self.part {
            return tree.errors().get(index as usize).map_or(Span::empty(0), |error| error.span);
        }
        let Some(statement) = tree.statement(self.ordinal) else {
            return Span::empty(tree.text().len() as u32);
        };
        match self.part {
            Part::Whole => statement.span(),
            Part::Head | Part::Error(_) => statement.head_span(),
            Part::Name => statement.name().span(),
            Part::Arg(index) => {
                statement.arg(usize::from(index)).map_or(statement.head_span(), |word| word.span())
            }
            Part::Offset => statement.offset().map_or(statement.head_span(), |word| word.span()),
            Part::Value => statement.value().map_or(statement.head_span(), |value| value.span()),
        }
    }
}
