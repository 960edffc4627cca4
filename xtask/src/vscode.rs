//! `cargo xtask vscode`: the VS Code extension as one file that can be installed.
//!
//! In: `editors/vscode`, and optionally a program to put into it. Out: `target/editors/fpmlint.vsix`, or
//! `fpmlint-TARGET.vsix` with the program. Invariant: the source folder is only read; types are checked before
//! anything is packaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::{npm, packages, repository};

/// What of `editors/vscode` is copied.
const PARTS: &[&str] = &[
    "package.json",
    "tsconfig.json",
    ".vscodeignore",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "icon.png",
    "images",
    "languages",
    "src",
    "syntaxes",
];

/// A packaged extension.
pub struct Extension {
    /// The file that `code --install-extension` takes.
    pub package: PathBuf,
    /// The same as a folder.
    pub folder: PathBuf,
}

/// A program that comes with the extension, and the platform that it is for, as VS Code names it.
#[derive(Clone, Copy)]
pub struct Bundled<'a> {
    program: &'a Path,
    target: &'a str,
}

/// Runs `vscode` with its arguments.
pub fn run(arguments: &[&str]) -> ExitCode {
    let result = match arguments {
        [] => build(None),
        ["--bundle", program, "--target", target] => {
            build(Some(Bundled { program: Path::new(program), target }))
        }
        _ => Err("usage: cargo xtask vscode [--bundle PROGRAM --target linux-x64|darwin-arm64|…]".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(1)
        }
    }
}

fn build(bundled: Option<Bundled<'_>>) -> Result<(), String> {
    packages::ensure(packages::NODE)?;
    npm::check_node()?;
    let extension = package(&repository::root()?, bundled)?;
    println!("{}", extension.package.display());
    Ok(())
}

/// Packages the extension.
///
/// # Errors
/// A file is missing, the types do not fit, or a tool fails.
pub fn package(repository: &Path, bundled: Option<Bundled<'_>>) -> Result<Extension, String> {
    let source = repository.join("editors/vscode");
    let folder = repository.join("target/editors/vscode");
    npm::install(&source, &folder)?;
    for part in PARTS {
        replace(&source.join(part), &folder.join(part))?;
    }
    for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
        replace(&repository.join(license), &folder.join(license))?;
    }
    let programs = folder.join("bin");
    remove(&programs)?;
    let mut name = "fpmlint.vsix".to_owned();
    let mut arguments = vec!["package".to_owned(), "--no-dependencies".to_owned()];
    if let Some(Bundled { program, target }) = bundled {
        let suffix = if target.starts_with("win32") { ".exe" } else { "" };
        replace(program, &programs.join(format!("fpmlint{suffix}")))?;
        name = format!("fpmlint-{target}.vsix");
        arguments.extend(["--target".to_owned(), target.to_owned()]);
    }
    let package = repository.join("target/editors").join(name);
    let mut vsce = Command::new(folder.join("node_modules/.bin/vsce"));
    vsce.args(arguments).arg("--out").arg(&package).current_dir(&folder);
    npm::run(&mut vsce)?;
    Ok(Extension { package, folder })
}

/// Makes `to` a copy of the file or folder `from`, whatever it was before.
fn replace(from: &Path, to: &Path) -> Result<(), String> {
    remove(to)?;
    copy(from, to).map_err(|error| format!("{}: {error}", from.display()))
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        return fs::copy(from, to).map(|_| ());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), String> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", path.display()))
        }
        _ => Ok(()),
    }
}
