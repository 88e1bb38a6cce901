import type { Browser } from "@playwright/test";
import { untilShown, write } from "./chat.ts";
import { FormClient } from "./form-client.ts";
import { type Publisher, publish } from "./publisher.ts";
import type { Server } from "./server.ts";
import { findOrExplain } from "./tools.ts";

/** A site with life in it: channels, one of them live, people who follow, talk, report and ask, and a room of a call. */

export const password = "tall-horse-battery-7";

export interface LivelySite {
  /** Whose site it is; streams too. */
  admin: FormClient;
  /** May stream, is live, and has furnished everything. */
  streamer: FormClient;
  /** Follows, and has asked to stream. */
  viewer: FormClient;
  roomId: string;
  end(): Promise<void>;
}

/** A picture that ffmpeg paints, as a file of a form. */
export function paint(field: string, picture: string): FormData {
  const recipe = `-loglevel error -f lavfi -i ${picture} -frames:v 1 -f image2pipe -c:v png -`.split(" ");
  const made = Bun.spawnSync([findOrExplain("ffmpeg"), ...recipe]);
  if (!made.success) throw new Error(`ffmpeg made no picture: ${made.stderr.toString()}`);
  const form = new FormData();
  form.set(field, new File([made.stdout], "picture.png", { type: "image/png" }));
  return form;
}

/** What has to be known of a server to make an account there. */
export type Site = Pick<Server, "pageUrl" | "setupLink">;

/** Makes an account. The first is "ibu", who comes by the link that the start printed. */
export async function join(server: Site, username: string, secret = password): Promise<FormClient> {
  const client = new FormClient(server.pageUrl);
  const setupLink = server.setupLink !== null && username === "ibu" ? server.setupLink : null;
  if (setupLink !== null) await client.send(setupLink);
  await client.send(setupLink === null ? "/register" : "/setup", { username, password: secret });
  return client;
}

/** Lets somebody stream. */
export async function allow(admin: FormClient, username: string): Promise<void> {
  const page = await admin.send(`/admin/people/${username}`);
  const [, action = ""] = /action="([^"]+\/role)"/.exec(page) ?? [];
  await admin.send(action, { role: "streamer", next: "/admin" });
}

/** Makes a room for a call, open to everybody with its link. Returns its id. */
export async function makeRoom(owner: FormClient, name: string): Promise<string> {
  const made = await owner.ask("/rooms", {
    method: "POST",
    body: new URLSearchParams({ name, mode: "meeting", entry: "link", passcode: "" }),
  });
  const roomId = /\/rooms\/([\w-]+)/.exec(made.headers.get("location") ?? "")?.[1];
  if (roomId === undefined) throw new Error(`No room was made: ${made.status}`);
  return roomId;
}

/** What a stream is about. */
export const describe = (client: FormClient, title: string, category: string, tags = "", language = "id") =>
  client.send("/studio/stream", { title, category, tags, language });

export async function fillSite(server: Server, browser: Browser): Promise<LivelySite> {
  const admin = await join(server, "ibu");
  const [streamer, viewer, longNamed] = await Promise.all([
    join(server, "wati"),
    join(server, "budi"),
    join(server, "wawancara_hari_minggu"),
  ]);
  await allow(admin, "wati");
  await allow(admin, "wawancara_hari_minggu");
  await viewer.send("/studio/ask", { why: "Gamelan every Wednesday, from our hall by the river" });

  await describe(longNamed, "Wawancara-panjang-yang-judulnya-tidak-pernah-berhenti-di-sini", "talk", "wawancara");
  await streamer.send("/settings/profile", { displayName: "Wati Malam", color: "6" });
  await describe(streamer, "Shadow play until the lamp goes out", "music", "wayang, gamelan, java");
  await streamer.send("/studio/channel", {
    about: "# Who we are\n\nA **shadow** play from Java, with [friends](https://example.org).\n\n- gamelan\n- stories",
    "link-title-1": "Our hall",
    "link-url-1": "https://hall.example.org",
  });
  await streamer.send(
    "/studio/banner",
    paint("banner", "gradients=size=1500x500:n=3:c0=0x0b1026:c1=0xd0503a:c2=0xffc65c"),
  );
  await streamer.send("/settings/avatar", paint("avatar", "gradients=size=256x256:n=2:c0=0x0a6b45:c1=0xffc65c"));
  for (const name of ["wati", "ibu", "wawancara_hari_minggu"]) await viewer.send(`/@${name}/follow`, {});
  await viewer.send("/@ibu/report", { why: "spam", details: "Sells things that nobody gets." });
  await admin.send("/admin/invitations", { note: "For Siti", days: "7", next: "/admin/registration" });
  await streamer.send("/@wati/chat/moderation/words", { do: "block-word", word: "durian" });
  await streamer.send("/@wati/chat/moderation/moderators", { do: "mod", person: "budi" });
  await streamer.send("/@wati/chat/moderation/bans", {
    do: "ban",
    person: "wawancara_hari_minggu",
    seconds: "600",
    reason: "Noise",
  });
  const roomId = await makeRoom(streamer, "Rehearsal");

  const key = await streamer.streamKey(password);
  const publisher = await goLive(server, key, streamer, "wati");
  await sayAll(server, browser, "wati", [
    [streamer, "Welcome! The lamp is lit"],
    [viewer, "Good evening from Bandung 👋"],
  ]);
  return { admin, streamer, viewer, roomId, end: () => publisher.end("SIGKILL") };
}

/** Publishes, and waits until the channel's page says that it is live. */
export async function goLive(
  server: Server,
  key: string,
  owner: FormClient,
  name: string,
  picture?: string,
): Promise<Publisher> {
  const publisher = publish(server.rtmpUrl, key, picture);
  const deadlineMs = performance.now() + 20_000;
  while (!(await owner.send(`/@${name}`)).includes("data-src=")) {
    if (performance.now() > deadlineMs) throw new Error(`${name} does not go live: ${publisher.complaints()}`);
    await Bun.sleep(200);
  }
  return publisher;
}

/** People write into a channel's chat, one after the other. */
export async function sayAll(
  server: Server,
  browser: Browser,
  channel: string,
  lines: [who: FormClient, text: string][],
): Promise<void> {
  const pages = new Map<FormClient, Awaited<ReturnType<Browser["newPage"]>>>();
  for (const [who, text] of lines) {
    let page = pages.get(who);
    if (page === undefined) {
      const context = await browser.newContext();
      await context.addCookies(who.cookies);
      page = await context.newPage();
      pages.set(who, page);
      await page.goto(`${server.pageUrl}/@${channel}/chat`, { waitUntil: "networkidle" });
    }
    await write(page, text);
    await untilShown(page, text.replace("/me ", ""));
  }
  for (const page of pages.values()) await page.context().close();
}
