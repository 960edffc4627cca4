//! Which sites read alike: those of a hosting machine come from one template.
//!
//! In: a site. Out: what its configuration says, without its names and logs, and with its document root and its socket
//! left open. Invariant: two sites of the same [`Shape`] answer a request by path in the same way but for their own
//! files and sockets, as long as the answer rests on nothing that lies on the host ([`Host::questions`]). A site of
//! which this cannot be told has no shape.
//!
//! [`Host::questions`]: fpmlint_workspace::Host::questions

mod apache;
mod known;
mod nginx;

use fpmlint_syntax::SeenLine;

use crate::{SiteId, SiteServer, Stack};
pub use known::KnownLines;

/// What a site's configuration says, for comparison.
pub type Shape = Box<[u8]>;

/// What stands behind a part of a text.
#[derive(Clone, Copy)]
enum Mark {
    /// Nothing.
    End,
    /// The site's document root.
    Root,
    /// The socket that the site hands requests to.
    Socket,
}

/// The shortest document root that is told apart from other text.
const MIN_ROOT: usize = 4;

impl Stack {
    /// The shape of a site; none where other sites are not to be judged by it. `known` is kept from site to site.
    pub fn shape(&self, site: SiteId, known: &mut KnownLines) -> Option<Shape> {
        let shape = match self.sites[site].server {
            SiteServer::Nginx { config, server } => nginx::shape(self, config, server),
            SiteServer::Apache { config, server } => apache::shape(self, config, server, known),
        };
        shape.map(Writer::finish)
    }
}

/// Writes a shape down.
struct Writer {
    written: Vec<u8>,
    root: Vec<u8>,
    socket: Option<Vec<u8>>,
}

impl Writer {
    /// For a site of the configuration of this number; none where its document root is no path of its own.
    fn new(config: usize, root: &[u8]) -> Option<Writer> {
        let root = root.strip_suffix(b"/").unwrap_or(root);
        if root.len() < MIN_ROOT || !root.starts_with(b"/") {
            return None;
        }
        let mut written = Vec::with_capacity(2048);
        written.extend_from_slice(&(config as u64).to_le_bytes());
        Some(Writer { written, root: root.to_vec(), socket: None })
    }

    fn number(&mut self, number: u32) {
        self.written.extend_from_slice(&number.to_le_bytes());
    }

    /// What is told of a line before the line itself.
    fn head(&mut self, head: [u32; 2]) {
        let [one, other] = head.map(u64::from);
        self.written.extend_from_slice(&(one << 32 | other).to_le_bytes());
    }

    /// A line that files have in common, in which nothing is left open.
    fn seen(&mut self, line: SeenLine) {
        // Longer than any text.
        self.head([line.index() as u32, u32::MAX]);
    }

    /// Bytes of the configuration. `is_of_request` is asked what follows each `sign`, with which variables begin; none
    /// where it says no.
    fn text(&mut self, text: &[u8], sign: u8, is_of_request: impl Fn(&[u8]) -> bool) -> Option<()> {
        let mut done = 0;
        for at in memchr::memchr2_iter(b'/', sign, text) {
            let (Some(before), Some([byte, behind @ ..])) = (text.get(done..at), text.get(at..)) else {
                continue;
            };
            if *byte == sign {
                if !is_of_request(behind) {
                    return None;
                }
                continue;
            }
            let path = text.get(at..).unwrap_or(b"");
            let (length, mark) = match begins(before) {
                Some(Mark::Socket) => (self.socket_length(path), Mark::Socket),
                Some(mark) => (if is_root(&self.root, path) { self.root.len() } else { 0 }, mark),
                None => continue,
            };
            if length > 0 {
                self.piece(before, mark);
                done = at + length;
            }
        }
        self.piece(text.get(done..).unwrap_or(b""), Mark::End);
        Some(())
    }

    /// A part of a text and what follows it. With the lengths no two texts are written the same way.
    fn piece(&mut self, piece: &[u8], behind: Mark) {
        self.number(piece.len() as u32);
        self.written.extend_from_slice(piece);
        self.written.push(behind as u8);
    }

    /// The length of the socket's path at the start of `path`; 0 for another socket than the site's first one. Only
    /// that is left open, so that a line that is about the same one stays so.
    fn socket_length(&mut self, path: &[u8]) -> usize {
        let is_behind = |byte: &u8| {
            matches!(byte, b'|' | b':' | b' ' | b'\t' | b'\r' | b'\n' | b';' | b'"' | b'\'' | b'>')
        };
        let end = path.iter().position(is_behind).unwrap_or(path.len());
        let path = path.get(..end).unwrap_or(path);
        let is_own = self.socket.get_or_insert_with(|| path.to_vec()) == path;
        if is_own { end } else { 0 }
    }

    fn finish(self) -> Shape {
        self.written.into()
    }
}

/// Whether the text begins with the document root, or with what lies below it.
fn is_root(root: &[u8], text: &[u8]) -> bool {
    let behind = text.strip_prefix(root);
    behind.is_some_and(|behind| behind.first().is_none_or(|byte| b"/ \t\r\n;\"'>".contains(byte)))
}

/// What a path may be that follows `before`: the document root, where a whole path begins there, or a socket.
fn begins(before: &[u8]) -> Option<Mark> {
    if before.ends_with(b"unix:") {
        return Some(Mark::Socket);
    }
    before.last().is_none_or(|byte| b" \t\r\n\"'".contains(byte)).then_some(Mark::Root)
}
