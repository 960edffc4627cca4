//! What the README and the pages show is what the program prints.

use std::process::Command;

const README: &str = include_str!("../README.md");
const TRACE: &str = include_str!("../docs/trace.md");

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_fpmlint"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_findings_of_the_example() {
    let findings = printed(&["check", "examples/rocky-guide", "--format", "concise"]);
    assert!(README.contains(&findings), "the README shows other findings than\n{findings}");
}

#[test]
fn the_trace_of_the_example() {
    let trace = printed(&["trace", "http://web.example.org:8080/index.php", "examples/rocky-guide"]);
    assert!(README.contains(&trace), "the README shows another trace than\n{trace}");
}

#[test]
fn the_traces_of_the_page() {
    let shown = TRACE.split("```text\n$ fpmlint ").skip(1);
    let mut count = 0;
    for block in shown {
        let (command, rest) = block.split_once('\n').unwrap();
        let (output, _) = rest.split_once("```").unwrap();
        let arguments: Vec<&str> = command.split_whitespace().collect();
        assert_eq!(output, printed(&arguments), "fpmlint {command}");
        count += 1;
    }
    assert_eq!(count, 3);
}

#[test]
fn the_json_of_the_page() {
    let (_, rest) = TRACE.split_once("```json\n").unwrap();
    let (shown, _) = rest.split_once("```").unwrap();
    let url = "http://web.example.org/index.php";
    let printed = printed(&["trace", url, "examples/sound", "--format", "json"]);
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(read(shown), read(&printed));
}
