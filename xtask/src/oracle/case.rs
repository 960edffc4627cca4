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
    /// The permission bits of those that do not have the usual ones.
    pub modes: BTreeMap<String, u32>,
}

impl Case {
    /// A case of these files, the first of which is the main file.
    pub fn new(files: &[(&str, &str)]) -> Case {
        let main = files.first().map_or("", |(name, _)| *name).to_owned();
        let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
        Case { main, files, modes: BTreeMap::new() }
    }

    /// The same with `text` in the place of every `mark`.
    pub fn filled(&self, mark: &str, text: &str) -> Case {
        let fill = |bytes: &Vec<u8>| replaced(bytes, mark.as_bytes(), text.as_bytes());
        let files = self.files.iter().map(|(name, bytes)| (name.clone(), fill(bytes))).collect();
        Case { files, ..self.clone() }
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
        for (name, mode) in &self.modes {
            set_mode(&folder.join(name), *mode).map_err(failed)?;
        }
        Ok(())
    }

    /// The same files in memory below `folder`.
    pub fn memory(&self, folder: &Path) -> Memory {
        self.files.iter().fold(Memory::new().directory(folder), |memory, (name, text)| {
            let path = folder.join(name.trim_end_matches('/'));
            let memory = match name.ends_with('/') {
                true => memory.directory(path),
                false => memory.file(path, placed(text, folder)),
            };
            match self.modes.get(name) {
                Some(mode) => memory.mode(*mode),
                None => memory,
            }
        })
    }

    /// The case as JSON.
    pub fn to_json(&self) -> Value {
        let files: Map<String, Value> =
            self.files.iter().map(|(name, bytes)| (name.clone(), bytes_to_json(bytes))).collect();
        json!({ "main": self.main, "files": files, "modes": self.modes })
    }

    /// The case in JSON that [`Case::to_json`] made.
    pub fn from_json(value: &Value) -> Option<Case> {
        let files = value["files"].as_object()?.iter();
        let files: Option<BTreeMap<String, Vec<u8>>> =
            files.map(|(name, text)| Some((name.clone(), bytes_from_json(text)?))).collect();
        let modes = value["modes"].as_object().into_iter().flatten();
        let modes: Option<BTreeMap<String, u32>> =
            modes.map(|(name, mode)| Some((name.clone(), u32::try_from(mode.as_u64()?).ok()?))).collect();
        Some(Case { main: value["main"].as_str()?.to_owned(), files: files?, modes: modes? })
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

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

/// `text` with the folder in the place of [`FOLDER`].
fn placed(text: &[u8], folder: &Path) -> Vec<u8> {
    replaced(text, FOLDER, folder.as_os_str().as_encoded_bytes())
}

/// `text` with `other` in the place of every `mark`.
fn replaced(text: &[u8], mark: &[u8], other: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.windows(mark.len()).position(|window| window == mark) {
        whole.extend_from_slice(&rest[..at]);
        whole.extend_from_slice(other);
        rest = &rest[at + mark.len()..];
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
        case.modes.insert("a.conf".to_owned(), 0o600);
        assert_eq!(Case::from_json(&case.to_json()), Some(case));
    }

    #[test]
    fn the_folder_stands_in_its_place() {
        assert_eq!(placed(b"a {D}/b{D}", Path::new("/x")), b"a /x/b/x");
        assert_eq!(placed(b"", Path::new("/x")), b"");
    }
}
