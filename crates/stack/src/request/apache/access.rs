//! Access: `Require` and its groups, and the old `Order`, `Allow`, `Deny`, `Satisfy`.
//!
//! A client of whom nothing is known is a stranger: no address, name or login is his. What the files cannot decide
//! lets him in and is a doubt.

use std::net::IpAddr;

use fpmlint_catalog::apache::{DirectiveId, id};
use fpmlint_daemons::Part;

use super::Walk;
use super::lines::{At, Line};
use crate::request::{Outcome, StepKind};

/// The directives of mod_authz_core that decide.
const RULES: [DirectiveId; 4] =
    [id::REQUIRE, id::SECTION_REQUIRE_ALL, id::SECTION_REQUIRE_ANY, id::SECTION_REQUIRE_NONE];

/// The directives of mod_access_compat.
const OLD_RULES: [DirectiveId; 4] = [id::ORDER, id::ALLOW, id::DENY, id::SATISFY];

/// Groups within groups that are looked into.
const MAX_DEPTH: usize = 50;

/// How a group joins its rules.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Join {
    Any,
    All,
    None,
}

/// What a rule says.
#[derive(Clone, Copy)]
enum Verdict<'a> {
    Granted,
    Denied(Line<'a>),
    /// A login would let one in.
    Login(Line<'a>),
    Neutral,
    Unknown(Line<'a>),
}

/// What the old rules say.
enum Old<'a> {
    Silent,
    Granted,
    Denied(Line<'a>),
}

impl<'a> Walk<'a> {
    /// The refusal that the access rules give, if they do.
    pub(super) fn access(&mut self) -> Option<Outcome> {
        let old_scope = self.last_with(&OLD_RULES);
        let old = old_scope.as_deref().map_or(Old::Silent, |scopes| self.old_verdict(scopes));
        let any = old_scope.as_deref().is_some_and(|scopes| {
            let mut lines = scopes.iter().rev().filter_map(|scope| scope.last(id::SATISFY));
            lines.next().is_some_and(|line| line.text(0).eq_ignore_ascii_case(b"any"))
        });
        let verdict = self.last_with(&RULES).map(|scopes| self.group(&scopes, Join::Any, 0));
        if any {
            return self.satisfy_any(&old, verdict);
        }
        if let Old::Denied(line) = old {
            return Some(self.refuse(line));
        }
        match verdict {
            None | Some(Verdict::Granted | Verdict::Neutral) => None,
            Some(Verdict::Denied(line)) => Some(self.refuse(line)),
            Some(Verdict::Login(line)) => Some(self.ask_login(line)),
            Some(Verdict::Unknown(line)) => {
                self.doubt(line);
                None
            }
        }
    }

    fn satisfy_any(&mut self, old: &Old<'a>, verdict: Option<Verdict<'a>>) -> Option<Outcome> {
        match (old, verdict) {
            (Old::Granted, _) | (_, Some(Verdict::Granted)) => None,
            (_, Some(Verdict::Login(line))) => Some(self.ask_login(line)),
            (_, Some(Verdict::Unknown(line))) => {
                self.doubt(line);
                None
            }
            (Old::Denied(line), _) => Some(self.refuse(*line)),
            (Old::Silent, Some(Verdict::Denied(line))) => Some(self.refuse(line)),
            (Old::Silent, _) => None,
        }
    }

    fn refuse(&mut self, line: Line<'a>) -> Outcome {
        self.step(line, Part::Head, StepKind::Refused);
        Outcome::Error { status: 403, reason: "access forbidden by rule".to_owned() }
    }

    fn ask_login(&mut self, line: Line<'a>) -> Outcome {
        let kind = self.applied.iter().rev().find_map(|scope| scope.last(id::AUTH_TYPE));
        let has_kind = kind.is_some_and(|line| !line.text(0).eq_ignore_ascii_case(b"none"));
        if !has_kind && self.is_whole() {
            self.step(line, Part::Head, StepKind::Refused);
            let reason = "a login is required, but no AuthType says how".to_owned();
            return Outcome::Error { status: 500, reason };
        }
        self.step(line, Part::Head, StepKind::Login);
        Outcome::Error { status: 401, reason: "a login is asked for".to_owned() }
    }

    /// The last section in force that has one of the directives, with the `<Limit>` sections in it that hold for
    /// the method: the rules of a later section take the place of those of an earlier one.
    fn last_with(&self, directives: &[DirectiveId]) -> Option<Vec<At<'a>>> {
        let has = |scope: &At<'a>| directives.iter().any(|directive| scope.last(*directive).is_some());
        for scope in self.applied.iter().rev() {
            let facts = scope.facts();
            if !facts.may_have(id::SECTION_LIMIT) && !facts.may_have(id::SECTION_LIMIT_EXCEPT) && !has(scope)
            {
                continue;
            }
            let limits = scope.mixed(&[id::SECTION_LIMIT, id::SECTION_LIMIT_EXCEPT]);
            let limits = limits.into_iter().filter(|line| self.limits(*line)).filter_map(Line::opens);
            let scopes: Vec<At<'a>> = std::iter::once(*scope).chain(limits).filter(has).collect();
            if !scopes.is_empty() {
                return Some(scopes);
            }
        }
        None
    }

    /// Whether a `<Limit>` or `<LimitExcept>` holds for the request's method. `GET` stands for `HEAD`, too.
    fn limits(&self, line: Line<'a>) -> bool {
        let method = match self.method {
            "HEAD" => "GET",
            method => method,
        };
        let named = line.words().any(|word| word.text.eq_ignore_ascii_case(method.as_bytes()));
        named == (line.directive() == Some(id::SECTION_LIMIT))
    }

    fn group(&self, scopes: &[At<'a>], join: Join, depth: usize) -> Verdict<'a> {
        let mut found: [Option<Verdict<'a>>; 5] = [None; 5];
        for line in scopes.iter().flat_map(|scope| scope.mixed(&RULES)) {
            let verdict = match (line.directive(), line.opens()) {
                (Some(id::REQUIRE), _) => self.rule(line),
                (_, Some(_)) if depth >= MAX_DEPTH => Verdict::Unknown(line),
                (Some(id::SECTION_REQUIRE_ALL), Some(inner)) => self.group(&[inner], Join::All, depth + 1),
                (Some(id::SECTION_REQUIRE_NONE), Some(inner)) => self.group(&[inner], Join::None, depth + 1),
                (_, Some(inner)) => self.group(&[inner], Join::Any, depth + 1),
                (_, None) => Verdict::Neutral,
            };
            let slot = match verdict {
                Verdict::Granted => 0,
                Verdict::Login(_) => 1,
                Verdict::Unknown(_) => 2,
                Verdict::Denied(_) => 3,
                Verdict::Neutral => 4,
            };
            if let Some(slot) = found.get_mut(slot) {
                slot.get_or_insert(verdict);
            }
        }
        let [granted, login, unknown, denied, neutral] = found;
        match join {
            // What may let one in comes before what asks for a login.
            Join::Any => granted.or(unknown).or(login).or(denied).or(neutral).unwrap_or(Verdict::Neutral),
            Join::All => denied.or(login).or(unknown).or(granted).or(neutral).unwrap_or(Verdict::Neutral),
            Join::None => {
                let opening = scopes.first().and_then(|scope| scope.opening());
                match (granted, unknown, opening) {
                    (Some(_), _, Some(line)) => Verdict::Denied(line),
                    (None, Some(unknown), _) => unknown,
                    _ => Verdict::Neutral,
                }
            }
        }
    }

    fn rule(&self, line: Line<'a>) -> Verdict<'a> {
        let mut words = line.words().map(|word| word.text).peekable();
        let negated = words.next_if(|word| word.eq_ignore_ascii_case(b"not")).is_some();
        let Some(provider) = words.next() else { return Verdict::Unknown(line) };
        // By far the most common one.
        if provider.eq_ignore_ascii_case(b"all") {
            let granted = words.next().is_some_and(|word| word.eq_ignore_ascii_case(b"granted"));
            return match (granted, negated) {
                (true, false) => Verdict::Granted,
                (true, true) => Verdict::Denied(line),
                (false, _) => denied(line, negated),
            };
        }
        let values: Vec<_> = words.collect();
        let values: Vec<&[u8]> = values.iter().map(|word| &word[..]).collect();
        let holds = match provider.to_ascii_lowercase().as_slice() {
            b"ip" => {
                self.request.client.is_some_and(|client| values.iter().any(|value| covers(value, client)))
            }
            b"local" => self.request.client.is_some_and(|client| client.is_loopback()),
            b"host" | b"forward-dns" => {
                let Some(client) = self.request.client else { return denied(line, negated) };
                // Only the name of the machine itself needs no look-up.
                if !client.is_loopback() {
                    return Verdict::Unknown(line);
                }
                values.iter().any(|value| value.eq_ignore_ascii_case(b"localhost"))
            }
            b"method" => values.iter().any(|value| value.eq_ignore_ascii_case(self.method.as_bytes())),
            b"ssl" => self.request.tls,
            b"valid-user" | b"user" | b"group" | b"file-owner" | b"file-group" | b"dbm-group" => {
                return if negated { Verdict::Neutral } else { Verdict::Login(line) };
            }
            name if name.starts_with(b"ldap-") || name.starts_with(b"dbd-") => {
                return if negated { Verdict::Neutral } else { Verdict::Login(line) };
            }
            b"expr" => match self.expression(&values.join(&b' ')) {
                Some(held) => held,
                None => return Verdict::Unknown(line),
            },
            _ => return Verdict::Unknown(line),
        };
        match (holds, negated) {
            (true, false) => Verdict::Granted,
            (true, true) => Verdict::Denied(line),
            (false, negated) => denied(line, negated),
        }
    }

    fn old_verdict(&mut self, scopes: &[At<'a>]) -> Old<'a> {
        let lines: Vec<Line<'a>> = scopes.iter().flat_map(|scope| scope.mixed(&OLD_RULES)).collect();
        let order = lines.iter().rfind(|line| line.directive() == Some(id::ORDER));
        let kind = order.map(|line| line.texts().concat().to_ascii_lowercase());
        let allowed = self.first_old(&lines, id::ALLOW).is_some();
        let denied = self.first_old(&lines, id::DENY);
        let refusing = denied.or(order.copied());
        let is_let_in = match kind.as_deref() {
            Some(b"allow,deny" | b"mutual-failure") => allowed && denied.is_none(),
            _ => allowed || denied.is_none(),
        };
        let decides = lines.iter().any(|line| line.directive() != Some(id::SATISFY));
        match (is_let_in, refusing) {
            _ if !decides => Old::Silent,
            (false, Some(line)) => Old::Denied(line),
            _ => Old::Granted,
        }
    }

    /// The first `Allow` or `Deny` that covers the client.
    fn first_old(&mut self, lines: &[Line<'a>], directive: DirectiveId) -> Option<Line<'a>> {
        for line in lines.iter().filter(|line| line.directive() == Some(directive)) {
            for word in line.words().skip(1) {
                let text = &word.text[..];
                if text.starts_with(b"env=") {
                    self.doubt(*line);
                    continue;
                }
                let is_covered = text.eq_ignore_ascii_case(b"all")
                    || self.request.client.is_some_and(|client| {
                        covers(text, client)
                            || client.is_loopback() && text.eq_ignore_ascii_case(b"localhost")
                    });
                if is_covered {
                    return Some(*line);
                }
            }
        }
        None
    }
}

/// A rule that does not hold: a negated one then says nothing.
fn denied(line: Line<'_>, negated: bool) -> Verdict<'_> {
    if negated { Verdict::Neutral } else { Verdict::Denied(line) }
}

/// Whether an address, the beginning of one (`10.1`) or a network (`10.0.0.0/8`, `10.0.0.0/255.0.0.0`) covers a
/// client.
pub(super) fn covers(text: &[u8], client: IpAddr) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let (network, mask) = match text.split_once('/') {
        Some((network, mask)) => (network, Some(mask)),
        None => (text, None),
    };
    match (network.parse(), client) {
        (Ok(IpAddr::V6(network)), IpAddr::V6(client)) => {
            let bits = mask.map_or(Some(128), |mask| mask.parse::<u32>().ok()).filter(|bits| *bits <= 128);
            let Some(bits) = bits else { return false };
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            u128::from(network) & mask == u128::from(client) & mask
        }
        (Ok(IpAddr::V4(network)), IpAddr::V4(client)) => {
            let Some(mask) = mask.map_or(Some(u32::MAX), mask_v4) else { return false };
            u32::from(network) & mask == u32::from(client) & mask
        }
        (Err(_), IpAddr::V4(client)) => {
            let parts: Option<Vec<u8>> =
                network.trim_end_matches('.').split('.').map(|part| part.parse().ok()).collect();
            parts.is_some_and(|parts| parts.len() < 4 && client.octets().starts_with(&parts))
        }
        _ => false,
    }
}

fn mask_v4(mask: &str) -> Option<u32> {
    if let Ok(mask) = mask.parse::<std::net::Ipv4Addr>() {
        return Some(u32::from(mask));
    }
    let bits = mask.parse::<u32>().ok().filter(|bits| *bits <= 32)?;
    Some(u32::MAX.checked_shl(32 - bits).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_and_their_clients() {
        let client: IpAddr = "10.1.2.3".parse().unwrap();
        for text in ["10.1.2.3", "10.1", "10.1.", "10.0.0.0/8", "10.0.0.0/255.0.0.0", "0.0.0.0/0"] {
            assert!(covers(text.as_bytes(), client), "{text}");
        }
        for text in ["10.2", "11.0.0.0/8", "10.0.0.0/33", "example.org", "::1", "10.1.2.3.4"] {
            assert!(!covers(text.as_bytes(), client), "{text}");
        }
        assert!(covers(b"2001:db8::/32", "2001:db8::1".parse().unwrap()));
    }
}
