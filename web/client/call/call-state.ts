import {
  type CallLine,
  type CallRules,
  type IceSettings,
  type Knock,
  type Peer,
  type PeerId,
} from "../../../signaling/contract/call.ts";
import type { CallRoomFacts, CallServerMessage } from "../../../signaling/contract/call-messages.ts";
import { historyLines } from "../../../signaling/contract/limits.ts";
import type { Notice, Place } from "./types.ts";

/** What is known of a call: each of the server's messages makes the next state. Pure; times are Unix time, ms. */

export interface CallState {
  place: Place;
  room: CallRoomFacts | null;
  rules: CallRules;
  ice: IceSettings | null;
  you: PeerId | null;
  epoch: number | null;
  /** Everybody, this device too. */
  peers: readonly Peer[];
  /** Those of `peers` who were here before the server was restarted and are not back yet: until when they are waited for. */
  missing: ReadonlyMap<PeerId, number>;
  knocks: readonly Knock[];
  lines: readonly CallLine[];
}

/** After a restart of the server everybody has this long to come back while their media goes on. */
export const missingMs = 45_000;
/** As many as the server remembers, and what is said while somebody is here. */
const linesMax = 5 * historyLines;

export const outside: CallState = {
  place: { type: "outside" },
  room: null,
  // As in call.ts, which is not for browsers at run time.
  rules: { locked: false, mayUnmute: true, mayShare: true },
  ice: null,
  you: null,
  epoch: null,
  peers: [],
  missing: new Map(),
  knocks: [],
  lines: [],
};

export function receive(state: CallState, message: CallServerMessage, now: number): CallState {
  switch (message.type) {
    case "welcome":
      return welcome(state, message, now);
    case "waiting": {
      const { room, hostIsHere } = message;
      return { ...outside, lines: state.lines, place: { type: "waiting", hostIsHere }, room };
    }
    case "peer":
      return withPeer(state, message.peer);
    case "left":
      return withoutPeers(state, new Set([message.peer]));
    case "room":
      return { ...state, room: message.room };
    case "rules":
      return { ...state, rules: message.rules };
    case "knocks":
      return { ...state, knocks: message.knocks };
    case "ice":
      return { ...state, ice: message.ice };
    case "line":
      if (state.lines.some(({ id }) => id === message.line.id)) return state;
      return { ...state, lines: [...state.lines, message.line].slice(-linesMax) };
    case "signal":
    case "told":
    case "ack":
    case "error":
    case "pong":
      return state;
  }
}

function welcome(
  state: CallState,
  { you, epoch, room, rules, peers, knocks, lines, ice }: Extract<CallServerMessage, { type: "welcome" }>,
  now: number,
): CallState {
  const listed = new Set(peers.map(({ id }) => id));
  // The same server leaves nobody out; one that was restarted has yet to see them come back.
  const isRestarted = state.you === you && state.epoch !== null && state.epoch !== epoch;
  const isMissing = ({ id }: Peer): boolean => !listed.has(id) && (isRestarted || state.missing.has(id)) && id !== you;
  const missing = state.you === you ? state.peers.filter(isMissing).map((peer) => ({ ...peer, isAway: true })) : [];
  return {
    place: { type: "inside" },
    room,
    rules,
    ice,
    you,
    epoch,
    peers: [...peers, ...missing],
    missing: new Map(missing.map(({ id }) => [id, state.missing.get(id) ?? now + missingMs])),
    knocks,
    lines,
  };
}

function withPeer(state: CallState, peer: Peer): CallState {
  const isKnown = state.peers.some(({ id }) => id === peer.id);
  const peers = isKnown ? state.peers.map((each) => (each.id === peer.id ? peer : each)) : [...state.peers, peer];
  const missing = new Map(state.missing);
  missing.delete(peer.id);
  return { ...state, peers, missing };
}

function withoutPeers(state: CallState, gone: ReadonlySet<PeerId>): CallState {
  const missing = new Map([...state.missing].filter(([id]) => !gone.has(id)));
  return { ...state, peers: state.peers.filter(({ id }) => !gone.has(id)), missing };
}

/** Those who are waited for no longer: their time is up, or their media has ended too. */
export function forgetMissing(state: CallState, hasMedia: (peer: PeerId) => boolean, now: number): CallState {
  const gone = [...state.missing].filter(([id, until]) => now >= until || !hasMedia(id)).map(([id]) => id);
  return gone.length === 0 ? state : withoutPeers(state, new Set(gone));
}

/** What people are told of a message, once. */
export function noticesOf(before: CallState, message: CallServerMessage): Notice[] {
  if (message.type === "told") return [{ type: "told", what: message.what, by: message.by }];
  if (message.type === "left") {
    const peer = before.peers.find(({ id }) => id === message.peer);
    return peer === undefined ? [] : [{ type: message.why === "removed" ? "removed" : "left", name: peer.name }];
  }
  if (message.type !== "peer" || message.peer.id === before.you) return [];
  const { id, name, handAt } = message.peer;
  const known = before.peers.find((peer) => peer.id === id);
  if (known === undefined) return [{ type: "joined", name }];
  return handAt !== null && known.handAt === null ? [{ type: "hand", name }] : [];
}

/** Two of whom neither may be seen or heard have nothing to send to each other. */
export const areLinked = (one: Peer, other: Peer): boolean => one.id !== other.id && (one.onStage || other.onStage);
