//! Accounts: who may do what on a host.
//!
//! In: `/etc/passwd` and `/etc/group` of the host, else what its profile's packages make. Out: users and groups by
//! name and number. Invariant: an account is said to be absent only where the files of the host were read and no
//! directory service adds to them.

use rustc_hash::FxHashMap;

use crate::host::{Host, Lookup};
use crate::path::HostPath;

mod parse;

/// The accounts of a host.
#[derive(Clone, Default, Debug)]
pub struct Users {
    /// Whether both files of the host were read, so that an account that is not found does not exist.
    pub complete: bool,
    users: Vec<User>,
    groups: Vec<Group>,
    users_complete: bool,
    groups_complete: bool,
    user_names: FxHashMap<Vec<u8>, usize>,
    group_names: FxHashMap<Vec<u8>, usize>,
}

/// A user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// Its name.
    pub name: Vec<u8>,
    /// Its number; none where a package picks one at installation. Numbers alone are comparable across hosts.
    pub uid: Option<u32>,
    /// The number of its primary group; none as for `uid`.
    pub gid: Option<u32>,
    /// The name of its primary group; none where no group has that number.
    pub group: Option<Vec<u8>>,
    /// Its home folder.
    pub home: Vec<u8>,
}

/// A group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Its name.
    pub name: Vec<u8>,
    /// Its number; none where a package picks one at installation.
    pub gid: Option<u32>,
    /// The names of the users that it is a supplementary group of.
    pub members: Vec<Vec<u8>>,
}

impl Users {
    /// Accounts as given; each of two lists is said to be complete or not. The first of several with the same name
    /// counts.
    pub fn new(users: Vec<User>, users_complete: bool, groups: Vec<Group>, groups_complete: bool) -> Users {
        let mut user_names = FxHashMap::default();
        for (index, user) in users.iter().enumerate() {
            user_names.entry(user.name.clone()).or_insert(index);
        }
        let mut group_names = FxHashMap::default();
        for (index, group) in groups.iter().enumerate() {
            group_names.entry(group.name.clone()).or_insert(index);
        }
        let complete = users_complete && groups_complete;
        Users { complete, users, groups, users_complete, groups_complete, user_names, group_names }
    }

    /// Reads the texts of `/etc/passwd` and, where there is one, `/etc/group`. Lines that name no account are
    /// skipped, as the C library does.
    pub fn parse(passwd: &[u8], group: Option<&[u8]>) -> Users {
        let groups = group.map(parse::groups).unwrap_or_default();
        Users::new(parse::users(passwd, &groups), true, groups, group.is_some())
    }

    /// Every user.
    pub fn users(&self) -> &[User] {
        &self.users
    }

    /// Every group.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The user of a name.
    pub fn user(&self, name: &[u8]) -> Lookup<&User> {
        match self.user_names.get(name).and_then(|index| self.users.get(*index)) {
            Some(user) => Lookup::Found(user),
            None if self.users_complete => Lookup::Absent,
            None => Lookup::Unknown,
        }
    }

    /// The group of a name.
    pub fn group(&self, name: &[u8]) -> Lookup<&Group> {
        match self.group_names.get(name).and_then(|index| self.groups.get(*index)) {
            Some(group) => Lookup::Found(group),
            None if self.groups_complete => Lookup::Absent,
            None => Lookup::Unknown,
        }
    }

    /// The first user of a number, where it is known.
    pub fn user_by_id(&self, uid: u32) -> Option<&User> {
        self.users.iter().find(|user| user.uid == Some(uid))
    }

    /// The first group of a number, where it is known.
    pub fn group_by_id(&self, gid: u32) -> Option<&Group> {
        self.groups.iter().find(|group| group.gid == Some(gid))
    }

    /// The numbers of a user's groups that are known: the primary one first, then the supplementary ones.
    pub fn groups_of(&self, user: &User) -> Vec<u32> {
        let mut numbers: Vec<u32> = user.gid.into_iter().collect();
        for gid in self.supplementary_groups(&user.name).filter_map(|group| group.gid) {
            if !numbers.contains(&gid) {
                numbers.push(gid);
            }
        }
        numbers
    }

    /// The groups that list a user as a member; they need not have known numbers.
    pub fn supplementary_groups<'a>(&'a self, user: &'a [u8]) -> impl Iterator<Item = &'a Group> {
        self.groups.iter().filter(move |group| group.members.iter().any(|member| member == user))
    }
}

/// The accounts of a host: its own, else those of its profile.
pub(crate) fn of_host(host: &Host) -> Users {
    let text = |path: &str| host.open(&HostPath::new(path)).found().map(|file| host.files().get(file));
    let own = |path: &str| text(path).filter(|file| !file.stock);
    let Some(passwd) = own("/etc/passwd") else { return host.profile.users() };
    let group = own("/etc/group");
    let mut users = Users::parse(&passwd.text, group.as_deref().map(|file| &*file.text));
    let sssd = !matches!(host.kind(&HostPath::new("/etc/sssd/sssd.conf")), Lookup::Absent | Lookup::Unknown);
    let sources = own("/etc/nsswitch.conf");
    let others =
        |database| sources.as_ref().is_some_and(|file| parse::has_other_source(&file.text, database, sssd));
    users.users_complete &= !others(b"passwd");
    users.groups_complete &= !others(b"group");
    users.complete = users.users_complete && users.groups_complete;
    users
}

#[cfg(test)]
mod tests;
