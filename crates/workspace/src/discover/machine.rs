//! Hosts whose file system lies in one folder: `--sysroot`, and folders laid out like a machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::project::{Discovery, Named, paths};
use super::version::version_hint;
use super::{As, Root, SkipReason, Skipped, roots};
use crate::{Host, HostPath, HostTable, Lookup, MainFile, Profile, Topology, native, profile};

impl Discovery<'_> {
    /// Every host that the settings describe.
    pub fn tables(&self) -> Vec<HostTable> {
        let values = &self.request.settings.values;
        values.host.iter().chain(&values.hosts).cloned().collect()
    }

    /// Loads the host of `--sysroot`.
    pub fn system_root(&mut self, root: &Path, named: &[Named]) {
        if let Err(error) = self.system.read_dir(root) {
            self.problem(error.message, Some(root));
            return;
        }
        let mains: Vec<(As, PathBuf)> =
            named.iter().filter_map(|named| Some((named.main?, named.path.clone()))).collect();
        let host = self.add_machine(root, true);
        if mains.is_empty() || self.request.whole {
            self.add_main_files(host, root);
            if self.loaded.roots.is_empty() {
                self.problem("no main file of php-fpm, nginx or Apache httpd was found in it", Some(root));
            }
            self.loaded.filters = self.filters(named);
            return;
        }
        self.add_named(host, &mains);
        if named.iter().any(|named| named.folder) {
            self.loaded.filters = paths(named);
        }
        for part in named.iter().filter(|named| named.part.is_some()) {
            self.loaded.skipped.push(Skipped { path: part.path.clone(), reason: SkipReason::NotReached });
        }
    }

    /// Loads host roots that were found or that hold what is named.
    pub fn machines(&mut self, host_roots: &BTreeSet<PathBuf>) {
        for root in host_roots {
            let whole = self.is_whole(root);
            let host = self.add_machine(root, whole);
            self.add_main_files(host, root);
        }
    }

    /// Loads a host root with the main files that are named in it, and no others.
    pub fn machine_with(&mut self, root: &Path, mains: &[(As, PathBuf)]) {
        let whole = self.is_whole(root);
        let host = self.add_machine(root, whole);
        self.add_named(host, mains);
    }

    /// What the settings call a host's root holds all of it; any other folder must show that it does.
    fn is_whole(&self, root: &Path) -> bool {
        let said = self.tables().iter().any(|table| table.root.as_deref() == Some(root));
        said || roots::is_whole(self.system, root)
    }

    fn add_machine(&mut self, root: &Path, whole: bool) -> usize {
        let table = self.table_of(root);
        let name = table.as_ref().and_then(|table| table.name.clone()).unwrap_or_else(|| name_of(root));
        let profile = self.machine_profile(root, table.as_ref());
        let name = self.unique(&name);
        let host = Host::sysroot(Arc::clone(self.files), &name, root, profile);
        let host = if whole { host } else { host.partial() };
        let topology = if self.composed && !whole { Topology::Unknown } else { Topology::Known };
        let host = host.with_memory(table.and_then(|table| table.memory)).with_topology(topology);
        self.loaded.hosts.push(Arc::new(host));
        self.loaded.hosts.len() - 1
    }

    /// The settings of a host root: the table that names it, or the only one if it names no root.
    fn table_of(&self, root: &Path) -> Option<HostTable> {
        let tables = self.tables();
        let named = tables.iter().find(|table| table.root.as_deref() == Some(root)).cloned();
        let alone = tables.first().filter(|table| tables.len() == 1 && table.root.is_none());
        named.or_else(|| alone.cloned())
    }

    /// The profile that is asked for, else the one that the host's own files show.
    fn machine_profile(&self, root: &Path, table: Option<&HostTable>) -> &'static Profile {
        let values = &self.request.settings.values;
        let said = table.and_then(|table| table.profile.as_deref()).or(values.profile.as_deref());
        let asked = self.request.profile.or_else(|| said.and_then(profile));
        asked.or_else(|| self.shown_profile(root)).unwrap_or_else(generic)
    }

    fn shown_profile(&self, root: &Path) -> Option<&'static Profile> {
        let plain = Host::sysroot(Arc::clone(self.files), "", root, generic());
        if roots::is_official_image(&plain) {
            return profile("docker");
        }
        let releases = ["/etc/os-release", "/usr/lib/os-release"];
        let release = releases.into_iter().find_map(|path| plain.open(&HostPath::new(path)).found());
        // What a system says of itself is so, even if no profile describes it: Alpine's folders have Debian's names.
        if let Some(file) = release {
            return crate::infer_from_os_release(&self.files.get(file).text);
        }
        let mut mains = roots::main_files(&plain).into_iter();
        mains.find_map(|(_, path)| crate::infer_from_path(&path))
    }

    /// The main files that the settings name for the host, and for every other daemon those found in it.
    fn add_main_files(&mut self, host: usize, root: &Path) {
        let Some(handle) = self.loaded.hosts.get(host).cloned() else { return };
        let table = self.table_of(root).unwrap_or_default();
        let mut said = BTreeSet::new();
        for (kind, place) in main_files_of(&table) {
            said.insert(kind);
            match place {
                MainFile::OnHost(path) => self.add_root(host, kind, HostPath::new(path), true),
                MainFile::Local(local) => match handle.host_path_of(&local) {
                    Some(path) => self.add_root(host, kind, path, true),
                    None => self.problem(
                        "the settings call this a host's main file, but it lies outside the host's root",
                        Some(&local),
                    ),
                },
            }
        }
        for (kind, path) in roots::main_files(&handle) {
            if !said.contains(&kind) {
                self.add_root(host, kind, path, false);
            }
        }
    }

    fn add_named(&mut self, host: usize, mains: &[(As, PathBuf)]) {
        let Some(handle) = self.loaded.hosts.get(host).cloned() else { return };
        for (kind, local) in mains {
            match handle.host_path_of(local) {
                Some(path) => self.add_root(host, *kind, path, true),
                None => self.problem("lies outside the system root", Some(local)),
            }
        }
    }

    /// Adds a main file of a host, once. One that was asked for must be there.
    pub fn add_root(&mut self, host: usize, kind: As, path: HostPath, asked: bool) {
        let Some(handle) = self.loaded.hosts.get(host).cloned() else { return };
        let local = || handle.local(&path).unwrap_or_else(|| native::below(Path::new("/"), path.as_bytes()));
        match handle.open(&path) {
            Lookup::Found(main) if !self.files.get(main).stock => {
                let known = |root: &Root| root.host == host && root.kind == kind && root.main == main;
                if !self.loaded.roots.iter().any(known) {
                    let hint = version_hint(&native::below(Path::new("/"), path.as_bytes()));
                    let version_hint = hint.or_else(|| self.images.version_for(&self.files.get(main).path));
                    self.loaded.roots.push(Root { host, kind, main, path, version_hint });
                }
            }
            Lookup::Failed(error) => self.problem(error.message, Some(&local())),
            _ if asked => self.problem("there is no such main file on the host", Some(&local())),
            _ => {}
        }
    }

    /// A name that no other host has.
    pub fn unique(&self, name: &str) -> String {
        let taken = |name: &str| self.loaded.hosts.iter().any(|host| &*host.name == name);
        if !taken(name) {
            return name.to_owned();
        }
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        numbered.take(self.loaded.hosts.len() + 1).find(|name| !taken(name)).unwrap_or_default()
    }
}

/// The main files that a table of the settings names.
pub(super) fn main_files_of(table: &HostTable) -> Vec<(As, MainFile)> {
    let lists = [
        (As::PhpFpm, &table.php_fpm),
        (As::PhpIni, &table.php_ini),
        (As::Nginx, &table.nginx),
        (As::Apache, &table.apache),
    ];
    lists.into_iter().flat_map(|(kind, files)| files.iter().map(move |file| (kind, file.clone()))).collect()
}

/// What a host is called that nobody named: as its folder.
pub(super) fn name_of(folder: &Path) -> String {
    folder.file_name().map_or_else(|| "host".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The profile that says nothing about any distribution.
pub(super) fn generic() -> &'static Profile {
    profile("generic").unwrap_or_else(|| crate::profiles::ALL[0])
}
