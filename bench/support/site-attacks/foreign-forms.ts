import type { Browser } from "@playwright/test";
import type { Answer } from "./exchange.ts";
import type { Attempts } from "./attempts.ts";
import { fill, type Route, routes } from "./routes.ts";
import type { Stage } from "./stage.ts";
import type { Visitor } from "./visitor.ts";

/** Cross-site request forgery: another site's page sends our forms, with the cookies of somebody who is signed in here. */

interface Way {
  name: string;
  headers: (origin: string) => Record<string, string>;
  /** @default "form" */
  as?: "form" | "plain" | "multipart" | "json";
  method?: string;
}

const foreign = "https://evil.example";
const headers = (origin: string, fetchSite = ""): Record<string, string> => ({
  Origin: origin,
  ...(fetchSite === "" ? {} : { "Sec-Fetch-Site": fetchSite }),
});

const ways: readonly Way[] = [
  { name: "a foreign Origin", headers: () => headers(foreign, "cross-site") },
  { name: "a foreign Origin of an old browser", headers: () => headers(foreign) },
  { name: "no Origin", headers: () => headers("") },
  { name: "Origin: null", headers: () => headers("null", "cross-site") },
  { name: "Origin: null, same-origin", headers: () => headers("null", "same-origin") },
  { name: "our Origin, cross-site", headers: (own) => headers(own, "cross-site") },
  { name: "our Origin, same-site", headers: (own) => headers(own, "same-site") },
  { name: "our Origin, typed address", headers: (own) => headers(own, "none") },
  { name: "no Origin, typed address", headers: () => headers("", "none") },
  { name: "our Origin and more", headers: (own) => headers(`${own}.evil.example`) },
  { name: "our Origin over https", headers: (own) => headers(own.replace("http:", "https:")) },
  { name: "another port of ours", headers: (own) => headers(own.replace(/\d+$/, "1")) },
  { name: "two Origins in one", headers: (own) => headers(`${own} ${foreign}`) },
  { name: "our Referer alone", headers: (own) => ({ Referer: `${own}/studio` }) },
  { name: "text/plain", as: "plain", headers: () => headers(foreign) },
  { name: "multipart/form-data", as: "multipart", headers: () => headers(foreign) },
  { name: "JSON", as: "json", headers: () => headers(foreign) },
  { name: "htmx's header", headers: () => ({ ...headers(foreign), "HX-Request": "true" }) },
  { name: "a method in a header", headers: () => ({ ...headers(foreign), "X-HTTP-Method-Override": "GET" }) },
  { name: "PUT", method: "PUT", headers: () => headers(foreign) },
  { name: "PATCH", method: "PATCH", headers: () => headers(foreign) },
  { name: "DELETE", method: "DELETE", headers: () => headers(foreign) },
];

function send(by: Visitor, path: string, form: Record<string, string>, way: Way, origin: string): Promise<Answer> {
  const text = new URLSearchParams(form).toString();
  const bodies = {
    form: ["application/x-www-form-urlencoded", text],
    plain: ["text/plain", text.replaceAll("&", "\r\n")],
    multipart: [
      "multipart/form-data; boundary=b",
      `${Object.entries(form)
        .map(([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
        .join("")}--b--\r\n`,
    ],
    json: ["application/json", JSON.stringify(form)],
  };
  const [type = "", body = ""] = bodies[way.as ?? "form"];
  return by.send(way.method ?? "POST", path, { "Content-Type": type, ...way.headers(origin) }, body);
}

/** Who has most to lose at an address. */
const victimOf = (stage: Stage, { who }: Route): Visitor =>
  who === "administrator" ? stage.people.administrator : stage.owner;

export async function attackForms(stage: Stage, attempts: Attempts, browser: Browser): Promise<void> {
  const { pageUrl } = stage.server;
  const posts = routes.filter(({ method }) => method === "POST");
  const before = stage.stored();
  for (const way of ways) {
    const wrong: string[] = [];
    for (const route of posts) {
      const path = fill(route.path, stage.targets);
      const { status, cookies } = await send(victimOf(stage, route), path, route.form, way, pageUrl);
      if (status !== 403 || cookies.length > 0) wrong.push(`${path} answered ${status}`);
    }
    const changed = stage.changed(before);
    const all = [...wrong, ...changed.map((name) => `${name} changed`)];
    attempts.addAll(`CSRF: ${way.name}`, `${posts.length} addresses, 403 from each, nothing stored`, all);
  }
  await askByGet(stage, attempts, posts);
  await sendByBrowser(stage, attempts, browser);
}

/** What an image or a link of another site makes a browser do. */
async function askByGet(stage: Stage, attempts: Attempts, posts: readonly Route[]): Promise<void> {
  const before = stage.stored();
  const wrong: string[] = [];
  for (const route of posts) {
    const victim = victimOf(stage, route);
    const query = new URLSearchParams({ ...route.form, _method: "POST" }).toString();
    const path = `${fill(route.path, stage.targets)}?${query}`;
    await victim.get(path, { "X-HTTP-Method-Override": "POST", "Sec-Fetch-Site": "cross-site" });
  }
  for (const victim of [stage.owner, stage.people.administrator])
    if ((await victim.get("/settings")).status !== 200) wrong.push("somebody was signed out");
  wrong.push(...stage.changed(before).map((name) => `${name} changed`));
  attempts.addAll("CSRF: forms by GET with ?_method=POST", `${posts.length} addresses, nothing stored`, wrong);
}

/** Chromium with the victim's cookies on a page of another site whose forms and scripts send to ours. */
async function sendByBrowser(stage: Stage, attempts: Attempts, browser: Browser): Promise<void> {
  const { pageUrl } = stage.server;
  const title = "Taken over";
  const fields = `<input name="title" value="${title}"><input name="language" value=""><input name="tags" value="">`;
  const enctypes = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
  const forms = enctypes
    .map(
      (type) =>
        `<form method="post" enctype="${type}" action="${pageUrl}/studio/stream" target="_blank">${fields}</form>`,
    )
    .join("");
  const site = Bun.serve({
    port: 0,
    hostname: "localhost",
    fetch: () => new Response(`<!doctype html>${forms}`, { headers: { "Content-Type": "text/html" } }),
  });
  const context = await browser.newContext();
  const before = stage.stored();
  try {
    await context.addCookies([...stage.owner.cookies].map(([name, value]) => ({ name, value, url: pageUrl })));
    const page = await context.newPage();
    for (const index of enctypes.keys()) {
      await page.goto(site.url.href);
      const [popup] = await Promise.all([
        context.waitForEvent("page"),
        page.evaluate(`document.forms[${index}].submit()`),
      ]);
      await popup.waitForLoadState();
    }
    const read = await page.evaluate<string>(
      `fetch("${pageUrl}/studio", { credentials: "include" }).then((answer) => answer.text(), () => "unreadable")`,
    );
    await page.evaluate(
      `fetch("${pageUrl}/studio/stream", { method: "POST", credentials: "include", mode: "no-cors",
        body: new URLSearchParams({ title: "${title}", language: "", tags: "" }) }).catch(() => 0)`,
    );
    const wrong = stage.changed(before).map((name) => `${name} changed`);
    if (read !== "unreadable") wrong.push("the other site reads the studio");
    attempts.addAll("CSRF: Chromium on another site, 3 forms and fetch", "nothing stored, nothing readable", wrong);
  } finally {
    await context.close();
    await site.stop(true);
  }
}
