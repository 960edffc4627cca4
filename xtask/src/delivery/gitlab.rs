//! The job of the GitLab template, run as a runner would run it.

use super::run::{Ended, Run};
use super::{Bench, folder};

const POOL: &str = "[www]\nuser = www-data\nlisten = 127.0.0.1:9000\npm = static\npm.max_children = ";
const REPORT: &str = "gl-code-quality-report.json";

/// Builds nothing where fpmlint is, fails with findings and a report of them, passes without, and cannot work.
pub fn job(bench: &Bench) -> Result<(), String> {
    let project = bench.scratch.join("project");
    let report = project.join(REPORT);
    let pool =
        |children: &str| folder::write(&project.join("php-fpm.d/www.conf"), format!("{POOL}{children}\n"));
    folder::write(&project.join("php-fpm.conf"), "[global]\ninclude = /etc/php-fpm.d/*.conf\n")?;
    pool("0")?;
    run(bench, "")?.ended_with(1)?.says("pm.max_children")?;
    wants(&folder::read(&report)?, "\"check_name\":\"invalid-value\"")?;
    run(bench, "--ignore invalid-value --fail-on info")?.ended_with(0)?.says("Found no problems")?;
    pool("5")?;
    run(bench, "")?.ended_with(0)?;
    wants(folder::read(&report)?.trim(), "[]")?;
    run(bench, "--no-such-argument")?.ended_with(1)?.says("unexpected argument")?;
    Ok(())
}

/// Runs the lines of the job, those before its script first, in one shell that ends at the first that fails.
fn run(bench: &Bench, arguments: &str) -> Result<Ended, String> {
    let template = folder::read(&bench.repository.join("templates/fpmlint.gitlab-ci.yml"))?;
    let lines: Vec<&str> = [lines(&template, "before_script"), lines(&template, "script")].concat();
    let project = bench.scratch.join("project");
    let shell = Run::new("bash").arguments(["-eo", "pipefail", "-c", &lines.join("\n")]).folder(&project);
    let shell = shell.variable("CI_PROJECT_DIR", &project).variable("FPMLINT_ARGUMENTS", arguments);
    shell.with_programs(&bench.programs).end()
}

/// The entries of a list of the job.
fn lines<'t>(template: &'t str, name: &str) -> Vec<&'t str> {
    let head = format!("  {name}:");
    let behind = template.lines().skip_while(|line| *line != head).skip(1);
    behind.map_while(|line| line.strip_prefix("    - ")).collect()
}

fn wants(text: &str, words: &str) -> Result<(), String> {
    if text.contains(words) { Ok(()) } else { Err(format!("no `{words}` in:\n{text}")) }
}
