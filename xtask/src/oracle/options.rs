//! What a run of an oracle is told.
//!
//! In: arguments. Out: what is asked, numbers and paths.

use std::path::PathBuf;

/// What every oracle is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// How many configurations or requests are made.
    pub cases: usize,
    /// What they are made from.
    pub seed: u64,
    /// Kept cases to ask about instead.
    pub replay: Vec<PathBuf>,
    /// Where disagreements are kept; none for the usual place.
    pub keep: Option<PathBuf>,
}

impl Run {
    /// The arguments, for messages.
    pub const ARGUMENTS: &str = "--cases N, --seed S, --replay FILES, --keep DIR";

    /// The usual run.
    pub fn new() -> Run {
        Run { cases: 1000, seed: 1, replay: Vec::new(), keep: None }
    }

    /// Takes an argument and what follows it; false where it is none that every oracle has.
    ///
    /// # Errors
    /// Its value is missing or no number.
    pub fn take(&mut self, argument: &str, rest: &mut std::slice::Iter<'_, &str>) -> Result<bool, String> {
        let mut value = || rest.next().copied().ok_or_else(|| format!("{argument} needs a value"));
        let number = |word: &str| word.parse().map_err(|_| format!("`{word}` is no number"));
        match argument {
            "--cases" => self.cases = number(value()?)? as usize,
            "--seed" => self.seed = number(value()?)?,
            "--replay" => self.replay.push(PathBuf::from(value()?)),
            "--keep" => self.keep = Some(PathBuf::from(value()?)),
            other if !self.replay.is_empty() && !other.starts_with('-') => {
                self.replay.push(PathBuf::from(other));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// A run of the oracle of configurations.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// The daemon's name.
    pub daemon: String,
    /// The rest.
    pub run: Run,
}

impl Options {
    /// Reads arguments.
    ///
    /// # Errors
    /// One of them is unknown, or something is missing.
    pub fn parse(arguments: &[&str]) -> Result<Options, String> {
        let [daemon, rest @ ..] = arguments else {
            return Err("oracle needs the name of a daemon".to_owned());
        };
        let mut options = Options { daemon: (*daemon).to_owned(), run: Run::new() };
        let mut rest = rest.iter();
        while let Some(argument) = rest.next() {
            if !options.run.take(argument, &mut rest)? {
                return Err(format!("oracle does not know `{argument}`; it takes {}", Run::ARGUMENTS));
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        let options = Options::parse(&["nginx", "--cases", "5", "--seed", "9"]).unwrap();
        assert_eq!((options.daemon.as_str(), options.run.cases, options.run.seed), ("nginx", 5, 9));
        let options = Options::parse(&["nginx", "--replay", "a", "b"]).unwrap();
        assert_eq!(options.run.replay, [PathBuf::from("a"), PathBuf::from("b")]);
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        for arguments in [&[][..], &["nginx", "--cases"], &["nginx", "--cases", "x"], &["nginx", "--fast"]] {
            assert!(Options::parse(arguments).is_err(), "{arguments:?}");
        }
    }
}
