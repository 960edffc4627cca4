//! What a site serves as it is: pictures, styles, scripts for the browser.

use fpmlint_daemons::nginx::{LocationMatch, Modifier};

/// Folders that hold what a site serves as it is: no script of the site lies there.
const FOLDERS: [&[u8]; 27] = [
    b"assets",
    b"static",
    b"css",
    b"js",
    b"img",
    b"image",
    b"images",
    b"pics",
    b"pictures",
    b"gfx",
    b"icons",
    b"favicon",
    b"fonts",
    b"media",
    b"video",
    b"style",
    b"styles",
    b"stylesheets",
    b"script",
    b"scripts",
    b"javascript",
    b"javascripts",
    b"files",
    b"uploads",
    b"upload",
    b"downloads",
    b"dist",
];

/// How the names of such files end.
const ENDINGS: [&[u8]; 40] = [
    b"css",
    b"js",
    b"mjs",
    b"map",
    b"jpg",
    b"jpeg",
    b"jpe",
    b"png",
    b"gif",
    b"webp",
    b"avif",
    b"svg",
    b"svgz",
    b"ico",
    b"cur",
    b"bmp",
    b"woff",
    b"woff2",
    b"ttf",
    b"ttc",
    b"otf",
    b"eot",
    b"mp3",
    b"mp4",
    b"ogg",
    b"ogv",
    b"webm",
    b"wasm",
    b"pdf",
    b"zip",
    b"gz",
    b"txt",
    b"xml",
    b"json",
    b"rss",
    b"atom",
    b"appcache",
    b"manifest",
    b"webmanifest",
    b"swf",
];

/// How the names of pages end; not all of them name files.
const PAGES: [&[u8]; 6] = [b"html", b"htm", b"xhtml", b"php", b"phtml", b"phar"];

/// Whether a folder has a name for what is served as it is.
pub(crate) fn is_static_folder_name(name: &[u8]) -> bool {
    FOLDERS.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether a location is one for what is served as it is, by the folders or the endings that it names.
pub(crate) fn is_static_location(location: &LocationMatch<'_>) -> bool {
    let mut words = location.text.split(|byte| !byte.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let is_among = |known: &[&[u8]], word: &[u8]| known.iter().any(|it| word.eq_ignore_ascii_case(it));
    if words.clone().any(|word| is_among(&PAGES, word)) {
        return false;
    }
    match location.modifier {
        Modifier::Named => false,
        Modifier::Exact => location.text.contains(&b'.'),
        _ => words.any(|word| is_among(&ENDINGS, word) || is_static_folder_name(word)),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn locations_for_files_are_known_by_their_words() {
        let is_static = |modifier, text: &'static str| {
            is_static_location(&LocationMatch { modifier, text: Cow::Borrowed(text.as_bytes()) })
        };
        assert!(is_static(Modifier::PatternIgnoreCase, "\\.(?:css|js|woff2?)$"));
        assert!(is_static(Modifier::Prefix, "/assets/"));
        assert!(is_static(Modifier::Exact, "/favicon.ico"));
        assert!(!is_static(Modifier::Exact, "/login"));
        assert!(!is_static(Modifier::Pattern, "\\.(js|css|html)$"));
        assert!(!is_static(Modifier::Pattern, "\\.php$"));
        assert!(!is_static(Modifier::Prefix, "/"));
    }
}
