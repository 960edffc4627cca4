//! Counting how well two answers agree.
//!
//! In: pairs of answers. Out: sums, and for each pair what it is a case of.

use std::fmt;

use super::daemon::{Answer, Verdict};

/// What stands in the place of a value that is not known.
pub const NOT_KNOWN: &str = "{?}";

/// What a pair of answers shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Difference {
    /// Refused by fpmlint alone.
    FalseAlarm,
    /// Refused by the daemon alone.
    Missed,
    /// Refused by the daemon; fpmlint does not know.
    Unsure,
    /// Both refuse, for another reason.
    Message,
    /// Both refuse, at another place.
    Place,
    /// Both accept, with other settings in force.
    Details,
}

impl Difference {
    /// The worst difference of two answers.
    pub fn of(daemon: &Answer, ours: &Answer) -> Option<Difference> {
        match (daemon.verdict, ours.verdict) {
            (Verdict::Accepts, Verdict::Refuses) => Some(Difference::FalseAlarm),
            (Verdict::Refuses, Verdict::Accepts) => Some(Difference::Missed),
            (Verdict::Refuses, Verdict::Unsure) => Some(Difference::Unsure),
            (Verdict::Refuses, Verdict::Refuses) if daemon.message != ours.message => {
                Some(Difference::Message)
            }
            (Verdict::Refuses, Verdict::Refuses)
                if !daemon.place.is_empty() && daemon.place != ours.place =>
            {
                Some(Difference::Place)
            }
            (Verdict::Accepts, Verdict::Accepts) if !same_details(&daemon.details, &ours.details) => {
                Some(Difference::Details)
            }
            _ => None,
        }
    }

    /// A word for file names and reports.
    pub fn word(self) -> &'static str {
        match self {
            Difference::FalseAlarm => "false-alarm",
            Difference::Missed => "missed",
            Difference::Unsure => "unsure",
            Difference::Message => "message",
            Difference::Place => "place",
            Difference::Details => "details",
        }
    }
}

/// The sums.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Cases to which the daemon gives no answer.
    hangs: usize,
    accepted: usize,
    refused: usize,
    false_alarms: usize,
    missed: usize,
    unsure: usize,
    /// Refusals of both, with the same message.
    same_message: usize,
    /// Refusals of both for which the daemon names a place.
    placed: usize,
    same_place: usize,
    /// Configurations accepted by both, for which the daemon says what is in force.
    detailed: usize,
    same_details: usize,
}

impl Tally {
    /// Adds a pair.
    pub fn add(&mut self, daemon: &Answer, ours: &Answer) {
        match daemon.verdict {
            Verdict::Accepts => self.accepted += 1,
            Verdict::Refuses | Verdict::Unsure => self.refused += 1,
            Verdict::Hangs => self.hangs += 1,
        }
        match (daemon.verdict, ours.verdict) {
            (Verdict::Accepts, Verdict::Refuses) => self.false_alarms += 1,
            (Verdict::Refuses, Verdict::Accepts) => self.missed += 1,
            (Verdict::Refuses, Verdict::Unsure) => self.unsure += 1,
            (Verdict::Refuses, Verdict::Refuses) => {
                self.same_message += usize::from(daemon.message == ours.message);
                self.placed += usize::from(!daemon.place.is_empty());
                self.same_place += usize::from(!daemon.place.is_empty() && daemon.place == ours.place);
            }
            (Verdict::Accepts, Verdict::Accepts) if !daemon.details.is_empty() => {
                self.detailed += 1;
                self.same_details += usize::from(same_details(&daemon.details, &ours.details));
            }
            _ => {}
        }
    }

    /// Adds the sums of another part of the run.
    pub fn merge(&mut self, other: &Tally) {
        self.hangs += other.hangs;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.false_alarms += other.false_alarms;
        self.missed += other.missed;
        self.unsure += other.unsure;
        self.same_message += other.same_message;
        self.placed += other.placed;
        self.same_place += other.same_place;
        self.detailed += other.detailed;
        self.same_details += other.same_details;
    }

    /// Whether it is good enough: no false alarm, and the same verdict in `least` per cent of the cases.
    pub fn passes(&self, least: f64) -> bool {
        self.false_alarms == 0 && self.agreement() >= least
    }

    fn cases(&self) -> usize {
        self.accepted + self.refused
    }

    fn agreement(&self) -> f64 {
        share(self.cases() - self.false_alarms - self.missed - self.unsure, self.cases())
    }
}

/// Whether the same is in force. A line of ours that ends in [`NOT_KNOWN`] rests on the daemon's environment, and says
/// only that something is set; a daemon that says nothing does not differ.
fn same_details(daemon: &[String], ours: &[String]) -> bool {
    let same = |(daemon, ours): (&String, &String)| match ours.strip_suffix(NOT_KNOWN) {
        Some(name) => daemon.starts_with(name),
        None => daemon == ours,
    };
    daemon.is_empty() || (daemon.len() == ours.len() && daemon.iter().zip(ours).all(same))
}

/// `part` of `whole`, per cent.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { part as f64 * 100.0 / whole as f64 }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let both = self.refused - self.missed - self.unsure;
        writeln!(
            f,
            "cases             {} ({} accepted, {} refused)",
            self.cases(),
            self.accepted,
            self.refused
        )?;
        if self.hangs > 0 {
            writeln!(f, "no answer         {}: the daemon does not end, or dies", self.hangs)?;
        }
        writeln!(f, "same verdict      {:.2} %", self.agreement())?;
        writeln!(f, "false alarms      {}", self.false_alarms)?;
        writeln!(f, "missed refusals   {}, and {} of which fpmlint is not sure", self.missed, self.unsure)?;
        let message = share(self.same_message, both);
        writeln!(f, "same message      {} of {both} ({message:.2} %)", self.same_message)?;
        let place = share(self.same_place, self.placed);
        writeln!(f, "same place        {} of {} ({place:.2} %)", self.same_place, self.placed)?;
        if self.detailed > 0 {
            let details = share(self.same_details, self.detailed);
            writeln!(f, "same in force     {} of {} ({details:.2} %)", self.same_details, self.detailed)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(verdict: Verdict, message: &str, place: &str) -> Answer {
        Answer { verdict, message: message.to_owned(), place: place.to_owned(), details: Vec::new() }
    }

    #[test]
    fn the_worst_difference_counts() {
        let refused = answer(Verdict::Refuses, "no", "a:1");
        let cases = [
            (answer(Verdict::Accepts, "", ""), Some(Difference::Missed)),
            (answer(Verdict::Unsure, "no", "a:1"), Some(Difference::Unsure)),
            (answer(Verdict::Refuses, "nope", "a:2"), Some(Difference::Message)),
            (answer(Verdict::Refuses, "no", "a:2"), Some(Difference::Place)),
            (answer(Verdict::Refuses, "no", "a:1"), None),
        ];
        for (ours, difference) in cases {
            assert_eq!(Difference::of(&refused, &ours), difference);
        }
        let accepted = answer(Verdict::Accepts, "", "");
        assert_eq!(Difference::of(&accepted, &refused), Some(Difference::FalseAlarm));
        assert_eq!(Difference::of(&accepted, &answer(Verdict::Unsure, "", "")), None);
    }

    #[test]
    fn one_false_alarm_fails() {
        let mut tally = Tally::default();
        let accepted = answer(Verdict::Accepts, "", "");
        for _ in 0..9_999 {
            tally.add(&accepted, &accepted);
        }
        assert!(tally.passes(99.8));
        tally.add(&accepted, &answer(Verdict::Refuses, "no", ""));
        assert!(!tally.passes(99.8));
    }

    #[test]
    fn a_value_that_is_not_known_is_no_other_value() {
        let lines = |values: &[&str]| values.iter().map(|value| format!("a = {value}")).collect::<Vec<_>>();
        assert!(same_details(&lines(&["1", "2"]), &lines(&["1", NOT_KNOWN])));
        assert!(!same_details(&lines(&["1", "2"]), &lines(&["1"])));
        assert!(!same_details(&lines(&["1"]), &lines(&["2"])));
        assert!(same_details(&[], &lines(&["2"])));
    }

    #[test]
    fn a_place_that_the_daemon_does_not_name_is_not_compared() {
        let refused = answer(Verdict::Refuses, "no", "");
        assert_eq!(Difference::of(&refused, &answer(Verdict::Refuses, "no", "a:2")), None);
    }
}
