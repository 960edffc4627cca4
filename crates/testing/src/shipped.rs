//! What a distribution ships and a test need not repeat.
//!
//! In: the files of a test and a profile. Out: the profile's stock files that these files name, such as
//! `fastcgi_params`. A machine is closed, so that without them an include would be refused. Invariant: a
//! stock file that nobody names does not exist, so that a test holds no more than can be seen in it.

use std::collections::BTreeMap;

use fpmlint_workspace::{Profile, StockFile};

/// Folders that every machine has. Without `/var/log`, each log file would be one that cannot be made.
pub(crate) const FOLDERS: [&str; 6] = ["/etc", "/run", "/tmp", "/var/lib", "/var/log", "/var/tmp"];

/// The stock files that files name, or that such stock files name.
pub(crate) fn named(files: &BTreeMap<String, Vec<u8>>, profile: &'static Profile) -> Vec<&'static StockFile> {
    let mut named: Vec<&StockFile> = Vec::new();
    let mut left: Vec<&StockFile> =
        profile.stock.iter().filter(|file| !files.contains_key(file.path)).collect();
    let mut texts: Vec<&[u8]> = files.values().map(Vec::as_slice).collect();
    while let Some(text) = texts.pop() {
        let (new, rest): (Vec<&StockFile>, _) = left.into_iter().partition(|file| mentions(text, file));
        texts.extend(new.iter().map(|file| file.text));
        named.extend(new);
        left = rest;
    }
    named
}

fn mentions(text: &[u8], file: &StockFile) -> bool {
    let name = file.path.rsplit('/').next().unwrap_or(file.path).as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let words = text.split(|byte| !is_part(byte));
    words.into_iter().any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(path: &str, text: &str) -> Vec<&'static str> {
        let files = BTreeMap::from([(path.to_owned(), text.as_bytes().to_vec())]);
        let mut paths = named(&files, fpmlint_workspace::profile("debian-12").unwrap());
        paths.sort_by_key(|file| file.path);
        paths.into_iter().map(|file| file.path).collect()
    }

    #[test]
    fn files_that_are_named_exist_with_what_they_name() {
        assert_eq!(paths("/a", "include /etc/nginx/fastcgi_params;"), ["/etc/nginx/fastcgi_params"]);
        let snippet = ["/etc/nginx/fastcgi.conf", "/etc/nginx/snippets/fastcgi-php.conf"];
        assert_eq!(paths("/a", "include snippets/fastcgi-php.conf;"), snippet);
    }

    #[test]
    fn others_do_not() {
        assert!(paths("/a", "include my-fastcgi.conf; include fastcgi.conf.bak;").is_empty());
        assert!(paths("/etc/nginx/fastcgi.conf", "# fastcgi.conf").is_empty());
    }
}
