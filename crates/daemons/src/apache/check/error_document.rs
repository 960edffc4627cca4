//! `ErrorDocument`: a status that httpd knows, and what to show.

use fpmlint_catalog::apache::id;

use super::{Checks, Line, List, around, core, first, is};
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[(id::ERROR_DOCUMENT, error_document)];

/// Whether httpd has words of its own for a status.
pub(super) fn is_status(status: i32) -> bool {
    matches!(
        status,
        100..=102 | 200..=208 | 226 | 300..=305 | 307 | 308 | 400..=417 | 421..=424 | 426 | 428 | 429 | 431 | 451
            | 500..=508 | 510 | 511
    )
}

fn error_document(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let status = line.text(0);
    if !is_status(super::number::atoi(&status)) {
        return first(around("Unsupported HTTP response code ", &status, ""));
    }
    if is(&line.text(1), "default") {
        return None;
    }
    core::string(checks, line, 1, |_, wrong| around("Cannot parse expression in ErrorDocument: ", wrong, ""))
}
