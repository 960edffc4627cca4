//! Words above lines: what reaches a pool, and which pool a location or handler reaches.
//!
//! The lines are given at once; the words of one are made when the editor shows it.

use fpmlint_ide::{LensSubject, lens_words, lenses};
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp::ls_types::{CodeLens, CodeLensParams, Command, Uri};

use super::about;
use crate::convert;
use crate::state::State;

/// What a lens remembers until it is shown. Numbers hold for one revision of the project.
#[derive(Serialize, Deserialize)]
struct Data {
    uri: String,
    revision: u64,
    about: About,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum About {
    Pool(usize),
    Pass(usize, Vec<u8>),
    Backend(Option<usize>, usize, usize),
}

/// `textDocument/codeLens`.
pub(crate) fn code_lenses(state: &mut State, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let uri = &params.text_document.uri;
    let revision = state.revision;
    let query = about(state, uri)?;
    let lens = |lens: fpmlint_ide::Lens| {
        let about = match lens.subject {
            LensSubject::Pool(pool) => About::Pool(pool),
            LensSubject::Pass { config, address } => About::Pass(config, address),
            LensSubject::Backend { site, number, sites } => About::Backend(site, number, sites),
        };
        let data = Data { uri: uri.as_str().to_owned(), revision, about };
        let range = convert::range(&query.source, lens.span, state.client.encoding);
        CodeLens { range, command: None, data: serde_json::to_value(data).ok() }
    };
    let found = lenses(&query).into_iter().map(lens).collect();
    state.lenses_of = Some(revision);
    Some(found)
}

/// `codeLens/resolve`.
pub(crate) fn resolve_code_lens(state: &mut State, mut lens: CodeLens) -> Result<CodeLens> {
    let changed = || Error {
        code: ErrorCode::ContentModified,
        message: "the files have changed since".into(),
        data: None,
    };
    let data = lens.data.clone().and_then(|data| serde_json::from_value::<Data>(data).ok());
    let data = data.ok_or_else(|| Error::invalid_params("no lens of this server"))?;
    if data.revision != state.revision {
        return Err(changed());
    }
    let subject = match data.about {
        About::Pool(pool) => LensSubject::Pool(pool),
        About::Pass(config, address) => LensSubject::Pass { config, address },
        About::Backend(site, number, sites) => LensSubject::Backend { site, number, sites },
    };
    let uri: Uri = data.uri.parse().map_err(|_| Error::invalid_params("no address"))?;
    let query = about(state, &uri).ok_or_else(changed)?;
    let title = lens_words(&query.project.stack, &subject).ok_or_else(changed)?;
    // There is nothing to do but to read it.
    lens.command = Some(Command { title, command: String::new(), arguments: None });
    Ok(lens)
}
