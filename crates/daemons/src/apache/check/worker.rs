//! mod_proxy's workers and balancers: the URLs they are named by, and their parameters.
//!
//! In: a URL as `ProxyPass` and its kin have it, and `key=value` pairs. Out: what httpd refuses. Invariant: as in
//! httpd each server has its own list, and a worker that is there already is shared, its new parameters ignored.

use rustc_hash::FxHashMap;

use super::number::{atof, atoi, atol, duration};
use super::{Line, around, is, starts};
use crate::apache::statement::StatementId;

/// The workers and balancers of each server.
#[derive(Default)]
pub(super) struct Known {
    servers: FxHashMap<Option<StatementId>, Server>,
}

#[derive(Default)]
struct Server {
    workers: Vec<Worker>,
    balancers: Vec<Vec<u8>>,
    /// For each balancer its members.
    members: FxHashMap<Vec<u8>, Vec<Worker>>,
}

struct Worker {
    name: Vec<u8>,
    is_match: bool,
}

/// Which workers a URL is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    Prefix,
    Pattern,
    Either,
}

/// Whether a URL names a balancer.
pub(super) fn is_balancer(url: &[u8]) -> bool {
    starts(url, "balancer:")
}

/// The URL without its `unix:` part; none where what follows the `|` has no scheme.
pub(super) fn without_socket(url: &[u8]) -> Option<Vec<u8>> {
    let Some(bar) = memchr::memchr(b'|', url).filter(|bar| starts(url, "unix:") && *bar >= 5) else {
        return Some(url.to_vec());
    };
    let behind = url.get(bar + 1..).unwrap_or(b"");
    let colon = memchr::memchr(b':', behind)?;
    Some(match behind.get(colon + 1..) {
        None | Some(b"") => [behind, b"//localhost"].concat(),
        Some(b"//") => [behind, b"localhost"].concat(),
        Some(_) => behind.to_vec(),
    })
}

/// A URL cut up, as far as workers need it.
struct Url<'t> {
    scheme: Option<&'t [u8]>,
    host: Option<&'t [u8]>,
    port: Option<&'t [u8]>,
    rest: &'t [u8],
}

/// Cuts a URL as the runtime library does; none where it refuses.
fn parse(url: &[u8]) -> Option<Url<'_>> {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let length = match url.first() {
        Some(first) if first.is_ascii_alphabetic() => url.iter().take_while(is_part).count(),
        _ => 0,
    };
    let scheme = (length > 0 && url.get(length) == Some(&b':')).then(|| url.get(..length)).flatten();
    let behind = match scheme {
        Some(scheme) => url.get(scheme.len() + 1..)?,
        None => url,
    };
    let Some(authority) = behind.strip_prefix(b"//") else {
        let first_part = behind.split(|byte| *byte == b'/').next().unwrap_or(b"");
        if scheme.is_none() && first_part.contains(&b':') {
            return None;
        }
        return Some(Url { scheme, host: None, port: None, rest: behind });
    };
    let end = authority.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(authority.len());
    let (info, rest) = authority.split_at(end);
    let host = memchr::memrchr(b'@', info).and_then(|at| info.get(at + 1..)).unwrap_or(info);
    let (host, port) = match host {
        [b'[', ..] => {
            let close = memchr::memchr(b']', host)?;
            let inner = host.get(1..close)?;
            (inner, host.get(close + 1..).and_then(|behind| behind.strip_prefix(b":")))
        }
        _ => match memchr::memchr(b':', host) {
            Some(colon) => (host.get(..colon)?, host.get(colon + 1..)),
            None => (host, None),
        },
    };
    if port.is_some_and(|port| !port.is_empty() && !super::number::strtol(port).rest.is_empty()) {
        return None;
    }
    Some(Url { scheme, host: Some(host), port, rest })
}

/// Ports that need not be written.
fn default_port(scheme: &[u8]) -> i32 {
    match scheme {
        b"http" | b"ws" | b"h2c" => 80,
        b"https" | b"wss" | b"h2" => 443,
        b"ajp" => 8009,
        b"fcgi" => 8000,
        b"scgi" => 4000,
        b"ftp" => 21,
        _ => 0,
    }
}

/// httpd's buffers, their closing zero counted.
const MAX_HOST: usize = 256;
const MAX_SOCKET: usize = 96;
const MAX_BALANCER: usize = 96;

/// The name of the worker for a URL, or why httpd makes none.
fn worker_name(url: &[u8], is_match: bool) -> Result<Vec<u8>, Vec<u8>> {
    let (socket, behind) = match memchr::memchr(b'|', url).filter(|bar| starts(url, "unix:") && *bar >= 5) {
        Some(bar) => (url.get(5..bar), url.get(bar + 1..).unwrap_or(b"")),
        None => (None, url),
    };
    let (written, references) =
        if is_match { without_references(behind) } else { (behind.to_vec(), Vec::new()) };
    let Some(parsed) = parse(&written) else { return Err(around("Unable to parse URL: ", url, "")) };
    let absolute = || around("URL must be absolute!: ", url, "");
    let scheme = parsed.scheme.ok_or_else(absolute)?.to_ascii_lowercase();
    let host = match parsed.host.filter(|host| !host.is_empty()) {
        Some(host) => host.to_ascii_lowercase(),
        None if socket.is_some() => b"localhost".to_vec(),
        None => return Err(absolute()),
    };
    if host.len() >= MAX_HOST {
        return Err(around("worker hostname (", &host, ") too long"));
    }
    let path = socket.unwrap_or(b"");
    if path.first() == Some(&b'/') && path.len() >= MAX_SOCKET {
        return Err(around("worker uds path (", path, ") too long"));
    }
    let port = parsed.port.map_or(0, atoi);
    let mut name = [&*scheme, b"://", &*host].concat();
    if port != 0 && port != default_port(&scheme) {
        name.extend_from_slice(format!(":{port}").as_bytes());
    }
    name.extend_from_slice(&references);
    name.extend_from_slice(parsed.rest);
    Ok(name)
}

/// A pattern's URL without `$1` behind its port, and what was taken out.
fn without_references(url: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let unchanged = || (url.to_vec(), Vec::new());
    let Some(start) = memchr::memmem::find(url, b"://") else { return unchanged() };
    let host = url.get(start + 3..).unwrap_or(b"");
    let colon = host.iter().position(|byte| matches!(byte, b':' | b'/'));
    let Some(colon) = colon.filter(|at| host.get(*at) == Some(&b':')) else { return unchanged() };
    let port = host.get(colon + 1..).unwrap_or(b"");
    let mut at = 0;
    while let Some(&byte) = port.get(at) {
        let is_reference = byte == b'$' && port.get(at + 1).is_some_and(u8::is_ascii_digit);
        if byte == b'/' {
            return unchanged();
        }
        if is_reference {
            let behind = port.get(at + 2..).unwrap_or(b"");
            let end = at + 2 + behind.iter().position(|byte| *byte == b'/').unwrap_or(behind.len());
            let taken = port.get(at..end).unwrap_or(b"").to_vec();
            let kept = [
                url.get(..start + 3 + colon + 1).unwrap_or(b""),
                port.get(..at).unwrap_or(b""),
                port.get(end..).unwrap_or(b""),
            ];
            return (kept.concat(), taken);
        }
        at += 1;
    }
    unchanged()
}

impl Known {
    /// Whether a server has a worker that a URL is passed to.
    pub(super) fn has_worker(&self, line: &Line<'_>, url: &[u8], kind: Match) -> bool {
        let server = self.servers.get(&line.server());
        server.is_some_and(|server| find(&server.workers, url, kind))
    }

    pub(super) fn has_balancer(&self, line: &Line<'_>, url: &[u8]) -> bool {
        let name = balancer_name(url);
        self.servers.get(&line.server()).is_some_and(|server| server.balancers.contains(&name))
    }

    /// Makes a worker; the error is what httpd says.
    pub(super) fn add_worker(&mut self, line: &Line<'_>, url: &[u8], is_match: bool) -> Result<(), Vec<u8>> {
        let name = worker_name(url, is_match)?;
        let server = self.servers.entry(line.server()).or_default();
        server.workers.push(Worker { name, is_match });
        Ok(())
    }

    pub(super) fn add_balancer(&mut self, line: &Line<'_>, url: &[u8]) -> Result<(), Vec<u8>> {
        let behind = memchr::memchr(b':', url).and_then(|colon| url.get(colon + 1..)).unwrap_or(b"");
        if !behind.starts_with(b"//") || behind.len() < 3 {
            return Err(around("Bad syntax for a balancer name (", url, ")"));
        }
        let name = balancer_name(url);
        if name.len() >= MAX_BALANCER {
            return Err(around("balancer name (", &name, ") too long"));
        }
        self.servers.entry(line.server()).or_default().balancers.push(name);
        Ok(())
    }

    /// Adds a member; says whether it was there already.
    pub(super) fn add_member(
        &mut self,
        line: &Line<'_>,
        balancer: &[u8],
        url: &[u8],
    ) -> Result<bool, Vec<u8>> {
        let real = without_socket(url).unwrap_or_default();
        let server = self.servers.entry(line.server()).or_default();
        let members = server.members.entry(balancer_name(balancer)).or_default();
        if find(members, &real, Match::Either) {
            return Ok(true);
        }
        members.push(Worker { name: worker_name(url, false)?, is_match: false });
        Ok(false)
    }
}

/// A worker whose name starts the URL and reaches over its host.
fn find(workers: &[Worker], url: &[u8], kind: Match) -> bool {
    let Some(start) = memchr::memmem::find(url, b"://") else { return false };
    let Some(behind) = url.get(start + 3..).filter(|behind| !behind.is_empty()) else { return false };
    let host = start + 3 + memchr::memchr(b'/', behind).unwrap_or(behind.len());
    let mut lower = url.to_vec();
    if let Some(head) = lower.get_mut(..host) {
        head.make_ascii_lowercase();
    }
    workers.iter().any(|worker| {
        let fits = match (kind, worker.is_match) {
            (Match::Prefix, true) | (Match::Pattern, false) => false,
            (_, true) => worker.name == lower,
            (_, false) => lower.starts_with(&worker.name),
        };
        fits && worker.name.len() >= host
    })
}

fn balancer_name(url: &[u8]) -> Vec<u8> {
    let start = memchr::memmem::find(url, b"://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| memchr::memchr(b'/', rest)).map_or(url.len(), |at| start + at);
    url.get(..end).unwrap_or(url).to_ascii_lowercase()
}

const SWITCHES: [(&str, &str); 3] =
    [("keepalive", "KeepAlive"), ("disablereuse", "DisableReuse"), ("enablereuse", "EnableReuse")];

/// What is wrong with a worker's parameter.
pub(super) fn worker_parameter(line: &Line<'_>, key: &[u8], given: &[u8]) -> Option<String> {
    let number = atoi(given);
    let unless = |fits: bool, words: &str| (!fits).then(|| words.to_owned());
    if let Some((_, name)) = SWITCHES.iter().find(|(known, _)| is(key, known)) {
        return unless(is(given, "on") || is(given, "off"), &format!("{name} must be On|Off"));
    }
    let timeout = |unit: &[u8], format: &str, least: &str| match duration(given, unit) {
        None => Some(format.to_owned()),
        Some(time) => unless(time >= 1000, least),
    };
    let shorter = |name: &str, most: usize| {
        unless(given.len() < most, &format!("{name} length must be < {most} characters"))
    };
    match key.to_ascii_lowercase().as_slice() {
        b"loadfactor" => {
            let factor = atof(given)? * 100.0;
            unless((100.0..10001.0).contains(&factor), "LoadFactor must be a number between 1..100")
        }
        b"retry" => unless(number >= 0, "Retry must be a positive value"),
        b"ttl" => unless(number >= 1, "TTL must be at least one second"),
        b"min" => unless(number >= 0, "Min must be a positive number"),
        b"max" => unless(number >= 0, "Max must be a positive number"),
        b"smax" => unless(number >= 0, "Smax must be a positive number"),
        b"acquire" => {
            timeout(b"ms", "Acquire timeout has wrong format", "Acquire must be at least one millisecond")
        }
        b"timeout" => unless(number >= 1, "Timeout must be at least one second"),
        b"iobuffersize" => {
            let size = atol(given);
            unless(size == 0 || size >= 512, "IOBufferSize must be >= 512 bytes, or 0 for system default.")
        }
        b"receivebuffersize" => {
            let words = "ReceiveBufferSize must be >= 512 bytes, or 0 for system default.";
            unless(number == 0 || number >= 512, words)
        }
        b"addressttl" => {
            let seconds = duration(given, b"s")
                .is_some_and(|time| time % 1_000_000 == 0 && time / 1_000_000 <= i64::from(i32::MAX));
            let words = "AddressTTL must be -1 or a number of seconds not exceeding 2147483647";
            unless(given == b"-1" || seconds, words)
        }
        b"route" => shorter("Route", 64),
        b"redirect" => shorter("Redirect", 64),
        b"secret" => shorter("Secret", 64),
        b"flusher" => shorter("flusher name", 16),
        b"upgrade" => shorter("upgrade protocol", 16),
        b"status" => {
            let mut letters = given.iter().filter(|byte| !matches!(byte, b'+' | b'-'));
            let all = letters.all(|letter| b"OINGUDSEHFCR".contains(&letter.to_ascii_uppercase()));
            unless(all, "Unknown status parameter option")
        }
        b"flushpackets" => {
            let known = ["on", "off", "auto"].iter().any(|known| is(given, known));
            unless(known, "flushpackets must be on|off|auto")
        }
        b"flushwait" => {
            let words = "flushwait must be <= 1000, or 0 for system default of 10 millseconds.";
            unless((0..=1000).contains(&number), words)
        }
        b"ping" => timeout(
            b"s",
            "Ping/Pong timeout has wrong format",
            "Ping/Pong timeout must be at least one millisecond",
        ),
        b"lbset" => unless((0..=99).contains(&number), "lbset must be between 0 and 99"),
        b"connectiontimeout" => timeout(
            b"s",
            "Connectiontimeout has wrong format",
            "Connectiontimeout must be at least one millisecond.",
        ),
        b"responsefieldsize" => {
            let words = "ResponseFieldSize must be greater than 0 bytes, or 0 for system default.";
            unless(atol(given) >= 0, words)
        }
        _ if line.config.modules.has(b"mod_proxy_hcheck.c") == Some(false) => {
            Some("unknown Worker parameter".to_owned())
        }
        _ => None,
    }
}

/// What is wrong with a balancer's parameter.
pub(super) fn balancer_parameter(line: &Line<'_>, key: &[u8], given: &[u8]) -> Option<String> {
    let unless = |fits: bool, words: &str| (!fits).then(|| words.to_owned());
    let number = atoi(given);
    let is_switch = is(given, "on") || is(given, "off");
    match key.to_ascii_lowercase().as_slice() {
        b"stickysession" => None,
        b"stickysessionsep" => {
            unless(given.len() == 1 || is(given, "off"), "stickysessionsep must be a single character or Off")
        }
        b"nofailover" => unless(is_switch, "failover must be On|Off"),
        b"timeout" => unless(number >= 1, "timeout must be at least one second"),
        b"maxattempts" => unless(number >= 0, "maximum number of attempts must be a positive number"),
        b"lbmethod" => {
            let modules = &line.config.modules;
            let known = matches!(given, b"byrequests" | b"bybusyness" | b"bytraffic" | b"heartbeat");
            let module = [b"mod_lbmethod_", given, b".c"].concat();
            let is_there = match modules.has(&module) {
                Some(has) if known => has,
                None if known => true,
                _ => !line.knows_all_modules(),
            };
            unless(is_there, "unknown lbmethod")
        }
        b"scolonpathdelim" => unless(is_switch, "scolonpathdelim must be On|Off"),
        b"failonstatus" => {
            let codes = given.split(|byte| matches!(byte, b',' | b' ')).filter(|code| !code.is_empty());
            let all = codes.into_iter().all(|code| (100..600).contains(&atoi(code)));
            unless(all, "failonstatus must be one or more HTTP response codes")
        }
        b"failontimeout" => unless(is_switch, "failontimeout must be On|Off"),
        b"nonce" => unless(is(given, "None") || given.len() < 37, "Provided nonce is too large"),
        b"growth" => unless((1..=100).contains(&number), "growth must be between 1 and 100"),
        b"forcerecovery" => unless(is_switch, "forcerecovery must be On|Off"),
        _ => Some("unknown Balancer parameter".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(url: &str) -> Result<String, String> {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        worker_name(url.as_bytes(), true).map(text).map_err(text)
    }

    #[test]
    fn names_of_workers() {
        assert_eq!(name("FCGI://Host:9000/A").as_deref(), Ok("fcgi://host:9000/A"));
        assert_eq!(name("http://a:80/x").as_deref(), Ok("http://a/x"));
        assert_eq!(name("unix:/run/a.sock|fcgi:").as_deref(), Ok("fcgi://localhost"));
        assert_eq!(name("http://h:8$1/x").as_deref(), Ok("http://h:8$1/x"));
        let said = name("127.0.0.1:9000");
        assert_eq!(said, Err("Unable to parse URL: 127.0.0.1:9000".to_owned()));
        assert_eq!(name("unix:/run/a"), Err("URL must be absolute!: unix:/run/a".to_owned()));
        assert_eq!(name("http://h:x/"), Err("Unable to parse URL: http://h:x/".to_owned()));
    }

    #[test]
    fn the_part_behind_a_socket() {
        let behind = |url: &str| without_socket(url.as_bytes()).map(|url| String::from_utf8(url).unwrap());
        assert_eq!(behind("unix:/a|fcgi:").as_deref(), Some("fcgi://localhost"));
        assert_eq!(behind("unix:/a|fcgi://").as_deref(), Some("fcgi://localhost"));
        assert_eq!(behind("unix:/a|localhost"), None);
        assert_eq!(behind("http://a/").as_deref(), Some("http://a/"));
    }
}
