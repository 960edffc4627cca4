//! Folders and log files that the daemon needs when it tests a configuration.
//!
//! In: paths from settings and the host. Out: refusals where the host says that a folder is not there;
//! nothing where it cannot know.

use fpmlint_catalog::Version;
use fpmlint_catalog::php_fpm::id;
use fpmlint_workspace::{FileKind, Host, HostPath, Lookup};

use super::checks::Checks;
use super::defaults;
use super::draft::refusal;
use super::model::{Pool, Setting};
use super::path;
use crate::RefusalKind;

/// Why a log file cannot be opened for appending, with the system's error number; none where it can, or where
/// that is not known.
pub(crate) fn cannot_append(host: &Host, path: &[u8]) -> Option<&'static str> {
    if path.is_empty() {
        return Some("No such file or directory (2)");
    }
    let path = HostPath::new(path);
    match host.stat(&path) {
        Lookup::Found(stat) if stat.kind == FileKind::Directory => return Some("Is a directory (21)"),
        Lookup::Found(_) | Lookup::Unknown | Lookup::Failed(_) => return None,
        Lookup::Absent => {}
    }
    match host.stat(&path.parent()?) {
        Lookup::Absent => Some("No such file or directory (2)"),
        Lookup::Found(stat) if stat.kind != FileKind::Directory => Some("Not a directory (20)"),
        Lookup::Found(_) | Lookup::Unknown | Lookup::Failed(_) => None,
    }
}

/// Whether the host knows that there is no such folder.
fn is_no_folder(host: &Host, path: &[u8]) -> bool {
    match host.stat(&HostPath::new(path)) {
        Lookup::Absent => true,
        Lookup::Found(stat) => stat.kind != FileKind::Directory,
        Lookup::Unknown | Lookup::Failed(_) => false,
    }
}

/// The master's error log. A configuration that names none has one all the same.
pub(crate) fn error_log(checks: &mut Checks<'_>) {
    let setting = checks.master.last(id::ERROR_LOG);
    let text = match setting {
        Some(setting) => setting.text(),
        // Another file may name it; where the daemon keeps its state is not known everywhere.
        None if checks.whole && !checks.master.state_folder.is_empty() => defaults::text(id::ERROR_LOG),
        None => None,
    };
    let Some(text) = text.filter(|text| !text.eq_ignore_ascii_case(b"syslog")) else { return };
    let path = path::under(text, &checks.master.state_folder);
    if let Some(error) = cannot_append(checks.host, &path) {
        let message = format!("failed to open error_log ({}): {error}", String::from_utf8_lossy(&path));
        let place = setting.map_or(checks.start_of_main(), |setting| setting.value_place());
        checks.push(RefusalKind::PathNotFound, place, message);
    }
}

/// A pool's `prefix`.
pub(crate) fn prefix(checks: &mut Checks<'_>, pool: &Pool) {
    let Some(setting) = pool.last(id::PREFIX) else { return };
    let Some(text) = setting.text().filter(|text| !text.is_empty()) else { return };
    let path = path::under(text, &checks.master.prefix);
    if is_no_folder(checks.host, &path) {
        let path = String::from_utf8_lossy(&path).into_owned();
        push(checks, pool, setting, &format!("the prefix '{path}' does not exist or is not a directory"));
    }
}

/// A pool's slow log; asked only when the daemon opens it.
pub(crate) fn slowlog(checks: &mut Checks<'_>, pool: &Pool) {
    let Some(path) = checks.master.path_of(pool, id::SLOWLOG) else { return };
    if let (Some(error), Some(setting)) = (cannot_append(checks.host, &path), pool.last(id::SLOWLOG)) {
        let message =
            format!("Unable to create or open slowlog({}): {error}", String::from_utf8_lossy(&path));
        checks.push(RefusalKind::PathNotFound, setting.value_place(), message);
    }
}

/// A pool's access log.
pub(crate) fn access_log(checks: &mut Checks<'_>, pool: &Pool) {
    let Some(setting) = pool.last(id::ACCESS_LOG) else { return };
    let path = match setting.text() {
        None => return,
        Some(b"") => Vec::new(),
        Some(_) => match checks.master.path_of(pool, id::ACCESS_LOG) {
            Some(path) => path,
            None => return,
        },
    };
    if let Some(error) = cannot_append(checks.host, &path) {
        let message = format!("failed to open access log ({}): {error}", String::from_utf8_lossy(&path));
        checks.push(RefusalKind::PathNotFound, setting.value_place(), message);
    }
}

/// A pool's `chroot` and `chdir`.
pub(crate) fn folders(checks: &mut Checks<'_>, pool: &Pool) {
    let root = pool.last(id::CHROOT);
    let root_path = match root {
        Some(setting) => match chroot(checks, pool, setting) {
            Some(path) => Some(path),
            None => return,
        },
        None => None,
    };
    let Some(setting) = pool.last(id::CHDIR) else { return };
    let Some(folder) = checks.master.path_of(pool, id::CHDIR) else { return };
    let shown = String::from_utf8_lossy(&folder).into_owned();
    if !folder.starts_with(b"/") {
        push(checks, pool, setting, &format!("the chdir path '{shown}' must start with a '/'"));
        return;
    }
    match root_path {
        None if is_no_folder(checks.host, &folder) => {
            push(
                checks,
                pool,
                setting,
                &format!("the chdir path '{shown}' does not exist or is not a directory"),
            );
        }
        None => {}
        Some(root_path) => {
            let inside = [root_path.as_slice(), b"/", &folder].concat();
            if is_no_folder(checks.host, &inside) {
                let root_path = String::from_utf8_lossy(&root_path);
                let inside = String::from_utf8_lossy(&inside);
                let message = format!(
                    "the chdir path '{shown}' within the chroot path '{root_path}' ('{inside}') does not exist or is not a directory"
                );
                push(checks, pool, setting, &message);
            }
        }
    }
}

/// The path of a `chroot` as the daemon completes it; none where it is not known or already refused.
fn chroot(checks: &mut Checks<'_>, pool: &Pool, setting: &Setting) -> Option<Vec<u8>> {
    let text = setting.text()?;
    if text.is_empty() {
        return Some(Vec::new());
    }
    let prefix = checks.master.prefix_of(pool)?.into_owned();
    let Some(path) = chroot_path(text, &prefix, checks.master.version) else {
        let place = setting.value_place();
        let message = "'$prefix' must be use at the beginning of the value";
        checks.add(refusal(RefusalKind::InvalidValue, place, message));
        return None;
    };
    if is_no_folder(checks.host, &path) {
        let shown = String::from_utf8_lossy(&path).into_owned();
        push(
            checks,
            pool,
            setting,
            &format!("the chroot path '{shown}' does not exist or is not a directory"),
        );
        return None;
    }
    Some(path)
}

/// A `chroot` as the daemon completes it with the pool's prefix: `$prefix` alone is the prefix, a text behind it goes
/// below the prefix. None where `$prefix` stands inside of the text.
pub(crate) fn chroot_path(text: &[u8], prefix: &[u8], version: Option<Version>) -> Option<Vec<u8>> {
    match memchr::memmem::find(text, b"$prefix") {
        _ if text.starts_with(b"/") => Some(text.to_vec()),
        None => Some(path::under(text, prefix)),
        Some(0) => {
            // PHP 7 loses what stands behind it.
            let lost = version.is_some_and(|version| version.major < 8);
            let rest = text.get(b"$prefix".len()..).unwrap_or(b"");
            Some(match (rest, lost) {
                (b"", _) => prefix.to_vec(),
                (_, true) => [prefix, b"/"].concat(),
                (_, false) => [prefix, b"/", rest].concat(),
            })
        }
        Some(_) => None,
    }
}

fn push(checks: &mut Checks<'_>, pool: &Pool, setting: &Setting, message: &str) {
    let message = format!("[pool {}] {message}", pool.display_name());
    checks.push(RefusalKind::PathNotFound, setting.value_place(), message);
}
