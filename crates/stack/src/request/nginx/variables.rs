//! Values with variables.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::nginx::ScopeId;

use fpmlint_workspace::{HostPath, Lookup};

use super::Walk;
use super::paths::Base;
use crate::request::Presence;

/// Bytes of the longest value that variables are put into; each step of a request may double it.
const MAX_VALUE: usize = 64 * 1024;

impl Walk<'_> {
    /// The value of a text with variables; none where one of them cannot be known here.
    pub(super) fn evaluate(&mut self, text: &[u8]) -> Option<Vec<u8>> {
        self.expand(text, Some(self.scope), false)
    }

    /// The same where groups of patterns are written as arguments are, if the client wrote its path with percent
    /// signs.
    pub(super) fn evaluate_escaped(&mut self, text: &[u8], escaped: bool) -> Option<Vec<u8>> {
        let is_written = self.request.sent.iter().any(|byte| b"%+".contains(byte));
        self.expand(text, Some(self.scope), escaped && is_written)
    }

    /// The value of `root` or `alias`, in which the variables made from them do not exist.
    pub(super) fn evaluate_plain(&mut self, text: &[u8]) -> Option<Vec<u8>> {
        self.expand(text, None, false)
    }

    fn expand(&mut self, text: &[u8], scope: Option<ScopeId>, escaped: bool) -> Option<Vec<u8>> {
        let mut value = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = memchr::memchr(b'$', rest) {
            if value.len() > MAX_VALUE {
                return None;
            }
            value.extend_from_slice(&rest[..at]);
            let (name, behind) = variable_name(&rest[at + 1..])?;
            match name {
                [digit @ b'0'..=b'9'] => {
                    let group = self.captures.get(usize::from(digit - b'0')).cloned().flatten();
                    let group = group.unwrap_or_default();
                    value.extend(if escaped { percent_encode(&group) } else { group });
                }
                name => value.extend(self.variable(name, scope)?),
            }
            rest = behind;
        }
        value.extend_from_slice(rest);
        Some(value)
    }

    fn variable(&mut self, name: &[u8], scope: Option<ScopeId>) -> Option<Vec<u8>> {
        let name = name.to_ascii_lowercase();
        if let Some(value) = self.set.get(&name) {
            return value.clone();
        }
        if let Some((_, value)) = self.names.iter().find(|(known, _)| known.as_bytes() == name) {
            return Some(value.clone().unwrap_or_default());
        }
        match &name[..] {
            b"uri" | b"document_uri" => Some(self.path.clone()),
            b"args" | b"query_string" => Some(self.args.clone()),
            b"is_args" => Some(if self.args.is_empty() { Vec::new() } else { b"?".to_vec() }),
            b"request_uri" => Some(self.request_uri()),
            b"request_method" => Some(self.method.as_bytes().to_vec()),
            b"scheme" => Some(if self.request.tls { b"https".to_vec() } else { b"http".to_vec() }),
            b"https" => Some(if self.request.tls { b"on".to_vec() } else { Vec::new() }),
            b"remote_addr" => self.request.client.map(|client| client.to_string().into_bytes()),
            b"host" if !self.request.host.is_empty() => Some(self.request.host.to_ascii_lowercase()),
            b"content_length" if self.knows_headers() => {
                Some(self.request.body_size.map_or_else(Vec::new, |size| size.to_string().into_bytes()))
            }
            b"document_root" => self.document_root(scope?),
            b"realpath_root" => {
                let root = self.document_root(scope?)?;
                Some(self.real(&root))
            }
            b"request_filename" => {
                let path = self.path.clone();
                self.file_path(scope?, &path)
            }
            b"fastcgi_script_name" => Some(self.script_name(scope?)),
            b"fastcgi_path_info" => Some(self.split(scope?).1),
            name => self.other_variable(name),
        }
    }

    /// Variables of the client's headers and arguments, of maps, and of `set` lines that were not run.
    fn other_variable(&mut self, name: &[u8]) -> Option<Vec<u8>> {
        if let Some(argument) = name.strip_prefix(b"arg_") {
            return Some(argument_of(&self.args, argument));
        }
        if let Some(header) = name.strip_prefix(b"http_") {
            let header = String::from_utf8_lossy(header).replace('_', "-");
            return match (self.request.header(&header), &header[..]) {
                (Some(value), _) => Some(value.to_vec()),
                (None, "host") => Some(self.request.host.clone()).filter(|host| !host.is_empty()),
                (None, _) => self.knows_headers().then(Vec::new),
            };
        }
        if name.starts_with(b"cookie_") {
            let has_cookies = self.request.header("cookie").is_some();
            return (self.knows_headers() && !has_cookies).then(Vec::new);
        }
        if let Some(value) = self.mapped(name) {
            return value;
        }
        self.is_set_somewhere(name).then(Vec::new)
    }

    /// Whether headers that the request does not name are known to be missing.
    fn knows_headers(&self) -> bool {
        self.request.presence == Presence::Ask
    }

    /// Whether a line of the server that was not run gives a variable a value: it is empty then.
    fn is_set_somewhere(&self, name: &[u8]) -> bool {
        let mut scopes = vec![self.server];
        while let Some(scope) = scopes.pop() {
            let scope = self.config.scope(scope);
            let sets = |at| {
                let text = self.config.arg_text(at, 0);
                text.strip_prefix(b"$").is_some_and(|text| text.eq_ignore_ascii_case(name))
            };
            if scope.all(id::SET).any(|item| sets(item.at)) {
                return true;
            }
            scopes.extend(scope.children());
        }
        false
    }

    fn request_uri(&self) -> Vec<u8> {
        let mut uri = match self.request.sent.is_empty() {
            true => self.request.path.clone(),
            false => self.request.sent.clone(),
        };
        if !self.request.query.is_empty() {
            uri.push(b'?');
            uri.extend_from_slice(&self.request.query);
        }
        uri
    }

    /// `$document_root` is the value of `alias` as it stands, or that of `root`.
    fn document_root(&mut self, scope: ScopeId) -> Option<Vec<u8>> {
        match self.base(scope) {
            Base::Root(root) | Base::Prefix { alias: root, .. } | Base::Pattern(root) => Some(root),
            Base::Broken | Base::Unknown => None,
        }
    }

    /// A path with its links followed; empty where nothing is there.
    fn real(&self, path: &[u8]) -> Vec<u8> {
        let host = &self.stack.hosts[self.host];
        let place = HostPath::new(path);
        if matches!(host.stat(&place), Lookup::Absent) {
            return Vec::new();
        }
        host.real(&place).as_bytes().to_vec()
    }

    /// The script's name and what follows it, as first asked for in this round.
    fn split(&mut self, scope: ScopeId) -> (Vec<u8>, Vec<u8>) {
        if let Some(split) = &self.split {
            return split.clone();
        }
        let split = self.split_now(scope).unwrap_or_else(|| (self.path.clone(), Vec::new()));
        self.split = Some(split.clone());
        split
    }

    fn split_now(&self, scope: ScopeId) -> Option<(Vec<u8>, Vec<u8>)> {
        let item = self.config.effective(scope, &[id::FASTCGI_SPLIT_PATH_INFO])?;
        let pattern = self.stack.patterns.get(&self.config.arg_text(item.at, 0), false).ok()?;
        let groups = pattern.captures(&self.path)?;
        let group = |number: usize| {
            let range = groups.get(number)?.clone()?;
            self.path.get(range).map(<[u8]>::to_vec)
        };
        Some((group(1)?, group(2).unwrap_or_default()))
    }

    fn script_name(&mut self, scope: ScopeId) -> Vec<u8> {
        let (mut name, _) = self.split(scope);
        if name.ends_with(b"/")
            && let Some(item) = self.config.effective(scope, &[id::FASTCGI_INDEX])
        {
            name.extend_from_slice(&self.config.arg_text(item.at, 0));
        }
        name
    }
}

/// The value of an argument in a query; the first of its name counts.
fn argument_of(args: &[u8], name: &[u8]) -> Vec<u8> {
    let mut pairs = args.split(|byte| *byte == b'&').filter_map(|pair| {
        let at = memchr::memchr(b'=', pair)?;
        Some((pair.get(..at)?, pair.get(at + 1..)?))
    });
    pairs
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.to_vec())
        .unwrap_or_default()
}

/// Bytes that mean something in arguments as `%XX`.
fn percent_encode(text: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            0..=b' ' | b'#' | b'%' | b'&' | b'+' | b';' | b'?' | b'"' | 0x7f.. => {
                encoded.extend_from_slice(format!("%{byte:02X}").as_bytes());
            }
            byte => encoded.push(*byte),
        }
    }
    encoded
}

/// The name behind a `$` and what follows it; `$1` takes one digit.
fn variable_name(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if let Some(braced) = text.strip_prefix(b"{") {
        let end = memchr::memchr(b'}', braced)?;
        return Some((&braced[..end], &braced[end + 1..]));
    }
    if text.first().is_some_and(u8::is_ascii_digit) {
        return Some(text.split_at(1));
    }
    let end =
        text.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_').unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_variables() {
        assert_eq!(variable_name(b"uri/x"), Some((&b"uri"[..], &b"/x"[..])));
        assert_eq!(variable_name(b"{uri}x"), Some((&b"uri"[..], &b"x"[..])));
        assert_eq!(variable_name(b"10"), Some((&b"1"[..], &b"0"[..])));
        assert_eq!(variable_name(b""), None);
        assert_eq!(variable_name(b"{a"), None);
    }
}
