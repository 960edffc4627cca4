//! On what, with what and when it was measured.
//!
//! In: this machine. Out: a sentence or two of Markdown. Invariant: nothing that names the machine or its owner.

use std::path::Path;
use std::process::Command;

use super::fpmlint::Tool;
use crate::packages;

/// Date, processor and versions.
///
/// # Errors
/// A program does not say its version.
pub fn describe(tool: Option<&Tool>) -> Result<String, String> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu_model(&cpu).unwrap_or("an unknown processor");
    let mut versions = Vec::new();
    if let Some(tool) = tool {
        versions.push(tool.version()?);
    }
    for package in [&packages::NGINX, &packages::APACHE, &packages::PHP_FPM] {
        versions.push(version(&packages::program(package)?)?);
    }
    let date = first_line(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    Ok(format!("Measured on {date}: {cores} cores, {cpu}; {}.\n", versions.join(", ")))
}

/// A daemon's version: nginx says it on standard error.
fn version(program: &Path) -> Result<String, String> {
    let line = first_line(Command::new(program).arg("-v"))?;
    Ok(shorten(&line).to_owned())
}

fn first_line(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?} does not start: {error}"))?;
    let text = [output.stdout, output.stderr].concat();
    Ok(String::from_utf8_lossy(&text).lines().next().unwrap_or_default().to_owned())
}

/// The product and number in `nginx version: nginx/1.22.1`, `Server version: Apache/2.4.62 (Debian)`, `PHP 8.2.29 (...`.
fn shorten(line: &str) -> &str {
    let line = line.split_once(" (").map_or(line, |(before, _)| before);
    line.split_once(": ").map_or(line, |(_, product)| product)
}

fn cpu_model(text: &str) -> Option<&str> {
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(": ").map(|(_, model)| model.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_lose_what_is_not_the_product() {
        assert_eq!(shorten("nginx version: nginx/1.22.1"), "nginx/1.22.1");
        assert_eq!(shorten("Server version: Apache/2.4.62 (Debian)"), "Apache/2.4.62");
        assert_eq!(shorten("PHP 8.2.29 (fpm-fcgi) (built: Jul  3 2025 16:16:05)"), "PHP 8.2.29");
    }

    #[test]
    fn the_processor_is_named_once() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\nmodel name\t: Some CPU @ 2.00GHz\n";
        assert_eq!(cpu_model(text), Some("Some CPU @ 2.00GHz"));
        assert_eq!(cpu_model("processor : 0\n"), None);
    }
}
