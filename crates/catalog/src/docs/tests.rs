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
