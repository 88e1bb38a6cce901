import type { Browser, Page } from "@playwright/test";
import { afterAll, beforeAll, expect, setDefaultTimeout } from "bun:test";
import { barriersOf, launchBrowser } from "./support/browser.ts";
import { choose, messageOf, overhear, textsOf, untilReplaced, untilShown, write, writingOf } from "./support/chat.ts";
import { createAdministrator, register, signOut } from "./support/people.ts";
import { stillRunning } from "./support/processes.ts";
import { type Server, startServer } from "./support/server.ts";
import { Story } from "./support/story.ts";
import { until } from "./support/until.ts";

/**
 * An evening in a channel's chat, with real processes and Chromium: a streamer, a viewer who writes, and a guest who
 * reads. The tests are steps of one story and run in this order.
 */

setDefaultTimeout(60_000);

const password = "tall-horse-battery-7";
let server: Server;
let browser: Browser;
/** The streamer of the channel, who is the administrator too. */
let ibu: Page;
/** Signed in. */
let budi: Page;
/** Not signed in. */
let guest: Page;
const tokens = new Set<string>();
const addresses = new Set<string>();

const story = new Story("chat", () => server);
const step = story.step.bind(story);
const openPage = async (who: string): Promise<Page> => {
  const page = await story.openPage(browser, who, { viewport: { width: 1280, height: 800 } });
  overhear(page, tokens, addresses);
  return page;
};
const everyone = (): Page[] => [ibu, budi, guest];
const untilAllShow = (text: string): Promise<unknown> => Promise.all(everyone().map((page) => untilShown(page, text)));
const untilNobodyShows = (text: string): Promise<unknown> =>
  Promise.all(everyone().map((page) => messageOf(page, text).first().waitFor({ state: "detached" })));
const statusOf = (page: Page) => page.locator("live-chat").getByRole("status");
/** A message of one's own that bears no mark is stored. */
const untilSaved = async (page: Page, text: string): Promise<void> => {
  await messageOf(page, text).getByText("not sent yet").waitFor({ state: "hidden" });
  await messageOf(page, text).getByText("not yet saved").waitFor({ state: "hidden" });
};

/** In the page: how much of it has moved by itself since it was opened. */
const layoutShift = `new Promise((resolve) => {
  const observer = new PerformanceObserver(() => undefined);
  observer.observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(observer.takeRecords().reduce((sum, { value }) => sum + value, 0)));
})`;

beforeAll(async () => {
  [server, browser] = await Promise.all([startServer({ LOG_LEVEL: "debug" }), launchBrowser()]);
  [ibu, budi, guest] = await Promise.all([openPage("ibu"), openPage("budi"), openPage("guest")]);
  await createAdministrator(ibu, server, "ibu", password);
  await register(budi, server, "budi", password);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (server !== undefined && stillRunning([server.pid]).length > 0) await server.stop();
});

step("who opens a channel finds its chat, and how many people are there", async () => {
  await Promise.all(everyone().map((page) => page.goto(`${server.pageUrl}/@ibu`)));
  await Promise.all([ibu, budi].map((page) => writingOf(page).waitFor()));
  await guest.getByRole("link", { name: "Sign in to write" }).waitFor();
  expect(await writingOf(guest).isVisible()).toBe(false);
  await Promise.all(everyone().map((page) => page.getByText("2 watching").filter({ visible: true }).first().waitFor()));
  // Nothing jumped while all that came in.
  expect(await guest.evaluate<number>(layoutShift)).toBe(0);
});

step("a message arrives at everybody's, once", async () => {
  await write(ibu, "Good evening, and welcome");
  await untilAllShow("Good evening, and welcome");
  await write(budi, "Hello from the back row");
  await untilAllShow("Hello from the back row");
  await untilSaved(budi, "Hello from the back row");
  await messageOf(guest, "Good evening").getByTitle("Streamer").waitFor();
  await messageOf(guest, "Hello from").getByText("First message").waitFor();
});

step("what is written before the chat is connected waits, and goes out by itself", async () => {
  const ticket = Promise.withResolvers<void>();
  await budi.route("**/ticket", async (route) => {
    await ticket.promise;
    await route.continue();
  });
  await budi.reload();
  await write(budi, "Am I too early?");
  await messageOf(budi, "Am I too early?").getByText("not sent yet").waitFor();
  await budi.getByRole("button", { name: "Send when connected" }).waitFor();
  ticket.resolve();
  await untilAllShow("Am I too early?");
  await untilSaved(budi, "Am I too early?");
  await budi.getByRole("button", { name: "Send", exact: true }).waitFor();
  await budi.unroute("**/ticket");
});

step("a chat that is taken out of the page and put back shows everything once, and goes on", async () => {
  await budi.evaluate(`(() => {
    const chat = document.querySelector("live-chat");
    const place = document.createElement("div");
    chat.replaceWith(place);
    place.replaceWith(chat);
  })()`);
  await untilShown(budi, "Good evening, and welcome");
  await write(budi, "Back in the page");
  await untilAllShow("Back in the page");
});

step("an answer shows what it answers, a mention is marked, /me says what somebody does", async () => {
  await choose(budi, "Good evening, and welcome", "Reply");
  await write(budi, "Glad to be here, @ibu <b>bold</b>");
  const answer = messageOf(ibu, "Glad to be here, @ibu <b>bold</b>");
  await answer.getByText("Good evening, and welcome").waitFor();
  await answer.locator("[data-me]", { hasText: "@ibu" }).waitFor();
  expect(await answer.locator("b").count()).toBe(0);
  await write(budi, "/me waves");
  await untilAllShow("waves");
  await write(ibu, "See https://example.com/a?b=c");
  const link = messageOf(guest, "See ").getByRole("link");
  expect(await link.getAttribute("href")).toBe("https://example.com/a?b=c");
  expect(await link.getAttribute("rel")).toContain("noopener");
});

step("the emoji picker opens and writes", async () => {
  await budi.getByRole("button", { name: "Emoji", exact: true }).click();
  await budi.getByRole("combobox", { name: /search/i }).fill("tiger");
  await budi.getByRole("option", { name: /tiger face/i }).click();
  await until("it stands in the field", async () => (await writingOf(budi).inputValue()) === "🐯");
  await budi.keyboard.press("Escape");
  await writingOf(budi).press("Enter");
  await untilAllShow("🐯");
});

step("what is deleted with the mouse does not hold the chat up", async () => {
  await write(ibu, "To be deleted");
  await write(ibu, "To be kept");
  await untilAllShow("To be kept");
  await choose(ibu, "To be deleted", "Delete message");
  await untilNobodyShows("To be deleted");
  expect(await ibu.getByRole("log").getAttribute("aria-live")).toBe("polite");
});

step("slow mode by a command holds others up, not the streamer", async () => {
  await write(ibu, "/slow 1h");
  await budi.getByText("Slow mode").first().waitFor();
  await write(budi, "Sooner than allowed");
  await write(ibu, "The streamer is not bound");
  await untilAllShow("The streamer is not bound");
  await messageOf(budi, "Sooner than allowed").getByText("not sent yet").waitFor();
  expect(await messageOf(guest, "Sooner than allowed").count()).toBe(0);
  await write(ibu, "/slow off");
  await budi.getByText("Slow mode").first().waitFor({ state: "hidden" });
  await untilAllShow("Sooner than allowed");
  await write(ibu, "/nonsense");
  await ibu.getByRole("log").getByText("There is no command /nonsense").waitFor();
  expect((await textsOf(guest)).filter((text) => text.startsWith("/"))).toEqual([]);
});

step("/help, longer than the list for whoever moderates, is read from its beginning", async () => {
  await write(ibu, "/help");
  const first = ibu.getByRole("log").getByText("/me waves");
  await until("its first command is in the list's window", async () => {
    const [list, command] = [await ibu.getByRole("log").boundingBox(), await first.boundingBox()];
    return list !== null && command !== null && command.y >= list.y && command.y < list.y + list.height;
  });
});

step("what is banned by the menu is gone everywhere at once, and told why it cannot write", async () => {
  await choose(ibu, "Hello from the back row", "Ban");
  await untilNobodyShows("Hello from the back row");
  await untilNobodyShows("waves");
  await untilAllShow("Good evening, and welcome");
  await statusOf(budi).getByText("You are banned from this chat.").waitFor();
  await budi.reload();
  await statusOf(budi).getByText("You are banned from this chat.").waitFor();
  await untilNobodyShows("Hello from the back row");
});

step("whoever streams has the chat in the studio too", async () => {
  await ibu.goto(`${server.pageUrl}/studio`);
  await untilShown(ibu, "Good evening, and welcome");
  await write(ibu, "From the studio");
  await untilShown(guest, "From the studio");
  expect(await barriersOf(ibu)).toEqual([]);
});

step("the moderation page says who did what, and takes the ban back", async () => {
  await ibu.getByRole("link", { name: "Chat moderation" }).click();
  const log = ibu.getByRole("region", { name: "Log" });
  await log.getByText("ibu banned budi").waitFor();
  await log.getByText("ibu set slow mode to 1 hour").waitFor();
  expect(await barriersOf(ibu)).toEqual([]);
  await ibu.getByRole("button", { name: "Unban budi" }).click();
  await ibu.getByText("Everybody may write.").waitFor();
  // The button is gone; the keyboard goes on from the list's own form, and the log has come along.
  await ibu.locator("#banned:focus").waitFor();
  await log.getByText("ibu let budi write again").waitFor();
  await statusOf(budi).getByText("You are banned").waitFor({ state: "hidden" });
  await ibu.goto(`${server.pageUrl}/@ibu`);
  await untilShown(ibu, "Good evening, and welcome");
  await write(budi, "Back again, and sorry");
  await untilAllShow("Back again, and sorry");
});

step("signaling is killed: the page says so, and what was written meanwhile is stored and shown once", async () => {
  await write(budi, "Just before the fall");
  await untilSaved(budi, "Just before the fall");
  const killed = server.pidOf("signaling");
  // Halted first, it takes the message and answers nothing: nobody can know what becomes of it.
  process.kill(killed, "SIGSTOP");
  await write(budi, "Into the void");
  // As long as the start is halted, nobody starts it again.
  const start = server.pidOf("start");
  process.kill(start, "SIGSTOP");
  try {
    process.kill(killed, "SIGKILL");
    await statusOf(budi).getByText("The chat cannot be reached. Trying again…").waitFor();
    await write(budi, "Is anybody there?");
    await messageOf(budi, "Into the void").getByText("not sent yet").waitFor();
    await messageOf(budi, "Is anybody there?").getByText("not sent yet").waitFor();
  } finally {
    process.kill(start, "SIGCONT");
  }
  await untilReplaced(() => server.pidOf("signaling"), killed);
  for (const text of ["Just before the fall", "Into the void", "Is anybody there?"]) await untilAllShow(text);
  for (const text of ["Into the void", "Is anybody there?"]) await untilSaved(budi, text);
  await statusOf(budi).getByText("The chat cannot be reached").waitFor({ state: "hidden" });
});

step("api is killed: the chat goes on, says what is not yet saved, and saves it", async () => {
  const killed = server.pidOf("api");
  process.kill(killed, "SIGSTOP");
  await write(budi, "Is anybody keeping this?");
  await untilAllShow("Is anybody keeping this?");
  await messageOf(budi, "Is anybody keeping this?").getByText("not yet saved").waitFor();
  process.kill(killed, "SIGKILL");
  await untilReplaced(() => server.pidOf("api"), killed);
  await untilSaved(budi, "Is anybody keeping this?");
  await until("api answers", async () => (await fetch(`${server.pageUrl}/healthz`).catch(() => null))?.ok === true);
});

step("after a reload everything is there, in order and once", async () => {
  const before = await textsOf(budi);
  expect(before.slice(-5)).toEqual([
    "Back again, and sorry",
    "Just before the fall",
    "Into the void",
    "Is anybody there?",
    "Is anybody keeping this?",
  ]);
  await guest.reload();
  await untilShown(guest, "Is anybody keeping this?");
  expect(await textsOf(guest)).toEqual(before);
});

step("the chat in a window of its own is the same chat", async () => {
  const opened = budi.waitForEvent("popup");
  await budi.getByRole("button", { name: "Chat menu" }).click();
  await budi.getByRole("menuitem", { name: "Chat in its own window" }).click();
  const popOut = await opened;
  story.watch(popOut, "pop-out");
  await untilShown(popOut, "Into the void");
  await write(popOut, "From the little window");
  await untilAllShow("From the little window");
  expect(await barriersOf(popOut)).toEqual([]);
  // One person with two windows is one, and whose channel it is does not count.
  await guest.getByText("2 watching").filter({ visible: true }).first().waitFor();
  await popOut.close();
});

step("everything can be done with the keyboard alone", async () => {
  const isFocused = (page: Page, selector: string): Promise<boolean> =>
    page.evaluate<boolean>(`document.activeElement?.matches(${JSON.stringify(selector)}) === true`);
  await writingOf(ibu).focus();
  // The messages are one stop, however many links and buttons are in them.
  await ibu.keyboard.press("Shift+Tab");
  expect(await isFocused(ibu, "[role=log]")).toBe(true);
  for (const _line of [1, 2]) await ibu.keyboard.press("ArrowUp");
  await ibu.keyboard.press("Enter");
  await ibu.getByRole("menu", { name: "Message" }).waitFor();
  await ibu.keyboard.press("Escape");
  await ibu.getByRole("menu", { name: "Message" }).waitFor({ state: "hidden" });
  expect(await isFocused(ibu, "article, article *")).toBe(true);
  await ibu.keyboard.press("r");
  await ibu.keyboard.type("By keys alone");
  await ibu.keyboard.press("Enter");
  await untilAllShow("By keys alone");
  // The last but one.
  await messageOf(guest, "By keys alone").getByText("Is anybody keeping this?").waitFor();
  expect(await isFocused(ibu, "textarea")).toBe(true);
});

step("a screen reader hears who said what, and what can be done", async () => {
  const tree = await budi.getByRole("region", { name: "Chat", exact: true }).ariaSnapshot();
  const heard = tree.replaceAll(/(- time: ).*/g, "$1…");
  for (const part of [
    `
  - heading "Chat" [level=2]`,
    `
  - button "Chat menu"
  - log "Chat messages of ibu":
    - article "ibu Good evening, and welcome":
      - paragraph: "Streamer ibu: Good evening, and welcome"
      - time: …
      - button "What to do with the message of ibu"
    - article "ibu See example.com/a?b=c":`,
    `
        - link "example.com/a?b=c":
          - /url: https://example.com/a?b=c
`,
    `
    - article "ibu By keys alone":
      - button "In reply to budi Is anybody keeping this?"
      - paragraph: "Streamer ibu: By keys alone"
`,
    `
  - textbox "Message to ibu":
    - /placeholder: Write a message
  - button "Emoji"
  - button "Send"`,
  ]) {
    expect(heard).toContain(part);
  }
});

step("no barrier that a program can find, on wide and narrow screens, by day and by night", async () => {
  for (const width of [1280, 390]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await budi.setViewportSize({ width, height: 800 });
      await budi.emulateMedia({ colorScheme });
      expect(await barriersOf(budi)).toEqual([]);
      const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      expect(await budi.evaluate<number>(overflow)).toBe(0);
    }
  }
});

step("followers only: who is kept out is told how to come in, follows, and writes at once", async () => {
  await budi.setViewportSize({ width: 1280, height: 800 });
  await write(ibu, "/followers");
  await statusOf(budi).getByText("Follow ibu to join in.").waitFor();
  await budi.getByRole("button", { name: "Follow ibu" }).click();
  await budi.locator("button:focus", { hasText: "Unfollow ibu" }).waitFor();
  await budi.getByText("1 follower", { exact: true }).waitFor();
  await statusOf(budi).getByText("Follow ibu to join in.").waitFor({ state: "hidden" });
  await write(budi, "One of the followers now");
  await untilAllShow("One of the followers now");
});

step("in Indonesian everything is, from the field to a refusal", async () => {
  const citra = await openPage("citra");
  await register(citra, server, "citra", password);
  await citra.getByRole("button", { name: "Bahasa Indonesia" }).click();
  await citra.getByRole("button", { name: "English" }).waitFor();
  await citra.goto(`${server.pageUrl}/@ibu/chat`);
  expect(await citra.locator("html").getAttribute("lang")).toBe("id");
  const field = citra.getByRole("textbox", { name: "Pesan untuk ibu" });
  await statusOf(citra).getByText("Hanya pengikut yang bisa menulis. Ikuti ibu untuk ikut mengobrol.").waitFor();
  await write(ibu, "/followers off");
  await write(ibu, "/slow 5m");
  await citra.getByText("3 penonton").waitFor();
  await citra.getByText("Mode lambat: 5 menit").waitFor();
  await write(ibu, "/slow off");
  await field.fill("/dance");
  await field.press("Enter");
  await citra.getByRole("log").getByText("Tidak ada perintah /dance. Ketik /help untuk melihat daftarnya.").waitFor();
  await field.fill("/help");
  await field.press("Enter");
  await citra.getByRole("list", { name: "Perintah" }).getByText("Menampilkan daftar perintah ini.").waitFor();
  for (const _time of [1, 2]) {
    await field.fill("Selamat malam semuanya");
    await field.press("Enter");
  }
  await untilShown(guest, "Selamat malam semuanya");
  await citra
    .getByRole("log")
    .getByText("Anda baru saja menulis itu. Tulis yang lain, atau tunggu setengah menit.")
    .waitFor();
  await field.fill("");
  await messageOf(citra, "Selamat malam semuanya").getByRole("button", { name: "Pilihan untuk pesan citra" }).waitFor();
  expect(await barriersOf(citra)).toEqual([]);
  await field.pressSequentially(":ngakak");
  await citra.getByRole("listbox", { name: "Saran" }).getByRole("option", { name: "🤣 :rofl:" }).waitFor();
  await field.fill("");
  await citra.getByRole("button", { name: "Emoji", exact: true }).click();
  await citra.getByRole("combobox", { name: "Cari emoji" }).fill("ngakak");
  await citra.getByRole("option", { name: /tertawa terbahak-bahak/ }).waitFor();
  await citra.keyboard.press("Escape");
  await citra.goto(`${server.pageUrl}/@citra/chat/moderation`);
  await citra.getByLabel("Siapa yang boleh menulis").selectOption({ label: "Pengikut minimal 10 menit" });
  await citra.getByRole("button", { name: "Simpan aturan" }).click();
  const log = citra.getByRole("region", { name: "Catatan" });
  await log.getByText("citra membatasi obrolan untuk yang sudah mengikuti selama 10 menit").waitFor();
  expect(await barriersOf(citra)).toEqual([]);
  await citra.close();
});

step("an emoji is found by its shortcode, by keys alone", async () => {
  const field = writingOf(ibu);
  await field.fill("");
  await field.pressSequentially("Welcome :smi");
  const options = ibu.getByRole("listbox", { name: "Suggestions" }).getByRole("option");
  await options.first().waitFor();
  expect(await options.count()).toBe(8);
  await options.and(ibu.getByRole("option", { name: "😄 :smile:", selected: true })).waitFor();
  await field.press("ArrowDown");
  await field.press("ArrowUp");
  expect(await field.getAttribute("aria-activedescendant")).toBe(await options.first().getAttribute("id"));
  await field.press("Enter");
  expect(await field.inputValue()).toBe("Welcome 😄 ");
  await field.pressSequentially(":tiger:");
  expect(await field.inputValue()).toBe("Welcome 😄 🐅 ");
  await field.pressSequentially(":smi");
  await options.first().waitFor();
  await field.press("Escape");
  await options.first().waitFor({ state: "detached" });
  await field.fill("Welcome 😄");
  await field.press("Enter");
  await untilShown(guest, "Welcome 😄");
});

step("a moderator is one at once, and no more when the streamer says so", async () => {
  const menu = budi.locator("live-chat").getByRole("menuitem", { name: "Moderation", includeHidden: true });
  await write(ibu, "/mod budi");
  await until("the chat's menu leads to the moderation", async () => (await menu.getAttribute("hidden")) === null);
  await write(budi, "A moderator speaks");
  await messageOf(guest, "A moderator speaks").getByTitle("Moderator").waitFor();
  await choose(budi, "A moderator speaks", "Delete message");
  await untilNobodyShows("A moderator speaks");
  await write(ibu, "/unmod budi");
  await until("the chat's menu does not any more", async () => (await menu.getAttribute("hidden")) !== null);
});

step("who signs out in one tab is a guest in the other's chat at once", async () => {
  const other = await budi.context().newPage();
  await other.goto(server.pageUrl);
  await signOut(other);
  await budi.getByRole("link", { name: "Sign in to write" }).waitFor();
  expect(await writingOf(budi).isVisible()).toBe(false);
  await untilShown(budi, "One of the followers now");
  await other.close();
});

step("no page failed, and no log or address holds a ticket, a token or a password", async () => {
  expect(story.pageErrors).toEqual([]);
  expect(tokens.size).toBeGreaterThan(5);
  const secrets = [...tokens, password];
  expect([...addresses]).toEqual([`${server.signalingUrl.replace("http", "ws")}/ws`]);
  await server.stop();
  expect(secrets.filter((secret) => server.output().includes(secret))).toEqual([]);
});
