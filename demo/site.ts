import type { FormClient } from "../e2e/support/form-client.ts";
import { allow, describe, join, makeRoom, type Site } from "../e2e/support/lively-site.ts";
import { faceOf, type Sitter, sitters } from "./portrait.ts";

/** The accounts, channels and the room of the demo, made over HTTP as people make them. [I/O] */
export interface DemoSite {
  people: ReadonlyMap<string, FormClient>;
  /** To sign in with, by name. */
  passwords: ReadonlyMap<string, string>;
  roomUrl: string;
}

/** Whose site it is, and who streams the clock. */
export const administrator = "ibu";
/** Streams the garden. */
export const gardener = "bayu";
/** May stream and is offline: for whoever tries OBS. */
export const streamer = "wati";
/** Follows everybody. */
export const viewer = "tamu";
/** They talk. */
export const audience = ["budi", "citra", "dewi", "eka", "joko", "maya", "nina", "tom"];

/** Four groups of four, with nothing in them that is taken for something else: 78 bits. */
function makePassword(): string {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  const random = crypto.getRandomValues(new Uint32Array(16));
  const text = Array.from(random, (value) => letters[value % letters.length] ?? "").join("");
  return text.replaceAll(/(.{4})(?=.)/g, "$1-");
}

/** Fills an empty site. */
export async function fillDemo(site: Site, ffmpeg: string): Promise<DemoSite> {
  const people = new Map<string, FormClient>();
  const passwords = new Map<string, string>();
  const come = async (name: string): Promise<FormClient> => {
    const password = makePassword();
    const client = await join(site, name, password);
    people.set(name, client);
    passwords.set(name, password);
    return client;
  };
  const owner = await come(administrator);
  const [garden, offline, guest] = (await Promise.all([gardener, streamer, viewer].map(come))) as [
    FormClient,
    FormClient,
    FormClient,
  ];
  for (const name of [gardener, streamer]) await allow(owner, name);
  await Promise.all(audience.map(come));

  await Promise.all([
    furnish(owner, ffmpeg, {
      displayName: "Ibu Sri",
      color: "3",
      sitter: sitters.sri,
      title: "Evening at the lake: what time is it?",
      category: "music",
      tags: "gamelan, slow, java",
      about:
        "Every evening the sun sets over the lake, and the **clock** tells how far behind you are: about a second.\n\nThis channel is a demo. Nobody here is real, but the streams, the chat and the calls are.",
    }),
    furnish(garden, ffmpeg, {
      displayName: "Bayu",
      color: "8",
      sitter: sitters.bayu,
      title: "Nine thousand cells, no plan: can they keep a garden?",
      category: "software",
      tags: "automata, calm",
      about: "Three neighbours, and something grows. Two, and it stays.",
    }),
    furnish(offline, ffmpeg, {
      displayName: "Wati Malam",
      color: "6",
      sitter: sitters.wati,
      title: "Shadow play until the lamp goes out",
      category: "art",
      tags: "wayang, java",
      about:
        "A **shadow** play from Java. This channel waits for an encoder: sign in as `wati`, open the studio, and paste server and key into OBS.",
    }),
  ]);
  const followers = [...audience, viewer].map((name) => people.get(name)).filter((each) => each !== undefined);
  for (const client of followers) await client.send(`/@${administrator}/follow`, {});
  for (const name of [gardener, streamer]) {
    for (const client of [guest, ...followers.slice(0, 5)]) await client.send(`/@${name}/follow`, {});
  }
  await owner.send(`/@${administrator}/chat/moderation/moderators`, { do: "mod", person: "budi" });
  const roomUrl = `${site.pageUrl}/rooms/${await makeRoom(owner, "Tea after the show")}`;
  return { people, passwords, roomUrl };
}

interface Furniture {
  displayName: string;
  color: string;
  sitter: Sitter;
  title: string;
  category: string;
  tags: string;
  about: string;
}

async function furnish(client: FormClient, ffmpeg: string, furniture: Furniture): Promise<void> {
  const { displayName, color, sitter, title, category, tags, about } = furniture;
  await client.send("/settings/profile", { displayName, color });
  await describe(client, title, category, tags, "en");
  await client.send("/studio/channel", { about });
  const avatar = new FormData();
  avatar.set("avatar", new File([pngOf(faceOf(sitter, faceSize), ffmpeg)], "face.png", { type: "image/png" }));
  await client.send("/settings/avatar", avatar);
}

const faceSize = 256;

function pngOf(yuv: Uint8Array, ffmpeg: string): Uint8Array<ArrayBuffer> {
  const input = `-f rawvideo -pixel_format yuv420p -video_size ${faceSize}x${faceSize} -i pipe:0`;
  const recipe = `-loglevel error ${input} -frames:v 1 -f image2pipe -c:v png pipe:1`.split(" ");
  const made = Bun.spawnSync([ffmpeg, ...recipe], { stdin: yuv });
  if (!made.success) throw new Error(`ffmpeg made no picture: ${made.stderr.toString()}`);
  return new Uint8Array(made.stdout);
}
