//! Which site a request goes to.
//!
//! In: a URL's host and port, and perhaps the name of a host of the project. Out: one site, and what the user should be
//! told about the choice. Invariant: of several web servers the one that has the name is taken, else the first.

use fpmlint_catalog::nearest;
use fpmlint_stack::{SiteId, SiteServer, Stack};

/// Other sites that a note names.
const SHOWN: usize = 3;

/// A site, and what is said of the choice.
pub(super) struct Chosen {
    pub site: SiteId,
    pub notes: Vec<String>,
}

/// The site that answers `host` on `port`; only sites of the host of the project that `on` names, if it does.
pub(super) fn choose(stack: &Stack, host: &str, port: u16, on: Option<&str>) -> Result<Chosen, String> {
    let on_host = on.map(|name| host_named(stack, name)).transpose()?;
    let mut sites = stack.sites_for(host.as_bytes(), port);
    sites.retain(|site| on_host.is_none_or(|wanted| stack.sites[*site].host == wanted));
    let Some((&site, others)) = sites.split_first() else {
        return Err(nobody_listens(stack, port, on_host));
    };
    let mut notes = Vec::new();
    if !stack.has_name(site, host.as_bytes())
        && host.parse::<std::net::IpAddr>().is_err()
        && !host.starts_with('[')
    {
        notes.push(default_answers(stack, site, host));
    }
    let is_as_good =
        |other: &&SiteId| stack.has_name(**other, host.as_bytes()) == stack.has_name(site, host.as_bytes());
    let others: Vec<SiteId> = others.iter().filter(is_as_good).copied().collect();
    if !others.is_empty() {
        notes.push(others_answer(stack, site, &others));
    }
    Ok(Chosen { site, notes })
}

fn host_named(stack: &Stack, name: &str) -> Result<usize, String> {
    if let Some(index) = stack.hosts.iter().position(|host| &*host.name == name) {
        return Ok(index);
    }
    let names: Vec<&str> = stack.hosts.iter().map(|host| &host.name[..]).collect();
    Err(match nearest(name, names.iter().copied()) {
        Some(nearest) => format!("there is no host {name}; did you mean `{nearest}`?"),
        None if names.is_empty() => format!("there is no host {name}, nor any other"),
        None => format!("there is no host {name}; there are {}", names.join(", ")),
    })
}

/// The ports are those that sites are known to listen on.
fn nobody_listens(stack: &Stack, port: u16, on_host: Option<usize>) -> String {
    let sites = stack.sites.iter().filter(|site| on_host.is_none_or(|wanted| site.host == wanted));
    let mut ports = Vec::new();
    for site in sites {
        match site.server {
            SiteServer::Nginx { config, server } => {
                let listens = stack.nginx[config].config.listens(server);
                ports.extend(listens.iter().map(|listen| listen.port).filter(|port| *port > 0));
            }
            SiteServer::Apache { .. } => ports.push(site.port),
        }
    }
    ports.sort_unstable();
    ports.dedup();
    let place = on_host.map_or("here".to_owned(), |host| format!("on {}", stack.hosts[host].name));
    match &ports[..] {
        [] => format!("nothing {place} listens on port {port}: no web server's configuration was found"),
        ports => {
            let ports: Vec<String> = ports.iter().take(10).map(u16::to_string).collect();
            format!("nothing {place} listens on port {port}; sites listen on {}", ports.join(", "))
        }
    }
}

fn default_answers(stack: &Stack, site: SiteId, host: &str) -> String {
    let names = stack.sites.iter().filter_map(|site| site.name.as_deref());
    let meant = nearest(host, names).map(|name| format!("; did you mean {name}?")).unwrap_or_default();
    format!("no site is called {host}: {} answers what no other does{meant}", stack.sites[site].label())
}

fn others_answer(stack: &Stack, site: SiteId, others: &[SiteId]) -> String {
    let on = |site: &SiteId| stack.hosts[stack.sites[*site].host].name.to_string();
    let mut hosts: Vec<String> = others.iter().map(on).collect();
    hosts.dedup();
    let more = hosts.len().saturating_sub(SHOWN);
    hosts.truncate(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(
        "traced on {}; web servers on {}{more} answer this URL, too (--stack-host)",
        on(&site),
        hosts.join(", ")
    )
}
