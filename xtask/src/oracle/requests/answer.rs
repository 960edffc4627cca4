//! What was answered to a request, in words that both sides use.
//!
//! In: what a server sent. Out: an [`Answer`]. The folder of the case is written `{D}`.

use super::files::MARK;

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// A status and what came with it.
    Known(Shown),
    /// fpmlint cannot say; the fact that is missing.
    Unknown(String),
}

/// A status and what came with it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shown {
    /// The status.
    pub status: u16,
    /// What came: `php`, `file`, `source`, `listing`, `page` of a pool's own, `to` for a redirect; empty for anything
    /// that says no more than its status.
    pub what: &'static str,
    /// The file, or where a redirect leads.
    pub target: String,
    /// Of PHP: the pool, the user's number, PATH_INFO and the query.
    pub php: Vec<String>,
}

impl Answer {
    /// The answer in one line.
    pub fn words(&self) -> String {
        match self {
            Answer::Unknown(fact) => format!("unknown: {fact}"),
            Answer::Known(shown) => {
                format!("{} {} {} {}", shown.status, shown.what, shown.target, shown.php.join(" | "))
                    .trim_end()
                    .to_owned()
            }
        }
    }

    /// What kind of difference there is between the server's answer and ours; none where they are the same.
    pub fn difference(&self, ours: &Answer) -> Option<String> {
        let (Answer::Known(theirs), Answer::Known(ours)) = (self, ours) else { return None };
        let head = |shown: &Shown| format!("{} {}", shown.status, shown.what).trim_end().to_owned();
        if head(theirs) != head(ours) {
            return Some(format!("{} is {}", head(theirs), head(ours)));
        }
        if theirs.target != ours.target && theirs.target != ours.target.replace("//", "/") {
            return Some(format!("{}: another target", head(theirs)));
        }
        // What PHP ran may be no page of ours, and then shows no more.
        if theirs.php.is_empty() {
            return None;
        }
        let names = ["pool", "user", "PATH_INFO", "query"];
        let differs = |at: &usize| {
            let ours = ours.php.get(*at).map(String::as_str);
            ours != Some("?") && theirs.php.get(*at).map(String::as_str) != ours
        };
        (0..names.len()).find(differs).map(|at| format!("{}: another {}", head(theirs), names[at]))
    }
}

/// Reads what a server sent. A body that `HEAD` leaves away shows nothing.
pub fn read(bytes: &[u8], folder: &str, port: u16) -> Option<Shown> {
    let text = String::from_utf8_lossy(bytes).replace(folder, "{D}");
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header = |name: &str| {
        let mut lines = head.split("\r\n").skip(1).filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    };
    let mut shown = Shown { status, ..Shown::default() };
    if let Some(witness) = header("X-Witness") {
        let mut words = witness.split(' ').map(|word| decoded(word).replace(folder, "{D}"));
        let mut next = || words.next().unwrap_or_default();
        let (pool, user) = (next(), next());
        shown.target = next();
        shown.php = vec![pool, user, next(), next()];
        shown.what = "php";
    } else if let Some(to) = header("Location").filter(|_| (300..400).contains(&status)) {
        shown.what = "to";
        shown.target = without_own_host(to, port);
    } else if let Some(name) = body.split(MARK).nth(1).filter(|_| body.matches(MARK).count() == 2) {
        shown.target = format!("{{D}}/{name}");
        let ran = header("X-Powered-By").is_some();
        shown.what = match (ran, body.contains("<?php")) {
            (true, _) => "php",
            (false, true) => "source",
            (false, false) => "file",
        };
    } else if body.contains("Index of") {
        shown.what = "listing";
    } else if status == 200 && (body.contains("pool:") || body.trim_ascii() == "pong") {
        shown.what = "page";
    }
    Some(shown)
}

/// A URL of the server itself as a path.
pub fn without_own_host(url: &str, port: u16) -> String {
    let own = format!(":{port}");
    let path = url.strip_prefix("http://").and_then(|rest| {
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        host.ends_with(&own).then_some(path)
    });
    path.unwrap_or(url).to_owned()
}

fn decoded(word: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = word.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || rest.next().and_then(|digit| (digit as char).to_digit(16)).unwrap_or(0) as u8;
        bytes.push(if byte == b'%' { (digit() << 4) | digit() } else { byte });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Shown {
        read(text.as_bytes(), "/x", 80).unwrap()
    }

    #[test]
    fn answers_are_read() {
        let php = shown("HTTP/1.1 200 OK\r\nX-Witness: p 33 %2Fx%2Fa.php %2Fy b%3D1\r\n\r\nran");
        assert_eq!((php.status, php.what, &php.target[..]), (200, "php", "{D}/a.php"));
        assert_eq!(php.php, ["p", "33", "/y", "b=1"]);
        assert_eq!(shown("HTTP/1.1 200 OK\r\n\r\n@@s1/x.jpg@@\n").what, "file");
        assert_eq!(shown("HTTP/1.1 200 OK\r\n\r\n<?php /* @@s1/a.php@@ */").what, "source");
        let moved = shown("HTTP/1.1 301 Moved\r\nLocation: http://a:80/b/\r\n\r\n");
        assert_eq!((moved.what, &moved.target[..]), ("to", "/b/"));
        assert_eq!(shown("HTTP/1.1 404 No\r\n\r\n").status, 404);
    }
}
