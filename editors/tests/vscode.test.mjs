/**
 * A real VS Code in a headless browser, used as people use it.
 *
 * In: the packaged extension (FPMLINT_VSIX) and the same unpacked (FPMLINT_EXTENSION), the server (FPMLINT). Out:
 * squiggles, problems, hovers, fixes and files on the disk are as they should be. One VS Code serves all tests; the
 * server is found on its PATH.
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { assertRecorded, recorder } from "./support/record.mjs";
import { FPMLINT, PACKAGE, POOL, REPOSITORY, SITE, folder, makeStack } from "./support/stack.mjs";
import { picture, steps } from "./support/steps.mjs";
import { LIMIT, until } from "./support/until.mjs";
import { remote, startBrowser, startServer } from "./support/vscode.mjs";
import { openWorkbench } from "./support/workbench.mjs";

test("VS Code", async (t) => {
  const work = folder(t, "vscode");
  const client = recorder(work);
  const server = await startServer(t, work, { vsix: PACKAGE, programs: path.dirname(client.program) });
  const page = await startBrowser(t, work);
  await t.test("in a trusted folder", (t) => trusted(t, { client, server, page }));
  await t.test("the extension's own interface", (t) => extensionHost(t, { server, page }));
  await t.test("in Restricted Mode", (t) => restricted(t, { client, server, page }));
});

async function trusted(t, { client, server, page }) {
  const stack = makeStack(t);
  stack.forgetScriptFilename();
  const window = await openWorkbench(page, server, stack.root, stack.file(SITE));
  await window.trust(true);
  const step = steps(t, page);

  await step("a finding is underlined", async () => {
    await window.expectSquiggles(1);
  });

  await step("the Problems panel lists it with its rule", async () => {
    await window.showProblems();
    const row = window.problems().filter({ hasText: "SCRIPT_FILENAME is never sent to PHP" });
    await row.waitFor();
    assert.match(await row.textContent(), /missing-script-filename/);
  });

  await step("hovering shows what is wrong and which pool listens", async () => {
    // Lenses take lines of their own and move those below: point when they are there.
    await page.locator(".codelens-decoration", { hasText: "reaches pool www" }).nth(1).waitFor();
    await window.pointAt(window.squiggles().first());
    const hover = page.locator(".monaco-hover:not(.hidden) .monaco-hover-content", { hasText: "SCRIPT_FILENAME" });
    await hover.waitFor();
    await hover.filter({ hasText: "pool www" }).waitFor();
    await page.keyboard.press("Escape");
  });

  await step("the quick fix is applied and saved", async () => {
    await page.locator(".view-line", { hasText: "server_name" }).click();
    // The next problem, so that the cursor is in it.
    await page.keyboard.press("F8");
    await page.locator(".zone-widget .peekview-widget, .marker-widget").first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+.");
    const menu = page.locator(".action-widget .monaco-list-row.action");
    await menu.first().waitFor();
    await page.keyboard.press("Enter");
    await window.expectSquiggles(0);
    await page.keyboard.press("Control+S");
    await until("the saved fix", () => /fastcgi_param\s+SCRIPT_FILENAME/.test(stack.read(SITE)));
  });

  await step("renaming the socket in the pool marks the open site, undoing clears it", async () => {
    await page.keyboard.press("Control+\\");
    await page.locator(".editor-group-container").nth(1).waitFor();
    await window.openFile(stack.file(POOL));
    const line = stack.read(POOL).split("\n").findIndex((line) => line.startsWith("listen ="));
    await window.goToEnd(line + 1);
    await page.keyboard.press("Control+Shift+ArrowLeft");
    await page.keyboard.type("renamed");
    // Both locations of the site, which is shown on the left and has not been touched.
    await window.expectSquiggles(2);
    const problem = window.problems().filter({ hasText: "backend-without-pool" });
    await problem.first().waitFor();
    if (process.env.FPMLINT_PICTURES === "1") await picture(page, "cross-file");
    await until("the undone edit", async () => {
      await page.keyboard.press("Control+Z");
      return (await page.locator(".tab.active.dirty", { hasText: "www.conf" }).count()) === 0;
    });
    await window.expectSquiggles(0);
    await until("an empty list", async () => (await problem.count()) === 0);
  });

  await step("the status menu names the server, and its commands work", async () => {
    await page.locator("#status\\.languageStatus a").first().click();
    await page.locator(".hover-language-status", { hasText: /fpmlint \d/ }).first().waitFor();
    await page.keyboard.press("Escape");
  });

  await step("a URL that is typed in is traced, and what is none is refused", async () => {
    const input = page.locator(".quick-input-widget input");
    await window.runCommand("fpmlint: Trace a URL");
    await input.fill("ftp://web.example.org/");
    await page.keyboard.press("Enter");
    await window.notification("its scheme is ftp, not http or https").waitFor();
    await window.runCommand("fpmlint: Trace a URL");
    await input.fill("http://web.example.org/");
    await page.keyboard.press("Enter");
    await page.locator(".editor-group-container.active .view-line", { hasText: "PHP runs" }).waitFor();
  });

  await step("this is what VS Code says of itself", () => assertRecorded("vscode", client.initialize()));
}

async function extensionHost(t, { server, page }) {
  const stack = makeStack(t);
  stack.forgetScriptFilename();
  const log = [];
  let exit;
  await page.exposeFunction("codeAutomationLog", (_kind, parts) => log.push(parts.join(" ").split("\n")[0]));
  await page.exposeFunction("codeAutomationExit", (code) => (exit = code));
  const extension = process.env.FPMLINT_EXTENSION ?? path.join(REPOSITORY, "target/editors/vscode");
  await openWorkbench(page, server, stack.root, undefined, [
    ["extensionDevelopmentPath", remote(server, extension)],
    ["extensionTestsPath", remote(server, path.join(REPOSITORY, "editors/tests/vscode/extension-host.cjs"))],
    ["skipWelcome", "true"],
  ]);
  await until("the end of the extension host's tests", () => exit !== undefined, {
    limit: 4 * LIMIT,
    seen: () => `:\n${log.join("\n")}`,
  });
  const results = log.flatMap((line) => /^fpmlint-test: (\{.*\})$/.exec(line)?.[1] ?? []).map((json) => JSON.parse(json));
  for (const { name, error } of results) {
    await t.test(name, () => {
      if (error !== undefined) throw new Error(error);
    });
  }
  assert.equal(exit, 0, log.join("\n"));
  assert.ok(results.length > 0, "no test ran in the extension host");
}

async function restricted(t, { client, server, page }) {
  const stack = makeStack(t);
  stack.forgetScriptFilename();
  const mark = stack.file("started");
  stack.write("server", `#!/bin/sh\n: > '${mark}'\nexec '${FPMLINT}' "$@"\n`);
  chmodSync(stack.file("server"), 0o755);
  mkdirSync(stack.file(".vscode"));
  stack.write(".vscode/settings.json", JSON.stringify({ "fpmlint.server.path": "${workspaceFolder}/server" }));
  client.forget();
  const window = await openWorkbench(page, server, stack.root, stack.file(SITE));
  const step = steps(t, page);

  await step("findings are shown, and the folder's own program is not started", async () => {
    await window.trust(false);
    await window.expectSquiggles(1);
    assert.ok(client.initialize(), "the program on PATH has been started");
    assert.ok(!existsSync(mark), "the folder's program has been started");
  });

  await step("when the folder is trusted, its program is started", async () => {
    await window.runCommand("Workspaces: Manage Workspace Trust");
    await page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust/ }).first().click();
    await until("the start of the folder's program", () => existsSync(mark));
  });
}
