/**
 * Asks until the answer is neither false, null nor undefined, and returns it. Throws with `what` after `timeoutMs`.
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = 15_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) return answer as NonNullable<Exclude<T, false>>;
    if (performance.now() > deadlineMs) throw new Error(`Waited ${timeoutMs / 1000} s in vain: ${what}.`);
    await Bun.sleep(50);
  }
}
