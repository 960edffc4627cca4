//! The page that shows the latest figures.
//!
//! In: Markdown. Out: `docs/benchmarks.md` with it between two marks. Invariant: what people wrote around the marks
//! stays as it is.

use std::fs;
use std::path::Path;

const PAGE: &str = "docs/benchmarks.md";
const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->\n";

/// Puts `measured` into the page.
///
/// # Errors
/// The page is missing, has lost its marks, or cannot be written.
pub fn write(repository: &Path, measured: &str) -> Result<(), String> {
    let path = repository.join(PAGE);
    let page = fs::read_to_string(&path).map_err(|error| format!("{PAGE}: {error}"))?;
    let page =
        replace(&page, measured).ok_or_else(|| format!("{PAGE} lacks the marks of the measured part"))?;
    fs::write(&path, page).map_err(|error| format!("{PAGE}: {error}"))?;
    println!("wrote {PAGE}");
    Ok(())
}

fn replace(page: &str, measured: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}\n\n{END}{after}", measured.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_measured_part_is_replaced() {
        let page = format!("# Speed\n\n{BEGIN}old\n{END}\nThe end.\n");
        let once = replace(&page, "new\n").unwrap();
        assert_eq!(once, format!("# Speed\n\n{BEGIN}\nnew\n\n{END}\nThe end.\n"));
        assert_eq!(replace(&once, "new").unwrap(), once);
    }

    #[test]
    fn a_page_without_marks_is_left_alone() {
        assert_eq!(replace("# Speed\n", "new"), None);
    }
}
