//! What the reading phase leaves, and what it refuses.

use crate::Part;
use crate::apache::testing::{Case, config, lines, refusals};
use crate::apache::{Origin, Outcome, StatementId};

const NONE: [(u32, &str); 0] = [];

#[test]
fn conditions_on_modules_know_both_names_and_case() {
    let read = config(
        "<IfModule alias_module>\nServerAdmin a\n</IfModule>\n<IfModule mod_alias.c>\nServerAdmin b\n</IfModule>\n\
         <IfModule mod_alias>\nServerAdmin c\n</IfModule>\n<IfModule !mod_php.c>\nServerAdmin d\n</IfModule>\n\
         <IfModule MOD_ALIAS.C>\nServerAdmin e\n</IfModule>\n<IfModule mod_version.c x>\nServerAdmin f\n</IfModule>\n",
    );
    assert_eq!(lines(&read), ["ServerAdmin a", "ServerAdmin b", "ServerAdmin d", "ServerAdmin f"]);
    assert_eq!(refusals(&read), NONE);
    let outcomes: Vec<_> = read.conditions.iter().map(|condition| condition.outcome).collect();
    use Outcome::{False, True};
    assert_eq!(outcomes, [True, True, False, True, False, True]);
}

#[test]
fn a_module_counts_only_below_its_line() {
    let read = config(
        "<IfModule env_module>\nServerAdmin a\n</IfModule>\nLoadModule env_module m/mod_env.so\n\
         <IfModule mod_env.c>\nServerAdmin b\n</IfModule>\n",
    );
    assert_eq!(lines(&read), ["ServerAdmin b"]);
}

#[test]
fn php_has_one_module_file_since_8() {
    let php = "LoadModule php_module m/libphp8.2.so\n";
    let read = config(&format!(
        "{php}<IfModule !mod_php8.c>\nServerAdmin a\n</IfModule>\n<IfModule mod_php.c>\nServerAdmin b\n</IfModule>\n"
    ));
    assert_eq!(lines(&read), ["ServerAdmin a", "ServerAdmin b"]);
}

#[test]
fn other_conditions() {
    let read = Case::new(
        "<IfDefine FLAG>\nServerAdmin a\n</IfDefine>\n<IfDefine flag>\nServerAdmin b\n</IfDefine>\n\
         <IfDefine !WWW>\nServerAdmin c\n</IfDefine>\n<IfFile /srv/x>\nServerAdmin d\n</IfFile>\n\
         <IfFile !/srv/y>\nServerAdmin e\n</IfFile>\n<IfDirective Alias>\nServerAdmin f\n</IfDirective>\n\
         <IfDirective ProxyPass>\nServerAdmin g\n</IfDirective>\n<IfSection Directory>\nServerAdmin h\n</IfSection>\n\
         <IfVersion >= 2.4.10>\nServerAdmin i\n</IfVersion>\n<IfVersion !< 2.4.62>\nServerAdmin j\n</IfVersion>\n\
         <IfVersion ~ \"^2\\.2\\.\">\nServerAdmin k\n</IfVersion>\n<IfVersion 2.4>\nServerAdmin l\n</IfVersion>\n",
    )
    .file("/srv/x", "");
    let read = read.read();
    let kept: String = lines(&read).iter().filter_map(|line| line.strip_prefix("ServerAdmin ")).collect();
    assert_eq!(kept, "acdefhij");
    assert_eq!(refusals(&read), NONE);
}

#[test]
fn what_cannot_be_decided_is_kept_and_marked() {
    let mut case =
        Case::new("<IfFile /run/x>\n<Directory /a>\nServerAdmin a\n</Directory>\n</IfFile>\nServerAdmin b\n");
    assert_eq!(lines(&case.read()), ["Directory /a?", " ServerAdmin a?", "ServerAdmin b"]);
    case = Case::new(
        "<IfVersion >= 2.4.20>\nServerAdmin a\n</IfVersion>\n<IfVersion >= 2.4>\nServerAdmin b\n</IfVersion>\n",
    );
    case.version = None;
    assert_eq!(lines(&case.read()), ["ServerAdmin a?", "ServerAdmin b"]);
}

#[test]
fn a_fragment_does_not_know_modules_and_names_of_the_rest() {
    let text = "<IfModule mod_ssl.c>\nSSLEngine on\n</IfModule>\n<IfDefine X>\nServerAdmin a\n</IfDefine>\nUse Site a\n";
    let mut case = Case::bare().file("/site.conf", text);
    (case.main, case.fragment) = ("/site.conf", true);
    let read = case.read();
    assert_eq!(lines(&read), ["SSLEngine on?", "ServerAdmin a?"]);
    assert_eq!(read.refusals.len(), 1);
    assert!(read.refusals.iter().all(|refusal| !refusal.certain && !refusal.first));
    assert_eq!(read.printed, None);
}

#[test]
fn a_false_condition_is_skipped_by_first_words() {
    let read = config(
        "<IfDefine NO>\nBogus \"x\n<Foo>\n# </IfDefine>\n</foo>\n<IfDefine FLAG>\nx\n</IfDefine>\n</IFDEFINE>\nServerAdmin a\n",
    );
    assert_eq!(lines(&read), ["ServerAdmin a"]);
    assert_eq!(refusals(&read), NONE);
}

#[test]
fn httpd_words_about_conditions() {
    let one = |text: &str| {
        let read = config(text);
        let found: Vec<_> =
            refusals(&read).into_iter().map(|(line, message)| (line, message.to_owned())).collect();
        found
    };
    let expect = |text: &str, line: u32, message: &str| {
        assert_eq!(one(text), [(line, message.to_owned())], "{text}");
    };
    expect("<IfModule>\n</IfModule>\n", 1, "<IfModule> directive requires additional arguments");
    expect("<IfModule !>\n</IfModule>\n", 1, "<IfModule> directive requires additional arguments");
    expect("<IfDefine A\n</IfDefine>\n", 1, "<IfDefine> directive missing closing '>'");
    expect("<IfVersion => 2.4>\n</IfVersion>\n", 1, "unrecognized operator '=>'");
    expect("<IfModule no>\n</IfModule >\n", 1, "Expected </IfModule> but saw </IfModul>");
    expect("\n<IfModule no>\nx\n", 2, "Expected </IfModule> before end of configuration");
    expect("<IfDefine FLAG>\n</IfDefine> # x\n", 2, "</IfDefine> without matching <IfDefine> section");
    expect("<IfDefine NO>\n<Foo>\n</IfDefine>\n", 1, "Expected </Foo> but saw </IfDefine>");
}

#[test]
fn a_condition_with_too_many_words_still_ends_at_its_tag() {
    let read = config("<IfVersion >= 2.4 a b>\nServerAdmin a\n</IfVersion>\nServerAdmin b\n");
    assert_eq!(lines(&read), ["ServerAdmin a?", "ServerAdmin b"]);
    assert_eq!(read.refusals.len(), 1);
    assert!(read.refusals[0].message.starts_with("<IfVersion takes one, two or three arguments"));
}

#[test]
fn a_line_of_more_than_16_mib_is_too_long() {
    let read = config(&format!("ServerAdmin a\n#{}\n", "x".repeat(16 * 1024 * 1024 + 1)));
    assert_eq!(refusals(&read), [(2, "Error reading /etc/httpd/conf at line 7: Line too long")]);
}

#[test]
fn an_unclosed_condition_that_holds_is_no_refusal_but_is_told() {
    let read = config("<IfDefine FLAG>\nServerAdmin a\n");
    assert_eq!(refusals(&read), NONE);
    assert_eq!(read.unclosed.len(), 1);
    assert_eq!(lines(&read), ["ServerAdmin a"]);
}

#[test]
fn sections_that_are_not_balanced() {
    let read = config("<VirtualHost *:80>\n<Directory /a>\nOptions None\n</VirtualHost>\nServerAdmin b\n");
    assert_eq!(refusals(&read), [(4, "Expected </Directory> but saw </VirtualHost>")]);
    assert_eq!(lines(&read), ["VirtualHost *:80", " Directory /a", "  Options None", "ServerAdmin b"]);
    assert_eq!(read.refusals[0].place.part, Part::Head);

    let read = config("</Directory>\nServerAdmin b\n");
    assert_eq!(refusals(&read), [(1, "</Directory> without matching <Directory> section")]);

    let read = config("<VirtualHost *:80>\n<Directory /a>\n");
    let words =
        "/etc/httpd/conf:7: <Directory> was not closed.\\n/etc/httpd/conf:6: <VirtualHost> was not closed.";
    assert_eq!(refusals(&read), [(1, words)]);
    assert_eq!(read.refusals[0].related.len(), 1);

    let read = config("<Directory /a>\n<IfDefine FLAG>\n</Directory>\n</IfDefine>\n");
    assert_eq!(refusals(&read)[0], (3, "</Directory> without matching <Directory> section"));
}

#[test]
fn variables_are_put_in_before_words_are_cut() {
    let read = config(
        "Define root /srv/a\nDefine two \"x y\"\nDefine name ServerAdmin\nServerPath ${ROOT}/b\n${name} ${two}\n\
         <Directory ${WWW}>\n</Directory>\nServerAdmin ${later}\nDefine later x\nUnDefine root\nServerAdmin ${root}\n",
    );
    let expected = [
        "ServerPath /srv/a/b",
        "ServerAdmin x y",
        "Directory /srv/www",
        "ServerAdmin ${later}",
        "ServerAdmin ${root}",
    ];
    assert_eq!(lines(&read), expected);
    let undefined: Vec<_> = read.undefined.iter().map(|it| String::from_utf8_lossy(&it.name)).collect();
    assert_eq!(undefined, ["later", "root"]);
    let part =
        |statement: usize, word: usize| read.word(StatementId::new(statement), word).map(|word| word.part);
    assert_eq!(part(0, 0), Some(Part::Arg(0)));
    assert_eq!(part(1, 1), Some(Part::Head), "two words came from one");
    let message = "ServerAdmin takes one argument, The email address of the server administrator";
    assert_eq!(refusals(&read), [(5, message)]);
    assert_eq!(read.defines.len(), 4);
}

#[test]
fn a_colon_in_a_name_is_refused_before_everything_in_the_walk() {
    let read = config("Bogus\nDefine a:b c\n");
    assert_eq!(refusals(&read)[0], (2, "Variable name must not contain ':'"));
    assert!(read.refusals[0].first && !read.refusals[1].first);
    let printed = "Syntax error on line 7 of /etc/httpd/conf: Variable name must not contain ':'";
    assert_eq!(read.printed.as_deref(), Some(printed));
}

#[test]
fn includes_are_read_in_place_and_sorted_by_bytes() {
    let read = Case::new("ServerAdmin a\nInclude sites/*.conf\nServerAdmin z\n")
        .file("/etc/apache2/sites/b.conf", "ServerAdmin b\n")
        .file("/etc/apache2/sites/B.conf", "ServerAdmin B\n")
        .file("/etc/apache2/sites/10.conf", "ServerAdmin 10\n")
        .file("/etc/apache2/sites/.c.conf", "Bogus\n")
        .file("/etc/apache2/sites/d.conf~", "Bogus\n")
        .read();
    assert_eq!(
        lines(&read),
        ["ServerAdmin a", "ServerAdmin 10", "ServerAdmin B", "ServerAdmin b", "ServerAdmin z"]
    );
    assert_eq!((read.files.len(), read.complete), (4, true));
    assert!(matches!(read.readings[1].origin, Origin::Include { reading: 0, line: 7, .. }));
}

#[test]
fn a_folder_stands_for_every_file_in_it_and_below() {
    let read = Case::new("Include conf\n")
        .file("/etc/apache2/conf/b~", "ServerAdmin b~\n")
        .file("/etc/apache2/conf/.hidden", "ServerAdmin hidden\n")
        .file("/etc/apache2/conf/a/x", "ServerAdmin a/x\n")
        .read();
    assert_eq!(lines(&read), ["ServerAdmin hidden", "ServerAdmin a/x", "ServerAdmin b~"]);
    assert!(read.includes[0].is_folder);
}

#[test]
fn relative_includes_start_at_the_server_root_of_that_moment() {
    let read = Case::new("ServerRoot /srv\nInclude x.conf\n").file("/srv/x.conf", "ServerAdmin a\n").read();
    assert_eq!(lines(&read), ["ServerAdmin a"]);
    assert_eq!(read.server_root.as_bytes(), b"/srv");
    let read = config("ServerRoot /nope\n");
    assert_eq!(refusals(&read), [(1, "ServerRoot must be a valid directory")]);
}

#[test]
fn includes_that_lead_nowhere() {
    let read = config(
        "Include nope.conf\nInclude nope/*.conf\nInclude *.none\nIncludeOptional nope.conf\nIncludeOptional n*/x\n",
    );
    let expected = [
        (1, "Could not open configuration file /etc/apache2/nope.conf: No such file or directory"),
        (2, "Include/IncludeOptional: Could not open directory /etc/apache2/nope: No such file or directory"),
        (3, "Include/IncludeOptional: No matches for the wildcard '*.none' in '/etc/apache2', failing"),
    ];
    assert_eq!(refusals(&read), expected);
    assert!(read.complete);
    let read = config("Include /run/x.conf\n");
    assert_eq!(refusals(&read), NONE);
    assert!(!read.complete && !read.modules.complete);
    assert_eq!(read.unknowns.len(), 1);
}

#[test]
fn an_include_of_itself_ends() {
    let read = Case::new("Include loop.conf\n")
        .file("/etc/apache2/loop.conf", "Include loop.conf\nInclude loop.conf\n")
        .read();
    let words = "Exceeded maximum include depth of 128, There appears to be a recursion.";
    assert_eq!(read.refusals.len(), 1);
    assert_eq!(read.refusals[0].message, words);
    assert!(!read.complete);
}

#[test]
fn a_section_may_not_end_in_another_file() {
    let read =
        Case::new("Include a.conf\n</Directory>\n").file("/etc/apache2/a.conf", "<Directory /x>\n").read();
    let printed = "Syntax error on line 6 of /etc/httpd/conf: Syntax error on line 1 of /etc/apache2/a.conf: \
                   /etc/apache2/a.conf:1: <Directory> was not closed.";
    assert_eq!(read.printed.as_deref(), Some(printed));
    assert_eq!(read.refusals.len(), 2);
}

#[test]
fn macros_are_put_in_where_they_are_used() {
    let read = config(
        "<Macro Site $name $n @dir>\n# no line of its own\n<VirtualHost *:80>\nServerName $name\nDocumentRoot @dir\n\
         ServerAlias $names\n</VirtualHost>\n</Macro>\nUse site a.example b \"/srv/a b\"\nUndefMacro SITE\n",
    );
    let expected =
        ["VirtualHost *:80", " ServerName a.example", " DocumentRoot /srv/a b", " ServerAlias a.examples"];
    assert_eq!(lines(&read), expected);
    assert_eq!(refusals(&read), NONE);
    let used = read.uses[0].place;
    assert!(read.ids().all(|id| read.place(id) == used));
    let written = read.written_in_macro(StatementId::new(1)).unwrap();
    assert_ne!(written.ordinal, used.ordinal);
    assert_eq!(written.file, used.file);
}

#[test]
fn a_macro_may_open_what_the_file_closes() {
    let read = config(
        "<Macro Open>\n<Directory /a>\n</Macro>\nUse Open\nOptions None\n</Directory>\nServerAdmin y\n",
    );
    assert_eq!(lines(&read), ["Directory /a", " Options None", "ServerAdmin y"]);
    assert_eq!(refusals(&read), NONE);
}

#[test]
fn httpd_words_about_macros() {
    let text = "Use x\n<Macro A $a>\nBogus\n</Macro>\nUse A\nUse B\n<Macro C>\nUse C\n</Macro>\nUse C\n<Macro D $x $x>\n</Macro>\n";
    let read = config(text);
    let defined = |line: u32| format!("(defined on line {line} of \"/etc/httpd/conf\")");
    let (a, d) = (defined(7), defined(16));
    let expected = [
        (1, "no macro defined before Use".to_owned()),
        (5, format!("macro 'a' {a} used with 0 arguments instead of 1")),
        (6, "macro 'b' undefined".to_owned()),
        (10, "recursive use of macro 'c' is invalid".to_owned()),
        (
            11,
            format!(
                "argument name conflict in macro 'd' {d}: argument '$x': #1 and #2, change argument names!"
            ),
        ),
    ];
    let found: Vec<_> =
        refusals(&read).into_iter().map(|(line, message)| (line, message.to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn refusals_in_a_macro_name_its_line_and_point_at_its_use() {
    let read = config("<Macro A>\n\nBogus\n</Macro>\n\nUse A\n");
    let printed = "Syntax error on line 2 of macro 'a' (defined on line 6 of \"/etc/httpd/conf\") used on line 11 of \
                   \"/etc/httpd/conf\":\nInvalid command 'Bogus', perhaps misspelled or defined by a module not \
                   included in the server configuration";
    assert_eq!(read.printed.as_deref(), Some(printed));
    assert_eq!(read.refusals[0].daemon_line, Some(11));
    assert_eq!(read.refusals[0].related.len(), 1);
}

#[test]
fn macros_that_multiply_are_cut_off() {
    let mut text = String::from(
        "<Macro M0>\nServerAdmin xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n</Macro>\n",
    );
    for level in 1..40 {
        let below = level - 1;
        text.push_str(&format!("<Macro M{level}>\nUse M{below}\nUse M{below}\n</Macro>\n"));
    }
    text.push_str("Use M39\n");
    let read = config(&text);
    assert!(!read.complete);
}

#[test]
fn a_module_comes_behind_the_one_that_it_uses() {
    let lines =
        "LoadModule proxy_fcgi_module /m/mod_proxy_fcgi.so\nLoadModule proxy_module /m/mod_proxy.so\n";
    let read = config(lines);
    let said =
        "Cannot load /m/mod_proxy_fcgi.so into server: /m/mod_proxy_fcgi.so: undefined symbol: proxy_module";
    assert_eq!(refusals(&read), [(1, said)]);
    assert_eq!(read.refusals[0].remedy.as_deref(), Some("it uses mod_proxy: load that module before it"));
    let lines =
        "LoadModule proxy_module /m/mod_proxy.so\nLoadModule proxy_fcgi_module /m/mod_proxy_fcgi.so\n";
    assert_eq!(refusals(&config(lines)), NONE);
}

#[test]
fn loaded_files_are_looked_for_where_their_folder_is() {
    let read = config("LoadModule env_module nowhere/mod_env.so\n");
    assert_eq!(refusals(&read), NONE);
    let read = Case::new("LoadModule env_module m/mod_env.so\nLoadModule x_module m/mod_alias.so\n")
        .file("/etc/apache2/m/mod_alias.so", "")
        .read();
    let missing = "Cannot load m/mod_env.so into server: /etc/apache2/m/mod_env.so: cannot open shared object file: \
                   No such file or directory";
    let symbol = "Can't locate API module structure `x_module' in file /etc/apache2/m/mod_alias.so: \
                  /etc/apache2/m/mod_alias.so: undefined symbol: x_module";
    assert!(refusals(&read).contains(&(1, missing)));
    assert!(refusals(&read).contains(&(2, symbol)));
}

#[test]
fn what_is_loaded_must_be_a_file() {
    for (path, said) in [
        ("/m/", "Cannot load /m/ into server: /m/: cannot read file data: Is a directory"),
        (
            "mod_env.so",
            "Cannot load mod_env.so into server: mod_env.so: cannot open shared object file: No such file or \
                        directory",
        ),
        (
            "/m/x.so/y.so",
            "Cannot load /m/x.so/y.so into server: /m/x.so/y.so: cannot open shared object file: Not a \
                          directory",
        ),
        (
            "/n/mod_env.so",
            "Cannot load /n/mod_env.so into server: /n/mod_env.so: cannot open shared object file: No such \
                           file or directory",
        ),
    ] {
        let case = Case::bare().file("/etc/httpd/conf", format!("LoadModule env_module {path}\n"));
        let case = case.file("/m/x.so", "").file("/usr/lib/apache2/modules/mod_env.so", "");
        assert_eq!(refusals(&case.read()).first(), Some(&(0, said)), "{path}");
    }
}

#[test]
fn httpds_own_modules_are_called_as_their_files() {
    for (identifier, file, is_right) in [
        ("status_module", "mod_status.so", true),
        ("status_modul", "mod_status.so", false),
        ("socache_shmcb_module", "mod_socache_shmcb.so", true),
        ("shmcb_module", "mod_socache_shmcb.so", false),
        ("something_module", "mod_of_others.so", true),
    ] {
        let read = config(&format!("LoadModule {identifier} /m/{file}\n"));
        let is_refused = read.refusals.iter().any(|refusal| refusal.message.starts_with("Can't locate"));
        assert_eq!(is_refused, !is_right, "{identifier}");
    }
}
