//! The sites of Apache configurations, which of them answers, who they run as and where their files lie.

use fpmlint_catalog::apache::id;
use fpmlint_daemons::Part;
use fpmlint_daemons::apache::{Address, AddressHost, Config, ScopeId, Server};
use fpmlint_workspace::HostPath;

use super::lines::At;
use super::wildcard::{self, Style};
use crate::account::WebAccount;
use crate::socket::Account;
use crate::{Site, SiteServer, Stack};

/// The main server, where requests can reach it, and every virtual host.
pub(crate) fn sites(stack: &Stack) -> Vec<Site> {
    let mut sites = Vec::new();
    for (index, apache) in stack.apache.iter().enumerate() {
        let config = &apache.config;
        if config.htaccess {
            continue;
        }
        let listens: Vec<Address> = config.listens().into_iter().map(|listen| listen.address).collect();
        let main_port = main_port(config, &listens);
        for server in config.servers() {
            let port = match server.scope == ScopeId::MAIN {
                true => match main_port {
                    Some(port) => port,
                    None => continue,
                },
                false => {
                    let written = server.addresses.iter().find_map(|(address, _)| address.port);
                    written.or(listens.first().and_then(|address| address.port)).unwrap_or(80)
                }
            };
            sites.push(Site {
                host: apache.host,
                server: SiteServer::Apache { config: index, server: server.scope },
                name: name(server),
                port,
                tls: is_tls(config, server.scope, port),
                place: server.statement.map(|id| config.place(id).with(Part::Head)),
            });
        }
    }
    sites
}

fn name(server: &Server) -> Option<String> {
    let own = server.name.as_ref().map(|name| &name.host[..]);
    let aliases = server.aliases.iter().map(|(alias, _)| &alias[..]);
    let written = server.addresses.iter().filter_map(|(address, _)| match &address.host {
        AddressHost::Name(name) => Some(&name[..]),
        _ => None,
    });
    let mut names = own.into_iter().chain(aliases).chain(written);
    let name = names.find(|name| !name.is_empty() && !name.iter().any(|byte| b"*?$".contains(byte)))?;
    Some(String::from_utf8_lossy(name).into_owned())
}

/// A port on which the main server answers: one that no virtual host has taken over. Part of a configuration has
/// one only if it says where the files lie.
fn main_port(config: &Config, listens: &[Address]) -> Option<u16> {
    let virtual_hosts = config.servers().get(1..).unwrap_or(&[]);
    if virtual_hosts.is_empty() {
        let known = !config.fragment || At::new(config, ScopeId::MAIN).last(id::DOCUMENT_ROOT).is_some();
        return known.then(|| listens.first().and_then(|address| address.port).unwrap_or(80));
    }
    let is_taken = |listen: &Address| {
        let addresses = virtual_hosts.iter().flat_map(|server| &server.addresses);
        addresses.into_iter().any(|(address, _)| {
            let same_host = matches!(address.host, AddressHost::Any | AddressHost::Default)
                || address.host == listen.host;
            same_host && (address.port.is_none() || address.port == listen.port)
        })
    };
    listens.iter().find(|listen| !is_taken(listen)).and_then(|listen| listen.port)
}

fn is_tls(config: &Config, server: ScopeId, port: u16) -> bool {
    let engine =
        [server, ScopeId::MAIN].into_iter().find_map(|scope| At::new(config, scope).last(id::SSL_ENGINE));
    engine.map_or(port == 443, |line| !line.text(0).eq_ignore_ascii_case(b"off"))
}

/// The server that answers `host` on `port`: of the virtual hosts on that port the first with the name, else the
/// first, else the main server. None where nothing listens on the port.
pub(crate) fn matching_server(stack: &Stack, config: usize, host: &[u8], port: u16) -> Option<ScopeId> {
    let config = &stack.apache[config].config;
    if config.htaccess {
        return None;
    }
    let listens = config.listens();
    let listening = listens.iter().any(|listen| listen.address.port == Some(port));
    if !listening && !(listens.is_empty() && (config.fragment || !config.complete)) {
        return None;
    }
    let on_port = |server: &&Server| {
        server.addresses.iter().any(|(address, _)| address.port.is_none() || address.port == Some(port))
    };
    let virtual_hosts = config.servers().get(1..).unwrap_or(&[]);
    let candidates: Vec<&Server> = virtual_hosts.iter().filter(on_port).collect();
    let main = config.servers().first();
    let main_name = main.and_then(|main| main.name.as_ref()).map(|name| &name.host[..]);
    let named = candidates.iter().find(|server| is_named(server, main_name, host));
    let is_open = |server: &&&Server| {
        let open = |address: &Address| matches!(address.host, AddressHost::Any | AddressHost::Default);
        server.addresses.iter().any(|(address, _)| open(address))
    };
    let first = candidates.iter().find(is_open).or(candidates.first());
    named.or(first).map(|server| server.scope).or(main.map(|main| main.scope))
}

/// Whether a server has a name; one without a `ServerName` has that of the main server.
fn is_named(server: &Server, main_name: Option<&[u8]>, host: &[u8]) -> bool {
    let own = server.name.as_ref().map(|name| &name.host[..]).or(main_name);
    own.is_some_and(|name| name.eq_ignore_ascii_case(host))
        || server.aliases.iter().any(|(alias, _)| wildcard::matches(alias, host, Style::HostName))
}

/// Whether a host name is one of a server's own.
pub(crate) fn has_name(config: &Config, server: ScopeId, host: &[u8]) -> bool {
    let servers = config.servers();
    let main_name = servers.first().and_then(|main| main.name.as_ref()).map(|name| &name.host[..]);
    let own = servers.iter().find(|own| own.scope == server);
    own.is_some_and(|own| is_named(own, main_name, host))
}

/// The account that requests are answered as.
pub(crate) fn account(stack: &Stack, config: usize) -> WebAccount {
    let apache = &stack.apache[config];
    let config = &apache.config;
    let defaults = &stack.hosts[apache.host].profile.apache;
    let default = |name: &str| (!name.is_empty()).then(|| name.as_bytes().to_vec());
    let known = |text: &[u8]| !text.is_empty() && memchr::memmem::find(text, b"${").is_none();
    let user = config.user().filter(|(word, _)| known(&word.text));
    let group = config.group().filter(|(word, _)| known(&word.text)).map(|(word, _)| word.text.into_owned());
    let group = group.or_else(|| default(defaults.group));
    match user {
        Some((word, statement)) => WebAccount {
            account: Some(Account { user: word.text.into_owned(), group }),
            place: Some(config.place(statement).with(Part::Head)),
            certain: config.statement(statement).certain && !config.fragment,
        },
        None => WebAccount {
            account: default(defaults.user).map(|user| Account { user, group }),
            place: None,
            certain: config.complete && !config.fragment,
        },
    }
}

/// The folders that a server's files lie in: its document root, and what aliases lead to.
pub(crate) fn document_roots(stack: &Stack, config: usize, server: ScopeId) -> Vec<HostPath> {
    let config = &stack.apache[config].config;
    let mut roots: Vec<HostPath> = config.document_root(server).into_iter().map(|(root, _)| root).collect();
    let servers = if server == ScopeId::MAIN { vec![server] } else { vec![server, ScopeId::MAIN] };
    for line in servers.into_iter().flat_map(|server| At::new(config, server).mixed(&[id::ALIAS])) {
        let to = line.text(1);
        if !to.is_empty() {
            roots.push(config.server_root.join(&to));
        }
    }
    roots.retain(|root| !root.as_bytes().iter().any(|byte| b"$%".contains(byte)));
    roots
}
