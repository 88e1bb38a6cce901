import type { Browser } from "@playwright/test";
import { publish } from "../../../e2e/support/publisher.ts";
import { until } from "../../../e2e/support/until.ts";
import type { Attempts } from "./attempts.ts";
import { type Wanted, watchPages, wrongAt, wrongIn } from "./dom-watch.ts";
import { payloads } from "./payloads.ts";
import type { Stage } from "./stage.ts";

/** Reflected cross-site scripting: in what an address or a refused form says; and what pages are told while they stand open. */

const texts = payloads.map(({ text }) => text);
/** Nearly as many as somebody may change their title within a minute. */
const pushedMost = 50;

/** Addresses with the text in each part that an answer could repeat. */
function addressesWith(text: string): Wanted[] {
  const typed = encodeURIComponent(text);
  const queries = [
    "/search?q=",
    "/login?next=",
    "/login?next=/",
    "/register?next=",
    "/confirm?next=",
    "/login/code?next=",
  ];
  queries.push("/rooms/join?room=", "/oembed?url=", "/admin/people?q=", "/admin/people?show=", "/admin/audit?action=");
  queries.push(
    "/admin/audit?before=",
    "/admin/people?done=",
    "/admin/registration?done=",
    "/admin/registration?after=",
  );
  queries.push("/settings/security?done=", "/settings?saved=", "/settings/sessions?ended=", "/studio/streams?before=");
  queries.push(
    "/@wati/chat/moderation?bans=",
    "/@wati/chat/moderation?before=",
    "/embed/wati?adult=",
    "/?",
    "/goodbye?",
  );
  queries.push("/reset?code=", "/setup?code=", "/register?invitation=");
  const paths = ["/tags/", "/categories/", "/@", "/embed/", "/rooms/", "/", "/static/", "/images/", "/admin/people/"];
  paths.push("/admin/calls/", "/studio/streams/", "/@wati/");
  return [...queries, ...paths].map((path) => ({ path: path + typed }));
}

/** Forms that are refused, and show what was typed again. */
const formsWith = (text: string): Wanted[] => [
  { path: "/login", form: { username: text, password: "wrong-word-1", next: `/${text}` } },
  { path: "/register", form: { username: text, password: "x", next: text } },
  { path: "/recover", form: { username: text, recoveryCode: text, password: "tall-lamp-77" } },
  { path: "/settings/profile", form: { displayName: text.repeat(9), color: text } },
  { path: "/studio/stream", form: { title: text.repeat(20), category: text, tags: text, language: text } },
  { path: "/studio/channel", form: { about: text.repeat(400), "link-title-0": text.repeat(9), "link-url-0": text } },
  { path: "/rooms", form: { name: text.repeat(20), mode: text, entry: text, passcode: "x" } },
  { path: "/@wati/chat/moderation/words", form: { do: "block-word", word: text.repeat(5) } },
  { path: "/@wati/chat/moderation/bans", form: { do: "ban", person: text, seconds: text, reason: text.repeat(20) } },
  { path: "/admin/invitations", form: { note: text.repeat(20), days: "7" } },
  { path: "/admin/categories", form: { name: text.repeat(9), nameId: text } },
  { path: "/language", form: { language: text, next: text } },
];

async function askForEach(stage: Stage, attempts: Attempts, browser: Browser): Promise<void> {
  const { pageUrl } = stage.server;
  const context = await browser.newContext();
  await watchPages(context);
  try {
    const page = await context.newPage();
    for (const who of ["guest", "administrator"] as const) {
      const { cookies } = stage.people[who];
      await context.addCookies([...cookies].map(([name, value]) => ({ name, value, url: pageUrl })));
      await page.goto(`${pageUrl}/goodbye`);
      const wanted = texts.flatMap((text) => [...addressesWith(text), ...formsWith(text)]);
      const wrong = await wrongAt(page, wanted);
      attempts.addAll(
        `XSS, reflected: addresses and refused forms, as ${who}`,
        `${wanted.length} answers read by Chromium`,
        wrong,
      );
    }
    const wrong: string[] = [];
    for (const text of texts) {
      await page.goto(`${pageUrl}/search?q=${encodeURIComponent(text)}`, { waitUntil: "domcontentloaded" });
      wrong.push(...(await wrongIn(page)));
    }
    attempts.addAll("XSS, reflected: searches, opened in Chromium", `${texts.length} pages`, wrong);
  } finally {
    await context.close();
  }
}

/** A channel that is live and whose title changes while home, the channel and its studio are open. */
async function tellOpenPages(stage: Stage, attempts: Attempts, browser: Browser): Promise<void> {
  const { pageUrl, rtmpUrl } = stage.server;
  const shown = (await stage.owner.post("/studio/key/show", {}, { "HX-Request": "true" })).body;
  const publisher = publish(rtmpUrl, /live_[0-9a-f]{48}/.exec(shown)?.[0] ?? "", "testsrc2=size=160x90:rate=5");
  const context = await browser.newContext();
  await watchPages(context);
  try {
    await context.addCookies([...stage.owner.cookies].map(([name, value]) => ({ name, value, url: pageUrl })));
    await until("wati is live", async () => /data-live|Live/.test((await stage.visitor().get("/")).body), 20_000);
    const pages = await Promise.all(
      ["/", "/@wati", "/studio"].map(async (path) => {
        const page = await context.newPage();
        await page.goto(pageUrl + path);
        return page;
      }),
    );
    const wrong: string[] = [];
    const titles = texts.filter((text) => text.includes("<")).slice(0, pushedMost);
    for (const [index, text] of titles.entries()) {
      await stage.owner.must("/studio/stream", { title: `${text} ${index}`, category: "", tags: "", language: "" });
      await Bun.sleep(150);
      for (const page of pages)
        wrong.push(...(await wrongIn(page)).map((each) => `${new URL(page.url()).pathname}: ${each}`));
    }
    await stage.owner.must("/studio/stream", { title: "Sampai di sini", category: "", tags: "", language: "" });
    for (const page of pages.slice(0, 2)) await page.getByText("Sampai di sini").first().waitFor({ timeout: 10_000 });
    attempts.addAll(
      "XSS: titles pushed to home, channel and studio while they are open",
      `${titles.length} titles`,
      wrong,
    );
  } finally {
    await context.close();
    await publisher.end("SIGINT");
  }
}

export async function attackReflected(stage: Stage, attempts: Attempts, browser: Browser): Promise<void> {
  await askForEach(stage, attempts, browser);
  await tellOpenPages(stage, attempts, browser);
}
