//! One configuration: a few files, one of which the daemon is given.
//!
//! In: names and bytes, or a kept file. Out: the same on disk, in memory, or as JSON. `{D}` in a file stands for the
//! folder in which the case lies, which the daemon and fpmlint see under two names.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fpmlint_workspace::Memory;
use serde_json::{Map, Value, json};

/// What stands for the folder of a case.
pub const FOLDER: &[u8] = b"{D}";

/// A configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// The name of the main file.
    pub main: String,
    /// Files by their names below the case's folder; a name that ends in a slash is an empty folder.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Case {
    /// A case of these files, the first of which is the main file.
    pub fn new(files: &[(&str, &str)]) -> Case {
        let main = files.first().map_or("", |(name, _)| *name).to_owned();
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
        Case { main, files }
    }

    /// Writes the files below `folder`, which is emptied first.
    pub fn write(&self, folder: &Path) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(failed)?;
        }
        fs::create_dir_all(folder).map_err(failed)?;
        for (name, text) in &self.files {
            let path = folder.join(name);
            if name.ends_with('/') {
                fs::create_dir_all(&path).map_err(failed)?;
                continue;
            }
            fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(failed)?;
            fs::write(&path, placed(text, folder)).map_err(failed)?;
        }
        Ok(())
    }

    /// The same files in memory below `folder`.
    pub fn memory(&self, folder: &Path) -> Memory {
        self.files.iter().fold(Memory::new().directory(folder), |memory, (name, text)| {
            let path = folder.join(name.trim_end_matches('/'));
            if name.ends_with('/') { memory.directory(path) } else { memory.file(path, placed(text, folder)) }
        })
    }

    /// The case as JSON.
    pub fn to_json(&self) -> Value {
        let files: Map<String, Value> =
            self.files.iter().map(|(name, bytes)| (name.clone(), bytes_to_json(bytes))).collect();
        json!({ "main": self.main, "files": files })
    }

    /// The case in JSON that [`Case::to_json`] made.
    pub fn from_json(value: &Value) -> Option<Case> {
        let files = value["files"].as_object()?.iter();
        let files: Option<BTreeMap<String, Vec<u8>>> =
            files.map(|(name, text)| Some((name.clone(), bytes_from_json(text)?))).collect();
        Some(Case { main: value["main"].as_str()?.to_owned(), files: files? })
    }
}

/// Text as a string; what is not UTF-8 as a list of numbers.
fn bytes_to_json(bytes: &[u8]) -> Value {
    std::str::from_utf8(bytes).map_or_else(|_| json!(bytes), |text| json!(text))
}

fn bytes_from_json(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => Some(text.clone().into_bytes()),
        Value::Array(bytes) => bytes.iter().map(|byte| u8::try_from(byte.as_u64()?).ok()).collect(),
        _ => None,
    }
}

/// `text` with the folder in the place of [`FOLDER`].
fn placed(text: &[u8], folder: &Path) -> Vec<u8> {
    let folder = folder.as_os_str().as_encoded_bytes();
    let mut whole = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.windows(FOLDER.len()).position(|window| window == FOLDER) {
        whole.extend_from_slice(&rest[..at]);
        whole.extend_from_slice(folder);
        rest = &rest[at + FOLDER.len()..];
    }
    whole.extend_from_slice(rest);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_every_byte() {
        let mut case = Case::new(&[("a.conf", "x = {D}/y\n"), ("d/", "")]);
        case.files.insert("b.conf".to_owned(), b"\xff\x00".to_vec());
        assert_eq!(Case::from_json(&case.to_json()), Some(case));
    }

    #[test]
    fn the_folder_stands_in_its_place() {
        assert_eq!(placed(b"a {D}/b{D}", Path::new("/x")), b"a /x/b/x");
        assert_eq!(placed(b"", Path::new("/x")), b"");
    }
}
