//! Questions of an editor, as Markdown in `cases/`.
//!
//! Each `##` section is a case: fenced blocks with a title are files, laid over a small sound stack; `<|>` in one of them
//! is the cursor; a block named after a question holds the answer. `FPMLINT_UPDATE=1` rewrites the answers: read the
//! difference.

#![allow(clippy::disallowed_methods, reason = "the cases lie beside the test")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fpmlint_engine::{Options, Session};
use fpmlint_ide::{
    Action, Candidate, Location, Query, Symbol, actions, completions, definitions, fix_all, hover,
    lens_words, lenses, links, references, symbols,
};
use fpmlint_text::{Encoding, FileId, Span};
use fpmlint_workspace::{Files, Memory};

const CURSOR: &str = "<|>";

const BASE: [(&str, &str); 9] = [
    (
        "/etc/passwd",
        "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n",
    ),
    ("/etc/group", "root:x:0:\nwww-data:x:33:\napp:x:1000:www-data\n"),
    (
        "/etc/nginx/nginx.conf",
        "user www-data;\nevents {}\nhttp {\n    log_format timed '$request_time';\n    upstream backend {\n        \
         server unix:/run/php/www.sock;\n    }\n    include /etc/nginx/conf.d/*.conf;\n}\n",
    ),
    (
        "/etc/nginx/conf.d/site.conf",
        "server {\n    listen 80;\n    server_name example.org;\n    location ~ \\.php$ {\n        \
         fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n        \
         fastcgi_pass unix:/run/php/www.sock;\n    }\n}\n",
    ),
    ("/etc/php/8.2/fpm/php-fpm.conf", "[global]\ninclude = /etc/php/8.2/fpm/pool.d/*.conf\n"),
    (
        "/etc/php/8.2/fpm/pool.d/www.conf",
        "[www]\nuser = www-data\nlisten = /run/php/www.sock\nlisten.owner = www-data\npm = ondemand\n\
         pm.max_children = 5\n",
    ),
    ("/etc/php/8.2/fpm/php.ini", "memory_limit = 128M\n"),
    (
        "/etc/apache2/apache2.conf",
        "ServerRoot /etc/apache2\nUser www-data\nGroup www-data\nListen 8080\nLogFormat \"%h\" short\n\
         IncludeOptional sites-enabled/*.conf\n",
    ),
    (
        "/etc/apache2/sites-enabled/000-default.conf",
        "<VirtualHost *:8080>\n    ServerName apache.example.org\n</VirtualHost>\n",
    ),
];

/// A section of a page.
#[derive(Default)]
struct Case {
    title: String,
    files: BTreeMap<String, String>,
    cursor: Option<(String, u32)>,
    /// Language, rest of the info string, and where the content lies in the page.
    answers: Vec<(String, String, std::ops::Range<usize>)>,
}

#[test]
fn the_answers_are_those_of_the_pages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    pages.sort();
    assert!(!pages.is_empty());
    let update = std::env::var_os("FPMLINT_UPDATE").is_some();
    let mut wrong = Vec::new();
    for path in pages {
        let page = std::fs::read_to_string(&path).expect("a page");
        let mut new = page.clone();
        for case in cases(&page).iter().rev() {
            for (question, rest, content) in case.answers.iter().rev() {
                let answer = answer(case, question, rest);
                if page[content.clone()] != answer {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    let said = format!("{name}: {}: {question}:\n{answer}", case.title);
                    wrong.push(format!("{said}instead of:\n{}", &page[content.clone()]));
                    new.replace_range(content.clone(), &answer);
                }
            }
        }
        if update && new != page {
            std::fs::write(&path, new).expect("a page");
        }
    }
    assert!(update || wrong.is_empty(), "{}", wrong.join("\n"));
}

fn cases(page: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut offset = 0;
    let mut open: Option<(String, usize)> = None;
    for line in page.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let text = line.trim_end();
        match &open {
            None if text.starts_with("## ") => {
                cases.push(Case { title: text[3..].to_owned(), ..Case::default() });
            }
            None if text.starts_with("```") => open = Some((text[3..].to_owned(), offset)),
            Some((info, from)) if text == "```" => {
                let case = cases.last_mut().expect("a case");
                add(case, info, &page[*from..start], *from..start);
                open = None;
            }
            _ => {}
        }
    }
    cases
}

fn add(case: &mut Case, info: &str, content: &str, range: std::ops::Range<usize>) {
    let (language, rest) = info.split_once(' ').unwrap_or((info, ""));
    let Some(title) = rest.strip_prefix("title=\"").and_then(|rest| rest.strip_suffix('"')) else {
        case.answers.push((language.to_owned(), rest.to_owned(), range));
        return;
    };
    if let Some(at) = content.find(CURSOR) {
        case.cursor = Some((title.to_owned(), at as u32));
    }
    case.files.insert(title.to_owned(), content.replacen(CURSOR, "", 1));
}

fn local(path: &str) -> PathBuf {
    PathBuf::from(format!("/machine{path}"))
}

fn answer(case: &Case, question: &str, rest: &str) -> String {
    let mut files: BTreeMap<&str, &str> = BASE.into_iter().collect();
    files.extend(case.files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let memory = files.iter().fold(Memory::new(), |memory, (path, text)| memory.file(local(path), text));
    let mut options = Options::new(Arc::new(memory), PathBuf::from("/machine"));
    options.sysroot = Some(PathBuf::from("/machine"));
    let session = Session::open(options).expect("no settings");
    let (path, offset) = case.cursor.clone().expect("a cursor");
    let files = &session.project().files;
    let file = files.find(&local(&path)).unwrap_or_else(|| panic!("{}: {path} is not read", case.title));
    let query = Query::new(&session, file);
    match question {
        "hover" => hover(&query, offset).map_or_else(String::new, |hover| {
            format!("`{}`\n{}\n", String::from_utf8_lossy(hover.span.of(query.text())), hover.markdown)
        }),
        "definitions" => locations(files, &definitions(&query, offset)),
        "references" => locations(files, &references(&query, offset, false)),
        "completions" => candidates(&query, &completions(&query, offset), rest),
        "symbols" => {
            let mut shown = String::new();
            show_symbols(&query, &symbols(&query), 0, &mut shown);
            shown
        }
        "links" => links(&query).iter().fold(String::new(), |mut shown, link| {
            let word = String::from_utf8_lossy(link.span.of(query.text()));
            writeln!(shown, "{word} -> {}", name(files, link.target)).expect("room");
            shown
        }),
        "lenses" => lenses(&query).iter().fold(String::new(), |mut shown, lens| {
            let head = place(files, file, lens.span);
            let words = lens_words(&session.project().stack, &lens.subject).expect("it is there");
            writeln!(shown, "{head}: {words}").expect("room");
            shown
        }),
        "actions" => {
            let mut all = actions(&query, Span::empty(offset), rest == "unsafe");
            all.extend(fix_all(&query));
            all.iter().map(|action| show_action(files, action)).collect()
        }
        _ => panic!("{}: nobody asks for `{question}`", case.title),
    }
}

fn name(files: &Files, file: FileId) -> String {
    let path = files.get(file).path.clone();
    format!("/{}", path.strip_prefix("/machine").unwrap_or(&path).display())
}

fn place(files: &Files, file: FileId, span: Span) -> String {
    let source = files.get(file);
    let at = source.lines().position(&source.text, span.start, Encoding::Utf32);
    let word = String::from_utf8_lossy(span.of(&source.text)).into_owned();
    format!("{}:{}:{} `{word}`", name(files, file), at.line + 1, at.column + 1)
}

fn locations(files: &Files, found: &[Location]) -> String {
    found.iter().map(|it| place(files, it.file, it.span) + "\n").collect()
}

/// The candidates whose label contains what the block asks for, at most ten.
fn candidates(query: &Query<'_>, found: &[Candidate], wanted: &str) -> String {
    let found = found.iter().filter(|it| it.label.contains(wanted)).take(10);
    let lines = found.map(|it| {
        let replaced = String::from_utf8_lossy(it.span.of(query.text())).into_owned();
        let text = it.snippet.as_ref().unwrap_or(&it.text).replace('\n', "\\n").replace('\t', "\\t");
        let detail = if it.detail.is_empty() { String::new() } else { format!(" ({})", it.detail) };
        format!("{:?} {}{detail}: `{replaced}` -> `{text}`\n", it.kind, it.label)
    });
    lines.collect()
}

fn show_symbols(query: &Query<'_>, symbols: &[Symbol], depth: usize, shown: &mut String) {
    for symbol in symbols {
        let name = String::from_utf8_lossy(symbol.name_span.of(query.text()));
        let indent = "  ".repeat(depth);
        writeln!(shown, "{indent}{:?} {} [{}] `{name}`", symbol.kind, symbol.name, symbol.detail)
            .expect("room");
        show_symbols(query, &symbol.children, depth + 1, shown);
    }
}

fn show_action(files: &Files, action: &Action) -> String {
    let mut shown = format!("{:?}: {}\n", action.kind, action.title);
    for edit in action.edits.values().flatten() {
        writeln!(shown, "  {} -> {:?}", place(files, edit.file, edit.span).replace('\n', "\\n"), edit.text)
            .expect("room");
    }
    shown
}
