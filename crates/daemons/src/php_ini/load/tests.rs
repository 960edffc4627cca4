use std::path::Path;
use std::sync::Arc;

use fpmlint_workspace::{Files, HostPath, Memory, profile};

use super::*;

fn ini(files: &[(&str, &str)]) -> Ini {
    let mut system = Memory::new().directory("/etc/php/conf.d");
    for (path, text) in files {
        system = system.file(path, text);
    }
    let host = Host::sysroot(
        Arc::new(Files::new(Arc::new(system))),
        "machine",
        Path::new("/"),
        profile("debian-12").unwrap(),
    );
    let main = host.open(&HostPath::new("/etc/php/php.ini")).found();
    read(&IniSource {
        per_folder: false,
        host: &host,
        main,
        scan: Some(b"/etc/php/conf.d/*.ini"),
        version: Some(Version::new(8, 2, 36)),
    })
}

#[test]
fn the_later_file_wins_and_names_count_by_case() {
    let ini = ini(&[
        ("/etc/php/php.ini", "memory_limit = 128M\nMemory_Limit = 1M\ndisplay_errors = On\n"),
        ("/etc/php/conf.d/10-a.ini", "memory_limit = 256M\n"),
        ("/etc/php/conf.d/20-b.ini", "memory_limit = 512M ; more\n"),
    ]);
    assert_eq!(ini.text(b"memory_limit"), Some(&b"512M"[..]));
    assert_eq!(ini.text(b"display_errors"), Some(&b"1"[..]));
    assert_eq!(ini.all(b"memory_limit").count(), 3);
    assert_eq!(ini.files.len(), 3);
}

#[test]
fn a_syntax_error_drops_the_rest_of_its_file_alone() {
    let text = "precision = 3\nx = a!b\nprecision = 4\n";
    let ini = ini(&[("/etc/php/php.ini", text), ("/etc/php/conf.d/a.ini", "y = 1\n")]);
    assert_eq!((ini.text(b"precision"), ini.text(b"y")), (Some(&b"3"[..]), Some(&b"1"[..])));
    let [dropped] = ini.dropped.as_slice() else { panic!("one file is cut") };
    assert_eq!((dropped.message.as_str(), dropped.daemon_line), ("syntax error, unexpected '!'", 2));
    assert_eq!(dropped.span.of(text.as_bytes()), b"!b\nprecision = 4\n");
}

#[test]
fn path_and_host_sections_take_all_that_follows_in_their_file() {
    let ini = ini(&[
        ("/etc/php/php.ini", "a = 1\n[PATH=/srv/x/]\na = 2\n[PHP]\na = 3\n[HOST=Example.ORG]\na = 4\n"),
        ("/etc/php/conf.d/a.ini", "b = 5\n"),
    ]);
    assert_eq!((ini.text(b"a"), ini.text(b"b")), (Some(&b"1"[..]), Some(&b"5"[..])));
    let scopes: Vec<&Scope> = ini.settings.iter().map(|setting| &setting.scope).collect();
    let path = Scope::Path(b"/srv/x"[..].into());
    let host = Scope::Host(b"example.org"[..].into());
    assert_eq!(scopes, [&Scope::All, &path, &path, &host, &Scope::All]);
}

#[test]
fn extensions_add_up_and_variables_see_earlier_settings() {
    let ini = ini(&[(
        "/etc/php/php.ini",
        "extension = a\nextension = b.so\nzend_extension = opcache\nx = 7\ny = ${x}0\nz = ${HOME}\n# a note\n",
    )]);
    let names: Vec<&[u8]> = ini.extensions().filter_map(|extension| extension.value.known()).collect();
    assert_eq!(names, [&b"a"[..], b"b.so", b"opcache"]);
    assert_eq!(ini.text(b"y"), Some(&b"70"[..]));
    assert_eq!(ini.effective(b"z").map(|setting| &setting.value), Some(&Value::Unknown));
    assert_eq!(ini.unknowns.len(), 1);
    assert!(ini.dropped.is_empty());
}
