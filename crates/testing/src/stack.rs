//! A stack in memory that the engine can run on.
//!
//! In: files by path, and what is said of their host. Out: a run of the engine. Invariant: nothing of this
//! machine is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fpmlint_engine::{Options, Outcome, Project, RunError, Selector, check, load};
use fpmlint_workspace::{Memory, Users};

use crate::accounts::{self, rights};
use crate::host::HostOptions;
use crate::shipped;

/// Where a machine's `/` lies in memory.
const MACHINE: &str = "/host";
/// Where a project lies in memory.
const PROJECT: &str = "/project";

/// A stack: files and their host.
#[derive(Clone, Default, Debug)]
pub struct TestStack {
    /// The machine or project.
    pub host: HostOptions,
    /// The files by their path: absolute on a machine, relative in a project.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// A run of the engine.
#[derive(Debug)]
pub struct Run {
    /// What was loaded.
    pub project: Project,
    /// What was found.
    pub outcome: Outcome,
}

/// Runs all rules over a stack: files by path, and what is said of their host.
///
/// # Errors
/// What is wrong with the options, or what fpmlint could not do.
pub fn run_stack(files: &[(&str, &str)], host: &HostOptions) -> Result<Outcome, String> {
    Ok(TestStack::new(host.clone(), files).run(&[])?.outcome)
}

impl TestStack {
    /// A stack of these files.
    pub fn new(host: HostOptions, files: &[(&str, &str)]) -> TestStack {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        TestStack { host, files: files.collect() }
    }

    /// Runs the rules that are selected; all where nothing is.
    ///
    /// # Errors
    /// What is wrong with the options, or what fpmlint could not do.
    pub fn run(&self, select: &[Selector]) -> Result<Run, String> {
        let options = Options { select: select.to_vec(), ..self.options()? };
        let project = load(&options).map_err(|errors| shown(&errors))?;
        let outcome = check(&project, &options);
        if !outcome.errors.is_empty() {
            return Err(shown(&outcome.errors));
        }
        Ok(Run { project, outcome })
    }

    /// What the engine is told, with a file system that holds the stack.
    ///
    /// # Errors
    /// What is wrong with the options.
    pub fn options(&self) -> Result<Options, String> {
        let system = Arc::new(self.memory()?);
        let current_dir = PathBuf::from(if self.host.view { PROJECT } else { "/" });
        let mut options = Options::new(system, current_dir);
        options.sysroot = (!self.host.view).then(|| PathBuf::from(MACHINE));
        options.profile = self.host.find_profile()?;
        options.targets = self.host.target.versions()?;
        Ok(options)
    }

    /// The path by which the test knows a file of a run.
    pub fn name_of(&self, path: &Path) -> String {
        let name = match self.host.view {
            true => path.strip_prefix(PROJECT).unwrap_or(path).to_owned(),
            false => path.strip_prefix(MACHINE).map_or(path.to_owned(), |path| Path::new("/").join(path)),
        };
        name.to_string_lossy().into_owned()
    }

    /// Where a file of the test lies in memory.
    fn path_of(&self, name: &str) -> Result<PathBuf, String> {
        match (self.host.view, name.strip_prefix('/')) {
            (false, Some(below)) => Ok(Path::new(MACHINE).join(below)),
            (true, None) => Ok(Path::new(PROJECT).join(name)),
            (false, None) => Err(format!("`{name}` is not absolute, as paths of a machine are")),
            (true, Some(_)) => Err(format!("`{name}` is absolute; paths of a project start in it")),
        }
    }

    fn memory(&self) -> Result<Memory, String> {
        let host = &self.host;
        if host.view && !(host.users.is_empty() && host.groups.is_empty() && host.modes.is_empty()) {
            return Err("a project has no `users`, `groups` and `modes`".into());
        }
        let mut entries = self.entries()?;
        let users = self.users(&entries)?;
        let mut wanted = BTreeMap::new();
        for (name, text) in &host.modes {
            entries.entry(name.clone()).or_insert(Entry::Folder);
            wanted.insert(name, rights(text, &users)?);
        }
        let mut memory = Memory::new();
        for (name, entry) in &entries {
            let path = self.path_of(name)?;
            memory = match entry {
                Entry::File(text) => memory.file(path, text),
                Entry::Folder => memory.directory(path),
                Entry::Link(target) => memory.link(path, target),
            };
            let Some((mode, owners)) = wanted.get(name) else { continue };
            memory = memory.mode(*mode);
            if let Some((uid, gid)) = owners {
                memory = memory.owner(*uid, *gid);
            }
        }
        match &host.settings {
            Some(text) if host.view => Ok(memory.file(Path::new(PROJECT).join("fpmlint.toml"), text)),
            Some(text) => Ok(memory.file("/fpmlint.toml", text)),
            None => Ok(memory),
        }
    }

    /// What lies where: what the test says, and on a machine what it need not say.
    fn entries(&self) -> Result<BTreeMap<String, Entry>, String> {
        let host = &self.host;
        let files = self.files.iter().map(|(name, text)| (name.clone(), Entry::File(text.clone())));
        let folders = host.folders.iter().map(|name| (name.clone(), Entry::Folder));
        let links = host.links.iter().map(|(name, target)| (name.clone(), Entry::Link(target.clone())));
        let accounts = accounts::texts(host)?.map(|(passwd, group)| {
            let file = |name: &str, text: String| (name.to_owned(), Entry::File(text.into_bytes()));
            [file("/etc/passwd", passwd), file("/etc/group", group)]
        });
        let mut entries = BTreeMap::new();
        for (name, entry) in files.chain(folders).chain(links).chain(accounts.into_iter().flatten()) {
            if entries.contains_key(&name) {
                return Err(format!("`{name}` is given twice"));
            }
            entries.insert(name, entry);
        }
        if host.view {
            return Ok(entries);
        }
        for folder in shipped::FOLDERS {
            entries.entry(folder.to_owned()).or_insert(Entry::Folder);
        }
        let profile = host.find_profile()?.or_else(|| fpmlint_workspace::profile("generic"));
        for stock in profile.map(|profile| shipped::named(&self.files, profile)).unwrap_or_default() {
            entries.entry(stock.path.to_owned()).or_insert_with(|| Entry::File(stock.text.to_vec()));
        }
        Ok(entries)
    }

    /// The accounts that `modes` may name.
    fn users(&self, entries: &BTreeMap<String, Entry>) -> Result<Users, String> {
        let text = |name: &str| match entries.get(name) {
            Some(Entry::File(text)) => Some(text.as_slice()),
            _ => None,
        };
        match (text("/etc/passwd"), self.host.find_profile()?) {
            (Some(passwd), _) => Ok(Users::parse(passwd, text("/etc/group"))),
            (None, Some(profile)) => Ok(profile.users()),
            (None, None) => Ok(Users::default()),
        }
    }
}

/// What lies at a path.
#[derive(Clone, Debug)]
enum Entry {
    File(Vec<u8>),
    Folder,
    Link(String),
}

fn shown(errors: &[RunError]) -> String {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| match (&error.file, error.line) {
            (Some(file), Some(line)) => format!("{file}:{line}: {}", error.message),
            (Some(file), None) => format!("{file}: {}", error.message),
            (None, _) => error.message.clone(),
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(host: &str, files: &[(&str, &str)]) -> TestStack {
        TestStack::new(HostOptions::parse(host).unwrap(), files)
    }

    #[test]
    fn a_machine_has_modes_owners_links_and_accounts() {
        let stack = stack(
            "users = { nginx = 101 }\ngroups = { www = [\"nginx\"] }\nlinks = { \"/var/www\" = \"/srv/www\" }\n\
             modes = { \"/srv/www\" = \"0750 nginx:www\", \"/srv/www/a.php\" = \"0600\" }",
            &[("/srv/www/a.php", "<?php")],
        );
        let options = stack.options().unwrap();
        let metadata = |path: &str| options.system.metadata(Path::new(path)).unwrap();
        let folder = metadata("/host/srv/www");
        assert_eq!((folder.mode, folder.uid, folder.gid), (Some(0o750), Some(101), Some(900)));
        assert_eq!(metadata("/host/srv/www/a.php").mode, Some(0o600));
        assert_eq!(options.system.read_link(Path::new("/host/var/www")).unwrap(), Path::new("/srv/www"));
        assert!(options.system.read(Path::new("/host/etc/group")).unwrap().ends_with(b"www:x:900:nginx\n"));
        assert_eq!(stack.name_of(Path::new("/host/srv/www/a.php")), "/srv/www/a.php");
    }

    #[test]
    fn a_machine_has_what_every_machine_has_and_what_files_name() {
        let stack = stack("profile = \"debian-12\"", &[("/etc/nginx/nginx.conf", "include fastcgi_params;")]);
        let options = stack.options().unwrap();
        assert!(options.system.read(Path::new("/host/etc/nginx/fastcgi_params")).is_ok());
        assert!(options.system.read(Path::new("/host/etc/nginx/fastcgi.conf")).is_err());
        assert!(options.system.read_dir(Path::new("/host/var/log")).is_ok());
    }

    #[test]
    fn a_project_has_relative_paths_and_its_own_settings() {
        let stack = stack("view = true\nsettings = \"ignore = []\"", &[("docker/nginx.conf", "events {}")]);
        let options = stack.options().unwrap();
        assert!(options.sysroot.is_none());
        assert!(options.system.read(Path::new("/project/docker/nginx.conf")).is_ok());
        assert!(options.system.read(Path::new("/project/fpmlint.toml")).is_ok());
        assert_eq!(stack.name_of(Path::new("/project/docker/nginx.conf")), "docker/nginx.conf");
    }

    #[test]
    fn mistakes_are_told() {
        let error = |host: &str, file: &str| stack(host, &[(file, "")]).options().unwrap_err();
        assert!(error("", "a.conf").contains("not absolute"));
        assert!(error("view = true", "/a.conf").contains("is absolute"));
        assert!(error("view = true\nusers = { a = 1 }", "a.conf").contains("no `users`"));
        assert!(error("folders = [\"/a\"]", "/a").contains("twice"));
        assert!(error("profile = \"beos\"", "/a").contains("beos"));
    }

    #[test]
    fn all_rules_run_over_a_stack() {
        let pool =
            "[www]\nuser = a\nlisten = /run/a.sock\nlisten.mode = rw\npm = static\npm.max_children = 1\n";
        let host = HostOptions { profile: Some("debian-12".to_owned()), ..HostOptions::default() };
        let outcome = run_stack(&[("/etc/php/8.2/fpm/php-fpm.conf", pool)], &host).unwrap();
        assert!(outcome.diagnostics.iter().any(|found| found.rule.name == "mode-not-octal"), "{outcome:?}");
    }
}
