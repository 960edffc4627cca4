//! Facts that the tables must tell, spot checks against nginx's documentation.

use super::*;
use crate::generated::nginx_variables;
use crate::names::ignoring_case;
use crate::names::tests::{assert_all_filed, assert_all_found};
use crate::version::{Removed, Since, Version};

fn only(id: DirectiveId) -> &'static Directive {
    let [row] = entries(id) else { panic!("{id:?} has not one row") };
    row
}

#[test]
fn the_table_is_whole() {
    assert_eq!(directives().len(), 794);
    assert_eq!(names().count(), 665);
    assert_eq!(modules().len(), 108);
    assert_eq!(variables().len(), 250);
}

#[test]
fn every_name_is_found_and_no_misspelling_is() {
    assert_all_found(&NAMES, exactly);
    assert_all_filed(&NAMES, &DIRECTIVES, |row| row.name);
    assert_all_found(&nginx_variables::NAMES, ignoring_case);
    assert_all_filed(&nginx_variables::NAMES, &nginx_variables::VARIABLES, |row| row.name);
}

#[test]
fn case_counts_in_names_of_directives() {
    assert_eq!(find(b"listen"), Some(id::LISTEN));
    assert_eq!(find(b"Listen"), None);
    assert_eq!(name(id::FASTCGI_PASS), "fastcgi_pass");
}

#[test]
fn location_opens_a_block_with_one_or_two_arguments() {
    let row = only(id::LOCATION);
    assert!(row.block && row.arity.allows(1) && row.arity.allows(2) && !row.arity.allows(3));
    assert_eq!(row.contexts, Contexts::SERVER | Contexts::LOCATION);
    assert!(matches!(row.duplicates, Duplicates::Keyed(_)));
}

#[test]
fn fastcgi_pass_stands_in_locations_only() {
    let row = only(id::FASTCGI_PASS);
    assert_eq!(row.contexts, Contexts::LOCATION | Contexts::IF_IN_LOCATION);
    assert_eq!((row.arity.minimum(), row.arity.maximum()), (1, Some(1)));
    assert_eq!(row.duplicates, Duplicates::Refused);
    assert!(row.uses.contains(Uses::UPSTREAM_REFERENCE) && row.variables);
}

#[test]
fn listen_has_a_row_for_each_kind_of_server() {
    assert_eq!(entries(id::LISTEN).len(), 3);
    let http = entry(id::LISTEN, Contexts::SERVER).unwrap();
    assert_eq!((http.module, http.kind), ("ngx_http_core_module", ModuleKind::Http));
    assert!(http.keywords.contains(&"default_server") && !http.keywords.contains(&"udp"));
    assert!(entry(id::LISTEN, Contexts::STREAM_SERVER).unwrap().keywords.contains(&"udp"));
    assert!(entry(id::LISTEN, Contexts::HTTP).is_none());
}

#[test]
fn if_and_try_files_take_at_least_their_condition_and_files() {
    let row = only(id::IF);
    assert!(row.block && row.arity == Arity::ONE_OR_MORE);
    assert_eq!(row.contexts, Contexts::SERVER | Contexts::LOCATION);
    let row = only(id::TRY_FILES);
    assert!(row.arity == Arity::TWO_OR_MORE && !row.arity.allows(1));
    assert!(!row.contexts.intersects(Contexts::IF_IN_LOCATION));
}

#[test]
fn flags_numbers_and_words_are_told_apart() {
    let row = only(id::ACCEPT_MUTEX);
    assert!(row.arity.is_flag() && row.value == ValueType::Flag && row.contexts == Contexts::EVENTS);
    assert_eq!((row.default, row.inherits), (Some("0"), Some(false)));
    assert_eq!(only(id::FASTCGI_READ_TIMEOUT).value, ValueType::Milliseconds);
    assert_eq!(only(id::SATISFY).enum_values, ["all", "any"]);
    assert_eq!(only(id::LIMIT_REQ_STATUS).bounds, Some((400, 599)));
    assert_eq!(only(id::FASTCGI_CACHE_KEY).build, Some("NGX_HTTP_CACHE"));
}

#[test]
fn include_stands_everywhere() {
    assert_eq!(only(id::INCLUDE).contexts, Contexts::ALL);
    assert_eq!(only(id::LOAD_MODULE).contexts, Contexts::MAIN);
}

#[test]
fn releases_are_told_apart() {
    let ssl = entry(id::SSL, Contexts::SERVER).unwrap();
    assert_eq!(ssl.removed, Removed::At(Version::new(1, 25, 1)));
    assert_eq!(ssl.is_in(Version::new(1, 25, 0)), Some(true));
    assert_eq!(ssl.is_in(Version::new(1, 26, 0)), Some(false));
    let http2 = entry(id::HTTP2, Contexts::SERVER).unwrap();
    assert_eq!(http2.since, Since::At(Version::new(1, 25, 1)));
    assert_eq!(http2.is_in(Version::new(1, 22, 1)), Some(false));
    assert_eq!(only(id::FASTCGI_PASS).is_in(Version::new(1, 8, 0)), None);
    let [change] = only(id::SERVER_TOKENS).changes else { panic!() };
    assert!(change.version == Version::new(1, 11, 10) && change.arity && change.values);
    assert_eq!(only(id::HTTP2_RECV_TIMEOUT).replacement, Some("client_header_timeout"));
}

#[test]
fn misspelt_directives_are_recognised() {
    assert_eq!(suggest("fastcgi_pas"), Some("fastcgi_pass"));
    assert_eq!(suggest("Server_Name"), Some("server_name"));
    assert_eq!(suggest("loaction"), Some("location"));
    assert_eq!(suggest("foo"), None);
    assert_eq!(suggest("lua_package_path"), None);
}

#[test]
fn variables_are_found_by_name_and_by_family() {
    let http = |name: &str| find_variable(name.as_bytes(), VariableScope::Http).map(|row| row.name);
    assert_eq!(http("document_root"), Some("document_root"));
    assert_eq!(http("Document_Root"), Some("document_root"));
    assert_eq!(http("http_accept_language"), Some("http_"));
    assert_eq!(http("upstream_http_x_cache"), Some("upstream_http_"));
    assert_eq!(http("http_host"), Some("http_host"));
    assert_eq!(http("pipe"), Some("pipe"));
    assert_eq!(http("no_such_variable"), None);
    assert_eq!(http(&"_".repeat(1 << 16)), None);
    assert!(find_variable(b"document_root", VariableScope::Stream).is_none());
    assert!(find_variable(b"request_time", VariableScope::LogFormat).is_some());
}

#[test]
fn variables_know_what_may_be_done_with_them() {
    let row = find_variable(b"args", VariableScope::Http).unwrap();
    assert_eq!((row.changeable, row.settable, row.prefix), (Some(true), Some(true), false));
    assert_eq!(row.module, "ngx_http_core_module");
    let row = find_variable(b"request_uri", VariableScope::Http).unwrap();
    assert_eq!((row.changeable, row.settable), (Some(false), Some(false)));
    let row = find_variable(b"geoip_org", VariableScope::Stream).unwrap();
    assert_eq!(row.module, "ngx_stream_geoip_module");
    assert_eq!(row.is_in(Version::new(1, 22, 1)), Some(true));
}

#[test]
fn contexts_show_their_names() {
    let words: Vec<&str> = only(id::LOCATION).contexts.words().collect();
    assert_eq!(words, ["server", "location"]);
    assert_eq!(format!("{:?}", Contexts::HTTP | Contexts::MAIN), r#"{"MAIN", "HTTP"}"#);
}
