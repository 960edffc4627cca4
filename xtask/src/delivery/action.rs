//! The GitHub action, run as a runner would run it.

use std::path::Path;

use super::run::{Ended, Run};
use super::{Bench, folder};

/// Installs nothing where fpmlint is, annotates, writes the job's page, SARIF and outputs, and fails as it should.
pub fn action(bench: &Bench) -> Result<(), String> {
    let example = bench.repository.join("examples/rocky-guide");
    let install = Run::new("bash").arguments([bench.repository.join("ci/install.sh")]);
    install.variable("FPMLINT_INSTALL", "auto").with_programs(&bench.programs).succeed()?.says("fpmlint ")?;
    let sarif = bench.scratch.join("found.sarif");
    let name = sarif.to_string_lossy();
    let ended = check(bench, &example, &[("FPMLINT_SARIF_FILE", &name)])?.ended_with(1)?;
    ended.says(
        "::error title=fpmlint (exposed-phpinfo),file=examples/rocky-guide/var/www/html/info.php,line=3,",
    )?;
    wants(&folder::read(&sarif)?, "\"uri\":\"examples/rocky-guide/var/www/html/info.php\"")?;
    wants(&folder::read(&bench.scratch.join("summary"))?, "exposed-phpinfo.md")?;
    wants(&folder::read(&bench.scratch.join("output"))?, &format!("sarif-file={name}\nexit-code=1\n"))?;
    // Lines are arguments, whatever they hold.
    let select = [("FPMLINT_ARGUMENTS", "--select=slowlog-never-written\n--fail-on\ninfo\n")];
    check(bench, &example, &select)?.ended_with(1)?.does_not_say("exposed-phpinfo")?;
    check(bench, &example, &[("FPMLINT_FAIL", "false")])?.ended_with(0)?.says("exposed-phpinfo")?;
    check(bench, &example, &[("FPMLINT_PATHS", "no such, $(file)\n")])?.ended_with(2)?;
    check(bench, &example, &[("FPMLINT_PATHS", "etc/php.d\n")])?.ended_with(0)?;
    Ok(())
}

/// Installs a wheel, with a Python that takes packages into environments only, and hands its folder to later steps.
pub fn wheel(bench: &Bench) -> Result<(), String> {
    const PROJECT: &str = "\
[build-system]
requires = []
build-backend = \"stand_in\"
backend-path = [\".\"]
[project]
name = \"fpmlint\"
version = \"0\"
";
    let source = bench.scratch.join("source");
    folder::write(&source.join("pyproject.toml"), PROJECT)?;
    folder::write(&source.join("stand_in.py"), include_str!("stand_in.py"))?;
    let path = bench.scratch.join("path");
    let install = Run::new("bash").arguments([bench.repository.join("ci/install.sh")]);
    let install = install.variable("FPMLINT_INSTALL", "wheel").variable("FPMLINT_SOURCE", &source);
    install.variable("RUNNER_TEMP", &bench.scratch).variable("GITHUB_PATH", &path).succeed()?;
    let programs = folder::read(&path)?;
    Run::new(Path::new(programs.trim()).join("fpmlint")).succeed()?.says("stand-in")?;
    Ok(())
}

fn check(bench: &Bench, folder: &Path, inputs: &[(&str, &str)]) -> Result<Ended, String> {
    let script = bench.repository.join("ci/check.sh");
    let mut run = Run::new("bash").arguments([script]).folder(folder).with_programs(&bench.programs);
    run = run
        .variable("GITHUB_WORKSPACE", &bench.repository)
        .variable("GITHUB_STEP_SUMMARY", bench.scratch.join("summary"))
        .variable("GITHUB_OUTPUT", bench.scratch.join("output"))
        .variable("FPMLINT_PATHS", ".");
    for (name, value) in inputs {
        run = run.variable(name, value);
    }
    run.end()
}

fn wants(text: &str, words: &str) -> Result<(), String> {
    if text.contains(words) { Ok(()) } else { Err(format!("no `{words}` in:\n{text}")) }
}
