//! Code actions: offered, applied as an editor would, and checked again.

use serde_json::{Value, json};

use crate::editor::{Editor, modern, range, uri};
use crate::stacks::{POOL, POOL_TEXT, SITE, SITE_TEXT, sound};

async fn actions(editor: &mut Editor, path: &str, list: &Value, only: Value) -> Vec<Value> {
    let context = json!({"diagnostics": list["diagnostics"], "only": only});
    let first = &list["diagnostics"][0]["range"];
    let span = if first.is_null() { range((0, 0), (0, 0)) } else { first.clone() };
    let params = json!({"textDocument": {"uri": uri(path)}, "range": span, "context": context});
    editor.request("textDocument/codeAction", params).await.as_array().unwrap().clone()
}

/// The text after the edits of an action in one document, whose lines are ASCII.
fn applied(text: &str, action: &Value, path: &str) -> String {
    let changes = action["edit"]["documentChanges"].as_array().unwrap();
    let change = changes.iter().find(|change| change["textDocument"]["uri"] == uri(path)).unwrap();
    let mut edits: Vec<&Value> = change["edits"].as_array().unwrap().iter().collect();
    let offset = |at: &Value| {
        let line = at["line"].as_u64().unwrap() as usize;
        let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        before + at["character"].as_u64().unwrap() as usize
    };
    edits.sort_by_key(|edit| std::cmp::Reverse(offset(&edit["range"]["start"])));
    let mut text = text.to_owned();
    for edit in edits {
        let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
        text.replace_range(start..end, edit["newText"].as_str().unwrap());
    }
    text
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_fix_mends_the_finding_and_is_preferred() {
    let mut editor = Editor::start(sound()).await;
    let text =
        POOL_TEXT.replace("/run/php/www.sock", "127.0.0.1:9000").replace("owner = nginx", "mode = 0600");
    editor.open(POOL, "php-fpm", &text).await;
    let list = editor.published_rules(POOL, &["socket-mode-on-tcp"]).await;
    let offered = actions(&mut editor, POOL, &list, json!(["quickfix"])).await;
    assert_eq!(offered[0]["isPreferred"], true);
    assert_eq!(offered[0]["kind"], "quickfix");
    assert_eq!(offered[0]["diagnostics"][0]["code"], "socket-mode-on-tcp");
    assert_eq!(offered[0]["edit"]["documentChanges"][0]["textDocument"]["version"], 1);
    editor.replace(POOL, 2, &applied(&text, &offered[0], POOL)).await;
    editor.published_rules(POOL, &[]).await;
}

#[tokio::test]
async fn all_safe_fixes_at_once() {
    let mut editor = Editor::start(sound()).await;
    let text =
        POOL_TEXT.replace("/run/php/www.sock", "127.0.0.1:9000").replace("owner = nginx", "mode = 0600\n")
            + "; fpmlint: ignore[pool-open-to-network] gone\npm.status_listen = 127.0.0.1:9001\n";
    editor.open(POOL, "php-fpm", &text).await;
    let list = editor.published(POOL).await;
    let before = list["diagnostics"].as_array().unwrap().len();
    assert!(before >= 2, "{list}");
    let offered = actions(&mut editor, POOL, &list, json!(["source.fixAll"])).await;
    assert_eq!(titles(&offered), ["Fix all safe problems"]);
    assert_eq!(offered[0]["kind"], "source.fixAll.fpmlint");
    let fixed = applied(&text, &offered[0], POOL);
    editor.replace(POOL, 2, &fixed).await;
    let list = editor.published(POOL).await;
    let nothing = json!({"diagnostics": []});
    let again = actions(&mut editor, POOL, &nothing, json!(["source.fixAll.fpmlint"])).await;
    assert_eq!(again, Vec::<Value>::new(), "{list}");
    assert!(list["diagnostics"].as_array().unwrap().len() <= before - 2, "{list}");
}

#[tokio::test]
async fn comments_that_silence_are_of_the_dialect() {
    let mut editor = Editor::start(sound()).await;
    let site = SITE_TEXT.replace("www.sock", "none.sock");
    let pool = POOL_TEXT.replace("listen.owner = nginx", "slowlog = /var/log/slow.log");
    for (path, language, text, rule, comment) in [
        (SITE, "nginx", &site, "backend-without-pool", "        # fpmlint: ignore[backend-without-pool]\n"),
        (POOL, "php-fpm", &pool, "slowlog-never-written", "; fpmlint: ignore[slowlog-never-written]\n"),
    ] {
        for (index, scope) in ["here", "in this file"].into_iter().enumerate() {
            editor.open(path, language, text).await;
            let list = loop {
                let list = editor.published(path).await;
                if crate::editor::rules_of(&list).contains(&rule) {
                    break list;
                }
            };
            let find = |list: &Value| {
                let items = list["diagnostics"].as_array().unwrap().clone();
                items.into_iter().find(|it| it["code"] == rule).unwrap()
            };
            let only_it = json!({"diagnostics": [find(&list)]});
            let offered = actions(&mut editor, path, &only_it, json!(null)).await;
            let title = format!("Ignore {rule} {scope}");
            let action = offered.iter().find(|action| action["title"] == title.as_str()).unwrap();
            assert_eq!(action.get("isPreferred"), None);
            let silenced = applied(text, action, path);
            let wanted = if index == 0 {
                comment.to_owned()
            } else {
                comment.trim_start().replace("ignore[", "ignore-file[")
            };
            assert!(silenced.contains(&wanted), "{silenced}");
            editor.replace(path, 2, &silenced).await;
            loop {
                let list = editor.published(path).await;
                if !crate::editor::rules_of(&list).contains(&rule) {
                    break;
                }
            }
            editor.close(path).await;
            editor.published_rules(path, &[]).await;
        }
    }
}

#[tokio::test]
async fn edits_without_versions_for_editors_that_know_none() {
    let mut capabilities = modern();
    capabilities["workspace"]["workspaceEdit"] = json!({});
    let mut editor = Editor::start_with(sound(), capabilities, json!(null)).await;
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "none.sock")).await;
    let list = editor.published_rules(SITE, &["backend-without-pool"]).await;
    let offered = actions(&mut editor, SITE, &list, json!(null)).await;
    assert!(offered.iter().all(|action| action["edit"]["changes"][uri(SITE)].is_array()), "{offered:?}");
}
