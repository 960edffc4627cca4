/**
 * Tests that run beside the extension, inside VS Code.
 *
 * In: VS Code's own interface, the folder that vscode.test.mjs has opened. Out: one line for each test on the console.
 */
const assert = require("node:assert/strict");
const path = require("node:path");
const vscode = require("vscode");

const ID = "fpmlint.fpmlint";
const root = vscode.workspace.workspaceFolders[0].uri;
const file = (name) => vscode.Uri.joinPath(root, ...name.split("/"));
const SITE = file("etc/nginx/conf.d/site.conf");
const POOL = file("etc/php-fpm.d/www.conf");

/** Waits until a question has an answer that is not false, asking again whenever diagnostics change. */
function until(what, ask, limit = 40_000) {
  return new Promise((resolve, reject) => {
    const look = async () => {
      const answer = await ask();
      if (answer === false || answer === undefined) return;
      clearTimeout(timer);
      clearInterval(again);
      changes.dispose();
      resolve(answer);
    };
    const changes = vscode.languages.onDidChangeDiagnostics(look);
    const again = setInterval(look, 100);
    const timer = setTimeout(() => {
      clearInterval(again);
      changes.dispose();
      reject(new Error(`waited ${limit / 1000} s in vain for ${what}`));
    }, limit);
    void look();
  });
}

const rules = (uri) =>
  vscode.languages.getDiagnostics(uri).map((it) => (typeof it.code === "object" ? it.code.value : it.code));

async function write(name, text) {
  await vscode.workspace.fs.writeFile(file(name), Buffer.from(text));
  return vscode.workspace.openTextDocument(file(name));
}

async function replaceAll(document, text) {
  const edit = new vscode.WorkspaceEdit();
  const all = new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
  edit.replace(document.uri, all, text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

const TESTS = {
  "the extension starts the server": async () => {
    const api = await vscode.extensions.getExtension(ID).activate();
    await until("the server", () => api.isRunning());
  },

  "every dialect has its language": async () => {
    const names = {
      "etc/php-fpm.conf": "php-fpm",
      "etc/php-fpm.d/www.conf": "php-fpm",
      "etc/php/8.2/fpm/pool.d/shop.conf": "php-fpm",
      "docker/php/www.conf": "php-fpm",
      "etc/php.ini": "php-ini",
      "etc/php/8.2/fpm/php.ini": "php-ini",
      "etc/php/8.2/fpm/conf.d/20-x.ini": "php-ini",
      "etc/php.d/10-opcache.ini": "php-ini",
      "etc/nginx/nginx.conf": "nginx",
      "etc/nginx/fastcgi_params": "nginx",
      "etc/nginx/sites-available/default": "nginx",
      "etc/nginx/conf.d/www.conf": "nginx",
      "docker/nginx.prod.conf": "nginx",
      "etc/httpd/conf/httpd.conf": "apacheconf",
      "etc/httpd/conf.d/php.conf": "apacheconf",
      "etc/apache2/sites-available/shop": "apacheconf",
      "public/.htaccess": "htaccess",
      "app/application.conf": "properties",
    };
    for (const [name, language] of Object.entries(names)) {
      const known = await vscode.workspace.fs.stat(file(name)).then(() => true, () => false);
      const document = known ? await vscode.workspace.openTextDocument(file(name)) : await write(name, "");
      assert.equal(document.languageId, language, name);
      if (!known) await vscode.workspace.fs.delete(file(name));
    }
  },

  "a finding comes with its rule, its page and the other file": async () => {
    await vscode.window.showTextDocument(SITE);
    await until("the finding", () => rules(SITE).includes("missing-script-filename"));
    const [finding] = vscode.languages.getDiagnostics(SITE).filter((it) => it.source === "fpmlint");
    assert.equal(finding.severity, vscode.DiagnosticSeverity.Error);
    assert.match(String(finding.code.target), /missing-script-filename/);
    assert.ok(finding.relatedInformation.length > 0);
  },

  "the server explains a directive": async () => {
    const document = await vscode.workspace.openTextDocument(SITE);
    const at = document.positionAt(document.getText().indexOf("fastcgi_pass") + 3);
    const hovers = await vscode.commands.executeCommand("vscode.executeHoverProvider", SITE, at);
    const text = hovers.flatMap((hover) => hover.contents.map((content) => content.value)).join("\n");
    assert.match(text, /fastcgi_pass/);
  },

  "a quick fix carries its edit": async () => {
    const [finding] = vscode.languages.getDiagnostics(SITE);
    const actions = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", SITE, finding.range, "quickfix", 10);
    assert.ok(actions.some((action) => action.edit?.get(SITE).length > 0), JSON.stringify(actions));
  },

  "the command applies all safe fixes": async () => {
    const { document } = await vscode.window.showTextDocument(SITE);
    await vscode.commands.executeCommand("fpmlint.fixAll");
    await until("the fix", () => /SCRIPT_FILENAME/.test(document.getText()));
    await until("no finding", () => rules(SITE).length === 0);
    await document.save();
  },

  "an edit in one file changes what is found in the other": async () => {
    const pool = await vscode.workspace.openTextDocument(POOL);
    const before = pool.getText();
    await replaceAll(pool, before.replace("/run/php-fpm/www.sock", "/run/php-fpm/renamed.sock"));
    await until("findings in the site", () => rules(SITE).filter((rule) => rule === "backend-without-pool").length === 2);
    await replaceAll(pool, before);
    await until("no findings in the site", () => rules(SITE).length === 0);
    await pool.save();
  },

  "lenses say who reaches whom": async () => {
    const titles = async (uri) => {
      const lenses = await vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri, 10);
      return lenses.map((lens) => lens.command?.title);
    };
    await until("the site's words", async () => (await titles(SITE)).includes("reaches pool www"));
    await until("the pool's words", async () => (await titles(POOL)).some((title) => /^reached by \d+ sites?: /.test(title)));
  },

  "a URL is traced into a document": async () => {
    await vscode.window.showTextDocument(SITE);
    await vscode.commands.executeCommand("fpmlint.trace", "http://web.example.org/index.php?a=b");
    const { document } = vscode.window.activeTextEditor;
    const text = document.getText();
    assert.equal(document.languageId, "markdown");
    assert.match(text, /^# http:\/\/web\.example\.org\/index\.php\?a=b\n\n\*\*PHP runs\*\*\n/);
    assert.match(text, /\n- script: \/var\/www\/html\/index\.php\n- query: a=b\n- pool: www\n- user: apache\n/);
    assert.match(text, /\n1\. server: this site answers — \[etc\/nginx\/conf\.d\/site\.conf:1\]\([^)]*site\.conf#L1\)\n/);
    assert.match(text, /\n\| client_max_body_size \| 1m \| default \|\n/);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  },

  "a file that another extension has claimed is looked at": async () => {
    const name = "etc/nginx/conf.d/claimed.conf";
    const document = await write(name, "server {\n    listen 81;\n    fastcgi_pas unix:/run/x.sock;\n}\n");
    for (const language of ["properties", "ini", "plaintext"]) {
      await vscode.languages.setTextDocumentLanguage(document, language);
      await vscode.window.showTextDocument(document);
      await until(`a finding while it is ${language}`, () => rules(document.uri).includes("unknown-directive"));
    }
    await replaceAll(document, "# nothing\n");
    await until("no finding", () => rules(document.uri).length === 0);
    await document.save();
  },

  "a file that is none of ours stays alone": async () => {
    const document = await write("app/application.conf", "server {\n  port = 80\n}\nplay.http.secret = x\n");
    await vscode.window.showTextDocument(document);
    // What is asked later is answered later: the site's findings show that this document has been seen.
    const pool = await vscode.workspace.openTextDocument(POOL);
    await replaceAll(pool, pool.getText().replace("/run/php-fpm/www.sock", "/run/php-fpm/other.sock"));
    await until("findings in the site", () => rules(SITE).length === 2);
    assert.deepEqual(rules(document.uri), []);
    await vscode.window.showTextDocument(pool);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await until("no findings in the site", () => rules(SITE).length === 0);
  },

  "an unsaved document is judged by its language": async () => {
    const document = await vscode.workspace.openTextDocument({ language: "php-fpm", content: "[www]\nlisten = 9000\npm = sometimes\n" });
    await vscode.window.showTextDocument(document);
    await until("a finding", () => vscode.languages.getDiagnostics(document.uri).some((it) => it.source === "fpmlint"));
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  },

  "restarting brings the findings back": async () => {
    const api = vscode.extensions.getExtension(ID).exports;
    const pool = await vscode.workspace.openTextDocument(POOL);
    await replaceAll(pool, pool.getText().replace("/run/php-fpm/www.sock", "/run/php-fpm/other.sock"));
    await vscode.window.showTextDocument(SITE);
    await until("findings before", () => rules(SITE).length === 2);
    await vscode.commands.executeCommand("fpmlint.restart");
    await until("the server", () => api.isRunning());
    await until("findings after", () => rules(SITE).length === 2);
    await vscode.window.showTextDocument(pool);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await until("no findings in the site", () => rules(SITE).length === 0);
  },

  "without a server a setting brings it back": async () => {
    const api = vscode.extensions.getExtension(ID).exports;
    const settings = vscode.workspace.getConfiguration("fpmlint");
    await settings.update("server.path", path.join(root.fsPath, "no-such-program"), vscode.ConfigurationTarget.Workspace);
    await until("the end of the server", () => !api.isRunning());
    await settings.update("server.path", undefined, vscode.ConfigurationTarget.Workspace);
    await until("the server", () => api.isRunning());
    await settings.update("enable", false, vscode.ConfigurationTarget.Workspace);
    await until("the end of the server", () => !api.isRunning());
    await settings.update("enable", undefined, vscode.ConfigurationTarget.Workspace);
    await until("the server", () => api.isRunning());
  },
};

/** Called by VS Code; a rejected promise becomes an exit code that is not 0. */
exports.run = async function run() {
  let failed = 0;
  for (const [name, work] of Object.entries(TESTS)) {
    let error;
    try {
      await work();
    } catch (reason) {
      error = reason.stack ?? String(reason);
      failed += 1;
    }
    console.log(`fpmlint-test: ${JSON.stringify({ name, error })}`);
  }
  if (failed > 0) throw new Error(`${failed} tests failed`);
};
