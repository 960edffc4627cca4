//! What is known of a kind of machine without looking at one: its packages' paths, accounts, defaults and files.
//!
//! In: a name, an os-release file, an image's name or a path. Out: a [`Profile`]. Facts of the distributions' own
//! packages; a value that differs between their releases or that nobody can know is absent.

use std::sync::Arc;

use crate::host::Entry;
use crate::path::HostPath;
use crate::profiles;
use crate::system::FileKind;
use crate::users::{Group, User, Users};

mod infer;

pub use infer::{PhpPlaces, infer_from_image, infer_from_os_release, infer_from_path, php_places};

/// A kind of machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Its name, as `--profile` takes it.
    pub name: &'static str,
    /// The accounts that its base system and packages make.
    pub accounts: &'static [Account],
    /// Where the daemons' main files lie.
    pub main_files: MainFiles,
    /// Files of the packages that configurations include by name.
    pub stock: &'static [StockFile],
    /// Folders that the packages make and leave empty.
    pub stock_folders: &'static [&'static str],
    /// Lines that the packages' configuration files have.
    pub stock_lines: &'static [StockLines],
    /// How nginx was built.
    pub nginx: NginxDefaults,
    /// How php-fpm was built and is started.
    pub php_fpm: FpmDefaults,
    /// How Apache was built and is started.
    pub apache: ApacheDefaults,
    /// Whether each daemon runs in a container of its own: only sockets that listen on the network reach it.
    pub container: bool,
    /// Whether security fixes come without a new version number.
    pub backports: bool,
}

/// An account of the base system or a package: a user with a group of the same name, or one of both alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Account {
    /// The name.
    pub name: &'static str,
    /// What it is.
    pub kind: AccountKind,
}

/// What an account of a profile is. Numbers are absent where the package takes the next free one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountKind {
    /// A user, its primary group and its home folder.
    User {
        /// The user's number.
        uid: Option<u32>,
        /// The primary group's name.
        group: &'static str,
        /// The home folder.
        home: &'static str,
    },
    /// A group and its members.
    Group {
        /// The group's number.
        gid: Option<u32>,
        /// The users that it is a supplementary group of.
        members: &'static [&'static str],
    },
}

/// Where main files lie: host paths, with wildcards where versions lie side by side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MainFiles {
    /// php-fpm's.
    pub php_fpm: &'static [&'static str],
    /// php.ini of php-fpm and of Apache's module.
    pub php_ini: &'static [&'static str],
    /// nginx's.
    pub nginx: &'static [&'static str],
    /// Apache's.
    pub apache: &'static [&'static str],
}

/// A file of a package, with its facts in our own words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StockFile {
    /// Its path on the host.
    pub path: &'static str,
    /// Its text.
    pub text: &'static [u8],
}

/// Lines that the packages ship in files of one name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StockLines {
    /// The file's name, without folders.
    pub file: &'static str,
    /// Its lines without comments, each run of blanks written as one space.
    pub lines: &'static [&'static str],
}

/// The modules that a daemon has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Modules {
    /// These, and what the configuration loads.
    Known(&'static [&'static str]),
    /// Nobody knows which.
    Unknown,
}

/// How nginx was built. Empty text where it is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NginxDefaults {
    /// Who its workers run as without a `user` line.
    pub user: &'static str,
    /// The group to that.
    pub group: &'static str,
    /// The folder that relative includes are taken from: the main file's.
    pub conf_prefix: &'static str,
    /// The folder that relative roots and log files are taken from.
    pub prefix: &'static str,
    /// The folder that relative `load_module` paths are taken from is `modules` below `prefix`; the packages put
    /// their modules here.
    pub modules_folder: &'static str,
    /// The modules built in, by their names in the source (`ngx_http_ssl_module`).
    pub modules: Modules,
    /// The version, where the release ships one.
    pub version: Option<&'static str>,
}

/// How php-fpm was built and is started. Empty text where it is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FpmDefaults {
    /// The folder that relative includes, sockets and logs are taken from without `-p`.
    pub prefix: &'static str,
    /// The folder of its configuration; `{version}` stands for major and minor version.
    pub sysconfdir: &'static str,
    /// The folder of its pid file and log.
    pub localstatedir: &'static str,
    /// Who pools run as without a `user` line.
    pub user: &'static str,
    /// The group to that.
    pub group: &'static str,
    /// The version, where the release ships one.
    pub version: Option<&'static str>,
    /// Whether it was built with POSIX ACLs; none where that differs.
    pub acl: Option<bool>,
    /// Whether it was built with systemd's notification; none where that differs.
    pub systemd: Option<bool>,
    /// Whether it was built with AppArmor; none where that differs.
    pub apparmor: Option<bool>,
    /// Whether its service starts it in the foreground, whatever `daemonize` says.
    pub foreground: bool,
}

/// How Apache was built and is started. Empty text where it is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApacheDefaults {
    /// The folder that relative paths are taken from before a `ServerRoot` line.
    pub server_root: &'static str,
    /// The folder of its run time files without `DefaultRuntimeDir`.
    pub runtime_dir: &'static str,
    /// Who it runs as by its packaged configuration.
    pub user: &'static str,
    /// The group to that.
    pub group: &'static str,
    /// The folder where its modules lie.
    pub modules_folder: &'static str,
    /// The modules built in, by their identifiers (`core_module`).
    pub static_modules: Modules,
    /// The modules that the packaged configuration loads, by their identifiers.
    pub loaded_modules: &'static [&'static str],
    /// The environment that its start script sets.
    pub envvars: &'static [(&'static str, &'static str)],
    /// The names that the start script defines with `-D`.
    pub defines: &'static [&'static str],
    /// The main file.
    pub main_file: &'static str,
    /// The version, where the release ships one.
    pub version: Option<&'static str>,
}

/// The profile of a name: `rocky-9`, `debian-12`, `docker` or `generic`.
pub fn profile(name: &str) -> Option<&'static Profile> {
    profiles::ALL.iter().copied().find(|profile| profile.name == name)
}

/// The names of all profiles.
pub fn names() -> impl Iterator<Item = &'static str> {
    profiles::ALL.iter().map(|profile| profile.name)
}

impl From<&Profile> for Arc<Profile> {
    fn from(profile: &Profile) -> Arc<Profile> {
        Arc::new(profile.clone())
    }
}

impl Profile {
    /// The prefix and the state folder that the php-fpm of a main file was built with. One in `/usr/local/etc` is the
    /// official image's or was built from source, whichever distribution lies around it.
    pub fn php_fpm_folders(&self, main: &HostPath) -> (&'static str, &'static str) {
        let known = &self.php_fpm;
        match main.as_bytes() {
            b"/usr/local/etc/php-fpm.conf" => ("/usr/local", "/usr/local/var"),
            _ => (known.prefix, known.localstatedir),
        }
    }

    /// The stock file at a path, `/var/run` and `/run` being one.
    pub fn stock_file(&self, path: &HostPath) -> Option<&StockFile> {
        self.stock.iter().find(|file| file.path.as_bytes() == path.as_bytes())
    }

    /// Whether a line, without its line end, is one that the packages ship in files of that name. Blanks at its ends
    /// and between its words do not count, nor does a semicolon at its end.
    pub fn is_stock_line(&self, file_name: &[u8], line: &[u8]) -> bool {
        let mut lists = self.stock_lines.iter().filter(|lines| is_shipped(lines.file, file_name));
        let words = || words(line.trim_ascii_end().strip_suffix(b";").unwrap_or(line));
        let is_same = |stock: &str| {
            let mut stock = stock.strip_suffix(';').unwrap_or(stock).split(' ');
            words().all(|word| stock.next().is_some_and(|stock| is_shipped(stock, word)))
                && stock.next().is_none()
        };
        lists.any(|list| list.lines.iter().any(|stock| is_same(stock)))
    }

    /// Whether the packages put a file or folder below a path, or make the path a folder.
    pub(crate) fn has_stock_below(&self, path: &HostPath) -> bool {
        let mut paths = self.stock.iter().map(|file| file.path);
        let below = |rest: &[u8]| rest.is_empty() || rest.starts_with(b"/") || path.as_bytes() == b"/";
        let holds = |other: &str| other.as_bytes().strip_prefix(path.as_bytes()).is_some_and(below);
        self.stock_folders.iter().any(|folder| holds(folder)) || paths.any(holds)
    }

    /// The entries that the packages put into a folder, sorted by name.
    pub(crate) fn stock_entries(&self, folder: &HostPath) -> Vec<Entry> {
        let files = self.stock.iter().map(|file| (file.path, FileKind::File));
        let folders = self.stock_folders.iter().map(|folder| (*folder, FileKind::Directory));
        let entry = |(path, kind): (&str, FileKind)| {
            let path = HostPath::new(path);
            let mut parts = path.below(folder)?.split(|byte| *byte == b'/');
            let name = parts.next().filter(|name| !name.is_empty())?.to_vec();
            Some(Entry { name, kind: if parts.next().is_some() { FileKind::Directory } else { kind } })
        };
        let mut entries: Vec<Entry> = files.chain(folders).filter_map(entry).collect();
        entries.sort();
        entries.dedup();
        entries
    }

    /// The accounts; others may exist.
    pub fn users(&self) -> Users {
        let gid_of = |name: &str| {
            self.accounts.iter().find_map(|account| match account.kind {
                AccountKind::Group { gid, .. } if account.name == name => gid,
                AccountKind::Group { .. } | AccountKind::User { .. } => None,
            })
        };
        let bytes = |text: &str| text.as_bytes().to_vec();
        let mut users = Vec::new();
        let mut groups = Vec::new();
        for account in self.accounts {
            let name = bytes(account.name);
            match account.kind {
                AccountKind::User { uid, group, home } => {
                    let gid = gid_of(group);
                    users.push(User { name, uid, gid, group: Some(bytes(group)), home: bytes(home) });
                }
                AccountKind::Group { gid, members } => {
                    let members = members.iter().map(|member| bytes(member)).collect();
                    groups.push(Group { name, gid, members });
                }
            }
        }
        Users::new(users, false, groups, false)
    }
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| matches!(byte, b' ' | b'\t' | b'\r')).filter(|word| !word.is_empty())
}

/// Whether a word is what a package ships, with any version where that says `{version}`.
fn is_shipped(stock: &str, word: &[u8]) -> bool {
    let Some((before, after)) = stock.split_once("{version}") else { return stock.as_bytes() == word };
    let version = word.strip_prefix(before.as_bytes()).and_then(|rest| rest.strip_suffix(after.as_bytes()));
    version.is_some_and(|version| version.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.'))
}

#[cfg(test)]
mod tests;
