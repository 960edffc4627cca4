//! Virtual hosts and sections, and which statements stand directly in each.
//!
//! In: the statements of a configuration. Out: scopes in walking order, the main server first, each with its
//! statements indexed by directive. Merging them for a request is the business of whoever answers it.

use std::borrow::Cow;

use fpmlint_catalog::apache::{DirectiveId, id};

use super::Config;
use super::server::{self, Server};
use super::statement::StatementId;

/// The number of a scope; the main server is the first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct ScopeId(u32);

impl ScopeId {
    /// The main server.
    pub const MAIN: ScopeId = ScopeId(0);

    pub(super) fn new(index: usize) -> ScopeId {
        ScopeId(index as u32)
    }

    /// The index into [`Scopes::all`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a scope is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ScopeKind {
    /// Outside of all sections.
    Main,
    /// `<VirtualHost>`.
    VirtualHost,
    /// `<Directory>`; a pattern behind `~`.
    Directory,
    /// `<DirectoryMatch>`.
    DirectoryMatch,
    /// `<Files>`; a pattern behind `~`.
    Files,
    /// `<FilesMatch>`.
    FilesMatch,
    /// `<Location>`; a pattern behind `~`.
    Location,
    /// `<LocationMatch>`.
    LocationMatch,
    /// `<Proxy>`; a pattern behind `~`.
    Proxy,
    /// `<ProxyMatch>`.
    ProxyMatch,
    /// `<If>`.
    If,
    /// `<ElseIf>`.
    ElseIf,
    /// `<Else>`.
    Else,
    /// `<Limit>`.
    Limit,
    /// `<LimitExcept>`.
    LimitExcept,
    /// `<RequireAll>`.
    RequireAll,
    /// `<RequireAny>`.
    RequireAny,
    /// `<RequireNone>`.
    RequireNone,
    /// Any other section.
    Other,
}

/// A scope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    /// What it is.
    pub kind: ScopeKind,
    /// Its opening tag; none for the main server.
    pub statement: Option<StatementId>,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// The virtual host around it, itself if it is one, else the main server.
    pub server: ScopeId,
    /// Whether its argument is a regular expression.
    pub is_pattern: bool,
    /// Whether httpd reads it for sure.
    pub certain: bool,
    /// Its statements as a range of the index.
    items: (u32, u32),
    /// Which directives may be among them, a bit for several each: requests ask each scope for dozens of directives,
    /// of which it has a few.
    mask: u64,
}

impl Scope {
    /// Whether a directive may stand directly in it; where this is false, it does not.
    #[inline]
    pub fn may_have(&self, directive: DirectiveId) -> bool {
        self.mask & bit(directive) != 0
    }
}

/// The bit of a directive in [`Scope::mask`].
fn bit(directive: DirectiveId) -> u64 {
    1 << (directive.index() % 64)
}

/// All scopes of a configuration.
#[derive(Clone, Default, Debug)]
pub struct Scopes {
    /// The scopes, in walking order.
    pub all: Vec<Scope>,
    /// The main server and the virtual hosts, in walking order.
    pub servers: Vec<Server>,
    /// For each scope the statements directly in it, sorted by directive, then in walking order.
    index: Vec<(DirectiveId, StatementId)>,
}

/// Makes the scopes of what was read.
pub(super) fn build(config: &mut Config) -> Scopes {
    let mut scopes = Scopes::default();
    scopes.all.push(Scope {
        kind: ScopeKind::Main,
        statement: None,
        parent: None,
        server: ScopeId::MAIN,
        is_pattern: false,
        certain: true,
        items: (0, 0),
        mask: 0,
    });
    // The scope that each statement stands directly in, and how many each scope has.
    let mut open: Vec<(StatementId, ScopeId)> = Vec::new();
    let mut inside: Vec<ScopeId> = Vec::with_capacity(config.statements.len());
    let mut counts = vec![0_u32];
    for (number, statement) in config.statements.iter().enumerate() {
        let at = StatementId::new(number);
        while open.last().is_some_and(|(end, _)| *end <= at) {
            open.pop();
        }
        let parent = open.last().map_or(ScopeId::MAIN, |(_, scope)| *scope);
        inside.push(parent);
        if statement.id.is_some() {
            counts[parent.index()] += 1;
        }
        if statement.is_section {
            let scope = ScopeId::new(scopes.all.len());
            let opened = scope_of(config, at, parent, scope, &scopes);
            scopes.all.push(opened);
            counts.push(0);
            open.push((statement.next, scope));
        }
    }
    scopes.index_statements(config, &inside, &counts);
    note_scopes(config, &inside);
    scopes.servers = server::build(config, &scopes);
    scopes
}

/// Tells each statement its scope; `inside` is the one that it stands directly in.
fn note_scopes(config: &mut Config, inside: &[ScopeId]) {
    let mut opened = ScopeId::MAIN.index();
    for (statement, inside) in config.statements.iter_mut().zip(inside) {
        opened += usize::from(statement.is_section);
        statement.scope = if statement.is_section { ScopeId::new(opened) } else { *inside };
    }
}

fn scope_of(config: &Config, at: StatementId, parent: ScopeId, own: ScopeId, scopes: &Scopes) -> Scope {
    let statement = config.statement(at);
    let kind = statement.id.map_or(ScopeKind::Other, kind_of);
    let server = if kind == ScopeKind::VirtualHost { own } else { scopes.get(parent).server };
    let takes_tilde =
        matches!(kind, ScopeKind::Directory | ScopeKind::Files | ScopeKind::Location | ScopeKind::Proxy);
    let is_match = matches!(
        kind,
        ScopeKind::DirectoryMatch | ScopeKind::FilesMatch | ScopeKind::LocationMatch | ScopeKind::ProxyMatch
    );
    Scope {
        kind,
        statement: Some(at),
        parent: Some(parent),
        server,
        is_pattern: is_match || takes_tilde && config.text(at, 0).as_ref() == b"~",
        certain: statement.certain,
        items: (0, 0),
        mask: 0,
    }
}

fn kind_of(section: DirectiveId) -> ScopeKind {
    match section {
        id::SECTION_VIRTUAL_HOST => ScopeKind::VirtualHost,
        id::SECTION_DIRECTORY => ScopeKind::Directory,
        id::SECTION_DIRECTORY_MATCH => ScopeKind::DirectoryMatch,
        id::SECTION_FILES => ScopeKind::Files,
        id::SECTION_FILES_MATCH => ScopeKind::FilesMatch,
        id::SECTION_LOCATION => ScopeKind::Location,
        id::SECTION_LOCATION_MATCH => ScopeKind::LocationMatch,
        id::SECTION_PROXY => ScopeKind::Proxy,
        id::SECTION_PROXY_MATCH => ScopeKind::ProxyMatch,
        id::SECTION_IF => ScopeKind::If,
        id::SECTION_ELSE_IF => ScopeKind::ElseIf,
        id::SECTION_ELSE => ScopeKind::Else,
        id::SECTION_LIMIT => ScopeKind::Limit,
        id::SECTION_LIMIT_EXCEPT => ScopeKind::LimitExcept,
        id::SECTION_REQUIRE_ALL => ScopeKind::RequireAll,
        id::SECTION_REQUIRE_ANY => ScopeKind::RequireAny,
        id::SECTION_REQUIRE_NONE => ScopeKind::RequireNone,
        _ => ScopeKind::Other,
    }
}

impl Scopes {
    /// The scope of this number.
    pub fn get(&self, id: ScopeId) -> &Scope {
        &self.all[id.index()]
    }

    /// The scopes with their numbers, in walking order.
    pub fn iter(&self) -> impl Iterator<Item = (ScopeId, &Scope)> {
        self.all.iter().enumerate().map(|(index, scope)| (ScopeId::new(index), scope))
    }

    /// The scopes directly or indirectly in a virtual host, or in none for the main server, in walking order.
    pub fn of_server(&self, server: ScopeId) -> impl Iterator<Item = (ScopeId, &Scope)> {
        // Those of a virtual host follow it without a gap; the main server's are everywhere.
        let start = server.index();
        let end = match self.get(server).kind {
            ScopeKind::VirtualHost => self.all.get(start..).map_or(start, |rest| {
                start + rest.iter().position(|scope| scope.server != server).unwrap_or(rest.len())
            }),
            _ => self.all.len(),
        };
        let scopes = self.all.get(start..end).unwrap_or(&[]).iter().enumerate();
        let numbered = scopes.map(move |(index, scope)| (ScopeId::new(start + index), scope));
        numbered.filter(move |(_, scope)| scope.server == server)
    }

    /// Every statement of a directive directly in a scope, in walking order.
    pub fn all(
        &self,
        scope: ScopeId,
        directive: DirectiveId,
    ) -> impl DoubleEndedIterator<Item = StatementId> + '_ {
        let items = self.items(scope, directive);
        let from = items.partition_point(|(id, _)| *id < directive);
        let items = items.get(from..).unwrap_or(&[]);
        let until = match items {
            [(id, _), ..] if *id != directive => 0,
            [_, (id, _), ..] if *id == directive => items.partition_point(|(id, _)| *id == directive),
            [_, ..] => 1,
            [] => 0,
        };
        items.get(..until).unwrap_or(&[]).iter().map(|(_, statement)| *statement)
    }

    /// The last statement of a directive directly in a scope: for most directives the one that counts.
    pub fn last(&self, scope: ScopeId, directive: DirectiveId) -> Option<StatementId> {
        let items = self.items(scope, directive);
        let behind = items.partition_point(|(id, _)| *id <= directive);
        let (id, statement) = items.get(behind.checked_sub(1)?)?;
        (*id == directive).then_some(*statement)
    }

    /// The part of the index that holds a scope's statements; nothing where the directive is not among them.
    #[inline]
    fn items(&self, scope: ScopeId, directive: DirectiveId) -> &[(DirectiveId, StatementId)] {
        let scope = self.get(scope);
        if !scope.may_have(directive) {
            return &[];
        }
        let (start, end) = scope.items;
        self.index.get(start as usize..end as usize).unwrap_or(&[])
    }

    fn index_statements(&mut self, config: &Config, inside: &[ScopeId], counts: &[u32]) {
        let mut total = 0;
        let mut next = Vec::with_capacity(counts.len());
        for (scope, count) in self.all.iter_mut().zip(counts) {
            scope.items = (total, total + count);
            next.push(total as usize);
            total += count;
        }
        let Some(first) = config.statements.iter().find_map(|statement| statement.id) else { return };
        self.index = vec![(first, StatementId::new(0)); total as usize];
        for (number, (statement, scope)) in config.statements.iter().zip(inside).enumerate() {
            let Some(id) = statement.id else { continue };
            self.all[scope.index()].mask |= bit(id);
            let slot = &mut next[scope.index()];
            self.index[*slot] = (id, StatementId::new(number));
            *slot += 1;
        }
        for scope in &self.all {
            let (start, end) = scope.items;
            // Walking order within a directive is that of the numbers.
            self.index[start as usize..end as usize].sort_unstable();
        }
    }
}

impl Config {
    /// The scope that a statement stands directly in.
    pub fn scope_of(&self, statement: StatementId) -> ScopeId {
        let statement = self.statement(statement);
        if statement.is_section {
            return statement.parent.map_or(ScopeId::MAIN, |parent| self.statement(parent).scope);
        }
        statement.scope
    }

    /// The scope that a section opens.
    pub fn opened_by(&self, section: StatementId) -> Option<ScopeId> {
        let section = self.statement(section);
        section.is_section.then_some(section.scope)
    }

    /// What a section is about: its path, pattern, URL or condition, without a `~`. Empty for sections that take
    /// no or several arguments.
    pub fn target(&self, scope: ScopeId) -> Cow<'_, [u8]> {
        let scope = self.scopes.get(scope);
        let Some(statement) = scope.statement else { return Cow::Borrowed(b"") };
        let mut words = self.words(statement).map(|word| word.text);
        let first = words.next().unwrap_or_default();
        if scope.is_pattern && *first == *b"~" { words.next().unwrap_or_default() } else { first }
    }
}
