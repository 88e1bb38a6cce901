import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "./config.ts";
import { apiEnvironment, ingestEnvironment, signalingEnvironment } from "./start/environment.ts";

const dataDir = mkdtempSync(join(tmpdir(), "panggung-start-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const environment = { HOST: "127.0.0.1", DATA_DIR: dataDir };

/** Runs start.ts to its end. */
function start(variables: Record<string, string>, ...arguments_: string[]): { code: number; out: string; err: string } {
  const run = Bun.spawnSync([process.execPath, "--no-env-file", join(import.meta.dir, "start.ts"), ...arguments_], {
    env: { PATH: process.env["PATH"] ?? "", ...variables },
  });
  return { code: run.exitCode, out: run.stdout.toString(), err: run.stderr.toString() };
}

test("--help lists every variable and starts nothing", () => {
  const { code, out, err } = start({ DATA_DIR: dataDir }, "--help");
  expect(code).toBe(0);
  expect(err).toBe("");
  expect(out).toStartWith("Usage: npm start");
  for (const name of Object.keys(readConfig({}))) expect(out).toContain(`\n${name} `);
  expect(readdirSync(dataDir)).toEqual([]);
});

test("the README lists every variable with its meaning and default", async () => {
  const help = start({}, "--help").out;
  const readme = (await Bun.file(join(import.meta.dir, "README.md")).text()).replaceAll(/ +/g, " ");
  const rows = [...help.matchAll(/^([A-Z_]+) +(.+)\n +default: (.+)$/gm)];
  expect(rows.length).toBeGreaterThan(20);
  for (const [, name, meaning, fallback] of rows)
    expect(readme).toContain(`| \`${name}\` | ${fallback} | ${meaning} |`);
});

test("what cannot work is said in one line that names the variable", () => {
  const taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const file = join(dataDir, "file");
  writeFileSync(file, "");
  const cases: [variables: Record<string, string>, line: RegExp][] = [
    [{ PORT: "http" }, /^PORT="http" is not allowed: a port number from 1 to 65535\.\n$/],
    [{ STREAMERS: "all" }, /^STREAMERS="all" is not allowed: approved or everyone\.\n$/],
    [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL="loud" is not allowed: debug, info, warn or error\.\n$/],
    [{ MAX_STREAMS: "0" }, /^MAX_STREAMS="0" is not allowed: a whole number from 1 to 1000\.\n$/],
    [{ PORT: "70000" }, /^PORT="70000" is not allowed: a port number from 1 to 65535\.\n$/],
    [
      { PUBLIC_URL: "https://live.example/tv" },
      /^PUBLIC_URL=.* is not allowed: an address without a path, such as .*\n$/,
    ],
    [{ RTMP_PORT: String(taken.port) }, /^RTMP_PORT=\d+ cannot be used: another program listens there\..*\n$/],
    [
      { SIGNALING_PORT: String(taken.port) },
      /^SIGNALING_PORT=\d+ cannot be used: another program listens there\..*\n$/,
    ],
    [{ PORT: "20997", HLS_PORT: "20997" }, /^PORT and HLS_PORT are both 20997: change one of them\.\n$/],
    [
      { TURN_URLS: "turn.example:3478", TURN_SECRET: "t".repeat(16) },
      /^TURN_URLS="turn\.example:3478" is not allowed: addresses such as turn:turn\.example:3478\?.*\n$/,
    ],
    [{ TURN_SECRET: "hushhush" }, /^TURN_SECRET=\(hidden\) is not allowed: at least 16 characters\.\n$/],
    [{ TURN_URLS: "turn:a.example" }, /^TURN_URLS needs TURN_SECRET, or TURN_USERNAME and TURN_CREDENTIAL\.\n$/],
    [{ TURN_USERNAME: "ibu" }, /^TURN_USERNAME and TURN_CREDENTIAL belong together: set both or neither\.\n$/],
    [
      { TURN_SECRET: "t".repeat(16), TURN_USERNAME: "ibu", TURN_CREDENTIAL: "x" },
      /^Set TURN_SECRET, or TURN_USERNAME and TURN_CREDENTIAL, but not both\.\n$/,
    ],
    [{ ICE_POLICY: "relay" }, /^ICE_POLICY=relay needs TURN_URLS: without a relay no call would connect\.\n$/],
    [
      { ...freePorts(), DATA_DIR: join(file, "data") },
      /^DATA_DIR=.* cannot be written \(\w+\): set DATA_DIR to another directory\.\n$/,
    ],
  ];
  for (const [variables, line] of cases) {
    const { code, out, err } = start({ ...environment, ...variables });
    expect(err).toMatch(line);
    expect(out).toBe("");
    expect(code).toBe(1);
  }
  taken.stop();
  // Sixteen starts, on a machine that may be busy.
}, 30_000);

test("an argument that is not known is said, and nothing is started", () => {
  expect(start(environment, "now")).toEqual({
    code: 2,
    out: "",
    err: "now is not known. npm start -- --help says what is.\n",
  });
});

test("each service gets its own variables only", () => {
  const secrets = { SECRET: "s".repeat(32), INGEST_TOKEN: "t".repeat(32), SIGNALING_TOKEN: "u".repeat(32) };
  const given = {
    ...secrets,
    DATABASE_AUTH_TOKEN: "database",
    INTERNAL_PORT: "4001",
    MAX_STREAMS: "3",
    SIGNALING_PORT: "4002",
    PUBLIC_URL: "https://live.example",
    PUBLIC_SIGNALING_URL: "wss://live.example/ws",
    SOCKETS_PER_ADDRESS: "9",
    TURN_URLS: "turn:relay.example",
    TURN_SECRET: "a secret shared with the relay",
    AWS_SECRET_ACCESS_KEY: "foreign",
  };
  const config = readConfig(given);
  expect(ingestEnvironment(given, config, secrets)).toEqual({
    API_INTERNAL_URL: "http://127.0.0.1:4001",
    INGEST_TOKEN: secrets.INGEST_TOKEN,
    MAX_STREAMS: "3",
    PANGGUNG_PARENT_PIPE: "1",
  });
  expect(signalingEnvironment(given, config, secrets)).toEqual({
    API_INTERNAL_URL: "http://127.0.0.1:4001",
    SIGNALING_TOKEN: secrets.SIGNALING_TOKEN,
    SIGNALING_PORT: "4002",
    PUBLIC_URL: "https://live.example",
    SOCKETS_PER_ADDRESS: "9",
    TURN_URLS: "turn:relay.example",
    TURN_SECRET: "a secret shared with the relay",
    PANGGUNG_PARENT_PIPE: "1",
  });
  expect(apiEnvironment(given, secrets)).toEqual({
    ...secrets,
    DATABASE_AUTH_TOKEN: "database",
    INTERNAL_PORT: "4001",
    SIGNALING_PORT: "4002",
    PUBLIC_URL: "https://live.example",
    PUBLIC_SIGNALING_URL: "wss://live.example/ws",
    SOCKETS_PER_ADDRESS: "9",
    TURN_URLS: "turn:relay.example",
    PANGGUNG_PARENT_PIPE: "1",
  });
  const elsewhere = { ...given, API_INTERNAL_URL: "http://api.example:3001" };
  for (const environmentOf of [ingestEnvironment, signalingEnvironment]) {
    const { API_INTERNAL_URL } = environmentOf(elsewhere, readConfig(elsewhere), secrets);
    expect(API_INTERNAL_URL).toBe("http://api.example:3001");
  }
});

/** For the checks that come after the ports': none of them may be in use by somebody else. */
function freePorts(): Record<string, string> {
  const names = ["PORT", "INTERNAL_PORT", "HLS_PORT", "SIGNALING_PORT", "RTMP_PORT"];
  const probes = names.map(() => Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } }));
  const ports = Object.fromEntries(names.map((name, index) => [name, String(probes[index]?.port)]));
  for (const probe of probes) probe.stop(true);
  return ports;
}
