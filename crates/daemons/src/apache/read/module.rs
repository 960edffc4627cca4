//! `LoadModule` and `LoadFile`.

use fpmlint_catalog::apache;
use fpmlint_syntax::httpd;
use fpmlint_workspace::{ApacheDefaults, HostPath, Lookup, Modules as Known};

use super::events::Source;
use super::{Line, Reader};
use crate::apache::refusals::Refused;
use crate::{Part, RefusalKind};

/// The modules that a profile's httpd has linked in, and whether those are all.
pub(super) fn linked(profile: &ApacheDefaults) -> (&'static [&'static str], bool) {
    match profile.static_modules {
        Known::Known(modules) => (modules, true),
        Known::Unknown => (&[], false),
    }
}

/// Modules that use another one's functions, that one, and the symbol that the linker misses first without it; measured
/// on httpd 2.4.71 of Debian 12, a module at a time.
const NEEDED: [(&[u8], &str, &[u8]); 20] = [
    (b"cache_disk_module", "cache", b"ap_cache_cacheable_headers_in"),
    (b"cache_socache_module", "cache", b"ap_cache_cacheable_headers_in"),
    (b"dav_fs_module", "dav", b"dav_do_find_liveprop"),
    (b"dav_lock_module", "dav", b"dav_push_error"),
    (b"proxy_ajp_module", "proxy", b"proxy_module"),
    (b"proxy_balancer_module", "proxy", b"proxy_hcmethods"),
    (b"proxy_connect_module", "proxy", b"ap_proxy_tunnel_create"),
    (b"proxy_express_module", "proxy", b"proxy_module"),
    (b"proxy_fcgi_module", "proxy", b"proxy_module"),
    (b"proxy_fdpass_module", "proxy", b"proxy_hook_canon_handler"),
    (b"proxy_ftp_module", "proxy", b"ap_proxy_canonenc"),
    (b"proxy_hcheck_module", "proxy", b"proxy_hcmethods"),
    (b"proxy_http_module", "proxy", b"ap_proxy_location_reverse_map"),
    (b"proxy_http2_module", "proxy", b"ap_proxy_location_reverse_map"),
    (b"proxy_scgi_module", "proxy", b"proxy_hook_canon_handler"),
    (b"proxy_uwsgi_module", "proxy", b"proxy_module"),
    (b"proxy_wstunnel_module", "proxy", b"ap_proxy_pass_brigade"),
    (b"session_cookie_module", "session", b"ap_hook_session_save"),
    (b"session_crypto_module", "session", b"ap_hook_session_encode"),
    (b"session_dbd_module", "session", b"ap_hook_session_save"),
];

impl Reader<'_> {
    pub(super) fn load_module(&mut self, source: &Source, line: &Line<'_>) {
        let mut words = httpd::split_words(line.rest).map(|(_, word)| word);
        let (Some(identifier), Some(path)) = (words.next(), words.next()) else { return };
        let is_loaded = self.config.modules.find(&identifier).is_some();
        if !is_loaded {
            self.check_object(source, line, &path);
            self.check_symbol(source, line, &identifier, &path);
            self.check_needed(source, line, &identifier, &path);
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

    /// A module whose functions this one uses must be loaded before it.
    fn check_needed(&mut self, source: &Source, line: &Line<'_>, identifier: &[u8], path: &[u8]) {
        let Some((_, needed, symbol)) = NEEDED.iter().find(|(own, ..)| *own == identifier) else { return };
        if self.config.modules.has(format!("{needed}_module").as_bytes()) != Some(false) {
            return;
        }
        let full = self.config.server_root.join(path);
        let full = full.as_bytes();
        let undefined = [full, b": undefined symbol: ", symbol].concat();
        let message = [b"Cannot load ", path, b" into server: ", &undefined].concat();
        let refused = self.refused(source, line, RefusalKind::UndefinedReference, message);
        let remedy = Some(format!("it uses mod_{needed}: load that module before it"));
        self.found.add(Refused { remedy, ..refused });
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
