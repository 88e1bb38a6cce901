import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `npm start` on a folder of its own that is gone afterwards, however this process ends. [I/O] */
export interface DemoServer {
  /** What the start prints for people: what it is, and its address. */
  rows: [name: string, value: string][];
  pageUrl: string;
  rtmpUrl: string;
  setupLink: string | null;
  /** Everything of the demo lies in here. */
  folder: string;
  /** Process id of start.ts. */
  pid: number;
  /** Resolves when the server has ended, asked to or not. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

const root = join(import.meta.dir, "..");

/**
 * All else of the environment, and a file .env, is about somebody's real server: its database above all, which the demo
 * must not fill.
 */
const passedOn = "PATH HOME TZ LANG LC_ALL TERM NO_COLOR FORCE_COLOR FFMPEG_PATH HOST".split(" ");

/**
 * Waits until the pipe at its standard input is closed, which also kill -9 of this process does, then until the server has
 * ended, 20 s at most, and removes the folder: more than once where a browser that ends still writes into it.
 */
const sweep = `
  cat > /dev/null; n=0
  while kill -0 "$2" 2> /dev/null && [ $n -lt 200 ]; do sleep 0.1; n=$((n + 1)); done
  n=0
  while rm -rf -- "$1"; [ -e "$1" ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done`;

/** Starts it and waits until it is ready. Throws an error with what it printed when it does not start. */
export async function startDemoServer(ports: Record<string, number>): Promise<DemoServer> {
  const folder = mkdtempSync(join(tmpdir(), "panggung-demo-"));
  mkdirSync(join(folder, "tmp"));
  const environment: Record<string, string> = {
    DATA_DIR: join(folder, "data"),
    TMPDIR: join(folder, "tmp"),
    LOG_LEVEL: "warn",
    PANGGUNG_PARENT_PIPE: "1",
  };
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  for (const [name, port] of Object.entries(ports)) environment[name] = String(port);
  // Groups of their own: Ctrl-C in a terminal reaches the demo alone, which then ends all in order.
  const child = Bun.spawn([process.execPath, "--no-env-file", join(root, "start.ts")], {
    cwd: root,
    env: environment,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
    detached: true,
  });
  const sweeper = Bun.spawn(["sh", "-c", sweep, "sh", folder, String(child.pid)], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "ignore",
    detached: true,
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.exited;
    void sweeper.stdin.end();
    await sweeper.exited;
  };
  const said = await readUntilReady(child.stdout);
  if (said.readyText === null) {
    await stop();
    throw new Error(`The server did not start.\n${said.before}`.trim());
  }
  const rows = Array.from(
    said.readyText.matchAll(/^ {2}(\S.*?) {2,}(\S.*)$/gm),
    ([, name = "", value = ""]): [string, string] => [name, value],
  );
  const find = (pattern: RegExp): string | null => pattern.exec(said.readyText ?? "")?.[0] ?? null;
  return {
    rows: rows.filter(([name]) => name !== "First administrator"),
    pageUrl: rows.find(([name]) => name === "Pages")?.[1] ?? "",
    rtmpUrl: find(/rtmps?:\/\/\S+\/live/) ?? "",
    setupLink: find(/https?:\/\/\S+\/setup\?code=\S+/),
    folder,
    pid: child.pid,
    ended: child.exited.then(() => undefined),
    stop,
  };
}

const longestKept = 20_000;

/** Reads on for ever, so that the server never waits for a reader; what comes after it is ready is of no interest here. */
async function readUntilReady(
  stdout: ReadableStream<Uint8Array>,
): Promise<{ before: string; readyText: string | null }> {
  const { promise, resolve } = Promise.withResolvers<{ before: string; readyText: string | null }>();
  void (async () => {
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of stdout) {
      text = (text + decoder.decode(chunk, { stream: true })).slice(-longestKept);
      const readyAt = text.indexOf("Panggung is ready.");
      if (readyAt >= 0 && text.includes("Ctrl-C stops it.", readyAt)) {
        resolve({ before: text.slice(0, readyAt), readyText: text.slice(readyAt) });
      }
    }
    resolve({ before: text, readyText: null });
  })();
  return promise;
}
