//! The search of a project: every file that may be configuration, and every folder that is a host's root.
//!
//! In: a folder. Out: paths in a fixed order. Links are not followed, `.gitignore` files count as they do for git,
//! packages of other tools are skipped, and a cap bounds the work. What the command line names is visited even where
//! it is ignored.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::shape::{is_candidate, lower_name};
use super::{Problem, SkipReason, Skipped, roots};
use crate::{FileKind, Settings, System, native};

/// How many entries of folders are looked at for each file that may be taken.
const ENTRIES_PER_FILE: usize = 50;

/// Folders that never hold a project's own configuration.
const SKIPPED_FOLDERS: &[&str] =
    &[".git", ".hg", ".svn", "vendor", "node_modules", "bower_components", ".terraform"];

/// What of a host's root is the host's where the root is also the project's.
const SYSTEM_FOLDERS: &[&str] = &[
    "etc", "usr", "opt", "var", "lib", "lib64", "bin", "sbin", "run", "proc", "sys", "dev", "root", "home",
    "boot",
];

/// What a search found.
#[derive(Default, Debug)]
pub(super) struct Found {
    /// Files that may be configuration.
    pub files: Vec<PathBuf>,
    /// Folders that are hosts' roots; nothing below them is in `files`.
    pub host_roots: Vec<PathBuf>,
    /// Files and folders that the settings exclude.
    pub skipped: Vec<Skipped>,
    /// Folders that cannot be read, and the cap where it was reached.
    pub problems: Vec<Problem>,
    /// Files of tools that start several containers or machines.
    pub composers: Vec<PathBuf>,
    /// Dockerfiles.
    pub dockerfiles: Vec<PathBuf>,
    /// Configuration of front ends that are not read here.
    pub front_ends: Vec<PathBuf>,
}

/// Searches `root`. `named` are the absolute paths of the command line.
pub(super) fn walk(
    system: &dyn System,
    root: &Path,
    settings: &Settings,
    cap: usize,
    named: &[PathBuf],
) -> Found {
    let above = named.iter().flat_map(|path| path.ancestors()).collect();
    let named = named.iter().map(PathBuf::as_path).filter(|path| *path != root).collect();
    let walker = Walker { system, settings, cap, named, above, root, found: Found::default(), entries: 0 };
    walker.run()
}

struct Walker<'a> {
    system: &'a dyn System,
    settings: &'a Settings,
    cap: usize,
    /// What is named, but for the root itself.
    named: HashSet<&'a Path>,
    /// What is named, and the folders above that.
    above: HashSet<&'a Path>,
    root: &'a Path,
    found: Found,
    entries: usize,
}

/// A folder to be searched.
struct Below {
    folder: PathBuf,
    ignores: Option<Rc<Ignores>>,
    /// It is named or lies in a folder that is named: nothing in it is ignored.
    named: bool,
}

/// The `.gitignore` of one folder, and those of the folders above it.
struct Ignores {
    own: Gitignore,
    above: Option<Rc<Ignores>>,
}

impl Ignores {
    /// The nearest file that says anything about the path decides.
    fn ignores(&self, path: &Path, is_folder: bool) -> bool {
        let mut level = Some(self);
        while let Some(here) = level {
            let answer = here.own.matched(path, is_folder);
            if !answer.is_none() {
                return answer.is_ignore();
            }
            level = here.above.as_deref();
        }
        false
    }
}

impl Walker<'_> {
    fn run(mut self) -> Found {
        let mut folders =
            vec![Below { folder: self.root.to_owned(), ignores: self.ignores_above(), named: false }];
        while let Some(folder) = folders.pop() {
            let below = self.folder(folder);
            folders.extend(below.into_iter().rev());
            if self.is_full() {
                let message = format!("more than {} files: the rest of the project is not read", self.cap);
                self.found.problems.push(Problem { message, path: Some(self.root.to_owned()) });
                break;
            }
        }
        self.found
    }

    fn is_full(&self) -> bool {
        self.found.files.len() > self.cap || self.entries > self.cap.saturating_mul(ENTRIES_PER_FILE)
    }

    /// The ignore files between the git top and the root of the search.
    fn ignores_above(&self) -> Option<Rc<Ignores>> {
        let top = git_top(self.system, self.root)?;
        let between = self.root.ancestors().skip(1).take_while(|folder| folder.starts_with(&top));
        let mut folders: Vec<&Path> = between.collect();
        folders.reverse();
        folders.into_iter().fold(None, |above, folder| self.ignores_of(folder, above))
    }

    fn ignores_of(&self, folder: &Path, above: Option<Rc<Ignores>>) -> Option<Rc<Ignores>> {
        let Ok(bytes) = self.system.read(&folder.join(".gitignore")) else { return above };
        let mut builder = GitignoreBuilder::new(folder);
        for line in String::from_utf8_lossy(&bytes).lines() {
            // A line that is no pattern ignores nothing, as for git.
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(own) => Some(Rc::new(Ignores { own, above })),
            Err(_) => above,
        }
    }

    /// Looks at one folder; gives the folders below it that are to be searched.
    fn folder(&mut self, this: Below) -> Vec<Below> {
        let Below { folder, ignores: above, named } = this;
        let folder = folder.as_path();
        let mut entries = match self.system.read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => {
                self.found.problems.push(Problem { message: error.message, path: Some(folder.to_owned()) });
                return Vec::new();
            }
        };
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        let has = |name: &str| entries.iter().any(|entry| entry.name == name.as_bytes());
        let ignores = if has(".gitignore") { self.ignores_of(folder, above) } else { above };
        let is_host = has("etc") && roots::is_host_root(self.system, folder);
        if is_host {
            self.found.host_roots.push(folder.to_owned());
        }
        if is_host && folder != self.root {
            return Vec::new();
        }
        let mut below = Vec::new();
        for entry in entries {
            self.entries += 1;
            if self.is_full() {
                break;
            }
            let path = folder.join(native::name(&entry.name));
            let is_folder = entry.kind == FileKind::Directory;
            let named = named || self.named.contains(path.as_path());
            if !self.is_wanted(&path, is_folder, if named { None } else { ignores.as_deref() }) {
                continue;
            }
            match entry.kind {
                FileKind::Directory if is_host && is_system_folder(&path) => {}
                FileKind::Directory => below.push(Below { folder: path, ignores: ignores.clone(), named }),
                FileKind::File => self.file(path),
                _ => {}
            }
        }
        below
    }

    fn is_wanted(&mut self, path: &Path, is_folder: bool, ignores: Option<&Ignores>) -> bool {
        if self.above.contains(path) {
            return true;
        }
        if self.settings.is_excluded(path) {
            let worth_saying = is_folder || is_candidate(path);
            if worth_saying {
                self.found.skipped.push(Skipped { path: path.to_owned(), reason: SkipReason::Excluded });
            }
            return false;
        }
        if is_folder && SKIPPED_FOLDERS.contains(&lower_name(path).as_str()) {
            return false;
        }
        !ignores.is_some_and(|ignores| ignores.ignores(path, is_folder))
    }

    fn file(&mut self, path: PathBuf) {
        let name = lower_name(&path);
        if is_compose(&name) {
            self.found.composers.push(path);
        } else if name.starts_with("dockerfile") || name.ends_with(".dockerfile") || name == "containerfile" {
            self.found.dockerfiles.push(path);
        } else if is_front_end(&name) {
            self.found.front_ends.push(path);
        } else if is_candidate(&path) {
            self.found.files.push(path);
        }
    }
}

pub(super) fn is_system_folder(path: &Path) -> bool {
    SYSTEM_FOLDERS.contains(&lower_name(path).as_str())
}

fn is_compose(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml")) else { return false };
    stem == "compose" || stem.starts_with("compose.") || stem.starts_with("docker-compose")
}

/// Other programs that hand requests to php-fpm: the project has them, but what they say is not known.
fn is_front_end(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "caddyfile",
        "haproxy.cfg",
        "lighttpd.conf",
        "traefik.yml",
        "traefik.yaml",
        "traefik.toml",
        "chart.yaml",
        "kustomization.yaml",
    ];
    NAMES.contains(&name)
}

/// The nearest folder upwards that is the top of a git work tree.
pub(super) fn git_top(system: &dyn System, start: &Path) -> Option<PathBuf> {
    let mut folders = start.ancestors();
    folders.find(|folder| system.metadata(&folder.join(".git")).is_ok()).map(Path::to_owned)
}
