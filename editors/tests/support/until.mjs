/**
 * Waiting for something to become true.
 *
 * In: a question. Out: its first answer that is not false. Invariant: nothing waits without a limit, and the error says
 * what was waited for and what was seen last.
 */

/** How long anything may take: generous, for machines that do other things as well. */
export const LIMIT = 60_000;

/** Asks until the answer is neither undefined nor false, and gives it. */
export async function until(what, ask, { limit = LIMIT, seen = () => "" } = {}) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${limit / 1000} s in vain for ${what}${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
