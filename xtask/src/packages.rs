//! The programs of other packages that verification and measurement need.
//!
//! In: one list. Out: all of them present, or an error that names what is missing and how to get it.
//! Invariant: nothing is installed unless something is missing, and nothing is asked of the network otherwise.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A Debian package, and a program by which its presence is seen: so other systems may bring the program as they like.
#[derive(Clone, Copy)]
pub struct Package {
    /// The name that `apt-get install` takes.
    pub name: &'static str,
    /// A program that it brings.
    pub program: &'static str,
}

/// nginx.
pub const NGINX: Package = Package { name: "nginx", program: "nginx" };
/// Apache httpd.
pub const APACHE: Package = Package { name: "apache2", program: "apache2" };
/// php-fpm of Debian 12.
pub const PHP_FPM: Package = Package { name: "php8.2-fpm", program: "php-fpm8.2" };
/// The command-line PHP of Debian 12.
pub const PHP_CLI: Package = Package { name: "php8.2-cli", program: "php8.2" };

/// Node.js and its package manager.
pub const NODE: &[Package] =
    &[Package { name: "nodejs", program: "node" }, Package { name: "npm", program: "npm" }];

/// The daemons, which the tests of verdicts and the benchmarks run.
pub const DAEMONS: &[Package] = &[NGINX, APACHE, PHP_FPM, PHP_CLI];

/// What judges reports, hooks and actions: Node's packages, Python with its virtual environments, and git.
pub const DELIVERY: &[Package] = &[
    NODE[0],
    NODE[1],
    Package { name: "python3-venv", program: "python3" },
    Package { name: "git", program: "git" },
];

/// What the editors' tests run.
pub const EDITORS: &[Package] = &[
    NODE[0],
    NODE[1],
    Package { name: "neovim", program: "nvim" },
    Package { name: "emacs-nox", program: "emacs" },
    // A library: its file tells that it is there.
    Package { name: "elpa-eglot", program: "/usr/share/emacs/site-lisp/elpa-src/eglot-1.9/eglot.el" },
    Package { name: "chromium", program: "chromium" },
    // Reads TOML for the tests.
    Package { name: "python3", program: "python3" },
];

/// Folders of programs that an ordinary user's `PATH` may lack.
const SYSTEM_FOLDERS: [&str; 4] = ["/usr/local/sbin", "/usr/sbin", "/usr/bin", "/sbin"];

/// Makes sure that these packages are there; installs missing ones where this process may.
///
/// # Errors
/// Something is missing and cannot be installed here.
pub fn ensure(packages: &[Package]) -> Result<(), String> {
    let lacking = missing(packages);
    if lacking.is_empty() {
        return Ok(());
    }
    let names = lacking.join(" ");
    if !may_install() {
        return Err(format!("needed and not found: {names}; as root: apt-get install {names}"));
    }
    println!("installing {names}");
    // Package lists may be absent or old on a fresh machine: refresh them only when the first try fails.
    let installed = install(&lacking) || (apt_get(&["update"]) && install(&lacking));
    if !installed {
        return Err(format!("apt-get could not install {names}"));
    }
    let still = missing(packages);
    if still.is_empty() { Ok(()) } else { Err(format!("installed, but not found: {}", still.join(" "))) }
}

/// The full path of a package's program.
///
/// # Errors
/// It is nowhere.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only the benchmark runs daemons by path"))]
pub fn program(package: &Package) -> Result<PathBuf, String> {
    find(package.program)
        .ok_or_else(|| format!("{} (of package {}) is not installed", package.program, package.name))
}

fn missing(packages: &[Package]) -> Vec<&'static str> {
    packages.iter().filter(|package| find(package.program).is_none()).map(|package| package.name).collect()
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let system = SYSTEM_FOLDERS.into_iter().map(PathBuf::from);
    std::env::split_paths(&path).chain(system).map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn may_install() -> bool {
    is_root() && find("apt-get").is_some()
}

/// Whether this process may install packages and change its root.
#[cfg(unix)]
pub fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// Whether this process may install packages and change its root.
#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}

fn install(names: &[&str]) -> bool {
    let arguments = ["install", "--yes", "--no-install-recommends"];
    apt_get(&[&arguments[..], names].concat())
}

fn apt_get(arguments: &[&str]) -> bool {
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .current_dir(Path::new("/"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_nobody_has_is_missing() {
        let nobody_has_it = Package { name: "no-such-package", program: "no-such-program-anywhere" };
        let error = program(&nobody_has_it).unwrap_err();
        assert_eq!(error, "no-such-program-anywhere (of package no-such-package) is not installed");
    }
}
