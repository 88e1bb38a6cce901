import type { Page } from "@playwright/test";
import { parseArgs } from "node:util";
import { createRoom, enter } from "../e2e/support/call.ts";
import { type QualityRow, readQuality } from "../e2e/support/call-panels.ts";
import { isShowing, type PeerReport, reportsOf } from "../e2e/support/call-watch.ts";
import { until } from "../e2e/support/until.ts";
import { setUp } from "./support/call-scenery.ts";
import { Verdicts } from "./support/call-verdicts.ts";
import type { Internet, Machine } from "./support/net-internet.ts";

/**
 * What people are told of a bad line, against what the line is: a part of the packets lost, a long way, little room. And
 * that the sound stays, whatever becomes of the picture. `npm run bench:calls-quality`, as root on Linux; `-- --only NAT`
 * for those with that in their name.
 */

const { values: options } = parseArgs({ options: { only: { type: "string", default: "" } } });
const verdicts = new Verdicts();
/** How long a line is bad before it is looked at, and for how long it is then measured. */
const settleSec = 25;
const measureSec = 20;
/** Opus in a call: less is not a voice any more. */
const soundLeastKbitPerSec = 8;

interface Line {
  name: string;
  spoil(internet: Internet, ana: Machine, budi: Machine): Promise<void> | void;
  /** Judges what Ana's panel says. */
  judge(panel: Panel, line: string): void;
  /** Of the sound that is played, the part that may be made up. */
  concealedMost: number;
}

/** Larger than elsewhere: a picture that could do with more than the narrow line has. */
const camera = { width: 640, height: 360, framesPerSec: 15 };

/** What the panel said again and again, and the mean of it. */
type Panel = Record<string, QualityRow>[];

function meanOf(panel: Panel, label: string, direction: keyof QualityRow): number {
  const figures = panel
    .map((rows) => Number(/[\d.]+/.exec(rows[label]?.[direction] ?? "")?.[0] ?? Number.NaN))
    .filter((figure) => !Number.isNaN(figure));
  return figures.reduce((total, figure) => total + figure, 0) / figures.length;
}

/** Judges what the panel says of both directions. */
function judge(line: string, panel: Panel, label: string, unit: string, [least, most]: [number, number]): void {
  const figures = [meanOf(panel, label, "receives"), meanOf(panel, label, "sends")];
  const said = figures.map((figure) => figure.toFixed(unit === "%" ? 1 : 0)).join(" / ");
  const isRight = figures.every((figure) => figure >= least && figure <= most);
  verdicts.add(
    `${line}: ${label.toLowerCase()} in the panel, in / out`,
    `${said} ${unit}`,
    `${least} to ${most} ${unit}`,
    isRight,
  );
}

const lines: Line[] = [
  {
    name: "a good line",
    spoil: () => undefined,
    judge: (panel, line) => judge(line, panel, "Loss", "%", [0, 0.5]),
    concealedMost: 0.02,
  },
  {
    name: "loss of 5 % each way",
    spoil: (internet, ana, budi) => {
      const [a, b] = [ana.publicAddress, budi.publicAddress];
      internet.filter(
        `ip saddr ${a} ip daddr ${b} meta l4proto udp numgen random mod 100 < 5 drop`,
        `ip saddr ${b} ip daddr ${a} meta l4proto udp numgen random mod 100 < 5 drop`,
      );
    },
    judge: (panel, line) => judge(line, panel, "Loss", "%", [3.5, 6.5]),
    concealedMost: 0.08,
  },
  {
    name: "100 ms longer each way",
    spoil: (internet, ana) => internet.lengthen(ana, 100),
    judge: (panel, line) => judge(line, panel, "Round trip", "ms", [195, 240]),
    concealedMost: 0.03,
  },
  {
    name: "300 kbit/s each way",
    spoil: (internet, ana) => internet.narrow(ana, 300),
    judge: (panel, line) => judge(line, panel, "Rate", "kbit/s", [30, 300]),
    concealedMost: 0.05,
  },
];

const sum = (reports: readonly PeerReport[], pick: (report: PeerReport) => number): number =>
  reports.reduce((total, report) => total + pick(report), 0);

/** What came in between two looks. */
function compare(before: readonly PeerReport[], after: readonly PeerReport[]) {
  const grown = (pick: (report: PeerReport) => number): number => sum(after, pick) - sum(before, pick);
  const kbitPerSec = (bytes: number): number => (bytes * 8) / 1000 / measureSec;
  return {
    soundKbitPerSec: kbitPerSec(grown(({ audio }) => audio.bytes)),
    concealed: grown(({ audio }) => audio.concealed) / grown(({ audio }) => audio.samples),
    hears: grown(({ audio }) => audio.energy) > 0,
    videoKbitPerSec: kbitPerSec(grown(({ video }) => video.bytes)),
    framesPerSec: grown(({ video }) => video.framesDecoded) / measureSec,
    height: Math.max(0, ...after.map(({ video }) => video.height)),
    lost: grown(({ audio }) => audio.lost) / (grown(({ audio }) => audio.lost) + grown(({ audio }) => audio.packets)),
    roundTripMs: after[0]?.path?.roundTripMs ?? null,
  };
}

async function measure(line: Line, who: string, page: Page): Promise<void> {
  const before = await reportsOf(page);
  await Bun.sleep(measureSec * 1000);
  const found = compare(before, await reportsOf(page));
  const heard = `${found.soundKbitPerSec.toFixed(0)} kbit/s, ${(found.concealed * 100).toFixed(1)} % made up`;
  const stays = found.hears && found.soundKbitPerSec >= soundLeastKbitPerSec && found.concealed <= line.concealedMost;
  const most = `≤ ${line.concealedMost * 100} % made up`;
  verdicts.add(`${line.name}: sound at ${who}`, heard, `≥ ${soundLeastKbitPerSec} kbit/s, ${most}`, stays);
  verdicts.add(
    `${line.name}: picture at ${who}`,
    `${found.videoKbitPerSec.toFixed(0)} kbit/s, ${found.framesPerSec.toFixed(1)} a second, ${found.height} px`,
  );
  verdicts.add(
    `${line.name}: the browser at ${who}`,
    `${(found.lost * 100).toFixed(1)} % of sound lost, round trip ${found.roundTripMs?.toFixed(0) ?? "?"} ms`,
  );
}

for (const line of lines.filter(({ name }) => name.includes(options.only))) {
  await verdicts.attempt(line.name, async () => {
    const scenery = await setUp((relay) => relay.environment(`turn:${relay.address}:3478?transport=udp`));
    try {
      const { internet, url } = scenery;
      const machines = [internet.attach("ana"), internet.attach("budi")] as const;
      const [ana, budi] = [await scenery.personAt(machines[0], camera), await scenery.personAt(machines[1], camera)];
      const room = await createRoom(ana, url, { name: "Measured" });
      await enter(ana, room, "Ana");
      await enter(budi, room, "Budi");
      await until("they see each other", async () => (await isShowing(ana)) && (await isShowing(budi)));
      await line.spoil(internet, ...machines);
      await Bun.sleep(settleSec * 1000);
      const panel: Panel = [];
      const measured = Promise.all([measure(line, "Ana", ana), measure(line, "Budi", budi)]);
      for (let sec = 0; sec < measureSec; sec += 2) {
        panel.push(await readQuality(ana, "Budi"));
        await Bun.sleep(2000);
      }
      await measured;
      line.judge(panel, line.name);
    } finally {
      await scenery.end();
    }
  });
}
process.exit(verdicts.print());
