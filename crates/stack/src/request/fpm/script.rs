//! How php-fpm makes a script of what it is told, and the checks before the script runs.
//!
//! In: SCRIPT_FILENAME, SCRIPT_NAME and PATH_INFO. Out: the script and its PATH_INFO, a page of php-fpm's own, or an
//! error. The order is php-fpm's (8.2): with `cgi.fix_pathinfo` a path that is no file is shortened until it is one, and
//! one that never is has no script; then the pool's own pages, then `security.limit_extensions`, then the file.

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::Part;
use fpmlint_workspace::{FileKind, HostPath, Lookup};

use super::{FpmOutcome, own_page};
use crate::request::{PhpCall, Step, StepKind, rights};
use crate::socket::Account;
use crate::{Missing, PoolId, Stack, Web};

/// A script that was found, or that could not be looked for.
struct Script {
    /// The path that php-fpm opens.
    path: Vec<u8>,
    path_info: Option<Vec<u8>>,
    /// What php-fpm takes for the path of the URL.
    uri: Option<Vec<u8>>,
    /// Whether nothing is there.
    is_missing: bool,
}

/// Looks for the script and runs it.
pub(super) fn run(
    stack: &Stack,
    web: Web,
    pool: PoolId,
    call: &PhpCall,
    told: &[u8],
    steps: &mut Vec<Step>,
) -> Result<FpmOutcome, FpmOutcome> {
    let (told, by_proxy) = without_proxy(told, web);
    let pathinfo = php_setting(stack, pool, b"cgi.fix_pathinfo");
    let script = match pathinfo.is_none_or(is_on) {
        true => shortened(stack, pool, call, told, by_proxy),
        false => Script {
            path: told,
            path_info: call.path_info.clone(),
            uri: call.path_info.clone().filter(|info| !info.is_empty()).or(call.script_name.clone()),
            is_missing: false,
        },
    };
    if !call.has_method {
        return Err(without_method(pool, if script.is_missing { 404 } else { 200 }));
    }
    own_page(stack, pool, script.uri.as_deref(), steps)?;
    let climbs = script.path.split(|byte| *byte == b'/').any(|part| part == b"..");
    if script.is_missing || climbs {
        return Err(not_found(pool, &script.path));
    }
    check_extension(stack, pool, &script.path, steps)?;
    // With a document root of its own, PHP runs what lies there.
    let root = php_setting(stack, pool, b"doc_root").filter(|root| root.starts_with(b"/"));
    let path = match (root, &script.uri) {
        (Some(root), Some(uri)) => [root, b"/", &uri[..]].concat(),
        (Some(_), None) => return Err(FpmOutcome::Unknown(Missing::value(b"SCRIPT_NAME"))),
        (None, _) => script.path,
    };
    check_file(stack, pool, &path)?;
    let shown = HostPath::new(&path).as_bytes().to_vec();
    Ok(FpmOutcome::Runs { pool, script: Some(shown), path_info: script.path_info })
}

/// PHP takes a request without a method for none of a web server's, and sends nothing but a status.
pub(super) fn without_method(pool: PoolId, status: u16) -> FpmOutcome {
    let reason = "no REQUEST_METHOD is sent: PHP answers with an empty page".to_owned();
    FpmOutcome::Error { status, pool: Some(pool), reason }
}

fn is_on(value: &[u8]) -> bool {
    !matches!(value.to_ascii_lowercase().as_slice(), b"" | b"0" | b"off" | b"no" | b"false" | b"none")
}

/// httpd sends `proxy:fcgi://host:port/path`; php-fpm takes what it needs.
fn without_proxy(script: &[u8], web: Web) -> (Vec<u8>, bool) {
    for prefix in [&b"proxy:fcgi://"[..], b"proxy:balancer://"] {
        if let Some(rest) = script.strip_prefix(prefix)
            && let Some(slash) = rest.iter().position(|byte| *byte == b'/')
        {
            let path = &rest[slash..];
            return (path.split(|byte| *byte == b'?').next().unwrap_or(path).to_vec(), true);
        }
    }
    (script.to_vec(), matches!(web, Web::Apache(_)))
}

/// Takes parts off the end of a path until it is a file.
fn shortened(stack: &Stack, pool: PoolId, call: &PhpCall, told: Vec<u8>, by_proxy: bool) -> Script {
    let uri = call.script_name.clone();
    let path_info = call.path_info.clone();
    if !told.ends_with(b"/") && look(stack, pool, &told) != Some(None) {
        return Script { path: told, path_info, uri, is_missing: false };
    }
    let mut end = told.len();
    while let Some(slash) = told.get(..end).and_then(|part| memchr::memrchr(b'/', part)) {
        end = slash;
        let (path, rest) = told.split_at_checked(end).unwrap_or((&told, b""));
        match look(stack, pool, path) {
            Some(Some(FileKind::File)) => {
                let sent = path_info.clone().unwrap_or_default();
                let (uri, path_info) = match (by_proxy, sent.len() > rest.len()) {
                    (true, _) => {
                        let uri = uri.map(|uri| uri.strip_suffix(rest).map_or(uri.clone(), <[u8]>::to_vec));
                        (uri, Some(rest.to_vec()))
                    }
                    (false, true) => {
                        let (before, info) =
                            sent.split_at_checked(sent.len() - rest.len()).unwrap_or((b"", &sent));
                        (Some(before.to_vec()), Some(info.to_vec()))
                    }
                    (false, false) => (uri, path_info),
                };
                return Script { path: path.to_vec(), path_info, uri, is_missing: false };
            }
            // Below what is not known there may be a file.
            None => return Script { path: told, path_info, uri, is_missing: false },
            Some(_) => {}
        }
    }
    Script { path: told, path_info, uri, is_missing: true }
}

/// What lies at a path, as the pool's processes see it: inner none for nothing, outer none where the host cannot say.
fn look(stack: &Stack, pool: PoolId, path: &[u8]) -> Option<Option<FileKind>> {
    let host = &stack.hosts[stack.pools[pool].host];
    let path = &on_host(stack, pool, path)?;
    match host.stat(path) {
        Lookup::Absent => Some(None),
        Lookup::Found(stat) => {
            let reaches = account(stack, pool).and_then(|account| rights::reaches(host, &account, path));
            Some((reaches != Some(false)).then_some(stat.kind))
        }
        Lookup::Unknown | Lookup::Failed(_) => None,
    }
}

/// The path of the host that the pool's processes open; none where they live in a root that is not known.
fn on_host(stack: &Stack, pool: PoolId, path: &[u8]) -> Option<HostPath> {
    match stack.setting(pool, id::CHROOT) {
        None => Some(HostPath::new(path)),
        Some(setting) => match setting.value.known()? {
            b"" => Some(HostPath::new(path)),
            root if root.starts_with(b"/") => Some(HostPath::new([root, path].concat())),
            _ => None,
        },
    }
}

fn account(stack: &Stack, pool: PoolId) -> Option<Account> {
    let pool = stack.pool_config(pool);
    let user = pool.text(id::USER).filter(|user| !user.is_empty())?.to_vec();
    let group = pool.text(id::GROUP).filter(|group| !group.is_empty()).map(<[u8]>::to_vec);
    Some(Account { user, group })
}

/// A setting of PHP in a pool: the pool's admin values, its other values, then php.ini.
fn php_setting<'a>(stack: &'a Stack, pool: PoolId, name: &[u8]) -> Option<&'a [u8]> {
    let entries = |ids: [fpmlint_catalog::php_fpm::DirectiveId; 2]| {
        let mut settings =
            stack.pool_config(pool).settings.iter().filter(move |setting| ids.contains(&setting.id));
        settings
            .find(|setting| setting.key.as_deref() == Some(name))
            .and_then(|setting| setting.value.known())
    };
    let own =
        entries([id::PHP_ADMIN_VALUE, id::PHP_ADMIN_FLAG]).or_else(|| entries([id::PHP_VALUE, id::PHP_FLAG]));
    own.or_else(|| stack.master_of(pool).ini.as_ref()?.text(name))
}

fn not_found(pool: PoolId, script: &[u8]) -> FpmOutcome {
    let reason = format!("{} does not exist: \"File not found.\"", String::from_utf8_lossy(script));
    FpmOutcome::Error { status: 404, pool: Some(pool), reason }
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
    match look(stack, pool, script) {
        Some(None) => Err(not_found(pool, script)),
        Some(Some(_)) => {
            let host = &stack.hosts[stack.pools[pool].host];
            let path = on_host(stack, pool, script);
            let reads = account(stack, pool)
                .zip(path)
                .and_then(|(account, path)| rights::reads(host, &account, &path));
            if reads != Some(false) {
                return Ok(());
            }
            let shown = String::from_utf8_lossy(script);
            let reason = format!("the pool's user may not read {shown}: \"Access denied.\"");
            Err(FpmOutcome::Error { status: 403, pool: Some(pool), reason })
        }
        // A repository or a root without the site's files: the script is taken to be there.
        None => Ok(()),
    }
}
