//! Test support.
//!
//! In: the Markdown pages of rules, or files by path. Out: what the engine finds in them, compared with what
//! the page says. Invariant: everything lies in memory; nothing of this machine is read, and only the test
//! that runs all pages writes one.

mod accounts;
mod fence;
mod fixing;
mod fragments;
mod host;
mod page;
mod rule;
mod runner;
mod shipped;
mod show;
mod stack;

pub use host::{HostOptions, Target};
pub use page::{Block, Page, Section, parse};
pub use runner::{Verdict, run_page};
pub use show::show;
pub use stack::{Run, TestStack, run_stack};
