/**
 * Where the server's program is.
 *
 * In: the setting, the extension's own folder, `PATH`. Out: one path, or what was looked for in vain.
 * Invariant: nothing is started here, and no relative path is ever taken from `PATH`.
 */
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

/** Where the program comes from. */
export type Origin = "setting" | "bundled" | "PATH";

/** What a search gives. */
export type Found = { kind: "found"; program: string; origin: Origin } | { kind: "missing"; why: string };

/** What a search looks at. */
export interface Places {
  /** The value of `fpmlint.server.path`. */
  setting: string;
  /** The folder that `${workspaceFolder}` and relative paths stand for. */
  workspaceFolder: string | undefined;
  /** The folder of this extension. */
  extensionFolder: string;
  /** The value of the environment's `PATH`. */
  searchPath: string;
}

const NAME = process.platform === "win32" ? "fpmlint.exe" : "fpmlint";

/** Looks for the program: the setting alone where it says something, else the bundled one, else `PATH`. */
export function findServer(places: Places): Found {
  const setting = places.setting.trim();
  if (setting !== "") {
    const program = expand(setting, places.workspaceFolder);
    if (isProgram(program)) return { kind: "found", program, origin: "setting" };
    return { kind: "missing", why: `the setting fpmlint.server.path names ${program}, which is not a program` };
  }
  const bundled = path.join(places.extensionFolder, "bin", NAME);
  if (isProgram(bundled)) return { kind: "found", program: bundled, origin: "bundled" };
  for (const folder of places.searchPath.split(path.delimiter)) {
    const program = path.join(folder, NAME);
    if (path.isAbsolute(folder) && isProgram(program)) return { kind: "found", program, origin: "PATH" };
  }
  return { kind: "missing", why: "this extension came without the fpmlint program, and there is none on PATH" };
}

function expand(setting: string, workspaceFolder: string | undefined): string {
  let expanded = setting.replaceAll("${workspaceFolder}", workspaceFolder ?? "");
  if (/^~[/\\]/.test(expanded)) expanded = path.join(homedir(), expanded.slice(2));
  return path.isAbsolute(expanded) ? expanded : path.resolve(workspaceFolder ?? homedir(), expanded);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
