//! Files, byte spans, lines and columns.
//!
//! In: the bytes of a file. Out: spans, and positions computed from them at the edge.
//! Invariant: inside fpmlint every offset is a byte offset; lines, columns and characters exist only here, and
//! whatever is shown has as many bytes as the file, so that offsets stay equal.

mod display;
mod line_index;
mod span;

pub use display::{display, floor_boundary};
pub use line_index::{Encoding, LineIndex, Position};
pub use span::{FileId, Span};
