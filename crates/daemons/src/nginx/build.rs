//! What the nginx that reads a configuration knows: its version and its modules.
//!
//! In: the host's profile, the target version, and `load_module` lines. Out: which rows of the directive table are
//! there. Invariant: what is not known is taken to be there.

use fpmlint_catalog::Version;
use fpmlint_catalog::nginx::{self as catalog, Contexts, Directive, DirectiveId};
use fpmlint_workspace::{HostKind, Modules};
use rustc_hash::FxHashSet;

use super::Input;

/// The build.
#[derive(Clone, Debug)]
pub(super) struct Build {
    version: Option<Version>,
    /// The modules; none where nobody knows them.
    modules: Option<FxHashSet<&'static str>>,
    /// For each name, which of its rows are there.
    rows: Vec<u8>,
    /// Whether an unknown name can be nothing but wrong.
    pub(super) complete: bool,
    /// Whether the files are a project's and not a machine's: a build of somebody else may read them.
    pub(super) view: bool,
}

/// nginx's own modules that are loaded from files: the files' names, and how those of the modules in them start.
const FAMILIES: [(&[u8], &str); 7] = [
    (b"ngx_http_image_filter_module", "ngx_http_image_filter"),
    (b"ngx_http_xslt_filter_module", "ngx_http_xslt"),
    (b"ngx_http_geoip_module", "ngx_http_geoip"),
    (b"ngx_http_perl_module", "ngx_http_perl"),
    (b"ngx_stream_geoip_module", "ngx_stream_geoip"),
    (b"ngx_stream_module", "ngx_stream_"),
    (b"ngx_mail_module", "ngx_mail_"),
];

/// What a name is in a context.
pub(super) enum Found {
    /// This directive.
    Here(&'static Directive),
    /// A directive of other contexts.
    Elsewhere,
    /// Nothing that this build knows.
    Nowhere,
}

impl Build {
    pub(super) fn new(input: &Input<'_>) -> Build {
        let modules = match input.host.profile.nginx.modules {
            Modules::Known(names) => Some(names.iter().copied().collect()),
            Modules::Unknown => None,
        };
        let complete = modules.is_some();
        let view = input.host.kind == HostKind::View;
        let mut build = Build { version: input.version, modules, rows: Vec::new(), complete, view };
        build.count_rows();
        build
    }

    fn count_rows(&mut self) {
        let present = |row: &Directive| {
            let module = self.modules.as_ref().is_none_or(|modules| modules.contains(row.module));
            module && self.version.is_none_or(|version| row.is_in(version) != Some(false))
        };
        let bits = |id| {
            let rows = catalog::entries(id).iter().take(8).enumerate();
            rows.fold(0, |bits, (number, row)| bits | u8::from(present(row)) << number)
        };
        self.rows = catalog::ids().map(bits).collect();
    }

    /// A name in a context.
    pub(super) fn find(&self, id: DirectiveId, mask: Contexts) -> Found {
        let bits = self.rows.get(id.index()).copied().unwrap_or(u8::MAX);
        let mut anywhere = false;
        for (number, row) in catalog::entries(id).iter().take(8).enumerate() {
            if bits & 1 << number == 0 {
                continue;
            }
            if row.contexts.intersects(mask) {
                return Found::Here(row);
            }
            anywhere = true;
        }
        if anywhere { Found::Elsewhere } else { Found::Nowhere }
    }

    /// Takes in a `load_module`. Modules that are not nginx's own bring directives that no table here knows.
    pub(super) fn load(&mut self, path: &[u8]) {
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
        let Some((_, family)) = FAMILIES.into_iter().find(|(start, _)| name.starts_with(start)) else {
            self.complete = false;
            return;
        };
        let Some(modules) = &mut self.modules else { return };
        let geoip = family.ends_with("geoip");
        let own = catalog::modules().iter().copied().filter(|module| module.starts_with(family));
        modules.extend(own.filter(|module| geoip || !module.contains("geoip")));
        self.count_rows();
    }

    /// What brings a directive that this build does not have.
    pub(super) fn how_to_get(&self, id: DirectiveId) -> Option<String> {
        let row = catalog::entries(id).first()?;
        if self.has(row.module) {
            let version = self.version?;
            return Some(format!(
                "nginx {version} does not have it; set the target version if another one runs"
            ));
        }
        let family = FAMILIES.iter().find(|(_, family)| row.module.starts_with(family));
        Some(match family {
            Some((file, _)) => {
                let file = String::from_utf8_lossy(file);
                format!("it belongs to {}: add `load_module modules/{file}.so;` at the top", row.module)
            }
            None => format!("it belongs to {}, which this nginx is built without", row.module),
        })
    }

    /// Whether a module is there.
    pub(super) fn has(&self, module: &str) -> bool {
        self.modules.as_ref().is_none_or(|modules| modules.contains(module))
    }

    /// Whether the release is this one or newer; `unknown` where it is not known.
    pub(super) fn is_from(&self, major: u16, minor: u16, patch: u16, unknown: bool) -> bool {
        self.version.map_or(unknown, |version| version >= Version::new(major, minor, patch))
    }
}
