//! A small stack with one finding that spans two files, and helpers to render it.

use fpmlint_diagnostics::{
    Applicability, Confidence, Daemon, Diagnostic, Edit, Fix, Group, Label, Level, Phase, Reader, RuleMeta,
    Severity,
};
use fpmlint_report::{Format, Outcome, RunError, Source, Sources, Style, UnknownFact, render};
use fpmlint_text::{FileId, Span};

pub static SOCKET: RuleMeta = RuleMeta {
    name: "socket-permission-denied",
    group: Group::Wiring,
    default: Level::On(Severity::Error),
    summary: "the web server may not open the pool's socket",
    page: "",
};

pub static DIRECTIVE: RuleMeta = RuleMeta {
    name: "unknown-directive",
    group: Group::Startup,
    default: Level::On(Severity::Error),
    summary: "no such directive",
    page: "",
};

pub const SITE: &str = "# Zürich: été\r\nserver {\r\n    # é\r\n    location ~ \\.php$ { fastcgi_pass unix:/run/php/www.sock; }\r\n}\r\n";
pub const POOL: &str = "[www]\nlisten = /run/php/www.sock\nlisten.owner = www-data\nlisten.mode = 0600\n";

/// Files by number.
pub struct Files(pub Vec<Source>);

impl Sources for Files {
    fn source(&self, file: FileId) -> &Source {
        &self.0[file.index()]
    }

    /// The word at the place: enough of a structure for these tests.
    fn place(&self, file: FileId, span: Span) -> String {
        String::from_utf8_lossy(span.of(&self.0[file.index()].text)).into_owned()
    }
}

impl Files {
    pub fn new(files: &[(&str, &[u8])]) -> Files {
        Files(files.iter().map(|(name, text)| Source::new(*name, *text)).collect())
    }

    /// Where `needle` is first in a file.
    pub fn find(&self, file: u32, needle: &str) -> Span {
        let text = &self.0[file as usize].text;
        let start = text.windows(needle.len()).position(|bytes| bytes == needle.as_bytes()).unwrap();
        Span::new(start as u32, (start + needle.len()) as u32)
    }
}

/// A warning without anything else.
pub fn warning(file: u32, span: Span) -> Diagnostic {
    Diagnostic::new(&DIRECTIVE, Severity::Warning, FileId(file), span, "`foo` is no directive")
}

pub fn label(file: u32, span: Span, message: &str) -> Label {
    Label { file: FileId(file), span, message: message.to_owned() }
}

/// nginx's site (0) and php-fpm's pool (1).
pub fn stack() -> Files {
    Files::new(&[("conf.d/site.conf", SITE.as_bytes()), ("pool.d/www.conf", POOL.as_bytes())])
}

/// Two findings about [`stack`]: one through both files with a fix, one that nginx refuses.
pub fn findings(files: &Files) -> Vec<Diagnostic> {
    let mode = files.find(1, "0600");
    vec![
        Diagnostic {
            rule: &SOCKET,
            severity: Severity::Error,
            confidence: Confidence::Likely,
            message: "nginx may not open the socket of pool `www`".to_owned(),
            help: Some("Every PHP request answers 502.\nLet nginx's group write to the socket.".to_owned()),
            related: vec![
                label(1, mode, "only its owner may connect"),
                label(1, files.find(1, "/run/php/www.sock"), "the pool listens here"),
            ],
            fix: Some(Fix {
                title: "Set `listen.mode` to 0660".to_owned(),
                applicability: Applicability::Safe,
                edits: vec![Edit { file: FileId(1), span: mode, text: "0660".to_owned() }],
            }),
            stock: true,
            count: 2,
            host: Some("web".into()),
            reader: Some(Reader::Nginx),
            ..warning(0, files.find(0, "unix:/run/php/www.sock"))
        },
        Diagnostic {
            severity: Severity::Info,
            message: "`server` is refused".to_owned(),
            reader: Some(Reader::Nginx),
            phase: Some(Phase::Test),
            first: true,
            daemon: Some(Daemon {
                message: "unknown directive \"foo\"".to_owned(),
                file: Some(FileId(0)),
                line: Some(2),
            }),
            ..warning(0, files.find(0, "server"))
        },
    ]
}

pub fn outcome<'a>(diagnostics: &'a [Diagnostic], files: &'a Files) -> Outcome<'a> {
    Outcome {
        diagnostics,
        unknowns: &[],
        errors: &[],
        files: files.0.len(),
        known: 0,
        stale: &[],
        sources: files,
    }
}

pub fn unknowns() -> Vec<UnknownFact> {
    vec![UnknownFact {
        fact: "the user that nginx runs as".to_owned(),
        needed_by: vec!["socket-permission-denied".to_owned()],
        how: "give a profile or --sysroot".to_owned(),
    }]
}

pub fn errors() -> Vec<RunError> {
    vec![RunError { message: "permission denied".to_owned(), file: Some("a.conf".to_owned()), line: Some(3) }]
}

/// The outcome in a format, in ASCII and without colours.
pub fn text(format: Format, diagnostics: &[Diagnostic], files: &Files) -> String {
    styled(format, diagnostics, files, Style::default())
}

pub fn styled(format: Format, diagnostics: &[Diagnostic], files: &Files, style: Style) -> String {
    let mut out = Vec::new();
    render(format, &outcome(diagnostics, files), &style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
