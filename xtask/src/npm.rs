//! Modules of npm, as a lockfile names them.
//!
//! In: a folder with `package.json` and `package-lock.json`. Out: `node_modules` in a folder below `target`.
//! Invariant: the versions are those of the lockfile, no module runs a script while it is installed, and nothing is
//! fetched while the lockfile stays as it is.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The oldest Node.js that VS Code's server runs on.
const NODE: u32 = 20;

/// Copies the lockfile from `source` to `folder` and installs there what it lists.
///
/// # Errors
/// A file cannot be copied, or npm fails.
pub fn install(source: &Path, folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for name in ["package.json", "package-lock.json", ".npmrc"] {
        let (from, to) = (source.join(name), folder.join(name));
        fs::copy(&from, to).map_err(|error| format!("{}: {error}", from.display()))?;
    }
    install_listed(folder, &["ci"])
}

/// Installs what a package that brings a list of its own modules needs to run. Such a list may lag behind the package's own
/// file, so that npm may complete it.
///
/// # Errors
/// The list cannot be read, or npm fails.
pub fn install_shipped(folder: &Path) -> Result<(), String> {
    install_listed(folder, &["install", "--omit=dev", "--no-save"])
}

/// Installs what the lockfile in `folder` lists with a command of npm, unless that has been done.
///
/// # Errors
/// The lockfile cannot be read, or npm fails.
fn install_listed(folder: &Path, command: &[&str]) -> Result<(), String> {
    let lockfile = ["package-lock.json", "npm-shrinkwrap.json"].map(|name| folder.join(name));
    let listed = lockfile.iter().find_map(|file| fs::read(file).ok());
    let listed = listed.ok_or_else(|| format!("{}: no lockfile", folder.display()))?;
    let stamp = folder.join("node_modules/.fpmlint-installed");
    if fs::read(&stamp).is_ok_and(|done| done == listed) {
        return Ok(());
    }
    println!("installing the modules of {}", folder.display());
    let mut npm = Command::new("npm");
    npm.args(command).args(["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    run(npm.current_dir(folder))?;
    fs::write(&stamp, listed).map_err(|error| format!("{}: {error}", stamp.display()))
}

/// Runs a command whose output matters only if it fails.
///
/// # Errors
/// It does not start, or does not succeed; its output is in the message.
pub fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{name} does not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{name} ended with {}:\n{}", output.status, String::from_utf8_lossy(&said)))
}

/// Checks that Node.js is new enough.
///
/// # Errors
/// It is missing or too old.
pub fn check_node() -> Result<(), String> {
    let output = Command::new("node").arg("--version").output();
    let output = output.map_err(|error| format!("node does not start: {error}"))?;
    let version = String::from_utf8_lossy(&output.stdout);
    match major(&version) {
        Some(major) if major >= NODE => Ok(()),
        _ => Err(format!("Node.js {NODE} or later is needed, found {}", version.trim())),
    }
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20"), None);
        assert_eq!(major(""), None);
    }
}
