//! `access_log`, `error_log`, `log_format`, `open_log_file_cache` and what they say to syslog.

use fpmlint_catalog::nginx::{VariableScope, find_variable, id};

use super::address::{self, Form};
use super::said::{Verdict, invalid, invalid_parameter, said, show};
use super::slot::word;
use super::{script, value};
use crate::nginx::judge::{Judge, Words};
use crate::nginx::summary::What;
use crate::{Part, RefusalKind};

/// `access_log`; whether its format exists is asked across files.
pub(super) fn access_log(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let path = word(words, 0);
    if path == b"off" {
        return match words.get(1) {
            Some(second) => invalid_parameter(1, second),
            None => Ok(()),
        };
    }
    let syslog = path.strip_prefix(b"syslog:");
    match syslog {
        Some(rest) => self::syslog(rest)?,
        None => judge.value(0, path)?,
    }
    judge.note(What::Look(id::ACCESS_LOG));
    parameters(judge, words, syslog.is_some())
}

fn parameters(judge: &mut Judge<'_>, words: &Words<'_>, syslog: bool) -> Verdict {
    let (mut buffered, mut flushed) = (false, false);
    for (index, text) in words.iter().enumerate().skip(2) {
        if let Some(size) = text.strip_prefix(b"buffer=") {
            if value::size(size).is_none_or(|size| size == 0) {
                return invalid(index, format!("invalid buffer size \"{}\"", show(size)));
            }
            buffered = true;
        } else if let Some(time) = text.strip_prefix(b"flush=") {
            if value::milliseconds(time).is_none_or(|time| time == 0) {
                return invalid(index, format!("invalid flush time \"{}\"", show(time)));
            }
            flushed = true;
        } else if &text[..] == b"gzip" {
            buffered = true;
        } else if let Some(level) = text.strip_prefix(b"gzip=") {
            if !value::number(level).is_some_and(|level| (1..=9).contains(&level)) {
                return invalid(index, format!("invalid compression level \"{}\"", show(level)));
            }
            buffered = true;
        } else if let Some(condition) = text.strip_prefix(b"if=") {
            judge.value(index, condition)?;
        } else {
            return invalid_parameter(index, text);
        }
    }
    let path = word(words, 0);
    if flushed && !buffered {
        let message = format!("no buffer is defined for access_log \"{}\"", show(path));
        return said(RefusalKind::MissingRequiredDirective, Part::Head, message);
    }
    if buffered && syslog {
        return invalid(0, "logs to syslog cannot be buffered");
    }
    if buffered && script::has_variables(path) {
        return invalid(0, "buffered logs cannot have variables in name");
    }
    Ok(())
}

/// `error_log`.
pub(super) fn error_log(words: &Words<'_>) -> Verdict {
    const LEVELS: [&str; 8] = ["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"];
    const DEBUG: [&str; 7] = [
        "debug_core",
        "debug_alloc",
        "debug_mutex",
        "debug_event",
        "debug_http",
        "debug_mail",
        "debug_stream",
    ];
    if let Some(rest) = word(words, 0).strip_prefix(b"syslog:") {
        syslog(rest)?;
    }
    let (mut level, mut debug) = (false, false);
    for (index, text) in words.iter().enumerate().skip(1) {
        let is = |known: &&str| known.as_bytes() == &text[..];
        if LEVELS.iter().any(is) {
            if level || debug {
                return invalid(index, format!("duplicate log level \"{}\"", show(text)));
            }
            level = true;
        } else if DEBUG.iter().any(is) && !level {
            debug = true;
        } else {
            return invalid(index, format!("invalid log level \"{}\"", show(text)));
        }
    }
    Ok(())
}

/// What follows `syslog:`.
fn syslog(text: &[u8]) -> Verdict {
    const FACILITIES: [&str; 24] = [
        "kern", "user", "mail", "daemon", "auth", "intern", "lpr", "news", "uucp", "clock", "authpriv",
        "ftp", "ntp", "audit", "alert", "cron", "local0", "local1", "local2", "local3", "local4", "local5",
        "local6", "local7",
    ];
    const SEVERITIES: [&str; 8] = ["emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"];
    let (mut server, mut facility, mut severity, mut tag) = (false, false, false, false);
    let known = |list: &[&str], text: &[u8]| list.iter().any(|known| known.as_bytes() == text);
    for part in text.split(|byte| *byte == b',') {
        if let Some(host) = part.strip_prefix(b"server=") {
            once(&mut server, "server")?;
            let form = Form { default_port: 514, ..Form::default() };
            if let Err(words) = address::parse_known(host, form) {
                return invalid(0, format!("{words} in syslog server \"{}\"", show(host)));
            }
        } else if let Some(name) = part.strip_prefix(b"facility=") {
            once(&mut facility, "facility")?;
            if !known(&FACILITIES, name) {
                return invalid(0, format!("unknown syslog facility \"{}\"", show(name)));
            }
        } else if let Some(name) = part.strip_prefix(b"severity=") {
            once(&mut severity, "severity")?;
            if !known(&SEVERITIES, name) {
                return invalid(0, format!("unknown syslog severity \"{}\"", show(name)));
            }
        } else if let Some(name) = part.strip_prefix(b"tag=") {
            once(&mut tag, "tag")?;
            if name.len() > 32 {
                return invalid(0, "syslog tag length exceeds 32");
            }
            if !name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
                return invalid(0, "syslog \"tag\" only allows alphanumeric characters and underscore");
            }
        } else if part != b"nohostname" {
            return invalid(0, format!("unknown syslog parameter \"{}\"", show(part)));
        }
    }
    if !server {
        return said(RefusalKind::MissingRequiredDirective, Part::Arg(0), "no syslog server specified");
    }
    Ok(())
}

fn once(seen: &mut bool, what: &str) -> Verdict {
    if std::mem::replace(seen, true) {
        return invalid(0, format!("duplicate syslog \"{what}\""));
    }
    Ok(())
}

/// `log_format`.
pub(super) fn log_format(judge: &mut Judge<'_>, words: &Words<'_>) -> Verdict {
    let mut from = 1;
    if let Some(escape) = word(words, 1).strip_prefix(b"escape=") {
        if !matches!(escape, b"json" | b"none" | b"default") {
            return invalid(1, format!("unknown log format escaping \"{}\"", show(escape)));
        }
        from = 2;
    }
    for (index, text) in words.iter().enumerate().skip(from) {
        let mut names = Vec::new();
        if let Err(mut said) = script::scan(index, text, |name| names.push(name.to_vec())) {
            if said.message == "invalid variable name" {
                said.message = format!("invalid parameter \"{}\"", show(broken(text)));
            }
            return Err(said);
        }
        for name in names {
            // These exist in log formats only, and case counts.
            let own = find_variable(&name, VariableScope::LogFormat);
            if own.is_none_or(|own| own.name.as_bytes() != name) {
                judge.uses(index, &name);
            }
        }
    }
    Ok(())
}

/// From the dollar on that starts no name.
fn broken(text: &[u8]) -> &[u8] {
    let starts = memchr::memchr_iter(b'$', text).filter_map(|at| text.get(at..));
    let is_broken = |rest: &&[u8]| script::scan(0, first_variable(rest), |_| {}).is_err();
    starts.into_iter().find(is_broken).unwrap_or(text)
}

fn first_variable(rest: &[u8]) -> &[u8] {
    let next = memchr::memchr(b'$', rest.get(1..).unwrap_or(b"")).map_or(rest.len(), |at| at + 1);
    rest.get(..next).unwrap_or(rest)
}

/// `open_log_file_cache`.
pub(super) fn open_file_cache(words: &Words<'_>) -> Verdict {
    let (mut max, mut off) = (false, false);
    for (index, text) in words.iter().enumerate() {
        let valid = if let Some(text) = text.strip_prefix(b"max=") {
            max = value::number(text).is_some();
            max
        } else if let Some(text) = text.strip_prefix(b"inactive=").or(text.strip_prefix(b"valid=")) {
            value::seconds(text).is_some()
        } else if let Some(text) = text.strip_prefix(b"min_uses=") {
            value::number(text).is_some()
        } else {
            off |= &text[..] == b"off";
            &text[..] == b"off"
        };
        if !valid {
            return invalid(index, format!("invalid \"open_log_file_cache\" parameter \"{}\"", show(text)));
        }
    }
    if !off && !max {
        return invalid(0, "\"open_log_file_cache\" must have \"max\" parameter");
    }
    Ok(())
}
