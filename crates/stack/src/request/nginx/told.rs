//! What nginx tells php-fpm that decides PHP's settings, and nginx's own limits of the request.

use fpmlint_catalog::nginx::{DirectiveId, id};
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Config, ScopeId, bytes, milliseconds};

use super::Walk;
use crate::limits::{Limit, Origin, Sent, Told, Value};
use crate::request::Outcome;

impl Walk<'_> {
    /// Of a request that ended at php-fpm, or would have if its body were smaller.
    pub(super) fn told(&mut self, outcome: &Outcome) -> Option<Told> {
        if !matches!(outcome, Outcome::Php(_) | Outcome::Error { status: 413, .. }) {
            return None;
        }
        let scope = self.scope;
        self.handler(scope).filter(|handler| handler.id == id::FASTCGI_PASS)?;
        Some(Told {
            document_root: self.sent(scope, b"DOCUMENT_ROOT"),
            server_name: self.sent(scope, b"SERVER_NAME"),
            php_value: self.sent(scope, b"PHP_VALUE"),
            php_admin_value: self.sent(scope, b"PHP_ADMIN_VALUE"),
            web: vec![self.body_limit(), read_timeout(self.config, scope)],
        })
    }

    /// A parameter in force: php-fpm takes the last of a name.
    fn sent(&mut self, scope: ScopeId, name: &[u8]) -> Sent {
        let config = self.config;
        let Some(owner) = config.nearest(scope, &[id::FASTCGI_PARAM]) else { return Sent::No };
        let named = |at| config.arg(at, 0).is_some_and(|word| word.text()[..] == *name);
        let mut lines = config.scope(owner).all(id::FASTCGI_PARAM).rev();
        let Some(line) = lines.find(|item| named(item.at)) else { return Sent::No };
        let place = Some(config.place(line.at, Part::Arg(1)));
        match self.evaluate(&config.arg_text(line.at, 1)) {
            Some(value) if value.is_empty() && config.arg(line.at, 2).is_some() => Sent::No,
            Some(value) => Sent::Known(value, place),
            None => Sent::Unknown(place),
        }
    }

    /// Each location that was searched for refuses by its own limit, so that the smallest counts; 0 is none.
    fn body_limit(&self) -> Limit {
        let limits = self.found.iter().map(|scope| body_limit(self.config, *scope));
        let smallest =
            limits.min_by_key(|limit| limit.amount().filter(|amount| *amount > 0).unwrap_or(i64::MAX));
        smallest.unwrap_or_else(|| body_limit(self.config, self.scope))
    }
}

/// `client_max_body_size` as it is in force in a block.
pub(crate) fn body_limit(config: &Config, scope: ScopeId) -> Limit {
    let read = |text: &[u8]| i64::try_from(bytes(text)?).ok();
    limit(config, scope, id::CLIENT_MAX_BODY_SIZE, b"1m", read)
}

/// `fastcgi_read_timeout` as it is in force in a block.
pub(crate) fn read_timeout(config: &Config, scope: ScopeId) -> Limit {
    let read = |text: &[u8]| i64::try_from(milliseconds(text)?.div_ceil(1000)).ok();
    limit(config, scope, id::FASTCGI_READ_TIMEOUT, b"60s", read)
}

fn limit(
    config: &Config,
    scope: ScopeId,
    directive: DirectiveId,
    default: &[u8],
    read: impl Fn(&[u8]) -> Option<i64>,
) -> Limit {
    let item = config.effective(scope, &[directive]);
    let text = item.map_or(default.to_vec(), |item| config.arg_text(item.at, 0).into_owned());
    let amount = read(&text);
    Limit {
        name: fpmlint_catalog::nginx::name(directive),
        value: Value::Known { text, amount },
        from: item.map_or(Origin::Default, |_| Origin::Nginx),
        place: item.map(|item| config.place(item.at, Part::Arg(0))),
    }
}
