//! Hosts put together from the files of a project.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::machine::{generic, main_files_of, name_of};
use super::project::Discovery;
use super::version::version_hint;
use super::view::{Plan, plan};
use super::{As, Claimed, Fragment, Root};
use crate::{
    FileKind, Host, HostKind, HostPath, HostTable, MainFile, Mount, Profile, Topology, native, profile,
};

impl Discovery<'_> {
    /// Makes the views of a project. `named`: its main files were named, so that nothing was searched.
    pub fn views(&mut self, mut claimed: Vec<Claimed>, named: bool) {
        let tables: Vec<HostTable> = self.tables().into_iter().filter(|table| table.root.is_none()).collect();
        let fixed: Vec<Plan> =
            tables.iter().map(|table| Plan::with_mounts(&self.project, map_of(table))).collect();
        if !named {
            self.claim_main_files(&tables, &fixed, &mut claimed);
        }
        let guessed = self.view_profile(&claimed);
        let plans = plan(&self.project, claimed, guessed.name, fixed);
        let several = plans.iter().filter(|plan| !plan.files.is_empty()).count() > 1;
        for (at, mut plan) in plans.into_iter().enumerate() {
            if plan.files.is_empty() {
                continue;
            }
            self.add_folders_of_mains(&mut plan, named);
            let table = tables.get(at);
            let asked =
                table.and_then(|table| self.request.profile.or(table.profile.as_deref().and_then(profile)));
            let unknown = table.is_none() && (several || self.containers || guessed.container);
            let topology = if unknown { Topology::Unknown } else { Topology::Known };
            self.add_view(&plan, table, asked.unwrap_or(guessed), topology);
        }
    }

    fn add_view(
        &mut self,
        plan: &Plan,
        table: Option<&HostTable>,
        profile: &'static Profile,
        topology: Topology,
    ) {
        let name = table.and_then(|table| table.name.clone()).unwrap_or_else(|| self.view_name(&plan.folder));
        let name = self.unique(&name);
        let mounts = plan.all_mounts(&self.project);
        let host = Host::view(Arc::clone(self.files), &name, profile, mounts);
        let memory = table.and_then(|table| table.memory);
        self.loaded.hosts.push(Arc::new(host.with_memory(memory).with_topology(topology)));
        let host = self.loaded.hosts.len() - 1;
        for file in &plan.files {
            let id = match self.files.load(&file.path) {
                Ok(id) => id,
                Err(error) => {
                    self.problem(error.message, Some(&file.path));
                    continue;
                }
            };
            let path = plan.host_path(&self.project, file);
            let version_hint = version_hint(&file.path).or_else(|| self.images.version_for(&file.path));
            let kind = file.reader;
            if file.main {
                self.loaded.roots.push(Root { host, kind, main: id, path, version_hint });
            } else {
                self.loaded.fragments.push(Fragment { host, kind, file: id, path, version_hint });
            }
        }
    }

    /// The folder that a view was begun with, from the project on; the project's own name for the first one.
    fn view_name(&self, folder: &Path) -> String {
        let inside = folder.strip_prefix(&self.project).unwrap_or(folder);
        let first = !self.loaded.hosts.iter().any(|host| host.kind == HostKind::View);
        if first || inside.as_os_str().is_empty() {
            name_of(&self.project)
        } else {
            inside.display().to_string()
        }
    }

    /// Main files that the settings name are main files whatever they look like.
    fn claim_main_files(&mut self, tables: &[HostTable], fixed: &[Plan], claimed: &mut Vec<Claimed>) {
        for (table, plan) in tables.iter().zip(fixed) {
            for (reader, place) in main_files_of(table) {
                let path = match place {
                    MainFile::Local(path) => path,
                    MainFile::OnHost(on_host) => match local_of(plan, &HostPath::new(&on_host)) {
                        Some(path) => path,
                        None => {
                            let message = format!("the settings say no `map` for the main file `{on_host}`");
                            self.problem(message, self.request.settings.files.first().map(PathBuf::as_path));
                            continue;
                        }
                    },
                };
                claimed.retain(|file| file.path != path || file.reader != reader);
                claimed.push(Claimed { path, reader, main: true });
            }
        }
    }

    /// Folders that the main files of a view usually include from and that lie beside them; and, where the main
    /// file was named, the file's own folder under its own name, so that it may be named absolutely.
    fn add_folders_of_mains(&self, plan: &mut Plan, named: bool) {
        let mains: Vec<(As, PathBuf)> =
            plan.files.iter().filter(|file| file.main).map(|file| (file.reader, file.path.clone())).collect();
        for (kind, path) in mains {
            let Some(folder) = path.parent() else { continue };
            if kind == As::PhpFpm {
                let at =
                    plan.mounts.iter().find(|(_, local)| **local == path).and_then(|(at, _)| at.parent());
                for name in POOL_FOLDERS {
                    let bases =
                        [at.clone(), Some(HostPath::new("/etc")), Some(HostPath::new("/usr/local/etc"))];
                    for base in bases.into_iter().flatten() {
                        self.add_folder(plan, &folder.join(name), base.join(name.as_bytes()));
                    }
                }
            }
            if kind == As::Apache {
                self.add_server_root(plan, &path, folder);
            }
            let own = HostPath::new(native::slashed(folder));
            if named && own != HostPath::root() {
                plan.mounts.entry(own).or_insert_with(|| folder.to_owned());
            }
        }
    }

    fn add_folder(&self, plan: &mut Plan, local: &Path, at: HostPath) {
        let metadata = self.system.metadata(local);
        if metadata.is_ok_and(|metadata| metadata.kind == FileKind::Directory) {
            plan.mounts.entry(at).or_insert_with(|| local.to_owned());
        }
    }

    /// An Apache main file says itself where its folder lies.
    fn add_server_root(&self, plan: &mut Plan, path: &Path, folder: &Path) {
        let Ok(text) = self.system.read(path) else { return };
        let Some(root) = text.split(|byte| *byte == b'\n').find_map(server_root) else { return };
        let below = folder.file_name().is_some_and(|name| name == "conf");
        let base = if below { folder.parent().unwrap_or(folder) } else { folder };
        plan.mounts.entry(root.join(b"conf")).or_insert_with(|| folder.to_owned());
        plan.mounts.entry(root).or_insert_with(|| base.to_owned());
    }

    /// The profile that is asked for, else the one that the project's files show.
    fn view_profile(&self, claimed: &[Claimed]) -> &'static Profile {
        let values = &self.request.settings.values;
        let only = values.host.as_ref().and_then(|table| table.profile.as_deref());
        let said = only.or(values.profile.as_deref()).and_then(profile);
        self.request.profile.or(said).unwrap_or_else(|| self.guessed_profile(claimed))
    }

    fn guessed_profile(&self, claimed: &[Claimed]) -> &'static Profile {
        let inside = |file: &Claimed| file.path.strip_prefix(&self.project).unwrap_or(&file.path).to_owned();
        let has = |part: &str| {
            claimed.iter().any(|file| {
                native::slashed(&inside(file)).windows(part.len()).any(|at| at == part.as_bytes())
            })
        };
        let name = if has("etc/php/") {
            "debian-12"
        } else if self.marks.rocky && has("php-fpm.d/") {
            "rocky-9"
        } else if self.containers || has("docker") {
            "docker"
        } else if self.marks.debian {
            "debian-12"
        } else if self.marks.rocky {
            "rocky-9"
        } else {
            return generic();
        };
        profile(name).unwrap_or_else(generic)
    }
}

/// Folders beside a php-fpm main file that it usually includes.
const POOL_FOLDERS: [&str; 2] = ["php-fpm.d", "pool.d"];

fn map_of(table: &HostTable) -> impl Iterator<Item = Mount> {
    table.map.iter().map(|(at, local)| Mount { at: HostPath::new(at), local: local.clone() })
}

/// Where the map of a view puts a path of its host.
fn local_of(plan: &Plan, path: &HostPath) -> Option<PathBuf> {
    let holding = plan.mounts.iter().filter_map(|(at, local)| Some((path.below(at)?, local)));
    holding.min_by_key(|(rest, _)| rest.len()).map(|(rest, local)| native::below(local, rest))
}

/// The folder of a `ServerRoot` line.
pub(super) fn server_root(line: &[u8]) -> Option<HostPath> {
    let line = line.trim_ascii();
    let (name, value) = line.split_at_checked(b"ServerRoot".len())?;
    let value = value.trim_ascii();
    let value = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
    (name.eq_ignore_ascii_case(b"ServerRoot") && value.starts_with(b"/")).then(|| HostPath::new(value))
}
