import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { stillRunning } from "./support/processes.ts";
import { type Server, startServer } from "./support/server.ts";
import { until } from "./support/until.ts";

/** What `npm start` holds when processes are killed, with the real services. */

setDefaultTimeout(60_000);

const started: Server[] = [];
const start = async (): Promise<Server> => {
  const server = await startServer();
  started.push(server);
  return server;
};

afterAll(async () => {
  for (const server of started) {
    if (stillRunning([server.pid]).length > 0) await server.stop();
    rmSync(server.dataDir, { recursive: true, force: true });
  }
});

const statusOf = (url: string): Promise<number> =>
  fetch(url).then(
    (response) => response.status,
    () => 0,
  );

test("a service that is killed comes back, the others go on, and Ctrl-C ends all with exit code 0", async () => {
  const server = await start();
  const urls = { api: server.pageUrl, ingest: server.hlsUrl, signaling: server.signalingUrl };
  const statusOfService = (name: keyof typeof urls): Promise<number> => statusOf(`${urls[name]}/healthz`);
  for (const name of ["api", "ingest", "signaling"] as const) {
    process.kill(server.pidOf(name), "SIGKILL");
    await until(`${name} is gone`, async () => (await statusOfService(name)) === 0);
    for (const other of ["api", "ingest", "signaling"] as const) {
      if (other !== name) expect(await statusOfService(other)).not.toBe(0);
    }
    await until(`${name} is back`, async () => (await statusOfService(name)) === 200);
  }
  // They hold their command streams again.
  await until("ingest is healthy", async () => (await statusOfService("ingest")) === 200);
  await until("signaling is healthy", async () => (await statusOfService("signaling")) === 200);
  const files = readdirSync(server.dataDir).map((name) => join(server.dataDir, name));
  expect(files.length).toBeGreaterThan(1);
  expect(files.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([]);
  expect(await server.stop("SIGINT")).toBe(0);
});

test("kill -9 of start.ts leaves no process and no port behind", async () => {
  const server = await start();
  const services = [server.pidOf("api"), server.pidOf("ingest"), server.pidOf("signaling")];
  expect(stillRunning(services)).toEqual(services);
  process.kill(server.pidOf("start"), "SIGKILL");
  await until("every service has ended", () => stillRunning(services).length === 0);
  for (const port of Object.values(server.ports)) {
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data: () => undefined } }).stop(true);
  }
});
