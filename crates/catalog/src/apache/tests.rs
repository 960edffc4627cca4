//! Facts that the tables must tell, spot checks against Apache's documentation.

use super::*;
use crate::names::tests::{assert_all_filed, assert_all_found};
use crate::version::Version;

fn only(id: DirectiveId) -> &'static Directive {
    let [row] = entries(id) else { panic!("{id:?} has not one row") };
    row
}

#[test]
fn the_tables_are_whole() {
    assert_eq!((directives().len(), third_party().len()), (867, 742));
    assert_eq!(ids().count(), 837 + 742);
    assert_eq!(third_party_modules().len(), 24);
}

#[test]
fn every_name_is_found_and_no_misspelling_is() {
    assert_all_found(&apache::NAMES, ignoring_case);
    assert_all_filed(&apache::NAMES, &apache::DIRECTIVES, |row| row.name);
    assert_all_found(&apache_thirdparty::NAMES, ignoring_case);
    assert_all_filed(&apache_thirdparty::NAMES, &apache_thirdparty::DIRECTIVES, |row| row.name);
    assert!(ids().all(|id| find(name(id).as_bytes()) == Some(id)));
}

#[test]
fn case_does_not_count_and_sections_are_names_of_their_own() {
    assert_eq!(find(b"SETHANDLER"), Some(id::SET_HANDLER));
    assert_eq!(find(b"<virtualhost"), Some(id::SECTION_VIRTUAL_HOST));
    assert_eq!(find_section(b"VirtualHost"), Some(id::SECTION_VIRTUAL_HOST));
    assert_eq!(find(b"VirtualHost"), None);
    assert_eq!(find_section(b"ServerName"), None);
    assert_eq!(find_section(&[b'x'; 4096]), None);
}

#[test]
fn no_section_is_too_long_to_be_found() {
    for id in ids() {
        if let Some(section) = name(id).strip_prefix('<') {
            assert_eq!(find_section(section.as_bytes()), Some(id), "{section}");
        }
    }
}

#[test]
fn set_handler_is_allowed_everywhere_and_with_file_info() {
    let row = only(id::SET_HANDLER);
    assert_eq!((row.contexts, row.measured), (Contexts::ALL, true));
    assert_eq!(row.htaccess, Htaccess::WithAny(AllowOverride::FILE_INFO));
    assert_eq!(row.args, ArgsHow::One);
    assert_eq!((row.module, row.module_file), ("core_module", "core.c"));
    assert_eq!(row.is_in(Version::new(2, 4, 6)), Some(true));
}

#[test]
fn proxy_pass_match_is_refused_in_directories_and_htaccess() {
    let row = only(id::PROXY_PASS_MATCH);
    let allowed = Contexts::SERVER | Contexts::VIRTUAL_HOST | Contexts::LOCATION | Contexts::PROXY;
    assert_eq!((row.contexts, row.htaccess), (allowed, Htaccess::Refused));
    assert_eq!((row.args, row.args.allows(1)), (ArgsHow::Raw, None));
    assert_eq!(row.is_in(Version::new(2, 4, 6)), Some(true));
}

#[test]
fn load_module_is_obeyed_while_reading() {
    let row = only(id::LOAD_MODULE);
    assert!(row.exec_on_read && row.overrides.contains(Overrides::EXEC_ON_READ));
    assert_eq!(row.args, ArgsHow::Two);
    assert!(only(id::SECTION_IF_MODULE).container && !row.container);
}

#[test]
fn server_name_has_no_place_in_sections_of_a_site() {
    let row = only(id::SERVER_NAME);
    assert_eq!(row.contexts, Contexts::SERVER | Contexts::VIRTUAL_HOST);
    assert_eq!(only(id::SERVER_ALIAS).contexts, Contexts::VIRTUAL_HOST);
}

#[test]
fn each_process_model_has_its_own_row() {
    let modules: Vec<&str> = entries(id::MAX_REQUEST_WORKERS).iter().map(|row| row.module).collect();
    assert_eq!(modules, ["mpm_event_module", "mpm_prefork_module", "mpm_worker_module"]);
}

#[test]
fn releases_and_fates_are_told_apart() {
    assert_eq!(only(id::SECTION_IF_FILE).is_in(Version::new(2, 4, 33)), Some(false));
    assert_eq!(only(id::SECTION_IF_FILE).is_in(Version::new(2, 4, 34)), Some(true));
    assert_eq!(only(id::SECTION_IF).is_in(Version::new(2, 4, 6)), Some(true));
    assert_eq!(only(id::REWRITE_LOG).is_in(Version::new(2, 4, 0)), Some(false));
    assert_eq!(only(id::REWRITE_LOG).status, Status::RemovedIn24);
    assert_eq!(only(id::ORDER).status, Status::Deprecated);
    assert_eq!(only(id::NAME_VIRTUAL_HOST).status, Status::NoOp);
    let options = only(id::HTTP_PROTOCOL_OPTIONS);
    assert_eq!(options.is_in(Version::new(2, 4, 23)), Some(false));
    assert_eq!(options.is_in(Version::new(2, 2, 32)), Some(true));
}

#[test]
fn directives_of_packaged_modules_say_which_module() {
    let row = only(find(b"php_admin_value").unwrap());
    assert_eq!((row.name, row.load_name), ("php_admin_value", Some("php8.2")));
    assert_eq!(row.htaccess, Htaccess::Refused);
    let row = only(id::PHP_VALUE);
    assert_eq!(row.htaccess, Htaccess::WithAny(AllowOverride::OPTIONS));
    assert!(!row.measured && row.contexts == Contexts::ALL);
}

#[test]
fn counts_of_arguments_follow_the_way_they_are_cut() {
    let allowed =
        |args: ArgsHow| (0..5).filter(|count| args.allows(*count) == Some(true)).collect::<Vec<_>>();
    assert_eq!(allowed(ArgsHow::OneOrThree), [1, 3]);
    assert_eq!(allowed(ArgsHow::EachWithFirst), [2, 3, 4]);
    assert_eq!(allowed(ArgsHow::None), [0]);
    assert_eq!(ArgsHow::Raw.allows(1), None);
}

#[test]
fn misspelt_directives_are_recognised() {
    assert_eq!(suggest("ProxyPassMach"), Some("ProxyPassMatch"));
    assert_eq!(suggest("documentroot"), Some("DocumentRoot"));
    assert_eq!(suggest("<Directry"), Some("<Directory"));
    assert_eq!(suggest("php_admin_vlaue"), Some("php_admin_value"));
    assert_eq!(suggest("RewriteLogs"), None);
    assert_eq!(suggest("foo"), None);
}

#[test]
fn classes_of_overrides_show_their_words() {
    let words = |set: AllowOverride| set.words().collect::<Vec<_>>();
    assert_eq!(words(AllowOverride::ALL), ["All"]);
    assert_eq!(words(AllowOverride::FILE_INFO | AllowOverride::LIMIT), ["FileInfo", "Limit"]);
}
