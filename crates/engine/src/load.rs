//! From options to the joined stack.
//!
//! In: options. Out: a [`Project`]: settings, hosts, what was found and left out, the stack, and what went wrong.
//! Invariant: a file that a main file reaches is never judged as a fragment as well.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fpmlint_catalog::Version;
use fpmlint_daemons::{apache, nginx, php_fpm, php_ini};
use fpmlint_stack::{Affected, Apache, Master, Nginx, Parts, PoolId, SiteId, Stack};
use fpmlint_syntax::Dialect;
use fpmlint_text::FileId;
use fpmlint_workspace::{
    As, Files, Host, HostPath, Loaded, Lookup, Request, Settings, SettingsError, SettingsSource,
    TargetVersion, discover, settings_start,
};

use crate::suppress::{self, ReadFiles};
use crate::{Options, RunError, SettingsFrom, Targets};

/// Everything that a run knows before it looks for faults.
#[derive(Debug)]
pub struct Project {
    /// The files.
    pub files: Arc<Files>,
    /// The settings in force.
    pub settings: Settings,
    /// The versions that count.
    pub targets: Targets,
    /// What was found, and what was left out.
    pub loaded: Loaded,
    /// The joined model.
    pub stack: Stack,
    /// Each configuration file that was read, once, with its dialect, in reading order.
    pub read: ReadFiles,
    /// How many of them are files of this machine.
    pub(crate) own_files: usize,
    /// Those of them in which suppression comments may stand.
    pub(crate) commented: ReadFiles,
    /// What could not be done.
    pub errors: Vec<RunError>,
    /// The folder that names in reports are relative to.
    pub current_dir: PathBuf,
}

/// Loads what `options` ask for.
///
/// # Errors
/// The settings file's problems; nothing is loaded with settings that may mean something else.
pub fn load(options: &Options) -> Result<Project, Vec<RunError>> {
    Ok(load_with(options, read_settings(options)?))
}

/// Loads what `options` ask for under settings that were read before.
pub(crate) fn load_with(options: &Options, settings: Settings) -> Project {
    let files = Arc::new(Files::new(Arc::clone(&options.system)));
    let request = Request {
        paths: options.paths.clone(),
        whole: options.whole,
        sysroot: options.sysroot.clone(),
        as_reader: options.as_reader,
        profile: options.profile,
        ..Request::new(options.current_dir.clone(), &settings)
    };
    let loaded = discover(&files, &options.system, &request);
    Project::join(files, settings, loaded, options, &mut Kept::default())
}

impl Project {
    /// Reads what was discovered and joins it.
    fn join(
        files: Arc<Files>,
        settings: Settings,
        loaded: Loaded,
        options: &Options,
        kept: &mut Kept,
    ) -> Project {
        let targets = targets(options, &settings);
        let mut parts = read_all(&loaded, targets, options.as_reader.is_some(), kept);
        parts.search = options.search;
        let read = read_files(&parts);
        let stack = Stack::new(Arc::clone(&files), parts);
        let errors = loaded
            .problems
            .iter()
            .map(|problem| RunError {
                message: problem.message.clone(),
                file: problem.path.as_deref().map(|path| shown_path(path, &options.current_dir)),
                line: None,
            })
            .collect();
        let commented = suppress::commented(&files, read.iter().copied());
        let current_dir = options.current_dir.clone();
        let own_files = read.iter().filter(|(file, _)| !files.get(*file).stock).count();
        Project { files, settings, targets, loaded, stack, read, own_files, commented, errors, current_dir }
    }

    /// The same project joined again after [`Project::reread`] found that more has changed than it can follow. What it
    /// read again is kept, and so are configurations that read none of the files `changed`. This project is worth nothing
    /// afterwards.
    pub(crate) fn rejoin(&mut self, options: &Options, changed: &[FileId]) -> Project {
        let mut kept = Kept {
            nginx: std::mem::take(&mut self.stack.nginx),
            apache: std::mem::take(&mut self.stack.apache),
            masters: std::mem::take(&mut self.stack.masters),
        };
        let is_changed = |file: &FileId| changed.contains(file);
        kept.apache.retain(|apache| !apache.config.files.iter().any(is_changed));
        let files = Arc::clone(&self.files);
        let mut project =
            Project::join(files, self.settings.clone(), self.loaded.clone(), options, &mut kept);
        project.stack.remember_roots_of(&mut self.stack);
        project
    }

    /// Brings the project up to date after files that were read were loaded again with other contents. Gives what changed
    /// and what is to be looked at again with it; none where more has changed, and then the project is to be joined anew.
    pub(crate) fn reread(&mut self, options: &Options, changed: &[FileId]) -> Option<Affected> {
        let pools = self.reread_masters(options, changed);
        let sites = self.reread_nginx(changed);
        let stack = &mut self.stack;
        let by_others =
            stack.apache.iter().any(|apache| apache.config.files.iter().any(|file| changed.contains(file)))
                || stack.masters.iter().any(|master| {
                    master.ini.iter().flat_map(|ini| &ini.files).any(|file| changed.contains(file))
                })
                || stack.inis.iter().any(|(_, _, ini)| ini.files.iter().any(|file| changed.contains(file)));
        if by_others {
            return None;
        }
        let affected = stack.refresh(&sites?, &pools?)?;
        let is_changed = |(file, _): &(FileId, Dialect)| changed.contains(file);
        self.commented.retain(|read| !is_changed(read));
        let again = self.read.iter().copied().filter(is_changed);
        self.commented.extend(suppress::commented(&self.files, again));
        Some(affected)
    }

    /// Reads the configurations of nginx again that read one of these files. Gives the sites that are other ones now; none
    /// where more changed.
    fn reread_nginx(&mut self, changed: &[FileId]) -> Option<Vec<SiteId>> {
        let stack = &mut self.stack;
        let mut sites = Some(Vec::new());
        for index in 0..stack.nginx.len() {
            let nginx = &mut stack.nginx[index];
            if !nginx.config.reads_any(changed) {
                continue;
            }
            let servers =
                fpmlint_daemons::nginx::reread(&mut nginx.config, &stack.hosts[nginx.host], changed);
            let own = servers.and_then(|servers| {
                servers.into_iter().map(|server| stack.site_of(index, server)).collect::<Option<Vec<_>>>()
            });
            sites = sites.zip(own).map(|(sites, own)| [sites, own].concat());
        }
        sites
    }

    /// Reads the masters again that read one of these files. Gives the pools that are other ones now; none where more
    /// changed.
    fn reread_masters(&mut self, options: &Options, changed: &[FileId]) -> Option<Vec<PoolId>> {
        let stack = &mut self.stack;
        let mut pools = Some(Vec::new());
        let (mut first_pool, mut any) = (0, false);
        for master in &mut stack.masters {
            let before = first_pool;
            first_pool += master.config.pools.len();
            if !master.config.files.iter().any(|file| changed.contains(file)) {
                continue;
            }
            any = true;
            let host: &Host = &stack.hosts[master.host];
            let path = master.config.path.clone();
            let (main, version) = (master.config.main, master.config.version);
            let input = fpm_input(host, main, &path, version, master.fragment, options.as_reader.is_some());
            let own = php_fpm::reread(&input, &mut master.config, changed);
            let own = own.map(|own| own.into_iter().map(|pool| before + pool).collect::<Vec<_>>());
            pools = pools.zip(own).map(|(pools, own)| [pools, own].concat());
        }
        if any {
            compare_masters(&stack.hosts, &mut stack.masters);
        }
        pools
    }
}

fn read_settings(options: &Options) -> Result<Settings, Vec<RunError>> {
    let source = match &options.settings {
        SettingsFrom::Search => SettingsSource::Search,
        SettingsFrom::File(path) => SettingsSource::File(path.clone()),
        SettingsFrom::Nowhere => SettingsSource::Isolated,
    };
    let groups = fpmlint_diagnostics::Group::ALL.into_iter().map(fpmlint_diagnostics::Group::name);
    let names: Vec<&str> = fpmlint_rules::names().chain(groups).collect();
    let sysroot = options.sysroot.as_deref();
    let start = settings_start(options.system.as_ref(), &options.current_dir, &options.paths, sysroot);
    let settings = Settings::load(options.system.as_ref(), &source, &start, sysroot, &names);
    settings.map_err(|problems| {
        problems.into_iter().map(|problem| settings_error(problem, &options.current_dir)).collect()
    })
}

fn settings_error(problem: SettingsError, current_dir: &Path) -> RunError {
    RunError {
        message: problem.message,
        file: Some(shown_path(&problem.file, current_dir)),
        line: Some(problem.line),
    }
}

/// A path as reports show it: relative to the current folder where it lies below it, else absolute; bytes that are
/// not UTF-8 are percent-encoded.
pub fn shown_path(path: &Path, current_dir: &Path) -> String {
    let path =
        path.strip_prefix(current_dir).ok().filter(|path| !path.as_os_str().is_empty()).unwrap_or(path);
    let mut shown = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        shown.push_str(chunk.valid());
        for byte in chunk.invalid() {
            shown.push_str(&format!("%{byte:02X}"));
        }
    }
    shown
}

fn targets(options: &Options, settings: &Settings) -> Targets {
    let of = |flag: Option<Version>, set: Option<TargetVersion>| flag.or(set.map(last_release));
    Targets {
        php: of(options.targets.php, settings.values.target.php),
        nginx: of(options.targets.nginx, settings.values.target.nginx),
        apache: of(options.targets.apache, settings.values.target.apache),
    }
}

/// `8.2` means the last release of 8.2.
pub fn last_release(version: TargetVersion) -> Version {
    Version::new(version.major, version.minor.unwrap_or(u16::MAX), version.patch.unwrap_or(u16::MAX))
}

/// `as_told` says that the user named a file and what it is: it is then judged as root would be told.
fn read_all(loaded: &Loaded, targets: Targets, as_told: bool, kept: &mut Kept) -> Parts {
    let mut parts = Parts { hosts: loaded.hosts.clone(), ..Parts::default() };
    for root in &loaded.roots {
        let unit = Unit {
            host: root.host,
            kind: root.kind,
            file: root.main,
            path: &root.path,
            hint: root.version_hint,
            fragment: false,
            as_told,
        };
        unit.read(loaded, targets, kept, &mut parts);
    }
    attach_inis(&mut parts);
    compare_masters(&parts.hosts, &mut parts.masters);
    let reached: HashSet<FileId> = read_files(&parts).into_iter().map(|(file, _)| file).collect();
    for fragment in loaded.fragments.iter().filter(|fragment| !reached.contains(&fragment.file)) {
        let unit = Unit {
            host: fragment.host,
            kind: fragment.kind,
            file: fragment.file,
            path: &fragment.path,
            hint: fragment.version_hint,
            fragment: true,
            as_told,
        };
        unit.read(loaded, targets, kept, &mut parts);
    }
    parts
}

/// Configurations from an earlier reading that still hold.
#[derive(Default)]
struct Kept {
    nginx: Vec<Nginx>,
    apache: Vec<Apache>,
    masters: Vec<Master>,
}

/// One main file or fragment.
struct Unit<'a> {
    host: usize,
    kind: As,
    file: FileId,
    path: &'a HostPath,
    hint: Option<TargetVersion>,
    fragment: bool,
    as_told: bool,
}

impl Unit<'_> {
    fn read(&self, loaded: &Loaded, targets: Targets, kept: &mut Kept, parts: &mut Parts) {
        let host: &Host = &loaded.hosts[self.host];
        let (main, path, fragment) = (self.file, self.path, self.fragment);
        let php = targets.php.or(self.hint.map(last_release));
        match self.kind {
            As::PhpFpm => {
                let same = |master: &Master| {
                    (master.host, master.config.main, master.fragment) == (self.host, main, fragment)
                        && master.config.path == *path
                };
                let known = kept.masters.iter().position(same).map(|at| kept.masters.swap_remove(at));
                let input = fpm_input(host, main, path, php, fragment, self.as_told);
                let config = known.map_or_else(|| php_fpm::read(&input), |master| master.config);
                parts.masters.push(Master { host: self.host, config, fragment, ini: None });
            }
            As::Nginx => {
                let same = |nginx: &Nginx| {
                    (nginx.host, nginx.config.main, nginx.config.fragment) == (self.host, main, fragment)
                        && nginx.config.path == *path
                };
                let known = kept.nginx.iter().position(same).map(|at| kept.nginx.swap_remove(at));
                let read = || Nginx {
                    host: self.host,
                    config: nginx::read(&nginx::Input { host, main, path, version: targets.nginx, fragment }),
                };
                parts.nginx.push(known.unwrap_or_else(read));
            }
            As::Apache | As::Htaccess => {
                let same = |apache: &Apache| {
                    (apache.host, apache.config.main, apache.config.fragment) == (self.host, main, fragment)
                        && apache.config.path == *path
                };
                if let Some(at) = kept.apache.iter().position(same) {
                    parts.apache.push(kept.apache.swap_remove(at));
                    return;
                }
                let htaccess = self.kind == As::Htaccess;
                let version = targets.apache;
                let environment = apache::environment(host);
                let environment = &environment;
                let input = apache::Input {
                    host,
                    main,
                    path,
                    version,
                    defines: &[],
                    environment,
                    fragment,
                    htaccess,
                };
                parts.apache.push(Apache { host: self.host, config: apache::read(&input) });
            }
            As::PhpIni => {
                // The scan folder belongs to php.ini; a lone file is read alone.
                let scan = if fragment { None } else { scan_folder(host, path) };
                let per_folder = path.file_name() == Some(b".user.ini");
                let scan = scan.as_deref().filter(|_| !per_folder);
                let source = php_ini::IniSource { host, main: Some(main), scan, version: php, per_folder };
                parts.inis.push((self.host, path.clone(), php_ini::read(&source)));
            }
        }
    }
}

/// How a master is read. A repository's part of a machine is most often an image's, which somebody else than root may
/// start.
fn fpm_input<'a>(
    host: &'a Host,
    main: FileId,
    path: &'a HostPath,
    version: Option<Version>,
    fragment: bool,
    as_told: bool,
) -> php_fpm::Input<'a> {
    let started_by_root = as_told || host.is_closed(&HostPath::root());
    php_fpm::Input { host, main, path, version, fragment, started_by_root, environment: None }
}

/// The scan folder beside a php.ini, as a glob pattern, where the profile's layout names one.
fn scan_folder(host: &Host, ini: &HostPath) -> Option<Vec<u8>> {
    let folder = ini.parent()?;
    let names: [&[u8]; 2] = [b"conf.d", b"php.d"];
    names.into_iter().find_map(|name| {
        let scan = folder.join(name);
        matches!(host.list(&scan), Lookup::Found(_)).then(|| [scan.as_bytes(), b"/*.ini"].concat())
    })
}

/// Looks for addresses that two masters of one machine want. A project's files may be several machines', or several
/// states of one.
fn compare_masters(hosts: &[Arc<Host>], masters: &mut [Master]) {
    for (index, host) in hosts.iter().enumerate().filter(|(_, host)| host.is_machine()) {
        if host.is_closed(&HostPath::root()) {
            let on_host = masters.iter_mut().filter(|master| master.host == index && !master.fragment);
            let mut masters: Vec<&mut php_fpm::Master> = on_host.map(|master| &mut master.config).collect();
            php_fpm::overlaps_between(&mut masters);
        }
    }
}

/// Gives each master the php.ini of its own tree: the one whose path shares most with the master's main file.
fn attach_inis(parts: &mut Parts) {
    let mut taken = HashSet::new();
    for master in &mut parts.masters {
        let common = |path: &HostPath| {
            let pairs = path.as_bytes().iter().zip(master.config.path.as_bytes());
            pairs.take_while(|(left, right)| left == right).count()
        };
        let on_host = parts
            .inis
            .iter()
            .enumerate()
            .filter(|(_, (host, _, ini))| *host == master.host && !ini.per_folder);
        let Some((index, (_, _, ini))) = on_host.max_by_key(|(_, (_, path, _))| common(path)) else {
            continue;
        };
        master.ini = Some(ini.clone());
        taken.insert(index);
    }
    let mut index = 0;
    parts.inis.retain(|_| {
        index += 1;
        !taken.contains(&(index - 1))
    });
}

/// Every configuration file that was read, each once, with its dialect.
fn read_files(parts: &Parts) -> ReadFiles {
    let mut seen = HashSet::new();
    let mut read = Vec::new();
    let mut add = |files: &mut dyn Iterator<Item = FileId>, dialect: Dialect| {
        read.extend(files.filter(|file| seen.insert(*file)).map(|file| (file, dialect)));
    };
    for master in &parts.masters {
        add(&mut master.config.files.iter().copied(), Dialect::FpmIni);
        if let Some(ini) = &master.ini {
            add(&mut ini.files.iter().copied(), Dialect::PhpIni);
        }
    }
    for (_, _, ini) in &parts.inis {
        add(&mut ini.files.iter().copied(), Dialect::PhpIni);
    }
    for nginx in &parts.nginx {
        add(&mut nginx.config.files().into_iter(), Dialect::Nginx);
    }
    for apache in &parts.apache {
        add(&mut apache.config.files.iter().copied(), Dialect::Httpd);
    }
    read
}
