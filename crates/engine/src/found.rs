//! What the rules find, part by part of the stack.
//!
//! In: a stack, and which rules run. Out: findings and missing facts, kept by the part that they were found in, so that
//! an edit runs the rules again only on what it touched. Invariant: kept or found anew, all are those of the stack as it
//! is.

use fpmlint_diagnostics::Diagnostic;
use fpmlint_rules::{Findings, Part, Rule, Settled, UnknownFact};
use fpmlint_stack::{Affected, Master, Stack};
use fpmlint_text::FileId;

use crate::levels::Levels;

/// The findings in one part of a stack.
#[derive(Default, Debug)]
struct InPart {
    diagnostics: Vec<Diagnostic>,
    unknowns: Vec<UnknownFact>,
}

/// Everything that was found.
#[derive(Debug)]
pub(crate) struct Found {
    rules: Vec<&'static Rule>,
    whole: InPart,
    masters: InPart,
    pools: Vec<InPart>,
    sites: Vec<InPart>,
    /// In what stands in no site.
    elsewhere: InPart,
}

impl Found {
    /// Runs the rules over a stack.
    pub(crate) fn new(stack: &Stack, levels: &Levels) -> Found {
        let rules: Vec<&'static Rule> =
            fpmlint_rules::all().filter(|rule| levels.may_run(&rule.meta)).collect();
        let settled = Settled::default();
        let run = |part| run(&rules, stack, &settled, part);
        Found {
            whole: run(Part::Whole),
            masters: run(Part::Masters),
            pools: in_each(&rules, stack, &settled, stack.pools.len(), Part::Pool),
            sites: in_each(&rules, stack, &settled, stack.sites.len(), |site| Part::Site(Some(site))),
            elsewhere: run(Part::Site(None)),
            rules,
        }
    }

    /// Brings the findings up to date after `files` changed and with them what is `affected`.
    pub(crate) fn refresh(&mut self, stack: &Stack, files: &[FileId], affected: &Affected) {
        let (rules, settled) = (&self.rules, Settled::default());
        let again = |in_part: &mut InPart, part| *in_part = run(rules, stack, &settled, part);
        again(&mut self.whole, Part::Whole);
        let rereads = |master: &Master| master.config.files.iter().any(|file| files.contains(file));
        if stack.masters.iter().any(rereads) {
            again(&mut self.masters, Part::Masters);
            again(&mut self.elsewhere, Part::Site(None));
        }
        for &site in &affected.sites {
            again(&mut self.sites[site], Part::Site(Some(site)));
        }
        for &pool in &affected.pools {
            again(&mut self.pools[pool], Part::Pool(pool));
        }
        // What names bytes of a changed file may name other ones now.
        let stale = |in_part: &InPart| in_part.diagnostics.iter().any(|diagnostic| names(diagnostic, files));
        for (site, in_part) in self.sites.iter_mut().enumerate().filter(|(_, in_part)| stale(in_part)) {
            again(in_part, Part::Site(Some(site)));
        }
        for (pool, in_part) in self.pools.iter_mut().enumerate() {
            if stale(in_part) || affected.unreached && stack.sites_reaching(pool).is_empty() {
                again(in_part, Part::Pool(pool));
            }
        }
        for (in_part, part) in [(&mut self.masters, Part::Masters), (&mut self.elsewhere, Part::Site(None))] {
            if stale(in_part) {
                again(in_part, part);
            }
        }
    }

    /// The findings, those of the whole first.
    pub(crate) fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.parts().flat_map(|in_part| &in_part.diagnostics)
    }

    /// The facts that were missing, as often as they were missed.
    pub(crate) fn unknowns(&self) -> impl Iterator<Item = &UnknownFact> {
        self.parts().flat_map(|in_part| &in_part.unknowns)
    }

    fn parts(&self) -> impl Iterator<Item = &InPart> {
        [&self.whole, &self.masters]
            .into_iter()
            .chain(&self.pools)
            .chain(&self.sites)
            .chain([&self.elsewhere])
    }
}

fn in_each(
    rules: &[&'static Rule],
    stack: &Stack,
    settled: &Settled,
    count: usize,
    part: fn(usize) -> Part,
) -> Vec<InPart> {
    // Most rules look at other parts; this is asked once and not for each of thousands.
    let rules: Vec<_> = rules.iter().copied().filter(|rule| rule.looks_at(part(0))).collect();
    (0..count).map(|number| run(&rules, stack, settled, part(number))).collect()
}

fn run(rules: &[&'static Rule], stack: &Stack, settled: &Settled, part: Part) -> InPart {
    let mut in_part = InPart::default();
    for rule in rules.iter().filter(|rule| rule.looks_at(part)) {
        let mut findings = Findings::new(stack, &rule.meta, settled);
        rule.run(stack, part, &mut findings);
        let (diagnostics, unknowns) = findings.finish();
        append(&mut in_part.diagnostics, diagnostics);
        append(&mut in_part.unknowns, unknowns);
    }
    in_part
}

/// Adds to a list; most are empty, and then no room is made that nobody needs.
fn append<T>(list: &mut Vec<T>, mut more: Vec<T>) {
    match list.is_empty() {
        true => *list = more,
        false => list.append(&mut more),
    }
}

/// Whether a finding, one of its labels or its fix names bytes of one of these files.
fn names(diagnostic: &Diagnostic, files: &[FileId]) -> bool {
    let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.file);
    let labels = diagnostic.related.iter().map(|label| label.file);
    let daemon = diagnostic.daemon.iter().filter_map(|daemon| daemon.file);
    let mut named = std::iter::once(diagnostic.file).chain(labels).chain(edits).chain(daemon);
    named.any(|file| files.contains(&file))
}
