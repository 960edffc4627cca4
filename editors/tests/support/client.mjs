/**
 * A client that behaves as a recorded one says it would.
 *
 * In: the parameters that a real client sent. Out: the server's answers, and the diagnostics of each document however the
 * two agreed on them. Invariant: the server's requests are answered by what the client has announced, and nothing else.
 */
import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";
import { endWith } from "./after.mjs";
import { until } from "./until.mjs";

/** Starts the server in `root` and shakes hands. */
export async function connect(t, program, root, recorded) {
  const server = spawn(program, ["server"], { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const client = new Client(server, recorded);
  endWith(t, server);
  const uri = pathToFileURL(root).href;
  client.initialized = await client.request("initialize", {
    ...recorded,
    processId: process.pid,
    rootUri: uri,
    rootPath: root,
    workspaceFolders: recorded.capabilities.workspace?.workspaceFolders ? [{ uri, name: "stack" }] : undefined,
  });
  client.notify("initialized", {});
  return client;
}

class Client {
  #server;
  #input = Buffer.alloc(0);
  #waiting = new Map();
  #nextId = 1;
  #documents = new Map();
  #pushed = new Map();
  #pulled = new Map();

  constructor(server, recorded) {
    this.recorded = recorded;
    this.#server = server;
    server.stdout.on("data", (bytes) => this.#read(bytes));
    this.exit = new Promise((resolve) => server.on("exit", (code) => resolve(code)));
    /** Things that the server did and had not been offered. */
    this.surprises = [];
    /** The documents for which diagnostics were pushed. */
    this.pushed = this.#pushed;
  }

  /** Whether this client asks for diagnostics and the server offers them. */
  get pulls() {
    return Boolean(this.recorded.capabilities.textDocument?.diagnostic && this.initialized.capabilities.diagnosticProvider);
  }

  /** The encoding that columns are in. */
  get encoding() {
    return this.initialized.capabilities.positionEncoding ?? "utf-16";
  }

  request(method, params) {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  notify(method, params) {
    this.#send({ method, params });
  }

  open(uri, languageId, text) {
    this.#documents.set(uri, { version: 1, text });
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } });
  }

  /** Replaces the whole text of an open document. */
  change(uri, text) {
    const document = this.#documents.get(uri);
    document.version += 1;
    document.text = text;
    this.notify("textDocument/didChange", {
      textDocument: { uri, version: document.version },
      contentChanges: [{ text }],
    });
  }

  text(uri) {
    return this.#documents.get(uri).text;
  }

  /** Waits until the document's diagnostics are what is wanted, and gives them. */
  async diagnostics(uri, what, wanted) {
    let last = [];
    return until(
      what,
      async () => {
        last = this.pulls ? await this.#pull(uri) : (this.#pushed.get(uri) ?? []);
        return wanted(last) ? last : undefined;
      },
      { seen: () => `; last seen: ${JSON.stringify(last)}` },
    );
  }

  async #pull(uri) {
    const known = this.#pulled.get(uri);
    const report = await this.request("textDocument/diagnostic", {
      textDocument: { uri },
      previousResultId: known?.resultId,
    });
    if (report.kind === "unchanged") return known.items;
    this.#pulled.set(uri, report);
    return report.items;
  }

  async shutdown() {
    await this.request("shutdown");
    this.notify("exit");
    return this.exit;
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    this.#server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#server.stdin.write(body);
  }

  #read(bytes) {
    this.#input = Buffer.concat([this.#input, bytes]);
    for (;;) {
      const start = this.#input.indexOf("\r\n\r\n") + 4;
      if (start < 4) return;
      const length = Number(/content-length: *(\d+)/i.exec(this.#input.subarray(0, start).toString())[1]);
      if (this.#input.length < start + length) return;
      const message = JSON.parse(this.#input.subarray(start, start + length).toString());
      this.#input = this.#input.subarray(start + length);
      this.#receive(message);
    }
  }

  #receive({ id, method, params, result, error }) {
    if (method === undefined) {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) resolve(result);
      else reject(new Error(`${error.code}: ${error.message}`));
    } else if (id !== undefined) {
      this.#send({ id, result: this.#answer(method, params) });
    } else if (method === "textDocument/publishDiagnostics") {
      this.#pushed.set(params.uri, params.diagnostics);
    }
  }

  #answer(method, params) {
    const { workspace = {}, window = {} } = this.recorded.capabilities;
    const offered = {
      "workspace/configuration": () => workspace.configuration,
      "workspace/workspaceFolders": () => workspace.workspaceFolders,
      "workspace/diagnostic/refresh": () => workspace.diagnostics?.refreshSupport,
      "workspace/semanticTokens/refresh": () => workspace.semanticTokens?.refreshSupport,
      "workspace/inlayHint/refresh": () => workspace.inlayHint?.refreshSupport,
      "workspace/applyEdit": () => workspace.applyEdit,
      "client/registerCapability": () => params.registrations.every((it) => this.#isDynamic(it.method)),
      "client/unregisterCapability": () => true,
      "window/workDoneProgress/create": () => window.workDoneProgress,
      "window/showMessageRequest": () => true,
    }[method];
    if (!offered?.()) this.surprises.push(method);
    return method === "workspace/configuration" ? params.items.map(() => null) : null;
  }

  #isDynamic(method) {
    const { workspace = {}, textDocument = {} } = this.recorded.capabilities;
    const [area, name] = method.split("/");
    if (name === "didChangeWorkspaceFolders") return workspace.workspaceFolders;
    if (area === "workspace") return workspace[name]?.dynamicRegistration;
    return textDocument[/^(did|will)/.test(name) ? "synchronization" : name]?.dynamicRegistration;
  }
}
