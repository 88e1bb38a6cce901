import { launchBrowser, untilPicturesMove } from "../e2e/support/browser.ts";
import { publish } from "../e2e/support/publisher.ts";
import { startServer } from "../e2e/support/server.ts";
import { until } from "../e2e/support/until.ts";
import { createStreamers } from "./support/streamers.ts";

/**
 * MAX_BITRATE and MAX_VIEWERS with a real encoder and real players: who is stopped, what they are told, and how long it
 * takes until they come in when there is room. `bun bench/limits.ts`
 */

const server = await startServer({ MAX_BITRATE: "1000", MAX_VIEWERS: "2", STREAMERS: "everyone", LOG_LEVEL: "warn" });
const [modest, greedy] = await createStreamers(server, 2);
if (!modest || !greedy) throw new Error("no streamers");
const browser = await launchBrowser();
const secondsSince = (at: number): string => ((performance.now() - at) / 1000).toFixed(1);

/** Somebody at another kind of player. */
async function comes(userAgent: string) {
  const page = await (await browser.newContext({ userAgent })).newPage();
  await page.goto(`${server.pageUrl}/@${modest?.name}`);
  return page;
}

try {
  const stream = publish(server.rtmpUrl, modest.key);
  const [first, second] = [await comes("first"), await comes("second")];
  await untilPicturesMove(first);
  await untilPicturesMove(second);
  const third = await comes("third");
  await third.getByText("This stage is full").waitFor({ timeout: 10_000 });
  console.log("MAX_VIEWERS=2: the third viewer reads “This stage is full”.");
  await first.reload();
  await untilPicturesMove(first);
  console.log("A viewer who was there comes in again at once.");
  const leftAt = performance.now();
  await second.context().close();
  await untilPicturesMove(third, 45_000);
  console.log(`The third viewer sees pictures ${secondsSince(leftAt)} s after the second has left.`);

  const startedAt = performance.now();
  const tooMuch = publish(server.rtmpUrl, greedy.key, "testsrc2=size=640x360:rate=30,noise=alls=40:allf=t", "3M");
  const code = await tooMuch.exited;
  console.log(
    `MAX_BITRATE=1000: an encoder with 3 Mbit/s is closed ${secondsSince(startedAt)} s after its start (${code}).`,
  );
  const again = publish(server.rtmpUrl, greedy.key);
  await again.exited;
  console.log(
    `It comes back and is told: ${/This server takes [^\n]*/.exec(again.complaints())?.[0] ?? again.complaints()}`,
  );
  const mended = publish(server.rtmpUrl, greedy.key);
  const watcher = await (await browser.newContext({ userAgent: "first" })).newPage();
  await watcher.goto(`${server.pageUrl}/@${greedy.name}`);
  await untilPicturesMove(watcher);
  console.log("With 900 kbit/s it is on, in the same stream.");
  await until("the modest stream has never stopped", async () => {
    await untilPicturesMove(first);
    return true;
  });
  await Promise.all([stream, mended].map((publisher) => publisher.end("SIGINT")));
} finally {
  await browser.close();
  await server.stop();
}
