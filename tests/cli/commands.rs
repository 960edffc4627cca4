//! The commands beside `check` and `fix`.

use crate::support::Folder;

#[test]
fn explain_prints_the_page_of_a_rule() {
    let run = Folder::new().run(["explain", "slowlog-never-written"]).code(0).silent();
    assert!(run.out.starts_with("# slowlog-never-written\n"), "{run:#?}");
    assert!(run.out.ends_with("Group: ignored. Default: info.\n"), "{run:#?}");
}

#[test]
fn explain_knows_every_rule_that_is_listed() {
    let folder = Folder::new();
    let rules = folder.run(["rules", "--json"]).code(0).json();
    for rule in rules.as_array().expect("a list") {
        let name = rule["name"].as_str().expect("a name");
        folder.run(["explain", name]).code(0).out_has(&format!("# {name}\n"));
    }
}

#[test]
fn explain_names_what_was_probably_meant() {
    let folder = Folder::new();
    let run = folder.run(["explain", "slowlog-never-writen"]).code(2);
    assert_eq!(
        run.err,
        "fpmlint: no rule and no directive is called `slowlog-never-writen`; did you mean `slowlog-never-written`?\n"
    );
    folder.run(["explain", "zzzzzz"]).code(2).err_has("`fpmlint rules` lists the rules");
    for (word, meant) in [
        ("pm.max_childern", "pm.max_children"),
        ("memory_limt", "memory_limit"),
        ("fastcgi_pas", "fastcgi_pass"),
        ("<Direcotry>", "Directory"),
    ] {
        folder.run(["explain", word]).code(2).err_has(&format!("; did you mean `{meant}`?"));
    }
    folder
        .run(["explain", "nginx:pm.max_children"])
        .code(2)
        .err_has("nginx has no directive `pm.max_children`; php-fpm has");
    folder.run(["explain", "--as", "nginx", "zzzzzz"]).code(2).err_has("nor has any other dialect");
}

#[test]
fn explain_shows_a_directive_in_every_dialect_that_has_it() {
    let folder = Folder::new();
    let run = folder.run(["explain", "user"]).code(0).silent();
    let (fpm, others) = run.out.split_once("\n\nuser (nginx)\n").expect("user of nginx");
    assert!(fpm.starts_with("user (php-fpm)\n") && others.contains("\n\nUser (Apache)\n"), "{run:#?}");
    let narrowed = folder.run(["explain", "nginx:user"]).code(0).silent();
    assert!(
        narrowed.out.starts_with("user (nginx)\n") && !narrowed.out.contains("php-fpm)"),
        "{narrowed:#?}"
    );
    assert_eq!(folder.run(["explain", "--as", "nginx", "user"]).code(0).out, narrowed.out);
}

#[test]
fn explain_takes_keys_and_sections_as_they_are_written() {
    let folder = Folder::new();
    folder.run(["explain", "php_admin_value[error_log]"]).code(0).out_has("php_admin_value (php-fpm)\n");
    for word in ["Directory", "<Directory", "<Directory>", "htaccess:directory"] {
        folder.run(["explain", word]).code(0).out_has("<Directory> (");
    }
}

#[test]
fn explain_shows_the_text_the_trap_and_the_facts() {
    let run = Folder::new().run(["explain", "pm.max_children"]).code(0).silent();
    run.out_has("\n\n  The most processes").out_has("\n\n  Trap: ").out_has("\n  unit        processes\n");
}

#[test]
fn explain_shows_the_facts_of_a_directive_without_a_text() {
    let run = Folder::new().run(["explain", "uwsgi_temp_file_write_size"]).code(0).silent();
    assert!(
        run.out.starts_with("uwsgi_temp_file_write_size (nginx)\n\n  stands in   http, server, location\n"),
        "{run:#?}"
    );
}

#[test]
fn rules_are_listed_by_group() {
    let folder = Folder::new();
    let text = folder.run(["rules"]).code(0).silent();
    let text = text.out_has("startup\n").out_has("\nwiring\n").out_has("  backend-without-pool ");
    let rules = folder.run(["rules", "--json"]).code(0).json();
    let rules = rules.as_array().expect("a list");
    for rule in rules {
        for key in ["name", "group", "default", "summary", "url"] {
            assert!(rule[key].as_str().is_some_and(|value| !value.is_empty()), "{key} of {rule}");
        }
        assert!(text.out.contains(rule["summary"].as_str().expect("text")), "{rule}");
    }
    let lines = text.out.lines().filter(|line| line.starts_with("  ")).count();
    assert_eq!(lines, rules.len());
}

#[test]
fn show_files_lists_what_is_read_and_what_is_left_out() {
    let folder = Folder::with_example("compose");
    folder.write("docker/nginx/extra.conf.template", "server { listen ${PORT}; }\n");
    let run = folder.run(["show", "files"]).code(0).silent();
    let run = run.out_has("nginx    docker/nginx/default.conf\n").out_has("php-fpm  docker/php/www.conf\n");
    run.out_has(" (shipped by the profile)\n")
        .out_has("skipped  docker/nginx/extra.conf.template: is a template\n");
    folder.run(["show", "files", "gone"]).code(2).err_has("gone: error: No such file or directory");
}

#[test]
fn show_hosts_names_their_daemons_pools_and_sites() {
    let folder = Folder::with_example("rocky-guide");
    let run = folder.run(["show", "hosts"]).code(0).silent();
    let words = [
        " (root of a machine, profile rocky-9)\n",
        "  php-fpm /etc/php-fpm.conf\n",
        "  nginx   /etc/nginx/nginx.conf\n",
        "  apache  /etc/httpd/conf/httpd.conf\n",
        "    pool www listens on unix:/run/php-fpm/www.sock\n",
        "    site http://web.example.org/\n",
        "    site http://web.example.org:8080/\n",
    ];
    words.iter().fold(run, |run, words| run.out_has(words));
    let run = Folder::with_example("compose").run(["show", "hosts"]).code(0);
    run.out_has("(files of a project, profile docker)").out_has("pool www listens on *:9000");
}

#[test]
fn show_settings_without_a_file() {
    let run = Folder::new().run(["show", "settings"]).code(0).silent();
    assert_eq!(run.out, "# no fpmlint.toml\n");
}

#[test]
fn completions_are_written_for_the_usual_shells() {
    let folder = Folder::new();
    for (shell, words) in
        [("bash", "complete -F"), ("zsh", "#compdef fpmlint"), ("fish", "complete -c fpmlint")]
    {
        let run = folder.run(["completions", shell]).code(0).silent().out_has(words);
        run.out_has("min-confidence").out_has("explain");
    }
    folder.run(["completions", "tcsh"]).code(2).err_has("bash");
}

#[test]
fn help_and_version_are_printed() {
    let folder = Folder::new();
    let run = folder.run(["--version"]).code(0).silent();
    assert_eq!(run.out, format!("fpmlint {}\n", env!("CARGO_PKG_VERSION")));
    let help = folder.run(["--help"]).code(0).silent();
    let commands = ["check", "fix", "explain", "rules", "show", "trace", "completions"];
    let help = commands.iter().fold(help, |help, name| help.out_has(&format!("\n  {name} ")));
    help.out_has("Exit codes: 0 nothing found");
    for name in commands {
        let run = folder.run([name, "--help"]).code(0).silent().out_has("Usage: fpmlint ");
        assert!(run.out.lines().all(|line| line.chars().count() <= 100), "{run:#?}");
    }
}

#[test]
fn the_schemas_and_the_manual_are_written() {
    let folder = Folder::new();
    let settings = folder.run(["schema", "settings"]).code(0).json();
    assert!(settings["properties"]["min-confidence"].is_object());
    let output = folder.run(["schema", "output"]).code(0).json();
    assert!(output["properties"]["diagnostics"].is_object());
    folder.run(["man"]).code(0).silent().out_has(".TH fpmlint 1");
}
