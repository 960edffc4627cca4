//! Settings: of the project, and of the editor.

use serde_json::json;

use crate::editor::{Editor, modern, rules_of};
use crate::stacks::{POOL, POOL_TEXT, SITE, SITE_TEXT, sound};

const SETTINGS: &str = "/repo/fpmlint.toml";

#[tokio::test]
async fn the_settings_file_is_read_again_and_its_errors_are_shown() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
    editor.write_disk(SETTINGS, "profile = \"rocky-9\"\nignore = [\"backend-without-pool\"]\n");
    editor.watched(SETTINGS, 2).await;
    editor.published_rules(SITE, &[]).await;
    editor.write_disk(SETTINGS, "profile = \"rocky-9\"\n\nignore = [\"no-such-rule\"]\n");
    editor.watched(SETTINGS, 2).await;
    let list = editor.published(SETTINGS).await;
    let problem = &list["diagnostics"][0];
    assert_eq!((&problem["severity"], &problem["range"]["start"]["line"]), (&json!(1), &json!(2)));
    assert!(problem["message"].as_str().unwrap().contains("no-such-rule"), "{problem}");
    editor.restore_disk(SETTINGS);
    editor.watched(SETTINGS, 2).await;
    editor.published_rules(SETTINGS, &[]).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
}

#[tokio::test]
async fn an_open_settings_file_counts_as_it_is_typed() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
    editor.open(SETTINGS, "toml", "profile = \"rocky-9\"\n").await;
    editor.replace(SETTINGS, 2, "profile = \"rocky-9\"\nignore = [\"backend-without-pool\"]\n").await;
    editor.published_rules(SITE, &[]).await;
    editor.replace(SETTINGS, 3, "profile = \"rocky-9\"\nignore = [\"backend-without-pool\"\n").await;
    let list = editor.published(SETTINGS).await;
    assert_eq!(list["diagnostics"].as_array().unwrap().len(), 1, "{list}");
}

#[tokio::test]
async fn a_project_with_wrong_settings_waits_for_right_ones() {
    let disk = sound().file(SETTINGS, "profile = 1\n");
    let mut editor = Editor::start(disk).await;
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    let list = editor.published(SETTINGS).await;
    assert_eq!(list["diagnostics"].as_array().unwrap().len(), 1, "{list}");
    editor.write_disk(SETTINGS, "profile = \"rocky-9\"\n");
    editor.watched(SETTINGS, 2).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
}

#[tokio::test]
async fn initialization_options_hold() {
    let options = json!({"ignore": ["wiring"], "target": {"php": "8.3"}});
    let mut editor = Editor::start_with(sound(), modern(), options).await;
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    assert_eq!(editor.settled().await, Vec::<serde_json::Value>::new());
    // Settings that are sent later win.
    let settings = json!({"fpmlint": {"ignore": []}});
    editor.notify("workspace/didChangeConfiguration", json!({"settings": settings})).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
}

#[tokio::test]
async fn the_editor_is_asked_for_settings_of_each_folder() {
    let mut capabilities = modern();
    capabilities["workspace"]["configuration"] = json!(true);
    capabilities["workspace"]["didChangeConfiguration"] = json!({"dynamicRegistration": true});
    let mut editor = Editor::start_with(sound(), capabilities, json!(null)).await;
    editor.settings = json!({"*": null, "file:///repo": {"ignore": ["wiring"]}});
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    editor.open(POOL, "php-fpm", POOL_TEXT).await;
    editor.notification(|method, _| method == "$/progress").await;
    assert_eq!(editor.settled().await, Vec::<serde_json::Value>::new());
    editor.settings = json!({"*": {"ignore": []}, "file:///repo": null});
    editor.notify("workspace/didChangeConfiguration", json!({"settings": null})).await;
    let list = editor.published_rules(SITE, &["backend-without-pool"]).await;
    assert_eq!(rules_of(&list).len(), 1);
}

#[tokio::test]
async fn wrong_settings_of_the_editor_are_said() {
    let mut editor = Editor::start_with(sound(), modern(), json!({"profile": "rokcy-9"})).await;
    let message = editor.notification(|method, _| method == "window/showMessage").await;
    assert!(message["message"].as_str().unwrap().contains("rokcy-9"), "{message}");
}

#[tokio::test]
async fn the_first_load_shows_progress() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", SITE_TEXT).await;
    let begin = editor.notification(|method, _| method == "$/progress").await;
    assert_eq!(begin["value"]["kind"], "begin");
    let end = editor.notification(|method, _| method == "$/progress").await;
    assert_eq!((&end["value"]["kind"], &end["token"]), (&json!("end"), &begin["token"]));
}
