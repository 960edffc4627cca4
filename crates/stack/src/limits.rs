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
use crate::{Missing, PoolId, SiteId, SiteServer, Stack};

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
