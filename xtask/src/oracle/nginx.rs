//! nginx for the oracle.
//!
//! In: a case. Out: what `nginx -t` says to it, and what fpmlint is told to answer alike. nginx runs as root, without a
//! network; the case's folder is its prefix, so that relative paths stay in it.

mod seeds;
mod statements;
mod values;

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use fpmlint_engine::Options;
use fpmlint_workspace::{As, profile};

use super::case::Case;
use super::daemon::{Answer, Daemon, Verdict, without_folder};
use super::mutate::Language;
use super::process;
use seeds::SEEDS;
use statements::STATEMENTS;
use values::{PIECES, VALUES};

const PROGRAM: &str = "nginx";

/// The daemon of Debian 12.
pub struct Nginx;

impl Daemon for Nginx {
    fn name(&self) -> &'static str {
        "nginx"
    }

    fn version(&self) -> String {
        static VERSION: OnceLock<String> = OnceLock::new();
        let ask = || process::version(Command::new(PROGRAM).arg("-v"), "nginx/");
        VERSION.get_or_init(ask).clone()
    }

    fn least_agreement(&self) -> f64 {
        99.5
    }

    fn seeds(&self) -> Vec<Case> {
        SEEDS.iter().map(|files| Case::new(files)).collect()
    }

    fn language(&self) -> Language {
        Language {
            statements: STATEMENTS,
            values: VALUES,
            pieces: PIECES,
            assign: " ",
            end: ";\n",
            include: "include",
            block_end,
        }
    }

    fn ask(&self, case: &Case, folder: &Path) -> Result<Answer, String> {
        let ended = process::run(
            Command::new(PROGRAM)
                .arg("-t")
                .arg("-e")
                .arg(folder.join("start.log"))
                .arg("-p")
                .arg(folder)
                .arg("-c")
                .arg(folder.join(&case.main))
                .current_dir(folder),
        )?;
        let output = String::from_utf8_lossy(&ended.output);
        let output = without_folder(&output, folder);
        match ended.code {
            Some(0) => Ok(Answer::default()),
            Some(1) => Ok(refusal(&output)),
            // Files that include each other without end use up its stack.
            None => Ok(Answer { verdict: Verdict::Hangs, ..Answer::default() }),
            code => Err(format!("{PROGRAM} ended with {code:?}: {output}")),
        }
    }

    fn set_options(&self, options: &mut Options, _folder: &Path) {
        options.as_reader = Some(As::Nginx);
        options.targets.nginx = self.version().parse().ok();
        options.profile = profile("debian-12");
    }
}

/// The first refusing message, and where nginx says that it is. A message may quote line ends.
fn refusal(output: &str) -> Answer {
    let levels = ["[emerg] ", "[alert] ", "[crit] "];
    let start = levels.iter().filter_map(|level| Some(output.find(level)? + level.len())).min();
    let rest = start.and_then(|start| output.get(start..)).unwrap_or_default();
    let end = ["\nnginx: [", "\nnginx: configuration file "].iter().filter_map(|next| rest.find(next)).min();
    let whole = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default().trim_end_matches('\n');
    let is_place = |place: &str| {
        place.rsplit_once(':').is_some_and(|(file, line)| {
            file.starts_with("{D}/") && !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    // nginx says behind its words where it stands.
    let placed = whole.rsplit_once(" in ").filter(|(_, place)| is_place(place));
    let (message, place) = placed.unwrap_or((whole, ""));
    let (message, place) = (message.to_owned(), place.to_owned());
    Answer { verdict: Verdict::Refuses, message, place, details: Vec::new() }
}

/// A block ends where its braces close.
fn block_end(lines: &[Vec<u8>], at: usize) -> Option<usize> {
    let opens = |line: &[u8]| line.trim_ascii_end().ends_with(b"{");
    opens(lines.get(at)?).then_some(())?;
    let mut depth = 0i32;
    for (offset, line) in lines.get(at..)?.iter().enumerate() {
        depth += i32::from(opens(line)) - i32::from(line.trim_ascii_start().starts_with(b"}"));
        if depth <= 0 {
            return Some(at + offset + 1);
        }
    }
    Some(lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_its_message_with_its_place() {
        let output = "nginx: [warn] low\nnginx: [emerg] unknown directive \"a\nb\" in {D}/nginx.conf:3\n\
            nginx: configuration file {D}/nginx.conf test failed\n";
        let answer = refusal(output);
        assert_eq!(answer.message, "unknown directive \"a\nb\"");
        assert_eq!(answer.place, "{D}/nginx.conf:3");
        assert_eq!(refusal("nginx: [emerg] unknown \"x\" variable\n").place, "");
    }
}
