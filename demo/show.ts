import { join } from "node:path";
import { FormClient } from "../e2e/support/form-client.ts";
import { findTool } from "../e2e/support/tools.ts";
import { until } from "../e2e/support/until.ts";
import { Chatter } from "./chatter.ts";
import { clockOverLake } from "./clock-over-lake.ts";
import { atTheLake, inTheGarden, opening } from "./conversations.ts";
import { type Encoder, keepStreaming } from "./encoder.ts";
import { type Guest, keepGuest } from "./guest.ts";
import { melody } from "./melody.ts";
import type { Picture } from "./picture.ts";
import { type DemoServer, startDemoServer } from "./server.ts";
import { administrator, audience, type DemoSite, fillDemo, gardener } from "./site.ts";
import { converse, greetVisitors, talk } from "./talk.ts";
import { wildGarden } from "./wild-garden.ts";

/** Everything of the demo: a server, its people, their streams and what they say. [I/O] */
export interface Show {
  server: DemoServer;
  site: DemoSite;
  /** Whether somebody sits in the room; without Chromium nobody does. */
  hasGuest: boolean;
  /** Ends all of it; nothing is left. Can be called again. */
  stop(): Promise<void>;
}

/** Watch without an account. */
const readers = 4;
/** Longer than any encoder needs to be live. */
const liveWithinMs = 30_000;
const openingPaceMs = 350;

/**
 * Resolves once there is something to see. Throws with one line that says what to do, or what the signal says when it
 * aborts meanwhile; nothing is left then either.
 */
export async function startShow(ffmpeg: string, ports: Record<string, number>, signal?: AbortSignal): Promise<Show> {
  const server = await startDemoServer(ports);
  const ending = new AbortController();
  const encoders: Encoder[] = [];
  const chatters: Chatter[] = [];
  let guest: Guest | undefined;
  const stop = async (): Promise<void> => {
    ending.abort();
    await Promise.all([guest?.stop(), ...encoders.map((each) => each.stop()), ...chatters.map((each) => each.stop())]);
    await server.stop();
  };
  try {
    signal?.throwIfAborted();
    const site = await fillDemo(server, ffmpeg);
    signal?.throwIfAborted();
    const sound = join(server.folder, "melody.wav");
    await Bun.write(sound, melody());
    const stream = (name: string, picture: Picture, kilobitsPerSec: number): Promise<void> => {
      const url = async (): Promise<string> => `${server.rtmpUrl}/${await keyOf(site, name)}`;
      const encoder = keepStreaming({ ffmpeg, picture, sound, kilobitsPerSec, url });
      encoders.push(encoder);
      return untilLive(server, name, encoder);
    };
    await Promise.all([stream(administrator, clockOverLake(), 2500), stream(gardener, wildGarden(), 900)]);

    signal?.throwIfAborted();
    const seat = (client: FormClient, channel: string): Chatter => {
      const chatter = new Chatter(client, channel);
      chatters.push(chatter);
      return chatter;
    };
    const seatAll = (names: string[], channel: string): Map<string, Chatter> =>
      new Map(names.map((name) => [name, seat(clientOf(site, name), channel)]));
    const lake = seatAll([administrator, ...audience], administrator);
    const garden = seatAll([gardener, "eka", "joko", "nina", "tom"], gardener);
    for (let reader = 0; reader < readers; reader++) seat(new FormClient(server.pageUrl), administrator);
    await Promise.all(chatters.map((each) => each.ready));
    await open(site, lake, ending.signal);
    signal?.throwIfAborted();
    void talk(lake, atTheLake, ending.signal);
    void talk(garden, inTheGarden, ending.signal);
    const listener = lake.get(administrator);
    if (listener !== undefined) greetVisitors(lake, listener, ending.signal);

    // What the guest's browser leaves behind when all is killed goes with the folder too. Elsewhere paths of sockets are too long for it.
    if (process.platform === "linux") process.env["TMPDIR"] = join(server.folder, "tmp");
    const chromium = findTool("chromium");
    if (chromium !== undefined) guest = keepGuest({ chromium, roomUrl: site.roomUrl, name: "Maya", sound });
    return { server, site, hasGuest: guest !== undefined, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function clientOf({ people }: DemoSite, name: string): FormClient {
  const client = people.get(name);
  if (client === undefined) throw new Error(`${name} has not come.`);
  return client;
}

const keyOf = (site: DemoSite, name: string): Promise<string> =>
  clientOf(site, name).streamKey(site.passwords.get(name) ?? "");

/** Asks the channel's page. */
async function untilLive(server: DemoServer, name: string, encoder: Encoder): Promise<void> {
  const anybody = new FormClient(server.pageUrl);
  const isLive = async (): Promise<boolean> => (await anybody.send(`/@${name}`)).includes("data-src=");
  await until(`${name} is live`, isLive, liveWithinMs).catch(() => {
    throw new Error(`ffmpeg does not get through to the server: ${encoder.complaints().trim() || "it says nothing"}`);
  });
}

/** What was said before anybody looked, and the streamer's words on top. */
async function open(site: DemoSite, cast: ReadonlyMap<string, Chatter>, signal: AbortSignal): Promise<void> {
  const [welcome] = await converse(cast, opening, signal, () => openingPaceMs);
  if (welcome === null || welcome === undefined) return;
  await clientOf(site, administrator).tell(`/@${administrator}/chat/act`, { action: "pin", line: welcome });
}
