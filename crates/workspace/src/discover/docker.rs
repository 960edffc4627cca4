//! Which image a Dockerfile builds on, for the version of PHP that it names.
//!
//! In: Dockerfiles. Out: for a folder, the version that the Dockerfile beside it or above it names. Only `ARG` and
//! `FROM` lines are read, which are single lines by the format's grammar unless continued, and then say nothing.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::{System, TargetVersion};

/// The most Dockerfiles of a project that are read.
const MAX_DOCKERFILES: usize = 200;

/// Versions of PHP by the folders of Dockerfiles; none where those of one folder differ.
#[derive(Default, Debug)]
pub(super) struct Images {
    by_folder: HashMap<PathBuf, Option<TargetVersion>>,
}

impl Images {
    /// Reads the Dockerfiles of a project.
    pub fn read(system: &dyn System, dockerfiles: &[PathBuf]) -> Images {
        let mut images = Images::default();
        for path in dockerfiles.iter().take(MAX_DOCKERFILES) {
            let (Some(folder), Ok(bytes)) = (path.parent(), system.read(path)) else { continue };
            let Some(version) = php_version(&String::from_utf8_lossy(&bytes)) else { continue };
            let slot = images.by_folder.entry(folder.to_owned()).or_insert(Some(version));
            if *slot != Some(version) {
                *slot = None;
            }
        }
        images
    }

    /// The version that the nearest Dockerfile upwards names for a file.
    pub fn version_for(&self, path: &Path) -> Option<TargetVersion> {
        path.ancestors().skip(1).find_map(|folder| self.by_folder.get(folder)).copied().flatten()
    }
}

/// The version in the tag of the PHP image that the last stage builds on.
fn php_version(text: &str) -> Option<TargetVersion> {
    let mut defaults: HashMap<&str, String> = HashMap::new();
    let mut stages: HashMap<String, String> = HashMap::new();
    let mut last = None;
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let instruction = words.next().unwrap_or_default().to_ascii_uppercase();
        if instruction == "ARG" && stages.is_empty() && last.is_none() {
            if let Some((name, value)) = words.next().and_then(|word| word.split_once('=')) {
                defaults.insert(name, value.trim_matches(['"', '\'']).to_owned());
            }
        } else if instruction == "FROM" {
            let mut words = words.filter(|word| !word.starts_with("--"));
            let image = expand(words.next()?, &defaults)?;
            let image = stages.get(&image.to_ascii_lowercase()).cloned().unwrap_or(image);
            if words.next().is_some_and(|word| word.eq_ignore_ascii_case("as")) {
                let name = words.next().unwrap_or_default().to_ascii_lowercase();
                stages.insert(name, image.clone());
            }
            last = Some(image);
        }
    }
    let image = last?;
    let name_and_tag = image.rsplit('/').next()?.split('@').next()?;
    let (name, tag) = name_and_tag.split_once(':')?;
    let numbers = tag.split(|letter: char| !letter.is_ascii_digit() && letter != '.').next()?;
    name.starts_with("php").then(|| numbers.parse().ok()).flatten()
}

/// Puts the defaults of `ARG` in the place of `$NAME` and `${NAME}`; none where a value is not known.
fn expand(word: &str, defaults: &HashMap<&str, String>) -> Option<String> {
    let mut whole = String::new();
    let mut rest = word;
    while let Some((before, behind)) = rest.split_once('$') {
        whole.push_str(before);
        let (name, after) = match behind.strip_prefix('{') {
            Some(braced) => braced.split_once('}')?,
            None => {
                let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
                behind.split_at(behind.find(|letter| !is_name(letter)).unwrap_or(behind.len()))
            }
        };
        let (name, fallback) = match name.split_once(":-") {
            Some((name, fallback)) => (name, Some(fallback)),
            None => (name, None),
        };
        whole.push_str(defaults.get(name).map(String::as_str).or(fallback)?);
        rest = after;
    }
    whole.push_str(rest);
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Option<String> {
        php_version(text).map(|version| version.to_string())
    }

    #[test]
    fn the_tag_of_the_last_stage_counts() {
        assert_eq!(version("FROM php:8.2-fpm-alpine\n").as_deref(), Some("8.2"));
        assert_eq!(
            version("from --platform=linux/amd64 docker.io/library/php:8.3.1-fpm\n").as_deref(),
            Some("8.3.1")
        );
        let stages = "FROM composer:2 AS build\nFROM php:8.1-fpm AS base\nRUN x\nFROM base AS final\n";
        assert_eq!(version(stages).as_deref(), Some("8.1"));
        assert_eq!(version("ARG PHP=8.4\nFROM php:${PHP}-fpm\n").as_deref(), Some("8.4"));
        assert_eq!(version("FROM php:${PHP:-7.4}-fpm\n").as_deref(), Some("7.4"));
    }

    #[test]
    fn other_images_and_unknown_tags_say_nothing() {
        for text in
            ["FROM nginx:1.26\n", "FROM php:latest\n", "FROM php\n", "FROM php:$PHP-fpm\n", "", "FROM\n"]
        {
            assert_eq!(version(text), None, "{text:?}");
        }
    }
}
