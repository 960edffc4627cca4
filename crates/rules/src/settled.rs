//! What a rule has settled for the sites of one shape.
//!
//! In: the shapes of sites and the requests that were asked there. Out: of a site of the same shape, those that must be
//! asked again. Invariant: what is not asked again ended harmlessly and rests on nothing that could differ.

use std::cell::RefCell;

use fpmlint_stack::request::Request;
use fpmlint_stack::{KnownLines, Shape, SiteId, Stack};
use rustc_hash::FxHashMap;

/// Kept while rules run over the sites of a stack, and no longer: an edit may change what all of them rest on.
#[derive(Default, Debug)]
pub struct Settled {
    open: RefCell<FxHashMap<(&'static str, Shape), Vec<Request>>>,
    lines: RefCell<KnownLines>,
}

impl Settled {
    /// Asks a site the requests that are `open` for its shape, or else `all` of them. `ask` tells whether a request is
    /// settled at the site; it stays open all the same where the answer rests on what lies on the host.
    pub(crate) fn ask(
        &self,
        rule: &'static str,
        stack: &Stack,
        site: SiteId,
        all: impl FnOnce() -> Vec<Request>,
        mut ask: impl FnMut(&Request) -> bool,
    ) {
        let host = &stack.hosts[stack.sites[site].host];
        let key = stack.shape(site, &mut self.lines.borrow_mut()).map(|shape| (rule, shape));
        let known = key.as_ref().and_then(|key| self.open.borrow().get(key).cloned());
        let is_new = known.is_none();
        let mut requests = known.unwrap_or_else(all);
        requests.retain(|request| {
            let questions = host.questions();
            !ask(request) || host.questions() != questions
        });
        if let Some(key) = key.filter(|_| is_new) {
            self.open.borrow_mut().insert(key, requests);
        }
    }
}
