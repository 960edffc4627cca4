//! How common names are.

use super::tsv::Table;
use std::collections::HashMap;

/// The rank of each name, by dialect.
pub struct Ranks(HashMap<(String, String), u16>);

impl Ranks {
    /// Reads the table of frequencies.
    pub fn new(table: &Table) -> Result<Ranks, String> {
        let mut ranks = HashMap::new();
        for row in table.rows() {
            let rank = row.get("rank")?.parse().map_err(|_| "a rank is not a number".to_owned())?;
            ranks.insert((row.get("dialect")?.to_owned(), row.get("directive")?.to_owned()), rank);
        }
        Ok(Ranks(ranks))
    }

    /// The rank of `name` as the table of frequencies writes it.
    pub fn get(&self, dialect: &str, name: &str) -> Option<u16> {
        self.0.get(&(dialect.to_owned(), name.to_owned())).copied()
    }
}
