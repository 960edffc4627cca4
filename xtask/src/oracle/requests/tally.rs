//! Counting answers.
//!
//! In: pairs of answers. Out: sums, and how often each kind of difference came.

use std::collections::BTreeMap;
use std::fmt;

use super::answer::Answer;

/// The least share of the same answers, where fpmlint gives one, per cent.
const LEAST_SAME: f64 = 99.0;

/// The largest share of requests of which fpmlint does not know the answer, per cent.
const MOST_UNKNOWN: f64 = 3.0;

/// Sums.
#[derive(Clone, Default, Debug)]
pub struct Tally {
    asked: usize,
    unknown: usize,
    same: usize,
    differences: BTreeMap<String, usize>,
    facts: BTreeMap<String, usize>,
    answers: BTreeMap<String, usize>,
}

impl Tally {
    /// Adds a pair; gives the kind of difference, if there is one.
    pub fn add(&mut self, theirs: &Answer, ours: &Answer) -> Option<String> {
        self.asked += 1;
        if let Answer::Known(shown) = theirs {
            *self.answers.entry(format!("{} {}", shown.status, shown.what).trim().to_owned()).or_default() +=
                1;
        }
        if let Answer::Unknown(fact) = ours {
            self.unknown += 1;
            *self.facts.entry(fact.clone()).or_default() += 1;
            return None;
        }
        let difference = theirs.difference(ours);
        match &difference {
            Some(kind) => *self.differences.entry(kind.clone()).or_default() += 1,
            None => self.same += 1,
        }
        difference
    }

    /// Whether it is good enough.
    pub fn passes(&self) -> bool {
        self.agreement() >= LEAST_SAME && self.unknown_share() <= MOST_UNKNOWN
    }

    fn agreement(&self) -> f64 {
        share(self.same, self.asked - self.unknown)
    }

    fn unknown_share(&self) -> f64 {
        if self.asked == 0 { 0.0 } else { share(self.unknown, self.asked) }
    }
}

/// `part` of `whole`, per cent.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.asked - self.unknown;
        writeln!(f, "requests          {}", self.asked)?;
        writeln!(f, "same answer       {} of {known} ({:.2} %)", self.same, self.agreement())?;
        writeln!(f, "not known         {} ({:.2} %)", self.unknown, self.unknown_share())?;
        let list = |f: &mut fmt::Formatter<'_>, title: &str, counts: &BTreeMap<String, usize>| {
            let mut counts: Vec<_> = counts.iter().collect();
            counts.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            for (name, count) in counts.iter().take(25) {
                writeln!(f, "  {count:>5} {title} {name}")?;
            }
            Ok(())
        };
        list(f, "answered", &self.answers)?;
        list(f, "unlike:", &self.differences)?;
        list(f, "not known:", &self.facts)
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::Shown;
    use super::*;

    #[test]
    fn both_shares_count() {
        let known = |status| Answer::Known(Shown { status, ..Shown::default() });
        let mut tally = Tally::default();
        for _ in 0..99 {
            assert_eq!(tally.add(&known(200), &known(200)), None);
        }
        assert_eq!(tally.add(&known(200), &known(404)).as_deref(), Some("200 is 404"));
        assert!(tally.passes());
        for _ in 0..4 {
            tally.add(&known(200), &Answer::Unknown("x".to_owned()));
        }
        assert!(!tally.passes());
    }
}
