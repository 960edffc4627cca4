//! Files that are not open, folders, and documents that belong to none.

use fpmlint_workspace::Memory;
use serde_json::json;

use crate::editor::{Editor, modern, rules_of};
use crate::stacks::{POOL, POOL_TEXT, SITE, SITE_TEXT, sound};

#[tokio::test]
async fn files_that_change_on_disk_are_read_again() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", SITE_TEXT).await;
    editor.write_disk(POOL, &POOL_TEXT.replace("www.sock", "app.sock"));
    editor.watched(POOL, 2).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
    editor.write_disk(
        "/repo/etc/php-fpm.d/b.conf",
        "[b]\nuser = nginx\nlisten = /run/php/www.sock\npm = static\n",
    );
    editor.watched("/repo/etc/php-fpm.d/b.conf", 1).await;
    editor.published_rules(SITE, &[]).await;
    editor.restore_disk("/repo/etc/php-fpm.d/b.conf");
    editor.watched("/repo/etc/php-fpm.d/b.conf", 3).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
    editor.restore_disk(POOL);
    editor.watched(POOL, 2).await;
    editor.published_rules(SITE, &[]).await;
    let watches = editor.asked.iter().find(|(method, _)| method == "client/registerCapability");
    let (_, params) = watches.expect("watchers were registered");
    assert_eq!(params["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
}

#[tokio::test]
async fn an_open_text_hides_the_disk() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", SITE_TEXT).await;
    editor.open(POOL, "php-fpm", POOL_TEXT).await;
    editor.write_disk(POOL, &POOL_TEXT.replace("www.sock", "app.sock"));
    editor.watched(POOL, 2).await;
    assert_eq!(editor.settled().await, Vec::<serde_json::Value>::new());
    editor.close(POOL).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
}

#[tokio::test]
async fn a_new_file_counts_before_it_is_saved() {
    let mut editor = Editor::start(sound()).await;
    editor.open(SITE, "nginx", &SITE_TEXT.replace("www.sock", "new.sock")).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
    let new = "/repo/etc/php-fpm.d/new.conf";
    let text = POOL_TEXT.replace("www", "new");
    editor.open(new, "php-fpm", &text).await;
    editor.published_rules(SITE, &[]).await;
    editor.close(new).await;
    editor.published_rules(SITE, &["backend-without-pool"]).await;
}

#[tokio::test]
async fn each_folder_has_its_own_settings() {
    let disk = sound()
        .file("/other/etc/nginx/nginx.conf", "events {}\nhttp {\n    rooot /x;\n}\n")
        .file("/other/fpmlint.toml", "ignore = [\"unknown-directive\"]\n")
        .file("/third/etc/nginx/nginx.conf", "events {}\nhttp {\n    rooot /x;\n}\n");
    let folders = json!([{"uri": "file:///repo", "name": "w"}, {"uri": "file:///other", "name": "o"}]);
    let mut editor = Editor::start_in(disk, modern(), json!(null), folders).await;
    let text = "events {}\nhttp {\n    rooot /x;\n}\n";
    editor.open("/other/etc/nginx/nginx.conf", "nginx", text).await;
    assert_eq!(editor.settled().await, Vec::<serde_json::Value>::new());
    let change = json!({"added": [{"uri": "file:///third", "name": "t"}], "removed": []});
    editor.notify("workspace/didChangeWorkspaceFolders", json!({"event": change})).await;
    editor.open("/third/etc/nginx/nginx.conf", "nginx", text).await;
    editor.published_rules("/third/etc/nginx/nginx.conf", &["unknown-directive"]).await;
    let change = json!({"added": [], "removed": [{"uri": "file:///other", "name": "o"}]});
    editor.notify("workspace/didChangeWorkspaceFolders", json!({"event": change})).await;
    // Now it belongs to no folder, and nothing is ignored.
    editor.published_rules("/other/etc/nginx/nginx.conf", &["unknown-directive"]).await;
}

#[tokio::test]
async fn a_file_without_a_folder_is_judged_alone() {
    let disk =
        Memory::new().file("/home/u/site.conf", "").file("/home/u/other.conf", "server { rooot /x; }\n");
    let mut editor = Editor::start_in(disk, modern(), json!(null), json!(null)).await;
    let site = "server {\n    listen 80;\n    location / {\n        fastcgi_pass 127.0.0.1:9000;\n    }\n    rooot /x;\n}\n";
    editor.open("/home/u/site.conf", "nginx", site).await;
    // Nothing is said about pools that may be elsewhere.
    let list = editor.published("/home/u/site.conf").await;
    let rules = rules_of(&list);
    assert!(rules.contains(&"unknown-directive"), "{rules:?}");
    assert!(!rules.contains(&"backend-without-pool"), "{rules:?}");
    editor.replace("/home/u/site.conf", 2, &site.replace("    rooot /x;\n", "")).await;
    let list = editor.published("/home/u/site.conf").await;
    assert!(!rules_of(&list).contains(&"unknown-directive"));
}

#[tokio::test]
async fn an_unnamed_document_is_judged_by_language_or_content() {
    let mut editor = Editor::start(sound()).await;
    editor.open_uri("untitled:Untitled-1", "php-fpm", "[www]\npm = sometimes\n").await;
    let list = editor.published_uri("untitled:Untitled-1").await;
    assert!(rules_of(&list).contains(&"invalid-value"), "{list}");
    editor.open_uri("untitled:Untitled-2", "plaintext", "server {\n    listen 80;\n    rooot /x;\n}\n").await;
    let list = editor.published_uri("untitled:Untitled-2").await;
    assert!(rules_of(&list).contains(&"unknown-directive"), "{list}");
    editor.open_uri("untitled:Untitled-3", "plaintext", "Dear reader,\nroot /x;\n").await;
    assert_eq!(editor.settled().await, Vec::<serde_json::Value>::new());
    for (language, text) in [
        ("nginx", "rooot /x;\nlisten 80;\n"),
        ("apacheconf", "ServerNam x\n"),
        ("php-ini", "; fpmlint: ignore[nope]\nx = 1\n"),
    ] {
        let uri = format!("untitled:{language}");
        editor.open_uri(&uri, language, text).await;
        let list = editor.published_uri(&uri).await;
        assert!(!rules_of(&list).is_empty(), "{language}: {list}");
    }
}

#[tokio::test]
async fn names_with_spaces_percent_and_letters_of_all_kinds() {
    let path = "/repo/etc/nginx/conf.d/a b%é.conf";
    let disk = sound().file(path, "");
    let mut editor = Editor::start(disk).await;
    let uri = "file:///repo/etc/nginx/conf.d/a%20b%25%C3%A9.conf";
    editor.open_uri(uri, "nginx", "server {\n    rooot /x;\n}\n").await;
    let list = editor.published_uri(uri).await;
    assert!(rules_of(&list).contains(&"unknown-directive"), "{list}");
}

#[tokio::test]
async fn a_file_opened_through_a_link_is_the_linked_file() {
    let disk = sound().link("/repo/etc/nginx/conf.d/link.conf", "../available/link.conf");
    let disk = disk.file("/repo/etc/nginx/available/link.conf", "server { listen 81; }\n");
    let mut editor = Editor::start(disk).await;
    editor.open("/repo/etc/nginx/conf.d/link.conf", "nginx", "server { listen 81; rooot /x; }\n").await;
    editor.published_rules("/repo/etc/nginx/conf.d/link.conf", &["unknown-directive"]).await;
    editor.open("/repo/etc/nginx/available/link.conf", "nginx", "server { listen 81; }\n").await;
    editor.published_rules("/repo/etc/nginx/conf.d/link.conf", &[]).await;
}

#[tokio::test]
async fn too_many_files_are_said_once() {
    let mut disk = sound();
    for number in 0..20_050 {
        disk = disk.file(format!("/repo/data/{number}.conf"), "");
    }
    let mut editor = Editor::start(disk).await;
    editor.open(SITE, "nginx", SITE_TEXT).await;
    let message = editor.notification(|method, _| method == "window/showMessage").await;
    assert_eq!(message["type"], 2);
    assert!(message["message"].as_str().unwrap().contains("files"), "{message}");
}
