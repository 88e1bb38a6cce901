import type { Page } from "@playwright/test";
import { parseArgs } from "node:util";
import { createRoom, enter, join, prepare } from "../e2e/support/call.ts";
import { readQuality, whyNot } from "../e2e/support/call-panels.ts";
import { clickedAt, firstShown, type MediaPath, reportsOf } from "../e2e/support/call-watch.ts";
import { until } from "../e2e/support/until.ts";
import { type Scenery, setUp } from "./support/call-scenery.ts";
import { Verdicts } from "./support/call-verdicts.ts";
import type { Internet, Machine } from "./support/net-internet.ts";
import { credentialsUntil, type Relay } from "./support/net-relay.ts";

/**
 * From where calls connect, by which path and how soon: people who cannot reach each other, behind routers of both kinds,
 * without UDP, with nothing but TCP 443; and what the page says where no path can be. Each case is an internet of its own
 * with a real relay. `npm run bench:calls-networks`, as root on Linux; `-- --only NAT`
 * for those with that in their name.
 */

type Settings = (relay: Relay) => Record<string, string>;

interface Case {
  name: string;
  settings: Settings;
  /** Where the two sit. */
  places(internet: Internet): [Machine, Machine];
  /** What the network between them lets through: nftables rules of what is dropped. */
  filter?(a: string, b: string): string[];
  /** How the media must go; null: not at all, and the page must say why. */
  path: "direct" | "relay" | null;
  protocol?: MediaPath["protocol"];
  /** Nobody may learn anybody's address. */
  isPrivate?: boolean;
  /** What the page says then. */
  says?: RegExp;
  /** What the panel "Why can't we connect?" finds out at Budi's. */
  why?: RegExp;
}

/** Pictures must be there so soon after the click. */
const connectMostSec = 3;
/** And the reason why they will not come. */
const sayMostSec = 20;

const over = (scheme: "turn" | "turns", port: number, transport: "udp" | "tcp") => (relay: Relay) =>
  `${scheme}:${relay.address}:${port}?transport=${transport}`;
const byUdp = over("turn", 3478, "udp");
const byTcp = over("turn", 3478, "tcp");
const byTls = over("turns", 443, "tcp");
const everyWay: Settings = (relay) => relay.environment(byUdp(relay), byTcp(relay), byTls(relay));
const stunOnly: Settings = (relay) => ({ STUN_URLS: `stun:${relay.address}:3478` });

const inPublic = (internet: Internet): [Machine, Machine] => [internet.attach("ana"), internet.attach("budi")];
const isolated = (a: string, b: string): string[] => [
  `ip saddr ${a} ip daddr ${b} drop`,
  `ip saddr ${b} ip daddr ${a} drop`,
];
const withoutUdp = (...people: string[]): string[] =>
  people.flatMap((each) => [`ip saddr ${each} meta l4proto udp drop`, `ip daddr ${each} meta l4proto udp drop`]);
const only443 = (...people: string[]): string[] => [
  ...people.flatMap((each) => [`ip saddr ${each} tcp dport 443 accept`, `ip daddr ${each} tcp sport 443 accept`]),
  ...people.flatMap((each) => [`ip saddr ${each} drop`, `ip daddr ${each} drop`]),
];

const cases: Case[] = [
  { name: "both at public addresses", settings: everyWay, places: inPublic, path: "direct", protocol: "udp" },
  {
    name: "both behind cone NAT",
    settings: everyWay,
    places: (internet) => [internet.home("ana", "cone"), internet.home("budi", "cone")],
    path: "direct",
    protocol: "udp",
  },
  {
    name: "cone NAT and symmetric NAT",
    settings: everyWay,
    places: (internet) => [internet.home("ana", "cone"), internet.home("budi", "symmetric")],
    path: "relay",
    protocol: "udp",
  },
  {
    name: "both behind symmetric NAT",
    settings: everyWay,
    places: (internet) => [internet.home("ana", "symmetric"), internet.home("budi", "symmetric")],
    path: "relay",
    protocol: "udp",
  },
  {
    name: "each reaches only the relay",
    settings: everyWay,
    places: inPublic,
    filter: isolated,
    path: "relay",
    protocol: "udp",
  },
  {
    name: "UDP blocked for both",
    settings: everyWay,
    places: inPublic,
    filter: withoutUdp,
    path: "relay",
    protocol: "tcp",
    why: /lets no UDP through/,
  },
  {
    name: "only TCP 443 for both",
    settings: everyWay,
    places: inPublic,
    filter: only443,
    path: "relay",
    protocol: "tls",
    why: /lets no UDP through/,
  },
  {
    name: "only TCP 443 for one of the two",
    settings: everyWay,
    places: (internet) => [internet.home("ana", "cone"), internet.attach("budi")],
    filter: (_a, b) => only443(b),
    path: "relay",
  },
  {
    name: "ICE_POLICY=relay, though directly would do",
    settings: (relay) => ({ ...everyWay(relay), ICE_POLICY: "relay" }),
    places: inPublic,
    path: "relay",
    isPrivate: true,
  },
  {
    name: "a hosted relay with fixed credentials",
    settings: (relay) => {
      const { username, credential } = credentialsUntil(Math.floor(Date.now() / 1000) + 3600);
      return { TURN_URLS: byUdp(relay), TURN_USERNAME: username, TURN_CREDENTIAL: credential };
    },
    places: inPublic,
    filter: isolated,
    path: "relay",
    protocol: "udp",
  },
  {
    name: "each reaches only the relay, and its credentials have expired",
    settings: (relay) => {
      const { username, credential } = credentialsUntil(Math.floor(Date.now() / 1000) - 60);
      return { TURN_URLS: byUdp(relay), TURN_USERNAME: username, TURN_CREDENTIAL: credential };
    },
    places: inPublic,
    filter: isolated,
    path: null,
    says: /relay/,
    why: /does not accept/,
  },
  {
    name: "each reaches only the server, no relay",
    settings: stunOnly,
    places: inPublic,
    filter: isolated,
    path: null,
    says: /this server has no relay/,
    why: /This server has no relay/,
  },
  {
    name: "both behind symmetric NAT, no relay",
    settings: stunOnly,
    places: (internet) => [internet.home("ana", "symmetric"), internet.home("budi", "symmetric")],
    path: null,
    says: /this server has no relay/,
    why: /This server has no relay/,
  },
];

const { values: options } = parseArgs({ options: { only: { type: "string", default: "" } } });
const verdicts = new Verdicts();

const isRelayed = ({ local, remote }: MediaPath): boolean => local === "relay" || remote === "relay";

/** The path in use. */
async function settledPath(page: Page): Promise<MediaPath> {
  const path = (await reportsOf(page)).find(({ state }) => state === "connected")?.path;
  if (path === undefined || path === null) throw new Error("The browser knows of no path.");
  return path;
}

/** What the quality panel calls the path, as soon as it has measured. */
const pathInPanel = (page: Page, name: string): Promise<string> =>
  until("the panel names a path", async () => {
    const said = (await readQuality(page, name))["Path"]?.receives ?? "";
    return /measuring/i.test(said) || said === "" ? null : said;
  });

async function measurePath(each: Case, { relay }: Scenery, ana: Page, budi: Page): Promise<void> {
  const shownMs = await Promise.all(
    [ana, budi].map((page) => until("a picture of the other", async () => (await firstShown(page))[0], 30_000)),
  );
  const sec = (Math.max(...shownMs) - (await clickedAt(budi))) / 1000;
  verdicts.addSec(`${each.name}: pictures after`, sec, connectMostSec);
  const inPanel = [await pathInPanel(ana, "Budi"), await pathInPanel(budi, "Ana")].join(", ");
  const paths = await Promise.all([ana, budi].map(settledPath));
  const path = paths.some(isRelayed) ? "relay" : "direct";
  const says = path === "direct" ? /^direct.*, direct/i : /^by relay.*, by relay/i;
  const inLog = /(CREATE_PERMISSION|CHANNEL_BIND) processed, success/.test(relay.log());
  const isRight =
    path === each.path &&
    (each.protocol === undefined || paths.every((one) => one.protocol === each.protocol)) &&
    says.test(inPanel) &&
    (path === "direct" || inLog);
  verdicts.add(
    `${each.name}: path`,
    `${path}, ${paths.map(({ protocol }) => protocol).join(" and ")}; panel: ${inPanel}${path === "relay" ? `; coturn ${inLog ? "relays" : "knows of nothing"}` : ""}`,
    `${each.path ?? ""}${each.protocol === undefined ? "" : `, ${each.protocol}`}`,
    isRight,
  );
  await measureWhy(each, budi);
  if (each.isPrivate !== true) return;
  const reports = (await Promise.all([ana, budi].map(reportsOf))).flat();
  const knows = reports.some(({ knowsAddress }) => knowsAddress);
  verdicts.add(`${each.name}: somebody learns another's address`, knows ? "yes" : "no", "no", !knows);
}

async function measureWhy({ name, why }: Case, page: Page): Promise<void> {
  if (why === undefined) return;
  const said = await whyNot(page);
  verdicts.add(`${name}: why`, said, String(why), why.test(said));
}

/** What the page says instead of a picture, and how soon. */
async function measureWords(each: Case, ana: Page, budi: Page): Promise<void> {
  const clickedMs = await clickedAt(budi);
  const says = each.says ?? /./;
  const texts = await Promise.all(
    [ana, budi].map(async (page) => {
      const alert = page.getByText(/^No way to/).first();
      await alert.waitFor({ timeout: 60_000 });
      return alert.innerText();
    }),
  );
  verdicts.addSec(`${each.name}: the page says why after`, (Date.now() - clickedMs) / 1000, sayMostSec);
  verdicts.add(
    `${each.name}: it says`,
    texts[1] ?? "",
    String(says),
    texts.every((text) => says.test(text)),
  );
  await measureWhy(each, budi);
}

for (const each of cases.filter(({ name }) => name.includes(options.only))) {
  await verdicts.attempt(each.name, async () => {
    const scenery = await setUp(each.settings);
    try {
      const { internet, url } = scenery;
      const machines = each.places(internet);
      const [a, b] = machines;
      internet.filter(...(each.filter?.(a.publicAddress, b.publicAddress) ?? []));
      const [ana, budi] = [await scenery.personAt(a), await scenery.personAt(b)];
      const room = await createRoom(ana, url, { name: "Measured" });
      await enter(ana, room, "Ana");
      await prepare(budi, room, "Budi");
      await join(budi);
      await (each.path === null ? measureWords(each, ana, budi) : measurePath(each, scenery, ana, budi));
    } finally {
      await scenery.end();
    }
  });
}
process.exit(verdicts.print());
