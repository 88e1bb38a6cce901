/** A phone that falls asleep would leave the call: the screen stays on for as long as the page is looked at. */
export function keepAwake(signal: AbortSignal): void {
  if (!("wakeLock" in navigator)) return;
  let lock: WakeLockSentinel | null = null;
  const ask = async (): Promise<void> => {
    if (document.hidden || signal.aborted) return;
    // A battery that runs low may be a reason to say no.
    lock = await navigator.wakeLock.request("screen").catch(() => null);
    if (signal.aborted) await lock?.release();
  };
  // The system takes it back when the page is hidden.
  document.addEventListener("visibilitychange", () => void ask(), { signal });
  signal.addEventListener("abort", () => void lock?.release());
  void ask();
}
