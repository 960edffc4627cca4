//! Facts of well-known directives, and the words in which they are shown.

use super::*;

fn facts_of(dialect: Dialect, name: &str) -> DirectiveFacts {
    find(dialect, name).unwrap_or_else(|| panic!("{name} is not known"))
}

#[test]
fn every_directive_has_a_form_and_can_be_shown() {
    let all = nginx_table::ids()
        .map(of_nginx)
        .chain(apache_table::ids().map(of_apache))
        .chain(php_fpm_table::ids().map(of_php_fpm))
        .chain(php_ini_table::ids().map(of_php_ini));
    for facts in all {
        assert!(!facts.forms.is_empty(), "{facts:?}");
        for text in [facts.to_markdown(), facts.to_plain()] {
            assert!(
                text.contains(&facts.title()) && !text.ends_with('\n') && !text.contains(": \n"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_time_of_nginx_has_its_unit() {
    let facts = facts_of(Dialect::Nginx, "fastcgi_read_timeout");
    let [form] = facts.forms.as_slice() else { panic!("{facts:#?}") };
    assert_eq!(form.default.as_deref(), Some("60s"));
    assert_eq!(form.contexts, ["http", "server", "location"]);
    assert_eq!((form.arguments.as_str(), form.repeated), ("1", "refused as a duplicate"));
    assert_eq!(form.modules, ["ngx_http_fastcgi_module"]);
}

#[test]
fn modules_that_agree_share_a_form_and_others_do_not() {
    let workers = facts_of(Dialect::Apache, "MaxRequestWorkers");
    assert!(workers.forms.iter().any(|form| form.modules.contains(&"mpm_event_module")), "{workers:#?}");
    let listen = facts_of(Dialect::Nginx, "listen");
    assert!(listen.forms.len() > 1, "{listen:#?}");
}

#[test]
fn php_ini_says_who_may_set_it() {
    let changeable = |name| facts_of(Dialect::PhpIni, name).forms.first().and_then(|form| form.changeable);
    assert_eq!(changeable("memory_limit"), Some("php.ini, a pool, .user.ini, and scripts with ini_set()"));
    assert_eq!(changeable("post_max_size"), Some("php.ini, a pool, .user.ini; not scripts"));
    assert_eq!(changeable("opcache.memory_consumption"), Some("php.ini, a pool; not .user.ini, not scripts"));
}

#[test]
fn markdown_shows_the_text_and_then_the_facts() {
    let text = facts_of(Dialect::Apache, "allowoverride").to_markdown();
    let (head, facts) = text.split_once("\n\n- ").unwrap();
    assert!(
        head.starts_with("**`AllowOverride`** (Apache)\n\n") && head.contains("\n\n**Trap:** "),
        "{head}"
    );
    assert!(
        facts.contains("stands in: \\<Directory\\>") && facts.contains("- module: core\\_module"),
        "{facts}"
    );
    let section = facts_of(Dialect::Apache, "<directory").to_markdown();
    assert!(section.starts_with("**`<Directory>`** (Apache)"), "{section}");
}

#[test]
fn plain_text_is_wrapped_and_lined_up() {
    let text = facts_of(Dialect::PhpFpm, "pm.max_children").to_plain();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.starts_with("pm.max_children (php-fpm)\n\n  The most processes"), "{text}");
    for line in [
        "  stands in   a pool",
        "  value       a whole number",
        "  unit        processes",
        "  since       5.3",
    ] {
        assert!(text.contains(&format!("\n{line}")), "{text}");
    }
    assert!(!text.contains("default"), "{text}");
}

#[test]
fn a_directive_without_a_text_still_has_its_facts() {
    let id = nginx_table::ids().find(|id| docs::of_nginx(*id).is_none()).unwrap();
    let facts = of_nginx(id);
    assert_eq!((facts.summary, facts.trap), (None, None));
    assert!(facts.to_plain().contains("\n  stands in   "), "{facts:#?}");
}
