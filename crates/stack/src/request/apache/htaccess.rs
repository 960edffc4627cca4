//! `.htaccess` files as they are read when a request comes by.
//!
//! In: a folder and what `AllowOverride` allows there. Out: the file's scope, or the refusal of the whole request: a
//! file that httpd does not take, or may not read, closes its folder.

use fpmlint_catalog::apache::{Overrides, entries, id};
use fpmlint_daemons::apache::{self, Config, ScopeId};
use fpmlint_daemons::{Part, Place};
use fpmlint_workspace::{HostPath, Lookup};

use super::Walk;
use super::lines::{At, Line};
use crate::request::{Outcome, Step, StepKind, rights};
use crate::{Apache, Stack};

/// A file that was looked for.
pub(super) struct File {
    path: HostPath,
    /// What was read; none where nothing could be.
    config: Option<Config>,
}

/// Reads a file for the server of `apache`.
pub(super) fn read(stack: &Stack, apache: &Apache, path: HostPath) -> File {
    let host = &stack.hosts[apache.host];
    let Lookup::Found(main) = host.open(&path) else { return File { path, config: None } };
    let environment = apache::environment(host);
    let input = apache::Input {
        host,
        main,
        path: &path,
        version: apache.config.version,
        defines: &[],
        environment: &environment,
        fragment: false,
        htaccess: true,
    };
    let config = apache::read_htaccess(&input, &apache.config);
    File { path, config: Some(config) }
}

/// What `AllowOverride` allows.
struct Allowed {
    classes: Overrides,
    /// The words of `Options=`; none for all of them.
    options: Option<Vec<Vec<u8>>>,
    /// What is not allowed is passed over.
    is_lenient: bool,
    /// What nobody knows is passed over.
    takes_unknown: bool,
}

impl<'a> Walk<'a> {
    /// Lays a `.htaccess` file over the folders above.
    pub(super) fn lay_htaccess(
        &mut self,
        path: HostPath,
        overrides: Option<Line<'a>>,
        list: Option<Line<'a>>,
    ) {
        let allowed = allowed(overrides);
        if overrides.is_some() && allowed.classes.is_empty() && list.is_none() && !allowed.is_lenient {
            return;
        }
        if self.host.kind(&path).found().is_none() {
            return;
        }
        let account = self.stack.account(self.web).account.as_ref();
        if account.and_then(|account| rights::reads(self.host, account, &path)) == Some(false) {
            let reason = format!("httpd may not read {path}");
            self.refused_folder.get_or_insert(Outcome::Error { status: 403, reason });
            return;
        }
        let Some(file) = self.files.iter().find(|file| file.path == path) else {
            self.wanted.get_or_insert(path);
            return;
        };
        let Some(config) = &file.config else { return };
        let forbidden = forbidden(config, &allowed, list);
        if let (Some(_), Some(line), true) = (&forbidden, overrides, allowed.is_lenient) {
            // Which of its lines are passed over is not followed.
            self.doubt(line);
        }
        let forbidden = forbidden.filter(|_| !allowed.is_lenient);
        // Whether a line may stand there is asked before what it says.
        let is_first = |(place, _): &(Place, String)| {
            forbidden.as_ref().is_none_or(|(before, _)| place.ordinal < before.ordinal)
        };
        let refused = refusal(config, &allowed).filter(is_first);
        if let (None, Some(_), Some(line)) = (&refused, &forbidden, overrides) {
            self.step(line, Part::Head, StepKind::Overrides);
        }
        if let Some((place, said)) = refused.or(forbidden) {
            let reason = format!("{}: {said}", config.path);
            self.steps.push(Step { place: Some(place), message: StepKind::NotTaken(said) });
            self.refused_folder.get_or_insert(Outcome::Error { status: 500, reason });
            return;
        }
        if config.refusals.is_empty() {
            self.applied.push(At::new(config, ScopeId::MAIN));
        }
    }
}

/// Where httpd does not take a file, and what it says.
fn refusal(config: &Config, allowed: &Allowed) -> Option<(Place, String)> {
    let refused = config.refusals.iter().find(|refusal| refusal.certain);
    let refused = refused.filter(|_| !allowed.takes_unknown);
    refused.map(|refusal| (refusal.place, refusal.message.clone()))
}

/// A line of a file that `AllowOverride` does not allow, and what httpd says.
fn forbidden(config: &Config, allowed: &Allowed, list: Option<Line<'_>>) -> Option<(Place, String)> {
    let listed = |name: &str| {
        list.is_some_and(|line| line.words().any(|word| word.text.eq_ignore_ascii_case(name.as_bytes())))
    };
    let refused =
        config.ids().filter(|statement| config.statement(*statement).certain).find_map(|statement| {
            let id = config.statement(statement).id?;
            let name = fpmlint_catalog::apache::name(id);
            let classes = entries(id).iter().map(|row| row.overrides);
            let is_allowed = classes.into_iter().any(|classes| classes.intersects(allowed.classes));
            let place = config.place(statement).with(Part::Head);
            (!is_allowed && !listed(name)).then(|| (place, format!("{name} not allowed here")))
        });
    refused.or_else(|| forbidden_option(config, allowed))
}

/// An option that `AllowOverride Options=…` does not name.
fn forbidden_option(config: &Config, allowed: &Allowed) -> Option<(Place, String)> {
    let options = allowed.options.as_ref()?;
    let lines = config.scopes.iter().flat_map(|(scope, _)| At::new(config, scope).all(id::OPTIONS));
    let mut words = lines.flat_map(|line| line.texts().into_iter().map(move |word| (line, word)));
    let forbidden = words.find(|(_, word)| {
        let word = word.to_ascii_lowercase();
        let name = word.strip_prefix(b"+").or(word.strip_prefix(b"-")).unwrap_or(&word);
        // httpd compares bits: `All` holds every one, and `None` no one.
        name != b"none" && name != b"all" && options.iter().all(|option| option != name)
    });
    forbidden.map(|(line, word)| {
        let name = word.strip_prefix(b"+").or(word.strip_prefix(b"-")).unwrap_or(&word);
        (line.place(Part::Head), format!("Option {} not allowed here", String::from_utf8_lossy(name)))
    })
}

fn allowed(line: Option<Line<'_>>) -> Allowed {
    let mut allowed =
        Allowed { classes: Overrides::NONE, options: None, is_lenient: false, takes_unknown: false };
    let Some(line) = line else { return allowed };
    for word in line.texts() {
        let word = word.to_ascii_lowercase();
        let (name, value) = match memchr::memchr(b'=', &word) {
            Some(at) => word.split_at_checked(at).unwrap_or((&word, b"")),
            None => (&word[..], &b""[..]),
        };
        let class = match name {
            b"all" => Overrides::OR_ALL,
            b"authconfig" => Overrides::OR_AUTHCFG,
            b"fileinfo" => Overrides::OR_FILEINFO,
            b"indexes" => Overrides::OR_INDEXES,
            b"limit" => Overrides::OR_LIMIT,
            b"options" => {
                if let Some(words) = value.strip_prefix(b"=") {
                    let words = words.split(|byte| *byte == b',').map(<[u8]>::to_vec);
                    allowed.options = Some(words.collect());
                }
                Overrides::OR_OPTIONS
            }
            b"nonfatal" => {
                allowed.is_lenient |= value == b"=override" || value == b"=all";
                allowed.takes_unknown |= value == b"=unknown" || value == b"=all";
                Overrides::NONE
            }
            _ => Overrides::NONE,
        };
        allowed.classes = allowed.classes.union(class);
    }
    allowed
}
