//! From the files of a project to the hosts that they describe.
//!
//! In: claimed files. Out: plans of views: which folder lies where, and which file is a main file. All files are one
//! host unless two of them claim one place; then each place is given once per host, and every other file goes to
//! the host whose files lie nearest. Invariant: no view has two folders at one place or two main files in one role.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::places::{Homes, Placed, place};
use super::{As, Claimed};
use crate::{HostPath, Mount, native};

/// Where a view shows the whole project, so that every file of it has a path on its host.
const PROJECT: &str = "/project";

/// How many views that have files near a file are asked for a free place; more would be a project of copies.
const MAX_NEAR: usize = 64;

/// A view to be made.
#[derive(Default, Debug)]
pub(super) struct Plan {
    /// The folder whose files it was begun with.
    pub folder: PathBuf,
    /// What lies where.
    pub mounts: BTreeMap<HostPath, PathBuf>,
    /// Its files.
    pub files: Vec<Claimed>,
    slots: BTreeSet<(As, HostPath)>,
}

impl Plan {
    /// A view that already has these mounts.
    pub fn with_mounts(folder: &Path, mounts: impl IntoIterator<Item = Mount>) -> Plan {
        let mounts = mounts.into_iter().map(|mount| (mount.at, mount.local)).collect();
        Plan { folder: folder.to_owned(), mounts, ..Plan::default() }
    }

    fn has_room(&self, placed: &Placed) -> bool {
        let free = |mount: &Mount| self.mounts.get(&mount.at).is_none_or(|local| *local == mount.local);
        placed.mounts.iter().all(free) && placed.slot.as_ref().is_none_or(|slot| !self.slots.contains(slot))
    }

    /// Takes a file; a place that is taken already stays as it is.
    fn take(&mut self, file: Claimed, placed: Placed) {
        for mount in placed.mounts {
            self.mounts.entry(mount.at).or_insert(mount.local);
        }
        self.slots.extend(placed.slot);
        self.files.push(file);
    }

    /// The mounts of the view, with the whole project for what nothing else holds.
    pub fn all_mounts(&self, project: &Path) -> Vec<Mount> {
        let mut mounts = self.mounts.clone();
        mounts.entry(HostPath::new(PROJECT)).or_insert_with(|| project.to_owned());
        mounts.into_iter().map(|(at, local)| Mount { at, local }).collect()
    }

    /// The path of a file on the view's host: through the nearest folder, and of two of them through the one at
    /// which its daemon looks. That a folder is also seen under its own name is the last resort.
    pub fn host_path(&self, project: &Path, file: &Claimed) -> HostPath {
        let own = |at: &HostPath| is_place_of(file.reader, at);
        let moved = |at: &HostPath, local: &Path| at.as_bytes() != native::slashed(local);
        let holding = self.mounts.iter().filter(|(_, local)| file.path.starts_with(local));
        let best = holding.max_by_key(|(at, local)| (moved(at, local), own(at), local.components().count()));
        let (at, local) = best.map_or((HostPath::new(PROJECT), project), |(at, local)| (at.clone(), local));
        let rest = file.path.strip_prefix(local).unwrap_or(&file.path);
        at.join(&native::slashed(rest))
    }
}

/// Whether a daemon reads its files from a place.
fn is_place_of(reader: As, at: &HostPath) -> bool {
    let has = |wanted: &[u8]| at.parts().any(|part| part == wanted);
    match reader {
        As::Nginx => has(b"nginx"),
        As::Apache | As::Htaccess => has(b"httpd") || has(b"apache2"),
        As::PhpFpm => has(b"php-fpm.d") || has(b"pool.d") || has(b"php-fpm.conf"),
        As::PhpIni => has(b"conf.d") || has(b"php.d") || has(b"php.ini"),
    }
}

/// Plans the views of a project. `fixed` are those that the settings describe: a file goes to the one whose folders
/// hold it, and where there is only one it takes every file that it has room for.
pub(super) fn plan(project: &Path, files: Vec<Claimed>, profile: &str, fixed: Vec<Plan>) -> Vec<Plan> {
    let homes = Homes::new(project, &files);
    let mut placed: Vec<Placed> = files.iter().map(|file| place(file, profile, &homes)).collect();
    let alone = fixed.len() == 1;
    let fixed_count = fixed.len();
    let mut planner = Planner { plans: fixed, near: HashMap::new(), project, alone };
    let mut order: Vec<usize> = (0..files.len()).collect();
    // Main files first: the other files follow them.
    order.sort_by(|a, b| key(&files, *a).cmp(&key(&files, *b)));
    let mut files: Vec<Option<Claimed>> = files.into_iter().map(Some).collect();
    for at in order {
        let file = files.get_mut(at).and_then(Option::take);
        let here = placed.get_mut(at).map(std::mem::take);
        if let (Some(file), Some(here)) = (file, here) {
            planner.add(file, here, fixed_count);
        }
    }
    planner.plans
}

fn key(files: &[Claimed], at: usize) -> Option<(bool, &Path)> {
    files.get(at).map(|file| (!file.main, file.path.as_path()))
}

struct Planner<'a> {
    plans: Vec<Plan>,
    /// The views that have files in a folder or below it.
    near: HashMap<PathBuf, Vec<usize>>,
    project: &'a Path,
    alone: bool,
}

impl Planner<'_> {
    fn add(&mut self, file: Claimed, placed: Placed, fixed: usize) {
        let folder = file.path.parent().unwrap_or(self.project).to_owned();
        let at = self.holder(&file, fixed).or_else(|| self.nearest(&folder, &placed));
        let at = at.unwrap_or_else(|| {
            self.plans.push(Plan { folder: folder.clone(), ..Plan::default() });
            self.plans.len() - 1
        });
        for above in folder.ancestors().take_while(|above| above.starts_with(self.project)) {
            let near = self.near.entry(above.to_owned()).or_default();
            if near.last() != Some(&at) && near.len() < MAX_NEAR {
                near.push(at);
            }
        }
        if let Some(plan) = self.plans.get_mut(at) {
            plan.take(file, placed);
        }
    }

    /// The view of the settings that says where the file lies.
    fn holder(&self, file: &Claimed, fixed: usize) -> Option<usize> {
        let plans = self.plans.iter().take(fixed).enumerate();
        let depth = |plan: &Plan| {
            let holding = plan.mounts.values().filter(|local| file.path.starts_with(local));
            holding.map(|local| local.components().count()).max()
        };
        let holding = plans.filter_map(|(at, plan)| Some((depth(plan)?, std::cmp::Reverse(at))));
        holding.max().map(|(_, at)| at.0)
    }

    /// The view with room whose files lie nearest.
    fn nearest(&self, folder: &Path, placed: &Placed) -> Option<usize> {
        let has_room = |at: &usize| self.plans.get(*at).is_some_and(|plan| plan.has_room(placed));
        let near = folder.ancestors().take_while(|above| above.starts_with(self.project));
        let near = near.filter_map(|above| self.near.get(above)).flatten().copied();
        let first = self.alone.then_some(0).filter(has_room);
        first.or_else(|| near.take(MAX_NEAR * 4).find(has_room))
    }
}
