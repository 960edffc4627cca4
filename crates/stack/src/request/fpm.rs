//! php-fpm's way with a request: the connection, the socket's rights, the script, the checks before it runs.
//!
//! In: what a web server passes on. Out: who runs what, or the error that the client sees.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;
use fpmlint_workspace::{HostPath, Lookup};

use super::{PhpCall, Script, Step, StepKind};
use crate::backend::Target;
use crate::socket::{Access, access};
use crate::{Connection, Endpoint, How, Missing, PoolId, Stack, Web};

/// How a request ends behind the web server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FpmOutcome {
    /// The script runs.
    Runs {
        /// The pool.
        pool: PoolId,
        /// The script, where its path is known.
        script: Option<Vec<u8>>,
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
    let endpoint = endpoint(call)?;
    let pool = connect(stack, web, endpoint, steps)?;
    if matches!(endpoint, Endpoint::Unix(_)) {
        check_socket(stack, web, pool, steps)?;
    }
    if call.script == Script::Missing {
        let reason = "no SCRIPT_FILENAME is sent: \"Primary script unknown\"".to_owned();
        return Err(FpmOutcome::Error { status: 404, pool: Some(pool), reason });
    }
    if let Some(name) = &call.script_name
        && let Some(setting) = own_page(stack, pool, name)
    {
        steps.push(Step { place: Some(setting), message: StepKind::Handler });
        return Ok(FpmOutcome::StatusPage(pool));
    }
    let Script::Known(script) = &call.script else {
        return Err(FpmOutcome::Unknown(Missing::value(b"SCRIPT_FILENAME")));
    };
    let script = script_path(script);
    check_extension(stack, pool, &script, steps)?;
    check_file(stack, pool, &script)?;
    Ok(FpmOutcome::Runs { pool, script: Some(script) })
}

fn endpoint(call: &PhpCall) -> Result<&Endpoint, FpmOutcome> {
    match &call.target {
        Target::Endpoints(endpoints) => endpoints.first().map(|(endpoint, _)| endpoint).ok_or_else(|| {
            FpmOutcome::Error { status: 502, pool: None, reason: "the upstream has no servers".to_owned() }
        }),
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

/// The line of the status or ping path that a SCRIPT_NAME equals.
fn own_page(stack: &Stack, pool: PoolId, name: &[u8]) -> Option<fpmlint_daemons::Place> {
    [id::PM_STATUS_PATH, id::PING_PATH].into_iter().find_map(|directive| {
        let setting = stack.setting(pool, directive)?;
        let path = setting.value.known()?;
        (!path.is_empty() && path == name).then_some(setting.place.with(Part::Value))
    })
}

/// httpd sends `proxy:fcgi://host:port/path`; php-fpm takes what it needs.
fn script_path(script: &[u8]) -> Vec<u8> {
    for prefix in [&b"proxy:fcgi://"[..], b"proxy:balancer://"] {
        if let Some(rest) = script.strip_prefix(prefix)
            && let Some(slash) = rest.iter().position(|byte| *byte == b'/')
        {
            let path = &rest[slash..];
            return path.split(|byte| *byte == b'?').next().unwrap_or(path).to_vec();
        }
    }
    script.to_vec()
}

fn check_extension(
    stack: &Stack,
    pool: PoolId,
    script: &[u8],
    steps: &mut Vec<Step>,
) -> Result<(), FpmOutcome> {
    let setting = stack.setting(pool, id::SECURITY_LIMIT_EXTENSIONS);
    let written = match setting {
        None => Some(&b".php .phar"[..]),
        Some(setting) => setting.value.known(),
    };
    let Some(written) = written else {
        return Err(FpmOutcome::Unknown(Missing::value(b"security.limit_extensions")));
    };
    let mut allowed =
        written.split(|byte| b" \t".contains(byte)).filter(|extension| !extension.is_empty()).peekable();
    if allowed.peek().is_none() || allowed.any(|extension| script.ends_with(extension)) {
        return Ok(());
    }
    let place = setting.map(|setting| setting.place.with(Part::Value));
    let reason =
        "security.limit_extensions does not hold the script's extension: \"Access denied.\"".to_owned();
    steps.push(Step { place, message: StepKind::Check(reason.clone()) });
    Err(FpmOutcome::Error { status: 403, pool: Some(pool), reason })
}

fn check_file(stack: &Stack, pool: PoolId, script: &[u8]) -> Result<(), FpmOutcome> {
    let host = &stack.hosts[stack.pools[pool].host];
    if stack.setting(pool, id::CHROOT).is_some() {
        return Ok(());
    }
    let shown = String::from_utf8_lossy(script);
    match host.stat(&HostPath::new(script)) {
        Lookup::Absent => Err(FpmOutcome::Error {
            status: 404,
            pool: Some(pool),
            reason: format!("{shown} does not exist: \"File not found.\""),
        }),
        Lookup::Found(_) => Ok(()),
        // A repository or a root without the site's files: the script is taken to be there.
        Lookup::Unknown | Lookup::Failed(_) => Ok(()),
    }
}
