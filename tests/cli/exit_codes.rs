//! What the exit code says.

use crate::support::{ERROR, Folder, INFO, SOUND, WARNING};

#[test]
fn nothing_found_is_zero() {
    let run = Folder::with_pool(SOUND).check_pool(&[]).code(0).silent();
    assert_eq!(run.out, "Found no problems in 1 file.\n");
}

#[test]
fn what_lies_below_fail_on_is_zero() {
    Folder::with_pool(INFO).check_pool(&[]).code(0).out_has("info[allowed-clients-on-socket]");
    Folder::with_pool(WARNING).check_pool(&["--fail-on", "error"]).code(0).out_has("warning[");
}

#[test]
fn what_reaches_fail_on_is_one() {
    Folder::with_pool(WARNING).check_pool(&[]).code(1);
    Folder::with_pool(ERROR).check_pool(&[]).code(1);
    Folder::with_pool(ERROR).check_pool(&["--fail-on", "error"]).code(1);
    Folder::with_pool(INFO).check_pool(&["--fail-on", "info"]).code(1);
}

#[test]
fn a_missing_path_is_two_and_nothing_is_praised() {
    let run = Folder::new().run(["check", "gone"]).code(2);
    assert_eq!(run.out, "");
    assert_eq!(run.err, "gone: error: No such file or directory\n");
}

#[test]
fn two_beats_one_and_the_findings_are_shown_all_the_same() {
    let folder = Folder::with_pool(ERROR);
    let run = folder.run(["check", "--as", "php-fpm", "pool.conf", "gone", "--format", "json"]).code(2);
    assert_eq!(run.rules(), ["unknown-directive"]);
    let json = run.json();
    assert_eq!(json["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["errors"][0]["file"], "gone");
    assert_eq!(json["errors"][0]["line"], serde_json::Value::Null);
    folder
        .run(["check", "--as", "php-fpm", "pool.conf", "gone", "--fix"])
        .code(2)
        .err_has("gone: error: No such");
}

#[test]
fn a_run_that_cannot_start_is_two_and_json_is_still_printed() {
    let folder = Folder::with_pool(ERROR);
    folder.write("fpmlint.toml", "selct = []\n");
    let run = folder.check_pool(&["--format", "json"]).code(2);
    let json = run.json();
    assert_eq!(json["diagnostics"], serde_json::json!([]));
    assert_eq!(json["errors"][0]["file"], "fpmlint.toml");
    assert_eq!(json["errors"][0]["line"], 1);
}

#[test]
fn a_folder_without_configuration_is_zero_and_said() {
    let folder = Folder::new();
    folder.make_folder("empty");
    let warning = "nothing to check: no configuration of php-fpm, PHP, nginx or Apache httpd found";
    for arguments in [&["check"][..], &["check", "empty"], &["fix"], &["check", "--format", "concise"]] {
        let run = folder.run(arguments).code(0).err_has(warning);
        assert_eq!(run.out, "");
    }
    let run = folder.run(["check", "--format", "json"]).code(0).err_has(warning);
    assert_eq!(run.json()["summary"]["files"], 0);
    folder.run(["check", "--quiet"]).code(0).silent();
}

#[test]
fn an_empty_folder_beside_others_is_said_too() {
    let folder = Folder::with_example("compose");
    folder.make_folder("empty");
    folder.run(["check", "empty"]).code(0).err_has("empty: warning: nothing to check");
    folder.run(["check", "docker/php"]).code(0).silent();
}

#[test]
fn a_named_file_that_is_not_recognised_is_said() {
    let folder = Folder::with_pool(SOUND);
    folder.write("other.conf", "a = b\n");
    folder.write("supervisord.conf", "[program:x]\ncommand=/bin/x\n");
    let run = folder.run(["check", "other.conf"]).code(0);
    assert_eq!(run.err, "other.conf: warning: is not recognised and not checked; `--as` says what it is\n");
    folder
        .run(["check", "supervisord.conf"])
        .code(0)
        .err_has("supervisord.conf: warning: looks like a file of supervisord and is not checked");
    folder.write("nginx.conf", "events {}\nhttp {}\n");
    folder
        .run(["check", "nginx.conf", "other.conf"])
        .code(0)
        .err_has("other.conf: warning: is not recognised");
}

#[test]
fn a_folder_is_not_read_as_a_file() {
    let folder = Folder::new();
    folder.make_folder("conf.d");
    folder.run(["check", "--as", "nginx", "conf.d"]).code(2).err_has("conf.d: error: `--as` says how a file");
    folder.run(["check", "--as", "nginx"]).code(2).err_has("`--as` says how a file is read: name the file");
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_opened() {
    let folder = Folder::new();
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, folder.path().join(name)).expect("a link");
    };
    link("/dev/zero", "zero.conf");
    link("loop.conf", "loop.conf");
    folder
        .run(["check", "--as", "nginx", "zero.conf"])
        .code(2)
        .err_has("zero.conf: error: Not a regular file");
    folder.run(["check", "--as", "nginx", "loop.conf"]).code(2).err_has("Too many levels of symbolic links");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_two() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_pool(SOUND);
    let path = folder.path().join("pool.conf");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).expect("a mode");
    if std::fs::read(&path).is_ok() {
        return; // The superuser may read everything.
    }
    folder.check_pool(&[]).code(2).err_has("pool.conf: error: Permission denied");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_two() {
    let folder = Folder::with_pool(ERROR);
    folder
        .check_pool(&["--output-file", "no/such/folder"])
        .code(2)
        .err_has("cannot write no/such/folder: No such file or directory");
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("the device");
    let mut command = crate::support::command(folder.path());
    let output =
        command.args(["check", "--as", "php-fpm", "pool.conf"]).stdout(full).output().expect("a run");
    assert_eq!(output.status.code(), Some(2));
}
