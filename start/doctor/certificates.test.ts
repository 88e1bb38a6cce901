import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renewedCertificate, testCertificate } from "../../ingest/rtmp/testing/test-certificate.ts";
import { checkRtmps } from "./certificates.ts";

let file: string;
/** Shows one certificate, as an ingest that was never told of another. */
let ingest: { port: number; stop: (closesAll: boolean) => void };
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "panggung-doctor-")), "certificate.pem");
  ingest = Bun.listen({ hostname: "127.0.0.1", port: 0, tls: testCertificate, socket: { data: () => undefined } });
});
afterEach(() => {
  ingest.stop(true);
  rmSync(join(file, ".."), { recursive: true });
});

async function found(text: string | null, isIngestHere = true): Promise<string[]> {
  if (text !== null) writeFileSync(file, text);
  const config = { TLS_CERT: file, TLS_KEY: file, RTMPS_PORT: ingest.port, HOST: "0.0.0.0" };
  return (await checkRtmps(config, isIngestHere)).map(({ status, about, text: said }) => `${status} ${about}: ${said}`);
}

test("the port is asked what it shows, not only the files what they hold", async () => {
  const good = expect.stringMatching(/^ok TLS_CERT and TLS_KEY: good for \d+ days more$/) as string;
  expect(await found(testCertificate.cert + testCertificate.key)).toEqual([
    good,
    `ok RTMPS: port ${ingest.port} shows the certificate in TLS_CERT`,
  ]);
  const other = `problem RTMPS: port ${ingest.port} shows another certificate than TLS_CERT holds, good until 2126-10-27`;
  expect(await found(renewedCertificate.cert + renewedCertificate.key)).toEqual([
    good,
    expect.stringContaining(other) as string,
  ]);
  ingest.stop(true);
  expect(await found(null)).toEqual([good, expect.stringContaining("shows no certificate") as string]);
  expect(await found(null, false)).toEqual([good]);
});

test("files that are missing, or do not belong together", async () => {
  expect(await found(null, false)).toEqual(["problem TLS_CERT and TLS_KEY: cannot be read as PEM files (ENOENT)"]);
  expect(await found(testCertificate.cert + renewedCertificate.key, false)).toEqual([
    "problem TLS_CERT and TLS_KEY: the key is not that of the certificate",
  ]);
});
