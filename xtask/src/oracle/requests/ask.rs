//! Random requests for a site.
//!
//! In: random numbers and the names of the site's files. Out: a request, as it is sent.

use serde_json::{Value, json};

use crate::oracle::random::Random;

/// A request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// The host asked for.
    pub host: String,
    /// The method.
    pub method: String,
    /// Path and query as they are sent.
    pub target: String,
    /// Bytes of the body.
    pub body: Option<usize>,
}

/// Paths that mean something to the sites.
const PATHS: &[&str] = &[
    "/",
    "/index.php",
    "/a.php",
    "/sub",
    "/sub/",
    "/sub/a.php",
    "/missing",
    "/missing.php",
    "/missing/",
    "/app",
    "/app/",
    "/app/x",
    "/app/public/",
    "/files/a.php",
    "/files/",
    "/files/data.txt",
    "/old",
    "/old/a",
    "/r/x",
    "/status",
    "/ping",
    "/private/x",
    "/in/a.php",
    "/alias/a.php",
    "/alias/",
    "/alias",
    "/alias/x.jpg",
    "/img/x.jpg",
    "/x.jpg/y.php",
    "/up/evil.jpg/y.php",
    "/.env",
    "/.htaccess",
    "/secret",
    "/b%20c.php",
    "/empty/",
    "/empty",
    "/shop/item",
    "/item/7",
    "/api/v1",
    "/cgi-bin/run.php",
    "/upload",
];

const ENDS: &[&str] =
    &["/x", "/x/y.php", "/", ".", "%20", "/..", "/.", "x", "/a.php", "//", ";a", "%00", "%2e", "~"];

const QUERIES: &[&str] = &["a=1", "p=%2F..%2F", "q=a b", "x?y", "a=1&b=2"];

/// A request for the site of this host name.
pub fn question(random: &mut Random, host: &str, files: &[String]) -> Question {
    let mut path = match random.below(8) {
        0..=3 => format!("/{}", random.pick(files).map_or("", String::as_str)),
        4..=6 => random.pick(PATHS).copied().unwrap_or("/").to_owned(),
        _ => joined(random),
    };
    path = path.replace(' ', "%20");
    if random.one_in(8) {
        path += random.pick(ENDS).copied().unwrap_or_default();
    }
    if random.one_in(12) {
        path = bent(random, &path);
    }
    if random.one_in(4) {
        path = format!("{path}?{}", random.pick(QUERIES).copied().unwrap_or_default().replace(' ', "%20"));
    }
    let (method, body) = match random.below(16) {
        0 => ("HEAD", None),
        1 | 2 => ("POST", Some([0, 10, 900, 1500, 3000][random.below(5)])),
        3 => ("OPTIONS", None),
        4 => (["PUT", "DELETE", "PATCH"][random.below(3)], Some(5)),
        _ => ("GET", None),
    };
    let host = match random.below(40) {
        0 => format!("www.{host}"),
        1 => "unknown.test".to_owned(),
        2 => host.to_ascii_uppercase(),
        3 => format!("x.{host}"),
        _ => host.to_owned(),
    };
    Question { host, method: method.to_owned(), target: path, body }
}

/// Two known paths behind each other.
fn joined(random: &mut Random) -> String {
    let mut part = || random.pick(PATHS).copied().unwrap_or("/").trim_end_matches('/').to_owned();
    let (first, second) = (part(), part());
    first + &second + "/"
}

/// The same path written otherwise, or nearly the same.
fn bent(random: &mut Random, path: &str) -> String {
    let rest = path.trim_start_matches('/');
    match random.below(9) {
        0 => format!("//{rest}"),
        1 => format!("/./{rest}"),
        2 => format!("/sub/../{rest}"),
        3 => format!("/../{rest}"),
        4 => path.replace('a', "%61"),
        5 => path.replacen('/', "%2f", 2).replacen("%2f", "/", 1),
        6 => path.to_ascii_uppercase(),
        7 => path.replace('/', "//"),
        _ => path.replace(".php", ".PHP"),
    }
}

impl Question {
    /// As it is sent; `port` is behind the host's name.
    pub fn bytes(&self, port: u16) -> Vec<u8> {
        let Question { host, method, target, body } = self;
        let mut text = format!("{method} {target} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n")
            .into_bytes();
        if let Some(size) = body {
            text.extend(format!("Content-Length: {size}\r\n\r\n").into_bytes());
            text.extend(std::iter::repeat_n(b'x', *size));
        } else {
            text.extend(b"\r\n");
        }
        text
    }

    /// As JSON.
    pub fn to_json(&self) -> Value {
        json!({ "host": self.host, "method": self.method, "target": self.target, "body": self.body })
    }

    /// A request in JSON that [`Question::to_json`] made.
    pub fn from_json(value: &Value) -> Option<Question> {
        let text = |name: &str| Some(value[name].as_str()?.to_owned());
        let body = value["body"].as_u64().and_then(|size| usize::try_from(size).ok());
        Some(Question { host: text("host")?, method: text("method")?, target: text("target")?, body })
    }
}
