//! Edits and what is published after them.

use serde_json::json;

use crate::editor::{Editor, modern, range, rules_of};
use crate::stacks::{POOL, POOL_TEXT, SITE, SITE_TEXT, sound};

#[tokio::test]
async fn a_sound_stack_says_nothing() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", SITE_TEXT).await;
    editor.open(POOL, "php-fpm", POOL_TEXT).await;
    assert_eq!(editor.settled().await, Vec::<serde_json::Value>::new());
    assert_eq!(editor.stop().await, 0);
}

#[tokio::test]
async fn a_renamed_socket_shows_in_the_other_file_and_goes_again() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", SITE_TEXT).await;
    editor.open(POOL, "php-fpm", POOL_TEXT).await;
    editor.edit(POOL, 2, (2, 18), (2, 21), "app").await;
    let list = editor.published_rules(SITE, &["backend-without-pool"]).await;
    let finding = &list["diagnostics"][0];
    assert_eq!(list["version"], 1);
    assert_eq!(finding["range"], range((6, 21), (6, 43)));
    assert_eq!(finding["severity"], 1);
    assert_eq!(finding["source"], "fpmlint");
    let related = &finding["relatedInformation"][0]["location"];
    assert_eq!(related["uri"], "file:///repo/etc/php-fpm.d/www.conf");
    assert_eq!(related["range"]["start"]["line"], 2);
    assert!(finding["codeDescription"]["href"].as_str().unwrap().ends_with("backend-without-pool.md"));
    editor.edit(POOL, 3, (2, 18), (2, 21), "www").await;
    editor.published_rules(SITE, &[]).await;
    // And the other way round.
    editor.edit(SITE, 2, (6, 35), (6, 38), "xyz").await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
    editor.edit(SITE, 3, (6, 35), (6, 38), "www").await;
    editor.published_rules(SITE, &[]).await;
}

#[tokio::test]
async fn only_what_changed_is_published_again() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    editor.open(POOL, "php-fpm", POOL_TEXT).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
    editor.settled().await;
    editor.edit(POOL, 2, (0, 0), (0, 0), "; a comment\n").await;
    let lists = editor.settled().await;
    // The related place in the pool moved by a line.
    assert_eq!(lists.len(), 1, "{lists:?}");
    assert_eq!(lists[0]["diagnostics"][0]["relatedInformation"][0]["location"]["range"]["start"]["line"], 3);
    editor.edit(POOL, 3, (0, 11), (0, 11), "!").await;
    assert_eq!(editor.settled().await, Vec::<serde_json::Value>::new());
}

#[tokio::test]
async fn a_burst_settles_to_the_right_findings() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", SITE_TEXT).await;
    editor.open(POOL, "php-fpm", POOL_TEXT).await;
    for version in 2..102 {
        editor.edit(POOL, version * 2, (2, 18), (2, 18), "x").await;
        editor.edit(POOL, version * 2 + 1, (2, 18), (2, 19), "").await;
    }
    editor.edit(POOL, 300, (2, 18), (2, 18), "x").await;
    let lists = editor.settled().await;
    let last =
        lists.iter().rev().find(|list| list["uri"] == json!("file:///repo/etc/nginx/conf.d/site.conf"));
    assert_eq!(rules_of(last.unwrap()), ["backend-without-pool"]);
    assert!(lists.len() < 100, "{} lists for one burst", lists.len());
    editor.edit(POOL, 301, (2, 18), (2, 19), "").await;
    editor.published_rules(SITE, &[]).await;
}

#[tokio::test]
async fn columns_follow_the_negotiated_encoding() {
    let text = SITE_TEXT.replace("    location", "    set $x \"é😀\"; unknown_thing on; location");
    for (offered, chosen, column) in [
        (json!(["utf-8", "utf-16", "utf-32"]), "utf-8", 21),
        (json!(["utf-16", "utf-32"]), "utf-16", 18),
        (json!(["utf-32"]), "utf-32", 17),
        (json!(null), "utf-16", 18),
    ] {
        let mut capabilities = modern();
        capabilities["general"]["positionEncodings"] = offered;
        let mut editor = Editor::start_with(sound(), capabilities, json!(null)).await;
        assert_eq!(editor.capabilities["positionEncoding"], chosen);
        editor.open(SITE, "nginx", &text).await;
        let list = editor.published_rules(SITE, &["unknown-directive"]).await;
        assert_eq!(list["diagnostics"][0]["range"], range((4, column), (4, column + 13)), "{chosen}");
        // An edit behind the emoji lands where the editor means it.
        editor.edit(SITE, 2, (4, column), (4, column + 17), "").await;
        editor.published_rules(SITE, &[]).await;
    }
}

#[tokio::test]
async fn a_whole_text_and_several_edits_in_one_message() {
    let mut editor = Editor::start(sound()).await;
    editor.open(POOL, "php-fpm", POOL_TEXT).await;
    editor.replace(POOL, 2, &POOL_TEXT.replace("pm = ondemand", "pm = sometimes")).await;
    editor.published_rules(POOL, &["invalid-value"]).await;
    let changes = json!([
        {"range": range((4, 5), (4, 14)), "text": "stat"},
        {"range": range((4, 9), (4, 9)), "text": "ic"},
    ]);
    editor.change(POOL, 3, changes).await;
    let list = editor.published_rules(POOL, &[]).await;
    assert_eq!(list["version"], 3);
}

#[tokio::test]
async fn closing_takes_findings_back_and_reads_the_disk_again() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", SITE_TEXT).await;
    editor.open(POOL, "php-fpm", &POOL_TEXT.replace("www.sock", "app.sock")).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
    editor.close(POOL).await;
    editor.published_rules(SITE, &[]).await;
    editor.open(SITE, "nginx", &SITE_TEXT.replace("root", "rooot")).await;
    editor.published_rules(SITE, &["unknown-directive"]).await;
    editor.close(SITE).await;
    editor.published_rules(SITE, &[]).await;
}

#[tokio::test]
async fn tags_and_data_say_what_editors_show() {
    let mut editor = Editor::start(sound()).await;
    let tcp =
        POOL_TEXT.replace("/run/php/www.sock", "127.0.0.1:9000").replace("owner = nginx", "mode = 0600");
    editor.open(POOL, "php-fpm", &tcp).await;
    let list = editor.published_rules(POOL, &["socket-mode-on-tcp"]).await;
    let finding = &list["diagnostics"][0];
    assert_eq!(finding["tags"], json!([1]));
    assert_eq!(finding["data"]["applicability"], "safe");
}

#[tokio::test]
async fn an_editor_that_knows_little_gets_little() {
    let mut editor = Editor::start_with(sound(), json!({}), json!(null)).await;
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    let list = editor.published_rules(SITE, &["backend-without-pool"]).await;
    let finding = &list["diagnostics"][0];
    assert!(finding.get("relatedInformation").is_none() && finding.get("tags").is_none());
    assert!(editor.capabilities.get("codeActionProvider").is_none());
    assert!(editor.capabilities.get("diagnosticProvider").is_none());
    assert!(editor.asked.is_empty(), "{:?}", editor.asked);
}
