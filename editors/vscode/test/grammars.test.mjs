/**
 * The grammars, as VS Code's own tokenizer reads them.
 *
 * In: samples/NAME.sample. Out: each word with its scope, compared with samples/NAME.scopes; FPMLINT_UPDATE=1 writes
 * those anew. The languages' files are checked for being what package.json says.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const extension = path.dirname(here);
// The packages may lie elsewhere than beside this file.
const require = createRequire(path.join(process.env.FPMLINT_VSCODE_MODULES ?? extension, "package.json"));
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");
const manifest = JSON.parse(readFileSync(path.join(extension, "package.json"), "utf8"));

await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer);
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) => {
    const grammar = manifest.contributes.grammars.find((grammar) => grammar.scopeName === scope);
    if (grammar === undefined) return null;
    const file = path.join(extension, grammar.path);
    return textmate.parseRawGrammar(readFileSync(file, "utf8"), file);
  },
});

/** Each line with its words and their scopes, the language's own suffix left out. */
async function scopes(name, text) {
  const grammar = await registry.loadGrammar(`source.${name}`);
  const suffix = /\.(?:nginx|apacheconf|php-ini|php-fpm|lua)$/;
  const lines = [];
  let state = textmate.INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    lines.push(line.trim() === "" ? "" : `> ${line}`);
    for (const { startIndex, endIndex, scopes } of tokens) {
      const word = line.slice(startIndex, endIndex).trim();
      const names = scopes.slice(1).map((scope) => scope.replace(suffix, ""));
      if (word !== "") lines.push(`    ${word}  ${names.join(" ") || "-"}`);
    }
  }
  assert.equal(state.depth, 1, "a rule is still open at the end of the file");
  return `${lines.join("\n").trimEnd()}\n`;
}

for (const file of readdirSync(path.join(here, "samples")).filter((file) => file.endsWith(".sample"))) {
  const name = path.basename(file, ".sample");
  test(`words and scopes of ${name}`, async () => {
    const found = await scopes(name, readFileSync(path.join(here, "samples", file), "utf8"));
    const expected = path.join(here, "samples", `${name}.scopes`);
    if (process.env.FPMLINT_UPDATE === "1") writeFileSync(expected, found);
    assert.equal(found, readFileSync(expected, "utf8"));
  });
}

test("every file that package.json names is there", () => {
  const { languages, grammars } = manifest.contributes;
  const files = [...languages.map((language) => language.configuration), ...grammars.map((grammar) => grammar.path)];
  for (const file of [...files, manifest.icon]) assert.ok(existsSync(path.join(extension, file)), file);
  for (const file of files) JSON.parse(readFileSync(path.join(extension, file), "utf8"));
});

test("every command that package.json names is registered", () => {
  const sources = readdirSync(path.join(extension, "src")).filter((name) => name.endsWith(".ts"));
  const source = sources.map((name) => readFileSync(path.join(extension, "src", name), "utf8")).join("\n");
  for (const { command } of manifest.contributes.commands) assert.ok(source.includes(`registerCommand("${command}"`), command);
});
