import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { HtmlValidate } from "html-validate";
import { buildAssets } from "../web/build.ts";
import { assets } from "../web/views/fixtures.ts";
import { appFixture, type Browser } from "./fixtures.ts";

setDefaultTimeout(60_000);

/**
 * Every page that links lead to is valid HTML, for each kind of person: whoever adds a page and a way to it has it looked
 * at here.
 */

const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    // Of spellings that mean the same, those that Hono's JSX chooses.
    "attribute-boolean-style": ["error", { style: "empty" }],
    "attribute-empty-style": ["error", { style: "empty" }],
    "void-style": ["error", { style: "selfclosing" }],
    "doctype-style": ["error", { style: "lowercase" }],
    // Custom elements have no native one, and no list of a native select can stand beside a field to write in.
    "prefer-native-element": ["error", { exclude: ["region", "listbox"] }],
    // What is loaded from here needs no hash of its own.
    "require-sri": ["error", { target: "crossorigin" }],
    // A list without bullets is none for Safari's VoiceOver (WebKit bug 170179) unless it says that it is one.
    "no-redundant-role": "off",
    // A list of terms may be named, and is read with its name.
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
  },
});

/** What no link leads to, for some or for all. */
const seeds = [
  "/",
  "/@admin/chat",
  "/@admin/chat/moderation",
  "/@budi",
  "/admin",
  "/browse",
  "/confirm?next=%2Fstudio",
  "/embed/admin",
  "/no/such/page",
  "/search?q=admin",
  "/search?q=nothing+like+that",
  "/settings",
  "/setup?code=none",
];
/** More would be the same pages over and over. */
const maxPages = 120;

let at: Awaited<ReturnType<typeof appFixture>>;
let admin: Browser;
let budi: Browser;
beforeAll(async () => {
  at = await appFixture();
  admin = await at.administrator();
  budi = await at.person("budi");
  const page = await (await admin.swap("/studio/key/show")).text();
  await at.publish(/live_[0-9a-f]{48}/.exec(page)?.[0] ?? "");
  await admin.post("/rooms", { name: "Kelas <Bahasa>", mode: "meeting", entry: "link", passcode: "" });
  await admin.post("/@admin/chat/moderation/moderators", { do: "mod", person: "budi" });
  await admin.post("/@admin/chat/moderation/words", { do: "block-word", word: "durian & co" });
});
afterAll(() => at.remove());

/** The classes that each style sheet knows, by the address that pages of a test link to. */
const styledBy = new Map<string, Set<string>>();
beforeAll(async () => {
  const built = await buildAssets();
  for (const sheet of ["css", "stageCss", "deskCss", "studioCss", "callCss"] as const) {
    const text = new TextDecoder().decode(built.files.get(built.assets[sheet])?.body);
    styledBy.set(assets[sheet], new Set([...text.matchAll(/\.([a-z][\w-]*)/g)].map(([, name = ""]) => name)));
  }
});

/** Classes that only a style sheet of another area knows. */
function unstyled(html: string): string[] {
  const linked = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, href = ""]) => href);
  const classes = new Set([...html.matchAll(/ class="([^"]+)"/g)].flatMap(([, names = ""]) => names.split(" ")));
  const isKnown = (name: string, sheets: Iterable<string>) =>
    [...sheets].some((sheet) => styledBy.get(sheet)?.has(name) === true);
  return [...classes].filter((name) => isKnown(name, styledBy.keys()) && !isKnown(name, linked));
}

/** Where the links of a page lead, on this site. */
const linksOf = (html: string): string[] =>
  [...html.matchAll(/<a\s[^>]*?href="(\/(?!\/)[^"#]*)/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&"));

/** Pages that differ in numbers, in what is asked for or in their category are one. */
const kindOf = (path: string): string =>
  path
    .replace(/=[^&]*/g, "=")
    .replace(/\d+/g, "0")
    .replace(/^\/categories\/.*/, "/categories/one");

/** What is wrong, by page. */
async function faultsSeenBy(browser: Browser, language: string): Promise<string[]> {
  const queue = [...seeds];
  const seen = new Set(queue.map(kindOf));
  const faults: string[] = [];
  let pages = 0;
  for (let path = queue.shift(); path !== undefined && pages < maxPages; path = queue.shift()) {
    const response = await browser.get(path, { "accept-language": language });
    const html = await response.text();
    const isPage = response.headers.get("content-type")?.startsWith("text/html") === true && html !== "";
    if (response.status >= 500) faults.push(`${path} is answered with ${response.status}`);
    if (isPage) {
      pages += 1;
      faults.push(...(await faultsOf(path, html)));
      for (const name of unstyled(html)) faults.push(`${path}: no style sheet of it knows .${name}`);
    }
    const target = response.headers
      .get("location")
      ?.replace(/^https?:\/\/[^/]+/, "")
      .replace(/#.*/, "");
    for (const next of [...linksOf(html), ...(target === undefined ? [] : [target])]) {
      if (seen.has(kindOf(next))) continue;
      seen.add(kindOf(next));
      queue.push(next);
    }
  }
  expect(pages).toBeGreaterThan(10);
  return faults;
}

async function faultsOf(path: string, html: string): Promise<string[]> {
  const { results } = await validator.validateString(html);
  const lines = html.split("\n");
  return results.flatMap(({ messages }) =>
    messages.map(({ ruleId, message, line, column }) => {
      const at = (lines[line - 1] ?? "").slice(Math.max(0, column - 2), column + 80);
      return `${path}: ${message} (${ruleId}) at ${at}`;
    }),
  );
}

test("for a guest, in Indonesian", async () => expect(await faultsSeenBy(at.browser(), "id")).toEqual([]));

test("for somebody who has signed in", async () => expect(await faultsSeenBy(budi, "en")).toEqual([]));

test("for an administrator who is live", async () => expect(await faultsSeenBy(admin, "en")).toEqual([]));

test("where a form says what is wrong with it", async () => {
  const moderation = "/@admin/chat/moderation";
  const answers = [
    await at.browser().post("/login", { username: "nobody", password: "wrong horse battery" }),
    await at.browser().post("/register", { username: "a", password: "b" }),
    await admin.post("/rooms", { name: "", mode: "meeting", entry: "link", passcode: "1" }),
    await admin.post(`${moderation}/words`, { do: "block-word", word: "a" }),
    await admin.post(`${moderation}/bans`, { do: "ban", person: "<b>nobody</b>", seconds: "600", reason: "Noise" }),
  ];
  for (const answer of answers) {
    expect(answer.status).toBeGreaterThan(399);
    expect(await faultsOf(answer.url, await answer.text())).toEqual([]);
  }
});
