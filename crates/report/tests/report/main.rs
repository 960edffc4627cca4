//! Every format, through the public functions.

mod hostile;
mod human;
mod machine;
mod preview;
mod support;
