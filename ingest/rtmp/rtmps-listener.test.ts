import { afterEach, beforeEach, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import type { Certificate, RtmpListener } from "./listener.ts";
import { RtmpsListener } from "./rtmps-listener.ts";
import { FakeStage } from "./testing/fake-stage.ts";
import { eventually, startTestListener, type TestListener } from "./testing/start-test-listener.ts";
import { renewedCertificate, testCertificate } from "./testing/test-certificate.ts";
import { TestPublisher } from "./testing/test-publisher.ts";

let folder: string;
let stage: FakeStage;
let rtmps: RtmpsListener;
let listener: RtmpListener | undefined;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "panggung-rtmps-"));
  stage = new FakeStage("key", "other");
  listener = undefined;
  lines = [];
});
afterEach(async () => {
  await rtmps.stop();
  rmSync(folder, { recursive: true });
});

const write = (level: string) => (_fields: object, message: string) => void lines.push(`${level}: ${message}`);
const log: TestLog = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
type TestLog = Parameters<typeof RtmpsListener.start>[0]["log"];
type Start = Partial<Parameters<typeof RtmpsListener.start>[0]>;

/** Files that are looked at all the time. */
async function start(certPath: string, keyPath = certPath, options: Start = {}): Promise<void> {
  const listen = (tls: Certificate): RtmpListener => {
    const started: TestListener = startTestListener(stage, { tls });
    return (listener = started.listener);
  };
  rtmps = await RtmpsListener.start({ certPath, keyPath, listen, log, lookEveryMs: 5, ...options });
}

/** As a file that others read is replaced: whole, at once. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

const inOne = ({ cert, key }: Certificate): string => cert + key;
const fingerprintOf = ({ cert }: Certificate): string => new X509Certificate(cert).fingerprint256;

/** What a new connection is shown; null: there is none. */
function shown(): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port: listener?.port ?? 0, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on("error", () => resolve(null));
  });
}

async function eventuallyShown(certificate: Certificate): Promise<void> {
  const giveUpAtMs = performance.now() + 3000;
  while ((await shown()) !== fingerprintOf(certificate)) {
    if (performance.now() > giveUpAtMs) throw new Error("the certificate was never shown");
    await Bun.sleep(5);
  }
}

test("without a certificate it waits, says so once, and listens when there is one", async () => {
  const file = join(folder, "certificate.pem");
  await start(file);
  await Bun.sleep(50);
  expect(lines).toEqual(["warn: RTMPS waits for its certificate"]);
  expect(listener).toBeUndefined();
  replace(file, inOne(testCertificate));
  await eventually("it listens", () => listener !== undefined);
  const publisher = await TestPublisher.connect(listener?.port ?? 0, "127.0.0.1", true);
  await publisher.goLive("key");
  await Bun.sleep(50);
  expect(lines.slice(1)).toEqual(["info: RTMPS listens"]);
});

test("a renewed certificate is shown to those who come, and who publishes goes on", async () => {
  const file = join(folder, "certificate.pem");
  writeFileSync(file, inOne(testCertificate));
  await start(file);
  expect(await shown()).toBe(fingerprintOf(testCertificate));
  const publisher = await TestPublisher.connect(listener?.port ?? 0, "127.0.0.1", true);
  await publisher.goLive("key");
  const { port } = listener ?? {};
  for (const certificate of [renewedCertificate, testCertificate, renewedCertificate]) {
    replace(file, inOne(certificate));
    await eventuallyShown(certificate);
  }
  expect(listener?.port).toBe(port);
  publisher.send(publisher.writer.video(0, Uint8Array.of(0x17, 1)));
  await eventually("a frame", () => stage.feed("key").tags.length === 1);
  const next = await TestPublisher.connect(listener?.port ?? 0, "127.0.0.1", true);
  await next.goLive("other");
  expect(publisher.isClosed).toBe(false);
  expect(listener?.connections()).toBe(2);
  expect(lines).toEqual([
    "info: RTMPS listens",
    ...Array.from({ length: 3 }, () => "info: RTMPS has a new certificate"),
  ]);
  await rtmps.stop();
  await Promise.all([publisher.closed, next.closed]);
});

test("links that lead to other files, as certbot leaves them", async () => {
  const [cert, key] = [join(folder, "fullchain.pem"), join(folder, "privkey.pem")];
  for (const [name, certificate] of Object.entries({ 1: testCertificate, 2: renewedCertificate })) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "cert"), certificate.cert);
    writeFileSync(join(folder, name, "key"), certificate.key);
  }
  const lead = (name: string): void => {
    rmSync(cert, { force: true });
    symlinkSync(join(folder, name, "cert"), cert);
    rmSync(key, { force: true });
    symlinkSync(join(folder, name, "key"), key);
  };
  lead("1");
  await start(cert, key);
  expect(await shown()).toBe(fingerprintOf(testCertificate));
  lead("2");
  await eventuallyShown(renewedCertificate);
});

test.each([
  ["torn", renewedCertificate.cert.slice(0, 400)],
  ["empty", ""],
  ["without its key", renewedCertificate.cert],
  ["with another's key", renewedCertificate.cert + testCertificate.key],
  ["torn in its chain", renewedCertificate.cert + testCertificate.cert.slice(0, 400) + renewedCertificate.key],
])("what is %s leaves the one there is, with one warning", async (_, text) => {
  const file = join(folder, "certificate.pem");
  writeFileSync(file, inOne(testCertificate));
  await start(file);
  replace(file, text);
  await eventually("a warning", () => lines.length > 1);
  await Bun.sleep(50);
  expect(lines).toEqual([
    "info: RTMPS listens",
    "warn: the new certificate cannot be used: RTMPS keeps the one that it has",
  ]);
  expect(await shown()).toBe(fingerprintOf(testCertificate));
  replace(file, inOne(renewedCertificate));
  await eventuallyShown(renewedCertificate);
  expect(lines.slice(2)).toEqual(["info: RTMPS has a new certificate"]);
});

test("a port that cannot be had is told at the start, and tried again later", async () => {
  const file = join(folder, "certificate.pem");
  let isTaken = true;
  const listen = (tls: Certificate): RtmpListener => {
    if (isTaken) throw new Error("another program listens there already");
    return (listener = startTestListener(stage, { tls }).listener);
  };
  writeFileSync(file, inOne(testCertificate));
  await expect(start(file, file, { listen })).rejects.toThrow("another program");
  rmSync(file);
  await start(file, file, { listen });
  replace(file, inOne(testCertificate));
  await eventually("both are told", () => lines.length > 1);
  isTaken = false;
  await eventually("it listens", () => listener !== undefined);
});
