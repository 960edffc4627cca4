//! One file of an extreme shape: deep, long, many, or empty of sense.

use crate::guard::{survive, survive_as_each};
use crate::support::Folder;

#[track_caller]
fn each(what: &str, text: impl AsRef<[u8]>) {
    let folder = Folder::new();
    folder.write("file", text);
    survive_as_each(what, &folder, "file");
}

#[test]
fn deep_nesting() {
    let deep = 100_000;
    each("braces", "{".repeat(deep));
    each("brackets", "[".repeat(deep));
    each("parentheses", "(".repeat(deep));
    each("blocks of nginx", "http {\n".repeat(deep));
    each("sections of Apache", "<Directory x>\n".repeat(deep));
    each("sections that end", format!("{}{}", "<IfModule x>\n".repeat(deep), "</IfModule>\n".repeat(deep)));
    each("blocks that end", format!("{}{}", "a {\n".repeat(deep), "}\n".repeat(deep)));
}

#[test]
fn deep_expressions() {
    let deep = 50_000;
    each("a value of php-fpm", format!("[www]\nlisten = {}1{}\n", "(".repeat(deep), ")".repeat(deep)));
    each("operators", format!("[www]\npm.max_children = {}1\n", "~!".repeat(deep)));
    each("a condition of Apache", format!("<If \"{}true{}\">\n</If>\n", "(".repeat(deep), ")".repeat(deep)));
    each("a condition with nots", format!("<If \"{}true\">\n</If>\n", "! ".repeat(deep)));
    each(
        "an expression",
        format!("events {{}}\nhttp {{ server {{ location ~ \"{}\" {{ }} }} }}\n", "(".repeat(deep)),
    );
    each(
        "an expression that ends",
        format!("RedirectMatch \"{}{}\" /x\n", "(".repeat(deep), ")".repeat(deep)),
    );
    each("variables in variables", format!("Define a {}\nServerName ${{a}}\n", "${".repeat(deep)));
}

#[test]
fn five_megabytes_of_one_byte() {
    for byte in *b"a \n{}[]<>\"'\\#;=$(\0\r\xff" {
        each(&format!("byte {byte:#04x}"), vec![byte; 5_000_000]);
    }
}

#[test]
fn odd_line_ends_and_marks() {
    each("only CR", "[www]\rlisten = 9000\rpm = static\r");
    each("NULs", "events\0{}\0http\0{\0}\0[www]\0\nlisten\0=\0\n<Directory\0/>\n\0");
    each("a BOM", "\u{feff}[www]\nlisten = 9000\n");
    each("a BOM alone", "\u{feff}");
    each("UTF-16", "[www]\nlisten = 9000\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    each("nothing", "");
    each("a backslash at the end", "[www]\nlisten = a\\");
    each("a quote at the end", "[www]\nlisten = \"");
    each("continued lines", "\\\n".repeat(100_000));
}

#[test]
fn very_many() {
    let lines = |line: &dyn Fn(usize) -> String, count| (0..count).map(line).collect::<String>();
    each("lines that are wrong", "frobnicate on;\n".repeat(20_000));
    each("pools", lines(&|n| format!("[p{n}]\nlisten = {n}\npm = static\npm.max_children = 1\n"), 5_000));
    each("pools of one name", "[www]\nlisten = 9000\n".repeat(20_000));
    each("comments", "; fpmlint: ignore[syntax-error] x\n# fpmlint: ignore[syntax-error] x\n".repeat(20_000));
    let sites = lines(
        &|n| {
            format!(
                "server {{ listen 80; server_name a{n}; location ~ \\.php$ {{ fastcgi_pass 127.0.0.1:9000; }} }}\n"
            )
        },
        3_000,
    );
    each("sites of nginx", format!("events {{}}\nhttp {{\n{sites}}}\n"));
    each(
        "sites of Apache",
        lines(
            &|n| format!("<VirtualHost *:80>\nServerName a{n}\nDocumentRoot /srv/{n}\n</VirtualHost>\n"),
            3_000,
        ),
    );
    each(
        "locations",
        format!(
            "events {{}}\nhttp {{ server {{\n{}}} }}\n",
            lines(&|n| format!("location ~ ^/a{n} {{ }}\n"), 5_000)
        ),
    );
    each("words on a line", format!("server_name {};\n", "a ".repeat(200_000)));
    each("variables that nobody sets", lines(&|n| format!("a{n} = ${{V{n}}}\n"), 20_000));
    each("settings of one key", lines(&|n| format!("php_value[a] = {n}\n"), 20_000));
}

#[test]
fn very_many_steps_of_a_request() {
    let folder = Folder::new();
    let sets: String = (1..20_000).map(|n| format!("set $v{n} a$v{};\n", n - 1)).collect();
    folder.write(
        "file",
        format!("events {{}}\nhttp {{ server {{ listen 80; root /srv; set $v0 x;\n{sets}}} }}\n"),
    );
    survive("sets", &folder, ["trace", "--as", "nginx", "http://localhost/a.php", "file"]);
    let rules = "RewriteRule ^/(.*) /$1$1\n".repeat(20_000);
    folder.write("file", format!("ServerRoot /x\nListen 80\nRewriteEngine On\n{rules}"));
    survive("rules", &folder, ["trace", "--as", "apache", "http://localhost/a.php", "file"]);
    let rules = "rewrite ^/(.*) /$1$1;\n".repeat(20_000);
    folder.write("file", format!("events {{}}\nhttp {{ server {{ listen 80; root /srv;\n{rules}}} }}\n"));
    survive("rewrites", &folder, ["trace", "--as", "nginx", "http://localhost/a.php", "file"]);
}

#[test]
fn one_very_long_line_with_many_findings() {
    let folder = Folder::new();
    folder.write("file", format!("events {{}} http {{ {} }}", "frobnicate on; ".repeat(20_000)));
    survive_as_each("a long line", &folder, "file");
    for format in ["pretty", "full", "concise"] {
        survive(format, &folder, ["check", "--as", "nginx", "file", "--format", format, "--color", "always"]);
    }
}

#[test]
fn macros_that_double() {
    // Each level uses the one below twice: 2^40 lines.
    let mut text = "<Macro m0>\nServerName x\n</Macro>\n".to_owned();
    for level in 1..=40 {
        let below = level - 1;
        text.push_str(&format!("<Macro m{level}>\nUse m{below}\nUse m{below}\n</Macro>\n"));
    }
    text.push_str("Use m40\n");
    each("macros that double", text);
    each("a macro that uses itself", "<Macro m>\nUse m\nUse m\n</Macro>\nUse m\n");
    let grow: String = (0..60).map(|_| "<Macro m $a>\nUse m \"$a$a\"\n</Macro>\n").collect();
    each("an argument that doubles", format!("{grow}Use m x\n"));
}

#[test]
fn variables_that_grow() {
    each("a variable of itself", "Define a ${a}${a}\nServerName ${a}\n");
    let mut text = "Define v0 xxxxxxxxxxxxxxxx\n".to_owned();
    for level in 1..=60 {
        let below = level - 1;
        text.push_str(&format!("Define v{level} ${{v{below}}}${{v{below}}}\n"));
    }
    text.push_str("ServerName ${v60}\n");
    each("variables that double", text);
    let mut text = "[www]\nlisten = 9000\na0 = x\n".to_owned();
    for level in 1..=60 {
        let below = level - 1;
        text.push_str(&format!("a{level} = ${{a{below}}}${{a{below}}}\n"));
    }
    each("settings that double", text);
    let mut text = "events {}\nhttp { server {\nset $v0 x;\n".to_owned();
    for level in 1..=60 {
        let below = level - 1;
        text.push_str(&format!("set $v{level} $v{below}$v{below};\n"));
    }
    text.push_str("root $v60;\nlocation ~ \\.php$ { fastcgi_pass $v60; }\n} }\n");
    each("sets that double", text);
}

#[test]
fn expressions_that_backtrack() {
    let pattern = "^(([a-z])+.)+[A-Z]([a-z])+$";
    let nginx = format!(
        "events {{}}\nhttp {{ server {{ listen 80; root /srv; location ~ \"{pattern}\" {{ fastcgi_pass 127.0.0.1:9000; }}\n\
         rewrite \"^/(a+)+$\" /x last; rewrite \"^(.*)$\" /$1$1$1$1 last; }} }}\n"
    );
    let folder = Folder::new();
    folder.write("file", nginx);
    survive_as_each("backtracking", &folder, "file");
    let long = format!("http://localhost/{}!", "a".repeat(3_000));
    survive("backtracking", &folder, ["trace", "--as", "nginx", &long, "file"]);
    folder.write("file", format!("ServerRoot /x\nListen 80\nRewriteEngine On\nRewriteRule \"{pattern}\" /x [N]\nRewriteRule \"^/(a+)+$\" /x$1$1 [N]\n"));
    survive("backtracking", &folder, ["trace", "--as", "apache", &long, "file"]);
}
