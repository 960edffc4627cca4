//! php-fpm's way with a request: the connection, the socket's rights, the script, the checks before it runs.
//!
//! In: what a web server passes on. Out: who runs what, or the error that the client sees.

mod script;

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;

use super::{PhpCall, Script, Step, StepKind};
use crate::backend::Target;
use crate::socket::{Access, access};
use crate::{Connection, Endpoint, How, Missing, PoolId, Stack, TcpHost, Web};

/// How a request ends behind the web server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FpmOutcome {
    /// The script runs.
    Runs {
        /// The pool.
        pool: PoolId,
        /// The script, where its path is known.
        script: Option<Vec<u8>>,
        /// PATH_INFO as PHP sees it; none where it is empty or not known.
        path_info: Option<Vec<u8>>,
    },
    /// The pool's status or ping page answers.
    StatusPage(PoolId),
    /// An error and why.
    Error {
        /// The status that the client sees.
        status: u16,
        /// The pool, where one answered.
        pool: Option<PoolId>,
        /// Why.
        reason: String,
    },
    /// It cannot be said; the fact that is missing.
    Unknown(Missing),
}

/// What php-fpm does with a request, and the steps to it.
pub fn answer(stack: &Stack, web: Web, call: &PhpCall) -> (Vec<Step>, FpmOutcome) {
    let mut steps = Vec::new();
    let outcome = follow(stack, web, call, &mut steps).unwrap_or_else(|outcome| outcome);
    (steps, outcome)
}

fn follow(stack: &Stack, web: Web, call: &PhpCall, steps: &mut Vec<Step>) -> Result<FpmOutcome, FpmOutcome> {
    let mut outcomes = endpoints(call)?.map(|endpoint| {
        let mut steps = Vec::new();
        let outcome = reach(stack, web, call, endpoint, &mut steps).unwrap_or_else(|outcome| outcome);
        (steps, outcome)
    });
    let Some((first_steps, first)) = outcomes.next() else {
        let reason = "the upstream has no servers".to_owned();
        return Err(FpmOutcome::Error { status: 502, pool: None, reason });
    };
    *steps = first_steps;
    match outcomes.all(|(_, other)| other == first) {
        true => Ok(first),
        false => Err(FpmOutcome::Unknown(Missing::new("which of several servers answers", How::Request))),
    }
}

/// What one server behind the web server answers.
fn reach(
    stack: &Stack,
    web: Web,
    call: &PhpCall,
    endpoint: &Endpoint,
    steps: &mut Vec<Step>,
) -> Result<FpmOutcome, FpmOutcome> {
    let pool = connect(stack, web, endpoint, steps)?;
    match endpoint {
        Endpoint::Unix(_) => check_socket(stack, web, pool, steps)?,
        Endpoint::Tcp { host, .. } => check_clients(stack, web, pool, host, steps)?,
    }
    if call.script == Script::Missing && !call.has_method {
        return Err(script::without_method(pool, 200));
    }
    if call.script == Script::Missing {
        let reason = "no SCRIPT_FILENAME is sent: \"Primary script unknown\"".to_owned();
        return Err(FpmOutcome::Error { status: 404, pool: Some(pool), reason });
    }
    let Script::Known(told) = &call.script else {
        // A page of php-fpm's own rests on the name alone.
        own_page(stack, pool, call.script_name.as_deref(), steps)?;
        return Err(FpmOutcome::Unknown(Missing::value(b"SCRIPT_FILENAME")));
    };
    script::run(stack, web, pool, call, told, steps)
}

fn endpoints(call: &PhpCall) -> Result<impl Iterator<Item = &Endpoint>, FpmOutcome> {
    match &call.target {
        Target::Endpoints(endpoints) => Ok(endpoints.iter().map(|(endpoint, _)| endpoint)),
        Target::Variable => {
            Err(FpmOutcome::Unknown(Missing::new("the address of the PHP backend", How::Value)))
        }
        Target::Undefined(name) => Err(FpmOutcome::Unknown(Missing::new(
            format!("what the name {name} stands for"),
            How::Configuration,
        ))),
        Target::Invalid(text) => {
            Err(FpmOutcome::Error { status: 502, pool: None, reason: format!("{text} is no address") })
        }
    }
}

/// nginx answers 502 and httpd 503 when a backend cannot be reached.
fn gateway_status(web: Web) -> u16 {
    match web {
        Web::Nginx(_) => 502,
        Web::Apache(_) => 503,
    }
}

fn connect(
    stack: &Stack,
    web: Web,
    endpoint: &Endpoint,
    steps: &mut Vec<Step>,
) -> Result<PoolId, FpmOutcome> {
    match stack.connect(stack.host_of(web), endpoint) {
        Connection::Pools(pools) => {
            // One address, several pools: they cannot all have it, and which one does is not ours to guess.
            let [pool] = pools[..] else {
                return Err(FpmOutcome::Unknown(Missing::new(
                    format!("which of several pools owns {endpoint}"),
                    How::PhpFpm,
                )));
            };
            let place = stack.setting(pool, id::LISTEN).map(|setting| setting.place);
            steps.push(Step { place, message: StepKind::Pool(stack.pools[pool].name.clone()) });
            Ok(pool)
        }
        Connection::Nobody => Err(FpmOutcome::Error {
            status: gateway_status(web),
            pool: None,
            reason: format!("no pool listens on {endpoint}"),
        }),
        Connection::Unknown(missing) => Err(FpmOutcome::Unknown(missing)),
    }
}

fn check_socket(stack: &Stack, web: Web, pool: PoolId, steps: &mut Vec<Step>) -> Result<(), FpmOutcome> {
    let Some(account) = &stack.account(web).account else {
        return Err(FpmOutcome::Unknown(Missing::new("the user that the web server runs as", How::Accounts)));
    };
    let host = &stack.hosts[stack.pools[pool].host];
    if let Some((folder, mode)) = stack.closed_folder(web, pool) {
        let user = String::from_utf8_lossy(&account.user).into_owned();
        let reason = format!("{user} may not enter {folder} (mode {mode:04o}), where the socket lies");
        steps.push(Step { place: None, message: StepKind::Check(reason.clone()) });
        return Err(FpmOutcome::Error { status: gateway_status(web), pool: Some(pool), reason });
    }
    match access(&stack.socket_settings(pool), account, host.users()) {
        Access::Granted => Ok(()),
        Access::Unknown(fact) => Err(FpmOutcome::Unknown(Missing::new(fact, How::Accounts))),
        Access::Denied { socket, .. } => {
            let user = String::from_utf8_lossy(&account.user).into_owned();
            let reason = format!("{user} may not connect to the socket ({socket})");
            steps.push(Step { place: None, message: StepKind::Check(reason.clone()) });
            Err(FpmOutcome::Error { status: gateway_status(web), pool: Some(pool), reason })
        }
    }
}

/// Whether a pool on a port takes a web server of its own machine: `listen.allowed_clients` names single addresses,
/// split at commas and no further, and those that are none count nothing.
fn check_clients(
    stack: &Stack,
    web: Web,
    pool: PoolId,
    host: &TcpHost,
    steps: &mut Vec<Step>,
) -> Result<(), FpmOutcome> {
    let Some(setting) = stack.setting(pool, id::LISTEN_ALLOWED_CLIENTS) else { return Ok(()) };
    let Some(written) = setting.value.known().filter(|text| !text.is_empty()) else { return Ok(()) };
    let TcpHost::Ip(client) = host else { return Ok(()) };
    if !client.is_loopback() {
        return Ok(());
    }
    let mut allowed = written.split(|byte| *byte == b',');
    if allowed.any(|text| std::str::from_utf8(text).is_ok_and(|text| text.parse() == Ok(*client))) {
        return Ok(());
    }
    let reason = format!("listen.allowed_clients does not hold {client}: php-fpm hangs up");
    let message = StepKind::Check(reason.clone());
    steps.push(Step { place: Some(setting.place.with(Part::Value)), message });
    Err(FpmOutcome::Error { status: gateway_status(web), pool: Some(pool), reason })
}

/// Ends at the pool's status or ping page, where SCRIPT_NAME equals its path.
fn own_page(
    stack: &Stack,
    pool: PoolId,
    name: Option<&[u8]>,
    steps: &mut Vec<Step>,
) -> Result<(), FpmOutcome> {
    let Some(name) = name else { return Ok(()) };
    for directive in [id::PM_STATUS_PATH, id::PING_PATH] {
        let Some(setting) = stack.setting(pool, directive) else { continue };
        if setting.value.known().is_some_and(|path| !path.is_empty() && path == name) {
            let place = Some(setting.place.with(Part::Value));
            steps.push(Step { place, message: StepKind::Handler });
            return Err(FpmOutcome::StatusPage(pool));
        }
    }
    Ok(())
}
