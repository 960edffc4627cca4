//! Words above lines, and what the stack answers to a URL, through the protocol.

use serde_json::{Value, json};

use crate::editor::{Editor, modern, range, uri};
use crate::stacks::{POOL, POOL_TEXT, SITE, SITE_TEXT, sound};

fn with_lenses() -> Value {
    let mut capabilities = modern();
    capabilities["textDocument"]["codeLens"] = json!({"dynamicRegistration": false});
    capabilities["workspace"]["codeLens"] = json!({"refreshSupport": true});
    capabilities
}

async fn both_open() -> Editor {
    let mut editor = Editor::start_with(sound(), with_lenses(), json!(null)).await;
    editor.open(SITE, "nginx", SITE_TEXT).await;
    editor.open(POOL, "php-fpm", POOL_TEXT).await;
    editor
}

async fn lenses(editor: &mut Editor, path: &str) -> Vec<Value> {
    let found = editor.request("textDocument/codeLens", json!({"textDocument": {"uri": uri(path)}})).await;
    found.as_array().cloned().unwrap_or_default()
}

/// The words above the first line that has some, and where they are.
async fn first_words(editor: &mut Editor, path: &str) -> (String, Value) {
    let lens = lenses(editor, path).await.remove(0);
    assert_eq!(lens.get("command"), None, "words are made when they are shown");
    let lens = editor.request("codeLens/resolve", lens).await;
    (lens["command"]["title"].as_str().unwrap().to_owned(), lens["range"].clone())
}

#[tokio::test]
async fn lines_say_who_reaches_whom() {
    let mut editor = both_open().await;
    assert_eq!(editor.capabilities["codeLensProvider"], json!({"resolveProvider": true}));
    let (words, place) = first_words(&mut editor, SITE).await;
    assert_eq!((words.as_str(), place), ("reaches pool www", range((4, 4), (4, 21))));
    let (words, place) = first_words(&mut editor, POOL).await;
    assert_eq!((words.as_str(), place), ("reached by 1 site: example.org", range((0, 0), (0, 5))));
}

#[tokio::test]
async fn words_of_other_files_change_with_an_edit() {
    let mut editor = both_open().await;
    let old = lenses(&mut editor, SITE).await.remove(0);
    editor.edit(POOL, 2, (2, 18), (2, 21), "app").await;
    let id = editor.send_request("codeLens/resolve", old).await;
    assert_eq!(editor.answer(id).await["error"]["code"], -32801, "the files have changed since");
    editor.settled().await;
    editor.settled().await;
    let is_refresh = |(method, _): &&(String, Value)| method == "workspace/codeLens/refresh";
    assert_eq!(editor.asked.iter().filter(is_refresh).count(), 1);
    assert_eq!(first_words(&mut editor, SITE).await.0, "no pool listens on unix:/run/php/www.sock");
    assert_eq!(first_words(&mut editor, POOL).await.0, "no site reaches this pool");
    let id = editor.send_request("codeLens/resolve", json!({"range": range((0, 0), (0, 1))})).await;
    assert_eq!(editor.answer(id).await["error"]["code"], -32602);
}

#[tokio::test]
async fn an_editor_without_lenses_is_offered_none() {
    let editor = Editor::start(sound()).await;
    assert_eq!(editor.capabilities.get("codeLensProvider"), None);
    assert_eq!(editor.capabilities["executeCommandProvider"]["commands"], json!(["fpmlint.traceUrl"]));
}

async fn command(editor: &mut Editor, name: &str, arguments: Value) -> Value {
    let params = json!({"command": name, "arguments": arguments});
    let id = editor.send_request("workspace/executeCommand", params).await;
    editor.answer(id).await
}

#[tokio::test]
async fn a_url_is_traced_through_the_open_texts() {
    let mut editor = both_open().await;
    let answer = command(&mut editor, "fpmlint.traceUrl", json!(["http://example.org/index.php?a=b"])).await;
    let traced = &answer["result"];
    assert_eq!((&traced["version"], &traced["url"]), (&json!(1), &json!("http://example.org/index.php?a=b")));
    assert_eq!((&traced["outcome"]["kind"], &traced["outcome"]["pool"]), (&json!("php"), &json!("www")));
    assert_eq!(
        traced["steps"][0],
        json!({"file": "etc/nginx/conf.d/site.conf", "line": 1, "message": "server: this site answers"})
    );
    editor.edit(POOL, 2, (2, 18), (2, 21), "app").await;
    let folder = json!({"folder": "file:///repo", "method": "POST", "bodySize": 10, "headers": {"X-A": "b"},
        "client": "192.0.2.7"});
    let answer =
        command(&mut editor, "fpmlint.traceUrl", json!(["http://example.org/index.php", folder])).await;
    let outcome = &answer["result"]["outcome"];
    assert_eq!((&outcome["kind"], &outcome["status"]), (&json!("error"), &json!(502)));
    let large = json!({"bodySize": 2_000_000});
    let answer =
        command(&mut editor, "fpmlint.traceUrl", json!(["http://example.org/index.php", large])).await;
    assert_eq!(answer["result"]["outcome"]["status"], 413);
}

#[tokio::test]
async fn what_cannot_be_traced_is_an_error_in_words() {
    let mut editor = both_open().await;
    for (name, arguments, words) in [
        ("fpmlint.traceUrl", json!(["ftp://example.org/"]), "its scheme is ftp, not http or https"),
        ("fpmlint.traceUrl", json!(["http://example.org:81/"]), "nothing here listens on port 81"),
        ("fpmlint.traceUrl", json!([]), "the first argument is a URL"),
        ("fpmlint.traceUrl", json!(["http://example.org/", {"colour": "red"}]), "unknown field `colour`"),
        ("fpmlint.traceUrl", json!(["http://example.org/", {"client": "me"}]), "the second argument: "),
        (
            "fpmlint.traceUrl",
            json!(["http://example.org/", {"folder": "file:///elsewhere"}]),
            "no configuration is loaded here",
        ),
        ("fpmlint.other", json!([]), "no command is called fpmlint.other"),
    ] {
        let answer = command(&mut editor, name, arguments.clone()).await;
        let message = answer["error"]["message"].as_str().unwrap_or_else(|| panic!("{arguments}: {answer}"));
        assert!(message.contains(words), "{message}");
    }
}
