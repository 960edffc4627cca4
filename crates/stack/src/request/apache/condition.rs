//! Conditions of rewrite rules and of `<If>`, as far as the files decide them.

use super::Walk;
use super::access::covers;
use super::file::Kind;
use super::lines::Line;
use super::substitute::Groups;

/// Bytes of the longest value that groups and variables are put into; each rule may double it.
const MAX_VALUE: usize = 64 * 1024;

impl<'a> Walk<'a> {
    /// The groups of the conditions of a rule, if they hold: inner none where they do not, outer none where the
    /// files cannot say.
    pub(super) fn conditions_hold(
        &mut self,
        conditions: &[Line<'a>],
        rule: &Groups,
        path: &[u8],
        in_folder: bool,
    ) -> Option<Option<Groups>> {
        let mut groups: Groups = Vec::new();
        // Conditions tied by [OR]: whether one of them held, and whether one is not known.
        let (mut one_held, mut one_unknown) = (false, false);
        let mut unknown = false;
        for line in conditions {
            let flags = line.text(2).to_ascii_uppercase();
            let has = |flag: &[u8]| {
                let inner =
                    flags.strip_prefix(b"[").and_then(|flags| flags.strip_suffix(b"]")).unwrap_or(b"");
                inner.split(|byte| *byte == b',').any(|word| word.trim_ascii() == flag)
            };
            if !one_held {
                match self.condition(*line, has(b"NC") || has(b"NOCASE"), rule, &mut groups, path, in_folder)
                {
                    Some(held) => one_held = held,
                    None => one_unknown = true,
                }
            }
            if has(b"OR") || has(b"ORNEXT") {
                continue;
            }
            match (one_held, one_unknown) {
                (true, _) => {}
                (false, true) => unknown = true,
                // One that does not hold decides, whatever the unknown ones say.
                (false, false) => return Some(None),
            }
            (one_held, one_unknown) = (false, false);
        }
        if unknown { None } else { Some(Some(groups)) }
    }

    fn condition(
        &mut self,
        line: Line<'a>,
        ignore_case: bool,
        rule: &Groups,
        groups: &mut Groups,
        path: &[u8],
        in_folder: bool,
    ) -> Option<bool> {
        let (test, wanted) = (line.text(0), line.text(1));
        let (negated, wanted) = match wanted.strip_prefix(b"!") {
            Some(wanted) => (true, wanted),
            None => (false, &wanted[..]),
        };
        if test.eq_ignore_ascii_case(b"expr") {
            return self.expression(wanted).map(|held| held != negated);
        }
        let value = self.expand(&test, rule, groups, path, in_folder)?;
        let held = match wanted {
            b"-f" | b"-s" | b"-F" => self.is_kind(&value, Kind::File),
            b"-d" => self.is_kind(&value, Kind::Folder),
            b"-l" | b"-L" | b"-h" => match self.kind_of(&value) {
                Kind::Absent => Some(false),
                _ if self.supposed_files.contains(&value) => Some(false),
                _ => None,
            },
            [b'=', text @ ..] => Some(value == *text.strip_prefix(b"\"\"").unwrap_or(text)),
            [b'<' | b'>', ..] | [b'-', b'a'..=b'z' | b'A'..=b'Z', ..] => None,
            pattern => {
                let pattern = self.stack.patterns.get(pattern, ignore_case).ok()?;
                let found = pattern.captures(&value);
                if let (Some(ranges), false) = (&found, negated) {
                    let text = |range: &Option<std::ops::Range<usize>>| {
                        range.clone().and_then(|range| value.get(range)).map(<[u8]>::to_vec)
                    };
                    *groups = ranges.iter().map(text).collect();
                }
                Some(found.is_some())
            }
        };
        held.map(|held| held != negated)
    }

    fn is_kind(&self, path: &[u8], wanted: Kind) -> Option<bool> {
        match self.kind_of(path) {
            Kind::Unknown => None,
            found => Some(found == wanted),
        }
    }

    /// Puts groups and variables into a text of a rule; none where one is not known.
    pub(super) fn expand(
        &mut self,
        text: &[u8],
        rule: &Groups,
        conditions: &Groups,
        path: &[u8],
        in_folder: bool,
    ) -> Option<Vec<u8>> {
        let mut value = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((byte, behind)) = rest.split_first() {
            if value.len() > MAX_VALUE {
                return None;
            }
            rest = behind;
            match (byte, behind) {
                (b'$' | b'%', [digit @ b'0'..=b'9', behind @ ..]) => {
                    let groups = if *byte == b'$' { rule } else { conditions };
                    if let Some(Some(group)) = groups.get(usize::from(digit - b'0')) {
                        value.extend_from_slice(group);
                    }
                    rest = behind;
                }
                (b'%', [b'{', behind @ ..]) => {
                    let end = memchr::memchr(b'}', behind)?;
                    value.extend(self.variable(behind.get(..end)?, path, in_folder)?);
                    rest = behind.get(end + 1..)?;
                }
                // A map.
                (b'$', [b'{', ..]) => return None,
                (b'\\', [escaped, behind @ ..]) => {
                    value.push(*escaped);
                    rest = behind;
                }
                _ => value.push(*byte),
            }
        }
        Some(value)
    }

    /// The value of a variable; none where it is not known here. Before the path is mapped, the file's name is the
    /// path itself.
    fn variable(&mut self, name: &[u8], path: &[u8], in_folder: bool) -> Option<Vec<u8>> {
        match name.to_ascii_uppercase().as_slice() {
            b"REQUEST_FILENAME" | b"SCRIPT_FILENAME" if in_folder => Some(self.filename.clone()),
            b"REQUEST_FILENAME" | b"SCRIPT_FILENAME" => Some(path.to_vec()),
            b"REQUEST_URI" => Some(self.path.clone()),
            b"PATH_INFO" if in_folder => Some(self.path_info.clone()),
            b"DOCUMENT_ROOT" => Some(self.document_root()).filter(|_| !self.root_unknown),
            b"QUERY_STRING" => Some(self.args.clone()),
            b"REQUEST_METHOD" => Some(self.method.as_bytes().to_vec()),
            b"REQUEST_SCHEME" => Some(if self.request.tls { b"https".to_vec() } else { b"http".to_vec() }),
            b"HTTPS" => Some(if self.request.tls { b"on".to_vec() } else { b"off".to_vec() }),
            b"SERVER_PORT" if self.request.tls => Some(b"443".to_vec()),
            b"REMOTE_ADDR" => self.request.client.map(|client| client.to_string().into_bytes()),
            b"HTTP_HOST" => self.host_header(),
            b"SERVER_NAME" if !self.request.host.is_empty() => Some(self.request.host.clone()),
            b"THE_REQUEST" if !self.request.sent.is_empty() => {
                let query = &self.request.query;
                let mark: &[u8] = if query.is_empty() { b"" } else { b"?" };
                let method = self.request.method.as_bytes();
                Some([method, b" ", &self.request.sent, mark, query, b" HTTP/1.1"].concat())
            }
            // The first round comes from the client.
            b"ENV:REDIRECT_STATUS" if !self.rewritten => Some(Vec::new()),
            b"ENV:REDIRECT_STATUS" => Some(b"200".to_vec()),
            name => self.header(std::str::from_utf8(name).ok()?.strip_prefix("HTTP_")?),
        }
    }

    fn host_header(&self) -> Option<Vec<u8>> {
        let host = self.request.header("host").unwrap_or(&self.request.host);
        (!host.is_empty()).then(|| host.to_vec())
    }

    /// The value of a header; what a whole request does not name is empty.
    fn header(&self, name: &str) -> Option<Vec<u8>> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        match self.request.header(&name) {
            Some(value) => Some(value.to_vec()),
            None => self.asks_all().then(Vec::new),
        }
    }

    /// Whether the expression of an `<If>` holds; none where the files do not say.
    pub(super) fn expression(&self, text: &[u8]) -> Option<bool> {
        if text.iter().any(|byte| b"()".contains(byte)) {
            return None;
        }
        let text = std::str::from_utf8(text).ok()?;
        let mut any = Some(false);
        for alternative in text.split("||") {
            let mut all = Some(true);
            for term in alternative.split("&&") {
                all = match (all, self.term(term.trim())) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                };
            }
            any = match (any, all) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
        any
    }

    fn term(&self, term: &str) -> Option<bool> {
        if let Some(rest) = term.strip_prefix('!') {
            return self.term_of(rest.trim()).map(|held| !held);
        }
        self.term_of(term)
    }

    fn term_of(&self, term: &str) -> Option<bool> {
        if let Some((left, list)) = term.split_once(" in ")
            && let Some(list) = list.trim().strip_prefix('{').and_then(|list| list.strip_suffix('}'))
        {
            let value = self.operand(left.trim())?;
            let values: Option<Vec<Vec<u8>>> =
                list.split(',').map(|word| self.operand(word.trim())).collect();
            return values.map(|values| values.contains(&value));
        }
        let words: Vec<&str> = term.split_ascii_whitespace().collect();
        match words[..] {
            ["-R", network] | ["%{REMOTE_ADDR}", "-ipmatch", network] => {
                let network = self.operand(network)?;
                self.request.client.map(|client| covers(&network, client))
            }
            ["true"] => Some(true),
            ["false"] => Some(false),
            ["-f" | "-s" | "-F", operand] => self.is_kind(&self.operand(operand)?, Kind::File),
            ["-d", operand] => self.is_kind(&self.operand(operand)?, Kind::Folder),
            ["-e", operand] => match self.kind_of(&self.operand(operand)?) {
                Kind::Unknown => None,
                found => Some(found != Kind::Absent),
            },
            ["-n", operand] => Some(!self.operand(operand)?.is_empty()),
            ["-z", operand] => Some(self.operand(operand)?.is_empty()),
            [left, "==" | "=" | "eq" | "-strmatch", right] if !right.contains(['*', '?']) => {
                Some(self.operand(left)? == self.operand(right)?)
            }
            [left, "!=" | "ne", right] => Some(self.operand(left)? != self.operand(right)?),
            [left, operator @ ("=~" | "!~"), pattern] => {
                let (pattern, ignore_case) = pattern_of(pattern)?;
                let value = self.operand(left)?;
                let matched = self.stack.patterns.get(pattern, ignore_case).ok()?.matches(&value);
                match matched {
                    fpmlint_daemons::Matched::Yes => Some(operator == "=~"),
                    fpmlint_daemons::Matched::No => Some(operator == "!~"),
                    fpmlint_daemons::Matched::Unknown => None,
                }
            }
            _ => None,
        }
    }

    /// The value of a quoted text, a number or a variable of an expression.
    fn operand(&self, word: &str) -> Option<Vec<u8>> {
        let quoted = |quote: char| word.strip_prefix(quote).and_then(|word| word.strip_suffix(quote));
        if let Some(inner) = quoted('\'').or_else(|| quoted('"')) {
            return if inner.contains('%') && inner != "%{REQUEST_FILENAME}" {
                None
            } else if inner.contains('%') {
                self.operand(inner)
            } else {
                Some(inner.as_bytes().to_vec())
            };
        }
        let Some(name) = word.strip_prefix("%{").and_then(|word| word.strip_suffix('}')) else {
            return word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.as_bytes().to_vec());
        };
        match name.to_ascii_uppercase().as_str() {
            "REQUEST_FILENAME" | "SCRIPT_FILENAME" => Some(self.filename.clone()),
            "REQUEST_URI" => Some(self.path.clone()),
            "PATH_INFO" => Some(self.path_info.clone()),
            "QUERY_STRING" => Some(self.args.clone()),
            "REQUEST_METHOD" => Some(self.method.as_bytes().to_vec()),
            "REQUEST_SCHEME" => Some(if self.request.tls { b"https".to_vec() } else { b"http".to_vec() }),
            "HTTPS" => Some(if self.request.tls { b"on".to_vec() } else { b"off".to_vec() }),
            "REMOTE_ADDR" => self.request.client.map(|client| client.to_string().into_bytes()),
            "HTTP_HOST" => self.host_header(),
            name => self.header(name.strip_prefix("HTTP_")?),
        }
    }
}

/// The pattern of `/…/` or `m#…#` and whether case counts; none for other flags.
fn pattern_of(text: &str) -> Option<(&[u8], bool)> {
    let text = text.strip_prefix('m').unwrap_or(text);
    let delimiter = text.chars().next().filter(|first| !first.is_ascii_alphanumeric())?;
    let inner = text.strip_prefix(delimiter)?;
    let (pattern, flags) = inner.rsplit_once(delimiter)?;
    match flags {
        "" => Some((pattern.as_bytes(), false)),
        "i" => Some((pattern.as_bytes(), true)),
        _ => None,
    }
}
