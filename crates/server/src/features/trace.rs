//! `fpmlint.traceUrl`: what the stack answers to a URL, as `fpmlint trace --format json` prints it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use fpmlint_engine::{Question, Session, Url, trace};
use serde::Deserialize;
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::ls_types::{ExecuteCommandParams, LSPAny, Uri};

use crate::state::State;
use crate::uri;

/// The command's name.
pub(crate) const TRACE_URL: &str = "fpmlint.traceUrl";

/// What else the request says; the second argument, which may be missing.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Request {
    method: Option<String>,
    body_size: Option<u64>,
    headers: BTreeMap<String, String>,
    client: Option<IpAddr>,
    stack_host: Option<String>,
    /// The workspace folder that is asked; else the first that answers.
    folder: Option<Uri>,
}

/// `workspace/executeCommand`.
pub(crate) fn execute(state: &mut State, params: &ExecuteCommandParams) -> Result<Option<LSPAny>> {
    if params.command != TRACE_URL {
        return Err(Error::invalid_params(format!("no command is called {}", params.command)));
    }
    let (question, folder) = question(&params.arguments)?;
    let folder = folder.as_ref().and_then(uri::path);
    let folders = state.folders.iter().filter(|unit| folder.as_ref().is_none_or(|path| unit.path == *path));
    let lone = state.lone.values().filter(|_| folder.is_none());
    answer(folders.chain(lone).filter_map(|unit| unit.session()), &question)
}

/// Of several projects the first that has somebody to ask answers.
fn answer<'a>(sessions: impl Iterator<Item = &'a Session>, question: &Question) -> Result<Option<LSPAny>> {
    let mut why = None;
    for session in sessions {
        match trace(session.project(), question) {
            Ok(answer) => {
                return serde_json::to_value(answer.traced).map(Some).map_err(|_| Error::internal_error());
            }
            Err(words) => why = why.or(Some(words)),
        }
    }
    let why = why.unwrap_or_else(|| "no configuration is loaded here".to_owned());
    Err(Error::invalid_params(why))
}

fn question(arguments: &[LSPAny]) -> Result<(Question, Option<Uri>)> {
    let Some(LSPAny::String(url)) = arguments.first() else {
        return Err(Error::invalid_params("the first argument is a URL"));
    };
    let request = match arguments.get(1).filter(|rest| !rest.is_null()) {
        None => Request::default(),
        Some(rest) => Request::deserialize(rest)
            .map_err(|error| Error::invalid_params(format!("the second argument: {error}")))?,
    };
    let question = Question {
        method: request.method,
        body_size: request.body_size,
        headers: request.headers.into_iter().map(|(name, value)| (name, value.into_bytes())).collect(),
        client: request.client,
        stack_host: request.stack_host,
        ..Question::new(Url::parse(url).map_err(Error::invalid_params)?)
    };
    Ok((question, request.folder))
}
