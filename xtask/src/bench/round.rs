//! One generated root, measured.
//!
//! In: a root. Out: a row for each comparison. Invariant: the programs take turns, so that a slow moment of the
//! machine hits them alike.

use super::fpmlint::{Summary, Tool};
use super::measure::{Cost, Subject};
use super::php_fpm;
use super::root::Root;
use super::shape::{Layout, Web};
use crate::packages;

/// One comparison.
#[derive(Clone, Debug)]
pub struct Row {
    /// The daemons whose files are read.
    pub stack: String,
    /// One file or many.
    pub layout: Layout,
    /// Sites, and as many pools.
    pub sites: usize,
    /// Bytes of generated configuration.
    pub bytes: u64,
    /// The daemons' own tests, one after the other.
    pub daemon: Cost,
    /// fpmlint, and what it says.
    pub tool: Option<(Cost, Summary)>,
    /// The web server's test alone, where the row is about more.
    pub web_alone: Option<Cost>,
}

/// A comparison to make: which daemons, how many bytes, and fpmlint's command line.
struct Comparison {
    stack: String,
    bytes: u64,
    daemons: Vec<usize>,
    tool: Option<Subject>,
}

/// Measures `root` that many times.
///
/// # Errors
/// A program fails.
pub fn measure(root: &Root, repeats: usize, tool: Option<&Tool>) -> Result<Vec<Row>, String> {
    let daemons = [daemon_test(root.shape.web.package(), root)?, daemon_test(&packages::PHP_FPM, root)?];
    let comparisons = comparisons(root, tool);
    let mut daemon_costs: [Option<Cost>; 2] = [None; 2];
    let mut tool_costs: Vec<Option<Cost>> = vec![None; comparisons.len()];
    for _ in 0..repeats {
        for (subject, best) in daemons.iter().zip(&mut daemon_costs) {
            keep_best(best, subject.run()?);
        }
        for (comparison, best) in comparisons.iter().zip(&mut tool_costs) {
            if let Some(subject) = &comparison.tool {
                keep_best(best, subject.run()?);
            }
        }
    }

    let mut rows = Vec::new();
    for (comparison, cost) in comparisons.into_iter().zip(tool_costs) {
        let costs = comparison.daemons.iter().filter_map(|&index| daemon_costs.get(index).copied().flatten());
        let Some(daemon) = costs.reduce(Cost::then) else { continue };
        let said = match (tool, &comparison.tool, cost) {
            (Some(tool), Some(subject), Some(cost)) => Some((cost, tool.summary(subject)?)),
            _ => None,
        };
        rows.push(Row {
            stack: comparison.stack,
            layout: root.shape.layout,
            sites: root.shape.sites,
            bytes: comparison.bytes,
            daemon,
            tool: said,
            web_alone: if comparison.daemons.len() > 1 { daemon_costs[0] } else { None },
        });
    }
    Ok(rows)
}

fn keep_best(best: &mut Option<Cost>, cost: Cost) {
    *best = Some(best.map_or(cost, |old| old.min(cost)));
}

/// What is compared on a root: each daemon's files alone, and the host as a whole.
fn comparisons(root: &Root, tool: Option<&Tool>) -> Vec<Comparison> {
    let web = root.shape.web;
    let file = |name: &str| root.folder.join(name);
    let mut comparisons = vec![Comparison {
        stack: web.name().to_owned(),
        bytes: root.web_bytes,
        daemons: vec![0],
        tool: tool.map(|tool| tool.check_file(web.name(), &file(web.main_file()))),
    }];
    // The pools are the same behind both web servers.
    if web == Web::Nginx {
        comparisons.push(Comparison {
            stack: "php-fpm".to_owned(),
            bytes: root.fpm_bytes,
            daemons: vec![1],
            // php-fpm has no relative includes to speak of, so its many files need the root to be found.
            tool: tool
                .filter(|_| root.shape.layout == Layout::One)
                .map(|tool| tool.check_file("php-fpm", &file(php_fpm::MAIN_FILE))),
        });
    }
    comparisons.push(Comparison {
        stack: format!("{} + php-fpm", web.name()),
        bytes: root.web_bytes + root.fpm_bytes,
        daemons: vec![0, 1],
        tool: tool.map(|tool| tool.check_host(&root.folder)),
    });
    comparisons
}

/// A daemon's configuration test, with the root as its `/`.
fn daemon_test(package: &packages::Package, root: &Root) -> Result<Subject, String> {
    let program = packages::program(package)?;
    Ok(Subject {
        program,
        arguments: vec!["-t".to_owned()],
        root: Some(root.folder.clone()),
        highest_code: 0,
    })
}
