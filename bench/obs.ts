import { launchBrowser, untilPicturesMove } from "../e2e/support/browser.ts";
import { startServer } from "../e2e/support/server.ts";
import { until } from "../e2e/support/until.ts";
import { type Obs, startDisplay, startObs } from "./support/obs.ts";
import { withCommand } from "./support/process-usage.ts";
import { FormClient } from "../e2e/support/form-client.ts";
import { password } from "./support/streamers.ts";

/**
 * What a streamer with a real OBS meets: it plays, a wrong key, a second encoder, the right to stream taken away, api
 * away, ingest killed. For each: what OBS logs, what the studio says, what a viewer sees. Needs obs and Xvfb. `bun bench/obs.ts`
 */

const server = await startServer({ LOG_LEVEL: "warn" });
const { display, stop: stopDisplay } = await startDisplay();
const browser = await launchBrowser();
const running: Obs[] = [];

/** An account that may stream. The first one is the administrator. */
async function createStreamer(name: string): Promise<{ client: FormClient; key: string }> {
  const client = new FormClient(server.pageUrl);
  if (name === "admin") {
    await client.send(server.setupLink ?? "");
    await client.send("/setup", { username: name, password });
  } else {
    await client.send("/register", { username: name, password });
    await setRight("second", "yes");
  }
  return { client, key: await client.streamKey(password) };
}

async function setRight(name: string, allow: "yes" | "no"): Promise<void> {
  const page = await admin.client.send("/admin");
  const [, id] = new RegExp(`${name}[^]*?/admin/people/([^/"]+)/streaming`).exec(page) ?? [];
  await admin.client.send(`/admin/people/${id}/streaming`, { allow });
}

async function obs(key: string): Promise<Obs> {
  const started = await startObs(display, server.rtmpUrl, key);
  running.push(started);
  return started;
}

/** The studio's page as text. */
async function studioSays({ client }: { client: FormClient }): Promise<string> {
  const page = await client.send("/studio");
  const [, status = ""] = /id="studio-status"([^]*?)<\/section>/.exec(page) ?? [page, page];
  return status
    .replace(/<svg[^]*?<\/svg>/g, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .replace(/^[^>]*> ?/, "")
    .slice(0, 400);
}

function tell(heading: string, lines: readonly string[]): void {
  console.log(`\n## ${heading}`);
  for (const line of lines) console.log(`  ${line}`);
}

const isLive = async (name: string): Promise<boolean> =>
  (await (await fetch(`${server.pageUrl}/@${name}`)).text()).includes('data-status="live"');

const admin = await createStreamer("admin");
try {
  const first = await obs(admin.key);
  await until("OBS is live", () => isLive("admin"), 60_000);
  const viewer = await (await browser.newContext()).newPage();
  await viewer.goto(`${server.pageUrl}/@admin`);
  await untilPicturesMove(viewer, 30_000);
  await Bun.sleep(5000);
  tell("OBS publishes: pictures move in Chromium, with sound", [...first.log(), `studio: ${await studioSays(admin)}`]);

  const rival = await obs(admin.key);
  await Bun.sleep(12_000);
  await untilPicturesMove(viewer);
  tell("A second OBS with the same key; the first plays on", [...rival.log(), `studio: ${await studioSays(admin)}`]);
  await rival.stop();

  for (const pid of withCommand(server.family(), "ingest/main.ts")) process.kill(pid, "SIGKILL");
  const connections = (): number => first.log().filter((line) => line.endsWith("successful")).length;
  await until("OBS is connected again", () => connections() === 2, 60_000);
  const returnedAt = performance.now();
  // The player starts over and with it its clock: each look is a new one.
  const isMoving = (): Promise<boolean> =>
    untilPicturesMove(viewer, 2000).then(
      () => true,
      () => false,
    );
  await until("pictures move again", isMoving, 60_000);
  const seconds = ((performance.now() - returnedAt) / 1000).toFixed(1);
  const heading = `ingest killed: OBS comes back, ${seconds} s later pictures have moved for a second, without a reload`;
  tell(heading, first.log().slice(-6));
  await first.stop();

  const wrong = await obs("live_000000000000000000000000000000000000000000000000");
  await Bun.sleep(10_000);
  tell("A wrong key", wrong.log());
  await wrong.stop();

  const second = await createStreamer("second");
  await setRight("second", "no");
  const revoked = await obs(second.key);
  await Bun.sleep(10_000);
  tell("An account whose right to stream was taken away", [...revoked.log(), `studio: ${await studioSays(second)}`]);
  await revoked.stop();

  await setRight("second", "yes");
  const apiPids = withCommand(server.family(), "api/main.ts");
  for (const pid of apiPids) process.kill(pid, "SIGSTOP");
  const waiting = await obs(second.key);
  await Bun.sleep(25_000);
  const whileAway = waiting.log();
  for (const pid of apiPids) process.kill(pid, "SIGCONT");
  await until("OBS is live by itself", () => isLive("second"), 60_000);
  tell("api hangs for 25 s", [
    ...whileAway,
    "-- api is back --",
    ...waiting.log().slice(whileAway.length),
    "live: yes",
  ]);
} finally {
  for (const each of running) await each.stop();
  await browser.close();
  await stopDisplay();
  await server.stop();
}
process.exit(0);
