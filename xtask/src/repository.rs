//! Where the project lies.

use std::path::{Path, PathBuf};

/// The project's root folder: the one that holds this tool's own.
///
/// # Errors
/// This tool lies at the top of the file system.
pub fn root() -> Result<PathBuf, String> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_path_buf).ok_or_else(|| "the root folder is not known".to_owned())
}
