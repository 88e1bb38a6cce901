import { expect, test } from "bun:test";
import type { Peer } from "../../../signaling/contract/call.ts";
import type { CallServerMessage } from "../../../signaling/contract/call-messages.ts";
import { areLinked, type CallState, forgetMissing, missingMs, noticesOf, outside, receive } from "./call-state.ts";

const [me, ana, budi] = ["a".repeat(32), "b".repeat(32), "c".repeat(32)];
const peerOf = (id: string, more: Partial<Peer> = {}): Peer => ({
  id,
  name: `Name ${id.slice(0, 1)}`,
  color: 1,
  isGuest: true,
  isHost: false,
  onStage: true,
  mic: true,
  camera: true,
  screen: false,
  handAt: null,
  isAway: false,
  ...more,
});
const room = { id: "0000-0000-0000-0000", name: "Room", mode: "meeting", entry: "link", capacity: 8 } as const;
const welcome = (epoch: number, ...peers: string[]): CallServerMessage => ({
  type: "welcome",
  version: 1,
  you: me,
  resume: "r",
  epoch,
  room,
  rules: outside.rules,
  peers: peers.map((id) => peerOf(id)),
  knocks: [],
  lines: [],
  ice: { servers: [], policy: "all", expiresAt: null },
});
const after = (...messages: CallServerMessage[]): CallState =>
  messages.reduce((state, message) => receive(state, message, 1_000), outside);
const here = ({ peers }: CallState): string[] => peers.map(({ id }) => id);

test("who comes is added at the end, who changes stays in place, who goes is gone", () => {
  const state = after(welcome(1, me, ana), { type: "peer", peer: peerOf(budi) });
  expect(here(state)).toEqual([me, ana, budi]);
  const changed = receive(state, { type: "peer", peer: peerOf(ana, { mic: false }) }, 1_000);
  expect(changed.peers[1]).toMatchObject({ id: ana, mic: false });
  expect(here(receive(changed, { type: "left", peer: ana, why: "left" }, 1_000))).toEqual([me, budi]);
});

test("after a restart of the server everybody who is not back yet is waited for, as away", () => {
  const state = after(welcome(1, me, ana, budi), welcome(2, me, budi));
  expect(here(state)).toEqual([me, budi, ana]);
  expect(state.peers[2]).toMatchObject({ isAway: true });
  expect([...state.missing]).toEqual([[ana, 1_000 + missingMs]]);
  const back = receive(state, { type: "peer", peer: peerOf(ana) }, 2_000);
  expect(back.missing.size).toBe(0);
  expect(back.peers.find(({ id }) => id === ana)?.isAway).toBe(false);
});

test("they are waited for once, however often the server restarts", () => {
  const state = receive(after(welcome(1, me, ana), welcome(2, me)), welcome(3, me), 9_000);
  expect([...state.missing]).toEqual([[ana, 1_000 + missingMs]]);
  // A second welcome of the same server does not end the wait either.
  expect(here(receive(state, welcome(3, me), 10_000))).toEqual([me, ana]);
});

test("the same server leaves nobody out: who is not in its list has gone", () => {
  expect(here(after(welcome(1, me, ana, budi), welcome(1, me, budi)))).toEqual([me, budi]);
});

test("waiting ends with the time, or with their media", () => {
  const state = after(welcome(1, me, ana, budi), welcome(2, me));
  expect(here(forgetMissing(state, () => true, 1_000 + missingMs - 1))).toEqual([me, ana, budi]);
  expect(here(forgetMissing(state, (id) => id === ana, 2_000))).toEqual([me, ana]);
  expect(here(forgetMissing(state, () => true, 1_000 + missingMs))).toEqual([me]);
});

test("who knocks knows of nobody, and is in when welcomed", () => {
  const waiting = after({ type: "waiting", version: 1, room, hostIsHere: true });
  expect(waiting).toMatchObject({ place: { type: "waiting", hostIsHere: true }, room, peers: [] });
  expect(receive(waiting, welcome(1, me, ana), 1_000).place).toEqual({ type: "inside" });
});

test("a line is shown once", () => {
  const line = { id: `${ana}.nonce001`, at: 1, name: "Ana", color: 1, isHost: false, text: "hello" };
  const state = after(welcome(1, me, ana), { type: "line", line }, { type: "line", line });
  expect(state.lines).toEqual([line]);
});

test("people are told who comes and goes, and of hands, but not of what they do themselves", () => {
  const state = after(welcome(1, me, ana));
  const told = (message: CallServerMessage) => noticesOf(state, message);
  expect(told({ type: "peer", peer: peerOf(budi) })).toEqual([{ type: "joined", name: "Name c" }]);
  expect(told({ type: "peer", peer: peerOf(ana, { handAt: 5 }) })).toEqual([{ type: "hand", name: "Name b" }]);
  expect(told({ type: "peer", peer: peerOf(ana, { mic: false }) })).toEqual([]);
  expect(told({ type: "peer", peer: peerOf(me, { handAt: 5 }) })).toEqual([]);
  expect(told({ type: "left", peer: ana, why: "lost" })).toEqual([{ type: "left", name: "Name b" }]);
  expect(told({ type: "left", peer: ana, why: "removed" })).toEqual([{ type: "removed", name: "Name b" }]);
  expect(told({ type: "left", peer: budi, why: "left" })).toEqual([]);
  expect(noticesOf(outside, welcome(1, me, ana))).toEqual([]);
  const restarted = after(welcome(1, me, ana), welcome(2, me));
  expect(noticesOf(restarted, { type: "peer", peer: peerOf(ana) })).toEqual([]);
});

test("two listeners of a stage have no connection", () => {
  const [host, listener, other] = [peerOf(me), peerOf(ana, { onStage: false }), peerOf(budi, { onStage: false })];
  expect([
    areLinked(host, listener),
    areLinked(listener, host),
    areLinked(listener, other),
    areLinked(host, host),
  ]).toEqual([true, true, false, false]);
});
