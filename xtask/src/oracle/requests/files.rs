//! What lies in the document root of a random site.
//!
//! In: random numbers. Out: files with marks by which an answer shows which of them it came from.

use std::collections::BTreeMap;

use crate::oracle::case::Case;
use crate::oracle::random::Random;

/// Encloses a file's name in its text.
pub const MARK: &str = "@@";

/// Files of a site, each with the number of sites of which one has it.
const FILES: &[(&str, usize)] = &[
    ("index.php", 2),
    ("index.html", 4),
    ("a.php", 1),
    ("info.php", 2),
    ("x.jpg", 1),
    ("style.css", 2),
    ("page.phtml", 3),
    (".env", 2),
    (".hidden/secret.txt", 3),
    ("b c.php", 4),
    ("x.php.jpg", 3),
    ("A.PHP", 5),
    ("404.html", 2),
    ("error.php", 2),
    ("sub/index.php", 2),
    ("sub/index.html", 3),
    ("sub/a.php", 2),
    ("sub/x.jpg", 2),
    ("sub/deep/a.php", 3),
    ("up/evil.jpg", 2),
    ("up/a.php", 3),
    ("up/plain", 3),
    ("app/public/index.php", 3),
    ("app/public/x.jpg", 3),
    ("app/index.html", 4),
    ("files/a.php", 3),
    ("files/data.txt", 2),
    ("empty/", 2),
    ("cgi-bin/run.php", 5),
];

/// A page of PHP that tells how it was called in a header, so that `HEAD` shows it too.
const WITNESS: &str = "<?php /* {MARK} */\n\
    $s = $_SERVER;\n\
    header('X-Witness: ' . implode(' ', array_map('rawurlencode', [$s['POOL'] ?? '', (string) fileowner('/proc/self'), \
    __FILE__, $s['PATH_INFO'] ?? '', $s['QUERY_STRING'] ?? ''])));\n\
    echo 'ran';\n";

/// The files of the site number `site`, below its folder.
pub fn plant(random: &mut Random, site: usize) -> Case {
    let mut files = BTreeMap::new();
    let mut modes = BTreeMap::new();
    for (name, rarity) in FILES {
        if !random.one_in(*rarity) {
            continue;
        }
        let path = format!("s{site}/{name}");
        if !name.ends_with('/') && random.one_in(25) {
            modes.insert(path.clone(), if random.one_in(2) { 0o600 } else { 0o640 });
        }
        files.insert(path.clone(), text(&path).into_bytes());
    }
    files.insert(format!("s{site}/always.txt"), text(&format!("s{site}/always.txt")).into_bytes());
    Case { main: String::new(), files, modes }
}

fn text(path: &str) -> String {
    let mark = format!("{MARK}{path}{MARK}");
    let is_php = [".php", ".PHP", ".phtml"].iter().any(|ending| path.ends_with(ending));
    if is_php { WITNESS.replace("{MARK}", &mark) } else { format!("{mark}\n") }
}
