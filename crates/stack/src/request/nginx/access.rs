//! The access phase: `allow`, `deny`, `auth_basic`, `auth_request`, `satisfy`.

use std::net::IpAddr;

use fpmlint_catalog::nginx::{DirectiveId, id};
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{DirRef, ScopeId};

use super::Walk;
use crate::request::{Outcome, StepKind};

/// The answer of one kind of access rule.
enum Verdict {
    /// It says nothing.
    Silent,
    /// It lets the client in.
    Granted,
    /// It does not, by this line.
    Refused(DirRef),
}

impl Walk<'_> {
    /// The refusal that the scope's access rules give, if they do.
    pub(super) fn access(&mut self, scope: ScopeId) -> Option<Outcome> {
        let by_address = self.address_rules(scope);
        let by_login = self.login(scope);
        let any = self
            .config
            .effective(scope, &[id::SATISFY])
            .is_some_and(|item| self.config.arg_text(item.at, 0)[..] == *b"any");
        match (by_address, by_login, any) {
            (Verdict::Granted, _, true) | (_, Verdict::Granted, true) => None,
            (_, Verdict::Refused(at), true) => Some(self.ask_login(at)),
            (Verdict::Refused(at), _, _) => {
                self.step(Some(at), Part::Head, StepKind::Refused);
                Some(Outcome::Error { status: 403, reason: "access forbidden by rule".to_owned() })
            }
            (_, Verdict::Refused(at), false) => Some(self.ask_login(at)),
            _ => None,
        }
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
        Verdict::Granted
    }

    fn login(&self, scope: ScopeId) -> Verdict {
        let asks = |directive: DirectiveId| {
            let item = self.config.effective(scope, &[directive])?;
            (self.config.arg_text(item.at, 0)[..] != *b"off").then_some(item.at)
        };
        asks(id::AUTH_BASIC).or_else(|| asks(id::AUTH_REQUEST)).map_or(Verdict::Silent, Verdict::Refused)
    }
}

/// Whether an address rule holds for a client; a stranger is covered by `all` alone.
fn covers(rule: &[u8], client: Option<IpAddr>) -> bool {
    if rule == b"all" {
        return true;
    }
    let (Some(client), Ok(rule)) = (client, std::str::from_utf8(rule)) else { return false };
    let (network, bits) =
        rule.split_once('/').map_or((rule, None), |(network, bits)| (network, bits.parse().ok()));
    match (network.parse(), client) {
        (Ok(IpAddr::V4(network)), IpAddr::V4(client)) => {
            let bits: u32 = bits.unwrap_or(32).min(32);
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            u32::from(network) & mask == u32::from(client) & mask
        }
        (Ok(IpAddr::V6(network)), IpAddr::V6(client)) => {
            let bits: u32 = bits.unwrap_or(128).min(128);
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            u128::from(network) & mask == u128::from(client) & mask
        }
        _ => false,
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
