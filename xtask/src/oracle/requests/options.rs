//! What a run of the requests' oracle is told.
//!
//! In: arguments. Out: servers, numbers and paths.

use std::path::PathBuf;

use super::Server;

/// A run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// The web servers that are asked.
    pub servers: Vec<Server>,
    /// How many requests each is asked.
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
    /// One of them is unknown, or a value is missing.
    pub fn parse(arguments: &[&str]) -> Result<Options, String> {
        let servers = vec![Server::Nginx, Server::Apache];
        let mut options = Options { servers, cases: 1000, seed: 1, replay: Vec::new(), keep: None };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let mut value = || rest.next().ok_or_else(|| format!("{argument} needs a value"));
            let number = |word: &str| word.parse().map_err(|_| format!("`{word}` is no number"));
            match *argument {
                "--cases" => options.cases = number(value()?)? as usize,
                "--seed" => options.seed = number(value()?)?,
                "--server" => options.servers = vec![Server::parse(value()?)?],
                "--replay" => options.replay.push(PathBuf::from(value()?)),
                "--keep" => options.keep = Some(PathBuf::from(value()?)),
                other if !options.replay.is_empty() && !other.starts_with('-') => {
                    options.replay.push(PathBuf::from(other));
                }
                other => {
                    return Err(format!(
                        "oracle requests does not know `{other}`; it takes --cases N, --seed S, \
                         --server nginx|apache, --replay FILES, --keep DIR"
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
        let options = Options::parse(&["--cases", "5", "--server", "apache"]).unwrap();
        assert_eq!((options.cases, options.servers), (5, vec![Server::Apache]));
        for arguments in [&["--server", "iis"][..], &["--cases"], &["nginx"]] {
            assert!(Options::parse(arguments).is_err(), "{arguments:?}");
        }
    }
}
