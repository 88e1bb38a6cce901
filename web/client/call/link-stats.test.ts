import { expect, test } from "bun:test";
import direct from "./chromium-reports-direct.json";
import relayed from "./chromium-reports-relay.json";
import { barsFor, type Measured, measure, type Report, sampleOf, type Stat } from "./link-stats.ts";

/** Reports of Chromium 156, two seconds apart: a pair with cameras of 320 × 240, once directly, once by TURN over TCP. */

type Change = (stat: Record<string, unknown>) => Record<string, unknown>;
const reportOf = (stats: readonly Record<string, unknown>[], change: Change = (stat) => stat): Report =>
  new Map(stats.map((stat) => [String(stat["id"]), change({ ...stat }) as unknown as Stat]));

const steady = { camera: true, screen: true };

/** What lies between the two, after changing the later one. */
const measured = (change?: Change, recorded: typeof direct | typeof relayed = direct): Measured => {
  const result = measure(reportOf(recorded.before), reportOf(recorded.now, change), steady);
  if (result === null) throw new Error("Nothing was measured.");
  return result;
};

test("a direct connection, as Chromium reports it", () => {
  const result = measured();
  expect(result).toMatchObject({
    path: "direct",
    protocol: "udp",
    lossIn: 0,
    lossOut: 0,
    freezes: 0,
    receivedHeight: 240,
    sentHeight: 240,
    limitedBy: "none",
  });
  expect(result.overMs).toBeWithin(1_900, 2_200);
  expect(result.sentBitsPerSecond).toBeWithin(100_000, 250_000);
  expect(result.receivedBitsPerSecond).toBeWithin(100_000, 250_000);
  expect(result.receivedFramesPerSecond).toBeWithin(8, 12);
  expect(result.roundTripMs).toBeWithin(0, 20);
  expect(result.jitterMs).toBeWithin(0, 50);
  expect(result.concealed).toBeWithin(0, 0.05);
  expect(result.availableBitsPerSecond).toBeGreaterThan(300_000);
});

test("where no transport is reported, the pair in use is the selected one, and none of a former path", () => {
  const asFirefox = (stats: readonly Record<string, unknown>[]): Report => {
    const report = reportOf(stats.filter(({ type }) => type !== "transport"));
    const [id, pair] =
      [...report].find(([, stat]) => stat.type === "candidate-pair" && stat["nominated"] === true) ?? [];
    if (id === undefined || pair === undefined) throw new Error("There is no pair.");
    const former: Stat = { ...pair, id: "former", bytesSent: 7, selected: false };
    return new Map([["former", former], ...report, [id, { ...pair, selected: true }]]);
  };
  const result = measure(asFirefox(direct.before), asFirefox(direct.now), steady);
  expect(result?.sentBitsPerSecond).toBe(measured().sentBitsPerSecond);
});

test("by a relay: how this device reaches it counts, not how the relay goes on", () => {
  expect(measured(undefined, relayed)).toMatchObject({ path: "relay", protocol: "tcp" });
});

test("loss of what arrives is the part of all that should have", () => {
  const lose: Change = (stat) =>
    stat["type"] === "inbound-rtp" && stat["mid"] === "1"
      ? { ...stat, packetsLost: Number(stat["packetsLost"]) + 20 }
      : stat;
  const received = [...reportOf(direct.now).values()]
    .filter(({ type }) => type === "inbound-rtp")
    .reduce((sum, stat) => {
      const before = reportOf(direct.before).get(stat.id)?.["packetsReceived"];
      return sum + Number(stat["packetsReceived"]) - Number(before ?? 0);
    }, 0);
  expect(measured(lose).lossIn).toBeCloseTo(20 / (20 + received), 6);
});

test("loss of what is sent is held against the time that the other side's reports are about", () => {
  const video = direct.now.find((stat) => stat.type === "outbound-rtp" && stat.mid === "1");
  const sentBefore = direct.before.find(({ id }) => id === video?.id)?.packetsSent ?? 0;
  const sent = (video?.packetsSent ?? 0) - sentBefore;
  const remote = (stat: Record<string, unknown>) => stat["type"] === "remote-inbound-rtp";
  const result = measured((stat) => {
    if (!remote(stat)) return stat;
    const before = direct.before.find(({ id }) => id === stat["id"]);
    // Sound has not been reported on since; pictures have, over half of the time.
    if (stat["kind"] === "audio") return { ...stat, timestamp: before?.timestamp };
    return { ...stat, packetsLost: 3, timestamp: (before?.timestamp ?? 0) + 1_000 };
  });
  expect(result.lossOut).toBeCloseTo(3 / ((sent * 1_000) / result.overMs), 2);
  const silent = measured((stat) => (remote(stat) ? { ...stat, timestamp: 0 } : stat));
  expect(silent.lossOut).toBeNull();
});

test("only what was shown all the while can freeze", () => {
  const freeze: Change = (stat) =>
    stat["type"] === "inbound-rtp" && stat["mid"] === "1"
      ? {
          ...stat,
          freezeCount: Number(stat["freezeCount"]) + 2,
          totalFreezesDuration: Number(stat["totalFreezesDuration"]) + 1.5,
        }
      : stat;
  expect(measured(freeze)).toMatchObject({ freezes: 2, freezeMs: 1_500 });
  const off = measure(reportOf(direct.before), reportOf(direct.now, freeze), { camera: false, screen: true });
  expect(off).toMatchObject({ freezes: 0, freezeMs: 0 });
});

test("sound that was made up counts, silence that was made up does not", () => {
  const audio = direct.now.find((stat) => stat.type === "inbound-rtp" && stat.kind === "audio");
  const audioBefore = direct.before.find(({ id }) => id === audio?.id);
  const played = Number(audio?.totalSamplesReceived) - Number(audioBefore?.totalSamplesReceived);
  const conceal =
    (concealed: number, silent: number): Change =>
    (stat) =>
      stat["id"] === audio?.id
        ? {
            ...stat,
            concealedSamples: Number(audioBefore?.concealedSamples) + concealed,
            silentConcealedSamples: Number(audioBefore?.silentConcealedSamples) + silent,
          }
        : stat;
  expect(measured(conceal(played / 10, 0)).concealed).toBeCloseTo(0.1, 6);
  expect(measured(conceal(played / 10, played / 10)).concealed).toBe(0);
});

test("nothing is measured across a new path, nor from a report that is no later", () => {
  expect(measure(reportOf(relayed.before), reportOf(direct.now), steady)).toBeNull();
  expect(measure(reportOf(direct.now), reportOf(direct.now), steady)).toBeNull();
  expect(measure(new Map(), new Map(), steady)).toBeNull();
});

test("a sample for the server holds whole numbers within its limits", () => {
  const peer = "a".repeat(32);
  const sample = sampleOf(peer, { ...measured(), overMs: 700_000, sentBitsPerSecond: 1234.5, freezeMs: 10.4 });
  expect(sample).toMatchObject({ peer, overMs: 600_000, sentBitsPerSecond: 1235, freezeMs: 10 });
});

test.each<[string, Partial<Measured>, 1 | 2 | 3]>([
  ["all well", {}, 3],
  ["some loss", { lossIn: 0.05 }, 2],
  ["much loss of what we send", { lossOut: 0.2 }, 1],
  ["a long way", { roundTripMs: 350 }, 2],
  ["a picture stood still for a moment", { freezes: 1, freezeMs: 300 }, 2],
  ["a picture stood still", { freezes: 1, freezeMs: 1_500 }, 1],
  ["broken sound", { concealed: 0.2 }, 1],
  ["no path", { path: "none" }, 1],
])("%s", (_, more, bars) => {
  expect(barsFor({ ...measured(), lossIn: 0, lossOut: 0, jitterMs: 5, concealed: 0, ...more })).toBe(bars);
});
