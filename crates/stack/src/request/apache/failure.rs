//! `ErrorDocument`: where an error goes on.

use fpmlint_catalog::apache::id;
use fpmlint_daemons::Part;

use super::Walk;
use super::lines::Line;
use crate::request::fpm::{self, FpmOutcome};
use crate::request::{Outcome, PhpCall, StepKind, split_query};

impl<'a> Walk<'a> {
    /// The answer to an outcome; none where an error document takes its place and the request goes on.
    pub(super) fn failed(&mut self, outcome: Outcome) -> Option<Outcome> {
        let (status, outcome) = match outcome {
            Outcome::Error { status: status @ 400.., .. } | Outcome::Return(status @ 400..) => {
                (status, outcome)
            }
            Outcome::Php(call) => return self.failed_in_php(*call),
            outcome => return Some(outcome),
        };
        if !self.asks_all() {
            return Some(outcome);
        }
        if let Some(status) = self.kept.take() {
            // An error on the way to an error document leaves the first one as it was.
            return Some(match outcome {
                Outcome::Error { reason, .. } => Outcome::Error { status, reason },
                _ => Outcome::Return(status),
            });
        }
        let Some(line) = self.error_document(status) else { return Some(outcome) };
        self.go_to_document(line, status, outcome)
    }

    /// An error of the connection has a document, one of PHP's only with `ProxyErrorOverride`.
    fn failed_in_php(&mut self, call: PhpCall) -> Option<Outcome> {
        if !self.asks_all() {
            return Some(Outcome::Php(Box::new(call)));
        }
        let (mut steps, end) = fpm::answer(self.stack, self.web, &call);
        let FpmOutcome::Error { status, reason, .. } = end else { return Some(Outcome::Php(Box::new(call))) };
        let overrides = self.applied.iter().rev().find_map(|scope| scope.last(id::PROXY_ERROR_OVERRIDE));
        let is_own = status >= 500;
        if status < 400 || !is_own && !overrides.is_some_and(Line::is_on) {
            return Some(Outcome::Php(Box::new(call)));
        }
        if self.kept.is_none() && self.error_document(status).is_none() {
            return Some(Outcome::Php(Box::new(call)));
        }
        self.steps.append(&mut steps);
        self.failed(Outcome::Error { status, reason })
    }

    /// The end of a request with a body: whatever httpd itself answers, it reads the body first, unless it hangs up.
    pub(super) fn with_body(&mut self, outcome: Outcome) -> Outcome {
        const HANGS_UP: [u16; 8] = [400, 408, 411, 413, 414, 500, 501, 503];
        let reads = match &outcome {
            Outcome::Error { status, .. } | Outcome::Return(status) => !HANGS_UP.contains(status),
            Outcome::Redirect { .. } | Outcome::File(_) | Outcome::Source(_) => true,
            Outcome::Php(_) | Outcome::OtherBackend | Outcome::Unknown(_) => false,
        };
        let refused = if reads && self.asks_all() { self.body_refused() } else { None };
        match refused {
            Some(refused) => {
                self.kept = None;
                refused
            }
            None => outcome,
        }
    }

    fn error_document(&self, status: u16) -> Option<Line<'a>> {
        let names = |line: &Line<'_>| line.text(0) == status.to_string().as_bytes();
        let mut scopes = self.applied.iter().rev();
        scopes.find_map(|scope| scope.all(id::ERROR_DOCUMENT).rev().find(names))
    }

    fn go_to_document(&mut self, line: Line<'a>, status: u16, outcome: Outcome) -> Option<Outcome> {
        let target = line.text(1).into_owned();
        let is_url = target.starts_with(b"http://") || target.starts_with(b"https://");
        if is_url && status != 401 {
            self.step(line, Part::Head, StepKind::Returned(302));
            return Some(Outcome::Redirect { status: 302, to: Some(target) });
        }
        if !target.starts_with(b"/") {
            return Some(outcome);
        }
        self.step(line, Part::Head, StepKind::Internal(target.clone()));
        self.kept = Some(status);
        if self.method != "HEAD" {
            self.method = "GET";
        }
        let (path, args) = split_query(&target);
        (self.path, self.args) = (path.to_vec(), args.to_vec());
        None
    }
}
