//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use fpmlint_catalog::nearest;
use fpmlint_diagnostics::{Confidence, Severity};
use fpmlint_engine::{Selector, Targets, last_release};
use fpmlint_report::Format;
use fpmlint_workspace::{As, Profile, TargetVersion, names as profile_names, profile};

/// Reads the configuration of a PHP stack (php-fpm, php.ini, nginx, Apache httpd) the way the daemons read it, joins
/// the files, and says what will go wrong before it is deployed. It needs no daemon, no network and no root.
#[derive(Parser, Debug)]
#[command(name = "fpmlint", version, about, long_about = None, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 nothing found at or above --fail-on, 1 findings, 2 fpmlint could not do its work."
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Say what will go wrong
    Check(CheckArguments),
    /// Apply the safe fixes
    Fix(FixArguments),
    /// Show a rule's page, or what is known of a directive
    Explain {
        /// A rule, or a directive; of one dialect alone as in nginx:user
        #[arg(value_name = "RULE|DIRECTIVE")]
        name: String,
        /// Look only for a directive of this kind of file
        #[arg(long = "as", value_name = "KIND", value_parser = parse_as)]
        as_reader: Option<As>,
    },
    /// List the rules
    Rules {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what fpmlint works on
    #[command(subcommand)]
    Show(ShowCommand),
    /// Say what the stack answers to a request, step by step
    ///
    /// The outcome stands first; then the steps, each with the line that decides it; then the limits that hold for the
    /// request where PHP runs it, each with the line that sets it; last what is not known here, with what would make it
    /// known. Files are loaded as by `fpmlint check`.
    #[command(after_long_help = TRACE_HELP)]
    Trace(TraceArguments),
    /// Serve an editor: the language server, on standard input and output
    Server {
        /// Accepted because editors send it; there is no other way
        #[arg(long, hide = true)]
        stdio: bool,
    },
    /// Write a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write a JSON schema
    #[command(hide = true)]
    Schema {
        /// Of what
        kind: SchemaKind,
    },
    /// Write the manual page
    #[command(hide = true)]
    Man,
}

/// What `fpmlint trace --help` ends with.
const TRACE_HELP: &str = "\
Examples:
  fpmlint trace http://example.org/index.php
  fpmlint trace --sysroot / https://example.org/wp-admin/ --client 192.0.2.7
  fpmlint trace http://example.org/upload.php --body-size 20000000
  fpmlint trace http://127.0.0.1/ --header 'Host: example.org' --format json

If several web servers listen on the port, one that has the name answers, else the first; --stack-host
chooses another. A URL without a scheme is http. Schema of the JSON: schemas/fpmlint-trace.schema.json.

Exit codes: 0 the answer is known, 1 it is not, 2 fpmlint could not do its work.";

/// What has a JSON schema.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SchemaKind {
    /// fpmlint.toml.
    Settings,
    /// The output of `--format json`.
    Output,
    /// The file of `--baseline`.
    Baseline,
    /// The output of `fpmlint trace --format json`.
    Trace,
}

#[derive(Subcommand, Debug)]
pub enum ShowCommand {
    /// The files that are read, and those left out with the reason
    Files(LoadArguments),
    /// The settings of php-fpm that are in force, as `php-fpm -tt` prints them
    Effective(LoadArguments),
    /// The hosts, their profiles, main files and pools
    Hosts(LoadArguments),
    /// The settings in force, as an fpmlint.toml
    Settings(LoadArguments),
}

/// What is loaded, and as what.
#[derive(Args, Clone, Debug, Default)]
pub struct LoadArguments {
    /// A main file is loaded with all that it includes; any other file or folder limits what is shown to findings
    /// that touch it. Without any, the project around the current folder is searched
    pub paths: Vec<PathBuf>,
    /// Load the whole project or system root even where PATHS name a main file: PATHS only limit what is shown. An
    /// fpmlint.toml among them limits nothing
    #[arg(long, conflicts_with = "as_reader")]
    pub whole: bool,
    /// Read DIR as the root of a machine or image: what is not in it does not exist
    #[arg(long, value_name = "DIR")]
    pub sysroot: Option<PathBuf>,
    /// Read the named file as this main file, whatever its name
    #[arg(long = "as", value_name = "KIND", value_parser = parse_as)]
    pub as_reader: Option<As>,
    /// The distribution or image that runs the stack
    #[arg(long, value_name = "NAME", value_parser = parse_profile)]
    pub profile: Option<&'static Profile>,
    /// A version that counts, such as php=8.3, nginx=1.26 or apache=2.4.62
    #[arg(long = "target", value_name = "DAEMON=VERSION", value_parser = parse_target, value_delimiter = ',')]
    pub targets: Vec<Target>,
    /// Read this settings file instead of the nearest fpmlint.toml
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub config: Option<PathBuf>,
    /// Read no fpmlint.toml
    #[arg(long)]
    pub isolated: bool,
}

#[derive(Args, Clone, Debug)]
pub struct RuleArguments {
    /// Run only these rules or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = parse_selector)]
    pub select: Vec<Selector>,
    /// Do not run these rules or groups
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = parse_selector)]
    pub ignore: Vec<Selector>,
    /// Make the findings of these rules or groups warnings
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = parse_selector)]
    pub warn: Vec<Selector>,
    /// Make the findings of these rules or groups errors
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = parse_selector)]
    pub error: Vec<Selector>,
    /// The lowest severity that makes the exit code 1 (info, warning, error; warning if not given)
    #[arg(long, value_name = "SEVERITY", value_parser = parse_severity)]
    pub fail_on: Option<Severity>,
    /// Show only findings that are at least this sure (possible, likely, certain)
    #[arg(long, value_name = "CONFIDENCE", value_parser = parse_confidence)]
    pub min_confidence: Option<Confidence>,
    /// Look for info pages in every folder below the document roots and under any name
    #[arg(long)]
    pub deep: bool,
}

#[derive(Args, Clone, Debug)]
pub struct OutputArguments {
    /// How findings are shown: pretty, full or concise for people; json, jsonl, sarif, github (annotations of GitHub
    /// Actions) or gitlab (a code quality report) for machines. Pretty on a terminal with colours, else full
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    pub format: Option<Format>,
    /// Write the findings to FILE instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Print no summary
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Args, Clone, Debug)]
pub struct CheckArguments {
    #[command(flatten)]
    pub load: LoadArguments,
    #[command(flatten)]
    pub rules: RuleArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    /// Apply the safe fixes and show what remains
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff, apply fixes that may change more than the fault
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Show what the fixes would change, and change nothing
    #[arg(long)]
    pub diff: bool,
    /// Show how many findings each rule has
    #[arg(long)]
    pub statistics: bool,
    /// Show only findings that FILE does not know, and say which of those that it knows are gone
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the findings to the file of --baseline and show none
    #[arg(long, requires = "baseline", conflicts_with_all = ["fix", "diff"])]
    pub update_baseline: bool,
    /// Read standard input as the file NAME, the rest of its project from disk, and show what touches this file
    #[arg(long, value_name = "NAME", conflicts_with_all = ["paths", "fix", "whole"])]
    pub stdin_filename: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub struct FixArguments {
    #[command(flatten)]
    pub load: LoadArguments,
    #[command(flatten)]
    pub rules: RuleArguments,
    #[command(flatten)]
    pub output: OutputArguments,
    /// Apply fixes that may change more than the fault, too
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub diff: bool,
}

#[derive(Args, Clone, Debug)]
pub struct TraceArguments {
    /// The URL, such as http://example.org/index.php?a=b. Its port chooses the web server, its host the site
    pub url: String,
    #[command(flatten)]
    pub load: LoadArguments,
    /// The method (GET, or POST where there is a body)
    #[arg(long, value_name = "METHOD", value_parser = parse_method)]
    pub method: Option<String>,
    /// Send a body of so many bytes
    #[arg(long, value_name = "BYTES")]
    pub body_size: Option<u64>,
    /// Send a header; may be given several times. A Host takes the place of the URL's host
    #[arg(long = "header", value_name = "NAME:VALUE", value_parser = parse_header)]
    pub headers: Vec<Header>,
    /// The client's address (that of a stranger whom no rule names, if not given)
    #[arg(long, value_name = "IP", value_parser = parse_client)]
    pub client: Option<IpAddr>,
    /// Ask the web server of this host, as `fpmlint show hosts` names it, where several answer
    #[arg(long, value_name = "NAME")]
    pub stack_host: Option<String>,
    /// How the answer is shown
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub format: TraceFormat,
}

/// How a trace is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum TraceFormat {
    /// For people: the outcome, the steps, the limits, what is not known.
    Human,
    /// One JSON object, as schemas/fpmlint-trace.schema.json says.
    Json,
}

/// One `--header`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// One `--target`.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    Php(TargetVersion),
    Nginx(TargetVersion),
    Apache(TargetVersion),
}

impl LoadArguments {
    /// The versions that the flags name; of two for one daemon, the last.
    pub fn targets(&self) -> Targets {
        let mut targets = Targets::default();
        for target in &self.targets {
            match target {
                Target::Php(version) => targets.php = Some(last_release(*version)),
                Target::Nginx(version) => targets.nginx = Some(last_release(*version)),
                Target::Apache(version) => targets.apache = Some(last_release(*version)),
            }
        }
        targets
    }
}

/// What is wrong with a word, with the nearest right one.
fn unknown<'a>(what: &str, word: &str, right: impl Iterator<Item = &'a str>) -> String {
    let right: Vec<&str> = right.collect();
    match nearest(word, right.iter().copied()) {
        Some(nearest) => format!("no such {what}; did you mean `{nearest}`?"),
        None => format!("no such {what}; there are {}", right.join(", ")),
    }
}

fn parse_as(word: &str) -> Result<As, String> {
    As::from_str(word).map_err(|()| unknown("kind", word, As::ALL.into_iter().map(As::name)))
}

fn parse_profile(word: &str) -> Result<&'static Profile, String> {
    profile(word).ok_or_else(|| unknown("profile", word, profile_names()))
}

fn parse_target(word: &str) -> Result<Target, String> {
    let Some((daemon, version)) = word.split_once('=') else {
        return Err("write a daemon and a version, such as php=8.3".to_owned());
    };
    let version = version.parse().map_err(|()| format!("`{version}` is no version such as 8.3 or 8.3.10"))?;
    match daemon {
        "php" | "php-fpm" => Ok(Target::Php(version)),
        "nginx" => Ok(Target::Nginx(version)),
        "apache" | "httpd" => Ok(Target::Apache(version)),
        _ => Err(unknown("daemon", daemon, ["php", "nginx", "apache"].into_iter())),
    }
}

fn parse_method(word: &str) -> Result<String, String> {
    match is_token(word) {
        true => Ok(word.to_owned()),
        false => Err("a method is a word such as GET".to_owned()),
    }
}

fn parse_header(word: &str) -> Result<Header, String> {
    let Some((name, value)) = word.split_once(':') else {
        return Err("write a name, a colon and a value, such as \"Accept: text/html\"".to_owned());
    };
    if !is_token(name) {
        return Err(format!("`{name}` is no name of a header"));
    }
    if value.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        return Err("a header's value is one line".to_owned());
    }
    Ok(Header { name: name.to_owned(), value: value.trim().to_owned() })
}

/// What HTTP calls a token.
fn is_token(word: &str) -> bool {
    !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn parse_client(word: &str) -> Result<IpAddr, String> {
    word.parse().map_err(|_| "it is no address such as 192.0.2.7 or 2001:db8::7".to_owned())
}

fn parse_selector(word: &str) -> Result<Selector, String> {
    word.trim().parse().map_err(|error: fpmlint_engine::SelectorError| error.to_string())
}

fn parse_severity(word: &str) -> Result<Severity, String> {
    let all = [Severity::Info, Severity::Warning, Severity::Error];
    let found = all.into_iter().find(|severity| severity.name() == word);
    found.ok_or_else(|| unknown("severity", word, all.into_iter().map(Severity::name)))
}

fn parse_confidence(word: &str) -> Result<Confidence, String> {
    Confidence::from_str(word)
        .map_err(|()| unknown("confidence", word, ["possible", "likely", "certain"].into_iter()))
}

fn parse_format(word: &str) -> Result<Format, String> {
    Format::from_str(word).map_err(|_| unknown("format", word, Format::ALL.into_iter().map(Format::name)))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
