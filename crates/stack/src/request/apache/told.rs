//! What httpd tells php-fpm that decides PHP's settings, and httpd's own limits of the request.

use fpmlint_catalog::apache::{DirectiveId, id};

use super::Walk;
use super::lines::Line;
use super::timeout::answer_timeout;
use crate::limits::{Sent, Told};
use crate::request::Outcome;

/// The directives that fill the environment, the earlier ones first: `SetEnv` has the last word but one.
const CONDITIONAL: [DirectiveId; 5] =
    [id::SET_ENV_IF, id::SET_ENV_IF_NO_CASE, id::BROWSER_MATCH, id::REWRITE_RULE, id::PASS_ENV];

impl<'a> Walk<'a> {
    /// Of a request that ended at php-fpm. `LimitRequestBody` is no limit of it: httpd 2.4.71 does not measure what it
    /// passes on.
    pub(super) fn told(&mut self, outcome: &Outcome) -> Option<Told> {
        if !matches!(outcome, Outcome::Php(_)) {
            return None;
        }
        Some(Told {
            document_root: self.document_root_sent(),
            server_name: self.server_name_sent(),
            php_value: self.environment(b"PHP_VALUE"),
            php_admin_value: self.environment(b"PHP_ADMIN_VALUE"),
            web: vec![answer_timeout(self.config, self.server, self.proxied_url().as_deref())],
        })
    }

    /// httpd sends its own `DOCUMENT_ROOT`, whatever `SetEnv` says.
    fn document_root_sent(&self) -> Sent {
        let is_virtual = [id::VIRTUAL_DOCUMENT_ROOT, id::VIRTUAL_DOCUMENT_ROOT_IP];
        if self.servers().any(|server| is_virtual.iter().any(|directive| server.last(*directive).is_some())) {
            return Sent::Unknown(None);
        }
        if let sent @ (Sent::Known(..) | Sent::Unknown(_)) = self.sent_last(b"DOCUMENT_ROOT") {
            return sent;
        }
        match self.config.document_root(self.server) {
            Some((root, _)) => Sent::Known(root.as_bytes().to_vec(), None),
            None => Sent::Unknown(None),
        }
    }

    /// The name that the client asked for, or the configured one with `UseCanonicalName On`.
    fn server_name_sent(&self) -> Sent {
        let canonical = self.setting(id::USE_CANONICAL_NAME);
        if canonical.is_some_and(|line| !line.text(0).eq_ignore_ascii_case(b"off"))
            || self.request.host.is_empty()
        {
            let servers = self.config.servers();
            let own = servers.iter().find(|server| server.scope == self.server);
            return match own.and_then(|server| server.name.as_ref()) {
                Some(name) => Sent::Known(name.host.to_vec(), None),
                None => Sent::Unknown(None),
            };
        }
        Sent::Known(self.request.host.clone(), None)
    }

    /// A variable of the environment as php-fpm gets it.
    fn environment(&self, name: &[u8]) -> Sent {
        if let sent @ (Sent::Known(..) | Sent::Unknown(_)) = self.sent_last(name) {
            return sent;
        }
        let mut sent = Sent::No;
        for scope in &self.applied {
            let lines = scope.mixed(&[id::SET_ENV, id::UNSET_ENV]);
            if lines.iter().any(|line| {
                line.directive() == Some(id::UNSET_ENV) && line.words().any(|word| *word.text == *name)
            }) {
                sent = Sent::No;
            }
            for line in lines {
                if line.directive() == Some(id::SET_ENV) && *line.text(0) == *name {
                    sent = Sent::Known(line.text(1).into_owned(), Some(line.word_place(1)));
                }
            }
        }
        if sent != Sent::No {
            return sent;
        }
        let speaks_of_it = |line: &Line<'_>| memchr::memmem::find(&line.texts().join(&b' '), name).is_some();
        let conditional = self.applied.iter().flat_map(|scope| scope.mixed(&CONDITIONAL));
        let found = conditional.into_iter().find(speaks_of_it);
        found.map_or(Sent::No, |line| Sent::Unknown(Some(line.word_place(0))))
    }

    /// What `ProxyFCGISetEnvIf` makes of a variable at the very end.
    fn sent_last(&self, name: &[u8]) -> Sent {
        let lines = self.applied.iter().flat_map(|scope| scope.all(id::PROXY_FCGI_SET_ENV_IF));
        let mut sent = Sent::No;
        for line in lines.filter(|line| line.text(1).strip_prefix(b"!").unwrap_or(&line.text(1)) == name) {
            let place = Some(line.word_place(1));
            let value = line.text(2);
            let is_plain = !value.iter().any(|byte| b"%$".contains(byte));
            sent = match &*line.text(0) {
                b"true" if is_plain && !line.text(1).starts_with(b"!") => {
                    Sent::Known(value.into_owned(), place)
                }
                _ => Sent::Unknown(place),
            };
        }
        sent
    }

    /// The last setting of a directive that sections and `.htaccess` may have.
    fn setting(&self, directive: DirectiveId) -> Option<Line<'a>> {
        self.applied.iter().rev().find_map(|scope| scope.last(directive))
    }

    /// The URL that the request was passed on to.
    fn proxied_url(&self) -> Option<Vec<u8>> {
        if let Some(url) = self.filename.strip_prefix(b"proxy:") {
            return Some(url.to_vec());
        }
        let handler = self.handler()?;
        let start = handler.name.get(..6)?;
        start.eq_ignore_ascii_case(b"proxy:").then(|| handler.name.get(6..).unwrap_or_default().to_vec())
    }
}
