//! What a run of the benchmark is told.
//!
//! In: arguments. Out: flags and the numbers that follow from them.

/// The number of sites at which the phases of fpmlint are timed.
pub const PHASES_AT: usize = 2_000;

/// The flags.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Leave out the largest stacks.
    pub quick: bool,
    /// Put the tables into the documentation.
    pub write: bool,
    /// Leave out fpmlint.
    pub daemons_only: bool,
    /// How often each program runs; none for a number that suits the size.
    repeats: Option<usize>,
}

impl Options {
    /// Reads arguments.
    ///
    /// # Errors
    /// One of them is unknown, or a number is missing.
    pub fn parse(arguments: &[&str]) -> Result<Options, String> {
        let mut options = Options::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match *argument {
                "--quick" => options.quick = true,
                "--write" => options.write = true,
                "--daemons" => options.daemons_only = true,
                "--repeats" => {
                    let number = rest.next().and_then(|word| word.parse().ok()).filter(|&number| number > 0);
                    options.repeats = Some(number.ok_or("--repeats needs a number of at least 1")?);
                }
                other => {
                    return Err(format!(
                        "bench does not know `{other}`; it takes --quick, --write, --daemons, --repeats N"
                    ));
                }
            }
        }
        Ok(options)
    }

    /// The numbers of sites, smallest first.
    pub fn sizes(&self) -> &'static [usize] {
        if self.quick { &[200, 2_000] } else { &[200, 2_000, 20_000] }
    }

    /// How often each program runs on a stack: short runs are the more disturbed ones.
    pub fn repeats(&self, sites: usize) -> usize {
        self.repeats.unwrap_or(match sites {
            0..1_000 => 20,
            1_000..10_000 => 10,
            // The daemons are not linear: one of their runs takes as long as ten of the smaller stacks. Still two, as the
            // first that reads a folder pays for the disk.
            _ => 2,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read() {
        let options = Options::parse(&["--quick", "--repeats", "4"]).unwrap();
        assert_eq!(options.sizes(), [200, 2_000]);
        assert_eq!(options.repeats(2_000), 4);
        assert!(!options.write);
    }

    #[test]
    fn no_runs_at_all_is_an_error() {
        assert!(Options::parse(&["--repeats", "0"]).is_err());
        assert!(Options::parse(&["--repeats"]).is_err());
        assert!(Options::parse(&["--fast"]).is_err());
    }
}
