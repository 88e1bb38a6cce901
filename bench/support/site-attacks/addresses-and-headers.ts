import type { Browser } from "@playwright/test";
import type { Attempts } from "./attempts.ts";
import type { Answer } from "./exchange.ts";
import { fill, routes, streams } from "./routes.ts";
import { password, type Stage } from "./stage.ts";

/** What a request says about itself and is not true, where an answer may lead and be shown, and what it says about itself. */

const evil = "evil.example";

async function forgeAddresses(stage: Stage, attempts: Attempts): Promise<void> {
  const host = new URL(stage.server.pageUrl).host;
  const { owner } = stage;
  const forged: [what: string, target: string, headers: Record<string, string>, statuses: number[]][] = [
    ["Host", "/@wati", { Host: evil }, [421]],
    ["Host with our name in it", "/@wati", { Host: `${host}.${evil}` }, [400, 421]],
    ["Host: user@", "/@wati", { Host: `${host}@${evil}` }, [400, 421]],
    ["Host empty", "/@wati", { Host: " " }, [400, 421]],
    ["absolute-form target", `http://${evil}/@wati`, {}, [200, 400, 421]],
    ["absolute-form target, over https", `https://${evil}/@wati`, {}, [200, 400, 421]],
    ["X-Forwarded-Host", "/@wati", { "X-Forwarded-Host": evil }, [200]],
    ["Forwarded", "/@wati", { Forwarded: `host=${evil};proto=https;for=1.2.3.4` }, [200]],
    ["X-Forwarded-Proto", "/@wati", { "X-Forwarded-Proto": "https" }, [200]],
    ["X-Original-URL", "/@wati", { "X-Original-URL": "/admin", "X-Rewrite-URL": "/admin" }, [200]],
    ["X-Host, X-Forwarded-Server", "/@wati", { "X-Host": evil, "X-Forwarded-Server": evil }, [200]],
  ];
  for (const [what, target, headers, statuses] of forged) {
    const answer = await owner.get(target, headers).catch((error: unknown) => String(error));
    if (typeof answer === "string") {
      attempts.add(`Forged: ${what}`, "the connection is closed", true);
      continue;
    }
    const said = answer.body + (answer.header("location") ?? "") + (answer.header("content-security-policy") ?? "");
    const wrong = [
      ...(said.includes(evil) ? [`the answer speaks of ${evil}`] : []),
      ...(statuses.includes(answer.status) ? [] : [`answered ${answer.status}`]),
      ...(said.includes("https://127.0.0.1") ? ["the answer is for https"] : []),
    ];
    attempts.addAll(`Forged: ${what}`, `answered ${answer.status}, without a word of it`, wrong);
  }
  const tried = [];
  const one = stage.visitor();
  for (let index = 0; index < 12; index += 1) {
    const headers = {
      "X-Forwarded-For": `10.0.0.${index}`,
      "X-Real-IP": `10.0.0.${index}`,
      Forwarded: `for=10.0.0.${index}`,
    };
    tried.push((await one.post("/login", { username: "sari", password: "wrong-word-1" }, headers)).status);
  }
  attempts.add("Forged: X-Forwarded-For, to guess on", `12 tries: ${tried.join(" ")}`, tried.at(-1) === 429);
  const smuggled = await owner
    .send(
      "POST",
      "/language",
      { "Transfer-Encoding": "chunked", Origin: stage.server.pageUrl },
      "0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n",
    )
    .catch(() => null);
  attempts.add(
    "Forged: Content-Length beside Transfer-Encoding",
    `answered ${smuggled?.status ?? "nothing"}`,
    (smuggled?.status ?? 400) >= 400,
  );
}

async function leadAway(stage: Stage, attempts: Attempts): Promise<void> {
  const wishes = [
    `https://${evil}`,
    `//${evil}`,
    `///${evil}`,
    `/\\${evil}`,
    `\\\\${evil}`,
    `/\t/${evil}`,
    `/\n/${evil}`,
    `/.//${evil}`,
    `/x/..//${evil}`,
    `/%2f/${evil}`,
    `/%5c${evil}`,
    `javascript:alert(1)`,
    `data:text/html,x`,
    `http:${evil}`,
    `@${evil}`,
    `/@${evil}/..//${evil}`,
    ` //${evil}`,
    `/;@${evil}`,
    `/?//${evil}\r\nSet-Cookie: planted=1`,
    `${stage.server.pageUrl}@${evil}`,
  ];
  const base = stage.server.pageUrl;
  const wrong: string[] = [];
  let tried = 0;
  const judge = (where: string, wish: string, answer: Answer): void => {
    tried += 1;
    const location = answer.header("location") ?? answer.header("hx-redirect");
    if (location !== null && new URL(location, `${base}/login`).origin !== base)
      wrong.push(`${where} ${JSON.stringify(wish)}`);
    if (answer.cookies.some((line) => line.startsWith("planted"))) wrong.push(`${where} plants a cookie`);
  };
  for (const next of wishes) {
    const query = `?next=${encodeURIComponent(next)}`;
    const htmx = { "HX-Request": "true" };
    judge("/login", next, await stage.visitor().post("/login", { username: "sari", password, next }));
    judge("/login by htmx", next, await stage.visitor().post("/login", { username: "sari", password, next }, htmx));
    judge("GET /login", next, await stage.owner.get(`/login${query}`));
    judge("/language", next, await stage.owner.post("/language", { language: "en", next }));
    judge("/sidebar", next, await stage.owner.post("/sidebar", { collapsed: "no", next }));
    judge("/confirm", next, await stage.owner.post("/confirm", { password, next }));
    judge("/recovery-codes", next, await stage.owner.post("/recovery-codes", { next }));
    judge("/@wati/mature", next, await stage.owner.post("/@wati/mature", { next }));
    judge(
      "/@wati/follow",
      next,
      await stage.people.viewer.post("/@wati/follow", { next }, { Referer: next.replace(/\s/g, "") }),
    );
    judge("/login/code", next, await stage.visitor().get(`/login/code${query}`));
    judge(
      "/settings, htmx",
      next,
      await stage.visitor().get("/settings", { "HX-Current-URL": next.replace(/\s/g, "") }),
    );
    const rooms = stage.targets["/rooms/:id"] ?? "";
    judge("/rooms/join", next, await stage.owner.get(`/rooms/join?room=${encodeURIComponent(next)}`));
    judge("path", next, await stage.owner.get(`${rooms}/end${query}`));
  }
  for (const target of [`//${evil}/`, `//${evil}/..`, `/\\${evil}`, `/%0d%0aLocation:%20//${evil}`])
    judge("the address itself", target, await stage.owner.get(target).catch(async () => stage.owner.get("/")));
  attempts.addAll("Open redirects: next=, Referer and paths", `${tried} tries, all stay here`, wrong);
}

const policyParts = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
];

function headersWrong(what: string, answer: Answer, isEmbed: boolean): string[] {
  const policy = answer.header("content-security-policy") ?? "";
  const wrong: string[] = [];
  const expect = (isRight: boolean, name: string): void => void (isRight || wrong.push(`${what}: ${name}`));
  const isImage = policy.startsWith("sandbox");
  expect(isImage || policyParts.every((part) => policy.includes(part)), `policy ${policy.slice(0, 40)}`);
  expect(
    !/unsafe|\*(?!$)| http:(?!\/\/)|script-src[^;]*data:/.test(policy.replace("frame-ancestors *", "")),
    "a weak policy",
  );
  expect(isEmbed || isImage || policy.includes("frame-ancestors 'none'"), "may be framed");
  expect(answer.header("x-content-type-options") === "nosniff", "nosniff");
  expect(answer.header("referrer-policy") === "same-origin", "referrer");
  expect(isEmbed || answer.header("x-frame-options") === "DENY", "X-Frame-Options");
  expect(/camera=\(\)|camera=\(self\)/.test(answer.header("permissions-policy") ?? ""), "permissions");
  expect(answer.header("x-powered-by") === null && answer.header("server") === null, "names its software");
  expect(answer.header("access-control-allow-origin") === null || /oembed/.test(what), "CORS");
  return wrong;
}

async function lookAtHeaders(stage: Stage, attempts: Attempts): Promise<void> {
  const wrong: string[] = [];
  const kinds = new Map<string, number>();
  for (const visitor of [stage.people.guest, stage.owner, stage.people.administrator]) {
    for (const { method, path } of routes) {
      if (method !== "GET" || streams.includes(path)) continue;
      const target = fill(path, stage.targets);
      const answer = await visitor.get(target);
      const kind = `${answer.status} ${answer.header("content-type")?.split(";")[0] ?? "empty"}`;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      wrong.push(...headersWrong(target, answer, path === "/embed/:name"));
      const isKept = ["/healthz", "/images/:file", "/static/:file"].includes(path);
      if (!isKept && !/no-store|private/.test(answer.header("cache-control") ?? "")) wrong.push(`${target}: cache`);
    }
  }
  for (const [target, headers] of [
    ["/nothing-here", {}],
    ["/%ff", {}],
    ["/@wati/chat/act", {}],
    ["/", { Host: evil }],
  ] as const)
    wrong.push(...headersWrong(target, await stage.owner.get(target, headers), false));
  const shown = [...kinds].map(([kind, count]) => `${count} × ${kind}`).join(", ");
  attempts.addAll("Headers: policy, nosniff, frames, referrer, permissions, cache", shown, [...new Set(wrong)]);

  const lines = [stage.visitor(), stage.visitor()];
  const cookies: string[] = [];
  for (const by of lines) {
    cookies.push(...(await by.post("/login", { username: "sari", password })).cookies);
    cookies.push(...(await by.post("/language", { language: "en", next: "/" })).cookies);
    cookies.push(...(await stage.visitor().postJson("/ticket", { channel: "wati" })).cookies);
  }
  const loose = cookies.filter(
    (line) => !/HttpOnly/i.test(line) || !/SameSite=(Lax|Strict)/i.test(line) || /Domain=/i.test(line),
  );
  const names = [...new Set(cookies.map((line) => line.split("=")[0]))].join(", ");
  attempts.addAll("Cookies: HttpOnly, SameSite, no Domain", names, loose);
}

/** Another site's page with ours in a frame, in Chromium. */
async function frame(stage: Stage, attempts: Attempts, browser: Browser): Promise<void> {
  const paths = [
    "/",
    "/@wati",
    "/login",
    "/studio",
    "/settings/account",
    "/admin",
    "/rooms",
    "/@wati/chat",
    "/nothing",
    "/embed/wati",
  ];
  const frames = paths.map((path) => `<iframe src="${stage.server.pageUrl}${path}"></iframe>`).join("");
  const site = Bun.serve({
    port: 0,
    hostname: "localhost",
    fetch: () => new Response(frames, { headers: { "Content-Type": "text/html" } }),
  });
  const context = await browser.newContext();
  try {
    await context.addCookies(
      [...stage.owner.cookies].map(([name, value]) => ({ name, value, url: stage.server.pageUrl })),
    );
    const page = await context.newPage();
    await page.goto(site.url.href, { waitUntil: "load" });
    const shown: string[] = [];
    for (const each of page.frames().slice(1)) {
      const text = await each.evaluate<string>("location.origin + ' ' + document.title").catch(() => "");
      if (text.startsWith(stage.server.pageUrl)) shown.push(new URL(each.url()).pathname);
    }
    const isRight = shown.join() === "/embed/wati";
    attempts.add(
      "Clickjacking: 10 pages in frames of another site, in Chromium",
      `shown: ${shown.join(", ") || "none"}`,
      isRight,
    );
  } finally {
    await context.close();
    await site.stop(true);
  }
}

async function findSecrets(stage: Stage, attempts: Attempts): Promise<void> {
  const output = stage.server.output();
  const sessions = [stage.owner, ...Object.values(stage.people)].flatMap(({ cookies }) => [...cookies.values()]);
  const secrets = [password, "tidak-tahu", ...sessions.filter((value) => value.length >= 16)];
  secrets.push(...stage.query("SELECT password_hash FROM users").map(({ password_hash: hash }) => String(hash)));
  const found = secrets.filter((secret) => output.includes(secret));
  const codes = output
    .split("\n")
    .filter((line) => /code=|invitation=/.test(line) && !line.includes("First administrator"));
  const wrong = [
    ...found.map((secret) => `${secret.slice(0, 6)}… is in the log`),
    ...codes.map((line) => line.slice(0, 80)),
  ];
  attempts.addAll(
    "Secrets in the log, at its most talkative",
    `${output.split("\n").length} lines: no password, cookie, hash or code`,
    wrong,
  );
  const page = await stage.visitor().get("/setup?code=0");
  const link = new URL(stage.server.setupLink ?? "");
  const used = await stage.visitor().get(link.pathname + link.search);
  attempts.add(
    "The one-time link of the set-up, once more",
    `answered ${used.status}, as a wrong one ${page.status}`,
    used.status === page.status && used.status >= 400,
  );
}

export async function attackAddresses(stage: Stage, attempts: Attempts, browser: Browser): Promise<void> {
  await forgeAddresses(stage, attempts);
  await leadAway(stage, attempts);
  await lookAtHeaders(stage, attempts);
  await frame(stage, attempts, browser);
  await findSecrets(stage, attempts);
}
