//! The limits that hold for a request which PHP runs.
//!
//! In: a stack, a request's way, the pool and the script that it came to. Out: each limit with its value as the
//! daemon has it and the line that sets it. Invariants: of several settings the one that the daemons obey counts, in
//! their order; a value that rests on what nobody showed is unknown, never a default.

mod php;
mod told;
mod user_ini;

#[cfg(test)]
mod tests;

use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::{Part, Place};

use crate::request::{self, Request};
use crate::{Backend, Missing, PoolId, SiteId, SiteServer, Spot, Stack, Web};

pub use told::{Sent, Told};

/// A limit in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limit {
    /// Which one: the directive's name.
    pub name: &'static str,
    /// Its value.
    pub value: Value,
    /// What sets it.
    pub from: Origin,
    /// The line that sets it; none for a default.
    pub place: Option<Place>,
}

/// The value of a limit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// As the daemon has it.
    Known {
        /// Its text.
        text: Vec<u8>,
        /// What the daemon makes of it: bytes, seconds (a part of one counts as one) or a number; none where it
        /// makes nothing of it.
        amount: Option<i64>,
    },
    /// It rests on something that is not known here.
    Unknown(Missing),
}

impl Limit {
    /// What the daemon makes of its value; none where that is not known or nothing.
    pub fn amount(&self) -> Option<i64> {
        match &self.value {
            Value::Known { amount, .. } => *amount,
            Value::Unknown(_) => None,
        }
    }
}

/// What sets a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// Nothing: it is the daemon's default.
    Default,
    /// php.ini or a file of its scan folder.
    PhpIni,
    /// A section of php.ini for a path or a host.
    PhpIniSection,
    /// The pool.
    Pool,
    /// A `.user.ini` file.
    UserIni,
    /// The FastCGI parameter `PHP_VALUE`.
    PhpValue,
    /// The FastCGI parameter `PHP_ADMIN_VALUE`.
    PhpAdminValue,
    /// nginx.
    Nginx,
    /// Apache.
    Apache,
}

impl Origin {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Default => "default",
            Origin::PhpIni => "php.ini",
            Origin::PhpIniSection => "php.ini-section",
            Origin::Pool => "pool",
            Origin::UserIni => "user.ini",
            Origin::PhpValue => "PHP_VALUE",
            Origin::PhpAdminValue => "PHP_ADMIN_VALUE",
            Origin::Nginx => "nginx",
            Origin::Apache => "apache",
        }
    }
}

/// All limits of a request.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Limits {
    /// Those of the web server, then those of php-fpm and PHP.
    pub all: Vec<Limit>,
    /// Facts that may change limits of PHP and were taken as changing none.
    pub doubts: Vec<Missing>,
}

/// What limits are asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The site that answers.
    pub site: SiteId,
    /// The request.
    pub request: &'a Request,
    /// The pool that runs the script; none where no pool does.
    pub pool: Option<PoolId>,
    /// The script's path as php-fpm opens it; none where it is not known.
    pub script: Option<&'a [u8]>,
}

impl Stack {
    /// The limits of a request; none where PHP has nothing to do with it.
    pub fn limits(&self, asked: &Asked<'_>) -> Option<Limits> {
        let told = match self.sites[asked.site].server {
            SiteServer::Nginx { config, server } => {
                request::nginx::told(self, config, server, asked.request)?
            }
            SiteServer::Apache { config, server } => {
                request::apache::told(self, config, server, asked.request)?
            }
        };
        let mut limits = Limits { all: told.web.clone(), doubts: Vec::new() };
        if let Some(pool) = asked.pool {
            limits.all.push(self.terminate_timeout(pool));
            php::limits(self, pool, &told, asked.script, &mut limits);
        }
        Some(limits)
    }

    /// How long a web server waits for an answer of PHP, in seconds, by the line that hands requests on; none where a
    /// part of its configuration may say so that was not read.
    pub fn answer_timeout(&self, backend: &Backend) -> Option<Limit> {
        let (limit, is_whole) = match (backend.web, backend.spot) {
            (Web::Nginx(index), Spot::Nginx(scope)) => {
                let config = &self.nginx[index].config;
                (request::nginx::read_timeout(config, scope), config.complete)
            }
            (Web::Apache(index), Spot::Apache(statement)) => {
                let config = &self.apache[index].config;
                let is_whole = config.complete && !config.fragment;
                // What stands in no site holds in those that have another time-out, too.
                if backend.site.is_none() && self.own_timeouts[index] {
                    return None;
                }
                (request::apache::answer_timeout_of(config, statement), is_whole)
            }
            _ => return None,
        };
        (is_whole || limit.from != Origin::Default).then_some(limit)
    }

    /// Whether a web server waits at least so many seconds by the line that hands requests on. It costs less than the limit
    /// itself, and leaves workers of httpd that wait less than their server out of account.
    pub fn waits_for(&self, backend: &Backend, seconds: i64) -> bool {
        if let (Web::Apache(index), Spot::Apache(statement)) = (backend.web, backend.spot)
            && request::apache::server_timeout_of(&self.apache[index].config, statement) >= seconds
        {
            return true;
        }
        let limit = self.answer_timeout(backend);
        limit.and_then(|limit| limit.amount()).is_some_and(|wait| wait >= seconds)
    }

    /// How many bytes of a body nginx takes where a line hands requests on; 0 is any number. None where a part of the
    /// configuration may say so that was not read, and for httpd, which does not measure what it passes on.
    pub fn body_limit(&self, backend: &Backend) -> Option<Limit> {
        let (Web::Nginx(index), Spot::Nginx(scope)) = (backend.web, backend.spot) else { return None };
        let config = &self.nginx[index].config;
        let limit = request::nginx::body_limit(config, scope);
        (config.complete || limit.from != Origin::Default).then_some(limit)
    }

    fn terminate_timeout(&self, pool: PoolId) -> Limit {
        let config = self.pool_config(pool);
        let effective = self.master_of(pool).config.effective(Some(config), id::REQUEST_TERMINATE_TIMEOUT);
        let amount = config.seconds(id::REQUEST_TERMINATE_TIMEOUT).map(i64::from);
        let value = match effective.known {
            true => {
                Value::Known { text: effective.value.map_or(b"0".to_vec(), |text| text.into_owned()), amount }
            }
            false => Value::Unknown(Missing::value(b"request_terminate_timeout")),
        };
        Limit {
            name: "request_terminate_timeout",
            value,
            from: if effective.setting.is_some() { Origin::Pool } else { Origin::Default },
            place: effective.setting.map(|setting| setting.place.with(Part::Value)),
        }
    }
}
