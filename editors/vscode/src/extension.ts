/**
 * The extension's door: what is there while it is active.
 *
 * In: VS Code's calls. Out: the server running whenever it should, four commands, a status item, two output channels.
 * Invariant: a setting that changes which program runs restarts it; every other one is the server's to read.
 */
import * as vscode from "vscode";
import { Session } from "./session";
import { Status } from "./status";
import { Trace } from "./trace";

/** What other extensions and the tests can ask. */
export interface Api {
  /** Whether the server answers. */
  isRunning(): boolean;
}

let session: Session | undefined;

/** Called once, when the first document of ours is opened or a command is used. */
export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const output = vscode.window.createOutputChannel("fpmlint", { log: true });
  const trace = vscode.window.createOutputChannel("fpmlint trace");
  const status = new Status();
  const started = new Session(context, status, output, trace);
  session = started;
  context.subscriptions.push(
    output,
    trace,
    status,
    vscode.commands.registerCommand("fpmlint.restart", () => started.restart()),
    vscode.commands.registerCommand("fpmlint.showOutput", () => output.show()),
    vscode.commands.registerCommand("fpmlint.fixAll", fixAll),
    new Trace(() => started.client),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const ours = ["fpmlint.enable", "fpmlint.server"];
      if (ours.some((section) => change.affectsConfiguration(section))) void started.restart();
    }),
  );
  await started.restart();
  return { isRunning: () => started.client !== undefined };
}

/** Called when VS Code ends or the extension is switched off. */
export async function deactivate(): Promise<void> {
  await session?.stop();
}

async function fixAll(): Promise<void> {
  await vscode.commands.executeCommand("editor.action.codeAction", { kind: "source.fixAll.fpmlint", apply: "first" });
}
