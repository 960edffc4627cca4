//! The accounts that web servers run as.
//!
//! In: their configurations and the hosts' profiles. Out: an account, the line that sets it, and whether that is sure.

use std::sync::{Mutex, PoisonError};

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::nginx::{ScopeId, ScopeKind};
use fpmlint_daemons::{Part, Place};
use fpmlint_workspace::HostPath;
use rustc_hash::FxHashMap;

use crate::request;
use crate::socket::{Account, closed_folder};
use crate::{Endpoint, PoolId, Stack, Web};

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

/// By web server and folder of a socket: the folder on the way that the server may not enter, with its mode.
pub(crate) type ClosedFolders = Mutex<FxHashMap<(Web, usize, HostPath), Option<(HostPath, u32)>>>;

/// The accounts of all nginx and Apache configurations.
pub(crate) fn accounts(stack: &Stack) -> (Vec<WebAccount>, Vec<WebAccount>) {
    let nginx = (0..stack.nginx.len()).map(|index| nginx_account(stack, index)).collect();
    let apache = (0..stack.apache.len()).map(|index| request::apache::account(stack, index)).collect();
    (nginx, apache)
}

impl Stack {
    /// The first folder above a pool's socket that a web server may not enter, with its mode. Most sockets share one
    /// folder, and each is looked at once.
    pub fn closed_folder(&self, web: Web, pool: PoolId) -> Option<(HostPath, u32)> {
        let facts = &self.pools[pool];
        let account = self.account(web).account.as_ref()?;
        let Some(Endpoint::Unix(socket)) = &facts.endpoint else { return None };
        let mut known = self.closed_folders.lock().unwrap_or_else(PoisonError::into_inner);
        let look = || closed_folder(&self.hosts[facts.host], socket, account);
        known.entry((web, facts.host, socket.parent()?)).or_insert_with(look).clone()
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
