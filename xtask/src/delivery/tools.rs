//! The programs of others that judge what fpmlint delivers.

use std::path::{Path, PathBuf};

use super::folder;
use super::run::Run;

/// From PyPI.
const PYTHON: &[&str] = &["pre-commit==4.7.0", "check-jsonschema==0.39.0"];
/// From npm.
const NODE: &[&str] = &["@actions/core@3.0.1", "@microsoft/sarif-multitool-linux@5.7.0"];
/// Compares workflow commands with those of the toolkit.
const TOOLKIT: &str = include_str!("toolkit.mjs");

/// The installed programs.
pub struct Tools {
    python: PathBuf,
    node: PathBuf,
}

impl Tools {
    /// Installs what is missing, or is there in another version, below a folder.
    pub fn ensure(folder: &Path) -> Result<Tools, String> {
        let tools = Tools { python: folder.join("python"), node: folder.join("node") };
        once(&tools.python, PYTHON, || {
            let hint = |message| format!("{message}\nneeded: Python 3 with venv (python3-venv)");
            Run::new("python3")
                .arguments(["-m", "venv"])
                .arguments([&tools.python])
                .succeed()
                .map_err(hint)?;
            let pip = ["install", "--quiet", "--disable-pip-version-check"];
            Run::new(tools.python("pip")).arguments(pip).arguments(PYTHON).succeed()
        })?;
        once(&tools.node, NODE, || {
            let npm =
                ["install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix", "."];
            let hint = |message| format!("{message}\nneeded: Node.js with npm");
            let npm = Run::new("npm").arguments(npm).arguments(NODE).folder(&tools.node);
            npm.succeed().map_err(hint)?;
            Run::new("chmod").arguments(["+x"]).arguments([tools.multitool()]).succeed()
        })?;
        folder::write(&tools.node.join("toolkit.mjs"), TOOLKIT)?;
        Ok(tools)
    }

    /// A program of the Python packages.
    pub fn python(&self, program: &str) -> PathBuf {
        self.python.join("bin").join(program)
    }

    /// The folder in which Node finds its packages, and the script that compares workflow commands.
    pub fn node(&self) -> &Path {
        &self.node
    }

    /// The official SARIF validator.
    pub fn multitool(&self) -> PathBuf {
        self.node.join("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool")
    }

    /// The official schema of SARIF, which comes with it.
    pub fn sarif_schema(&self) -> PathBuf {
        self.node.join("node_modules/@microsoft/sarif-multitool-linux/sarif-2.1.0.json")
    }

    /// Checks documents against a JSON schema.
    pub fn check_schema(&self, schema: &[&str], documents: &[PathBuf]) -> Result<(), String> {
        let check = Run::new(self.python("check-jsonschema")).arguments(schema).arguments(documents);
        check.succeed().map(|_| ())
    }
}

/// Installs packages into a folder, unless it says that it holds exactly these.
fn once<T>(
    folder: &Path,
    packages: &[&str],
    install: impl FnOnce() -> Result<T, String>,
) -> Result<(), String> {
    let mark = folder.join("installed");
    let wanted = packages.join("\n");
    if folder::read(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("installing {}", packages.join(" "));
    folder::empty(folder)?;
    install()?;
    folder::write(&mark, wanted)
}
