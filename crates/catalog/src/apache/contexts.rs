//! Where an Apache directive may stand, and who must allow it.

use crate::bits::bits;

bits! {
    /// A set of the nine contexts in which every directive was tried.
    Contexts: u16 {
        /// Outside of all sections.
        SERVER = 1;
        /// `<VirtualHost>`.
        VIRTUAL_HOST = 1 << 1;
        /// `<Directory>`.
        DIRECTORY = 1 << 2;
        /// `<Location>`.
        LOCATION = 1 << 3;
        /// `<Files>` outside of other sections.
        FILES = 1 << 4;
        /// `<Files>` in `<Directory>`.
        FILES_IN_DIRECTORY = 1 << 5;
        /// `<If>`.
        IF = 1 << 6;
        /// `<Proxy>`.
        PROXY = 1 << 7;
        /// `<Limit>` in `<Directory>`.
        LIMIT = 1 << 8;
        /// Everywhere but in `.htaccess`, which [`Htaccess`](super::Htaccess) tells.
        ALL = (1 << 9) - 1;
    }
}

bits! {
    /// The classes that `AllowOverride` grants to `.htaccess` files.
    AllowOverride: u8 {
        /// `AuthConfig`.
        AUTH_CONFIG = 1;
        /// `FileInfo`.
        FILE_INFO = 1 << 1;
        /// `Indexes`.
        INDEXES = 1 << 2;
        /// `Limit`.
        LIMIT = 1 << 3;
        /// `Options`.
        OPTIONS = 1 << 4;
        /// `All`.
        ALL = (1 << 5) - 1;
    }
}

impl AllowOverride {
    /// The words of the set, as they stand after `AllowOverride`; `All` alone for all of them.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        const WORDS: [(AllowOverride, &str); 5] = [
            (AllowOverride::AUTH_CONFIG, "AuthConfig"),
            (AllowOverride::FILE_INFO, "FileInfo"),
            (AllowOverride::INDEXES, "Indexes"),
            (AllowOverride::LIMIT, "Limit"),
            (AllowOverride::OPTIONS, "Options"),
        ];
        let all = self == AllowOverride::ALL;
        let single = WORDS.into_iter().filter(move |(class, _)| !all && self.contains(*class));
        all.then_some("All").into_iter().chain(single.map(|(_, word)| word))
    }
}

bits! {
    /// The flags that a directive is registered with: what httpd itself decides by.
    Overrides: u16 {
        /// `.htaccess` with `Limit`, and sections.
        OR_LIMIT = 1;
        /// `.htaccess` with `Options`, sections and server level.
        OR_OPTIONS = 1 << 1;
        /// `.htaccess` with `FileInfo`, sections and server level.
        OR_FILEINFO = 1 << 2;
        /// `.htaccess` with `AuthConfig`, and sections.
        OR_AUTHCFG = 1 << 3;
        /// `.htaccess` with `Indexes`, sections and server level.
        OR_INDEXES = 1 << 4;
        /// All of the five above.
        OR_ALL = (1 << 5) - 1;
        /// Sections.
        ACCESS_CONF = 1 << 6;
        /// The server and virtual hosts.
        RSRC_CONF = 1 << 7;
        /// Obeyed while the file is being read.
        EXEC_ON_READ = 1 << 8;
        /// `<Proxy>`.
        PROXY_CONF = 1 << 9;
    }
}

bits! {
    /// The contexts that the manual names.
    DocumentedContexts: u8 {
        /// Server config.
        SERVER = 1;
        /// Virtual host.
        VIRTUAL_HOST = 1 << 1;
        /// Directory.
        DIRECTORY = 1 << 2;
        /// `.htaccess`.
        HTACCESS = 1 << 3;
        /// Proxy section.
        PROXY = 1 << 4;
    }
}
