//! Values with variables.

use fpmlint_catalog::nginx::id;
use fpmlint_daemons::nginx::ScopeId;

use super::Walk;

/// Bytes of the longest value that variables are put into; each step of a request may double it.
const MAX_VALUE: usize = 64 * 1024;

impl Walk<'_> {
    /// The value of a text with variables; none where one of them cannot be known here.
    pub(super) fn evaluate(&mut self, text: &[u8]) -> Option<Vec<u8>> {
        self.expand(text, Some(self.scope))
    }

    /// The value of `root` or `alias`, in which the variables made from them do not exist.
    pub(super) fn evaluate_plain(&mut self, text: &[u8]) -> Option<Vec<u8>> {
        self.expand(text, None)
    }

    fn expand(&mut self, text: &[u8], scope: Option<ScopeId>) -> Option<Vec<u8>> {
        let mut value = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = memchr::memchr(b'$', rest) {
            if value.len() > MAX_VALUE {
                return None;
            }
            value.extend_from_slice(&rest[..at]);
            let (name, behind) = variable_name(&rest[at + 1..])?;
            value.extend(self.variable(name, scope)?);
            rest = behind;
        }
        value.extend_from_slice(rest);
        Some(value)
    }

    fn variable(&mut self, name: &[u8], scope: Option<ScopeId>) -> Option<Vec<u8>> {
        if let [digit @ b'0'..=b'9'] = name {
            return Some(self.captures.get(usize::from(digit - b'0')).cloned().flatten().unwrap_or_default());
        }
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
            b"request_method" => Some(self.request.method.clone().into_bytes()),
            b"scheme" => Some(if self.request.tls { b"https".to_vec() } else { b"http".to_vec() }),
            b"https" => Some(if self.request.tls { b"on".to_vec() } else { Vec::new() }),
            b"host" | b"http_host" if !self.request.host.is_empty() => Some(self.request.host.clone()),
            b"document_root" | b"realpath_root" => self.document_root(scope?),
            b"request_filename" => {
                let path = self.path.clone();
                self.file_path(scope?, &path)
            }
            b"fastcgi_script_name" => Some(self.script_name(scope?)),
            b"fastcgi_path_info" => Some(self.path_info(scope?)),
            _ => None,
        }
    }

    fn request_uri(&self) -> Vec<u8> {
        let mut uri = self.request.path.clone();
        if !self.request.query.is_empty() {
            uri.push(b'?');
            uri.extend_from_slice(&self.request.query);
        }
        uri
    }

    /// `$document_root` is the value of `alias` as it stands, or that of `root`.
    fn document_root(&mut self, scope: ScopeId) -> Option<Vec<u8>> {
        let Some(item) = self.config.effective(scope, &[id::ROOT, id::ALIAS]) else {
            let prefix = self.stack.hosts[self.host].profile.nginx.prefix;
            return Some([prefix.as_bytes(), b"/html"].concat());
        };
        let text = self.config.arg_text(item.at, 0).into_owned();
        let value = self.evaluate_plain(&text)?;
        Some(if item.id == id::ROOT { value.strip_suffix(b"/").unwrap_or(&value).to_vec() } else { value })
    }

    fn split(&mut self, scope: ScopeId) -> Option<(Vec<u8>, Vec<u8>)> {
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
        if let Some((script, _)) = self.split(scope) {
            return script;
        }
        let mut name = self.path.clone();
        if name.ends_with(b"/")
            && let Some(item) = self.config.effective(scope, &[id::FASTCGI_INDEX])
        {
            name.extend_from_slice(&self.config.arg_text(item.at, 0));
        }
        name
    }

    fn path_info(&mut self, scope: ScopeId) -> Vec<u8> {
        if self.path_info_lost {
            return Vec::new();
        }
        self.split(scope).map(|(_, info)| info).unwrap_or_default()
    }
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
