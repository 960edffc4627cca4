/**
 * Steps on one page: each goes on from where the last one ended, so that the first that fails ends them.
 *
 * In: a test, a page. Out: one subtest for each step, and a picture of the window where one fails.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { REPOSITORY } from "./stack.mjs";

/** Where pictures go. */
export const PICTURES = path.join(REPOSITORY, "target/editors/pictures");

/** Keeps a picture of the window. */
export async function picture(page, name) {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(PICTURES, `${name.replaceAll(/\W+/g, "-")}.png`) });
}

/** What runs a step. */
export function steps(t, page) {
  let failed = false;
  return (name, work) =>
    t.test(name, async (t) => {
      if (failed) return t.skip("an earlier step failed");
      try {
        await work();
      } catch (error) {
        failed = true;
        await picture(page, name);
        throw error;
      }
    });
}
