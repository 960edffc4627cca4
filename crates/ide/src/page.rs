//! Parts of a rule's page.

use fpmlint_diagnostics::RuleMeta;

/// What a rule is about: its page up to the first stack, without the title.
pub fn rule_intro(rule: &RuleMeta) -> &'static str {
    let page: &'static str = rule.page;
    let body = page.split_once('\n').map_or("", |(_, body)| body);
    let end = if body.starts_with("## ") { Some(0) } else { body.find("\n## ") };
    end.and_then(|end| body.get(..end)).unwrap_or(body).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_an_intro_without_stacks() {
        for rule in fpmlint_rules::all() {
            let intro = rule_intro(&rule.meta);
            assert!(!intro.is_empty(), "{}", rule.meta.name);
            assert!(!intro.contains("```"), "{}", rule.meta.name);
        }
    }
}
