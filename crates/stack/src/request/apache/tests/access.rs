//! Who is let in.

use super::{get, outcome, read};
use crate::request::Request;

fn answer(rules: &str) -> String {
    outcome(&get(&read(&format!("<Directory /var/www/html>\n{rules}\n</Directory>\n")), "/x.css"))
}

const OPEN: &str = "file /var/www/html/x.css";

#[test]
fn rules_for_strangers() {
    let rows = [
        ("Require all granted", OPEN),
        ("Require all denied", "403"),
        ("Require ip 10.0.0.0/8", "403"),
        ("Require local", "403"),
        ("Require host example.org", "403"),
        ("<RequireAll>\nRequire not ip 10.0.0.1\nRequire all granted\n</RequireAll>", OPEN),
        ("AuthType Basic\nAuthName x\nRequire valid-user", "401"),
        ("Require valid-user", "500"),
        ("AuthType Basic\nAuthName x\nRequire valid-user\nRequire all granted", OPEN),
        ("<RequireAll>\nRequire all granted\nRequire ip 10.0.0.1\n</RequireAll>", "403"),
        ("<RequireAny>\nRequire all granted\nRequire ip 10.0.0.1\n</RequireAny>", OPEN),
        (
            "<RequireAll>\nRequire all granted\n<RequireNone>\nRequire ip 10.0.0.1\n</RequireNone>\n</RequireAll>",
            OPEN,
        ),
        (
            "<RequireAll>\nRequire all granted\n<RequireNone>\nRequire all granted\n</RequireNone>\n</RequireAll>",
            "403",
        ),
        ("<Limit POST>\nRequire all denied\n</Limit>", OPEN),
        ("<LimitExcept POST>\nRequire all denied\n</LimitExcept>", "403"),
        ("Order deny,allow\nDeny from all", "403"),
        ("Order deny,allow\nDeny from all\nAllow from 10.0.0.1", "403"),
        ("Order allow,deny\nAllow from all", OPEN),
        ("Order allow,deny\nAllow from 127.0.0.1", "403"),
        ("Order deny,allow", OPEN),
        ("Order allow,deny\nAllow from all\nRequire all denied", "403"),
        ("Order deny,allow\nDeny from all\nRequire all granted\nSatisfy any", OPEN),
        ("Deny from all\nAuthType Basic\nAuthName x\nRequire valid-user\nSatisfy any", "401"),
    ];
    for (rules, expected) in rows {
        assert_eq!(answer(rules), expected, "{rules}");
    }
}

#[test]
fn a_rule_that_cannot_be_decided_is_a_doubt() {
    let stack = read("<Directory /var/www/html>\nRequire env allowed\n</Directory>\n");
    let trace = get(&stack, "/x.css");
    assert_eq!(outcome(&trace), OPEN);
    assert_eq!(trace.doubts.len(), 1);
}

#[test]
fn a_known_client_is_let_in() {
    let stack = read("<Location /status>\nSetHandler server-status\nRequire local\n</Location>\n");
    assert_eq!(outcome(&get(&stack, "/status")), "403");
    let request = Request { client: Some([127, 0, 0, 1].into()), ..Request::get(b"/status") };
    assert_eq!(outcome(&stack.answer(0, &request)), "other");
}

#[test]
fn the_nearest_folder_decides() {
    let stack = read(
        "<Directory /var/www/html/open>\nRequire all granted\n</Directory>\n\
         <Directory />\nRequire all denied\n</Directory>\n\
         <Directory /var/www/*/wild>\nRequire all granted\n</Directory>\n",
    );
    assert_eq!(outcome(&get(&stack, "/open/x.css")), "file /var/www/html/open/x.css");
    assert_eq!(outcome(&get(&stack, "/wild/x.css")), "file /var/www/html/wild/x.css");
    assert_eq!(outcome(&get(&stack, "/x.css")), "403");
    assert_eq!(outcome(&get(&stack, "/opener/x.css")), "403");
}

#[test]
fn the_last_kind_of_section_decides() {
    let stack = read(
        "<Location /a>\nRequire all granted\n</Location>\n\
         <Files secret.css>\nRequire all denied\n</Files>\n\
         <Directory /var/www/html>\nRequire all granted\n</Directory>\n",
    );
    assert_eq!(outcome(&get(&stack, "/secret.css")), "403");
    assert_eq!(outcome(&get(&stack, "/a/secret.css")), "file /var/www/html/a/secret.css");
}
