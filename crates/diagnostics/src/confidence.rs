//! How sure a finding is. It falls with every fact that the files could not give.

use std::fmt;
use std::str::FromStr;

/// How sure a finding is. Ordered: `Possible < Likely < Certain`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Confidence {
    /// Rests on a fact that is assumed; shown as info at most.
    Possible,
    /// Rests on a profile's facts or on what files of this kind nearly always mean.
    Likely,
    /// Follows from the files read and from what the daemon does.
    Certain,
}

impl Confidence {
    /// The word used in every output format.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Possible => "possible",
            Confidence::Likely => "likely",
            Confidence::Certain => "certain",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Confidence {
    type Err = ();

    fn from_str(word: &str) -> Result<Confidence, ()> {
        match word {
            "possible" => Ok(Confidence::Possible),
            "likely" => Ok(Confidence::Likely),
            "certain" => Ok(Confidence::Certain),
            _ => Err(()),
        }
    }
}
