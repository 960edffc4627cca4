//! `cargo xtask bench lsp`: how long a keystroke takes until its findings are there.
//!
//! In: flags. Out: a Markdown table on standard output. Invariant: the program is the release build, spoken to over
//! pipes as an editor does; each keystroke changes a finding, and the next one waits for the answer to the last.

mod client;
mod stack;

use std::time::Duration;

use super::Scratch;
use super::fpmlint::Tool;
use crate::repository;
use client::Client;
use stack::{Document, Stack};

/// Keystrokes that are not counted: caches fill, and the allocator settles.
const WARM_UP: usize = 20;

/// What a run is told.
#[derive(Clone, Copy, Debug)]
struct Options {
    /// Only the smaller stack.
    quick: bool,
    /// How many keystrokes are measured in each document.
    keystrokes: usize,
}

/// Runs `bench lsp` with its arguments.
///
/// # Errors
/// An argument is unknown, or the server does not answer as it should.
pub fn run(arguments: &[&str]) -> Result<(), String> {
    let options = parse(arguments)?;
    let tool = Tool::build(&repository::root()?)?;
    let scratch = Scratch::new()?;
    println!("| sites | document | load | keystroke p50 | p99 | worst | peak memory |");
    println!("|---|---|---|---|---|---|---|");
    let sizes: &[usize] = if options.quick { &[200] } else { &[200, 10_000] };
    for &sites in sizes {
        let stack = Stack::build(&scratch.folder.join(format!("stack-{sites}")), sites)?;
        for document in [stack.site(sites / 2), stack.pool(sites / 2), stack.snippet()] {
            let row = measure(&tool, &stack, document, options.keystrokes)?;
            println!("| {sites} | {row} |");
        }
        stack.remove()?;
    }
    Ok(())
}

fn parse(arguments: &[&str]) -> Result<Options, String> {
    let mut options = Options { quick: false, keystrokes: 500 };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--quick" => options.quick = true,
            "--keystrokes" => {
                let number = rest.next().and_then(|word| word.parse().ok()).filter(|&number| number > 0);
                options.keystrokes = number.ok_or("--keystrokes needs a number of at least 1")?;
            }
            other => {
                return Err(format!("bench lsp does not know `{other}`; it takes --quick, --keystrokes N"));
            }
        }
    }
    Ok(options)
}

/// Types a letter and takes it back, again and again; each changes what is found.
fn measure(tool: &Tool, stack: &Stack, document: Document, keystrokes: usize) -> Result<String, String> {
    let mut client = Client::start(&tool.server(), &stack.folder)?;
    let load = client.open(&document)?;
    let mut times = Vec::with_capacity(keystrokes);
    for number in 0..WARM_UP + keystrokes {
        let time = client.keystroke(&document, number % 2 == 0)?;
        if number >= WARM_UP {
            times.push(time);
        }
    }
    let memory = client.peak_memory()?;
    client.stop()?;
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
    let (half, most, worst) = (millis(at(0.5)), millis(at(0.99)), millis(at(1.0)));
    let memory = memory as f64 / (1 << 20) as f64;
    Ok(format!("{} | {} | {half} | {most} | {worst} | {memory:.0} MiB", document.what, millis(load)))
}

fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read() {
        let options = parse(&["--quick", "--keystrokes", "7"]).unwrap();
        assert!(options.quick && options.keystrokes == 7);
        assert!(parse(&["--keystrokes"]).is_err());
        assert!(parse(&["--slow"]).is_err());
    }
}
