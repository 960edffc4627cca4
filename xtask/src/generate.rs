//! Generated files: made from the data in the tree, committed, and checked for being up to date.
//!
//! In: the data. Out: files, or the names of those that differ from what would be written. Each generator is a
//! function from the root folder to outputs; a new one is a line in `all`.

mod documents;
mod tables;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use crate::repository;

/// A file to write.
pub struct Output {
    /// Its path below the root folder, with slashes.
    pub path: String,
    /// Its text; Rust code as `rustfmt` leaves it.
    pub text: String,
}

/// Runs `generate` with its arguments.
pub fn run(arguments: &[&str]) -> ExitCode {
    let result = match arguments {
        [] => write(),
        ["--check"] => check(),
        _ => Err("generate takes no argument but --check".to_owned()),
    };
    match result {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

/// Everything that is generated.
fn all(root: &Path) -> Result<Vec<Output>, String> {
    let mut outputs = tables::outputs(root)?;
    outputs.extend(documents::outputs(root)?);
    Ok(outputs)
}

fn write() -> Result<ExitCode, String> {
    let root = repository::root()?;
    for output in stale(&root)? {
        let path = root.join(&output.path);
        let folder = path.parent().unwrap_or(&root);
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        fs::write(&path, &output.text).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("wrote {}", output.path);
    }
    Ok(ExitCode::SUCCESS)
}

fn check() -> Result<ExitCode, String> {
    let stale = stale(&repository::root()?)?;
    for output in &stale {
        println!("stale: {} (run `cargo xtask generate`)", output.path);
    }
    Ok(if stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The outputs that differ from the files in the tree.
fn stale(root: &Path) -> Result<Vec<Output>, String> {
    let mut outputs = all(root)?;
    outputs
        .retain(|output| fs::read(root.join(&output.path)).ok().as_deref() != Some(output.text.as_bytes()));
    Ok(outputs)
}

/// `code` as `rustfmt` leaves it.
fn formatted(root: &Path, code: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("rustfmt: {error}");
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut input = child.stdin.take().ok_or("rustfmt takes no input")?;
    // rustfmt reads everything before it writes, so the two pipes cannot wait for each other.
    input.write_all(code.as_bytes()).map_err(failed)?;
    drop(input);
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        return Err("rustfmt does not accept the generated code".to_owned());
    }
    String::from_utf8(output.stdout).map_err(|_| "rustfmt wrote no UTF-8".to_owned())
}
