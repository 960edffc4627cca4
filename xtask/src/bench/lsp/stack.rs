//! The stack that is edited: a host of nginx sites with a pool each, and a snippet that all sites include.

use std::fs;
use std::path::{Path, PathBuf};

use crate::bench::root::Root;
use crate::bench::shape::{Layout, Shape, Web, site_name};
use crate::bench::{nginx, php_fpm};

const SNIPPET: &str =
    "fastcgi_param QUERY_STRING $query_string;\nfastcgi_param REQUEST_METHOD $request_method;\n";

/// A generated stack on disk.
pub struct Stack {
    /// The folder that is the host's `/`.
    pub folder: PathBuf,
    root: Root,
}

/// A document and the place in it where a letter is typed.
pub struct Document {
    /// What it is, for the table.
    pub what: &'static str,
    /// Its path.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The editor's name of its language.
    pub language: &'static str,
    /// Line and column, from 0. A letter here makes a finding, and its removal takes it away.
    pub at: (usize, usize),
}

impl Stack {
    /// Builds a stack of so many sites in `folder`, which must not be there yet.
    ///
    /// # Errors
    /// A file or folder cannot be made.
    pub fn build(folder: &Path, sites: usize) -> Result<Stack, String> {
        let shape = Shape { web: Web::Nginx, layout: Layout::Many, sites };
        let root = Root::write_files(folder, shape)?;
        let write = |name: &str, text: &str| {
            fs::write(folder.join(name), text).map_err(|error| format!("cannot write {name}: {error}"))
        };
        write("etc/nginx/fastcgi_params", SNIPPET)?;
        write("etc/nginx/mime.types", "types {\n    text/html html;\n}\n")?;
        Ok(Stack { folder: folder.to_owned(), root })
    }

    /// Removes the folder.
    ///
    /// # Errors
    /// Something in it cannot be removed.
    pub fn remove(self) -> Result<(), String> {
        self.root.remove()
    }

    /// A site's file; the letter goes into its socket's name.
    pub fn site(&self, number: usize) -> Document {
        let path = self.folder.join(format!("{}/{}.conf", Web::Nginx.sites_folder(), site_name(number)));
        Document::at_end_of("a site's file", path, nginx::server(number), "nginx", ".sock")
    }

    /// A pool's file; the letter makes a setting unknown.
    pub fn pool(&self, number: usize) -> Document {
        let path = self.folder.join(format!("{}/{}.conf", php_fpm::POOLS_FOLDER, site_name(number)));
        Document::at_end_of("a pool's file", path, php_fpm::pool(number), "php-fpm", "pm.max_children")
    }

    /// The snippet that every site includes; the letter makes a directive unknown.
    pub fn snippet(&self) -> Document {
        let path = self.folder.join("etc/nginx/fastcgi_params");
        Document::at_end_of(
            "a snippet that all sites include",
            path,
            SNIPPET.to_owned(),
            "nginx",
            "fastcgi_param",
        )
    }
}

impl Document {
    fn at_end_of(
        what: &'static str,
        path: PathBuf,
        text: String,
        language: &'static str,
        word: &str,
    ) -> Document {
        let place =
            text.lines().enumerate().find_map(|(line, text)| Some((line, text.find(word)? + word.len())));
        Document { what, path, text, language, at: place.unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_goes_behind_the_word() {
        let document = Document::at_end_of("", PathBuf::new(), "a\nxx.sock;\n".to_owned(), "nginx", ".sock");
        assert_eq!(document.at, (1, 7));
    }
}
