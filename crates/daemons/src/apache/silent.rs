//! What httpd takes without a word although it is hardly meant: text behind a tag, quotes without an end, comments
//! that swallow the next line, words behind a switch, numbers that are cut off.
//!
//! In: a configuration that was read. Out: places. Invariant: these are no refusals; nothing here changes what httpd
//! does.

use fpmlint_catalog::apache::{DirectiveId, id};
use fpmlint_syntax::{Kind, Tree};
use fpmlint_text::FileId;
use rustc_hash::FxHashSet;

use super::Config;
use crate::{Part, Place};

/// Something that httpd takes silently.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Silent {
    /// What it is.
    pub kind: SilentKind,
    /// Its place.
    pub place: Place,
}

/// What httpd takes silently.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SilentKind {
    /// Text behind the `>` of an opening tag, which is dropped.
    TextBehindTag,
    /// A quote without its end: the word reaches to the end of the line.
    OpenQuote,
    /// Words behind the `On` or `Off` of a switch, which are dropped.
    ExtraWords,
    /// A number that is cut off where its digits end.
    MisreadNumber {
        /// The number that httpd takes.
        read: i64,
    },
}

/// More than anybody reads.
const MAX_SILENT: usize = 1000;

/// Looks through the files of a configuration; comments are numbered as [`Tree::comments`] lists them.
pub(super) fn look(config: &mut Config) {
    let mut seen = FxHashSet::default();
    let mut silent = std::mem::take(&mut config.silent);
    for reading in config.readings.iter().filter(|reading| reading.use_place().is_none()) {
        if seen.insert(reading.file) {
            look_through(reading.file, reading.tree(), &mut silent, &mut config.continued_comments);
        }
    }
    silent.truncate(MAX_SILENT);
    config.silent = silent;
}

fn look_through(file: FileId, tree: &Tree, silent: &mut Vec<Silent>, comments: &mut Vec<(FileId, u32)>) {
    let mut comment = 0;
    for (kind, span) in tree.notable_leaves() {
        match kind {
            Kind::TrailingText | Kind::OpenDoubleQuotedWord | Kind::OpenSingleQuotedWord
                if silent.len() < MAX_SILENT =>
            {
                let Some(statement) = tree.statement_at(span.start) else { continue };
                let part = |number: Option<usize>| number.and_then(|number| u16::try_from(number).ok());
                let found = if kind == Kind::TrailingText {
                    let is_behind = statement.text_behind_head() == Some(span);
                    let is_comment = span.of(tree.text()).starts_with(b"#");
                    (is_behind && !is_comment).then_some((SilentKind::TextBehindTag, Part::Head))
                } else {
                    let number = part(statement.args().position(|word| word.span() == span));
                    number.map(|number| (SilentKind::OpenQuote, Part::Arg(number)))
                };
                if let Some((kind, part)) = found {
                    silent.push(Silent { kind, place: Place::new(file, statement, part) });
                }
            }
            Kind::Comment => {
                if swallows_a_line(span.of(tree.text())) && comments.len() < MAX_SILENT {
                    comments.push((file, comment));
                }
                comment += 1;
            }
            _ => {}
        }
    }
}

/// Whether a comment goes on in a next line that holds something else than a comment.
fn swallows_a_line(comment: &[u8]) -> bool {
    let mut lines = comment.split(|byte| *byte == b'\n').skip(1).map(<[u8]>::trim_ascii);
    lines.any(|line| !line.is_empty() && !line.starts_with(b"#"))
}

/// Whether httpd reads the digits at the start of a directive's value and drops the rest.
pub(super) fn is_cut_number(directive: DirectiveId) -> bool {
    matches!(
        directive,
        id::TIMEOUT
            | id::MAX_KEEP_ALIVE_REQUESTS
            | id::START_SERVERS
            | id::SERVER_LIMIT
            | id::THREAD_LIMIT
            | id::THREADS_PER_CHILD
            | id::MIN_SPARE_THREADS
            | id::MAX_SPARE_THREADS
            | id::MIN_SPARE_SERVERS
            | id::MAX_SPARE_SERVERS
            | id::MAX_REQUEST_WORKERS
            | id::MAX_CLIENTS
            | id::MAX_CONNECTIONS_PER_CHILD
            | id::MAX_REQUESTS_PER_CHILD
            | id::LIMIT_REQUEST_LINE
            | id::LIMIT_REQUEST_FIELDS
            | id::LIMIT_REQUEST_FIELDSIZE
            | id::PROXY_TIMEOUT
            | id::GRACEFUL_SHUTDOWN_TIMEOUT
            | id::LISTEN_BACKLOG
            | id::SSL_SESSION_CACHE_TIMEOUT
            | id::SSL_VERIFY_DEPTH
    )
}

#[cfg(test)]
mod tests {
    use fpmlint_syntax::Dialect;

    use super::*;
    use crate::apache::testing::config;

    #[test]
    fn what_is_dropped_silently() {
        let read = config(
            "<VirtualHost *:80> ServerName a\n</VirtualHost>\nServerAdmin \"a b\nKeepAlive On # yes\nTimeout 5m\n\
             # a comment \\\nServerTokens Prod\n# fine \\\n\nMaxKeepAliveRequests 100\n",
        );
        let kinds: Vec<SilentKind> = read.silent.iter().map(|silent| silent.kind).collect();
        let expected = [
            SilentKind::ExtraWords,
            SilentKind::MisreadNumber { read: 5 },
            SilentKind::TextBehindTag,
            SilentKind::OpenQuote,
        ];
        assert_eq!(kinds, expected);
        assert_eq!(read.continued_comments.len(), 1);
        assert!(read.silent.iter().all(|silent| silent.place.dialect == Dialect::Httpd));
    }
}
