//! The accounts of a test's machine.
//!
//! In: users and groups by name. Out: the texts of `/etc/passwd` and `/etc/group`, and numbers for names.
//! Invariant: the same options give the same numbers.

use std::collections::{BTreeMap, BTreeSet};

use fpmlint_workspace::Users;

use crate::host::HostOptions;

/// The first number of groups that share none with a user.
const FIRST_GROUP: u32 = 900;

/// The texts of `/etc/passwd` and `/etc/group`; none where the options name no account.
///
/// # Errors
/// A group has a member that is no user.
pub(crate) fn texts(host: &HostOptions) -> Result<Option<(String, String)>, String> {
    if host.users.is_empty() && host.groups.is_empty() {
        return Ok(None);
    }
    let mut users: BTreeMap<&str, u32> = host.users.iter().map(|(name, uid)| (name.as_str(), *uid)).collect();
    users.entry("root").or_insert(0);
    let mut used: BTreeSet<u32> = users.values().copied().collect();
    let mut groups: BTreeMap<&str, (u32, String)> =
        users.iter().map(|(name, uid)| (*name, (*uid, String::new()))).collect();
    for (name, members) in &host.groups {
        if let Some(nobody) = members.iter().find(|member| !users.contains_key(member.as_str())) {
            return Err(format!("group `{name}` has the member `{nobody}`, who is not among `users`"));
        }
        let free = (FIRST_GROUP..).find(|gid| !used.contains(gid)).unwrap_or(FIRST_GROUP);
        let (gid, known) = groups.entry(name).or_insert((free, String::new()));
        used.insert(*gid);
        *known = members.join(",");
    }
    let passwd =
        users.iter().map(|(name, uid)| format!("{name}:x:{uid}:{uid}::/nonexistent:/usr/sbin/nologin\n"));
    let group = groups.iter().map(|(name, (gid, members))| format!("{name}:x:{gid}:{members}\n"));
    Ok(Some((passwd.collect(), group.collect())))
}

/// Permission bits, and the numbers of owner and group.
pub(crate) type Rights = (u32, Option<(u32, u32)>);

/// Reads `0750` or `0750 root:www`.
///
/// # Errors
/// What is no mode, or whose number is not known.
pub(crate) fn rights(text: &str, users: &Users) -> Result<Rights, String> {
    let mut words = text.split_whitespace();
    let mode = words.next().and_then(|word| u32::from_str_radix(word, 8).ok());
    let mode =
        mode.filter(|mode| *mode <= 0o7777).ok_or_else(|| format!("`{text}` does not begin with a mode"))?;
    let Some(owners) = words.next() else { return Ok((mode, None)) };
    let pair = owners.split_once(':').filter(|_| words.next().is_none());
    let (owner, group) = pair.ok_or_else(|| format!("`{owners}` is no `owner:group`"))?;
    let number = |name: &str, known: Option<u32>| match name {
        "root" => Ok(0),
        name => known.or(name.parse().ok()).ok_or_else(|| format!("the number of `{name}` is not known")),
    };
    let uid = users.user(owner.as_bytes()).found().and_then(|user| user.uid);
    let gid = users.group(group.as_bytes()).found().and_then(|group| group.gid);
    Ok((mode, Some((number(owner, uid)?, number(group, gid)?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> HostOptions {
        HostOptions::parse(text).unwrap()
    }

    #[test]
    fn groups_have_members_and_free_numbers() {
        let host =
            host("users = { nginx = 101, b = 900 }\ngroups = { www = [\"nginx\"], b = [\"nginx\", \"b\"] }");
        let (passwd, group) = texts(&host).unwrap().unwrap();
        let users = Users::parse(passwd.as_bytes(), Some(group.as_bytes()));
        assert!(users.complete);
        let nginx = users.user(b"nginx").found().unwrap();
        assert_eq!(users.groups_of(nginx), [101, 900, 901]);
        assert_eq!(users.user(b"root").found().unwrap().uid, Some(0));
        assert_eq!(rights("0750 nginx:www", &users).unwrap(), (0o750, Some((101, 901))));
    }

    #[test]
    fn nobody_is_made_up() {
        assert_eq!(texts(&host("profile = \"debian-12\"")).unwrap(), None);
        assert!(texts(&host("groups = { www = [\"nginx\"] }")).is_err());
    }

    #[test]
    fn rights_need_a_mode_and_known_names() {
        let users = Users::default();
        assert_eq!(rights("0640", &users).unwrap(), (0o640, None));
        assert_eq!(rights("640 root:33", &users).unwrap(), (0o640, Some((0, 33))));
        for wrong in ["", "rw-", "0999", "017777", "0640 root", "0640 root:www", "0640 root:0 x"] {
            assert!(rights(wrong, &users).is_err(), "{wrong}");
        }
    }
}
