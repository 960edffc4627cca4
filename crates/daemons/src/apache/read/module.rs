//! `LoadModule` and `LoadFile`.

use fpmlint_catalog::apache;
use fpmlint_syntax::httpd;
use fpmlint_workspace::{ApacheDefaults, HostPath, Lookup, Modules as Known};

use super::events::Source;
use super::{Line, Reader};
use crate::{Part, RefusalKind};

/// The modules that a profile's httpd has linked in, and whether those are all.
pub(super) fn linked(profile: &ApacheDefaults) -> (&'static [&'static str], bool) {
    match profile.static_modules {
        Known::Known(modules) => (modules, true),
        Known::Unknown => (&[], false),
    }
}

impl Reader<'_> {
    pub(super) fn load_module(&mut self, source: &Source, line: &Line<'_>) {
        let mut words = httpd::split_words(line.rest).map(|(_, word)| word);
        let (Some(identifier), Some(path)) = (words.next(), words.next()) else { return };
        let is_loaded = self.config.modules.find(&identifier).is_some();
        if !is_loaded {
            self.check_object(source, line, &path);
            self.check_symbol(source, line, &identifier, &path);
        }
        let certain = self.undecided == 0;
        self.config.modules.load(&identifier, &path, line.place.with(Part::Whole), certain);
    }

    pub(super) fn load_file(&mut self, source: &Source, line: &Line<'_>) {
        for (_, path) in httpd::split_words(line.rest) {
            self.check_object(source, line, &path);
        }
    }

    /// The file must exist. It is looked for only where the host has the folder that it should lie in: a host made
    /// of configuration alone holds no modules at all.
    fn check_object(&mut self, source: &Source, line: &Line<'_>, path: &[u8]) {
        let full = self.config.server_root.join(path);
        let is_absent = matches!(self.input.host.stat(&full), Lookup::Absent);
        let has_folder =
            full.parent().is_some_and(|folder| matches!(self.input.host.stat(&folder), Lookup::Found(_)));
        if is_absent && (has_folder || self.has_modules()) {
            let full = full.as_bytes();
            let why = b": cannot open shared object file: No such file or directory";
            let message = [b"Cannot load ", path, b" into server: ", full, why].concat();
            self.refuse(source, line, RefusalKind::InvalidValue, message);
        }
    }

    /// Whether a module that was loaded before lies on the host.
    fn has_modules(&self) -> bool {
        let loaded = self.config.modules.loaded.iter().rev();
        loaded.take(3).filter_map(|loaded| loaded.path.as_deref()).any(|path| {
            let path: HostPath = self.config.server_root.join(path);
            matches!(self.input.host.stat(&path), Lookup::Found(_))
        })
    }

    /// A file of one of httpd's own modules holds that module and no other.
    fn check_symbol(&mut self, source: &Source, line: &Line<'_>, identifier: &[u8], path: &[u8]) {
        let base = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
        let Some(file) = base.strip_suffix(b".so").map(|stem| [stem, b".c"].concat()) else { return };
        let mut rows = apache::directives().iter().filter(|row| row.module_file.as_bytes() == file);
        let Some(row) = rows.next().filter(|row| row.module.ends_with("_module")) else { return };
        if row.module.as_bytes() == identifier {
            return;
        }
        let full = self.config.server_root.join(path);
        let full = full.as_bytes();
        let undefined = [full, b": undefined symbol: ", identifier].concat();
        let message =
            [b"Can't locate API module structure `", identifier, b"' in file ", full, b": ", &undefined]
                .concat();
        self.refuse(source, line, RefusalKind::InvalidValue, message);
    }
}
