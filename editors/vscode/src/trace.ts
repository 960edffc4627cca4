/**
 * Traces a URL: asks the server what the stack answers, and shows it as a document.
 *
 * In: a URL, from the user or from a key binding. Out: a read-only Markdown document with links to the lines that decide.
 * Invariant: the document says what the server said, and nothing is sent anywhere but to the server.
 */
import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";

/** What the server answers; `schemas/fpmlint-trace.schema.json` describes it. */
interface Traced {
  url: string;
  outcome: Record<"kind", string> & { status: number | null } & Record<
      "script" | "path_info" | "query" | "pool" | "user" | "reason",
      string | null
    >;
  steps: { file: string | null; line: number | null; message: string }[];
  limits: Record<string, Limit | null> | null;
  unknowns: { fact: string; needed_by: string[]; how: string }[];
}

interface Limit {
  value: string | null;
  from: string;
  file: string | null;
  line: number | null;
}

const SCHEME = "fpmlint-trace";

/** The command, and the documents that it shows. */
export class Trace implements vscode.Disposable {
  readonly #client: () => LanguageClient | undefined;
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #disposables: vscode.Disposable[];
  #last = "http://localhost/";

  constructor(client: () => LanguageClient | undefined) {
    this.#client = client;
    this.#disposables = [
      this.#changed,
      vscode.commands.registerCommand("fpmlint.trace", (url?: string) => this.#ask(url)),
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: (uri) => this.#texts.get(uri.toString()) ?? "",
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.#texts.delete(document.uri.toString())),
    ];
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #ask(given: string | undefined): Promise<void> {
    const client = this.#client();
    if (client === undefined) {
      void vscode.window.showErrorMessage("fpmlint: the server does not run");
      return;
    }
    const url = given ?? (await this.#askForUrl());
    if (url === undefined || url === "") return;
    this.#last = url;
    const folder = await chosenFolder();
    const rest = folder === undefined ? [] : [{ folder: client.code2ProtocolConverter.asUri(folder.uri) }];
    try {
      const traced: Traced = await client.sendRequest("workspace/executeCommand", {
        command: "fpmlint.traceUrl",
        arguments: [url, ...rest],
      });
      await this.#show(traced, folder?.uri);
    } catch (error) {
      void vscode.window.showErrorMessage(`fpmlint: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #askForUrl(): Thenable<string | undefined> {
    return vscode.window.showInputBox({
      title: "Trace a URL",
      prompt: "What does the stack answer? Nothing is sent there.",
      value: this.#last,
      ignoreFocusOut: true,
    });
  }

  async #show(traced: Traced, folder: vscode.Uri | undefined): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${traced.url.replaceAll(/[^\w.-]+/g, "_")}.md` });
    this.#texts.set(uri.toString(), markdown(traced, folder));
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }
}

/** The folder of the active editor, the only one, or the one that the user chooses. */
async function chosenFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const own = active === undefined ? undefined : vscode.workspace.getWorkspaceFolder(active);
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (own !== undefined || folders.length < 2) return own ?? folders[0];
  return vscode.window.showWorkspaceFolderPick({ placeHolder: "The folder whose stack is asked" });
}

/** The answer as Markdown: outcome, steps, limits, and what is not known. */
function markdown(traced: Traced, folder: vscode.Uri | undefined): string {
  const place = (at: { file: string | null; line: number | null }) =>
    at.file === null ? "" : link(at.file, at.line ?? 1, folder);
  const lines = [`# ${escaped(traced.url)}`, "", outcome(traced.outcome), "", "## Steps", ""];
  traced.steps.forEach((step, index) => {
    const at = place(step);
    lines.push(`${index + 1}. ${escaped(step.message)}${at === "" ? "" : ` — ${at}`}`);
  });
  const limits = Object.entries(traced.limits ?? {});
  if (limits.length > 0) lines.push("", "## Limits", "", "| limit | value | from |", "|---|---|---|");
  for (const [name, limit] of limits) {
    if (limit === null) continue;
    const from = limit.file === null ? limit.from : `${limit.from}: ${place(limit)}`;
    lines.push(`| ${name} | ${escaped(limit.value ?? "not known")} | ${from} |`);
  }
  if (traced.unknowns.length > 0) lines.push("", "## Not known here", "");
  for (const { fact, needed_by, how } of traced.unknowns) {
    lines.push(`- ${escaped(fact)} (${needed_by.join(", ")}): ${escaped(how)}`);
  }
  return `${lines.join("\n")}\n`;
}

function outcome({ kind, status, script, path_info, query, pool, user, reason }: Traced["outcome"]): string {
  const first = [status === null ? undefined : String(status), kind === "php" && reason === null ? "PHP runs" : kind];
  const facts = { script, PATH_INFO: path_info, query, pool, user };
  const said = Object.entries(facts).flatMap(([name, value]) =>
    value === null || value === "" ? [] : [`- ${name}: ${escaped(value)}`],
  );
  const head = `**${first.filter((word) => word !== undefined).join(" ")}**${reason === null ? "" : `: ${escaped(reason)}`}`;
  return said.length === 0 ? head : `${head}\n\n${said.join("\n")}`;
}

/** A link that opens the file at its line. */
function link(file: string, line: number, folder: vscode.Uri | undefined): string {
  const isAbsolute = /^(\/|[a-zA-Z]:)/.test(file);
  if (!isAbsolute && folder === undefined) return `\`${file}:${line}\``;
  const uri = isAbsolute || folder === undefined ? vscode.Uri.file(file) : vscode.Uri.joinPath(folder, file);
  return `[${escaped(file)}:${line}](${uri.with({ fragment: `L${line}` }).toString()})`;
}

/** Text that Markdown shows as it is, also in a table. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_<>[\]#|]/g, (letter) => `\\${letter}`).replaceAll(/\s+/g, " ");
}
