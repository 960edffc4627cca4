//! The access phase: `allow`, `deny`, `auth_basic`, `auth_request`, `satisfy`.

use std::net::IpAddr;

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{DirRef, ScopeId};

use super::Walk;
use crate::request::{Outcome, StepKind};
use crate::{How, Missing};

/// The answer of one kind of access rule.
enum Verdict {
    /// It says nothing.
    Silent,
    /// It lets the client in.
    Granted,
    /// It does not, by this line.
    Refused(DirRef),
    /// It asks for a login, by this line.
    Login(DirRef),
    /// Another request decides, by this line.
    Unknown(DirRef),
}

impl Walk<'_> {
    /// The refusal that the scope's access rules give, if they do.
    pub(super) fn access(&mut self, scope: ScopeId) -> Option<Outcome> {
        let any = self.config.effective(scope, &[id::SATISFY]);
        let any = any.is_some_and(|item| self.config.arg_text(item.at, 0)[..] == *b"any");
        let verdicts = [self.address_rules(scope), self.login(scope), self.asked_elsewhere(scope)];
        if any && verdicts.iter().any(|verdict| matches!(verdict, Verdict::Granted)) {
            return None;
        }
        // With `any`, a login is asked for rather than a refusal told.
        let mut refused = None;
        for verdict in verdicts {
            match verdict {
                Verdict::Silent | Verdict::Granted => {}
                Verdict::Login(at) => return Some(self.ask_login(at)),
                Verdict::Unknown(_) if self.is_whole() => {
                    return Some(Outcome::Unknown(Missing::new("what auth_request answers", How::Request)));
                }
                Verdict::Unknown(at) => return Some(self.ask_login(at)),
                Verdict::Refused(at) if any => refused = Some(at),
                Verdict::Refused(at) => return Some(self.refuse(at)),
            }
        }
        refused.map(|at| self.refuse(at))
    }

    fn refuse(&mut self, at: DirRef) -> Outcome {
        self.step(Some(at), Part::Head, StepKind::Refused);
        Outcome::Error { status: 403, reason: "access forbidden by rule".to_owned() }
    }

    fn ask_login(&mut self, at: DirRef) -> Outcome {
        self.step(Some(at), Part::Head, StepKind::Login);
        Outcome::Error { status: 401, reason: "a login is asked for".to_owned() }
    }

    fn address_rules(&self, scope: ScopeId) -> Verdict {
        let Some(scope) = self.config.nearest(scope, &[id::ALLOW, id::DENY]) else { return Verdict::Silent };
        for item in &self.config.scope(scope).items {
            if item.id != id::ALLOW && item.id != id::DENY {
                continue;
            }
            if !covers(&self.config.arg_text(item.at, 0), self.request.client) {
                continue;
            }
            return if item.id == id::ALLOW { Verdict::Granted } else { Verdict::Refused(item.at) };
        }
        Verdict::Silent
    }

    /// A login is asked for only where a file of users is named.
    fn login(&self, scope: ScopeId) -> Verdict {
        let Some(item) = self.config.effective(scope, &[id::AUTH_BASIC]) else { return Verdict::Silent };
        let is_off = self.config.arg_text(item.at, 0)[..] == *b"off";
        let has_users = self.config.effective(scope, &[id::AUTH_BASIC_USER_FILE]).is_some();
        match is_off || !has_users && self.is_whole() {
            true => Verdict::Silent,
            false => Verdict::Login(item.at),
        }
    }

    fn asked_elsewhere(&self, scope: ScopeId) -> Verdict {
        let Some(item) = self.config.effective(scope, &[id::AUTH_REQUEST]) else { return Verdict::Silent };
        let is_off = self.config.arg_text(item.at, 0)[..] == *b"off";
        if is_off { Verdict::Silent } else { Verdict::Unknown(item.at) }
    }
}

/// Whether an address rule holds for a client; a stranger is covered by `all` alone.
fn covers(rule: &[u8], client: Option<IpAddr>) -> bool {
    rule == b"all" || client.is_some_and(|client| covering_bits(rule, client).is_some())
}

/// How many bits of a network, or of an address, cover a client; none where it does not.
pub(super) fn covering_bits(rule: &[u8], client: IpAddr) -> Option<u32> {
    let rule = std::str::from_utf8(rule).ok()?;
    let (network, bits) =
        rule.split_once('/').map_or((rule, None), |(network, bits)| (network, bits.parse().ok()));
    match (network.parse().ok()?, client) {
        (IpAddr::V4(network), IpAddr::V4(client)) => {
            let bits: u32 = bits.unwrap_or(32).min(32);
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            (u32::from(network) & mask == u32::from(client) & mask).then_some(bits)
        }
        (IpAddr::V6(network), IpAddr::V6(client)) => {
            let bits: u32 = bits.unwrap_or(128).min(128);
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            (u128::from(network) & mask == u128::from(client) & mask).then_some(bits)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_cover_their_clients() {
        let client = |text: &str| Some(text.parse().unwrap());
        assert!(covers(b"all", None));
        assert!(!covers(b"127.0.0.1", None));
        assert!(covers(b"127.0.0.1", client("127.0.0.1")));
        assert!(covers(b"10.0.0.0/8", client("10.9.8.7")));
        assert!(!covers(b"10.0.0.0/8", client("11.0.0.1")));
        assert!(covers(b"0.0.0.0/0", client("11.0.0.1")));
        assert!(covers(b"2001:db8::/32", client("2001:db8::1")));
        assert!(!covers(b"10.0.0.0/8", client("::1")));
    }
}
