/**
 * The real Emacs with Eglot and editors/emacs.
 *
 * In: emacs, eglot, the server (FPMLINT). Out: diagnostics, hover, a code action and the update across files work.
 */
import path from "node:path";
import test from "node:test";
import { assertRecorded, recorder } from "./support/record.mjs";
import { session } from "./support/session.mjs";
import { REPOSITORY, folder, makeStack } from "./support/stack.mjs";

test("Emacs", async (t) => {
  const stack = makeStack(t);
  stack.forgetScriptFilename();
  const work = folder(t, "emacs");
  const client = recorder(work);
  const args = [
    ...["--batch", "--quick"],
    ...["--directory", path.join(REPOSITORY, "editors/emacs")],
    ...["--load", path.join(import.meta.dirname, "emacs/session.el")],
  ];
  await session(t, "emacs", args, { cwd: stack.root, env: { FPMLINT_PROGRAM: client.program, HOME: work }, steps: 6 });
  await t.test("this is what Emacs says of itself", () => assertRecorded("emacs", client.initialize()));
});
