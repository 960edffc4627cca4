//! Clients that do not keep to the protocol, and ends of all kinds.

use serde_json::json;

use crate::editor::{Editor, range, uri};
use crate::stacks::{POOL, POOL_TEXT, SITE, SITE_TEXT, sound};

#[tokio::test]
async fn wrong_edits_end_nothing() {
    let mut editor = Editor::start(sound()).await;
    editor.open(POOL, "php-fpm", "; 😀 é\n[www]\n").await;
    let far = u32::MAX;
    for (version, (from, to)) in [
        ((0, 3), (0, 3)),
        ((5, 0), (2, 0)),
        ((far, far), (far, far)),
        ((0, far), (far, 0)),
        ((0, 5), (0, 2)),
        ((1, 99), (0, 0)),
    ]
    .into_iter()
    .enumerate()
    {
        // Versions that go backwards, too.
        editor.edit(POOL, 9 - version as i64, from, to, "é😀\n").await;
    }
    editor.edit("/repo/never-opened.conf", 1, (0, 0), (0, 0), "x").await;
    editor.close("/repo/never-opened.conf").await;
    editor.save("/repo/never-opened.conf").await;
    editor.watched("/outside/of/everything", 1).await;
    editor.notify("textDocument/didChange", json!({"nonsense": true})).await;
    editor.notify("textDocument/didOpen", json!(null)).await;
    editor.notify("no/such/notification", json!({})).await;
    for method in ["hover", "completion", "definition"] {
        editor.ask_at(&format!("textDocument/{method}"), POOL, far, far).await;
        editor.ask_at(&format!("textDocument/{method}"), "/never/opened", 0, 0).await;
    }
    let params = json!({"textDocument": {"uri": uri(POOL)}, "range": range((9, 9), (0, 0)),
        "context": {"diagnostics": []}});
    editor.request("textDocument/codeAction", params).await;
    editor.replace(POOL, 20, POOL_TEXT).await;
    editor.settled().await;
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
    assert_eq!(editor.stop().await, 0);
}

#[tokio::test]
async fn any_bytes_at_any_place_are_answered() {
    let mut editor = Editor::start(sound()).await;
    let texts = [
        "", "{", "}", "\"", "a {\n\"", "[", "[x", "x = \"${", "<", "<a", "<a >\n</", "\u{feff}", "\0\n$",
        "$", "é",
    ];
    let mut version = 1;
    editor.open(SITE, "nginx", "").await;
    editor.open(POOL, "php-fpm", "").await;
    for text in texts {
        for path in [SITE, POOL] {
            version += 1;
            editor.replace(path, version, text).await;
            for column in 0..4 {
                for method in ["hover", "completion", "definition"] {
                    editor.ask_at(&format!("textDocument/{method}"), path, 0, column).await;
                }
            }
            let document = json!({"textDocument": {"uri": uri(path)}});
            editor.request("textDocument/documentSymbol", document.clone()).await;
            editor.request("textDocument/documentLink", document).await;
        }
    }
}

#[tokio::test]
async fn deep_and_long_documents() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", &"a {".repeat(100_000)).await;
    let params = json!({"textDocument": {"uri": uri(SITE)}});
    let symbols = editor.request("textDocument/documentSymbol", params).await;
    assert_eq!(symbols.as_array().unwrap().len(), 1);
    editor.replace(SITE, 2, &"x y;\n".repeat(200_000)).await;
    editor.edit(SITE, 3, (199_999, 0), (199_999, 1), "z").await;
    editor.ask_at("textDocument/completion", SITE, 199_999, 1).await;
    editor.replace(SITE, 4, SITE_TEXT).await;
    editor.published_rules(SITE, &[]).await;
}

#[tokio::test]
async fn cancelled_questions_are_answered_as_such() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", &"x y;\n".repeat(20_000)).await;
    let position = json!({"textDocument": {"uri": uri(SITE)}, "position": {"line": 0, "character": 0}});
    let mut ids = Vec::new();
    for version in 0..20 {
        editor.edit(SITE, 2 + version, (0, 0), (0, 0), "#\n").await;
        ids.push(editor.send_request("textDocument/hover", position.clone()).await);
    }
    for id in &ids {
        editor.notify("$/cancelRequest", json!({"id": id})).await;
    }
    let mut cancelled = 0;
    for id in ids {
        let answer = editor.answer(id).await;
        cancelled += usize::from(answer["error"]["code"] == json!(-32800));
    }
    assert!(cancelled > 0);
    editor.ask_at("textDocument/hover", SITE, 0, 0).await;
}

#[tokio::test]
async fn exit_without_shutdown_is_a_failure() {
    let mut editor = Editor::start(sound()).await;
    editor.notify("exit", json!(null)).await;
    assert_eq!(editor.ended().await, 1);
}

#[tokio::test]
async fn a_closed_pipe_is_the_end() {
    let editor = Editor::start(sound()).await;
    assert_eq!(editor.hang_up().await, 1);
    assert_eq!(Editor::connect(sound()).hang_up().await, 1);
}
