//! `<Macro>`, `Use` and `UndefMacro` of mod_macro.
//!
//! In: definitions and uses. Out: a use's lines, read in its place. As in httpd a body is kept as logical lines
//! without comments, its text is replaced blindly, and nothing in it counts before it is used. Invariant: what macros
//! expand to is bounded in all.

use std::sync::{Arc, OnceLock};

use fpmlint_syntax::{Dialect, httpd};
use fpmlint_workspace::is_raw_block;

use super::events::Source;
use super::{Level, Line, Reader, lines};
use crate::apache::statement::{Origin, Reading};
use crate::{Part, Place, RefusalKind};

/// Bytes that all macros together may expand to.
const MAX_EXPANDED: usize = 32 * 1024 * 1024;

/// Comparisons of a parameter's name with a byte of a body that one use may cost.
const MAX_WORK: usize = 1 << 30;

/// A macro.
pub(super) struct Macro {
    name: String,
    /// `defined on line N of "F"`.
    location: String,
    parameters: Vec<Box<[u8]>>,
    body: Vec<Box<[u8]>>,
    definition: Place,
    /// For each line of the body the statement that it was written as.
    written: Arc<[Option<Place>]>,
}

/// A `Use` that was obeyed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MacroUse {
    /// Its place.
    pub place: Place,
    /// The macro's name in lower case.
    pub name: Box<[u8]>,
    /// Where the macro is defined.
    pub definition: Place,
}

/// A line of a macro's body, and the statement that it is in the file.
type BodyLine = (Box<[u8]>, Option<Place>);

/// The definition of a macro up to its body.
struct Head {
    name: Vec<u8>,
    location: String,
    parameters: Vec<Box<[u8]>>,
}

impl Reader<'_> {
    pub(super) fn define_macro(
        &mut self,
        source: &mut Source,
        written: fpmlint_syntax::Statement<'_>,
        line: &Line<'_>,
    ) {
        self.macro_seen = true;
        let tree = Arc::clone(&source.tree);
        let start = (written.end_offset() as usize + 1).min(tree.text().len());
        let (body, end) = self.body(source, start);
        // The lines up to `</Macro>` are nothing else, whatever is wrong with the definition.
        source.skip_to(end.map_or(tree.text().len(), |end| end) as u32);
        let number = self.line_of(source.reading, line.end);
        let location = format!("defined on line {number} of \"{}\"", self.label(source));
        let head = match head(line.rest, location) {
            Ok(head) => head,
            Err(message) => {
                self.refuse(source, line, RefusalKind::SyntaxError, message);
                return;
            }
        };
        let name = String::from_utf8_lossy(&head.name).into_owned();
        if end.is_none() {
            let words = "\n\tcontents error: expected token not found: </Macro>";
            let message = format!("macro '{name}' ({}){words}", head.location);
            self.refuse(source, line, RefusalKind::UnbalancedBlock, message.into_bytes());
            return;
        }
        let (body, places): (Vec<_>, Vec<_>) = body.into_iter().unzip();
        self.macros.insert(
            head.name.into(),
            Arc::new(Macro {
                name,
                location: head.location,
                parameters: head.parameters,
                body,
                definition: line.place,
                written: places.into(),
            }),
        );
    }

    /// The lines of a body, each with the statement that it is in the file, and the offset behind its end.
    fn body(&self, source: &Source, start: usize) -> (Vec<BodyLine>, Option<usize>) {
        let file = self.file_of(source);
        let text = source.tree.text();
        let (mut body, mut at, mut nesting) = (Vec::new(), start, 1_u32);
        while let Some(line) = lines::first(text, at) {
            let begins = at;
            at = line.next;
            if line.text.starts_with(b"#") {
                continue;
            }
            let first = httpd::word(&line.text).map(|(word, _)| word);
            match first.as_deref() {
                Some(word) if word.eq_ignore_ascii_case(b"</Macro>") => nesting -= 1,
                Some(word) if word.eq_ignore_ascii_case(b"<Macro") => nesting += 1,
                _ => {}
            }
            if nesting == 0 {
                return (body, Some(line.end));
            }
            let indent = text.get(begins..line.end).map_or(0, |raw| raw.len() - raw.trim_ascii_start().len());
            let statement = source.tree.statement_at((begins + indent) as u32);
            let place = statement.map(|statement| source.place_of(file, statement));
            body.push((line.text.as_ref().into(), place));
        }
        (body, None)
    }

    fn label(&self, source: &Source) -> String {
        let reading = self.config.readings.get(source.reading as usize);
        reading.map_or_else(String::new, |reading| reading.label().into_owned())
    }

    pub(super) fn use_macro(
        &mut self,
        source: &Source,
        written: fpmlint_syntax::Statement<'_>,
        line: &Line<'_>,
    ) {
        let mut words = httpd::split_words(line.rest).map(|(_, word)| word);
        let name = words.next().filter(|name| !name.is_empty());
        let found = match name.map(|name| name.to_ascii_lowercase()) {
            None if self.macro_seen => Err(b"no macro name specified with Use".to_vec()),
            _ if !self.macro_seen => Err(b"no macro defined before Use".to_vec()),
            Some(name) => match self.macros.get(name.as_slice()) {
                Some(found) => Ok((name, Arc::clone(found))),
                None => Err([b"macro '", name.as_slice(), b"' undefined"].concat()),
            },
            None => Err(b"no macro name specified with Use".to_vec()),
        };
        let (key, found) = match found {
            Ok(found) => found,
            Err(message) => {
                // A part of a configuration may use what the rest defines.
                let certain = self.undecided == 0 && self.config.complete;
                self.refuse_with(source, line, RefusalKind::UndefinedReference, message, certain);
                return;
            }
        };
        let label = self.label(source);
        if label.contains(&format!("macro '{}'", found.name)) {
            let message = format!("recursive use of macro '{}' is invalid", found.name);
            self.refuse(source, line, RefusalKind::UndefinedReference, message.into_bytes());
            return;
        }
        let arguments: Vec<_> = words.collect();
        if arguments.len() != found.parameters.len() {
            let (given, wanted) = (arguments.len(), found.parameters.len());
            let message = format!(
                "macro '{}' ({}) used with {given} arguments instead of {wanted}",
                found.name, found.location
            );
            self.refuse(source, line, RefusalKind::WrongArgumentCount, message.into_bytes());
            return;
        }
        if found.body_bytes().saturating_mul(found.parameters.len()) > MAX_WORK {
            self.give_up();
            return;
        }
        let text = found.expand(&arguments);
        self.macro_bytes += text.len() + 1;
        if self.macro_bytes > MAX_EXPANDED || self.config.readings.len() >= super::MAX_READINGS {
            self.give_up();
            return;
        }
        let place = source.place_of(self.file_of(source), written).with(Part::Whole);
        self.config.uses.push(MacroUse { place, name: key.into(), definition: found.definition });
        let number = self.line_of(source.reading, line.end);
        let label =
            format!("macro '{}' ({}) used on line {number} of \"{label}\"", found.name, found.location);
        self.expanded(source, &found, place, label, text);
    }

    fn expanded(&mut self, source: &Source, found: &Macro, place: Place, label: String, text: Vec<u8>) {
        let tree = Arc::new(fpmlint_syntax::parse(Dialect::Httpd, text.into(), is_raw_block));
        let index = self.config.readings.len() as u32;
        self.opened.push(Level::Source(Source::new(index, Arc::clone(&tree), Some(place))));
        let path = self.config.readings.get(source.reading as usize).map(|reading| reading.path.clone());
        self.config.readings.push(Reading {
            file: place.file,
            path: path.unwrap_or_else(|| self.input.path.clone()),
            origin: Origin::Macro { reading: source.reading, place, written: Arc::clone(&found.written) },
            tree,
            label: Some(label.into()),
            lines: OnceLock::new(),
        });
    }

    pub(super) fn undefine_macro(&mut self, source: &Source, line: &Line<'_>) {
        let Some((name, _)) = httpd::word(line.rest) else { return };
        let name = name.to_ascii_lowercase();
        let message = if !self.macro_seen {
            b"no macro defined before UndefMacro".to_vec()
        } else if self.macros.remove(name.as_slice()).is_none() {
            [b"cannot remove undefined macro '", name.as_slice(), b"'"].concat()
        } else {
            return;
        };
        let certain = self.undecided == 0 && self.config.complete;
        self.refuse_with(source, line, RefusalKind::UndefinedReference, message, certain);
    }
}

/// Name and parameters of a definition, or httpd's words about them.
fn head(rest: &[u8], location: String) -> Result<Head, Vec<u8>> {
    let Some(end) = memchr::memrchr(b'>', rest) else {
        return Err(b"<Macro> directive missing closing '>'".to_vec());
    };
    if end == 0 {
        return Err(b"<Macro macro definition: empty name".to_vec());
    }
    let mut words = httpd::split_words(rest.get(..end).unwrap_or(b"")).map(|(_, word)| word);
    let name = words.next().filter(|name| !name.is_empty()).map(|name| name.to_ascii_lowercase());
    let Some(name) = name else {
        return Err(b"<Macro macro definition: name not found".to_vec());
    };
    let parameters: Vec<Box<[u8]>> = words.map(|word| word.as_ref().into()).collect();
    check_parameters(&name, &location, &parameters)?;
    Ok(Head { name, location, parameters })
}

fn check_parameters(name: &[u8], location: &str, parameters: &[Box<[u8]>]) -> Result<(), Vec<u8>> {
    let mut seen = rustc_hash::FxHashMap::default();
    for (number, parameter) in parameters.iter().enumerate() {
        let number = number + 1;
        if parameter.is_empty() {
            let words = format!("' ({location}): empty argument #{number} name");
            return Err([b"macro '", name, words.as_bytes()].concat());
        }
        if let Some(earlier) = seen.insert(parameter, number) {
            let place = format!("' ({location}): argument '");
            let numbers = format!("': #{earlier} and #{number}, change argument names!");
            return Err([
                b"argument name conflict in macro '",
                name,
                place.as_bytes(),
                parameter,
                numbers.as_bytes(),
            ]
            .concat());
        }
    }
    Ok(())
}

impl Macro {
    fn body_bytes(&self) -> usize {
        self.body.iter().map(|line| line.len()).sum()
    }

    /// The body with its parameters replaced: the leftmost first, the longest where several begin, and what was put
    /// in is not looked at again. A parameter that begins with `@` is put in as a quoted word.
    fn expand(&self, arguments: &[std::borrow::Cow<'_, [u8]>]) -> Vec<u8> {
        let mut text = Vec::new();
        for line in &self.body {
            self.expand_line(line, arguments, &mut text);
            text.push(b'\n');
            if text.len() > MAX_EXPANDED {
                break;
            }
        }
        text
    }

    fn expand_line(&self, line: &[u8], arguments: &[std::borrow::Cow<'_, [u8]>], text: &mut Vec<u8>) {
        let mut at = 0;
        while let Some(&byte) = line.get(at) {
            let rest = line.get(at..).unwrap_or(b"");
            let found = self.parameters.iter().zip(arguments).filter(|(name, _)| rest.starts_with(name));
            let Some((name, argument)) = found.max_by_key(|(name, _)| name.len()) else {
                text.push(byte);
                at += 1;
                continue;
            };
            at += name.len();
            if name.starts_with(b"@") {
                quote(argument, text);
            } else {
                text.extend_from_slice(argument);
            }
        }
    }
}

fn quote(argument: &[u8], text: &mut Vec<u8>) {
    text.push(b'"');
    for &byte in argument {
        if matches!(byte, b'"' | b'\\') {
            text.push(b'\\');
        }
        text.push(byte);
    }
    text.push(b'"');
}
