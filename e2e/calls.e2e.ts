import type { Browser, BrowserContextOptions, Page } from "@playwright/test";
import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { barriersOf, launchBrowser } from "./support/browser.ts";
import {
  button,
  choose,
  choosePerson,
  createRoom,
  enter,
  join,
  prepare,
  say,
  setRule,
  shareScreen,
  tileOf,
  toastOf,
} from "./support/call.ts";
import { launchCallBrowser } from "./support/call-browser.ts";
import { openPanel, readQuality } from "./support/call-panels.ts";
import {
  descriptionsMade,
  firstShown,
  isShowing,
  playedAloud,
  reportsOf,
  sendAllSound,
  watch,
} from "./support/call-watch.ts";
import { overhear, untilReplaced } from "./support/chat.ts";
import { createAdministrator, register } from "./support/people.ts";
import { stillRunning } from "./support/processes.ts";
import { type Server, startServer } from "./support/server.ts";
import { Story } from "./support/story.ts";
import { until } from "./support/until.ts";

/**
 * Calls, with real processes and Chromium: Ibu makes a room without an account, Budi and Citra come to it, and what can
 * happen in a call happens. The tests are steps of one story and run in this order.
 */

setDefaultTimeout(120_000);

const password = "tall-horse-battery-7";
const passcode = "mangga muda 7";
const tokens = new Set<string>();
const addresses = new Set<string>();
let server: Server;
let browser: Browser;
/** Makes the rooms: a guest. */
let ibu: Page;
let budi: Page;
let citra: Page;
/** The administrator, who has an account. */
let dewi: Page;
/** The first room's address. */
let room: string;

const story = new Story("calls", () => server);
const step = story.step.bind(story);
const openPage = async (who: string, options: BrowserContextOptions = {}): Promise<Page> => {
  const page = await story.openPage(browser, who, { viewport: { width: 1280, height: 800 }, ...options });
  await watch(page.context());
  overhear(page, tokens, addresses);
  return page;
};
const untilShowing = (...pages: Page[]): Promise<unknown> =>
  until("everybody sees somebody", async () => (await Promise.all(pages.map(isShowing))).every(Boolean));
/** The heading that stands where the call was. */
const headingOf = (page: Page, name: string) => page.getByRole("heading", { name, exact: true });
const hears = async (page: Page): Promise<boolean> => {
  const energy = async (): Promise<number> => (await reportsOf(page)).reduce((sum, { audio }) => sum + audio.energy, 0);
  const before = await energy();
  await until("sound arrives", async () => (await energy()) > before);
  return (await playedAloud(page)) > 0;
};

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LOG_LEVEL: "debug", CALL_CAPACITY: "3" }), launchCallBrowser()]);
  [ibu, budi, citra, dewi] = await Promise.all([
    openPage("ibu"),
    openPage("budi"),
    openPage("citra"),
    openPage("dewi"),
  ]);
  await createAdministrator(dewi, server, "dewi", password);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (server !== undefined && stillRunning([server.pid]).length > 0) await server.stop();
});

step("who has no account makes a room, and has a link to send", async () => {
  room = await createRoom(ibu, server.pageUrl, { name: "Sunday call" });
  await ibu.goto(`${server.pageUrl}/rooms`);
  expect(await ibu.getByLabel("Invitation to Sunday call").inputValue()).toBe(room);
  await ibu.getByText("Calls work within one network only.").waitFor();
  await ibu.getByRole("link", { name: "Enter Sunday call" }).click();
  await ibu.waitForURL(room);
});

step("before joining one sees oneself and chooses devices", async () => {
  await prepare(ibu, room, "Ibu");
  const mirror = ibu.getByRole("region", { name: "Your picture" }).locator("video");
  await until("the mirror shows a picture", () =>
    mirror.evaluate((video: { videoWidth: number }) => video.videoWidth > 0),
  );
  for (const label of ["Camera", "Microphone"])
    expect(await ibu.getByLabel(label, { exact: true }).isVisible()).toBe(true);
  await join(ibu);
  await ibu.getByText("You are the only one here").waitFor();
});

step("a guest comes by the link, and both see and hear each other", async () => {
  await budi.goto(`${server.pageUrl}/rooms`);
  await budi.getByLabel("Link or code").fill(room);
  await button(budi, "Join").click();
  await budi.waitForURL(room);
  await enter(budi, room, "Budi");
  await toastOf(ibu, "Budi is here").waitFor();
  await untilShowing(ibu, budi);
  expect(await Promise.all([ibu, budi].map(hears))).toEqual([true, true]);
  await tileOf(budi, "Ibu, Host").waitFor();
});

step("who comes later reads what was written before", async () => {
  await openPanel(ibu, "Chat");
  await say(ibu, "Good morning, see https://example.com/a");
  await button(budi, "Chat, 1 new message").click();
  await budi.getByRole("log").getByText("Good morning").waitFor();
  await say(budi, "Morning! <b>bold</b>");
  await ibu.getByRole("log").getByText("Morning! <b>bold</b>").waitFor();
  await enter(citra, room, "Citra");
  await openPanel(citra, "Chat");
  for (const text of ["Good morning", "Morning! <b>bold</b>"]) await citra.getByRole("log").getByText(text).waitFor();
  expect(await citra.getByRole("log").getByRole("link").getAttribute("href")).toBe("https://example.com/a");
  await until("all three see both others", async () =>
    (await Promise.all([ibu, budi, citra].map(firstShown))).every((times) => times.length >= 2),
  );
});

step("a call that is full takes nobody more", async () => {
  await dewi.goto(room);
  await button(dewi, "Join").click();
  await headingOf(dewi, "The call is full").waitFor();
});

step("a raised hand is seen, and the host lowers it", async () => {
  await citra.keyboard.press("Escape");
  await citra.keyboard.press("h");
  await tileOf(ibu, "Citra, microphone").or(tileOf(ibu, "Citra, hand raised")).first().waitFor();
  await tileOf(ibu, "Citra.*hand raised").waitFor();
  await choose(ibu, "Citra", "Lower their hand");
  await toastOf(citra, "Ibu has lowered your hand").waitFor();
  await tileOf(ibu, "Citra.*hand raised").waitFor({ state: "detached" });
});

step("everybody is muted, also who goes on sending sound, until they are asked to speak", async () => {
  await setRule(ibu, "People may unmute themselves", false);
  await button(ibu, "Mute everybody").click();
  await toastOf(budi, "Ibu has muted you").waitFor();
  await tileOf(citra, "Budi.*microphone off").waitFor();
  // A browser that does not obey: its sound arrives, and nobody plays it.
  await sendAllSound(budi);
  const energy = async (): Promise<number> =>
    (await reportsOf(citra)).reduce((sum, { audio }) => sum + audio.energy, 0);
  const before = await energy();
  await until("Budi's sound arrives all the same", async () => (await energy()) > before);
  // Ibu's alone.
  await until("only the host is heard", async () => (await playedAloud(citra)) === 1);
  await button(budi, "Turn microphone on").click();
  await toastOf(budi, "The host has muted everybody").waitFor();
  await tileOf(citra, "Budi.*microphone off").waitFor();
  await choose(ibu, "Budi", "Ask to unmute");
  await toastOf(budi, "Ibu asks you to switch your microphone on").getByRole("button", { name: "Unmute" }).click();
  await tileOf(citra, "Budi.*microphone off").waitFor({ state: "detached" });
  await until("Budi is heard again", async () => (await playedAloud(citra)) === 2);
});

step("a screen is shown beside the camera, until the host stops it", async () => {
  await shareScreen(budi);
  await tileOf(ibu, "Screen of Budi").waitFor();
  await until("the screen arrives", async () => (await firstShown(citra)).length >= 3);
  await tileOf(ibu, "Budi").first().waitFor();
  await choose(ibu, "Screen of Budi", "Stop their sharing");
  await toastOf(budi, "Ibu has stopped your sharing").waitFor();
  await tileOf(citra, "Screen of Budi").waitFor({ state: "detached" });
});

step("who leaves and comes back at once is seen again", async () => {
  await button(citra, "Leave").click();
  await headingOf(citra, "You left the call").waitFor();
  await toastOf(ibu, "Citra left").waitFor();
  const before = (await firstShown(citra)).length;
  const described = async () =>
    (await Promise.all([ibu, budi, citra].map(descriptionsMade))).reduce((sum, made) => sum + made);
  const describedBefore = await described();
  await button(citra, "Join again").click();
  await until("Citra sees both again", async () => (await firstShown(citra)).length >= before + 2);
  await tileOf(ibu, "Citra").waitFor();
  // An offer and an answer for each of the two: what is described twice holds up everybody who comes with others.
  expect((await described()) - describedBefore).toBe(4);
});

step("signaling is killed: pictures go on, and then everything else does too", async () => {
  const inCall = [ibu, budi, citra];
  await untilShowing(...inCall);
  const pictures = (page: Page) => reportsOf(page).then((peers) => peers.map(({ video }) => video.framesDecoded));
  const before = await Promise.all(inCall.map(pictures));
  const killed = server.pidOf("signaling");
  process.kill(killed, "SIGKILL");
  await openPanel(budi, "Chat");
  await say(budi, "Is anybody there?");
  await untilReplaced(() => server.pidOf("signaling"), killed);
  await openPanel(citra, "Chat");
  await citra.getByRole("log").getByText("Is anybody there?").waitFor();
  for (const page of inCall) {
    expect(await page.getByRole("group", { name: /./ }).count()).toBeGreaterThan(2);
  }
  await untilShowing(...inCall);
  // The same connections: one that began anew would count from nothing.
  const after = await Promise.all(inCall.map(pictures));
  expect(after.map((counts) => counts.length)).toEqual(before.map((counts) => counts.length));
  expect(after.every((counts, page) => counts.every((count, peer) => count > (before[page]?.[peer] ?? 0)))).toBe(true);
});

step("a locked call lets nobody new in; who was there comes back", async () => {
  await button(citra, "Leave").click();
  await headingOf(citra, "You left the call").waitFor();
  await setRule(ibu, "Lock the call", true);
  await button(dewi, "Try again").click();
  await headingOf(dewi, "The call is locked").waitFor();
  await button(citra, "Join again").click();
  await tileOf(ibu, "Citra").waitFor();
  await setRule(ibu, "Lock the call", false);
});

step("who is removed is told so, and who is kept out stays out", async () => {
  await choose(ibu, "Citra", "Remove…");
  await ibu.getByRole("dialog", { name: "Remove Citra?" }).getByRole("button", { name: "Remove and keep out" }).click();
  await headingOf(citra, "You were removed").waitFor();
  await toastOf(budi, "Citra was removed").waitFor();
  await citra.reload();
  await prepare(citra, room, "Somebody else");
  await button(citra, "Join").click();
  await headingOf(citra, "You were removed").waitFor();
});

step("the host ends the call for everybody", async () => {
  const quality = await readQuality(ibu, "Budi");
  expect(quality["Path"]?.receives).toBe("Direct (UDP)");
  await button(ibu, "Leave").click();
  await button(ibu, "End for everybody").click();
  await ibu.getByRole("dialog").getByRole("button", { name: "End for everybody" }).click();
  await headingOf(budi, "This call has ended").waitFor();
  await budi.goto(room);
  await headingOf(budi, "This call has ended").waitFor();
});

step("who knocks waits for the host, who says no and then yes", async () => {
  const door = await createRoom(ibu, server.pageUrl, { name: "Behind a door", entry: "Whom you let in" });
  await prepare(budi, door, "Budi");
  await button(budi, "Join").click();
  await headingOf(budi, "Waiting to be let in").waitFor();
  await budi.getByText("The host is not here yet.").waitFor();
  await enter(ibu, door, "Ibu");
  await budi.getByText("The host has been told that you are here").waitFor();
  expect(await reportsOf(budi)).toEqual([]);
  await toastOf(ibu, "Budi wants to come in").getByRole("button", { name: "Refuse Budi" }).click();
  await headingOf(budi, "You were not let in").waitFor();
  await button(budi, "Try again").click();
  await toastOf(ibu, "Budi wants to come in").waitFor();
  await button(await openPanel(ibu, "People"), "Let in Budi").click();
  await untilShowing(ibu, budi);
  // Whoever was let in need not knock again.
  await button(budi, "Leave").click();
  await button(budi, "Join again").click();
  await untilShowing(ibu, budi);
});

step("a passcode is asked of everybody but the host", async () => {
  const url = await createRoom(ibu, server.pageUrl, { name: "With a word", passcode });
  expect(await ibu.getByRole("textbox", { name: "Passcode" }).count()).toBe(0);
  await prepare(citra, url, "Citra");
  await citra.getByLabel("Passcode").fill("durian");
  await button(citra, "Join").click();
  await citra.getByText("This is not the passcode.").waitFor();
  await citra.getByLabel("Passcode").fill(passcode);
  await join(citra);
});

step("where an account is asked for, guests are shown the way to one", async () => {
  const url = await createRoom(ibu, server.pageUrl, { name: "Members", entry: "People with an account here" });
  await budi.goto(url);
  await headingOf(budi, "Sign in to enter").waitFor();
  await register(budi, server, "budi", password);
  await budi.goto(url);
  await budi.getByText("You join as budi.").waitFor();
  await join(budi);
});

step("on a stage the host is seen, and brings up who raises a hand", async () => {
  const url = await createRoom(ibu, server.pageUrl, { name: "A stage", mode: "Stage" });
  await enter(ibu, url, "Ibu");
  await citra.goto(url);
  await enter(citra, url, "Citra", "listener");
  await dewi.goto(url);
  await join(dewi);
  await untilShowing(citra, dewi);
  // Two listeners have no connection to each other.
  expect(await Promise.all([citra, dewi].map(async (page) => (await reportsOf(page)).length))).toEqual([1, 1]);
  expect(await tileOf(dewi, "Citra").count()).toBe(0);
  await button(citra, "Raise hand").click();
  await choosePerson(ibu, "Citra", "Bring on stage");
  const asked = citra.getByRole("dialog", { name: "You are on stage" });
  await button(asked, "Camera and microphone").click();
  await untilShowing(ibu);
  await until("the listener sees both", async () => (await firstShown(dewi)).length >= 2);
  await choosePerson(ibu, "Citra", "Take off stage");
  await tileOf(dewi, "Citra").waitFor({ state: "detached" });
  await toastOf(citra, "Ibu has taken you off the stage").waitFor();
});

step("without camera and microphone one is told so, and can join all the same", async () => {
  const bare = await launchBrowser();
  try {
    const page = await bare.newPage();
    story.watch(page, "eka");
    await watch(page.context());
    const url = await createRoom(page, server.pageUrl, { name: "Bare" });
    await page.getByLabel("Your name").fill("Eka");
    await button(page, "Use camera and microphone").click();
    await page.getByText("No camera was found.").waitFor();
    await join(page);
    await enter(citra, url, "Citra");
    await untilShowing(page);
  } finally {
    await bare.close();
  }
});

type Look = readonly [width: number, theme: "light" | "dark"];

/** What a program finds wrong with a page in this width and theme, and whether it is too wide. `key` opens a panel. */
const faultsOf = async (page: Page, [width, colorScheme]: Look, key = ""): Promise<string[]> => {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme });
  if (key !== "") await page.keyboard.press(key);
  const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  const found = [...(await barriersOf(page)), ...((await page.evaluate<number>(overflow)) > 0 ? ["too wide"] : [])];
  if (key !== "") await page.keyboard.press("Escape");
  return found.map((fault) => `${page.url()} ${width} ${colorScheme} ${key}: ${fault}`);
};

step("the language is a click away, and rooms are in Indonesian too", async () => {
  await Promise.all([citra, dewi].map((page) => page.goto(server.pageUrl)));
  await budi.goto(`${server.pageUrl}/rooms`);
  await button(budi, "Bahasa Indonesia").click();
  await headingOf(budi, "Ruang").waitFor();
  expect(await budi.evaluate<string>("document.documentElement.lang")).toBe("id");
  await button(budi, "English").click();
  await headingOf(budi, "Rooms").waitFor();
});

step("no barrier that a program can find: both languages, wide and narrow, by day and by night", async () => {
  const sari = await openPage("sari", { locale: "id-ID" });
  const url = await createRoom(ibu, server.pageUrl, { name: "Looked at" });
  // Each page in two of the four looks; the other language has the others. Pictures would only keep the machine busy.
  const people = [
    {
      page: ibu,
      name: "Ibu",
      join: "Join",
      looks: [
        [1280, "light"],
        [390, "dark"],
      ],
    },
    {
      page: sari,
      name: "Sari",
      join: "Gabung",
      looks: [
        [390, "light"],
        [1280, "dark"],
      ],
    },
  ] as const;
  const found = await Promise.all(
    people.map(async ({ page, name, join: label, looks: [one, other] }) => {
      await page.goto(`${server.pageUrl}/rooms`);
      const faults = [...(await faultsOf(page, one)), ...(await faultsOf(page, other))];
      await page.goto(url);
      await page.locator("#your-name").fill(name);
      faults.push(...(await faultsOf(page, one)), ...(await faultsOf(page, other)));
      await button(page, label).click();
      await page.getByRole("group").nth(1).waitFor();
      for (const key of ["", "c"]) faults.push(...(await faultsOf(page, one, key)));
      for (const key of ["p", "q"]) faults.push(...(await faultsOf(page, other, key)));
      return faults;
    }),
  );
  expect(found.flat()).toEqual([]);
});

step("administrators see how the calls went, and take the figures along", async () => {
  await dewi.goto(`${server.pageUrl}/admin`);
  await dewi.getByRole("link", { name: "Quality of calls" }).click();
  // A call is listed once it has been reported, every ten seconds.
  const call = dewi.getByRole("link", { name: "Looked at" });
  await until("the call is listed", async () => (await dewi.reload(), (await call.count()) > 0), 40_000);
  await call.click();
  await dewi.getByRole("heading", { name: "Looked at" }).waitFor();
  // The call is on, and each device says every ten seconds what it has measured; a shorter call may have no figures.
  const figures = dewi.getByRole("table", { name: /^Figures of each connection/ }).getByRole("row");
  const isMeasured = async (): Promise<boolean> => {
    await dewi.reload();
    return (await figures.filter({ hasText: "Sari" }).count()) > 0;
  };
  await until("there are figures", isMeasured, 40_000);
  expect(await barriersOf(dewi)).toEqual([]);
  const [file] = await Promise.all([
    dewi.waitForEvent("download"),
    dewi.getByRole("link", { name: "All samples as CSV" }).click(),
  ]);
  const [head = "", ...samples] = (await Bun.file(await file.path()).text()).trim().split("\r\n");
  expect(head).toStartWith("time (UTC),measured by,");
  const direct = samples
    .map((line) => line.split(","))
    .filter((fields) => fields[5] === "direct" && fields[6] === "udp");
  expect(direct.length).toBeGreaterThan(0);
  expect(new Set(direct.map((fields) => fields[1]))).toContain("Sari");
  await budi.goto(dewi.url());
  expect(await budi.getByRole("heading", { name: "Looked at" }).count()).toBe(0);
});

step("no page failed, and no log or address holds a ticket, a token or a password", async () => {
  expect(story.pageErrors).toEqual([]);
  expect(tokens.size).toBeGreaterThan(5);
  expect([...addresses]).toEqual([`${server.signalingUrl.replace("http", "ws")}/ws`]);
  await server.stop();
  expect([...tokens, password, passcode].filter((secret) => server.output().includes(secret))).toEqual([]);
});
