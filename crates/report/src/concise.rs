//! One line for each finding: `path:line:column: severity[rule]: message`.

use std::io::{self, Write};
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic as Shown, Label};
use codespan_reporting::files::{Error, Files, Location};
use codespan_reporting::term::{Config, DisplayStyle, emit_to_write_style};

use crate::paint::{Painter, io_error, level};
use crate::shown::one_line;
use crate::{Outcome, Style, buffered};

/// Writes one line for each finding. Errors are the writer's.
pub fn concise(outcome: &Outcome<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let config = Config { display_style: DisplayStyle::Short, ..Config::default() };
    buffered(out, |out| {
        for diagnostic in outcome.diagnostics {
            let source = outcome.sources.source(diagnostic.file);
            let position = source.position(diagnostic.span.start);
            let heading = Heading {
                name: &one_line(&source.name),
                location: Location {
                    line_number: position.line as usize + 1,
                    column_number: position.column as usize + 1,
                },
            };
            let shown = Shown::new(level(diagnostic.severity))
                .with_code(diagnostic.rule.name)
                .with_message(one_line(&diagnostic.message))
                .with_label(Label::primary((), 0..0));
            let mut painter = Painter::new(out, style.color);
            emit_to_write_style(&mut painter, &config, &heading, &shown).map_err(io_error)?;
        }
        Ok(())
    })
}

/// All that codespan asks of a file for its short style: where the finding is.
struct Heading<'a> {
    name: &'a str,
    location: Location,
}

impl<'a> Files<'a> for Heading<'_> {
    type FileId = ();
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, _file: ()) -> Result<&'a str, Error> {
        Ok(self.name)
    }

    fn source(&'a self, _file: ()) -> Result<&'a str, Error> {
        Ok("")
    }

    fn line_index(&'a self, _file: (), _offset: usize) -> Result<usize, Error> {
        Ok(0)
    }

    fn line_range(&'a self, _file: (), _line: usize) -> Result<Range<usize>, Error> {
        Ok(0..0)
    }

    fn location(&'a self, _file: (), _offset: usize) -> Result<Location, Error> {
        Ok(self.location)
    }
}
