//! "Did you mean": the candidate nearest to a misspelt word.
//!
//! In: a word and candidates. Out: at most one candidate. The measure counts insertions, deletions,
//! substitutions and swaps of neighbours, in bytes, without regard to ASCII case (optimal string alignment).
//! Invariant: rather none than a wrong one, hence the limit of about a third of the word.

/// The nearest of `candidates` to `word`, the first in alphabetical order among equals.
///
/// None when nothing is near: one slip is allowed, two in words of six bytes and more, three in words of twelve
/// and more. Words of two bytes or less are not guessed at, and in words of three the first byte must be right.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_ranked(word, candidates.into_iter().map(|candidate| (candidate, None)))
}

/// As [`nearest`], but among equals the one of the lowest rank wins; no rank comes last.
pub fn nearest_ranked<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = (&'a str, Option<u16>)>,
) -> Option<&'a str> {
    let mut measure = Measure::new(word.as_bytes());
    let mut best: Option<(usize, u16, &str)> = None;
    for (candidate, rank) in candidates {
        // A candidate at the best distance so far may still win by rank.
        let limit = best.map_or(measure.limit, |(distance, ..)| distance);
        let Some(distance) = measure.distance(candidate.as_bytes(), limit) else { continue };
        let found = (distance, rank.unwrap_or(u16::MAX), candidate);
        if best.is_none_or(|best| found < best) {
            best = Some(found);
        }
    }
    best.map(|(.., candidate)| candidate)
}

/// The word that others are compared with, and the three lines of the matrix that are alive at a time.
struct Measure<'w> {
    word: &'w [u8],
    limit: usize,
    before: Vec<usize>,
    last: Vec<usize>,
    line: Vec<usize>,
}

impl<'w> Measure<'w> {
    fn new(word: &'w [u8]) -> Measure<'w> {
        let limit = match word.len() {
            0..3 => 0,
            3..6 => 1,
            6..12 => 2,
            _ => 3,
        };
        Measure { word, limit, before: Vec::new(), last: Vec::new(), line: Vec::new() }
    }

    /// The distance to `candidate`, if it is not above `limit`.
    fn distance(&mut self, candidate: &[u8], limit: usize) -> Option<usize> {
        let word = self.word;
        if word.len().abs_diff(candidate.len()) > limit {
            return None;
        }
        let same_start = first_byte(word) == first_byte(candidate);
        if limit == 0 || (word.len() == 3 && !same_start) {
            return word.eq_ignore_ascii_case(candidate).then_some(0);
        }
        self.before.clear();
        self.last.clear();
        self.last.extend(0..=candidate.len());
        let mut previous = 0;
        for (row, byte) in word.iter().map(u8::to_ascii_lowercase).enumerate() {
            self.line.clear();
            self.line.push(row + 1);
            if self.fill(previous, byte, candidate) > limit {
                return None;
            }
            previous = byte;
            std::mem::swap(&mut self.before, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.line);
        }
        self.last.last().copied().filter(|distance| *distance <= limit)
    }

    /// Fills one line of the matrix after its first number; gives the least number in it.
    fn fill(&mut self, previous: u8, byte: u8, candidate: &[u8]) -> usize {
        let mut left = self.line.first().copied().unwrap_or(0);
        let mut least = left;
        let mut beside = 0;
        for (column, other) in candidate.iter().map(u8::to_ascii_lowercase).enumerate() {
            let diagonal = number(&self.last, column) + usize::from(byte != other);
            let mut here = diagonal.min(number(&self.last, column + 1) + 1).min(left + 1);
            if column > 0 && byte == beside && previous == other && previous != byte {
                here = here.min(number(&self.before, column - 1).saturating_add(1));
            }
            self.line.push(here);
            least = least.min(here);
            left = here;
            beside = other;
        }
        least
    }
}

fn first_byte(word: &[u8]) -> Option<u8> {
    word.first().map(u8::to_ascii_lowercase)
}

fn number(line: &[usize], column: usize) -> usize {
    line.get(column).copied().unwrap_or(usize::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 8] =
        ["allow", "deny", "fastcgi_pass", "fastcgi_param", "geo", "listen", "location", "root"];

    #[test]
    fn one_slip_of_each_kind_is_found() {
        for word in ["fastcgi_pas", "fastcgi_passs", "fastcgi_pasz", "fastcgi_psas", "FastCGI_Pass"] {
            assert_eq!(nearest(word, NAMES), Some("fastcgi_pass"), "{word}");
        }
    }

    #[test]
    fn the_longer_the_word_the_more_slips_it_may_have() {
        assert_eq!(nearest("fstcg_passes", NAMES), None);
        assert_eq!(nearest("fstcg_pparam", NAMES), Some("fastcgi_param"));
        assert_eq!(nearest("fstcg_para", NAMES), None);
        assert_eq!(nearest("lcaton", NAMES), Some("location"));
        assert_eq!(nearest("lstn", NAMES), None);
    }

    #[test]
    fn short_words_give_no_false_suggestions() {
        for word in ["", "a", "go", "foo", "reo", "deo"] {
            assert_eq!(nearest(word, NAMES), None, "{word}");
        }
        assert_eq!(nearest("goe", NAMES), Some("geo"));
    }

    #[test]
    fn a_swap_counts_as_one_slip() {
        assert_eq!(nearest("dney", NAMES), Some("deny"));
        assert_eq!(nearest("yned", NAMES), None);
    }

    #[test]
    fn equals_are_settled_by_rank_and_then_by_the_alphabet() {
        let tied = |ranks: [Option<u16>; 2]| {
            nearest_ranked("least_x", ["least_b", "least_a"].into_iter().zip(ranks))
        };
        assert_eq!(tied([None, None]), Some("least_a"));
        assert_eq!(tied([Some(7), None]), Some("least_b"));
        assert_eq!(tied([Some(7), Some(3)]), Some("least_a"));
        assert_eq!(nearest("least_x", ["least_b", "least_a"]), Some("least_a"));
    }

    #[test]
    fn a_huge_word_is_dismissed_by_its_length() {
        let word = "x".repeat(1 << 20);
        assert_eq!(nearest(&word, NAMES), None);
    }

    #[test]
    fn bytes_beyond_ascii_are_compared_as_they_are() {
        assert_eq!(nearest("locätion", NAMES), Some("location"));
    }
}
