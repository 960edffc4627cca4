//! The machine formats, on the findings of the example, on names that no one would give a file, and on nothing.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::run::Run;
use super::{Bench, folder};

/// A pool with two findings, one of which has a fix.
const POOL: &str = "\
[www]
user = nobody
listen = /run/a.sock
listen.allowed_clients = 127.0.0.1
pm = static
pm.max_children = 5
bogus = 1
";

/// Three folders to check: with findings, with odd names, without anything.
fn subjects(bench: &Bench) -> Result<[(&'static str, PathBuf); 3], String> {
    let odd = bench.scratch.join("odd");
    for name in odd_names() {
        folder::write(&odd.join(name), POOL)?;
    }
    let nothing = bench.scratch.join("nothing");
    folder::empty(&nothing)?;
    folder::write(&nothing.join("fpmlint.toml"), "")?;
    folder::write(&odd.join("fpmlint.toml"), "")?;
    let example = bench.repository.join("examples/rocky-guide");
    Ok([("example", example), ("odd", odd), ("nothing", nothing)])
}

/// Names with every character that a format or a shell gives a meaning, and with bytes that are not UTF-8.
fn odd_names() -> Vec<OsString> {
    let names = [
        "php-fpm.d/a b.conf",
        "php-fpm.d/a,b:c%d.conf",
        "php-fpm.d/50%2C.conf",
        "php-fpm.d/été 漢.conf",
        "php-fpm.d/[x](1){0}|`$(y)`\"'.conf",
        "fo:lder, 1%/php-fpm.d/new\nline.conf",
    ];
    let mut names: Vec<OsString> = names.into_iter().map(OsString::from).collect();
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        names.push(OsStr::from_bytes(b"php-fpm.d/caf\xe9.conf").to_owned());
    }
    names
}

/// A folder's report in a format.
fn report(bench: &Bench, subject: &Path, format: &str) -> Result<Vec<u8>, String> {
    let fpmlint = Run::new(bench.programs.join("fpmlint")).arguments(["check", ".", "--format", format]);
    let ended = fpmlint.folder(subject).without("GITHUB_WORKSPACE").without("CI_PROJECT_DIR").end()?;
    let found = ended.code == Some(1) || subject.ends_with("nothing");
    if found { Ok(ended.out) } else { Err(format!("fpmlint ended with {:?}: {}", ended.code, ended.err)) }
}

/// Reports of all subjects as files.
fn reports(bench: &Bench, format: &str) -> Result<Vec<PathBuf>, String> {
    let mut reports = Vec::new();
    for (name, subject) in subjects(bench)? {
        let path = bench.scratch.join(format!("{name}.{format}.json"));
        folder::write(&path, report(bench, &subject, format)?)?;
        reports.push(path);
    }
    Ok(reports)
}

/// JSON against our schemas, SARIF against the official one.
pub fn schemas(bench: &Bench) -> Result<(), String> {
    let schema = |path: &Path| path.to_string_lossy().into_owned();
    let ours = schema(&bench.repository.join("schemas/fpmlint-output.schema.json"));
    bench.tools.check_schema(&["--schemafile", &ours], &reports(bench, "json")?)?;
    let sarif = schema(&bench.tools.sarif_schema());
    // The official schema has a pattern that is none in the newer dialect.
    let flags = ["--schemafile", &sarif, "--regex-variant", "nonunicode"];
    bench.tools.check_schema(&flags, &reports(bench, "sarif")?)?;
    let baseline = bench.scratch.join("baseline.json");
    let update = ["check", "--quiet", "--update-baseline", "--baseline"];
    let fpmlint = Run::new(bench.programs.join("fpmlint")).arguments(update).arguments([&baseline]);
    fpmlint.folder(&bench.scratch.join("odd")).succeed()?;
    let ours = schema(&bench.repository.join("schemas/fpmlint-baseline.schema.json"));
    bench.tools.check_schema(&["--schemafile", &ours], &[baseline])
}

/// The validator ends with 0 whatever it finds: what counts is the log that it writes.
pub fn sarif(bench: &Bench) -> Result<(), String> {
    for log in reports(bench, "sarif")? {
        let verdict = log.with_extension("verdict");
        let validate = Run::new(bench.tools.multitool())
            .arguments(["validate"])
            .arguments([&log])
            .arguments(["-o"])
            .arguments([&verdict])
            .arguments(["--log", "ForceOverwrite", "--level", "Error;Warning", "--rule-kind", "Sarif;Ghas"])
            // It is a .NET program, and needs no files about cultures.
            .variable("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");
        let ended = validate.succeed()?;
        let verdict = folder::read(&verdict).map_err(|error| format!("{error}\n{}", ended.text()))?;
        let verdict: Value = serde_json::from_str(&verdict).map_err(|error| error.to_string())?;
        match verdict["runs"][0]["results"].as_array() {
            Some(complaints) if complaints.is_empty() => {}
            Some(_) => return Err(ended.text()),
            None => return Err(format!("the validator gave no results: {}", ended.text())),
        }
    }
    Ok(())
}

/// Byte for byte what GitHub's toolkit prints for the same values.
pub fn github(bench: &Bench) -> Result<(), String> {
    for (name, subject) in subjects(bench)? {
        let ours = report(bench, &subject, "github")?;
        let input = bench.scratch.join("commands");
        folder::write(&input, &ours)?;
        let theirs = Run::new("sh")
            .arguments(["-c", "node toolkit.mjs < \"$1\"", "sh"])
            .arguments([&input])
            .folder(bench.tools.node())
            .succeed()?;
        if theirs.out != ours {
            let ours = String::from_utf8_lossy(&ours).into_owned();
            return Err(format!("{name}: ours:\n{ours}\ntheirs:\n{}", theirs.text()));
        }
        if ours.is_empty() != (name == "nothing") {
            return Err(format!("{name}: {} bytes", ours.len()));
        }
    }
    Ok(())
}

/// The keys that GitLab's documentation asks for, and fingerprints that are each there once.
pub fn gitlab(bench: &Bench) -> Result<(), String> {
    for (name, subject) in subjects(bench)? {
        let text = report(bench, &subject, "gitlab")?;
        let report: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        let findings = report.as_array().ok_or_else(|| format!("{name}: no list"))?;
        let mut fingerprints = HashSet::new();
        for finding in findings {
            let text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
            let known = ["info", "minor", "major", "critical", "blocker"];
            let sound = text(&finding["description"])
                && text(&finding["check_name"])
                && text(&finding["location"]["path"])
                && finding["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0)
                && finding["severity"].as_str().is_some_and(|word| known.contains(&word))
                && finding["fingerprint"].as_str().is_some_and(|print| fingerprints.insert(print));
            if !sound {
                return Err(format!("{name}: {finding:#}"));
            }
        }
        if findings.is_empty() != (name == "nothing") {
            return Err(format!("{name}: {} findings", findings.len()));
        }
    }
    Ok(())
}
