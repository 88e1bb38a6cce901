import { percentile } from "../table.ts";
import type { Attempts } from "./attempts.ts";
import type { Answer } from "./exchange.ts";
import { password, type Stage } from "./stage.ts";
import type { Visitor } from "./visitor.ts";

/** Sessions planted before somebody signs in, and what answers tell of who has an account here. */

const samples = 60;

/**
 * How likely a value of the one list is above one of the other: the area under the curve, from Mann and Whitney's U.
 * 0.5: nobody can tell them apart.
 */
export function overlap(a: readonly number[], b: readonly number[]): number {
  const wins = a.flatMap((x) => b.map((y) => (x > y ? 1 : x === y ? 0.5 : 0)));
  return wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
}

async function plantSessions(stage: Stage, attempts: Attempts): Promise<void> {
  const victim = stage.visitor();
  await stage.register(victim, "lina");
  const [thief, planted] = [stage.visitor(), stage.visitor()];
  const invented = "f".repeat(40);
  const wrong: string[] = [];
  planted.cookies.set("panggung_session", invented);
  planted.cookies.set("panggung_step", invented);
  await planted.must("/login", { username: "lina", password });
  if (planted.cookies.get("panggung_session") === invented) wrong.push("a planted session is taken over");
  thief.cookies.set("panggung_session", invented);
  if ((await thief.get("/settings")).status === 200) wrong.push("the planted session works");
  // Signed in already, as the thief: whoever signs in there does not stay in the thief's session.
  await thief.must("/login", { username: "sari", password });
  const ofThief = thief.cookies.get("panggung_session") ?? "";
  const shared = stage.visitor();
  shared.cookies.set("panggung_session", ofThief);
  await shared.must("/login", { username: "lina", password });
  if (shared.cookies.get("panggung_session") === ofThief) wrong.push("the session keeps its name");
  if ((await thief.get("/settings")).body.includes("lina")) wrong.push("the thief is lina");
  attempts.addAll(
    "Session fixation: planted, invented and another's before signing in",
    "a new session each time",
    wrong,
  );

  const [first, again] = [victim.cookie, stage.visitor()];
  await victim.post("/logout");
  again.cookies.set("panggung_session", /panggung_session=([^;]+)/.exec(first)?.[1] ?? "");
  const afterLogout = (await again.get("/settings")).status;
  attempts.add("Session: the cookie of before after signing out", `answered ${afterLogout}`, afterLogout === 303);
}

/** Without what was typed, and the reference, which differs from one answer to the next. */
const plain = ({ status, body }: Answer, name: string): string =>
  `${status} ${body.replaceAll(name, "NAME")}`.replace(/value="[^"]*"|<code>[0-9a-f]{16}<\/code>/g, "");

interface Probe {
  what: string;
  known: string;
  send: (by: Visitor, username: string) => Promise<Answer>;
}

async function tellApart(stage: Stage, attempts: Attempts, { what, known, send }: Probe): Promise<void> {
  const unknown = `${known}x`;
  const times: [known: number[], unknown: number[]] = [[], []];
  const texts: [known: Set<string>, unknown: Set<string>] = [new Set(), new Set()];
  for (let index = 0; index < samples; index += 1) {
    // Each first in turn: what warms up warms up for both.
    for (const which of index % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const name = which === 0 ? known : unknown;
      const answer = await send(stage.visitor(), name);
      times[which].push(answer.ms);
      texts[which].add(plain(answer, name));
    }
  }
  const [medianKnown, medianUnknown] = [percentile(times[0], 0.5), percentile(times[1], 0.5)];
  const above = overlap(...times);
  const isSameText = texts[0].size === 1 && texts[1].size === 1 && [...texts[0]][0] === [...texts[1]][0];
  attempts.add(
    `Enumeration: ${what}`,
    `${isSameText ? "the same words" : "OTHER WORDS"}; medians of ${samples} each ${medianKnown.toFixed(1)} and ` +
      `${medianUnknown.toFixed(1)} ms, overlap ${above.toFixed(2)} (0.50: none can tell)`,
    isSameText && above > 0.3 && above < 0.7,
  );
}

async function enumerate(stage: Stage, attempts: Attempts): Promise<void> {
  for (const name of ["mega", "rudi", "nita"]) await stage.register(stage.visitor(), name);
  const wrong = "wrong-word-1";
  const probes: Probe[] = [
    { what: "signing in", known: "mega", send: (by, username) => by.post("/login", { username, password: wrong }) },
    {
      what: "signing in as who is suspended",
      known: "joko",
      send: (by, username) => by.post("/login", { username, password: wrong }),
    },
    {
      what: "recovering",
      known: "rudi",
      send: (by, username) =>
        by.post("/recover", { username, recoveryCode: "00000-00000-00000", password: "tall-lamp-77" }),
    },
    { what: "a reset by a link", known: "nita", send: (by, username) => by.get(`/reset?code=${username}`) },
  ];
  for (const probe of probes) await tellApart(stage, attempts, probe);
  const { status } = await stage.visitor().post("/register", { username: "nita", password });
  const channel = (await stage.visitor().get("/@nita")).status;
  const told = `says that a name is taken (${status}): each has a public page (${channel})`;
  attempts.add("Enumeration: registering", told, status === 422 && channel === 200);
}

export async function attackSignIns(stage: Stage, attempts: Attempts): Promise<void> {
  await plantSessions(stage, attempts);
  await enumerate(stage, attempts);
}
