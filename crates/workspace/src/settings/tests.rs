//! Settings files that are right, wrong and joined.

use std::path::Path;

use fpmlint_diagnostics::{Confidence, Level, Severity};

use super::{MainFile, Settings, SettingsError, SettingsFile, SettingsSource, find, json_schema};
use crate::Memory;

const RULES: [&str; 3] = ["socket-permission-denied", "unknown-directive", "redirect-loop"];

fn load(files: &[(&str, &str)], start: &str) -> Result<Settings, Vec<SettingsError>> {
    load_from(files, start, &SettingsSource::Search, None)
}

fn load_from(
    files: &[(&str, &str)],
    start: &str,
    source: &SettingsSource,
    sysroot: Option<&str>,
) -> Result<Settings, Vec<SettingsError>> {
    Settings::load(&system(files), source, Path::new(start), sysroot.map(Path::new), &RULES)
}

fn system(files: &[(&str, &str)]) -> Memory {
    files.iter().fold(Memory::new(), |system, (path, text)| system.file(path, text.as_bytes()))
}

fn values(text: &str) -> SettingsFile {
    load(&[("/p/fpmlint.toml", text)], "/p").expect("these settings are right").values
}

fn problems(text: &str) -> Vec<String> {
    let errors = load(&[("/p/fpmlint.toml", text)], "/p").expect_err("these settings are wrong");
    errors.iter().map(SettingsError::to_string).collect()
}

#[test]
fn every_key_is_read() {
    let text = r#"
        profile = "docker"
        select = ["wiring", "unknown-directive"]
        ignore = ["redirect-loop"]
        fail-on = "error"
        min-confidence = "likely"
        exclude = ["legacy"]
        allow-suppressions = false
        [target]
        php = "8.2"
        nginx = "1.26.3"
        apache = "2"
        [rules]
        startup = "warning"
        unknown-directive = "off"
        [[overrides]]
        files = ["dev/**"]
        ignore = ["security"]
        [overrides.rules]
        redirect-loop = "error"
        [[hosts]]
        name = "web"
        root = "image"
        profile = "debian-12"
        memory = "8G"
        map = { "/var/www/html" = "./public" }
        php-fpm = "/etc/php-fpm.conf"
        nginx = ["../nginx.conf"]
        apache = []
        php-ini = "php.ini"
    "#;
    let values = values(text);
    assert_eq!(values.profile.as_deref(), Some("docker"));
    assert_eq!(values.target.nginx.map(|version| version.to_string()), Some("1.26.3".to_owned()));
    assert_eq!(values.select, Some(vec!["wiring".to_owned(), "unknown-directive".to_owned()]));
    assert_eq!(values.fail_on, Some(Severity::Error));
    assert_eq!(values.min_confidence, Some(Confidence::Likely));
    assert_eq!(values.allow_suppressions, Some(false));
    assert_eq!(values.rules["startup"], Level::On(Severity::Warning));
    let host = &values.hosts[0];
    assert_eq!(host.memory, Some(8 << 30));
    assert_eq!(host.root.as_deref(), Some(Path::new("/p/image")));
    assert_eq!(host.map["/var/www/html"], Path::new("/p/public"));
    assert_eq!(host.php_fpm, [MainFile::OnHost("/etc/php-fpm.conf".to_owned())]);
    assert_eq!(host.nginx, [MainFile::Local("/nginx.conf".into())]);
}

#[test]
fn the_effective_settings_can_be_read_again() {
    let text =
        "select = [\"wiring\"]\nfail-on = \"info\"\n[rules]\nstartup = \"off\"\n[host]\nmemory = 1024\n";
    let settings = load(&[("/p/fpmlint.toml", text)], "/p").expect("right");
    let written = settings.to_toml().expect("all paths are UTF-8");
    assert_eq!(values(&written), settings.values);
}

#[test]
fn the_schema_documents_every_key_and_the_reader_knows_each() {
    let schema = json_schema();
    let properties = schema.get("properties").and_then(|value| value.as_object()).expect("a table");
    assert_eq!(properties.len(), 13);
    for (key, property) in properties {
        assert!(property.get("description").is_some(), "{key} is not documented");
        let text = format!("{key} = 1979-05-27\n");
        assert!(problems(&text).iter().all(|problem| !problem.contains("unknown key")), "{key}");
    }
    assert_eq!(schema.get("additionalProperties").and_then(|value| value.as_bool()), Some(false));
}

#[test]
fn all_problems_are_reported_in_file_order() {
    let text = concat!(
        "slect = []\n",
        "profile = \"debain-12\"\n",
        "ignore = [\"redirect-lop\", 3]\n",
        "fail-on = \"eror\"\n",
        "exclude = [\"a[\"]\n",
        "[target]\n",
        "php = 8.10\n",
        "[rules]\n",
        "wirring = \"error\"\n",
        "startup = \"loud\"\n",
        "[[overrides]]\n",
        "ignore = []\n",
        "[host]\n",
        "memory = \"lots\"\n",
        "map = { public = \"x\" }\n",
    );
    let found = problems(text);
    let expected = [
        "/p/fpmlint.toml:1:1: unknown key `slect`, did you mean `select`?",
        "/p/fpmlint.toml:2:11: unknown profile `debain-12`, did you mean `debian-12`?",
        "/p/fpmlint.toml:3:11: unknown rule `redirect-lop`, did you mean `redirect-loop`?",
        "/p/fpmlint.toml:3:27: `ignore` must be a string, not an integer",
        "/p/fpmlint.toml:4:11: unknown value of `fail-on` `eror`, did you mean `error`?",
        "/p/fpmlint.toml:7:7: `php` must be a string: write `php = \"8.10\"`",
        "/p/fpmlint.toml:9:1: unknown rule `wirring`, did you mean `wiring`?",
        "/p/fpmlint.toml:10:11: unknown value of `startup` `loud`; known are `off`, `info`, `warning`, `error`",
        "/p/fpmlint.toml:11:1: `[[overrides]]` needs `files`: the globs that it is for",
        "/p/fpmlint.toml:14:10: `lots` is not an amount of memory such as `8G` or `512M`",
        "/p/fpmlint.toml:15:9: `public` is no path on the host: it starts with `/`",
    ];
    for line in expected {
        assert!(found.iter().any(|problem| problem == line), "{line}\nis missing in {found:#?}");
    }
    assert_eq!(found.len(), expected.len() + 1, "{found:#?}");
    assert!(found[5].starts_with("/p/fpmlint.toml:5:12: `a[` is not a glob:"), "{}", found[5]);
}

#[test]
fn columns_count_characters() {
    assert_eq!(
        problems("\"größe\" = 1\nx = { \"ä\" = 1 }\n")[0],
        "/p/fpmlint.toml:1:1: unknown key `größe`; known are ".to_owned()
            + "`allow-suppressions`, `exclude`, `extends`, `fail-on`, `host`, `hosts`, `ignore`, "
            + "`min-confidence`, `overrides`, `profile`, `rules`, `select`, `target`"
    );
    assert_eq!(
        problems("host = { name = \"äöü\", memory = \"x\" }\n"),
        ["/p/fpmlint.toml:1:33: `x` is not an amount of memory such as `8G` or `512M`"]
    );
}

#[test]
fn text_that_is_no_toml_is_a_problem_with_a_place() {
    let found = problems("select = [\n\nfail-on = \"error\"\n");
    assert!(found.iter().all(|problem| problem.starts_with("/p/fpmlint.toml:")), "{found:?}");
    let system = Memory::new().file("/p/fpmlint.toml", b"# \xe4\n");
    let errors = Settings::load(&system, &SettingsSource::Search, Path::new("/p"), None, &RULES);
    assert_eq!(errors.expect_err("Latin-1")[0].to_string(), "/p/fpmlint.toml:1:3: this is not UTF-8");
}

#[test]
fn hosts_need_names_that_differ_and_no_single_host_beside_them() {
    let found = problems("[host]\n[[hosts]]\nname = \"a\"\n[[hosts]]\nname = \"a\"\n[[hosts]]\n");
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found.iter().any(|problem| problem.contains("`hosts` cannot stand beside `host`")));
    assert!(found.iter().any(|problem| problem.contains("5:8: two hosts are called `a`")));
    assert!(found.iter().any(|problem| problem.contains("6:1: `[[hosts]]` needs a `name`")));
}

#[test]
fn the_nearest_file_is_found_and_is_the_only_one() {
    let files =
        [("/p/fpmlint.toml", "fail-on = \"error\""), ("/p/a/fpmlint.toml", "min-confidence = \"likely\"")];
    let settings = load(&files, "/p/a/b").expect("right");
    assert_eq!(settings.root.as_deref(), Some(Path::new("/p/a")));
    assert_eq!(settings.values.fail_on, None);
    assert_eq!(settings.values.min_confidence, Some(Confidence::Likely));
}

#[test]
fn no_file_is_looked_for_inside_a_system_root() {
    let files = [("/p/fpmlint.toml", ""), ("/p/image/fpmlint.toml", ""), ("/p/image/etc/fpmlint.toml", "")];
    let found = find(&system(&files), Path::new("/p/image/etc"), Some(Path::new("/p/image")));
    assert_eq!(found.as_deref(), Some(Path::new("/p/fpmlint.toml")));
}

#[test]
fn isolated_reads_none_and_a_named_file_must_exist() {
    let files = [("/p/fpmlint.toml", "slect = 1"), ("/p/ci/strict.toml", "exclude = [\"a/b\"]")];
    assert!(load_from(&files, "/p", &SettingsSource::Isolated, None).expect("none is read").files.is_empty());
    let named = load_from(&files, "/p", &SettingsSource::File("ci/strict.toml".into()), None).expect("right");
    assert_eq!(named.files, [Path::new("/p/ci/strict.toml")]);
    assert!(named.is_excluded(Path::new("/p/a/b/nginx.conf")));
    let missing = load_from(&files, "/p", &SettingsSource::File("ci/none.toml".into()), None);
    assert_eq!(missing.expect_err("missing").len(), 1);
}

#[test]
fn what_extends_wins_and_lists_are_added() {
    let base = "fail-on = \"error\"\nmin-confidence = \"certain\"\nignore = [\"wiring\"]\nexclude = [\"a\"]\n\
                [rules]\nstartup = \"off\"\nsecurity = \"info\"\n[target]\nphp = \"7.4\"\nnginx = \"1.18\"\n";
    let child = "extends = \"../base.toml\"\nfail-on = \"info\"\nignore = [\"upgrade\"]\n\
                 [rules]\nstartup = \"error\"\n[target]\nphp = \"8.3\"\n";
    let settings = load(&[("/base.toml", base), ("/p/fpmlint.toml", child)], "/p").expect("right");
    assert_eq!(settings.files, [Path::new("/p/fpmlint.toml"), Path::new("/base.toml")]);
    assert_eq!(settings.values.fail_on, Some(Severity::Info));
    assert_eq!(settings.values.min_confidence, Some(Confidence::Certain));
    assert_eq!(settings.values.ignore, ["wiring", "upgrade"]);
    assert_eq!(settings.values.rules["startup"], Level::On(Severity::Error));
    assert_eq!(settings.values.rules["security"], Level::On(Severity::Info));
    assert_eq!(settings.values.target.php.map(|version| version.to_string()), Some("8.3".to_owned()));
    assert_eq!(settings.values.target.nginx.map(|version| version.to_string()), Some("1.18".to_owned()));
}

#[test]
fn extending_in_a_circle_or_too_deep_is_refused_where_it_is_said() {
    let circle =
        [("/p/fpmlint.toml", "extends = \"./x/../b.toml\""), ("/p/b.toml", "\nextends = 'fpmlint.toml'")];
    let errors = load(&circle, "/p").expect_err("a circle");
    assert_eq!(errors[0].to_string(), "/p/b.toml:2:11: `/p/fpmlint.toml` extends itself");
    let names: Vec<String> = (0..20).map(|number| format!("/p/{number}.toml")).collect();
    let texts: Vec<String> = (1..21).map(|number| format!("extends = \"{number}.toml\"")).collect();
    let chain: Vec<(&str, &str)> = names.iter().zip(&texts).map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let errors = load_from(&chain, "/p", &SettingsSource::File("0.toml".into()), None).expect_err("too deep");
    assert_eq!(errors[0].to_string(), "/p/8.toml:1:11: `/p/9.toml` is more than 8 files deep");
}

#[test]
fn a_missing_extended_file_is_reported_at_its_name() {
    let errors = load(&[("/p/fpmlint.toml", "extends = \"none.toml\"")], "/p").expect_err("missing");
    assert_eq!((errors[0].line, errors[0].column), (1, 11));
    assert!(errors[0].message.starts_with("`/p/none.toml` cannot be read"), "{}", errors[0]);
}

#[test]
fn levels_come_from_the_last_override_then_from_the_rules() {
    let text = "ignore = [\"upgrade\"]\n[rules]\nwiring = \"info\"\nredirect-loop = \"error\"\n\
                [[overrides]]\nfiles = [\"dev\"]\nrules = { wiring = \"warning\" }\n\
                [[overrides]]\nfiles = [\"dev/nginx.conf\"]\nignore = [\"redirect-loop\"]\n";
    let settings = load(&[("/p/fpmlint.toml", text)], "/p").expect("right");
    let level = |rule, path: &str| settings.level(rule, "wiring", Some(Path::new(path)));
    assert_eq!(level("redirect-loop", "/p/prod/nginx.conf"), Some(Level::On(Severity::Error)));
    assert_eq!(level("redirect-loop", "/p/dev/other.conf"), Some(Level::On(Severity::Warning)));
    assert_eq!(level("redirect-loop", "/p/dev/nginx.conf"), Some(Level::Off));
    assert_eq!(level("other", "/p/dev/nginx.conf"), Some(Level::On(Severity::Warning)));
    assert_eq!(settings.level("old-name", "upgrade", None), Some(Level::Off));
    assert_eq!(settings.level("other", "security", None), None);
}
