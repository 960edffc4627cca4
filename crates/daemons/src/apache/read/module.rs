//! `LoadModule` and `LoadFile`.

use fpmlint_catalog::apache;
use fpmlint_syntax::httpd;
use fpmlint_workspace::{ApacheDefaults, FileKind, HostPath, Lookup, Modules as Known};

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

    /// The file must exist, and be one. It is looked for only where the host shows that it holds modules: a host made
    /// of configuration alone has none at all.
    fn check_object(&mut self, source: &Source, line: &Line<'_>, path: &[u8]) {
        let full = self.config.server_root.join(path);
        let why: &[u8] = match self.input.host.stat(&full) {
            Lookup::Found(stat) if stat.kind == FileKind::Directory => {
                b"cannot read file data: Is a directory"
            }
            Lookup::Absent if self.is_below_a_file(&full) => {
                b"cannot open shared object file: Not a directory"
            }
            Lookup::Absent if self.shows_modules(&full) => {
                b"cannot open shared object file: No such file or directory"
            }
            _ => return,
        };
        // A name without a slash is tried in the linker's own folders too, and the message is about that try.
        let is_as_written = path.starts_with(b"/") || !path.contains(&b'/');
        let tried = if is_as_written { path } else { full.as_bytes() };
        let message = [b"Cannot load ", path, b" into server: ", tried, b": ", why].concat();
        self.refuse(source, line, RefusalKind::InvalidValue, message);
    }

    /// Whether what stands in the place of a folder above the path is a file.
    fn is_below_a_file(&self, path: &HostPath) -> bool {
        let above = std::iter::successors(path.parent(), HostPath::parent);
        let mut there = above.filter_map(|path| self.input.host.stat(&path).found());
        there.next().is_some_and(|stat| stat.kind == FileKind::File)
    }

    /// Whether the host holds the folder that the file should lie in, the folder of httpd's own modules, or a module
    /// that was loaded before.
    fn shows_modules(&self, path: &HostPath) -> bool {
        let is_there = |path: &HostPath| matches!(self.input.host.stat(path), Lookup::Found(_));
        let usual = self.input.host.profile.apache.modules_folder;
        if path.parent().is_some_and(|folder| is_there(&folder))
            || !usual.is_empty() && is_there(&HostPath::new(usual))
        {
            return true;
        }
        let loaded = self.config.modules.loaded.iter().rev();
        let mut paths = loaded.take(3).filter_map(|loaded| loaded.path.as_deref());
        paths.any(|path| is_there(&self.config.server_root.join(path)))
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
        let stem = base.strip_prefix(b"mod_").and_then(|stem| stem.strip_suffix(b".so"));
        let is_own = |stem: &[u8]| {
            // Each is called as its file is, so that the names need not be looked up.
            identifier.strip_suffix(b"_module") == Some(stem) || !is_httpds_own(stem)
        };
        if stem.is_none_or(is_own) {
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

/// Modules of httpd's own that no directive is listed for.
const WITHOUT_DIRECTIVES: [&str; 24] = [
    "asis",
    "authz_host",
    "bucketeer",
    "data",
    "lbmethod_bybusyness",
    "lbmethod_byrequests",
    "lbmethod_bytraffic",
    "ldap",
    "mpm_event",
    "mpm_prefork",
    "mpm_worker",
    "proxy_ajp",
    "proxy_balancer",
    "proxy_fdpass",
    "proxy_http",
    "proxy_http2",
    "proxy_uwsgi",
    "ratelimit",
    "slotmem_plain",
    "slotmem_shm",
    "socache_dbm",
    "socache_shmcb",
    "status",
    "unique_id",
];

/// Whether `mod_STEM` is one of httpd's own modules, which are called `STEM_module`.
fn is_httpds_own(stem: &[u8]) -> bool {
    let file = [b"mod_", stem, b".c"].concat();
    let mut rows = apache::directives().iter().filter(|row| row.module_file.as_bytes() == file);
    let is_listed = rows.any(|row| row.module.as_bytes() == [stem, b"_module"].concat());
    is_listed || WITHOUT_DIRECTIVES.iter().any(|own| own.as_bytes() == stem)
}
