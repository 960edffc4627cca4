//! What a test says about its machine or project: the `host` block.
//!
//! In: TOML. Out: plain values. Invariant: a key that is not known is an error.

use std::collections::BTreeMap;

use fpmlint_engine::{Targets, last_release};
use fpmlint_workspace::{Profile, TargetVersion};
use serde::Deserialize;

/// A machine, or a project in a repository.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HostOptions {
    /// The name of its profile; inferred from the files without one.
    pub profile: Option<String>,
    /// Users by name, each with its number. Each has a group of the same name and number, and root exists by
    /// itself. Without users and groups the accounts are the profile's.
    pub users: BTreeMap<String, u32>,
    /// Groups by name, each with the users that are in it. The numbers are free ones.
    pub groups: BTreeMap<String, Vec<String>>,
    /// Permission bits and owners of files and folders: `0750` or `0750 root:www`. A path at which nothing
    /// else lies becomes a folder.
    pub modes: BTreeMap<String, String>,
    /// Symbolic links, each with its target.
    pub links: BTreeMap<String, String>,
    /// Empty folders.
    pub folders: Vec<String>,
    /// The versions that count.
    pub target: Target,
    /// Whether the files are a project's and not a machine's; their paths are then relative to the project.
    pub view: bool,
    /// The content of `fpmlint.toml`.
    pub settings: Option<String>,
}

/// The versions that count; `8.2` means its last release.
#[derive(Clone, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Target {
    /// PHP's.
    pub php: Option<String>,
    /// nginx's.
    pub nginx: Option<String>,
    /// Apache httpd's.
    pub apache: Option<String>,
}

impl HostOptions {
    /// Reads a `host` block.
    ///
    /// # Errors
    /// What is wrong with the TOML, or which key is not known.
    pub fn parse(text: &str) -> Result<HostOptions, String> {
        toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
    }

    /// The profile.
    ///
    /// # Errors
    /// No profile has that name.
    pub fn find_profile(&self) -> Result<Option<&'static Profile>, String> {
        let Some(name) = &self.profile else { return Ok(None) };
        match fpmlint_workspace::profile(name) {
            Some(profile) => Ok(Some(profile)),
            None => Err(format!("no profile is called `{name}`")),
        }
    }
}

impl Target {
    /// The versions as the engine takes them.
    ///
    /// # Errors
    /// A text is no version.
    pub fn versions(&self) -> Result<Targets, String> {
        let read =
            |text: &Option<String>| match text.as_deref().map(|text| (text, text.parse::<TargetVersion>())) {
                None => Ok(None),
                Some((_, Ok(version))) => Ok(Some(last_release(version))),
                Some((text, Err(()))) => Err(format!("`{text}` is no version")),
            };
        Ok(Targets { php: read(&self.php)?, nginx: read(&self.nginx)?, apache: read(&self.apache)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read() {
        let host = HostOptions::parse(
            "profile = \"debian-12\"\nusers = { nginx = 101 }\ngroups = { www = [\"nginx\"] }\n\
             modes = { \"/srv\" = \"0750 root:www\" }\nlinks = { \"/a\" = \"/b\" }\nfolders = [\"/c\"]\n\
             target = { php = \"8.2\", nginx = \"1.26.1\" }\nview = false\nsettings = \"\"\"\nignore = []\n\"\"\"\n",
        )
        .unwrap();
        assert_eq!(host.users["nginx"], 101);
        assert_eq!(host.groups["www"], ["nginx"]);
        assert_eq!(host.modes["/srv"], "0750 root:www");
        assert_eq!(host.links["/a"], "/b");
        assert_eq!(host.folders, ["/c"]);
        assert_eq!(host.settings.as_deref(), Some("ignore = []\n"));
        assert!(host.find_profile().unwrap().is_some());
        let targets = host.target.versions().unwrap();
        assert_eq!(targets.nginx.unwrap().to_string(), "1.26.1");
        assert!(targets.php.unwrap().patch > 1000 && targets.apache.is_none());
    }

    #[test]
    fn what_is_not_known_is_an_error() {
        assert!(HostOptions::parse("user = { a = 1 }").is_err());
        assert!(HostOptions::parse("target = { perl = \"5\" }").is_err());
        let host = HostOptions::parse("profile = \"beos\"\ntarget = { php = \"new\" }").unwrap();
        assert_eq!(host.find_profile().unwrap_err(), "no profile is called `beos`");
        assert_eq!(host.target.versions().unwrap_err(), "`new` is no version");
    }
}
