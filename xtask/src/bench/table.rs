//! Measurements as Markdown.
//!
//! In: rows. Out: a table of costs, a table of growth and the speed of the phases. Invariant: a cell that was not
//! measured shows a dash.

use super::measure::Cost;
use super::round::Row;
use super::shape::Shape;

const DASH: &str = "-";

/// All tables.
pub fn render(rows: &[Row], phases: &[(Shape, String)]) -> String {
    let mut text = costs(rows);
    text.push('\n');
    text.push_str(&growth(rows));
    for (shape, lines) in phases {
        let (web, layout) = (shape.web.name(), shape.layout.name());
        text.push_str(&format!("\nPhases of fpmlint, {web} + php-fpm, {layout}, {} sites:\n\n", shape.sites));
        text.push_str(lines.trim_end());
        text.push('\n');
    }
    text
}

fn costs(rows: &[Row]) -> String {
    let mut text = String::from(
        "\
| stack | layout | sites | input MB | daemon CPU ms | fpmlint CPU ms | ratio | ratio, web server alone | \
daemon MB | fpmlint MB | bytes per input byte | findings |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
",
    );
    for row in rows {
        let tool = row.tool.map(|(cost, _)| cost);
        let cells = [
            row.stack.clone(),
            row.layout.name().to_owned(),
            thousands(row.sites as u64),
            format!("{:.2}", megabytes(row.bytes)),
            milliseconds(row.daemon),
            or_dash(tool.map(milliseconds)),
            or_dash(tool.map(|tool| ratio(row.daemon, tool))),
            or_dash(tool.zip(row.web_alone).map(|(tool, web)| ratio(web, tool))),
            format!("{:.1}", megabytes(row.daemon.memory)),
            or_dash(tool.map(|tool| format!("{:.1}", megabytes(tool.memory)))),
            or_dash(tool.map(|tool| format!("{:.1}", tool.memory as f64 / row.bytes.max(1) as f64))),
            or_dash(row.tool.map(|(_, summary)| thousands(summary.findings))),
        ];
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

/// How much more one site costs when there are ten times as many: 1.0 is linear.
fn growth(rows: &[Row]) -> String {
    let mut text = String::from(
        "| stack | layout | sites | daemon, time a site | fpmlint, time a site |\n|---|---|--:|--:|--:|\n",
    );
    for larger in rows {
        let smaller = rows
            .iter()
            .filter(|row| {
                row.stack == larger.stack && row.layout == larger.layout && row.sites < larger.sites
            })
            .max_by_key(|row| row.sites);
        let Some(smaller) = smaller else { continue };
        let tool = larger
            .tool
            .zip(smaller.tool)
            .map(|((large, _), (small, _))| per_site(large, larger, small, smaller));
        text.push_str(&format!(
            "| {} | {} | {} to {} | x {:.2} | {} |\n",
            larger.stack,
            larger.layout.name(),
            thousands(smaller.sites as u64),
            thousands(larger.sites as u64),
            per_site(larger.daemon, larger, smaller.daemon, smaller),
            or_dash(tool.map(|factor| format!("x {factor:.2}"))),
        ));
    }
    text
}

fn per_site(large: Cost, larger: &Row, small: Cost, smaller: &Row) -> f64 {
    let each = |cost: Cost, row: &Row| cost.cpu.as_secs_f64() / row.sites.max(1) as f64;
    each(large, larger) / each(small, smaller).max(f64::MIN_POSITIVE)
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| DASH.to_owned())
}

fn ratio(daemon: Cost, tool: Cost) -> String {
    format!("{:.1}", daemon.cpu.as_secs_f64() / tool.cpu.as_secs_f64().max(f64::MIN_POSITIVE))
}

fn milliseconds(cost: Cost) -> String {
    format!("{:.1}", cost.cpu.as_secs_f64() * 1_000.0)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bench::fpmlint::Summary;
    use crate::bench::shape::Layout;

    fn cost(millis: u64, memory: u64) -> Cost {
        Cost { cpu: Duration::from_millis(millis), memory }
    }

    fn row(sites: usize, daemon: u64, tool: Option<u64>) -> Row {
        Row {
            stack: "nginx".to_owned(),
            layout: Layout::One,
            sites,
            bytes: 1_000_000,
            daemon: cost(daemon, 30_000_000),
            tool: tool.map(|millis| (cost(millis, 5_000_000), Summary { files: 1, findings: 1_234 })),
            web_alone: None,
        }
    }

    #[test]
    fn costs_and_ratios_stand_side_by_side() {
        let text = costs(&[row(2_000, 100, Some(20))]);
        let line = text.lines().last().unwrap();
        assert_eq!(
            line,
            "| nginx | one file | 2,000 | 1.00 | 100.0 | 20.0 | 5.0 | - | 30.0 | 5.0 | 5.0 | 1,234 |"
        );
    }

    #[test]
    fn growth_compares_with_the_next_smaller_stack() {
        let text = growth(&[row(200, 10, None), row(2_000, 100, Some(20)), row(20_000, 4_000, Some(200))]);
        let lines: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| nginx | one file | 200 to 2,000 | x 1.00 | - |",
                "| nginx | one file | 2,000 to 20,000 | x 4.00 | x 1.00 |"
            ]
        );
    }
}
