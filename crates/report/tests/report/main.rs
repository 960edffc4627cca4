//! Every format, through the public functions.

mod ci;
mod hostile;
mod human;
mod machine;
mod preview;
mod support;
