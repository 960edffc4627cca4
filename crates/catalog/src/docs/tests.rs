//! Every text is found under its own name, in the order that the search needs.

use super::*;

#[test]
fn texts_stand_in_the_order_of_ids() {
    for docs in [NGINX.as_slice(), &APACHE, &PHP_FPM, &PHP_INI] {
        assert!(docs.windows(2).all(|pair| pair[0].number < pair[1].number));
        for doc in docs {
            assert_eq!(look_up(docs, doc.number), Some(doc));
        }
    }
}

#[test]
fn a_text_is_found_as_its_directive_is() {
    let children = find(Dialect::PhpFpm, "PM.max_children").unwrap();
    assert!(children.text.contains("processes") && children.trap.is_some());
    assert_eq!(find(Dialect::Apache, "allowoverride"), find(Dialect::Htaccess, "AllowOverride"));
    assert_eq!(find(Dialect::Nginx, "Alias"), None);
    assert_eq!(find(Dialect::PhpIni, "no.such.setting"), None);
}

/// The names without a text whose rank is not above `last`.
fn untold<I: Copy>(
    ids: impl Iterator<Item = I>,
    last: u16,
    rank: fn(I) -> Option<u16>,
    of: fn(I) -> Option<&'static Doc>,
    name: fn(I) -> &'static str,
) -> Vec<&'static str> {
    let common = ids.filter(|id| rank(*id).is_some_and(|rank| rank <= last));
    common.filter(|id| of(*id).is_none()).map(name).collect()
}

#[test]
fn what_real_files_use_most_has_a_text() {
    const NONE: [&str; 0] = [];
    assert_eq!(untold(php_fpm::ids(), u16::MAX, php_fpm::rank, of_php_fpm, php_fpm::name), NONE);
    // Beyond this rank come settings of database extensions that every stock file lists and nobody changes.
    assert_eq!(untold(php_ini::ids(), 56, php_ini::rank, of_php_ini, php_ini::name), NONE);
    assert_eq!(untold(nginx::ids(), 143, nginx::rank, of_nginx, nginx::name), NONE);
    assert_eq!(untold(apache::ids(), 133, apache::rank, of_apache, apache::name), NONE);
    assert_eq!(untold(apache::ids(), 44, apache::htaccess_rank, of_apache, apache::name), NONE);
}

#[test]
fn each_dialect_has_enough_texts() {
    assert!(PHP_FPM.len() == php_fpm::names().count() && PHP_INI.len() >= 80);
    assert!(NGINX.len() >= 120 && APACHE.len() >= 120);
}
