//! Bytes to lossless trees, for four dialects: php-fpm's and PHP's INI files, nginx and Apache httpd.
//!
//! In: the bytes of a file. Out: a [`Tree`] with every byte in it, statements in file order, and what is wrong with
//! the file's form. Invariants: parsing never fails; the leaves, concatenated, are the file, whatever its bytes;
//! time and memory are linear in its size, whatever its nesting. No directive is known here.

mod builder;
mod eights;
mod error;
pub mod httpd;
mod ini;
mod kind;
mod nginx;
pub mod php;
mod statement;
mod tree;
mod value;
mod word;

use std::sync::Arc;

use builder::Builder;

pub use error::{SyntaxError, SyntaxErrorKind};
pub use httpd::{SeenLine, SeenLines};
pub use kind::Kind;
pub use statement::{Statement, StatementKind, Statements, Terminator, Words};
pub use tree::{Comment, Tree};
pub use value::{Piece, PieceKind, Pieces, Value};
pub use word::{Quoting, Word};

/// Whose rules a file is read by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dialect {
    /// php-fpm: INI, each line for itself.
    FpmIni,
    /// php.ini: INI, the file as a whole.
    PhpIni,
    /// nginx.
    Nginx,
    /// Apache httpd.
    Httpd,
}

impl Dialect {
    /// Whether the dialect is one of the two INI dialects.
    pub fn is_ini(self) -> bool {
        matches!(self, Dialect::FpmIni | Dialect::PhpIni)
    }
}

/// Says which nginx blocks hold another language, such as Lua, by the name of the directive.
pub type IsRawBlock = fn(name: &[u8]) -> bool;

/// Parses a file, which must be smaller than 4 GiB. Never fails: what is wrong is in [`Tree::errors`].
pub fn parse(dialect: Dialect, text: Arc<[u8]>, is_raw_block: IsRawBlock) -> Tree {
    parse_with(dialect, text, is_raw_block, None)
}

/// The same for one of many files, which costs less where their lines repeat.
pub fn parse_with(
    dialect: Dialect,
    text: Arc<[u8]>,
    is_raw_block: IsRawBlock,
    seen: Option<&mut SeenLines>,
) -> Tree {
    let mut builder = Builder::new(text.len());
    match dialect {
        Dialect::FpmIni => ini::parse_lines(&text, &mut builder),
        Dialect::PhpIni => ini::parse_file(&text, &mut builder),
        Dialect::Nginx => nginx::parse(&text, is_raw_block, &mut builder),
        Dialect::Httpd => httpd::parse(&text, seen, &mut builder),
    }
    let first_error = builder.finish();
    Tree::new(dialect, text, builder, first_error)
}
