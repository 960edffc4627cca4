//! What a run of the requests' oracle is told.
//!
//! In: arguments. Out: the servers, and what every oracle is told.

use super::Server;
use crate::oracle::options::Run;

/// A run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// The web servers that are asked.
    pub servers: Vec<Server>,
    /// The rest.
    pub run: Run,
}

impl Options {
    /// Reads arguments.
    ///
    /// # Errors
    /// One of them is unknown, or a value is missing.
    pub fn parse(arguments: &[&str]) -> Result<Options, String> {
        let mut options = Options { servers: vec![Server::Nginx, Server::Apache], run: Run::new() };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if *argument == "--server" {
                let name = rest.next().ok_or("--server needs a value")?;
                options.servers = vec![Server::parse(name)?];
            } else if !options.run.take(argument, &mut rest)? {
                return Err(format!(
                    "oracle requests does not know `{argument}`; it takes --server nginx|apache, {}",
                    Run::ARGUMENTS
                ));
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
        assert_eq!((options.run.cases, options.servers), (5, vec![Server::Apache]));
        for arguments in [&["--server", "iis"][..], &["--cases"], &["nginx"]] {
            assert!(Options::parse(arguments).is_err(), "{arguments:?}");
        }
    }
}
