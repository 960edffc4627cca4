//! Editors that ask for findings.

use serde_json::{Value, json};

use crate::editor::{Editor, pulling, uri};
use crate::stacks::{POOL, POOL_TEXT, SITE, SITE_TEXT, sound};

async fn pull(editor: &mut Editor, path: &str, previous: Option<&str>) -> Value {
    let params = json!({"textDocument": {"uri": uri(path)}, "previousResultId": previous});
    editor.request("textDocument/diagnostic", params).await
}

#[tokio::test]
async fn findings_are_given_when_asked_for_and_not_sent() {
    let mut editor = Editor::start_with(sound(), pulling(), json!(null)).await;
    let announced = &editor.capabilities["diagnosticProvider"];
    assert_eq!(announced["interFileDependencies"], true);
    assert_eq!(announced["workspaceDiagnostics"], true);
    editor.open(SITE, "nginx", SITE_TEXT).await;
    editor.open(POOL, "php-fpm", &POOL_TEXT.replace("www.sock", "app.sock")).await;
    let report = pull(&mut editor, SITE, None).await;
    assert_eq!(report["kind"], "full");
    assert_eq!(report["items"][0]["code"], "backend-without-pool");
    let number = report["resultId"].as_str().unwrap().to_owned();
    assert_eq!(pull(&mut editor, SITE, Some(&number)).await["kind"], "unchanged");
    assert_eq!(editor.settled().await, Vec::<Value>::new());
    editor.edit(POOL, 2, (2, 18), (2, 21), "www").await;
    let report = pull(&mut editor, SITE, Some(&number)).await;
    assert_eq!((&report["kind"], &report["items"]), (&json!("full"), &json!([])));
}

#[tokio::test]
async fn the_editor_is_told_when_findings_of_another_document_changed() {
    let mut editor = Editor::start_with(sound(), pulling(), json!(null)).await;
    editor.open(SITE, "nginx", SITE_TEXT).await;
    editor.open(POOL, "php-fpm", POOL_TEXT).await;
    editor.settled().await;
    let refreshes = |editor: &Editor| {
        editor.asked.iter().filter(|(method, _)| method == "workspace/diagnostic/refresh").count()
    };
    assert_eq!(refreshes(&editor), 0);
    // An edit of the document itself is no news for it.
    editor.edit(POOL, 2, (5, 0), (5, 0), "pm = x\n").await;
    editor.settled().await;
    editor.settled().await;
    assert_eq!(refreshes(&editor), 0);
    editor.edit(POOL, 3, (2, 18), (2, 21), "app").await;
    editor.settled().await;
    // The request comes before or after the answer; another round makes sure.
    editor.settled().await;
    assert_eq!(refreshes(&editor), 1);
}

#[tokio::test]
async fn the_whole_workspace_is_told_and_then_only_what_is_new() {
    let disk = sound().file(POOL, POOL_TEXT.replace("www.sock", "app.sock"));
    let mut editor = Editor::start_with(disk, pulling(), json!(null)).await;
    let report = editor.request("workspace/diagnostic", json!({"previousResultIds": []})).await;
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{report}");
    assert_eq!(items[0]["uri"], uri(SITE));
    assert_eq!(items[0]["items"][0]["code"], "backend-without-pool");
    let known = json!([{"uri": uri(SITE), "value": items[0]["resultId"]}]);
    for _ in 0..2 {
        let report = editor.request("workspace/diagnostic", json!({"previousResultIds": known})).await;
        assert_eq!(report["items"], json!([]));
    }
    editor.write_disk(POOL, POOL_TEXT);
    editor.watched(POOL, 2).await;
    let report = editor.request("workspace/diagnostic", json!({"previousResultIds": known})).await;
    assert_eq!((&report["items"][0]["uri"], &report["items"][0]["items"]), (&json!(uri(SITE)), &json!([])));
}

#[tokio::test]
async fn an_editor_that_cannot_be_told_is_sent_findings() {
    let mut capabilities = pulling();
    capabilities["workspace"]["diagnostics"] = json!({"refreshSupport": false});
    let mut editor = Editor::start_with(sound(), capabilities, json!(null)).await;
    assert!(editor.capabilities.get("diagnosticProvider").is_none());
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
}

#[tokio::test]
async fn what_is_asked_before_the_settings_are_known_is_answered_after() {
    let mut capabilities = pulling();
    capabilities["workspace"]["configuration"] = json!(true);
    let mut editor = Editor::start_with(sound(), capabilities, json!(null)).await;
    editor.settings = json!({"*": null, "file:///repo": {"minConfidence": "certain"}});
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    let report = pull(&mut editor, SITE, None).await;
    assert_eq!(report["items"][0]["code"], "backend-without-pool");
}
