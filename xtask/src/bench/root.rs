//! A generated host root.
//!
//! In: a shape and a folder. Out: the folder as a host of Debian's: configuration, users, document roots, log and
//! socket folders. Invariant: everything that the configuration names is there, so a sound linter has little to say.

use std::fs;
use std::path::{Path, PathBuf};

use super::runtime::Runtime;
use super::shape::{Layout, Shape, Web, site_name};
use super::{apache, nginx, php_fpm};

const FOLDERS: [&str; 12] = [
    "dev",
    "etc/apache2",
    "etc/nginx",
    "etc/php/8.2/fpm/conf.d",
    "run/apache2",
    "run/php",
    "tmp",
    "var/lib/nginx",
    "var/log/apache2",
    "var/log/nginx",
    "var/log/php",
    "var/www",
];

/// A root on disk.
pub struct Root {
    /// What it is.
    pub shape: Shape,
    /// The folder that is the host's `/`.
    pub folder: PathBuf,
    /// Bytes of the web server's generated files.
    pub web_bytes: u64,
    /// Bytes of php-fpm's generated files.
    pub fpm_bytes: u64,
}

impl Root {
    /// Builds the root in `folder`, which must not be there yet.
    ///
    /// # Errors
    /// A file or folder cannot be made.
    pub fn build(folder: &Path, shape: Shape, runtime: &Runtime) -> Result<Root, String> {
        let root = Root::write_files(folder, shape)?;
        runtime.link_into(folder)?;
        Ok(root)
    }

    /// The same without the daemons and their stock files, for what only reads the configuration.
    ///
    /// # Errors
    /// A file or folder cannot be made.
    pub fn write_files(folder: &Path, shape: Shape) -> Result<Root, String> {
        let mut root = Root { shape, folder: folder.to_owned(), web_bytes: 0, fpm_bytes: 0 };
        for name in FOLDERS {
            root.make_folder(name)?;
        }
        root.write("etc/passwd", "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\n")?;
        root.write("etc/group", "root:x:0:\nwww-data:x:33:\n")?;
        root.write("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")?;
        root.write("etc/hosts", "127.0.0.1 localhost\n")?;
        // php-fpm wants to open it; it need not be a device.
        root.write("dev/null", "")?;
        root.write_document_roots()?;
        root.web_bytes = root.write_web()?;
        root.fpm_bytes = root.write_pools()?;
        Ok(root)
    }

    /// Removes the folder.
    ///
    /// # Errors
    /// Something in it cannot be removed.
    pub fn remove(self) -> Result<(), String> {
        fs::remove_dir_all(&self.folder)
            .map_err(|error| format!("cannot remove {}: {error}", self.folder.display()))
    }

    fn write_document_roots(&self) -> Result<(), String> {
        for number in 0..self.shape.sites {
            let folder = format!("var/www/{}/public", site_name(number));
            self.make_folder(&folder)?;
            self.write(&format!("{folder}/index.php"), "<?php echo 'hello';\n")?;
        }
        Ok(())
    }

    fn write_web(&self) -> Result<u64, String> {
        let sites = self.shape.sites;
        let web = self.shape.web;
        let (include, part): (_, fn(usize) -> String) = match web {
            Web::Nginx => (nginx::INCLUDE, nginx::server),
            Web::Apache => (apache::INCLUDE, apache::virtual_host),
        };
        let (body, bytes) = self.write_parts(web.sites_folder(), include, part)?;
        let main = match web {
            Web::Nginx => nginx::main_file(sites, &body),
            Web::Apache => apache::main_file(&body),
        };
        Ok(bytes + self.write(web.main_file(), &main)?)
    }

    fn write_pools(&self) -> Result<u64, String> {
        let (body, bytes) = self.write_parts(php_fpm::POOLS_FOLDER, php_fpm::INCLUDE, php_fpm::pool)?;
        let main = self.write(php_fpm::MAIN_FILE, &php_fpm::main_file(&body))?;
        Ok(bytes + main + self.write(php_fpm::PHP_INI, php_fpm::PHP_INI_TEXT)?)
    }

    /// The body of a main file and the bytes written elsewhere: all parts in the body, or files of their own and the
    /// line that includes them.
    fn write_parts(
        &self,
        folder: &str,
        include: &str,
        part: fn(usize) -> String,
    ) -> Result<(String, u64), String> {
        if self.shape.layout == Layout::One {
            return Ok(((0..self.shape.sites).map(part).collect(), 0));
        }
        self.make_folder(folder)?;
        let mut bytes = 0;
        for number in 0..self.shape.sites {
            bytes += self.write(&format!("{folder}/{}.conf", site_name(number)), &part(number))?;
        }
        Ok((include.to_owned(), bytes))
    }

    fn make_folder(&self, name: &str) -> Result<(), String> {
        fs::create_dir_all(self.folder.join(name)).map_err(|error| format!("cannot make {name}: {error}"))
    }

    /// Writes a file, and gives its size in bytes.
    fn write(&self, name: &str, text: &str) -> Result<u64, String> {
        fs::write(self.folder.join(name), text).map_err(|error| format!("cannot write {name}: {error}"))?;
        Ok(text.len() as u64)
    }
}
