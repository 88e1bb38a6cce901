import { z } from "zod";
import {
  CallId,
  CallLine,
  CallRules,
  CallSettings,
  IceSettings,
  Knock,
  Peer,
  PeerId,
  PeerMedia,
  QualitySample,
  Signal,
} from "./call.ts";
import { Nonce } from "./chat.ts";
import { peersMax, protocolVersion } from "./limits.ts";

/** The wire of a call. It begins with the `hello` of messages.ts, and knows its `say` and `ping`. */

/** A connection between two peers; a new one is made by whoever of the two offers first: the one with the smaller id. */
const ConnectionId = z.string().regex(/^[A-Za-z0-9_-]{8,32}$/);

export const callClientMessages = [
  /** What this device sends from now on, all of it. */
  z.strictObject({ type: z.literal("media"), media: PeerMedia }),
  z.strictObject({ type: z.literal("hand"), raised: z.boolean() }),
  z.strictObject({ type: z.literal("signal"), to: PeerId, connection: ConnectionId, signal: Signal }),
  /** Fresh STUN and TURN servers, please; answered with `ice`. */
  z.strictObject({ type: z.literal("ice") }),
  z.strictObject({ type: z.literal("quality"), samples: z.array(QualitySample).min(1).max(peersMax) }),
  /** Goodbye: unlike a connection that breaks, this is final at once. */
  z.strictObject({ type: z.literal("leave") }),
  // For hosts.
  z.strictObject({ type: z.literal("admit"), knock: PeerId, accept: z.boolean() }),
  z.strictObject({ type: z.literal("rules"), rules: CallRules.partial() }),
  /** `peer` null: everybody but hosts. */
  z.strictObject({ type: z.literal("mute"), peer: PeerId.nullable() }),
  z.strictObject({ type: z.literal("ask-to-unmute"), peer: PeerId }),
  z.strictObject({ type: z.literal("stop-share"), peer: PeerId }),
  z.strictObject({ type: z.literal("lower-hand"), peer: PeerId }),
  /** On a stage: brings somebody up, or down again. */
  z.strictObject({ type: z.literal("stage"), peer: PeerId, onStage: z.boolean() }),
  /** `bar`: they cannot come back. */
  z.strictObject({ type: z.literal("remove"), peer: PeerId, bar: z.boolean() }),
] as const;

export const CallErrorCode = z.enum([
  "malformed",
  "binary",
  "too-large",
  "unknown-type",
  "hello-first",
  "hello-twice",
  "rate-limited",
  /** This is for hosts. */
  "not-host",
  /** There is nobody of this id in the call, or no connection between the two of you. */
  "no-such-peer",
  /** The host has muted everybody, and lets nobody unmute unasked. */
  "muted",
  /** The host lets nobody share. */
  "no-sharing",
  /** Whoever is to be let in finds no place. */
  "full",
  /** Listeners of a stage send nothing. */
  "not-on-stage",
  "empty",
  "too-long",
  /** Lines are not taken right now: they could not be stored. */
  "paused",
]);
export type CallErrorCode = z.infer<typeof CallErrorCode>;

/** What a host has done to somebody, said to them alone. */
export const Told = z.enum(["muted", "asked-to-unmute", "share-stopped", "hand-lowered", "on-stage", "off-stage"]);
export type Told = z.infer<typeof Told>;

const Token = z.string().min(1).max(4096);

export const CallRoomFacts = z.strictObject({ id: CallId, ...CallSettings.shape, capacity: z.number().int() });
export type CallRoomFacts = z.infer<typeof CallRoomFacts>;

export const CallServerMessage = z.discriminatedUnion("type", [
  /** They are in the call. All there is of it; what a client knew before is void. */
  z.strictObject({
    type: z.literal("welcome"),
    version: z.literal(protocolVersion),
    you: PeerId,
    /** For the next hello: it lets them in again, without knocking, for 12 h. */
    resume: Token,
    /** Another one than before: the server has forgotten who was here, and not everybody may be back yet. */
    epoch: z.number().int(),
    room: CallRoomFacts,
    rules: CallRules,
    /** Everybody in the call, this device too, in the order they came. */
    peers: z.array(Peer),
    /** For hosts; empty for everybody else. */
    knocks: z.array(Knock),
    /** The last lines of the chat. */
    lines: z.array(CallLine),
    ice: IceSettings,
  }),
  /** They wait until a host lets them in, and are told nothing of who is there but whether a host is. */
  z.strictObject({
    type: z.literal("waiting"),
    version: z.literal(protocolVersion),
    room: CallRoomFacts,
    hostIsHere: z.boolean(),
  }),
  /** Somebody has come, or something about them has changed. */
  z.strictObject({ type: z.literal("peer"), peer: Peer }),
  /** `lost`: their connection was broken for too long. */
  z.strictObject({ type: z.literal("left"), peer: PeerId, why: z.enum(["left", "lost", "removed"]) }),
  z.strictObject({ type: z.literal("room"), room: CallRoomFacts }),
  z.strictObject({ type: z.literal("rules"), rules: CallRules }),
  /** For hosts: everybody who waits now. */
  z.strictObject({ type: z.literal("knocks"), knocks: z.array(Knock) }),
  z.strictObject({ type: z.literal("signal"), from: PeerId, connection: ConnectionId, signal: Signal }),
  z.strictObject({ type: z.literal("told"), what: Told, by: z.string() }),
  z.strictObject({ type: z.literal("line"), line: CallLine }),
  /** These lines of yours are stored. */
  z.strictObject({ type: z.literal("ack"), nonces: z.array(Nonce) }),
  z.strictObject({ type: z.literal("ice"), ice: IceSettings }),
  z.strictObject({
    type: z.literal("error"),
    code: CallErrorCode,
    /** One sentence in English that says what to do. */
    message: z.string(),
    /** The line this is about. */
    nonce: Nonce.optional(),
    retryAfterMs: z.number().int().optional(),
  }),
  z.strictObject({ type: z.literal("pong") }),
]);
export type CallServerMessage = z.infer<typeof CallServerMessage>;
