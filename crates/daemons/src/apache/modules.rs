//! The modules that are loaded.
//!
//! In: what is linked in, and `LoadModule` lines in reading order. Out: who is loaded, by identifier
//! (`rewrite_module`) and by the name of its C file (`mod_rewrite.c`), as `<IfModule>` asks for them.

use fpmlint_catalog::apache::{self, Directive};
use fpmlint_workspace::Profile;
use rustc_hash::FxHashMap;

use super::Config;
use super::refusals::{Found, Refused, Stage};
use crate::{Place, RefusalKind};

/// A module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Loaded {
    /// Its identifier, such as `rewrite_module`.
    pub identifier: Box<[u8]>,
    /// The name of its C file, such as `mod_rewrite.c`.
    pub file: Box<[u8]>,
    /// The file that it is loaded from, as it is written; none for one that is linked in.
    pub path: Option<Box<[u8]>>,
    /// The `LoadModule`; none for one that is linked in.
    pub place: Option<Place>,
    /// Whether it is loaded for sure.
    pub certain: bool,
}

/// The modules of a configuration.
#[derive(Clone, Default, Debug)]
pub struct Modules {
    /// The modules, linked ones first, then in the order of their loading.
    pub loaded: Vec<Loaded>,
    /// Whether a module that is not here is not loaded.
    pub complete: bool,
    /// Index into `loaded` by identifier and by C file.
    by_name: FxHashMap<Box<[u8]>, usize>,
}

/// Modules that are part of every httpd.
const ALWAYS: [(&str, &str); 3] =
    [("core_module", "core.c"), ("so_module", "mod_so.c"), ("http_module", "http_core.c")];

/// The process models, one of which must be loaded.
const PROCESS_MODELS: [&[u8]; 4] = [b"event.c", b"worker.c", b"prefork.c", b"mpm_winnt.c"];

impl Modules {
    /// The modules that are linked in: those of every httpd and those of the profile.
    pub(super) fn linked(profile: &[&str], complete: bool) -> Modules {
        let mut modules = Modules { complete, ..Modules::default() };
        for (identifier, file) in ALWAYS {
            modules.link(identifier.as_bytes(), file.as_bytes());
        }
        for name in profile {
            let name = name.strip_suffix("_module").unwrap_or(name);
            let identifier = format!("{name}_module").into_bytes();
            let file = file_of(&identifier, b"");
            modules.link(&identifier, &file);
        }
        modules
    }

    fn link(&mut self, identifier: &[u8], file: &[u8]) {
        if self.find(identifier).is_none() {
            let (identifier, file) = (identifier.into(), file.into());
            self.push(Loaded { identifier, file, path: None, place: None, certain: true });
        }
    }

    /// Adds a module; one that is there already stays as it is, as in httpd.
    pub(super) fn load(&mut self, identifier: &[u8], path: &[u8], place: Place, certain: bool) {
        let known = self.by_name.get(identifier).copied();
        match known.and_then(|index| self.loaded.get_mut(index)) {
            Some(loaded) => loaded.certain |= certain,
            None => self.push(Loaded {
                identifier: identifier.into(),
                file: file_of(identifier, path).into(),
                path: Some(path.into()),
                place: Some(place),
                certain,
            }),
        }
    }

    fn push(&mut self, loaded: Loaded) {
        let index = self.loaded.len();
        for name in [&loaded.identifier, &loaded.file] {
            self.by_name.entry(name.clone()).or_insert(index);
        }
        self.loaded.push(loaded);
    }

    /// The module of this identifier or C file; case counts, as in httpd.
    pub fn find(&self, name: &[u8]) -> Option<&Loaded> {
        self.by_name.get(name).and_then(|index| self.loaded.get(*index))
    }

    /// Whether the module of this identifier or C file is loaded; none where that cannot be told.
    pub fn has(&self, name: &[u8]) -> Option<bool> {
        match self.find(name) {
            Some(loaded) => loaded.certain.then_some(true),
            None => self.complete.then_some(false),
        }
    }

    /// Whether a module that no table describes is loaded: it may have directives of any name.
    pub fn has_foreign(&self) -> bool {
        self.loaded.iter().any(|loaded| loaded.place.is_some() && !is_described(&loaded.file))
    }

    pub(super) fn has_row(&self, row: &Directive) -> Option<bool> {
        let file = row.module_file.as_bytes();
        if row.module.is_empty() && is_php(file) {
            let php = self.loaded.iter().find(|loaded| is_php(&loaded.file));
            return match php {
                Some(loaded) => loaded.certain.then_some(true),
                None => self.complete.then_some(false),
            };
        }
        self.has(file)
    }
}

/// What loads one of these modules, given by their identifiers; none where there is none.
pub(super) fn how_to_load(identifiers: &[&str], profile: &Profile) -> Option<String> {
    let stem = |identifier: &str| identifier.strip_suffix("_module").unwrap_or(identifier).to_owned();
    let stems: Vec<String> = identifiers.iter().copied().map(stem).collect();
    let names: Vec<String> = stems.iter().map(|stem| format!("mod_{stem}")).collect();
    let first = stems.first()?;
    let line = format!("`LoadModule {first}_module modules/mod_{first}.so`");
    let how = match profile.name {
        // mod_php has a file and a name for each version of PHP.
        _ if first.starts_with("php") => {
            "load the module of PHP, or hand .php files to php-fpm instead".to_owned()
        }
        "debian-12" => format!("run `a2enmod {first}` and restart"),
        "generic" => format!("add {line}, or on Debian run `a2enmod {first}`"),
        _ => format!("add {line}"),
    };
    Some(format!("it belongs to {}, which is not loaded: {how}", names.join(" or ")))
}

/// `mod_php.c` of PHP 8, and the names of the releases before.
fn is_php(file: &[u8]) -> bool {
    matches!(file, b"mod_php.c" | b"mod_php7.c" | b"mod_php5.c")
}

fn is_described(file: &[u8]) -> bool {
    let describes = |row: &Directive| row.module_file.as_bytes() == file;
    is_php(file)
        || is_without_directives(file)
        || apache::directives().iter().any(describes)
        || apache::third_party().iter().any(describes)
}

/// The name under which `<IfModule>` finds the module that is probably meant by a name that it never finds:
/// `mod_rewrite` for `mod_rewrite.c`, `php8_module` for `php_module`, another case. None for a name that may be right.
pub fn corrected_module(name: &[u8]) -> Option<String> {
    let is_known = |name: &[u8]| is_described(name) || is_identifier(name);
    if is_known(name) {
        return None;
    }
    let lower = String::from_utf8(name.to_ascii_lowercase()).ok()?;
    match lower.as_str() {
        "mod_php8.c" | "mod_php8" => return Some("mod_php.c".to_owned()),
        "php8_module" => return Some("php_module".to_owned()),
        _ => {}
    }
    let bare = lower.strip_suffix(".so").or_else(|| lower.strip_suffix(".c")).unwrap_or(&lower);
    let stem = bare.strip_prefix("mod_").unwrap_or(bare);
    let stem = stem.strip_suffix("_module").unwrap_or(stem);
    let candidates = [lower.clone(), format!("mod_{stem}.c"), format!("{stem}_module")];
    candidates.into_iter().find(|candidate| is_known(candidate.as_bytes()))
}

/// Whether a name is the identifier of a module that the tables describe.
fn is_identifier(name: &[u8]) -> bool {
    // The C file of a packaged module may have another name in another release.
    let c_file = name.strip_prefix(b"mod_").and_then(|name| name.strip_suffix(b".c"));
    let stem = name.strip_suffix(b"_module").or(c_file).unwrap_or(b"");
    let is_ours = |module: &&&str| module.as_bytes() == name;
    apache::modules().iter().any(|module| is_ours(&module))
        || !stem.is_empty()
            && (apache::third_party_modules().iter().any(|module| module.as_bytes() == stem)
                || matches!(stem, b"php" | b"php5" | b"php7" | b"mpm_event" | b"mpm_worker" | b"mpm_prefork")
                || is_without_directives(&[b"mod_", stem, b".c"].concat()))
}

/// Modules of httpd that no directive belongs to.
fn is_without_directives(file: &[u8]) -> bool {
    const FILES: [&[u8]; 15] = [
        b"mod_asis.c",
        b"mod_authz_host.c",
        b"mod_data.c",
        b"mod_heartbeat.c",
        b"mod_proxy_ajp.c",
        b"mod_proxy_balancer.c",
        b"mod_proxy_fdpass.c",
        b"mod_proxy_http.c",
        b"mod_proxy_http2.c",
        b"mod_proxy_uwsgi.c",
        b"mod_proxy_wstunnel.c",
        b"mod_ratelimit.c",
        b"mod_status.c",
        b"mod_systemd.c",
        b"mod_unique_id.c",
    ];
    const FAMILIES: [&[u8]; 3] = [b"mod_lbmethod_", b"mod_slotmem_", b"mod_socache_"];
    FILES.contains(&file) || FAMILIES.iter().any(|family| file.starts_with(family))
}

/// The C file of a module. The tables know most; otherwise the name of the file that it is loaded from tells, and
/// without one the identifier.
fn file_of(identifier: &[u8], path: &[u8]) -> Vec<u8> {
    match identifier {
        b"php_module" => return b"mod_php.c".to_vec(),
        b"php7_module" => return b"mod_php7.c".to_vec(),
        b"php5_module" => return b"mod_php5.c".to_vec(),
        b"core_module" => return b"core.c".to_vec(),
        b"http_module" => return b"http_core.c".to_vec(),
        _ => {}
    }
    if let Some(row) = apache::directives().iter().find(|row| row.module.as_bytes() == identifier) {
        return row.module_file.as_bytes().to_vec();
    }
    let base = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    let stem = base.strip_suffix(b".so").unwrap_or(base);
    if stem.is_empty() {
        let stem = identifier.strip_suffix(b"_module").unwrap_or(identifier);
        return [b"mod_", stem, b".c"].concat();
    }
    [stem, b".c"].concat()
}

/// Exactly one process model must be loaded.
pub(super) fn check_process_models(config: &Config, found: &mut Found) {
    let models: Vec<&Loaded> =
        config.modules.loaded.iter().filter(|loaded| PROCESS_MODELS.contains(&&*loaded.file)).collect();
    let certain = models.iter().filter(|loaded| loaded.certain);
    let (place, kind, words) = match certain.count() {
        0 if models.is_empty() && config.modules.complete => {
            (None, RefusalKind::MissingRequiredDirective, "No MPM loaded.")
        }
        0 | 1 => return,
        _ => {
            let second = models.iter().filter(|loaded| loaded.certain).nth(1);
            (
                second.and_then(|loaded| loaded.place),
                RefusalKind::DuplicateDirective,
                "More than one MPM loaded.",
            )
        }
    };
    let message = format!("Configuration error: {words}").into_bytes();
    let place = place.unwrap_or_else(|| super::read::start_of(config));
    found.add(Refused {
        place,
        reading: 0,
        line: None,
        certain: true,
        ..Refused::new(Stage::Models, kind, message)
    });
}
