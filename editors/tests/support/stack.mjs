/**
 * A stack of files to edit: a copy of examples/sound, in which nothing is wrong.
 *
 * In: nothing. Out: a folder of its own for one test, and the names of the files that the tests edit.
 */
import { chmodSync, cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { after } from "./after.mjs";

/** The top folder of the repository. */
export const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");

/** The program that is tested. */
export const FPMLINT = process.env.FPMLINT ?? path.join(REPOSITORY, "target/debug/fpmlint");

/** The packaged extension. */
export const PACKAGE = process.env.FPMLINT_VSIX ?? path.join(REPOSITORY, "target/editors/fpmlint.vsix");

/** The pool. */
export const POOL = "etc/php-fpm.d/www.conf";
/** The site that sends requests to it. */
export const SITE = "etc/nginx/conf.d/site.conf";

/** A new folder that ends with the test. */
export function folder(t, name) {
  const made = realpathSync(mkdtempSync(path.join(tmpdir(), `fpmlint-${name}-`)));
  // A browser or an editor may still be writing when it has been told to end.
  after(t, () => rmSync(made, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return made;
}

/** A new copy of the sound stack that ends with the test. */
export function makeStack(t) {
  const root = folder(t, "stack");
  // It stands for the root of a machine, which every user may enter.
  chmodSync(root, 0o755);
  cpSync(path.join(REPOSITORY, "examples/sound"), root, { recursive: true });
  writeFileSync(path.join(root, "fpmlint.toml"), "");
  const file = (name) => path.join(root, name);
  return {
    root,
    file,
    uri: (name) => pathToFileURL(file(name)).href,
    read: (name) => readFileSync(file(name), "utf8"),
    write: (name, text) => writeFileSync(file(name), text),
    /** The site's PHP location takes the parameters that lack SCRIPT_FILENAME: an error with a safe fix. */
    forgetScriptFilename() {
      const text = readFileSync(file(SITE), "utf8");
      writeFileSync(file(SITE), text.replace(/(\.php\$ \{[^}]*)fastcgi\.conf/, "$1fastcgi_params"));
    },
  };
}
