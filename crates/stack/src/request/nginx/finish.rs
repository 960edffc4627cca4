//! `error_page`: where an error, or a redirect, goes on.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::nginx::DirRef;

use super::{Phase, Walk};
use crate::Missing;
use crate::request::{Outcome, StepKind, split_query};

/// The error page of a status.
struct Page {
    at: DirRef,
    /// What stands behind `=`: the status that is kept, 0 for that of the page itself; none keeps the error's own.
    status: Option<u16>,
    target: Vec<u8>,
}

impl Walk<'_> {
    /// Ends with an answer that carries no content of its own, unless an error page takes its place.
    pub(super) fn finish(&mut self, outcome: Outcome) -> Phase {
        let status = match &outcome {
            Outcome::Error { status, .. } | Outcome::Redirect { status, .. } | Outcome::Return(status) => {
                *status
            }
            _ => return Phase::Done(outcome),
        };
        self.kept = None;
        if !self.is_whole() || self.in_error_page || self.changes == 0 || status == 444 {
            return Phase::Done(outcome);
        }
        if self.config.nearest(self.scope, &[id::ERROR_PAGE]).is_none() {
            return Phase::Done(outcome);
        }
        let recursive = self.config.effective(self.scope, &[id::RECURSIVE_ERROR_PAGES]);
        if !recursive.is_some_and(|item| self.config.arg_text(item.at, 0).eq_ignore_ascii_case(b"on")) {
            self.in_error_page = true;
        }
        match self.error_page(status) {
            Some(page) => self.go_to_page(page, status),
            None => Phase::Done(outcome),
        }
    }

    /// Whether an error page is named for a status.
    pub(super) fn has_error_page(&self, status: u16) -> bool {
        self.error_page(status).is_some()
    }

    fn error_page(&self, status: u16) -> Option<Page> {
        let items = self.config.effective_all(self.scope, id::ERROR_PAGE);
        items.into_iter().find_map(|item| {
            let words = self.config.statement(item.at)?.args();
            let mut words: Vec<Vec<u8>> = words.map(|word| word.text().into_owned()).collect();
            let target = words.pop()?;
            let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<u16>().ok();
            let kept =
                words.last().and_then(|word| word.strip_prefix(b"=")).map(|text| number(text).unwrap_or(0));
            words.iter().any(|word| number(word) == Some(status)).then_some(Page {
                at: item.at,
                status: kept,
                target,
            })
        })
    }

    fn go_to_page(&mut self, page: Page, status: u16) -> Phase {
        self.kept = match page.status {
            None => Some(status),
            Some(0) => None,
            kept => kept,
        };
        let Some(target) = self.evaluate(&page.target) else {
            return Phase::Done(Outcome::Unknown(Missing::value(&page.target)));
        };
        if target.starts_with(b"@") {
            return self.go_to_named(page.at, &target);
        }
        if !target.starts_with(b"/") {
            let redirects = |status: &u16| matches!(status, 301 | 302 | 303 | 307 | 308);
            let status = page.status.filter(redirects).unwrap_or(302);
            self.kept = None;
            self.step(Some(page.at), Part::Head, StepKind::Returned(status));
            return Phase::Done(Outcome::Redirect { status, to: Some(target) });
        }
        if self.method != "HEAD" {
            self.method = "GET";
        }
        self.step(Some(page.at), Part::Head, StepKind::Internal(target.clone()));
        let (path, args) = split_query(&target);
        self.redirect_inside(path, args)
    }
}
