//! The daemons and what they need to run inside a generated root.
//!
//! In: the installed programs. Out: a folder with copies of them, of the libraries and modules that they load, and of
//! stock files, at the paths of the machine. Invariant: made once for a run; roots get hard links to it.
//!
//! The daemons run with the generated root as their `/`, so that they and fpmlint see one and the same host.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::apache;
use crate::packages;

/// Stock files that the configurations include.
const STOCK_FILES: [&str; 2] = ["/etc/nginx/mime.types", "/etc/nginx/fastcgi_params"];

/// Copies of everything, below one folder.
pub struct Runtime {
    folder: PathBuf,
    /// Absolute paths of the files.
    files: BTreeSet<PathBuf>,
}

impl Runtime {
    /// Copies the daemons below `folder`.
    ///
    /// # Errors
    /// A program is missing, or a file cannot be copied.
    pub fn prepare(folder: &Path) -> Result<Runtime, String> {
        let mut programs = Vec::new();
        for package in [&packages::NGINX, &packages::APACHE, &packages::PHP_FPM] {
            programs.push(packages::program(package)?);
        }
        programs
            .extend(apache::MODULES.iter().map(|module| Path::new("/").join(apache::module_file(module))));

        let mut files: BTreeSet<PathBuf> = STOCK_FILES.iter().map(PathBuf::from).collect();
        for program in programs {
            files.extend(libraries(&program)?);
            files.insert(program);
        }
        for file in &files {
            let copy = below(folder, file);
            make_parent(&copy)?;
            fs::copy(file, &copy).map_err(|error| format!("cannot copy {}: {error}", file.display()))?;
        }
        Ok(Runtime { folder: folder.to_owned(), files })
    }

    /// Puts the files into `root`.
    ///
    /// # Errors
    /// The file system has no hard links, or no room.
    pub fn link_into(&self, root: &Path) -> Result<(), String> {
        for file in &self.files {
            let link = below(root, file);
            make_parent(&link)?;
            fs::hard_link(below(&self.folder, file), &link)
                .map_err(|error| format!("cannot link {}: {error}", link.display()))?;
        }
        Ok(())
    }
}

fn below(folder: &Path, file: &Path) -> PathBuf {
    folder.join(file.strip_prefix("/").unwrap_or(file))
}

fn make_parent(path: &Path) -> Result<(), String> {
    let Some(parent) = path.parent() else { return Ok(()) };
    fs::create_dir_all(parent).map_err(|error| format!("cannot make {}: {error}", parent.display()))
}

/// The shared libraries of a program or module, and its loader.
fn libraries(program: &Path) -> Result<Vec<PathBuf>, String> {
    let output =
        Command::new("ldd").arg(program).output().map_err(|error| format!("ldd does not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("ldd cannot read {}", program.display()));
    }
    Ok(parse_libraries(&String::from_utf8_lossy(&output.stdout)))
}

/// The paths in `name => /path (address)` and `/path (address)` lines; the kernel's own library has no path.
fn parse_libraries(text: &str) -> Vec<PathBuf> {
    let words = text.lines().filter_map(|line| line.split_whitespace().find(|word| word.starts_with('/')));
    words.map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_paths_are_found_in_each_kind_of_line() {
        let text =
            "\tlinux-vdso.so.1 (0x01)\n\tlibz.so.1 => /lib/libz.so.1 (0x02)\n\t/lib64/ld.so.2 (0x03)\n";
        assert_eq!(parse_libraries(text), [PathBuf::from("/lib/libz.so.1"), PathBuf::from("/lib64/ld.so.2")]);
    }
}
