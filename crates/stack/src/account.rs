//! The accounts that web servers run as.
//!
//! In: their configurations and the hosts' profiles. Out: an account, the line that sets it, and whether that is sure.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::nginx::{ScopeId, ScopeKind};
use fpmlint_daemons::{Part, Place};

use crate::request;
use crate::socket::Account;
use crate::{Stack, Web};

/// The account of a web server's workers and how it is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebAccount {
    /// The account; none where it is unknown.
    pub account: Option<Account>,
    /// The line that sets it; none where it is the packages' or the daemon's default.
    pub place: Option<Place>,
    /// Whether the configuration was read whole, so that no other line can set it.
    pub certain: bool,
}

pub(crate) fn account(stack: &Stack, web: Web) -> WebAccount {
    match web {
        Web::Nginx(index) => nginx_account(stack, index),
        Web::Apache(index) => request::apache::account(stack, index),
    }
}

fn nginx_account(stack: &Stack, index: usize) -> WebAccount {
    let nginx = &stack.nginx[index];
    let main = nginx.config.scope(ScopeId::ROOT);
    let set = if main.kind == ScopeKind::Main { main.last(id::USER) } else { None };
    let defaults = &stack.hosts[nginx.host].profile.nginx;
    let certain = nginx.config.complete && !nginx.config.fragment;
    match set {
        Some(item) => {
            let user = nginx.config.arg_text(item.at, 0).into_owned();
            let named_group = nginx.config.arg(item.at, 1).map(|word| word.text().into_owned());
            // Without a second word, nginx takes the group of the user's name.
            let group = Some(named_group.unwrap_or_else(|| user.clone()));
            let place = Some(nginx.config.place(item.at, Part::Head));
            WebAccount { account: Some(Account { user, group }), place, certain: true }
        }
        None => {
            let known = |name: &str| (!name.is_empty()).then(|| name.as_bytes().to_vec());
            let account = known(defaults.user).map(|user| Account { user, group: known(defaults.group) });
            WebAccount { account, place: None, certain }
        }
    }
}
