//! Log files, which nginx opens in its test: their folders must be there.

use std::borrow::Cow;

use fpmlint_syntax::Statement;
use fpmlint_workspace::{HostPath, Lookup};
use rustc_hash::FxHashSet;

use super::{Line, Walk};
use crate::nginx::DirRef;
use crate::nginx::check::script;
use crate::{Part, RefusalKind};

/// Folders of logs that have been looked at, and the files in those that are not there.
#[derive(Debug, Default)]
pub(super) struct Logs<'w> {
    folders: FxHashSet<&'w [u8]>,
    absent: Vec<(DirRef, Cow<'w, [u8]>)>,
}

impl<'w> Walk<'w> {
    /// A log file. Paths that are not absolute start from nginx's prefix, which the command line can change.
    pub(super) fn log_file(&mut self, at: DirRef, statement: Statement<'w>) {
        let Some(Cow::Borrowed(path)) = statement.arg(0).map(|word| word.text()) else { return };
        if path.first() != Some(&b'/') || script::has_variables(path) {
            return;
        }
        let end = memchr::memrchr(b'/', path).unwrap_or(0);
        let folder = path.get(..end.max(1)).unwrap_or(path);
        if self.logs.folders.insert(folder)
            && matches!(self.input.host.kind(&HostPath::new(folder)), Lookup::Absent)
        {
            self.logs.absent.push((at, Cow::Borrowed(path)));
        }
    }

    /// nginx opens its logs when all has been read.
    pub(super) fn finish_logs(&mut self) {
        for (at, path) in std::mem::take(&mut self.logs.absent) {
            let path = String::from_utf8_lossy(&path);
            let message = format!("open() \"{path}\" failed (2: No such file or directory)");
            self.refuse_at(RefusalKind::PathNotFound, at, Part::Arg(0), message, Line::Nowhere);
        }
    }
}
