//! What the README shows is what the program prints.

use std::process::Command;

const README: &str = include_str!("../README.md");

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
