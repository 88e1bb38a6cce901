import type { Page } from "@playwright/test";
import { launchBrowser, untilPicturesMove } from "../e2e/support/browser.ts";
import { FormClient } from "../e2e/support/form-client.ts";
import { publish, type Publisher } from "../e2e/support/publisher.ts";
import { startServer } from "../e2e/support/server.ts";
import { Verdicts } from "./support/call-verdicts.ts";
import { createStreamers, password, playlistUrlOf, type Streamer } from "./support/streamers.ts";

/**
 * MAX_VIEWERS, MAX_BITRATE and MAX_STREAMS with real encoders and real players: who is stopped, what they are told, and how long
 * it takes until they come in when there is room. `bun bench/limits.ts`
 */

const server = await startServer({
  MAX_VIEWERS: "4",
  MAX_BITRATE: "1000",
  MAX_STREAMS: "2",
  STREAMERS: "everyone",
  // Viewers of other addresses are ours to make.
  TRUSTED_PROXIES: "127.0.0.1",
  LOG_LEVEL: "warn",
});
const browser = await launchBrowser();
const verdicts = new Verdicts();
const secondsSince = (atMs: number): number => (performance.now() - atMs) / 1000;
const tooMuch = ["testsrc2=size=640x360:rate=30,noise=alls=40:allf=t", "3M"] as const;

/** Somebody here, at another kind of player. */
async function comes({ name }: Streamer, userAgent: string): Promise<Page> {
  const page = await (await browser.newContext({ userAgent })).newPage();
  await page.goto(`${server.pageUrl}/@${name}`);
  return page;
}

/** One address at which many names of players are made up. Returns what makes all of them leave. */
async function comesUnderManyNames(playlistUrl: string): Promise<() => void> {
  const ask = async (path: string): Promise<void> => {
    for (let name = 0; name < 20; name += 1) {
      const headers = { "X-Forwarded-For": "192.0.2.1", "User-Agent": `player ${name}` };
      await (await fetch(new URL(path, playlistUrl), { headers })).arrayBuffer();
    }
  };
  await ask("index.m3u8");
  const timer = setInterval(() => void ask("source/index.m3u8"), 3000);
  return () => clearInterval(timer);
}

async function fillTheHouse(modest: Streamer): Promise<Page> {
  const leave = await comesUnderManyNames(await playlistUrlOf(server, modest.name));
  const [first, second] = [await comes(modest, "first"), await comes(modest, "second")];
  await Promise.all([first, second].map((page) => untilPicturesMove(page)));
  verdicts.add("MAX_VIEWERS=4, one address under 20 names: others who see pictures", 2, "2");
  const third = await comes(modest, "third");
  await third.getByText("This stage is full").waitFor({ timeout: 10_000 });
  verdicts.add("the next one reads", "This stage is full", "This stage is full");
  const reloadedAt = performance.now();
  await first.reload();
  await untilPicturesMove(first);
  verdicts.addSec("a viewer who was there sees pictures again after a reload", secondsSince(reloadedAt), 10);
  const leftAt = performance.now();
  await second.context().close();
  await untilPicturesMove(third, 45_000);
  verdicts.addSec("the next one sees pictures after somebody has left", secondsSince(leftAt), 40);
  await third.context().close();
  leave();
  return first;
}

/** What an encoder was told when it was closed or refused. */
async function toldTo(publisher: Publisher): Promise<string> {
  await publisher.exited;
  return /This (server|stage) [^\n]*/.exec(publisher.complaints())?.[0] ?? `nothing: ${publisher.complaints()}`;
}

/** `told` and the words that must be in it; all of it when they are not. */
function addTold(what: string, told: string, words: string): void {
  verdicts.add(what, told.includes(words) ? words : told, words, told.includes(words));
}

/** Sends too much until it is closed, and returns when that was. */
async function isClosed(greedy: Streamer, which: string): Promise<number> {
  const startedAt = performance.now();
  const told = await toldTo(publish(server.rtmpUrl, greedy.key, ...tooMuch));
  const sec = secondsSince(startedAt);
  verdicts.add(`${which}: 3 Mbit/s are closed after`, `${sec.toFixed(1)} s`, "10 to 13 s", sec >= 10 && sec <= 13);
  addTold(`${which}: it is told`, told, "set the video bitrate to 840 kbit/s");
  return performance.now();
}

async function staysWithinTheLine(greedy: Streamer): Promise<Publisher> {
  const client = new FormClient(server.pageUrl);
  await client.send("/login", { username: greedy.name, password });
  /** Whether the studio speaks of it. */
  const studio = async (required: "says so" | "is silent"): Promise<void> => {
    const says = (await client.send("/studio")).includes("set the video bitrate to") ? "says so" : "is silent";
    verdicts.add("the studio", says, required, says === required);
  };
  const back = (): Publisher => publish(server.rtmpUrl, greedy.key);

  await isClosed(greedy, "MAX_BITRATE=1000");
  const before = await playlistUrlOf(server, greedy.name);
  addTold("it comes back by itself and is told", await toldTo(back()), "This server takes at most 1000 kbit/s");
  const closedAt = await isClosed(greedy, "let in again");
  for (const which of ["first", "second"]) {
    addTold(`its ${which} try within 30 s is told`, await toldTo(back()), "wait 30 seconds");
  }
  await studio("says so");
  await Bun.sleep(Math.max(0, 31_000 - secondsSince(closedAt) * 1000));
  const mended = back();
  const watcher = await comes(greedy, "first");
  await untilPicturesMove(watcher, 30_000);
  const isSame = (await playlistUrlOf(server, greedy.name)) === before;
  verdicts.add(
    "with 900 kbit/s it is on, in",
    isSame ? "the same stream" : "another stream",
    "the same stream",
    isSame,
  );
  await studio("is silent");
  await watcher.context().close();
  return mended;
}

async function findsNoPlace(late: Streamer): Promise<void> {
  const told = await toldTo(publish(server.rtmpUrl, late.key));
  addTold("MAX_STREAMS=2: a third encoder is told", told, "This stage is full");
  const client = new FormClient(server.pageUrl);
  await client.send("/login", { username: late.name, password });
  const studio = (await client.send("/studio")).includes("This stage is full") ? "says so" : "is silent";
  verdicts.add("its studio", studio, "says so", studio === "says so");
  const past = (await client.send(`/@${late.name}`)).includes("No streams yet.") ? "none" : "some";
  verdicts.add("streams that its channel remembers", past, "none", past === "none");
}

try {
  const [modest, greedy, late] = await createStreamers(server, 3);
  if (!modest || !greedy || !late) throw new Error("no streamers");
  const stream = publish(server.rtmpUrl, modest.key);
  const first = await fillTheHouse(modest);
  const mended = await staysWithinTheLine(greedy);
  await findsNoPlace(late);
  await untilPicturesMove(first);
  verdicts.add("who watches the modest stream", "still sees pictures", "still sees pictures");
  await Promise.all([stream, mended].map((publisher) => publisher.end("SIGINT")));
} finally {
  await browser.close();
  await server.stop();
}
process.exitCode = verdicts.print();
