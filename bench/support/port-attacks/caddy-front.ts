import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../../../e2e/support/server.ts";
import { until } from "../../../e2e/support/until.ts";
import type { Ends } from "../ends.ts";

/** Caddy before the services, with the settings that compose.yaml runs it with, on ports of its own. [I/O] */

interface Ports {
  pages: number;
  media: number;
  sockets: number;
}

export interface CaddyFront {
  port: number;
  pid: number;
  /** As browsers see it. */
  origin: string;
  /** As it says itself: `v2.11.4`, or `unknown` where somebody built it who did not say. */
  version: string;
}

/** The services by the names that containers know them by. */
const upstreams = { pages: "api:3000", media: "ingest:8080", sockets: "signaling:8081" } as const;

/** deploy/Caddyfile, with ports of this machine in place of those of containers. */
async function settings(port: number, plainPort: number, ports: Ports): Promise<string> {
  let text = await Bun.file(join(import.meta.dir, "../../../deploy/Caddyfile")).text();
  for (const [name, upstream] of Object.entries(upstreams)) {
    if (!text.includes(upstream)) throw new Error(`deploy/Caddyfile does not lead to ${upstream}.`);
    text = text.replaceAll(upstream, `127.0.0.1:${ports[name as keyof Ports]}`);
  }
  // Five minutes would not end while anybody looks.
  if (!text.includes("read_body 5m")) throw new Error("deploy/Caddyfile has no read_body 5m.");
  text = text.replace("read_body 5m", "read_body 50s");
  return text.replace(/^\{$/m, `{\n\thttp_port ${plainPort}\n\thttps_port ${port}`);
}

/** Starts the system's Caddy; null where there is none. */
export async function startCaddy(ports: Ports, ends: Ends): Promise<CaddyFront | null> {
  const program = Bun.which("caddy");
  if (program === null) return null;
  const folder = mkdtempSync(join(tmpdir(), "panggung-caddy-"));
  ends.add(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "Caddyfile");
  const [port = 0, plainPort = 0] = freePorts(2);
  writeFileSync(file, await settings(port, plainPort, ports));
  const child = Bun.spawn([program, "run", "--config", file, "--adapter", "caddyfile"], {
    env: {
      ...process.env,
      DOMAIN: "localhost",
      HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
    },
    stdin: "ignore",
    stdout: "ignore",
    stderr: Bun.file(join(folder, "log")),
  });
  ends.add(async () => {
    child.kill("SIGKILL");
    await child.exited;
  });
  const origin = `https://localhost:${port}`;
  await until("Caddy answers", async () => {
    if (child.exitCode !== null) throw new Error(`Caddy ended: ${await Bun.file(join(folder, "log")).text()}`);
    const answer = await fetch(`${origin}/`, { tls: { rejectUnauthorized: false } }).catch(() => null);
    return answer?.ok === true;
  });
  const [version = "unknown"] = Bun.spawnSync([program, "version"]).stdout.toString().trim().split(" ");
  return { port, pid: child.pid, origin, version };
}
