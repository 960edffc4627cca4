//! Hover, completion, navigation and symbols through the protocol; what they answer is tested in `fpmlint-ide`.

use serde_json::json;

use crate::editor::{Editor, modern, range, uri};
use crate::stacks::{POOL, POOL_TEXT, SITE, SITE_TEXT, sound};

async fn both_open() -> Editor {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", SITE_TEXT).await;
    editor.open(POOL, "php-fpm", POOL_TEXT).await;
    editor
}

#[tokio::test]
async fn hover_knows_directives_and_who_is_behind_a_value() {
    let mut editor = both_open().await;
    let hover = editor.ask_at("textDocument/hover", SITE, 6, 10).await;
    assert!(hover["contents"]["value"].as_str().unwrap().contains("fastcgi_pass"), "{hover}");
    assert_eq!(hover["range"], range((6, 8), (6, 20)));
    let hover = editor.ask_at("textDocument/hover", SITE, 6, 30).await;
    assert!(hover["contents"]["value"].as_str().unwrap().contains("pool www"), "{hover}");
    let hover = editor.ask_at("textDocument/hover", POOL, 2, 12).await;
    assert!(hover["contents"]["value"].as_str().unwrap().contains("example.org"), "{hover}");
    assert_eq!(editor.ask_at("textDocument/hover", SITE, 90, 90).await, json!(null));
    assert_eq!(editor.ask_at("textDocument/hover", "/none", 0, 0).await, json!(null));
}

#[tokio::test]
async fn hover_shows_the_page_of_a_rule() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    let hover = editor.ask_at("textDocument/hover", SITE, 6, 30).await;
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.contains("**backend-without-pool**") && text.contains("502"), "{text}");
}

#[tokio::test]
async fn definition_and_references_go_between_the_servers() {
    let mut editor = both_open().await;
    let found = editor.ask_at("textDocument/definition", SITE, 6, 30).await;
    assert_eq!(found, json!([{"uri": uri(POOL), "range": range((2, 9), (2, 26))}]));
    let params = json!({"textDocument": {"uri": uri(POOL)}, "position": {"line": 2, "character": 12},
        "context": {"includeDeclaration": false}});
    let found = editor.request("textDocument/references", params).await;
    assert_eq!(found, json!([{"uri": uri(SITE), "range": range((6, 21), (6, 43))}]));
}

#[tokio::test]
async fn completion_fills_in_and_explains() {
    let mut editor = both_open().await;
    editor.edit(SITE, 2, (3, 0), (3, 0), "    fastcgi_pa\n").await;
    let list = editor.ask_at("textDocument/completion", SITE, 3, 14).await;
    let items = list["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["label"] == "client_max_body_size").unwrap().clone();
    assert_eq!(item["textEdit"]["range"], range((3, 4), (3, 14)));
    assert_eq!(item["textEdit"]["newText"], "client_max_body_size $1;$0");
    let resolved = editor.request("completionItem/resolve", item).await;
    assert!(resolved["documentation"]["value"].as_str().unwrap().contains("client_max_body_size"));
}

#[tokio::test]
async fn plain_text_for_editors_without_snippets() {
    let mut capabilities = modern();
    capabilities["textDocument"]["completion"] = json!({});
    let mut editor = Editor::start_with(sound(), capabilities, json!(null)).await;
    editor.open(POOL, "php-fpm", &format!("{POOL_TEXT}pm.max_req\n")).await;
    let list = editor.ask_at("textDocument/completion", POOL, 6, 10).await;
    let items = list["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["label"] == "pm.max_requests").unwrap();
    assert_eq!(
        (&item["textEdit"]["newText"], &item["insertTextFormat"]),
        (&json!("pm.max_requests = "), &json!(1))
    );
}

#[tokio::test]
async fn symbols_and_links() {
    let mut editor = both_open().await;
    let params = json!({"textDocument": {"uri": uri(SITE)}});
    let symbols = editor.request("textDocument/documentSymbol", params).await;
    assert_eq!((&symbols[0]["name"], &symbols[0]["detail"]), (&json!("server"), &json!("example.org")));
    assert_eq!(symbols[0]["children"][0]["name"], "location ~ \\.php$");
    let found = editor.request("workspace/symbol", json!({"query": "WWW"})).await;
    assert_eq!(found[0]["location"]["uri"], uri(POOL));
    let main = "/repo/etc/php-fpm.conf";
    editor.open(main, "php-fpm", "[global]\ninclude = /etc/php-fpm.d/*.conf\n").await;
    let links =
        editor.request("textDocument/documentLink", json!({"textDocument": {"uri": uri(main)}})).await;
    assert_eq!(links[0]["target"], uri(POOL));
}
