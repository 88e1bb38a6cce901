import type {
  CallLine,
  CallRules,
  IceSettings,
  Knock,
  Peer,
  PeerId,
  PeerMedia,
} from "../../../signaling/contract/call.ts";
import type { CallErrorCode, CallRoomFacts, Told } from "../../../signaling/contract/call-messages.ts";

/**
 * What the page shows of a call, and what people can do in it. session.ts keeps it true; the files that draw it know
 * nothing of sockets or peer connections.
 */

/** How the connection to another peer is. */
export type PathState =
  /** This device and the other one have no connection by design: two listeners of a stage. */
  | { type: "none" }
  /** `sinceMs`: Unix time. After 8 s the page says so. */
  | { type: "connecting"; sinceMs: number }
  | { type: "connected"; isRelayed: boolean }
  /** It was there, and comes back by itself if it can. */
  | { type: "interrupted"; sinceMs: number }
  /** No path was found, and it is tried again for as long as both are here. `no-relay`: there is no relay that could help. */
  | { type: "failed"; sinceMs: number; why: "no-relay" | "relay-unreachable" | "unknown" };

/** The last two seconds of a connection, for people. */
export interface Quality {
  /** 3: all is well; 2: not quite; 1: bad. */
  bars: 1 | 2 | 3;
  sentBitsPerSecond: number;
  receivedBitsPerSecond: number;
  /** 0 to 1. */
  lossIn: number | null;
  lossOut: number | null;
  jitterMs: number | null;
  roundTripMs: number | null;
  /** Since the connection began. */
  freezes: number;
  freezeMs: number;
  path: "direct" | "relay" | "none";
  protocol: "udp" | "tcp" | "tls" | null;
  /** What arrives of the camera; null: nothing. */
  receivedHeight: number | null;
  receivedFramesPerSecond: number | null;
  /** What is sent of ours, and what holds it back. */
  sentHeight: number | null;
  sentFramesPerSecond: number | null;
  limitedBy: "none" | "cpu" | "bandwidth" | "other" | null;
}

/** Somebody in the call, this device too. What the server says is off is null here, whatever arrives. */
export interface PeerView {
  peer: Peer;
  isYou: boolean;
  camera: MediaStream | null;
  /** The microphone. Never of this device. */
  sound: MediaStream | null;
  /** Picture, and sound where it is shared too. */
  screen: MediaStream | null;
  path: PathState;
  /** How loud they are, 0 to 1; changes often, so it is read and not announced. */
  level(): number;
  isSpeaking: boolean;
  quality: Quality | null;
  /** Our picture to them is paused, since their line or ours cannot carry it beside the sound. */
  isVideoPaused: boolean;
}

export interface LineView {
  line: CallLine;
  isYours: boolean;
  /** `refused` with the server's reason in `code`. */
  state: "sent" | "waiting" | "stored" | "refused";
  code?: CallErrorCode;
}

export type Place =
  /** Before joining, and after leaving. */
  | { type: "outside" }
  | { type: "joining" }
  | { type: "waiting"; hostIsHere: boolean }
  | { type: "inside" }
  /** `code`: one of closeCodes, or why there is no ticket. */
  | { type: "shut"; code: number }
  | { type: "no-ticket"; reason: "passcode" | "sign-in" | "name" | "gone" | "ended" | "unknown"; message: string };

/** All of it at one moment; a new object after each change. */
export interface CallView {
  place: Place;
  /** Inside or waiting: whether the server can be reached. Media goes on without it. */
  link: "live" | "reconnecting" | "offline";
  room: CallRoomFacts | null;
  rules: CallRules;
  you: PeerView | null;
  /** In the order they came; without this device. */
  others: PeerView[];
  knocks: Knock[];
  lines: LineView[];
  /** Who speaks, or spoke last; null: nobody yet. Never this device. */
  speaker: PeerId | null;
  ice: IceSettings | null;
}

/** What is wanted from a camera, a microphone, a screen: ids of devices, "" for the browser's choice. */
export interface DeviceChoice {
  cameraId: string;
  microphoneId: string;
}

/** Why there is no picture or sound from a device. */
export type DeviceProblem = "denied" | "missing" | "busy" | "insecure" | "dismissed" | "unsupported" | "unknown";

export interface JoinRequest {
  callId: string;
  /** Guests only. */
  name?: string;
  passcode?: string;
}

/** A call, for whoever draws it. Methods for hosts do nothing for anybody else. */
export interface CallSession {
  readonly view: CallView;
  /** Called after each change, at most once a frame. Returns what ends it. */
  onChange(listener: () => void): () => void;
  /** What hosts did to us, and what went wrong; to be said once. */
  onNotice(listener: (notice: Notice) => void): () => void;

  join(request: JoinRequest): void;
  /** Final at once; devices are let go. Join enters again. */
  leave(): void;
  setMic(isOn: boolean): Promise<DeviceProblem | null>;
  setCamera(isOn: boolean): Promise<DeviceProblem | null>;
  /** Asks the browser for a screen; must come from a click. */
  share(): Promise<DeviceProblem | null>;
  stopSharing(): void;
  setHand(isRaised: boolean): void;
  say(text: string): void;
  /** Sends a line again that could not be stored. */
  sayAgain(lineId: string): void;
  /** How large somebody's pictures are shown here, device pixels of height; 0: not at all. Called whenever that changes. */
  show(peer: PeerId, camera: number, screen: number): void;

  admit(knock: PeerId, accept: boolean): void;
  setRules(rules: Partial<CallRules>): void;
  mute(peer: PeerId | null): void;
  askToUnmute(peer: PeerId): void;
  stopShare(peer: PeerId): void;
  lowerHand(peer: PeerId): void;
  setStage(peer: PeerId, onStage: boolean): void;
  remove(peer: PeerId, bar: boolean): void;
}

export type Notice =
  | { type: "told"; what: Told; by: string }
  | { type: "joined" | "left" | "removed" | "hand"; name: string }
  | { type: "error"; code: CallErrorCode; message: string }
  /** A device went away, and what is used instead; null: nothing. */
  | { type: "device"; kind: "camera" | "microphone"; nowUses: string | null };

/** What this device sends: kept outside of a call too, for the preview. devices.ts has it. */
export interface LocalMedia {
  readonly wanted: PeerMedia;
  readonly camera: MediaStream | null;
  readonly screen: MediaStream | null;
  readonly problems: { camera: DeviceProblem | null; microphone: DeviceProblem | null };
  readonly devices: { cameras: MediaDeviceInfo[]; microphones: MediaDeviceInfo[]; speakers: MediaDeviceInfo[] };
  readonly choice: DeviceChoice & { speakerId: string };
  onChange(listener: () => void): () => void;
  setMic(isOn: boolean): Promise<DeviceProblem | null>;
  setCamera(isOn: boolean): Promise<DeviceProblem | null>;
  /** Switches at once, in a call too; remembered. */
  choose(choice: Partial<DeviceChoice & { speakerId: string }>): Promise<DeviceProblem | null>;
  /** How loud the microphone is, 0 to 1. */
  level(): number;
  /** Lets go of every device. */
  release(): void;
}
