/**
 * One language server and its client, from start to stop.
 *
 * In: the settings. Out: a running client, or a status and a message that say why there is none.
 * Invariant: starts and stops come one after the other, however fast they are asked for.
 */
import * as vscode from "vscode";
import { LanguageClient, State, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import { SELECTOR } from "./selector";
import { findServer } from "./server";
import type { Status } from "./status";

const INSTALL = "https://github.com/fpmlint/fpmlint#readme";

/** The settings that the server is told of; the rest are the editor's own business. */
const SERVER_SETTINGS = ["profile", "target", "config", "minConfidence", "unsafeFixes"];

/** Keeps at most one server running. */
export class Session {
  readonly #context: vscode.ExtensionContext;
  readonly #status: Status;
  readonly #output: vscode.LogOutputChannel;
  readonly #trace: vscode.OutputChannel;
  #client: LanguageClient | undefined;
  #pending: Promise<void> = Promise.resolve();

  constructor(
    context: vscode.ExtensionContext,
    status: Status,
    output: vscode.LogOutputChannel,
    trace: vscode.OutputChannel,
  ) {
    this.#context = context;
    this.#status = status;
    this.#output = output;
    this.#trace = trace;
  }

  /** The client, if it runs. */
  get client(): LanguageClient | undefined {
    return this.#client?.state === State.Running ? this.#client : undefined;
  }

  /** Stops what runs and starts anew with the settings as they are now. */
  restart(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  /** Stops what runs. */
  stop(): Promise<void> {
    return this.#enqueue(() => this.#stop());
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#pending = this.#pending.then(work).catch((error: unknown) => this.#output.error(String(error)));
    return this.#pending;
  }

  async #start(): Promise<void> {
    const settings = vscode.workspace.getConfiguration("fpmlint");
    if (!settings.get<boolean>("enable", true)) {
      this.#status.show({ kind: "off" });
      return;
    }
    const found = findServer({
      setting: settings.get<string>("server.path", ""),
      workspaceFolder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
      extensionFolder: this.#context.extensionUri.fsPath,
      searchPath: process.env["PATH"] ?? "",
    });
    if (found.kind === "missing") {
      this.#output.error(found.why);
      this.#status.show(found);
      void askForServer(found.why);
      return;
    }
    this.#output.info(`starting ${found.program} (${found.origin})`);
    this.#status.show({ kind: "starting" });
    const client = new LanguageClient("fpmlint", "fpmlint", serverOptions(found.program), this.#clientOptions(settings));
    this.#client = client;
    client.onDidChangeState(({ newState }) => {
      if (this.#client !== client) return;
      if (newState === State.Starting) this.#status.show({ kind: "starting" });
      if (newState === State.Stopped) this.#status.show({ kind: "stopped" });
      if (newState === State.Running) {
        const version = client.initializeResult?.serverInfo?.version;
        this.#output.info(`running${version === undefined ? "" : `, version ${version}`}`);
        this.#status.show({ kind: "running", version, program: found.program });
      }
    });
    try {
      await client.start();
    } catch (error) {
      // The client has told the user; what is left is to say it where they look later.
      this.#output.error(`${found.program} does not start: ${String(error)}`);
      this.#status.show({ kind: "stopped" });
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    try {
      await client.dispose();
    } catch (error) {
      this.#output.warn(`the server did not stop as asked: ${String(error)}`);
    }
  }

  #clientOptions(settings: vscode.WorkspaceConfiguration): LanguageClientOptions {
    return {
      documentSelector: SELECTOR,
      diagnosticCollectionName: "fpmlint",
      outputChannel: this.#output,
      traceOutputChannel: this.#trace,
      initializationOptions: Object.fromEntries(SERVER_SETTINGS.map((name) => [name, settings.get(name)])),
      synchronize: { configurationSection: SERVER_SETTINGS.map((name) => `fpmlint.${name}`) },
    };
  }
}

function serverOptions(command: string): ServerOptions {
  return { command, args: ["server"] };
}

async function askForServer(why: string): Promise<void> {
  const install = "How to Install";
  const setPath = "Set Path";
  const message =
    `fpmlint finds nothing yet: ${why}. Install the program so that it is on PATH, or name it in the settings, ` +
    "then run “fpmlint: Restart Server”.";
  const answer = await vscode.window.showErrorMessage(message, install, setPath);
  if (answer === install) await vscode.env.openExternal(vscode.Uri.parse(INSTALL));
  if (answer === setPath) await vscode.commands.executeCommand("workbench.action.openSettings", "fpmlint.server.path");
}
