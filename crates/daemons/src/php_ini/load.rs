//! Reading php.ini and the files of its scan folder.
//!
//! In: the main file, if there is one, and the pattern of the scan folder. Out: settings in reading order and
//! the parts of files that PHP drops. Invariant: reading one file never fails; what stands behind a syntax
//! error is dropped in that file alone.

use fpmlint_catalog::Version;
use fpmlint_syntax::Dialect;
use fpmlint_text::{FileId, Span};
use fpmlint_workspace::{GlobStyle, Host, Lookup};
use rustc_hash::FxHashMap;

use super::cursor::Cursor;
use super::grammar::{self, Event, EventKind, Sink, Text, Variable};
use crate::php_fpm::{Unknown, Value};
use crate::{Place, RefusalKind};

/// What is to be read.
#[derive(Clone, Copy, Debug)]
pub struct IniSource<'a> {
    /// The host.
    pub host: &'a Host,
    /// php.ini itself, if there is one.
    pub main: Option<FileId>,
    /// Pattern of the scan folder, such as `/etc/php/8.2/fpm/conf.d/*.ini`.
    pub scan: Option<&'a [u8]>,
    /// The version that is aimed at.
    pub version: Option<Version>,
    /// Whether the file is a `.user.ini`, which PHP reads with each request below its folder.
    pub per_folder: bool,
}

/// The ini settings of one PHP.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ini {
    /// The target version that it was read for.
    pub version: Option<Version>,
    /// Whether it is a `.user.ini`.
    pub per_folder: bool,
    /// Every setting in reading order.
    pub settings: Vec<IniSetting>,
    /// Every `[PATH=…]` and `[HOST=…]`.
    pub scopes: Vec<Place>,
    /// Every file that was read, in order.
    pub files: Vec<FileId>,
    /// Files whose rest PHP drops.
    pub dropped: Vec<Dropped>,
    /// Whether the main file and the scan folder are all known, so that an absent setting is absent.
    pub complete: bool,
    /// Facts that were missing.
    pub unknowns: Vec<Unknown>,
    /// The last setting of each name that holds for all requests: every pool asks for some.
    last: FxHashMap<Box<[u8]>, usize>,
}

/// One setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IniSetting {
    /// Its name as written; names count by case.
    pub name: Box<[u8]>,
    /// The key of `name[key] = value`.
    pub key: Option<Box<[u8]>>,
    /// Its value after PHP's evaluation; `Value::Refused` does not occur.
    pub value: Value,
    /// The statement.
    pub place: Place,
    /// For what requests it holds.
    pub scope: Scope,
}

/// For what requests a setting holds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// For all.
    All,
    /// Behind `[PATH=/folder]`: for scripts below the folder.
    Path(Box<[u8]>),
    /// Behind `[HOST=name]`: for this host name, in lower case.
    Host(Box<[u8]>),
}

/// The rest of a file that PHP drops after a syntax error. `php-fpm -t` still succeeds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dropped {
    /// Where the error is.
    pub place: Place,
    /// `UnterminatedQuote` or `SyntaxError`.
    pub kind: RefusalKind,
    /// What PHP writes, without the name of the file and the line.
    pub message: String,
    /// The line (from 1) that PHP names.
    pub daemon_line: u32,
    /// The bytes that are dropped.
    pub span: Span,
}

impl Ini {
    /// The setting in force for all requests: the last.
    pub fn effective(&self, name: &[u8]) -> Option<&IniSetting> {
        self.settings.get(*self.last.get(name)?)
    }

    /// All settings of a name that hold for all requests, in reading order.
    pub fn all(&self, name: &[u8]) -> impl Iterator<Item = &IniSetting> {
        self.settings.iter().filter(move |setting| setting.scope == Scope::All && *setting.name == *name)
    }

    /// The text in force; none where it is unset or not known.
    pub fn text(&self, name: &[u8]) -> Option<&[u8]> {
        self.effective(name)?.value.known()
    }

    /// The extensions that are loaded, in order: `extension` and `zend_extension` add up instead of
    /// replacing.
    pub fn extensions(&self) -> impl Iterator<Item = &IniSetting> {
        self.settings.iter().filter(|setting| is_extension(&setting.name) && setting.scope == Scope::All)
    }
}

fn is_extension(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"extension") || name.eq_ignore_ascii_case(b"zend_extension")
}

/// Reads php.ini, then the scan folder in the order of its names.
pub fn read(source: &IniSource<'_>) -> Ini {
    let mut loader = Loader {
        source: *source,
        ini: Ini {
            version: source.version,
            per_folder: source.per_folder,
            settings: Vec::new(),
            scopes: Vec::new(),
            files: Vec::new(),
            dropped: Vec::new(),
            complete: true,
            unknowns: Vec::new(),
            last: FxHashMap::default(),
        },
        known: FxHashMap::default(),
        expanded: 0,
    };
    if let Some(main) = source.main {
        loader.file(main);
    }
    if let Some(pattern) = source.scan {
        loader.scan(pattern);
    }
    loader.ini
}

/// Bytes that all variables together may bring in: each line may double the one before.
const MAX_EXPANDED: usize = 16 * 1024 * 1024;

/// More missing facts than anybody reads.
const MAX_UNKNOWNS: usize = 1000;

struct Loader<'a> {
    source: IniSource<'a>,
    ini: Ini,
    /// Values so far, for `${name}`.
    known: FxHashMap<Vec<u8>, Value>,
    /// Bytes that variables have brought in.
    expanded: usize,
}

impl Loader<'_> {
    fn scan(&mut self, pattern: &[u8]) {
        let host = self.source.host;
        let glob = host.glob(pattern, GlobStyle::PhpFpm);
        self.ini.complete &= glob.complete;
        for path in glob.matches.iter().filter(|path| glob.matched_dirs.binary_search(path).is_err()) {
            match host.open(path) {
                Lookup::Found(file) => self.file(file),
                Lookup::Absent => {}
                Lookup::Unknown | Lookup::Failed(_) => self.ini.complete = false,
            }
        }
    }

    fn file(&mut self, file: FileId) {
        self.ini.files.push(file);
        let tree = self.source.host.files().tree(file, Dialect::PhpIni);
        let mut cursor = Cursor::new(&tree);
        let version = self.source.version;
        let mut statements = Statements { loader: self, cursor: &mut cursor, file, scope: Scope::All };
        let outcome = grammar::parse(tree.text(), version, &mut statements);
        let Some(fault) = outcome.fault else { return };
        let length = tree.text().len() as u32;
        let at = fault.at as u32;
        let unterminated =
            outcome.unterminated_quote.is_some() || fault.message.ends_with("TC_QUOTED_STRING or '\"'");
        self.ini.dropped.push(Dropped {
            place: cursor.error(file, at..at + 1, at),
            kind: if unterminated { RefusalKind::UnterminatedQuote } else { RefusalKind::SyntaxError },
            message: fault.message,
            daemon_line: fault.line,
            span: Span::new(at, length),
        });
    }

    fn store(&mut self, setting: IniSetting) {
        if setting.scope == Scope::All && setting.key.is_none() && !is_extension(&setting.name) {
            self.known.insert(setting.name.to_vec(), setting.value.clone());
        }
        if setting.scope == Scope::All {
            self.ini.last.insert(setting.name.clone(), self.ini.settings.len());
        }
        self.ini.settings.push(setting);
    }
}

struct Statements<'s, 'a, 'c> {
    loader: &'s mut Loader<'a>,
    cursor: &'s mut Cursor<'c>,
    file: FileId,
    scope: Scope,
}

impl<'t> Sink<'t> for Statements<'_, '_, '_> {
    /// Settings come before the environment.
    fn variable(&mut self, name: &'t [u8]) -> Variable {
        if let Some(value) = self.loader.known.get(name) {
            let Some(value) = value.known() else { return Variable::Unknown };
            self.loader.expanded = self.loader.expanded.saturating_add(value.len());
            let fits = self.loader.expanded <= MAX_EXPANDED;
            return if fits { Variable::Set(value.to_vec()) } else { Variable::Unknown };
        }
        let shown = String::from_utf8_lossy(name);
        let unknown = Unknown {
            what: format!("the value of ${{{shown}}} in PHP's environment"),
            how: format!("write the value of {shown} in place of the variable"),
        };
        let unknowns = &self.loader.ini.unknowns;
        if unknowns.len() < MAX_UNKNOWNS && !unknowns.contains(&unknown) {
            self.loader.ini.unknowns.push(unknown);
        }
        Variable::Unknown
    }

    fn event(&mut self, event: Event<'t>) {
        let place = self.cursor.place(self.file, event.at as u32);
        let (name, key, value) = match event.kind {
            EventKind::Section { written, name } => {
                if let Some(scope) = scope(written, name) {
                    self.scope = scope;
                    self.loader.ini.scopes.push(place);
                }
                return;
            }
            // A name alone sets nothing.
            EventKind::Entry { value: None, .. } => return,
            EventKind::Entry { name, value: Some(value) } => (name, None, value),
            EventKind::Array { name, written_key, key, value } => {
                let key = match key {
                    Text::Known(key) => key.into_owned(),
                    Text::Unknown => written_key.to_vec(),
                };
                (name, Some(key.into_boxed_slice()), value)
            }
        };
        let value = match value {
            Text::Known(text) => Value::Known(text.into_owned().into_boxed_slice()),
            Text::Unknown => Value::Unknown,
        };
        self.loader.store(IniSetting { name: name.into(), key, value, place, scope: self.scope.clone() });
    }
}

/// The scope behind a header, if it is one with `PATH` or `HOST`: an ordinary header does not go back to all requests.
fn scope(written: &[u8], name: Text<'_>) -> Option<Scope> {
    let name = match &name {
        Text::Known(name) => name.as_ref(),
        Text::Unknown => written,
    };
    let (keyword, rest) = name.split_at_checked(4).unwrap_or((name, b""));
    let end = rest.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
    let rest = rest.get(..end).unwrap_or(b"");
    let start = rest.iter().position(|byte| !matches!(byte, b'=' | b' ' | b'\t')).unwrap_or(rest.len());
    let argument = rest.get(start..).unwrap_or(b"");
    if rest.is_empty() {
        None
    } else if keyword.eq_ignore_ascii_case(b"PATH") {
        Some(Scope::Path(argument.into()))
    } else if keyword.eq_ignore_ascii_case(b"HOST") {
        Some(Scope::Host(argument.to_ascii_lowercase().into()))
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
