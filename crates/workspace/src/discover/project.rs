//! The order in which a run looks for what it loads: system root, named main files, project.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::claim::{Claim, claim};
use super::docker::Images;
use super::walk::{Found, git_top, is_system_folder, walk};
use super::{As, Claimed, Loaded, Problem, Request, SkipReason, Skipped, roots};
use crate::settings::absolute;
use crate::{FileKind, Files, System, settings};

/// A file that is found by searching and is larger than this many bytes is no configuration.
pub(super) const MAX_SEARCHED: u64 = 4 << 20;

/// The folder from which settings are looked for, and a project's top: the deepest one that holds all PATHs, or the
/// current one. With a system root PATHs may be paths on that host, and say nothing about the project.
pub fn settings_start(
    system: &dyn System,
    current_dir: &Path,
    paths: &[PathBuf],
    sysroot: Option<&Path>,
) -> PathBuf {
    if sysroot.is_some() {
        return current_dir.to_owned();
    }
    let folders = paths.iter().map(|path| {
        let path = absolute(current_dir, path);
        if is_folder(system, &path) { path } else { path.parent().map(Path::to_owned).unwrap_or(path) }
    });
    folders.reduce(|a, b| common(&a, &b)).unwrap_or_else(|| current_dir.to_owned())
}

/// The folder that is searched: that of the nearest `fpmlint.toml`, else the git top, else the current folder.
pub fn project_root(
    system: &dyn System,
    current_dir: &Path,
    paths: &[PathBuf],
    sysroot: Option<&Path>,
) -> PathBuf {
    let start = settings_start(system, current_dir, paths, sysroot);
    let settings = settings::find(system, &start, sysroot).and_then(|file| file.parent().map(Path::to_owned));
    let top = settings.or_else(|| git_top(system, &start));
    top.unwrap_or_else(|| if start.starts_with(current_dir) { current_dir.to_owned() } else { start })
}

fn common(a: &Path, b: &Path) -> PathBuf {
    let pairs = a.components().zip(b.components());
    pairs.take_while(|(a, b)| a == b).map(|(part, _)| part).collect()
}

/// Whether a path is a folder, also through a link.
fn is_folder(system: &dyn System, path: &Path) -> bool {
    match system.metadata(path).map(|metadata| metadata.kind) {
        Ok(FileKind::Directory) => true,
        Ok(FileKind::Link) => system.read_dir(path).is_ok(),
        _ => false,
    }
}

/// A PATH of the command line that exists.
#[derive(Debug)]
pub(super) struct Named {
    pub path: PathBuf,
    pub folder: bool,
    /// The daemon that starts with it.
    pub main: Option<As>,
    /// The daemon whose configuration it is part of.
    pub part: Option<As>,
}

/// One search.
pub(super) struct Discovery<'a> {
    pub files: &'a Arc<Files>,
    pub system: &'a dyn System,
    pub request: &'a Request<'a>,
    pub loaded: Loaded,
    /// The folder that is searched.
    pub project: PathBuf,
    pub images: Images,
    /// The project starts several containers or machines.
    pub composed: bool,
    /// The project builds containers.
    pub containers: bool,
    /// Words in the files that tell distributions apart.
    pub marks: Marks,
}

/// Paths in files that only one family of distributions has.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Marks {
    pub rocky: bool,
    pub debian: bool,
}

impl Marks {
    /// The marks in a file.
    pub fn of(text: &[u8]) -> Marks {
        let text = text.get(..super::sniff::SNIFFED_BYTES).unwrap_or(text);
        let has = |mark: &str| memmem(text, mark.as_bytes());
        Marks {
            rocky: has("/run/php-fpm/") || has("/var/lib/php/session"),
            debian: has("/run/php/php") || has("snippets/fastcgi-php.conf"),
        }
    }
}

impl<'a> Discovery<'a> {
    pub fn new(files: &'a Arc<Files>, system: &'a dyn System, request: &'a Request<'a>) -> Discovery<'a> {
        Discovery {
            files,
            system,
            request,
            loaded: Loaded::default(),
            project: project_root(system, &request.current_dir, &request.paths, request.sysroot.as_deref()),
            images: Images::default(),
            composed: false,
            containers: false,
            marks: Marks::default(),
        }
    }

    pub fn run(mut self) -> Loaded {
        let sysroot = self.request.sysroot.as_deref().map(|root| absolute(&self.request.current_dir, root));
        let named = self.named(sysroot.as_deref());
        if self.request.as_reader.is_some() && self.request.paths.is_empty() {
            self.problem("`--as` says how a file is read: name the file", None);
            return self.loaded;
        }
        if named.is_empty() && !self.request.paths.is_empty() {
            return self.loaded;
        }
        if let Some(root) = sysroot {
            self.system_root(&root, &named);
        } else if !self.request.whole && named.iter().any(|named| named.main.is_some()) {
            self.named_main_files(&named);
        } else {
            self.project_files(&named);
        }
        self.loaded.skipped.sort();
        self.loaded.skipped.dedup();
        self.loaded
    }

    pub fn problem(&mut self, message: impl Into<String>, path: Option<&Path>) {
        self.loaded.problems.push(Problem { message: message.into(), path: path.map(Path::to_owned) });
    }

    /// The PATHs that exist, each with what it is.
    fn named(&mut self, sysroot: Option<&Path>) -> Vec<Named> {
        let request = self.request;
        let paths: Vec<PathBuf> = request.paths.iter().map(|path| self.locate(path, sysroot)).collect();
        paths.into_iter().filter_map(|path| self.name(path)).collect()
    }

    /// A PATH as a path of this machine. With a system root it may also be a path on that host.
    fn locate(&self, path: &Path, sysroot: Option<&Path>) -> PathBuf {
        let local = absolute(&self.request.current_dir, path);
        let Some(root) = sysroot else { return local };
        if local.starts_with(root) && self.system.metadata(&local).is_ok() {
            return local;
        }
        let on_host = absolute(root, path.strip_prefix("/").unwrap_or(path));
        let inside = on_host.starts_with(root) && self.system.metadata(&on_host).is_ok();
        if inside { on_host } else { local }
    }

    fn name(&mut self, path: PathBuf) -> Option<Named> {
        if let Err(error) = self.system.metadata(&path) {
            self.problem(error.message, Some(&path));
            return None;
        }
        let folder = is_folder(self.system, &path);
        if folder && self.request.as_reader.is_some() {
            self.problem("`--as` says how a file is read, and this is a folder", Some(&path));
            return None;
        }
        if folder {
            return Some(Named { path, folder, main: None, part: None });
        }
        let read = match self.request.as_reader {
            // It will be read in any case, so that it may take its place in the table at once.
            Some(_) => self.files.load(&path).map(|file| Arc::clone(&self.files.get(file).text)),
            None => self.system.read(&path).map(Arc::from),
        };
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(error) => {
                self.problem(error.message, Some(&path));
                return None;
            }
        };
        let (main, part) = match self.request.as_reader {
            Some(kind) => (Some(kind), None),
            None => match claim(&path, &bytes) {
                Claim::Main(kind) | Claim::Fragment(kind @ As::Htaccess) => (Some(kind), None),
                Claim::Fragment(kind) => (None, Some(kind)),
                Claim::Not(reason) => {
                    self.loaded.skipped.push(Skipped { path: path.clone(), reason });
                    (None, None)
                }
            },
        };
        self.note_marks(&bytes);
        Some(Named { path, folder, main, part })
    }

    /// A named main file switches the search off; other files that are named are judged as fragments beside it.
    fn named_main_files(&mut self, named: &[Named]) {
        let mut claimed = Vec::new();
        let mut on_hosts: BTreeMap<PathBuf, Vec<(As, PathBuf)>> = BTreeMap::new();
        for file in named {
            let Some(kind) = file.main.or(file.part) else { continue };
            let main = file.main.is_some();
            match self.enclosing_root(&file.path) {
                Some(root) if main => on_hosts.entry(root).or_default().push((kind, file.path.clone())),
                _ => claimed.push(Claimed { path: file.path.clone(), reader: kind, main }),
            }
        }
        for (root, mains) in on_hosts {
            self.machine_with(&root, &mains);
        }
        self.views(claimed, true);
        if named.iter().any(|named| named.folder) {
            self.loaded.filters = paths(named);
        }
    }

    /// Nothing that is named is a main file: everything is searched, and what is named filters.
    fn project_files(&mut self, named: &[Named]) {
        let mut host_roots = BTreeSet::new();
        let whole = self.request.whole;
        let mut searched = named.is_empty() || whole;
        for named in named {
            match self.enclosing_root(&named.path) {
                Some(root) => {
                    host_roots.insert(root);
                }
                None => searched = true,
            }
        }
        let tables: Vec<PathBuf> = self.tables().iter().filter_map(|table| table.root.clone()).collect();
        if searched {
            let found = self.search(named);
            let wanted = |root: &PathBuf| {
                named.is_empty() || whole || named.iter().any(|named| root.starts_with(&named.path))
            };
            host_roots.extend(found.host_roots.iter().filter(|root| wanted(root)).cloned());
            host_roots.extend(tables.iter().cloned());
            let claimed = self.claim_all(found, named, &tables);
            self.machines(&host_roots);
            self.views(claimed, false);
        } else {
            self.machines(&host_roots);
        }
        self.loaded.filters = self.filters(named);
    }

    /// What limits the findings that are shown. Of settings that were changed nobody knows what they touch.
    pub fn filters(&self, named: &[Named]) -> Vec<PathBuf> {
        let settings = |named: &Named| named.path.file_name() == Some(OsStr::new(settings::SETTINGS_NAME));
        if self.request.whole && named.iter().any(settings) { Vec::new() } else { paths(named) }
    }

    fn search(&mut self, named: &[Named]) -> Found {
        let paths = paths(named);
        let request = self.request;
        let mut found = walk(self.system, &self.project, request.settings, request.file_cap, &paths);
        self.images = Images::read(self.system, &found.dockerfiles);
        self.composed = !found.composers.is_empty();
        self.containers = self.composed || !found.dockerfiles.is_empty();
        self.loaded.problems.append(&mut found.problems);
        self.loaded.skipped.append(&mut found.skipped);
        self.loaded.front_ends.append(&mut found.front_ends);
        found
    }

    /// Whose each file is that was found or named. Files below `elsewhere` belong to hosts of the settings.
    fn claim_all(&mut self, found: Found, named: &[Named], elsewhere: &[PathBuf]) -> Vec<Claimed> {
        let known: HashSet<PathBuf> = named.iter().map(|named| named.path.clone()).collect();
        let mut claimed = Vec::new();
        for named in named {
            if let (Some(reader), None) = (named.main.or(named.part), self.enclosing_root(&named.path)) {
                let main = named.main.is_some_and(|kind| kind != As::Htaccess);
                claimed.push(Claimed { path: named.path.clone(), reader, main });
            }
        }
        for path in found.files {
            if known.contains(&path) || elsewhere.iter().any(|root| path.starts_with(root)) {
                continue;
            }
            match self.look(&path) {
                Ok(Claim::Main(reader)) => claimed.push(Claimed { path, reader, main: true }),
                Ok(Claim::Fragment(reader)) => claimed.push(Claimed { path, reader, main: false }),
                Ok(Claim::Not(reason)) | Err(reason) => self.loaded.skipped.push(Skipped { path, reason }),
            }
        }
        claimed
    }

    fn look(&mut self, path: &Path) -> Result<Claim, SkipReason> {
        let metadata = self.system.metadata(path).map_err(|_| SkipReason::Unreadable)?;
        if metadata.len > MAX_SEARCHED {
            return Err(SkipReason::TooLarge);
        }
        let bytes = self.system.read(path).map_err(|_| SkipReason::Unreadable)?;
        let claim = claim(path, &bytes);
        if !matches!(claim, Claim::Not(_)) {
            self.note_marks(&bytes);
        }
        Ok(claim)
    }

    fn note_marks(&mut self, bytes: &[u8]) {
        let found = Marks::of(bytes);
        self.marks =
            Marks { rocky: self.marks.rocky || found.rocky, debian: self.marks.debian || found.debian };
    }

    /// The host root that holds a path, or that it is: not the machine's own `/`, unless that is named itself. Where
    /// the host root is also the project, only its system folders are the host's.
    fn enclosing_root(&self, path: &Path) -> Option<PathBuf> {
        let above = path.ancestors().filter(|folder| *folder == path || folder.parent().is_some());
        let mut roots = above.filter(|folder| roots::is_host_root(self.system, folder));
        let root = roots.next()?;
        let first = path.strip_prefix(root).ok()?.components().next();
        let elsewhere = first.is_some_and(|first| !is_system_folder(Path::new(&first)));
        if root == self.project && elsewhere { None } else { Some(root.to_owned()) }
    }
}

pub(super) fn paths(named: &[Named]) -> Vec<PathBuf> {
    named.iter().map(|named| named.path.clone()).collect()
}

fn memmem(text: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(text, wanted).is_some()
}
