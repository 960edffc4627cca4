//! The version that a path names: `/etc/php/8.2/fpm`, `/etc/opt/remi/php82`, `docker/php8.2`.

use std::path::{Component, Path};

use crate::TargetVersion;

/// The PHP version that a path names; the part nearest to the file wins.
pub(super) fn version_hint(path: &Path) -> Option<TargetVersion> {
    let parts: Vec<String> = path
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy().to_ascii_lowercase()),
            _ => None,
        })
        .collect();
    parts.iter().enumerate().rev().find_map(|(at, part)| {
        let after_php =
            at.checked_sub(1).and_then(|before| parts.get(before)).is_some_and(|part| part == "php");
        named(part).or_else(|| if after_php { dotted(part) } else { None })
    })
}

/// `php8.2`, `php-8.2`, `php82`, `ea-php82`, `php8.2-fpm.conf`.
fn named(part: &str) -> Option<TargetVersion> {
    let (_, rest) = part.split_once("php")?;
    let rest = rest.trim_start_matches(['-', '_']);
    let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
    let (number, behind) = rest.split_at(end);
    if behind.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return None;
    }
    dotted(number).or_else(|| packed(number))
}

fn dotted(text: &str) -> Option<TargetVersion> {
    let text = text.trim_end_matches('.');
    let version: TargetVersion = text.parse().ok()?;
    let plausible = version.minor.is_some() && (5..=9).contains(&version.major);
    plausible.then_some(version)
}

/// `82` is 8.2; a single digit says too little.
fn packed(text: &str) -> Option<TargetVersion> {
    let (major, minor) = text.split_at_checked(1)?;
    if minor.len() != 1 {
        return None;
    }
    dotted(&format!("{major}.{minor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(path: &str) -> Option<String> {
        version_hint(Path::new(path)).map(|version| version.to_string())
    }

    #[test]
    fn the_usual_spellings_are_read() {
        assert_eq!(hint("/etc/php/8.2/fpm/php-fpm.conf").as_deref(), Some("8.2"));
        assert_eq!(hint("/etc/opt/remi/php83/php-fpm.conf").as_deref(), Some("8.3"));
        assert_eq!(hint("docker/php-8.1/www.conf").as_deref(), Some("8.1"));
        assert_eq!(hint("docker/php7.4-fpm.conf").as_deref(), Some("7.4"));
        assert_eq!(hint("php/8.2/x/php/8.3/www.conf").as_deref(), Some("8.3"));
    }

    #[test]
    fn other_numbers_are_no_versions() {
        for path in
            ["/etc/php-fpm.conf", "/srv/8.2/www.conf", "/etc/php8/x", "php.ini", "php/3.1/x", "/p/php82x/a"]
        {
            assert_eq!(hint(path), None, "{path}");
        }
    }
}
