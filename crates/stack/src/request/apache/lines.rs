//! Scopes and statements together with the configuration that they belong to: a request meets those of the server
//! and those of `.htaccess` files.

use std::borrow::Cow;

use fpmlint_catalog::apache::DirectiveId;
use fpmlint_daemons::apache::{Config, Scope, ScopeId, StatementId, Words};
use fpmlint_daemons::{Part, Place};

/// A scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'a> {
    pub(super) config: &'a Config,
    pub(super) scope: ScopeId,
}

/// A statement.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) config: &'a Config,
    pub(super) id: StatementId,
}

impl<'a> At<'a> {
    pub(super) fn new(config: &'a Config, scope: ScopeId) -> At<'a> {
        At { config, scope }
    }

    pub(super) fn facts(self) -> &'a Scope {
        self.config.scopes.get(self.scope)
    }

    /// Every statement of a directive directly in the scope.
    pub(super) fn all(self, directive: DirectiveId) -> impl DoubleEndedIterator<Item = Line<'a>> {
        let config = self.config;
        config.scopes.all(self.scope, directive).map(move |id| Line { config, id })
    }

    /// The last statement of a directive directly in the scope.
    pub(super) fn last(self, directive: DirectiveId) -> Option<Line<'a>> {
        self.config.scopes.last(self.scope, directive).map(|id| Line { config: self.config, id })
    }

    /// Every statement of some directives directly in the scope, as written one after the other.
    pub(super) fn mixed(self, directives: &[DirectiveId]) -> Vec<Line<'a>> {
        let facts = self.facts();
        if !directives.iter().any(|directive| facts.may_have(*directive)) {
            return Vec::new();
        }
        let mut lines: Vec<Line<'a>> = Vec::new();
        for directive in directives {
            lines.extend(self.all(*directive));
        }
        lines.sort_unstable_by_key(|line| line.id);
        lines
    }

    /// Its opening tag; none for a main server.
    pub(super) fn opening(self) -> Option<Line<'a>> {
        self.facts().statement.map(|id| Line { config: self.config, id })
    }

    /// What the section is about.
    pub(super) fn target(self) -> Cow<'a, [u8]> {
        self.config.target(self.scope)
    }
}

impl<'a> Line<'a> {
    pub(super) fn text(self, number: usize) -> Cow<'a, [u8]> {
        self.config.text(self.id, number)
    }

    pub(super) fn words(self) -> Words<'a> {
        self.config.words(self.id)
    }

    /// All arguments.
    pub(super) fn texts(self) -> Vec<Cow<'a, [u8]>> {
        self.words().map(|word| word.text).collect()
    }

    pub(super) fn directive(self) -> Option<DirectiveId> {
        self.config.statement(self.id).id
    }

    pub(super) fn is_certain(self) -> bool {
        self.config.statement(self.id).certain
    }

    pub(super) fn place(self, part: Part) -> Place {
        self.config.place(self.id).with(part)
    }

    /// The place of the argument of this number; the line where a variable or a macro wrote it.
    pub(super) fn word_place(self, number: usize) -> Place {
        let part = self.config.word(self.id, number).map_or(Part::Head, |word| word.part);
        self.place(part)
    }

    /// The scope that it opens, where it is a section.
    pub(super) fn opens(self) -> Option<At<'a>> {
        self.config.opened_by(self.id).map(|scope| At::new(self.config, scope))
    }

    /// Whether the first argument is `On`.
    pub(super) fn is_on(self) -> bool {
        self.text(0).eq_ignore_ascii_case(b"on")
    }
}
