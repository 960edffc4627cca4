//! What rules ask the request engine: telling requests, as data at the head of each rule.
//!
//! In: questions and a site. Out: the requests that they mean there, each once, in the order of their paths. Invariant:
//! a rule asks a site nothing but what its questions say.

use std::cell::OnceCell;
use std::net::{IpAddr, Ipv4Addr};

use fpmlint_catalog::nginx::id as nginx_id;
use fpmlint_catalog::php_fpm::id;
use fpmlint_daemons::{Part, Place};
use fpmlint_stack::docroot::InfoPage;
use fpmlint_stack::request::{Presence, Request};
use fpmlint_stack::{SiteId, SiteServer, Stack};
use fpmlint_workspace::Entry;

/// The prefixes of a site that have rules of their own, looked up once.
type Prefixes = OnceCell<Vec<Vec<u8>>>;

/// What is asked for, who asks, and what of the answer counts.
pub(crate) struct Question {
    pub about: About,
    pub by: Client,
    pub wants: Wants,
}

/// What is asked for.
#[derive(Clone, Copy)]
pub(crate) enum About {
    /// This path.
    Path(&'static [u8]),
    /// This path below each prefix of the site that has rules of its own.
    BelowPrefixes(&'static [u8]),
    /// Each prefix of the site that has rules of its own and ends so.
    PrefixesEndingIn(&'static [u8]),
    /// The status and ping pages of the pools that the site's requests may reach.
    PoolPages,
    /// The pages in the site's document roots that call `phpinfo()`.
    InfoPages,
    /// The locations at the top of an nginx server that show nginx's counters.
    Counters,
    /// The folders below the document root of a virtual host whose `.htaccess` is known: the root itself, and those of
    /// files that were read.
    HtaccessFolders,
}

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) enum Client {
    /// Somebody whom no address rule names.
    Stranger,
    /// The machine itself, as a monitor on it does.
    Loopback,
}

/// What of the answer counts.
#[derive(Clone, Copy)]
pub(crate) enum Wants {
    /// Where the request ends.
    Route,
    /// What php-fpm is told, too.
    Call,
    /// The answer as the files of the host make it.
    Answer,
}

/// A request that a question means, and what it was made from.
pub(crate) struct Asked {
    pub request: Request,
    pub subject: Subject,
}

/// What a request was made from.
pub(crate) enum Subject {
    /// A path alone.
    Path,
    /// This page.
    Page(InfoPage),
    /// The line that makes nginx show its counters.
    Counters(Place),
}

impl Question {
    /// The request for a path that the question is about.
    pub fn request(&self, path: &[u8]) -> Request {
        let client = match self.by {
            Client::Stranger => None,
            Client::Loopback => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        };
        let request = match self.wants {
            Wants::Route => Request::route(path),
            Wants::Call => Request::get(path),
            Wants::Answer => Request { presence: Presence::Ask, ..Request::get(path) },
        };
        Request { client, ..request }
    }

    fn add(&self, stack: &Stack, site: SiteId, prefixes: &Prefixes, asked: &mut Vec<Asked>) {
        let mut add = |path: &[u8], subject| asked.push(Asked { request: self.request(path), subject });
        match self.about {
            About::Path(path) => add(path, Subject::Path),
            About::BelowPrefixes(path) => {
                for prefix in prefixes.get_or_init(|| stack.prefixes(site)) {
                    let folder = prefix.strip_suffix(b"/").unwrap_or(prefix);
                    add(&[folder, path].concat(), Subject::Path);
                }
            }
            About::PrefixesEndingIn(ending) => {
                let prefixes = prefixes.get_or_init(|| stack.prefixes(site)).iter();
                let meant = prefixes.filter(|prefix| prefix.ends_with(ending));
                meant.for_each(|prefix| add(prefix, Subject::Path));
            }
            About::PoolPages => {
                for pool in stack.pools_reached(site) {
                    for id in [id::PM_STATUS_PATH, id::PING_PATH] {
                        let path = stack.setting(pool, id).and_then(|setting| setting.value.known());
                        if let Some(path) = path.filter(|path| path.starts_with(b"/")) {
                            add(path, Subject::Path);
                        }
                    }
                }
            }
            About::InfoPages => {
                for root in stack.document_roots(site) {
                    for page in stack.info_pages(stack.sites[site].host, root).iter() {
                        add(&page.path, Subject::Page(page.clone()));
                    }
                }
            }
            About::Counters => counters(stack, site, add),
            About::HtaccessFolders => htaccess_folders(stack, site, add),
        }
    }
}

fn counters(stack: &Stack, site: SiteId, mut add: impl FnMut(&[u8], Subject)) {
    let SiteServer::Nginx { config, server } = stack.sites[site].server else { return };
    let config = &stack.nginx[config].config;
    for location in config.scope(server).all(nginx_id::LOCATION) {
        let Some(stub) = location.scope.and_then(|scope| config.scope(scope).last(nginx_id::STUB_STATUS))
        else {
            continue;
        };
        if let Some(matched) = config.location(location.at).filter(|it| !it.modifier.is_pattern()) {
            add(&matched.text, Subject::Counters(config.place(stub.at, Part::Head)));
        }
    }
}

fn htaccess_folders(stack: &Stack, site: SiteId, mut add: impl FnMut(&[u8], Subject)) {
    const NAME: &[u8] = b".htaccess";
    let SiteServer::Apache { config, server } = stack.sites[site].server else { return };
    let config = &stack.apache[config].config;
    let host = &stack.hosts[stack.sites[site].host];
    let Some((root, _)) = config.document_root(server).filter(|_| !config.fragment) else { return };
    let is_there = |entries: &[Entry]| entries.iter().any(|entry| entry.name == NAME);
    if host.list(&root).found().is_some_and(|entries| is_there(&entries)) {
        add(b"/", Subject::Path);
    }
    for other in stack.apache.iter().filter(|other| other.config.htaccess) {
        let file = host.host_path_of(&stack.files.get(other.config.main).path);
        let folder = file.filter(|file| file.file_name() == Some(NAME)).and_then(|file| file.parent());
        let below = folder.as_ref().and_then(|folder| folder.as_bytes().strip_prefix(root.as_bytes()));
        if let Some(below) = below.filter(|below| below.starts_with(b"/")) {
            add(&[below, b"/"].concat(), Subject::Path);
        }
    }
}

/// The requests that questions mean at a site; of those for one path made from nothing else the first.
pub(crate) fn ask(questions: &[Question], stack: &Stack, site: SiteId) -> Vec<Asked> {
    let mut asked = Vec::new();
    let prefixes = Prefixes::new();
    questions.iter().for_each(|question| question.add(stack, site, &prefixes, &mut asked));
    asked.sort_by(|one, other| one.request.path.cmp(&other.request.path));
    asked.dedup_by(|later, first| {
        let plain = matches!((&later.subject, &first.subject), (Subject::Path, Subject::Path));
        plain && later.request.path == first.request.path
    });
    asked
}
