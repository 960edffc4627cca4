//! Who may connect to a pool's Unix socket.
//!
//! In: the pool's `listen.*` settings and the web server's identity. Out: granted, denied with the reason, or
//! unknown. The model was measured on php-fpm 8.2.36 with nginx 1.22.1: every row of the recorded truth table
//! follows from it.

use fpmlint_workspace::{Host, HostPath, Lookup, Stat, Users};

/// Permission bits that php-fpm gives a socket by default.
pub const DEFAULT_MODE: u32 = 0o660;

/// The settings that decide, as written. Empty lists count as not set.
#[derive(Clone, Debug, Default)]
pub struct SocketSettings {
    /// `listen.owner`.
    pub owner: Option<Vec<u8>>,
    /// `listen.group`.
    pub group: Option<Vec<u8>>,
    /// `listen.mode`, read as php-fpm reads it; see [`mode_bits`].
    pub mode: Option<u32>,
    /// `listen.acl_users`, split at commas.
    pub acl_users: Vec<Vec<u8>>,
    /// `listen.acl_groups`, split at commas.
    pub acl_groups: Vec<Vec<u8>>,
}

/// The account that a web server's workers run as.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Account {
    /// The user's name, or `#` and a number.
    pub user: Vec<u8>,
    /// The primary group where the configuration names one.
    pub group: Option<Vec<u8>>,
}

/// Which class of permissions decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// The socket's owner.
    Owner,
    /// A member of the socket's group.
    Group,
    /// Everybody else.
    Other,
    /// Nobody whom the ACL names.
    NotInAcl,
}

/// The answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Access {
    /// Connections work.
    Granted,
    /// Connections fail with "Permission denied".
    Denied {
        /// The class of permissions that applied.
        class: Class,
        /// The socket's owner, group and mode, as `ls` shows them.
        socket: String,
        /// False where supplementary groups that we cannot see might let the web server in.
        certain: bool,
    },
    /// It rests on an account that nobody told us.
    Unknown(String),
}

/// The bits of `listen.mode`: `strtoul` in base 8, the last nine bits; anything else is 0000.
pub fn mode_bits(text: &[u8]) -> u32 {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b"+").unwrap_or(text);
    let digits = text.iter().take_while(|byte| (b'0'..=b'7').contains(byte));
    let value = digits.fold(0u64, |value, digit| (value << 3 | u64::from(digit - b'0')) & 0xffff_ffff);
    (value & 0o777) as u32
}

/// A name and what it resolves to.
struct Principal {
    name: Vec<u8>,
    id: Option<u32>,
}

impl Principal {
    /// Whether both are the same account of one host; none where that cannot be told.
    fn is(&self, other: &Principal) -> Option<bool> {
        match (self.id, other.id) {
            (Some(own), Some(other)) => Some(own == other),
            _ if self.name == other.name => Some(true),
            // Two names of which one has no known number: packages give each account a number of its own.
            _ => Some(false),
        }
    }
}

/// Whether `account` may connect to a socket with these settings on a host with these users. The master runs as
/// root.
pub fn access(settings: &SocketSettings, account: &Account, users: &Users) -> Access {
    let user = match find_user(users, &account.user) {
        Ok(user) => user,
        Err(fact) => return Access::Unknown(fact),
    };
    if user.id == Some(0) || user.name == b"root" {
        return Access::Granted;
    }
    let groups = groups_of(users, account);
    let acl = !settings.acl_users.is_empty() || !settings.acl_groups.is_empty();
    let mode = settings.mode.unwrap_or(DEFAULT_MODE);
    let owner = if acl { None } else { settings.owner.as_deref() };
    let group = if acl { None } else { settings.group.as_deref() };
    // With an ACL, the group bits that `ls` shows are its mask.
    let socket = describe(users, owner, group, if acl { mode | 0o060 } else { mode });
    let denied = |class, certain| Access::Denied { class, socket: socket.clone(), certain };

    if acl && in_acl(settings, &user, &groups, users) {
        return Access::Granted;
    }
    if let Some(owner) = owner {
        match find_user(users, owner) {
            Ok(owner) if owner.is(&user) == Some(true) => {
                return if mode & 0o200 != 0 { Access::Granted } else { denied(Class::Owner, true) };
            }
            Ok(_) => {}
            Err(fact) => return Access::Unknown(fact),
        }
    }
    let socket_group = match socket_group(users, owner, group) {
        Ok(group) => group,
        Err(fact) => return Access::Unknown(fact),
    };
    if groups.iter().any(|own| own.is(&socket_group) == Some(true)) {
        return if mode & 0o020 != 0 { Access::Granted } else { denied(Class::Group, true) };
    }
    let class = if acl { Class::NotInAcl } else { Class::Other };
    if mode & 0o002 != 0 {
        return Access::Granted;
    }
    // A supplementary group that only the host's own group file knows could still let it in.
    denied(class, users.complete || mode & 0o020 == 0 && !acl)
}

/// The first folder above a socket that `account` may not enter, with its mode: each must be searchable for it. None
/// where all are, or where the host's modes and owners are not known. The folder that stands for `/` may be private to
/// whoever unpacked it, and does not count.
pub(crate) fn closed_folder(host: &Host, socket: &HostPath, account: &Account) -> Option<(HostPath, u32)> {
    let users = host.users();
    let user = find_user(users, &account.user).ok()?;
    if user.id == Some(0) {
        return None;
    }
    let groups = groups_of(users, account);
    let root = HostPath::root();
    let mut folder = socket.parent();
    let mut closed = None;
    while let Some(path) = folder.filter(|path| *path != root) {
        if let Lookup::Found(Stat { mode: Some(mode), uid: Some(uid), gid: Some(gid), .. }) = host.stat(&path)
        {
            let is_owner = user.id == Some(uid);
            let in_group = groups.iter().any(|group| group.id == Some(gid));
            let bit = if is_owner {
                0o100
            } else if in_group {
                0o010
            } else {
                0o001
            };
            // A group that we cannot see might still open it.
            let unsure = !users.complete && !is_owner && mode & 0o010 != 0;
            if mode & bit == 0 && !unsure {
                closed = Some((path.clone(), mode & 0o7777));
            }
        }
        folder = path.parent();
    }
    closed
}

/// The lowest bit of the class that an account falls into for a file of this owner and group: 0100, 0010 or 0001; root
/// has all of them. None where users are not known.
pub(crate) fn class_bit(users: &Users, account: &Account, uid: u32, gid: u32) -> Option<u32> {
    let user = find_user(users, &account.user).ok()?;
    if user.id? == 0 {
        return Some(0o111);
    }
    if user.id == Some(uid) {
        return Some(0o100);
    }
    let in_group = groups_of(users, account).iter().any(|group| group.id == Some(gid));
    match in_group {
        true => Some(0o010),
        false => users.complete.then_some(0o001),
    }
}

/// ACL entries are names alone; they grant reading and writing whatever the mode says.
fn in_acl(settings: &SocketSettings, user: &Principal, groups: &[Principal], users: &Users) -> bool {
    let names_user = |name: &Vec<u8>| find_user(users, name).is_ok_and(|named| named.is(user) == Some(true));
    let names_group = |name: &Vec<u8>| {
        find_group(users, name).is_ok_and(|named| groups.iter().any(|group| group.is(&named) == Some(true)))
    };
    settings.acl_users.iter().any(names_user) || settings.acl_groups.iter().any(names_group)
}

/// The socket's group: as set, else the primary group of the owner, else root's.
fn socket_group(users: &Users, owner: Option<&[u8]>, group: Option<&[u8]>) -> Result<Principal, String> {
    if let Some(group) = group {
        return find_group(users, group);
    }
    let Some(owner) = owner else { return Ok(Principal { name: b"root".to_vec(), id: Some(0) }) };
    match users.user(owner) {
        Lookup::Found(user) => Ok(primary_group(users, &user.name, user.gid)),
        _ if is_number(owner) => Ok(Principal { name: b"root".to_vec(), id: Some(0) }),
        _ => Err(format!("the primary group of {}", String::from_utf8_lossy(owner))),
    }
}

fn primary_group(users: &Users, user: &[u8], gid: Option<u32>) -> Principal {
    let name =
        gid.and_then(|gid| users.group_by_id(gid)).map_or_else(|| user.to_vec(), |group| group.name.to_vec());
    Principal { name, id: gid }
}

fn find_user(users: &Users, name: &[u8]) -> Result<Principal, String> {
    if let Some(number) = number(name) {
        let known = users.user_by_id(number);
        return Ok(Principal {
            name: known.map_or(name.to_vec(), |user| user.name.to_vec()),
            id: Some(number),
        });
    }
    match users.user(name) {
        Lookup::Found(user) => Ok(Principal { name: name.to_vec(), id: user.uid }),
        // The same name is the same account, whatever its number.
        Lookup::Unknown => Ok(Principal { name: name.to_vec(), id: None }),
        Lookup::Absent | Lookup::Failed(_) => Err(format!("the user {}", String::from_utf8_lossy(name))),
    }
}

fn find_group(users: &Users, name: &[u8]) -> Result<Principal, String> {
    if let Some(number) = number(name) {
        let known = users.group_by_id(number);
        return Ok(Principal {
            name: known.map_or(name.to_vec(), |group| group.name.to_vec()),
            id: Some(number),
        });
    }
    match users.group(name) {
        Lookup::Found(group) => Ok(Principal { name: name.to_vec(), id: group.gid }),
        Lookup::Unknown => Ok(Principal { name: name.to_vec(), id: None }),
        Lookup::Absent | Lookup::Failed(_) => Err(format!("the group {}", String::from_utf8_lossy(name))),
    }
}

/// The primary group, as configured or as the user's own, and the supplementary ones.
fn groups_of(users: &Users, account: &Account) -> Vec<Principal> {
    let mut groups = Vec::new();
    if let Some(group) = &account.group {
        groups.extend(find_group(users, group).ok());
    }
    if let Lookup::Found(user) = users.user(&account.user) {
        if account.group.is_none() {
            groups.push(primary_group(users, &user.name, user.gid));
        }
        let supplementary = users.groups_of(user).into_iter().filter(|gid| Some(*gid) != user.gid);
        groups.extend(supplementary.map(|gid| primary_group(users, b"", Some(gid))));
    }
    groups
}

fn describe(users: &Users, owner: Option<&[u8]>, group: Option<&[u8]>, mode: u32) -> String {
    let owner_name = owner.unwrap_or(b"root");
    let group_name = socket_group(users, owner, group).map_or_else(|_| b"?".to_vec(), |group| group.name);
    let show = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    format!("{}:{} {mode:04o}", show(owner_name), show(&group_name))
}

fn is_number(name: &[u8]) -> bool {
    number(name).is_some()
}

fn number(name: &[u8]) -> Option<u32> {
    let digits = name.strip_prefix(b"#").unwrap_or(name);
    let all = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    all.then(|| std::str::from_utf8(digits).ok()?.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_octal_or_nothing() {
        let cases: [(&[u8], u32); 9] = [
            (b"0660", 0o660),
            (b"660", 0o660),
            (b"0999", 0),
            (b"rw-rw----", 0),
            (b"0o660", 0),
            (b"0x1b0", 0),
            (b"432", 0o432),
            (b"1777", 0o777),
            (b"", 0),
        ];
        for (text, bits) in cases {
            assert_eq!(mode_bits(text), bits, "{}", String::from_utf8_lossy(text));
        }
    }
}
