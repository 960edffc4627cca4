//! Lines of generated configurations.

/// Lines that are put together.
#[derive(Default)]
pub struct Writer {
    /// What was added, each with a line end.
    pub text: String,
    once: Vec<String>,
}

impl Writer {
    /// Adds lines; nothing adds none.
    pub fn add(&mut self, lines: &str) {
        for line in lines.lines().filter(|line| !line.trim().is_empty()) {
            self.text += line;
            self.text.push('\n');
        }
    }

    /// Adds a line whose directive may stand only once; `alias` and `root` exclude each other.
    pub fn add_once(&mut self, line: &str) {
        let name = line.split([' ', ';']).next().unwrap_or_default().replace("alias", "root");
        if !self.once.contains(&name) {
            self.once.push(name);
            self.add(line);
        }
    }
}

/// The lines, one step further in.
pub fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}
