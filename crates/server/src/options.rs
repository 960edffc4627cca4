//! The editor's settings for this server.
//!
//! In: what `initializationOptions` or `workspace/configuration` give. Out: values for a run, and what is wrong with
//! them. Invariants: an empty value says nothing, as editors send their defaults; what is wrong changes nothing else.

use std::path::{Path, PathBuf};

use fpmlint_diagnostics::Confidence;
use fpmlint_engine::{Options, Selector, SettingsFrom, Targets, last_release};
use fpmlint_workspace::{Profile, TargetVersion, profile};
use serde_json::Value;

/// Settings that hold for a folder.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct EditorSettings {
    profile: Option<&'static str>,
    targets: Targets,
    sysroot: Option<PathBuf>,
    config: Option<PathBuf>,
    select: Vec<Selector>,
    ignore: Vec<Selector>,
    warn: Vec<Selector>,
    error: Vec<Selector>,
    min_confidence: Option<Confidence>,
    /// Whether fixes that change more than the fault are offered too.
    pub unsafe_fixes: bool,
}

impl EditorSettings {
    /// Reads settings and says what cannot be read. Keys that are the editor's own business are let go.
    pub fn read(value: &Value) -> (EditorSettings, Vec<String>) {
        let mut problems = Vec::new();
        let mut settings = EditorSettings::default();
        let mut reader = Reader { value, problems: &mut problems };
        settings.profile = reader.parsed("profile", |word| Some(profile(word)?.name));
        settings.targets = reader.targets();
        settings.sysroot = reader.text("sysroot").map(PathBuf::from);
        settings.config = reader.text("config").map(PathBuf::from);
        settings.select = reader.selectors("select");
        settings.ignore = reader.selectors("ignore");
        settings.warn = reader.selectors("warn");
        settings.error = reader.selectors("error");
        settings.min_confidence = reader.parsed("minConfidence", |word| word.parse().ok());
        settings.unsafe_fixes = reader.flag("unsafeFixes");
        (settings, problems)
    }

    /// Puts the settings into the options of a folder.
    pub fn apply(&self, options: &mut Options, folder: &Path) {
        self.apply_rules(options);
        options.sysroot = self.sysroot.as_ref().map(|sysroot| folder.join(sysroot));
        if let Some(config) = &self.config {
            options.settings = SettingsFrom::File(folder.join(config));
        }
    }

    /// Puts those settings into options that say nothing about where files are.
    pub fn apply_rules(&self, options: &mut Options) {
        options.profile = self.profile.and_then(profile) as Option<&'static Profile>;
        options.targets = self.targets;
        options.select = self.select.clone();
        options.ignore = self.ignore.clone();
        options.warn = self.warn.clone();
        options.error = self.error.clone();
        options.min_confidence = self.min_confidence;
    }
}

struct Reader<'a> {
    value: &'a Value,
    problems: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn text(&mut self, key: &str) -> Option<String> {
        match self.value.get(key)? {
            Value::Null => None,
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            _ => self.refuse(key, "is no text"),
        }
    }

    fn flag(&mut self, key: &str) -> bool {
        match self.value.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(_) => self.refuse(key, "is neither true nor false").unwrap_or(false),
        }
    }

    fn parsed<T>(&mut self, key: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let word = self.text(key)?;
        let parsed = parse(&word);
        if parsed.is_none() {
            self.refuse::<()>(key, &format!("`{word}` is not known"));
        }
        parsed
    }

    fn selectors(&mut self, key: &str) -> Vec<Selector> {
        let words: Vec<Value> = match self.value.get(key) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(words)) => words.clone(),
            Some(word) => vec![word.clone()],
        };
        let mut selectors = Vec::new();
        for word in words {
            match word.as_str().map(str::parse::<Selector>) {
                Some(Ok(selector)) => selectors.push(selector),
                Some(Err(error)) => self.problems.push(format!("{key}: {error}")),
                None => self.problems.push(format!("{key}: is no list of rules or groups")),
            }
        }
        selectors
    }

    fn targets(&mut self) -> Targets {
        let Some(table) = self.value.get("target").filter(|table| !table.is_null()) else {
            return Targets::default();
        };
        let mut reader = Reader { value: table, problems: self.problems };
        let mut version = |key: &str| {
            let parse = |word: &str| word.parse::<TargetVersion>().ok();
            reader.parsed(key, parse).map(last_release)
        };
        Targets { php: version("php"), nginx: version("nginx"), apache: version("apache") }
    }

    fn refuse<T>(&mut self, key: &str, why: &str) -> Option<T> {
        self.problems.push(format!("{key}: {why}"));
        None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn defaults_of_editors_say_nothing() {
        let sent = json!({"profile": "", "target": {"php": null, "nginx": ""}, "select": [], "sysroot": null,
            "path": ["/usr/bin/fpmlint"], "unsafeFixes": false});
        assert_eq!(EditorSettings::read(&sent), (EditorSettings::default(), Vec::new()));
        assert_eq!(EditorSettings::read(&Value::Null), (EditorSettings::default(), Vec::new()));
        assert_eq!(EditorSettings::read(&json!([1])), (EditorSettings::default(), Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_said_and_the_rest_holds() {
        let sent = json!({"profile": "debain", "target": {"php": "8.x", "nginx": "1.26"}, "ignore": ["wiring", 1, "x"],
            "unsafeFixes": "yes", "minConfidence": "likely"});
        let (settings, problems) = EditorSettings::read(&sent);
        assert_eq!(settings.min_confidence, Some(Confidence::Likely));
        assert_eq!(settings.ignore, ["wiring".parse().unwrap()]);
        assert!(settings.targets.nginx.is_some());
        assert_eq!(
            problems,
            [
                "profile: `debain` is not known",
                "php: `8.x` is not known",
                "ignore: is no list of rules or groups",
                "ignore: no rule or group is called `x`; `fpmlint rules` lists them",
                "unsafeFixes: is neither true nor false",
            ]
        );
    }
}
