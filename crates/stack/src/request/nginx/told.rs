//! What nginx tells php-fpm that decides PHP's settings, and nginx's own limits of the request.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{ScopeId, bytes, milliseconds};

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
            web: vec![self.body_limit(), self.read_timeout(scope)],
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
        let own = |scope: &ScopeId| {
            let item = self.config.effective(*scope, &[id::CLIENT_MAX_BODY_SIZE]);
            let text = item.map_or(b"1m".to_vec(), |item| self.config.arg_text(item.at, 0).into_owned());
            let amount = bytes(&text).and_then(|amount| i64::try_from(amount).ok());
            (amount, text, item)
        };
        let limits = self.found.iter().map(own);
        let smallest =
            limits.min_by_key(|(amount, _, _)| amount.filter(|amount| *amount > 0).unwrap_or(i64::MAX));
        let (amount, text, item) = smallest.unwrap_or_else(|| own(&self.scope));
        Limit {
            name: "client_max_body_size",
            value: Value::Known { text, amount },
            from: item.map_or(Origin::Default, |_| Origin::Nginx),
            place: item.map(|item| self.config.place(item.at, Part::Arg(0))),
        }
    }

    fn read_timeout(&self, scope: ScopeId) -> Limit {
        let item = self.config.effective(scope, &[id::FASTCGI_READ_TIMEOUT]);
        let text = item.map_or(b"60s".to_vec(), |item| self.config.arg_text(item.at, 0).into_owned());
        let amount = milliseconds(&text).and_then(|amount| i64::try_from(amount.div_ceil(1000)).ok());
        Limit {
            name: "fastcgi_read_timeout",
            value: Value::Known { text, amount },
            from: item.map_or(Origin::Default, |_| Origin::Nginx),
            place: item.map(|item| self.config.place(item.at, Part::Arg(0))),
        }
    }
}
