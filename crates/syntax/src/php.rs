//! Finds the call of one function that a PHP file makes by being requested, such as `phpinfo();`.
//!
//! Bytes of a whole PHP file come in; out come the name's span in the first such call and what the file is
//! like around it. The bytes are cut as PHP 8 cuts them (`zend_language_scanner.l`), and of the grammar only
//! what decides "does this run, and does it always run" is followed. Any bytes are accepted. Each byte is
//! looked at a bounded number of times, nothing is allocated, and nesting is counted, not recursed into.
//!
//! A file that PHP would refuse to parse gives some answer, not a promised one.

mod lexer;
mod scanner;

#[cfg(test)]
mod tests;

use std::ops::Range;

use lexer::Lexer;
use scanner::{Flow, Scanner};

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
