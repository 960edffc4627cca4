//! `Define`, `UnDefine`, `ServerRoot` and `DefaultRuntimeDir`.

use fpmlint_syntax::httpd;
use fpmlint_workspace::{FileKind, Lookup};

use super::events::Source;
use super::{Line, Reader};
use crate::apache::variables::{Define, Home};
use crate::{Part, RefusalKind};

const COLON: &str = "Variable name must not contain ':'";

impl Reader<'_> {
    pub(super) fn define(&mut self, source: &Source, line: &Line<'_>) {
        let mut words = httpd::split_words(line.rest).map(|(_, word)| word);
        let (Some(name), value) = (words.next(), words.next()) else { return };
        if name.contains(&b':') {
            self.refuse(source, line, RefusalKind::InvalidValue, COLON.into());
            return;
        }
        let value = value.filter(|value| !value.is_empty());
        let certain = self.undecided == 0;
        let home = self.parent.map(|section| Home { section, define: self.config.defines.len() });
        self.variables.define(&name, value.as_deref(), home, certain);
        self.config.defines.push(Define {
            place: line.place.with(Part::Whole),
            name: name.as_ref().into(),
            value: value.as_deref().map(Into::into),
            certain,
        });
    }

    pub(super) fn undefine(&mut self, source: &Source, line: &Line<'_>) {
        let Some((name, _)) = httpd::word(line.rest) else { return };
        if name.contains(&b':') {
            self.refuse(source, line, RefusalKind::InvalidValue, COLON.into());
            return;
        }
        self.variables.undefine(&name, self.undecided == 0);
    }

    /// Must be a folder. From here on relative paths start there.
    pub(super) fn server_root(&mut self, source: &Source, line: &Line<'_>) {
        let Some((path, _)) = httpd::word(line.rest) else { return };
        if !path.starts_with(b"/") {
            // It is taken from the folder in which httpd is started, which is not known.
            self.unknown("the folder in which httpd is started".to_owned(), line.place);
            return;
        }
        let path = self.config.server_root.join(&path);
        if self.is_no_folder(&path) {
            let message = b"ServerRoot must be a valid directory".to_vec();
            self.refuse(source, line, RefusalKind::InvalidValue, message);
            return;
        }
        self.config.server_root = path;
    }

    pub(super) fn runtime_folder(&mut self, source: &Source, line: &Line<'_>) {
        let Some((path, _)) = httpd::word(line.rest) else { return };
        let path = self.config.server_root.join(&path);
        if self.is_no_folder(&path) {
            let message =
                b"DefaultRuntimeDir must be a valid directory, absolute or relative to ServerRoot".to_vec();
            self.refuse(source, line, RefusalKind::InvalidValue, message);
        }
    }

    fn is_no_folder(&self, path: &fpmlint_workspace::HostPath) -> bool {
        match self.input.host.stat(path) {
            Lookup::Found(stat) => stat.kind != FileKind::Directory,
            Lookup::Absent => true,
            Lookup::Unknown | Lookup::Failed(_) => false,
        }
    }
}
