//! mod_filter, mod_deflate's notes and mod_substitute.

use fpmlint_catalog::apache::id;
use rustc_hash::FxHashMap;

use super::{Checks, Line, List, around, core, count, first, is, value};
use crate::apache::statement::StatementId;
use crate::apache::walk::Fault;
use crate::{Part, RefusalKind};

pub(super) const CHECKS: List = &[
    (id::ADD_OUTPUT_FILTER_BY_TYPE, by_type),
    (id::FILTER_DECLARE, declare),
    (id::FILTER_PROVIDER, provider),
    (id::FILTER_TRACE, |checks, line| {
        let name = line.text(0);
        if checks.filter.has(line, &name) { None } else { undeclared(line, &name) }
    }),
    (id::FILTER_PROTOCOL, |checks, line| {
        if checks.filter.has(line, &line.text(0)) { None } else { first("FilterProtocol: No such filter") }
    }),
    (id::DEFLATE_FILTER_NOTE, |_, line| note(line, "Unknown note type ", "")),
    (id::BROTLI_FILTER_NOTE, |_, line| note(line, "Unknown BrotliFilterNote type '", "'")),
    (id::SUBSTITUTE, substitute),
    (id::SUBSTITUTE_MAX_LINE_LENGTH, max_line_length),
];

/// The filters that each section declares.
#[derive(Default)]
pub(super) struct Known {
    declared: FxHashMap<Option<StatementId>, Vec<Box<[u8]>>>,
}

impl Known {
    fn declare(&mut self, line: &Line<'_>, name: &[u8]) {
        self.declared.entry(line.config.statement(line.id).parent).or_default().push(name.into());
    }

    fn has(&self, line: &Line<'_>, name: &[u8]) -> bool {
        let declared = self.declared.get(&line.config.statement(line.id).parent);
        declared.is_some_and(|declared| declared.iter().any(|known| **known == *name))
    }
}

/// Output filters and the C files of the modules that have them. Names do not tell case apart.
const FILTERS: &[(&str, &str)] = &[
    ("BROTLI_COMPRESS", "mod_brotli.c"),
    ("BUFFER", "mod_buffer.c"),
    ("BUCKETEER", "mod_bucketeer.c"),
    ("BYTERANGE", "http_core.c"),
    ("CACHE", "mod_cache.c"),
    ("CACHE_OUT", "mod_cache.c"),
    ("CASEFILTER", "mod_case_filter.c"),
    ("CHUNK", "http_core.c"),
    ("CONTENT_LENGTH", "core.c"),
    ("DATA", "mod_data.c"),
    ("DEFLATE", "mod_deflate.c"),
    ("HTTP_HEADER", "http_core.c"),
    ("INCLUDES", "mod_include.c"),
    ("INFLATE", "mod_deflate.c"),
    ("RATE_LIMIT", "mod_ratelimit.c"),
    ("Sed", "mod_sed.c"),
    ("SUBSTITUTE", "mod_substitute.c"),
    ("XLATEOUT", "mod_charset_lite.c"),
    ("proxy-html", "mod_proxy_html.c"),
    ("xml2enc", "mod_xml2enc.c"),
];

/// What httpd says of a filter that nobody provides.
fn unknown_provider(line: &Line<'_>, name: &[u8], part: Part) -> Option<Fault> {
    let known = FILTERS.iter().find(|(filter, _)| is(name, filter));
    let has = match known {
        Some((_, module)) => line.config.modules.has(module.as_bytes()),
        None => line.knows_all_modules().then_some(false),
    };
    // mod_ext_filter's lines and Lua's define more.
    let may_be_defined = line.config.modules.has(b"mod_ext_filter.c") != Some(false)
        || line.config.modules.has(b"mod_lua.c") != Some(false);
    if has != Some(false) || known.is_none() && may_be_defined {
        return None;
    }
    let words = around("Unknown filter provider ", name, "");
    Some(Fault::new(RefusalKind::UndefinedReference, part, words))
}

fn by_type(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    if line.word(1).is_none() {
        return count("AddOutputFilterByType requires at least two arguments");
    }
    let names = line.text(0);
    names
        .split(|byte| *byte == b';')
        .filter(|name| !name.is_empty())
        .find_map(|name| unknown_provider(line, name, Part::Arg(0)))
}

fn declare(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    checks.filter.declare(line, &line.text(0));
    None
}

fn provider(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    if let Some(fault) = unknown_provider(line, &line.text(1), Part::Arg(1)) {
        return Some(fault);
    }
    checks.filter.declare(line, &line.text(0));
    core::condition(checks, line, &line.text(2), Part::Arg(2), |wrong| {
        around("Error parsing FilterProvider expression:", wrong, "")
    })
}

fn undeclared(_: &Line<'_>, name: &[u8]) -> Option<Fault> {
    let words = around("Undeclared smart filter ", name, "");
    Some(Fault::new(RefusalKind::UndefinedReference, Part::Arg(0), words))
}

fn note(line: &Line<'_>, before: &str, behind: &str) -> Option<Fault> {
    line.word(1)?;
    let kind = line.text(0);
    let is_known = ["ratio", "input", "output"].iter().any(|known| is(&kind, known));
    if is_known { None } else { first(around(before, &kind, behind)) }
}

/// `s/from/to/flags`.
fn substitute(checks: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let text = line.text(0);
    let Some((b's' | b'S', rest)) = text.split_first() else {
        return first("Bad Substitute format, must be an s/// pattern");
    };
    const INCOMPLETE: &str = "Bad Substitute format, must be a complete s/// pattern";
    let Some((delimiter, rest)) = rest.split_first() else { return first(INCOMPLETE) };
    let Some(end) = memchr::memchr(*delimiter, rest).filter(|end| *end > 0) else { return first(INCOMPLETE) };
    let (from, rest) = (rest.get(..end).unwrap_or(b""), rest.get(end + 1..).unwrap_or(b""));
    let flags = memchr::memchr(*delimiter, rest).and_then(|end| rest.get(end + 1..)).unwrap_or(b"");
    if flags.iter().any(|flag| !matches!(flag.to_ascii_lowercase(), b'i' | b'n' | b'f' | b'q')) {
        return first("Bad Substitute flag, only s///[infq] are supported");
    }
    let has = |letter: u8| flags.iter().any(|flag| flag.eq_ignore_ascii_case(&letter));
    if has(b'n') {
        return None;
    }
    checks.compile(from, has(b'i'), Part::Arg(0), || b"Substitute could not compile regex".to_vec())
}

fn max_line_length(_: &mut Checks, line: &Line<'_>) -> Option<Fault> {
    let text = line.text(0);
    let number = super::number::strtol(&text);
    let is_unit = matches!(number.rest, [] | [b'b' | b'B' | b'k' | b'K' | b'm' | b'M' | b'g' | b'G']);
    if is_unit && !number.overflow && number.value >= 0 {
        return None;
    }
    let words = "SubstituteMaxLineLength must be a non-negative integer optionally suffixed with 'b', 'k', 'm' or \
                 'g'.";
    value(Part::Arg(0), words)
}
