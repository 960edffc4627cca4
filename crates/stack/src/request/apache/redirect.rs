//! `Redirect` and its like.

use fpmlint_catalog::apache::{DirectiveId, id};
use fpmlint_daemons::Part;
use fpmlint_daemons::apache::ScopeKind;

use super::Walk;
use super::lines::Line;
use super::substitute::substitute;
use crate::request::{Outcome, StepKind};

/// The directives that send clients elsewhere.
pub(super) const REDIRECTS: [DirectiveId; 4] =
    [id::REDIRECT, id::REDIRECT_PERMANENT, id::REDIRECT_TEMP, id::REDIRECT_MATCH];

impl<'a> Walk<'a> {
    /// What the servers' own redirects answer: those of the virtual host first.
    pub(super) fn server_redirect(&mut self) -> Option<Outcome> {
        for server in self.servers().rev() {
            let found = server.mixed(&REDIRECTS).into_iter().find_map(|line| self.redirect(line));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// What the redirects of sections and `.htaccess` files answer: those of the last section first.
    pub(super) fn section_redirect(&mut self) -> Option<Outcome> {
        for number in (0..self.applied.len()).rev() {
            let Some(section) = self.applied.get(number).copied() else { continue };
            let is_server = matches!(section.facts().kind, ScopeKind::Main | ScopeKind::VirtualHost);
            if is_server && !section.config.htaccess {
                continue;
            }
            for line in section.mixed(&REDIRECTS) {
                if let Some(outcome) = self.redirect(line) {
                    return Some(outcome);
                }
            }
        }
        None
    }

    fn redirect(&mut self, line: Line<'a>) -> Option<Outcome> {
        let words = line.texts();
        let words: Vec<&[u8]> = words.iter().map(|word| &word[..]).collect();
        let (mut status, mut words) = match line.directive() {
            Some(id::REDIRECT_PERMANENT) => (301, &words[..]),
            _ => (302, &words[..]),
        };
        if let [first, rest @ ..] = words
            && let Some(written) = status_of(first)
        {
            (status, words) = (written, rest);
        }
        let is_pattern = line.directive() == Some(id::REDIRECT_MATCH);
        let path = self.path.clone();
        // In a section the path may be left out: it is the section's.
        let (from, url) = match words {
            [] => (None, &b""[..]),
            [url] if (300..=399).contains(&status) => (None, *url),
            [from] => (Some(*from), &b""[..]),
            [from, url, ..] => (Some(*from), *url),
        };
        let to = match from {
            None => url.to_vec(),
            Some(from) if is_pattern => substitute(url, &self.groups(line, from, &path)?),
            Some(from) => [url, &escape_path(path.get(covered(from, &path)?..).unwrap_or(b""))].concat(),
        };
        let to = match self.args.is_empty() || to.contains(&b'?') {
            true => to,
            false => [&to[..], b"?", &self.args].concat(),
        };
        self.step(line, Part::Head, StepKind::Returned(status));
        Some(match status {
            300..=399 => Outcome::Redirect { status, to: Some(to) },
            _ => Outcome::Return(status),
        })
    }

    /// The groups of a pattern's match; none where it does not match. A doubt where that cannot be told.
    pub(super) fn groups(
        &mut self,
        line: Line<'a>,
        pattern: &[u8],
        subject: &[u8],
    ) -> Option<super::substitute::Groups> {
        if !self.matches(line, pattern, subject) {
            return None;
        }
        let ranges = self.stack.patterns.get(pattern, false).ok()?.captures(subject)?;
        let texts =
            ranges.into_iter().map(|range| range.and_then(|range| subject.get(range)).map(<[u8]>::to_vec));
        Some(texts.collect())
    }
}

/// A path as it stands in a URL.
pub(super) fn escape_path(path: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(path.len());
    for byte in path {
        if byte.is_ascii_alphanumeric() || b"$-_.+!*'(),:@&=/~;".contains(byte) {
            escaped.push(*byte);
        } else {
            escaped.extend_from_slice(format!("%{byte:02x}").as_bytes());
        }
    }
    escaped
}

fn status_of(word: &[u8]) -> Option<u16> {
    match word.to_ascii_lowercase().as_slice() {
        b"permanent" => Some(301),
        b"temp" => Some(302),
        b"seeother" => Some(303),
        b"gone" => Some(410),
        digits => {
            std::str::from_utf8(digits).ok()?.parse().ok().filter(|status| (100..=599).contains(status))
        }
    }
}

/// How much of a path a prefix of `Alias`, `Redirect` or `ProxyPass` covers: it ends where a part of the path ends.
pub(super) fn covered(prefix: &[u8], path: &[u8]) -> Option<usize> {
    let rest = path.strip_prefix(prefix)?;
    let ends = prefix.ends_with(b"/") || rest.is_empty() || rest.starts_with(b"/");
    (ends && !prefix.is_empty()).then_some(prefix.len())
}
