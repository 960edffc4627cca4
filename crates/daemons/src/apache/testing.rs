//! Small configurations for the tests of this reader.

use std::path::Path;
use std::sync::Arc;

use fpmlint_catalog::Version;
use fpmlint_workspace::{Files, Host, HostPath, Lookup, Memory, profile};

use super::{Config, Environment, Input, StatementId};

/// Modules that the main file of [`config`] loads, each on its line.
pub(super) const MODULES: &str = "LoadModule mpm_event_module m/mod_mpm_event.so\n\
    LoadModule authz_core_module m/mod_authz_core.so\nLoadModule alias_module m/mod_alias.so\n\
    LoadModule macro_module m/mod_macro.so\nLoadModule rewrite_module m/mod_rewrite.so\n";

/// What is to be read, and how.
pub(super) struct Case {
    system: Memory,
    /// The path of what is read.
    pub(super) main: &'static str,
    pub(super) fragment: bool,
    pub(super) htaccess: bool,
    pub(super) version: Option<Version>,
}

impl Case {
    /// A host whose main file holds the modules and then `text`.
    pub(super) fn new(text: &str) -> Case {
        let main = format!("{MODULES}{text}");
        Case { main: "/etc/httpd/conf", ..Case::bare().file("/etc/httpd/conf", main) }
    }

    /// A host with nothing but folders.
    pub(super) fn bare() -> Case {
        let system = Memory::new().directory("/etc/apache2").directory("/srv");
        let version = Some(Version::new(2, 4, 62));
        Case { system, main: "/etc/httpd/conf", fragment: false, htaccess: false, version }
    }

    pub(super) fn file(mut self, path: &str, text: impl AsRef<[u8]>) -> Case {
        self.system = self.system.file(path, text);
        self
    }

    pub(super) fn read(&self) -> Config {
        let files = Arc::new(Files::new(Arc::new(self.system.clone())));
        let host = Host::sysroot(files, "host", Path::new("/"), profile("debian-12").unwrap());
        let path = HostPath::new(self.main);
        let Lookup::Found(main) = host.open(&path) else { panic!("no main file") };
        super::read(&Input {
            host: &host,
            main,
            path: &path,
            version: self.version,
            defines: &[b"FLAG".to_vec()],
            environment: &Environment::new([("WWW", "/srv/www")], true),
            fragment: self.fragment,
            htaccess: self.htaccess,
        })
    }
}

/// Reads a configuration whose main file holds the modules and `text`.
pub(super) fn config(text: &str) -> Config {
    Case::new(text).read()
}

/// The statements as lines, indented by depth; `?` behind those that are not certain.
pub(super) fn lines(config: &Config) -> Vec<String> {
    let all = (0..config.statements.len()).map(StatementId::new);
    let line = |id: StatementId| {
        let depth = config.ancestors(id).count();
        let mut line = " ".repeat(depth) + &String::from_utf8_lossy(&config.name(id));
        for word in config.words(id) {
            line.push(' ');
            line.push_str(&String::from_utf8_lossy(&word.text));
        }
        line + if config.statement(id).certain { "" } else { "?" }
    };
    all.map(line).collect()
}

/// The refusals: line and message.
pub(super) fn refusals(config: &Config) -> Vec<(u32, &str)> {
    let own = MODULES.lines().count() as u32;
    let lines = config.refusals.iter();
    lines.map(|it| (it.daemon_line.map_or(0, |line| line.saturating_sub(own)), it.message.as_str())).collect()
}
