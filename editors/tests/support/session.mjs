/**
 * An editor that runs a script of its own and says what came of it.
 *
 * In: a command. Out: a subtest for each line `ok NAME` or `not ok NAME: why`. Invariant: an editor that ends early, or
 * not with 0, fails.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { LIMIT } from "./until.mjs";

/** Runs it. `steps` is how many lines there must be. */
export async function session(t, program, args, { cwd, env, steps }) {
  const editor = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const timer = setTimeout(() => editor.kill("SIGKILL"), 3 * LIMIT);
  let output = "";
  for (const stream of [editor.stdout, editor.stderr]) stream.on("data", (bytes) => (output += bytes));
  const code = await new Promise((resolve, reject) => editor.on("error", reject).on("close", resolve));
  clearTimeout(timer);
  const lines = [...output.matchAll(/^(ok|not ok) ([^\n:\r]+)(?:: (.*))?\r?$/gm)];
  for (const [, word, name, why] of lines) {
    await t.test(name, () => assert.equal(word, "ok", why));
  }
  assert.equal(lines.length, steps, `not every step was reached:\n${output}`);
  assert.equal(code, 0, output);
}
