import { afterEach, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the containers of Caddy and coturn begin with, run here: their folders are ours, and the programs do nothing. */

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "panggung-entries-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["bin", "certificate", "etc", "secrets", "tmp"]) mkdirSync(join(folder, name));
  const program = (name: string, text: string): void => {
    writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, "bin", name), 0o755);
  };
  // Short waits are over at once; the first long one says that a round is done, and is the last.
  program("sleep", '[ "$1" = 1 ] || { echo round done; exec /bin/sleep 60; }');
  for (const name of ["caddy", "turnserver"]) program(name, "exec /bin/sleep 60");
  return folder;
}

/** Runs a script up to the end of its first round. Returns what it complained of. */
async function runRound(script: string, folder: string, variables: Record<string, string>): Promise<string> {
  const text = readFileSync(join(import.meta.dir, script), "utf8")
    .replaceAll(/(?<=[\s=>])\/(?=(?:caddy|certificate|secrets|tmp)\/)/g, `${folder}/`)
    .replaceAll("/etc/panggung/", `${folder}/etc/`);
  const complaints = join(folder, "tmp", "complaints");
  const child = Bun.spawn(["/bin/sh", "-c", text], {
    // A group of its own, to end with all that it began.
    detached: true,
    env: { PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`, DOMAIN: "live.example", ...variables },
    stdout: "pipe",
    stderr: Bun.file(complaints),
  });
  for await (const _chunk of child.stdout) break;
  process.kill(-child.pid, "SIGKILL");
  await child.exited;
  return readFileSync(complaints, "utf8");
}

function issue(folder: string, certificate: string): void {
  const at = join(folder, "caddy/data/caddy/certificates/authority/live.example");
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, "live.example.crt"), `chain ${certificate}\n`);
  writeFileSync(join(at, "live.example.key"), `key ${certificate}\n`);
}

test("Caddy's certificate is handed over once, for its readers alone, and again when it is another", async () => {
  const folder = makeFolder();
  const file = join(folder, "certificate", "certificate.pem");
  const handOver = (): Promise<string> => runRound("caddy-entry.sh", folder, {});
  expect(await handOver()).toBe("");
  expect(existsSync(file)).toBeFalse();
  issue(folder, "1");
  expect(await handOver()).toBe("");
  expect(readFileSync(file, "utf8")).toBe("chain 1\nkey 1\n");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // Whatever is made or removed there shows.
  const { mtimeMs } = statSync(join(folder, "certificate"));
  await handOver();
  expect(statSync(join(folder, "certificate")).mtimeMs).toBe(mtimeMs);
  issue(folder, "2");
  await handOver();
  expect(readFileSync(file, "utf8")).toBe("chain 2\nkey 2\n");
});

test.skipIf(!existsSync("/dev/full"))("on a full disk the certificate from before stays", async () => {
  const folder = makeFolder();
  issue(folder, "1");
  await runRound("caddy-entry.sh", folder, {});
  symlinkSync("/dev/full", join(folder, "certificate", ".draft.pem"));
  issue(folder, "2");
  expect(await runRound("caddy-entry.sh", folder, {})).toContain("No space left");
  // The device never ends: it must not be read where it has been moved.
  expect(lstatSync(join(folder, "certificate", "certificate.pem")).isFile()).toBeTrue();
  expect(readFileSync(join(folder, "certificate", "certificate.pem"), "utf8")).toBe("chain 1\nkey 1\n");
});

async function coturnSettings(variables: Record<string, string>, certificate?: string) {
  const folder = makeFolder();
  writeFileSync(join(folder, "etc", "turnserver.conf"), "fingerprint\n");
  writeFileSync(join(folder, "secrets", "TURN_SECRET"), "s3cret\n");
  if (certificate !== undefined) writeFileSync(join(folder, "certificate", "certificate.pem"), certificate);
  const complaints = await runRound("coturn-entry.sh", folder, variables);
  const lines = readFileSync(join(folder, "tmp", "turnserver.conf"), "utf8")
    .replaceAll(folder, "")
    .trim()
    .split("\n");
  return { complaints, lines };
}

test("coturn gets what differs from one machine to another", async () => {
  const { complaints, lines } = await coturnSettings({ EXTERNAL_IP: "203.0.113.7/10.0.0.5" }, "chain and key");
  expect(complaints).toBe("");
  expect(lines).toEqual([
    "fingerprint",
    "userdb=/tmp/turndb",
    "pidfile=/tmp/turnserver.pid",
    "realm=live.example",
    "static-auth-secret=s3cret",
    "external-ip=203.0.113.7/10.0.0.5",
    "cert=/certificate/certificate.pem",
    "pkey=/certificate/certificate.pem",
  ]);
});

test("without a certificate coturn begins without TLS, and that is said once", async () => {
  const { complaints, lines } = await coturnSettings({ DOMAIN: "192.168.1.10" });
  expect(complaints).toBe("No certificate for 192.168.1.10 yet: without TLS until there is one.\n");
  expect(lines.slice(-2)).toEqual(["allowed-peer-ip=192.168.1.10", "no-tls"]);
});
