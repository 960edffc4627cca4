//! Every rule there is.

use crate::{Rule, capacity, ignored, security, startup, suppression, upgrade, wiring};

/// Every rule, group by group.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let groups = [
        startup::RULES,
        wiring::RULES,
        security::RULES,
        ignored::RULES,
        capacity::RULES,
        upgrade::RULES,
        suppression::RULES,
    ];
    groups.into_iter().flatten().copied()
}

/// The rule of a name.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.meta.name == name)
}

/// The names of all rules.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|rule| rule.meta.name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_kebab_case() {
        let mut seen = HashSet::new();
        for name in names() {
            assert!(seen.insert(name), "{name} stands twice");
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{name}"
            );
        }
    }

    #[test]
    fn pages_begin_with_the_rule_s_name() {
        for rule in all() {
            let title = format!("# {}\n", rule.meta.name);
            assert!(rule.meta.page.starts_with(&title), "{}", rule.meta.name);
            assert!(!rule.meta.summary.ends_with('.'), "{}", rule.meta.name);
        }
    }
}
