//! Which sections hold for a request, in the order in which httpd lays them over each other.
//!
//! Folders from the top down with their `.htaccess`, patterns of folders, files, locations, conditions; in each kind
//! those of the main server before those of the virtual host.

use fpmlint_catalog::apache::{DirectiveId, id};
use fpmlint_daemons::apache::ScopeId;
use fpmlint_workspace::{HostPath, has_wildcard};

use super::file::Kind;
use super::lines::{At, Line};
use super::translate::Hit;
use super::{Walk, wildcard};
use crate::request::{Outcome, rights};

/// A limit on how deep conditions are looked into.
const MAX_CONDITIONS: usize = 1000;

impl<'a> Walk<'a> {
    /// The main server and the virtual host.
    pub(super) fn servers(&self) -> impl DoubleEndedIterator<Item = At<'a>> + use<'a> {
        let own = (self.server != ScopeId::MAIN).then(|| At::new(self.config, self.server));
        std::iter::once(At::new(self.config, ScopeId::MAIN)).chain(own)
    }

    /// The statements of some directives in the main server, then in the virtual host, as written.
    pub(super) fn server_lines(&self, directives: &[DirectiveId]) -> Vec<Line<'a>> {
        let mut lines = Vec::new();
        for server in self.servers() {
            lines.append(&mut server.mixed(directives));
        }
        lines
    }

    /// The `<Location>` sections that match the path.
    pub(super) fn locations(&mut self) -> Vec<At<'a>> {
        let mut found = Vec::new();
        for line in self.server_lines(&[id::SECTION_LOCATION, id::SECTION_LOCATION_MATCH]) {
            let Some(section) = line.opens() else { continue };
            let target = section.target();
            let holds = if section.facts().is_pattern {
                let path = self.path.clone();
                self.matches(line, &target, &path)
            } else {
                location_covers(&target, &self.path)
            };
            if holds {
                found.push(section);
            }
        }
        found
    }

    /// Lays the sections for a file over each other.
    pub(super) fn apply_to_file(&mut self, locations: &[At<'a>]) {
        self.applied = self.servers().collect();
        self.walk_folders();
        self.walk_files();
        self.applied.extend_from_slice(locations);
        self.walk_conditions();
    }

    /// Lays the sections for what a `ProxyPass` took over each other: no folders and no files are among them.
    pub(super) fn apply_to_proxied(&mut self, hit: &Hit<'a>, locations: &[At<'a>]) {
        self.filename = [b"proxy:", &hit.url[..]].concat();
        self.path_info = Vec::new();
        self.applied = self.servers().collect();
        for line in self.server_lines(&[id::SECTION_PROXY, id::SECTION_PROXY_MATCH]) {
            let Some(section) = line.opens() else { continue };
            let target = section.target();
            let holds = if section.facts().is_pattern {
                self.matches(line, &target, &hit.url)
            } else if has_wildcard(&target) {
                wildcard::matches(&target, &hit.url, wildcard::Style::Text)
            } else {
                hit.url.get(..target.len()).is_some_and(|start| start.eq_ignore_ascii_case(&target))
            };
            if holds {
                self.applied.push(section);
            }
        }
        self.applied.extend_from_slice(locations);
        self.walk_conditions();
    }

    fn walk_folders(&mut self) {
        let file = self.filename.clone();
        let folder = match file.strip_suffix(b"/") {
            Some(folder) => folder,
            None if self.kind_of(&file) == Kind::Folder => &file[..],
            None => file.get(..memchr::memrchr(b'/', &file).unwrap_or(0)).unwrap_or(b""),
        };
        let mut plain: Vec<(usize, At<'a>)> = Vec::new();
        let mut patterns: Vec<At<'a>> = Vec::new();
        for line in self.server_lines(&[id::SECTION_DIRECTORY, id::SECTION_DIRECTORY_MATCH]) {
            let Some(section) = line.opens() else { continue };
            let target = section.target();
            if section.facts().is_pattern {
                if self.matches(line, &target, &file) {
                    patterns.push(section);
                }
            } else if let Some(depth) = self.directory_covers(&target, folder) {
                plain.push((depth, section));
            }
        }
        plain.sort_by_key(|(depth, _)| *depth);
        let depth = folder.iter().filter(|byte| **byte == b'/').count();
        let mut plain = plain.into_iter().peekable();
        let (mut overrides, mut list) = (None, None);
        let mut is_read = false;
        let own_files = self.htaccess_of_stack();
        self.enter(&file);
        for level in 0..=depth {
            while let Some((_, section)) = plain.next_if(|(at, _)| *at == level) {
                overrides = section.last(id::ALLOW_OVERRIDE).or(overrides);
                list = section.last(id::ALLOW_OVERRIDE_LIST).or(list);
                is_read = overrides.is_some_and(|line| !line.text(0).eq_ignore_ascii_case(b"none"));
                self.applied.push(section);
            }
            if self.asks_all() {
                let start = folder.get(..slash_number(folder, level + 1)).unwrap_or(folder);
                self.lay_htaccess(HostPath::new([start, b"/.htaccess"].concat()), overrides, list);
            } else if is_read || overrides.is_none() && !own_files.is_empty() {
                self.read_htaccess(folder, level, overrides, &own_files);
            }
        }
        self.applied.extend(patterns);
    }

    /// A folder above the file that httpd may not enter ends the request.
    fn enter(&mut self, file: &[u8]) {
        let Some(account) = self.stack.account(self.web).account.as_ref().filter(|_| self.asks_all()) else {
            return;
        };
        if rights::reaches(self.host, account, &HostPath::new(file)) == Some(false) {
            let reason = format!("a folder above {} is closed to httpd", String::from_utf8_lossy(file));
            self.refused_folder = Some(Outcome::Error { status: 403, reason });
        }
    }

    /// How many parts the path of a `<Directory>` has, if it holds for the folder.
    fn directory_covers(&self, target: &[u8], folder: &[u8]) -> Option<usize> {
        let path = self.config.server_root.resolve(target);
        let wanted = &path[..];
        if wanted == b"/" {
            return Some(0);
        }
        let depth = wanted.iter().filter(|byte| **byte == b'/').count();
        if !has_wildcard(wanted) {
            let below = folder.strip_prefix(wanted)?;
            return (below.is_empty() || below.starts_with(b"/")).then_some(depth);
        }
        let end = slash_number(folder, depth + 1);
        let start = folder.get(..end)?;
        wildcard::matches(wanted, start, wildcard::Style::Path).then_some(depth)
    }

    /// `.htaccess` files that were read on their own, by their paths.
    fn htaccess_of_stack(&self) -> Vec<(&'a HostPath, At<'a>)> {
        let all = self.stack.apache.iter().filter(|apache| apache.config.htaccess);
        let here = all.filter(|apache| std::ptr::eq(&*self.stack.hosts[apache.host], self.host));
        here.map(|apache| (&apache.config.path, At::new(&apache.config, ScopeId::MAIN))).collect()
    }

    /// Adds the `.htaccess` of the folder's parent of this depth; one that was not read is a doubt, at the line that
    /// lets it in.
    fn read_htaccess(
        &mut self,
        folder: &[u8],
        level: usize,
        overrides: Option<Line<'a>>,
        own_files: &[(&'a HostPath, At<'a>)],
    ) {
        let start = folder.get(..slash_number(folder, level + 1)).unwrap_or(folder);
        if start.len() == folder.len() && !self.root_unknown {
            // What lies beside the file is asked about again and again: one listing costs less.
            self.host.list(&HostPath::new(folder));
        }
        let path = HostPath::new([start, b"/.htaccess"].concat());
        if let Some((_, scope)) = own_files.iter().find(|(own, _)| **own == path) {
            self.applied.push(*scope);
            return;
        }
        if let Some(line) = overrides
            && !self.root_unknown
            && self.host.kind(&path).found().is_some()
        {
            self.doubt(line);
        }
    }

    fn walk_files(&mut self) {
        let file = self.filename.clone();
        let name = file.rsplit(|byte| *byte == b'/').next().unwrap_or(b"");
        // What the sections add is not looked into again.
        for number in 0..self.applied.len() {
            let Some(scope) = self.applied.get(number).copied() else { break };
            for line in scope.mixed(&[id::SECTION_FILES, id::SECTION_FILES_MATCH]) {
                let Some(section) = line.opens() else { continue };
                let target = section.target();
                let holds = if section.facts().is_pattern {
                    self.matches(line, &target, name)
                } else if has_wildcard(&target) {
                    wildcard::matches(&target, name, wildcard::Style::Text)
                } else {
                    target[..] == *name
                };
                if holds {
                    self.applied.push(section);
                }
            }
        }
    }

    /// Adds the `<If>` sections that hold, those within them included.
    fn walk_conditions(&mut self) {
        let mut at = 0;
        while let Some(scope) = self.applied.get(at).copied() {
            at += 1;
            let mut before = None;
            for line in scope.mixed(&[id::SECTION_IF, id::SECTION_ELSE_IF, id::SECTION_ELSE]) {
                let Some(section) = line.opens() else { continue };
                let holds = self.condition_holds(line, section, before);
                before = match (line.directive() == Some(id::SECTION_IF), before) {
                    (false, Some(true)) => Some(true),
                    _ => holds,
                };
                match holds {
                    Some(true) if self.applied.len() < MAX_CONDITIONS => self.applied.push(section),
                    None if decides(section) => {
                        let handlers = [id::SET_HANDLER, id::ADD_HANDLER, id::FORCE_TYPE];
                        self.handler_unsure |=
                            handlers.iter().any(|handler| section.last(*handler).is_some());
                        self.doubt(line);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Whether an `<If>`, `<ElseIf>` or `<Else>` holds; `before` is whether one of its chain held. None where the
    /// files do not say.
    fn condition_holds(&self, line: Line<'a>, section: At<'a>, before: Option<bool>) -> Option<bool> {
        match line.directive() {
            Some(id::SECTION_IF) => self.expression(&section.target()),
            Some(id::SECTION_ELSE) => before.map(|held| !held),
            _ => match before {
                Some(true) => Some(false),
                Some(false) => self.expression(&section.target()),
                None => None,
            },
        }
    }
}

/// Whether a section could change where a request ends; headers and logs do not.
fn decides(section: At<'_>) -> bool {
    const DECIDING: [DirectiveId; 14] = [
        id::SET_HANDLER,
        id::ADD_HANDLER,
        id::REMOVE_HANDLER,
        id::FORCE_TYPE,
        id::REQUIRE,
        id::SECTION_REQUIRE_ALL,
        id::SECTION_REQUIRE_ANY,
        id::SECTION_REQUIRE_NONE,
        id::DENY,
        id::REDIRECT,
        id::REDIRECT_MATCH,
        id::REWRITE_RULE,
        id::FALLBACK_RESOURCE,
        id::DIRECTORY_INDEX,
    ];
    DECIDING.iter().any(|directive| section.last(*directive).is_some())
}

/// Whether a `<Location>` without a pattern covers a path.
pub(super) fn location_covers(target: &[u8], path: &[u8]) -> bool {
    if has_wildcard(target) {
        return wildcard::matches(target, path, wildcard::Style::Path);
    }
    let Some(rest) = path.strip_prefix(target) else { return false };
    target.is_empty() || target.ends_with(b"/") || rest.is_empty() || rest.starts_with(b"/")
}

/// Where the slash of this number (from 1) stands, or the end.
fn slash_number(path: &[u8], number: usize) -> usize {
    memchr::memchr_iter(b'/', path).nth(number.saturating_sub(1)).unwrap_or(path.len())
}
