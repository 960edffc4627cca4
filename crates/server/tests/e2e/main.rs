//! The language server from end to end: an editor of ours, pipes, and the server's real main loop.

mod actions;
#[allow(dead_code, reason = "each test uses a part of what an editor can do")]
mod editor;
mod edits;
mod files;
mod hostile;
mod lenses;
mod pulling;
mod questions;
mod settings;
mod stacks;
