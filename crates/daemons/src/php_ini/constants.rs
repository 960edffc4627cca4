//! PHP constants that stand unquoted in values.
//!
//! In: a word. Out: its value, if PHP always has such a constant. Only constants of the core are known: those
//! of an extension exist only where it is loaded, and a word that is none stays as it is.

use fpmlint_catalog::Version;

/// What a word is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Lookup {
    /// No constant of the core.
    None,
    /// A constant of this value.
    Known(String),
    /// A constant whose value depends on the build or on the version.
    Unknown,
}

const NUMBERS: [(&str, i64); 44] = [
    ("CREDITS_ALL", 4_294_967_295),
    ("DEBUG_BACKTRACE_IGNORE_ARGS", 2),
    ("DEBUG_BACKTRACE_PROVIDE_OBJECT", 1),
    ("E_COMPILE_ERROR", 64),
    ("E_COMPILE_WARNING", 128),
    ("E_CORE_ERROR", 16),
    ("E_CORE_WARNING", 32),
    ("E_DEPRECATED", 8192),
    ("E_ERROR", 1),
    ("E_NOTICE", 8),
    ("E_PARSE", 4),
    ("E_RECOVERABLE_ERROR", 4096),
    ("E_STRICT", 2048),
    ("E_USER_DEPRECATED", 16384),
    ("E_USER_ERROR", 256),
    ("E_USER_NOTICE", 1024),
    ("E_USER_WARNING", 512),
    ("E_WARNING", 2),
    ("INI_ALL", 7),
    ("INI_PERDIR", 2),
    ("INI_SYSTEM", 4),
    ("INI_USER", 1),
    ("LOCK_EX", 2),
    ("LOCK_SH", 1),
    ("LOCK_UN", 3),
    ("LOG_ALERT", 1),
    ("LOG_AUTH", 32),
    ("LOG_CRIT", 2),
    ("LOG_CRON", 72),
    ("LOG_DAEMON", 24),
    ("LOG_DEBUG", 7),
    ("LOG_EMERG", 0),
    ("LOG_ERR", 3),
    ("LOG_INFO", 6),
    ("LOG_LOCAL0", 128),
    ("LOG_MAIL", 16),
    ("LOG_NOTICE", 5),
    ("LOG_SYSLOG", 40),
    ("LOG_USER", 8),
    ("LOG_WARNING", 4),
    ("PHP_INT_MAX", i64::MAX),
    ("PHP_INT_MIN", i64::MIN),
    ("PHP_INT_SIZE", 8),
    ("PHP_MAXPATHLEN", 4096),
];

const TEXTS: [(&str, &str); 6] = [
    ("DIRECTORY_SEPARATOR", "/"),
    ("PATH_SEPARATOR", ":"),
    ("PHP_EOL", "\n"),
    ("PHP_OS", "Linux"),
    ("PHP_OS_FAMILY", "Linux"),
    ("PHP_SHLIB_SUFFIX", "so"),
];

const OF_THE_BUILD: [&str; 18] = [
    "DEFAULT_INCLUDE_PATH",
    "PEAR_EXTENSION_DIR",
    "PEAR_INSTALL_DIR",
    "PHP_BINARY",
    "PHP_BINDIR",
    "PHP_CONFIG_FILE_PATH",
    "PHP_CONFIG_FILE_SCAN_DIR",
    "PHP_DATADIR",
    "PHP_EXTENSION_DIR",
    "PHP_EXTRA_VERSION",
    "PHP_LIBDIR",
    "PHP_LOCALSTATEDIR",
    "PHP_MANDIR",
    "PHP_PREFIX",
    "PHP_RELEASE_VERSION",
    "PHP_SYSCONFDIR",
    "PHP_VERSION",
    "PHP_VERSION_ID",
];

/// Looks a word up, case counting.
pub(crate) fn find(word: &[u8], version: Option<Version>) -> Lookup {
    let Ok(word) = std::str::from_utf8(word) else { return Lookup::None };
    if let Some(value) = of_the_version(word, version) {
        return value;
    }
    if let Ok(index) = NUMBERS.binary_search_by(|(name, _)| (*name).cmp(word)) {
        return NUMBERS.get(index).map_or(Lookup::None, |(_, number)| Lookup::Known(number.to_string()));
    }
    if let Some((_, text)) = TEXTS.iter().find(|(name, _)| *name == word) {
        return Lookup::Known((*text).to_owned());
    }
    if OF_THE_BUILD.binary_search(&word).is_ok() { Lookup::Unknown } else { Lookup::None }
}

/// `E_ALL` lost `E_STRICT` in PHP 8.4; the numbers of the version are known with it.
fn of_the_version(word: &str, version: Option<Version>) -> Option<Lookup> {
    let number = match word {
        "E_ALL" => {
            let newer = version.is_some_and(|version| version >= Version::new(8, 4, 0));
            Some(if newer { 30719 } else { 32767 })
        }
        "PHP_MAJOR_VERSION" => version.map(|version| i64::from(version.major)),
        "PHP_MINOR_VERSION" => version.map(|version| i64::from(version.minor)),
        _ => return None,
    };
    Some(number.map_or(Lookup::Unknown, |number| Lookup::Known(number.to_string())))
}
