//! Apache httpd for the oracle.
//!
//! In: a case. Out: what `apache2 -t` says to it, and what fpmlint is told to answer alike. The daemon runs with an
//! empty environment; its modules are those of this machine, everything else lies in the case's folder. Names that
//! only DNS could find are kept out of what is tried.

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
use seeds::{SEEDS, head};
use statements::STATEMENTS;
use values::{PIECES, VALUES};

const PROGRAM: &str = "apache2";

/// The daemon of Debian 12.
pub struct Apache;

impl Daemon for Apache {
    fn name(&self) -> &'static str {
        "apache"
    }

    fn version(&self) -> String {
        static VERSION: OnceLock<String> = OnceLock::new();
        let ask = || process::version(Command::new(PROGRAM).arg("-v"), "Apache/");
        VERSION.get_or_init(ask).clone()
    }

    fn least_agreement(&self) -> f64 {
        99.0
    }

    fn seeds(&self) -> Vec<Case> {
        SEEDS
            .iter()
            .map(|text| {
                Case::new(&[
                    ("httpd.conf", &format!("{}{text}", head())),
                    ("cert.pem", "x\n"),
                    ("map.txt", "a b\n"),
                    (
                        "part.conf",
                        "ServerSignature Off\n<Directory /srv>\n    Require all denied\n</Directory>\n",
                    ),
                    ("htdocs/", ""),
                    ("logs/", ""),
                ])
            })
            .collect()
    }

    fn language(&self) -> Language {
        Language {
            statements: STATEMENTS,
            values: VALUES,
            pieces: PIECES,
            assign: " ",
            end: "\n",
            include: "Include",
            block_end: section_end,
        }
    }

    fn ask(&self, case: &Case, folder: &Path) -> Result<Answer, String> {
        let main = folder.join(&case.main);
        let ended = process::run(Command::new(PROGRAM).arg("-t").arg("-f").arg(main).current_dir(folder))?;
        let output = String::from_utf8_lossy(&ended.output);
        let output = without_folder(&output, folder);
        match ended.code {
            Some(0) => Ok(Answer::default()),
            Some(1 | 2) => Ok(refusal(&output)),
            code => Err(format!("{PROGRAM} ended with {code:?}: {output}")),
        }
    }

    fn set_options(&self, options: &mut Options, _: &Path) {
        options.as_reader = Some(As::Apache);
        options.targets.apache = self.version().parse().ok();
        options.profile = profile("debian-12");
    }
}

/// The refusing line, and where the daemon says that it is.
fn refusal(output: &str) -> Answer {
    let lines: Vec<&str> = output.lines().collect();
    let refuses = |message: &str, place: String| Answer {
        verdict: Verdict::Refuses,
        message: message.to_owned(),
        place,
        details: Vec::new(),
    };
    for (number, line) in lines.iter().enumerate() {
        if let Some(rest) = line.strip_prefix("AH00526: Syntax error on line ") {
            return refuses(lines.get(number + 1).copied().unwrap_or(""), place(rest.trim_end_matches(':')));
        }
        if let Some(rest) = line.strip_prefix("apache2: Syntax error on line ") {
            let (chain, message) = split_chain(rest, lines.get(number + 1..).unwrap_or(&[]));
            return refuses(&message, place(&chain));
        }
        if let Some(rest) = line.strip_prefix("apache2: Error reading ") {
            return refuses(&format!("Error reading {rest}"), String::new());
        }
        if let Some((_, rest)) = line.split_once(": apache2: ") {
            return refuses(rest, String::new());
        }
    }
    // What failed stands before the line that says so; otherwise the last line is all there is.
    let failed = lines.iter().position(|line| line.starts_with("AH00014")).unwrap_or(lines.len());
    let is_check = |line: &&&str| {
        (line.contains("AH02") || line.contains("AH01624") || line.contains("jammed"))
            && !line.starts_with('[')
    };
    refuses(lines.iter().take(failed).find(is_check).copied().unwrap_or(""), String::new())
}

/// `N of FILE: Syntax error on line N of FILE: words`: the last place, and the words.
fn split_chain(rest: &str, behind: &[&str]) -> (String, String) {
    let mut rest = rest;
    loop {
        let Some((place, words)) = rest.split_once(": ") else { return (String::new(), rest.to_owned()) };
        match words.strip_prefix("Syntax error on line ") {
            Some(inner) => rest = inner,
            None => {
                let all: Vec<&str> = std::iter::once(words).chain(behind.iter().copied()).collect();
                return (place.to_owned(), all.join("\\n"));
            }
        }
    }
}

/// `N of FILE` as `FILE:N`; for a macro's text the line that uses it.
fn place(text: &str) -> String {
    if let Some((_, used)) = text.rsplit_once(" used on line ") {
        return place(&used.replace('"', ""));
    }
    match text.split_once(" of ") {
        Some((line, file)) => format!("{file}:{line}"),
        None => String::new(),
    }
}

/// A section ends behind its closing tag.
fn section_end(lines: &[Vec<u8>], at: usize) -> Option<usize> {
    let opening = lines.get(at)?.trim_ascii();
    let name = opening.strip_prefix(b"<").filter(|rest| !rest.starts_with(b"/"))?;
    let length = name.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>')?;
    let close = [b"</", name.get(..length)?, b">"].concat();
    let rest = lines.get(at + 1..)?;
    let end = rest.iter().position(|line| line.trim_ascii().eq_ignore_ascii_case(&close))?;
    Some(at + 2 + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_taken_apart() {
        let walked = refusal("AH00526: Syntax error on line 4 of {D}/a.conf:\nIllegal option Foo\n");
        assert_eq!((walked.message.as_str(), walked.place.as_str()), ("Illegal option Foo", "{D}/a.conf:4"));
        let read =
            refusal("apache2: Syntax error on line 2 of {D}/m: Syntax error on line 1 of {D}/s: no: x\n");
        assert_eq!((read.message.as_str(), read.place.as_str()), ("no: x", "{D}/s:1"));
        let text = "AH00526: Syntax error on line 3 of macro 'm' (defined on line 1 of \"{D}/a\") used on line 8 of \"{D}/b\":\nno\n";
        assert_eq!(refusal(text).place, "{D}/b:8");
        let late = refusal(
            "AH00112: Warning: x\n(2)No such file: AH02291: no\nAH00014: Configuration check failed\n",
        );
        assert_eq!(late.message, "(2)No such file: AH02291: no");
        assert_eq!(refusal("AH00543: apache2: bad user name x\n").message, "bad user name x");
    }
}
