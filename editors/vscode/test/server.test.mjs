/**
 * Where the extension finds the server's program.
 *
 * In: folders with and without a program. Out: the setting alone counts where it says something; the bundled program
 * comes before PATH; a relative folder on PATH never counts.
 */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const extension = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const require = createRequire(path.join(process.env.FPMLINT_VSCODE_MODULES ?? extension, "package.json"));
const source = readFileSync(path.join(extension, "src/server.ts"), "utf8");
const { code } = require("esbuild").transformSync(source, { loader: "ts", format: "esm" });
const { findServer } = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);

const NAME = process.platform === "win32" ? "fpmlint.exe" : "fpmlint";

function program(...parts) {
  const file = path.join(...parts);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, "");
  chmodSync(file, 0o755);
  return file;
}

test("setting, then bundled, then PATH", (t) => {
  const root = mkdtempSync(path.join(tmpdir(), "fpmlint-find-"));
  t.after(() => rmSync(root, { recursive: true }));
  const [workspaceFolder, extensionFolder] = [path.join(root, "work"), path.join(root, "extension")];
  const places = { setting: "", workspaceFolder, extensionFolder, searchPath: path.join(root, "bin") };

  assert.equal(findServer(places).kind, "missing");
  assert.match(findServer(places).why, /PATH/);

  const onPath = program(root, "bin", NAME);
  assert.deepEqual(findServer(places), { kind: "found", program: onPath, origin: "PATH" });
  const bundled = program(extensionFolder, "bin", NAME);
  assert.deepEqual(findServer(places), { kind: "found", program: bundled, origin: "bundled" });

  const own = program(workspaceFolder, "tools", "lint");
  for (const setting of ["tools/lint", "${workspaceFolder}/tools/lint", ` ${own} `]) {
    assert.deepEqual(findServer({ ...places, setting }), { kind: "found", program: own, origin: "setting" });
  }
  const wrong = findServer({ ...places, setting: "tools/none" });
  assert.equal(wrong.kind, "missing");
  assert.match(wrong.why, /fpmlint\.server\.path names .*none/);
});

test("a folder, a file that cannot be run and a relative folder on PATH are no programs", (t) => {
  const root = mkdtempSync(path.join(tmpdir(), "fpmlint-find-"));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(path.join(root, "a", NAME), { recursive: true });
  program(root, "b", NAME);
  chmodSync(path.join(root, "b", NAME), 0o644);
  program(root, "c", NAME);
  const before = process.cwd();
  process.chdir(root);
  t.after(() => process.chdir(before));
  const searchPath = [path.join(root, "a"), path.join(root, "b"), "c", "", "."].join(path.delimiter);
  const places = { setting: "", workspaceFolder: root, extensionFolder: root, searchPath };
  assert.equal(findServer(places).kind, "missing");
});
