//! Suppression comments.
//!
//! In: the findings and the files they stand in. Out: the findings that no comment takes away, and findings about
//! comments that take nothing away or cannot be read. A comment acts at the primary place of a finding.

use std::collections::BTreeMap;
use std::path::Path;

use fpmlint_diagnostics::{Applicability, Diagnostic, Edit, Fix, Level, RuleMeta, Severity};
use fpmlint_rules::{MALFORMED_SUPPRESSION, UNUSED_SUPPRESSION};
use fpmlint_syntax::{Dialect, Tree};
use fpmlint_text::{FileId, Span};
use fpmlint_workspace::Files;

/// What a comment must begin with.
const MARK: &[u8] = b"fpmlint:";

/// One rule named by one comment.
struct Suppression {
    rule: &'static RuleMeta,
    /// The rule's name in the comment.
    name: Span,
    /// The comment without its line end.
    comment: Span,
    /// How many rules the comment names.
    rules_in_comment: usize,
    scope: Scope,
    used: bool,
}

#[derive(PartialEq)]
enum Scope {
    File,
    /// Bytes of the statement below the comment.
    Statement(Span),
}

impl Scope {
    /// Where the statement starts; none for the file, which comes before all.
    fn start(&self) -> Option<u32> {
        match self {
            Scope::File => None,
            Scope::Statement(span) => Some(span.start),
        }
    }

    fn end(&self) -> Option<u32> {
        match self {
            Scope::File => None,
            Scope::Statement(span) => Some(span.end),
        }
    }
}

/// The suppressions of each file and rule; those of one in the order of [`Scope::start`].
type Comments = BTreeMap<(FileId, &'static str), Vec<Suppression>>;

/// Files and the dialects that they were read in.
pub(crate) type ReadFiles = Vec<(FileId, Dialect)>;

/// The files in which the word stands that all suppressions begin with.
pub(crate) fn commented(files: &Files, read: impl Iterator<Item = (FileId, Dialect)>) -> ReadFiles {
    let finder = memchr::memmem::Finder::new(MARK);
    let has_mark = |(file, _): &(FileId, Dialect)| {
        let source = files.get(*file);
        !source.stock && finder.find(&source.text).is_some()
    };
    read.filter(has_mark).collect()
}

/// Takes suppressed findings away and adds those about the comments, which stand in the files `commented`. `level` says what a rule is set to in a file; a
/// comment is unused only if its rule ran there.
pub(crate) fn suppress(
    files: &Files,
    commented: &ReadFiles,
    diagnostics: Vec<Diagnostic>,
    level: &dyn Fn(&RuleMeta, &Path) -> Level,
) -> Vec<Diagnostic> {
    let mut comments = Comments::new();
    let mut kept = Vec::with_capacity(diagnostics.len());
    for &(file, dialect) in commented {
        let source = files.get(file);
        let tree = files.tree(file, dialect);
        let (found, malformed) = comments_of(file, &tree);
        for comment in found {
            comments.entry((file, comment.rule.name)).or_default().push(comment);
        }
        if let Level::On(severity) = level(&MALFORMED_SUPPRESSION.meta, &source.path) {
            kept.extend(malformed.into_iter().map(|fault| fault.into_diagnostic(severity)));
        }
    }
    comments.values_mut().for_each(|comments| comments.sort_by_key(|comment| comment.scope.start()));
    for diagnostic in diagnostics {
        if !takes_away(&mut comments, &diagnostic) {
            kept.push(diagnostic);
        }
    }
    for ((file, _), comments) in &comments {
        let source = files.get(*file);
        let path = &source.path;
        let Level::On(severity) = level(&UNUSED_SUPPRESSION.meta, path) else { continue };
        let ran = |comment: &&Suppression| level(comment.rule, path) != Level::Off;
        let unused = comments.iter().filter(|comment| !comment.used).filter(ran);
        kept.extend(unused.map(|comment| unused_finding(files, *file, comment, severity)));
    }
    kept
}

/// Whether comments take a finding away. Those that do are marked, all of one place together: where the first is
/// marked, the others are.
fn takes_away(comments: &mut Comments, diagnostic: &Diagnostic) -> bool {
    let Some(comments) = comments.get_mut(&(diagnostic.file, diagnostic.rule.name)) else { return false };
    let offset = diagnostic.span.start;
    let whole_file = comments.partition_point(|comment| comment.scope == Scope::File);
    let (whole_file, statements) = comments.split_at_mut(whole_file);
    let first = statements.partition_point(|comment| comment.scope.end() < Some(offset));
    let statements = statements.get_mut(first..).unwrap_or_default();
    let last = statements.partition_point(|comment| comment.scope.start() <= Some(offset));
    let statements = statements.get_mut(..last).unwrap_or_default();
    let taken = !whole_file.is_empty() || !statements.is_empty();
    for comments in [whole_file, statements] {
        if comments.first().is_some_and(|comment| !comment.used) {
            comments.iter_mut().for_each(|comment| comment.used = true);
        }
    }
    taken
}

/// A comment that begins like a suppression and is none.
struct Malformed {
    file: FileId,
    span: Span,
    message: String,
}

impl Malformed {
    fn into_diagnostic(self, severity: Severity) -> Diagnostic {
        Diagnostic::new(&MALFORMED_SUPPRESSION.meta, severity, self.file, self.span, self.message)
    }
}

fn comments_of(file: FileId, tree: &Tree) -> (Vec<Suppression>, Vec<Malformed>) {
    let mut found = Vec::new();
    let mut malformed = Vec::new();
    let first_statement = tree.statements().next().map_or(u32::MAX, |statement| statement.span().start);
    for comment in tree.comments() {
        let text = comment.text;
        let start = text.iter().take_while(|byte| b"#; \t".contains(byte)).count();
        let Some(rest) = text[start..].strip_prefix(MARK) else { continue };
        let at = comment.span.start + (start + MARK.len()) as u32;
        let blanks = rest.iter().take_while(|byte| b" \t".contains(byte)).count();
        let order = Order::read(&rest[blanks..], at + blanks as u32);
        let mut refuse = |span: Span, message: String| malformed.push(Malformed { file, span, message });
        if !comment.own_line {
            refuse(
                comment.span,
                "a suppression stands on a line of its own, above the line that it is about".into(),
            );
            continue;
        }
        let Some(order) = order else {
            let rest = Span::new(at + blanks as u32, comment.span.end);
            let message = "this is no suppression: write `ignore[rule] reason` or `ignore-file[rule] reason`";
            refuse(if rest.is_empty() { comment.span } else { rest }, message.into());
            continue;
        };
        if order.whole_file && comment.span.start > first_statement {
            refuse(comment.span, "`ignore-file` stands before the first setting of the file".into());
            continue;
        }
        let scope = |order: &Order| match order.whole_file {
            true => Some(Scope::File),
            false => statement_below(tree, comment.span.end).map(Scope::Statement),
        };
        let rules_in_comment = order.rules.len();
        for (name, span) in &order.rules {
            let Some(rule) = fpmlint_rules::find(name) else {
                refuse(*span, unknown_rule(name));
                continue;
            };
            let Some(scope) = scope(&order) else {
                refuse(comment.span, "there is no line below this suppression".into());
                break;
            };
            let (rule, name, comment) = (&rule.meta, *span, comment.span);
            found.push(Suppression { rule, name, comment, rules_in_comment, scope, used: false });
        }
    }
    (found, malformed)
}

fn unknown_rule(name: &str) -> String {
    match fpmlint_catalog::nearest(name, fpmlint_rules::names()) {
        Some(nearest) => format!("no rule is called `{name}`; did you mean `{nearest}`?"),
        None => format!("no rule is called `{name}`"),
    }
}

/// The head of the first statement behind an offset.
fn statement_below(tree: &Tree, offset: u32) -> Option<Span> {
    let count = tree.statement_count();
    let starts_before = |ordinal: u32| tree.statement(ordinal).is_some_and(|it| it.span().start < offset);
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if starts_before(middle) { low = middle + 1 } else { high = middle }
    }
    tree.statement(low).map(|statement| statement.head_span())
}

/// `ignore[rule, rule]` or `ignore-file[rule]`.
struct Order {
    whole_file: bool,
    rules: Vec<(String, Span)>,
}

impl Order {
    fn read(text: &[u8], at: u32) -> Option<Order> {
        let (whole_file, rest) = match text.strip_prefix(b"ignore-file[") {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix(b"ignore[")?),
        };
        let end = rest.iter().position(|byte| *byte == b']')?;
        let mut offset = at + (text.len() - rest.len()) as u32;
        let mut rules = Vec::new();
        for piece in rest[..end].split(|byte| *byte == b',') {
            let name = piece.trim_ascii();
            let start = offset + piece.iter().take_while(|byte| byte.is_ascii_whitespace()).count() as u32;
            if name.is_empty() {
                return None;
            }
            let span = Span::new(start, start + name.len() as u32);
            rules.push((String::from_utf8_lossy(name).into_owned(), span));
            offset += piece.len() as u32 + 1;
        }
        Some(Order { whole_file, rules })
    }
}

fn unused_finding(files: &Files, file: FileId, comment: &Suppression, severity: Severity) -> Diagnostic {
    // A comment of one rule goes as a whole; from a list, a person takes the name out.
    let fix = (comment.rules_in_comment == 1).then(|| {
        let source = files.get(file);
        let line = source.lines().full_line(source.lines().line(comment.comment.start));
        let edits = vec![Edit { file, span: line, text: String::new() }];
        Fix { title: "Delete the comment".to_owned(), applicability: Applicability::Safe, edits }
    });
    let message = format!("{} finds nothing here", comment.rule.name);
    Diagnostic { fix, ..Diagnostic::new(&UNUSED_SUPPRESSION.meta, severity, file, comment.name, message) }
}
