//! The path prefixes that have rules of their own in a site.

use fpmlint_catalog::apache::id;
use fpmlint_daemons::apache::{Config, ScopeId};
use fpmlint_workspace::{HostPath, has_wildcard};

use super::lines::{At, Line};
use super::translate::PASSES;
use crate::Stack;

/// Folders that packages alias and that never hold PHP.
const STOCK_ALIASES: [&[u8]; 4] = [b"/icons", b"/error", b"/manual", b"/cgi-bin"];

/// `<Location>` paths, aliases, `ProxyPass` prefixes and folders below the document root, of the server itself.
pub(crate) fn prefixes(stack: &Stack, config: usize, server: ScopeId) -> Vec<Vec<u8>> {
    let config = &stack.apache[config].config;
    let own = At::new(config, server);
    let mut prefixes: Vec<Vec<u8>> = Vec::new();
    for line in own.mixed(&[id::SECTION_LOCATION, id::SECTION_LOCATION_MATCH]) {
        let Some(section) = line.opens() else { continue };
        let target = section.target();
        match section.facts().is_pattern {
            true => prefixes.extend(literal(&target)),
            false if !has_wildcard(&target) => prefixes.push(target.into_owned()),
            false => {}
        }
    }
    for line in own.mixed(&[id::ALIAS, id::SCRIPT_ALIAS]) {
        prefixes.push(line.text(0).into_owned());
    }
    for line in own.mixed(&PASSES) {
        let path = line.text(0);
        match line.directive() == Some(id::PROXY_PASS_MATCH) {
            true => prefixes.extend(literal(&path)),
            false => prefixes.push(path.into_owned()),
        }
    }
    if let Some((root, _)) = config.document_root(server) {
        prefixes.extend(folders(config, own, &root));
    }
    prefixes.retain(|prefix| {
        let bare = prefix.strip_suffix(b"/").unwrap_or(prefix);
        prefix.starts_with(b"/") && !STOCK_ALIASES.contains(&bare)
    });
    prefixes
}

/// The `<Directory>` sections below the root as paths of the site.
fn folders<'a>(config: &'a Config, own: At<'a>, root: &'a HostPath) -> impl Iterator<Item = Vec<u8>> {
    let sections = own.all(id::SECTION_DIRECTORY).filter_map(Line::opens);
    sections.filter_map(move |section| {
        let target = section.target();
        if section.facts().is_pattern || has_wildcard(&target) {
            return None;
        }
        let folder = config.server_root.join(&target);
        let below = folder.below(root).filter(|below| !below.is_empty())?;
        Some([b"/", below].concat())
    })
}

/// The path that a pattern begins with, if it names whole parts: `^/secret\.php$` is `/secret.php`.
fn literal(pattern: &[u8]) -> Option<Vec<u8>> {
    let mut rest = pattern.strip_prefix(b"^")?;
    let mut path = Vec::new();
    loop {
        match rest {
            [] | [b'$'] => break,
            [b'\\', byte, behind @ ..] if !byte.is_ascii_alphanumeric() => {
                path.push(*byte);
                rest = behind;
            }
            [byte, behind @ ..] if byte.is_ascii_alphanumeric() || b"/-_~".contains(byte) => {
                path.push(*byte);
                rest = behind;
            }
            // What is not plain may belong to the last part.
            _ => {
                path.truncate(memchr::memrchr(b'/', &path)?);
                break;
            }
        }
    }
    (path.len() > 1).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_beginnings_of_patterns() {
        let text = |pattern: &str| literal(pattern.as_bytes()).map(|path| String::from_utf8(path).unwrap());
        assert_eq!(text(r"^/secret\.php$").as_deref(), Some("/secret.php"));
        assert_eq!(text(r"^/api/(.*\.php)$").as_deref(), Some("/api"));
        assert_eq!(text(r"^/(.*\.php(/.*)?)$"), None);
        assert_eq!(text(r"\.php$"), None);
        assert_eq!(text(r"^/ab?/x"), None);
    }
}
