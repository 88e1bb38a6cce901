import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandOf, familyOf } from "./processes.ts";
import { until } from "./until.ts";

const projectRoot = join(import.meta.dir, "..", "..");

export interface Server {
  pageUrl: string;
  hlsUrl: string;
  signalingUrl: string;
  /** What the start printed for OBS. */
  rtmpUrl: string;
  /** The one-time link that the start printed; null when there are users already. */
  setupLink: string | null;
  ports: Record<string, number>;
  pid: number;
  dataDir: string;
  /** Process id of `start.ts` or of one of its services, as it runs now. */
  pidOf(name: "start" | "api" | "ingest" | "signaling"): number;
  /** Everything that was printed until now. */
  output(): string;
  /** Process ids of the start and all that it started. */
  family(): number[];
  /** Sends the signal to `npm start` once waits, and removes the data directory. Returns the exit code. */
  stop(signal?: "SIGINT" | "SIGTERM"): Promise<number>;
}

/** Ports that were free a moment ago, all different. */
export function freePorts(count: number): number[] {
  const probes = Array.from({ length: count }, () =>
    Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } }),
  );
  const ports = probes.map((probe) => probe.port);
  for (const probe of probes) probe.stop(true);
  return ports;
}

/**
 * `npm start` on free ports and a fresh data directory (Bun's own runner where there is no npm), until it says it is ready.
 * `through` is what makes a command run elsewhere: in another network, say.
 */
export async function startServer(
  environment: Record<string, string> = {},
  through: readonly string[] = [],
): Promise<Server> {
  const [page = 0, internal = 0, hls = 0, signaling = 0, rtmp = 0] = freePorts(5);
  const ports = { PORT: page, INTERNAL_PORT: internal, HLS_PORT: hls, SIGNALING_PORT: signaling, RTMP_PORT: rtmp };
  const dataDir = mkdtempSync(join(tmpdir(), "panggung-e2e-"));
  const command = [...through, Bun.which("npm") ?? process.execPath, "run", "start"];
  const child = Bun.spawn(command, {
    cwd: projectRoot,
    env: {
      ...process.env,
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
      HOST: "127.0.0.1",
      DATA_DIR: dataDir,
      ...environment,
    },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let output = "";
  const collect = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) output += decoder.decode(chunk, { stream: true });
  };
  const collected = Promise.all([collect(child.stdout), collect(child.stderr)]);

  await until(
    "npm start says that it is ready",
    () => {
      if (child.exitCode !== null) throw new Error(`npm start ended with code ${child.exitCode}.`);
      return output.includes("Ctrl-C stops it.");
    },
    60_000,
  ).catch(async (error: unknown) => {
    console.error(output);
    child.kill();
    await child.exited;
    rmSync(dataDir, { recursive: true, force: true });
    throw error;
  });
  return {
    pageUrl: `http://127.0.0.1:${page}`,
    hlsUrl: `http://127.0.0.1:${hls}`,
    signalingUrl: `http://127.0.0.1:${signaling}`,
    rtmpUrl: /rtmp:\/\/\S+\/live/.exec(output)?.[0] ?? "",
    setupLink: /https?:\/\/\S+\/setup\?code=\S+/.exec(output)?.[0] ?? null,
    ports,
    pid: child.pid,
    dataDir,
    pidOf: (name) => {
      const file = name === "start" ? "start.ts" : `${name}/main.ts`;
      const pid = familyOf(child.pid).find((each) => commandOf(each).includes(file));
      if (pid === undefined) throw new Error(`${file} does not run.`);
      return pid;
    },
    output: () => output,
    family: () => familyOf(child.pid),
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      const code = await child.exited;
      await collected;
      rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}
