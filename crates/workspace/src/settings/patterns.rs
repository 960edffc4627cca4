//! The globs of `fpmlint.toml`: `exclude` and `[[overrides]] files`.
//!
//! In: patterns, and paths relative to the project. Out: whether a pattern names the path or a folder above it.
//! A pattern with a `/` inside starts at the project's root, one without names files and folders at any depth, as
//! in `.gitignore`. `*` and `?` stop at `/`, `**` does not.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Compiled patterns.
#[derive(Clone, Debug)]
pub struct Patterns {
    globs: GlobSet,
}

impl Patterns {
    /// Patterns that match nothing.
    pub fn none() -> Patterns {
        Patterns { globs: GlobSet::empty() }
    }

    /// Compiles patterns; those that [`check`] refuses are left out.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Patterns {
        let mut builder = GlobSetBuilder::new();
        for glob in patterns.into_iter().filter_map(|pattern| globs(pattern).ok()).flatten() {
            builder.add(glob);
        }
        Patterns { globs: builder.build().unwrap_or_else(|_| GlobSet::empty()) }
    }

    /// Whether a pattern matches `path` or a folder above it. A path below `root` is taken relative to it, any
    /// other path from the file system's root.
    pub fn matches(&self, root: &Path, path: &Path) -> bool {
        if self.globs.is_empty() {
            return false;
        }
        let relative = path.strip_prefix(root).unwrap_or(path);
        let plain: PathBuf = relative.components().filter(|part| is_name(*part)).collect();
        self.globs.is_match(plain)
    }
}

fn is_name(part: std::path::Component<'_>) -> bool {
    matches!(part, std::path::Component::Normal(_))
}

/// Says why a pattern is no glob.
pub fn check(pattern: &str) -> Result<(), String> {
    globs(pattern).map(|_| ())
}

/// The two globs of a pattern: what it names, and everything below that.
fn globs(pattern: &str) -> Result<[Glob; 2], String> {
    let anchored = pattern.trim_end_matches('/').contains('/');
    let plain = pattern.trim_end_matches('/').trim_start_matches("./").trim_start_matches('/');
    if plain.is_empty() {
        return Err("it names nothing".to_owned());
    }
    let named = if anchored { plain.to_owned() } else { format!("**/{plain}") };
    let below = format!("{named}/**");
    Ok([glob(&named)?, glob(&below)?])
}

fn glob(pattern: &str) -> Result<Glob, String> {
    let built = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
    built.map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Patterns::new([pattern]).matches(Path::new("/project"), Path::new(path))
    }

    #[test]
    fn a_pattern_without_a_slash_names_files_and_folders_at_any_depth() {
        assert!(matches("*.bak", "/project/nginx/old.bak"));
        assert!(matches("legacy", "/project/docker/legacy/nginx.conf"));
        assert!(matches("legacy/", "/project/docker/legacy/nginx.conf"));
        assert!(!matches("legacy", "/project/docker/legacy.conf"));
    }

    #[test]
    fn a_pattern_with_a_slash_starts_at_the_root() {
        assert!(matches("docker/dev", "/project/docker/dev/nginx.conf"));
        assert!(matches("./docker/*.conf", "/project/docker/a.conf"));
        assert!(!matches("docker/*.conf", "/project/docker/dev/a.conf"));
        assert!(!matches("docker/dev", "/project/old/docker/dev/nginx.conf"));
        assert!(matches("**/dev/*.conf", "/project/docker/dev/a.conf"));
    }

    #[test]
    fn a_path_outside_the_project_is_matched_from_the_root_of_the_file_system() {
        assert!(matches("/etc/nginx", "/etc/nginx/nginx.conf"));
        assert!(!matches("/etc/nginx", "/srv/etc/nginx/nginx.conf"));
    }

    #[test]
    fn bad_patterns_say_why() {
        assert!(check("a[").is_err());
        assert!(check("/").is_err());
        assert!(check("{a,b}/**").is_ok());
    }
}
