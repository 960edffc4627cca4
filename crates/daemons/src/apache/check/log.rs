//! Logs: mod_log_config's formats, the error log's format, levels.

use fpmlint_catalog::apache::id;

use fpmlint_workspace::{FileKind, Lookup};

use super::{Checks, Line, List, around, core, count, is, starts, value};
use crate::apache::statement::Word;
use crate::apache::walk::{Announced, Fault};
use crate::{Part, RefusalKind};

pub(super) const CHECKS: List = &[
    (id::LOG_FORMAT, |_, line| wrong_format(line, &line.word(0)?)),
    (id::CUSTOM_LOG, custom_log),
    (id::GLOBAL_LOG, custom_log),
    (id::TRANSFER_LOG, log_folder),
    (id::ERROR_LOG, error_log),
    (id::ERROR_LOG_FORMAT, error_log_format),
    (id::LOG_LEVEL, log_level),
];

/// What was seen of logs.
#[derive(Default)]
pub(super) struct Known {
    /// The last folder that is there, as it is written, with its slash. Many sites log into one folder.
    folder: Option<Vec<u8>>,
}

/// The letters that mod_log_config itself knows, and the two of three characters.
const LETTERS: &[u8] = b"haAlutfbBinLeVvpPHmqXCkrDTUsR";
const TRAILERS: [&[u8]; 2] = [b"^ti", b"^to"];

fn wrong_format(line: &Line<'_>, format: &Word<'_>) -> Option<Fault> {
    let mut rest = format.text.as_ref();
    while let Some(at) = memchr::memchr(b'%', rest) {
        rest = rest.get(at + 1..).unwrap_or(b"");
        if let [b'%', behind @ ..] = rest {
            rest = behind;
            continue;
        }
        loop {
            match rest {
                [] => {
                    let words = "Ran off end of LogFormat parsing args to some directive";
                    return value(format.part, words);
                }
                [b'!' | b'<' | b'>' | b',' | b'0'..=b'9', behind @ ..] => rest = behind,
                [b'{', behind @ ..] => {
                    let end = memchr::memchr(b'}', behind).map_or(behind.len(), |end| end + 1);
                    rest = behind.get(end..).unwrap_or(b"");
                }
                _ => break,
            }
        }
        let length = match log_item(line, rest) {
            Ok(length) => length,
            Err(certain) => {
                let tag = rest.get(..1).unwrap_or(b"");
                let words = around("Unrecognized LogFormat directive %", tag, "");
                let fault = Fault::new(RefusalKind::UndefinedReference, format.part, words);
                return Some(Fault { certain, ..fault });
            }
        };
        rest = rest.get(length..).unwrap_or(b"");
    }
    None
}

/// How long the item at the start of `text` is; if there is none, whether that is certain.
fn log_item(line: &Line<'_>, text: &[u8]) -> Result<usize, bool> {
    let may_have = |module: &str| line.config.modules.has(module.as_bytes()) != Some(false);
    if TRAILERS.iter().any(|trailer| text.starts_with(trailer))
        || text.starts_with(b"^FB") && may_have("mod_logio.c")
    {
        return Ok(3);
    }
    match text.first() {
        Some(letter) if LETTERS.contains(letter) => Ok(1),
        Some(b'I' | b'O' | b'S') if may_have("mod_logio.c") => Ok(1),
        Some(b'c' | b'x') if may_have("mod_ssl.c") => Ok(1),
        _ => Err(line.knows_all_modules()),
    }
}

fn custom_log(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    if let Some(clause) = line.word(2) {
        let text = clause.text.as_ref();
        if starts(text, "env=") {
            if matches!(text.get(4..), Some(b"" | b"!")) {
                return value(clause.part, "missing environment variable name");
            }
        } else if starts(text, "expr=") {
            let expression = text.get(5..).unwrap_or(b"");
            if expression.is_empty() {
                return value(clause.part, "missing condition");
            }
            let fault = core::condition(checks, line, expression, clause.part, <[u8]>::to_vec);
            if fault.is_some() {
                return fault;
            }
        } else {
            return value(clause.part, "error in condition clause");
        }
    }
    let wrong = line.word(1).and_then(|format| wrong_format(line, &format));
    wrong.or_else(|| log_folder(checks, line))
}

/// The folder of a log must exist; httpd looks when it has walked over everything.
fn log_folder(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let file = line.text(0);
    if file.first() == Some(&b'|') {
        return None;
    }
    let (folder, why) = missing_folder(checks, line, &file)?;
    let place = line.position(line.id);
    let words = [
        why.as_bytes(),
        b": AH02297: Cannot access directory '",
        &folder,
        b"' for log file '",
        &file,
        b"' defined at ",
        place.as_bytes(),
    ];
    Some(late(words.concat()))
}

fn late(words: Vec<u8>) -> Fault {
    Fault { announced: Announced::AfterWalk, ..Fault::new(RefusalKind::PathNotFound, Part::Arg(0), words) }
}

/// The folder of a log that does not exist, and what the system says.
fn missing_folder(checks: &mut Checks, line: &Line<'_>, file: &[u8]) -> Option<(Vec<u8>, &'static str)> {
    let written = memchr::memrchr(b'/', file).and_then(|slash| file.get(..=slash)).unwrap_or(b"");
    if checks.log.folder.as_deref() == Some(written) {
        return None;
    }
    let path = line.path(file);
    let folder = path.parent()?;
    let why = match line.host.kind(&folder) {
        Lookup::Absent => "(2)No such file or directory",
        Lookup::Found(kind) if kind != FileKind::Directory => "(20)Not a directory",
        Lookup::Found(_) => {
            checks.log.folder = Some(written.to_vec());
            return None;
        }
        Lookup::Unknown | Lookup::Failed(_) => return None,
    };
    Some(([folder.as_bytes(), b"/"].concat(), why))
}

/// The last one of a server counts; httpd looks when it has walked over everything.
fn error_log(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let file = line.text(0);
    if file.first() == Some(&b'|') || file.as_ref() == b"syslog" || file.starts_with(b"syslog:") {
        return None;
    }
    let parent = line.config.statement(line.id).parent;
    let is_last = line.config.scopes.last(line.config.scope_of(line.id), id::ERROR_LOG) == Some(line.id);
    let (folder, why) = missing_folder(checks, line, &file).filter(|_| is_last)?;
    let of = match parent {
        Some(host) => format!("error log of vhost defined at {}", line.position(host)),
        None => "main error log".to_owned(),
    };
    let words = [why.as_bytes(), b": AH02291: Cannot access directory '", &folder, b"' for ", of.as_bytes()];
    Some(late(words.concat()))
}

const LEVELS: [&str; 16] = [
    "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug", "trace1", "trace2", "trace3",
    "trace4", "trace5", "trace6", "trace7", "trace8",
];

const NO_LEVEL: &str =
    "Log level keyword must be one of emerg/alert/crit/error/warn/notice/info/debug/trace1/.../trace8";

fn log_level(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let is_level = |text: &[u8]| LEVELS.iter().any(|level| is(text, level));
    for word in line.each() {
        let text = word.text.as_ref();
        let Some(colon) = memchr::memrchr(b':', text) else {
            if is_level(text) {
                continue;
            }
            return value(word.part, NO_LEVEL);
        };
        let (module, level) = (text.get(..colon).unwrap_or(b""), text.get(colon + 1..).unwrap_or(b""));
        if level.is_empty() {
            let words = around("Module specifier '", module, "' must be followed by a log level keyword");
            return value(word.part, words);
        }
        if !is_level(level) {
            return value(word.part, [module, b":", level, b": ", NO_LEVEL.as_bytes()].concat());
        }
        let modules = &line.config.modules;
        let long = [module, b"_module"].concat();
        if modules.find(module).is_none()
            && modules.find(&long).is_none()
            && modules.has(module) == Some(false)
        {
            let words = around("Cannot find module ", module, "");
            return Some(Fault::new(RefusalKind::UndefinedReference, word.part, words));
        }
    }
    None
}

fn error_log_format(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let one = line.word(0)?;
    let Some(two) = line.word(1) else { return wrong_error_format(&one, true) };
    if !is(&one.text, "connection") && !is(&one.text, "request") {
        return value(one.part, "ErrorLogFormat type must be one of request, connection");
    }
    wrong_error_format(&two, false)
}

/// The letters of the error log's format that httpd's core knows; `M` is the message.
const ERROR_LETTERS: &[u8] = b"aAeEFiklLmnPtTvV";

fn wrong_error_format(format: &Word<'_>, is_main: bool) -> Option<Fault> {
    let mut rest = format.text.as_ref();
    let mut has_message = false;
    let wrong = |words: &str| value(format.part, words);
    while let Some(at) = memchr::memchr2(b'%', b'\\', rest) {
        let is_escape = rest.get(at) == Some(&b'\\');
        rest = rest.get(at + 1..).unwrap_or(b"");
        if is_escape {
            rest = rest.get(1..).unwrap_or(b"");
            continue;
        }
        match rest {
            // A field ends here; what follows is read as if it stood first.
            [b' ', ..] => continue,
            [b'%', behind @ ..] => {
                rest = behind;
                continue;
            }
            _ => {}
        }
        let (mut required, mut level) = (false, 0_i64);
        loop {
            match rest {
                [] => {
                    return wrong("Ran off end of error log format parsing args to some directive");
                }
                [b'{', behind @ ..] => {
                    let end = memchr::memchr(b'}', behind).map_or(behind.len(), |end| end + 1);
                    rest = behind.get(end..).unwrap_or(b"");
                }
                [b'+', behind @ ..] => (required, rest) = (true, behind),
                [b'-', behind @ ..] => rest = behind,
                [digit, ..] if digit.is_ascii_digit() => {
                    let number = super::number::strtol(rest);
                    (level, rest) = (number.value, number.rest);
                }
                _ => break,
            }
        }
        let letter = rest.first().copied().unwrap_or(0);
        if letter == b'M' {
            if !is_main {
                return wrong("%M cannot be used in once-per-request or once-per-connection formats");
            }
            has_message = true;
        } else if !ERROR_LETTERS.contains(&letter) {
            return value(format.part, around("Unrecognized error log format directive %", &[letter], ""));
        }
        if is_main && required {
            return wrong("The '+' flag cannot be used in the main error log format");
        }
        if !is_main && level != 0 {
            return wrong(
                "The loglevel cannot be used as a condition in once-per-request or once-per-connection formats",
            );
        }
        if level > 15 {
            return wrong("The specified loglevel modifier is out of range");
        }
        rest = rest.get(1..).unwrap_or(b"");
    }
    if is_main && !has_message {
        return count("main ErrorLogFormat must contain message format string '%M'");
    }
    None
}
