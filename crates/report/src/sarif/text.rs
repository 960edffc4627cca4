//! Texts of a SARIF log.

/// A text without the marks that SARIF gives a meaning: `[words](target)` would be a link, `{0}` a placeholder.
pub(super) fn plain(text: &str) -> String {
    let text =
        if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() };
    if !has_placeholder(&text) {
        return text;
    }
    text.replace('{', "{{").replace('}', "}}")
}

/// Whether digits stand in braces.
fn has_placeholder(text: &str) -> bool {
    text.split('{').skip(1).any(|behind| {
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && behind.as_bytes().get(digits) == Some(&b'}')
    })
}

/// What a rule's page says before its first example.
pub(super) fn introduction(page: &str) -> &str {
    let body = page.split_once('\n').map_or("", |(_title, body)| body);
    body.split("\n## ").next().unwrap_or_default().trim()
}

/// The first paragraph on one line, if there is one.
pub(super) fn first_paragraph(text: &str) -> Option<String> {
    let paragraph = text.split("\n\n").next()?.trim();
    (!paragraph.is_empty()).then(|| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_escaped_where_they_would_mean_something() {
        assert_eq!(plain("listen = [::]:9000 {a}"), "listen = [::]:9000 {a}");
        assert_eq!(plain("[a](b)"), "\\[a\\](b)");
        assert_eq!(plain(r"~ \d{3} {"), r"~ \d{{3}} {{");
    }

    #[test]
    fn a_page_begins_with_what_it_is_about() {
        let page = "# name\n\nOne\nline.\n\nMore.\n\n## Example\n\n```\n```\n";
        assert_eq!(introduction(page), "One\nline.\n\nMore.");
        assert_eq!(first_paragraph(introduction(page)).as_deref(), Some("One line."));
        assert_eq!(introduction(""), "");
        assert_eq!(first_paragraph(""), None);
    }
}
