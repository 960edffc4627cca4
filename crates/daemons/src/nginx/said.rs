//! What a file says to requests and to rules that follow them.
//!
//! In: two readings of a file. Out: whether nobody who follows a request could tell them apart. Invariant: all counts but
//! the values of FastCGI parameters that a script alone looks at, and names that nobody knows, where no block of the file
//! holds them.

use std::borrow::Cow;

use fpmlint_catalog::nginx::{DirectiveId, id};

use super::{Chunk, Context};

/// The FastCGI parameters that decide what php-fpm does, what holds for a script and what it is asked. Others, such as
/// `REMOTE_ADDR`, are handed to the script as they are, and no finding may rest on their values.
pub const DECIDING_PARAMETERS: [&[u8]; 9] = [
    b"REQUEST_METHOD",
    b"QUERY_STRING",
    b"SCRIPT_FILENAME",
    b"SCRIPT_NAME",
    b"PATH_INFO",
    b"DOCUMENT_ROOT",
    b"SERVER_NAME",
    b"PHP_VALUE",
    b"PHP_ADMIN_VALUE",
];

/// What is said in one place.
#[derive(PartialEq, Eq)]
enum Said<'c> {
    /// A statement, with its number where others keep it.
    Statement { id: Option<DirectiveId>, ordinal: Option<u32>, head: &'c [u8] },
    /// A FastCGI parameter that a script alone looks at, and whether it is left out at times.
    Parameter { name: Cow<'c, [u8]>, is_weak: bool },
    /// A block ends.
    End,
}

/// Whether two readings of a file say the same to requests.
pub(super) fn says_the_same(old: &Chunk, new: &Chunk) -> bool {
    said(old) == said(new)
}

/// A block that is open.
struct Open {
    end: u32,
    /// Whether any statement in it may count, as in an `if`.
    counts: bool,
}

fn said(chunk: &Chunk) -> Option<Vec<Said<'_>>> {
    // The numbers of these are kept with the sites.
    let kept = [id::SERVER, id::LISTEN, id::FASTCGI_PASS];
    let is_kept = chunk.ids.iter().flatten().any(|id| kept.contains(id));
    let counts =
        !matches!(chunk.context, Context::Server | Context::Location | Context::Http | Context::Main);
    let mut said = Vec::new();
    let mut open = vec![Open { end: u32::MAX, counts }];
    for ordinal in 0..chunk.ids.len() as u32 {
        while open.pop_if(|block| block.end <= ordinal).is_some() {
            said.push(Said::End);
        }
        let (id, depth) = (chunk.id(ordinal), open.len());
        let block = open.last()?;
        let statement = chunk.tree.statement(ordinal)?;
        let name =
            if id == Some(id::FASTCGI_PARAM) { statement.arg(0).map(|name| name.text()) } else { None };
        let is_silent = id.is_none() && depth == 1;
        if let Some(name) = name.filter(|name| !block.counts && !DECIDING_PARAMETERS.contains(&&name[..])) {
            said.push(Said::Parameter { name, is_weak: statement.arg(2).is_some() });
        } else if block.counts || !is_silent {
            let head = statement.head_span().of(chunk.tree.text());
            said.push(Said::Statement { id, ordinal: is_kept.then_some(ordinal), head });
        }
        if chunk.is_block(ordinal) {
            let counts = block.counts || matches!(id, None | Some(id::IF | id::LIMIT_EXCEPT));
            open.push(Open { end: chunk.next(ordinal), counts });
        }
    }
    said.extend(open.into_iter().map(|_| Said::End));
    Some(said)
}
