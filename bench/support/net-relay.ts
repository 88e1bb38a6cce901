import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../e2e/support/until.ts";
import type { Certificate } from "./net-certificate.ts";
import type { Machine } from "./net-internet.ts";

/** coturn as an operator would run it for Panggung, on a machine of its own. [I/O] */

const secret = "a-secret-that-the-relay-shares";
/** Where a relay must not lead to: the networks behind it. */
const denied = [
  "0.0.0.0-0.255.255.255",
  "10.0.0.0-10.255.255.255",
  "100.64.0.0-100.127.255.255",
  "127.0.0.0-127.255.255.255",
  "169.254.0.0-169.254.255.255",
  "172.16.0.0-172.31.255.255",
  "192.168.0.0-192.168.255.255",
];

export interface Relay {
  address: string;
  /** What Panggung is started with to use it. */
  environment(...urls: string[]): Record<string, string>;
  /** All that coturn has written. */
  log(): string;
  end(): Promise<void>;
}

/** Serves STUN and TURN at 3478 over UDP and TCP, and TURN over TLS at 443, where strict firewalls let it through. */
export async function startRelay(machine: Machine, { certificate, key }: Certificate): Promise<Relay> {
  const folder = mkdtempSync(join(tmpdir(), "panggung-relay-"));
  const options = {
    "listening-ip": machine.address,
    "relay-ip": machine.address,
    "listening-port": "3478",
    "tls-listening-port": "443",
    realm: "panggung",
    "static-auth-secret": secret,
    cert: certificate,
    pkey: key,
    userdb: join(folder, "users.db"),
    pidfile: join(folder, "pid"),
    "log-file": "stdout",
  };
  const switches = ["-n", "--use-auth-secret", "--fingerprint", "--no-cli", "--no-dtls", "--verbose", "--simple-log"];
  const child = Bun.spawn(
    [
      ...machine.namespace.through,
      "turnserver",
      ...switches,
      ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
      ...denied.map((range) => `--denied-peer-ip=${range}`),
    ],
    { stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  let log = "";
  for (const stream of [child.stdout, child.stderr]) {
    void (async () => {
      for await (const chunk of stream.pipeThrough(new TextDecoderStream())) log += chunk;
    })();
  }
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  };
  await until("the relay listens", () => {
    if (child.exitCode !== null) throw new Error(`coturn ended: ${log}`);
    return /TLS\/TCP listener opened on ?: \S+:443/.test(log);
  }).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return {
    address: machine.address,
    environment: (...urls) => ({
      STUN_URLS: `stun:${machine.address}:3478`,
      TURN_URLS: urls.join(","),
      TURN_SECRET: secret,
    }),
    log: () => log,
    end,
  };
}

/** A name and a password that coturn takes until `expiresAtSec`, Unix time: what signaling hands out. */
export function credentialsUntil(expiresAtSec: number): { username: string; credential: string } {
  const username = `${expiresAtSec}:measured`;
  return { username, credential: createHmac("sha1", secret).update(username).digest("base64") };
}
