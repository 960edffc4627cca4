//! `fpmlint check --stdin-filename`: a file that an editor has not saved yet.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use fpmlint_engine::Options;
use fpmlint_workspace::{MAX_FILE, Overlay, absolute};

/// Lays standard input over the file `name`, and limits the run to it. The rest of its project is read from disk,
/// unless `--as` says that this is a main file.
pub fn lay_over(options: &mut Options, name: &Path) -> io::Result<()> {
    let mut text = Vec::new();
    io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut text)?;
    if text.len() as u64 > MAX_FILE {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "standard input is too large"));
    }
    let overlay = Overlay::new(Arc::clone(&options.system));
    overlay.set(&absolute(&options.current_dir, name), text);
    options.system = Arc::new(overlay);
    options.paths = vec![name.to_owned()];
    options.whole = options.as_reader.is_none();
    Ok(())
}
