//! What a run of the oracle is told.
//!
//! In: arguments. Out: the daemon, numbers and paths.

use std::path::PathBuf;

/// A run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// The daemon's name.
    pub daemon: String,
    /// How many configurations are made.
    pub cases: usize,
    /// What they are made from.
    pub seed: u64,
    /// Kept cases to ask about instead.
    pub replay: Vec<PathBuf>,
    /// Where disagreements are kept; none for the usual place.
    pub keep: Option<PathBuf>,
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
        let mut options =
            Options { daemon: (*daemon).to_owned(), cases: 1000, seed: 1, replay: Vec::new(), keep: None };
        let mut rest = rest.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value"));
            let number = |word: &str| word.parse().map_err(|_| format!("`{word}` is no number"));
            match *argument {
                "--cases" => options.cases = number(value()?)? as usize,
                "--seed" => options.seed = number(value()?)?,
                "--replay" => options.replay.push(PathBuf::from(value()?)),
                "--keep" => options.keep = Some(PathBuf::from(value()?)),
                other if !options.replay.is_empty() && !other.starts_with('-') => {
                    options.replay.push(PathBuf::from(other));
                }
                other => {
                    return Err(format!(
                        "oracle does not know `{other}`; it takes --cases N, --seed S, --replay FILES, --keep DIR"
                    ));
                }
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
        assert_eq!((options.daemon.as_str(), options.cases, options.seed), ("nginx", 5, 9));
        let options = Options::parse(&["nginx", "--replay", "a", "b"]).unwrap();
        assert_eq!(options.replay, [PathBuf::from("a"), PathBuf::from("b")]);
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        for arguments in [&[][..], &["nginx", "--cases"], &["nginx", "--cases", "x"], &["nginx", "--fast"]] {
            assert!(Options::parse(arguments).is_err(), "{arguments:?}");
        }
    }
}
