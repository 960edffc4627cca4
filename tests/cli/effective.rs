//! `show effective`: the settings of php-fpm that are in force, as `php-fpm -tt` prints them.

use crate::support::Folder;

/// A root with one pool of these lines.
fn with_pool(lines: &str) -> Folder {
    let folder = Folder::new();
    folder.write("etc/php-fpm.conf", "[global]\ninclude = /etc/php-fpm.d/*.conf\n");
    folder.write("etc/php-fpm.d/www.conf", format!("[www]\n{lines}"));
    folder
}

#[test]
fn sections_and_settings_are_those_of_the_daemon() {
    let run = Folder::with_example("sound").run(["show", "effective"]).code(0).silent();
    let sections: Vec<&str> = run.out.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(sections, ["[global]", "[www]"]);
    assert!(run.out.starts_with("[global]\n\tpid = /run/php-fpm/php-fpm.pid\n"), "{run:#?}");
    run.out_has("\n\n[www]\n\tprefix = undefined\n\tuser = apache\n")
        .out_has("\tlisten.owner = undefined\n")
        .out_has("\trequest_slowlog_timeout = 5s\n")
        .out_has("\tsecurity.limit_extensions = .php .phar\n")
        .out_has("\tphp_admin_value[log_errors] = 1\n");
}

#[test]
fn of_two_lines_the_one_in_force_is_shown() {
    let folder = with_pool(
        "user = www-data\nlisten = 9000\npm = static\npm.max_children = 5\npm.max_children = 7\n\
         request_terminate_timeout = 2m\nphp_value[memory_limit] = 1G\n",
    );
    let run = folder.run(["show", "effective"]).code(0);
    run.out_has("\tpm.max_children = 7\n")
        .out_lacks("pm.max_children = 5")
        .out_has("\trequest_terminate_timeout = 120s\n")
        .out_has("\tphp_value[memory_limit] = 1G\n");
}

#[test]
fn what_rests_on_the_environment_is_not_known() {
    let folder = with_pool("user = ${POOL_USER}\nlisten = 9000\npm = static\npm.max_children = 5\n");
    folder.run(["show", "effective"]).code(0).out_has("\tuser = ; not known\n").out_has("\tlisten = 9000\n");
}

#[test]
fn each_of_several_masters_says_which_it_is() {
    let folder = Folder::new();
    for version in ["8.1", "8.2"] {
        let base = format!("etc/php/{version}/fpm");
        let include = format!("[global]\ninclude = /etc/php/{version}/fpm/pool.d/*.conf\n");
        folder.write(format!("{base}/php-fpm.conf"), include);
        let pool = format!("[www]\nlisten = /run/php/{version}.sock\npm = static\npm.max_children = 5\n");
        folder.write(format!("{base}/pool.d/www.conf"), pool);
    }
    let run = folder.run(["show", "effective"]).code(0);
    run.out_has("; /etc/php/8.1/fpm/php-fpm.conf\n[global]\n")
        .out_has("; /etc/php/8.2/fpm/php-fpm.conf\n[global]\n")
        .out_has("\tlisten = /run/php/8.1.sock\n")
        .out_has("\tlisten = /run/php/8.2.sock\n");
}

#[test]
fn without_a_pool_nothing_is_in_force() {
    let run = Folder::new().run(["show", "effective"]).code(0).silent();
    assert_eq!(run.out, "");
    let run = Folder::with_example("sound").run(["show", "effective", "gone"]).code(2);
    run.err_has("gone: error: No such file or directory");
}

#[test]
fn a_main_file_may_be_named() {
    let folder = with_pool("user = www-data\nlisten = 9000\npm = static\npm.max_children = 5\n");
    let run = folder.run(["show", "effective", "--as", "php-fpm", "etc/php-fpm.d/www.conf"]).code(0);
    run.out_has("[www]\n").out_has("\tpm.max_children = 5\n");
}
