import { expect, test } from "bun:test";
import type { Peer } from "../../../signaling/contract/call.ts";
import { type CallState, outside } from "./call-state.ts";
import { Mesh } from "./mesh.ts";

const [ana, budi, cici] = ["a".repeat(32), "b".repeat(32), "c".repeat(32)];
const peerOf = (id: string, onStage = true): Peer => ({
  id,
  name: id.slice(0, 1),
  color: 1,
  isGuest: true,
  isHost: false,
  onStage,
  mic: true,
  camera: true,
  screen: false,
  handAt: null,
  isAway: false,
});
const stateOf = (you: string, ...peers: Peer[]): CallState => ({ ...outside, you, peers });

const noTracks = { mic: null, camera: null, screen: null, screenSound: null };

/** As long as the server cannot be reached no connection is begun, so that none is needed here. */
function makeMesh(): Mesh {
  return new Mesh({ tracks: () => noTracks, send: () => undefined, onChange: () => undefined });
}

test("a link to each but oneself, and none between two listeners", () => {
  const mesh = makeMesh();
  mesh.update(stateOf(ana, peerOf(ana, false), peerOf(budi), peerOf(cici, false)), false, 0);
  expect([...mesh.links.keys()]).toEqual([budi]);
});

test("a link stays while the call changes, and goes with its peer", () => {
  const mesh = makeMesh();
  mesh.update(stateOf(ana, peerOf(ana), peerOf(budi)), false, 0);
  const link = mesh.links.get(budi);
  mesh.update(stateOf(ana, peerOf(ana), { ...peerOf(budi), mic: false }, peerOf(cici)), false, 0);
  expect(mesh.links.get(budi)).toBe(link);
  mesh.update(stateOf(ana, peerOf(ana), peerOf(cici)), false, 0);
  expect([...mesh.links.keys()]).toEqual([cici]);
});

test("whoever comes in as somebody new keeps no link: the other side has one to make with the new one", () => {
  const mesh = makeMesh();
  mesh.update(stateOf(ana, peerOf(ana), peerOf(budi)), false, 0);
  const link = mesh.links.get(budi);
  mesh.update(stateOf(cici, peerOf(cici), peerOf(budi), peerOf(ana)), false, 0);
  expect(mesh.links.get(budi)).not.toBe(link);
  expect([...mesh.links.keys()]).toEqual([budi, ana]);
});
