import type { Subprocess } from "bun";

export interface Service {
  name: string;
  command: string[];
  /** All that the service sees of the environment. */
  environment: Record<string, string>;
  /** Answers 200 once the service can do its job. */
  healthUrl: string;
}

export interface Supervised {
  /** Resolves at the first 200 of `healthUrl`; rejects when the service ended too often before. */
  ready: Promise<void>;
  /** SIGTERM, then SIGKILL to the whole process group after the grace time. Resolves when it has ended. */
  stop(): Promise<void>;
}

export interface Timing {
  /** Wait before the first restart, ms. Doubles at each further one. */
  firstDelayMs: number;
  longestDelayMs: number;
  /** A service that ran this long, ms, is started again after the first delay. */
  settledAfterMs: number;
  /** Time for a graceful end, ms. */
  graceMs: number;
}

const defaultTiming: Timing = {
  firstDelayMs: 200,
  longestDelayMs: 10_000,
  settledAfterMs: 30_000,
  graceMs: 12_000,
};

/** Ends before the service was ever healthy, after which its start counts as failed: it will not get better by itself. */
const maxEarlyEnds = 4;
const healthPollMs = 50;
const healthTimeoutMs = 2_000;

type Child = Subprocess<"pipe", "inherit", "inherit">;

/** Runs a service, starts it again with backoff whenever it ends, and stops it when asked. */
export function supervise(service: Service, log: (line: string) => void, timing: Timing = defaultTiming): Supervised {
  const stopping = new AbortController();
  const first = Promise.withResolvers<void>();
  // Held for as long as the service runs: it ends when its standard input closes, which a collected pipe would do.
  let child: Child | undefined;
  let wasHealthy = false;

  const run = async (): Promise<void> => {
    let delayMs = timing.firstDelayMs;
    for (let earlyEnds = 0; !stopping.signal.aborted;) {
      const startedAtMs = performance.now();
      child = spawn(service);
      await child.exited;
      killGroup(child);
      if (stopping.signal.aborted) return;
      if (!wasHealthy && ++earlyEnds >= maxEarlyEnds) {
        first.reject(
          new Error(`${service.name} ended ${earlyEnds} times before it was ready; its own lines above say why.`),
        );
        return;
      }
      if (performance.now() - startedAtMs >= timing.settledAfterMs) delayMs = timing.firstDelayMs;
      log(
        `${service.name} ended (${howItEnded(child)}). It is started again in ${delayMs / 1000} s; the others go on.`,
      );
      await pause(delayMs, stopping.signal);
      delayMs = Math.min(delayMs * 2, timing.longestDelayMs);
    }
  };

  const waitUntilHealthy = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (await isHealthy(service.healthUrl)) {
        wasHealthy = true;
        first.resolve();
        return;
      }
      await pause(healthPollMs, stopping.signal);
    }
  };

  const ended = run();
  void waitUntilHealthy();
  return {
    ready: first.promise,
    stop: async () => {
      stopping.abort();
      child?.kill("SIGTERM");
      const timer = setTimeout(() => {
        log(`${service.name} did not end within ${timing.graceMs / 1000} s and is killed.`);
        if (child !== undefined) killGroup(child);
      }, timing.graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function spawn(service: Service): Child {
  return Bun.spawn(service.command, {
    env: service.environment,
    stdin: "pipe",
    stdout: "inherit",
    stderr: "inherit",
    // A group of its own: Ctrl-C in a terminal reaches start.ts alone, which then stops the services in order.
    detached: true,
  });
}

/** Also ends what a service had started itself and left behind. */
function killGroup(child: Child): void {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // ESRCH: nothing of the group is left, which is the usual case.
  }
}

const howItEnded = (child: Child): string =>
  child.signalCode === null ? `exit code ${child.exitCode}` : String(child.signalCode);

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(healthTimeoutMs), redirect: "manual" });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Resolves after `ms` or at once when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(finish, ms);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    }
    signal.addEventListener("abort", finish);
  });
}
