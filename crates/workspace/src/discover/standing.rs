//! All that discovery takes from the content of a configuration file. While it stays the same, an edit changes nothing of
//! what is loaded.

use std::path::Path;

use super::claim::{Claim, claim};
use super::project::{MAX_SEARCHED, Marks};
use super::views::server_root;
use crate::HostPath;

/// What a file's path and content say to discovery.
#[derive(PartialEq, Eq, Debug)]
pub struct Standing {
    claim: Claim,
    marks: Marks,
    server_root: Option<HostPath>,
    too_large: bool,
}

/// What the file at `path` with this text says to discovery.
pub fn standing(path: &Path, text: &[u8]) -> Standing {
    Standing {
        claim: claim(path, text),
        marks: Marks::of(text),
        server_root: text.split(|byte| *byte == b'\n').find_map(server_root),
        too_large: text.len() as u64 > MAX_SEARCHED,
    }
}
