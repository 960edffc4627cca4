//! Variables that `map`, `geo` and `split_clients` make.

use std::net::IpAddr;

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::Matched;
use fpmlint_daemons::nginx::{Item, ScopeKind};

use super::Walk;
use super::access::covering_bits;

/// Maps that lead to maps are followed this far.
const MAX_DEPTH: usize = 8;

impl Walk<'_> {
    /// The value of a variable of `map` and its like: outer none where there is no such variable, inner none where the
    /// value is not known.
    pub(super) fn mapped(&mut self, name: &[u8]) -> Option<Option<Vec<u8>>> {
        if let Some(value) = self.mapped.get(name) {
            return Some(value.clone());
        }
        let item = self.map_named(name)?;
        // A map that rests on itself is refused by nginx, and one that is asked for within its own value is unknown.
        if self.mapped.values().filter(|value| value.is_none()).count() > MAX_DEPTH {
            return Some(None);
        }
        self.mapped.insert(name.to_vec(), None);
        let (value, keeps) = match item.id {
            id::MAP => self.map_value(item),
            id::GEO => (self.geo_value(item), true),
            _ => (self.split_value(item), true),
        };
        match keeps {
            true => self.mapped.insert(name.to_vec(), value.clone()),
            false => self.mapped.remove(name),
        };
        Some(value)
    }

    fn map_named(&self, name: &[u8]) -> Option<Item> {
        let mut scopes = self.config.ancestors(self.server);
        let http = scopes.find(|scope| self.config.scope(*scope).kind == ScopeKind::Http)?;
        let mut items = self.config.scope(http).items.iter();
        let found = items.find(|item| {
            [id::MAP, id::GEO, id::SPLIT_CLIENTS].contains(&item.id) && {
                let last = self.config.statement(item.at).and_then(|statement| statement.args().last());
                let text = last.map(|word| word.text().into_owned()).unwrap_or_default();
                text.strip_prefix(b"$").is_some_and(|text| text.eq_ignore_ascii_case(name))
            }
        });
        found.copied()
    }

    /// The entries of a block, keys and values. None where some of them come from another file.
    fn entries(&self, item: Item) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        let statement = self.config.statement(item.at)?;
        let entries = statement.children().map(|entry| {
            let value = entry.arg(0).map(|word| word.text().into_owned()).unwrap_or_default();
            (entry.name().text().into_owned(), value)
        });
        let entries: Vec<(Vec<u8>, Vec<u8>)> = entries.collect();
        entries.iter().all(|(key, _)| key != b"include").then_some(entries)
    }

    /// The value of a `map`, and whether it is kept.
    fn map_value(&mut self, item: Item) -> (Option<Vec<u8>>, bool) {
        let Some(entries) = self.entries(item) else { return (None, true) };
        let has = |word: &[u8]| entries.iter().any(|(key, value)| key == word && value.is_empty());
        let (keeps, by_host) = (!has(b"volatile"), has(b"hostnames"));
        let source = self.config.arg_text(item.at, 0).into_owned();
        let Some(mut source) = self.evaluate(&source) else { return (None, keeps) };
        if by_host && source.ends_with(b".") {
            source.pop();
        }
        let result = match self.map_entry(&entries, &source, by_host) {
            Some(Some(text)) => self.evaluate(&text),
            Some(None) => Some(Vec::new()),
            None => None,
        };
        (result, keeps)
    }

    /// The entry that a value is mapped by; inner none for none of them, outer none where that cannot be told.
    fn map_entry(
        &mut self,
        entries: &[(Vec<u8>, Vec<u8>)],
        source: &[u8],
        by_host: bool,
    ) -> Option<Option<Vec<u8>>> {
        let is_word = |key: &[u8]| key == b"default" || key == b"volatile" || key == b"hostnames";
        let plain = |key: &[u8]| key.strip_prefix(b"\\").unwrap_or(key).to_vec();
        let exact = entries.iter().find(|(key, _)| {
            !is_word(key) && !key.starts_with(b"~") && plain(key).eq_ignore_ascii_case(source)
        });
        if let Some((_, value)) = exact {
            return Some(Some(value.clone()));
        }
        if by_host && let Some(value) = by_wildcard(entries, source) {
            return Some(Some(value));
        }
        for (key, value) in entries.iter().filter(|_| !source.is_empty()) {
            let Some(pattern) = key.strip_prefix(b"~") else { continue };
            let (pattern, ignore_case) = match pattern.strip_prefix(b"*") {
                Some(pattern) => (pattern, true),
                None => (pattern, false),
            };
            let pattern = self.stack.patterns.get(pattern, ignore_case).ok()?;
            match pattern.matches(source) {
                Matched::Yes => {
                    self.remember_captures(&pattern, source);
                    return Some(Some(value.clone()));
                }
                Matched::No => {}
                Matched::Unknown => return None,
            }
        }
        let default = entries.iter().find(|(key, _)| key == b"default");
        Some(default.map(|(_, value)| value.clone()))
    }

    fn geo_value(&mut self, item: Item) -> Option<Vec<u8>> {
        let entries = self.entries(item)?;
        let words = self.config.statement(item.at)?.args().count();
        let client = match words {
            1 => self.request.client?,
            _ => {
                let source = self.config.arg_text(item.at, 0).into_owned();
                let text = self.evaluate(&source)?;
                std::str::from_utf8(&text).ok()?.parse::<IpAddr>().ok()?
            }
        };
        let mut best: Option<(u32, &[u8])> = None;
        for (key, value) in &entries {
            match &key[..] {
                b"ranges" | b"proxy" | b"proxy_recursive" | b"delete" => return None,
                b"default" => best = best.or(Some((0, value))),
                network => {
                    let bits = covering_bits(network, client).map(|bits| bits + 1);
                    if let Some(bits) = bits.filter(|bits| best.is_none_or(|(known, _)| *bits > known)) {
                        best = Some((bits, value));
                    }
                }
            }
        }
        Some(best.map(|(_, value)| value.to_vec()).unwrap_or_default())
    }

    fn split_value(&mut self, item: Item) -> Option<Vec<u8>> {
        let entries = self.entries(item)?;
        let source = self.config.arg_text(item.at, 0).into_owned();
        let hash = u64::from(murmur2(&self.evaluate(&source)?));
        let mut sum = 0;
        for (key, value) in entries {
            if key == b"*" {
                return Some(value);
            }
            sum += hundredths(key.strip_suffix(b"%")?)?;
            if hash < sum * 0xffff_ffff / 10_000 {
                return Some(value);
            }
        }
        Some(Vec::new())
    }
}

/// `*.example.org` and `.example.org`, the longest first; then `www.example.*`.
fn by_wildcard(entries: &[(Vec<u8>, Vec<u8>)], host: &[u8]) -> Option<Vec<u8>> {
    let host = host.to_ascii_lowercase();
    let rank = |key: &[u8]| {
        let key = key.to_ascii_lowercase();
        if let Some(suffix) = key.strip_prefix(b"*").filter(|suffix| suffix.starts_with(b".")) {
            return (host.ends_with(suffix) && host.len() > suffix.len()).then_some((2, key.len()));
        }
        if let Some(bare) = key.strip_prefix(b".") {
            return (host == bare || host.ends_with(&key)).then_some((2, key.len()));
        }
        let prefix = key.strip_suffix(b"*").filter(|prefix| prefix.ends_with(b"."))?;
        host.starts_with(prefix).then_some((1, key.len()))
    };
    let ranked = entries.iter().filter_map(|(key, value)| Some((rank(key)?, value)));
    ranked.max_by_key(|(rank, _)| *rank).map(|(_, value)| value.clone())
}

/// A number with at most two digits behind the point, in hundredths.
fn hundredths(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = format!("{part:0<2}");
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(part.get(..2)?.parse().ok()?)
}

/// nginx's hash of a text.
fn murmur2(text: &[u8]) -> u32 {
    const FACTOR: u32 = 0x5bd1_e995;
    let mut hash = text.len() as u32;
    let mut words = text.chunks_exact(4);
    for word in &mut words {
        let [a, b, c, d] = *word else { continue };
        let mut key = u32::from_le_bytes([a, b, c, d]).wrapping_mul(FACTOR);
        key ^= key >> 24;
        hash = hash.wrapping_mul(FACTOR) ^ key.wrapping_mul(FACTOR);
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        for (place, byte) in rest.iter().enumerate() {
            hash ^= u32::from(*byte) << (8 * place);
        }
        hash = hash.wrapping_mul(FACTOR);
    }
    hash ^= hash >> 13;
    hash = hash.wrapping_mul(FACTOR);
    hash ^ (hash >> 15)
}
