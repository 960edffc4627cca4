//! The content phase: a PHP backend, another backend, or files.

use fpmlint_catalog::nginx::{DirectiveId, id};
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::{Item, ScopeId, ScopeKind};

use super::{Phase, Walk};
use crate::Web;
use crate::backend::Target;
use crate::request::fpm::{self, FpmOutcome};
use crate::request::{Outcome, PhpCall, Script, StepKind};

/// The directives that give a location a content handler.
pub(super) const HANDLERS: [DirectiveId; 9] = [
    id::FASTCGI_PASS,
    id::PROXY_PASS,
    id::UWSGI_PASS,
    id::SCGI_PASS,
    id::GRPC_PASS,
    id::MEMCACHED_PASS,
    id::STUB_STATUS,
    id::EMPTY_GIF,
    id::PERL,
];

/// The parameters that decide what php-fpm does.
const PARAMETERS: [&[u8]; 5] =
    [b"REQUEST_METHOD", b"SCRIPT_FILENAME", b"SCRIPT_NAME", b"PATH_INFO", b"QUERY_STRING"];

impl Walk<'_> {
    pub(super) fn content(&mut self, scope: ScopeId) -> Phase {
        match self.handler(scope) {
            Some(handler) if handler.id == id::FASTCGI_PASS => self.pass_to_php(scope, handler),
            Some(handler) => {
                self.step(Some(handler.at), Part::Head, StepKind::Handler);
                Phase::Done(Outcome::OtherBackend)
            }
            None => self.files(scope),
        }
    }

    /// The content handler; an `if` without one keeps that of its location.
    pub(super) fn handler(&self, scope: ScopeId) -> Option<Item> {
        for scope in self.config.ancestors(scope) {
            let at = self.config.scope(scope);
            let own = at.items.iter().rev().find(|item| HANDLERS.contains(&item.id));
            if own.is_some() || !matches!(at.kind, ScopeKind::If | ScopeKind::LimitExcept) {
                return own.copied();
            }
        }
        None
    }

    fn pass_to_php(&mut self, scope: ScopeId, pass: Item) -> Phase {
        self.step(Some(pass.at), Part::Head, StepKind::Passed);
        let text = self.config.arg_text(pass.at, 0).into_owned();
        let has_variable = memchr::memchr(b'$', &text).is_some();
        let target = match self.evaluate(&text) {
            Some(text) => self.stack.nginx_target(self.nginx, &text),
            None => Target::Variable,
        };
        let place = self.config.place(pass.at, Part::Head);
        if self.request.route_only {
            return Phase::Done(Outcome::Php(Box::new(PhpCall::unknown(place, target))));
        }
        if has_variable && matches!(target, Target::Undefined(_) | Target::Invalid(_)) {
            return self.fail(500, "the address of the PHP backend is no address");
        }
        // The handler splits the path anew.
        self.split = None;
        let [method, script, script_name, path_info, query] = self.parameters(scope);
        let script = match script {
            None => Script::Missing,
            Some(None) => Script::Unknown,
            Some(Some(value)) => Script::Known(value),
        };
        let call = PhpCall {
            pass: place,
            target,
            script,
            has_method: method.is_some(),
            script_name: script_name.unwrap_or(Some(Vec::new())),
            path_info: path_info.flatten(),
            query: query.unwrap_or(Some(Vec::new())),
        };
        self.answered_by_php(call)
    }

    /// An error of php-fpm may have a page; that of a connection always does, another one where nginx intercepts it.
    fn answered_by_php(&mut self, call: PhpCall) -> Phase {
        if !self.is_whole() {
            return Phase::Done(Outcome::Php(Box::new(call)));
        }
        let (mut steps, end) = fpm::answer(self.stack, Web::Nginx(self.nginx), &call);
        let FpmOutcome::Error { status, reason, .. } = end else {
            return Phase::Done(Outcome::Php(Box::new(call)));
        };
        let intercepts = self.config.effective(self.scope, &[id::FASTCGI_INTERCEPT_ERRORS]);
        let intercepts =
            intercepts.is_some_and(|item| self.config.arg_text(item.at, 0).eq_ignore_ascii_case(b"on"));
        let is_own = status >= 500;
        if (is_own || intercepts) && self.has_error_page(status) {
            self.steps.append(&mut steps);
            return self.finish(Outcome::Error { status, reason });
        }
        if is_own {
            self.kept = None;
        }
        Phase::Done(Outcome::Php(Box::new(call)))
    }

    /// The values of [`PARAMETERS`] in force, the last of each name: none where it is not sent, `Some(None)` where it
    /// is unknown.
    fn parameters(&mut self, scope: ScopeId) -> [Option<Option<Vec<u8>>>; 5] {
        let mut values = [const { None }; 5];
        let config = self.config;
        let Some(owner) = config.nearest(scope, &[id::FASTCGI_PARAM]) else { return values };
        for item in config.scope(owner).all(id::FASTCGI_PARAM) {
            let Some(word) = config.arg(item.at, 0) else { continue };
            let name = word.text();
            let Some(index) = PARAMETERS.iter().position(|wanted| *wanted == &name[..]) else { continue };
            let value = self.evaluate(&config.arg_text(item.at, 1));
            let leaves_out = config.arg_text(item.at, 2)[..] == *b"if_not_empty";
            if leaves_out && value.as_ref().is_some_and(Vec::is_empty) {
                continue;
            }
            if let Some(slot) = values.get_mut(index) {
                *slot = Some(value);
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use fpmlint_daemons::nginx::DECIDING_PARAMETERS;

    use super::PARAMETERS;

    /// A reading that differs in other parameters alone counts as the same to requests.
    #[test]
    fn what_is_looked_at_is_known_to_decide() {
        let decides = |name: &&[u8]| DECIDING_PARAMETERS.contains(name);
        assert!(PARAMETERS.iter().all(decides));
    }
}
