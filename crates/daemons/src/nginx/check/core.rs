//! Setters of the core: roots, locations, names, error pages and the like.

use fpmlint_catalog::nginx::Directive;

use super::address::{self, Form};
use super::said::{Verdict, directive, invalid, invalid_parameter, said, show};
use super::slot::word;
use super::{script, value};
use crate::nginx::judge::{Judge, Words};
use crate::nginx::summary::What;
use crate::{Part, RefusalKind};
use fpmlint_catalog::nginx::{DirectiveId, id};

/// `root` and `alias`.
pub(super) fn root(judge: &mut Judge<'_>, row: &Directive, words: &Words<'_>) -> Verdict {
    let path = word(words, 0);
    for variable in ["document_root", "realpath_root"] {
        let plain = format!("${variable}");
        let braced = format!("${{{variable}}}");
        let has = |what: &str| memchr::memmem::find(path, what.as_bytes()).is_some();
        if script::has_variables(path) && (has(&plain) || has(&braced)) {
            let name = row.name;
            return invalid(
                0,
                format!("the ${variable} variable cannot be used in the \"{name}\" directive"),
            );
        }
    }
    judge.value(0, path)
}

/// `location`; nesting is judged where the location around it is known.
pub(super) fn location(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let (modifier, at, name) = match words {
        [modifier, name] => (&modifier[..], 1, &name[..]),
        _ => match word(words, 0) {
            [b'~', b'*', name @ ..] => (&b"~*"[..], 0, name),
            [b'~', name @ ..] => (&b"~"[..], 0, name),
            name => (&b"="[..], 0, name),
        },
    };
    match modifier {
        b"=" | b"^~" => {}
        b"~" | b"~*" => {
            judge.pattern(at, name, modifier == b"~*")?;
        }
        _ => return invalid(0, format!("invalid location modifier \"{}\"", show(modifier))),
    }
    Ok(())
}

/// `server_name`.
pub(super) fn server_name(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    for (index, name) in words.iter().enumerate() {
        let first = name.first().copied().unwrap_or(0);
        let star = first == b'*' && (name.len() < 3 || name.get(1) != Some(&b'.'));
        if star || first == b'.' && name.len() < 2 {
            return invalid(index, format!("server name \"{}\" is invalid", show(name)));
        }
        let Some(pattern) = name.strip_prefix(b"~") else { continue };
        if pattern.is_empty() {
            return invalid(index, "empty regex in server name \"~\"");
        }
        judge.pattern(index, pattern, pattern.iter().any(u8::is_ascii_uppercase))?;
    }
    Ok(())
}

/// `limit_except`.
pub(super) fn limit_except(judge: &Judge<'_>, words: &Words<'_>) -> Verdict {
    const METHODS: [&str; 14] = [
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "DELETE",
        "MKCOL",
        "COPY",
        "MOVE",
        "OPTIONS",
        "PROPFIND",
        "PROPPATCH",
        "LOCK",
        "UNLOCK",
        "PATCH",
    ];
    for (index, text) in words.iter().enumerate() {
        let known = METHODS.iter().any(|method| text.eq_ignore_ascii_case(method.as_bytes()));
        let connect = text.eq_ignore_ascii_case(b"CONNECT") && judge.build.is_from(1, 31, 0, true);
        if !known && !connect {
            return invalid(index, format!("invalid method \"{}\"", show(text)));
        }
    }
    Ok(())
}

/// `error_page`.
pub(super) fn error_page(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let Some((uri, before)) = words.split_last() else { return Ok(()) };
    let wrong = |index: usize, text: &[u8]| invalid(index, format!("invalid value \"{}\"", show(text)));
    let mut codes = before;
    if let Some((last, rest)) = before.split_last()
        && let Some(code) = last.strip_prefix(b"=")
    {
        if rest.is_empty() || !code.is_empty() && value::number(code).is_none() {
            return wrong(before.len() - 1, last);
        }
        codes = rest;
    }
    judge.value(before.len(), uri)?;
    for (index, text) in codes.iter().enumerate() {
        match value::number(text) {
            None | Some(499) => return wrong(index, text),
            Some(300..=599) => {}
            Some(_) => {
                return invalid(index, format!("value \"{}\" must be between 300 and 599", show(text)));
            }
        }
    }
    Ok(())
}

/// `try_files`.
pub(super) fn try_files(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let last = words.len().saturating_sub(1);
    for (index, text) in words.iter().enumerate() {
        // The slash that asks for a folder is no part of the value.
        let text = if index < last { text.strip_suffix(b"/").unwrap_or(text) } else { &text[..] };
        judge.value(index, text)?;
    }
    let text = word(words, last);
    if let Some(code) = text.strip_prefix(b"=")
        && value::number(code).is_none_or(|code| code > 999)
    {
        return invalid(last, format!("invalid code \"{}\"", show(text)));
    }
    Ok(())
}

/// `index`.
pub(super) fn index(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    for (number, text) in words.iter().enumerate() {
        if text.is_empty() {
            let first = show(word(words, 0));
            return invalid(number, format!("index \"{first}\" in \"index\" directive is invalid"));
        }
        judge.value(number, text)?;
    }
    Ok(())
}

/// `keepalive_timeout`.
pub(super) fn keepalive_timeout(row: &Directive, words: &Words<'_>) -> Verdict {
    if value::milliseconds(word(words, 0)).is_none() {
        return directive(0, row.name, "invalid value");
    }
    if words.len() > 1 && value::seconds(word(words, 1)).is_none() {
        return directive(1, row.name, "invalid value");
    }
    Ok(())
}

/// `directio`.
pub(super) fn directio(row: &Directive, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if text == b"off" || value::offset(text).is_some() {
        return Ok(());
    }
    directive(0, row.name, "invalid value")
}

/// `aio`.
pub(super) fn aio(judge: &mut Judge<'_>, row: &Directive, words: &Words<'_>) -> Verdict {
    match word(words, 0) {
        b"off" | b"on" | b"threads" => Ok(()),
        text => match text.strip_prefix(b"threads=") {
            Some(pool) => {
                judge.value(0, pool)?;
                if !script::has_variables(pool) {
                    judge.note(What::Look(id::AIO));
                }
                Ok(())
            }
            None => directive(0, row.name, "invalid value"),
        },
    }
}

/// `disable_symlinks`.
pub(super) fn disable_symlinks(judge: &mut Judge<'_>, row: &Directive, words: &Words<'_>) -> Verdict {
    let (mut mode, mut from) = (None, false);
    for (index, text) in words.iter().enumerate() {
        match &text[..] {
            b"off" | b"if_not_owner" | b"on" => mode = Some(&text[..]),
            text => match text.strip_prefix(b"from=") {
                Some(path) => {
                    judge.value(index, path)?;
                    from = true;
                }
                None => return invalid_parameter(index, text),
            },
        }
    }
    let Some(mode) = mode else {
        let name = row.name;
        let message = format!("\"{name}\" must have \"off\", \"on\" or \"if_not_owner\" parameter");
        return invalid(0, message);
    };
    if words.len() == 2 && !from {
        let (first, second) = (show(word(words, 0)), show(word(words, 1)));
        return invalid(1, format!("duplicate parameters \"{first} {second}\""));
    }
    if mode == b"off" && from {
        return invalid(1, "\"from=\" cannot be used with \"off\" parameter");
    }
    Ok(())
}

/// `open_file_cache`.
pub(super) fn open_file_cache(words: &Words<'_>) -> Verdict {
    let (mut max, mut off) = (false, false);
    for (index, text) in words.iter().enumerate() {
        let valid = if let Some(text) = text.strip_prefix(b"max=") {
            max = value::number(text).is_some_and(|max| max > 0);
            max
        } else if let Some(text) = text.strip_prefix(b"inactive=") {
            value::seconds(text).is_some()
        } else {
            off |= &text[..] == b"off";
            &text[..] == b"off"
        };
        if !valid {
            return invalid(index, format!("invalid \"open_file_cache\" parameter \"{}\"", show(text)));
        }
    }
    if !off && !max {
        return invalid(0, "\"open_file_cache\" must have the \"max\" parameter");
    }
    Ok(())
}

/// `resolver`.
pub(super) fn resolver(words: &Words<'_>) -> Verdict {
    let mut servers = 0;
    for (index, text) in words.iter().enumerate() {
        let valid = if let Some(text) = text.strip_prefix(b"valid=") {
            value::seconds(text).is_some()
        } else if let Some(text) = text.strip_prefix(b"ipv6=").or(text.strip_prefix(b"ipv4=")) {
            matches!(text, b"on" | b"off")
        } else {
            servers += 1;
            let form = Form { default_port: 53, ..Form::default() };
            if let Err(words) = address::parse_known(text, form) {
                return invalid(index, format!("{words} in resolver \"{}\"", show(text)));
            }
            true
        };
        if !valid {
            return invalid(index, format!("invalid parameter: {}", show(text)));
        }
    }
    if servers == 0 {
        return said(RefusalKind::MissingRequiredDirective, Part::Head, "no name servers defined");
    }
    Ok(())
}

/// `mirror`.
pub(super) fn mirror(judge: &mut Judge<'_>, id: DirectiveId, words: &Words<'_>) -> Verdict {
    judge.note(What::OnceOff(id, word(words, 0) == b"off"));
    Ok(())
}
