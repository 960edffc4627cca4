/**
 * What each real client says of itself when it connects, kept in clients/NAME.json.
 *
 * In: the parameters of a real `initialize`. Out: a failing test where the kept ones say something else;
 * FPMLINT_UPDATE=1 keeps the new ones. Invariant: nothing in them names a machine or a run.
 */
import assert from "node:assert/strict";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { FPMLINT } from "./stack.mjs";

const TESTS = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** A program that runs the server and records `initialize`. */
export function recorder(folder) {
  const program = path.join(folder, "fpmlint");
  const record = path.join(folder, "initialize.json");
  const words = [process.execPath, path.join(TESTS, "support/recorder.mjs"), record, FPMLINT];
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  writeFileSync(program, `#!/bin/sh\nexec ${quoted} "$@"\n`);
  chmodSync(program, 0o755);
  return {
    program,
    initialize: () => JSON.parse(readFileSync(record, "utf8")),
    forget: () => rmSync(record, { force: true }),
  };
}

/** The parameters that are the same in every run. */
function lasting({ clientInfo, capabilities, initializationOptions }) {
  return { clientInfo, capabilities, initializationOptions };
}

/** The same value for the same meaning: Lua says keys, and values that it kept as keys, in any order. */
function sorted(value, name) {
  if (Array.isArray(value)) return name === "valueSet" ? [...value].sort() : value;
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key], key)]));
}

/** Compares with what is kept. */
export function assertRecorded(name, initialize) {
  const kept = path.join(TESTS, "clients", `${name}.json`);
  const found = `${JSON.stringify(sorted(lasting(initialize)), undefined, 2)}\n`;
  if (process.env.FPMLINT_UPDATE === "1") writeFileSync(kept, found);
  assert.equal(found, readFileSync(kept, "utf8"), `${kept} is not what this client says; FPMLINT_UPDATE=1 writes it anew`);
}
