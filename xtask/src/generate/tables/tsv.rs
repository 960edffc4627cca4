//! Tables with a header line and cells between tabs.

use std::collections::HashMap;
use std::path::Path;

/// A table with named columns.
pub struct Table {
    columns: HashMap<String, usize>,
    rows: Vec<Vec<String>>,
}

/// A row of a table.
#[derive(Clone, Copy)]
pub struct Row<'t> {
    table: &'t Table,
    cells: &'t [String],
}

impl Table {
    /// Reads the table from a file. Every row must have as many cells as the header.
    pub fn read(path: &Path) -> Result<Table, String> {
        let failed = |why: &str| format!("{}: {why}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| failed(&error.to_string()))?;
        let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned).collect::<Vec<_>>());
        let header = lines.next().ok_or_else(|| failed("there is no header"))?;
        let rows: Vec<_> = lines.collect();
        if let Some(row) = rows.iter().position(|row| row.len() != header.len()) {
            return Err(failed(&format!("line {} has not as many cells as the header", row + 2)));
        }
        let columns = header.into_iter().enumerate().map(|(column, name)| (name, column)).collect();
        Ok(Table { columns, rows })
    }

    /// The rows in their order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { table: self, cells })
    }
}

impl<'t> Row<'t> {
    /// The cell in the column of this name.
    pub fn get(self, column: &str) -> Result<&'t str, String> {
        let at = self.table.columns.get(column).ok_or_else(|| format!("there is no column {column:?}"))?;
        Ok(self.cells.get(*at).map_or("", String::as_str))
    }
}
