//! `cargo xtask editors`: real editors against `fpmlint server`.
//!
//! In: the working tree. Out: the editors and their packages in place, the server built, the extension packaged, and
//! the answer of the tests in `editors/`. Invariant: everything that is fetched lies below `target/editors` or is a
//! package of the system, and is fetched once.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use crate::{npm, packages, repository, vscode};

/// The tests, the longest first: two run at a time.
const TESTS: &[&str] = &[
    "editors/tests/vscode.test.mjs",
    "editors/tests/emacs.test.mjs",
    "editors/tests/neovim.test.mjs",
    "editors/tests/clients.test.mjs",
    "editors/tests/files.test.mjs",
    "editors/vscode/test/grammars.test.mjs",
    "editors/vscode/test/server.test.mjs",
];

/// Runs `editors` with its arguments, which are passed on to Node's test runner.
pub fn run(arguments: &[&str]) -> ExitCode {
    match editors(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(1)
        }
    }
}

fn editors(arguments: &[&str]) -> Result<(), String> {
    let repository = repository::root()?;
    packages::ensure(packages::EDITORS)?;
    npm::check_node()?;
    let program = build(&repository)?;
    // Both wait for the network more than for a processor.
    let (extension, modules) = std::thread::scope(|scope| {
        let modules = scope.spawn(|| editor_modules(&repository));
        let extension = vscode::package(&repository, None);
        (extension, modules.join().unwrap_or_else(|_| Err("npm's thread panicked".to_owned())))
    });
    let (extension, modules) = (extension?, modules?);
    let status = Command::new("node")
        .args(["--test", "--test-reporter=spec", "--test-concurrency=2"])
        .args(arguments)
        .args(TESTS)
        .current_dir(&repository)
        .env("FPMLINT", program)
        .env("FPMLINT_VSIX", &extension.package)
        .env("FPMLINT_EXTENSION", &extension.folder)
        .env("FPMLINT_VSCODE_MODULES", &extension.folder)
        .env("FPMLINT_EDITORS_MODULES", &modules)
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("node does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("the editors' tests ended with {status}")) }
}

/// Builds the server as the other tests build it, so that nothing is compiled twice.
fn build(repository: &Path) -> Result<std::path::PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--package", "fpmlint"])
        .current_dir(repository)
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if !status.success() {
        return Err(format!("the server cannot be built: {status}"));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository.join("target"), Into::into);
    Ok(target.join("debug").join(format!("fpmlint{}", std::env::consts::EXE_SUFFIX)))
}

/// VS Code's server and what drives a browser.
fn editor_modules(repository: &Path) -> Result<std::path::PathBuf, String> {
    let folder = repository.join("target/editors/tests");
    npm::install(&repository.join("editors/tests"), &folder)?;
    // The package brings VS Code with a list of modules of its own.
    npm::install_shipped(&folder.join("node_modules/code-server/lib/vscode"))?;
    Ok(folder)
}
