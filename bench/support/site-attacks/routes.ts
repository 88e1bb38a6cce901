/** Every address of the site and who may use it: site-routes.test.ts holds this list against the routes that there are. */

/** `moderator`, `host`: of the channel, of the room in the path. */
export type Who = "all" | "signed-in" | "streamer" | "moderator" | "host" | "administrator";

export interface Route {
  method: "GET" | "POST";
  /** As Hono has it, without the patterns of its parameters. */
  path: string;
  who: Who;
  /** What a form that is right says. */
  form: Record<string, string>;
}

const get = (who: Who, ...paths: string[]): Route[] => paths.map((path) => ({ method: "GET", path, who, form: {} }));
const post = (who: Who, forms: Record<string, Record<string, string>>): Route[] =>
  Object.entries(forms).map(([path, form]) => ({ method: "POST", path, who, form }));

const newPassword = "short-cat-lantern-9";

export const routes: readonly Route[] = [
  ...get("all", "/", "/healthz", "/static/:file", "/images/:file", "/events", "/events/site", "/categories"),
  ...get("all", "/.well-known/panggung"),
  ...get("all", "/categories/:id", "/tags/:tag", "/search", "/:handle", "/:handle/events", "/:handle/chat", "/oembed"),
  ...get("all", "/embed/:name", "/login", "/login/code", "/register", "/recover", "/reset", "/setup", "/goodbye"),
  ...get("all", "/rooms", "/rooms/join", "/rooms/:id", "/rooms/:id/end", "/rooms/:id/open-again"),
  ...get("signed-in", "/recovery-codes", "/recovery-codes/download", "/confirm", "/settings", "/settings/security"),
  ...get("signed-in", "/settings/second-factor", "/settings/sessions", "/settings/account", "/studio/ask"),
  ...get("signed-in", "/studio", "/studio/channel", "/studio/streams", "/studio/streams/:id", "/:handle/report"),
  ...get("signed-in", "/studio/stream", "/studio/key/show", "/studio/key/new", "/studio/banner"),
  ...get("signed-in", "/studio/banner/remove", "/studio/events"),
  ...get("moderator", "/:handle/chat/moderation"),
  ...get("all", "/:handle/chat/moderation/:form"),
  ...get("host", "/rooms/:id/settings"),
  ...get("administrator", "/admin", "/admin/live", "/admin/people", "/admin/people/:name", "/admin/people/:id/:act"),
  ...get("administrator", "/admin/reports", "/admin/registration", "/admin/invitations", "/admin/security"),
  ...get("administrator", "/admin/categories", "/admin/categories/:id/remove", "/admin/audit", "/admin/calls"),
  ...get("administrator", "/admin/calls/:id"),
  ...post("all", {
    "/login": { username: "wati", password: "wrong-horse-1" },
    "/login/code": { code: "000000" },
    "/logout": {},
    "/register": { username: "planted", password: newPassword },
    "/setup": { username: "planted", password: newPassword },
    "/recover": { username: "wati", recoveryCode: "00000-00000-00000", password: newPassword },
    "/reset": { password: newPassword },
    "/language": { language: "id", next: "/" },
    "/sidebar": { collapsed: "yes", next: "/" },
    "/ticket": { channel: "wati" },
    "/rooms": { name: "Planted", mode: "meeting", entry: "link", passcode: "" },
    "/:handle/mature": { next: "/@wati" },
  }),
  ...post("signed-in", {
    "/recovery-codes": {},
    "/confirm": { password: newPassword },
    "/settings/profile": { displayName: "Planted", color: "3" },
    "/settings/avatar": {},
    "/settings/avatar/remove": {},
    "/settings/password": { current: "tall-horse-battery-7", password: newPassword },
    "/settings/recovery-codes": { password: "tall-horse-battery-7" },
    "/settings/second-factor": { sealed: "", code: "000000" },
    "/settings/second-factor/off": { password: "tall-horse-battery-7" },
    "/settings/sessions/end": { session: "0" },
    "/settings/sessions/end-others": {},
    "/settings/delete": { username: "wati", password: "tall-horse-battery-7" },
    "/studio/ask": { why: "Planted" },
    "/studio/stream": { title: "Planted", category: "", tags: "planted", language: "" },
    "/studio/channel": { about: "Planted" },
    "/studio/banner": {},
    "/studio/banner/remove": {},
    "/studio/disconnect": {},
    "/:handle/follow": {},
    "/:handle/unfollow": {},
    "/:handle/report": { why: "spam", details: "Planted" },
  }),
  ...post("streamer", { "/studio/key/show": {}, "/studio/key/new": {} }),
  ...post("moderator", {
    "/:handle/chat/act": { action: "mod", person: "budi" },
    "/:handle/chat/moderation/settings": { slow: "30", "was-slow": "0" },
    "/:handle/chat/moderation/words": { do: "block-word", word: "planted" },
    "/:handle/chat/moderation/moderators": { do: "mod", person: "budi" },
    "/:handle/chat/moderation/bans": { do: "ban", person: "sari", seconds: "", reason: "Planted" },
  }),
  ...post("host", {
    "/rooms/:id/settings": { name: "Planted", mode: "stage", entry: "link", passcode: "" },
    "/rooms/:id/end": {},
    "/rooms/:id/open-again": {},
  }),
  ...post("administrator", {
    "/admin/people/:id/streaming": { allow: "no" },
    "/admin/people/:id/decline": { why: "Planted" },
    "/admin/people/:id/role": { role: "administrator" },
    "/admin/people/:id/suspend": { reason: "Planted" },
    "/admin/people/:id/lift": {},
    "/admin/people/:id/sign-out": {},
    "/admin/people/:id/reset": {},
    "/admin/streams/:id/end": {},
    "/admin/reports/:id/close": { outcome: "Planted" },
    "/admin/registration": { registration: "closed" },
    "/admin/invitations": { note: "Planted", days: "7" },
    "/admin/invitations/:hash/revoke": {},
    "/admin/security": { needed: "yes" },
    "/admin/categories": { name: "Planted", nameId: "Planted" },
    "/admin/categories/:id": { name: "Planted", nameId: "Planted" },
    "/admin/categories/:id/remove": {},
  }),
];

/** Addresses whose answer does not end. */
export const streams: readonly string[] = ["/events", "/events/site", "/:handle/events", "/studio/events"];

/** The route's address, with `targets` in the place of its parameters: the longest part that is known. */
export function fill(path: string, targets: Readonly<Record<string, string>>): string {
  const parts = Object.keys(targets).toSorted((a, b) => b.length - a.length);
  const filled = parts.reduce((each, part) => each.replace(part, targets[part] ?? ""), path);
  if (filled.includes("/:")) throw new Error(`Nothing stands for the parts of ${path}`);
  return filled;
}
