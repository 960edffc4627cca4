//! All that is known about a directive, as one piece of plain data and as something to read.
//!
//! In: a dialect and a name. Out: the text, and one form for each way in which the tables know the directive, ready
//! for a hover, a completion or a terminal. Invariant: nothing is guessed; what no table says is empty or none.

mod apache;
mod nginx;
mod php_fpm;
mod php_ini;
mod show;

use crate::docs;
use crate::version::{Removed, Since};
use crate::{
    Dialect, apache as apache_table, nginx as nginx_table, php_fpm as php_fpm_table, php_ini as php_ini_table,
};

/// A directive of a dialect.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DirectiveFacts {
    /// Its name; that of a section of Apache begins with `<`.
    pub name: &'static str,
    /// Whose directive it is.
    pub dialect: Dialect,
    /// What it does: Markdown that uses nothing but `code`. None where nobody has written it down.
    pub summary: Option<&'static str>,
    /// What people get wrong about it, written likewise.
    pub trap: Option<&'static str>,
    /// Its forms: at least one, and one for each module or section that reads it in its own way.
    pub forms: Vec<Form>,
}

/// A directive as some modules, or some sections, read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Form {
    /// The modules or extensions that bring it; empty when it is part of the program itself.
    pub modules: Vec<&'static str>,
    /// Where it may stand, as people write it: `server`, `<Directory>`, `[global]`. Empty for php.ini.
    pub contexts: Vec<&'static str>,
    /// Who lets a `.htaccess` file have it, such as `AllowOverride FileInfo`; none where that cannot be.
    pub htaccess: Option<String>,
    /// How many arguments it takes; empty where it takes one value, or cuts the line by itself.
    pub arguments: String,
    /// What its value is, in words; empty when that says nothing.
    pub value: &'static str,
    /// The words that it takes.
    pub words: &'static [&'static str],
    /// What the value counts or names; empty when that says nothing.
    pub unit: &'static str,
    /// The value that holds without it, as it would stand in a file or in words.
    pub default: Option<String>,
    /// The defaults of older releases, oldest first.
    pub older_defaults: Vec<String>,
    /// What a second one in the same place does; empty when not known.
    pub repeated: &'static str,
    /// Who may set it; none when not known, or when that is the file alone.
    pub changeable: Option<&'static str>,
    /// The first release that has it.
    pub since: Since,
    /// The first release that has it no longer.
    pub removed: Removed,
    /// What has become of it, such as `deprecated since 8.1`; empty when nothing has.
    pub state: String,
    /// What must have been switched on when the program was built.
    pub build: Option<&'static str>,
}

impl Form {
    /// The form of which nothing is known.
    pub(crate) const fn blank() -> Form {
        Form {
            modules: Vec::new(),
            contexts: Vec::new(),
            htaccess: None,
            arguments: String::new(),
            value: "",
            words: &[],
            unit: "",
            default: None,
            older_defaults: Vec::new(),
            repeated: "",
            changeable: None,
            since: Since::Unknown,
            removed: Removed::Never,
            state: String::new(),
            build: None,
        }
    }
}

/// What is known about the directive of this name. The name is as the dialect's `find` takes it.
pub fn find(dialect: Dialect, name: &str) -> Option<DirectiveFacts> {
    let word = name.as_bytes();
    match dialect {
        Dialect::Nginx => nginx_table::find(word).map(of_nginx),
        Dialect::Apache => apache_table::find(word).map(of_apache),
        Dialect::Htaccess => apache_table::find(word).map(|id| DirectiveFacts { dialect, ..of_apache(id) }),
        Dialect::PhpFpm => php_fpm_table::find(word).map(of_php_fpm),
        Dialect::PhpIni => php_ini_table::find(word).map(of_php_ini),
    }
}

/// What is known about a directive of nginx.
pub fn of_nginx(id: nginx_table::DirectiveId) -> DirectiveFacts {
    let forms = nginx_table::entries(id).iter().map(nginx::form);
    facts(nginx_table::name(id), Dialect::Nginx, docs::of_nginx(id), forms)
}

/// What is known about a directive of Apache.
pub fn of_apache(id: apache_table::DirectiveId) -> DirectiveFacts {
    let forms = apache_table::entries(id).iter().map(apache::form);
    facts(apache_table::name(id), Dialect::Apache, docs::of_apache(id), forms)
}

/// What is known about a directive of php-fpm.
pub fn of_php_fpm(id: php_fpm_table::DirectiveId) -> DirectiveFacts {
    let forms = php_fpm_table::entries(id).iter().map(php_fpm::form);
    facts(php_fpm_table::name(id), Dialect::PhpFpm, docs::of_php_fpm(id), forms)
}

/// What is known about a directive of php.ini.
pub fn of_php_ini(id: php_ini_table::DirectiveId) -> DirectiveFacts {
    let forms = std::iter::once(php_ini::form(php_ini_table::entry(id)));
    facts(php_ini_table::name(id), Dialect::PhpIni, docs::of_php_ini(id), forms)
}

fn facts(
    name: &'static str,
    dialect: Dialect,
    doc: Option<&'static docs::Doc>,
    forms: impl Iterator<Item = Form>,
) -> DirectiveFacts {
    let mut distinct: Vec<Form> = Vec::new();
    for mut form in forms {
        let modules = std::mem::take(&mut form.modules);
        let same = |known: &&mut Form| Form { modules: Vec::new(), ..(**known).clone() } == form;
        match distinct.iter_mut().find(same) {
            Some(known) => known.modules.extend(modules),
            None => distinct.push(Form { modules, ..form }),
        }
    }
    DirectiveFacts {
        name,
        dialect,
        summary: doc.map(|doc| doc.text),
        trap: doc.and_then(|doc| doc.trap),
        forms: distinct,
    }
}

#[cfg(test)]
mod tests;
