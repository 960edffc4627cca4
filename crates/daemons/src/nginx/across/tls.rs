//! Certificates: whether servers that speak TLS have one, and a key to each.

use fpmlint_catalog::nginx::id;
use fpmlint_workspace::{HostPath, Lookup};

use super::{Line, Walk};
use crate::nginx::check::script;
use crate::nginx::summary::order;
use crate::nginx::{Context, DirRef};
use crate::{Part, RefusalKind};

impl Walk<'_> {
    pub(super) fn finish_tls(&mut self) {
        let ids = [
            id::SSL,
            id::SSL_CERTIFICATE,
            id::SSL_CERTIFICATE_KEY,
            id::SSL_VERIFY_CLIENT,
            id::SSL_REJECT_HANDSHAKE,
        ];
        if ids.iter().any(|id| self.http.any.contains(id)) {
            let blocks = self.http.blocks.iter().enumerate();
            let servers = blocks.filter(|(_, block)| block.context == Context::Server);
            let servers: Vec<u32> = servers.map(|(number, _)| number as u32).collect();
            for block in servers {
                self.merge_tls(block);
            }
        }
        self.listening_without_certificate();
    }

    fn first_word(&self, at: DirRef) -> Vec<u8> {
        let word = self.statement(at).and_then(|statement| statement.arg(0));
        word.map(|word| word.text().into_owned()).unwrap_or_default()
    }

    fn is_on(&self, block: u32, id: fpmlint_catalog::nginx::DirectiveId) -> Option<DirRef> {
        let at = *self.http.in_force(block, id).last()?;
        self.first_word(at).eq_ignore_ascii_case(b"on").then_some(at)
    }

    fn merge_tls(&mut self, block: u32) {
        let certificates = self.http.in_force(block, id::SSL_CERTIFICATE);
        let keys = self.http.in_force(block, id::SSL_CERTIFICATE_KEY);
        let enabled = self.is_on(block, id::SSL);
        let rejects = self.is_on(block, id::SSL_REJECT_HANDSHAKE).is_some();
        let kind = RefusalKind::MissingRequiredDirective;
        if let Some(last) = certificates.last() {
            if keys.len() < certificates.len() {
                let name = String::from_utf8_lossy(&self.first_word(*last)).into_owned();
                let missing = "no \"ssl_certificate_key\" is defined for";
                let (message, line) = match enabled {
                    Some(_) if keys.is_empty() => {
                        (format!("{missing} the \"ssl\" directive"), Line::Statement)
                    }
                    Some(_) => (
                        format!("{missing} certificate \"{name}\" and the \"ssl\" directive"),
                        Line::Statement,
                    ),
                    None => (format!("{missing} certificate \"{name}\""), Line::Nowhere),
                };
                let at = if matches!(line, Line::Statement) { enabled.unwrap_or(*last) } else { *last };
                let refusal = self.refusal(kind, at, Part::Head, message, line);
                self.http.late.push((order::SSL, refusal, false));
                return;
            }
        } else {
            if let Some(at) = enabled.filter(|_| !rejects) {
                let message = "no \"ssl_certificate\" is defined for the \"ssl\" directive".to_owned();
                let refusal = self.refusal(kind, at, Part::Head, message, Line::Statement);
                self.http.late.push((order::SSL, refusal, false));
            }
            if !rejects {
                return;
            }
        }
        for (certificate, key) in certificates.iter().zip(&keys) {
            if self.cannot_load(*certificate, "certificate") || self.cannot_load(*key, "certificate key") {
                return;
            }
        }
        self.verify_client(block);
    }

    /// A certificate that is not there; whether one was refused.
    fn cannot_load(&mut self, at: DirRef, what: &str) -> bool {
        let text = self.first_word(at);
        let other_scheme =
            text.starts_with(b"data:") || text.starts_with(b"engine:") || text.starts_with(b"store:");
        if text.is_empty() || other_scheme || script::has_variables(&text) {
            return false;
        }
        let folder = self.input.path.parent().unwrap_or_else(HostPath::root);
        let path = folder.join(&text);
        if !matches!(self.input.host.kind(&path), Lookup::Absent) {
            return false;
        }
        let message = format!(
            "cannot load {what} \"{path}\": BIO_new_file() failed (SSL: error:80000002:system library::No such \
             file or directory:calling fopen({path}, r) error:10000080:BIO routines::no such file)"
        );
        self.late(order::SSL, RefusalKind::PathNotFound, at, Part::Arg(0), message, false);
        true
    }

    fn verify_client(&mut self, block: u32) {
        let Some(at) = self.http.in_force(block, id::SSL_VERIFY_CLIENT).last().copied() else { return };
        let mode = self.first_word(at);
        let ca = !self.http.in_force(block, id::SSL_CLIENT_CERTIFICATE).is_empty();
        let asks = mode.eq_ignore_ascii_case(b"on") || mode.eq_ignore_ascii_case(b"optional");
        if asks && !ca {
            let message = "no ssl_client_certificate for ssl_verify_client".to_owned();
            let kind = RefusalKind::MissingRequiredDirective;
            self.late(order::SSL, kind, at, Part::Head, message, false);
        } else if mode.eq_ignore_ascii_case(b"optional_no_ca") && self.is_on(block, id::SSL_OCSP).is_some() {
            let message = "\"ssl_ocsp\" is incompatible with \"ssl_verify_client optional_no_ca\"".to_owned();
            self.late(order::SSL, RefusalKind::InvalidValue, at, Part::Head, message, false);
        }
    }

    /// The default server of a TLS address needs a certificate, or must refuse every handshake.
    fn listening_without_certificate(&mut self) {
        let mut without = Vec::new();
        for listened in &self.http.listens.all {
            let Some(asks) = listened.ssl else { continue };
            let default = listened.default.map(|(server, _)| server).or(listened.servers.first().copied());
            let Some(server) = default.and_then(|number| self.http.servers.get(number as usize)) else {
                continue;
            };
            if !self.http.in_force(server.block, id::SSL_CERTIFICATE).is_empty() {
                continue;
            }
            if self.is_on(server.block, id::SSL_REJECT_HANDSHAKE).is_none() {
                without.push((server.at, asks));
                continue;
            }
            for number in &listened.servers {
                let Some(server) = self.http.servers.get(*number as usize) else { continue };
                let has = !self.http.in_force(server.block, id::SSL_CERTIFICATE).is_empty()
                    || self.is_on(server.block, id::SSL_REJECT_HANDSHAKE).is_some();
                if !has {
                    without.push((server.at, asks));
                }
            }
        }
        for (server, asks) in without {
            let message = "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive".to_owned();
            let kind = RefusalKind::MissingRequiredDirective;
            let mut refusal = self.refusal(kind, server, Part::Head, message, Line::Statement);
            refusal.related.push((self.place(asks, Part::Head), "this asks for TLS".to_owned()));
            self.http.late.push((order::WHOLE, refusal, false));
        }
    }
}
