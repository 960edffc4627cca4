//! From a word to where the thing is made that it names, and to where else it is named.

use fpmlint_catalog::nginx::{DirectiveId, id as nginx_id};
use fpmlint_catalog::{apache as apache_catalog, php_fpm as fpm_catalog};
use fpmlint_daemons::{Part, Place, nginx};
use fpmlint_engine::Project;
use fpmlint_stack::Target;
use fpmlint_syntax::Dialect;
use fpmlint_text::{FileId, Span};

use crate::Query;
use crate::entity::{
    Entity, argument, entities_at, format_argument, host_of_url, nginx_statements, pools_behind,
};
use crate::spot::variable_at;

/// A place in a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
}

/// Where the things named at `offset` are made.
pub fn definitions(query: &Query<'_>, offset: u32) -> Vec<Location> {
    let mut found = Finder { project: query.project, found: Vec::new() };
    for entity in entities_at(query, offset) {
        found.definitions(&entity, query.file);
    }
    found.finish()
}

/// Where the things named at `offset` are named, with their definitions if wanted.
pub fn references(query: &Query<'_>, offset: u32, with_definitions: bool) -> Vec<Location> {
    let mut found = Finder { project: query.project, found: Vec::new() };
    for entity in entities_at(query, offset) {
        found.uses(&entity);
        if with_definitions {
            found.definitions(&entity, query.file);
        }
    }
    found.finish()
}

struct Finder<'a> {
    project: &'a Project,
    found: Vec<Location>,
}

impl Finder<'_> {
    /// Stock files are nowhere to go to.
    fn finish(mut self) -> Vec<Location> {
        self.found.retain(|location| !self.project.files.get(location.file).stock);
        self.found.sort();
        self.found.dedup();
        self.found
    }

    fn place(&mut self, place: Place) {
        self.found.push(Location { file: place.file, span: place.span(&self.project.files) });
    }

    fn argument(&mut self, chunk: &nginx::Chunk, ordinal: u32, number: usize) {
        let Some(statement) = chunk.tree.statement(ordinal) else { return };
        let span = statement.arg(number).map_or(statement.head_span(), |word| word.span());
        self.found.push(Location { file: chunk.file, span });
    }

    /// The statements of `id` whose argument `number` is `text`.
    fn statements(&mut self, config: usize, id: DirectiveId, number: usize, text: &[u8]) {
        let project = self.project;
        for (chunk, ordinal) in nginx_statements(&project.stack.nginx[config].config, id) {
            if argument(chunk, ordinal, number).is_some_and(|found| *found == *text) {
                self.argument(chunk, ordinal, number);
            }
        }
    }

    fn definitions(&mut self, entity: &Entity, from: FileId) {
        let project = self.project;
        let stack = &project.stack;
        match entity {
            Entity::Pool(pool) => {
                let config = stack.pool_config(*pool);
                match config.last(fpm_catalog::id::LISTEN) {
                    Some(setting) => self.place(setting.place.with(Part::Value)),
                    None => config.headers.first().into_iter().for_each(|place| self.place(*place)),
                }
            }
            Entity::File(file) => self.found.push(Location { file: *file, span: Span::empty(0) }),
            Entity::Upstream { config, name } => self.statements(*config, nginx_id::UPSTREAM, 0, name),
            Entity::NginxFormat { config, name } => self.statements(*config, nginx_id::LOG_FORMAT, 0, name),
            Entity::NamedLocation { config, name } => {
                let before = self.found.len();
                self.statements(*config, nginx_id::LOCATION, 0, name);
                // Servers have names of their own: one of the same file is most likely meant.
                if self.found.iter().skip(before).any(|location| location.file == from) {
                    let (kept, new) = self.found.split_at(before);
                    let here = new.iter().filter(|location| location.file == from);
                    self.found = kept.iter().chain(here).copied().collect();
                }
            }
            Entity::Variable { config, name } => {
                let dollar = [b"$", name.as_slice()].concat();
                self.statements(*config, nginx_id::SET, 0, &dollar);
                for id in [nginx_id::MAP, nginx_id::GEO, nginx_id::SPLIT_CLIENTS] {
                    self.statements(*config, id, 1, &dollar);
                }
                self.statements(*config, nginx_id::GEO, 0, &dollar);
            }
            Entity::ApacheFormat { config, name } => {
                self.apache_formats(*config, name, |id| id == apache_catalog::id::LOG_FORMAT);
            }
        }
    }

    fn uses(&mut self, entity: &Entity) {
        let project = self.project;
        let stack = &project.stack;
        match entity {
            Entity::Pool(pool) => {
                for backend in stack.backends.iter() {
                    if pools_behind(stack, backend.host, &backend.target).contains(pool) {
                        self.place(backend.place);
                        if let Target::Endpoints(endpoints) = &backend.target {
                            endpoints
                                .iter()
                                .filter_map(|(_, place)| *place)
                                .for_each(|place| self.place(place));
                        }
                    }
                }
            }
            Entity::File(file) => self.includes_of(*file),
            Entity::Upstream { config, name } => {
                self.statements(*config, nginx_id::FASTCGI_PASS, 0, name);
                let passes =
                    [nginx_id::PROXY_PASS, nginx_id::UWSGI_PASS, nginx_id::SCGI_PASS, nginx_id::GRPC_PASS];
                for id in passes {
                    for (chunk, ordinal) in nginx_statements(&stack.nginx[*config].config, id) {
                        if argument(chunk, ordinal, 0).is_some_and(|text| host_of_url(&text) == &name[..]) {
                            self.argument(chunk, ordinal, 0);
                        }
                    }
                }
            }
            Entity::NginxFormat { config, name } => self.statements(*config, nginx_id::ACCESS_LOG, 1, name),
            Entity::NamedLocation { config, name } => self.words(*config, |text, _| *text == **name),
            Entity::Variable { config, name } => self.words(*config, |_, word| {
                let is_name = |at: usize| {
                    let span = Span::new(0, word.len() as u32);
                    variable_at(word, span, at as u32 + 1).is_some_and(|(found, _)| found == &name[..])
                };
                memchr::memchr_iter(b'$', word).any(is_name)
            }),
            Entity::ApacheFormat { config, name } => {
                self.apache_formats(*config, name, |id| id == apache_catalog::id::CUSTOM_LOG);
            }
        }
    }

    /// The arguments of an nginx configuration that pass a test on their text and their bytes; locations themselves
    /// are no uses of their names.
    fn words(&mut self, config: usize, is_wanted: impl Fn(&[u8], &[u8]) -> bool) {
        let project = self.project;
        for chunk in &project.stack.nginx[config].config.chunks {
            for statement in chunk.tree.all_statements() {
                if chunk.id(statement.ordinal()) == Some(nginx_id::LOCATION) {
                    continue;
                }
                let words = statement.args().filter(|word| is_wanted(&word.text(), word.raw()));
                self.found.extend(words.map(|word| Location { file: chunk.file, span: word.span() }));
            }
        }
    }

    fn apache_formats(
        &mut self,
        config: usize,
        name: &[u8],
        is_wanted: impl Fn(apache_catalog::DirectiveId) -> bool,
    ) {
        let config = &self.project.stack.apache[config].config;
        let mut places = Vec::new();
        for statement in config.ids() {
            let directive = config.statement(statement).id.filter(|id| is_wanted(*id));
            let Some(number) = format_argument(directive) else { continue };
            let place = config.place(statement);
            let tree = self.project.files.tree(place.file, Dialect::Httpd);
            let word = tree.statement(place.ordinal).and_then(|it| it.arg(number));
            if word.is_some_and(|word| *word.text() == *name) {
                places.push(place.with(Part::Arg(number as u16)));
            }
        }
        places.into_iter().for_each(|place| self.place(place));
    }

    /// The includes that lead to a file.
    fn includes_of(&mut self, file: FileId) {
        let project = self.project;
        for nginx in &project.stack.nginx {
            for chunk in &nginx.config.chunks {
                let leads =
                    |to: &&u32| nginx.config.chunks.get(**to as usize).is_some_and(|it| it.file == file);
                for include in
                    chunk.includes.iter().filter(|include| include.chunks.iter().any(|to| leads(&to)))
                {
                    self.argument(chunk, include.ordinal, 0);
                }
            }
        }
        for apache in &project.stack.apache {
            for reading in apache.config.readings.iter().filter(|reading| reading.file == file) {
                if let fpmlint_daemons::apache::Origin::Include { place, .. } = &reading.origin {
                    self.place(place.with(Part::Arg(0)));
                }
            }
        }
        for master in &project.stack.masters {
            let path = project.stack.hosts[master.host].host_path(file);
            let matches = |include: &&fpmlint_daemons::php_fpm::Include| {
                path.as_ref().is_some_and(|path| include.matches.contains(path))
            };
            for include in master.config.includes.iter().filter(matches) {
                self.place(include.place.with(Part::Value));
            }
        }
    }
}
