//! What a file says to requests and to rules that follow them.
//!
//! In: two readings of a file. Out: whether nobody who follows a request could tell them apart. Invariant: all counts but
//! FastCGI parameters that a script alone looks at, and names that nobody knows, where no block of the file holds them.

use fpmlint_catalog::nginx::{DirectiveId, id};

use super::{Chunk, Context};

/// The FastCGI parameters that decide what php-fpm does and what holds for a script. Others, such as `QUERY_STRING`, are
/// handed to the script as they are, and no finding may rest on them.
pub const DECIDING_PARAMETERS: [&[u8]; 8] = [
    b"REQUEST_METHOD",
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
    /// A block ends, or the file; whether any FastCGI parameter stands in it.
    End { has_parameters: bool },
}

/// Whether two readings of a file say the same to requests.
pub(super) fn says_the_same(old: &Chunk, new: &Chunk) -> bool {
    said(old) == said(new)
}

/// A block that is open.
struct Open {
    end: u32,
    has_parameters: bool,
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
    let mut open = vec![Open { end: u32::MAX, has_parameters: false, counts }];
    for ordinal in 0..chunk.ids.len() as u32 {
        while let Some(closed) = open.pop_if(|block| block.end <= ordinal) {
            said.push(Said::End { has_parameters: closed.has_parameters });
        }
        let (id, depth) = (chunk.id(ordinal), open.len());
        let block = open.last_mut()?;
        let is_parameter = id == Some(id::FASTCGI_PARAM);
        block.has_parameters |= is_parameter;
        let statement = chunk.tree.statement(ordinal)?;
        let is_silent = match id {
            None => depth == 1,
            Some(id::FASTCGI_PARAM) => {
                let decides = |name: &[u8]| DECIDING_PARAMETERS.contains(&name);
                statement.arg(0).is_none_or(|name| !decides(&name.text()))
            }
            Some(_) => false,
        };
        if block.counts || !is_silent {
            let head = statement.head_span().of(chunk.tree.text());
            said.push(Said::Statement { id, ordinal: is_kept.then_some(ordinal), head });
        }
        if chunk.is_block(ordinal) {
            let counts = block.counts || matches!(id, None | Some(id::IF | id::LIMIT_EXCEPT));
            open.push(Open { end: chunk.next(ordinal), has_parameters: false, counts });
        }
    }
    said.extend(open.into_iter().rev().map(|block| Said::End { has_parameters: block.has_parameters }));
    Some(said)
}
