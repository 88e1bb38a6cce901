import { afterAll, afterEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Supervised, supervise, type Timing } from "./supervisor.ts";

/** Restarts quickly, so that a test need not wait; `graceMs` is long enough for a loaded machine. */
const quick: Timing = { firstDelayMs: 10, longestDelayMs: 40, settledAfterMs: 60_000, graceMs: 5_000 };

const folder = mkdtempSync(join(tmpdir(), "panggung-supervisor-"));
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where the fake service's health is asked for. */
function serveHealth(healthy = true): string {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(null, { status: healthy ? 200 : 503 }),
  });
  cleanUps.push(() => server.stop(true));
  return `http://127.0.0.1:${server.port}/healthz`;
}

/** Runs a script under supervision. It gets `noteFile`: lines that it appends there are what the test sees of it. */
function run(
  script: string,
  options: { healthy?: boolean; timing?: Timing; environment?: Record<string, string> } = {},
) {
  const noteFile = join(folder, crypto.randomUUID());
  const log: string[] = [];
  const command = [
    process.execPath,
    "--no-env-file",
    "-e",
    `const note = (line) => require("fs").appendFileSync(${JSON.stringify(noteFile)}, line + "\\n"); ${script}`,
  ];
  const supervised: Supervised = supervise(
    { name: "fake", command, environment: options.environment ?? {}, healthUrl: serveHealth(options.healthy) },
    (line) => log.push(line),
    options.timing ?? quick,
  );
  cleanUps.push(() => supervised.stop());
  const notes = (): string[] => {
    try {
      return readFileSync(noteFile, "utf8").trim().split("\n");
    } catch {
      return [];
    }
  };
  return { supervised, log, notes };
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadlineMs = performance.now() + 10_000; !condition(); await Bun.sleep(5)) {
    if (performance.now() > deadlineMs) throw new Error("The condition was not met within 10 s.");
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const stayAndSayPid = "note(process.pid); setInterval(() => {}, 1000);";

test("a service that dies is started again, after ever longer waits, and says how it ended", async () => {
  const { supervised, log, notes } = run(stayAndSayPid);
  await supervised.ready;
  for (const ends of [1, 2, 3, 4]) {
    await until(() => notes().length === ends);
    process.kill(Number(notes().at(-1)), "SIGKILL");
  }
  await until(() => notes().length === 5);
  expect(log).toEqual(
    [0.01, 0.02, 0.04, 0.04].map(
      (seconds) => `fake ended (SIGKILL). It is started again in ${seconds} s; the others go on.`,
    ),
  );
});

test("a service that ran long enough is started again after the first wait", async () => {
  const { supervised, log, notes } = run(stayAndSayPid, { timing: { ...quick, settledAfterMs: 0 } });
  await supervised.ready;
  for (const ends of [1, 2, 3]) {
    await until(() => notes().length === ends);
    process.kill(Number(notes().at(-1)), "SIGKILL");
  }
  await until(() => log.length === 3);
  expect(new Set(log).size).toBe(1);
});

test("a service that never becomes healthy and keeps ending is given up", async () => {
  const { supervised, log, notes } = run("note(1); process.exit(3);", { healthy: false });
  await expect(supervised.ready).rejects.toThrow("fake ended 4 times before it was ready");
  expect(notes()).toHaveLength(4);
  expect(log[0]).toContain("exit code 3");
});

test("stop lets a service end by itself, and asking twice is no accident", async () => {
  const { supervised, log, notes } = run(
    'process.on("SIGTERM", () => { note("stopping"); setTimeout(() => { note("done"); process.exit(0); }, 50); }); note("up"); setInterval(() => {}, 1000);',
  );
  await supervised.ready;
  await until(() => notes().includes("up"));
  await Promise.all([supervised.stop(), supervised.stop()]);
  expect(notes().filter((line) => line === "done")).toHaveLength(1);
  expect(log).toEqual([]);
});

test("a service that ignores SIGTERM is killed with what it started", async () => {
  const { supervised, log, notes } = run(
    'process.on("SIGTERM", () => {}); const child = Bun.spawn([process.execPath, "-e", "setInterval(() => {}, 1000)"]); note(child.pid); setInterval(() => {}, 1000);',
    { timing: { ...quick, graceMs: 200 } },
  );
  await supervised.ready;
  await until(() => notes().length === 1);
  await supervised.stop();
  expect(log).toEqual(["fake did not end within 0.2 s and is killed."]);
  const grandchild = Number(notes()[0]);
  await until(() => !isRunning(grandchild));
});

test("a service sees its own environment only, in a process group of its own", async () => {
  const { supervised, notes } = run(
    "note(Object.keys(process.env).join()); note(process.pid); setInterval(() => {}, 1000);",
    {
      environment: { ONLY: "this" },
    },
  );
  await supervised.ready;
  await until(() => notes().length === 2);
  expect(notes()[0]).toBe("ONLY");
  // Signal 0 to a group asks only whether there is one of that number.
  expect(isRunning(-Number(notes()[1]))).toBe(true);
});

test("the pipe closes when its holder is killed, so that nothing is left behind", async () => {
  const script = `
    const { supervise } = await import(${JSON.stringify(join(import.meta.dir, "supervisor.ts"))});
    const service = (name) => supervise(
      { name, command: [process.execPath, "-e", 'process.stdin.on("end", () => process.exit(0)).resume(); setTimeout(() => console.log(process.pid), 200)'], environment: {}, healthUrl: "http://127.0.0.1:1/" },
      () => {},
    );
    const held = [service("one"), service("two")];
    setInterval(() => held.length, 1000);`;
  const holder = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
  let text = "";
  // Each says its number only after its pipe has stayed open for a while.
  const reader = holder.stdout.getReader();
  while (text.trim().split("\n").length < 2) text += new TextDecoder().decode((await reader.read()).value);
  const pids = text.trim().split("\n").map(Number);
  expect(pids.every(isRunning)).toBe(true);
  holder.kill("SIGKILL");
  await until(() => !pids.some(isRunning));
});
