//! The environment that httpd is started in.
//!
//! In: Debian's `envvars`, a shell script of assignments, or what the profile says. Out: names and values. Only
//! plain assignments are understood; what stands in a condition is left out, and a variable that nothing sets is
//! empty, as it is for the shell.

use fpmlint_workspace::{Host, HostPath, Lookup};

/// Names and values of the environment.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Environment {
    variables: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether a name that is not here is not set. False where another way to start httpd may set more.
    pub complete: bool,
}

impl Environment {
    /// An environment of these names and values.
    pub fn new<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        variables: impl IntoIterator<Item = (N, V)>,
        complete: bool,
    ) -> Environment {
        let own = |(name, value): (N, V)| (name.as_ref().to_vec(), value.as_ref().to_vec());
        Environment { variables: variables.into_iter().map(own).collect(), complete }
    }

    /// The value of a name, which knows case.
    pub fn get(&self, name: &[u8]) -> Option<&[u8]> {
        let found = self.variables.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_slice())
    }

    /// All names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.variables.iter().map(|(name, value)| (name.as_slice(), value.as_slice()))
    }

    fn set(&mut self, name: &[u8], value: Vec<u8>) {
        match self.variables.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.variables.push((name.to_vec(), value)),
        }
    }
}

/// The environment on a host: that of its own `/etc/apache2/envvars`, else that of its profile.
pub fn environment(host: &Host) -> Environment {
    if let Lookup::Found(file) = host.open(&HostPath::new("/etc/apache2/envvars")) {
        return parse(&host.files().get(file).text);
    }
    Environment::new(host.profile.apache.envvars.iter().copied(), false)
}

/// The exported variables of a script. Others may be set by what starts the script, but the names that
/// configurations use come from here.
fn parse(script: &[u8]) -> Environment {
    let mut all = Environment::default();
    let mut exported: Vec<Vec<u8>> = Vec::new();
    let mut depth = 0_usize;
    for line in script.split(|byte| *byte == b'\n') {
        let line = line.trim_ascii();
        let first = line.split(|byte| matches!(byte, b' ' | b'\t' | b';')).next().unwrap_or(b"");
        match first {
            b"if" | b"case" | b"for" | b"while" | b"until" => depth += 1,
            b"fi" | b"esac" | b"done" => depth = depth.saturating_sub(1),
            _ if depth == 0 => assignment(line, &mut all, &mut exported),
            _ => {}
        }
    }
    all.variables.retain(|(name, _)| exported.contains(name));
    all.complete = true;
    all
}

fn assignment(line: &[u8], all: &mut Environment, exported: &mut Vec<Vec<u8>>) {
    let (line, is_export) = match line.strip_prefix(b"export") {
        Some(rest) if rest.starts_with(b" ") || rest.starts_with(b"\t") => (rest.trim_ascii_start(), true),
        _ => (line, false),
    };
    let end =
        line.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_')).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if name.is_empty() {
        return;
    }
    if let Some(value) = rest.strip_prefix(b"=").and_then(|value| shell_value(value, all)) {
        all.set(name, value);
    }
    if is_export {
        exported.push(name.to_vec());
    }
}

/// The value of an assignment; none where it needs more of a shell than quotes and plain variables.
fn shell_value(text: &[u8], known: &Environment) -> Option<Vec<u8>> {
    let mut value = Vec::with_capacity(text.len());
    let mut quote = None;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match (byte, quote) {
            (b'\'' | b'"', None) => quote = Some(byte),
            (_, Some(open)) if byte == open => quote = None,
            (b'$', None | Some(b'"')) => at += variable(text.get(at..)?, known, &mut value)?,
            (b'`', None | Some(b'"')) => return None,
            (b'\\', None | Some(b'"')) => {
                value.push(*text.get(at)?);
                at += 1;
            }
            (b' ' | b'\t' | b';' | b'#' | b'&' | b'|', None) => break,
            _ => value.push(byte),
        }
    }
    quote.is_none().then_some(value)
}

/// Puts in the variable whose name starts `text`; gives the bytes that it takes.
fn variable(text: &[u8], known: &Environment, value: &mut Vec<u8>) -> Option<usize> {
    let braced = text.starts_with(b"{");
    let start = usize::from(braced);
    let name = text.get(start..)?;
    let length =
        name.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_')).unwrap_or(name.len());
    let name = name.get(..length).filter(|name| !name.is_empty())?;
    if braced && text.get(start + length) != Some(&b'}') {
        return None;
    }
    value.extend_from_slice(known.get(name).unwrap_or(b""));
    Some(start + length + start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_like_debians_is_understood() {
        let script = b"# comment\nunset HOME\n\
            if [ \"${CONF##/etc/apache2-}\" != \"${CONF}\" ] ; then\n\tSUFFIX=\"-${CONF##/etc/apache2-}\"\n\
            else\n\tSUFFIX=\nfi\n\
            export APACHE_RUN_USER=www-data\nexport APACHE_RUN_DIR=/var/run/apache2$SUFFIX\n\
            export APACHE_PID_FILE=\"${APACHE_RUN_DIR}/apache2.pid\" # where\nLOCAL=1\n\
            export LANG=C\nexport LANG\n#export OLD=1\nexport NOW=`date`\n";
        let environment = parse(script);
        assert_eq!(environment.get(b"APACHE_RUN_USER"), Some(b"www-data".as_slice()));
        assert_eq!(environment.get(b"APACHE_RUN_DIR"), Some(b"/var/run/apache2".as_slice()));
        assert_eq!(environment.get(b"APACHE_PID_FILE"), Some(b"/var/run/apache2/apache2.pid".as_slice()));
        assert_eq!(environment.get(b"LANG"), Some(b"C".as_slice()));
        for absent in [b"LOCAL".as_slice(), b"OLD", b"SUFFIX", b"NOW"] {
            assert_eq!(environment.get(absent), None, "{}", absent.escape_ascii());
        }
    }
}
