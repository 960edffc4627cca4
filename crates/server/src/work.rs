//! The thread that owns the state.

use std::sync::Arc;
use std::sync::mpsc::Receiver;

use fpmlint_workspace::System;

use crate::event::Event;
use crate::outgoing::Outgoing;
use crate::state::State;

/// Works until nobody can send events any more. Whatever waits is taken in before anything is computed, so that a
/// burst of edits costs one computation.
pub(crate) fn work(system: Arc<dyn System>, events: &Receiver<Event>, outgoing: Outgoing) {
    let mut state = State::new(system, outgoing);
    while let Ok(event) = events.recv() {
        state.handle(event);
        while let Ok(event) = events.try_recv() {
            state.handle(event);
        }
        state.settle();
    }
}
