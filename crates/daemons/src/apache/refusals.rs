//! Gathers what httpd would refuse, and finds the refusal that it would print.
//!
//! In: refusals of the two phases, in any mixture. Out: [`Config::refusals`] in the order in which httpd would meet
//! them, the first one marked, and all of that one's text. Invariants: a refusal of the reading phase hides those
//! of the walk; messages are escaped as httpd's error log does it; a flood of refusals is cut off.

use fpmlint_workspace::Host;

use super::Config;
use super::statement::Origin;
use crate::{Part, Phase, Place, Refusal, RefusalKind};

/// More refusals than anybody reads.
const MAX_REFUSALS: usize = 1000;

/// Longest text of the refusal that httpd would print, in bytes; its include chain may be 128 files long.
const MAX_PRINTED: usize = 64 * 1024;

/// When httpd notices.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Stage {
    /// While files are read.
    Read,
    /// Between the phases, when process models are counted.
    Models,
    /// In the walk over what was read.
    Walk,
    /// When everything was walked over.
    AfterWalk,
}

/// A refusal in the making.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) stage: Stage,
    pub(super) kind: RefusalKind,
    pub(super) place: Place,
    /// The reading that httpd names.
    pub(super) reading: u32,
    /// The line (from 1) of that reading that httpd names.
    pub(super) line: Option<u32>,
    /// Whether the message names file and line by itself.
    pub(super) names_itself: bool,
    /// httpd's words, not yet escaped.
    pub(super) message: Vec<u8>,
    pub(super) related: Vec<(Place, String)>,
    pub(super) suggestion: Option<String>,
    pub(super) remedy: Option<String>,
    pub(super) certain: bool,
}

impl Refused {
    /// A refusal without a place, which the caller sets.
    pub(super) fn new(stage: Stage, kind: RefusalKind, message: Vec<u8>) -> Refused {
        let nowhere = Place {
            file: fpmlint_text::FileId(0),
            ordinal: 0,
            part: Part::Head,
            dialect: fpmlint_syntax::Dialect::Httpd,
        };
        Refused {
            stage,
            kind,
            place: nowhere,
            reading: 0,
            line: None,
            names_itself: false,
            message,
            related: Vec::new(),
            suggestion: None,
            remedy: None,
            certain: true,
        }
    }
}

/// The refusals so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    refused: Vec<Refused>,
}

impl Found {
    /// Whether more refusals are not gathered.
    pub(super) fn is_full(&self) -> bool {
        self.refused.len() >= MAX_REFUSALS
    }

    pub(super) fn add(&mut self, refused: Refused) {
        if !self.is_full() {
            self.refused.push(refused);
        }
    }

    /// Puts the refusals into the configuration.
    pub(super) fn finish(mut self, config: &mut Config, host: &Host) {
        self.refused.sort_by_key(|refused| refused.stage);
        let judged = !config.fragment && !config.htaccess;
        let first = self
            .refused
            .iter()
            .position(|refused| refused.certain)
            .or_else(|| (!self.refused.is_empty()).then_some(0));
        if let Some(refused) = first.filter(|_| judged).and_then(|first| self.refused.get(first)) {
            config.printed = Some(printed(config, refused));
        }
        for (number, refused) in self.refused.into_iter().enumerate() {
            let daemon_line = line_in_place(config, &refused, host);
            config.refusals.push(Refusal {
                kind: refused.kind,
                place: refused.place,
                related: refused.related,
                message: escaped(&refused.message),
                daemon_line,
                daemon_file: None,
                suggestion: refused.suggestion,
                remedy: refused.remedy,
                phase: Phase::Test,
                first: judged && Some(number) == first,
                certain: refused.certain,
            });
        }
    }
}

/// The line in the file of the refusal's place: for a macro's text that of the `Use`.
fn line_in_place(config: &Config, refused: &Refused, host: &Host) -> Option<u32> {
    let line = refused.line?;
    let reading = config.readings.get(refused.reading as usize)?;
    match reading.use_place() {
        None => Some(line),
        Some(place) => {
            let file = host.files().get(place.file);
            let end = host.files().tree(place.file, place.dialect).statement(place.ordinal)?.end_offset();
            Some(file.lines().line(end) + 1)
        }
    }
}

/// All that httpd prints, without time stamp, pid and program.
fn printed(config: &Config, refused: &Refused) -> String {
    let message = escaped(&refused.message);
    let (Some(line), Some(reading)) = (refused.line, config.readings.get(refused.reading as usize)) else {
        return message;
    };
    if refused.stage != Stage::Read {
        return format!("Syntax error on line {line} of {}:\n{message}", reading.label());
    }
    let mut parts = match refused.names_itself {
        true => Vec::new(),
        false => vec![format!("Syntax error on line {line} of {}: ", reading.label())],
    };
    let mut origin = Some(&reading.origin);
    let mut length = message.len();
    while let Some(at) = origin {
        origin = match at {
            Origin::Main => None,
            // A macro's text is read in place of the line that uses it, so it makes no link of the chain.
            Origin::Macro { reading, .. } => {
                config.readings.get(*reading as usize).map(|outer| &outer.origin)
            }
            Origin::Include { reading, line, .. } => {
                let outer = config.readings.get(*reading as usize);
                if let Some(outer) = outer {
                    let part = format!("Syntax error on line {line} of {}: ", outer.label());
                    length += part.len();
                    parts.push(part);
                }
                outer.map(|outer| &outer.origin).filter(|_| length < MAX_PRINTED)
            }
        };
    }
    parts.reverse();
    parts.push(message);
    parts.concat()
}

/// A message as httpd's error log shows it: control characters, backslashes and bytes that are not ASCII escaped.
pub(super) fn escaped(message: &[u8]) -> String {
    let mut text = String::with_capacity(message.len());
    for &byte in message {
        match byte {
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\t' => text.push_str("\\t"),
            b'\r' => text.push_str("\\r"),
            0x08 => text.push_str("\\b"),
            0x0b => text.push_str("\\v"),
            0x20..=0x7e => text.push(char::from(byte)),
            _ => text.push_str(&format!("\\x{byte:02x}")),
        }
    }
    text
}
