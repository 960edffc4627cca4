//! What httpd runs as, and from where: mod_unixd and the process models.

use fpmlint_catalog::apache::id;
use fpmlint_workspace::Lookup;

use super::paths::Lies;
use super::{Checks, Line, List, around, first, is};
use crate::apache::walk::{Announced, Fault};
use crate::{Part, RefusalKind};

pub(super) const CHECKS: List = &[
    (id::USER, user),
    (id::GROUP, group),
    (id::CHROOT_DIR, |_, line| {
        let path = fpmlint_workspace::HostPath::new(line.text(0).as_ref());
        let is_absolute = line.text(0).starts_with(b"/");
        if !is_absolute || !line.is_no_folder(&path) {
            return None;
        }
        not_found("ChrootDir must be a valid directory")
    }),
    (id::CORE_DUMP_DIRECTORY, |_, line| {
        let path = line.path(&line.text(0));
        match line.lies_at(&path) {
            Lies::Nothing => not_found(around("CoreDumpDirectory ", path.as_bytes(), " does not exist")),
            Lies::File { .. } | Lies::Other => {
                not_found(around("CoreDumpDirectory ", path.as_bytes(), " is not a directory"))
            }
            Lies::Folder | Lies::Unknown => None,
        }
    }),
    (id::ENABLE_EXCEPTION_HOOK, |_, line| {
        let text = line.text(0);
        let known = is(&text, "on") || is(&text, "off");
        if known { None } else { first("parameter must be 'on' or 'off'") }
    }),
];

const ROOT: &str = "Error:\tApache has not been designed to serve pages while\n\trunning as root.  There are known \
                    race conditions that\n\twill allow any local user to read any file on the system.\n\tIf you \
                    still desire to serve pages as root then\n\tadd -DBIG_SECURITY_HOLE to the CFLAGS env \
                    variable\n\tand then rebuild the server.\n\tIt is strongly suggested that you instead modify \
                    the User\n\tdirective in your httpd.conf file to list a non-root\n\tuser.\n";

fn not_found(words: impl Into<Vec<u8>>) -> Option<Fault> {
    Some(Fault::new(RefusalKind::PathNotFound, Part::Arg(0), words))
}

fn user(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let name = line.text(0);
    let number = match name.strip_prefix(b"#") {
        Some(number) => Some(super::number::atoi(number) as u32),
        None => match line.host.users().user(&name) {
            Lookup::Found(user) => user.uid,
            Lookup::Absent => return unknown_account("user", &name),
            Lookup::Unknown | Lookup::Failed(_) => None,
        },
    };
    if number == Some(0) { first(ROOT) } else { None }
}

fn group(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let name = line.text(0);
    if name.starts_with(b"#") || !matches!(line.host.users().group(&name), Lookup::Absent) {
        return None;
    }
    unknown_account("group", &name)
}

/// httpd ends at once and names no line.
fn unknown_account(noun: &str, name: &[u8]) -> Option<Fault> {
    let words = around(&format!("bad {noun} name "), name, "");
    let fault = Fault::new(RefusalKind::UnknownUser, Part::Arg(0), words);
    Some(Fault { announced: Announced::Alone, ..fault })
}
