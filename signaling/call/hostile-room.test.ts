import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CallReport, CallState } from "../../api/contract/calls.ts";
import type { CallMode, Peer, PeerId, QualitySample } from "../contract/call.ts";
import { awayMs, closeCodes } from "../contract/limits.ts";
import type { CallMessage } from "./room.ts";
import { allOn, TestCall, type TestCaller } from "./room-fixture.ts";

/** What clients that obey nothing can make of a call, and what must hold whatever they do. */

const sampleOf = (peer: PeerId): QualitySample => ({
  peer,
  path: "direct",
  protocol: "udp",
  overMs: 10_000,
  sentBitsPerSecond: 1,
  receivedBitsPerSecond: 1,
  lossIn: 0,
  lossOut: 0,
  jitterMs: 0,
  roundTripMs: 0,
  freezes: 0,
  freezeMs: 0,
  concealed: 0,
});

test("one who measures without end leaves room for what the others measure", () => {
  const call = new TestCall();
  const [eve, ada, budi] = [call.come("Eve"), call.come("Ada"), call.come("Budi")];
  const many = Array.from({ length: 32 }, () => sampleOf(ada.peerId));
  for (let count = 0; count < 100; count++) call.send(eve, { type: "quality", samples: many });
  call.send(budi, { type: "quality", samples: [sampleOf(ada.peerId)] });
  const samples = call.room.takeReport()?.samples ?? [];
  expect(samples.filter(({ from }) => from === budi.peerId)).toHaveLength(1);
  expect(samples.filter(({ from }) => from === eve.peerId).length).toBeLessThanOrEqual(2);
  call.send(eve, { type: "quality", samples: many });
  expect(call.room.takeReport()?.samples.length).toBeGreaterThan(0);
});

test("a guest with a ticket from before the room was for accounts does not come in by it", () => {
  const call = new TestCall({ entry: "link" });
  const ada = call.come("Ada");
  call.room.setSettings({ name: "Rapat", mode: "meeting", entry: "signed-in" }, call.now);
  expect(call.come("Eve").closedWith).toBe(closeCodes.refused);
  expect(call.come("Budi", { isGuest: false }).has("welcome")).toBe(true);
  // Who was let in before may come back, as at a door that is locked or knocked at.
  call.room.disconnect(ada, call.now);
  expect(call.come("Ada", { peerId: ada.peerId, isReturning: true }).has("welcome")).toBe(true);
});

type Step =
  | { do: "come" | "return" | "break" | "leave"; actor: number; on: boolean }
  | { do: "say"; actor: number; at: number; kind: number; on: boolean }
  | { do: "settings"; entry: "link" | "knock" | "signed-in" }
  | { do: "wait"; ms: number };

const actors = 8;
const capacity = 5;
const actor = fc.nat(actors - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("come" as const), actor, on: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("return", "break", "leave" as const), actor, on: fc.boolean() }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant("say" as const), actor, at: actor, kind: fc.nat(12), on: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("settings" as const),
      entry: fc.constantFrom("link", "knock", "signed-in" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat(awayMs) }) },
);

const messageOf = (kind: number, peer: PeerId, on: boolean): CallMessage => {
  switch (kind) {
    case 0:
      return { type: "media", media: on ? allOn : { mic: true, camera: false, screen: false } };
    case 1:
      return { type: "hand", raised: on };
    case 2:
      return { type: "signal", to: peer, connection: "connection1", signal: { type: "renew" } };
    case 3:
      return { type: "quality", samples: [sampleOf(peer), sampleOf(peer), sampleOf(peer)] };
    case 4:
      return { type: "say", nonce: `nonce-${peer.slice(-4)}`, text: "x" };
    case 5:
      return { type: "admit", knock: peer, accept: on };
    case 6:
      return { type: "rules", rules: on ? { mayUnmute: false, mayShare: false } : { mayUnmute: true, mayShare: true } };
    case 7:
      return { type: "mute", peer: on ? null : peer };
    case 8:
      return { type: "ask-to-unmute", peer };
    case 9:
      return { type: "stop-share", peer };
    case 10:
      return { type: "stage", peer, onStage: on };
    case 11:
      return { type: "rules", rules: { locked: on } };
    default:
      return { type: "remove", peer, bar: on };
  }
};

/** A call that eight people do what they like in; the first is its host. */
class Pandemonium {
  readonly call: TestCall;
  /** Of each, the newest connection. */
  readonly members: (TestCaller | undefined)[] = [];
  readonly everybody: TestCaller[] = [];
  readonly #broken = new Set<TestCaller>();
  /** Whom a host has asked to unmute and not muted since. */
  readonly #asked = new Set<PeerId>();
  #before = new Map<PeerId, Peer>();

  readonly #mode: CallMode;

  constructor(mode: CallMode) {
    this.#mode = mode;
    this.call = new TestCall({ mode }, null, capacity);
  }

  take(next: Step): void {
    this.#do(next);
    this.#check();
  }

  #do(next: Step): void {
    const { call, members } = this;
    if (next.do === "settings") {
      return call.room.setSettings({ name: "Rapat", mode: this.#mode, entry: next.entry }, call.now);
    }
    if (next.do === "wait") {
      call.now += next.ms;
      return call.room.sweep(call.now);
    }
    const member = members[next.actor];
    if (next.do === "come") return this.#come(next.actor, next.on, undefined);
    if (member === undefined) return undefined;
    if (next.do === "return") return this.#come(next.actor, next.on, member);
    if (next.do === "break") return this.#break(member);
    if (!this.#isConnected(member)) return undefined;
    if (next.do === "say") return this.#say(member, next);
    call.room.leave(member);
    return this.#break(member);
  }

  #come(index: number, on: boolean, back: TestCaller | undefined): void {
    // Only those who were in it have a token.
    if (back !== undefined && !back.has("welcome")) return;
    const member = this.call.come(`actor${index}`, {
      isHost: index === 0,
      isGuest: index % 2 === 1,
      isReturning: back !== undefined,
      ...(back === undefined ? {} : { peerId: back.peerId }),
      ...(on ? { media: allOn, hand: true } : {}),
    });
    this.members[index] = member;
    this.everybody.push(member);
    if (member.closedWith !== null) return this.#break(member);
    expect(member.has("welcome") || member.has("waiting")).toBe(true);
    // The end of a socket is heard of before whoever closes it goes on.
    const close = member.close.bind(member);
    member.close = (code) => {
      close(code);
      this.#break(member);
    };
  }

  #say(member: TestCaller, next: Extract<Step, { do: "say" }>): void {
    const target = this.members[next.at]?.peerId ?? "f".repeat(32);
    const message = messageOf(next.kind, target, next.on);
    this.#note(member, message);
    this.call.send(member, message);
  }

  #break(member: TestCaller): void {
    this.#broken.add(member);
    this.call.room.disconnect(member, this.call.now);
  }

  #isConnected(member: TestCaller): boolean {
    return member.closedWith === null && !this.#broken.has(member);
  }

  #note(member: TestCaller, message: CallMessage): void {
    const isHost = member.caller.isHost && this.#before.has(member.peerId);
    if (!isHost) return;
    if (message.type === "ask-to-unmute") this.#asked.add(message.peer);
    else if (message.type === "mute" && message.peer === null) this.#asked.clear();
    else if (message.type === "mute" && message.peer !== null) this.#asked.delete(message.peer);
  }

  #check(): void {
    const inside = this.everybody.filter((member) => this.#isConnected(member) && member.has("welcome"));
    const [first] = inside;
    const roster = first === undefined ? new Map<PeerId, Peer>() : rosterOf(first);
    // Everybody knows the same of everybody.
    for (const member of inside) {
      expect(rosterOf(member)).toEqual(roster);
      expect(roster.get(member.peerId)?.isAway).toBe(false);
    }
    // A host comes in on top.
    expect(roster.size).toBeLessThanOrEqual(capacity + 1);
    expect([...roster.values()].filter(({ isHost }) => !isHost).length).toBeLessThanOrEqual(capacity);
    const rules = first === undefined ? null : first.received.findLast((each) => "rules" in each);
    for (const [id, peer] of roster) {
      const { isHost, onStage, mic, camera, screen } = peer;
      if (!onStage) expect({ mic, camera, screen }).toEqual({ mic: false, camera: false, screen: false });
      const was = this.#before.get(id);
      if (isHost || rules === undefined || rules === null || !("rules" in rules)) continue;
      if (mic && was?.mic !== true) expect(rules.rules.mayUnmute || this.#asked.has(id)).toBe(true);
      if (screen && was?.screen !== true) expect(rules.rules.mayShare).toBe(true);
    }
    for (const id of this.#asked) if (first !== undefined && !roster.has(id)) this.#asked.delete(id);
    if (first !== undefined) this.#before = roster;
    for (const member of this.everybody) {
      const types = new Set(member.received.map(({ type }) => type));
      if (!types.has("welcome")) expect([...types].filter((type) => type !== "waiting")).toEqual([]);
      if (!member.caller.isHost) expect(types.has("knocks")).toBe(false);
    }
  }
}

function rosterOf(member: TestCaller): Map<PeerId, Peer> {
  const roster = new Map<PeerId, Peer>();
  for (const message of member.received) {
    if (message.type === "welcome") {
      roster.clear();
      for (const peer of message.peers) roster.set(peer.id, peer);
    } else if (message.type === "peer") roster.set(message.peer.id, message.peer);
    else if (message.type === "left") roster.delete(message.peer);
  }
  return roster;
}

describe("whatever eight people do", () => {
  test.each(["meeting", "stage"] as const)(
    "in a %s, its rules hold and all know the same",
    (mode) => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
          const pandemonium = new Pandemonium(mode);
          for (const each of steps) pandemonium.take(each);
          const { room } = pandemonium.call;
          const report = room.takeReport();
          if (report !== null) expect(CallReport.safeParse(report).error).toBeUndefined();
          const { state } = room.takeUnsaved();
          if (state !== undefined) expect(CallState.safeParse(state).error).toBeUndefined();
        }),
        { numRuns: 100 },
      );
    },
    20_000,
  );
});
