/**
 * The entry in the language status menu: whether the server runs, which one, and what to do when it does not.
 *
 * In: what the session tells. Out: one status item. Invariant: it is there wherever the server is asked about a document.
 */
import * as vscode from "vscode";
import { SELECTOR } from "./selector";

/** How the server fares. */
export type Health =
  | { kind: "off" }
  | { kind: "starting" }
  | { kind: "running"; version: string | undefined; program: string }
  | { kind: "stopped" }
  | { kind: "missing"; why: string };

/** The status item, and how it is changed. */
export class Status implements vscode.Disposable {
  readonly #item = vscode.languages.createLanguageStatusItem("fpmlint.status", SELECTOR);

  constructor() {
    this.#item.name = "fpmlint";
    this.show({ kind: "off" });
  }

  /** Shows this. */
  show(health: Health): void {
    const item = this.#item;
    item.busy = health.kind === "starting";
    item.severity = vscode.LanguageStatusSeverity.Information;
    item.command = { command: "fpmlint.showOutput", title: "Show Output" };
    switch (health.kind) {
      case "off":
        item.text = "fpmlint: off";
        item.detail = "fpmlint.enable is false";
        break;
      case "starting":
        item.text = "fpmlint";
        item.detail = "starting";
        break;
      case "running":
        item.text = health.version === undefined ? "fpmlint" : `fpmlint ${health.version}`;
        item.detail = health.program;
        break;
      case "stopped":
        item.text = "fpmlint: stopped";
        item.detail = "the server has ended";
        item.severity = vscode.LanguageStatusSeverity.Error;
        item.command = { command: "fpmlint.restart", title: "Restart Server" };
        break;
      case "missing":
        item.text = "fpmlint: no server";
        item.detail = health.why;
        item.severity = vscode.LanguageStatusSeverity.Error;
        item.command = {
          command: "workbench.action.openSettings",
          title: "Set Path",
          arguments: ["fpmlint.server.path"],
        };
        break;
    }
  }

  dispose(): void {
    this.#item.dispose();
  }
}
