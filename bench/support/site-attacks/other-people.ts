import type { Attempts } from "./attempts.ts";
import { fill, type Route, routes, streams, type Who } from "./routes.ts";
import { password, type Role, type Stage } from "./stage.ts";

/** What is somebody else's: each address of the site, asked for by each role that has no business there. */

const roles: readonly Role[] = ["guest", "viewer", "other streamer", "suspended"];

const mayUse: Record<Role, readonly Who[]> = {
  guest: ["all"],
  viewer: ["all", "signed-in"],
  "other streamer": ["all", "signed-in", "streamer"],
  suspended: ["all"],
  administrator: ["all", "signed-in", "streamer", "moderator", "administrator"],
};

/** Pages that say "not for you" by another page of one's own. */
const leadsAway = (location: string | null): boolean => /^\/(login|studio|$)/.test(location ?? "");

const isRefusal = (status: number, location: string | null): boolean =>
  [401, 403, 404, 415].includes(status) || (status === 303 && leadsAway(location));

async function knock(stage: Stage, role: Role, route: Route): Promise<string[]> {
  const visitor = stage.people[role];
  const path = fill(route.path, stage.targets);
  const wrong: string[] = [];
  const forms =
    route.method === "GET"
      ? [visitor.get(path)]
      : [
          visitor.post(path, route.form),
          visitor.post(path, route.form, { "HX-Request": "true" }),
          visitor.postJson(path, route.form),
        ];
  for (const { status, header } of await Promise.all(forms)) {
    // htmx is led away by a header.
    const away = header("hx-redirect") ?? header("location");
    if (!isRefusal(status === 200 && header("hx-redirect") !== null ? 303 : status, away))
      wrong.push(`${route.method} ${path} answered ${status}`);
  }
  return wrong;
}

export async function attackOthers(stage: Stage, attempts: Attempts): Promise<void> {
  for (const role of roles) {
    const before = stage.stored();
    const closed = routes.filter(({ who, path }) => !mayUse[role].includes(who) && !streams.includes(path));
    const wrong: string[] = [];
    for (const route of closed) wrong.push(...(await knock(stage, role, route)));
    wrong.push(...stage.changed(before).map((name) => `${name} changed`));
    attempts.addAll(
      `IDOR: ${role} at all that is not theirs`,
      `${closed.length} addresses refused, nothing stored`,
      wrong,
    );
  }
  await endOthersSession(stage, attempts);
  await sendMore(stage, attempts);
  await readOthers(stage, attempts);
}

/** An address of one's own with something of somebody else's in the form. */
async function endOthersSession(stage: Stage, attempts: Attempts): Promise<void> {
  const page = (await stage.owner.get("/settings/sessions")).body;
  const second = stage.visitor();
  await second.must("/login", { username: "wati", password });
  const names = [...(await stage.owner.get("/settings/sessions")).body.matchAll(/name="session" value="([^"]+)"/g)];
  const viewer = stage.people.viewer;
  for (const [, session = ""] of names) await viewer.post("/settings/sessions/end", { session });
  for (const { id } of stage.query("SELECT id FROM sessions"))
    await viewer.post("/settings/sessions/end", { session: String(id) });
  const wrong = [];
  for (const who of [second, stage.owner]) if ((await who.get("/settings")).status !== 200) wrong.push("ended");
  if (names.length === 0) wrong.push(`no session is named: ${page.length}`);
  if ((await viewer.get("/settings")).status !== 200) wrong.push("ended one's own by its id");
  attempts.addAll(
    "IDOR: ending sessions of others by name and id",
    `${names.length} names, all ids: none ended`,
    wrong,
  );
}

/** Fields that no form has. */
async function sendMore(stage: Stage, attempts: Attempts): Promise<void> {
  const { viewer } = stage.people;
  const [wati, sari] = [stage.idOf("wati"), stage.idOf("sari")];
  const more = {
    role: "administrator",
    canStream: "yes",
    id: wati,
    userId: wati,
    user_id: wati,
    username: "wati",
    channelId: String(stage.query("SELECT id FROM channels WHERE user_id = ?", wati)[0]?.["id"]),
    suspendedAt: "1",
    "__proto__[role]": "administrator",
    "constructor[prototype][role]": "administrator",
  };
  const ofOwner = (): string =>
    JSON.stringify([
      stage.query("SELECT * FROM users WHERE id = ?", wati),
      stage.query("SELECT * FROM channels WHERE user_id = ?", wati),
    ]);
  const before = ofOwner();
  await viewer.post("/settings/profile", { displayName: "Sari", color: "", ...more });
  await viewer.post("/studio/stream", { title: "Sari", category: "", tags: "", language: "", ...more });
  await viewer.post("/studio/channel", { about: "Sari", ...more });
  await viewer.post("/studio/key/show", more);
  await viewer.post("/studio/key/new", more);
  const planted = stage.visitor();
  await planted.post("/register", { password, ...more, username: "planted2" });
  const wrong: string[] = [];
  if (ofOwner() !== before) wrong.push("somebody else's row changed");
  const raised = stage.query("SELECT username FROM users WHERE role = 'administrator'").map(({ username }) => username);
  if (raised.join() !== "ibu") wrong.push(`administrators: ${raised.join()}`);
  if (stage.query("SELECT role FROM users WHERE id = ?", sari)[0]?.["role"] !== "viewer") wrong.push("a role changed");
  attempts.addAll("IDOR: role, ids and __proto__ as further fields of 6 forms", "ignored", wrong);
}

/** What pages show of others: their sessions, codes, keys, addresses of sign-in. */
async function readOthers(stage: Stage, attempts: Attempts): Promise<void> {
  const { viewer, guest } = stage.people;
  const secrets = stage.query("SELECT password_hash, totp_cipher FROM users").flatMap((row) => Object.values(row));
  secrets.push(...stage.query("SELECT key_hash, key_cipher FROM channels").flatMap((row) => Object.values(row)));
  secrets.push(...stage.query("SELECT id FROM sessions").flatMap((row) => Object.values(row)));
  const texts = secrets.filter((value) => typeof value === "string" && value.length > 12).map(String);
  const wrong: string[] = [];
  let pages = 0;
  for (const visitor of [viewer, guest, stage.people.administrator, stage.owner]) {
    for (const { method, path } of routes) {
      if (method !== "GET" || streams.includes(path)) continue;
      const { body } = await visitor.get(fill(path, stage.targets));
      pages += 1;
      if (texts.some((text) => body.includes(text)) || /\$argon2|live_[0-9a-f]{20}/.test(body)) wrong.push(path);
    }
  }
  attempts.addAll("Secrets on pages: hashes, ciphers, keys, ids of sessions", `${pages} pages, none`, wrong);
}
