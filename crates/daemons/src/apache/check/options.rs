//! `Options`, `AllowOverride`, `AllowOverrideList` and `FileETag`.

use fpmlint_catalog::apache::id;

use super::{Checks, Line, List, around, is, value};
use crate::Part;
use crate::apache::walk::Fault;

pub(super) const CHECKS: List = &[
    (id::OPTIONS, options),
    (id::ALLOW_OVERRIDE, allow_override),
    (id::ALLOW_OVERRIDE_LIST, allow_override_list),
    (id::FILE_E_TAG, file_etag),
];

const OPTIONS: [&str; 8] = [
    "Indexes",
    "Includes",
    "IncludesNOEXEC",
    "FollowSymLinks",
    "SymLinksIfOwnerMatch",
    "ExecCGI",
    "MultiViews",
    "RunScripts",
];

fn is_option(word: &[u8]) -> bool {
    OPTIONS.iter().any(|option| is(word, option))
}

fn options(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let mut merging = false;
    let mut everything = false;
    for (number, word) in line.words().enumerate() {
        let is_first = number == 0;
        let (signed, option) = match word.text.as_ref() {
            [b'+' | b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        if signed && !merging && !is_first && !everything || !signed && !is_first && merging {
            return value(word.part, "Either all Options must start with + or -, or no Option may.");
        }
        merging |= signed;
        if is_option(option) {
            continue;
        }
        let name = match option {
            option if is(option, "None") => "None",
            option if is(option, "All") => "All",
            _ => return value(word.part, around("Illegal option ", option, "")),
        };
        if !is_first {
            let noun = if name == "None" { "Option" } else { "option" };
            return value(word.part, format!("'Options {name}' must be the first {noun} given."));
        }
        if merging {
            return value(word.part, format!("You may not use 'Options +{name}' or 'Options -{name}'."));
        }
        everything = true;
    }
    None
}

fn allow_override(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    const SIMPLE: [&str; 6] = ["Limit", "FileInfo", "AuthConfig", "Indexes", "None", "All"];
    for word in line.words() {
        let (name, given) = match memchr::memchr(b'=', &word.text) {
            Some(at) => (word.text.get(..at).unwrap_or(b""), word.text.get(at + 1..)),
            None => (word.text.as_ref(), None),
        };
        if SIMPLE.iter().any(|simple| is(name, simple)) {
            continue;
        }
        match (name, given) {
            (name, None) if is(name, "Options") => {}
            (name, Some(given)) if is(name, "Options") => {
                let mut options = given.split(|byte| *byte == b',').filter(|option| !option.is_empty());
                let known = |option: &&[u8]| is_option(option) || is(option, "None") || is(option, "All");
                if let Some(wrong) = options.find(|option| !known(option)) {
                    return value(word.part, around("Illegal option ", wrong, ""));
                }
            }
            (name, Some(_)) if is(name, "Nonfatal") => {}
            (name, None) if is(name, "Nonfatal") => {
                return value(word.part, around("=Override, =Unknown or =All expected after ", name, ""));
            }
            _ => return value(word.part, around("Illegal override option ", name, "")),
        }
    }
    None
}

fn allow_override_list(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let count = line.words().count();
    let none = line.words().find(|word| is(&word.text, "None")).filter(|_| count > 1)?;
    value(none.part, "'None' not allowed with other directives in AllowOverrideList")
}

fn file_etag(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    const PARTS: [&str; 6] = ["Size", "LMTime", "MTime", "LastModified", "INode", "Digest"];
    for word in line.words() {
        let (signed, token) = match word.text.as_ref() {
            [b'+' | b'-', rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let is_whole = is(token, "None") || is(token, "All");
        if is_whole && signed {
            return value(word.part, around("FileETag keyword '", token, "' cannot be used with '+' or '-'"));
        }
        if !is_whole && !PARTS.iter().any(|part| is(token, part)) {
            return value(word.part, around("Unknown keyword '", token, "' for FileETag directive"));
        }
    }
    None
}

/// `IndexOptions`: names with `+` and `-`, some with values.
pub(super) fn index_options(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    const PLAIN: [&str; 25] = [
        "FancyIndexing",
        "FoldersFirst",
        "HTMLTable",
        "IconsAreLinks",
        "IgnoreCase",
        "IgnoreClient",
        "ScanHTMLTitles",
        "SuppressColumnSorting",
        "SuppressDescription",
        "SuppressHTMLPreamble",
        "SuppressIcon",
        "SuppressLastModified",
        "SuppressSize",
        "SuppressRules",
        "TrackModified",
        "VersionSort",
        "XHTML",
        "ShowForbidden",
        "AddAltClass",
        "IconWidth",
        "IconHeight",
        "UseOldDateFormat",
        "None",
        "NameWidth",
        "DescriptionWidth",
    ];
    let mut none = false;
    let mut others = false;
    for word in line.words() {
        let (action, option) = match word.text.as_ref() {
            [sign @ (b'+' | b'-'), rest @ ..] => (Some(*sign), rest),
            rest => (None, rest),
        };
        let (name, given) = match memchr::memchr(b'=', option) {
            Some(at) => (option.get(..at).unwrap_or(b""), option.get(at + 1..)),
            None => (option, None),
        };
        if let Some(given) = given {
            if let Some(message) = index_option_with_value(name, given, action) {
                return value(word.part, message);
            }
            continue;
        }
        let Some(known) = PLAIN.iter().find(|known| is(name, known)) else {
            return value(word.part, "Invalid directory indexing option");
        };
        match *known {
            "None" if action.is_some() => {
                return value(word.part, "Cannot combine '+' or '-' with 'None' keyword");
            }
            "None" => (none, others) = (true, false),
            "NameWidth" | "DescriptionWidth" if action != Some(b'-') => {
                let message = format!("{known} with no value may only appear as '-{known}'");
                return value(word.part, message);
            }
            "IconWidth" | "IconHeight" | "UseOldDateFormat" | "NameWidth" | "DescriptionWidth" => {}
            _ => others |= action.is_none(),
        }
    }
    if none && others {
        return value(Part::Head, "Cannot combine other IndexOptions keywords with 'None'");
    }
    None
}

fn index_option_with_value(name: &[u8], given: &[u8], action: Option<u8>) -> Option<String> {
    const WITH_VALUE: [&str; 6] =
        ["IconWidth", "IconHeight", "NameWidth", "DescriptionWidth", "Type", "Charset"];
    let Some(known) = WITH_VALUE.iter().find(|known| is(name, known)) else {
        return Some("Invalid directory indexing option".to_owned());
    };
    let least = match *known {
        "Type" | "Charset" => return None,
        "NameWidth" => 5,
        "DescriptionWidth" => 12,
        _ => 0,
    };
    if action == Some(b'-') {
        return Some(format!("Cannot combine '-' with {known}=n"));
    }
    let width = super::number::atoi(given);
    let too_small = least > 0 && given.first() != Some(&b'*') && width != 0 && width < least;
    too_small.then(|| format!("{known} value must be greater than {least}"))
}
