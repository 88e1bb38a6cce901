import type { Page } from "@playwright/test";
import { createRoom, enter } from "../e2e/support/call.ts";
import { firstShown, isShowing, longestGap, reportsOf, shownSince } from "../e2e/support/call-watch.ts";
import { until } from "../e2e/support/until.ts";
import { type Scenery, setUp } from "./support/call-scenery.ts";
import { Verdicts } from "./support/call-verdicts.ts";
import type { Machine } from "./support/net-internet.ts";

/**
 * What a running call makes of faults: Ana at a public address and Budi behind a router see each other, while signaling and
 * api are killed, Budi's line is cut, everything of his is dropped without a word, and he moves to another network.
 * Measured on both pages, by the pictures that they show. `npm run bench:calls-faults`, as root on Linux.
 */

const verdicts = new Verdicts();
const backWithinMs = 60_000;

async function untilTheySeeEachOther(pages: readonly Page[]): Promise<void> {
  await until(
    "everybody sees somebody",
    async () => (await Promise.all(pages.map(isShowing))).every(Boolean),
    backWithinMs,
  );
  // So that what the last fault set off has come to rest.
  await Bun.sleep(3000);
}

/** The longest time without a picture on any page while `happen` runs and for `thenSec` after it, s. */
async function gapDuring(pages: readonly Page[], thenSec: number, happen: () => Promise<void>): Promise<number> {
  await untilTheySeeEachOther(pages);
  const fromMs = Date.now();
  await happen();
  await Bun.sleep(thenSec * 1000);
  const gapsMs = await Promise.all(pages.map((page) => longestGap(page, fromMs, Date.now())));
  return Math.max(...gapsMs) / 1000;
}

/** How long after `mend` both see each other again; Infinity when they do not within a minute. */
async function measureReturn(what: string, pages: readonly Page[], mostSec: number, outage: Outage): Promise<void> {
  await untilTheySeeEachOther(pages);
  outage.begin();
  await Bun.sleep(outage.forSec * 1000);
  // What was on its way already does not count.
  const before = await Promise.all(pages.map(isShowing));
  outage.mend();
  const mendedMs = Date.now();
  if (outage.forSec > 1 && before.some(Boolean)) throw new Error("Pictures went on during the outage.");
  const backMs = await Promise.all(
    pages.map((page) =>
      until(
        "a picture",
        async () => (await shownSince(page, mendedMs)).find((atMs) => atMs > mendedMs),
        backWithinMs,
      ).catch(() => Number.POSITIVE_INFINITY),
    ),
  );
  verdicts.addSec(what, (Math.max(...backMs) - mendedMs) / 1000, mostSec);
}

interface Outage {
  begin(): void;
  forSec: number;
  mend(): void;
}

/** Signaling is killed, and nobody starts it again for so long. */
async function withoutSignaling({ server }: Scenery, sec: number): Promise<void> {
  const start = server.pidOf("start");
  const killed = server.pidOf("signaling");
  process.kill(start, "SIGSTOP");
  try {
    process.kill(killed, "SIGKILL");
    await Bun.sleep(sec * 1000);
  } finally {
    process.kill(start, "SIGCONT");
  }
}

async function measureServices(scenery: Scenery, pages: Page[], url: string, citra: Machine): Promise<void> {
  const calm = await gapDuring(pages, 16, async () => {});
  verdicts.add("nothing happens for 16 s: longest gap", `${calm.toFixed(2)} s`);
  const killed = await gapDuring(pages, 10, () => withoutSignaling(scenery, 6));
  verdicts.addSec("signaling killed for 6 s: longest gap", killed, 0.4);
  const third = await scenery.personAt(citra);
  const clickedMs = Date.now();
  await enter(third, url, "Citra");
  const shown = await until("the third sees two", async () => {
    const times = await firstShown(third);
    return times.length >= 2 ? times : null;
  });
  verdicts.addSec("then a third joins and sees both, since opening the page", ((shown[1] ?? 0) - clickedMs) / 1000, 10);
  await third.context().browser()?.close();

  const withoutApi = await gapDuring(pages, 8, async () => {
    process.kill(scenery.server.pidOf("api"), "SIGKILL");
  });
  verdicts.addSec("api killed: longest gap", withoutApi, 0.4);
}

async function measureLines({ internet }: Scenery, pages: Page[], home: Machine, mobile: Machine): Promise<void> {
  await measureReturn("line cut for 15 s: picture is back after", pages, 4, {
    begin: () => internet.cutLine(home),
    forSec: 15,
    mend: () => internet.connectLine(home),
  });
  await measureReturn("everything dropped for 30 s: picture is back after", pages, 6, {
    begin: () => internet.filter(`ip saddr ${home.publicAddress} drop`, `ip daddr ${home.publicAddress} drop`),
    forSec: 30,
    mend: () => internet.filter(),
  });
  await measureReturn("moved to another network: picture is back after", pages, 6, {
    begin: () => internet.cutLine(home),
    forSec: 0.5,
    mend: () => internet.connectLine(mobile),
  });
}

const scenery = await setUp((relay) => relay.environment(`turn:${relay.address}:3478?transport=udp`));
try {
  const { internet, url } = scenery;
  const home = internet.home("budi", "cone");
  const mobile = internet.otherLine(home, "mobile", "cone");
  const [ana, budi] = [await scenery.personAt(internet.attach("ana")), await scenery.personAt(home)];
  const room = await createRoom(ana, url, { name: "Measured" });
  await enter(ana, room, "Ana");
  await enter(budi, room, "Budi");
  const pages = [ana, budi];
  await verdicts.attempt("services", () => measureServices(scenery, pages, room, internet.attach("citra")));
  await verdicts.attempt("lines", () => measureLines(scenery, pages, home, mobile));
  await verdicts.attempt("sound", async () => {
    const before = await Promise.all(pages.map(reportsOf));
    await Bun.sleep(2000);
    const after = await Promise.all(pages.map(reportsOf));
    const heard = after.every(
      (reports, index) => (reports[0]?.audio.bytes ?? 0) > (before[index]?.[0]?.audio.bytes ?? 0),
    );
    verdicts.add("after all that they still hear each other", heard ? "yes" : "no", "yes", heard);
  });
} finally {
  await scenery.end();
}
process.exit(verdicts.print());
