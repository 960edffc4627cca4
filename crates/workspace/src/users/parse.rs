//! The account files, line by line, as the C library reads them.

use std::collections::HashMap;

use crate::users::{Group, User};

/// The users of a passwd file: `name:password:uid:gid:comment:home:shell`.
pub(super) fn users(text: &[u8], groups: &[Group]) -> Vec<User> {
    // Later entries first, so that the first group of a number stays.
    let names: HashMap<Option<u32>, &[u8]> =
        groups.iter().rev().map(|group| (group.gid, group.name.as_slice())).collect();
    let user = |line: &[u8]| {
        let mut fields = line.split(|byte| *byte == b':');
        let name = account_name(fields.next()?)?;
        let uid = number(fields.nth(1)?)?;
        let gid = number(fields.next()?)?;
        let home = fields.nth(1).unwrap_or_default().to_vec();
        let group = names.get(&Some(gid)).map(|name| name.to_vec());
        Some(User { name, uid: Some(uid), gid: Some(gid), group, home })
    };
    lines(text).filter_map(user).collect()
}

/// The groups of a group file: `name:password:gid:member,member`.
pub(super) fn groups(text: &[u8]) -> Vec<Group> {
    let group = |line: &[u8]| {
        let mut fields = line.split(|byte| *byte == b':');
        let name = account_name(fields.next()?)?;
        let gid = number(fields.nth(1)?)?;
        let members = fields.next().unwrap_or_default().split(|byte| *byte == b',');
        let members = members.map(<[u8]>::trim_ascii).filter(|member| !member.is_empty());
        Some(Group { name, gid: Some(gid), members: members.map(<[u8]>::to_vec).collect() })
    };
    lines(text).filter_map(group).collect()
}

/// Whether `nsswitch.conf` takes a database from more than local files. sssd adds nothing until it is configured,
/// though distributions name it there from the start.
pub(super) fn has_other_source(text: &[u8], database: &[u8], sssd: bool) -> bool {
    let sources =
        lines(text).filter_map(|line| line.strip_prefix(database)?.trim_ascii_start().strip_prefix(b":"));
    sources.flat_map(|sources| sources.split(u8::is_ascii_whitespace)).any(|source| match source {
        b"ldap" | b"nis" | b"nisplus" | b"winbind" | b"hesiod" | b"db" | b"extrausers" => true,
        b"sss" => sssd,
        _ => false,
    })
}

/// Lines without comments, empty ones and the white space in front.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.map(<[u8]>::trim_ascii_start).filter(|line| !line.is_empty() && !line.starts_with(b"#"))
}

/// Names that start with a sign ask for other sources; they are no accounts.
fn account_name(field: &[u8]) -> Option<Vec<u8>> {
    let is_name = !field.is_empty() && !field.starts_with(b"+") && !field.starts_with(b"-");
    is_name.then(|| field.to_vec())
}

fn number(field: &[u8]) -> Option<u32> {
    if field.is_empty() || !field.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(field).ok()?.parse().ok()
}
