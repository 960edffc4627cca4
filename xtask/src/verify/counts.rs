//! How many tests ran.
//!
//! In: lines of output. Out: the sums over all lines that a test binary ends with. Invariant: other lines count nothing.

use std::fmt;

/// Sums over test binaries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    passed: u64,
    failed: u64,
}

impl Counts {
    /// Adds a line such as `test result: ok. 5 passed; 0 failed; 1 ignored; ...` of cargo's, or `ℹ pass 5` and
    /// `ℹ fail 0` of Node's test runner; other lines change nothing.
    pub fn read_line(&mut self, line: &str) {
        if let Some(sum) = line.strip_prefix("ℹ ") {
            let number = |word| sum.trim().strip_prefix(word).and_then(|rest: &str| rest.trim().parse().ok());
            self.passed += number("pass ").unwrap_or(0);
            self.failed += number("fail ").unwrap_or(0);
            return;
        }
        let Some(result) = line.trim_start().strip_prefix("test result: ") else { return };
        // The verdict before the numbers may carry colours; words after the numbers say what they count.
        let mut number = 0;
        for word in result.split([' ', ';', '.']).filter(|word| !word.is_empty()) {
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                _ => {}
            }
            number = word.parse().unwrap_or(0);
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_summed_over_binaries() {
        let mut counts = Counts::default();
        for line in [
            "running 7 tests",
            "test results_are_summed ... ok",
            "test result: ok. 7 passed; 0 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.00s",
            "   Doc-tests fpmlint_text",
            "test result: FAILED. 4 passed; 11 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.25s",
            "test result: \u{1b}[32mok\u{1b}[0m. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
        ] {
            counts.read_line(line);
        }
        assert_eq!(counts.to_string(), "12 passed, 11 failed");
    }

    #[test]
    fn results_of_node_are_added() {
        let mut counts = Counts::default();
        for line in ["✔ pass 3", "ℹ tests 9", "ℹ pass 7", "ℹ fail 2", "ℹ skipped 4", "ℹ duration_ms 46.5"]
        {
            counts.read_line(line);
        }
        assert_eq!(counts.to_string(), "7 passed, 2 failed");
    }

    #[test]
    fn talk_about_results_is_not_a_result() {
        let mut counts = Counts::default();
        counts.read_line("the test result: 5 passed; 5 failed");
        counts.read_line("5 passed; 5 failed");
        assert_eq!(counts, Counts::default());
    }
}
