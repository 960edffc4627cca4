//! Cells as Rust expressions.
//!
//! In: the text of a cell. Out: an expression, or an error that quotes the cell.

/// A string literal.
pub fn text(cell: &str) -> String {
    format!("{cell:?}")
}

/// `None` for an empty cell, else the string.
pub fn optional(cell: &str) -> String {
    if cell.is_empty() { "None".to_owned() } else { format!("Some({cell:?})") }
}

/// A list of strings, cut at `separator`.
pub fn list(cell: &str, separator: char) -> String {
    let words: Vec<String> =
        cell.split(separator).map(str::trim).filter(|word| !word.is_empty()).map(text).collect();
    format!("&[{}]", words.join(", "))
}

/// `yes`, `no` or nothing.
pub fn maybe(cell: &str) -> Result<String, String> {
    Ok(match cell {
        "" => "None",
        "yes" => "Some(true)",
        "no" => "Some(false)",
        _ => return Err(format!("{cell:?} is neither yes nor no")),
    }
    .to_owned())
}

/// `yes`, `Y`, `no` or nothing, where nothing means no.
pub fn flag(cell: &str) -> Result<bool, String> {
    match cell {
        "yes" | "Y" => Ok(true),
        "no" | "" => Ok(false),
        _ => Err(format!("{cell:?} is neither yes nor no")),
    }
}

/// The variant or constant that stands for a cell in a list of pairs.
pub fn word(cell: &str, words: &[(&str, &'static str)]) -> Result<&'static str, String> {
    let found = words.iter().find(|(from, _)| *from == cell);
    found.map(|(_, to)| *to).ok_or_else(|| format!("{cell:?} is not known"))
}

/// A union of the constants of a set type; `NONE` for no words.
pub fn set(set: &str, words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("{set}::{word}")).collect();
    match words.split_first() {
        None => format!("{set}::NONE"),
        Some((first, rest)) => {
            let rest: String = rest.iter().map(|word| format!(".union({word})")).collect();
            format!("{first}{rest}")
        }
    }
}

/// A version of one to three numbers.
pub fn version(cell: &str) -> Result<String, String> {
    let numbers: Result<Vec<u16>, _> = cell.split('.').map(str::parse).collect();
    let mut numbers = numbers.map_err(|_| format!("{cell:?} is no version"))?;
    if numbers.len() > 3 {
        return Err(format!("{cell:?} is no version"));
    }
    numbers.resize(3, 0);
    let numbers: Vec<String> = numbers.iter().map(u16::to_string).collect();
    Ok(format!("Version::new({})", numbers.join(", ")))
}

/// Since when: nothing, `1.2.3`, `<=1.2.3`, `>1.2.3 <=1.3.0`, `1.2.x` or versions with slashes between them.
pub fn since(cell: &str) -> Result<String, String> {
    if cell.is_empty() {
        return Ok("Since::Unknown".to_owned());
    }
    if let Some(oldest) = cell.strip_prefix("<=") {
        return Ok(format!("Since::AtLatest({})", version(oldest)?));
    }
    if let Some((lacking, having)) = cell.strip_prefix('>').and_then(|rest| rest.split_once(" <=")) {
        return Ok(format!("Since::Between({}, {})", version(lacking)?, version(having)?));
    }
    if let Some(series) = cell.strip_suffix(".x") {
        return Ok(format!("Since::Series({})", version(series)?));
    }
    if cell.contains('/') {
        let firsts: Result<Vec<String>, String> =
            cell.split('/').map(|first| version(first.trim())).collect();
        return Ok(format!("Since::Branches(&[{}])", firsts?.join(", ")));
    }
    Ok(format!("Since::At({})", version(cell)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_say_since_has_its_own_variant() {
        let cells = ["", "8.2", "<=1.10.0", "1.29.x", "5.4.27 / 5.5.11", ">2.4.62 <=2.4.68"];
        let variants = cells.map(|cell| since(cell).unwrap());
        assert_eq!(
            variants,
            [
                "Since::Unknown",
                "Since::At(Version::new(8, 2, 0))",
                "Since::AtLatest(Version::new(1, 10, 0))",
                "Since::Series(Version::new(1, 29, 0))",
                "Since::Branches(&[Version::new(5, 4, 27), Version::new(5, 5, 11)])",
                "Since::Between(Version::new(2, 4, 62), Version::new(2, 4, 68))",
            ]
        );
    }

    #[test]
    fn a_cell_that_is_not_understood_is_an_error() {
        assert!(since("soon").is_err() && since("1.2.3.4").is_err() && flag("maybe").is_err());
    }
}
