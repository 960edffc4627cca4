//! Making refusals.
//!
//! In: kind, place and words. Out: a refusal with the usual rest. Keeps the checks short.

use crate::{Phase, Place, Refusal, RefusalKind};

/// A certain refusal of the daemon's own test.
pub(crate) fn refusal(kind: RefusalKind, place: Place, message: impl Into<String>) -> Refusal {
    let mut message = message.into();
    // A value can bring a line end in; the words are those of the first line.
    message.truncate(message.find('\n').unwrap_or(message.len()));
    Refusal {
        kind,
        place,
        related: Vec::new(),
        message,
        daemon_line: None,
        daemon_file: None,
        suggestion: None,
        remedy: None,
        phase: Phase::Test,
        first: false,
        certain: true,
    }
}

impl Refusal {
    /// With the line that the daemon names.
    pub(crate) fn at_line(self, line: u32) -> Refusal {
        Refusal { daemon_line: Some(line), ..self }
    }

    /// With what it should have been.
    pub(crate) fn suggest(self, suggestion: Option<impl Into<String>>) -> Refusal {
        Refusal { suggestion: suggestion.map(Into::into), ..self }
    }

    /// In another phase.
    pub(crate) fn in_phase(self, phase: Phase) -> Refusal {
        Refusal { phase, ..self }
    }

    /// Certain only if `certain`.
    pub(crate) fn if_certain(self, certain: bool) -> Refusal {
        Refusal { certain: self.certain && certain, ..self }
    }

    /// With another place that belongs to it.
    pub(crate) fn with_related(mut self, place: Option<Place>, note: &str) -> Refusal {
        if let Some(place) = place
            && place != self.place
        {
            self.related.push((place, note.to_owned()));
        }
        self
    }
}
