//! mod_proxy: `ProxyPass` and what belongs to it.

use fpmlint_catalog::apache::id;

use super::number::strtol;
use super::worker::{self, Match};
use super::{Checks, Line, List, around, core, count, first, is, value};
use crate::apache::statement::Word;
use crate::apache::walk::Fault;
use crate::{Part, RefusalKind};

pub(super) const CHECKS: List = &[
    (id::PROXY_PASS, |checks, line| pass(checks, line, false)),
    (id::PROXY_PASS_MATCH, |checks, line| pass(checks, line, true)),
    (id::BALANCER_MEMBER, member),
    (id::PROXY_SET, set),
    (id::PROXY_PASS_REVERSE, reverse),
    (id::PROXY_ERROR_OVERRIDE, error_override),
    (id::PROXY_DOMAIN, |_, line| match line.text(0).first() {
        Some(b'.') => None,
        _ => first("ProxyDomain: domain name must start with a dot."),
    }),
    (id::PROXY_REMOTE, |checks, line| remote(checks, line, false)),
    (id::PROXY_REMOTE_MATCH, |checks, line| remote(checks, line, true)),
    (id::PROXY_FCGI_SET_ENV_IF, fcgi_set_env_if),
];

const NO_PATTERN: &str = "Regular expression could not be compiled.";
const NO_PAIR: &str =
    "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form 'key=value'.";

/// Key and value around the first `=`.
fn pair(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b'=', text)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn pass(checks: &mut Checks, line: &Line<'_>, mut is_match: bool) -> Option<Fault> {
    let in_location = line.around.has_path();
    // In a section its path is the first argument.
    let mut path: Option<Word<'_>> = None;
    let mut url: Option<Word<'_>> = None;
    let mut parameters: Vec<Word<'_>> = Vec::new();
    for word in line.words() {
        if !in_location && path.is_none() {
            if word.text.as_ref() != b"~" {
                path = Some(word);
            } else if is_match {
                return value(word.part, "ProxyPassMatch invalid syntax ('~' usage).");
            } else {
                is_match = true;
            }
            continue;
        }
        let Some(target) = &url else {
            url = Some(word);
            continue;
        };
        if ["nocanon", "interpolate", "noquery"].iter().any(|known| is(&word.text, known)) {
            continue;
        }
        match pair(&word.text) {
            None if in_location && target.text.first() == Some(&b'/') => {
                let words = "ProxyPass|ProxyPassMatch can not have a path when defined in a location.";
                return value(word.part, words);
            }
            None => return value(word.part, NO_PAIR),
            Some((key, given)) if is(key, "mapping") => {
                if !is(given, "encoded") && !is(given, "servlet") {
                    return value(word.part, "unknown mapping");
                }
            }
            Some(_) => parameters.push(word),
        }
    }
    let Some(url) = url else {
        return count("ProxyPass|ProxyPassMatch needs a path when not defined in a location");
    };
    let Some(real) = worker::without_socket(&url.text) else {
        return value(url.part, "ProxyPass|ProxyPassMatch uses an invalid \"unix:\" URL");
    };
    if in_location {
        let section = line.config.statement(line.id).parent.map(|parent| line.config.text(parent, 0));
        is_match |= section.is_some_and(|section| core::has_wildcard(&section));
    }
    if let Some(path) = path.filter(|_| is_match)
        && let Some(fault) = checks.compile(&path.text, false, path.part, || NO_PATTERN.into())
    {
        return Some(fault);
    }
    if url.text.as_ref() == b"!" {
        return None;
    }
    let prefixed = |words: &[u8]| around("ProxyPass ", words, "");
    if worker::is_balancer(&url.text) {
        if !checks.proxy.has_balancer(line, &url.text)
            && let Err(words) = checks.proxy.add_balancer(line, &url.text)
        {
            return value(url.part, prefixed(&words));
        }
        return parameters.iter().find_map(|word| {
            let (key, given) = pair(&word.text)?;
            let wrong = worker::balancer_parameter(line, key, given)?;
            value(word.part, prefixed(wrong.as_bytes()))
        });
    }
    let kind = if is_match { Match::Pattern } else { Match::Prefix };
    if checks.proxy.has_worker(line, &real, kind) {
        return None;
    }
    if let Err(words) = checks.proxy.add_worker(line, &url.text, is_match) {
        return value(url.part, prefixed(&words));
    }
    wrong_parameter(line, &parameters, "ProxyPass ")
}

fn wrong_parameter(line: &Line<'_>, parameters: &[Word<'_>], before: &str) -> Option<Fault> {
    parameters.iter().find_map(|word| {
        let (key, given) = pair(&word.text)?;
        let wrong = worker::worker_parameter(line, key, given)?;
        value(word.part, format!("{before}{wrong}"))
    })
}

fn member(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let section = if line.around.has_path() {
        line.config.statement(line.id).parent.map(|parent| line.config.text(parent, 0))
    } else {
        None
    };
    let mut balancer: Option<Vec<u8>> = section.map(|section| section.to_vec());
    let in_section = balancer.is_some();
    let mut url: Option<Word<'_>> = None;
    let mut parameters: Vec<Word<'_>> = Vec::new();
    for word in line.words() {
        if pair(&word.text).is_some() {
            parameters.push(word);
        } else if balancer.is_none() {
            balancer = Some(word.text.to_vec());
        } else if url.is_none() {
            url = Some(word);
        } else if in_section {
            let words = "BalancerMember can not have a balancer name when defined in a location";
            return value(word.part, words);
        } else {
            let words = "Invalid BalancerMember parameter. Parameter must be in the form 'key=value'";
            return value(word.part, words);
        }
    }
    let Some(balancer) = balancer else {
        return count("BalancerMember must define balancer name when outside <Proxy > section");
    };
    let Some(url) = url else { return count("BalancerMember must define remote proxy server") };
    if worker::without_socket(&url.text).is_none() {
        return value(url.part, "BalancerMember uses an invalid \"unix:\" URL");
    }
    let prefixed = |words: &[u8]| around("BalancerMember ", words, "");
    let balancer = balancer.to_ascii_lowercase();
    if !checks.proxy.has_balancer(line, &balancer)
        && let Err(words) = checks.proxy.add_balancer(line, &balancer)
    {
        return value(Part::Head, prefixed(&words));
    }
    match checks.proxy.add_member(line, &balancer, &url.text) {
        Err(words) => value(url.part, prefixed(&words)),
        Ok(true) => None,
        Ok(false) => wrong_parameter(line, &parameters, "BalancerMember "),
    }
}

/// The URL of the `<Proxy>` around a statement, or the first argument.
fn set(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let parent = line.config.statement(line.id).parent;
    let section = parent.filter(|parent| {
        matches!(line.config.statement(*parent).id, Some(id::SECTION_PROXY | id::SECTION_PROXY_MATCH))
    });
    let in_match =
        section.is_some_and(|section| line.config.statement(section).id == Some(id::SECTION_PROXY_MATCH));
    let name = match section {
        Some(section) => line.config.text(section, 0),
        None => line.text(0),
    };
    let missing = |noun: &str| {
        let words = around("ProxySet can not find '", &name, &format!("' {noun}."));
        Some(Fault::new(RefusalKind::UndefinedReference, Part::Arg(0), words))
    };
    let prefixed = |words: Vec<u8>| value(Part::Head, around("ProxySet ", &words, ""));
    let is_balancer = worker::is_balancer(&name);
    if is_balancer {
        if !checks.proxy.has_balancer(line, &name) {
            if section.is_none() {
                return missing("Balancer");
            }
            if let Err(words) = checks.proxy.add_balancer(line, &name) {
                return prefixed(words);
            }
        }
    } else {
        let Some(real) = worker::without_socket(&name) else {
            return value(Part::Head, "ProxySet uses an invalid \"unix:\" URL");
        };
        let kind = match section {
            Some(_) if in_match => Match::Pattern,
            Some(_) => Match::Prefix,
            None => Match::Either,
        };
        if !checks.proxy.has_worker(line, &real, kind) {
            if section.is_none() {
                return missing("Worker");
            }
            if let Err(words) = checks.proxy.add_worker(line, &name, in_match) {
                return prefixed(words);
            }
        }
    }
    line.words().skip(usize::from(section.is_none())).find_map(|word| {
        let Some((key, given)) = pair(&word.text) else {
            return value(word.part, "Invalid ProxySet parameter. Parameter must be in the form 'key=value'");
        };
        let wrong = parameter(line, is_balancer, key, given)?;
        let words = [b"ProxySet: ", wrong.as_bytes(), b" ", key, b"=", given, b"; ", &*name].concat();
        value(word.part, words)
    })
}

fn parameter(line: &Line<'_>, is_balancer: bool, key: &[u8], given: &[u8]) -> Option<String> {
    if is_balancer {
        worker::balancer_parameter(line, key, given)
    } else {
        worker::worker_parameter(line, key, given)
    }
}

/// What follows the URL in the tag of a `<Proxy>` section, when what stands in it was read.
pub(super) fn section_end(checks: &mut Checks, line: &Line<'_>, is_match: bool) -> Option<Fault> {
    let name = line.text(0);
    let name = if super::starts(&name, "proxy:") { name.get(6..).unwrap_or(b"") } else { &name };
    line.word(1)?;
    if is_match {
        return count("Multiple <ProxyMatch> arguments not (yet) supported.");
    }
    if core::has_wildcard(name) {
        return count("<Proxy> arguments are not supported for wildchar url.");
    }
    if !name.contains(&b':') {
        return count("<Proxy> arguments are not supported for non url.");
    }
    let is_balancer = worker::is_balancer(name);
    let made = if is_balancer && !checks.proxy.has_balancer(line, name) {
        checks.proxy.add_balancer(line, name)
    } else if !is_balancer {
        let Some(real) = worker::without_socket(name) else {
            return value(Part::Arg(0), "<Proxy/ProxyMatch > uses an invalid \"unix:\" URL");
        };
        match checks.proxy.has_worker(line, &real, Match::Prefix) {
            true => Ok(()),
            false => checks.proxy.add_worker(line, name, false),
        }
    } else {
        Ok(())
    };
    if let Err(words) = made {
        return value(Part::Arg(0), around("<Proxy ", &words, ""));
    }
    line.words().skip(1).find_map(|word| {
        let Some((key, given)) = pair(&word.text) else {
            return value(word.part, "Invalid Proxy parameter. Parameter must be in the form 'key=value'");
        };
        let wrong = parameter(line, is_balancer, key, given)?;
        let words = [b"<Proxy ", wrong.as_bytes(), b" ", key, b"=", given, b"; ", name].concat();
        value(word.part, words)
    })
}

fn reverse(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let second = line.word(1);
    let is_flag = second.as_ref().is_some_and(|word| is(&word.text, "interpolate"));
    if !line.around.has_path() && (second.is_none() || is_flag) {
        return count("ProxyPassReverse needs a path when not defined in a location");
    }
    if line.around.has_path() && second.is_some() && !is_flag {
        return count("ProxyPassReverse can not have a path when defined in a location");
    }
    None
}

/// `On`, `Off`, and with `On` a list of statuses.
fn error_override(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let mut state = None;
    line.each().find_map(|word| {
        let text = word.text.as_ref();
        if is(text, "Off") || is(text, "On") {
            state = Some(is(text, "On"));
            return None;
        }
        let words = match state {
            None => "ProxyErrorOverride first parameter must be one of: off | on",
            Some(_) if !text.first().is_some_and(u8::is_ascii_digit) => {
                "ProxyErrorOverride: status codes to intercept must be numeric"
            }
            Some(false) => "ProxyErrorOverride: status codes must follow a value of 'on'",
            Some(true) if !(400..600).contains(&strtol(text).value) => {
                "ProxyErrorOverride: status codes to intercept must be valid HTTP Status Codes >=400 && <600"
            }
            Some(true) => return None,
        };
        value(word.part, words)
    })
}

fn remote(checks: &mut Checks, line: &Line<'_>, is_match: bool) -> Option<Fault> {
    let name = if is_match { "ProxyRemoteMatch" } else { "ProxyRemote" };
    let server = line.text(1);
    let bad =
        |behind: &str| value(Part::Arg(1), format!("{name}: Bad syntax for a remote proxy server{behind}"));
    let host = memchr::memchr(b':', &server).and_then(|at| server.get(at + 1..)).unwrap_or(b"");
    let Some(host) = host.strip_prefix(b"//").filter(|host| !host.is_empty()) else { return bad("") };
    if let Some(port) = memchr::memchr(b':', host).and_then(|at| host.get(at + 1..)) {
        let number = strtol(port);
        if std::ptr::eq(number.rest, port) || !(0..=65535).contains(&number.value) {
            return bad(" (bad port number)");
        }
    }
    if !is_match {
        return None;
    }
    let words = || b"Regular expression for ProxyRemoteMatch could not be compiled.".to_vec();
    checks.compile(&line.text(0), false, Part::Arg(0), words)
}

fn fcgi_set_env_if(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let not_parsed =
        |text: &[u8], wrong: &[u8]| [b"Could not parse expression \"", text, b"\": ", wrong].concat();
    let condition = line.text(0);
    let wrong =
        core::condition(checks, line, &condition, Part::Arg(0), |wrong| not_parsed(&condition, wrong));
    if wrong.is_some() {
        return wrong;
    }
    let name = line.text(1);
    let third = line.word(2);
    if name.first() != Some(&b'!') {
        return core::string(checks, line, 2, not_parsed);
    }
    if let Some(third) = third {
        let words = [
            b"Third argument (\"",
            &*third.text,
            b"\") is not allowed when using ProxyFCGISetEnvIf's unset mode (",
            &*name,
            b")",
        ];
        return value(third.part, words.concat());
    }
    if name.len() == 1 {
        return value(Part::Arg(1), "ProxyFCGISetEnvIf: \"!\" is not a valid variable name");
    }
    None
}
