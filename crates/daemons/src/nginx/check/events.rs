//! The outermost level and `events`.

use fpmlint_catalog::nginx::Directive;

use super::said::{Verdict, directive, invalid, said, show};
use super::slot::word;
use super::value;
use crate::nginx::judge::{Judge, Words};
use crate::{Part, RefusalKind};

/// `worker_connections`.
pub(super) fn connections(words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if value::number(text).is_some() {
        return Ok(());
    }
    invalid(0, format!("invalid number \"{}\"", show(text)))
}

/// `use`: a method that the build has.
pub(super) fn method(judge: &Judge<'_>, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    let module = match text {
        b"epoll" => "ngx_epoll_module",
        b"poll" => "ngx_poll_module",
        b"select" => "ngx_select_module",
        b"kqueue" => "ngx_kqueue_module",
        b"eventport" => "ngx_eventport_module",
        b"/dev/poll" => "ngx_devpoll_module",
        _ => "",
    };
    if !module.is_empty() && judge.build.has(module) {
        return Ok(());
    }
    invalid(0, format!("invalid event type \"{}\"", show(text)))
}

/// `worker_processes`.
pub(super) fn processes(row: &Directive, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    if text == b"auto" || value::number(text).is_some() {
        return Ok(());
    }
    directive(0, row.name, "invalid value")
}

/// `worker_priority`.
pub(super) fn priority(row: &Directive, words: &Words<'_>) -> Verdict {
    let text = word(words, 0);
    let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    if value::number(digits).is_some() {
        return Ok(());
    }
    directive(0, row.name, "invalid number")
}

/// `worker_cpu_affinity`.
pub(super) fn cpu_affinity(words: &Words<'_>) -> Verdict {
    let auto = word(words, 0) == b"auto";
    if auto && words.len() > 2 {
        let message = "invalid number of arguments in \"worker_cpu_affinity\" directive";
        return said(RefusalKind::WrongArgumentCount, Part::Head, message);
    }
    for (index, text) in words.iter().enumerate().skip(usize::from(auto)) {
        if text.len() > 1024 {
            return invalid(index, "\"worker_cpu_affinity\" supports up to 1024 CPUs only");
        }
        let wrong = text.iter().rev().find(|byte| !matches!(byte, b' ' | b'0' | b'1'));
        if let Some(byte) = wrong {
            let byte = char::from(*byte);
            return invalid(index, format!("invalid character \"{byte}\" in \"worker_cpu_affinity\""));
        }
    }
    Ok(())
}

/// `thread_pool`.
pub(super) fn thread_pool(row: &Directive, words: &Words<'_>) -> Verdict {
    let mut threads = false;
    for (index, text) in words.iter().enumerate().skip(1) {
        if let Some(number) = text.strip_prefix(b"threads=") {
            if value::number(number).is_none_or(|number| number == 0) {
                return invalid(index, format!("invalid threads value \"{}\"", show(text)));
            }
            threads = true;
        } else if let Some(number) = text.strip_prefix(b"max_queue=")
            && value::number(number).is_none()
        {
            return invalid(index, format!("invalid max_queue value \"{}\"", show(text)));
        }
    }
    if !threads {
        let message = format!("\"{}\" must have \"threads\" parameter", row.name);
        return said(RefusalKind::MissingRequiredDirective, Part::Head, message);
    }
    Ok(())
}
