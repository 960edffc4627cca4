//! `fpmlint explain`: the page of a rule, or what is known of a directive, in every dialect that has it.

use std::io::{self, Write};

use fpmlint_catalog::facts::{self, DirectiveFacts};
use fpmlint_catalog::{Dialect, apache, nearest_ranked, nginx, php_fpm, php_ini};
use fpmlint_rules::Rule;
use fpmlint_workspace::As;

use crate::exit::Status;
use crate::output::say;

/// The dialects in the order in which they are shown. `.htaccess` files have the directives of Apache.
const DIALECTS: [Dialect; 4] = [Dialect::PhpFpm, Dialect::PhpIni, Dialect::Nginx, Dialect::Apache];

pub fn run(word: &str, kind: Option<As>) -> io::Result<Status> {
    let (kind, name) = match word.split_once(':').map(|(kind, name)| (kind.parse::<As>(), name)) {
        Some((Ok(kind), name)) => (Some(kind), name),
        _ => (kind, word),
    };
    if let Some(rule) = kind.is_none().then(|| fpmlint_rules::find(name)).flatten() {
        return show_rule(rule);
    }
    let found: Vec<DirectiveFacts> = match kind {
        Some(kind) => find(dialect(kind), name).into_iter().collect(),
        None => DIALECTS.into_iter().filter_map(|dialect| find(dialect, name)).collect(),
    };
    if found.is_empty() {
        say(&format!("fpmlint: {}", unknown(name, kind)));
        return Ok(Status::Failed);
    }
    let mut out = io::stdout().lock();
    for (number, facts) in found.iter().enumerate() {
        let before = if number > 0 { "\n" } else { "" };
        writeln!(out, "{before}{}", facts.to_plain())?;
    }
    Ok(Status::Clean)
}

fn show_rule(rule: &Rule) -> io::Result<Status> {
    let mut out = io::stdout().lock();
    let meta = &rule.meta;
    writeln!(out, "{}", meta.page.trim_end())?;
    writeln!(out, "\nGroup: {}. Default: {}.", meta.group.name(), meta.default.name())?;
    Ok(Status::Clean)
}

fn dialect(kind: As) -> Dialect {
    match kind {
        As::PhpFpm => Dialect::PhpFpm,
        As::PhpIni => Dialect::PhpIni,
        As::Nginx => Dialect::Nginx,
        As::Apache => Dialect::Apache,
        As::Htaccess => Dialect::Htaccess,
    }
}

/// The directive that `word` means: `env[PATH]` is `env`, and a section goes with or without its brackets.
fn find(dialect: Dialect, word: &str) -> Option<DirectiveFacts> {
    match dialect {
        Dialect::PhpFpm => facts::find(dialect, word.split('[').next().unwrap_or(word)),
        Dialect::PhpIni | Dialect::Nginx => facts::find(dialect, word),
        Dialect::Apache | Dialect::Htaccess => {
            let word = word.trim_end_matches('>');
            facts::find(dialect, word).or_else(|| facts::find(dialect, &format!("<{word}")))
        }
    }
}

/// What to say about a word that is neither a rule nor a directive of the dialects in question.
fn unknown(word: &str, kind: Option<As>) -> String {
    let what = match kind {
        Some(kind) => format!("{} has no directive `{word}`", dialect(kind).name()),
        None => format!("no rule and no directive is called `{word}`"),
    };
    let hint = match (nearest(word, kind), kind) {
        (Some(nearest), _) => format!("did you mean `{nearest}`?"),
        (None, None) => "`fpmlint rules` lists the rules".to_owned(),
        (None, Some(_)) => match DIALECTS.into_iter().find(|dialect| find(*dialect, word).is_some()) {
            Some(other) => format!("{} has", other.name()),
            None => "nor has any other dialect".to_owned(),
        },
    };
    format!("{what}; {hint}")
}

/// The rule or directive that was probably meant. Among equals the most common directive comes first.
fn nearest(word: &str, kind: Option<As>) -> Option<&'static str> {
    let among = |name: Dialect| kind.is_none_or(|kind| dialect(kind) == name);
    let rules = fpmlint_rules::names().filter(|_| kind.is_none()).map(|name| (name, None));
    let fpm =
        php_fpm::ids().filter(|_| among(Dialect::PhpFpm)).map(|id| (php_fpm::name(id), php_fpm::rank(id)));
    let ini =
        php_ini::ids().filter(|_| among(Dialect::PhpIni)).map(|id| (php_ini::name(id), php_ini::rank(id)));
    let nginx = nginx::ids().filter(|_| among(Dialect::Nginx)).map(|id| (nginx::name(id), nginx::rank(id)));
    let in_apache = among(Dialect::Apache) || among(Dialect::Htaccess);
    let apache = apache::ids()
        .filter(|_| in_apache)
        .map(|id| (apache::name(id).trim_start_matches('<'), apache::rank(id)));
    let word = word.trim_matches(['<', '>']);
    nearest_ranked(word, rules.chain(fpm).chain(ini).chain(nginx).chain(apache))
}
