/**
 * The configuration files of editors that are not run: what can be seen without them.
 *
 * In: helix/languages.toml, sublime/LSP.sublime-settings, zed/settings.json. Out: they can be read, every key is one that
 * the editor's documentation lists, and the command is the server's.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { REPOSITORY } from "./support/stack.mjs";

const EDITORS = path.join(REPOSITORY, "editors");

function assertKeys(table, known) {
  for (const key of Object.keys(table)) assert.ok(known.includes(key), `${key} is no key here`);
}

/** Python reads TOML, Node does not. */
function readToml(file) {
  const program = "import json, sys, tomllib; print(json.dumps(tomllib.load(open(sys.argv[1], 'rb'))))";
  return JSON.parse(execFileSync("python3", ["-c", program, file], { encoding: "utf8" }));
}

test("Helix", () => {
  const file = readToml(path.join(EDITORS, "helix/languages.toml"));
  assertKeys(file, ["language", "language-server"]);
  const server = file["language-server"].fpmlint;
  assertKeys(server, ["command", "args", "config"]);
  assert.deepEqual([server.command, ...server.args], ["fpmlint", "server"]);
  for (const language of file.language) {
    assertKeys(language, ["name", "language-id", "scope", "grammar", "file-types", "roots", "comment-tokens", "language-servers"]);
    assert.deepEqual(language["language-servers"], ["fpmlint"]);
    for (const type of language["file-types"]) assert.ok(typeof type === "string" || typeof type.glob === "string");
  }
  assert.deepEqual(
    file.language.map((language) => language["language-id"]),
    ["php-fpm", "php-ini", "nginx", "apacheconf"],
  );
});

test("Sublime Text", () => {
  const file = JSON.parse(readFileSync(path.join(EDITORS, "sublime/LSP.sublime-settings"), "utf8"));
  const client = file.clients.fpmlint;
  assertKeys(client, ["enabled", "command", "selector", "initializationOptions", "settings"]);
  assert.deepEqual(client.command, ["fpmlint", "server"]);
  assert.match(client.selector, /source\.nginx/);
});

test("Zed", () => {
  const file = JSON.parse(readFileSync(path.join(EDITORS, "zed/settings.json"), "utf8"));
  assertKeys(file, ["lsp", "languages", "file_types"]);
  const server = file.lsp.fpmlint;
  assertKeys(server, ["binary", "initialization_options"]);
  assert.deepEqual([server.binary.path, ...server.binary.arguments], ["fpmlint", "server"]);
  for (const language of Object.values(file.languages)) assert.deepEqual(language, { language_servers: ["fpmlint", "..."] });
  for (const language of Object.keys(file.file_types)) assert.ok(language in file.languages, language);
});
