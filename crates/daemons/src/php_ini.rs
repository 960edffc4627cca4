//! php.ini and its scan folder, and the INI language that php-fpm shares.
//!
//! In: files on a host. Out: settings with their places, in the order in which PHP reads them. Invariants:
//! the last file wins; a syntax error drops the rest of its file and nothing else; names count by case.

mod constants;
pub(crate) mod cursor;
pub(crate) mod grammar;
mod load;
mod number;
pub(crate) mod plain;
mod scanner;
mod text;

pub use load::{Dropped, Ini, IniSetting, IniSource, Scope, read};
pub use number::{Quantity, atoi, boolean, quantity, strtol};
pub use text::{TextSetting, settings};
