/**
 * What has to be done when a test ends.
 *
 * In: a test and its duties. Out: they are done, the last one first: what uses a folder ends before the folder does.
 */
const duties = new WeakMap();

/** Adds a duty. */
export function after(t, duty) {
  const known = duties.get(t);
  if (known !== undefined) {
    known.push(duty);
    return;
  }
  const list = [duty];
  duties.set(t, list);
  t.after(async () => {
    for (const duty of list.reverse()) await duty();
  });
}

/** Ends a process that a test has started, and waits until it is gone. */
export function endWith(t, started) {
  const gone = new Promise((resolve) => started.once("exit", resolve));
  after(t, async () => {
    if (started.exitCode !== null || started.signalCode !== null) return;
    started.kill("SIGTERM");
    const hard = setTimeout(() => started.kill("SIGKILL"), 5_000);
    await gone;
    clearTimeout(hard);
  });
}
