//! php-fpm for the oracle.
//!
//! In: a case. Out: what `php-fpm -tt` says to it, and what fpmlint is told to answer alike. The daemon runs as root
//! and without php.ini; the case's folder is its prefix, so that relative paths stay in it.

mod seeds;
mod statements;
mod values;

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use fpmlint_engine::{Options, Project};
use fpmlint_workspace::{As, FpmDefaults, Profile, profile};

use super::case::Case;
use super::daemon::{Answer, Daemon, Verdict, without_folder};
use super::mutate::Language;
use super::process;
use super::tally::NOT_KNOWN;
use seeds::SEEDS;
use statements::STATEMENTS;
use values::{PIECES, VALUES};

const PROGRAM: &str = "php-fpm8.2";

/// The daemon of Debian 12.
pub struct PhpFpm;

impl Daemon for PhpFpm {
    fn name(&self) -> &'static str {
        "php-fpm"
    }

    fn version(&self) -> String {
        static VERSION: OnceLock<String> = OnceLock::new();
        let ask = || process::version(Command::new(PROGRAM).args(["-n", "-v"]), "PHP ");
        VERSION.get_or_init(ask).clone()
    }

    fn seeds(&self) -> Vec<Case> {
        SEEDS.iter().map(|files| Case::new(files)).collect()
    }

    fn language(&self) -> Language {
        Language {
            statements: STATEMENTS,
            values: VALUES,
            pieces: PIECES,
            assign: " = ",
            end: "\n",
            include: "include",
            block_end: section_end,
        }
    }

    fn ask(&self, case: &Case, folder: &Path) -> Result<Answer, String> {
        let ended = process::run(
            Command::new(PROGRAM)
                .args(["-n", "-tt", "-p"])
                .arg(folder)
                .arg("-y")
                .arg(folder.join(&case.main))
                .current_dir(folder),
        )?;
        let output = String::from_utf8_lossy(&ended.output);
        let output = without_folder(&output, folder);
        match ended.code {
            Some(0) => Ok(Answer { details: in_force(&output), ..Answer::default() }),
            Some(78) => Ok(refusal(&output)),
            // A pool called `$pool` is put into its own name for ever.
            None if ended.late => Ok(Answer { verdict: Verdict::Hangs, ..Answer::default() }),
            code => Err(format!("{PROGRAM} ended with {code:?}: {output}")),
        }
    }

    fn set_options(&self, options: &mut Options, folder: &Path) {
        options.as_reader = Some(As::PhpFpm);
        options.targets.php = self.version().parse().ok();
        options.profile = profile("debian-12").map(|known| with_prefix(known, folder));
    }

    fn details(&self, project: &Project, folder: &Path) -> Vec<String> {
        let Some(master) = project.stack.masters.first() else { return Vec::new() };
        let Some(host) = project.stack.hosts.get(master.host) else { return Vec::new() };
        let mut lines = Vec::new();
        for section in master.config.in_force(&host.profile) {
            lines.push(format!("[{}]", String::from_utf8_lossy(&section.name)));
            for field in section.fields {
                let value = field.value.as_deref().map_or(NOT_KNOWN.into(), String::from_utf8_lossy);
                lines.push(format!("\t{} = {value}", String::from_utf8_lossy(&field.name)));
            }
        }
        // A value may hold a line end; the daemon prints it as it is.
        let printed = lines.iter().flat_map(|line| line.split('\n')).filter(|line| is_dumped(line));
        printed.map(|line| without_folder(line, folder)).collect()
    }
}

/// What is in force, as the daemon prints it; nothing where the log level hides it.
fn in_force(output: &str) -> Vec<String> {
    let notices = output.lines().filter_map(|line| without_time(line).strip_prefix("NOTICE: "));
    let dumped = notices.skip_while(|line| *line != "[global]");
    dumped.filter(|line| is_dumped(line)).map(str::to_owned).collect()
}

/// Whether a line of the daemon's names a section or a field.
fn is_dumped(line: &str) -> bool {
    line.starts_with('\t') || (line.starts_with('[') && line.ends_with(']'))
}

/// The profile of a daemon that was started with `-p folder`. Each folder's is made once.
fn with_prefix(known: &Profile, folder: &Path) -> &'static Profile {
    thread_local! {
        static MADE: std::cell::RefCell<Vec<(String, &'static Profile)>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    let name = folder.to_string_lossy().into_owned();
    MADE.with_borrow_mut(|made| {
        if let Some((_, profile)) = made.iter().find(|(known, _)| *known == name) {
            return *profile;
        }
        let prefix: &'static str = name.clone().leak();
        let php_fpm = FpmDefaults { prefix, localstatedir: prefix, ..known.php_fpm };
        let profile: &'static Profile = Box::leak(Box::new(Profile { php_fpm, ..known.clone() }));
        made.push((name, profile));
        profile
    })
}

/// A line without its time stamp.
fn without_time(line: &str) -> &str {
    let stamped = line.strip_prefix('[').and_then(|line| line.split_once("] "));
    match stamped {
        Some((time, rest)) if time.contains(':') && rest.contains(": ") => rest,
        _ => line,
    }
}

/// The first refusing line, and where the daemon says that it is. A warning refuses nothing, but for the one that says
/// why the format in the line behind it is wrong.
fn refusal(output: &str) -> Answer {
    let lines: Vec<&str> = output.lines().map(without_time).collect();
    let refuses = |at: usize| {
        let (line, next) = (*lines.get(at)?, lines.get(at + 1).copied().unwrap_or(""));
        let warning =
            || line.strip_prefix("WARNING: ").filter(|_| next.contains("wrong format for access.format"));
        let levels = ["ERROR: ", "ALERT: ", "PHP:  "];
        levels.iter().find_map(|level| line.strip_prefix(level)).or_else(warning)
    };
    let message = (0..lines.len()).find_map(refuses).unwrap_or_default().to_owned();
    let place = message.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let place = place.map_or("", |(place, _)| place);
    let place = if place.starts_with("pool ") { "" } else { place }.to_owned();
    Answer { verdict: Verdict::Refuses, message, place, details: Vec::new() }
}

/// A section ends where the next begins.
fn section_end(lines: &[Vec<u8>], at: usize) -> Option<usize> {
    let is_header = |line: &Vec<u8>| line.trim_ascii_start().starts_with(b"[");
    let rest = lines.get(at + 1..)?;
    is_header(lines.get(at)?).then(|| at + 1 + rest.iter().position(is_header).unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_its_first_line_with_its_place() {
        let output = "[25-Nov-2026 10:00:00] NOTICE: [pool www] a notice\n\
            [25-Nov-2026 10:00:00] ERROR: [{D}/a.conf:6] unknown entry 'x'\n[25-Nov-2026 10:00:00] ERROR: more\n";
        let answer = refusal(output);
        assert_eq!(answer.message, "[{D}/a.conf:6] unknown entry 'x'");
        assert_eq!(answer.place, "{D}/a.conf:6");
        assert_eq!(refusal("[25-Nov-2026 10:00:00] ALERT: [pool www] no\n").place, "");
    }

    #[test]
    fn what_is_in_force_begins_with_the_global_section() {
        let output = "[25-Nov-2026 10:00:00] NOTICE: [pool www] set to 2.\n[25-Nov-2026 10:00:00] NOTICE: [global]\n\
            [25-Nov-2026 10:00:00] NOTICE: \tpid = undefined\n[25-Nov-2026 10:00:00] NOTICE:  \n\
            [25-Nov-2026 10:00:00] NOTICE: configuration file x test is successful\n";
        assert_eq!(in_force(output), ["[global]", "\tpid = undefined"]);
    }
}
