//! Which rules run, and how bad their findings are.
//!
//! In: defaults, `fpmlint.toml`, flags. Out: a level per rule and file. Flags win over the file, a rule's name over
//! its group, and `--error` over `--warn`.

use std::path::Path;
use std::str::FromStr;

use fpmlint_diagnostics::{Group, Level, RuleMeta, Severity};
use fpmlint_workspace::Settings;

use crate::Options;

/// A rule or a group, as users name them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Selector {
    /// Every rule.
    All,
    /// The rules of a group.
    Group(Group),
    /// One rule.
    Rule(&'static str),
}

/// A word that is neither a rule nor a group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SelectorError {
    /// The word.
    pub word: String,
    /// The nearest right one.
    pub nearest: Option<String>,
}

impl std::fmt::Display for SelectorError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no rule or group is called `{}`", self.word)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => f.write_str("; `fpmlint rules` lists them"),
        }
    }
}

impl std::error::Error for SelectorError {}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(word: &str) -> Result<Selector, SelectorError> {
        if word == "all" {
            return Ok(Selector::All);
        }
        if let Some(group) = Group::ALL.into_iter().find(|group| group.name() == word) {
            return Ok(Selector::Group(group));
        }
        if let Some(rule) = fpmlint_rules::find(word) {
            return Ok(Selector::Rule(rule.meta.name));
        }
        let names = fpmlint_rules::names().chain(Group::ALL.into_iter().map(Group::name));
        let nearest = fpmlint_catalog::nearest(word, names).map(str::to_owned);
        Err(SelectorError { word: word.to_owned(), nearest })
    }
}

impl Selector {
    fn covers(&self, rule: &RuleMeta) -> bool {
        match self {
            Selector::All => true,
            Selector::Group(group) => *group == rule.group,
            Selector::Rule(name) => *name == rule.name,
        }
    }

    fn names(&self, rule: &RuleMeta) -> bool {
        *self == Selector::Rule(rule.name)
    }
}

/// The levels of one run.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    select: Vec<Selector>,
    ignore: Vec<Selector>,
    warn: Vec<Selector>,
    error: Vec<Selector>,
    /// What `[rules]` says, for whether a rule can run at all.
    set: Vec<(String, Level)>,
}

impl Levels {
    /// The levels that settings and flags give.
    pub fn new(settings: &Settings, options: &Options) -> Levels {
        let read = |words: &[String]| words.iter().filter_map(|word| word.parse().ok()).collect::<Vec<_>>();
        let select = match &settings.values.select {
            Some(words) if options.select.is_empty() => read(words),
            _ => options.select.clone(),
        };
        let overrides = settings.values.overrides.iter().flat_map(|table| table.rules.iter());
        let set = settings.values.rules.iter().chain(overrides).map(|(name, level)| (name.clone(), *level));
        Levels {
            select,
            ignore: options.ignore.clone(),
            warn: options.warn.clone(),
            error: options.error.clone(),
            set: set.collect(),
        }
    }

    /// Whether any file could have findings of a rule.
    pub fn may_run(&self, rule: &RuleMeta) -> bool {
        let switched_on = self
            .set
            .iter()
            .any(|(name, level)| (name == rule.name || name == rule.group.name()) && *level != Level::Off);
        self.level(rule) != Level::Off || switched_on && self.flags_allow(rule)
    }

    /// The level of a rule by flags and default alone.
    pub fn level(&self, rule: &RuleMeta) -> Level {
        if !self.flags_allow(rule) {
            return Level::Off;
        }
        if let Some(severity) = self.flagged(rule) {
            return Level::On(severity);
        }
        match rule.default {
            // Somebody asked for it by name, so it runs.
            Level::Off if self.is_selected_by_name(rule) => Level::On(Severity::Info),
            level => level,
        }
    }

    /// The level of a rule in a file.
    pub fn level_in(&self, rule: &RuleMeta, settings: &Settings, path: &Path) -> Level {
        if !self.flags_allow(rule) {
            return Level::Off;
        }
        if let Some(severity) = self.flagged(rule) {
            return Level::On(severity);
        }
        settings.level(rule.name, rule.group.name(), Some(path)).unwrap_or_else(|| self.level(rule))
    }

    /// Whether the level was set by the user rather than by the rule's own judgement of a finding.
    pub fn is_set(&self, rule: &RuleMeta, settings: &Settings, path: &Path) -> bool {
        self.flagged(rule).is_some() || settings.level(rule.name, rule.group.name(), Some(path)).is_some()
    }

    fn flags_allow(&self, rule: &RuleMeta) -> bool {
        let selected = self.select.is_empty() || self.select.iter().any(|selector| selector.covers(rule));
        let ignored = self.ignore.iter().any(|selector| selector.covers(rule));
        let ignored_by_name = self.ignore.iter().any(|selector| selector.names(rule));
        selected && !ignored_by_name && (!ignored || self.is_selected_by_name(rule))
    }

    fn is_selected_by_name(&self, rule: &RuleMeta) -> bool {
        self.select.iter().any(|selector| selector.names(rule))
    }

    fn flagged(&self, rule: &RuleMeta) -> Option<Severity> {
        let flags = [(&self.error, Severity::Error), (&self.warn, Severity::Warning)];
        let named = flags.iter().find(|(list, _)| list.iter().any(|selector| selector.names(rule)));
        let covered = flags.iter().find(|(list, _)| list.iter().any(|selector| selector.covers(rule)));
        named.or(covered).map(|(_, severity)| *severity)
    }
}
