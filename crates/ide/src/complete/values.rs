//! Candidates that come from the project: accounts, addresses, formats, files.

use fpmlint_daemons::php_fpm::Listen;
use fpmlint_stack::Endpoint;
use fpmlint_text::{Span, display};
use fpmlint_workspace::{FileKind, Host, HostPath, Lookup};

use super::{Candidate, CandidateKind, word};
use crate::Query;

/// The most files that one folder offers.
const MAX_PATHS: usize = 500;

/// The hosts on which a file was read.
pub(super) fn hosts<'a>(query: &Query<'a>) -> impl Iterator<Item = (usize, &'a Host)> {
    let file = query.file;
    let hosts = query.project.stack.hosts.iter().enumerate();
    hosts.map(|(index, host)| (index, &**host)).filter(move |(_, host)| host.host_path(file).is_some())
}

/// The users of the hosts.
pub(super) fn users(query: &Query<'_>, span: Span) -> Vec<Candidate> {
    let users = hosts(query).flat_map(|(_, host)| host.users().users());
    users.map(|user| named(&user.name, CandidateKind::User, span)).collect()
}

/// The groups of the hosts.
pub(super) fn groups(query: &Query<'_>, span: Span) -> Vec<Candidate> {
    let groups = hosts(query).flat_map(|(_, host)| host.users().groups());
    groups.map(|group| named(&group.name, CandidateKind::Group, span)).collect()
}

/// The addresses on which pools of the file's hosts listen, written by `write`.
pub(super) fn sockets(query: &Query<'_>, span: Span, write: impl Fn(&str) -> String) -> Vec<Candidate> {
    let here: Vec<usize> = hosts(query).map(|(index, _)| index).collect();
    let pools = query.project.stack.pools.iter().filter(|pool| here.contains(&pool.host));
    let sockets = pools.filter_map(|pool| {
        let address = match (&pool.endpoint, &pool.listen) {
            // As one would write it, and not as it is compared.
            (Some(Endpoint::Unix(_)), Listen::Unix(path)) => format!("unix:{path}"),
            (Some(Endpoint::Tcp { port, .. }), Listen::Tcp { .. }) => match &pool.endpoint {
                Some(Endpoint::Tcp { host: fpmlint_stack::TcpHost::Any, .. }) => format!("127.0.0.1:{port}"),
                Some(endpoint) => endpoint.to_string(),
                None => return None,
            },
            _ => return None,
        };
        let text = write(&address);
        let detail = format!("pool {}", pool.name);
        Some(Candidate { kind: CandidateKind::Socket, detail, ..word(&text, span, 0) })
    });
    sockets.collect()
}

/// The files and folders that a path may go on with. `folder` is where relative paths start; the last part of what is
/// written already is replaced.
pub(super) fn paths(query: &Query<'_>, written: &[u8], folder: &HostPath, span: Span) -> Vec<Candidate> {
    let slash = written.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    let (before, _) = written.split_at(slash);
    let last = Span::new(span.start + slash as u32, span.end);
    let looked_in = folder.join(before);
    let mut found = Vec::new();
    for (_, host) in hosts(query) {
        let Lookup::Found(entries) = host.list(&looked_in) else { continue };
        for entry in entries.iter().filter(|entry| !entry.name.starts_with(b".")).take(MAX_PATHS) {
            let mut name = display(&entry.name).into_owned();
            if entry.kind == FileKind::Directory {
                name.push('/');
            }
            found.push(Candidate { kind: CandidateKind::Path, ..word(&name, last, 0) });
        }
    }
    found
}

/// A name with its kind.
pub(super) fn named(name: &[u8], kind: CandidateKind, span: Span) -> Candidate {
    Candidate { kind, ..word(&display(name), span, 0) }
}
