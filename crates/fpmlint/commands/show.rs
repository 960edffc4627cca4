//! `fpmlint show`.

use std::io::{self, Write};

use fpmlint_engine::{Project, load, shown_path};
use fpmlint_syntax::Dialect;
use fpmlint_workspace::HostKind;

use super::options;
use crate::arguments::{Color, LoadArguments, ShowCommand};
use crate::exit::Status;
use crate::output::write_run_errors;

pub fn run(command: &ShowCommand) -> io::Result<Status> {
    match command {
        ShowCommand::Files(arguments) => with_project(arguments, files),
        ShowCommand::Effective(arguments) => with_project(arguments, effective),
        ShowCommand::Hosts(arguments) => with_project(arguments, hosts),
        ShowCommand::Settings(arguments) => with_project(arguments, settings),
    }
}

fn with_project(
    arguments: &LoadArguments,
    show: fn(&Project, &mut dyn Write) -> io::Result<()>,
) -> io::Result<Status> {
    let options = options(arguments, None)?;
    let errors = match load(&options) {
        Ok(project) => {
            show(&project, &mut io::stdout().lock())?;
            project.errors
        }
        Err(errors) => errors,
    };
    write_run_errors(&errors, Color::Auto);
    Ok(if errors.is_empty() { Status::Clean } else { Status::Failed })
}

fn dialect_name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::FpmIni => "php-fpm",
        Dialect::PhpIni => "php-ini",
        Dialect::Nginx => "nginx",
        Dialect::Httpd => "apache",
    }
}

fn files(project: &Project, out: &mut dyn Write) -> io::Result<()> {
    for (file, dialect) in &project.read {
        let file = project.files.get(*file);
        let name = shown_path(&file.path, &project.current_dir);
        let stock = if file.stock { " (shipped by the profile)" } else { "" };
        writeln!(out, "{:8} {name}{stock}", dialect_name(*dialect))?;
    }
    for skipped in &project.loaded.skipped {
        let name = shown_path(&skipped.path, &project.current_dir);
        writeln!(out, "skipped  {name}: {}", skipped.reason)?;
    }
    Ok(())
}

/// The pools as `php-fpm -tt` prints them; what rests on facts that are not known is marked so.
fn effective(project: &Project, out: &mut dyn Write) -> io::Result<()> {
    let stack = &project.stack;
    let several = stack.masters.len() > 1;
    for master in &stack.masters {
        if several {
            writeln!(out, "; {}", master.config.path)?;
        }
        let Some(host) = stack.hosts.get(master.host) else { continue };
        for section in master.config.in_force(&host.profile) {
            out.write_all(&[b"[", section.name.as_slice(), b"]\n"].concat())?;
            for field in section.fields {
                let value = field.value.unwrap_or_else(|| b"; not known".to_vec());
                out.write_all(&[b"\t", field.name.as_slice(), b" = ", &value, b"\n"].concat())?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

fn hosts(project: &Project, out: &mut dyn Write) -> io::Result<()> {
    let stack = &project.stack;
    for (index, host) in stack.hosts.iter().enumerate() {
        let kind = match host.kind {
            HostKind::Sysroot => "root of a machine",
            HostKind::View => "files of a project",
        };
        writeln!(out, "{} ({kind}, profile {})", host.name, host.profile.name)?;
        for master in stack.masters.iter().filter(|master| master.host == index) {
            let part = if master.fragment { " (part of a configuration)" } else { "" };
            writeln!(out, "  php-fpm {}{part}", master.config.path)?;
        }
        for nginx in stack.nginx.iter().filter(|nginx| nginx.host == index) {
            let part = if nginx.config.fragment { " (part of a configuration)" } else { "" };
            writeln!(out, "  nginx   {}{part}", nginx.config.path)?;
        }
        for apache in stack.apache.iter().filter(|apache| apache.host == index) {
            writeln!(out, "  apache  {}", apache.config.path)?;
        }
        for pool in stack.pools.iter().filter(|pool| pool.host == index) {
            let listen = pool.endpoint.as_ref().map_or("an unknown address".to_owned(), ToString::to_string);
            writeln!(out, "    pool {} listens on {listen}", pool.name)?;
        }
        for site in stack.sites.iter().filter(|site| site.host == index) {
            writeln!(out, "    site {}", site.url("/"))?;
        }
    }
    Ok(())
}

fn settings(project: &Project, out: &mut dyn Write) -> io::Result<()> {
    for file in &project.settings.files {
        writeln!(out, "# {}", shown_path(file, &project.current_dir))?;
    }
    if project.settings.files.is_empty() {
        writeln!(out, "# no fpmlint.toml")?;
    }
    match project.settings.to_toml() {
        Some(text) => write!(out, "{text}"),
        None => writeln!(out, "# a path in the settings is not UTF-8"),
    }
}
