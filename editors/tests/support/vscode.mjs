/**
 * A real VS Code: its server with the extension installed, and a browser that shows it.
 *
 * In: a packaged extension, a folder to open. Out: a page to click and type in. Invariant: everything listens on the
 * loopback address alone, asks no other machine, and ends with the test.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, endWith } from "./after.mjs";
import { LIMIT, until } from "./until.mjs";

const require = createRequire(path.join(process.env.FPMLINT_EDITORS_MODULES ?? import.meta.dirname, "package.json"));
const { chromium } = require("playwright-core");
const MAIN = path.join(path.dirname(require.resolve("code-server/package.json")), "lib/vscode/out/server-main.js");

// No marketplace: a look-up would only wait for a network that need not be there.
const NOWHERE = "http://127.0.0.1:9/";
const ENVIRONMENT = {
  ...process.env,
  EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: NOWHERE, itemUrl: NOWHERE, resourceUrlTemplate: NOWHERE }),
};

const SETTINGS = {
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "extensions.ignoreRecommendations": true,
  "editor.minimap.enabled": false,
  // In a browser VS Code saves by itself.
  "files.autoSave": "off",
  "editor.hover.delay": 100,
};

/**
 * Starts VS Code's server with the extension, if one is given, installed from its package. `programs` is a folder that
 * is put before PATH.
 */
export async function startServer(t, folder, { vsix, programs } = {}) {
  const environment = { ...ENVIRONMENT };
  if (programs !== undefined) environment.PATH = `${programs}${path.delimiter}${environment.PATH}`;
  const data = path.join(folder, "server");
  const extensions = path.join(folder, "extensions");
  mkdirSync(path.join(data, "data/Machine"), { recursive: true });
  mkdirSync(extensions);
  writeFileSync(path.join(data, "data/Machine/settings.json"), JSON.stringify(SETTINGS));
  const folders = ["--server-data-dir", data, "--extensions-dir", extensions, "--accept-server-license-terms"];
  if (vsix !== undefined) {
    const installed = spawnSync(process.execPath, [MAIN, ...folders, "--install-extension", vsix], {
      env: ENVIRONMENT,
      encoding: "utf8",
    });
    if (installed.status !== 0) throw new Error(`the extension cannot be installed: ${installed.stderr}`);
  }
  const listen = ["--host", "127.0.0.1", "--port", "0", "--without-connection-token", "--telemetry-level", "off", "--force-disable-user-env"];
  const server = spawn(process.execPath, [MAIN, ...folders, ...listen], { env: environment });
  endWith(t, server);
  let output = "";
  for (const stream of [server.stdout, server.stderr]) stream.on("data", (bytes) => (output += bytes));
  const port = await until("VS Code's server", () => /agent listening on (\d+)/.exec(output)?.[1], {
    seen: () => `:\n${output}`,
  });
  return { authority: `127.0.0.1:${port}` };
}

/** A browser with one empty page. */
export async function startBrowser(t, folder) {
  const context = await chromium.launchPersistentContext(path.join(folder, "browser"), {
    executablePath: process.env.FPMLINT_CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    viewport: { width: 1280, height: 860 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  after(t, () => context.close());
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(LIMIT);
  return page;
}

/** The address that opens a folder, with a payload for the workbench. */
export function address({ authority }, folder, payload) {
  return `http://${authority}/?folder=${folder}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

/** A file or folder as the workbench names it. */
export function remote({ authority }, file) {
  return `vscode-remote://${authority}${file}`;
}
