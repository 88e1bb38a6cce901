import { join } from "node:path";
import { launchBrowser, untilPicturesMove } from "./support/browser.ts";
import { untilShown, write } from "./support/chat.ts";
import { createAdministrator, readKey, register } from "./support/people.ts";
import { publish } from "./support/publisher.ts";
import { startServer } from "./support/server.ts";

/** `npm run screenshots`: takes docs/screenshot.png, the watch page of a channel that is live, with people talking. */

/** A stage at dusk, as far as ffmpeg can paint one by itself. */
const evening =
  "gradients=size=1280x720:rate=30:n=4:c0=0x0b1026:c1=0x3a1c5a:c2=0xd0503a:c3=0xffc65c:type=radial:speed=0.02";
const password = "only-for-the-picture-1";
const audience: [name: string, text: string][] = [
  ["budi", "The picture is so clear tonight"],
  ["citra", "Good evening from Bandung! 👋"],
  ["ibu", "Welcome, all of you. Tonight: light and shadow"],
  ["dewi", "Is this the hall by the river?"],
  ["ibu", "It is! The doors are open until ten"],
  ["budi", "/me gets a coffee"],
  ["eka", "First time here. How near to live is this?"],
  ["citra", "@eka about a second. Wave and we see you 😄"],
];
const server = await startServer();
const browser = await launchBrowser();
const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: "dark" });
try {
  await createAdministrator(page, server, "ibu", password);
  await page.goto(`${server.pageUrl}/studio`);
  const key = await readKey(page, password);
  await page.getByLabel("Title of the stream").fill("Evening light, live from the hall");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();

  const publisher = publish(server.rtmpUrl, key, evening);
  const watch = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: "dark" });
  await watch.goto(`${server.pageUrl}/@ibu`);
  await untilPicturesMove(watch);
  await watch.locator('live-player[data-overlay="none"]').waitFor();
  const people = new Map([["ibu", page]]);
  await page.goto(`${server.pageUrl}/@ibu`);
  for (const [name, text] of audience) {
    const writer = people.get(name) ?? (await browser.newPage());
    if (!people.has(name)) {
      people.set(name, writer);
      await register(writer, server, name, password);
      await writer.goto(`${server.pageUrl}/@ibu`);
    }
    await write(writer, text);
    await untilShown(watch, text.replace("/me ", ""));
  }
  // The guest in front of the picture counts, whose channel it is does not.
  await watch.getByText(`${people.size} watching`).first().waitFor();
  // The controls show while the pointer moves over the picture.
  await watch.locator("live-player").hover();
  await watch.screenshot({ path: join(import.meta.dir, "..", "docs", "screenshot.png") });
  await publisher.end("SIGINT");
} finally {
  await browser.close();
  await server.stop();
}
