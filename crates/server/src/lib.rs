//! The language server.
//!
//! In: messages of an editor on a pipe. Out: findings and answers, and an exit code. Invariants: types of the protocol
//! stay in this crate; handlers only enqueue, and one thread owns the state and works in the order of arrival; no
//! handler waits for the editor; nothing that the editor sends can end the server but `exit` and a closed pipe.

mod backend;
mod capabilities;
mod client;
mod convert;
mod document;
mod event;
mod features;
mod options;
mod outgoing;
mod publish;
mod pull;
mod serve;
mod state;
mod unit;
mod uri;
mod work;

pub use serve::{run, serve};
