//! The recorded truth table of real php-fpm and nginx: who may connect to a pool's socket.

use fpmlint_stack::socket::{Access, Account, SocketSettings, access, mode_bits};
use fpmlint_workspace::Users;

const TABLE: &str = include_str!("../../../tests/verdicts/socket-access.tsv");

const PASSWD: &[u8] = b"root:x:0:0::/root:/bin/sh\n\
    e_ngx:x:1001:1001::/:/usr/sbin/nologin\n\
    e_php:x:1002:1002::/:/usr/sbin/nologin\n\
    e_web:x:1003:1003::/:/usr/sbin/nologin\n";

const GROUP: &[u8] = b"root:x:0:\ne_ngx:x:1001:\ne_php:x:1002:e_web\ne_web:x:1003:\n";

#[test]
fn every_recorded_row() {
    let users = Users::parse(PASSWD, Some(GROUP));
    let mut rows = 0;
    for row in TABLE.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [owner, group, mode, acl_users, acl_groups, socket, _, user, http, _] = columns[..] else {
            panic!("a row of {} columns: {row}", columns.len());
        };
        let settings = SocketSettings {
            owner: text(owner),
            group: text(group),
            mode: text(mode).map(|mode| mode_bits(&mode)),
            acl_users: text(acl_users).into_iter().collect(),
            acl_groups: text(acl_groups).into_iter().collect(),
        };
        let account = Account { user: user.into(), group: Some(user.into()) };
        match access(&settings, &account, &users) {
            Access::Granted => assert_eq!(http, "200", "{row}"),
            Access::Denied { socket: shown, certain, .. } => {
                assert_eq!(http, "502", "{row}");
                assert!(certain, "{row}");
                let recorded = socket.replacen(':', " ", 2).replacen(' ', ":", 1);
                assert_eq!(shown, recorded, "{row}");
            }
            Access::Unknown(fact) => panic!("{fact} is not known: {row}"),
        }
        rows += 1;
    }
    assert_eq!(rows, 500);
}

/// `-` is not set, `""` is set and empty, which php-fpm takes as not set.
fn text(column: &str) -> Option<Vec<u8>> {
    (column != "-" && column != "\"\"").then(|| column.as_bytes().to_vec())
}
