//! Equal findings become one, and all get their order.

use std::collections::HashMap;

use fpmlint_diagnostics::Diagnostic;
use fpmlint_text::{FileId, Span};
use fpmlint_workspace::Files;

/// Merges findings equal in rule, file, span and message, counting them; nothing else is merged. Then sorts by file
/// name, place and rule.
pub(crate) fn merge(files: &Files, diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen: HashMap<(&'static str, FileId, Span, String), usize> = HashMap::new();
    let mut merged: Vec<Diagnostic> = Vec::new();
    for diagnostic in diagnostics {
        let key = (diagnostic.rule.name, diagnostic.file, diagnostic.span, diagnostic.message.clone());
        match seen.get(&key) {
            Some(&known) => {
                merged[known].count += diagnostic.count;
                merged[known].first |= diagnostic.first;
            }
            None => {
                seen.insert(key, merged.len());
                merged.push(diagnostic);
            }
        }
    }
    merged.sort_by_cached_key(|diagnostic| {
        let path = files.get(diagnostic.file).path.clone();
        (path, diagnostic.span, diagnostic.rule.name, diagnostic.message.clone())
    });
    merged
}
