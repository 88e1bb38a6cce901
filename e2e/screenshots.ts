import type { Browser, Page } from "@playwright/test";
import { join as joinPaths } from "node:path";
import { launchBrowser, untilPicturesMove } from "./support/browser.ts";
import { button, createRoom, join as joinCall, prepare, say, tileOf } from "./support/call.ts";
import { openPanel } from "./support/call-panels.ts";
import { launchCallBrowser } from "./support/call-browser.ts";
import type { FormClient } from "./support/form-client.ts";
import { allow, describe, goLive, join, paint, password, sayAll } from "./support/lively-site.ts";
import type { Publisher } from "./support/publisher.ts";
import { type Server, startServer } from "./support/server.ts";
import { findTools } from "./support/tools.ts";
import { until } from "./support/until.ts";

/** `npm run screenshots`: takes the README's pictures, docs/{home,channel,studio,call}.png, of a site with life in it. */

/** A town after sunset, as far as ffmpeg can paint it by itself: sky, houses as x, y, width and height, and lit windows. */
function paintDusk(): string {
  const sky = "c0=0x10143a:c1=0x5a2466:c2=0xd9583c:c3=0xffc65c:x0=640:y0=0:x1=640:y1=700:speed=0.00001";
  const houses = [
    [0, 560, 1280, 160],
    [60, 430, 120, 130],
    [210, 480, 90, 80],
    [330, 380, 70, 180],
    [430, 500, 160, 60],
    [640, 450, 240, 110],
    [690, 400, 140, 50],
    [735, 350, 50, 50],
    [930, 490, 110, 70],
    [1080, 410, 80, 150],
    [1180, 470, 70, 90],
  ];
  const hall = [664, 704, 744, 784, 824];
  const windows = [
    ...hall.map((x) => [x, 490, 18, 40]),
    [84, 460, 12, 14],
    [130, 490, 12, 14],
    [350, 410, 10, 12],
    [350, 450, 10, 12],
    [1104, 440, 12, 14],
    [960, 515, 12, 14],
  ];
  const inTheRiver = hall.map((x) => [x, 575, 18, 90]);
  const boxes = (each: number[][], color: string): string =>
    each.map(([x, y, w, h]) => `,drawbox=x=${x}:y=${y}:w=${w}:h=${h}:color=${color}:t=fill`).join("");
  const all = boxes(houses, "0x0a0c14") + boxes(windows, "0xffc65c") + boxes(inTheRiver, "0x5a3a18");
  // The light swells and fades, so that it moves.
  return `gradients=size=1280x720:rate=24:n=4:${sky}:type=linear${all},hue=b='0.5*sin(2*PI*t/8)'`;
}
const channels = [
  {
    name: "ibu",
    displayName: "Ibu Sri",
    color: "3",
    title: "Evening light, live from the hall",
    category: "art",
    tags: "light, painting, java",
    picture: paintDusk(),
    face: "gradients=size=256x256:n=2:c0=0x5a2466:c1=0xffc65c:x0=0:y0=0:x1=256:y1=256:type=linear",
  },
  {
    name: "wati",
    displayName: "Wati Malam",
    color: "6",
    title: "Counting the islands of a fractal coast",
    category: "learning",
    tags: "mathematics, slow",
    picture: "mandelbrot=size=640x360:rate=15:start_scale=0.02:end_scale=0.003:end_pts=2000",
    face: "gradients=size=256x256:n=2:c0=0x0a6b45:c1=0xb8f0d8:x0=256:y0=0:x1=0:y1=256:type=linear",
  },
  {
    name: "bayu",
    displayName: "Bayu",
    color: "8",
    title: "Ten thousand cells, no plan: can they keep a garden?",
    category: "software",
    tags: "automata, rust",
    picture:
      "life=size=640x360:rate=12:mold=12:ratio=0.12:life_color=0xffc65c:death_color=0x0a6b45:mold_color=0x0b1a26",
    face: "gradients=size=256x256:n=2:c0=0x123a6b:c1=0x7fd0ff:x0=0:y0=256:x1=256:y1=0:type=linear",
  },
];
const folder = joinPaths(import.meta.dir, "..", "docs");

/** A picture of few colours takes a quarter of the room. */
async function take(page: Page, name: string): Promise<void> {
  const png = await page.screenshot();
  const palette = "split[a][b];[a]palettegen=stats_mode=full[p];[b][p]paletteuse=dither=sierra2_4a";
  const recipe = ["-loglevel", "error", "-y", "-f", "png_pipe", "-i", "-", "-vf", palette, "-frames:v", "1"];
  const file = joinPaths(folder, `${name}.png`);
  const made = Bun.spawnSync([findTools().ffmpeg, ...recipe, file], { stdin: png });
  if (!made.success) throw new Error(`ffmpeg kept no picture: ${made.stderr.toString()}`);
  console.log(`${file}: ${Math.round(Bun.file(file).size / 1000)} kB`);
}

async function openAs(browser: Browser, who: FormClient | null, theme: "dark" | "light"): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: theme });
  if (who !== null) await context.addCookies(who.cookies);
  return context.newPage();
}

async function putOnAir(server: Server, people: Map<string, FormClient>): Promise<Publisher[]> {
  const publishers: Publisher[] = [];
  for (const { name, displayName, color, title, category, tags, picture, face } of channels) {
    const client = await join(server, name);
    const admin = people.get("ibu");
    if (admin !== undefined) await allow(admin, name);
    people.set(name, client);
    await client.send("/settings/profile", { displayName, color });
    await client.send("/settings/avatar", paint("avatar", face));
    await describe(client, title, category, tags, "en");
    publishers.push(await goLive(server, await client.streamKey(password), client, name, picture));
  }
  return publishers;
}

async function takeCall(server: Server): Promise<void> {
  const camera = { width: 640, height: 360, framesPerSec: 10 };
  const downwards = "x0=0:y0=0:x1=0:y1=360:type=linear:speed=0.00001";
  const scenes = ["c0=0x10143a:c1=0xd9583c:c2=0xffc65c", "c0=0x06281c:c1=0x0a6b45:c2=0xb8f0d8"];
  const browsers = await Promise.all(
    scenes.map((colors) => launchCallBrowser({ camera, scene: `gradients=n=3:${colors}:${downwards}` })),
  );
  try {
    const names = ["Sri", "Bayu", "Wati", "Dewi"];
    const pages = await Promise.all(names.map((_, index) => openAs(browsers[index % 2] as Browser, null, "dark")));
    const [first] = pages as [Page];
    const url = await createRoom(first, server.pageUrl, { name: "Rehearsal on Sunday" });
    for (const [index, page] of pages.entries()) {
      await prepare(page, url, names[index] ?? "");
      // Two without a camera.
      if (index > 1) await button(page, "Turn camera off").click();
      await joinCall(page);
    }
    await openPanel(first, "Chat");
    for (const [index, text] of ["Can you hear the gong?", "Loud and clear", "Once more from the dance?"].entries()) {
      const page = pages[(index + 1) % pages.length] ?? first;
      await openPanel(page, "Chat");
      await say(page, text);
    }
    await first.getByText("Once more from the dance?").waitFor();
    await tileOf(first, "Bayu").locator("video").waitFor();
    // What the call told of goes away by itself.
    await first.waitForTimeout(6000);
    await first.mouse.move(400, 300);
    await first.waitForTimeout(500);
    await take(first, "call");
  } finally {
    await Promise.all(browsers.map((each) => each.close()));
  }
}

const server = await startServer();
const browser = await launchBrowser();
const people = new Map<string, FormClient>();
let publishers: Publisher[] = [];
try {
  publishers = await putOnAir(server, people);
  const personOf = (name: string): FormClient => {
    const person = people.get(name);
    if (person === undefined) throw new Error(`${name} has not come.`);
    return person;
  };
  for (const name of ["budi", "citra", "dewi", "eka"]) people.set(name, await join(server, name));
  for (const name of ["wati", "bayu"]) await personOf("budi").send(`/@${name}/follow`, {});
  for (const name of ["budi", "dewi", "eka", "wati"]) await personOf(name).send("/@ibu/follow", {});

  const watch = await openAs(browser, personOf("dewi"), "dark");
  const others = [await openAs(browser, null, "dark"), await openAs(browser, personOf("budi"), "light")];
  for (const page of [watch, ...others]) await page.goto(`${server.pageUrl}/@ibu`);
  await untilPicturesMove(watch);
  const lines: [name: string, text: string][] = [
    ["budi", "The picture is so clear tonight"],
    ["citra", "Good evening from Bandung!"],
    ["ibu", "Welcome, all of you. Tonight: light and shadow"],
    ["dewi", "Is this the hall by the river?"],
    ["ibu", "It is! The doors are open until ten"],
    ["wati", "/me gets a coffee"],
    ["eka", "First time here. How near to live is this?"],
    ["citra", "@eka about a second. Wave and we see you"],
  ];
  await sayAll(
    server,
    browser,
    "ibu",
    lines.map(([name, text]) => [personOf(name), text]),
  );
  // The controls show while the pointer moves over the picture.
  await watch.locator("live-player").hover();
  await watch
    .getByText(`${others.length + 1} watching`)
    .first()
    .waitFor();
  await watch.locator('live-player[data-overlay="none"]').waitFor();
  await take(watch, "channel");
  await Promise.all([watch, ...others.slice(1)].map((page) => page.close()));

  const home = await openAs(browser, personOf("budi"), "dark");
  await until(
    "a picture of each stream",
    async () => {
      await home.goto(server.pageUrl);
      return home.evaluate<boolean>(
        `[...document.querySelectorAll("main img[data-thumbnail]")].filter(({ naturalWidth }) => naturalWidth > 0).length >= ${channels.length}`,
      );
    },
    60_000,
  );
  // Who followed just now is told at once who is on; that is not what the picture is of.
  const news = home.getByRole("region", { name: "What is new" }).getByRole("button", { name: "Close" });
  await home.waitForTimeout(1500);
  for (const close of (await news.all()).reverse()) await close.click();
  await home.mouse.move(1270, 790);
  await home.waitForTimeout(500);
  await take(home, "home");
  // The studio speaks of an encoder that has the machine to itself.
  await Promise.all(publishers.splice(1).map((each) => each.end("SIGINT")));

  const studio = await openAs(browser, personOf("ibu"), "light");
  await studio.goto(`${server.pageUrl}/studio`);
  await studio.locator("#studio-status").getByText("Live", { exact: true }).waitFor();
  await studio.waitForTimeout(12_000);
  await take(studio, "studio");
  await Promise.all(publishers.splice(0).map((each) => each.end("SIGINT")));
  await takeCall(server);
} finally {
  await Promise.all(publishers.map((each) => each.end("SIGKILL")));
  await browser.close();
  await server.stop();
}
