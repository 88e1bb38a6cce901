import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `bun start/doctor.ts` where nothing runs: what it looks at in whose place. Beside a server: e2e/doctor.e2e.ts. */

setDefaultTimeout(30_000);

const dataDir = mkdtempSync(join(tmpdir(), "panggung-doctor-"));
afterAll(() => rmSync(dataDir, { recursive: true }));

/** What each line is about. */
async function examined(
  place: string,
  environment: Record<string, string> = {},
): Promise<{ code: number; lines: string[]; about: string[] }> {
  const run = Bun.spawn([process.execPath, "--no-env-file", join(import.meta.dir, "doctor.ts"), place], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOST: "127.0.0.1",
      DATA_DIR: dataDir,
      TURN_URLS: "turn:127.0.0.1:9?transport=tcp",
      TLS_CERT: join(dataDir, "none"),
      TLS_KEY: join(dataDir, "none"),
      ...environment,
    },
    stdout: "pipe",
    stderr: "ignore",
  });
  const lines = (await run.stdout.text()).split("\n").slice(0, -3);
  return {
    code: await run.exited,
    lines,
    about: lines.map((line) =>
      line
        .slice(9, 31)
        .replace(/ \d+ *$/, "")
        .trim(),
    ),
  };
}

test("each place is looked at for what its service needs, whether it runs or not", async () => {
  const turn = "turn:127.0.0.1:9?trans";
  const [api, ingest, signaling] = await Promise.all(["api", "ingest", "signaling"].map((place) => examined(place)));
  expect(api?.about).toEqual([
    "PORT",
    "INTERNAL_PORT",
    "Private listener",
    "PUBLIC_URL",
    "Clock",
    "Disk",
    "Database",
    turn,
  ]);
  expect(ingest?.about).toEqual(["HLS_PORT", "RTMP_PORT", "TLS_CERT and TLS_KEY", "Clock", "ffmpeg"]);
  expect(signaling?.about).toEqual(["Settings", "SIGNALING_PORT", "Clock", turn]);
  expect(signaling?.lines[0]).toContain("TURN_URLS needs TURN_SECRET");
});

test("a service that hangs is not taken for another program alone", async () => {
  const hangs = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Promise<Response>(() => undefined) });
  const { code, lines } = await examined("signaling", { SIGNALING_PORT: String(hangs.port), TURN_URLS: "" });
  await hangs.stop(true);
  expect(code).toBe(1);
  expect(lines[1]).toMatch(
    /^PROBLEM +SIGNALING_PORT \d+ +another program listens there\. .* If it is Panggung, it does not/,
  );
});

test("a place that there is not", async () => {
  expect(await examined("web")).toEqual({ code: 2, lines: [], about: [] });
});
