//! Reading a part of a master again after an edit.
//!
//! In: a master and the files that say something else than when it was read. Out: the same master as a whole reading
//! would give it, and which pools are other ones. Invariant: a file is read alone only if nothing that it does not hold
//! itself depends on it: it holds whole pools, the same as before, and leaves the reader where it left it before.

use fpmlint_text::FileId;

use super::model::{Master, Pool};
use super::reader::{MAX_REFUSALS, Reader, Section, as_opened};
use super::{Input, empty, judge, read};
use crate::{Place, Refusal};

/// Reads the files `changed` of a master again; nothing else of the host may have changed. The master then equals what
/// [`read`] gives. Gives the pools that are other ones now, by their numbers, if everything but pools, refusals and missing
/// facts is as it was; none where more has changed.
pub fn reread(input: &Input<'_>, master: &mut Master, changed: &[FileId]) -> Option<Vec<usize>> {
    let mut parts = Vec::new();
    for &file in changed.iter().filter(|file| master.files.contains(file)) {
        match Part::read(input, master, file) {
            Some(part) => parts.push(part),
            None => {
                let old = std::mem::replace(master, read(input));
                return changed_pools(&old, master);
            }
        }
    }
    let steps = &master.steps;
    master.refusals.truncate(steps.line_refusals);
    master.unknowns.truncate(steps.line_unknowns);
    master.refusals.iter_mut().for_each(|refusal| refusal.first = false);
    let mut pools = Vec::new();
    for part in parts {
        part.put_into(master, &mut pools);
    }
    master.steps.line_refusals = master.refusals.len();
    judge(input, master);
    pools.sort_unstable();
    Some(pools)
}

/// The pools that differ between two readings, if nothing else does but refusals and missing facts.
fn changed_pools(old: &Master, new: &Master) -> Option<Vec<usize>> {
    let names = |master: &Master| master.pools.iter().map(|pool| pool.name.clone()).collect::<Vec<_>>();
    let same = (&old.files, &old.includes, &old.global, &old.unsectioned)
        == (&new.files, &new.includes, &new.global, &new.unsectioned)
        && old.complete == new.complete
        && names(old) == names(new);
    let differs = |number: &usize| old.pools.get(*number) != new.pools.get(*number);
    same.then(|| (0..new.pools.len()).filter(differs).collect())
}

/// A file that was read alone.
struct Part {
    file: FileId,
    /// The pools that stand in it, with their numbers in the master.
    pools: Vec<(usize, Pool)>,
    refusals: Vec<Refusal>,
}

impl Part {
    /// Reads a file alone; none where the rest of the master may rest on what it says.
    fn read(input: &Input<'_>, master: &Master, file: FileId) -> Option<Part> {
        let is_once = master.files.iter().filter(|read| **read == file).count() == 1;
        // A refusal in a file with includes names a line that the included files count too.
        let includes = |file: FileId| master.includes.iter().any(|include| include.place.file == file);
        let lines = master.refusals.get(..master.steps.line_refusals)?;
        let rests_on_others = lines.iter().any(|refusal| includes(refusal.place.file))
            || includes(file)
            || master.steps.global_headers.contains(&file)
            || master.steps.line_unknowns > 0;
        if file == master.main || !is_once || rests_on_others {
            return None;
        }
        let shown = opened_as(input, master, file)?;
        let mut reader = Reader::new(input, empty(input), Section::Global(None));
        reader.file(file, &shown);
        let section = reader.section;
        let alone = reader.into_master();
        let is_plain = alone.complete
            && alone.includes.is_empty()
            && alone.unknowns.is_empty()
            && alone.steps.global_headers.is_empty()
            && alone.global.is_empty()
            && begins_with_header(input, &alone);
        if !is_plain || lines.len() + alone.refusals.len() >= MAX_REFUSALS {
            return None;
        }
        let old = standing_in(master, file)?;
        // The pools follow one another as before, and the last of them is open at the end.
        if headers(&alone.pools) != headers(&old.iter().map(|(_, pool)| *pool).collect::<Vec<_>>()) {
            return None;
        }
        let Section::Pool(..) = section else { return None };
        let numbers = old.into_iter().map(|(number, _)| number);
        Some(Part { file, pools: numbers.zip(alone.pools).collect(), refusals: alone.refusals })
    }

    fn put_into(self, master: &mut Master, changed: &mut Vec<usize>) {
        for (number, pool) in self.pools {
            let Some(slot) = master.pools.get_mut(number) else { continue };
            if *slot != pool {
                *slot = pool;
                changed.push(number);
            }
        }
        master.refusals.retain(|refusal| refusal.place.file != self.file);
        if self.refusals.is_empty() {
            return;
        }
        // What is left stands in files without includes, so that each has one place in the order.
        let place = |file: FileId| master.files.iter().position(|read| *read == file);
        let own = place(self.file);
        let at = master.refusals.iter().take_while(|refusal| place(refusal.place.file) < own).count();
        master.refusals.splice(at..at, self.refusals);
    }
}

/// The name under which the daemon opens a file that one include leads to.
fn opened_as(input: &Input<'_>, master: &Master, file: FileId) -> Option<Vec<u8>> {
    let path = input.host.host_path(file)?;
    let mut leading = master.includes.iter().filter(|include| include.matches.contains(&path));
    let include = leading.next()?;
    leading.next().is_none().then(|| as_opened(&include.pattern, &path))
}

/// The pools that stand in a file with all their lines; none where one of them stands elsewhere too, or where lines of
/// the file may belong to a pool of another.
fn standing_in(master: &Master, file: FileId) -> Option<Vec<(usize, &Pool)>> {
    let is_here = |place: &Place| place.file == file;
    let mut found = Vec::new();
    for (number, pool) in master.pools.iter().enumerate().filter(|(_, it)| it.headers.iter().any(is_here)) {
        let whole = pool.headers.iter().all(is_here) && pool.settings.iter().all(|it| is_here(&it.place));
        if !whole {
            return None;
        }
        found.push((number, pool));
    }
    let begins = found.iter().any(|(_, pool)| pool.headers.first().is_some_and(|header| header.ordinal == 0));
    begins.then_some(found)
}

/// The names of the pools by the order of their headers, as they are written where a pool first stands.
fn headers<P: std::borrow::Borrow<Pool>>(pools: &[P]) -> Vec<&[u8]> {
    let of_pool = |pool: &'_ P| pool.borrow().headers.iter().map(|header| header.ordinal).collect::<Vec<_>>();
    let mut headers: Vec<(u32, &[u8])> = pools
        .iter()
        .flat_map(|pool| of_pool(pool).into_iter().map(|ordinal| (ordinal, pool.borrow().name.as_slice())))
        .collect();
    headers.sort_unstable();
    headers.into_iter().map(|(_, name)| name).collect()
}

/// Whether a header of a pool stands in front of everything that the reader takes in.
fn begins_with_header(input: &Input<'_>, master: &Master) -> bool {
    let files = input.host.files();
    let Some(header) = master.pools.first().and_then(|pool| pool.headers.first()) else { return false };
    let start = header.span(files).start;
    header.ordinal == 0 && master.refusals.iter().all(|refusal| refusal.place.span(files).start >= start)
}
