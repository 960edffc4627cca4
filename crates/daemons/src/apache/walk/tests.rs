//! What the walk refuses.

use crate::apache::testing::{Case, config, refusals};
use crate::{Part, RefusalKind};

fn said(text: &str) -> Vec<String> {
    let read = config(text);
    refusals(&read).into_iter().map(|(line, message)| format!("{line}: {message}")).collect()
}

#[test]
fn names_that_nobody_knows() {
    let read =
        config("<VirtualHost *:80>\nServerNam a\nphp_value a b\n<Foo x>\nBaz\n</Foo>\n</VirtualHost>\n");
    let unknown = |name: &str| {
        format!(
            "Invalid command '{name}', perhaps misspelled or defined by a module not included in the server \
             configuration"
        )
    };
    let messages: Vec<_> = read.refusals.iter().map(|refusal| refusal.message.clone()).collect();
    assert_eq!(messages, [unknown("ServerNam"), unknown("php_value"), unknown("<Foo")]);
    assert_eq!(read.refusals[0].suggestion.as_deref(), Some("ServerName"));
    assert_eq!(read.refusals[1].suggestion, None);
    assert!(
        read.refusals.iter().all(|refusal| refusal.certain && refusal.kind == RefusalKind::UnknownDirective)
    );
    assert_eq!(crate::apache::modules_defining(b"php_value").len(), 1);
}

#[test]
fn a_directive_of_a_module_that_is_not_loaded_names_the_module() {
    let remedy = |text: &str, profile: &str| {
        let profile = fpmlint_workspace::profile(profile).unwrap();
        let modules = crate::apache::modules_defining(text.as_bytes());
        crate::apache::modules::how_to_load(&modules, profile)
    };
    let debian = "it belongs to mod_rewrite, which is not loaded: run `a2enmod rewrite` and restart";
    assert_eq!(remedy("RewriteEngine", "debian-12").as_deref(), Some(debian));
    let rocky =
        "it belongs to mod_proxy, which is not loaded: add `LoadModule proxy_module modules/mod_proxy.so`";
    assert_eq!(remedy("ProxyPass", "rocky-9").as_deref(), Some(rocky));
    assert!(remedy("php_value", "rocky-9").unwrap().ends_with("hand .php files to php-fpm instead"));
    assert_eq!(remedy("ServerNam", "rocky-9"), None);
}

#[test]
fn a_line_that_was_good_is_good_again_only_in_a_place_like_it() {
    let folder = "<Directory /a>\nAllowOverride None\n</Directory>\n";
    let good = format!("{folder}<VirtualHost *:80>\n{folder}</VirtualHost>\n{folder}");
    assert_eq!(said(&good), Vec::<String>::new());
    let bad =
        format!("{folder}KeepAlive On\n<Directory /a>\nKeepAlive On\n</Directory>\nAllowOverride None\n");
    let refused = ["6: KeepAlive not allowed in <Directory> context", "8: AllowOverride not allowed here"];
    assert_eq!(said(&bad), refused);
    // Here other lines count, too.
    let twice = "Listen 8080\nListen 8080\n";
    assert_eq!(said(twice), ["2: Cannot define multiple Listeners on the same IP:port"]);
    // A bad line is bad as often as it is there.
    assert_eq!(said("Options Foo\nOptions Foo\n").len(), 2);
}

#[test]
fn bytes_that_are_not_ascii_are_escaped() {
    let said = said("Server\u{a0}Name a\n");
    assert!(said[0].starts_with("1: Invalid command 'Server\\xc2\\xa0Name', "), "{said:?}");
}

#[test]
fn a_module_that_no_table_describes_may_have_any_directive() {
    let read = config("LoadModule foo_module m/mod_foo.so\nFooBar on\n");
    assert!(read.refusals.iter().all(|refusal| !refusal.certain));
    assert_eq!(read.refusals.len(), 1);
}

#[test]
fn contexts() {
    assert_eq!(said("Require all granted\n"), ["1: Require not allowed here"]);
    assert_eq!(
        said("<Directory /a>\nDocumentRoot /b\n</Directory>\n"),
        ["2: DocumentRoot not allowed in <Directory> context"]
    );
    assert_eq!(
        said("<Location /a>\n<Directory /x>\n</Directory>\n</Location>\n"),
        ["2: <Directory not allowed in <Location> context"]
    );
    assert_eq!(
        said("<VirtualHost *:80>\nUser a\n</VirtualHost>\n"),
        ["2: User cannot occur within <VirtualHost> section"]
    );
    assert_eq!(
        said("<VirtualHost a>\n<virtualhost b>\n</VirtualHost>\n</VirtualHost>\n"),
        ["2: <VirtualHost> cannot occur within <VirtualHost> section"]
    );
    assert_eq!(
        said("<Location /x>\n<Files y>\n</Files>\n</Location>\n"),
        ["2: <Files> cannot occur within <Location> section"]
    );
    let inside = "<Directory /a>\n<RequireAll>\nOptions None\n<Files x>\n</Files>\nRequire all granted\n</RequireAll>\n</Directory>\n";
    assert_eq!(
        said(inside),
        [
            "3: Options not allowed in <RequireAll> context",
            "4: <Files> cannot occur within <Limit> or <LimitExcept> section"
        ]
    );
    assert_eq!(said("ServerAlias a\n"), ["1: ServerAlias only used in <VirtualHost>"]);
}

#[test]
fn a_mutex_of_httpds_own_needs_a_mechanism() {
    for (line, said) in [
        ("Mutex none", "None is not allowed for mutex type default"),
        ("Mutex no ssl-cache default", "None is not allowed for mutex type default"),
        ("Mutex none default x", "Mutex type x is not valid"),
    ] {
        assert_eq!(self::said(line), [format!("1: {said}")], "{line}");
    }
    assert!(said("Mutex sem default\nMutex file:/srv rewrite-map").is_empty());
}

#[test]
fn sections() {
    assert_eq!(
        said("<VirtualHost>\n</VirtualHost>\n"),
        ["1: <VirtualHost> directive requires additional arguments"]
    );
    assert_eq!(
        said("<VirtualHost *:80\n</VirtualHost>\n"),
        ["1: <VirtualHost> directive missing closing '>'"]
    );
    assert_eq!(
        said("<Directory \\\n /a \\\n /b>\n</Directory>\n"),
        ["3: Multiple <Directory> arguments not (yet) supported."]
    );
    assert_eq!(said("<If \"true\" x>\n</If>\n"), ["1: Multiple <If> arguments not supported."]);
    assert_eq!(said("<Files ~ a>\n</Files>\n<Directory \"/a>b\">\n</Directory>\n"), Vec::<String>::new());
    assert_eq!(said("<If \"true\">\n</If>\n<Else x>\n</Else>\n"), ["3: <Else> does not take an argument"]);
    let alone = "<Else> or <ElseIf> section without previous <If> or <ElseIf> section in same scope";
    assert_eq!(
        said("<If \"true\">\n</If>\nServerAdmin a\n<Else>\n</Else>\n<Else>\n</Else>\n"),
        [format!("6: {alone}")]
    );
}

#[test]
fn some_words_about_a_section_come_after_those_about_what_is_in_it() {
    let said = said("<Directory /a /b>\n<Else>\nKeepAlive x\n</Else>\n</Directory>\n");
    let expected = [
        "3: KeepAlive not allowed in <Else> context",
        "2: <Else> or <ElseIf> section without previous <If> or <ElseIf> section in same scope",
        "1: Multiple <Directory> arguments not (yet) supported.",
    ];
    assert_eq!(said, expected);
}

#[cfg(feature = "pcre2")]
#[test]
fn patterns_of_sections() {
    let bad = "1: Regex could not be compiled";
    for text in ["<FilesMatch \"(.php$\">\n</FilesMatch>\n", "<Location ~ \"^/(a|b\">\n</Location>\n"] {
        assert_eq!(said(text), [bad]);
    }
    let good = "<FilesMatch \"^(?!index).*\\.php$\">\n</FilesMatch>\n<Location \"/(a\">\n</Location>\n\
                <LocationMatch \"^/(?<a>x)|(?<a>y)\">\n</LocationMatch>\n";
    assert_eq!(said(good), Vec::<String>::new());
}

#[test]
fn process_models() {
    let read = config("LoadModule mpm_worker_module m/mod_mpm_worker.so\n");
    assert_eq!(read.printed.as_deref(), Some("Configuration error: More than one MPM loaded."));
    let read = Case::bare().file("/etc/httpd/conf", "ServerAdmin a\n").read();
    assert_eq!(read.printed.as_deref(), Some("Configuration error: No MPM loaded."));
}

#[test]
fn a_fragment_is_not_judged_by_what_may_be_around_it() {
    let mut case = Case::bare()
        .file("/x.conf", "Require all granted\nServerAlias a\n<Directory /a>\nListen 80\n</Directory>\n");
    (case.main, case.fragment) = ("/x.conf", true);
    let read = case.read();
    let messages: Vec<_> = read.refusals.iter().map(|refusal| refusal.message.as_str()).collect();
    assert_eq!(messages, ["Listen not allowed in <Directory> context"]);
}

#[test]
fn a_per_directory_file_has_its_own_contexts() {
    let mut case = Case::bare().file(
        "/.htaccess",
        "Options -Indexes\nServerName a\n<Files x>\nRequire all denied\n</Files>\nLoadModule a b\n",
    );
    (case.main, case.htaccess) = ("/.htaccess", true);
    let read = case.read();
    let messages: Vec<_> = read.refusals.iter().map(|refusal| refusal.message.as_str()).collect();
    assert_eq!(messages, ["LoadModule not allowed here", "ServerName not allowed here"]);
}

#[test]
fn a_refusal_points_at_the_part_that_is_wrong() {
    let read = config("KeepAlive maybe\nDocumentRoot\nBogus\n");
    let parts: Vec<_> = read.refusals.iter().map(|refusal| refusal.place.part).collect();
    assert_eq!(parts, [Part::Arg(0), Part::Head, Part::Name]);
}
