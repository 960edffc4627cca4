//! Whose file it is: what the path says and what the content says, put together.

use std::fmt;
use std::path::Path;

use super::As;
use super::shape::{is_template, lower_name, shape};
use super::sniff::{Evidence, sniff};

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Claim {
    /// A daemon starts with it.
    Main(As),
    /// A main file includes it, or would.
    Fragment(As),
    /// Nobody's whose files are read here.
    Not(SkipReason),
}

/// Why a file that looks like configuration is not read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SkipReason {
    /// It belongs to this other program.
    Foreign(&'static str),
    /// A configuration is made from it, with other words in the place of its marks.
    Template,
    /// Neither its path nor its lines say whose it is.
    NotRecognised,
    /// The settings exclude it.
    Excluded,
    /// It is larger than any configuration is.
    TooLarge,
    /// It lies on a host and no main file includes it.
    NotReached,
    /// It could not be read.
    Unreadable,
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            SkipReason::Foreign(program) => return write!(f, "looks like a file of {program}"),
            SkipReason::Template => "is a template",
            SkipReason::NotRecognised => "is not recognised",
            SkipReason::Excluded => "is excluded by the settings",
            SkipReason::TooLarge => "is too large",
            SkipReason::NotReached => "is not included by a main file",
            SkipReason::Unreadable => "cannot be read",
        };
        f.write_str(words)
    }
}

/// Decides from the path and the first bytes of a file.
pub(super) fn claim(path: &Path, text: &[u8]) -> Claim {
    let shape = shape(path);
    let evidence = sniff(text);
    if is_template(&lower_name(path)) || evidence.template {
        return Claim::Not(SkipReason::Template);
    }
    if let Some(program) = evidence.foreign_program() {
        return Claim::Not(SkipReason::Foreign(program));
    }
    let says = evidence.reader().filter(|reader| evidence.is_plausible(*reader));
    if let Some(program) = shape.foreign
        && !says.is_some_and(|reader| evidence.is_sure(reader))
    {
        return Claim::Not(SkipReason::Foreign(program));
    }
    let settled = settle(shape.reader, says, &evidence);
    let Some(reader) = settled.filter(|reader| shape.main_name || !evidence.is_strange(*reader)) else {
        return Claim::Not(SkipReason::NotRecognised);
    };
    let named = shape.main_name && shape.reader == Some(reader);
    let main = match reader {
        As::Htaccess => return Claim::Fragment(reader),
        _ if shape.pool_folder => false,
        _ if named => !evidence.is_fragment(reader),
        _ => evidence.is_main(reader),
    };
    if main { Claim::Main(reader) } else { Claim::Fragment(reader) }
}

/// The path's guess holds unless the content clearly says another and nothing in it speaks for the guess.
fn settle(guess: Option<As>, says: Option<As>, evidence: &Evidence) -> Option<As> {
    match (guess, says) {
        (Some(guess), Some(other)) if guess != other && evidence.points(guess) == 0 => Some(other),
        (Some(guess), _) => Some(guess),
        (None, says) => says,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> Claim {
        claim(Path::new(path), text.as_bytes())
    }

    #[test]
    fn a_file_with_a_main_files_name_may_still_be_a_site() {
        assert_eq!(of("/p/nginx.conf", "server {\n listen 80;\n}\n"), Claim::Fragment(As::Nginx));
        assert_eq!(of("/p/nginx.conf", "worker_processes 1;\n"), Claim::Main(As::Nginx));
        assert_eq!(of("/p/httpd.conf", "<VirtualHost *:80>\n</VirtualHost>\n"), Claim::Fragment(As::Apache));
        assert_eq!(of("/p/php-fpm.conf", "[www]\nlisten = 9000\npm = static\n"), Claim::Fragment(As::PhpFpm));
        assert_eq!(of("/p/php.ini", ""), Claim::Main(As::PhpIni));
    }

    #[test]
    fn a_main_file_is_known_by_its_content_under_any_name() {
        assert_eq!(
            of("/p/web.conf", "events {}\nhttp {\n server { listen 80; }\n}\n"),
            Claim::Main(As::Nginx)
        );
        assert_eq!(of("/p/web.conf", "[global]\ninclude = x\n[a]\npm = static\n"), Claim::Main(As::PhpFpm));
        assert_eq!(of("/p/web.conf", "ServerRoot /x\nListen 80\n"), Claim::Main(As::Apache));
    }

    #[test]
    fn a_file_in_a_pool_folder_is_never_a_main_file() {
        let overlay = "[global]\nerror_log = x\n[www]\nlisten = 9000\npm = static\n";
        assert_eq!(of("/p/php-fpm.d/all.conf", overlay), Claim::Fragment(As::PhpFpm));
    }

    #[test]
    fn content_corrects_a_wrong_guess_but_not_a_likely_one() {
        assert_eq!(
            of("/p/nginx/www.conf", "[www]\nlisten = 9000\npm = static\n"),
            Claim::Fragment(As::PhpFpm)
        );
        assert_eq!(of("/p/nginx/part.conf", "deny all;\n"), Claim::Fragment(As::Nginx));
        assert_eq!(of("/p/nginx/empty.conf", ""), Claim::Fragment(As::Nginx));
    }

    #[test]
    fn lookalikes_and_templates_are_not_claimed() {
        let supervisor = of("/p/supervisor/php-fpm.conf", "[program:fpm]\ncommand=php-fpm\n");
        assert_eq!(supervisor, Claim::Not(SkipReason::Foreign("supervisord")));
        assert_eq!(of("/p/proftpd.conf", "ServerName x\n"), Claim::Not(SkipReason::Foreign("ProFTPD")));
        assert_eq!(
            of("/p/nginx/site.conf", "server { listen {{ port }}; }\n"),
            Claim::Not(SkipReason::Template)
        );
        assert_eq!(of("/p/nginx/site.conf.template", "server {}\n"), Claim::Not(SkipReason::Template));
        assert_eq!(of("/p/other.conf", "a = b\n"), Claim::Not(SkipReason::NotRecognised));
        let redis = "bind 127.0.0.1\nport 6379\ntimeout 0\nloglevel notice\ninclude x\n";
        assert_eq!(of("/p/redis/redis.conf", redis), Claim::Not(SkipReason::Foreign("Redis")));
        assert_eq!(of("/p/cache.conf", redis), Claim::Not(SkipReason::NotRecognised));
        let openssl = "[req]\nprompt = no\nbits = 2048\ndn = x\n";
        assert_eq!(of("/p/nginx/openssl.conf", openssl), Claim::Not(SkipReason::NotRecognised));
    }
}
