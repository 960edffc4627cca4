/**
 * The server with the capabilities of real clients, as they were recorded.
 *
 * In: clients/*.json, which the tests of the editors keep true. Out: each client gets findings in the way and the columns
 * that it understands, and nothing that it did not offer to take.
 */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { connect } from "./support/client.mjs";
import { FPMLINT, POOL, SITE, makeStack } from "./support/stack.mjs";

const CLIENTS = path.join(import.meta.dirname, "clients");

for (const file of readdirSync(CLIENTS).filter((file) => file.endsWith(".json"))) {
  const recorded = JSON.parse(readFileSync(path.join(CLIENTS, file), "utf8"));
  test(`a client like ${path.basename(file, ".json")}`, (t) => session(t, recorded));
}

async function session(t, recorded) {
  const stack = makeStack(t);
  stack.forgetScriptFilename();
  const client = await connect(t, FPMLINT, stack.root, recorded);
  const site = stack.uri(SITE);
  const pool = stack.uri(POOL);
  const rule = ({ code }) => code;

  await t.test("columns are counted as the client counts", async () => {
    const offered = recorded.capabilities.general?.positionEncodings ?? ["utf-16"];
    assert.ok(offered.includes(client.encoding), client.encoding);
    const wide = 'add_header X "é😀"; ';
    client.open(site, "nginx", stack.read(SITE).replaceAll("fastcgi_pass", `${wide}fastcgi_pass`));
    const [finding] = await client.diagnostics(site, "the finding", (found) => found.length === 1);
    assert.equal(rule(finding), "missing-script-filename");
    const before = `        ${wide}`;
    const columns = { "utf-8": Buffer.byteLength(before), "utf-16": before.length, "utf-32": [...before].length };
    assert.equal(finding.range.start.character, columns[client.encoding]);
  });

  await t.test("only what the client shows is sent along", async () => {
    const { relatedInformation, codeDescriptionSupport } = recorded.capabilities.textDocument.publishDiagnostics;
    const [finding] = await client.diagnostics(site, "the finding", (found) => found.length === 1);
    assert.equal(Boolean(finding.relatedInformation?.length), Boolean(relatedInformation));
    assert.equal(Boolean(finding.codeDescription), Boolean(codeDescriptionSupport));
  });

  await t.test("a fix mends it", async () => {
    const [finding] = await client.diagnostics(site, "the finding", (found) => found.length === 1);
    const actions = await client.request("textDocument/codeAction", {
      textDocument: { uri: site },
      range: finding.range,
      context: { diagnostics: [finding], only: ["quickfix"] },
    });
    let [action] = actions.filter((action) => action.kind === "quickfix");
    if (action.edit === undefined) action = await client.request("codeAction/resolve", action);
    client.change(site, applied(client, site, action.edit));
    await client.diagnostics(site, "no finding", (found) => found.length === 0);
  });

  await t.test("an edit in the pool shows in the site, and its undoing too", async () => {
    const before = stack.read(POOL);
    client.open(pool, "ini", before);
    client.change(pool, before.replace("/run/php-fpm/www.sock", "/run/php-fpm/renamed.sock"));
    await client.diagnostics(site, "two findings", (found) => found.map(rule).join() === "backend-without-pool,backend-without-pool");
    client.change(pool, before);
    await client.diagnostics(site, "no finding", (found) => found.length === 0);
  });

  await t.test("diagnostics come one way only, and nothing comes that was not offered", async () => {
    if (client.pulls) {
      assert.equal(client.initialized.capabilities.diagnosticProvider.interFileDependencies, true);
      assert.deepEqual([...client.pushed.keys()], []);
    }
    assert.deepEqual(client.surprises, []);
    assert.equal(await client.shutdown(), 0);
  });
}

/** The text after an edit of this document. */
function applied(client, uri, edit) {
  const edits = edit.changes?.[uri] ?? edit.documentChanges.find((change) => change.textDocument.uri === uri).edits;
  const text = client.text(uri);
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
  const offset = ({ line, character }) => starts[line] + column(client, text.slice(starts[line]), character);
  const last = (a, b) => offset(b.range.start) - offset(a.range.start);
  return [...edits]
    .sort(last)
    .reduce((done, { range, newText }) => done.slice(0, offset(range.start)) + newText + done.slice(offset(range.end)), text);
}

/** A column in UTF-16 units, as JavaScript counts. */
function column({ encoding }, line, character) {
  if (encoding === "utf-8") return Buffer.from(line).subarray(0, character).toString().length;
  if (encoding === "utf-32") return [...line].slice(0, character).join("").length;
  return character;
}
