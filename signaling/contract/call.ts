import { z } from "zod";
import { LineId, nameColors } from "./chat.ts";

/** What a call consists of, on the wire and between the services. Times are Unix time, ms. */

/** A call room, unguessable: 80 random bits, 16 characters of Crockford's base32 in groups of four. */
export const CallId = z.string().regex(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/);

/** One device in one call: 128 bits, hex. The server's, and the same while that device comes back. */
export const PeerId = z.string().regex(/^[0-9a-f]{32}$/);
export type PeerId = z.infer<typeof PeerId>;

/** Names of guests, and of rooms, in code points after cleaning (clean-text.ts). */
export const callNameMaxCharacters = 40;
export const roomNameMaxCharacters = 60;

/** Who may come in: whoever has the link; whom the host lets in; whoever has an account here. */
export const CallEntry = z.enum(["link", "knock", "signed-in"]);
export type CallEntry = z.infer<typeof CallEntry>;

/** `meeting`: everybody is seen and heard. `stage`: the host is, and whom the host brings up. */
export const CallMode = z.enum(["meeting", "stage"]);
export type CallMode = z.infer<typeof CallMode>;

/** What its maker has decided about a room. */
export const CallSettings = z.strictObject({ name: z.string(), mode: CallMode, entry: CallEntry });
export type CallSettings = z.infer<typeof CallSettings>;

/** What the host decides while the call is on. The host is bound by none of it. */
export const CallRules = z.strictObject({
  /** Nobody new comes in. */
  locked: z.boolean(),
  /** Whoever was muted, or comes later, may switch the microphone on without being asked to. */
  mayUnmute: z.boolean(),
  mayShare: z.boolean(),
});
export type CallRules = z.infer<typeof CallRules>;

export const defaultRules: CallRules = { locked: false, mayUnmute: true, mayShare: true };

/** What somebody sends. Nobody plays what is off here, whatever arrives. */
export const PeerMedia = z.strictObject({ mic: z.boolean(), camera: z.boolean(), screen: z.boolean() });
export type PeerMedia = z.infer<typeof PeerMedia>;

export const Peer = z.strictObject({
  id: PeerId,
  name: z.string(),
  color: z
    .number()
    .int()
    .min(0)
    .max(nameColors - 1),
  isGuest: z.boolean(),
  isHost: z.boolean(),
  /** May be seen and heard. In a meeting everybody is on stage. Two who are not have no connection to each other. */
  onStage: z.boolean(),
  ...PeerMedia.shape,
  /** Since when the hand is raised; null: it is not. */
  handAt: z.number().int().nullable(),
  /** Its connection to the server is broken; its media may well go on. */
  isAway: z.boolean(),
});
export type Peer = z.infer<typeof Peer>;

/** Somebody who waits to be let in. Only hosts see this. */
export const Knock = z.strictObject({ id: PeerId, name: z.string(), isGuest: z.boolean(), since: z.number().int() });
export type Knock = z.infer<typeof Knock>;

/** A line of the call's chat. Its id is the author's peer id, a dot, and a nonce of the author's client. */
export const CallLine = z.strictObject({
  id: LineId,
  at: z.number().int(),
  name: z.string(),
  color: z.number().int(),
  isHost: z.boolean(),
  text: z.string(),
});
export type CallLine = z.infer<typeof CallLine>;

/** STUN and TURN. Only those who are in the call are told. */
export const IceSettings = z.strictObject({
  servers: z.array(
    z.strictObject({ urls: z.array(z.string()), username: z.string().optional(), credential: z.string().optional() }),
  ),
  /** `relay`: media never goes directly. */
  policy: z.enum(["all", "relay"]),
  /** When the credentials end; the server sends new ones before. null: they do not. */
  expiresAt: z.number().int().nullable(),
});
export type IceSettings = z.infer<typeof IceSettings>;

/** Between two peers. The server passes it on and stamps who sent it. */
export const Signal = z.discriminatedUnion("type", [
  /** Chromium's descriptions of four tracks take 8 KB. */
  z.strictObject({ type: z.enum(["offer", "answer"]), sdp: z.string().max(48 * 1024) }),
  /** RTCIceCandidateInit; an empty `candidate` is the end of candidates. */
  z.strictObject({
    type: z.literal("candidate"),
    candidate: z.string().max(1024),
    sdpMid: z.string().max(64).nullable(),
    sdpMLineIndex: z.number().int().min(0).max(64).nullable(),
    usernameFragment: z.string().max(256).nullable(),
  }),
  /** The one who answers asks the one who offers: for new paths (ICE restart), or for a connection that begins anew. */
  z.strictObject({ type: z.enum(["restart", "renew"]) }),
  /** How large the sender's pictures are shown here, in CSS pixels of height times the device's ratio; 0: not at all. */
  z.strictObject({
    type: z.literal("want"),
    camera: z.number().int().min(0).max(4320),
    screen: z.number().int().min(0).max(4320),
  }),
]);
export type Signal = z.infer<typeof Signal>;

/** What one peer measured of its connection to another since it last said so. */
export const QualitySample = z.strictObject({
  peer: PeerId,
  /** `none`: no path was found, or it is lost. */
  path: z.enum(["direct", "relay", "none"]),
  /** What carries it to the relay, or directly. */
  protocol: z.enum(["udp", "tcp", "tls"]).nullable(),
  /** The time this is about, ms. */
  overMs: z.number().int().min(0).max(600_000),
  sentBitsPerSecond: z.number().int().min(0).max(1_000_000_000),
  receivedBitsPerSecond: z.number().int().min(0).max(1_000_000_000),
  /** Of the packets sent to us, and of those we sent, 0 to 1; null: unknown. */
  lossIn: z.number().min(0).max(1).nullable(),
  lossOut: z.number().min(0).max(1).nullable(),
  /** Of what arrives, the worst track. */
  jitterMs: z.number().min(0).max(60_000).nullable(),
  roundTripMs: z.number().min(0).max(60_000).nullable(),
  /** Times that pictures stood still, and for how long in all. */
  freezes: z.number().int().min(0).max(100_000),
  freezeMs: z.number().int().min(0).max(600_000),
  /** Of the sound that was played, the part that had to be made up, 0 to 1; null: none was played. */
  concealed: z.number().min(0).max(1).nullable(),
});
export type QualitySample = z.infer<typeof QualitySample>;
