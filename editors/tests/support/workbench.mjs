/**
 * What people do in VS Code, and what they see.
 *
 * In: a page with the workbench. Out: keys pressed, or the state of the window. Invariant: every step waits for what it
 * needs to be there, and looks only at what is on the screen.
 */
import path from "node:path";
import { address, remote } from "./vscode.mjs";
import { until } from "./until.mjs";

/** The workbench with `folder` open, and this file in its editor. */
export async function openWorkbench(page, server, folder, file, payload = []) {
  const open = file === undefined ? [] : [["openFile", remote(server, file)]];
  await page.goto(address(server, folder, [...open, ...payload]), { waitUntil: "commit" });
  await page.locator(".monaco-workbench").waitFor();
  return new Workbench(page);
}

/** One window. */
export class Workbench {
  constructor(page) {
    this.page = page;
  }

  /** Answers the question that VS Code asks about a new folder. */
  async trust(yes) {
    const answer = yes ? "Yes, I trust the authors" : "No, I don't trust the authors";
    await this.page.locator(".monaco-dialog-box .monaco-button", { hasText: answer }).click();
    await this.page.locator(".monaco-dialog-box").waitFor({ state: "hidden" });
  }

  /** Runs a command by its name. */
  async runCommand(name) {
    await this.page.keyboard.press("F1");
    await this.page.locator(".quick-input-widget input").fill(`>${name}`);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Error squiggles in all editors that are shown. */
  squiggles() {
    return this.page.locator(".view-overlays .squiggly-error");
  }

  /** Waits until so many lines or pieces of lines are underlined as errors. */
  async expectSquiggles(count) {
    const squiggles = this.squiggles();
    await until(`${count} squiggles`, async () => (await squiggles.count()) === count, {
      seen: () => "; a picture of the window lies in target/editors",
    });
  }

  /** The rows of the Problems panel. */
  problems() {
    return this.page.locator(".markers-panel .monaco-list-row");
  }

  /** Opens the Problems panel. */
  async showProblems() {
    await this.page.keyboard.press("Control+Shift+M");
    await this.page.locator(".markers-panel").waitFor();
  }

  /** Opens a file by its full path, in the editor group that has the focus. */
  async openFile(file) {
    const name = path.basename(file);
    await this.page.keyboard.press("Control+P");
    await this.page.locator(".quick-input-widget input").fill(file);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(".editor-group-container.active .tab.active", { hasText: name }).waitFor();
    await this.page.locator(".editor-group-container.active .monaco-editor.focused").waitFor();
  }

  /** Points at a place as a hand does: a squiggle lies below the text, so that the pointer never meets it. */
  async pointAt(locator) {
    const box = await locator.boundingBox();
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
  }

  /** Puts the cursor at the end of a line. */
  async goToEnd(line) {
    await this.page.keyboard.press("Control+G");
    await this.page.locator(".quick-input-widget input").fill(`:${line}`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await this.page.keyboard.press("End");
  }

  /** A message in the lower right corner. */
  notification(text) {
    return this.page.locator(".notification-list-item", { hasText: text });
  }
}
