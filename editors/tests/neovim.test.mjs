/**
 * The real Neovim with editors/neovim on its runtime path.
 *
 * In: nvim, the server (FPMLINT). Out: diagnostics, hover, a code action, the trace of a URL and the update across files work.
 */
import path from "node:path";
import test from "node:test";
import { assertRecorded, recorder } from "./support/record.mjs";
import { session } from "./support/session.mjs";
import { REPOSITORY, folder, makeStack } from "./support/stack.mjs";

test("Neovim", async (t) => {
  const stack = makeStack(t);
  stack.forgetScriptFilename();
  const work = folder(t, "neovim");
  const client = recorder(work);
  const args = [
    ...["--headless", "--clean", "-n"],
    ...["--cmd", `set runtimepath^=${path.join(REPOSITORY, "editors/neovim")}`],
    ...["-c", `luafile ${path.join(import.meta.dirname, "neovim/session.lua")}`],
  ];
  const env = { FPMLINT_PROGRAM: client.program, XDG_STATE_HOME: work, XDG_CACHE_HOME: work, XDG_CONFIG_HOME: work };
  await session(t, "nvim", args, { cwd: stack.root, env, steps: 7 });
  await t.test("this is what Neovim says of itself", () => assertRecorded("neovim", client.initialize()));
});
