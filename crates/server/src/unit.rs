//! A workspace folder, or a document that belongs to none: what is loaded and checked together.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fpmlint_engine::{Changes, Options, RunError, Session, SettingsFrom};
use fpmlint_syntax::Dialect;
use fpmlint_text::FileId;
use fpmlint_workspace::{As, Memory, Overlay, SETTINGS_NAME, SkipReason, System};

use crate::document::Document;
use crate::options::EditorSettings;

/// What is loaded together.
#[derive(Debug)]
pub(crate) struct Unit {
    /// The folder; for a document of no folder the document.
    pub path: PathBuf,
    /// The same with its links followed.
    followed: PathBuf,
    /// What the editor's settings say.
    pub settings: EditorSettings,
    /// What is wrong with the settings file.
    pub problems: Vec<RunError>,
    /// What could not be done, for the user to see; each once.
    pub said: BTreeSet<String>,
    system: Arc<Overlay>,
    session: Option<Session>,
    changes: Changes,
    reload: bool,
}

impl Unit {
    /// A folder that is not loaded yet.
    pub fn folder(path: PathBuf, system: &Arc<Overlay>, settings: EditorSettings) -> Unit {
        let followed = system.followed(&path);
        Unit {
            path,
            followed,
            settings,
            problems: Vec::new(),
            said: BTreeSet::new(),
            system: Arc::clone(system),
            session: None,
            changes: Changes::default(),
            reload: true,
        }
    }

    /// A document of no folder, judged alone: nothing else is read, not even its neighbours.
    pub fn lone(document: &Document, settings: EditorSettings) -> Unit {
        let unit = Unit::lone_at(document.path.clone(), document, settings.clone());
        match as_language(&document.language) {
            Some(kind) if unit.dialect(&document.path).is_none() => {
                Unit::lone_at(told_path(kind, &document.path), document, settings)
            }
            _ => unit,
        }
    }

    fn lone_at(path: PathBuf, document: &Document, settings: EditorSettings) -> Unit {
        let system = Arc::new(Overlay::new(Arc::new(Memory::new())));
        system.set(&path, document.shared());
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let mut options = Options::new(Arc::clone(&system) as Arc<dyn System>, folder);
        settings.apply_rules(&mut options);
        options.paths = vec![path.clone()];
        options.settings = SettingsFrom::Nowhere;
        Unit {
            followed: path.clone(),
            path,
            settings,
            problems: Vec::new(),
            said: BTreeSet::new(),
            system,
            session: Session::open(options).ok(),
            changes: Changes::default(),
            reload: false,
        }
    }

    /// What is loaded; nothing where the settings file is wrong or nothing was loaded yet.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// Whether something changed since [`Unit::update`].
    pub fn is_stale(&self) -> bool {
        self.reload || !self.changes.is_empty()
    }

    /// Whether it was never loaded.
    pub fn is_new(&self) -> bool {
        self.session.is_none() && self.reload && self.problems.is_empty()
    }

    /// Gives a folder other settings.
    pub fn set_settings(&mut self, settings: EditorSettings) {
        if self.settings != settings {
            self.settings = settings;
            self.session = None;
            self.reload = true;
        }
    }

    /// The text of a lone document changed.
    pub fn set_lone_text(&mut self, document: &Document) {
        self.system.set(&self.path, document.shared());
        self.changes.texts.push(self.path.clone());
    }

    /// The text of a file changed. What the project does not read, such an edit does not bring in.
    pub fn note_text(&mut self, path: &Path) {
        if self.is_settings_file(path) {
            self.reload = true;
        } else if let Some(file) = self.file(path) {
            let path = self.session.as_ref().map(|session| session.project().files.get(file).path.clone());
            self.changes.texts.extend(path);
        }
    }

    /// Something came, went or is new at a path.
    pub fn note_structure(&mut self, path: &Path) {
        if self.is_settings_file(path) {
            self.reload = true;
        } else if self.holds(path) || self.file(path).is_some() {
            self.changes.structure.push(path.to_owned());
        }
    }

    /// Whether a path lies in the folder.
    pub fn holds(&self, path: &Path) -> bool {
        path.starts_with(&self.path) || self.system.followed(path).starts_with(&self.followed)
    }

    fn is_settings_file(&self, path: &Path) -> bool {
        let read = self.session.iter().any(|session| {
            session.project().settings.files.iter().any(|file| file == path)
                || session.options().settings == SettingsFrom::File(path.to_owned())
        });
        let named = path.file_name().is_some_and(|name| name == SETTINGS_NAME);
        read || named
            && path.parent().is_some_and(|folder| self.path.starts_with(folder) || self.holds(folder))
    }

    /// Brings the findings up to date; whether there was anything to do.
    pub fn update(&mut self) -> bool {
        if !self.is_stale() {
            return false;
        }
        let changes = std::mem::take(&mut self.changes);
        let reload = std::mem::take(&mut self.reload);
        let result = match &mut self.session {
            Some(session) if reload => {
                let result = session.reload_settings();
                if result.is_err() {
                    session.apply(&changes);
                }
                result
            }
            Some(session) => {
                session.apply(&changes);
                return true;
            }
            None => self.open(),
        };
        self.problems = result.err().unwrap_or_default();
        true
    }

    fn open(&mut self) -> Result<(), Vec<RunError>> {
        let mut options = Options::new(Arc::clone(&self.system) as Arc<dyn System>, self.path.clone());
        self.settings.apply(&mut options, &self.path);
        self.session = Some(Session::open(options)?);
        Ok(())
    }

    /// The number of a file that was read, by any of the names that it may have.
    pub fn file(&self, path: &Path) -> Option<FileId> {
        let files = &self.session.as_ref()?.project().files;
        files.find(path).or_else(|| {
            let followed = self.system.followed(path);
            let below = followed.strip_prefix(&self.followed).ok().map(|rest| self.path.join(rest));
            files.find(&followed).or_else(|| files.find(&below?))
        })
    }

    /// How a file was read, where it was read as configuration.
    pub fn dialect(&self, path: &Path) -> Option<Dialect> {
        let file = self.file(path)?;
        let read = &self.session.as_ref()?.project().read;
        read.iter().find(|(read, _)| *read == file).map(|(_, dialect)| *dialect)
    }

    /// Whether the folder decides what is said of a document: it reads it, or leaves it out on purpose.
    pub fn decides(&self, path: &Path) -> bool {
        let Some(session) = &self.session else { return self.holds(path) };
        if self.is_settings_file(path) || self.dialect(path).is_some() {
            return true;
        }
        let left_out = |reason: SkipReason| {
            matches!(reason, SkipReason::Excluded | SkipReason::Foreign(_) | SkipReason::Template)
        };
        session
            .project()
            .loaded
            .skipped
            .iter()
            .any(|skipped| skipped.path == path && left_out(skipped.reason))
    }
}

/// What a language of an editor is read as.
fn as_language(language: &str) -> Option<As> {
    match language.to_ascii_lowercase().as_str() {
        "nginx" => Some(As::Nginx),
        "apache" | "apacheconf" | "httpd" => Some(As::Apache),
        "htaccess" => Some(As::Htaccess),
        "php-fpm" | "phpfpm" => Some(As::PhpFpm),
        "php-ini" | "phpini" | "php.ini" => Some(As::PhpIni),
        _ => None,
    }
}

/// A path that says what a document is, for one whose own does not.
fn told_path(kind: As, path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default();
    let mut file = match kind {
        As::Nginx => PathBuf::from("/etc/nginx/conf.d"),
        As::Apache => PathBuf::from("/etc/httpd/conf.d"),
        As::PhpFpm => PathBuf::from("/etc/php-fpm.d"),
        As::PhpIni => return PathBuf::from("/etc/php.ini"),
        As::Htaccess => return PathBuf::from("/var/www/html/.htaccess"),
    };
    file.push(name);
    file.as_mut_os_string().push(".conf");
    file
}
